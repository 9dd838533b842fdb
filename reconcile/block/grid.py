"""Grid cells on the globe, so large that near records lie in neighbouring ones."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from reconcile.geo import EARTH_RADIUS_KM
from reconcile.order import Ints

DEGREE_KM: Final = EARTH_RADIUS_KM * np.pi / 180  # between two latitudes


def cells(c: dict[str, npt.NDArray[Any]], rows: Ints, size: float) -> tuple[Ints, Ints]:
    """The grid cell of each located row, and the nine cells (3 x 3) around it (a row of nine), as codes.

    A cell is at least ``size`` km high and wide; its width in degrees follows from the most polar latitude of its band
    of cells, so that neighbours across bands are met too.
    """
    height = max(size, 1.0) / DEGREE_KM
    bands = int(np.ceil(180 / height))
    band = np.clip(np.floor((c["lat"][rows] + 90) / height).astype(np.int64), 0, bands - 1)
    cells = []
    for shift in (-1, 0, 1):
        # The cells of the neighbouring band, in that band's own width.
        near = np.clip(band + shift, 0, bands - 1)
        columns = _columns(near, height)
        column = np.floor((c["lon"][rows] + 180) / 360 * columns).astype(np.int64) % columns
        cells += [near * 1_000_000 + (column + step) % columns for step in (-1, 0, 1)]
    return cells[4], np.column_stack(cells)


def _columns(band: Ints, height: float) -> Ints:
    """How many cells go round the globe in ``band``."""
    polar = np.minimum(np.maximum(np.abs(band * height - 90), np.abs((band + 1) * height - 90)) + height, 90.0)
    result: Ints = np.maximum(np.floor(360 * np.cos(np.radians(polar)) / height), 1).astype(np.int64)
    return result
