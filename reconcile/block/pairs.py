"""Pairs as the passes find them, made one sorted table in little more memory than the table itself takes."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from reconcile.order import Ints, firsts

_PARTS: Final = 16


class Pairs:
    """Collects pairs of rows 0 .. ``rows`` - 1; the same pair may be added again."""

    def __init__(self, rows: int) -> None:
        self._bounds = np.arange(1, _PARTS, dtype=np.int64) * -(-rows // _PARTS) << 32
        self._parts: list[list[Ints]] = [[] for _ in range(_PARTS)]  # by the lower row; one number holds both rows

    def add(self, low: Ints, high: Ints) -> None:
        """Add the pairs ``low[i] < high[i]``."""
        both = low << 32 | high
        both.sort()
        both = both[firsts(both)]
        for part, piece in zip(self._parts, np.split(both, np.searchsorted(both, self._bounds)), strict=True):
            if len(piece):
                part.append(piece.copy())

    def table(self) -> pl.DataFrame:
        """Each pair once, sorted: columns left, right (UInt32). Afterwards nothing is left here."""
        tables = [pl.DataFrame(schema={"left": pl.UInt32, "right": pl.UInt32})]
        for part in self._parts:
            if part:
                both = np.concatenate(part)
                part.clear()
                both.sort()
                both = both[firsts(both)]
                left, right = (both >> 32).astype(np.uint32), (both & 0xFFFFFFFF).astype(np.uint32)
                tables.append(pl.DataFrame({"left": left, "right": right}))
        return pl.concat(tables, rechunk=True)
