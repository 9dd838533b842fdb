"""Likeness of names: each distinct pair of names is scored once, then gathered by code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile import terms
from reconcile.compare.base import Pairs, numbered

MAX_NAME = 80  # characters of a name that are compared
SHORTEST = 4  # letters of a name that may stand inside another


@dataclass(frozen=True)
class Names:
    """The distinct names of a column, and what is looked at before two of them are compared letter by letter."""

    clipped: npt.NDArray[np.object_]
    whole: npt.NDArray[np.object_]
    several: npt.NDArray[np.bool_]
    """Whether a name may be of several words."""
    letters: terms.Ints
    """How many a name has."""
    kinds: npt.NDArray[np.uint64]
    """A bit for each kind of byte in a name: what stands inside another has no bit that the other has not."""

    @classmethod
    def of(cls, values: Sequence[str]) -> Names:
        """Those of ``values``."""
        every = pl.Series(values, dtype=pl.String)
        starts = np.concatenate([[0], np.cumsum(every.str.len_bytes().to_numpy().astype(np.int64))[:-1]])
        # A byte more, so that an empty last name begins somewhere; an empty name gets a bit too many, and is too short.
        data = np.frombuffer("".join(values).encode() + b"\0", dtype=np.uint8)
        bits = np.left_shift(np.uint64(1), (data & 63).astype(np.uint64))
        return cls(
            np.array([value[:MAX_NAME] for value in values], dtype=object),
            np.array(list(values), dtype=object),
            ~every.str.contains(r"^[\p{L}\p{N}]*$").to_numpy(),
            every.str.len_chars().to_numpy().astype(np.int64),
            np.bitwise_or.reduceat(bits, starts) if len(every) else bits[:0],
        )


def ratios(names: Names, a: terms.Ints, b: terms.Ints) -> terms.Floats:
    """Similarity 0..1 of the names ``a[i]`` and ``b[i]``: the better of plain and word-sorted edit ratio."""
    from rapidfuzz import fuzz, process

    one, two = names.clipped[a], names.clipped[b]
    best = process.cpdist(one.tolist(), two.tolist(), scorer=fuzz.ratio, dtype=np.float64, workers=1)
    some = np.flatnonzero(names.several[a] | names.several[b])  # one word has but one order
    if len(some):
        one, two = one[some].tolist(), two[some].tolist()
        best[some] = np.maximum(
            best[some], process.cpdist(one, two, scorer=fuzz.token_sort_ratio, dtype=np.float64, workers=1)
        )
    result: terms.Floats = best / 100.0
    return result


def _distinct(pairs: Pairs, name: str) -> tuple[Names, terms.Ints, terms.Ints, terms.Ints, npt.NDArray[np.bool_]]:
    """The names of a column; each two of them that meet; which two each pair is (where both are known)."""

    def make() -> tuple[terms.Ints, terms.Ints, terms.Ints, npt.NDArray[np.bool_]]:
        a, b = pairs.both(name)
        size = max(len(values), 1)
        known = (a >= 0) & (b >= 0)
        if not known.all():
            a, b = a[known], b[known]
        distinct, back = numbered(np.minimum(a, b) * size + np.maximum(a, b), size * size)
        return distinct // size, distinct % size, back, known

    values = pairs.run.codes(name)[1]
    names: Names = pairs.run.keep(f"names {name}", lambda: Names.of(values))
    return names, *pairs.keep(f"distinct {name}", make)


def similarity(pairs: Pairs, name: str) -> terms.Floats:
    """``ratios`` of column ``name`` for each pair; 0 where one is null."""

    def make() -> terms.Floats:
        names, one, two, back, known = _distinct(pairs, name)
        out = np.zeros(len(pairs))
        if len(one):
            out[known] = ratios(names, one, two)[back]
        return out

    result: terms.Floats = pairs.keep(f"similarity {name}", make)
    return result


def contained(pairs: Pairs, name: str) -> npt.NDArray[np.bool_]:
    """Whether one folded name stands inside the other and is at least ``SHORTEST`` letters long."""

    def make() -> npt.NDArray[np.bool_]:
        names, one, two, back, known = _distinct(pairs, name)
        shorter = names.letters[one] <= names.letters[two]
        small, large = np.where(shorter, one, two), np.where(shorter, two, one)
        inside = (names.letters[small] >= SHORTEST) & ((names.kinds[small] & ~names.kinds[large]) == 0)
        some = np.flatnonzero(inside)
        texts = zip(names.whole[small[some]].tolist(), names.whole[large[some]].tolist(), strict=True)
        inside[some] = [short in long for short, long in texts]
        out = np.zeros(len(pairs), dtype=bool)
        out[known] = inside[back]
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
