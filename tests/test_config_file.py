"""The configuration file: where it is found, what it may say, and that the docs know every key."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from contextlib import suppress
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.app import main
from reconcile.check_settings import CheckSettings, parse_check
from reconcile.config import Settings, read_check, read_config
from reconcile.config_file import find_config
from reconcile.errors import ConfigError
from reconcile.rules import ALL_RULES, CHECK_RULES
from reconcile.toml_repair import HopelessError, repaired

ROOT = Path(__file__).parent.parent
KHANAQIN = ROOT / "fixtures" / "khanaqin"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "project" / "data" / "records"
    shutil.copytree(KHANAQIN, folder)
    return folder


def test_the_nearest_file_above_the_records_counts(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = data.parent.parent
    (project / "reconcile.toml").write_text("threshold = 1\n")
    assert find_config([str(data)]) == str(project / "reconcile.toml")
    assert find_config([str(data / "rudaw.json")]) == str(project / "reconcile.toml")
    (data / "reconcile.toml").write_text("threshold = 2\n")
    assert find_config([str(data)]) == str(data / "reconcile.toml")
    monkeypatch.chdir(project)
    assert find_config(["data/records"]) == "data/records/reconcile.toml"


def test_several_paths_are_governed_from_the_folder_they_have_in_common(data: Path) -> None:
    (data / "reconcile.toml").write_text("threshold = 2\n")
    project = data.parent.parent
    (project / "reconcile.toml").write_text("threshold = 1\n")
    other = project / "other.csv"
    other.write_text("record_id,outlet,date\n")
    assert find_config([str(data), str(other)]) == str(project / "reconcile.toml")


def test_a_shared_file_counts_only_if_it_speaks_of_us(data: Path) -> None:
    shared = data.parent / "pyproject.toml"
    above = data.parent.parent / "reconcile.toml"
    above.write_text("threshold = 1\n")
    for text in ("[tool.other]\nx = 1\n", "this is = no [ toml"):
        shared.write_text(text)
        assert find_config([str(data)]) == str(above)
    shared.write_text("[tool.reconcile]\nthreshold = 3\n")
    assert find_config([str(data)]) == str(shared)
    assert read_config(str(shared)).threshold == 3.0


def test_every_command_finds_it(data: Path, tmp_path: Path) -> None:
    (data / "reconcile.toml").write_text("threshold = 90\n")
    out = tmp_path / "out.json"
    assert main(["merge", str(data), "-o", str(out), "-q"]) == 0
    assert json.loads(out.read_text())["summary"]["events"] == 8
    assert main(["merge", str(data), "-o", str(out), "-q", "--threshold", "0"]) == 0
    assert json.loads(out.read_text())["summary"]["events"] == 5


def test_paths_in_it_are_relative_to_it(data: Path) -> None:
    config = data.parent / "reconcile.toml"
    config.write_text('judgements = ["j.jsonl"]\n[check]\nagainst = "expected.json"\n')
    assert read_config(str(config)).judgements == (str(data.parent / "j.jsonl"),)
    assert read_check(str(config)).against == str(data.parent / "expected.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[check]\nfail-onn = 'error'", "unknown key check.'fail_onn' (did you mean fail_on?)"),
        ("[chek]\nx = 1", "unknown key 'chek' (did you mean check?)"),
        ("[check]\nfail-on = 'bad'", "check.fail_on: must be one of error, warning, info"),
        ("[check]\nfail-on = 'error'\nfail_on = 'error'", "there twice, in two spellings"),
        ("[check.severity]\nV0011 = 'off'", "unknown key check.severity.'V0011' (did you mean V011?)"),
        ("[check.severity]\nfuture-dat = 'off'", "did you mean future-date?"),
        ("[check.severity]\nV001 = 'never'", "check.severity.V001: must be one of error, warning, info, off"),
        ("[check.severity]\nC001 = 'off'", "unknown key check.severity.'C001'"),
        ("[check]\nrequired = ['urll']", "did you mean url?"),
        ("[check]\nrequired = 'url'", "must be a list of fields"),
        ("[check]\nearliest-date = 'May'", "must be a day, for example 2014-01-01"),
        ("[check]\nearliest-date = 2014-01-01T00:00:00", "must be a day, for example 2014-01-01"),
        ("[check.max-counts]\nkiled = 3", "did you mean killed?"),
        ("[check.max-counts]\nkilled = -3", "must be a whole number"),
        ("[check.max-counts]\nkilled = true", "must be a whole number"),
        ("[check]\nmin-confidence = 2", "must be between 0 and 1"),
        ("[check]\nmin-confidence = nan", "must be a number"),
        ("[check]\nagainst = ''", "must be a path"),
        ("[check.floors]\npairwise = 0.9", "check.floors needs check.truth"),
        ("[check.floors]\npair = 0.9", "did you mean pairwise?"),
        ("check = 3", "check must be a table"),
        ("[tool]\nreconcile = 3", "tool.reconcile must be a table"),
        ("x = [", "not TOML"),
    ],
)
def test_what_is_wrong_is_said_with_a_suggestion_and_exit_code_2(
    text: str, message: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "reconcile.toml").write_text(text + "\n")
    for command in ("check", "report"):
        assert main([command, str(data)]) == 2
        assert message in capsys.readouterr().err


def test_all_that_is_wrong_is_said_at_once(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "reconcile.toml").write_text("treshold = 1\n[check]\nfail-on = 'x'\nfar-kmm = 2\n")
    assert main(["check", str(data)]) == 2
    error = capsys.readouterr().err
    assert all(word in error for word in ("'treshold'", "check.fail_on", "'far_kmm'"))


def test_severities_can_be_changed_by_code_and_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "records.csv").write_text("record_id,outlet,date,language,country\n1,A,2021-01-01,english,Iraqq\n")
    (tmp_path / "reconcile.toml").write_text("[check.severity]\nV019 = 'error'\nunknown-country = 'off'\n")
    assert main(["check", str(tmp_path), "--format", "json", "-q"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["findings"]
    assert (found["rule"], found["severity"]) == ("V019", "error")


def test_a_folder_with_its_own_file_is_a_data_set_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "records.csv").write_text("record_id,outlet,date,language\n1,A,2021-01-01,english\n")
    assert main(["check", str(tmp_path), "-q"]) == 1  # one id twice
    capsys.readouterr()
    (tmp_path / "two" / "reconcile.toml").write_text("[check.severity]\nV019 = 'info'\n")
    assert main(["check", str(tmp_path), "--format", "json", "-q"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(one["rule"], one["severity"]) for one in found] == [("V019", "warning"), ("V019", "info")]


@given(
    st.dictionaries(
        st.sampled_from([field.name for field in fields(CheckSettings)] + ["x", "fail-on"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
            max_leaves=4,
        ),
        max_size=4,
    )
)
def test_any_table_is_read_or_refused_with_a_message(table: dict[str, object]) -> None:
    try:
        settings, refusal = parse_check(table, "reconcile.toml"), ""
    except ConfigError as error:
        settings, refusal = CheckSettings(), str(error)
    assert not refusal or refusal.startswith("reconcile.toml: ")
    assert isinstance(settings.earliest_date, date)


def test_the_docs_name_every_key_and_every_rule() -> None:
    text = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    keys = {key for line in text.splitlines() if line.startswith("| `") for key in re.findall(r"`([a-z-]+)`", line)}
    own = {field.name.replace("_", "-") for field in fields(CheckSettings)}
    shared = {field.name.replace("_", "-") for field in fields(Settings)}
    assert own | shared <= keys
    assert all(f"### {rule.code} {rule.name}" in text for rule in CHECK_RULES)


def test_the_example_in_the_docs_is_a_configuration(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", text, re.S)
    assert example is not None
    (tmp_path / "reconcile.toml").write_text(example[1], encoding="utf-8")
    assert read_check(str(tmp_path / "reconcile.toml")).severity == {"V018": "off", "V014": "error"}


def test_rules_have_codes_and_names_of_their_own_and_say_all_that_explain_needs() -> None:
    assert len({rule.code for rule in ALL_RULES}) == len({rule.name for rule in ALL_RULES}) == len(ALL_RULES)
    for rule in CHECK_RULES:
        assert all((rule.title, rule.why, rule.how, rule.template, rule.mend)), rule.code
        assert rule.severity in ("error", "warning", "info")


def test_explain_knows_the_rules_of_check(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("V011", "quote-without-number"):
        assert main(["explain", name]) == 0
        assert "does not contain the number" in capsys.readouterr().out


def test_what_was_meant_is_sought_in_a_large_file_only_as_long_as_in_a_small_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parsed: list[int] = []
    loads = tomllib.loads

    def counted(text: str) -> dict[str, Any]:
        parsed.append(len(text))
        return loads(text)

    monkeypatch.setattr(tomllib, "loads", counted)
    slip = "[a]\nkey = [1, 2\n"
    assert repaired(slip)[::2] == ({"a": {"key": [1, 2]}}, True)
    text = slip * 10 + "# nothing\n" * 60_000
    with suppress(HopelessError):
        repaired(text)
    assert sum(parsed) <= 5_000_000 + 25 * len(text)
