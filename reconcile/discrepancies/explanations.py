"""Why two totals that do not meet may both be honest: the most charitable explanation that the evidence allows.

Each function takes the lower and the higher claim and what is known of the event, and returns ``(rule, remark)`` or
``None``. They are asked in the order of EXPLANATIONS: what is proved by stated parts before what is only likely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Final

from reconcile.claims import Claim, add_up, current, disjoint_parts, group_text, phases
from reconcile.discrepancies import attackers
from reconcile.discrepancies.context import Dispute, Said
from reconcile.discrepancies.splits import split
from reconcile.discrepancies.told import own_words
from reconcile.discrepancies.wording import coded_word, loose_word

Found = tuple[str, str] | None
# Up to so many parts every sum of them is tried; of more only one, all but one, and the first ones: else chance fits.
_FEW_PARTS: Final = 4
_MOST_PARTS: Final = 12
# Tolls rise for days. A figure from a week after the event is no early one, and no rise after three months is news.
EARLY_DAYS: Final = 7
LATE_DAYS: Final = 90
# A first report may be a tenth of the final toll; later on a figure that more than doubles is another count.
FIRST_DAYS: Final = 2
FIRST_FACTOR: Final = 10
LATER_FACTOR: Final = 2
MOST_SHIFTED: Final = 10
SHIFTS: Final = {"killed": ("injured", "missing"), "injured": ("killed",), "missing": ("killed",)}


def explain(low: Said, high: Said, dispute: Dispute) -> Found:
    """The first explanation that holds, for two figures of which ``low`` is the smaller."""
    for one in EXPLANATIONS:
        if (found := one(low, high, dispute)) is not None:
            return found
    return None


def _parts(record: str, dispute: Dispute) -> list[Claim]:
    mine = [claim for claim in dispute.stated.get(record, ()) if claim.measure == dispute.measure]
    published = dispute.rows[record].get("published")
    return [claim for claim in current(mine, published and published.isoformat()) if claim.scope == "part"]


def _make_up(parts: Sequence[Claim], claim: Said) -> bool:
    return sum(part.low or 0 for part in parts) == claim.low


def _attackers_of(record: str, dispute: Dispute) -> int | None:
    """The attackers that a record counts among its casualties, where it gives one exact number."""
    for claim in dispute.stated.get(record, ()):
        if claim.measure == dispute.measure and claim.group == attackers.GROUP and claim.low == claim.high:
            return claim.low
    return None


def _leaves_attackers_out(claim: Said, dispute: Dispute) -> bool:
    """Whether the record's stated parts make up its whole total without an attacker."""
    parts = disjoint_parts(_parts(claim.record_id, dispute), dispute.groups)
    return bool(parts) and all(part.group != attackers.GROUP for part in parts) and _make_up(parts, claim)


def _counts_attackers(claim: Said, dispute: Dispute) -> bool:
    """Whether the record's stated parts, attackers among them, make up its whole total."""
    parts = disjoint_parts(_parts(claim.record_id, dispute), dispute.groups)
    return any(part.group == attackers.GROUP and part.low for part in parts) and _make_up(parts, claim)


def attackers_stated(low: Said, high: Said, dispute: Dispute) -> Found:
    """They differ by exactly the dead attackers that some record states."""
    if dispute.measure not in ("killed", "injured") or low.exact is None or high.exact is None:
        return None
    gap = high.exact - low.exact
    for record in sorted(dispute.stated):
        if _attackers_of(record, dispute) != gap:
            continue
        if _counts_attackers(low, dispute) or _leaves_attackers_out(high, dispute):
            return None
        outlet = dispute.rows[record]["outlet"]
        who = "attacker" if gap == 1 else "attackers"
        # The record that counts them apart may be either of the two, or a third.
        return "perpetrator-included", (
            f"{dispute.label(high.text)} counts the {gap} dead {who} that {outlet} states, "
            f"{dispute.label(low.text)} does not: {low.exact} + {gap} = {high.exact}"
        )
    return None


def attackers_likely(low: Said, high: Said, dispute: Dispute) -> Found:
    """They differ by the likely number of dead (or hurt) attackers, nobody states it, and nothing contradicts it."""
    if dispute.measure not in ("killed", "injured") or low.exact is None or high.exact is None:
        return None
    gap = high.exact - low.exact
    if any(_attackers_of(record, dispute) is not None for record in dispute.stated):
        return None  # someone says how many attackers there were among them, and it is not this difference
    told = attackers.cues(dispute.texts)
    if gap not in (told.numbers or {1}):
        return None
    if _leaves_attackers_out(high, dispute) or attackers.left_out(dispute.rows[high.record_id]["told"]):
        return None
    if attackers.counted_in(dispute.rows[low.record_id]["told"]):
        return None
    if dispute.measure == "injured":
        why = "a report tells of an attacker's wounds" if told.said_hurt else ""
    elif told.said_dead:
        why = "a report tells of an attacker's death"
    else:
        usual = told.usually_dies and not told.said_alive
        why = "in attacks of this kind the attacker usually dies" if usual else ""
    if not why:
        return None
    who = "attacker" if gap == 1 else f"{gap} attackers"
    among, did = ("dead", "died") if dispute.measure == "killed" else ("injured", "were hurt")
    return "perpetrator-included", (
        f"{low.exact} + {gap} = {high.exact} would be explained if {dispute.label(high.text)} counts the {who} among "
        f"the {among} and {dispute.label(low.text)} does not: {why}, and no report says how many attackers {did}"
    )


def partial(low: Said, high: Said, dispute: Dispute) -> Found:
    """The lower total is what the other outlet gives for a part: a phase, a place or a group."""
    if high.record_id not in dispute.stated:
        return None
    stated = _parts(high.record_id, dispute)[:_MOST_PARTS]
    # Phases and groups count the same people twice: sums are looked for in each kind by itself.
    for parts in (phases(stated), disjoint_parts(stated, dispute.groups)):
        for chosen in _choices(parts):
            summed = add_up(chosen)
            if (summed.low, summed.high) == (low.low, low.high):
                return "partial-count", _part_remark(low, high, parts, chosen, dispute)
    for claim in dispute.stated.get(high.record_id, ()):
        inside = claim.measure == dispute.measure and claim.group is not None
        if inside and (claim.low, claim.high) == (low.low, low.high):
            group = group_text(claim.group, claim.stated_group)
            return "partial-count", (
                f"{dispute.label(low.text)} is what {high.outlet} gives for {group} alone, of {high.text} in all"
            )
    return None


def _choices(parts: Sequence[Claim]) -> Iterator[Sequence[Claim]]:
    if len(parts) <= _FEW_PARTS:
        for size in range(1, max(len(parts), 2)):
            yield from combinations(parts, size)
        return
    yield from ([part] for part in parts)
    yield from (parts[:size] for size in range(2, len(parts)))
    yield from ([*parts[:at], *parts[at + 1 :]] for at in range(len(parts)))


def _part_remark(low: Said, high: Said, parts: Sequence[Claim], chosen: Sequence[Claim], dispute: Dispute) -> str:
    sum_text = " + ".join(part.text for part in parts)
    words = [f'"{part.quote}"' for part in chosen if part.quote]
    quoted = f" ({', '.join(words)})" if words else ""
    kind = "a part" if len(chosen) == 1 else " + ".join(part.text for part in chosen)
    arithmetic = f": {sum_text} = {high.text}" if add_up(parts).text == high.text else ""
    return (
        f"{dispute.label(low.text)} is what {high.outlet} gives for {kind} of its {high.text} alone{quoted}{arithmetic}"
    )


def shift(low: Said, high: Said, dispute: Dispute) -> Found:
    """As many more killed as there are fewer injured (or missing): someone died between the two reports."""
    less, more = low.exact, high.exact
    if less is None or more is None or more - less > MOST_SHIFTED:
        return None
    gap = more - less
    for other in SHIFTS.get(dispute.measure, ()):
        beside_less, beside_more = (dispute.exact(one.record_id, other) for one in (low, high))
        if beside_less is None or beside_more is None or beside_less - beside_more != gap:
            continue
        # The report with more dead must not be the earlier one.
        earlier, later = (low, high) if dispute.measure == "killed" else (high, low)
        if later.before(earlier):
            continue
        was = other if dispute.measure == "killed" else dispute.measure
        killed = (less, more) if dispute.measure == "killed" else (beside_more, beside_less)
        hurt = (beside_less, beside_more) if dispute.measure == "killed" else (more, less)
        who = "one of the" if gap == 1 else f"{gap} of the"
        return "status-shift", (
            f"{who} {was} of {earlier.outlet} may have died by the time of {later.outlet}: "
            f"killed {killed[0]} + {gap} = {killed[1]}, {was} {hurt[0]} - {gap} = {hurt[1]}"
        )
    return None


def update(low: Said, high: Said, dispute: Dispute) -> Found:
    """The toll rose from an early report to a later one; of the missing, that it fell."""
    first, later = (high, low) if dispute.measure == "missing" else (low, high)
    if not first.before(later) or first.day is None or later.day is None:
        return None
    event = dispute.last_day() or first.day
    early, late = (first.day - event).days, (later.day - event).days
    if early > EARLY_DAYS or late > LATE_DAYS:
        return None
    before, after = low.best or low.high, high.best or high.floor
    factor = FIRST_FACTOR if early <= FIRST_DAYS else LATER_FACTOR
    if dispute.measure != "missing" and before and after > before * factor:
        return None
    verb = "fell" if dispute.measure == "missing" else "rose"
    hours = " of an earlier hour" if first.day == later.day else ""
    return "toll-update", (
        f"the toll {verb} from {first.text} ({first.outlet}, {first.when}{hours}) to {later.text} "
        f"({later.outlet}, {later.when})"
    )


EXPLANATIONS: Final[Sequence[Callable[[Said, Said, Dispute], Found]]] = (
    attackers_stated,
    partial,
    split,
    shift,
    coded_word,
    loose_word,
    update,
    attackers_likely,
    own_words,
)
