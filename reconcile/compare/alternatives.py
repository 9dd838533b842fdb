"""The best two values among the pairs of each record."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from reconcile import terms

Keys = npt.NDArray[np.integer]


def best_two(keys: Sequence[Keys], value: terms.Floats, size: int) -> tuple[terms.Floats, terms.Floats]:
    """For each key 0 .. ``size`` - 1 its greatest ``value``, and the greatest but one (-inf where there is none).

    ``keys`` holds one or more arrays as long as ``value``: every value belongs to one key of each.
    """
    best, second = np.full((2, size), -np.inf)
    for key in keys:
        np.maximum.at(best, key, value)
    often = np.zeros(size, dtype=np.int64)
    for key in keys:
        top = value == best[key]
        often += np.bincount(key[top], minlength=size)
        np.maximum.at(second, key[~top], value[~top])
    return best, np.where(often > 1, best, second)


def lead(value: terms.Floats, best: terms.Floats, second: terms.Floats) -> terms.Floats:
    """Each ``value`` less the best other value of its key, of which the two best are given (+inf: no other)."""
    with np.errstate(invalid="ignore"):
        result: terms.Floats = value - np.where(value >= best, second, best)
    return result
