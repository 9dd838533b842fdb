"""Where a pair stands among its alternatives: the one comparison that looks at other pairs' weights.

Recorders that each list an event once leave traces in who is whose best match: that a record of one is the best match of a
record of the other, and by how much, holds in any country. The weights come from the model's scout, a first model without
this comparison. News outlets, many and writing of one event again and again, are not compared so.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from reconcile import terms
from reconcile.compare.base import Comparison, Levels, Pairs

MOST_OUTLETS: Final = 6.0  # effective number of outlets (inverse Simpson index) up to which they count as recorders
_BOUNDS: Final = (-3.0, -1.0, 0.0, 1.0, 3.0)


def standing(compared: pl.DataFrame, weight: terms.Floats) -> Levels:
    """Level of each pair of ``compared`` (left, right, left_outlet, right_outlet) given all pairs' scout ``weight``.

    For each of the two records: the weight less that of the best other candidate from the same outlet as its partner (of the
    best one, if that is another); the smaller of the two leads counts.
    """
    left, right, of_left, of_right = (
        compared[name].to_numpy().astype(np.int64) for name in ("left", "right", "left_outlet", "right_outlet")
    )
    if not len(left) or effective_outlets(left, right, of_left, of_right) > MOST_OUTLETS:
        return np.zeros(len(left), dtype=np.int8)
    groups = int(max(of_left.max(), of_right.max())) + 1
    one = _lead(np.concatenate([left * groups + of_right, right * groups + of_left]), np.concatenate([weight, weight]))
    lead = np.minimum(one[: len(left)], one[len(left) :])
    return (np.searchsorted(np.asarray(_BOUNDS), lead, "right") + 1).astype(np.int8)


def effective_outlets(left: terms.Ints, right: terms.Ints, of_left: terms.Ints, of_right: terms.Ints) -> float:
    """The inverse Simpson index of the outlets of all records that are in any pair."""
    rows, first = np.unique(np.concatenate([left, right]), return_index=True)
    share = np.bincount(np.concatenate([of_left, of_right])[first]) / len(rows)
    return float(1.0 / np.sum(share * share))


def _lead(key: terms.Ints, value: terms.Floats) -> terms.Floats:
    """Each ``value`` less the best other value of its ``key`` (+20 where there is no other)."""
    order = np.lexsort((-value, key))
    sorted_key, sorted_value = key[order], value[order]
    first = np.searchsorted(sorted_key, sorted_key, "left")
    best = sorted_value[first]
    after = np.minimum(first + 1, len(key) - 1)
    second = np.where((first + 1 < len(key)) & (sorted_key[after] == sorted_key), sorted_value[after], -np.inf)
    lead = np.where(np.arange(len(key)) == first, sorted_value - second, sorted_value - best)
    out = np.empty(len(key))
    out[order] = np.minimum(lead, 20.0)
    return out


def _not_alone(pairs: Pairs) -> Levels:
    raise TypeError("standing needs the weights of all pairs: reconcile.model.score adds it")


COMPARISON: Final = Comparison(
    "standing",
    "this match compared with the alternatives from the same outlets",
    (
        "not compared: many outlets",
        "another record of that outlet fits far better",
        "another record of that outlet fits better",
        "another record of that outlet fits a little better",
        "each is the other outlet's best match, narrowly",
        "each is the other outlet's best match, clearly",
        "each is the other outlet's best match by far, or its only one",
    ),
    _not_alone,
)
