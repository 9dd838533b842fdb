"""Every fixture comes out as fixtures/README.md says."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconcile.pipeline import run

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("homonyms", [["h1"], ["h2"], ["h3"], ["h4"]]),
        ("repeat-attack", [["w1-a", "w1-b"], ["w2-a", "w2-b"]]),
        ("scripts", [["ar", "en", "ku"]]),
        ("unknown-zero", [["none", "silent"]]),
        ("words", [["n1", "n2", "n3"]]),
    ],
)
def test_a_fixture_comes_out_as_it_says(folder: str, expected: list[list[str]]) -> None:
    result = run([str(FIXTURES / folder)])
    assert sorted(sorted(records) for records in result.events["records"].to_list()) == expected


def test_none_killed_beside_silence_is_one_outlets_zero() -> None:
    event = run([str(FIXTURES / "unknown-zero")]).events.row(0, named=True)
    killed = next(row for row in event["casualties"] if row["measure"] == "killed")
    assert (killed["low"], killed["best"], killed["high"], killed["status"]) == (0, 0, 0, "single-source")


def test_words_are_ranges_open_where_the_words_are() -> None:
    event = run([str(FIXTURES / "words")]).events.row(0, named=True)
    killed, injured = event["casualties"][:2]
    assert (killed["low"], killed["best"], killed["high"], killed["status"]) == (5, 7, None, "compatible")
    assert (injured["low"], injured["best"], injured["high"], injured["status"]) == (24, 30, 99, "compatible")


def test_hostile_records_are_read_without_loss() -> None:
    result = run([str(FIXTURES / "hostile")])
    assert result.records.height == result.events.height == 7
