"""Compare candidate pairs: one graded level a comparison, each null-aware; the table of all comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile import terms
from reconcile.actors import Actors
from reconcile.compare import (
    contradiction,
    counts,
    hours,
    mentions,
    standing,
    surroundings,
    what,
    when,
    where,
    whereabouts,
    who,
    words,
)
from reconcile.compare.base import COUNTS, DAYS, RECORDS, Among, Comparison, Levels, Pairs, Run
from reconcile.event_types import EventTypes
from reconcile.parallel import blocks, each

Rows: TypeAlias = npt.NDArray[np.uint32]
PART: Final = 250_000  # pairs compared at a time on a thread

COMPARISONS: Final[tuple[Comparison, ...]] = (
    *when.COMPARISONS,
    *where.COMPARISONS,
    *who.COMPARISONS,
    *what.COMPARISONS,
    *counts.COMPARISONS,
    *words.COMPARISONS,
    *mentions.COMPARISONS,
    *surroundings.COMPARISONS,
    *contradiction.COMPARISONS,
    *whereabouts.COMPARISONS,
    *hours.COMPARISONS,
)

COUNTED: Final = (RECORDS, DAYS, *where.COUNTED, *who.COUNTED, *words.COUNTED, *mentions.COUNTED)

# `standing` is the last one: `reconcile.score` adds it, because it looks at the weights of other pairs.
BY_NAME: Final = {comparison.name: comparison for comparison in (*COMPARISONS, standing.COMPARISON)}


def count(records: pl.DataFrame, actors: Actors, event_types: EventTypes) -> pl.DataFrame:
    """What comparisons must know of all ``records`` (COUNTS): of parts of a run that share no day, the sums are the
    run's."""
    run = Run(records, actors, event_types)
    tables = [what.count(run).select(pl.lit(what.kind).alias("kind"), "key", "count") for what in COUNTED]
    return pl.concat([COUNTS.to_frame(), *tables])


def compare(
    records: pl.DataFrame,
    pairs: pl.DataFrame,
    actors: Actors,
    event_types: EventTypes,
    size: int = PART,
) -> pl.DataFrame:
    """Compare ``pairs`` (left, right: rows of ``records``): left, right, outlets and one Int8 level a comparison.

    Works through the pairs in parts of about ``size``: beside the result only a few parts are in memory at a time.
    """
    run = Run(records, actors, event_types)
    left, right = (pairs[name].to_numpy() for name in ("left", "right"))
    outlet = run.codes("outlet")[0].astype(np.uint32)
    found = _values(run, left, right, size)
    for one in COMPARISONS:
        if one.among is not None:
            found[one.name] = _among(one.among, (left, right), found[one.name], run.rows)
    ends = (("left", left), ("right", right), ("left_outlet", outlet[left]), ("right_outlet", outlet[right]))
    columns = [pl.Series(name, values) for name, values in ends]
    # One by one, so that no more than one column is in memory twice.
    columns += [pl.Series(one.name, found.pop(one.name)) for one in COMPARISONS]
    return pl.DataFrame(columns)


def values(
    records: pl.DataFrame,
    pairs: pl.DataFrame,
    actors: Actors,
    event_types: EventTypes,
    counts: Mapping[str, pl.DataFrame],
) -> dict[str, npt.NDArray[Any]]:
    """Compare ``pairs`` of ``records`` that are a part of a run with these ``counts``: levels by name, and where a
    comparison is among all pairs, the value that it grades."""
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    used = np.zeros(len(records), dtype=bool)
    used[left] = used[right] = True
    if 2 * np.count_nonzero(used) < len(used):  # a few records that last long meet some of very many guests
        place = np.cumsum(used, dtype=np.uint32) - np.uint32(1)
        records, left, right = records.filter(pl.Series(used)), place[left], place[right]
    return _values(Run(records, actors, event_types, counts), left, right, PART)


def _values(run: Run, left: Rows, right: Rows, size: int) -> dict[str, npt.NDArray[Any]]:
    found: dict[str, npt.NDArray[Any]] = {one.name: np.zeros(len(left), dtype=one.dtype) for one in COMPARISONS}

    def work(part: terms.Ints) -> None:
        some = Pairs(run, left[part], right[part])
        for one in COMPARISONS:
            level = some.level(one.name, one.compute)
            if level.any():  # zeros, where there is nothing to compare, are there already
                found[one.name][part] = level

    each(_parts(run, left, size), work)
    return found


def _among(how: Among, ends: tuple[Rows, Rows], value: npt.NDArray[Any], size: int) -> Levels:
    """Grade every ``value`` by those of all pairs that share an end with it."""
    gathered = how.gather(ends, value, size)
    level = np.empty(len(value), dtype=np.int8)

    def work(part: slice) -> None:
        left, right = (tuple(one[end[part]] for one in gathered) for end in ends)
        level[part] = how.grade(value[part], left, right)

    each(blocks(len(value), PART), work)
    return level


def _parts(run: Run, left: Rows, size: int) -> Iterator[terms.Ints]:
    """The numbers of the pairs in parts of bounded size; ``left`` ascends.

    Records of one place go together, so that the names that meet in a part are few and each two are compared once.
    """
    starts = np.searchsorted(left, np.arange(run.rows + 1))
    rows = np.argsort(run.codes("place_key")[0], kind="stable") if len(left) > size else np.arange(run.rows)
    many = np.diff(starts)[rows]
    upto = np.cumsum(many)
    done = 0
    while done < run.rows:
        base = int(upto[done - 1]) if done else 0
        stop = max(int(np.searchsorted(upto, base + size, "right")), done + 1)
        count = int(upto[stop - 1]) - base
        if count:
            offset = np.repeat(starts[rows[done:stop]] - (upto[done:stop] - many[done:stop]), many[done:stop])
            yield offset + np.arange(base, base + count)
        done = stop
