"""What a place name means: one key a place, whatever the spelling, and homonyms kept apart by geography.

The built-in table knows the countries of ISO 3166 with their usual variants, the states of the United States, and the
governorates, districts and many towns of Iraq with a few of their Syrian homonyms. Every other name is compared by
its folded form. A user's CSV (``name,alias`` and optionally ``admin2,admin1,country,lat,lon,radius_km``) extends the
table and wins over it. A row without ``admin1`` is a first-level unit (or a place known no closer), one with
``admin1`` but no ``admin2`` a district or its chief town, one with both a town, quarter or village.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from reconcile.fold import bare, fold, fold_place, index_key, name_similarity, words
from reconcile.geo import EARTH_RADIUS_KM
from reconcile.lookups import Row, builtin_rows, each_row, read_rows

COLUMNS: Final = ("name", "alias", "admin2", "admin1", "country", "lat", "lon", "radius_km")

_EXACT: Final = 2  # "ME" is Maine, "MI" Michigan
_SAME_UNIT: Final = 0.85  # similarity from which two stated admin names are one
_SAME_NAME: Final = 0.90  # similarity from which a misspelt name is one of the table's ...
_CLEARLY: Final = 0.04  # ... if no other place comes as near (Tuz and Taza Khurmatu are 0.87 alike)
_NEAR_KM: Final = 60.0  # stated coordinates may be this far from a listed place, or twice its radius

_FIRST_LEVEL: Final = frozenset(
    "state province governorate oblast departamento provincia region muhafazat محافظة پارێزگای استان".split()
)
_SECOND_LEVEL: Final = frozenset("district county lga qada qadha qaza قضاء قەزای شهرستان municipio".split())


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the table. ``lat``/``lon`` (WGS 84 degrees) and ``radius_km`` are null where they are not known."""

    key: str
    name: str
    admin2: str | None
    admin1: str | None
    country: str | None
    lat: float | None = None
    lon: float | None = None
    radius_km: float | None = None

    @property
    def level(self) -> int:
        """1 for a first-level unit, 2 for a district or its chief town, 3 for what lies inside a district."""
        return 3 if self.admin2 else 2 if self.admin1 else 1


Point = tuple[float, float, float]  # lat, lon, radius in km


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance by the haversine formula."""
    a, b = math.radians(lat), math.radians(other_lat)
    h = (
        math.sin((b - a) / 2) ** 2
        + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(h, 1.0)))


class Countries:
    """The countries of ISO 3166: names, codes, usual variants and the adjectives that name their people."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}  # key -> English name
        self._by_name: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        self.words: dict[tuple[str, ...], str] = {}  # words of a name or adjective ("Iraqi") -> key
        self.adjectives: set[tuple[str, ...]] = set()  # those of them that are no names
        for _, row in builtin_rows("countries.csv"):
            key = fold(row["name"])
            self.names[key] = row["name"]
            names = [row["name"], *filter(None, row["aliases"].split(";"))]
            for code in filter(None, (row["alpha2"], row["alpha3"])):
                self._by_name.setdefault(code.casefold(), key)
            for name in names:
                self._by_name[" ".join(words(name))] = key
                self._folded.setdefault(fold(name), key)
            for name in names:
                self.words.setdefault(words(name), key)
            for adjective in filter(None, row["demonyms"].split(";")):
                if words(adjective) not in self.words:
                    self.words[words(adjective)] = key
                    self.adjectives.add(words(adjective))

    def key(self, name: str) -> str | None:
        """The key of the country that ``name`` means; the fold of an unknown name; null when nothing is left of it."""
        found = self._by_name.get(" ".join(words(name))) or self._folded.get(fold(name))
        if found is None:
            folded = fold_place(name)
            found = self._folded.get(folded) or self._misspelt(folded) or folded
        return found or None

    def _misspelt(self, folded: str) -> str | None:
        if len(folded) < 7:
            return None
        near = {key for known, key in self._folded.items() if name_similarity(known, folded) >= 0.88}
        return near.pop() if len(near) == 1 else None


class Places:
    """The table of places: built-in rows, and the user's, which win."""

    def __init__(self) -> None:
        self.countries = Countries()
        self._places: dict[
            tuple[str, ...], Place
        ] = {}  # identity (folded name, admin2, admin1, country) -> place
        self._aliases: dict[str, list[tuple[str, ...]]] = defaultdict(list)  # index key -> identities

    @classmethod
    def load(cls, path: str | None = None) -> Places:
        """The built-in table, extended by the user's CSV at ``path``; ``ConfigError`` (file:line) for a bad row."""
        table = cls()
        each_row("places.csv", builtin_rows("places.csv"), table._add)
        if path is not None:
            each_row(path, read_rows(path, ("name", "alias"), COLUMNS), table._add_over)
        return table

    def country(self, name: str) -> str | None:
        """The key of a country: its folded English name, for any usual name, code or spelling of it."""
        return self.countries.key(name)

    def admin1(self, name: str, country_key: str | None) -> str | None:
        """The key of a first-level unit (``"CO"`` in the United States is Colorado's); the fold of an unknown name."""
        found = self._unit(name, 1, None, country_key)
        return (found.key if found else fold_place(name)) or None

    def admin2(self, name: str, admin1_key: str | None, country_key: str | None) -> str | None:
        """The key of a second-level unit; the fold of an unknown name without its word for the kind of unit."""
        found = self._unit(name, 2, admin1_key, country_key)
        return (found.key if found else fold_place(name)) or None

    def resolve(
        self,
        place: str | None,
        admin2: str | None = None,
        admin1: str | None = None,
        country: str | None = None,
        lat: float | None = None,
        lon: float | None = None,
    ) -> Place | None:
        """The listed place that is meant, or null if there is none or geography does not decide between homonyms.

        What is stated must not contradict the place: another country or first-level unit, or coordinates farther off
        than 60 km and twice the radius, rule it out. Then the stated district decides, then the kind of place in the name
        ("Kirkuk province"; without one the smaller unit), then the nearest to the coordinates.
        """
        if place is None or not fold_place(place):
            return None
        country_key = self.country(country) if country else None
        unit1 = self.admin1(admin1, country_key) if admin1 else None
        unit2 = self.admin2(admin2, unit1, country_key) if admin2 else None
        found = [
            p
            for p in self._named(place, country_key)
            if self._fits(p, country_key, unit1) and self._within_reach(p, lat, lon)
        ]
        in_district = [
            p for p in found if any(_same_unit(fold(u), unit2) for u in (p.name, p.admin2, p.admin1) if u)
        ]
        if unit2 and not in_district and unit1 is None and lat is None:
            return None
        return self._decide(in_district or found, _stated_level(place), lat, lon)

    def locate(
        self, place: str | None, admin2: str | None, admin1: str | None, country: str | None
    ) -> Point | None:
        """Coordinates and radius for a record that states none: the place's, else its district's, else its admin1's."""
        found = self.resolve(place, admin2, admin1, country)
        if found is not None and (point := self._point(found)):
            return point
        for name, outer in ((admin2, admin1), (admin1, None)):
            unit = self.resolve(name, None, outer, country)
            if unit is not None and (point := self._point(unit)):
                return point
        return None

    # -- filling the table --

    def _add(self, row: Row) -> None:
        place = self._parse(row)
        identity = _identity(place)
        known = self._places.get(identity)
        self._places[identity] = replace(known, **_located(place)) if known else place
        self._file(place.name, identity)
        if row["alias"]:
            self._file(row["alias"], identity)

    def _add_over(self, row: Row) -> None:
        place = self._parse(row)
        if _identity(place) not in self._places:
            # A short row ("Tuz Khurmatu,Khormatu") means every listed place of that name which it does not contradict.
            meant = [i for i, p in sorted(self._places.items()) if _says_less(place, p)]
            for identity in meant:
                self._places[identity] = replace(self._places[identity], **_located(place))
                self._take(row["alias"], identity, place)
            if meant:
                return
        self._add(row)
        for name in (place.name, row["alias"]):
            self._take(name, _identity(place), place)

    def _take(self, alias: str, identity: tuple[str, ...], place: Place) -> None:
        """File ``alias`` under the user's place alone, within the country and first-level unit the user named."""
        if not alias:
            return
        key = index_key(alias, _EXACT)
        name, _, admin1, country = identity
        self._aliases[key] = [
            other
            for other in self._aliases[key]
            if other[0] == name or (country and other[3] != country) or (admin1 and other[2] != admin1)
        ]
        self._file(alias, identity)

    def _file(self, alias: str, identity: tuple[str, ...]) -> None:
        for name in sorted({alias, bare(alias)}):
            filed = self._aliases[index_key(name, _EXACT)]
            if identity not in filed:
                filed.append(identity)

    def _parse(self, row: Row) -> Place:
        if not fold(row["name"]):
            raise ValueError("a place needs a name")
        lat, lon = _number(row, "lat", 90), _number(row, "lon", 180)
        radius = _number(row, "radius_km", 20_000)
        if (lat is None) != (lon is None):
            raise ValueError("lat and lon go together")
        if radius is not None and radius <= 0:
            raise ValueError("radius_km is above 0")
        admin2, admin1, country = (row[field] or None for field in ("admin2", "admin1", "country"))
        return Place(fold_place(row["name"]), row["name"], admin2, admin1, country, lat, lon, radius)

    # -- looking up --

    def _named(self, name: str, country_key: str | None) -> list[Place]:
        short = bare(name)
        for text in dict.fromkeys((name, short)):
            identities = self._aliases.get(index_key(text, _EXACT))
            if identities:
                return [self._places[identity] for identity in identities]
        return self._misspelt(fold(short), country_key) if country_key else []

    def _misspelt(self, folded: str, country_key: str) -> list[Place]:
        """The places of the country whose alias is nearly ``folded``, if no other place's comes as near."""
        best: dict[tuple[str, ...], float] = {}
        if len(folded) >= 5:
            for alias, identities in self._aliases.items():
                likeness = name_similarity(alias, folded)
                for identity in identities if likeness >= _SAME_NAME - _CLEARLY else ():
                    if self._country_of(self._places[identity]) == country_key and identity[2]:
                        best[identity] = max(likeness, best.get(identity, 0.0))
        if not best or max(best.values()) < _SAME_NAME:
            return []
        return [self._places[identity] for identity in best] if len({i[0] for i in best}) == 1 else []

    def _unit(self, name: str, level: int, admin1_key: str | None, country_key: str | None) -> Place | None:
        found = [
            p
            for p in self._named(name, country_key)
            if p.level == level and self._fits(p, country_key, admin1_key if level > 1 else None)
        ]
        if not found and level == 1 and country_key and len(fold(name)) >= 5:
            folded = fold_place(name)
            units = (p for _, p in sorted(self._places.items()) if p.level == 1)
            found = [
                p
                for p in units
                if name_similarity(p.key, folded) >= _SAME_NAME and self._fits(p, country_key, None)
            ]
        return found[0] if len({p.key for p in found}) == 1 else None

    def _country_of(self, place: Place) -> str | None:
        return self.country(place.country) if place.country else None

    def _fits(self, place: Place, country_key: str | None, admin1_key: str | None) -> bool:
        own = self._country_of(place)
        if country_key and own and own != country_key:
            return False
        unit = place.admin1 or (place.name if place.level == 1 else None)
        return not (admin1_key and unit) or _same_unit(fold_place(unit), admin1_key)

    def _point(self, place: Place) -> Point | None:
        if place.lat is not None and place.lon is not None:
            return place.lat, place.lon, place.radius_km or 10.0
        outer = self.resolve(place.admin2, None, place.admin1, place.country) if place.admin2 else None
        if outer is None and place.admin1:
            outer = self.resolve(place.admin1 + " province", None, None, place.country)
        return None if outer is None or outer == place else self._point(outer)

    def _within_reach(self, place: Place, lat: float | None, lon: float | None) -> bool:
        if lat is None or lon is None or (point := self._point(place)) is None:
            return True
        return distance_km(lat, lon, point[0], point[1]) <= max(_NEAR_KM, 2 * point[2])

    def _decide(
        self, found: list[Place], level: int | None, lat: float | None, lon: float | None
    ) -> Place | None:
        stated = [p for p in found if p.level == level]
        found = stated or [p for p in found if not any(_contains(p, other) for other in found)]
        if lat is not None and lon is not None and len(found) > 1:
            found = _nearest([(p, self._point(p)) for p in found], lat, lon)
        # One town that two governorates claim is one place; two villages of one name are not.
        same = len({(p.key, p.lat, p.lon) for p in found}) == 1 and (
            len(found) == 1 or found[0].lat is not None
        )
        return min(found, key=_identity) if same else None


def _nearest(found: Iterable[tuple[Place, Point | None]], lat: float, lon: float) -> list[Place]:
    ranked = [(distance_km(lat, lon, at[0], at[1]) if at else math.inf, place) for place, at in found]
    least = min(distance for distance, _ in ranked)
    return [place for distance, place in ranked if distance == least]


def _identity(place: Place) -> tuple[str, ...]:
    return fold(place.name), *(fold(part or "") for part in (place.admin2, place.admin1, place.country))


def _contains(unit: Place, place: Place) -> bool:
    """Whether ``place`` is the town that ``unit``, of the same name, is called after."""
    name, admin2, admin1, country = _identity(place)
    mine = _identity(unit)
    return name == mine[0] and country == mine[3] and place.level > unit.level and mine[0] in (admin1, admin2)


def _located(place: Place) -> dict[str, float | None]:
    fields = {"lat": place.lat, "lon": place.lon, "radius_km": place.radius_km}
    return {name: value for name, value in fields.items() if value is not None}


def _says_less(short: Place, full: Place) -> bool:
    mine, theirs = _identity(short), _identity(full)
    return mine[0] == theirs[0] and all(a in ("", b) for a, b in zip(mine[1:], theirs[1:], strict=True))


def _same_unit(key: str, stated: str | None) -> bool:
    return stated is not None and (key == stated or name_similarity(key, stated) >= _SAME_UNIT)


def _stated_level(name: str) -> int | None:
    said = set(words(name))
    return 1 if said & _FIRST_LEVEL else 2 if said & _SECOND_LEVEL else None


def _number(row: Row, field: str, limit: float) -> float | None:
    if not row[field]:
        return None
    try:
        value = float(row[field]) if "_" not in row[field] else math.nan
    except ValueError:
        value = math.nan
    if not abs(value) <= limit:
        raise ValueError(f"{field} {row[field]!r} is no number between -{limit:g} and {limit:g}")
    return value
