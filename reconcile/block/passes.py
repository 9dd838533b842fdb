"""The passes in which rows meet: each brings rows with one key together, all passes every near or far pair."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.block.grid import DEGREE_KM, cells, nearby
from reconcile.block.meet import Crowded, Guard, meet
from reconcile.block.predicate import Window, codes
from reconcile.geo import EARTH_RADIUS_KM, arc, haversine
from reconcile.order import Ints, ordered

# Rows of one side with a key each, those of the other, days, and whether both are the same rows.
_Side = tuple[Ints, Ints]
_Home = npt.NDArray[np.bool_] | None
_Pass = tuple[_Side, _Side, int, bool]
_RADII: Final = (
    5.0,
    25.0,
    100.0,
    400.0,
)  # km: grids for radii up to these; what is vaguer than the last meets everybody


def by_time(
    records: pl.DataFrame,
    frame: pl.DataFrame,
    window: Window,
    crowded: Crowded,
    home: _Home = None,
) -> Iterator[tuple[Ints, Ints]]:
    """The near and far tiers: passes that together meet every pair of the predicate, which then decides.

    ``frame`` is ``prepare``'s of ``records``. ``crowded`` is told the rows that met only their closest: see
    :mod:`reconcile.block.meet`. With ``home`` (one a row) only pairs whose first row to begin, or one of two that begin
    together, is at home.
    """
    dated = frame.filter(pl.col("start").is_not_null() & pl.col("end").is_not_null())
    c = _arrays(dated)
    guard = Guard(cache(lambda: _likeness(records)[c["row"]]), crowded)
    rows = c["row"]
    for one, two, days, same in _passes(c, window, home):
        # Whoever begins first meets the other; where both sides are the same rows, once is enough.
        for first, second in ((one, two),) if same else ((one, two), (two, one)):
            for i, j in meet(c, *_among(first, home, rows), *second, days, guard):
                gap = np.maximum(c["start"][j] - c["end"][i], c["start"][i] - c["end"][j])
                keep = (i != j) & _close(c, i, j, gap, window)
                a, b = rows[i[keep]], rows[j[keep]]
                yield np.minimum(a, b), np.maximum(a, b)


def _among(side: _Side, home: _Home, rows: Ints) -> _Side:
    """Those of ``side`` that are at ``home``."""
    if home is None:
        return side
    kept = home[rows[side[0]]]
    return side[0][kept], side[1][kept]


def _passes(c: dict[str, npt.NDArray[Any]], window: Window, home: _Home) -> Iterator[_Pass]:
    """One after the other: the keys of a grid are longer than all else."""
    every = np.arange(len(c["row"]))
    nothing = np.zeros_like(every)
    located = ~np.isnan(c["lat"])
    lost, homeless = every[~located], every[c["admin1"] == 0]
    quiet, named = every[~c["busy"]], every[c["place"] > 0]
    yield (quiet, nothing[quiet]), (quiet, nothing[quiet]), window.far_days, True
    yield (named, c["place"][named]), (named, c["place"][named]), window.far_days, True
    yield from _grids(c, every[located], window, home)
    housed, stray = lost[c["admin1"][lost] > 0], lost[c["admin1"][lost] == 0]
    yield (housed, c["admin1"][housed]), (every, c["admin1"]), window.near_days, False
    yield (stray, nothing[stray]), (every, nothing), window.near_days, False
    for a, b, key in _by_country(c["country"], lost, homeless):
        yield (lost[a], key[lost[a]]), (homeless[b], key[homeless[b]]), window.near_days, False


def _by_country(country: Ints, one: Ints, two: Ints) -> Iterator[tuple[Any, Any, Ints]]:
    """Which of ``one`` to meet which of ``two``, by which key, so that all meet whose countries agree."""
    nothing = np.zeros_like(country)
    yield country[one] > 0, country[two] > 0, country
    yield country[one] == 0, slice(None), nothing
    yield country[one] > 0, country[two] == 0, nothing


def _grids(c: dict[str, npt.NDArray[Any]], rows: Ints, window: Window, home: _Home) -> Iterator[_Pass]:
    """Passes in which located rows meet those in the cells around theirs, in coarser grids as their radius grows."""
    least = 0.0
    for most in _RADII:
        within = rows[c["km"][rows] <= most]
        size = window.near_km + 2 * most
        wide = within[c["km"][within] > least] if least else within
        if not least and home is not None:  # those of the finest grid only come first, and so only at home
            wide = wide[home[c["row"][wide]]]
        around = np.repeat(wide, 9), nearby(c, wide, size).ravel()
        yield around, (within, cells(c, within, size)), window.near_days, not least
        least = most
    widest = rows[c["km"][rows] > least]
    yield (widest, np.zeros_like(widest)), (rows, np.zeros_like(rows)), window.near_days, False


def _arrays(frame: pl.DataFrame) -> dict[str, npt.NDArray[Any]]:
    """The columns as arrays, so sorted that rows that meet lie near each other in memory: twice as fast."""
    c: dict[str, npt.NDArray[Any]] = {
        name: frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in ("lat", "lon", "km")
    }
    c |= {"phi": np.radians(c["lat"]), "lambda": np.radians(c["lon"])}
    c |= {"cos": np.cos(c["phi"])}
    c |= {name: codes(frame[name]) for name in ("country", "admin1", "place")}
    c |= {name: frame[name].to_numpy() for name in ("busy", "aggregate")}
    c |= {name: frame[name].to_numpy().astype(np.int64) for name in ("row", "start", "end")}
    lat, lon = (np.nan_to_num(c[axis]).astype(np.int64) + 180 for axis in ("lat", "lon"))
    days = c["start"] - c["start"].min(initial=0)
    span = int(days.max(initial=0)) + 1
    _, order = ordered((lat * 400 + lon) * span + days, 400 * 400 * span)
    return {name: values[order] for name, values in c.items()}


def _likeness(records: pl.DataFrame) -> Ints:
    """A number a record, so that records of one place, toll and kind of event stand next to each other."""
    by = ["place_key", "admin2_key", "killed", "injured", "type_key", "outlet"]
    order = records.select(*by, row=pl.int_range(pl.len(), dtype=pl.Int64)).sort(*by, "row")["row"]
    rank = np.empty(len(records), dtype=np.int64)
    rank[order.to_numpy()] = np.arange(len(records))
    return rank


def _close(c: dict[str, npt.NDArray[Any]], i: Ints, j: Ints, gap: Ints, window: Window) -> npt.NDArray[np.bool_]:
    """``is_candidate`` for arrays of pairs whose days are ``gap`` apart (negative: they overlap)."""
    alike = c["aggregate"][i] == c["aggregate"][j]
    soon = alike & (gap <= window.near_days)
    if soon.all():
        kept = _near(c, i, j, window)
    else:
        kept = np.zeros(len(i), dtype=bool)
        near = np.flatnonzero(soon)
        kept[near] = _near(c, i[near], j[near], window)
    # Far: few pairs are, so the test for them comes last, and only where the days allow it.
    rest = np.flatnonzero(alike & ~kept & (gap <= window.far_days))
    a, b = i[rest], j[rest]
    quiet = ~c["busy"][a] & ~c["busy"][b]
    named = (c["place"][a] > 0) & (c["place"][a] == c["place"][b])
    kept[rest] = (quiet | named) & _agree(c["country"], a, b)
    return kept


def _near(c: dict[str, npt.NDArray[Any]], i: Ints, j: Ints, window: Window) -> npt.NDArray[np.bool_]:
    """Whether the places of pairs are near, or where one has no coordinates, no region contradicts it."""
    reach = window.near_km + c["km"][i] + c["km"][j]
    north = np.abs(c["lat"][i] - c["lat"][j]) * DEGREE_KM  # NaN where one has no coordinates
    near = np.isnan(north)
    lost = np.flatnonzero(near)
    near[lost] = _agree(c["country"], i[lost], j[lost]) & _agree(c["admin1"], i[lost], j[lost])
    rest = np.flatnonzero(north <= reach * 1.001)  # the distance is at least that between the latitudes
    a, b = i[rest], j[rest]
    chord = haversine(*(c[name][rows] for rows in (a, b) for name in ("phi", "lambda", "cos")))
    # Half a chord is shorter than half its arc: few pairs are left for the costly inverse.
    some = np.flatnonzero(chord <= (reach[rest] / (2 * EARTH_RADIUS_KM)) ** 2 * 1.001)
    a, b = a[some], b[some]
    near[rest[some]] = arc(chord[some]) - c["km"][a] - c["km"][b] <= window.near_km
    kept: npt.NDArray[np.bool_] = near
    return kept


def _agree(code: Ints, i: Ints, j: Ints) -> npt.NDArray[np.bool_]:
    """Whether two codes are the same, or one is 0: not stated."""
    a, b = code[i], code[j]
    same: npt.NDArray[np.bool_] = (a == b) | (a == 0) | (b == 0)
    return same
