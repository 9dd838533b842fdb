"""The model: parts that add up, a file that is checked, probabilities that follow the weight."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.compare import BY_NAME, COMPARISONS
from reconcile.errors import ConfigError
from reconcile.model import Model, Part, from_json, load_model, to_json
from reconcile.score import probability, score

MODEL = load_model()


def compared(seed: int, rows: int = 40) -> pl.DataFrame:
    """Pairs with every comparison at levels drawn at random."""
    draw = np.random.default_rng(seed)
    pairs = {"left": np.arange(rows), "right": np.arange(rows) + 1, "left_outlet": np.arange(rows) % 3}
    pairs["right_outlet"] = (np.arange(rows) + 1) % 3
    frame = pl.DataFrame({name: values.astype(np.uint32) for name, values in pairs.items()})
    levels = {one.name: draw.integers(0, len(one.levels), rows).astype(np.int8) for one in COMPARISONS}
    return frame.with_columns(**{name: pl.Series(values) for name, values in levels.items()})


@given(st.integers(0, 50))
def test_the_parts_add_up_to_the_weight_exactly(seed: int) -> None:
    scored = score(MODEL, compared(seed))
    total = np.full(len(scored), MODEL.prior)
    for part in MODEL.parts:
        total = total + scored[f"w_{part.name}"].to_numpy()
    assert np.array_equal(total, scored["weight"].to_numpy())


def test_each_part_is_the_entry_of_its_table() -> None:
    scored = score(MODEL, compared(7))
    row = scored.row(3, named=True)
    for part in MODEL.parts:
        assert row[f"w_{part.name}"] == part.weights[tuple(row[name] for name in part.comparisons)]


def test_leaving_the_parts_out_changes_no_weight() -> None:
    pairs = compared(3)
    assert score(MODEL, pairs, parts=False)["weight"].equals(score(MODEL, pairs)["weight"])


def test_a_model_survives_its_own_file(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(to_json(MODEL)), encoding="utf-8")
    again = load_model(str(path))
    assert again.hash == MODEL.hash
    pairs = compared(1)
    assert score(again, pairs).equals(score(MODEL, pairs))


def test_the_hash_follows_every_weight_but_not_the_report() -> None:
    document = to_json(MODEL)
    document["training"] = {"note": "other"}
    assert from_json(document).hash == MODEL.hash
    document["parts"][0]["weights"][0] += 0.001
    assert from_json(document).hash != MODEL.hash


def test_probability_rises_with_the_weight_and_stays_inside_0_and_1() -> None:
    values = probability(MODEL, np.array([-1e6, -3.0, 0.0, 3.0, 1e6]))
    assert (np.diff(values) >= 0).all()
    assert values.min() >= 0
    assert values.max() <= 1


def test_every_part_and_level_has_plain_words() -> None:
    for part in MODEL.parts:
        sizes = [len(BY_NAME[name].levels) for name in part.comparisons]
        assert list(part.weights.shape) == sizes
        assert part.title
        assert part.describe(dict.fromkeys(part.comparisons, 0))
    for one in BY_NAME.values():
        assert len(set(one.levels)) == len(one.levels), one.name
        assert all(one.levels)


def test_the_weights_without_a_scout_need_no_other_pairs() -> None:
    model = Model("small", -1.0, (Part("days", ("days",), np.arange(len(BY_NAME["days"].levels)) * 1.0),))
    pairs = compared(2)
    assert score(model, pairs)["weight"].to_list() == [level - 1.0 for level in pairs["days"].to_list()]


def broken(change: Any) -> Any:
    document = json.loads(json.dumps(to_json(MODEL)))
    change(document)
    return document


BAD: dict[str, tuple[Any, str]] = {
    "format": (lambda d: d.update(format="other/1"), "format"),
    "no name": (lambda d: d.update(name=""), "name"),
    "unknown field": (lambda d: d.update(colour="red"), "colour"),
    "no parts": (lambda d: d.update(parts=[]), "parts"),
    "unknown comparison": (lambda d: d["parts"][0].update(comparisons=["smell"]), "smell"),
    "three comparisons": (lambda d: d["parts"][0].update(comparisons=["days", "place", "kind"]), "one or two"),
    "too few weights": (lambda d: d["parts"][0]["weights"].pop(), "weights"),
    "a weight that is text": (lambda d: d["parts"][0]["weights"].__setitem__(0, "1"), "number"),
    "a weight that is true": (lambda d: d["parts"][0]["weights"].__setitem__(0, True), "number"),
    "a huge weight": (lambda d: d["parts"][0]["weights"].__setitem__(0, 1e9), "number"),
    "two parts of one name": (lambda d: d["parts"].append(d["parts"][0]), "one name"),
    "no prior": (lambda d: d.pop("prior"), "prior"),
    "unseen above threshold": (lambda d: d.update(unseen=1.0, threshold=0.0), "unseen"),
    "falling calibration": (lambda d: d["calibration"].update(slope=-1), "slope"),
    "half a day": (lambda d: d["window"].update(near_days=0.5), "near_days"),
    "negative window": (lambda d: d["window"].update(near_km=-1), "near_km"),
    "unknown window": (lambda d: d["window"].update(hours=1), "hours"),
    "standing without a scout": (lambda d: d.update(scout=None), "scout"),
    "a scout that needs itself": (lambda d: d["scout"].update(parts=d["parts"]), "scout"),
    "a list": (lambda d: None, "object"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_model_file_is_a_configuration_error(name: str, tmp_path: Path) -> None:
    change, word = BAD[name]
    document = [1] if name == "a list" else broken(change)
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ConfigError, match=word) as caught:
        load_model(str(path))
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "NaN", "[" * 100_000, '{"format": NaN}'])
def test_a_file_that_is_no_model_is_a_configuration_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"bad\.json"):
        load_model(str(path))


def test_an_absent_model_file_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        load_model("nowhere/model.json")
