"""From names as outlets wrote them to what they mean: the ``records`` table.

Adds the MEANING columns of ``tables``; the LOADED columns pass through untouched. Each distinct name, or
tuple of names that decide together, is resolved once and joined back, so that a million records with few
names take seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final
from weakref import WeakKeyDictionary

import polars as pl

from reconcile.actors import Actors
from reconcile.event_types import EventTypes
from reconcile.fold import fold_place
from reconcile.places import Places, Point
from reconcile.places.ground import ground
from reconcile.struck import struck
from reconcile.tables import LOADED, RECORDS, conform

# The radius taken for stated coordinates without a stated precision. A gazetteer's point for a village is
# good to a few km; when the record names no place inside its unit, the point stands for the unit: a
# centroid is not a point.
POINT_KM: Final = 5.0
DISTRICT_KM: Final = 25.0
PROVINCE_KM: Final = 75.0
COUNTRY_KM: Final = 300.0

_NAMES: Final = ("country", "admin1", "admin2", "place")
_AT_ONCE: Final = 50_000  # names in the works at a time: a million take a gigabyte
_NOWHERE: Final = (None, None, None)
_KEPT: Final = 400_000  # names of places remembered: parts of a run name the same ones
_FOLDED: Final = pl.Schema({"place": pl.String, "country_key": pl.String, "key": pl.String})
_BEFORE: Final[WeakKeyDictionary[Places, pl.DataFrame]] = WeakKeyDictionary()
"""_FOLDED of the last names that were looked up in some places."""


def normalize(loaded: pl.DataFrame, places: Places, actors: Actors, event_types: EventTypes) -> pl.DataFrame:
    """The ``records`` table (``tables.RECORDS``, sorted by ``record_id``) of a ``loaded`` table
    (``tables.LOADED``).

    ``match_lat``, ``match_lon``, ``match_km`` are the stated coordinates with their stated precision (else
    POINT_KM, DISTRICT_KM, PROVINCE_KM or COUNTRY_KM, by the smallest unit that the record names), unless they are
    exchanged or of the wrong sign; or those of the place table, or null.
    """
    frame = conform(loaded, LOADED, "loaded")
    if not frame["record_id"].is_sorted():
        frame = frame.sort("record_id")
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
    frame = frame.with_columns(struck(frame, YEAR, actors).alias("struck"))
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
    names = frame.select(*_NAMES, "lat", "lon")
    units = _units(names, places)
    names = _place_columns(_without_slips(names, units["country_key"]), units, places)
    place, admin1, admin2 = (pl.col(f"{level}_key") for level in ("place", "admin1", "admin2"))
    named = place.is_not_null() & place.ne_missing(admin1) & place.ne_missing(admin2)
    default = (
        pl.when(named).then(POINT_KM)
        .when(admin2.is_not_null()).then(DISTRICT_KM)
        .when(admin1.is_not_null()).then(PROVINCE_KM)
        .otherwise(COUNTRY_KM)
    )  # fmt: skip
    stated = pl.col("lat").is_not_null() & pl.col("lon").is_not_null()
    mine = {"lat": pl.col("lat"), "lon": pl.col("lon"), "km": pl.coalesce(frame["geo_precision_km"], default)}
    found = names.select(
        _known(names["country_key"], places),
        *_UNIT_KEYS[1:],
        "place_key",
        *(pl.when(stated).then(mine[axis]).otherwise(f"table_{axis}").alias(f"match_{axis}") for axis in mine),
    )
    return frame.with_columns(found.get_columns())


def _without_slips(names: pl.DataFrame, country_key: pl.Series) -> pl.DataFrame:
    """``names`` without coordinates that lie far from the stated country, being exchanged or of the wrong sign."""
    # `check` brings coordinates of whatever size.
    south, west = (pl.col(axis).floor().cast(pl.Int16, strict=False) for axis in ("lat", "lon"))
    cell = names.select(country_key, south=south, west=west)
    cells = cell.unique().drop_nulls()
    slips = cells.filter(pl.Series([ground().slipped(*one) for one in cells.iter_rows()], dtype=pl.Boolean))
    if slips.is_empty():
        return names
    doubtful = cell.join(slips.with_columns(slip=True), on=cell.columns, how="left", maintain_order="left")["slip"]
    stated = doubtful.is_null()
    return names.with_columns(pl.when(stated).then(axis).alias(axis) for axis in ("lat", "lon"))


def _known(country_keys: pl.Series, places: Places) -> pl.Series:
    """The keys of countries that a table knows: a name that none knows may be any country's, and rules out none."""
    return _mapped(country_keys, lambda key: key if places.knows_country(key) else None)


_UNIT_KEYS: Final = ("country_key", "admin1_key", "admin2_key")
_AXES: Final = ("lat", "lon", "km")
_UNIT: Final = {**dict.fromkeys(_UNIT_KEYS, pl.String), **{f"unit_{axis}": pl.Float64 for axis in _AXES}}
_LISTED: Final = {"listed_key": pl.String, **{f"listed_{axis}": pl.Float64 for axis in _AXES}}


def _units(names: pl.DataFrame, places: Places) -> pl.DataFrame:
    """_UNIT: the keys of the units, and the coordinates of the smallest one that has some.

    Few districts are in the table of places, and only those are looked up one by one.
    """
    country_key = _mapped(names["country"], places.country).alias("country_key")
    key = _folded(pl.DataFrame([names["admin2"].alias("place"), country_key]), places)
    some = names.with_columns(pl.when(key.is_null()).then("admin2").alias("admin2"))
    units = _resolved(some, _NAMES[:3], partial(_unit_keys, places), _UNIT)
    return units.with_columns(pl.coalesce("admin2_key", pl.when(key != "").then(key)).alias("admin2_key"))


def _place_columns(names: pl.DataFrame, units: pl.DataFrame, places: Places) -> pl.DataFrame:
    """The keys of the units, ``place_key``, and ``table_lat`` ...: the coordinates of the place or else its unit, where
    a row states none.

    Few names are in the table of places, and all else that a record states matters for those alone.
    """
    named = names.select("place", units["country_key"])
    key = _folded(named, places)
    listed = (named["place"].is_not_null() & key.is_null()).alias("listed")
    # Coordinates decide only between homonyms, so tenths of a degree keep the distinct tuples few.
    near = [pl.col(axis).round(1).alias(f"near_{axis}") for axis in ("lat", "lon")]
    some = names.filter(listed).with_columns(near)
    found = _resolved(some, (*_NAMES, "near_lat", "near_lon"), partial(_place_keys, places), _LISTED)
    rows = pl.int_range(names.height, dtype=pl.UInt32, eager=True).alias("row")
    found = rows.to_frame().join(
        found.with_columns(row=rows.filter(listed)), on="row", how="left", maintain_order="left"
    )
    points = (
        pl.when(listed).then(found[f"listed_{axis}"]).otherwise(units[f"unit_{axis}"]).alias(f"table_{axis}")
        for axis in _AXES
    )
    return names.select(
        "lat", "lon", *(units[name] for name in _UNIT_KEYS),
        pl.when(listed).then(found["listed_key"]).otherwise(pl.when(key != "").then(key)).alias("place_key"),
        *(pl.when(pl.col("lat").is_null()).then(point) for point in points),
    )  # fmt: skip


def _folded(named: pl.DataFrame, places: Places) -> pl.Series:
    """``Places.unlisted`` of each place in its country, asked once for each that no part before had."""
    by = named.columns
    known = _BEFORE.get(places, _FOLDED.to_frame())
    new = named.drop_nulls("place").unique().join(known, on=by, how="anti", nulls_equal=True)
    found = [known]
    for part in new.iter_slices(_AT_ONCE):
        # Made of lists, it holds nothing of the larger tables that the names are from.
        place, country_key = part["place"].to_list(), part["country_key"].to_list()
        columns = (place, country_key, places.unlisted(place, country_key))
        found.append(pl.DataFrame(dict(zip(_FOLDED, columns, strict=True)), schema=_FOLDED))
    known = pl.concat(found, rechunk=True)
    _BEFORE[places] = known.tail(_KEPT)
    return named.join(known, on=by, how="left", nulls_equal=True, maintain_order="left")["key"]


def _resolved(
    frame: pl.DataFrame,
    by: Sequence[str],
    resolve: Callable[..., tuple[str | float | None, ...]],
    schema: Mapping[str, type[pl.DataType]],
) -> pl.DataFrame:
    """What ``resolve`` makes of the columns ``by``, called once for each distinct combination."""
    distinct = frame.select(by).unique()
    found = pl.DataFrame([resolve(*row) for row in distinct.iter_rows()], schema=schema, orient="row")
    table = pl.concat([distinct, found], how="horizontal")
    joined = frame.select(by).join(table, on=list(by), how="left", nulls_equal=True, maintain_order="left")
    return joined.select(list(schema))


def _unit_keys(
    places: Places, country: str | None, admin1: str | None, admin2: str | None
) -> tuple[str | float | None, ...]:
    """The keys of the three units, and the coordinates of the smallest one that has some."""
    *keys, point = places.units(country, admin1, admin2)
    return *keys, *(point or _NOWHERE)


def _place_keys(
    places: Places,
    country: str | None,
    admin1: str | None,
    admin2: str | None,
    place: str,
    lat: float | None,
    lon: float | None,
) -> tuple[str | float | None, ...]:
    """The key of a place and the coordinates of the listed place that it is or the unit that it lies in."""
    found = places.resolve(place, admin2, admin1, country, lat, lon)
    key = found.key if found else fold_place(place) or None
    point: Point | None = None if lat is not None else places.locate(place, admin2, admin1, country)
    return key, *(point or _NOWHERE)


YEAR: Final = pl.coalesce("date_start", "date_end", "published").dt.year().alias("year")
"""The year in which a record's names of actors are understood."""


def _with_actors(frame: pl.DataFrame, names: str, keys: str, actors: Actors) -> pl.DataFrame:
    """Add the sorted, distinct keys of each list of names: empty if all are generic, null if none is."""
    each = frame.select(pl.int_range(pl.len()).alias("row"), YEAR, pl.col(names).alias("name"))
    each = each.explode("name").drop_nulls("name")
    distinct = each.select("name", "year").unique().sort("name", "year")
    resolved = pl.Series("key", _keys(actors, distinct.iter_rows()), dtype=pl.String)
    each = each.join(distinct.with_columns(resolved), on=["name", "year"], how="left", nulls_equal=True)
    lists = each.group_by("row").agg(pl.col("key").drop_nulls().unique().sort().alias(keys))
    rows = frame.select(pl.int_range(pl.len()).alias("row"))
    return frame.with_columns(rows.join(lists, on="row", how="left", maintain_order="left")[keys])


def _keys(actors: Actors, names: Iterable[tuple[str, int | None]]) -> list[str | None]:
    return [actors.resolve(name, year).key for name, year in names]
