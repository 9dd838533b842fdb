"""Coordinates against what is stated beside them: the country, the place, the precision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.check_settings import CheckSettings
from reconcile.fold import fold
from reconcile.geo import distance_km
from reconcile.load.finds import Path
from reconcile.places import Countries, Places, Point
from reconcile.places.ground import ground
from reconcile.places.table import Place

_NEAR_DEGREES: Final = 0.25
_AT_KM: Final = 10.0
_ABROAD_KM: Final = 100.0  # recorders place what happened beyond a border
_POINT: Final[tuple[Path, ...]] = (("lat",), ("lon",))


def points(sheet: Sheet, settings: CheckSettings) -> Iterator[Draft]:
    """At most one finding on the coordinates of a row."""
    places = sheet.knowledge.places
    names = Countries().names
    nowhere = _nowhere(sheet)
    for row in sheet.rows:
        if row["row"] in nowhere:
            if sheet.own(row["row"]):
                yield Draft("null-island", row["row"], _POINT)
        elif not row["kept"]:
            continue
        elif not sheet.own(row["row"]):
            yield from (replace(draft, mild=True) for draft in _far_abroad(row, places, names))
        elif row["lat"] is not None and row["lon"] is not None:
            yield from _point(row, places, settings, names)
        else:
            if row["geo_precision_km"] is not None and not _refused(sheet, row["row"]):
                path = (("geo_precision_km",),)
                yield Draft("precision-without-point", row["row"], path, {"value": row["geo_precision_km"]})
            yield from _names(row, places, names)


def _far_abroad(row: Row, places: Places, names: dict[str, str]) -> Iterator[Draft]:
    """A point of another recorder that lies in no country near the one stated: what it names is its own affair."""
    lat, lon, country = row["lat"], row["lon"], row["country_key"]
    if lat is None or lon is None or country is None or not ground().covers(country):
        return
    km = _ABROAD_KM + (row["geo_precision_km"] or 0.0)
    if abs(lat) > 90 or abs(lon) > 180 or ground().holds(country, lat, lon, km):
        return
    near = places.locate(row["place"], row["admin2"], row["admin1"], row["country"])
    if abs(lon) <= 90 and ground().holds(country, lon, lat, coast=False):
        yield Draft("swapped-coordinates", row["row"], _POINT, {"lat": lat, "lon": lon, "name": names[country]})
        return
    where = " or ".join(names[key] for key in ground().countries(lat, lon)) or "the sea"
    what = f"lat, lon: {lat:g}, {lon:g} lies in {where}, not in {names[country]}"
    yield Draft("wrong-country", row["row"], _axis(near, lat, lon, country, places), {"what": what})


def _nowhere(sheet: Sheet) -> set[int]:
    rows = set()
    for number, file in enumerate(sheet.reading.files):
        noted = set(file.finds.noted().get("nowhere", ()))
        rows |= {sheet.starts[number] + at for at, read in enumerate(file.rows) if read in noted}
    return rows


def _refused(sheet: Sheet, row: int) -> bool:
    return any(path[:1] in (("lat",), ("lon",), ("geo_precision_km",)) for path, _ in sheet.faulty.get(row, ()))


def _point(row: Row, places: Places, settings: CheckSettings, names: dict[str, str]) -> Iterator[Draft]:
    lat, lon = row["lat"], row["lon"]
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return
    km = row["geo_precision_km"] or 0.0
    country = row["country_key"]
    known = country is not None and ground().covers(country)
    near = places.locate(row["place"], row["admin2"], row["admin1"], row["country"])
    fits = not known or ground().holds(country, lat, lon, km)
    at_place = near is None or _reach(near, lat, lon) <= settings.far_km + km
    if fits and at_place:
        yield from _names(row, places, names)
        return
    label = row["place"] or row["admin2"] or row["admin1"]
    far = settings.far_km + km
    country_wrong = not fits and _speaks_for_point(row, places, lat, lon, far)
    if (
        not country_wrong
        and -90 <= lon <= 90
        and lat != lon
        and (not known or ground().holds(country, lon, lat, km, coast=near is not None))
    ):
        there = near is None or _reach(near, lon, lat) <= far
        if there and (not fits or near is not None):
            name = names[country] if not fits else label
            yield Draft("swapped-coordinates", row["row"], _POINT, {"lat": lat, "lon": lon, "name": name})
            return
    if not fits:
        where = " or ".join(names[key] for key in ground().countries(lat, lon)) or "the sea"
        what = f"lat, lon: {lat:g}, {lon:g} lies in {where}, not in {names[country]}"
        paths = _axis(near, lat, lon, country if known else None, places)
        if country_wrong:
            paths = (("country",),)
            what = f"country: {row['country']}, but {lat:g}, {lon:g} lies in {where}"
        yield Draft("wrong-country", row["row"], paths, {"what": what})
    elif near is not None:
        distance = round(distance_km(lat, lon, near[0], near[1]))
        what = f"lat, lon: {lat:g}, {lon:g} lie {distance} km from {label}"
        paths = _axis(near, lat, lon, country if known else None, places)
        if outer := _outer_astray(row, places, lat, lon, far):
            what = f"{outer}: {row[outer]}, but {label} is at {lat:g}, {lon:g}, {distance} km from there"
            paths = ((outer,),)
        elif other := _other_unit(row, places, near, far):
            what = f"admin1: {row['admin1']}, but {lat:g}, {lon:g} lie {distance} km from there, in {other.name}"
            paths = (("admin1",),)
        yield Draft("far-from-place", row["row"], paths, {"what": what})


def _axis(near: Point | None, lat: float, lon: float, country: str | None, places: Places) -> tuple[Path, ...]:
    """The longitude first, where it alone is far from the place's, or its slip alone explains it."""
    if near is not None and abs(lat - near[0]) < _NEAR_DEGREES <= abs(lon - near[1]):
        return (("lon",), ("lat",))
    if any(_near(place, lat, lon) for place in places.listed()):
        return _POINT  # a whole point, copied from elsewhere
    if country is None or any(ground().holds(country, one, lon, coast=False) for one in _one_key_off(lat, 90)):
        return _POINT
    if any(ground().holds(country, lat, one, coast=False) for one in _one_key_off(lon, 180)):
        return (("lon",), ("lat",))
    return _POINT


def _near(place: Place, lat: float, lon: float) -> bool:
    return place.lat is not None and place.lon is not None and distance_km(lat, lon, place.lat, place.lon) <= _AT_KM


def _one_key_off(value: float, most: int) -> list[float]:
    """What may have been meant if one key was wrong: the sign, the point, a digit, or two digits exchanged."""
    whole, point, rest = f"{abs(value):.4f}".partition(".")
    digits = [f"{whole[:at]}{digit}{whole[at + 1 :]}" for at in range(len(whole)) for digit in "0123456789"]
    digits += [f"{whole[:at]}{whole[at + 1]}{whole[at]}{whole[at + 2 :]}" for at in range(len(whole) - 1)]
    meant = [float(one + point + rest) * (-1 if value < 0 else 1) for one in digits]
    return [one for one in (-value, value * 10, value / 10, *meant) if one != value and abs(one) <= most]


def _reach(near: Point, lat: float, lon: float) -> float:
    """Km from the place's edge."""
    return max(distance_km(lat, lon, near[0], near[1]) - near[2], 0.0)


def _speaks_for_point(row: Row, places: Places, lat: float, lon: float, far: float) -> bool:
    """Whether the names, taken without the country, are where the point is: then the country is what is wrong."""
    near = places.locate(row["place"], row["admin2"], row["admin1"], None)
    return near is not None and _reach(near, lat, lon) <= far


def _in_unit(row: Row, unit: Place) -> bool:
    """Whether the row's point lies in the province."""
    if row["lat"] is None or row["lon"] is None:
        return False
    return _within((unit.lat, unit.lon, unit.radius_km or 0.0), row["lat"], row["lon"], 0.0)


def _outer_astray(row: Row, places: Places, lat: float, lon: float, far: float) -> str | None:
    """The district or province without which the place is where the point is: then that is what is wrong."""
    for outer in ("admin2", "admin1"):
        if row["place"] and row[outer]:
            names = {name: row[name] for name in ("admin2", "admin1")} | {outer: None}
            found = places.resolve(row["place"], names["admin2"], names["admin1"], row["country"])
            point = (found.lat, found.lon, found.radius_km or 0.0) if found else (None, None, 0.0)
            if _within(point, lat, lon, far):
                return outer
    return None


def _other_unit(row: Row, places: Places, near: Point, far: float) -> Place | None:
    """The province of the same country in which the point lies, where it is the stated one that is wrong.

    Nothing but the province is known of the names, and no one key in the point explains how far it is from there.
    """
    stated = places.resolve(row["admin1"], None, None, row["country"]) if row["admin1"] else None
    if stated is None or (stated.lat, stated.lon) != near[:2]:
        return None
    lat, lon = row["lat"], row["lon"]
    slips = [(one, lon) for one in _one_key_off(lat, 90)] + [(lat, one) for one in _one_key_off(lon, 180)]
    if any(_reach(near, *one) <= far for one in slips):
        return None
    units = [
        one for one in places.listed()
        if one.level == 1 and one.country == stated.country and _in_unit(row, one)
    ]  # fmt: skip
    return min(units, key=lambda one: (distance_km(lat, lon, one.lat or 0.0, one.lon or 0.0), one.name), default=None)


def _within(point: tuple[float | None, float | None, float], lat: float, lon: float, far: float) -> bool:
    near_lat, near_lon, radius = point
    return near_lat is not None and near_lon is not None and _reach((near_lat, near_lon, radius), lat, lon) <= far


def _names(row: Row, places: Places, names: dict[str, str]) -> Iterator[Draft]:
    """A province and something inside it that lie together in one other country alone."""
    country = row["country_key"]
    if country is None or country not in names or not row["admin1"] or not (row["admin2"] or row["place"]):
        return
    inner = row["admin2"] or row["place"]
    if places.resolve(row["admin1"], None, None, row["country"]):
        return
    unit = places.resolve(f"{row['admin1']} province")
    place = places.resolve(inner, None, row["admin1"])
    if unit is None or unit.level != 1 or not unit.country or places.country(unit.country) == country:
        return
    if place is None and _in_unit(row, unit):
        what = f"country: {row['country']}, but {row['admin1']} is in {unit.country}, and so is the point"
        yield Draft("wrong-country", row["row"], (("country",),), {"what": what})
    elif place and place.country == unit.country and place.admin1 and fold(place.admin1) == fold(unit.name):
        what = f"country: {row['country']}, but {inner} and {row['admin1']} are in {place.country}"
        yield Draft("wrong-country", row["row"], (("country",),), {"what": what})
