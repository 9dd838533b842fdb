"""Casualties: how close the stated figures are; a shared large number says more than a shared one."""

from __future__ import annotations

import numpy as np

from reconcile import terms
from reconcile.compare.base import NOT_STATED, Comparison, Levels, Pairs, Run


def interval(run: Run, measure: str) -> tuple[terms.Floats, terms.Floats, terms.Floats]:
    """Per record: low, best, high of ``measure``, each filled from the others where not stated (NaN: nothing is)."""

    def make() -> tuple[terms.Floats, terms.Floats, terms.Floats]:
        low, best, high = (run.numbers(name) for name in (f"{measure}_low", measure, f"{measure}_high"))
        # "None or more" is no figure: it is neither near to none nor far from many.
        low = np.where((low == 0) & np.isnan(best) & np.isnan(high), np.nan, low)
        filled_low = np.where(np.isnan(low), np.where(np.isnan(best), high, best), low)
        filled_high = np.where(np.isnan(high), np.where(np.isnan(best), low, best), high)
        middle = np.where(np.isnan(best), (filled_low + filled_high) / 2, best)
        return filled_low, middle, np.maximum(filled_high, filled_low)

    result: tuple[terms.Floats, terms.Floats, terms.Floats] = run.keep(f"interval {measure}", make)
    return result


def _level(pairs: Pairs, measure: str) -> Levels:
    columns = (f"{measure}_low", measure, f"{measure}_high")
    return pairs.tabled(measure, pairs.run.alike(columns), lambda own: _closeness(own, measure))


def _closeness(pairs: Pairs, measure: str) -> Levels:
    low, best, high = interval(pairs.run, measure)
    a, b = pairs.left, pairs.right
    x, y = best[a], best[b]
    small, large = np.minimum(x, y), np.maximum(x, y)
    gap = np.maximum(np.maximum(low[a], low[b]) - np.minimum(high[a], high[b]), 0)
    ratio = (small + 1) / (large + 1)
    same = np.select([large == 0, large == 1, large == 2, large <= 4, large <= 9], [1, 2, 3, 4, 5], 6)
    level = np.select(
        [x == y, (small == 0) & (gap > 0), gap == 0, gap <= 1, ratio >= 0.6, ratio >= 0.3],
        [same, np.where(large <= 2, 11, 12), 7, 8, 9, 10],
        13,
    )
    return np.where(np.isnan(x) | np.isnan(y), 0, level).astype(np.int8)


def killed(pairs: Pairs) -> Levels:
    """Closeness of the killed."""
    return _level(pairs, "killed")


def injured(pairs: Pairs) -> Levels:
    """Closeness of the injured."""
    return _level(pairs, "injured")


def total(pairs: Pairs) -> Levels:
    """Closeness of killed and injured together: outlets move a victim from one to the other as days pass."""
    run = pairs.run
    both = run.keep("killed and injured", lambda: interval(run, "killed")[1] + interval(run, "injured")[1])
    return pairs.tabled("total", run.alike_numbers("total", both), lambda own: _total(both[own.left], both[own.right]))


def _total(x: terms.Floats, y: terms.Floats) -> Levels:
    large, apart = np.maximum(x, y), np.abs(x - y)
    level = np.select(
        [
            (apart == 0) & (large == 0),
            (apart == 0) & (large <= 5),
            apart == 0,
            apart <= 1,
            apart <= 0.25 * large,
            apart <= 0.5 * large,
        ],
        [1, 2, 3, 4, 5, 6],
        7,
    )
    return np.where(np.isnan(x) | np.isnan(y), 0, level).astype(np.int8)


_LEVELS = (
    NOT_STATED,
    "both say none",
    "both say one",
    "both say two",
    "same number, three or four",
    "same number, five to nine",
    "same number, ten or more",
    "ranges overlap",
    "off by one",
    "close",
    "up to three times as many",
    "none against one or two",
    "none against three or more",
    "far apart",
)

COMPARISONS = (
    Comparison("killed", "number killed", _LEVELS, killed),
    Comparison("injured", "number injured", _LEVELS, injured),
    Comparison(
        "total",
        "killed and injured together",
        (
            NOT_STATED,
            "both say none",
            "same number, up to five",
            "same number, more than five",
            "off by one",
            "within a quarter",
            "within a half",
            "far apart",
        ),
        total,
    ),
)
