"""Where a pair stands among its alternatives: the one comparison that looks at other pairs' weights.

Recorders that each list an event once leave traces in who is whose best match: that a record of one is the best
match of a
record of the other, and by how much, holds in any country. The weights come from the model's scout, a first model
without
this comparison. News outlets, many and writing of one event again and again, are not compared so.

The best of n times m possible pairs is worth at most ln(nm): where two outlets tell one or two records each, to be each
other's only ones says little.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from reconcile import terms
from reconcile.compare.alternatives import Keys, best_two, lead
from reconcile.compare.base import Comparison, Gathered, Levels, Pairs

MOST_OUTLETS: Final = 6.0  # effective number of outlets (inverse Simpson index) up to which they count as recorders
FEW_RECORDS: Final = 30  # of a run of fewer nobody can say what kind of outlets it has: recorders are assumed
_BOUNDS: Final = (-3.0, -1.0, 0.0, 1.0, 3.0)
_DENSE: Final = 100_000_000  # records times outlets; more than that are numbered by sorting


def standing(compared: pl.DataFrame, weight: terms.Floats) -> Levels:
    """Level of each pair of ``compared`` (left, right, left_outlet, right_outlet) given all pairs' scout ``weight``.

    For each of the two records: the weight less that of the best other candidate from the same outlet as its
    partner (of the
    best one, if that is another), the smaller of the two leads counts, at most the logarithm of the number of pairs
    of records that the two outlets could have.
    """
    left, right, of_left, of_right = (
        compared[name].to_numpy() for name in ("left", "right", "left_outlet", "right_outlet")
    )
    if not len(left):
        return np.zeros(0, dtype=np.int8)
    counts = _records(left, right, of_left, of_right)
    if many_outlets(counts):
        return np.zeros(len(left), dtype=np.int8)
    groups = int(max(of_left.max(), of_right.max())) + 1
    ends = (left.astype(np.int64) * groups + of_right, right.astype(np.int64) * groups + of_left)
    size = (int(right.max()) + 1) * groups
    if size > _DENSE:
        distinct, keys = np.unique(np.concatenate(ends), return_inverse=True)
        ends, size = (keys[: len(left)], keys[len(left) :]), len(distinct)
    best, second = best_two(ends, weight, size)
    one, two = ((best[end], second[end]) for end in ends)
    return grade(weight, one, two, counts[of_left], counts[of_right])


def nobody_compared(compared: pl.DataFrame) -> bool:
    """Whether the level of all pairs of ``compared`` is 0, whatever their weights."""
    ends = [compared[name].to_numpy() for name in ("left", "right", "left_outlet", "right_outlet")]
    return not len(compared) or many_outlets(_records(*ends))


def grade(weight: terms.Floats, left: Gathered, right: Gathered, of_left: terms.Ints, of_right: terms.Ints) -> Levels:
    """Level of each pair, given the two best weights of the left record among those of the right one's outlet, the
    same of the right record, and how many records each one's outlet has."""
    ahead = np.minimum(lead(weight, *left), lead(weight, *right))
    ahead = np.minimum(ahead, np.log(np.maximum(of_left, 1)) + np.log(np.maximum(of_right, 1)))
    level: Levels = (np.searchsorted(np.asarray(_BOUNDS), ahead, "right") + 1).astype(np.int8)
    return level


def _records(left: Keys, right: Keys, of_left: Keys, of_right: Keys) -> terms.Ints:
    """How many records of each outlet are in any pair."""
    outlet = np.full(int(max(left.max(), right.max())) + 1, -1, dtype=np.int64)
    outlet[left], outlet[right] = of_left, of_right
    return np.bincount(outlet[outlet >= 0])


def many_outlets(counts: terms.Ints) -> bool:
    """Whether outlets with so many records each are news outlets and not recorders."""
    return bool(counts.sum() >= FEW_RECORDS and effective_outlets(counts) > MOST_OUTLETS)


def effective_outlets(counts: terms.Ints) -> float:
    """The inverse Simpson index of ``counts`` of records, one count an outlet."""
    share = counts / counts.sum()
    return float(1.0 / np.sum(share * share))


def _not_alone(pairs: Pairs) -> Levels:
    raise TypeError(f"{len(pairs)} pairs: standing needs the weights of all pairs: reconcile.score adds it")


COMPARISON: Final = Comparison(
    "standing",
    "this match compared with the alternatives from the same outlets",
    (
        "not compared: many outlets",
        "another record of that outlet fits far better",
        "another record of that outlet fits better",
        "another record of that outlet fits a little better",
        "each is the other outlet's best match, narrowly or of hardly any",
        "each is the other outlet's best match, clearly or of a few",
        "each is the other outlet's best match by far, or its only one of many",
    ),
    _not_alone,
)
