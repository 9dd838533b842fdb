"""Disagreements of date: days that do not meet, and the two honest ways in which that happens."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, groupby
from operator import itemgetter
from typing import Final, NamedTuple

import polars as pl

from reconcile.dates import describe, parse_edtf
from reconcile.discrepancies.finding import Finding, against, finding

# A moment before 06:00 is the night before to whoever tells it by nights.
NIGHT_ENDS_MINUTE: Final = 6 * 60
_MOST_LATE: Final = 7  # days from the event to a publication that may have been taken for it
_CONFLICT: Final = "date-conflict"


class _Told(NamedTuple):
    record_id: str
    outlet: str
    date: str
    earliest: int
    latest: int
    minute: int | None
    published: int | None


def date_findings(rows: pl.DataFrame) -> Iterator[Finding]:
    """``date-conflict``, ``publication-date`` and ``next-day``; ``rows`` are those of events with several outlets.

    They come sorted by event and record.
    """
    columns = ["event_id", "record_id", "outlet", "date", "day_start", "day_end", "date_minute", "day_published"]
    dated = (
        rows.select(columns)
        .filter(pl.any_horizontal(pl.col("day_start", "day_end").is_not_null()))
        .with_columns(
            earliest=pl.col("day_start").fill_null(pl.Int32.min())
            - (pl.col("date_minute") < NIGHT_ENDS_MINUTE).fill_null(value=False),
            latest=pl.col("day_end").fill_null(pl.Int32.max()),
        )
    )
    apart = dated.filter(pl.col("earliest").max().over("event_id") > pl.col("latest").min().over("event_id"))
    fields = ["event_id", "record_id", "outlet", "date", "earliest", "latest", "date_minute", "day_published"]
    for event_id, event in groupby(apart.select(fields).iter_rows(), key=itemgetter(0)):
        told = [_Told(*row[1:]) for row in event]
        clashes: dict[str, dict[_Told, None]] = {}
        for a, b in combinations(told, 2):
            first, later = sorted((a, b), key=lambda one: one.earliest)
            if a.outlet != b.outlet and first.latest < later.earliest:  # one outlet's own records are its own affair
                clashes.setdefault(_name(first, later), {}).update(dict.fromkeys((first, later)))
        if _CONFLICT in clashes:  # beside a conflict the neighbours are shown with it
            clashes = {_CONFLICT: dict.fromkeys(told)}
        for name, involved in sorted(clashes.items()):
            message = f"date: {against((one.outlet, _in_words(one.date)) for one in involved)}{_REMARKS[name]}"
            yield finding(event_id, name, "date", message, [(one.record_id, one.date) for one in involved])


@lru_cache(maxsize=65_536)
def _in_words(date: str) -> str:
    return describe(parse_edtf(date))


_REMARKS: Final = {
    _CONFLICT: "",
    "publication-date": ", the later of which is the day of its own publication",
    "next-day": ": a night, or midnight in another time zone, would explain it",
}


def _name(first: _Told, later: _Told) -> str:
    on_the_day = later.earliest == later.latest == later.published
    if on_the_day and later.earliest - first.latest <= _MOST_LATE:
        return "publication-date"
    if later.earliest - first.latest == 1 and (first.minute is None or later.minute is None):
        return "next-day"
    return _CONFLICT
