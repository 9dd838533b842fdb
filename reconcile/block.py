"""Which pairs of records are worth comparing: near in time and place, or alike in rare words.

A pair is a candidate when one of these holds (``is_candidate`` spells out the first two, ``terms.neighbours`` the
third):

- near: their days are at most ``near_days`` apart and their places at most ``near_km`` (net of stated radii), or,
where one
  has no coordinates, no name contradicts that they are in one first-level region;
- far: days at most ``far_days`` apart, same country or none stated, and the same name of place or neither in a busy
  stretch: coordinates can be wrong;
- alike: at least one has no stated date or no place at all, and one is among the other's most similar texts.

A record's days are widened to what the outlet can mean by them: see ``prepare``. Aggregates pair with aggregates only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile import terms

EARTH_KM: Final = 6371.0088
_DEGREE_KM: Final = EARTH_KM * np.pi / 180  # between two latitudes
NIGHT_ENDS, NIGHT_BEGINS = 6 * 60, 18 * 60
_CHUNK: Final = 4_000_000
# Rows of one side with a key each, those of the other, days, and whether both are the same rows.
_Side = tuple[terms.Ints, terms.Ints]
_Pass = tuple[_Side, _Side, int, bool]
_RADII: Final = (25.0, 100.0, 400.0)  # km: grids for radii up to these; what is vaguer than the last meets everybody


@dataclass(frozen=True, slots=True)
class Window:
    """How far apart two records of one event may be; part of a model's settings."""

    near_days: int = 7
    near_km: float = 50.0
    far_days: int = 2
    far_most: int = 100  # more records than this within ``far_days`` in the country = a busy stretch
    open_days: int = 60  # how far back "on or before" reaches
    text_days: int = 60
    text_best: int = 25
    text_far_days: int = 1000
    text_far_best: int = 10
    text_terms: int = 80
    text_least: float = 0.02


def prepare(records: pl.DataFrame, window: Window) -> pl.DataFrame:
    """What ``is_candidate`` looks at, one row a record: start, end (days), lat, lon, km, names, busy, loose, aggregate.

    An open end reaches ``open_days``; a moment at night belongs to both days; a date later than its own publication
    has the
    wrong year if the year before fits; without a date, the week before publication is meant (for records with a place).
    """
    p, s, e = (pl.col(f"day_{name}") for name in ("published", "start", "end"))
    slip = pl.when(s.is_not_null() & (s > p + 1) & (s - 365 <= p)).then(365).otherwise(0)
    minute = pl.col("date_minute")
    start = pl.coalesce(s, e - window.open_days) - slip - (minute < NIGHT_ENDS).fill_null(value=False).cast(pl.Int32)
    end = pl.coalesce(e, s + window.open_days) - slip + (minute >= NIGHT_BEGINS).fill_null(value=False).cast(pl.Int32)
    located = pl.col("match_lat").is_not_null() & pl.col("match_lon").is_not_null()
    named = pl.any_horizontal(pl.col("place_key", "admin2_key", "admin1_key").is_not_null())
    undated = s.is_null() & e.is_null()
    frame = records.select(
        row=pl.int_range(pl.len(), dtype=pl.UInt32),
        start=pl.when(undated & (located | named)).then(p - window.near_days).otherwise(start),
        end=pl.when(undated & (located | named)).then(p).otherwise(end),
        lat=pl.when(located).then(pl.col("match_lat")),
        lon=pl.when(located).then(pl.col("match_lon")),
        km=pl.col("match_km").fill_null(0.0),
        country="country_key",
        admin1="admin1_key",
        place="place_key",
        loose=undated | ~(located | named),
        anchor=pl.coalesce(s, e, p),
        aggregate="aggregate",
    )
    return frame.with_columns(busy=_busy(frame, window))


def _busy(frame: pl.DataFrame, window: Window) -> pl.Series:
    """Whether more than ``far_most`` records of the same country start within ``far_days`` of a record."""
    start = frame["start"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    country = frame["country"].fill_null("").rank("dense").to_numpy().astype(np.int64)
    busy = np.zeros(len(start), dtype=bool)
    for code in np.unique(country):
        rows = np.flatnonzero(country == code)
        days = np.sort(start[rows][~np.isnan(start[rows])])
        counts = np.searchsorted(days, start[rows] + window.far_days, "right") - np.searchsorted(
            days, start[rows] - window.far_days, "left"
        )
        busy[rows] = counts > window.far_most
    return pl.Series("busy", busy)


def kilometres(lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> npt.NDArray[np.float64]:
    """Great-circle distance in km between points in degrees (haversine), element by element."""
    a1, b1, a2, b2 = (np.radians(np.asarray(x, dtype=np.float64)) for x in (lat1, lon1, lat2, lon2))
    h = np.sin((a2 - a1) / 2) ** 2 + np.cos(a1) * np.cos(a2) * np.sin((b2 - b1) / 2) ** 2
    apart: npt.NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(h)))
    return apart


def is_candidate(a: Mapping[str, Any], b: Mapping[str, Any], window: Window) -> bool:
    """Whether two rows of ``prepare`` are a near or a far candidate pair (the texts' tier is ``terms.neighbours``)."""
    if a["aggregate"] != b["aggregate"] or a["start"] is None or b["start"] is None:
        return False
    gap = max(a["start"] - b["end"], b["start"] - a["end"], 0)
    if a["lat"] is not None and b["lat"] is not None:
        apart = float(kilometres(a["lat"], a["lon"], b["lat"], b["lon"]))
        close = apart - a["km"] - b["km"] <= window.near_km
    else:
        close = _same_or_unknown(a, b, "country") and _same_or_unknown(a, b, "admin1")
    if close and gap <= window.near_days:
        return True
    return gap <= window.far_days and _same_or_unknown(a, b, "country") and not a["busy"] and not b["busy"]


def _same_or_unknown(a: Mapping[str, Any], b: Mapping[str, Any], name: str) -> bool:
    return a[name] is None or b[name] is None or a[name] == b[name]


def candidate_pairs(records: pl.DataFrame, window: Window) -> pl.DataFrame:
    """All candidate pairs of ``records`` (sorted by record_id): columns left, right (UInt32 rows), left < right,
    sorted."""
    frame = prepare(records, window)
    n = len(frame)
    keys = [
        low.astype(np.int64) * n + high for low, high in (*_by_time(frame, window), *_by_words(records, frame, window))
    ]
    found = np.sort(np.concatenate(keys)) if keys else np.zeros(0, np.int64)
    found = found[np.concatenate([found[:1] == found[:1], found[1:] != found[:-1]])]
    return pl.DataFrame(
        {"left": (found // max(n, 1)).astype(np.uint32), "right": (found % max(n, 1)).astype(np.uint32)}
    )


def _by_time(frame: pl.DataFrame, window: Window) -> Iterator[tuple[terms.Ints, terms.Ints]]:
    """The near and far tiers: passes that together meet every pair of the predicate, which then decides."""
    dated = frame.filter(pl.col("start").is_not_null() & pl.col("end").is_not_null())
    c = _arrays(dated)
    every = np.arange(len(dated))
    nothing = np.zeros(len(dated), dtype=np.int64)
    located = ~np.isnan(c["lat"])
    lost, homeless = every[~located], every[c["admin1"] == 0]
    passes: list[_Pass] = [
        ((quiet := every[~c["busy"]], nothing[quiet]), (quiet, nothing[quiet]), window.far_days, True),
        ((named := every[c["place"] > 0], c["place"][named]), (named, c["place"][named]), window.far_days, True),
        *_grids(c, every[located], window),
        ((housed := lost[c["admin1"][lost] > 0], c["admin1"][housed]), (every, c["admin1"]), window.near_days, False),
        ((stray := lost[c["admin1"][lost] == 0], nothing[stray]), (every, nothing), window.near_days, False),
        *(
            ((lost[a], key[lost[a]]), (homeless[b], key[homeless[b]]), window.near_days, False)
            for a, b, key in _by_country(c["country"], lost, homeless)
        ),
    ]
    rows = c["row"]
    for one, two, days, same in passes:
        # Whoever begins first meets the other; where both sides are the same rows, once is enough.
        for first, second in ((one, two),) if same else ((one, two), (two, one)):
            for i, j in _meet(c, *first, *second, days):
                gap = np.maximum(c["start"][j] - c["end"][i], c["start"][i] - c["end"][j])
                keep = (i != j) & _close(c, i, j, gap, window)
                a, b = rows[i[keep]], rows[j[keep]]
                yield np.minimum(a, b), np.maximum(a, b)


def _meet(
    c: dict[str, npt.NDArray[Any]], one: terms.Ints, key: terms.Ints, two: terms.Ints, other: terms.Ints, days: int
) -> Iterator[tuple[terms.Ints, terms.Ints]]:
    """Rows of ``one`` and of ``two`` with equal keys of which the second begins within the first or ``days`` after
    it."""
    if not len(one) or not len(two):
        return
    start = c["start"].astype(np.int64)
    low, span = int(start.min()), int(c["end"].max() - start.min()) + days + 2
    at = other * span + start[two] - low
    order = np.argsort(at)
    two, at = two[order], at[order]
    since = key * span + start[one] - low
    order = np.argsort(since)  # neighbouring searches end in neighbouring places: several times faster
    one, since = one[order], since[order]
    begin = np.searchsorted(at, since, "left")
    stop = np.searchsorted(at, since + (c["end"] - c["start"])[one] + days, "right")
    many = stop - begin
    bounds = np.concatenate([[0], np.cumsum(many)])
    done = 0
    while done < len(one):
        upto = max(int(np.searchsorted(bounds, bounds[done] + _CHUNK, "right")) - 1, done + 1)
        part = slice(done, upto)
        offset = np.repeat(begin[part] - (bounds[part] - bounds[done]), many[part])
        yield np.repeat(one[part], many[part]), two[offset + np.arange(int(bounds[upto] - bounds[done]))]
        done = upto


def _by_country(country: terms.Ints, one: terms.Ints, two: terms.Ints) -> Iterator[tuple[Any, Any, terms.Ints]]:
    """Which of ``one`` to meet which of ``two``, by which key, so that all meet whose countries agree."""
    nothing = np.zeros_like(country)
    yield country[one] > 0, country[two] > 0, country
    yield country[one] == 0, slice(None), nothing
    yield country[one] > 0, country[two] == 0, nothing


def _grids(c: dict[str, npt.NDArray[Any]], rows: terms.Ints, window: Window) -> Iterator[_Pass]:
    """Passes in which located rows meet those in the cells around theirs, in coarser grids as their radius grows."""
    least = 0.0
    for most in _RADII:
        within = rows[c["km"][rows] <= most]
        cell, nearby = _cells(c, within, window.near_km + 2 * most)
        wide = c["km"][within] > least if least else np.ones(len(within), dtype=bool)
        yield (np.repeat(within[wide], 9), nearby[wide].ravel()), (within, cell), window.near_days, not least
        least = most
    wide = c["km"][rows] > least
    yield (rows[wide], np.zeros_like(rows[wide])), (rows, np.zeros_like(rows)), window.near_days, False


def _cells(c: dict[str, npt.NDArray[Any]], rows: terms.Ints, size: float) -> tuple[terms.Ints, terms.Ints]:
    """The grid cell of each located row, and the nine cells (3 x 3) around it (a row of nine), as codes.

    A cell is at least ``size`` km high and wide; its width in degrees follows from the most polar latitude of its band
    of cells, so that neighbours across bands are met too.
    """
    height = max(size, 1.0) / _DEGREE_KM
    bands = int(np.ceil(180 / height))
    band = np.clip(np.floor((c["lat"][rows] + 90) / height).astype(np.int64), 0, bands - 1)
    cells = []
    for shift in (-1, 0, 1):
        # The cells of the neighbouring band, in that band's own width.
        near = np.clip(band + shift, 0, bands - 1)
        columns = _columns(near, height)
        column = np.floor((c["lon"][rows] + 180) / 360 * columns).astype(np.int64) % columns
        cells += [near * 1_000_000 + (column + step) % columns for step in (-1, 0, 1)]
    return cells[4], np.column_stack(cells)


def _columns(band: terms.Ints, height: float) -> terms.Ints:
    """How many cells go round the globe in ``band``."""
    polar = np.minimum(np.maximum(np.abs(band * height - 90), np.abs((band + 1) * height - 90)) + height, 90.0)
    result: terms.Ints = np.maximum(np.floor(360 * np.cos(np.radians(polar)) / height), 1).astype(np.int64)
    return result


def _arrays(frame: pl.DataFrame) -> dict[str, npt.NDArray[Any]]:
    columns = {name: frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in ("lat", "lon", "km")}
    for name in ("country", "admin1", "place"):  # codes from 1; 0 = not stated
        known = frame[name].drop_nulls().unique().sort()
        codes = pl.DataFrame({name: known, "code": np.arange(1, len(known) + 1)})
        joined = frame.select(name).join(codes, on=name, how="left", maintain_order="left")
        columns[name] = joined["code"].fill_null(0).to_numpy().astype(np.int64)
    columns |= {name: frame[name].to_numpy() for name in ("busy", "aggregate")}
    return columns | {name: frame[name].to_numpy().astype(np.int64) for name in ("row", "start", "end")}


def _close(
    c: dict[str, npt.NDArray[Any]], i: terms.Ints, j: terms.Ints, gap: terms.Ints, window: Window
) -> npt.NDArray[np.bool_]:
    """``is_candidate`` for arrays of pairs whose days are ``gap`` apart (negative: they overlap)."""
    kept = np.zeros(len(i), dtype=bool)
    alike = c["aggregate"][i] == c["aggregate"][j]
    # Far: few pairs are, so the test for them comes last, and only where the days allow it.
    near = np.flatnonzero(alike & (gap <= window.near_days))
    kept[near] = _near(c, i[near], j[near], window)
    rest = np.flatnonzero(alike & ~kept & (gap <= window.far_days))
    a, b = i[rest], j[rest]
    quiet = ~c["busy"][a] & ~c["busy"][b]
    named = (c["place"][a] > 0) & (c["place"][a] == c["place"][b])
    kept[rest] = (quiet | named) & _agree(c["country"], a, b)
    return kept


def _near(c: dict[str, npt.NDArray[Any]], i: terms.Ints, j: terms.Ints, window: Window) -> npt.NDArray[np.bool_]:
    """Whether the places of pairs are near, or where one has no coordinates, no region contradicts it."""
    reach = window.near_km + c["km"][i] + c["km"][j]
    north = np.abs(c["lat"][i] - c["lat"][j]) * _DEGREE_KM  # NaN where one has no coordinates
    near = np.isnan(north)
    lost = np.flatnonzero(near)
    near[lost] = _agree(c["country"], i[lost], j[lost]) & _agree(c["admin1"], i[lost], j[lost])
    rest = np.flatnonzero(north <= reach * 1.001)  # the distance is at least that between the latitudes
    a, b = i[rest], j[rest]
    apart = kilometres(c["lat"][a], c["lon"][a], c["lat"][b], c["lon"][b])
    near[rest] = apart - c["km"][a] - c["km"][b] <= window.near_km
    kept: npt.NDArray[np.bool_] = near
    return kept


def _agree(code: terms.Ints, i: terms.Ints, j: terms.Ints) -> npt.NDArray[np.bool_]:
    """Whether two codes are the same, or one is 0: not stated."""
    a, b = code[i], code[j]
    same: npt.NDArray[np.bool_] = (a == b) | (a == 0) | (b == 0)
    return same


def _by_words(records: pl.DataFrame, frame: pl.DataFrame, window: Window) -> Iterator[tuple[terms.Ints, terms.Ints]]:
    """The texts' tier: pairs of records with words, at least one of them loose (no date, or no place at all)."""
    loose, aggregate = frame["loose"].to_numpy(), frame["aggregate"].to_numpy()
    rows = np.flatnonzero(frame["anchor"].is_not_null().to_numpy())
    if not loose[rows].any():
        return
    words = terms.tokens(terms.joined([records["title"], records["text"]]))
    if not len(words):
        return
    day = frame["anchor"].fill_null(0).to_numpy().astype(np.int64)
    matrix = terms.vectors(words, terms.days_of(np.arange(len(records))), len(records), limit=window.text_terms)
    for days, best in ((window.text_days, window.text_best), (window.text_far_days, window.text_far_best)):
        for kind in (False, True):
            among = rows[aggregate[rows] == kind]
            a, b = terms.neighbours(matrix, day, days=days, best=best, least=window.text_least, rows=among)
            keep = loose[a] | loose[b]
            yield np.minimum(a, b)[keep], np.maximum(a, b)[keep]
