"""Bags of words: what splitting the joined text of each row would give."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from reconcile import terms
from reconcile.bags import spoken

TEXTS = st.none() | st.lists(
    st.sampled_from(("Dara", "dara", "Khanaqin", "seven", "7", "Sêrt,", "-", "دارا")), max_size=4
).map(" ".join)


@given(st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 3)), min_size=1, max_size=8))
def test_bags_are_the_words_of_the_joined_fields(rows: list[tuple[str | None, str | None, int]]) -> None:
    columns = [pl.Series([row[at] for row in rows], dtype=pl.String) for at in (0, 1)]
    day = np.array([row[2] for row in rows])
    found = spoken(columns).bags(6)
    words = terms.tokens(terms.joined(columns)).with_columns(pl.col("term").str.slice(0, 6))
    expected = words.group_by("row", "term").len("count").sort("row", "term")
    counts = found.counts.tocoo()
    shown = pl.DataFrame({"row": counts.row, "term": found.words.gather(counts.col), "count": counts.data}).sort(
        "row", "term"
    )
    assert shown.rows() == expected.rows()

    often = terms.frequency(words, terms.days_of(day)).sort("key")
    assert found.frequency(day).sort("key").rows() == often.rows()
    share = terms.rarity(often, len(set(day.tolist())))
    plain = terms.vectors(words, share, len(rows))
    assert (found.vectors(share).toarray() == plain.toarray()[:, : len(found.words)]).all() or not len(found.words)


@given(
    st.lists(st.none() | st.lists(st.text("aBΣσİıßﬁ٣ê'-\n 7é\u0301ΑÅ", max_size=8), max_size=3), min_size=1, max_size=6)
)
def test_lists_of_any_letters_are_split_as_texts_are(rows: list[list[str] | None]) -> None:
    names = pl.Series(rows, dtype=pl.List(pl.String))
    counts = (found := spoken([names]).bags()).counts.tocoo()
    shown = pl.DataFrame(
        {"row": counts.row, "term": found.words.gather(counts.col)}, schema_overrides={"row": pl.UInt32}
    )
    expected = terms.tokens(names.list.join("; ")).select("row", "term").unique()
    assert shown.sort("row", "term").rows() == expected.sort("row", "term").rows()
