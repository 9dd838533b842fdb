"""The ground that countries cover, by cells of one degree (``data/country_cells.csv``).

Made from the public domain outlines of Natural Earth (1:50 million): a cell that an outline touches is the country's.
Ground that two states claim or hold belongs to both. Overseas territories count by themselves.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

from reconcile.fold import fold
from reconcile.lookups import builtin_rows

_SLACK: Final = 0.1  # degrees, some 11 km
_AT_SEA_KM: Final = 370.0  # two hundred nautical miles
_NOT_FAR_KM: Final = 250.0  # from the middle of a cell: a hundred and more from any point of it
_KM: Final = 111.2  # in one degree of latitude

Cell = tuple[int, int]


class Ground:
    """Which countries may hold a point. A country is its key in ``places``: its folded English name."""

    def __init__(self) -> None:
        keys = {row["alpha3"]: fold(row["name"]) for _, row in builtin_rows("countries.csv")}
        self._cells: dict[str, set[Cell]] = {}
        self._land: set[Cell] = set()
        for _, row in builtin_rows("country_cells.csv"):
            cells = self._cells.setdefault(keys[row["country"]], set())
            run = {(int(row["south"]), west) for west in range(int(row["west"]), int(row["east"]))}
            cells |= run
            self._land |= run

    def covers(self, country: str) -> bool:
        """Whether we know where the country is."""
        return country in self._cells

    def holds(self, country: str, lat: float, lon: float, km: float = 0.0, *, coast: bool = True) -> bool:
        """Whether the point may lie in the country: within ``km`` and a tenth of a degree, or at sea off its coast."""
        cells = self._cells[country]
        if not cells.isdisjoint(_around(lat, lon, km / _KM + _SLACK)):
            return True
        at_sea = coast and self._land.isdisjoint(_around(lat, lon, 0.0))
        return at_sea and not cells.isdisjoint(_around(lat, lon, _AT_SEA_KM / _KM))

    def slipped(self, country: str, south: int, west: int) -> bool:
        """Whether a cell far from the country is one of it with latitude and longitude exchanged, or a sign turned."""
        if not self.covers(country) or self.holds(country, south + 0.5, west + 0.5, _NOT_FAR_KM):
            return False
        north, east = -south - 1, -west - 1
        meant = {(west, south), (north, west), (south, east), (north, east)}
        return not self._cells[country].isdisjoint(meant)

    def countries(self, lat: float, lon: float) -> list[str]:
        """The countries whose cells hold the point, sorted."""
        here = _around(lat, lon, 0.0)
        return sorted(country for country, cells in self._cells.items() if not cells.isdisjoint(here))


def _around(lat: float, lon: float, degrees: float) -> set[Cell]:
    """The cells within ``degrees`` of latitude of the point, in its meridian's measure of longitude."""
    wide = min(degrees / max(math.cos(math.radians(min(abs(lat), 85.0))), 0.05), 180.0)
    south, north = math.floor(max(lat - degrees, -90.0)), math.floor(min(lat + degrees, 89.999))
    west, east = math.floor(lon - wide), math.floor(lon + wide)
    return {
        (row, (column + 180) % 360 - 180)
        for row in range(south, north + 1)
        for column in range(west, min(east, west + 360) + 1)
    }


@lru_cache(maxsize=1)
def ground() -> Ground:
    """The table, read once."""
    return Ground()
