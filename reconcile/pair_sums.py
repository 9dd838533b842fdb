"""What a run's pairs say of its comparisons, counted: whole numbers that add up over pairs.

Those of parts of a run, added in any order, are those of the run: :mod:`reconcile.own_say` makes the same of them
however the run was cut, into blocks, shards or not at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.compare import BY_NAME
from reconcile.parallel import blocks, each

Floats = npt.NDArray[np.float64]

FAMILIES: Final = (
    ("days", "published", "reported"),
    ("distance", "points", "area", "place", "region"),
    ("perpetrator", "target", "sides"),
    ("kind",),
    ("killed", "injured", "total"),
    ("outlet",),
)
NAMES: Final = tuple(name for family in FAMILIES for name in family)
SIZES: Final = tuple(len(BY_NAME[name].levels) for name in NAMES)
STARTS: Final = np.cumsum((1, *SIZES))  # where the levels of each comparison begin in a row of indicators
WIDTH: Final = int(STARTS[-1])
_OPEN: Final = 6.0  # a pair of a weight beyond this, or below its negative, counts as settled
CHANCE, CURVE, WEIGHT = 1e6, 1e4, 1e3  # units a unit of probability, of p(1 - p), of weight
_THIN: Final = 100_000  # records a run may have before its pairs are thinned out for the regression
_BLOCK: Final = 500_000  # pairs counted at a time
SLOTS: Final = pl.Schema({"slot": pl.Int64, "number": pl.Int64})


@dataclass(frozen=True)
class Sums:
    """What is counted of the pairs of a run or of a part of it; whole numbers, so that they add up exactly.

    ``pairs`` and ``matches``: for each family, of each combination of its levels how many pairs show it, and how many
    expected matches (millionths). ``gram`` and ``moment``: indicators of the levels times indicators, and times weight,
    summed over the pairs that are not settled, each counted p(1 - p).
    """

    pairs: tuple[Floats, ...]
    matches: tuple[Floats, ...]
    gram: Floats
    moment: Floats

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            tuple(a + b for a, b in zip(self.pairs, other.pairs, strict=True)),
            tuple(a + b for a, b in zip(self.matches, other.matches, strict=True)),
            self.gram + other.gram,
            self.moment + other.moment,
        )

    @property
    def table(self) -> pl.DataFrame:
        """What is not 0, one number a row: slot, number."""
        flat = np.concatenate([*self.pairs, *self.matches, self.gram.ravel(), self.moment])
        slot = np.flatnonzero(flat)
        return pl.DataFrame({"slot": slot, "number": flat[slot].astype(np.int64)}, schema=SLOTS)

    @classmethod
    def of(cls, table: pl.DataFrame) -> Sums:
        """Those of a ``table``, in which each slot stands once."""
        none = cls.none()
        shapes = [part.shape for part in (*none.pairs, *none.matches, none.gram, none.moment)]
        flat = np.zeros(sum(math.prod(shape) for shape in shapes))
        flat[table["slot"].to_numpy()] = table["number"].to_numpy()
        parts = np.split(flat, np.cumsum([math.prod(shape) for shape in shapes])[:-1])
        first, second, gram, moment = parts[: len(FAMILIES)], parts[len(FAMILIES) : -2], parts[-2], parts[-1]
        return cls(tuple(first), tuple(second), gram.reshape(none.gram.shape), moment)

    @classmethod
    def none(cls) -> Sums:
        """Those of no pairs."""
        cells = [math.prod(len(BY_NAME[name].levels) for name in family) for family in FAMILIES]
        pairs, matches = (tuple(np.zeros(n) for n in cells) for _ in range(2))
        return cls(pairs, matches, np.zeros((WIDTH, WIDTH)), np.zeros(WIDTH))


def sums_of(compared: pl.DataFrame, weight: Floats, records: int) -> Sums:
    """Count ``compared`` pairs of these match weights (the model's, before any move).

    ``records`` is the number of records in the whole run: of a large one, one pair in some is enough to tell what the
    model says through the comparisons. The last digits of the weight choose them, in any part of the run alike.
    """
    one_in = 1 + records // _THIN
    levels = {name: compared[name].to_numpy() for name in NAMES}
    parts = blocks(len(weight), _BLOCK)
    found: dict[int, Sums] = {}

    def work(part: slice) -> None:
        found[part.start] = _sums({name: values[part] for name, values in levels.items()}, weight[part], one_in)

    each(parts, work)
    total = Sums.none()
    for part in parts:
        total += found[part.start]
    return total


def _sums(level: Mapping[str, npt.NDArray[np.int8]], weight: Floats, one_in: int) -> Sums:
    empty = Sums.none()
    possible = np.flatnonzero(weight > -_OPEN)
    chance = np.where(weight[possible] < _OPEN, sigmoid(weight[possible]), 1.0)
    expected = np.rint(CHANCE * chance)
    pairs: list[Floats] = []
    matches: list[Floats] = []
    for family, cells in zip(FAMILIES, empty.pairs, strict=True):
        key = np.zeros(len(weight), dtype=np.uint16)
        for name in family:
            key *= np.uint16(len(BY_NAME[name].levels))
            key += level[name].view(np.uint8)
        pairs.append(np.bincount(key, minlength=len(cells)).astype(np.float64))
        matches.append(np.bincount(key[possible], weights=expected, minlength=len(cells)).astype(np.float64))
    unsettled = possible[weight[possible] < _OPEN]
    drawn = unsettled[np.rint(weight[unsettled] * 1e4).astype(np.int64) % one_in == 0]
    gram, moment = _normal(level, weight, drawn)
    return Sums(tuple(pairs), tuple(matches), gram * one_in, moment * one_in)


def _normal(
    level: Mapping[str, npt.NDArray[np.int8]], weight: Floats, rows: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """The normal equations of ``weight`` on the levels, over the pairs ``rows``."""
    line = weight[rows]
    chance = sigmoid(line)
    curve = np.rint(CURVE * chance * (1 - chance))
    pull = curve * np.rint(WEIGHT * line)
    some = [level[name][rows].astype(np.int64) for name in NAMES]
    gram, moment = np.zeros((WIDTH, WIDTH)), np.zeros(WIDTH)
    gram[0, 0], moment[0] = curve.sum(), pull.sum()
    for code, size, start in zip(some, SIZES, STARTS, strict=False):
        mine = np.arange(start, start + size)
        gram[mine, mine] = gram[0, mine] = gram[mine, 0] = np.bincount(code, weights=curve, minlength=size)
        moment[mine] = np.bincount(code, weights=pull, minlength=size)
    for i, j in combinations(range(len(NAMES)), 2):
        cells = np.bincount(some[i] * SIZES[j] + some[j], weights=curve, minlength=SIZES[i] * SIZES[j])
        table = cells.reshape(SIZES[i], SIZES[j])
        one, two = slice(STARTS[i], STARTS[i] + SIZES[i]), slice(STARTS[j], STARTS[j] + SIZES[j])
        gram[one, two], gram[two, one] = table, table.T
    return gram, moment


def sigmoid(weight: Floats) -> Floats:
    """The probability of each log-odds."""
    result: Floats = 1 / (1 + np.exp(-np.clip(weight, -500, 500)))
    return result
