"""Which two records are near enough in time and place to be compared, spelled out for one pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from reconcile.geo import kilometres
from reconcile.order import Ints

NIGHT_ENDS, NIGHT_BEGINS = 6 * 60, 18 * 60


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


def prepare(records: pl.DataFrame, window: Window, busy: pl.Series | None = None) -> pl.DataFrame:
    """What ``is_candidate`` looks at, one row a record: start, end (days), lat, lon, km, names, busy, loose, aggregate.

    An open end reaches ``open_days``; a moment at night belongs to both days; a date later than its own publication
    has the
    wrong year if the year before fits; without a date, the week before publication is meant (for records with a place).
    ``busy`` is that of a larger run, of which the records are a part.
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
    return frame.with_columns(busy=busy_stretches(frame, window) if busy is None else busy)


def codes(names: pl.Series) -> Ints:
    """A number for each name, from 1 and in no order; 0 where null."""
    known = names.alias("name").drop_nulls().unique()
    table = pl.DataFrame({"name": known, "code": np.arange(1, len(known) + 1)})
    joined = names.alias("name").to_frame().join(table, on="name", how="left", maintain_order="left")
    return joined["code"].fill_null(0).to_numpy()


def busy_stretches(frame: pl.DataFrame, window: Window) -> pl.Series:
    """Whether more than ``far_most`` records of the same country start within ``far_days`` of a record: ``frame`` has
    ``start`` and ``country``."""
    start = frame["start"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    country = codes(frame["country"])
    busy = np.zeros(len(start), dtype=bool)
    for code in np.unique(country):
        rows = np.flatnonzero(country == code)
        days = np.sort(start[rows][~np.isnan(start[rows])])
        counts = np.searchsorted(days, start[rows] + window.far_days, "right") - np.searchsorted(
            days, start[rows] - window.far_days, "left"
        )
        busy[rows] = counts > window.far_most
    return pl.Series("busy", busy)


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
