"""Disagreements of date, place and parties, and events that one outlet alone reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from reconcile.actors import Actors
from reconcile.discrepancies.dates import date_findings
from reconcile.discrepancies.finding import Finding, against, finding
from reconcile.discrepancies.sides import party_findings
from reconcile.fold import name_similarity
from reconcile.geo import kilometres
from reconcile.groups import Groups
from reconcile.parties import Ties
from reconcile.rules import BY_NAME

# Two spellings at least this alike are one name; measured on place-name variants, see docs/matching.md.
_SAME_NAME: Final = 0.75
_ADMIN: Final = ("country", "admin1", "admin2", "place")
_COLUMNS: Final = (
    "event_id", "record_id", "outlet",
    "date", "date_start", "date_end", "published", "date_minute", "day_start", "day_end", "day_published",
    "lat", "lon", "match_km", *_ADMIN, *(f"{name}_key" for name in _ADMIN),
    "targets", "target_keys", "attribution",
)  # fmt: skip


def fact_discrepancies(rows: pl.DataFrame, perpetrators: Ties, actors: Actors, groups: Groups) -> Iterator[Finding]:
    """What concerns date, place and parties; ``rows`` are records with their ``event_id``."""
    several = rows.select(_COLUMNS).filter(pl.col("outlet").n_unique().over("event_id") > 1)
    yield from date_findings(several)
    yield from _places(several)
    yield from party_findings(several, perpetrators, actors, groups)


def _places(rows: pl.DataFrame) -> Iterator[Finding]:
    clashes: dict[tuple[int, str], list[tuple[str, str, float | None]]] = {}
    for event_id, left, right, km, around, *keys in _differing(rows).iter_rows():
        if km is not None or any(map(_names_clash, keys[::2], keys[1::2])):
            name = "place-level" if around else "place-conflict"
            clashes.setdefault((event_id, name), []).append((left, right, km))
    behind = {record for found in clashes.values() for left, right, _ in found for record in (left, right)}
    told = {
        record: (outlet, ", ".join(name for name in names if name) or f"{lat:.3f}, {lon:.3f}")
        for record, outlet, lat, lon, *names in rows.filter(pl.col("record_id").is_in(sorted(behind)))
        .select("record_id", "outlet", "lat", "lon", *reversed(_ADMIN))
        .iter_rows()
    }
    for (event_id, name), found in clashes.items():
        involved = sorted({record for left, right, _ in found for record in (left, right)})
        apart = max((km for _, _, km in found if km is not None), default=None)
        distance = "" if apart is None else f", up to {apart:.0f} km apart"
        why = ": an area and a place inside it" if name == "place-level" else ""
        message = f"place: {against(told[record] for record in involved)}{distance}{why}"
        yield finding(event_id, name, "place", message, [(record, told[record][1]) for record in involved])


def _differing(rows: pl.DataFrame) -> pl.DataFrame:
    """Every two records of different outlets that lie ``km`` apart, farther than allowed, or (null) differ in name.

    ``event_id, record_id, record_id_2, km, around`` (:func:`_area_around`), then the keys, one of each side in turn.
    """
    keys = [f"{name}_key" for name in _ADMIN]
    places = rows.select("event_id", "lat", "lon", "match_km").with_row_index("at")
    pairs = places.join(places, on="event_id", suffix="_2").filter(pl.col("at") < pl.col("at_2"))
    located = pl.col("lat").is_not_null() & pl.col("lat_2").is_not_null()
    points = pairs.filter(located)
    km = pl.Series("km", kilometres(points["lat"], points["lon"], points["lat_2"], points["lon_2"]))
    reach = pl.sum_horizontal("match_km", "match_km_2")  # null of coordinates that nothing is matched by
    far = points.with_columns(km).filter(pl.col("km") > reach)
    found = pl.concat([far, pairs.filter(~located)], how="diagonal")
    stated = rows.select("record_id", "outlet", *keys)
    one, two = (stated[found[at]] for at in ("at", "at_2"))
    both = pl.concat([found.select("event_id", "km"), one, two.select(pl.all().name.suffix("_2"))], how="horizontal")
    named = pl.any_horizontal(pl.col(key) != pl.col(f"{key}_2") for key in keys)
    names = (f"{key}{of}" for key in keys for of in ("", "_2"))
    return both.filter((pl.col("outlet") != pl.col("outlet_2")) & (pl.col("km").is_not_null() | named)).select(
        "event_id", "record_id", "record_id_2", "km", _area_around(), *names
    )


def _area_around() -> pl.Expr:
    """Whether one record names only a district or province that contains the other's place."""
    one_country = (pl.col("country_key") == pl.col("country_key_2")).fill_null(value=True)
    return (one_country & (_contains("", "_2") | _contains("_2", ""))).alias("around")


def _contains(wide: str, narrow: str) -> pl.Expr:
    levels = (pl.col(f"{level}_key{wide}") for level in reversed(_ADMIN))
    finest = pl.coalesce(pl.when(level != "").then(level) for level in levels)
    place, units = (pl.col(f"place_key{narrow}"), [pl.col(f"{level}_key{narrow}") for level in ("admin1", "admin2")])
    inside = pl.any_horizontal((finest == unit).fill_null(value=False) for unit in units)
    return (finest != place).fill_null(value=False) & inside


def _names_clash(a: str | None, b: str | None) -> bool:
    return a is not None and b is not None and a != b and name_similarity(a, b) < _SAME_NAME


def single_source(rows: pl.DataFrame) -> pl.DataFrame:
    """DISCREPANCIES of the events that one outlet alone reports, aggregates left out."""
    rule = BY_NAME["single-source"]
    return (
        rows.group_by("event_id", maintain_order=True)
        .agg(
            outlets=pl.col("outlet").n_unique(),
            outlet=pl.col("outlet").first(),
            aggregate=pl.col("aggregate").any(),
            records="record_id",
            values="outlet",
        )
        .filter((pl.col("outlets") == 1) & ~pl.col("aggregate"))
        .select(
            "event_id",
            pl.lit(rule.code).alias("rule"),
            pl.lit(rule.name).alias("name"),
            pl.lit("records").alias("field"),
            pl.lit(rule.severity).alias("severity"),
            pl.format("only {} reports this event", "outlet").alias("message"),
            "records",
            "values",
        )
    )
