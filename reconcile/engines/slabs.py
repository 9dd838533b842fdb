"""Which records of a run on disk are compared: those of some days with each other and with those carried along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.block import Crowded, Pairs, Window, by_time, by_words, prepare
from reconcile.engines.kernels import COMPARED, Whole
from reconcile.engines.pairs import Rows
from reconcile.engines.store import Index, Store
from reconcile.order import Ints
from reconcile.parallel import blocks


class Slab(NamedTuple):
    """Some records, sorted by row: their rows, which of them are at home, COMPARED."""

    rows: Ints
    home: npt.NDArray[np.bool_]
    records: pl.DataFrame


def slabs(store: Store, index: Index, window: Window, size: int) -> Iterator[Slab]:
    """Records with a day, ``size`` at home at a time; guests are those before them that reach their first day."""
    reach = max(window.near_days, window.far_days)
    before, guests = np.zeros(0, dtype=np.int64), COMPARED.to_frame()
    for rows, frame in store.in_order(index, COMPARED.names()):
        by_day = np.lexsort((rows, index.day[rows]))
        by_day = by_day[index.dated[rows[by_day]]]
        rows, frame = rows[by_day], frame[by_day]
        for block in blocks(len(rows), size):
            own, records = rows[block], frame[block]
            near = index.end[before] + reach >= index.start[own[0]]
            before, guests = before[near], guests.filter(near)
            before, guests = np.concatenate([before, own]), pl.concat([guests, records], rechunk=True)
            order = np.argsort(before)
            yield Slab(before[order], order >= len(before) - len(own), guests[order])


@dataclass(frozen=True)
class Candidates:
    """Candidate pairs of some records, sorted by row."""

    rows: Ints
    records: pl.DataFrame
    local: pl.DataFrame
    """``left, right``: places among the records."""

    @property
    def left(self) -> Rows:
        """The left rows in the run."""
        return self._row("left")

    @property
    def right(self) -> Rows:
        """The right rows in the run."""
        return self._row("right")

    def _row(self, end: str) -> Rows:
        rows: Rows = self.rows[self.local[end].to_numpy()].astype(np.uint32)
        return rows

    @property
    def key(self) -> Ints:
        """A number for each pair, ascending."""
        return self.left.astype(np.int64) << 32 | self.right

    def without(self, keys: Ints) -> Candidates:
        """These but those of the ascending ``keys``."""
        if not len(keys):
            return self
        return replace(self, local=self.local.filter(~np.isin(self.key, keys)))


def by_days(slab: Slab, index: Index, window: Window, crowded: Crowded) -> Candidates:
    """The candidate pairs of a slab's own records by day and place."""
    frame = prepare(slab.records, window, pl.Series("busy", index.busy[slab.rows]))
    met = Pairs()
    for low, high in by_time(slab.records, frame, window, lambda rows: crowded(slab.rows[rows])):
        own = slab.home[low] | slab.home[high]
        met.add(low[own], high[own])
    return Candidates(slab.rows, slab.records, met.table())


def by_texts(store: Store, index: Index, whole: Whole, window: Window) -> Candidates:
    """The candidate pairs by texts, which may link any two records if one of them has no day or no place.

    The texts of all records are in memory for it, if there is such a record.
    """
    may = index.worded & index.anchored
    met = Pairs()
    rows = np.zeros(0, dtype=np.int64)
    if (may & index.loose).any():
        rows, texts = store.some(index, may, ["title", "text"])
        known = {"loose": index.loose, "aggregate": index.aggregate.to_numpy(), "anchor": index.anchor}
        frame = pl.DataFrame({name: column[rows] for name, column in known.items()})
        for low, high in by_words(texts, frame, window, whole.share):
            met.add(low, high)
    pairs = met.table()
    paired = np.zeros(len(rows), dtype=bool)
    for end in ("left", "right"):
        paired[pairs[end].to_numpy()] = True
    place = np.cumsum(paired, dtype=np.uint32) - 1
    local = pl.DataFrame({end: place[pairs[end].to_numpy()] for end in ("left", "right")})
    some = np.zeros(len(index), dtype=bool)
    some[rows[paired]] = True
    return Candidates(*store.some(index, some, COMPARED.names()), local)
