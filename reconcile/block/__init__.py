"""Which pairs of records are worth comparing: near in time and place, or alike in rare words.

A pair is a candidate when one of these holds (``is_candidate`` spells out the first two, ``terms.neighbours`` the
third):

- near: their days are at most ``near_days`` apart and their places at most ``near_km`` (net of stated radii), or,
where one
  has no coordinates, no name contradicts that they are in one first-level region;
- far: days at most ``far_days`` apart, same country or none stated, and the same name of place or neither in a busy
  stretch: coordinates can be wrong;
- alike: at least one has no stated date or no place at all, and one is among the other's most similar texts.

A record's days are widened to what the outlet can mean by them: see ``prepare``. Aggregates pair with aggregates only.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile import terms
from reconcile.block.meet import CLOSEST, MOST, Crowded
from reconcile.block.pairs import Pairs
from reconcile.block.passes import by_time
from reconcile.block.predicate import Window, busy_stretches, is_candidate, prepare

__all__ = [
    "CLOSEST",
    "MOST",
    "Crowded",
    "Pairs",
    "Window",
    "busy_stretches",
    "by_time",
    "by_words",
    "candidate_pairs",
    "is_candidate",
    "prepare",
]


def candidate_pairs(records: pl.DataFrame, window: Window, crowded: Crowded = lambda _: None) -> pl.DataFrame:
    """All candidate pairs of ``records`` (sorted by record_id): columns left, right (UInt32 rows), left < right,
    sorted.

    ``crowded`` is told rows with so many others around them that they are compared with the closest only.
    """
    frame = prepare(records, window)
    pairs = Pairs()
    for low, high in by_time(records, frame, window, crowded):
        pairs.add(low, high)
    for low, high in by_words(records, frame, window):
        pairs.add(low, high)
    return pairs.table()


def by_words(
    records: pl.DataFrame,
    frame: pl.DataFrame,
    window: Window,
    share: pl.DataFrame | None = None,
    home: npt.NDArray[np.bool_] | None = None,
) -> Iterator[tuple[terms.Ints, terms.Ints]]:
    """The texts' tier: pairs of records with words, at least one of them loose (no date, or no place at all).

    ``share`` is the ``terms.rarity`` of the words, where the records are a part of a run; with ``home`` (one a row)
    only the neighbours of rows at home.
    """
    loose, aggregate = frame["loose"].to_numpy(), frame["aggregate"].to_numpy()
    rows = np.flatnonzero(frame["anchor"].is_not_null().to_numpy())
    if not loose[rows].any():
        return
    words = terms.tokens(terms.joined([records["title"], records["text"]]))
    if not len(words):
        return
    day = frame["anchor"].fill_null(0).to_numpy().astype(np.int64)
    if share is None:
        share = terms.rarity(terms.frequency(words), len(records))
    matrix = terms.vectors(words, share, len(records), limit=window.text_terms)
    for days, best in ((window.text_days, window.text_best), (window.text_far_days, window.text_far_best)):
        for kind in (False, True):
            among = rows[aggregate[rows] == kind]
            of = among if home is None else among[home[among]]
            a, b = terms.neighbours(matrix, day, days=days, best=best, least=window.text_least, rows=among, of=of)
            keep = loose[a] | loose[b]
            yield np.minimum(a, b)[keep], np.maximum(a, b)[keep]
