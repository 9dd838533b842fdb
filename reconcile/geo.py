"""Distance on the earth: great circles by the haversine formula, in km; points are in degrees unless said otherwise."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_KM: Final = 6371.0088  # mean radius, IUGG

Floats = npt.NDArray[np.float64]


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """How far two points are from each other; for many, :func:`kilometres` is many times as fast."""
    a, b = math.radians(lat), math.radians(other_lat)
    across = math.radians(other_lon - lon) / 2
    square = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(square, 1.0)))


def kilometres(lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> Floats:
    """How far points are from others, element by element."""
    a1, b1, a2, b2 = (np.radians(np.asarray(x, dtype=np.float64)) for x in (lat1, lon1, lat2, lon2))
    return arc(haversine(a1, b1, np.cos(a1), a2, b2, np.cos(a2)))


def haversine(a1: Any, b1: Any, cos1: Any, a2: Any, b2: Any, cos2: Any) -> Floats:
    """The square of half the chord between points of the unit sphere: latitudes ``a``, longitudes ``b`` (radians)."""
    square: Floats = np.sin((a2 - a1) / 2) ** 2 + cos1 * cos2 * np.sin((b2 - b1) / 2) ** 2
    return square


def arc(square: Floats) -> Floats:
    """The km of a great circle whose ``haversine`` is given."""
    apart: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(square)))
    return apart
