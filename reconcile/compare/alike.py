"""Likeness of names: each distinct pair of names is scored once, then gathered by code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile import terms
from reconcile.compare.base import Pairs, numbered

MAX_NAME = 80  # characters of a name that are compared
SHORTEST = 4  # letters of a name that may stand inside another


def ratios(values: Sequence[str], a: terms.Ints, b: terms.Ints) -> terms.Floats:
    """Similarity 0..1 of ``values[a[i]]`` and ``values[b[i]]``: the better of plain and word-sorted edit ratio."""
    from rapidfuzz import fuzz, process

    size = max(len(values), 1)
    distinct, back = numbered(np.minimum(a, b) * size + np.maximum(a, b), size * size)
    one = [values[i][:MAX_NAME] for i in (distinct // size).tolist()]
    two = [values[i][:MAX_NAME] for i in (distinct % size).tolist()]
    if not one:
        return np.zeros(0)
    plain = process.cpdist(one, two, scorer=fuzz.ratio, dtype=np.float64, workers=1)
    sort = process.cpdist(one, two, scorer=fuzz.token_sort_ratio, dtype=np.float64, workers=1)
    result: terms.Floats = (np.maximum(plain, sort) / 100.0)[back]
    return result


def similarity(pairs: Pairs, name: str) -> terms.Floats:
    """``ratios`` of column ``name`` for each pair; 0 where one is null."""

    def make() -> terms.Floats:
        a, b = pairs.both(name)
        out = np.zeros(len(pairs))
        known = (a >= 0) & (b >= 0)
        out[known] = ratios(pairs.run.codes(name)[1], a[known], b[known])
        return out

    result: terms.Floats = pairs.keep(f"similarity {name}", make)
    return result


def contained(pairs: Pairs, name: str) -> npt.NDArray[np.bool_]:
    """Whether one folded name stands inside the other and is at least ``SHORTEST`` letters long."""

    def make() -> npt.NDArray[np.bool_]:
        a, b = pairs.both(name)
        values = pairs.run.codes(name)[1]
        size = max(len(values), 1)
        out = np.zeros(len(pairs), dtype=bool)
        known = (a >= 0) & (b >= 0)
        distinct, back = numbered(np.minimum(a, b)[known] * size + np.maximum(a, b)[known], size * size)
        every = pl.Series(values, dtype=pl.String)
        frame = pl.DataFrame({"a": every.gather(distinct // size), "b": every.gather(distinct % size)})
        shorter = pl.col("a").str.len_chars() <= pl.col("b").str.len_chars()
        small, large = (pl.when(which).then("a").otherwise("b") for which in (shorter, ~shorter))
        inside = (small.str.len_chars() >= SHORTEST) & large.str.contains(small, literal=True)
        out[known] = frame.select(inside).to_series().to_numpy()[back]
        return out

    result: npt.NDArray[np.bool_] = pairs.keep(f"contained {name}", make)
    return result


def same_across(pairs: Pairs, mine: str, yours: str, one: terms.Ints, two: terms.Ints) -> npt.NDArray[np.bool_]:
    """Whether column ``mine`` of rows ``one`` equals column ``yours`` of rows ``two`` (false where null)."""

    def make() -> terms.Ints:
        # `mine` in the codes of `yours`: -2 where null or no value of it, which no code is.
        values = pairs.run.codes(yours)[1]
        code = pl.DataFrame({mine: values, "code": np.arange(len(values))}, schema={mine: pl.String, "code": pl.Int64})
        joined = pairs.run.records.select(mine).join(code, on=mine, how="left", maintain_order="left")
        return joined["code"].fill_null(-2).to_numpy()

    a, b = pairs.run.keep(f"{mine} as {yours}", make), pairs.run.codes(yours)[0]
    same: npt.NDArray[np.bool_] = a[one] == b[two]
    return same
