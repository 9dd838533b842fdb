"""Why records were joined or kept apart: every match weight as the sum of its named parts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from reconcile.compare import compare
from reconcile.errors import UsageError
from reconcile.judgements import Judgement
from reconcile.pipeline import Result
from reconcile.score import score


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a match weight: what was compared, what the pair shows, what that is worth (log-odds)."""

    part: str
    title: str
    shows: str
    weight: float


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """Two records: the parts of their weight, and what the clustering did with it.

    ``weight`` = ``prior`` + the sum of the steps. ``compared`` is false for a pair outside the window: its weight is
    shown, but the clustering counted it as ``unseen``. ``between`` is the mean weight over all pairs across the two
    events (or, in one event, towards the rest of it): clusters are judged as wholes.
    """

    left: str
    right: str
    prior: float
    steps: tuple[Step, ...]
    weight: float
    probability: float
    compared: bool
    aggregates: tuple[bool, bool]
    judgement: Judgement | None
    left_event: str
    right_event: str
    between: float
    cross_pairs: int
    threshold: float
    unseen: float

    @property
    def joined(self) -> bool:
        """Whether the two records are in one event."""
        return self.left_event == self.right_event


@dataclass(frozen=True, slots=True)
class EventExplanation:
    """One event: its members, all its pairs (weight null where never compared), and the events that came close."""

    event_id: str
    title: str
    members: tuple[dict[str, Any], ...]
    pairs: tuple[tuple[str, str, float | None], ...]
    unseen: float
    threshold: float
    closest: tuple[PairExplanation, ...]


def find_event(result: Result, text: str) -> str | None:
    """The id of the one event whose id begins with ``text``; ``None`` if there is none. Raises for several."""
    found = [name for name in result.events["event_id"] if name.startswith(text)] if text.startswith("ev-") else []
    if len(found) > 1 and text not in found:
        raise UsageError(f"{text}: begins the ids of {len(found)} events; write more of it")
    return text if text in found else (found[0] if found else None)


def explain_pair(result: Result, a: str, b: str) -> PairExplanation:
    """Explain two records. Raises :class:`UsageError` when one is not among the records, or both are one."""
    rows = {record: row for row, record in enumerate(result.records["record_id"])}
    for record in (a, b):
        if record not in rows:
            raise UsageError(f"{record}: neither an event, nor a record, nor a rule")
    if a == b:
        raise UsageError(f"{a}: a record is not compared with itself")
    left, right = sorted((rows[a], rows[b]))
    model = result.knowledge.model
    compared = not result.pairs.filter((pl.col("left") == left) & (pl.col("right") == right)).is_empty()
    pair = _scored(result, left, right).row(0, named=True)
    names = result.records["record_id"]
    aggregate = result.records["aggregate"]
    events = result.members["event_id"]
    mean, cross = _between(result, left, right)
    return PairExplanation(
        left=names[left],
        right=names[right],
        prior=model.prior,
        steps=tuple(
            Step(part.name, part.title, part.describe(pair), float(pair[f"w_{part.name}"])) for part in model.parts
        ),
        weight=pair["weight"],
        probability=pair["probability"],
        compared=compared,
        aggregates=(aggregate[left], aggregate[right]),
        judgement=result.knowledge.judgements.find(names[left], names[right]),
        left_event=events[left],
        right_event=events[right],
        between=mean,
        cross_pairs=cross,
        threshold=result.settings["threshold"],
        unseen=model.unseen,
    )


def _scored(result: Result, left: int, right: int) -> pl.DataFrame:
    """Score one pair with all its parts, among all the others (one that the window left out is added to them)."""
    stored = result.pairs.select("left", "right")
    wanted = pl.DataFrame({"left": [left], "right": [right]}, schema=stored.schema)
    if stored.join(wanted, on=["left", "right"], how="semi").is_empty():
        compared = _compare(result, pl.concat([stored, wanted]).sort("left", "right"))
    else:
        compared = _compared(result)
    return score(result.knowledge.model, compared, only=wanted)


@lru_cache(maxsize=1)  # one pair after another is asked for, and each is weighed among all
def _compared(result: Result) -> pl.DataFrame:
    return _compare(result, result.pairs.select("left", "right"))


def _compare(result: Result, pairs: pl.DataFrame) -> pl.DataFrame:
    return compare(result.records, pairs, result.knowledge.actors, result.knowledge.event_types)


def _between(result: Result, left: int, right: int) -> tuple[float, int]:
    """The mean weight across the two records' events, or of ``left`` towards the rest of a shared one."""
    label = result.members["event_id"]
    one, two = label[left], label[right]
    rows = pl.DataFrame({"row": pl.int_range(label.len(), dtype=pl.UInt32, eager=True), "event": label})
    first = {left} if one == two else set(rows.filter(pl.col("event") == one)["row"])
    second = set(rows.filter(pl.col("event") == two)["row"]) - first
    low, high = sorted(first), sorted(second)
    across = result.pairs.filter(
        (pl.col("left").is_in(low) & pl.col("right").is_in(high))
        | (pl.col("left").is_in(high) & pl.col("right").is_in(low))
    )
    count = len(first) * len(second)
    unseen = result.knowledge.model.unseen
    return (sum(across["weight"].to_list()) + unseen * (count - across.height)) / count, count


def explain_event(result: Result, event_id: str, *, closest: int = 3) -> EventExplanation:
    """Explain an event: members with their runner-up, the pairs inside, and the closest records outside."""
    members = result.members.filter(pl.col("event_id") == event_id).sort("record_id")
    ids = result.records["record_id"]
    rows = result.records.select("record_id").with_row_index("row").join(members, on="record_id")["row"].to_list()
    named = result.pairs.select("left", "right", "weight")
    inside = {
        (left, right): weight
        for left, right, weight in named.filter(pl.col("left").is_in(rows) & pl.col("right").is_in(rows)).iter_rows()
    }
    pairs = tuple(
        (ids[left], ids[right], inside.get((left, right)))
        for left in sorted(rows)
        for right in sorted(rows)
        if left < right
    )
    outside = named.filter(pl.col("left").is_in(rows) != pl.col("right").is_in(rows)).sort(
        "weight", "left", "right", descending=[True, False, False]
    )
    title = result.events.filter(pl.col("event_id") == event_id)["title"].item()
    return EventExplanation(
        event_id,
        title,
        tuple(members.iter_rows(named=True)),
        pairs,
        result.knowledge.model.unseen,
        result.settings["threshold"],
        tuple(explain_pair(result, ids[left], ids[right]) for left, right, _ in outside.head(closest).iter_rows()),
    )
