"""Training: what is in the labels comes out in the weights, the same every time, and few judgements move little."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from strategies import FIRST_DAY, knowledge, normalized, row

from reconcile.by_hand import BY_HAND
from reconcile.compare import COMPARISONS
from reconcile.model import from_json, load_model, to_json
from reconcile.pair_sums import NAMES
from reconcile.score import score
from reconcile.train import Lesson, adapt_unsupervised, calibrated, fit, line_of, train


def lesson(rows: int = 1000, seed: int = 5) -> Lesson:
    """Pairs whose truth follows from two comparisons and, for one level of one, from their interaction."""
    draw = np.random.default_rng(seed)
    levels = {one.name: draw.integers(0, len(one.levels), rows).astype(np.int8) for one in COMPARISONS}
    same = (levels["days"] == 1) & ((levels["place"] <= 2) | (levels["killed"] == 6))
    ids = {"left": np.arange(rows), "right": np.arange(rows) + rows}
    frame = pl.DataFrame({name: values.astype(np.uint32) for name, values in ids.items()})
    frame = frame.with_columns(left_outlet=pl.lit(0, pl.UInt32), right_outlet=pl.lit(1, pl.UInt32))
    frame = frame.with_columns(**{name: pl.Series(values) for name, values in levels.items()})
    return Lesson(frame, same, np.ones(rows), np.concatenate([np.arange(rows), np.arange(rows)]))


@pytest.fixture(scope="module")
def learned() -> tuple[Lesson, object]:
    one = lesson()
    return one, fit([one], name="toy", interactions=4)


def test_training_finds_what_decides(learned: tuple[Lesson, object]) -> None:
    one, model = learned
    weight = score(model, one.compared)["weight"].to_numpy()  # type: ignore[arg-type]
    assert np.mean((weight > 0) == one.same) > 0.97
    learned_parts = [part for part in model.parts if part.name not in BY_HAND]  # type: ignore[attr-defined]
    sizes = {part.name: np.ptp(part.weights) for part in learned_parts}
    assert "days" in max(sizes, key=lambda name: sizes[name])


def test_training_is_reproducible_and_its_model_is_a_valid_file(learned: tuple[Lesson, object]) -> None:
    one, model = learned
    again = fit([one], name="toy", interactions=4)
    assert again.hash == model.hash  # type: ignore[attr-defined]
    assert from_json(json.loads(json.dumps(to_json(again)))).hash == again.hash


def test_calibration_turns_weights_into_log_odds() -> None:
    draw = np.random.default_rng(1)
    weight = draw.normal(0, 3, 20_000)
    right = (draw.random(20_000) < 1 / (1 + np.exp(-(0.5 * weight + 1)))).astype(float)
    slope, intercept = line_of(weight, right, np.ones(20_000))
    assert slope == pytest.approx(0.5, abs=0.03)
    assert intercept == pytest.approx(1.0, abs=0.06)


def test_a_calibrated_model_moves_every_weight_along_the_line() -> None:
    model, one = load_model(), lesson(60)
    before = score(model, one.compared)["weight"].to_numpy()
    after = score(calibrated(model, 2.0, 0.5), one.compared)["weight"].to_numpy()
    assert after == pytest.approx(2 * before + 0.5, abs=1e-2)


def twins(number: int = 20) -> pl.DataFrame:
    """So many incidents, each told by two outlets a day apart."""
    rows = []
    for at in range(number):
        day = FIRST_DAY + timedelta(days=4 * at)
        rows.append(row(f"a{at:02}", "Rudaw", day=day, place="Zhala", killed=2))
        rows.append(row(f"b{at:02}", "KirkukNow", day=day + timedelta(days=1), place="Sarqala", killed=3))
    return normalized(rows)


def judgements(same: bool) -> pl.DataFrame:
    rows = [(k, k + 20, same, 1.0) for k in range(20)]
    return pl.DataFrame(
        rows, schema={"left": pl.UInt32, "right": pl.UInt32, "same": pl.Boolean, "weight": pl.Float64}, orient="row"
    )


@pytest.mark.parametrize("same", [True, False])
def test_judgements_move_the_weights_their_way(same: bool) -> None:
    known, records, base = knowledge(), twins(), load_model()
    model = train(records, judgements(same), base, actors=known.actors, event_types=known.event_types)
    assert model.training["pairs"] == 20
    assert model.training["base"] == {"name": base.name, "hash": base.hash}
    from reconcile.compare import compare

    compared = compare(records, judgements(same).select("left", "right"), known.actors, known.event_types)
    before, after = (score(one, compared)["weight"].mean() for one in (base, model))
    assert (after > before) is same
    assert after != before


def test_no_judgements_leave_the_model_as_it_was() -> None:
    known, base = knowledge(), load_model()
    nothing = judgements(same=True).clear()
    model = train(twins(), nothing, base, actors=known.actors, event_types=known.event_types)
    assert [part.weights.tolist() for part in model.parts] == [part.weights.tolist() for part in base.parts]
    assert model.prior == base.prior


def test_without_labels_the_model_moves_by_what_the_records_say() -> None:
    known, base = knowledge(), load_model()
    records = twins(number=60)
    model = adapt_unsupervised(records, base, actors=known.actors, event_types=known.event_types, name="here")
    again = adapt_unsupervised(records, base, actors=known.actors, event_types=known.event_types, name="here")
    assert model.hash == again.hash
    assert model.name == "here"
    assert model.training["say"] > 0.0
    before = {part.name: part.weights for part in base.parts}
    change = {part.name: part.weights - before.get(part.name, 0.0) for part in model.parts}
    assert max(np.abs(move).max() for move in change.values()) > 0.0
    for part in model.parts:
        if part.name not in NAMES:
            assert not change[part.name].any(), part.name


def test_nothing_to_compare_leaves_the_model_as_it_was() -> None:
    known, base = knowledge(), load_model()
    model = adapt_unsupervised(normalized([]), base, actors=known.actors, event_types=known.event_types)
    assert to_json(model)["parts"] == to_json(base)["parts"]
