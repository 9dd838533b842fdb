"""Which script a text is written in: two texts in different scripts cannot share a word."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

# The letters of each script (Unicode's blocks). What is of none of these counts for none.
_RANGES: Final = {
    "latin": "AZaz\u00c0\u024f\u1e00\u1eff",
    "greek": "\u0370\u03ff\u1f00\u1fff",
    "cyrillic": "\u0400\u052f",
    "armenian": "\u0531\u0587",
    "hebrew": "\u05d0\u05ea",
    "arabic": "\u0620\u064a\u066e\u06d3\u06fa\u06ff\u0750\u077f\u08a0\u08c7\ufb50\ufdff\ufe70\ufefc",
    "devanagari": "\u0904\u0963",
    "bengali": "\u0980\u09e5",
    "tamil": "\u0b80\u0be5",
    "sinhala": "\u0d80\u0de5",
    "thai": "\u0e01\u0e4e",
    "tibetan": "\u0f40\u0fbc",
    "myanmar": "\u1000\u103f",
    "georgian": "\u10a0\u10ff",
    "ethiopic": "\u1200\u135a",
    "khmer": "\u1780\u17d3",
    "east asian": "\u3041\u30ff\u3400\u4dbf\u4e00\u9fff\uac00\ud7a3",
}
_LETTERS: Final = {
    name: "[" + "".join(f"{ends[at]}-{ends[at + 1]}" for at in range(0, len(ends), 2)) + "]"
    for name, ends in _RANGES.items()
}
MAX_CHARS: Final = 8_000  # of one text

Scripts = npt.NDArray[np.int8]


@lru_cache(maxsize=131_072)
def script(text: str) -> str | None:
    """The script of most letters of ``text`` (of two as many, the first of the list); null where it has none."""
    return (None, *_LETTERS)[int(scripts([pl.Series([text])])[0])]


def scripts(columns: Sequence[pl.Series]) -> Scripts:
    """A number for the ``script`` of each row's texts (columns of texts or of lists of names) taken together; 0 where
    they have no letter."""
    texts = [column.list.join(" ") if column.dtype == pl.List else column for column in columns]
    read = [one.str.slice(0, MAX_CHARS).rename(str(at)) for at, one in enumerate(texts)]
    text = pl.select(pl.concat_str(read, separator=" ", ignore_nulls=True)).to_series()
    found: Scripts = text.str.contains("[A-Za-z]").fill_null(value=False).to_numpy().astype(np.int8)  # Latin is first
    other = np.flatnonzero((text.str.len_bytes() > text.str.len_chars()).fill_null(value=False).to_numpy())
    if len(other):
        some = text.gather(other)
        many = np.stack([some.str.count_matches(letters).to_numpy() for letters in _LETTERS.values()])
        found[other] = np.where(many.any(axis=0), many.argmax(axis=0) + 1, 0)
    return found


def apart(one: Scripts, two: Scripts) -> npt.NDArray[np.bool_]:
    """Whether both of two rows have a script, and not the same."""
    result: npt.NDArray[np.bool_] = (one != two) & (one > 0) & (two > 0)
    return result
