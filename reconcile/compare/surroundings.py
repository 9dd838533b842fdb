"""Local base rates: how busy the surroundings are, and where a pair stands among the alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from reconcile.compare.alternatives import best_two, lead
from reconcile.compare.base import Among, Comparison, Gathered, Levels, Pairs, graded
from reconcile.compare.where import net_km
from reconcile.compare.words import described_cosine, text_cosine


def close_by(pairs: Pairs) -> npt.NDArray[np.bool_]:
    """Whether the two lie within two days and 30 km of each other (or no distance is known)."""
    start, end = pairs.run.prepared["start"], pairs.run.prepared["end"]
    a, b = pairs.left, pairs.right
    gap = np.maximum(start[a] - end[b], start[b] - end[a])
    near: npt.NDArray[np.bool_] = ~(net_km(pairs) > 30) & ~(gap > 2)
    return near


def _count(ends: Sequence[npt.NDArray[Any]], near: npt.NDArray[np.bool_], size: int) -> Gathered:
    """How many pairs of each record are near."""
    return (np.sum([np.bincount(end[near], minlength=size) for end in ends], axis=0),)


def _crowd(_: npt.NDArray[np.bool_], left: Gathered, right: Gathered) -> Levels:
    """Candidates of the less busy record that are ``close_by``."""
    level: Levels = graded(np.minimum(left[0], right[0]).astype(float), (1, 2, 4, 8, 16, 32, 64)) - 1
    return level


def _best(ends: Sequence[npt.NDArray[Any]], value: npt.NDArray[np.float32], size: int) -> Gathered:
    """The two best values of each record's pairs (NaN counts as none)."""
    some = np.flatnonzero(~np.isnan(value))
    return best_two([end[some] for end in ends], value[some].astype(np.float64), size)


def _rank(value: npt.NDArray[np.float32], left: Gathered, right: Gathered) -> Levels:
    """Where a pair's value (NaN: none) stands among those of all pairs of its left and of its right record.

    A pair's lead for a record is its value less the best other one; of the two leads the smaller counts first.
    """
    none = np.isnan(value)
    if none.all():
        return np.zeros(len(value), dtype=np.int8)
    known = np.where(none, -np.inf, value.astype(np.float64))
    ahead, behind = (lead(known, *best) for best in (left, right))
    low, high = np.minimum(ahead, behind), np.maximum(ahead, behind)
    level = np.full(len(value), 5, dtype=np.int8)
    for better in (low >= 0.1, low >= 0, high >= 0, (high >= 0) | (low >= -0.1)):
        level -= better
    level[none] = 0
    return level


COMPARISONS = (
    Comparison(
        "crowd",
        "records nearby in those days",
        (
            "no others",
            "one or two",
            "three or four",
            "up to eight",
            "up to sixteen",
            "up to thirty-two",
            "up to sixty-four",
            "more",
        ),
        close_by,
        among=Among(_count, _crowd),
        dtype=np.bool_,
    ),
    Comparison(
        "text_rank",
        "texts compared with the alternatives",
        (
            "no texts to compare",
            "each is by far the other's most similar text",
            "each is the other's most similar text",
            "one is the other's most similar text",
            "others are somewhat more similar",
            "others are far more similar",
        ),
        text_cosine,
        among=Among(_best, _rank),
        dtype=np.float32,
    ),
    Comparison(
        "description_rank",
        "descriptions compared with the alternatives",
        (
            "no words to compare",
            "each is by far the other's most similar description",
            "each is the other's most similar description",
            "one is the other's most similar description",
            "others are somewhat more similar",
            "others are far more similar",
        ),
        described_cosine,
        among=Among(_best, _rank),
        dtype=np.float32,
    ),
)
