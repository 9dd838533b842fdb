"""Local base rates: how busy the surroundings are, and where a pair stands among the alternatives."""

from __future__ import annotations

import numpy as np

from reconcile import terms
from reconcile.compare.base import Comparison, Levels, Pairs, graded
from reconcile.compare.where import net_km
from reconcile.compare.words import described_cosine, text_cosine


def crowd(pairs: Pairs) -> Levels:
    """Candidates of the less busy record that lie within two days and 30 km (or where no distance is known)."""
    start, end = pairs.prepared["start"], pairs.prepared["end"]
    a, b = pairs.left, pairs.right
    gap = np.maximum(start[a] - end[b], start[b] - end[a])
    near = ~(net_km(pairs) > 30) & ~(gap > 2)
    counts = np.bincount(a[near], minlength=pairs.rows) + np.bincount(b[near], minlength=pairs.rows)
    return graded(np.minimum(counts[a], counts[b]).astype(float), (1, 2, 4, 8, 16, 32, 64)) - 1


def best_within(pairs: Pairs, value: terms.Floats, group: terms.Ints) -> tuple[terms.Floats, terms.Floats]:
    """For each pair: its ``value`` less the best other one of the left, and of the right record, in the other's group.

    ``group`` is a code a record (its outlet). NaN values count as least; without another candidate the lead is +inf.
    """
    filled = np.where(np.isnan(value), -np.inf, value)
    leads = []
    groups = int(group.max(initial=0)) + 1
    for one, two in ((pairs.left, pairs.right), (pairs.right, pairs.left)):
        # The rivals of a pair, seen from `one`: all pairs of `one` with a record of the outlet of `two`.
        rows = np.concatenate([pairs.left, pairs.right])
        their = np.concatenate([group[pairs.right], group[pairs.left]])
        values = np.concatenate([filled, filled])
        key = rows * groups + their
        order = np.lexsort((-values, key))
        sorted_key, sorted_value = key[order], values[order]
        first = np.searchsorted(sorted_key, one * groups + group[two], "left")
        best = sorted_value[first]
        next_key = sorted_key[np.minimum(first + 1, len(sorted_key) - 1)]
        second = np.where(
            (first + 1 < len(sorted_key)) & (next_key == one * groups + group[two]),
            sorted_value[np.minimum(first + 1, len(sorted_key) - 1)],
            -np.inf,
        )
        with np.errstate(invalid="ignore"):
            leads.append(np.where(filled >= best, filled - second, filled - best))
    return leads[0], leads[1]


def text_rank(pairs: Pairs) -> Levels:
    """Whether each record's text is the one most like the other's, among all candidates."""
    return _rank(pairs, text_cosine(pairs))


def description_rank(pairs: Pairs) -> Levels:
    """The same for the words of all fields."""
    return _rank(pairs, described_cosine(pairs))


def _rank(pairs: Pairs, value: terms.Floats) -> Levels:
    ahead, behind = best_within(pairs, value, np.zeros(pairs.rows, dtype=np.int64))
    low, high = np.minimum(ahead, behind), np.maximum(ahead, behind)
    level = np.select([low >= 0.1, low >= 0, high >= 0, low >= -0.1], [1, 2, 3, 4], 5)
    return np.where(np.isnan(value), 0, level).astype(np.int8)


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
        crowd,
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
        text_rank,
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
        description_rank,
    ),
)
