"""Actors: who attacked whom. A generic actor ("gunmen") has no key and is no evidence either way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from reconcile import terms
from reconcile.actors import Actors
from reconcile.compare.base import NOT_STATED, Comparison, Counted, Levels, Pairs, Run, graded, numbered

if TYPE_CHECKING:
    from scipy import sparse

_BOUNDS = (0.2, 0.4, 0.7, 0.95)
NOBODY = 5  # level of ``sides``: nobody in common
ALIKE = (1, 2, 3)  # levels of ``perpetrator`` and ``target``: the same or related


_PARTIES = ("perpetrator_keys", "target_keys")
_NAMED = ("perpetrators", "targets")


def _lists(run: Run, name: str) -> tuple[terms.Ints, list[tuple[str, ...]]]:
    """Column ``name`` (a list of keys) as codes, and the sorted tuple of each code."""

    def make() -> tuple[terms.Ints, list[tuple[str, ...]]]:
        code, first = run.alike((name,))
        return code, [tuple(sorted(set(keys or ()))) for keys in run.records[name].gather(first).to_list()]

    result: tuple[terms.Ints, list[tuple[str, ...]]] = run.keep(f"lists {name}", make)
    return result


def likeness(pairs: Pairs, actors: Actors, mine: str, yours: str) -> terms.Floats:
    """``Actors.similarity`` of list ``mine`` of the left and ``yours`` of the right record; NaN where one is empty."""
    a, lists_a = _lists(pairs.run, mine)
    b, lists_b = _lists(pairs.run, yours)
    size = max(len(lists_b), 1)
    distinct, back = numbered(a[pairs.left] * size + b[pairs.right], size * len(lists_a))
    known: dict[tuple[tuple[str, ...], tuple[str, ...]], float] = pairs.run.keep("likeness", dict)
    scores = np.full(len(distinct), np.nan)
    for k, (i, j) in enumerate(zip((distinct // size).tolist(), (distinct % size).tolist(), strict=True)):
        key = lists_a[i], lists_b[j]
        if key not in known:
            score = actors.similarity(*key)
            known[key] = np.nan if score is None else score
        scores[k] = known[key]
    result: terms.Floats = scores[back]
    return result


def _alike(pairs: Pairs, name: str) -> terms.Floats:
    result: terms.Floats = pairs.keep(f"like {name}", lambda: likeness(pairs, pairs.run.actors, name, name))
    return result


def _side(name: str) -> Callable[[Pairs], Levels]:
    def compute(pairs: Pairs) -> Levels:
        values = _alike(pairs, name)
        return np.where(np.isnan(values), 0, 6 - graded(values, _BOUNDS)).astype(np.int8)

    return lambda pairs: pairs.once(_PARTIES, compute)


target = _side("target_keys")


def sides(pairs: Pairs) -> Levels:
    """Both parties of both records, whoever is named first: a clash has no fixed order of its sides."""
    return pairs.once(_PARTIES, _sides)


def _sides(pairs: Pairs) -> Levels:
    straight = [_alike(pairs, side) for side in _PARTIES]
    cross = [likeness(pairs, pairs.run.actors, *sides) for sides in (_PARTIES, _PARTIES[::-1])]
    first, second = (np.where(np.isnan(x), 0, x) for x in straight)
    third, fourth = (np.where(np.isnan(x), 0, x) for x in cross)
    best = np.maximum(first + second, third + fourth)
    known = ~np.isnan(straight[0]) | ~np.isnan(straight[1]) | ~np.isnan(cross[0]) | ~np.isnan(cross[1])
    level = 6 - graded(best, (0.2, 0.7, 1.0, 1.5))
    return np.where(known, level, 0).astype(np.int8)


def actor_words(pairs: Pairs) -> Levels:
    """Cosine of the words of all actors' names as stated, rare words counting more."""

    run = pairs.run
    code, rows = run.alike(_NAMED)

    def make() -> sparse.csr_array:
        words = _words(run)
        share = terms.rarity(run.counted(ACTOR_WORDS, words["term"].unique()), run.total_days)
        return terms.vectors(words, share, len(rows))

    def compare(own: Pairs) -> terms.Floats:
        return own.within(_NAMED, terms.cosine_or_nan(vectors, code[own.left], code[own.right]))

    vectors = run.keep("actor words", make)
    value = pairs.once(_NAMED, compare)
    return graded(value, (0.001, 0.1, 0.2, 0.35, 0.55, 0.8))


def _words(run: Run) -> pl.DataFrame:
    """The words of all actors' names, those of records with the same names once: ``row`` is a code of ``run.alike``."""

    def make() -> pl.DataFrame:
        rows = run.alike(_NAMED)[1]
        stated = [run.records[name].gather(rows).list.join("; ").fill_null("") for name in _NAMED]
        return terms.tokens(terms.joined(stated))

    result: pl.DataFrame = run.keep("words of actors", make)
    return result


ACTOR_WORDS = Counted("actor words", lambda run: terms.frequency(_words(run), run.days_alike(_NAMED)))


_LEVELS = (
    NOT_STATED,
    "the same",
    "part of one another, or most the same",
    "related, or some the same",
    "hardly alike",
    "unrelated",
)

COUNTED = (ACTOR_WORDS,)

COMPARISONS = (
    Comparison("perpetrator", "perpetrators", _LEVELS, _side("perpetrator_keys"), (1, 2, 3, 0, 4, 5)),
    Comparison("target", "targets", _LEVELS, target),
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
