"""One outlet's total that another lists as several records, of which only one is in this event: 8 + 7 + 5 = 20."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl

from reconcile.discrepancies.context import Dispute, Said

_LEVELS: Final = ("admin1_key", "admin2_key", "place_key")
_LONGEST_SPAN: Final = 7  # days that a record may cover and still be looked for day by day
_MOST_PARTS: Final = 12
_MOST_THERE: Final = 100  # records of one place and day; with more, sums fit by chance too
_LEAST_TOTAL: Final = 5  # small sums fit by chance
_AT_ONCE: Final = 500_000  # records looked at together


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A record of one of the dispute's outlets in another event: where, and its exact figure (null = not stated)."""

    event_id: str
    record_id: str
    outlet: str
    figure: int | None


Nearby = Mapping[tuple[int, str, str], Sequence[Elsewhere]]
"""By disputed event, measure, and record of it: what other outlets' other events lie inside that record."""


def records_inside(rows: pl.DataFrame, disputed: pl.DataFrame) -> pl.DataFrame:
    """What lies inside each record of the ``disputed`` totals (``event_id, measure``), by day and stated place:
    ``event_id, measure, record_id`` and the ``event_id_2, record_id_2, outlet_2`` that lie inside.

    ``rows`` are the records of a whole run with ``event_id``; aggregates, and events that the record's own outlet also
    reports, are left out.
    """
    keys = ["record_id", "event_id", "outlet", "country_key", *_LEVELS, "day_start", "day_end"]
    known = rows.filter(~pl.col("aggregate") & pl.col("day_start").is_not_null() & pl.col("day_end").is_not_null())
    short = pl.col("day_end") - pl.col("day_start") < _LONGEST_SPAN
    found = []
    for first, end in _stretches(known["day_start"]):
        wholes = known.filter(pl.col("day_start") < end, pl.col("day_end") >= first, short).select(keys)
        day = pl.int_ranges(pl.col("day_start").clip(first), pl.min_horizontal(pl.col("day_end") + 1, end))
        days = wholes.join(disputed, on="event_id").with_columns(day=day).explode("day", empty_as_null=True)
        others = known.filter(pl.col("day_start") >= first, pl.col("day_start") < end).select(
            pl.col(keys).name.suffix("_2"), country_key="country_key", day=pl.col("day_start").cast(pl.Int64)
        )
        inside = pl.concat(_meet(days, others, level) for level in range(len(_LEVELS) + 1)).filter(
            pl.col("event_id") != pl.col("event_id_2"),
            pl.col("outlet") != pl.col("outlet_2"),
            pl.col("day_end_2") <= pl.col("day_end"),
            *(pl.col(level).is_null() | (pl.col(level) == pl.col(f"{level}_2")) for level in _LEVELS),
        )
        columns = ("event_id", "measure", "record_id", "outlet", "event_id_2", "record_id_2", "outlet_2")
        found.append(inside.select(columns))
    inside = pl.concat(found)
    theirs = rows.select("outlet", event_id_2="event_id").join(inside, on="event_id_2", how="semi")
    return inside.join(theirs, on=["outlet", "event_id_2"], how="anti").drop("outlet")


def nearby(inside: pl.DataFrame, totals: pl.DataFrame, ids: pl.Series) -> Nearby:
    """The :func:`records_inside` with their figures from ``totals``, the standing figures for everyone of (at least)
    the records inside; ``event_id`` counts in ``ids``."""
    figures = totals.select("measure", "low", "high", record_id_2="record_id")
    with_figures = inside.join(figures, on=["measure", "record_id_2"], how="left").sort(
        "event_id", "measure", "record_id", "record_id_2"
    )
    columns = ("event_id", "measure", "record_id", "event_id_2", "record_id_2", "outlet_2", "low", "high")
    found: dict[tuple[int, str, str], list[Elsewhere]] = {}
    for event, measure, record, other_event, other, outlet, low, high in with_figures.select(columns).iter_rows():
        one = Elsewhere(ids[other_event], other, outlet, low if low == high else None)
        found.setdefault((event, measure, record), []).append(one)
    return found


def split_elsewhere(low: Said, high: Said, dispute: Dispute, nearby: Nearby) -> tuple[str, str] | None:
    """The higher figure is what the lower one's outlet has here and in all other events inside the higher's record."""
    inside = nearby.get((dispute.event_id, dispute.measure, high.record_id), ())
    theirs = [one for one in inside if one.outlet == low.outlet]
    here = dispute.rows_by_outlet.get(low.outlet, [low])
    figures = [one.exact for one in here] + [one.figure for one in theirs]
    known = [figure for figure in figures if figure is not None]
    if not theirs or len(known) < len(figures) or len(figures) > _MOST_PARTS:
        return None
    if sum(known) != high.exact or sum(known) < _LEAST_TOTAL or sum(figure > 0 for figure in known) < 2:
        return None
    events = ", ".join(sorted({one.event_id for one in theirs}))
    terms = " + ".join(str(figure) for figure in known)
    return "row-split", (
        f"{high.outlet} gives one total for what {low.outlet} lists as {len(figures)} records, here and in {events}: "
        f"{terms} = {high.text}"
    )


def _stretches(days: pl.Series) -> Iterator[tuple[int, int]]:
    """``days`` in stretches of about ``_AT_ONCE`` rows, at least one: the first day, and the day after the last."""
    distinct, many = np.unique(days.to_numpy(), return_counts=True)
    part = (np.cumsum(many) - many) // _AT_ONCE
    bounds = [int(day) for day in distinct[np.flatnonzero(np.diff(part, prepend=-1))]]
    return pairwise([*bounds, int(distinct[-1]) + 1] if bounds else [0, 0])


def _meet(days: pl.DataFrame, others: pl.DataFrame, level: int) -> pl.DataFrame:
    """The ``days`` whose finest stated place is the ``level``-th (0: the country), and who else was there then.

    Where a hundred records share a place and day, some sum fits by chance, and pairing them all would fill the memory.
    """
    finest = _LEVELS[level - 1 : level]
    silent = [pl.col(name).is_null() for name in _LEVELS[level:]]
    mine = days.filter(*(pl.col(name).is_not_null() for name in finest), *silent)
    where, by = ["country_key", "day", *finest], ["country_key", "day", *(f"{name}_2" for name in finest)]
    there = others.join(mine, left_on=by, right_on=where, how="semi").filter(pl.len().over(by) <= _MOST_THERE)
    return mine.join(there, left_on=where, right_on=by, coalesce=False).select(
        [*days.columns, *(name for name in others.columns if name.endswith("_2"))]
    )
