"""Compare candidate pairs: one graded level a comparison, each null-aware; the table of all comparisons."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from reconcile.actors import Actors
from reconcile.compare import contradiction, counts, standing, surroundings, what, when, where, who, words
from reconcile.compare.base import Comparison, Pairs
from reconcile.event_types import EventTypes

COMPARISONS: Final[tuple[Comparison, ...]] = (
    *when.COMPARISONS,
    *where.COMPARISONS,
    *who.COMPARISONS,
    *what.COMPARISONS,
    *counts.COMPARISONS,
    *words.COMPARISONS,
    *surroundings.COMPARISONS,
    *contradiction.COMPARISONS,
)

# `standing` is the last one: `reconcile.model.score` adds it, because it looks at the weights of other pairs.
BY_NAME: Final = {comparison.name: comparison for comparison in (*COMPARISONS, standing.COMPARISON)}


def compare(records: pl.DataFrame, pairs: pl.DataFrame, actors: Actors, event_types: EventTypes) -> pl.DataFrame:
    """Compare ``pairs`` (left, right: rows of ``records``): left, right, outlets and one Int8 level a comparison."""
    context = Pairs(records, pairs, actors, event_types)
    outlets = context.codes("outlet")[0].astype(np.uint32)
    columns = {
        "left": pairs["left"],
        "right": pairs["right"],
        "left_outlet": outlets[context.left],
        "right_outlet": outlets[context.right],
    }
    return pl.DataFrame(columns | {one.name: context.level(one.name, one.compute) for one in COMPARISONS})
