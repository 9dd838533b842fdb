"""The events of a run whose records lie on disk: what the records of some days come to, a batch of whole events at a
time, and then all of them in the order of a run in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.comparing import (
    HEARD,
    STATED,
    WHERE,
    Names,
    WholeRun,
    compare_events,
    figures_in,
    linked,
    named,
    whole_run,
)
from reconcile.coverage import Coverage, coverage_of_events, find_coverage
from reconcile.discrepancies import covering, in_order
from reconcile.engines.store import Index, Store, dealt
from reconcile.order import Ints
from reconcile.parallel import Hands, blocks
from reconcile.pipeline import Knowledge, Watch

_ORDER: Final = ["date_start", "date_end", "event_id"]
_WRITTEN: Final = 10_000  # events handed on at a time


@dataclass(frozen=True)
class EventsOnDisk:
    """All events of a run, in files of a folder."""

    folder: Path
    ids: pl.Series
    """The ids of the events, sorted: an event's number is its place among them."""
    order: pl.DataFrame
    """Columns ``batch``, ``place``: where each event is, in the order of the events table."""
    coverage: Mapping[str, Coverage]
    """By the id of the event that covers others."""
    links: pl.DataFrame
    """``event_id, covers, part_of`` of the events that cover others or are covered."""
    rows: pl.DataFrame
    """``event_id, record_id, outlet`` of the events that cover others."""

    @classmethod
    def of(
        cls,
        store: Store,
        index: Index,
        members: pl.DataFrame,
        knowledge: Knowledge,
        policy: str,
        folder: Path,
        size: int,
        watch: Watch,
    ) -> EventsOnDisk:
        """Compare the claims of each event, about ``size`` records at a time."""
        numbers = members["event_id"].rank("dense").cast(pl.UInt32) - 1
        ids = members["event_id"].gather(_a_row_of_each(numbers.to_numpy()))
        batch = _batches(numbers.to_numpy(), index.stated, size)
        passes = _Passes(store, index, members.select(event_id=numbers, confidence="confidence"), batch, folder)
        names = Names(knowledge.actors, knowledge.event_types, knowledge.groups)
        watch("hearing voices")
        run = whole_run(passes.figures(names), passes, policy, ids)
        watch("comparing outlets")
        keys, spans = passes.events(run, names, policy)
        watch("merging")
        coverage = {one.event_id: one for one in find_coverage(named(spans, ids), knowledge.actors)}
        del spans
        order = keys.sort(_ORDER, nulls_last=True).select("batch", "place")
        some = members["event_id"].is_in(pl.Series(list(coverage), dtype=pl.String).implode())
        rows = members.select("event_id", "record_id", outlet=index.outlets).filter(some)
        return cls(folder, ids, order, coverage, coverage_of_events(list(coverage.values())), rows)

    def __iter__(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """EVENTS in their order, some at a time, each time with their DISCREPANCIES."""
        read = lru_cache(4)(lambda kind, batch: pl.read_ipc(_file(self.folder, kind, batch)))
        for block in blocks(len(self.order), _WRITTEN):
            wanted = self.order[block].with_row_index("at")
            pieces, found, at = [], [], []
            for (batch,), some in wanted.group_by("batch", maintain_order=True):
                # A slice would keep the whole batch in memory.
                events = read("events", batch)[some["place"]]
                pieces.append(events)
                at.append(some["at"])
                of = events.select("event_id")
                found.append(read("found", batch).join(of, on="event_id", how="semi", maintain_order="left"))
            order = pl.concat(at).arg_sort()
            # Nested values in many chunks gather slowly.
            yield self._in_full(pl.concat(pieces, rechunk=True)[order], pl.concat(found))

    def _in_full(self, events: pl.DataFrame, found: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        events = linked(events, self.ids, self.links)
        covers = [self.coverage[one] for one in events["event_id"] if one in self.coverage]
        rows = self.rows.join(events.select("event_id"), on="event_id", how="semi", maintain_order="left")
        return events, in_order(pl.concat([named(found, self.ids), covering(rows, covers)]))


def _file(folder: Path, kind: str, batch: int) -> Path:
    return folder / f"{kind}-{batch}.arrow"


def _a_row_of_each(event: npt.NDArray[np.uint32]) -> Ints:
    """A row of each event, in the order of their numbers."""
    rows = np.empty(int(event.max()) + 1 if len(event) else 0, dtype=np.int64)
    rows[event] = np.arange(len(event))
    return rows


def _batches(event: npt.NDArray[np.uint32], day: npt.NDArray[np.int32], size: int) -> Ints:
    """The batch of each row: whole events, in the order of their first days, which is nearly that of the table."""
    many = np.bincount(event)
    first = np.full(len(many), np.iinfo(np.int64).max)
    np.minimum.at(first, event, day)
    order = np.argsort(first, kind="stable")
    batch = np.empty(len(many), dtype=np.int64)
    batch[order] = (np.cumsum(many[order]) - many[order]) // size
    return np.unique(batch, return_inverse=True)[1][event]


def _narrow(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with its names as categories, and its figures (ten million at most), in half the memory or less."""
    return frame.with_columns(
        pl.col(pl.String).exclude("record_id").cast(pl.Categorical),
        pl.col(pl.List(pl.String)).cast(pl.List(pl.Categorical)),
        pl.col(pl.Int64).cast(pl.Int32),
    )


@dataclass(frozen=True)
class _Passes:
    """The passes over all records, a batch of whole events at a time."""

    store: Store
    index: Index
    members: pl.DataFrame
    """``event_id`` (its number), ``confidence``; one row a record."""
    batch: Ints
    """Of each row."""
    folder: Path

    def figures(self, names: Names) -> pl.DataFrame:
        """WHERE of all records; their figures go to disk."""
        where: list[pl.DataFrame] = []

        def work(batch: int, rows: pl.DataFrame) -> None:
            figures_in(rows, names.groups).write_ipc(_file(self.folder, "figures", batch))
            where.append(_narrow(rows.select(*WHERE, "event_id")))

        self._each(work, HEARD)
        return pl.concat(where)

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """STATED of the figures on disk."""
        for batch in range(int(self.batch.max(initial=-1)) + 1):
            yield pl.read_ipc(_file(self.folder, "figures", batch), columns=STATED)

    def events(self, run: WholeRun, names: Names, policy: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Where each event goes on disk (``date_start, date_end, event_id, batch, place``), and the spans of all."""
        keys: list[pl.DataFrame] = []
        spans: list[pl.DataFrame] = []

        def work(batch: int, rows: pl.DataFrame) -> None:
            file = _file(self.folder, "figures", batch)
            told = compare_events(rows, pl.read_ipc(file), run, names, policy)
            file.unlink()
            events = told.events.sort(_ORDER, nulls_last=True)
            # The largest by far of what is written, and a quarter of it when packed.
            events.write_ipc(_file(self.folder, "events", batch), compression="lz4")
            told.discrepancies.write_ipc(_file(self.folder, "found", batch))
            spans.append(_narrow(told.spans))
            keys.append(events.select(*_ORDER, batch=pl.lit(batch), place=pl.int_range(pl.len())))

        self._each(work)
        return pl.concat(keys), pl.concat(spans)

    def _each(self, work: Callable[[int, pl.DataFrame], None], columns: Sequence[str] | None = None) -> None:
        """``work`` on RECORDS, or ``columns`` of them, with ``event_id`` and ``confidence`` of each batch, sorted by
        event and record."""

        def one(heap: tuple[int, Ints, pl.DataFrame]) -> None:
            batch, rows, records = heap
            work(batch, pl.concat([records, self.members[rows]], how="horizontal"))

        event = self.members["event_id"].to_numpy()
        with Hands() as hands:
            for heap in dealt(self.store.in_order(self.index, columns), self.batch, event):
                hands.give(one, heap)
