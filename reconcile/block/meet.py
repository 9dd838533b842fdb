"""Rows with equal keys and near days meet; where thousands would meet, each meets only those most like it.

The guard is the sorted neighbourhood of Hernández and Stolfo (1995): rows of one key and day are sorted by place,
figures and kind of event, and a crowded row meets a window of its neighbours. Without it, 50,000 records of one place
and day are a billion pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from reconcile.order import Ints, ordered
from reconcile.parallel import blocks

MOST: Final = 8_000  # rows that one row meets in a pass; with more around it, it is crowded ...
CLOSEST: Final = 500  # ... and meets so many
_SEARCHED: Final = 1_000_000  # rows whose partners are looked for at a time
_CHUNK: Final = 100_000  # pairs handed on at a time

Crowded = Callable[[Ints], None]


@dataclass(frozen=True, slots=True)
class Guard:
    """What a crowd asks for, which most runs have none of."""

    likeness: Callable[[], Ints]
    """A number a row, so that like rows stand next to each other."""
    crowded: Crowded
    """Is told the crowded rows."""


def meet(
    c: dict[str, npt.NDArray[Any]],
    one: Ints,
    key: Ints,
    two: Ints,
    other: Ints,
    days: int,
    guard: Guard,
) -> Iterator[tuple[Ints, Ints]]:
    """Rows of ``one`` and of ``two`` with equal keys of which the second begins within the first or ``days`` after
    it."""
    if not len(one) or not len(two):
        return
    start, days_long = c["start"], c["end"] - c["start"]
    low, span = int(start.min()), int(c["end"].max() - start.min()) + days + 2
    below = (int(max(key.max(), other.max())) + 1) * span
    at, order = ordered(other * span + (start[two] - low), below)
    two = two[order]
    for part in blocks(len(one), _SEARCHED):
        # Neighbouring searches end in neighbouring places: several times faster.
        since, order = ordered(key[part] * span + (start[one[part]] - low), below)
        rows = one[part][order]
        begin = np.searchsorted(at, since, "left")
        stop = np.searchsorted(at, since + days_long[rows] + days, "right")
        full = stop - begin > MOST
        if full.any():
            guard.crowded(c["row"][np.unique(rows[full])])
            two, place = _by_likeness(guard.likeness(), rows, since, two, at)
            first = np.clip(place - CLOSEST // 2, begin, np.maximum(stop - CLOSEST, begin))
            begin, stop = np.where(full, first, begin), np.where(full, first + CLOSEST, stop)
        yield from _spelled_out(rows, two, begin, stop - begin)


def _spelled_out(one: Ints, two: Ints, begin: Ints, many: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Each row of ``one`` beside ``many`` of ``two``, from ``begin`` on; some at a time, as caches are small."""
    bounds = np.concatenate([[0], np.cumsum(many)])
    done = 0
    while done < len(one):
        upto = max(int(np.searchsorted(bounds, bounds[done] + _CHUNK, "right")) - 1, done + 1)
        part = slice(done, upto)
        offset = np.repeat(begin[part] - (bounds[part] - bounds[done]), many[part])
        yield np.repeat(one[part], many[part]), two[offset + np.arange(int(bounds[upto] - bounds[done]))]
        done = upto


def _by_likeness(likeness: Ints, one: Ints, since: Ints, two: Ints, at: Ints) -> tuple[Ints, Ints]:
    """``two`` sorted by key and day (``at``), then by likeness; and where in it each row of ``one`` belongs."""
    size = int(likeness.max()) + 1
    order = np.lexsort((likeness[two], at))
    distinct, rank = np.unique(at, return_inverse=True)
    code = rank * size + likeness[two]
    return two[order], np.searchsorted(code[order], np.searchsorted(distinct, since) * size + likeness[one])
