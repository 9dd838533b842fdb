"""Tiny runs, as people first try the tool: tests/runs/*.toml says which records are one event."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from reconcile.pipeline import run

FOLDER = Path(__file__).parent / "runs"
Case = dict[str, Any]


def runs(*names: str) -> list[Case]:
    return [case for name in names for case in tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["run"]]


def partition(case: Case, folder: Path) -> list[list[str]]:
    path = folder / "records.jsonl"
    path.write_text("\n".join(json.dumps(record) for record in case["records"]), "utf-8")
    return sorted(sorted(records) for records in run([str(path)]).events["records"].to_list())


@pytest.mark.parametrize("case", runs("development", "kept_back"), ids=lambda case: case["name"])
def test_a_tiny_run_comes_out_as_a_reader_would_sort_it(case: Case, tmp_path: Path) -> None:
    assert partition(case, tmp_path) == sorted(sorted(event) for event in case["events"])


@pytest.mark.parametrize("case", runs("unsolved"), ids=lambda case: case["name"])
def test_an_unsolved_run_is_still_unsolved_or_belongs_to_the_solved(case: Case, tmp_path: Path) -> None:
    assert partition(case, tmp_path) != sorted(sorted(event) for event in case["events"])


def test_every_record_of_a_run_is_in_one_event_and_no_two_runs_share_a_name() -> None:
    every = runs("development", "kept_back", "unsolved")
    assert len({case["name"] for case in every}) == len(every)
    for case in every:
        told = [record["record_id"] for record in case["records"]]
        assert sorted(one for event in case["events"] for one in event) == sorted(told)
