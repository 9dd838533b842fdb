"""Bombs are refused by name and never unpacked; how fast, ``python hardness/bombs.py`` prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardness.bombs import BOMBS, EXPANDING, MEGABYTES, make, set_off

# One or two of each kind that are quick to make; the command sets off all of them.
QUICK = ("quoted.csv", "keys.json", "value.jsonl", "quote.csv", "key.jsonl", "text.parquet")


@pytest.mark.parametrize("name", QUICK)
def test_a_bomb_is_refused_by_name_and_in_little_memory(name: str, tmp_path: Path) -> None:
    bomb = next(bomb for bomb in BOMBS if bomb.name == name)
    make(bomb, tmp_path / name)
    out = set_off(tmp_path / name)
    assert out.code == 2, out.said
    assert bomb.refusal in out.said
    assert out.megabytes < MEGABYTES


def test_every_value_that_would_expand_is_refused_where_it_stands(tmp_path: Path) -> None:
    bomb = next(bomb for bomb in BOMBS if bomb.kind == "expanding")
    make(bomb, tmp_path / bomb.name)
    out = set_off(tmp_path / bomb.name)
    assert out.code == 2
    for number in range(1, len(EXPANDING) + 1):
        assert f"{bomb.name}:{number}:" in out.said, EXPANDING[number - 1]
    assert out.megabytes < MEGABYTES


def test_there_are_all_six_kinds() -> None:
    assert {bomb.kind for bomb in BOMBS} == {"wide", "deep", "long", "repeated", "compressed", "expanding"}
