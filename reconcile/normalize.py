"""From names as outlets wrote them to what they mean: the ``records`` table.

Adds the MEANING columns of ``tables``; the LOADED columns pass through untouched. Each distinct name, or
tuple of names that decide together, is resolved once and joined back, so that a million records with few
names take seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import polars as pl

from reconcile.actors import Actors
from reconcile.event_types import EventTypes
from reconcile.fold import fold_place
from reconcile.places import Places, Point
from reconcile.tables import LOADED, MEANING, RECORDS, conform

# The radius taken for stated coordinates without a stated precision. A gazetteer's point for a village is
# good to a few km; when the record names no place inside its unit, the point stands for the unit: a
# centroid is not a point.
POINT_KM: Final = 5.0
DISTRICT_KM: Final = 25.0
PROVINCE_KM: Final = 75.0
COUNTRY_KM: Final = 300.0

_KEYS: Final = ("country", "admin1", "admin2", "place")


def normalize(loaded: pl.DataFrame, places: Places, actors: Actors, event_types: EventTypes) -> pl.DataFrame:
    """The ``records`` table (``tables.RECORDS``, sorted by ``record_id``) of a ``loaded`` table
    (``tables.LOADED``).

    ``match_lat``, ``match_lon``, ``match_km`` are the stated coordinates with their stated precision (else
    POINT_KM, DISTRICT_KM, PROVINCE_KM or COUNTRY_KM, by the smallest unit that the record names), or those
    of the place table, or null.
    """
    frame = conform(loaded, LOADED, "loaded").sort("record_id")
    frame = frame.with_columns(
        pl.col(date).cast(pl.Int32).alias(day)
        for date, day in (
            ("date_start", "day_start"),
            ("date_end", "day_end"),
            ("published", "day_published"),
        )
    )
    frame = _with_places(frame, places)
    frame = _with_actors(frame, "perpetrators", "perpetrator_keys", actors)
    frame = _with_actors(frame, "targets", "target_keys", actors)
    types = _mapped(frame["event_type"], event_types.resolve)
    frame = frame.with_columns(types.alias("type_key"))
    return conform(frame.select(RECORDS.names()), RECORDS, "records")


def _mapped(column: pl.Series, resolve: Callable[[str], str | None]) -> pl.Series:
    """``resolve`` of each text, called once for each distinct one."""
    known = column.drop_nulls().unique().sort()
    keys = pl.Series([resolve(text) for text in known], dtype=pl.String)
    return column.replace_strict(known, keys, default=None, return_dtype=pl.String)


def _with_places(frame: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Add the four name keys and the coordinates to match by."""
    # Coordinates decide only between homonyms, so tenths of a degree keep the distinct tuples few.
    near = [pl.col(axis).round(1).alias(f"near_{axis}") for axis in ("lat", "lon")]
    frame = frame.with_columns(near)
    by = [*_KEYS, "near_lat", "near_lon"]
    distinct = frame.select(by).unique().sort(by)
    found = pl.DataFrame(
        [_place_keys(places, *row) for row in distinct.iter_rows()],
        schema={**{name: MEANING[name] for name in _PLACE_COLUMNS}, "default_km": pl.Float64},
        orient="row",
    ).rename({"match_lat": "table_lat", "match_lon": "table_lon", "match_km": "table_km"})
    frame = frame.join(
        pl.concat([distinct, found], how="horizontal"),
        on=by,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    stated = pl.col("lat").is_not_null() & pl.col("lon").is_not_null()
    radius = pl.coalesce("geo_precision_km", "default_km")
    return frame.with_columns(
        pl.when(stated).then(mine).otherwise(pl.col(f"table_{axis}")).alias(f"match_{axis}")
        for axis, mine in (("lat", pl.col("lat")), ("lon", pl.col("lon")), ("km", radius))
    )


_PLACE_COLUMNS: Final = (
    "country_key", "admin1_key", "admin2_key", "place_key", "match_lat", "match_lon", "match_km",
)  # fmt: skip


def _place_keys(
    places: Places,
    country: str | None,
    admin1: str | None,
    admin2: str | None,
    place: str | None,
    lat: float | None,
    lon: float | None,
) -> tuple[str | float | None, ...]:
    country_key = places.country(country) if country else None
    admin1_key = places.admin1(admin1, country_key) if admin1 else None
    admin2_key = places.admin2(admin2, admin1_key, country_key) if admin2 else None
    found = places.resolve(place, admin2, admin1, country, lat, lon)
    place_key = found.key if found else (fold_place(place) or None) if place else None
    point: Point | None = None if lat is not None else places.locate(place, admin2, admin1, country)
    located = point or (None, None, None)
    default = _default_km(place_key, admin1_key, admin2_key)
    return country_key, admin1_key, admin2_key, place_key, *located, default


def _default_km(place_key: str | None, admin1_key: str | None, admin2_key: str | None) -> float:
    if place_key is not None and place_key not in (admin1_key, admin2_key):
        return POINT_KM
    if admin2_key is not None:
        return DISTRICT_KM
    return PROVINCE_KM if admin1_key is not None else COUNTRY_KM


def _with_actors(frame: pl.DataFrame, names: str, keys: str, actors: Actors) -> pl.DataFrame:
    """Add the sorted, distinct keys of each list of names: empty if all are generic, null if none is."""
    year = pl.coalesce("date_start", "date_end", "published").dt.year().alias("year")
    each = frame.select(pl.int_range(pl.len()).alias("row"), year, pl.col(names).alias("name"))
    each = each.explode("name").drop_nulls("name")
    distinct = each.select("name", "year").unique().sort("name", "year")
    resolved = pl.Series("key", _keys(actors, distinct.iter_rows()), dtype=pl.String)
    each = each.join(distinct.with_columns(resolved), on=["name", "year"], how="left", nulls_equal=True)
    lists = each.group_by("row").agg(pl.col("key").drop_nulls().unique().sort().alias(keys))
    rows = frame.select(pl.int_range(pl.len()).alias("row"))
    return frame.with_columns(rows.join(lists, on="row", how="left", maintain_order="left")[keys])


def _keys(actors: Actors, names: Iterable[tuple[str, int | None]]) -> list[str | None]:
    return [actors.resolve(name, year).key for name, year in names]
