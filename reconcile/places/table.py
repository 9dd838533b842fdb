"""The table of places: rows in, places and their aliases out.

A row without ``admin1`` is a first-level unit (or a user's place known no closer), one with ``admin1`` but
no ``admin2`` a district or its chief town, one with both a town, quarter or village. Rows of one name and
the same units are one place; one row gives one alias.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final

from reconcile.fold import bare, fold, fold_place, index_key, words
from reconcile.lookups import Row, builtin_rows, each_row, read_rows

COLUMNS: Final = ("name", "alias", "admin2", "admin1", "country", "lat", "lon", "radius_km")
EXACT: Final = 2  # "ME" is Maine, "MI" Michigan

Identity = tuple[str, str, str, str]  # folded name, admin2, admin1, country; "" where not stated


@dataclass(frozen=True, slots=True)
class Place:
    """A listed place. ``lat``, ``lon`` (WGS 84 degrees) and ``radius_km`` are null where not known."""

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

    @property
    def identity(self) -> Identity:
        """What tells this place from its homonyms."""
        return fold(self.name), fold(self.admin2 or ""), fold(self.admin1 or ""), fold(self.country or "")


class PlaceTable:
    """Places by identity and by alias: the built-in ones and, winning over them, the user's."""

    def __init__(self, path: str | None = None) -> None:
        """The built-in table and the user's CSV at ``path``; ``ConfigError`` (file:line) for bad rows."""
        self.places: dict[Identity, Place] = {}
        self.aliases: dict[str, list[Identity]] = defaultdict(list)  # by index key
        self.spellings: dict[Identity, dict[str, str]] = defaultdict(dict)  # words of names and aliases -> as written
        each_row("places.csv", builtin_rows("places.csv"), self._add)
        # A user's row without admin1 may be a village that nobody located closer: only ours are units for
        # certain.
        self.units = frozenset(identity for identity, place in self.places.items() if place.level == 1)
        if path is not None:
            each_row(path, read_rows(path, ("name", "alias"), COLUMNS), self._add_over)

    def named(self, name: str) -> list[Place]:
        """The places listed under ``name``, as it stands or bare of the words around it."""
        for text in dict.fromkeys((name, bare(name))):
            if identities := self.aliases.get(index_key(text, EXACT)):
                return [self.places[identity] for identity in identities]
        return []

    def _add(self, row: Row) -> None:
        place = _parse(row)
        known = self.places.get(place.identity)
        self.places[place.identity] = _located(known, place) if known else place
        for name in filter(None, (place.name, row["alias"])):
            self._file(name, place.identity)

    def _add_over(self, row: Row) -> None:
        place = _parse(row)
        if place.identity not in self.places:
            # "Tuz Khurmatu,Khormatu" means every listed place of that name which the row does not contradict.
            meant = [known for _, known in sorted(self.places.items()) if _says_less(place, known)]
            for known in meant:
                self.places[known.identity] = _located(known, place)
                self._take(row["alias"], known.identity)
            if meant:
                return
        self._add(row)
        for name in (place.name, row["alias"]):
            self._take(name, place.identity)

    def _take(self, alias: str, identity: Identity) -> None:
        """File ``alias`` under the user's place and no other of the same country and first-level unit."""
        if not alias:
            return
        name, _, admin1, country = identity
        key = index_key(alias, EXACT)
        self.aliases[key] = [
            other
            for other in self.aliases[key]
            if other[0] == name or (country and other[3] != country) or (admin1 and other[2] != admin1)
        ]
        self._file(alias, identity)

    def _file(self, alias: str, identity: Identity) -> None:
        for name in sorted({alias, bare(alias)}):
            self.spellings[identity].setdefault(" ".join(words(name)), name)
            filed = self.aliases[index_key(name, EXACT)]
            if identity not in filed:
                filed.append(identity)


def _parse(row: Row) -> Place:
    if not fold(row["name"]):
        raise ValueError("a place needs a name")
    if row["alias"] and not fold(row["alias"]):
        raise ValueError(f"alias {row['alias']!r} has no letter or digit")
    lat, lon = _number(row, "lat", 90), _number(row, "lon", 180)
    radius = _number(row, "radius_km", 20_000)
    if (lat is None) != (lon is None):
        raise ValueError("lat and lon go together")
    if radius is not None and radius <= 0:
        raise ValueError("radius_km is above 0")
    admin2, admin1, country = (row[field] or None for field in ("admin2", "admin1", "country"))
    return Place(fold_place(row["name"]), row["name"], admin2, admin1, country, lat, lon, radius)


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


def _located(known: Place, row: Place) -> Place:
    """``known`` with the coordinates and radius that ``row`` states."""
    if row.lat is not None:
        known = replace(known, lat=row.lat, lon=row.lon)
    return known if row.radius_km is None else replace(known, radius_km=row.radius_km)


def _says_less(short: Place, full: Place) -> bool:
    mine, theirs = short.identity, full.identity
    return mine[0] == theirs[0] and all(a in ("", b) for a, b in zip(mine[1:], theirs[1:], strict=True))
