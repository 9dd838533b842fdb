"""Distance on the earth."""

from __future__ import annotations

from typing import Final

import polars as pl

EARTH_RADIUS_KM: Final = 6371.0088  # mean radius, IUGG


def distance_km(lat_a: pl.Expr, lon_a: pl.Expr, lat_b: pl.Expr, lon_b: pl.Expr) -> pl.Expr:
    """Great-circle distance in km by the haversine formula; degrees in, null where any is null."""
    half_lat, half_lon = (lat_b - lat_a).radians() / 2, (lon_b - lon_a).radians() / 2
    chord = half_lat.sin().pow(2) + lat_a.radians().cos() * lat_b.radians().cos() * half_lon.sin().pow(2)
    return 2 * EARTH_RADIUS_KM * chord.clip(0, 1).sqrt().arcsin()
