"""Mistakes in a configuration: each with its line and column, and the data are checked all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.app import main
from reconcile.toml_places import place_of, place_of_error

RECORDS = "record_id,outlet,date,language\nr1,A,2021-01-01,english\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "records.csv").write_text(RECORDS)
    return tmp_path


def checked(data: Path, text: str, capsys: pytest.CaptureFixture[str], *options: str) -> list[tuple[str, int, int]]:
    """Rule, line and column of the findings in the configuration; those in the data are as they always are."""
    config = data / "reconcile.toml"
    config.write_text(text)
    assert main(["check", str(data), "--format", "json", "--quiet", *options]) == 2
    read = capsys.readouterr()
    found = json.loads(read.out)["findings"]
    ours = [one for one in found if one["file"] == str(config)]
    assert [one["rule"] for one in found if one["file"] != str(config)] == ["V019"]
    for one in ours:
        assert f"{config}:{one['line']}:{one['column']}: {one['message']}" in read.err
    return [(one["rule"], one["line"], one["column"]) for one in ours]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("treshold = 1\n", 1, 1),
        ("threshold = 'high'\n", 1, 13),
        ("# a remark\n\n[check]\nfar-kmm = 1\n", 4, 1),
        ("[check]\nlate-days =   -1\n", 2, 15),
        ("[chek]\nlate-days = 1\n", 1, 2),
        ("check.late_days = 'x'\n", 1, 19),
        ("[check]\nrequired = [\n  'language',\n  'langage',\n]\n", 4, 3),
        ('[check]\nrequired = ["language", "langage"]\n', 2, 25),
        ("[check.severity]\nV019 = 'warning'\nfuture-dat = 'off'\n", 3, 1),
        ("[check.severity]\nfuture-date = 'offf'\n", 2, 15),
        ("[check]\nseverity = {V001 = 'error', V0022 = 'off'}\n", 2, 29),
        ("[check.max-counts]\nkilled = -3\n", 2, 10),
        ("[check.max-counts]\nkiled = 3\n", 2, 1),
        ("[check.floors]\npairwise = 0.9\n", 1, 2),
        ("[check]\nearliest-date = 2014-13-01\n", 2, 17),
        ("[check]\nlate-days 3\n", 2, 1),
        ('judgements = ["a.jsonl"]\n', 1, 15),
        ('places = "towns.csv"\n', 1, 10),
        ('[check]\nexpected-events = "e.jsonl"\n', 2, 19),
        ('[check]\nacknowledged = "a.jsonl"\n', 2, 16),
    ],
)
def test_each_wrong_setting_is_a_finding_at_its_place_and_the_data_are_checked(
    text: str, line: int, column: int, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(data, text, capsys) == [("F013", line, column)]


def test_an_unknown_key_is_taken_for_the_one_that_was_meant(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "reconcile.toml").write_text("[check.severity]\nunknown-languag = 'off'\n")
    assert main(["check", str(data), "--format", "json", "-q"]) == 2
    (found,) = json.loads(capsys.readouterr().out)["findings"]
    assert found["rule"] == "F013"


def test_required_fields_in_one_text_are_required_all_the_same(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "reconcile.toml").write_text("[check]\nrequired = 'url, language, nothing'\n")
    assert main(["check", str(data), "--format", "json", "-q"]) == 2
    found = json.loads(capsys.readouterr().out)["findings"]
    assert sorted(one["message"] for one in found)[0] == "check.required: must be a list of fields"
    assert sorted(one["rule"] for one in found) == ["F004", "F013", "V019"]


def test_the_settings_that_are_sound_are_obeyed(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "[check]\nearliest-date = 2022-01-01\nlate-days = 'x'\n[check.max-counts]\nkilled = 'many'\ninjured = 3\n"
    (data / "reconcile.toml").write_text(text)
    (data / "records.csv").write_text("record_id,outlet,date,injured\nr1,A,2021-01-01,4\n")
    assert main(["check", str(data), "--format", "json", "-q"]) == 2
    found = json.loads(capsys.readouterr().out)["findings"]
    assert sorted(one["rule"] for one in found) == ["F013", "F013", "V002", "V010"]


def test_lines_that_are_no_toml_are_left_out_one_by_one(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "threshold = 1\npolicy = range\n[check]\nlate-days = 3 days\nfar-km = 5\n"
    assert checked(data, text, capsys) == [("F013", 2, 10), ("F013", 4, 13)]


def test_a_file_that_is_no_toml_throughout_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "reconcile.toml").write_text("no toml\n" * 30)
    assert main(["check", str(data)]) == 2
    read = capsys.readouterr()
    assert not read.out
    assert "not TOML" in read.err


def test_a_wrong_setting_of_one_folder_leaves_the_others_alone(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inner = data / "inner"
    inner.mkdir()
    (inner / "records.csv").write_text(RECORDS.replace("r1", "r2"))
    (inner / "reconcile.toml").write_text("[check]\nfail-onn = 'error'\n")
    assert main(["check", str(data), "--format", "json", "-q"]) == 2
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [one["rule"] for one in found] == ["F013", "V019", "V019"]


def test_nothing_is_written_anew_by_a_wrong_configuration(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "reconcile.toml").write_text("[check]\nfar-kmm = 1\n")
    against = data / "expected.json"
    assert main(["check", str(data), "--against", str(against), "--update", "-q"]) == 2
    assert "not while the configuration is wrong" in capsys.readouterr().err
    assert not against.exists()


def test_other_commands_say_the_place_too(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "reconcile.toml").write_text("threshold = 1\n[check]\nfar-kmm = 1\n")
    assert main(["report", str(data)]) == 2
    assert f"{data / 'reconcile.toml'}:3:1: unknown key check.'far_kmm'" in capsys.readouterr().err


NAMES = st.lists(st.from_regex(r"[a-z]{1,5}(?:-[a-z]{1,3})?", fullmatch=True), min_size=1, max_size=8, unique=True)


@given(NAMES, st.integers(0, 3), st.data())
def test_every_key_is_found_where_it_was_written(names: list[str], blank: int, data: st.DataObject) -> None:
    table = data.draw(st.integers(0, len(names)))
    lines, expected = [""] * blank, {}
    for number, name in enumerate(names):
        if number == table:
            lines.append("[tool.reconcile]")
        indent = data.draw(st.integers(0, 2))
        lines.append(f"{' ' * indent}{name} = {number}  # {name} = 7")
        under = ("tool", "reconcile") if number >= table else ()
        expected[*under, name.replace("-", "_")] = (len(lines), indent + 1, indent + len(name) + 4)
    text = "\n".join(lines)
    for keys, (line, column, value) in expected.items():
        assert place_of(text, keys) == (line, column)
        assert place_of(text, keys, value=True) == (line, value)


@given(st.text(alphabet="ab.[]='\"\n #-_", max_size=60), st.lists(st.sampled_from(["a", "b", "ab"]), max_size=3))
def test_a_place_lies_in_the_text(text: str, keys: list[str]) -> None:
    line, column = place_of(text, keys, value=True, item="a")
    assert (line is None) == (column is None)
    if line is not None and column is not None:
        assert 1 <= column <= len(text.split("\n")[line - 1]) + 1


def test_an_error_without_a_place_has_none() -> None:
    assert place_of_error("Unclosed array (at end of document)")[1] == (None, None)
    assert place_of_error("Invalid value (at line 2, column 7)") == ("Invalid value", (2, 7))
