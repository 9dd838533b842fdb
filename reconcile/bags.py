"""Bags of words of many fields: each distinct value of a field is split into words once, then matrices multiply.

Records without texts have few words and few distinct values (places, actors), so that the words of a million records
come from sparse products of small integers and not from strings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from reconcile import terms

if TYPE_CHECKING:
    from scipy import sparse


@dataclass(frozen=True)
class Bags:
    """How often each row says each of the ``words``: ``counts`` has a row for each and a column a word."""

    counts: sparse.csr_array
    words: pl.Series
    """Sorted."""

    def frequency(self, day: terms.Ints) -> pl.DataFrame:
        """Columns key, count: on how many days each word is said; ``day`` has one of each row."""
        days, which = np.unique(day, return_inverse=True)
        row = np.repeat(np.arange(self.counts.shape[0]), np.diff(self.counts.indptr))
        said = np.sort(self.counts.indices.astype(np.int64) * max(len(days), 1) + which[row])
        once = said[np.concatenate([said[:1] == said[:1], said[1:] != said[:-1]])]  # many times faster than unique()
        often = np.bincount(once // max(len(days), 1), minlength=len(self.words))
        return pl.DataFrame({"key": self.words, "count": often}).filter(pl.col("count") > 0)

    def rows_with(self) -> pl.DataFrame:
        """Columns key, count: in how many rows each word is said."""
        often = np.bincount(self.counts.indices, minlength=len(self.words))
        return pl.DataFrame({"key": self.words, "count": often[: len(self.words)]})

    def idf(self, share: pl.DataFrame) -> terms.Floats:
        """The ``terms.rarity`` of each word."""
        table = pl.DataFrame({"term": self.words}).join(share, on="term", how="left", maintain_order="left")
        rarity: terms.Floats = table["idf"].to_numpy()
        return rarity

    def vectors(self, share: pl.DataFrame) -> sparse.csr_array:
        """As ``terms.vectors``: rows of length one."""
        often = self.counts.data
        logs = pl.select(pl.int_range(0, int(often.max(initial=0)) + 1).cast(pl.Float64).log()).to_series().to_numpy()
        data = (logs[often] + 1.0) * self.idf(share)[self.counts.indices]
        return terms.scaled(self.counts.indptr, self.counts.indices, data, self.counts.shape)

    def present(self, values: terms.Floats) -> sparse.csr_array:
        """``values`` of the words that each row says."""
        from scipy import sparse  # slow to import; what is refused needs none of it

        code, starts = terms.slim(self.counts.indices), terms.slim(self.counts.indptr)
        return sparse.csr_array((values[code], code, starts), shape=self.counts.shape)


@dataclass(frozen=True)
class Spoken:
    """The words of several fields: each distinct value of a field has a number, ``codes`` of each row (-1: null)."""

    codes: tuple[terms.Ints, ...]
    said: pl.DataFrame
    """Columns row (the number of a value), term."""
    values: int

    def bags(self, letters: int | None = None, only: int | None = None) -> Bags:
        """The words of all fields or of ``only`` one, cut to ``letters`` where given."""
        from scipy import sparse  # slow to import; what is refused needs none of it

        said, places = self.said, np.column_stack(self.codes if only is None else self.codes[only : only + 1])
        if only is not None:
            stated = places[places >= 0]
            low, high = int(stated.min(initial=self.values)), int(stated.max(initial=-1))
            said = said.filter(pl.col("row").is_between(low, high))
        term = said["term"] if letters is None else said["term"].str.slice(0, letters)
        vocabulary = term.unique().sort()
        code = term.cast(pl.Enum(vocabulary)).to_physical().to_numpy().astype(np.int32)
        shape = max(self.values, 1), max(len(vocabulary), 1)
        of_values = sparse.csr_array((np.ones(len(code), dtype=np.int32), (said["row"].to_numpy(), code)), shape=shape)
        starts = np.concatenate([[0], np.cumsum((places >= 0).sum(axis=1))])
        stated = places[places >= 0]
        ones = np.ones(len(stated), dtype=np.int32)
        counts = sparse.csr_array((ones, stated, starts), shape=(len(places), shape[0])) @ of_values
        counts.sort_indices()
        return Bags(counts, vocabulary)


def spoken(columns: Sequence[pl.Series]) -> Spoken:
    """The words of ``columns`` of texts or of lists of names."""
    values, codes, before = [pl.Series(dtype=pl.String)], [], 0
    for column in columns:
        distinct, code = _distinct(column)
        values.append(distinct)
        codes.append(np.where(code < 0, -1, code + before))
        before += len(distinct)
    return Spoken(tuple(codes), terms.plain_words(pl.concat(values)), before)


def _distinct(column: pl.Series) -> tuple[pl.Series, terms.Ints]:
    """The distinct values of ``column`` as texts, and which of them each row has (-1: null)."""
    code = np.full(len(column), -1, dtype=np.int64)
    if column.null_count() == len(column):
        return pl.Series(dtype=pl.String), code
    frame = pl.DataFrame({"value": column}).with_row_index("row")
    groups = frame.drop_nulls("value").group_by("value", maintain_order=True).agg("row")
    many = groups["row"].list.len().to_numpy()
    code[groups["row"].explode(empty_as_null=False).to_numpy()] = np.repeat(np.arange(len(groups)), many)
    values = groups["value"]
    return (values.list.join("; ") if values.dtype == pl.List else values), code
