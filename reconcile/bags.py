"""Bags of words of many fields: each distinct value of a field is split into words once, then matrices multiply.

Records without texts have few words and few distinct values (places, actors), so that the words of a million records
come from sparse products of small integers and not from strings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from reconcile import terms


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
        return sparse.csr_array(
            (values[self.counts.indices], self.counts.indices, self.counts.indptr), shape=self.counts.shape
        )


def bags(columns: Sequence[pl.Series], letters: int) -> Bags:
    """The words of all ``columns`` of text, cut to ``letters``."""
    rows = len(columns[0])
    found, at, before = [], [], 0
    for column in columns:
        values = column.drop_nulls().unique()
        codes = pl.DataFrame({"value": values, "at": np.arange(before, before + len(values))})
        joined = pl.DataFrame({"value": column}).join(codes, on="value", how="left", maintain_order="left")
        at.append(joined["at"].fill_null(-1).to_numpy())
        words = terms.tokens(values).select(pl.col("row").cast(pl.Int64) + before, pl.col("term").str.slice(0, letters))
        found.append(words)
        before += len(values)
    said = pl.concat(found)
    vocabulary = said["term"].unique().sort()
    code = said["term"].cast(pl.Enum(vocabulary)).to_physical().to_numpy().astype(np.int32)
    ones = np.ones(len(said), dtype=np.int32)
    of_values = sparse.csr_array((ones, (said["row"].to_numpy(), code)), shape=(before, max(len(vocabulary), 1)))
    places = np.column_stack(at)
    starts = np.concatenate([[0], np.cumsum((places >= 0).sum(axis=1))])
    stated = places[places >= 0]
    of_rows = sparse.csr_array((np.ones(len(stated), dtype=np.int32), stated, starts), shape=(rows, max(before, 1)))
    counts = (of_rows @ of_values) if before else sparse.csr_array((rows, 1), dtype=np.int32)
    counts.sort_indices()
    return Bags(counts, vocabulary)
