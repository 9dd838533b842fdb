"""What a record's words are worth: TF-IDF vectors learned on the run's own corpus.

A term is a lower-case run of letters or digits without accents. Weights follow Salton and Buckley (1988): sublinear
term
frequency times inverse document frequency, each row scaled to length one. A run may be eight records long, so the
document
frequency of the words that every report of violence uses is never taken below a fixed floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from scipy import sparse

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

TOKENS: Final = pl.Schema({"row": pl.UInt32, "at": pl.Int32, "term": pl.String, "capital": pl.Boolean})
MAX_CHARS: Final = 8_000  # of one text: what comes later in an article is background
LEAD_TERMS: Final = 70  # title and opening sentences: who, what, when, where

# Function words and the stock vocabulary of incident reports; they say little even where a small run makes them rare.
_STOCK: Final = """
    a about according after again against all also an and another any are area armed around as at attack
    attacked attackers attacks authorities be been before being between both but by car city civilians claimed
    day days dead death did died during early east eight evening fire fired first five for forces four friday
    from government group gunmen had has have he her his home hospital house however identified in incident
    injured injuries into is it its killed killing last late left local man many members men militants military
    monday more morning most near nearby new night nine no north not of official officials on one only opened or
    other others out over people person persons place police reported reportedly reports residents
    responsibility said saturday says second security seven several she shot since six soldiers some source
    sources south spokesman state statement sunday suspected ten than that the their them there they this three
    through thursday time to told town tuesday two under unidentified unknown up village was wednesday week were
    west when where which while who with without woman women wounded year years yesterday young
"""
COMMON: Final = frozenset(_STOCK.split())
COMMON_SHARE: Final = 0.2
_AT_ONCE: Final = 200_000  # pairs of rows multiplied at a time

_COUNTING: Final = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty
"""
_NUMBERS: Final = {word: str(number) for number, word in enumerate(_COUNTING.split())}


def tokens(texts: pl.Series) -> pl.DataFrame:
    """Split ``texts``: columns row (UInt32), at (position in the text), term, capital (written with a capital
    letter)."""
    row = pl.int_range(len(texts), dtype=pl.UInt32, eager=True)
    if texts.null_count():
        stated = texts.is_not_null()
        row, texts = row.filter(stated), texts.filter(stated)
    words = texts.str.slice(0, MAX_CHARS).str.normalize("NFKD").str.replace_all(r"\p{M}", "").rename("word")
    if not len(words):
        return TOKENS.to_frame()
    frame = pl.DataFrame({"row": row, "word": words})
    return (
        frame.with_columns(pl.col("word").str.extract_all(r"[\p{L}\p{N}]+"))
        .with_columns(at=pl.int_ranges(pl.col("word").list.len(), dtype=pl.Int32))
        .explode("word", "at", empty_as_null=False)
        .drop_nulls("word")
        .with_columns(term=pl.col("word").str.to_lowercase(), capital=pl.col("word").str.contains(r"^\p{Lu}"))
        .filter((pl.col("term").str.len_chars() > 1) | pl.col("term").str.contains(r"^\p{N}"))
        .select("row", "at", "term", "capital")
    )


def plain_words(texts: pl.Series) -> pl.DataFrame:
    """Columns row, term of ``tokens``, in any order, of texts without nulls: faster, as it looks neither at places nor
    at capitals."""
    words = texts.str.slice(0, MAX_CHARS)
    frame = pl.DataFrame({"row": pl.int_range(len(texts), dtype=pl.UInt32, eager=True), "term": words})
    ascii_only = words.str.len_bytes() == words.str.len_chars()
    simple = pl.col("term").str.replace_all("[^A-Za-z0-9]+", " ")
    other = pl.col("term").str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.replace_all(r"[^\p{L}\p{N}]+", " ")
    split = pl.concat([frame.filter(ascii_only).with_columns(simple), frame.filter(~ascii_only).with_columns(other)])
    said = split.with_columns(pl.col("term").str.split(" ")).explode("term", empty_as_null=False)
    said = said.with_columns(pl.col("term").str.to_lowercase())
    return said.filter((pl.col("term").str.len_chars() > 1) | pl.col("term").str.contains(r"^\p{N}"))


def days_of(day: Ints) -> pl.DataFrame:
    """Columns row, day: the one ``day`` number of each row."""
    return pl.DataFrame({"row": np.arange(len(day), dtype=np.uint32), "day": day})


def frequency(words: pl.DataFrame, days: pl.DataFrame | None = None) -> pl.DataFrame:
    """Columns key (the term), count: in how many rows each term of ``words`` (row, term) stands, or on how many days.

    A much-reported event must not make its own words common: "Jesuits" in forty reports of one day is a rare word, in
    reports of forty days it is not. ``days`` (row, day) says on which days a row of words was written, one or more.
    """
    once = words.select("row", "term")
    if days is not None:
        once = once.join(days, on="row").select("term", row="day")
    return once.group_by("term").agg(count=pl.col("row").n_unique().cast(pl.Int64)).rename({"term": "key"})


def rarity(frequency: pl.DataFrame, total: int) -> pl.DataFrame:
    """Columns term (sorted), idf, code of a ``frequency`` among ``total`` rows or days."""
    total = max(total, 1)
    share = frequency.select(term="key", df="count").sort("term")
    floor = pl.when(pl.col("term").is_in(sorted(COMMON))).then(COMMON_SHARE * total).otherwise(0.0)
    return share.with_columns(
        idf=((total + 1.0) / pl.max_horizontal(pl.col("df"), floor).clip(lower_bound=1)).log(),
        code=pl.int_range(pl.len(), dtype=pl.Int32),
    )


def vectors(words: pl.DataFrame, share: pl.DataFrame, rows: int, *, limit: int | None = None) -> sparse.csr_array:
    """TF-IDF matrix (``rows`` rows, float32, each of length one or zero) of ``words`` with columns row, term.

    ``share`` is the ``rarity`` of at least these words; ``limit`` keeps only that many of the weightiest terms of each
    row (ties: the term first in the alphabet).
    """
    counts = words.group_by("row", "term").len("tf").sort("row", "term")
    counts = counts.join(share, on="term", how="left", maintain_order="left").with_columns(
        weight=(pl.col("tf").cast(pl.Float64).log() + 1.0) * pl.col("idf")
    )
    if limit is not None:
        rank = pl.col("weight").rank("ordinal", descending=True).over("row")
        counts = counts.filter(rank <= limit)
    return _csr(counts["row"], counts["code"], counts["weight"], (rows, len(share)))


def _csr(row: pl.Series, code: pl.Series, weight: pl.Series, shape: tuple[int, int]) -> sparse.csr_array:
    starts = np.zeros(shape[0] + 1, dtype=np.int64)
    np.cumsum(np.bincount(row.to_numpy(), minlength=shape[0]), out=starts[1:])
    return scaled(starts, code.to_numpy().astype(np.int32), weight.to_numpy().astype(np.float64), shape)


def scaled(starts: Ints, code: Any, weight: Floats, shape: tuple[int, int]) -> sparse.csr_array:
    """The matrix of ``weight`` (float32), each row scaled to length one."""
    code, starts = slim(code), slim(starts)
    from scipy import sparse  # slow to import; what is refused needs none of it

    matrix = sparse.csr_array((weight, code, starts), shape=shape)
    norm = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data = (weight / np.repeat(np.where(norm > 0, norm, 1.0), np.diff(starts))).astype(np.float32)
    return matrix


def slim(index: Any) -> Any:
    """``index`` of a sparse matrix in half the bytes, if they hold it: its products read less."""
    return index.astype(np.int32, copy=False) if not len(index) or index.max() < 2**31 else index


def numbers(words: pl.DataFrame) -> pl.DataFrame:
    """The terms that are numbers, in digits or in words ("two" = 2); years and longer numbers are left out."""
    digits = pl.col("term").replace(_NUMBERS)
    return words.with_columns(term=digits).filter(pl.col("term").str.contains(r"^[0-9]{1,3}$"))


def capitals(words: pl.DataFrame) -> pl.DataFrame:
    """Columns key (the term), count: how often each term of ``words`` is written with a capital letter."""
    often = words.group_by("term").agg(count=pl.col("capital").sum().cast(pl.Int64))
    return often.filter(pl.col("count") > 0).rename({"term": "key"})


def occurrences(words: pl.DataFrame) -> pl.DataFrame:
    """Columns key (the term), count: how often each term of ``words`` is written at all."""
    return words.group_by("term").agg(count=pl.len().cast(pl.Int64)).rename({"term": "key"})


def names(
    words: pl.DataFrame, capitals: pl.DataFrame, occurrences: pl.DataFrame, *, least: float = 0.8
) -> pl.DataFrame:
    """The ``words`` that a run nearly always writes with a capital: names of people, streets, towns."""
    share = capitals.join(occurrences, on="key", suffix="_all").select(
        term="key", share=pl.col("count") / pl.col("count_all")
    )
    kept = words.join(share.filter(pl.col("share") >= least), on="term", how="semi")
    return kept.filter(~pl.col("term").is_in(sorted(COMMON)))


def cosine(matrix: sparse.csr_array, left: Ints, right: Ints, *, other: sparse.csr_array | None = None) -> Floats:
    """Dot product of row ``left[i]`` of ``matrix`` and row ``right[i]`` of ``other`` (default: the same matrix)."""
    other = matrix if other is None else other
    out = np.zeros(len(left))
    spoken = (matrix.indptr[left + 1] > matrix.indptr[left]) & (other.indptr[right + 1] > other.indptr[right])
    both = np.flatnonzero(spoken)
    for start in range(0, len(both), _AT_ONCE):
        part = both[start : start + _AT_ONCE]
        out[part] = np.asarray(matrix[left[part]].multiply(other[right[part]]).sum(axis=1)).ravel()
    return out


def cosine_and_shared(matrix: sparse.csr_array, worth: Floats, left: Ints, right: Ints) -> tuple[Floats, Floats]:
    """``cosine_or_nan``, and the sum of what the terms of both rows are ``worth`` (one a column)."""
    cosine, shared = np.zeros((2, len(left)))
    silent = np.diff(matrix.indptr) == 0
    neither = silent[left] | silent[right]
    both = np.flatnonzero(~neither)
    for start in range(0, len(both), _AT_ONCE):
        part = both[start : start + _AT_ONCE]
        product = matrix[left[part]].multiply(matrix[right[part]])
        cosine[part] = np.asarray(product.sum(axis=1)).ravel()
        product.data = worth[product.indices]
        shared[part] = np.asarray(product.sum(axis=1)).ravel()
    cosine[neither] = np.nan
    return cosine, shared


def cosine_or_nan(matrix: sparse.csr_array, left: Ints, right: Ints) -> Floats:
    """``cosine``, but NaN where one of the two rows has no term at all."""
    silent = np.diff(matrix.indptr) == 0
    result: Floats = np.where(silent[left] | silent[right], np.nan, cosine(matrix, left, right))
    return result


def neighbours(
    matrix: sparse.csr_array, day: Ints, *, days: int, best: int, least: float, rows: Ints, of: Ints
) -> tuple[Ints, Ints]:
    """For each row ``of`` the ``best`` other ``rows`` of greatest cosine at least ``least`` and at most ``days`` apart.

    Ties go to the smaller row. ``day`` holds one day number a row. Returns two arrays of equal length: row, neighbour.
    """
    order = rows[np.lexsort((rows, day[rows]))]
    sorted_day = day[order]
    asked = of[np.lexsort((of, day[of]))]
    found: list[tuple[Ints, Ints]] = []
    for start in range(0, len(asked), 512):
        chunk = asked[start : start + 512]
        low = int(np.searchsorted(sorted_day, day[chunk[0]] - days, "left"))
        high = int(np.searchsorted(sorted_day, day[chunk[-1]] + days, "right"))
        near = order[low:high]
        similarity = (matrix[chunk] @ matrix[near].T).tocoo()
        a, b, value = chunk[similarity.row], near[similarity.col], similarity.data.round(6)
        keep = (a != b) & (np.abs(day[a] - day[b]) <= days) & (value >= least)
        a, b, value = a[keep], b[keep], value[keep]
        by = np.lexsort((b, -value, a))
        a, b = a[by], b[by]
        place = np.arange(len(a)) - np.searchsorted(a, a, "left")
        found.append((a[place < best], b[place < best]))
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])


def joined(parts: Sequence[pl.Series]) -> pl.Series:
    """The texts of several columns as one, an empty line between; null only where all are."""
    return pl.select(
        pl.concat_str([part.rename(str(i)) for i, part in enumerate(parts)], separator="\n", ignore_nulls=True)
    ).to_series()
