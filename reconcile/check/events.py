"""Rules on the events that the records come to: doubtful merges, discrepancies that nobody has acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from reconcile.check.finding import Finding, at_or_above, found
from reconcile.check_settings import CheckSettings
from reconcile.evaluate import evaluate, read_truth
from reconcile.pipeline import Result

Place = tuple[str | None, int | None, int | None]
_NOWHERE: Final[Place] = (None, None, None)  # whoever knows the files looks the first record's place up


def unreviewed(result: Result, least: float) -> Iterator[Finding]:
    """Records that are in an event of several with little confidence, and by nobody's judgement."""
    judged: dict[str, set[str]] = {}
    for left, right in result.knowledge.judgements.pairs("same"):
        judged.setdefault(left, set()).add(right)
        judged.setdefault(right, set()).add(left)
    members: dict[str, list[str]] = {}
    for event, record in result.members.select("event_id", "record_id").iter_rows():
        members.setdefault(event, []).append(record)
    doubtful = result.members.filter(pl.col("confidence") < least).sort("record_id")
    for record, event, confidence in doubtful.select("record_id", "event_id", "confidence").iter_rows():
        others = set(members[event]) - {record}
        if others and not others & judged.get(record, set()):
            values = {"event": event, "confidence": confidence, "least": least}
            yield found("unreviewed-merge", _NOWHERE, values, records=(record,), event=event, key=sorted(others))


def unacknowledged(result: Result, least: str) -> Iterator[Finding]:
    """Discrepancies as bad as ``least``. Their fingerprint holds what each record says."""
    for row in result.discrepancies.iter_rows(named=True):
        if not at_or_above(row["severity"], least):
            continue
        records = tuple(row["records"])
        values = {"rule": row["rule"], "name": row["name"], "event": row["event_id"], "message": row["message"]}
        yield found(
            "unacknowledged", _NOWHERE, values,
            records=records, event=row["event_id"], field=row["field"], about=row["rule"],
            key=(row["rule"], row["event_id"]), claims=tuple(row["values"]),
        )  # fmt: skip


def below_floors(result: Result, settings: CheckSettings) -> Iterator[Finding]:
    """Scores under the floors that the configuration sets."""
    if not settings.floors or settings.truth is None:
        return
    truth = read_truth(settings.truth)
    scores = evaluate(result.members.select("record_id", "event_id"), truth)
    values = {"pairwise": scores.pairwise.f1, "b3": scores.b_cubed.f1, "ceaf": scores.ceaf_e.f1}
    for score, floor in settings.floors.items():
        if values[score] < floor:
            what = {"score": score, "value": values[score], "floor": floor}
            yield found("below-floor", (settings.truth, None, None), what, key=(score,))
