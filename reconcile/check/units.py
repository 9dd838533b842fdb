"""A district or town against the province that it is stated to lie in."""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.fold import fold, fold_place, words
from reconcile.geo import distance_km
from reconcile.places import Place, Places
from reconcile.text import clip

_NEAR_KM = 60.0
_CLIP = 10_000
_TOWN = 2  # the level of a district or its chief town; villages have homonyms that no table lists


def units(sheet: Sheet) -> Iterator[Draft]:
    """Each record whose district or town the place table knows in the same country, and in other provinces alone."""
    places = sheet.knowledge.places
    for row in sheet.rows:
        if row["kept"] and sheet.own(row["row"]) and row["country_key"] and row["admin1"]:
            yield from _astray(row, places)


def _astray(row: Row, places: Places) -> Iterator[Draft]:
    stated = _unit(row["admin1"], row, places)
    if stated is None:
        yield from _exchanged(row, places)
        return
    inner = [name for name in ("admin2", "place") if row[name]]
    homes = {name: _homes(row[name], row, places) for name in inner}
    outside = [name for name in inner if homes[name] and not any(_inside(one, stated) for one in homes[name])]
    if not outside:
        return
    elsewhere = homes[outside[0]]
    among = " or ".join(sorted({str(one.admin1) for one in elsewhere}))
    if _unit_is_wrong(row, outside, homes, stated, places):
        what = f"admin1: {clip(row['admin1'], 60)}, but {clip(row[outside[0]], 60)} is in {among}"
        yield Draft("wrong-province", row["row"], (("admin1",),), {"what": what})
    else:
        what = f"{outside[0]}: {clip(row[outside[0]], 60)} is in {among}, not in {clip(row['admin1'], 60)}"
        yield Draft("wrong-province", row["row"], ((outside[0],),), {"what": what})


def _exchanged(row: Row, places: Places) -> Iterator[Draft]:
    """A district where the province belongs, and the province where the district does."""
    unit = (
        _unit(row["admin2"], {**row, "admin1_key": fold_place(row["admin2"] or "")}, places) if row["admin2"] else None
    )
    if unit and any(_inside(one, unit) for one in _homes(row["admin1"], row, places)):
        what = f"admin1: {clip(row['admin1'], 60)} is in {unit.name}, which stands in admin2"
        yield Draft("wrong-province", row["row"], (("admin1",),), {"what": what}, "Exchange admin1 and admin2.")


def _unit(name: str, row: Row, places: Places) -> Place | None:
    """The province of the table that ``name`` means."""
    key = row["admin1_key"]
    known = [one for one in places.known(name, row["country"]) if one.level == 1]
    return known[0] if len(known) == 1 and known[0].key == key else None


def _homes(name: str, row: Row, places: Places) -> list[Place]:
    """The districts and chief towns of the name, if the table has no village and no other province of it.

    Villages too, where the record's words name not this one but a place around it.
    """
    known = places.known(name, row["country"])
    towns = [one for one in known if one.level == _TOWN or (one.admin1 and _untold(name, row))]
    around = {fold(str(one.admin1)) for one in towns}
    return towns if all(one in towns or (one.level == 1 and fold(one.name) in around) for one in known) else []


def _untold(name: str, row: Row) -> bool:
    """Whether title and text have the district or the province of the record, and not ``name``."""
    told = " ".join(" ".join(words(str(row[field]))) for field in ("title", "text") if row[field])
    around = [row[field] for field in ("admin1", "admin2") if row[field] and row[field] != name]
    return " ".join(words(name)) not in told and any(" ".join(words(one)) in told for one in around)


def _inside(inner: Place, unit: Place) -> bool:
    return fold(inner.admin1 or "") == fold(unit.name)


def _unit_is_wrong(row: Row, outside: list[str], homes: dict[str, list[Place]], stated: Place, places: Places) -> bool:
    """Whether it is rather the province than the name inside it: by the point, the words, and the names that do fit."""
    fits = [name for name, known in homes.items() if known and name not in outside]
    same = len({fold_place(row[name]) for name in homes}) == 1
    if row["lat"] is not None and row["lon"] is not None:
        here = any(_near(row, one) for one in homes[outside[0]])
        there = stated.lat is not None and _near(row, stated) and not here
        return not there and (here or not fits)
    if _told_inside(row, outside, stated, places):
        return False
    if outside == ["admin2"] and row["place"] and not fits:
        known = [one for one in places.known(row["place"], row["country"]) if one.admin1]
        beside = {fold(str(one.admin1)) for one in homes["admin2"]}
        if known and all(fold(str(one.admin1)) in beside for one in known):
            return True  # a village of that district, which may have homonyms, speaks for the district
    return not fits and (len(outside) > 1 or same or len(homes) == 1)


def _told_inside(row: Row, outside: list[str], stated: Place, places: Places) -> bool:
    """Whether title and text name a place of the stated province, and none of those that lie outside of it."""
    told = " " + " ".join(" ".join(words(str(row[field])[:_CLIP])) for field in ("title", "text") if row[field]) + " "
    if any(f" {' '.join(words(row[name]))} " in told for name in outside):
        return False
    inner = (one for one in places.listed() if one.level != 1 and _inside(one, stated))
    return any(f" {' '.join(words(one.name))} " in told for one in inner)


def _near(row: Row, place: Place) -> bool:
    if place.lat is None or place.lon is None:
        return False
    return distance_km(row["lat"], row["lon"], place.lat, place.lon) <= max(_NEAR_KM, place.radius_km or 0.0)
