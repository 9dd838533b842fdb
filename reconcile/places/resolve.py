"""From the names and coordinates that a record states to the one listed place that they mean."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from reconcile.fold import (
    any_similar,
    bare,
    bare_each,
    fold_each,
    fold_place,
    most_similar,
    name_similarity,
    place_words,
    spelled_key,
    words,
    words_of_each,
)  # fmt: skip
from reconcile.geo import distance_km
from reconcile.places.countries import Countries
from reconcile.places.table import EXACT, Identity, Place, PlaceTable

_SAME_UNIT: Final = 0.85  # similarity from which two stated admin names are one
_SAME_NAME: Final = 0.90  # similarity from which a misspelt name is one of the table's ...
_CLEARLY: Final = 0.04  # ... if no other place comes as near (Tuz and Taza Khurmatu are 0.87 alike)
_LONG: Final = 5  # folded letters from which a misspelt name may be recognized
_NEAR_KM: Final = 60.0  # stated coordinates may be this far from a listed place, or twice its radius
_RADIUS_KM: Final = 10.0  # of a listed place without one
_KEPT: Final = 131_072  # units remembered: parts of a run name the same ones

Point = tuple[float, float, float]  # lat, lon, radius in km
Units = tuple[str | None, str | None, str | None, Point | None]  # the keys of country, admin1, admin2


class Places:
    """Keys for the four levels of names, and the listed place behind a record.

    ``country(name)``: the folded English name of a country, for any usual name, code or spelling of it, else null.
    ``admin1(name, country_key)``: the key of a first-level unit ("CO" in the United States: Colorado's), or an unknown
    name's fold. ``admin2(name, admin1_key, country_key)``: that of a second-level one, or an unknown name's fold
    without its word for the kind of unit. ``units(country, admin1, admin2)``: the three keys, and the coordinates of
    the smallest unit that has some.
    """

    def __init__(self, table: PlaceTable) -> None:
        self._countries = Countries()
        self._table = table
        # Names repeat: each is looked up once.
        self.country = cache(self._countries.key)
        self.admin1 = cache(self._admin1)
        self.admin2 = cache(self._admin2)
        self._misspelt = cache(self._find_misspelt)
        self._point = cache(self._find_point)
        self.units = lru_cache(maxsize=_KEPT)(self._find_units)
        self._unit_point = lru_cache(maxsize=_KEPT)(self._find_unit_point)
        self._units: dict[str | None, list[Place]] = defaultdict(list)
        for _, place in sorted(table.places.items()):
            if place.level == 1:
                self._units[self._country_of(place)].append(place)
        # The aliases of places that are no first-level units, with those places, by country.
        self._aliases: dict[str | None, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
        for alias, identities in table.aliases.items():
            for place in (table.places[identity] for identity in identities):
                if place.level > 1:
                    self._aliases[self._country_of(place)][alias].append(place)
        countries = {self._country_of(place) for place in table.places.values()}
        self._known_countries = frozenset(filter(None, countries)) | self._countries.names.keys()
        self._spelled = {words for one in table.spellings.values() for words in one}
        self._names = {country: list(aliases) for country, aliases in self._aliases.items()}

    @classmethod
    def load(cls, path: str | None = None) -> Places:
        """The built-in table and the user's CSV at ``path``; ``ConfigError`` (file:line) for bad rows."""
        return cls(PlaceTable(path))

    def knows_country(self, country_key: str | None) -> bool:
        """Whether a key of ``country`` is that of a country in a table, ours or the user's; else it is only a fold."""
        return country_key in self._known_countries

    def _admin1(self, name: str, country_key: str | None) -> str | None:
        found = self._unit(name, 1, None, country_key) or self._misspelt_unit(name, country_key)
        return (found.key if found else fold_place(name)) or None

    def _admin2(self, name: str, admin1_key: str | None, country_key: str | None) -> str | None:
        found = self._unit(name, 2, admin1_key, country_key)
        return (found.key if found else fold_place(name)) or None

    def _find_units(self, country: str | None, admin1: str | None, admin2: str | None) -> Units:
        country_key = self.country(country) if country else None
        admin1_key = self.admin1(admin1, country_key) if admin1 else None
        admin2_key = self.admin2(admin2, admin1_key, country_key) if admin2 else None
        return country_key, admin1_key, admin2_key, self.locate(None, admin2, admin1, country)

    def resolve(
        self,
        place: str | None,
        admin2: str | None = None,
        admin1: str | None = None,
        country: str | None = None,
        lat: float | None = None,
        lon: float | None = None,
    ) -> Place | None:
        """The listed place that is meant, or null if there is none or geography does not decide between
        homonyms.

        What is stated must not contradict the place: another country or first-level unit, or coordinates
        farther off than 60 km and twice its radius, rule it out. Then the stated district decides, then the
        kind of place in the name ("Kirkuk province"; without one the town), then the nearest to the
        coordinates.
        """
        if place is None or not fold_place(place):
            return None
        country_key = self.country(country) if country else None
        unit1 = self.admin1(admin1, country_key) if admin1 else None
        unit2 = self.admin2(admin2, unit1, country_key) if admin2 else None
        named = self._table.named(place) or self._misspelt(fold_place(place), country_key)
        found = [p for p in named if self._fits(p, country_key, unit1) and self._within_reach(p, lat, lon)]
        inside = [p for p in found if any(_same_unit(unit, unit2) for unit in (p.name, p.admin2, p.admin1) if unit)]
        if unit2 and not inside and unit1 is None and lat is None:
            return None
        return self._decide(inside or found, _stated_level(place), lat, lon)

    def unlisted(self, names: Sequence[str], country_keys: Sequence[str | None]) -> list[str | None]:
        """The key of each place name in its country where ``resolve`` finds no listed place whatever else is stated;
        null where it may find one.

        An unlisted name's key is its ``fold_place``, which can be ``""``. Made for a million names: nearly all of an
        archive's are in no table.
        """
        plain = bare_each(names)
        folded = fold_each(plain)
        found = self._nearly_listed(folded, country_keys)
        aliases = self._table.aliases
        found.update(row for row, key in enumerate(folded) if key in aliases)
        # The table files the shortest names letter by letter, and folding at most doubles letters.
        short = [row for row, key in enumerate(folded) if len(key) <= 2 * EXACT]
        for texts in (plain, names):
            spelled = words_of_each([texts[row] for row in short])
            found.update(
                row for row, said in zip(short, spelled, strict=True) if spelled_key(said.replace(" ", "")) in aliases
            )
        longer = [row for row, name in enumerate(names) if plain[row] != name]
        whole = fold_each([names[row] for row in longer])
        found.update(row for row, key in zip(longer, whole, strict=True) if key in aliases)
        return [None if row in found else key for row, key in enumerate(folded)]

    def _nearly_listed(self, folded: Sequence[str], country_keys: Sequence[str | None]) -> set[int]:
        """Which of the folded names are as near to an alias of their country as ``_find_misspelt`` asks."""
        by_country: dict[str, list[int]] = defaultdict(list)
        for row, country in enumerate(country_keys):
            if country is not None and country in self._names and len(folded[row]) >= _LONG:
                by_country[country].append(row)
        found: set[int] = set()
        for country, rows in by_country.items():
            near = any_similar([folded[row] for row in rows], self._names[country], _SAME_NAME)
            found.update(row for row, is_near in zip(rows, near, strict=True) if is_near)
        return found

    def listed(self) -> list[Place]:
        """All places of the tables, sorted."""
        return [place for _, place in sorted(self._table.places.items())]

    def known(self, name: str, country: str | None) -> list[Place]:
        """The places that the tables list under just this name, or an alias of it, in the country; any of them."""
        country_key = self.country(country) if country else None
        return [place for place in self._table.named(name) if self._fits(place, country_key, None)]

    def spells(self, name: str) -> bool:
        """Whether the tables have the name in just this spelling, case and accents apart."""
        return any(" ".join(words(one)) in self._spelled for one in (name, bare(name)))

    def spellings(self, place: Place) -> dict[str, str]:
        """The names and aliases of a place: their words, and how they are written."""
        return self._table.spellings[place.identity]

    def locate(self, place: str | None, admin2: str | None, admin1: str | None, country: str | None) -> Point | None:
        """Coordinates for a record that states none: its place's, else its district's, else its admin1's."""
        found = self.resolve(place, admin2, admin1, country)
        point = self._point(found) if found else None
        for name, outer in ((admin2, admin1), (admin1, None)):
            if point is None and name:
                point = self._unit_point(name, outer, country)
        return point

    def _find_unit_point(self, name: str, outer: str | None, country: str | None) -> Point | None:
        unit = self.resolve(name, None, outer, country)
        return self._point(unit) if unit else None

    def _find_misspelt(self, folded: str, country_key: str | None) -> list[Place]:
        """The place of the country whose alias is nearly ``folded``, if no other place's comes as near."""
        if country_key is None or len(folded) < _LONG:
            return []
        best: dict[Identity, float] = {}
        aliases = self._aliases.get(country_key, {})
        for alias, likeness in most_similar(folded, self._names.get(country_key, ()), _SAME_NAME - _CLEARLY):
            for place in aliases[alias]:
                best[place.identity] = max(likeness, best.get(place.identity, 0.0))
        alone = len({name for name, *_ in best}) == 1 and max(best.values()) >= _SAME_NAME
        return [self._table.places[identity] for identity in best] if alone else []

    def _unit(self, name: str, level: int, admin1_key: str | None, country_key: str | None) -> Place | None:
        named = (p for p in self._table.named(name) if p.level == level)
        found = [p for p in named if self._fits(p, country_key, admin1_key if level > 1 else None)]
        return found[0] if len({p.key for p in found}) == 1 else None

    def _misspelt_unit(self, name: str, country_key: str | None) -> Place | None:
        folded = fold_place(name)
        if country_key is None or len(folded) < _LONG:
            return None
        near = [p for p in self._units.get(country_key, ()) if name_similarity(p.key, folded) >= _SAME_NAME]
        return near[0] if len(near) == 1 else None

    def _country_of(self, place: Place) -> str | None:
        return self.country(place.country) if place.country else None

    def _fits(self, place: Place, country_key: str | None, admin1_key: str | None) -> bool:
        own = self._country_of(place)
        if country_key and own and own != country_key:
            return False
        unit = place.name if place.identity in self._table.units else place.admin1
        return unit is None or admin1_key is None or _same_unit(unit, admin1_key)

    def _find_point(self, place: Place) -> Point | None:
        """The place's coordinates, else those of the unit around it."""
        if place.lat is not None and place.lon is not None:
            return place.lat, place.lon, place.radius_km or _RADIUS_KM
        units = (unit for _, unit in sorted(self._table.places.items()))
        around = [unit for unit in units if unit.lat is not None and _contains(unit, place)]
        return self._point(max(around, key=lambda unit: unit.level)) if around else None

    def _within_reach(self, place: Place, lat: float | None, lon: float | None) -> bool:
        if lat is None or lon is None or (point := self._point(place)) is None:
            return True
        return distance_km(lat, lon, point[0], point[1]) <= max(_NEAR_KM, 2 * point[2])

    def _decide(self, found: list[Place], level: int | None, lat: float | None, lon: float | None) -> Place | None:
        stated = [p for p in found if p.level == level]
        found = stated or [p for p in found if not any(_contains(p, other) for other in found)]
        if lat is not None and lon is not None and len(found) > 1:
            ranked = [(distance_km(lat, lon, *point[:2]) if (point := self._point(p)) else math.inf, p) for p in found]
            least = min(distance for distance, _ in ranked)
            found = [p for distance, p in ranked if distance == least]
        # One town that two governorates claim is one place; two villages of one name are not.
        spots = {(p.key, p.lat, p.lon) for p in found}
        one = len(found) == 1 or (len(spots) == 1 and found[0].lat is not None)
        return min(found, key=lambda p: p.identity) if one else None


def _contains(unit: Place, place: Place) -> bool:
    """Whether ``place`` lies in ``unit``: of a province and its town under one name, the town is meant."""
    name, _, admin1, country = unit.identity
    _, inner2, inner1, inner_country = place.identity
    if country != inner_country or unit.level >= place.level:
        return False
    return inner1 == name if unit.level == 1 else (inner2, inner1) == (name, admin1)


def _same_unit(name: str, key: str | None) -> bool:
    own = fold_place(name)
    return key is not None and (own == key or name_similarity(own, key) >= _SAME_UNIT)


def _stated_level(name: str) -> int | None:
    said = frozenset(words(name))
    return 1 if said & place_words("first_level") else 2 if said & place_words("second_level") else None
