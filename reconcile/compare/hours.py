"""Time of day: how far apart two stated moments are, or the parts of the day that two titles name.

No labelled set states hours, so the weights are set by hand (``reconcile.by_hand``).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile import terms
from reconcile.compare.base import Comparison, Levels, Pairs, Run

DAY: Final = 24 * 60
# Parts of the day as minutes after midnight, wide enough for what people call so; a night reaches into the next day.
_PARTS: Final = {
    "dawn": (3 * 60, 7 * 60),
    "morning": (4 * 60, 12 * 60),
    "noon": (11 * 60, 14 * 60),
    "afternoon": (12 * 60, 18 * 60),
    "evening": (17 * 60, 22 * 60),
    "night": (18 * 60, DAY + 6 * 60),
}
_WORDS: Final = {
    "dawn": ("dawn", "daybreak", "sunrise", "predawn", "fajr", "aube", "madrugada", "فجر", "الفجر", "рассвете"),
    "morning": ("morning", "breakfast", "matin", "matinee", "صباح", "صباحا", "утром"),
    "noon": ("noon", "midday", "lunchtime", "midi", "mediodia", "ظهر"),
    "afternoon": ("afternoon", "عصر"),
    "evening": ("evening", "dusk", "sunset", "soir", "soiree", "مساء", "вечером"),
    "night": ("night", "midnight", "overnight", "nighttime", "nuit", "noche", "ليل", "ليلة", "ночью"),
}
_PART_OF: Final = pl.DataFrame(
    [(word, part) for part, several in _WORDS.items() for word in several], schema=["term", "part"], orient="row"
)
_NEAR, _FAIR, _FAR = 2 * 60, 5 * 60, 9 * 60  # minutes; one may have written universal time for the local one


def hours(pairs: Pairs) -> Levels:
    """Minutes between the two moments; where one states none, between the parts of the day, if the days can be one."""
    since = _times(pairs.run)[2]
    level = np.zeros(len(pairs), dtype=np.int8)
    some = np.flatnonzero(~np.isnan(since[pairs.left]) & ~np.isnan(since[pairs.right]))
    level[some] = _hours(pairs.run, pairs.left[some], pairs.right[some])
    return level


def _hours(run: Run, a: terms.Ints, b: terms.Ints) -> Levels:
    """Of pairs both of which say something of the time of day."""
    minute, day, since, until = _times(run)
    exact = np.abs((day[a] - day[b]) * DAY + minute[a] - minute[b])
    # Who writes the small hours may date them by the evening before: a whole day apart is no evidence.
    exact = np.where(_night(minute)[a] & _night(minute)[b] & (np.abs(exact - DAY) <= _NEAR), _FAIR, exact)
    apart = np.full(len(a), np.inf)
    for shift in (-DAY, 0, DAY):
        apart = np.fmin(apart, np.maximum(since[a] + shift - until[b], since[b] - until[a] - shift))
    one_day = ~(np.maximum(day[a] - day[b], day[b] - day[a]) > 1)
    said = ~np.isnan(since[a]) & ~np.isnan(since[b]) & one_day
    moments = np.select([exact <= _NEAR, exact <= _FAIR, exact <= _FAR], [1, 2, 3], 4)
    level = np.where(said, np.where(apart > 0, 5, 0), 0)
    return np.where(np.isnan(exact), level, moments).astype(np.int8)


def _night(minute: terms.Floats) -> npt.NDArray[np.bool_]:
    night: npt.NDArray[np.bool_] = (minute < 6 * 60) | (minute >= 18 * 60)
    return night


def _times(run: Run) -> tuple[terms.Floats, terms.Floats, terms.Floats, terms.Floats]:
    """Of each record: minute and day where a moment is stated, and the minutes since and until which it can have been;
    NaN where not known. Midnight sharp stands for a day without a time too often to mean it."""

    def make() -> tuple[terms.Floats, terms.Floats, terms.Floats, terms.Floats]:
        minute = run.numbers("date_minute").copy()
        minute[minute == 0] = np.nan
        since, until = minute.copy(), minute.copy()
        said = parts_of_day(run.records["title"])
        for row, part in said.filter(~pl.col("row").is_in(np.flatnonzero(~np.isnan(minute)))).iter_rows():
            since[row], until[row] = _PARTS[part]
        return minute, run.numbers("day_start"), since, until

    result: tuple[terms.Floats, terms.Floats, terms.Floats, terms.Floats] = run.keep("times of day", make)
    return result


def parts_of_day(titles: pl.Series) -> pl.DataFrame:
    """Row and part of the day (a key of the table of parts) of the ``titles`` that name one, and only one."""
    words = terms.tokens(titles).select("row", pl.col("term").cast(pl.String))
    named = words.join(_PART_OF, on="term").group_by("row").agg(pl.col("part").unique())
    return named.filter(pl.col("part").list.len() == 1).select("row", pl.col("part").list.first()).sort("row")


COMPARISONS = (
    Comparison(
        "hours",
        "time of day",
        (
            "not stated by both",
            "at most two hours apart",
            "two to five hours apart",
            "five to nine hours apart",
            "more than nine hours apart",
            "different parts of the day",
        ),
        hours,
    ),
)
