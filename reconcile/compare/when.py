"""Time: how far apart the stated days are, how exactly they are stated, and when the reports came out."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt

from reconcile import terms
from reconcile.compare.base import NOT_STATED, Comparison, Levels, Pairs, Run, beyond, graded

EXACT_DAYS, VAGUE_DAYS = 1, 8
MONTH_DAYS, SEASON_DAYS = 31, 92


def days(pairs: Pairs) -> Levels:
    """Gap between the day intervals; where they overlap, how wide the wider one is."""
    # Days are whole numbers that half the digits hold.
    start, end = (pairs.run.keep(f"short {name}", partial(_short, pairs.run, name)) for name in ("start", "end"))
    begin, other, stop, last = start[pairs.left], start[pairs.right], end[pairs.left], end[pairs.right]
    gap = np.maximum(begin - last, other - stop)
    one, two = stop - begin, last - other
    width, narrow = np.maximum(one, two) + 1, np.minimum(one, two) + 1
    overlap = beyond(width, (EXACT_DAYS, 3, VAGUE_DAYS)) + (narrow > VAGUE_DAYS) + np.int8(1)
    level = np.where(gap > 0, beyond(gap, (1, 2, 4, 7, 30)) + np.int8(6), overlap)
    return np.where(np.isnan(gap), np.int8(0), level)


def _short(run: Run, name: str) -> npt.NDArray[np.float32]:
    return run.prepared[name].astype(np.float32)


def published(pairs: Pairs) -> Levels:
    """Days between the two publications."""
    a, b = pairs.number("day_published")
    return graded(np.abs(a - b), (0, 1, 2, 4, 7, 14, 30, 60, 180))


def reported(pairs: Pairs) -> Levels:
    """Where one record has no day: days from the other's event to its publication."""
    own_a, own_b = pairs.number("day_start")
    level = np.zeros(len(pairs), dtype=np.int8)
    some = np.flatnonzero(np.isnan(own_a) != np.isnan(own_b))  # few
    start, published = pairs.run.prepared["start"], pairs.run.numbers("day_published")
    left, right = pairs.left[some], pairs.right[some]
    lag = np.where(np.isnan(own_a[some]), published[left] - start[right], published[right] - start[left])
    level[some] = graded(np.maximum(lag, -1.0), (-1, 1, 3, 7, 14, 30))
    return level


def breadth(pairs: Pairs) -> Levels:
    """How wide the wider of the two stated dates is; an open end has no width."""
    run = pairs.run
    days = lambda: np.nan_to_num(run.numbers("day_end") - run.numbers("day_start"), nan=0.0)  # noqa: E731
    width: terms.Floats = run.keep("breadth", days)
    wider = np.maximum(width[pairs.left], width[pairs.right])
    return beyond(wider + 1, (MONTH_DAYS, SEASON_DAYS))


COMPARISONS = (
    Comparison(
        "days",
        "day of the event",
        (
            NOT_STATED,
            "same day",
            "days overlap, two or three days wide",
            "days overlap, within a week or so",
            "days overlap, one of them wide or open",
            "days overlap, both wide or open",
            "next day",
            "two days apart",
            "three or four days apart",
            "five to seven days apart",
            "up to a month apart",
            "more than a month apart",
        ),
        days,
    ),
    Comparison(
        "published",
        "day of publication",
        (
            NOT_STATED,
            "same day",
            "next day",
            "two days apart",
            "three or four days apart",
            "within a week",
            "within two weeks",
            "within a month",
            "within two months",
            "within half a year",
            "longer apart",
        ),
        published,
    ),
    Comparison(
        "reported",
        "publication of the one that gives no day, after the other's day",
        (
            "both or neither give a day",
            "published before the event",
            "within a day",
            "within three days",
            "within a week",
            "within two weeks",
            "within a month",
            "later",
        ),
        reported,
    ),
    Comparison(
        "breadth",
        "how wide the dates are",
        ("neither wider than a month", "one wider than a month", "one wider than a season"),
        breadth,
    ),
)
