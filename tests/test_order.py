"""Sorting of packed numbers, and pairs in one array: what plain Python makes of the same."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.block import pairs as pairs_module
from reconcile.block.grid import cells, nearby
from reconcile.block.pairs import Pairs
from reconcile.order import each_distinct, ordered, runs, sums

KEYS = st.lists(st.integers(0, 9))


@given(KEYS, st.sampled_from([10, 1 << 40, 1 << 62]))
def test_keys_are_sorted_and_equal_ones_stay_in_their_order(keys: list[int], below: int) -> None:
    key, order = ordered(np.array(keys, dtype=np.int64), below)
    assert key.tolist() == sorted(keys)
    assert order.tolist() == sorted(range(len(keys)), key=keys.__getitem__)


@given(st.sampled_from([10, 1 << 40, 1 << 62, (1 << 63) - 1]), st.lists(st.integers(1, 9)))
def test_keys_may_be_as_large_as_they_say(below: int, under: list[int]) -> None:
    keys = [below - one for one in under]
    key, order = ordered(np.array(keys, dtype=np.int64), below)
    assert key.tolist() == sorted(keys)
    assert order.tolist() == sorted(range(len(keys)), key=keys.__getitem__)


@given(st.lists(st.tuples(st.integers(0, 1), st.none() | st.sampled_from("ab"))))
def test_rows_that_follow_each_other_with_the_same_values_have_one_number(
    entries: list[tuple[int, str | None]],
) -> None:
    rows = pl.DataFrame(entries, schema={"one": pl.Int64, "other": pl.String}, orient="row")
    expected = [number for number, (_, run) in enumerate(groupby(entries)) for _ in run]
    assert runs(rows, "one", "other").to_list() == expected


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-(1 << 31), 1 << 31))))
def test_values_are_summed_over_equal_keys(entries: list[tuple[int, int]]) -> None:
    key, value = (np.array([entry[at] for entry in entries], dtype=np.int64) for at in (0, 1))
    distinct, total = sums(key, value, 10)
    assert distinct.tolist() == sorted({one for one, _ in entries})
    assert total.tolist() == [sum(v for k, v in entries if k == one) for one in distinct.tolist()]


@given(st.lists(st.tuples(st.integers(0, 30), st.none() | st.sampled_from(["a", "b", "c"])), max_size=90))
def test_what_an_event_has_is_listed_once_and_in_order(entries: list[tuple[int, str | None]]) -> None:
    rows = pl.DataFrame(entries, schema={"event_id": pl.Int64, "of": pl.String}, orient="row")
    has = {event: {name for other, name in entries if other == event} - {None} for event, _ in entries}
    found = each_distinct(rows, "of", "called")
    assert found.columns == ["event_id", "called"]
    assert found.rows() == [(event, sorted(filter(None, has[event]))) for event in sorted(has) if has[event]]


@pytest.mark.parametrize("at_once", [1, 3, 1000])
@given(found=st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(6, (1 << 32) - 1)))))
def test_pairs_come_out_sorted_and_once(at_once: int, found: list[list[tuple[int, int]]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs_module, "_AT_ONCE", at_once)
        patch.setattr(pairs_module, "_LEAST", 1)
        pairs = Pairs()
        for some in found:
            pairs.add(*(np.array([pair[at] for pair in some], dtype=np.int64) for at in (0, 1)))
        assert pairs.table().rows() == sorted({pair for some in found for pair in some})


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(10, 20_000))
def test_a_cell_is_the_middle_one_of_its_nine_and_the_date_line_is_no_seam(lat: float, lon: float, size: float) -> None:
    c = {"lat": np.array([lat, lat, lat]), "lon": np.array([lon, 180.0, -180.0])}
    cell, nine = cells(c, np.arange(3), size), nearby(c, np.arange(3), size)
    assert (nine[:, 4] == cell).all()
    assert cell[1] == cell[2]
    assert set(nine[1]) == set(nine[2])
