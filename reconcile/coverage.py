"""Part-of beside same-as: records that sum up several events, linked to those events with the arithmetic.

An aggregate (a month, a campaign, one total for three villages) is never merged with the events it covers, and never
added to them: it repeats them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
import polars as pl

from reconcile.actors import Actors
from reconcile.history import bounds_nothing
from reconcile.order import each_distinct
from reconcile.tables import MEASURES

_LEVELS: Final = ("admin1_key", "admin2_key", "place_key")
# A record that nobody calls an aggregate is linked only on its arithmetic. Small sums and long ones are coincidence.
_LEAST_TOTAL: Final = 5
_MOST_PARTS: Final = 50
_LONGEST_SPAN: Final = 31  # days

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The event ``event_id`` sums up the events ``covers``; ``sums`` has a line of arithmetic for each measure."""

    event_id: str
    covers: tuple[str, ...]
    sums: tuple[str, ...]


def find_coverage(spans: pl.DataFrame, actors: Actors) -> list[Coverage]:
    """Which event covers which; ``spans`` are the :func:`spans_of` all events of a run, or of whole countries.

    A record flagged ``aggregate`` covers every other event inside its days and its finest stated place whose
    perpetrators are not strangers to its own, smaller aggregates among them. An event whose outlets all give one
    figure, and that spans several days, or names no place finer than a district, or has at least two others on its day
    in its place, covers the events inside when two or more of them (all, or all of one outlet) add up to exactly its
    own total.
    """
    events = spans.with_columns(beside=pl.len().over("country_key", "place_key", "first", "last")).sort(
        "country_key", "first", "event_id"
    )
    found: list[Coverage] = []
    for _, country in events.group_by("country_key", maintain_order=True):
        found += _in_country(country, actors)
    return sorted(found, key=lambda one: one.event_id)


def coverage_of_events(found: Sequence[Coverage]) -> pl.DataFrame:
    """``event_id, covers, part_of`` for the events that cover or are covered."""
    covers = {one.event_id: sorted(one.covers) for one in found}
    part_of: dict[str, list[str]] = {}
    for one in found:
        for inside in one.covers:
            part_of.setdefault(inside, []).append(one.event_id)
    names = sorted(covers.keys() | part_of.keys())
    return pl.DataFrame(
        {
            "event_id": names,
            "covers": [covers.get(name, []) for name in names],
            "part_of": [sorted(part_of.get(name, [])) for name in names],
        },
        schema={"event_id": pl.String, "covers": pl.List(pl.String), "part_of": pl.List(pl.String)},
    )


def spans_of(rows: pl.DataFrame, reconciled: pl.DataFrame) -> pl.DataFrame:
    """One row an event with a span of days and a country: keys, perpetrators, and the best total of each measure.

    ``rows`` are records with ``event_id``, sorted by event and record; ``reconciled`` has the figures of events.
    """
    total = pl.when(~bounds_nothing()).then(pl.coalesce("best", "low"))
    totals = (
        reconciled.filter(pl.col("group").is_null())
        .group_by("event_id", maintain_order=True)
        .agg(
            *(total.filter(pl.col("measure") == measure).first().alias(measure) for measure in MEASURES),
            settled=(pl.col("low") == pl.col("high")).fill_null(value=False).all(),
        )
    )
    keys = rows.select("event_id", "perpetrator_keys").explode("perpetrator_keys", empty_as_null=True)
    actors = each_distinct(keys, "perpetrator_keys", "perpetrator_keys")
    return (
        rows.group_by("event_id", maintain_order=True)
        .agg(
            pl.col("aggregate").any(),
            pl.col("record_id").len().alias("records"),
            pl.col("day_start").min().alias("first"),
            pl.col("day_end").max().alias("last"),
            pl.col("country_key", *_LEVELS).drop_nulls().first(),
        )
        .filter(pl.col("first").is_not_null() & pl.col("last").is_not_null() & pl.col("country_key").is_not_null())
        .join(each_distinct(rows, "outlet", "outlets"), on="event_id", how="left", maintain_order="left")
        .join(actors, on="event_id", how="left", maintain_order="left")
        .join(totals, on="event_id", how="left", maintain_order="left")
        .with_columns(pl.col("perpetrator_keys").fill_null(pl.lit([], dtype=pl.List(pl.String))))
        .with_columns(alone=(pl.col("records") == 1) | pl.col("settled").fill_null(value=False))
    )


def _in_country(events: pl.DataFrame, actors: Actors) -> Iterator[Coverage]:
    """``events`` of one country, sorted by their first day."""
    first, last = events["first"].to_numpy(), events["last"].to_numpy()
    level = {name: events[name].rank("dense").fill_null(0).to_numpy() for name in _LEVELS}
    single = ~events["aggregate"].to_numpy()
    coarse = events.select(
        pl.col("place_key").is_null() | (pl.col("last") > pl.col("first")) | (pl.col("beside") > 2)
    ).to_series().to_numpy()  # fmt: skip
    enough = events.select(pl.max_horizontal(MEASURES).fill_null(0) >= _LEAST_TOTAL).to_series().to_numpy()
    short = (last - first) <= _LONGEST_SPAN
    # How much an aggregate spans: one of the same days and the same area is beside another and not inside it.
    named = np.sum([level[name] > 0 for name in _LEVELS], axis=0)
    extent = (last - first) * (len(_LEVELS) + 1) - named
    may_cover = ~single | (coarse & enough & short & events["alone"].to_numpy())
    for at in np.flatnonzero(may_cover):
        begin, end = np.searchsorted(first, (first[at], last[at] + 1))
        near = np.arange(begin, end)
        near = near[(last[near] <= last[at]) & (near != at)]
        for name in _LEVELS:
            if level[name][at]:
                near = near[level[name][near] == level[name][at]]
        smaller = near[~single[near] & (extent[near] < extent[at])] if not single[at] else near[:0]
        near = near[single[near]]
        if not single[at] and near.size + smaller.size == 0:
            continue
        if single[at] and not 2 <= near.size <= _MOST_PARTS:
            continue
        whole = events.row(int(at), named=True)
        inside = [row for row in events[near].iter_rows(named=True) if _same_hand(whole, row, actors)]
        if not single[at]:
            totals = [row for row in events[smaller].iter_rows(named=True) if _same_hand(whole, row, actors)]
            if inside or totals:
                yield _aggregate(whole, inside, totals)
        else:
            yield from _by_arithmetic(whole, inside)


def _aggregate(whole: Row, inside: Sequence[Row], totals: Sequence[Row]) -> Coverage:
    """``inside`` are single events; ``totals``, smaller aggregates, repeat those and are never added to them.

    Only where no event is listed by itself, and no two of the smaller aggregates overlap, are they the parts.
    """
    parts = inside or (totals if not _overlap(totals) else [])
    sums = [_arithmetic(whole, parts, measure) for measure in MEASURES if whole[measure] is not None and parts]
    if totals and parts is not totals:
        one = len(totals) == 1
        sums.append(f"{len(totals)} smaller {'total' if one else 'totals'} inside {'is' if one else 'are'} not added")
    return Coverage(whole["event_id"], tuple(row["event_id"] for row in (*inside, *totals)), tuple(sums))


def _overlap(totals: Sequence[Row]) -> bool:
    """Whether two aggregates may count the same dead: common days, and no level at which their areas differ."""
    return any(
        a["first"] <= b["last"]
        and b["first"] <= a["last"]
        and all(None in (a[name], b[name]) or a[name] == b[name] for name in _LEVELS)
        for a, b in combinations(totals, 2)
    )


def _same_hand(whole: Row, part: Row, actors: Actors) -> bool:
    ours, theirs = whole["perpetrator_keys"], part["perpetrator_keys"]
    return not ours or not theirs or any(actors.relation(a, b) != "unrelated" for a in ours for b in theirs)


def _by_arithmetic(whole: Row, inside: Sequence[Row]) -> Iterator[Coverage]:
    """The whole covers what adds up to it: all events inside, or all that one outlet reports."""
    outlets = sorted({outlet for row in inside for outlet in row["outlets"]} - set(whole["outlets"]))
    choices = [list(inside), *([row for row in inside if outlet in row["outlets"]] for outlet in outlets)]
    for measure in MEASURES:
        total = whole[measure]
        if total is None or total < _LEAST_TOTAL:
            continue
        for chosen in choices:
            figures = [row[measure] for row in chosen]
            counted = [figure for figure in figures if figure]
            if None not in figures and len(counted) > 1 and sum(counted) == total:
                sums = tuple(_arithmetic(whole, chosen, one) for one in MEASURES if whole[one] is not None)
                yield Coverage(whole["event_id"], tuple(row["event_id"] for row in chosen), sums)
                return


def _arithmetic(whole: Row, inside: Sequence[Row], measure: str) -> str:
    """``killed: 8 + 7 + 5 = 20 of 23 leaves 3 unexplained``; events that state nothing are counted, not added."""
    stated = [row[measure] for row in inside if row[measure] is not None]
    if not stated:
        return f"{measure}: {whole[measure]}, and none of its parts states a figure"
    known, total = sum(stated), whole[measure]
    shown = " + ".join(str(figure) for figure in stated[:8]) + (
        f" + … ({len(stated)} figures)" if len(stated) > 8 else ""
    )
    text = f"{measure}: {shown} = {known}" if len(stated) > 1 else f"{measure}: {known}"
    text += f" of {total}"
    if len(stated) < len(inside):
        text += f", {len(inside) - len(stated)} of {len(inside)} parts state none"
    if known < total:
        return f"{text}, which leaves {total - known} unexplained"
    return text if known == total else f"{text}, {known - total} more than it says"
