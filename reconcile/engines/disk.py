"""A run larger than memory: records lie on disk, some days of them in memory at a time, the pairs as small arrays.

    files -> store -> counts -> pairs of some days -> weights of all -> members -> events of some days

What is said of a pair or an event is what a run in memory says: the counts that a comparison needs of the whole run
are sums over parts (:mod:`reconcile.compare`), and a pair is found where the later of its records is at home, all
earlier ones that it may match being there as guests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import polars as pl

from reconcile.compare import PART, count, values
from reconcile.config import Settings
from reconcile.counts import load_vague
from reconcile.engines.events import EventsOnDisk
from reconcile.engines.kernels import COMPARED, Whole
from reconcile.engines.pairs import PairsOnDisk
from reconcile.engines.slabs import Candidates, by_days, by_texts, slabs
from reconcile.engines.store import Index, Store, dealt
from reconcile.errors import Problem
from reconcile.load import load_in_parts
from reconcile.memory import ON_DISK, in_use, part_size
from reconcile.normalize import normalize
from reconcile.order import Ints
from reconcile.parallel import Hands
from reconcile.pipeline import Knowledge, Watch, crowd_note, settled

COUNTED: Final = 100_000  # records whose words are counted together, or those of a day if they are more
SLAB: Final = 25_000  # records at home where pairs are looked for, or more of a large run:
_SLABS: Final = 200  # the more records a day has, the more guests there are beside those at home


@dataclass(frozen=True)
class Sizes:
    """How many records are in hand at a time; nothing else depends on it."""

    counted: int = COUNTED
    slab: int = SLAB
    events: int = 20_000


@dataclass(frozen=True)
class Merged:
    """What a run comes to."""

    members: pl.DataFrame
    """MEMBERS, sorted by record."""
    events: EventsOnDisk
    notes: tuple[Problem, ...]


def merge(
    paths: Sequence[str], settings: Settings, folder: Path, watch: Watch = lambda _: None, sizes: Sizes = Sizes()
) -> Merged | None:
    """Reconcile the records of ``paths`` with the help of an empty ``folder``, which must last as long as the result.

    None, where only a run in memory can do it: for other recorders' layouts, and for ids that are given twice (it says
    where). Raises :class:`ReconcileError` as :func:`reconcile.pipeline.run` does.
    """
    watch("reading")
    knowledge = Knowledge.of(settings)
    store = Store(folder, knowledge.model.window)

    def add(loaded: pl.DataFrame) -> None:
        store.add(normalize(loaded, knowledge.places, knowledge.actors, knowledge.event_types))

    with Hands() as hands:
        notes = load_in_parts(
            paths, lambda loaded: hands.give(add, loaded), vague=load_vague(settings.counts), source=settings.source
        )
    return None if notes is None else reconcile(store, knowledge, settings, folder, notes, watch, sizes)


def reconcile(
    store: Store,
    knowledge: Knowledge,
    settings: Settings,
    folder: Path,
    notes: tuple[Problem, ...] = (),
    watch: Watch = lambda _: None,
    sizes: Sizes = Sizes(),
) -> Merged | None:
    """What the records in ``store`` come to; None as in :func:`merge`."""
    window = knowledge.model.window
    index = store.index()
    if index.doubled:
        return None
    watch("counting words")
    whole = Whole(_counts(store, index, knowledge, sizes.counted))
    watch("comparing")
    found, crowded = PairsOnDisk(folder), list[Ints]()
    names = (knowledge.actors, knowledge.event_types)

    texts = by_texts(store, index, whole, window)
    apart = texts.key

    def compare(pairs: Candidates) -> None:
        found.add(pairs.left, pairs.right, values(pairs.records, pairs.local, *names, whole.tables))
        part_size(PART, Hands.at_once(), len(found), in_use(0), settings.memory, ON_DISK)

    if len(apart):
        compare(texts)
    del texts
    with Hands() as hands:
        for slab in slabs(store, index, window, max(sizes.slab, len(index) // _SLABS)):
            hands.give(lambda one: compare(by_days(one, index, window, crowded.append).without(apart)), slab)
    watch("scoring")
    pairs, knowledge = found.weighed(index.outlet, knowledge)
    watch("clustering")
    records = pl.DataFrame([index.record_id, index.aggregate])
    threshold = knowledge.model.threshold if settings.threshold is None else settings.threshold
    members, unknown = settled(records, pairs, knowledge, threshold)
    del pairs
    events = EventsOnDisk.of(store, index, members, knowledge, settings.policy, folder, sizes.events, watch)
    return Merged(members, events, (*notes, *unknown, *crowd_note([index.record_id.gather(rows) for rows in crowded])))


def _counts(store: Store, index: Index, knowledge: Knowledge, size: int) -> pl.DataFrame:
    """What comparisons must know of the run (COUNTS), counted in parts of whole days."""
    days, heap, many = np.unique(index.anchor, return_inverse=True, return_counts=True)
    parts = (np.cumsum(many) - many) // size
    tables: list[pl.DataFrame] = []
    lock = Lock()

    def add(records: pl.DataFrame) -> None:
        found = count(records, knowledge.actors, knowledge.event_types)
        with lock:
            tables.append(found)
            if sum(map(len, tables)) > 3 * len(tables[0]) + 1_000_000:
                tables[:] = [_summed(tables)]

    heaps = parts[heap] if len(days) else np.zeros(0, dtype=np.int64)
    with Hands() as hands:
        for _, _, records in dealt(store.in_order(index, COMPARED.names()), _numbered(heaps)):
            hands.give(add, records)
    return _summed(tables)


def _numbered(heaps: Ints) -> Ints:
    """The same heaps with numbers from 0 on, none left out."""
    return np.unique(heaps, return_inverse=True)[1]


def _summed(tables: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(tables).group_by("kind", "key").agg(pl.col("count").sum())
