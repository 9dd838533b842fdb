"""Local base rates: how busy the surroundings are, and where a pair stands among the alternatives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reconcile.compare.alternatives import best_two, lead
from reconcile.compare.base import AllPairs, Comparison, Levels, Pairs, graded
from reconcile.compare.where import net_km
from reconcile.compare.words import described_cosine, text_cosine
from reconcile.parallel import blocks, each


def close_by(pairs: Pairs) -> npt.NDArray[np.bool_]:
    """Whether the two lie within two days and 30 km of each other (or no distance is known)."""
    start, end = pairs.run.prepared["start"], pairs.run.prepared["end"]
    a, b = pairs.left, pairs.right
    gap = np.maximum(start[a] - end[b], start[b] - end[a])
    near: npt.NDArray[np.bool_] = ~(net_km(pairs) > 30) & ~(gap > 2)
    return near


def crowd(pairs: AllPairs) -> Levels:
    """Candidates of the less busy record that are ``close_by``."""
    near = pairs.value
    ends = (pairs.left, pairs.right)
    counts = np.sum([np.bincount(end[near], minlength=pairs.rows) for end in ends], axis=0)
    grade = graded(counts.astype(float), (1, 2, 4, 8, 16, 32, 64)) - 1
    level: Levels = np.minimum(grade[pairs.left], grade[pairs.right])
    return level


def rank(pairs: AllPairs) -> Levels:
    """Where a pair's value (NaN: none) stands among those of all pairs of its left and of its right record.

    A pair's lead for a record is its value less the best other one; of the two leads the smaller counts first.
    """
    ends = (pairs.left, pairs.right)
    value = np.where(np.isnan(pairs.value), -np.inf, pairs.value.astype(np.float64))
    best, second = best_two(ends, value, pairs.rows)
    level = np.empty(len(value), dtype=np.int8)

    def grade(part: slice) -> None:
        ahead, behind = (lead(end[part], value[part], best, second) for end in ends)
        low, high = np.minimum(ahead, behind), np.maximum(ahead, behind)
        found = np.select([low >= 0.1, low >= 0, high >= 0, low >= -0.1], [1, 2, 3, 4], 5)
        level[part] = np.where(np.isinf(value[part]), 0, found)

    each(blocks(len(value), 500_000), grade)
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
        among=crowd,
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
        among=rank,
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
        among=rank,
        dtype=np.float32,
    ),
)
