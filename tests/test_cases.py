"""The table of cases: what casualty recorders meet every day, with the explanation and the range that must come out."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from cases_reader import Case, cases, golden, reconciled, solved, told

from reconcile.rules import SEVERITIES

CASES = cases()
GOLDEN = golden()
SILENT = {"single-source"}  # said of every event of one outlet
EXPLANATIONS = (
    "toll-update", "partial-count", "perpetrator-included", "status-shift", "row-split", "even-split", "vague",
    "copied", "part-of",
)  # fmt: skip


def named(case: Case) -> set[str]:
    return {rule if " " in rule else f"{rule} killed" for rule in case["rules"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file']}: {case['name']}")
def test_each_case_is_told_apart(case: Case) -> None:
    result = solved(case)
    fields = {"part-of": "part-of", "copied": "copied"}
    found = {
        fields.get(one["name"], f"{one['name']} {one['field']}")
        for one in result.discrepancies.iter_rows(named=True)
        if one["name"] not in SILENT
    }
    wanted = {name.removesuffix(" killed") if name.startswith(("part-of", "copied")) else name for name in named(case)}
    assert found == wanted, [one["message"] for one in result.discrepancies.iter_rows(named=True)]
    if "killed" in case or "injured" in case:
        assert result.events.height == 1
        totals = {row["measure"]: row for row in result.events["casualties"][0].to_list() if row["group"] is None}
        for measure in ("killed", "injured"):
            if measure in case:
                assert reconciled(totals[measure]) == case[measure]
        if "status" in case:
            assert totals["killed"]["status"] == case["status"]
    if "voices" in case:
        assert result.events["voices"][0].len() == case["voices"]
    if "severity" in case:
        graded = result.discrepancies.filter(~pl.col("name").is_in(list(SILENT)))
        assert min(graded["severity"], key=SEVERITIES.index) == case["severity"]
    if "says" in case:
        messages = " ".join(result.discrepancies["message"])
        assert case["says"] in messages
    # What a reader sees of it, word for word; `python tests/golden_files.py` writes it anew.
    assert told(result) == GOLDEN[f"{case['file']}: {case['name']}"]


def test_the_table_is_large_enough_to_mean_something() -> None:
    counted = Counter(rule.split(" ")[0] for case in CASES for rule in case["rules"])
    assert len(CASES) >= 150
    assert {name: counted[name] for name in EXPLANATIONS if counted[name] < 10} == {}
    unexplained = [case for case in CASES if any(rule.startswith("count-conflict") for rule in case["rules"])]
    assert len(unexplained) >= 25
    assert len({(case["file"], case["name"]) for case in CASES}) == len(CASES)
