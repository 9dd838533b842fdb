"""Shards: parts of the records, so cut that every candidate pair lies whole in one of them.

A record is at home in one shard and a guest in others. A pair is found where the first of the two to begin is at home
(of two that begin together, where either is), so a shard's guests are the records that begin until its last record at
home has ended and the window has passed. Records that last long would make every shard reach far: they are cut apart,
by how long they last, so that a shard reaches about as far as its own records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from reconcile.block import Window

TIME, WORDS = "time", "words"
_SHORT: Final = 7  # days that a record of the first class lasts at most; of each further class twice as many


@dataclass(frozen=True, slots=True)
class Shard:
    """Records at home: of ``tier`` and ``duration`` class, their ``day`` from ``first`` to ``last``, and of these
    every ``parts``-th from ``part`` on. Guests: days from ``since`` to ``until``."""

    shard: int
    tier: str
    duration: int
    first: int
    last: int
    part: int
    parts: int
    since: int
    until: int


def duration_class(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """0 for records of at most ``_SHORT`` days, then one more each time that doubles."""
    days = (end - start).clip(lower_bound=1).cast(pl.Float64)
    return (days / _SHORT).log(2).ceil().clip(lower_bound=0).cast(pl.Int32)


def longest(duration: int) -> int:
    """Days that the longest record of a class lasts."""
    return int(_SHORT * 2**duration)


def plan(histogram: Iterable[tuple[str, int, int, int]], window: Window, size: int) -> list[Shard]:
    """Shards with about ``size`` records at home. ``histogram`` says how many records there are: tier, duration
    class, day, count."""
    classes: dict[tuple[str, int], dict[int, int]] = {}
    for tier, duration, day, count in histogram:
        classes.setdefault((tier, duration), {})[day] = count
    shards: list[Shard] = []
    for (tier, duration), days in sorted(classes.items()):
        before = window.text_far_days if tier == WORDS else 0
        after = window.text_far_days if tier == WORDS else longest(duration) + max(window.near_days, window.far_days)
        for first, last, parts in _ranges(days, size):
            shards += [
                Shard(len(shards) + part, tier, duration, first, last, part, parts, first - before, last + after)
                for part in range(parts)
            ]
    return shards


def _ranges(days: dict[int, int], size: int) -> Iterator[tuple[int, int, int]]:
    """Days in ranges of at most ``size`` records; a day of more stands alone, with the parts that it is cut into."""
    first = last = None
    held = 0
    for day in sorted(days):
        if first is not None and last is not None and held + days[day] > size:
            yield first, last, -(-held // size)
            first, held = None, 0
        first, last, held = day if first is None else first, day, held + days[day]
    if first is not None and last is not None:
        yield first, last, -(-held // size)
