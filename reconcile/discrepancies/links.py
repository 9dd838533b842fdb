"""Ties that change what figures are worth: outlets that are one voice, and events that sum up other events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from reconcile.coverage import Coverage
from reconcile.discrepancies.finding import Finding, as_table, finding
from reconcile.voices import Voices


def copied(rows: pl.DataFrame, voices: Voices) -> Iterator[Finding]:
    """``copied`` for each voice of several outlets."""
    if voices.links.is_empty():
        return
    shared = voices.table.filter(pl.len().over("event_id", "voice") > 1)
    behind = (
        rows.join(shared, on=["event_id", "outlet"])
        .sort("event_id", "voice", "outlet", "record_id")
        .group_by("event_id", "voice", maintain_order=True)
        .agg(outlets=pl.col("outlet").unique().sort(), said=pl.struct("record_id", "outlet"))
    )
    why = voices.links.join(
        shared.rename({"outlet": "left"}), on=["event_id", "left"]
    ).group_by("event_id", "voice", maintain_order=True).agg("left", "right", "why")  # fmt: skip
    for row in behind.join(why, on=["event_id", "voice"], how="left", maintain_order="left").iter_rows(named=True):
        reasons = dict.fromkeys(
            f"{a} and {b}: {reason}" for a, b, reason in zip(row["left"], row["right"], row["why"], strict=True)
        )
        message = f"{', '.join(row['outlets'])} are one voice ({'; '.join(list(reasons)[:4])})"
        yield finding(
            row["event_id"], "copied", f"voice {row['voice']}", message,
            [(one["record_id"], one["outlet"]) for one in row["said"]],
        )  # fmt: skip


def covering(rows: pl.DataFrame, coverage: Sequence[Coverage]) -> pl.DataFrame:
    """DISCREPANCIES ``part-of``, one for each event that covers others; ``rows`` are at least the records of these."""
    records: dict[str, list[tuple[str, str]]] = {}
    for event, record, outlet in rows.select("event_id", "record_id", "outlet").iter_rows():
        records.setdefault(event, []).append((record, outlet))
    found = []
    for one in coverage:
        events = f"{len(one.covers)} event{'s' if len(one.covers) > 1 else ''}"
        sums = "; ".join(one.sums) or "it states no figure of its own"
        message = f"covers {events} listed by themselves. {sums}"
        found.append(finding(one.event_id, "part-of", "covers", message, records[one.event_id]))
    return as_table(found, pl.String)
