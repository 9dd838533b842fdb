"""Pairs as the passes find them, made one sorted table in little more memory than the table itself takes."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from reconcile.order import Ints
from reconcile.parallel import blocks

_LEAST: Final = 1_000_000
_AT_ONCE: Final = 1_000_000


class Pairs:
    """Collects pairs of rows; the same pair may be added again. One array grows and shrinks in place."""

    def __init__(self) -> None:
        self._both = np.empty(_LEAST, dtype=np.int64)  # one number holds both rows
        self._end = 0

    def add(self, low: Ints, high: Ints) -> None:
        """Add the pairs ``low[i] < high[i]``."""
        end = self._end + len(low)
        if end > len(self._both):
            self._both.resize(end + end // 2, refcheck=False)  # what is not written yet takes no memory
        self._both[self._end : end] = low << 32 | high
        self._end = end

    def table(self) -> pl.DataFrame:
        """Each pair once, sorted: columns left, right (UInt32). Afterwards nothing is left here."""
        both, self._both = self._both, np.empty(0, dtype=np.int64)
        both[: self._end].sort()
        distinct, last = 0, -1
        for part in blocks(self._end, _AT_ONCE):
            new = both[part][np.diff(both[part], prepend=last) != 0]
            last = both[part.stop - 1]
            both[distinct : distinct + len(new)] = new
            distinct += len(new)
        table = np.empty((2, distinct), dtype=np.uint32)
        for part in reversed(blocks(distinct, _AT_ONCE)):
            table[0, part], table[1, part] = both[part] >> 32, both[part] & 0xFFFFFFFF
            both.resize(part.start, refcheck=False)
        return pl.DataFrame({"left": table[0], "right": table[1]})
