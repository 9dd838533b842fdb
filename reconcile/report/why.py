"""Explanations on the terminal: waterfalls whose printed numbers add up."""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from rich.cells import cell_len

from reconcile.explain import EventExplanation, PairExplanation, Step
from reconcile.report.layout import Page, pad, wrap
from reconcile.text import for_terminal

_MAINLY: Final = 3
_LEAST: Final = 0.1  # log-odds: a tenth hardly moves a probability


def rounded_to_add_up(values: list[float], digits: int = 2) -> list[float]:
    """``values`` rounded so that they still sum to their rounded sum (largest remainders give way)."""
    unit = 10**digits
    exact = [value * unit for value in values]
    units = [round(value) for value in exact]
    gap = round(sum(exact)) - sum(units)
    step = 1 if gap > 0 else -1
    order = sorted(range(len(values)), key=lambda at: (step * (units[at] - exact[at]), at))
    for at in order[: abs(gap)]:
        units[at] += step
    return [value / unit for value in units]


def write_pair(page: Page, pair: PairExplanation) -> None:
    """Two records: the waterfall, then what was made of it and why."""
    page.line((pair.left, "bold cyan"), " and ", (pair.right, "bold cyan"))
    page.sentence(_outcome(pair), indent=2)
    for label, steps in _mainly(pair):
        page.row(
            label, "; ".join(f"{step.title} ({step.shows})" for step in steps), indent=2, label_width=9, style="dim"
        )
    page.blank()
    write_waterfall(page, pair)
    page.blank()
    for sentence in _reasons(pair):
        page.sentence(sentence, indent=2)


def write_waterfall(page: Page, pair: PairExplanation, *, least: float = _LEAST) -> None:
    """One line a part, the weightiest first: what the pair shows, what that is worth, the running sum.

    Parts worth less than ``least`` either way are added up in one line, so that the column still sums to the weight.
    """
    steps = [("prior", "before anything is compared", pair.prior)]
    steps += sorted(((one.title, one.shows, one.weight) for one in pair.steps), key=lambda one: (-abs(one[2]), one[:2]))
    weights = rounded_to_add_up([weight for *_, weight in steps])
    lines = [(f"{title}: {shows}", weight) for (title, shows, _), weight in zip(steps, weights, strict=True)]
    large = [lines[0], *(line for line in lines[1:] if abs(line[1]) >= least)]
    small = [weight for _, weight in lines[1:] if abs(weight) < least]
    if any(small):
        large.append((f"{len(small)} parts worth less than {least} each, together", round(sum(small), 2)))
    running = list(accumulate(weight for _, weight in large))
    room = max(page.width - 2 - 20, 30)
    for (words, weight), total in zip(large, running, strict=True):
        style = "green" if weight > 0 else "red"
        wrapped = wrap(for_terminal(words), room, room - 2)
        for number, line in enumerate(wrapped):
            text = pad(("  " if number else "") + line, room)
            if number < len(wrapped) - 1:
                page.line(text, indent=2)
            else:
                page.line(text, (f"{weight:>+9.2f}", style), f"{total:>10.2f}", indent=2)
    words = f"match weight, log-odds; probability {pair.probability:.3f}"
    page.line(("-" * (room + 19), "dim"), indent=2)
    page.line((pad(words, room), "bold"), " " * 9, (f"{running[-1]:>10.2f}", "bold"), indent=2)


def _mainly(pair: PairExplanation) -> list[tuple[str, list[Step]]]:
    """The three parts that speak most for one event, and the three most against."""
    by_weight = sorted(pair.steps, key=lambda step: (step.weight, step.part))
    sides = [("for", by_weight[: -_MAINLY - 1 : -1], 1), ("against", by_weight[:_MAINLY], -1)]
    found = [(label, [step for step in steps if step.weight * sign >= _LEAST]) for label, steps, sign in sides]
    return [(label, steps) for label, steps in found if steps]


def _outcome(pair: PairExplanation) -> str:
    if pair.joined:
        return f"joined: both are in {pair.left_event}"
    return f"not joined: {pair.left_event} and {pair.right_event}"


def _reasons(pair: PairExplanation) -> list[str]:
    reasons = []
    if pair.judgement is not None and pair.judgement.verdict != "unsure":
        one = pair.judgement
        by = f" by {one.by}" if one.by else ""
        why = f": {one.why}" if one.why else ""
        reasons.append(f"Judged {one.verdict}{by} at {one.where}{why}. A judgement outranks the weight.")
    if pair.aggregates[0] != pair.aggregates[1]:
        reasons.append("One of them is an aggregate, which is never merged with a single incident.")
    if not pair.compared:
        reasons.append(
            "They lie outside the window of time and place in which records are compared; the clustering counted "
            f"the pair as {pair.unseen:.2f}, as every pair that is never compared."
        )
    if pair.joined:
        reasons.append(
            f"The mean weight of {pair.left} towards the other records of the event is {pair.between:.2f}; records "
            f"are merged above {pair.threshold:.2f}."
        )
    else:
        pairs = "the only pair" if pair.cross_pairs == 1 else f"all {pair.cross_pairs} pairs"
        reasons.append(
            f"Events are judged as wholes: the mean weight over {pairs} between the two is {pair.between:.2f}; "
            f"records are merged above {pair.threshold:.2f}."
        )
    return reasons


def write_event(page: Page, event: EventExplanation) -> None:
    """One event: who belongs to it and how surely, every pair, and the strongest pairs that were left out."""
    page.line((event.event_id, "bold cyan"), "  ", (event.title, "bold"))
    page.blank()
    page.line(("members", "bold"), indent=2)
    for row in event.members:
        runner_up = ""
        if row["runner_up"] is not None:
            runner_up = f"; next closest {row['runner_up']} at mean weight {row['runner_up_weight']:.2f}"
        page.sentence(f"{row['record_id']}  confidence {row['confidence']:.2f}{runner_up}", indent=4, hang=2)
    if event.pairs:
        page.blank()
        page.line(
            ("pairs", "bold"), f"  match weight in log-odds; merged above {event.threshold:.2f} on average", indent=2
        )
        width = max(cell_len(for_terminal(f"{left}  {right}")) for left, right, _ in event.pairs)
        for left, right, weight in event.pairs:
            stated = f"never compared, counted as {event.unseen:.2f}" if weight is None else f"{weight:>+7.2f}"
            page.line(pad(for_terminal(f"{left}  {right}"), width), "  ", stated, indent=4)
    for pair in event.closest:
        page.blank()
        page.line(
            ("closest outside", "bold"), "  ", (f"{pair.left}  {pair.right}", "cyan"), f"  {pair.weight:+.2f}", indent=2
        )
        for label, steps in _mainly(pair):
            words = "; ".join(f"{step.title} ({step.shows})" for step in steps)
            page.row(label, words, indent=4, label_width=9, style="dim")
    page.blank()
    page.sentence("explain ID ID shows the parts of one pair; -v those of all", indent=2, style="dim")


def write_event_pairs(page: Page, pairs: list[PairExplanation]) -> None:
    """The waterfalls of an event's own pairs."""
    for pair in pairs:
        page.blank()
        page.line((pair.left, "bold cyan"), " and ", (pair.right, "bold cyan"))
        write_waterfall(page, pair)
