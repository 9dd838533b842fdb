"""Explanations: the numbers shown add up, and each reason is the true one."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import FIRST_DAY, row, solve

from reconcile.app import main
from reconcile.errors import UsageError
from reconcile.explain import explain_event, explain_pair, find_event
from reconcile.report.why import rounded_to_add_up

KHANAQIN = str(Path(__file__).parent.parent / "fixtures" / "khanaqin")


@given(st.lists(st.floats(-20, 20), max_size=30))
def test_rounded_numbers_sum_to_the_rounded_sum(values: list[float]) -> None:
    rounded = rounded_to_add_up(values)
    assert round(sum(rounded), 2) == pytest.approx(round(sum(values) * 100) / 100)
    assert all(abs(a - b) < 0.0200001 for a, b in zip(values, rounded, strict=True))


def test_the_parts_of_every_pair_sum_to_its_weight() -> None:
    rows = [row(f"r{n}", f"Outlet {n % 3}", place="Mekhas", killed=n, perpetrators=["ISIS"]) for n in range(6)]
    result = solve(rows)
    assert result.pairs.height > 0
    for left in range(6):
        for right in range(left):
            pair = explain_pair(result, f"r{left}", f"r{right}")
            total = pair.prior
            for step in pair.steps:
                total += step.weight
            assert total == pair.weight
            assert math.isclose(pair.probability, result.pairs.filter(left=right, right=left)["probability"].item())


def test_the_printed_waterfall_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "rudaw-2020-06-14-dara", "k24-2020-06-14-dara", KHANAQIN]) == 0
    text = capsys.readouterr().out
    steps = [float(found) for found in re.findall(r" ([+-]\d+\.\d\d) +-?\d+\.\d\d$", text, re.M)]
    total = float(re.findall(r"match weight.* (-?\d+\.\d\d)$", text, re.M)[0])
    assert round(sum(steps), 2) == total
    assert "joined: both are in ev-" in text


def test_a_pair_outside_the_window_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "rudaw-2020-06-14-dara", "k24-2020-05-mekhas", KHANAQIN]) == 0
    text = capsys.readouterr().out
    assert "not joined: " in text
    assert "outside the window" in text


def test_a_judgement_is_named_as_the_reason(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "judgements.jsonl"
    path.write_text(
        '{"left": "rudaw-2020-06-14-dara", "right": "k24-2020-06-14-dara", "verdict": "different", "by": "ana"}\n'
    )
    arguments = ["explain", "rudaw-2020-06-14-dara", "k24-2020-06-14-dara", KHANAQIN, "--judgements", str(path)]
    assert main(arguments) == 0
    assert f"Judged different by ana at {path}:1" in " ".join(capsys.readouterr().out.split())


def test_an_aggregate_is_named_as_the_reason() -> None:
    result = solve([row("a", "Rudaw", aggregate=True), row("b", "KirkukNow")])
    assert explain_pair(result, "a", "b").aggregates == (True, False)


def test_an_event_is_explained_by_its_id_a_prefix_or_a_record(capsys: pytest.CaptureFixture[str]) -> None:
    outputs = set()
    assert main(["explain", "rudaw-2020-06-14-dara", KHANAQIN]) == 0
    outputs.add(first := capsys.readouterr().out)
    event = first.split()[0]
    for name in (event, event[:8], "kirkuknow-62501-dara"):
        assert main(["explain", name, KHANAQIN]) == 0
        outputs.add(capsys.readouterr().out)
    assert len(outputs) == 1
    assert "members" in first
    assert "confidence" in first


def test_every_pair_of_an_event_is_listed_and_a_missing_one_is_called_missing() -> None:
    from datetime import timedelta

    far = row("b", "KirkukNow", day=FIRST_DAY + timedelta(days=200), country="Peru", admin1=None)
    result = solve([row("a", "Rudaw"), far], ("a", "b", "same"))
    event = explain_event(result, result.events["event_id"][0])
    assert event.pairs == (("a", "b", None),)


def test_names_that_mean_nothing_or_too_much_are_refused() -> None:
    result = solve([row("a", "Rudaw"), row("b", "KirkukNow", day=None, published=FIRST_DAY, country="Peru")])
    with pytest.raises(UsageError, match="neither an event"):
        explain_pair(result, "a", "zz")
    with pytest.raises(UsageError, match="itself"):
        explain_pair(result, "a", "a")
    assert find_event(result, "ev-none") is None
    if result.events.height > 1:
        with pytest.raises(UsageError, match="begins the ids of 2 events"):
            find_event(result, "ev-")
