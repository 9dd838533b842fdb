"""Which pairs of records are worth comparing: near in time and place, or alike in rare words.

A pair is a candidate when one of these holds (``is_candidate`` spells out the first two, ``terms.neighbours`` the third):

- near: their days are at most ``near_days`` apart and their places at most ``near_km`` (net of stated radii), or, where one
  has no coordinates, no name contradicts that they are in one first-level region;
- far: days at most ``far_days`` apart, same country or none stated, neither in a busy stretch: coordinates can be wrong;
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
NIGHT_ENDS, NIGHT_BEGINS = 6 * 60, 18 * 60
_CHUNK: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """How far apart two records of one event may be; part of a model's settings."""

    near_days: int = 7
    near_km: float = 50.0
    far_days: int = 2
    far_most: int = 400  # more records than this within ``far_days`` in the country = a busy stretch
    open_days: int = 60  # how far back "on or before" reaches
    text_days: int = 60
    text_best: int = 25
    text_far_days: int = 1000
    text_far_best: int = 10
    text_terms: int = 80
    text_least: float = 0.02


def prepare(records: pl.DataFrame, window: Window) -> pl.DataFrame:
    """What ``is_candidate`` looks at, one row a record: start, end (days), lat, lon, km, names, busy, loose, aggregate.

    An open end reaches ``open_days``; a moment at night belongs to both days; a date later than its own publication has the
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
    return 2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(h)))


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
    """All candidate pairs of ``records`` (sorted by record_id): columns left, right (UInt32 rows), left < right, sorted."""
    frame = prepare(records, window)
    n = len(frame)
    keys = [
        low.astype(np.int64) * n + high for low, high in (*_by_time(frame, window), *_by_words(records, frame, window))
    ]
    found = np.unique(np.concatenate(keys)) if keys else np.zeros(0, np.int64)
    return pl.DataFrame(
        {"left": (found // max(n, 1)).astype(np.uint32), "right": (found % max(n, 1)).astype(np.uint32)}
    )


def _by_time(frame: pl.DataFrame, window: Window) -> Iterator[tuple[terms.Ints, terms.Ints]]:
    """Sweep over the days: each record meets those that start in its days or shortly after, then the predicate decides."""
    dated = frame.filter(pl.col("start").is_not_null() & pl.col("end").is_not_null()).sort("start", "row")
    start, end = dated["start"].to_numpy().astype(np.int64), dated["end"].to_numpy().astype(np.int64)
    columns = _arrays(dated)
    n = len(start)
    first = np.arange(1, n + 1)
    last = np.searchsorted(start, end + max(window.near_days, window.far_days), "right")
    many = np.maximum(last - first, 0)
    bounds = np.concatenate([[0], np.cumsum(many)])
    at = 0
    while at < n:
        stop = max(int(np.searchsorted(bounds, bounds[at] + _CHUNK, "right")) - 1, at + 1)
        i = np.repeat(np.arange(at, stop), many[at:stop])
        j = (
            np.arange(len(i))
            - np.repeat(bounds[at:stop] - bounds[at], many[at:stop])
            + np.repeat(first[at:stop], many[at:stop])
        )
        keep = _close(columns, i, j, start[j] - end[i], window)
        rows = columns["row"]
        a, b = rows[i[keep]], rows[j[keep]]
        yield np.minimum(a, b), np.maximum(a, b)
        at = stop


def _arrays(frame: pl.DataFrame) -> dict[str, npt.NDArray[Any]]:
    code = lambda name: (
        frame[name].fill_null("").rank("dense").to_numpy().astype(np.int64) * frame[name].is_not_null().to_numpy()
    )  # noqa: E731
    columns = {name: frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in ("lat", "lon", "km")}
    columns |= {name: code(name) for name in ("country", "admin1")}
    columns |= {name: frame[name].to_numpy() for name in ("busy", "aggregate")}
    return columns | {"row": frame["row"].to_numpy().astype(np.int64)}


def _close(
    c: dict[str, npt.NDArray[Any]], i: terms.Ints, j: terms.Ints, gap: terms.Ints, window: Window
) -> npt.NDArray[np.bool_]:
    """``is_candidate`` for arrays of pairs whose days are ``gap`` apart (negative: they overlap)."""
    agree = {name: (c[name][i] == c[name][j]) | (c[name][i] == 0) | (c[name][j] == 0) for name in ("country", "admin1")}
    net = kilometres(c["lat"][i], c["lon"][i], c["lat"][j], c["lon"][j]) - c["km"][i] - c["km"][j]
    close = np.where(np.isnan(net), agree["country"] & agree["admin1"], net <= window.near_km)
    far = (gap <= window.far_days) & agree["country"] & ~c["busy"][i] & ~c["busy"][j]
    kept: npt.NDArray[np.bool_] = ((close & (gap <= window.near_days)) | far) & (c["aggregate"][i] == c["aggregate"][j])
    return kept


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
    matrix = terms.vectors(words, np.arange(len(records)), limit=window.text_terms)
    for days, best in ((window.text_days, window.text_best), (window.text_far_days, window.text_far_best)):
        for kind in (False, True):
            among = rows[aggregate[rows] == kind]
            a, b = terms.neighbours(matrix, day, days=days, best=best, least=window.text_least, rows=among)
            keep = loose[a] | loose[b]
            yield np.minimum(a, b)[keep], np.maximum(a, b)[keep]
