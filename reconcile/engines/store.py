"""Records on disk, read again in the order of their days: what a run needs that is larger than memory.

Each part of what is loaded becomes a file of its own, its rows sorted by day; a narrow index of all rows stays in
memory. Passes over the run go through the files side by side, so that only the rows of some days are in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.block import Window, busy_stretches, prepare
from reconcile.order import Ints
from reconcile.parallel import blocks
from reconcile.tables import RECORDS

READ: Final = 100_000  # rows read from all files at a time, or more of a large run:
_READS: Final = 50  # small slices of many files are slow
_GROUP: Final = 10_000  # rows that can be read by themselves
_LAST: Final = np.iinfo(np.int32).max  # the day of rows that have none


class Store:
    """RECORDS of a run in files of ``folder``. Rows are numbered in the order of ``record_id``."""

    def __init__(self, folder: Path, window: Window) -> None:
        self._folder, self._window = folder, window
        self._parts: list[pl.DataFrame] = []
        self._lock = Lock()

    def add(self, records: pl.DataFrame) -> None:
        """Write some records of the run, normalized; threads may do so at once."""
        frame = prepare(records, self._window, pl.repeat(value=False, n=len(records), eager=True))
        index = frame.select(
            records["record_id"],
            records["outlet"].cast(pl.Categorical),
            records["country_key"].cast(pl.Categorical),
            "aggregate",
            "loose",
            pl.col("start", "end", "anchor").cast(pl.Int32),
            day=pl.coalesce("start", "anchor").cast(pl.Int32).fill_null(_LAST),
            stated=records["date_start"].to_physical().fill_null(_LAST),
            worded=records.select(pl.col("title").is_not_null() | pl.col("text").is_not_null()).to_series(),
        )
        order = index.select(pl.arg_sort_by("day", "record_id")).to_series()
        with self._lock:
            number = len(self._parts)
            self._parts.append(index[order])
        records[order].write_parquet(self._file(number), compression="lz4", statistics=False, row_group_size=_GROUP)

    def _file(self, number: int) -> Path:
        return self._folder / f"records-{number}.parquet"

    def index(self) -> Index:
        """The rows of all parts, once all are added."""
        parts = pl.concat([part.with_columns(part=pl.lit(at, pl.UInt32)) for at, part in enumerate(self._parts)])
        self._parts.clear()
        return Index(parts.sort("record_id"), self._window)

    def in_order(self, index: Index, columns: Sequence[str] | None = None) -> Iterator[tuple[Ints, pl.DataFrame]]:
        """All records by day (``Index.order``), some at a time: their rows, and ``columns`` of RECORDS; those of one
        time in any order."""
        files = [
            (pl.scan_parquet(self._file(at), glob=False).select(columns or RECORDS.names()), places)
            for at, places in enumerate(index.places())
        ]
        for block in blocks(len(index), max(READ, len(index) // _READS)):
            first, stop = block.start, block.stop
            pieces, where = [], []
            for file, places in files:
                begin, end = np.searchsorted(places, (first, stop))
                if begin < end:
                    pieces.append(file.slice(int(begin), int(end - begin)))
                    where.append(places[begin:end])
            yield index.order[np.concatenate(where)], pl.concat(pl.collect_all(pieces), rechunk=True)

    def some(self, index: Index, which: npt.NDArray[np.bool_], columns: Sequence[str]) -> tuple[Ints, pl.DataFrame]:
        """The rows ``which`` (one a row), ascending, and ``columns`` of their records."""
        pieces = [(np.zeros(0, dtype=np.int64), RECORDS.to_frame().select(columns))]
        if which.any():
            pieces += [(rows[which[rows]], frame.filter(which[rows])) for rows, frame in self.in_order(index, columns)]
        rows = np.concatenate([one for one, _ in pieces])
        order = np.argsort(rows)
        return rows[order], pl.concat([one for _, one in pieces], rechunk=True)[order]


class Index:
    """What is known of every record while the rest of it lies on disk; one row a record, sorted by ``record_id``."""

    def __init__(self, table: pl.DataFrame, window: Window) -> None:
        self.record_id = table["record_id"]
        self.aggregate = table["aggregate"]
        self.start, self.end = (table[name].to_physical().fill_null(_LAST).to_numpy() for name in ("start", "end"))
        self.anchor = table["anchor"].fill_null(_LAST).to_numpy()
        self.day: npt.NDArray[np.int32] = table["day"].to_numpy()
        self.stated: npt.NDArray[np.int32] = table["stated"].to_numpy()
        """The first day of the date as it is stated; the end of time where there is none."""
        self.dated: npt.NDArray[np.bool_] = (table["start"].is_not_null() & table["end"].is_not_null()).to_numpy()
        self.anchored: npt.NDArray[np.bool_] = table["anchor"].is_not_null().to_numpy()
        self.loose: npt.NDArray[np.bool_] = table["loose"].to_numpy()
        """Whether a text may link the record to any other, as it has no day or no place."""
        self.worded: npt.NDArray[np.bool_] = table["worded"].to_numpy()
        names = table["outlet"].unique().cast(pl.String).sort()
        codes = pl.DataFrame({"outlet": names.cast(pl.Categorical), "code": np.arange(len(names), dtype=np.uint32)})
        coded = table.select("outlet").join(codes, on="outlet", how="left", maintain_order="left")["code"]
        self.outlet: npt.NDArray[np.uint32] = coded.to_numpy()
        """A code for the outlet of each row."""
        self._outlets = names
        self.busy = busy_stretches(table.select("start", country="country_key"), window)
        self._part: npt.NDArray[np.uint32] = table["part"].to_numpy()
        self.order: Ints = np.lexsort((np.arange(len(table)), self.day))
        """The rows by day, those of one day by ``record_id``."""

    def __len__(self) -> int:
        return len(self.day)

    @property
    def doubled(self) -> bool:
        """Whether an id is given twice."""
        return self.record_id.n_unique() < len(self.record_id)

    @property
    def outlets(self) -> pl.Series:
        """The outlet of each row, by name."""
        return self._outlets.gather(self.outlet)

    def places(self) -> list[Ints]:
        """Where in ``order`` the rows of each part stand."""
        part = self._part[self.order]
        return [np.flatnonzero(part == at) for at in range(int(part.max(initial=0)) + 1)]


def dealt(
    rows: Iterator[tuple[Ints, pl.DataFrame]], to: Ints, by: Ints | None = None
) -> Iterator[tuple[int, Ints, pl.DataFrame]]:
    """Deal what ``Store.in_order`` reads to heaps, ``to`` saying for each row to which: a heap's number, rows and
    records, sorted by row (by ``by`` of each row first), as soon as it is complete.

    Little waits in memory if the heaps follow the days, each taking its last rows before the next does.
    """
    left = np.bincount(to)
    waiting: dict[int, list[tuple[Ints, pl.DataFrame]]] = {}
    for which, frame in rows:
        heap = to[which]
        by_heap = np.argsort(heap, kind="stable")
        bounds = np.flatnonzero(np.diff(heap[by_heap], prepend=-1, append=-1))
        for begin, end in pairwise(bounds):
            some = by_heap[begin:end]
            number = int(heap[some[0]])
            waiting.setdefault(number, []).append((which[some], frame[some]))
            left[number] -= len(some)
            if not left[number]:
                pieces = waiting.pop(number)
                row = np.concatenate([one for one, _ in pieces])
                order = np.argsort(row) if by is None else np.lexsort((row, by[row]))
                # Nested values in many chunks gather slowly.
                yield number, row[order], pl.concat([one for _, one in pieces], rechunk=True)[order]
