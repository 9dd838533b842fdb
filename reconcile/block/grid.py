"""Grid cells on the globe, so large that near records lie in neighbouring ones."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from reconcile.geo import EARTH_RADIUS_KM
from reconcile.order import Ints

_ACROSS: Final = 100_000  # more cells than any band has
DEGREE_KM: Final = EARTH_RADIUS_KM * np.pi / 180  # between two latitudes


def cells(c: dict[str, npt.NDArray[Any]], rows: Ints, size: float) -> Ints:
    """The grid cell of each located row, as a code.

    A cell is at least ``size`` km high and wide; its width in degrees follows from the most polar latitude of its band
    of cells, so that neighbours across bands are met too.
    """
    bands, wide = _bands(size)
    band = _band(c, rows, bands, size)
    result: Ints = band * _ACROSS + _column(c, rows, wide[band])
    return result


def nearby(c: dict[str, npt.NDArray[Any]], rows: Ints, size: float) -> Ints:
    """The nine cells (3 x 3) around each located row: as many rows of nine codes."""
    bands, wide = _bands(size)
    band = _band(c, rows, bands, size)
    found = np.empty((len(rows), 9), dtype=np.int64)
    for at, shift in enumerate((-1, 0, 1)):
        # The cells of the neighbouring band, in that band's own width.
        near = np.clip(band + shift, 0, bands - 1)
        columns = wide[near]
        column = _column(c, rows, columns)
        for step in (0, 1, 2):
            beside = column + step - 1
            beside -= columns * (beside >= columns)
            beside += columns * (beside < 0)
            found[:, 3 * at + step] = near * _ACROSS + beside
    return found


def _height(size: float) -> float:
    """Degrees of latitude."""
    return max(size, 1.0) / DEGREE_KM


def _bands(size: float) -> tuple[int, Ints]:
    """How many bands of cells there are, and how many cells each of them has."""
    bands = int(np.ceil(180 / _height(size)))
    return bands, _columns(np.arange(bands), _height(size))


def _band(c: dict[str, npt.NDArray[Any]], rows: Ints, bands: int, size: float) -> Ints:
    band: Ints = np.clip(np.floor((c["lat"][rows] + 90) / _height(size)).astype(np.int64), 0, bands - 1)
    return band


def _column(c: dict[str, npt.NDArray[Any]], rows: Ints, columns: Ints) -> Ints:
    column: Ints = np.floor((c["lon"][rows] + 180) / 360 * columns).astype(np.int64)
    column[column == columns] = 0  # 180 degrees east are 180 degrees west
    return column


def _columns(band: Ints, height: float) -> Ints:
    """How many cells go round the globe in ``band``."""
    polar = np.minimum(np.maximum(np.abs(band * height - 90), np.abs((band + 1) * height - 90)) + height, 90.0)
    result: Ints = np.maximum(np.floor(360 * np.cos(np.radians(polar)) / height), 1).astype(np.int64)
    return result
