"""Actors: who attacked whom. A generic actor ("gunmen") has no key and is no evidence either way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reconcile import terms
from reconcile.actors import Actors
from reconcile.compare.base import NOT_STATED, Comparison, Levels, Pairs, graded

_BOUNDS = (0.2, 0.4, 0.7, 0.95)
NOBODY = 5  # level of ``sides``: nobody in common


def _lists(pairs: Pairs, name: str) -> tuple[terms.Ints, list[tuple[str, ...]]]:
    """Column ``name`` (a list of keys, or two columns joined by "+") as codes of distinct tuples; "" = the empty
    one."""

    def make() -> tuple[terms.Ints, list[tuple[str, ...]]]:
        columns = [pairs.records[column].to_list() for column in name.split("+")]
        rows = [tuple(sorted({key for keys in values for key in keys or ()})) for values in zip(*columns, strict=True)]
        distinct = sorted(set(rows))
        code = {value: at for at, value in enumerate(distinct)}
        return np.array([code[row] for row in rows], dtype=np.int64), distinct

    result: tuple[terms.Ints, list[tuple[str, ...]]] = pairs.keep(f"lists {name}", make)
    return result


def likeness(pairs: Pairs, actors: Actors, mine: str, yours: str) -> terms.Floats:
    """``Actors.similarity`` of list ``mine`` of the left and ``yours`` of the right record; NaN where one is empty."""
    a, lists_a = _lists(pairs, mine)
    b, lists_b = _lists(pairs, yours)
    size = max(len(lists_b), 1)
    distinct, back = np.unique(a[pairs.left] * size + b[pairs.right], return_inverse=True)
    scores = np.full(len(distinct), np.nan)
    for k, (i, j) in enumerate(zip((distinct // size).tolist(), (distinct % size).tolist(), strict=True)):
        score = actors.similarity(lists_a[i], lists_b[j])
        if score is not None:
            scores[k] = score
    result: terms.Floats = scores[back]
    return result


def _alike(pairs: Pairs, name: str) -> terms.Floats:
    result: terms.Floats = pairs.keep(f"like {name}", lambda: likeness(pairs, pairs.actors, name, name))
    return result


def _side(name: str) -> Callable[[Pairs], Levels]:
    def compute(pairs: Pairs) -> Levels:
        values = _alike(pairs, name)
        return np.where(np.isnan(values), 0, 6 - graded(values, _BOUNDS)).astype(np.int8)

    return compute


def sides(pairs: Pairs) -> Levels:
    """Both parties of both records, whoever is named first: a clash has no fixed order of its sides."""
    straight = [_alike(pairs, side) for side in ("perpetrator_keys", "target_keys")]
    cross = [
        likeness(pairs, pairs.actors, "perpetrator_keys", "target_keys"),
        likeness(pairs, pairs.actors, "target_keys", "perpetrator_keys"),
    ]
    first, second = (np.where(np.isnan(x), 0, x) for x in straight)
    third, fourth = (np.where(np.isnan(x), 0, x) for x in cross)
    best = np.maximum(first + second, third + fourth)
    known = ~np.isnan(straight[0]) | ~np.isnan(straight[1]) | ~np.isnan(cross[0]) | ~np.isnan(cross[1])
    level = 6 - graded(best, (0.2, 0.7, 1.0, 1.5))
    return np.where(known, level, 0).astype(np.int8)


def actor_words(pairs: Pairs) -> Levels:
    """Cosine of the words of all actors' names as stated, rare words counting more."""

    def make() -> terms.Floats:
        stated = [pairs.records[name].list.join("; ").fill_null("") for name in ("perpetrators", "targets")]
        matrix = terms.vectors(terms.tokens(terms.joined(stated)), pairs.day)
        empty = np.diff(matrix.indptr) == 0
        value = terms.cosine(matrix, pairs.left, pairs.right)
        return np.where(empty[pairs.left] | empty[pairs.right], np.nan, value)

    return graded(make(), (0.001, 0.1, 0.2, 0.35, 0.55, 0.8))


_LEVELS = (
    NOT_STATED,
    "the same",
    "part of one another, or most the same",
    "related, or some the same",
    "hardly alike",
    "unrelated",
)

COMPARISONS = (
    Comparison("perpetrator", "perpetrators", _LEVELS, _side("perpetrator_keys"), (1, 2, 3, 0, 4, 5)),
    Comparison("target", "targets", _LEVELS, _side("target_keys")),
    Comparison(
        "sides",
        "both parties, in either order",
        (
            NOT_STATED,
            "both parties the same",
            "one party the same, the other related",
            "one party the same or both related",
            "some likeness",
            "nobody in common",
        ),
        sides,
        (1, 2, 3, 0, 4, 5),
    ),
    Comparison(
        "actor_words",
        "words in the actors' names",
        (
            NOT_STATED,
            "none shared",
            "hardly any shared",
            "a few shared",
            "some shared",
            "many shared",
            "most shared",
            "nearly all shared",
        ),
        actor_words,
    ),
)
