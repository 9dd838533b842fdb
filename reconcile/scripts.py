"""Which script a text is written in: two texts in different scripts cannot share a word."""

from __future__ import annotations

import re
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
_PATTERNS: Final = {name: re.compile(letters) for name, letters in _LETTERS.items()}
MAX_CHARS: Final = 8_000  # of one text

Scripts = npt.NDArray[np.int8]


@lru_cache(maxsize=131_072)
def script(text: str) -> str | None:
    """The script of most letters of ``text`` (of two as many, the first of the list); null where it has none."""
    many = {name: len(pattern.findall(text, 0, MAX_CHARS)) for name, pattern in _PATTERNS.items()}
    most = max(many, key=lambda name: many[name])
    return most if many[most] else None


def scripts(columns: Sequence[pl.Series]) -> Scripts:
    """A number for the ``script`` of each row's texts (columns of texts or of lists of names) taken together; 0 where
    they have no letter."""
    many = np.zeros((len(_LETTERS), len(columns[0])), dtype=np.int64)
    for column in columns:
        texts = column.list.join(" ") if column.dtype == pl.List else column
        texts = texts.fill_null("").str.slice(0, MAX_CHARS)
        plain = (texts.str.len_bytes() == texts.str.len_chars()).to_numpy()
        other = np.flatnonzero(~plain)
        some = texts.gather(other)
        for at, (name, letters) in enumerate(_LETTERS.items()):
            if name == "latin":
                many[at] += texts.str.count_matches(letters).to_numpy()
            elif len(other):
                many[at, other] += some.str.count_matches(letters).to_numpy()
    most: Scripts = (many.argmax(axis=0) + 1).astype(np.int8)
    return np.where(many.any(axis=0), most, np.int8(0))


def apart(one: Scripts, two: Scripts) -> npt.NDArray[np.bool_]:
    """Whether both of two rows have a script, and not the same."""
    result: npt.NDArray[np.bool_] = (one != two) & (one > 0) & (two > 0)
    return result
