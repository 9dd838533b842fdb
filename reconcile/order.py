"""Sorting long arrays of whole numbers, and what events have in sorted order."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Ints: TypeAlias = npt.NDArray[np.int64]


def ordered(key: Ints, below: int) -> tuple[Ints, Ints]:
    """``key`` sorted, and which entry each was; equal keys stay in their order. ``key`` is from 0 to ``below`` - 1.

    Key and position are sorted as one number where it has room for both: several times as fast as ``argsort``.
    """
    bits = max(len(key) - 1, 1).bit_length()
    if below << bits > np.iinfo(np.int64).max:
        order = np.argsort(key, kind="stable")
        return key[order], order
    both = key << bits
    both |= np.arange(len(key))
    both.sort()
    return both >> bits, both & ((1 << bits) - 1)


def firsts(key: Ints) -> Ints:
    """Where in the sorted ``key`` a new value begins."""
    return np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.zeros(0, np.int64)


def sums(key: Ints, value: Ints, below: int) -> tuple[Ints, Ints]:
    """The distinct values of ``key``, sorted, and the sum of ``value`` over each."""
    key, order = ordered(key, below)
    starts = firsts(key)
    total = np.add.reduceat(value[order], starts, dtype=np.int64) if len(starts) else np.zeros(0, np.int64)
    return key[starts], total


def each_distinct(rows: pl.DataFrame, name: str, called: str) -> pl.DataFrame:
    """``event_id`` and ``called``: the distinct values of ``name``, sorted; events without one are left out."""
    ordered = rows.select("event_id", pl.col(name).alias(called)).drop_nulls(called).sort("event_id", called)
    new = pl.any_horizontal(pl.col(one).ne_missing(pl.col(one).shift(1)) for one in ordered.columns)
    return ordered.filter(new).group_by("event_id", maintain_order=True).agg(called)


def runs(frame: pl.DataFrame, *names: str) -> pl.Series:
    """Numbers from 0 on, ascending: rows that follow each other with the same values of ``names`` have the same one."""
    return frame.select(pl.struct(names).rle_id().set_sorted()).to_series()
