"""What a run says of its comparisons: exact sums over parts, a say that grows with evidence, tables that tell more."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import FIRST_DAY, row, solve

from reconcile.compare import BY_NAME, COMPARISONS
from reconcile.explain import explain_pair
from reconcile.model import from_json, load_model, to_json
from reconcile.own_say import FEW, MATCHES, MOST, Moves, moved, moves_of, weights_moved, with_own_say
from reconcile.pair_sums import FAMILIES, NAMES, Sums, sums_of
from reconcile.score import score

Floats = npt.NDArray[np.float64]
MODEL = load_model()


def compared(seed: int, rows: int) -> pl.DataFrame:
    """Pairs with every comparison at levels drawn at random."""
    draw = np.random.default_rng(seed)
    ids = {"left": np.arange(rows), "right": np.arange(rows) + rows}
    frame = pl.DataFrame({name: values.astype(np.uint32) for name, values in ids.items()})
    frame = frame.with_columns(left_outlet=pl.lit(0, pl.UInt32), right_outlet=pl.lit(1, pl.UInt32))
    levels = {one.name: draw.integers(0, len(one.levels), rows).astype(np.int8) for one in COMPARISONS}
    return frame.with_columns(**{name: pl.Series(values) for name, values in levels.items()})


def archive(rows: int, seed: int = 4) -> tuple[pl.DataFrame, Floats, npt.NDArray[np.bool_]]:
    """Pairs of which one in ten is a match, each comparison telling; weights that believe too little of it."""
    draw = np.random.default_rng(seed)
    same = draw.random(rows) < 0.1
    frame, truth = compared(seed, rows), np.full(rows, np.log(0.1 / 0.9))
    for name in ("days", "place", "perpetrator", "kind", "killed"):
        size = len(BY_NAME[name].levels)
        among = np.geomspace(1.0, 0.05, size)
        among /= among.sum()
        level = np.where(same, draw.choice(size, rows, p=among), draw.choice(size, rows, p=among[::-1]))
        frame = frame.with_columns(pl.Series(name, level.astype(np.int8)))
        truth += np.log(among / among[::-1])[level]
    return frame, 0.4 * truth - 1.0 + draw.normal(0, 0.5, rows), same


def loss(weight: Floats, same: npt.NDArray[np.bool_]) -> float:
    return float(np.logaddexp(0.0, np.where(same, -weight, weight)).mean())


def equal(one: Sums, two: Sums) -> bool:
    arrays = [(*sums.pairs, *sums.matches, sums.gram, sums.moment) for sums in (one, two)]
    return all(np.array_equal(a, b) for a, b in zip(*arrays, strict=True))


@given(st.integers(0, 10), st.lists(st.integers(0, 3), min_size=60, max_size=60))
def test_the_sums_of_parts_in_any_order_are_those_of_the_whole(seed: int, shard: list[int]) -> None:
    pairs = compared(seed, 60)
    weight = np.random.default_rng(seed).normal(0, 5, 60)
    total = Sums.none()
    for number in (2, 0, 3, 1):
        mine = np.flatnonzero(np.array(shard) == number)[::-1]
        total += sums_of(pairs[mine], weight[mine], 1_000_000)
    assert equal(total, sums_of(pairs, weight, 1_000_000))
    assert equal(Sums.of(total.table), total)


def test_thinning_leaves_the_counts_and_hardly_moves_what_they_say() -> None:
    pairs, weight, _ = archive(60_000)
    full, thin = sums_of(pairs, weight, 1_000), sums_of(pairs, weight, 300_000)
    for one, two in zip((*full.pairs, *full.matches), (*thin.pairs, *thin.matches), strict=True):
        assert np.array_equal(one, two)
    assert 0 < np.count_nonzero(thin.gram) <= np.count_nonzero(full.gram)
    assert not np.array_equal(full.gram, thin.gram)
    for name in ("days", "place", "kind"):
        assert moves_of(thin).tables[name] == pytest.approx(moves_of(full).tables[name], abs=0.3)


def test_a_run_in_which_comparisons_tell_more_than_the_model_believes_is_sorted_better() -> None:
    pairs, weight, same = archive(20_000)
    moves = moves_of(sums_of(pairs, weight, 2_000))
    after = weights_moved(pairs, weight, moves)
    assert loss(after, same) < 0.8 * loss(weight, same)
    assert moves.tables["place"][0] > 0.1 > -0.1 > moves.tables["place"][-1]


def test_comparisons_that_tell_nothing_are_hardly_moved() -> None:
    pairs, weight, _ = archive(20_000)
    moves = moves_of(sums_of(pairs, weight, 2_000))
    assert np.abs(moves.tables["injured"]).max() < 0.15
    assert np.abs(moves.tables["target"]).max() < 0.15


def test_the_say_grows_with_the_matches_expected_and_never_above_its_bound() -> None:
    pairs, weight, _ = archive(20_000)
    shares = []
    for rows in (5, 50, 500, 5_000, 20_000):
        expected = float(np.sum(1 / (1 + np.exp(-weight[:rows]))))
        shares.append(moves_of(sums_of(pairs[:rows], weight[:rows], rows)).share)
        beyond = max(expected - FEW, 0.0)
        assert shares[-1] == pytest.approx(MOST * beyond / (beyond + MATCHES), rel=0.02)
    assert shares[:2] == [0.0, 0.0]
    assert shares == sorted(shares)
    assert 0.0 < shares[2] < shares[-1] < MOST


def test_a_handful_of_records_stays_with_the_model() -> None:
    pairs, weight, _ = archive(20)
    assert np.array_equal(weights_moved(pairs, weight, moves_of(sums_of(pairs, weight, 8))), weight)


@pytest.mark.parametrize("apart", [True, False])
def test_a_run_in_which_every_pair_is_settled_stays_settled(apart: bool) -> None:
    pairs, _, same = archive(2_000)
    if not apart:  # the levels tell nothing: all that the weights know is elsewhere
        pairs = compared(9, 2_000)
    settled = np.where(same, 8.0, -9.0)
    after = weights_moved(pairs, settled, moves_of(sums_of(pairs, settled, 500)))
    assert np.array_equal(after > 0, same)


def test_what_the_model_says_through_the_comparisons_is_recognised_as_such() -> None:
    # A run that tells exactly what the model believes moves nothing: the weights are the truth's own log-odds.
    draw = np.random.default_rng(8)
    rows = 200_000
    pairs, _, _ = archive(rows)
    size = len(BY_NAME["kind"].levels)
    say = np.array([2.0, 1.0, 0.0, -1.0, -2.0])[:size]
    for name in NAMES:
        if name != "kind":
            pairs = pairs.with_columns(pl.lit(0, pl.Int8).alias(name))
    pairs = pairs.with_columns(kind=pl.Series(draw.integers(0, size, rows).astype(np.int8)))
    weight = say[pairs["kind"].to_numpy()] - 1.0
    after = weights_moved(pairs, weight, moves_of(sums_of(pairs, weight, 1_000)))
    assert after == pytest.approx(weight, abs=0.01)


@given(st.integers(0, 40))
def test_no_move_counts_a_disagreement_in_favour(seed: int) -> None:
    pairs = compared(seed, 300)
    moves = moves_of(sums_of(pairs, np.random.default_rng(seed).normal(0, 3, 300), 100))
    assert moves.tables
    for name, table in moves.tables.items():
        order = BY_NAME[name].order
        assert not order or np.all(np.diff(table[list(order)]) <= 1e-9)


@given(st.integers(0, 20))
def test_the_moved_model_gives_the_moved_weights_and_is_a_valid_file(seed: int) -> None:
    scored = score(MODEL, compared(seed, 200), parts=False)
    moves = moves_of(sums_of(scored, np.random.default_rng(seed).normal(0, 3, 200), 200))
    model = moved(MODEL, moves)
    again = score(model, scored.drop("weight", "probability"), parts=False)["weight"].to_numpy()
    assert again == pytest.approx(weights_moved(scored, scored["weight"].to_numpy(), moves), abs=1e-3)
    assert from_json(json.loads(json.dumps(to_json(model)))).hash == model.hash
    assert set(NAMES) <= {name for part in model.parts if len(part.comparisons) == 1 for name in part.comparisons}


def test_nothing_to_compare_leaves_the_model_alone() -> None:
    nothing = score(MODEL, compared(1, 5).clear(), parts=False)
    assert with_own_say(MODEL, nothing, 3) is MODEL
    assert moves_of(Sums.none()) == Moves(0.0, 0.0, {})


def test_every_comparison_is_in_one_family_and_its_levels_fit_the_key() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert {"standing", "crowd", "text_rank"}.isdisjoint(NAMES)
    assert max(int(np.prod([len(BY_NAME[name].levels) for name in family])) for family in FAMILIES) < 2**16


def test_an_explanation_shows_the_weights_that_the_run_used() -> None:
    rows = [
        row(f"{outlet}{day}", outlet, day=FIRST_DAY + timedelta(day), place="Hit", lat=33.6, lon=42.8,
            event_type="bombing", killed=day)
        for outlet in ("a", "b") for day in range(1, 200, 4)
    ]  # fmt: skip
    result = solve(rows)
    assert result.pairs.height > 100
    ids = result.records["record_id"]
    for left, right, weight in result.pairs.select("left", "right", "weight").head(9).iter_rows():
        told = explain_pair(result, ids[left], ids[right])
        assert told.weight == weight
        assert told.prior + sum(step.weight for step in told.steps) == pytest.approx(weight, abs=1e-9)
    assert result.knowledge.model.hash != result.settings["model"]["hash"] == MODEL.hash
