"""Time: how far apart the stated days are, how exactly they are stated, and when the reports came out."""

from __future__ import annotations

import numpy as np

from reconcile import terms
from reconcile.compare.base import NOT_STATED, Comparison, Levels, Pairs, graded

EXACT_DAYS, VAGUE_DAYS = 1, 8
MONTH_DAYS, SEASON_DAYS = 31, 92


def days(pairs: Pairs) -> Levels:
    """Gap between the day intervals; where they overlap, how wide the wider one is."""
    start, end = pairs.run.prepared["start"], pairs.run.prepared["end"]
    a, b = pairs.left, pairs.right
    gap = np.maximum(start[a] - end[b], start[b] - end[a])
    width = np.maximum(end[a] - start[a], end[b] - start[b]) + 1
    narrow = np.minimum(end[a] - start[a], end[b] - start[b]) + 1
    overlap = np.select([width <= EXACT_DAYS, width <= 3, width <= VAGUE_DAYS, narrow <= VAGUE_DAYS], [1, 2, 3, 4], 5)
    apart = np.searchsorted(np.array([1, 2, 4, 7, 30]), gap, "left") + 6
    level = np.where(gap <= 0, overlap, apart)
    return np.where(np.isnan(gap), 0, level).astype(np.int8)


def published(pairs: Pairs) -> Levels:
    """Days between the two publications."""
    a, b = pairs.number("day_published")
    return graded(np.abs(a - b), (0, 1, 2, 4, 7, 14, 30, 60, 180))


def reported(pairs: Pairs) -> Levels:
    """Where one record has no day: days from the other's event to its publication."""
    start, _ = pairs.run.prepared["start"], pairs.run.prepared["end"]
    own_a, own_b = pairs.number("day_start")
    pub_a, pub_b = pairs.number("day_published")
    lag = np.where(np.isnan(own_a), pub_a - start[pairs.right], pub_b - start[pairs.left])
    level = graded(np.maximum(lag, -1.0), (-1, 1, 3, 7, 14, 30))
    return np.where(np.isnan(own_a) == np.isnan(own_b), 0, level).astype(np.int8)


def breadth(pairs: Pairs) -> Levels:
    """How wide the wider of the two stated dates is; an open end has no width."""
    run = pairs.run
    days = lambda: np.nan_to_num(run.numbers("day_end") - run.numbers("day_start"), nan=0.0)  # noqa: E731
    width: terms.Floats = run.keep("breadth", days)
    wider = np.maximum(width[pairs.left], width[pairs.right])
    return np.searchsorted(np.array([MONTH_DAYS, SEASON_DAYS]), wider + 1, "left").astype(np.int8)


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
