"""Rules on what the records come to: expectations, doubtful merges, acknowledgements, regression, floors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reconcile.app import main

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference case, alone in a folder."""
    inner = tmp_path / "data" / "records"
    shutil.copytree(FIXTURES / "khanaqin", inner)
    return inner


def configure(folder: Path, text: str) -> None:
    (folder / "reconcile.toml").write_text(text, encoding="utf-8")


def write_lines(path: Path, *lines: dict[str, Any]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def check(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> list[dict[str, Any]]:
    main(["check", str(folder), "--format", "json", "--today", "2026-11-21", "-q", *more])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["findings"]
    return found


def codes(found: list[dict[str, Any]]) -> list[str]:
    return sorted(one["rule"] for one in found)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_expected_groups_that_hold_say_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_lines(
        folder / "expected-events.jsonl",
        {"same": ["rudaw-2020-06-14-dara", "kirkuknow-62501-dara"]},
        {"different": ["rudaw-2020-06-14-dara", "k24-2020-05-mekhas"]},
    )
    assert check(folder, capsys) == []


def test_expected_groups_that_do_not_hold_are_named_at_their_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lines(
        folder / "expected-events.jsonl",
        {"different": ["rudaw-2020-06-14-dara", "kirkuknow-62501-dara"], "why": "two houses"},
        {"same": ["rudaw-2020-06-14-dara", "k24-2020-05-mekhas"]},
    )
    found = check(folder, capsys)
    assert [(one["rule"], one["line"], one["column"]) for one in found] == [("X002", 1, 15), ("X001", 2, 10)]
    assert "two houses" in found[0]["hint"]


def test_expected_groups_may_be_toml(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "expected-events.toml").write_text('same = [\n  ["rudaw-2020-06-14-dara", "k24-2020-05-mekhas"],\n]\n')
    (found,) = check(folder, capsys)
    assert (found["rule"], found["line"], found["column"]) == ("X001", 2, 4)


def test_a_group_over_several_lines_is_named_where_it_begins_and_an_unknown_record_where_it_stands(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, rest = folder / "expected-events.toml", '    "kirkuknow-62501-dara",\n        "k24-2020-05-mekhas",\n]]\n'
    path.write_text(f'same = [[\n  "rudaw-2020-06-14-dara",\n{rest}')
    (found,) = check(folder, capsys)
    assert (found["rule"], found["line"], found["column"]) == ("X001", 2, 3)
    path.write_text(f'same = [[\n  "rudaw-2020-06-14-dara",\n{rest.replace("mekhas", "mekhaz")}')
    (found,) = check(folder, capsys)
    assert (found["rule"], found["line"], found["column"]) == ("J003", 4, 9)


def test_a_doubtful_merge_needs_a_judgement(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(folder, "[check]\nmin-confidence = 1.0\n")
    found = check(folder, capsys)
    assert set(codes(found)) == {"X003"}
    doubtful = sorted({record for one in found for record in one["records"]})
    events = {one["event"]: sorted(o["records"][0] for o in found if o["event"] == one["event"]) for one in found}
    lines = [
        {"left": some[0], "right": other, "verdict": "same"} for some in events.values() for other in some[1:]
    ]  # fmt: skip
    assert doubtful
    write_lines(folder / "judgements.jsonl", *lines)
    left = check(folder, capsys)
    assert all(len(events[one["event"]]) == 1 for one in left)


def test_discrepancies_are_found_until_acknowledged_and_again_when_the_claims_change(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(folder, '[check]\nacknowledge = "warning"\n')
    found = check(folder, capsys)
    assert codes(found) == ["X004", "X004"]
    assert {one["message"][:4] for one in found} == {"C003", "C006"}
    lines = [
        {"rule": one["message"][:4], "event": one["event"], "finding": one["fingerprint"], "by": "ana", "why": "seen"}
        for one in found
    ]
    write_lines(folder / "acknowledged.jsonl", *lines)
    assert check(folder, capsys) == []
    # line moves change nothing
    path = folder / "rudaw.json"
    path.write_text("\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert check(folder, capsys) == []
    # a changed claim does: six wounded in all accounts of the record
    edit(path, '"injured": 5,', '"injured": 6,')
    edit(path, '"best": 5, "scope": "total", "quote": "another five locals"', '"best": 6, "scope": "total"')
    expired = check(folder, capsys)
    assert "X005" in codes(expired)
    assert all(one["file"].endswith("acknowledged.jsonl") for one in expired if one["rule"] == "X005")


def test_an_acknowledgement_of_nothing_is_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = {"rule": "C001", "event": "ev-aaaaaaaaaa", "finding": "0" * 16, "by": "ana", "why": "old"}
    write_lines(folder / "acknowledged.jsonl", line, {"rule": "Z999", "event": "e", "finding": "0", "by": "a"})
    found = check(folder, capsys)
    assert [(one["rule"], one["line"]) for one in found] == [("X007", 2), ("X006", 1)]


def test_a_finding_in_a_record_can_be_acknowledged_by_its_fingerprint(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder / "rudaw.json", '"language": "en"', '"language": "english"')
    (found,) = check(folder, capsys)
    line = {"rule": "V019", "record": found["records"][0], "finding": found["fingerprint"], "by": "a", "why": "b"}
    write_lines(folder / "acknowledged.jsonl", line)
    assert check(folder, capsys) == []


@pytest.fixture
def expected(folder: Path) -> Path:
    path = folder.parent / "expected.json"
    assert main(["merge", str(folder), "-o", str(path), "-q"]) == 0
    return path


def against(folder: Path, expected: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return check(folder, capsys, "--against", str(expected))


def test_the_same_records_against_their_own_merged_json_differ_in_nothing(
    folder: Path, expected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert against(folder, expected, capsys) == []


def test_a_split_and_its_way_back_are_told_as_such(
    folder: Path, expected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apart = [
        {"left": "rudaw-2020-06-14-dara", "right": other, "verdict": "different"}
        for other in ("kirkuknow-62501-dara", "k24-2020-06-14-dara")
    ]
    write_lines(folder / "judgements.jsonl", *apart)
    found = against(folder, expected, capsys)
    assert codes(found) == ["R002"]
    assert "has come apart" in found[0]["message"]
    assert found[0]["line"] is not None
    other = folder.parent / "other.json"
    assert main(["check", str(folder), "-q", "--against", str(other), "--update"]) == 0
    (folder / "judgements.jsonl").unlink()
    capsys.readouterr()
    assert codes(against(folder, other, capsys)) == ["R001"]


def test_changed_figures_and_discrepancies_are_told(
    folder: Path, expected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder / "kurdistan24.json", '"injured": 7,', '"injured": 5,')
    edit(
        folder / "kurdistan24.json",
        '"best": 7, "scope": "total", "quote": "seven dead and seven wounded", "attributed_to": "a security source"},\n'
        '      {"measure": "injured", "best": 2,',
        '"best": 5, "scope": "total", "attributed_to": "a security source"},\n      {"measure": "injured", "best": 0,',
    )
    edit(folder / "kurdistan24.json", '"scope": "part", "quote": "two more injured"', '"scope": "part"')
    found = against(folder, expected, capsys)
    assert "R004" in codes(found)
    assert "R006" in codes(found)
    changed = next(one for one in found if one["rule"] == "R004")
    assert "was 5-7" in changed["message"]


def test_new_and_vanished_events_are_told(folder: Path, expected: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder / "kurdistan24.json", '"k24-2021-12-makhmour"', '"k24-2021-12-10-makhmour"')
    assert codes(against(folder, expected, capsys)) == ["R007", "R008"]


def test_update_writes_the_expected_document_atomically_and_only_then_the_check_is_clean(
    folder: Path, expected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder / "kurdistan24.json", '"k24-2021-12-makhmour"', '"k24-2021-12-10-makhmour"')
    configure(folder, '[check]\nagainst = "../expected.json"\n')
    assert check(folder, capsys) != []
    assert main(["check", str(folder), "--update", "-q"]) == 0
    capsys.readouterr()
    assert check(folder, capsys) == []


def test_update_refuses_records_that_cannot_be_read(
    folder: Path, expected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = expected.read_bytes()
    edit(folder / "rudaw.json", '"killed": 7,', '"killed": -7,')
    assert main(["check", str(folder), "--against", str(expected), "--update"]) == 2
    assert expected.read_bytes() == before


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": "reconcile-events/1", "events": [1]}', "{"])
def test_an_expected_document_that_is_none_is_a_finding(
    text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder.parent / "expected.json"
    path.write_text(text)
    assert codes(against(folder, path, capsys)) == ["R010"]


def test_scores_below_their_floor_are_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = folder.parent / "truth.csv"
    truth.write_text("record_id,event_id\nrudaw-2020-06-14-dara,1\nkirkuknow-62501-dara,2\nk24-2020-06-14-dara,3\n")
    configure(folder, '[check]\ntruth = "../truth.csv"\n[check.floors]\npairwise = 0.5\nb3 = 0.2\n')
    (found,) = check(folder, capsys)
    assert found["rule"] == "R009"
    assert "pairwise F1 is 0.0000, below 0.5" in found["message"]


def test_consequences_of_a_mistake_are_held_back_until_it_is_mended(
    folder: Path, expected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder / "rudaw.json", '"killed": 7,', '"killed": -7,')
    main(["check", str(folder), "--format", "json", "-q", "--against", str(expected)])
    document = json.loads(capsys.readouterr().out)
    assert codes(document["findings"]) == ["F007"]
    assert document["summary"]["held_back"] >= 1
