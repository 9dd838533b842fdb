"""What ``check`` prints for machines obeys the published grammars, and hostile text does nothing in any of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.app import main
from reconcile.text import for_markdown, for_uri, for_workflow_command, for_workflow_property, for_xml

ROOT = Path(__file__).parent.parent
HOSTILE = ROOT / "fixtures" / "hostile" / "records.jsonl"
FORMATS = ("text", "json", "github", "sarif", "junit")

# What of the SARIF 2.1.0 schema (OASIS) concerns the elements that we write; nothing else is allowed.
URI = "^[A-Za-z0-9._~/%:-]+$"
NATURAL = {"type": "integer", "minimum": 1}
MESSAGE = {
    "type": "object", "properties": {"text": {"type": "string", "minLength": 1}},
    "required": ["text"], "additionalProperties": False,
}  # fmt: skip
LEVEL = {"enum": ["none", "note", "warning", "error"]}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "semanticVersion": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "name": {"type": "string"},
                                                "shortDescription": MESSAGE,
                                                "fullDescription": MESSAGE,
                                                "help": MESSAGE,
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "additionalProperties": False,
                                                    "properties": {"enabled": {"type": "boolean"}, "level": LEVEL},
                                                },
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": LEVEL,
                                "message": MESSAGE,
                                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "properties": {
                                            "physicalLocation": {
                                                "type": "object",
                                                "additionalProperties": False,
                                                "properties": {
                                                    "artifactLocation": {
                                                        "type": "object",
                                                        "additionalProperties": False,
                                                        "properties": {
                                                            "uri": {"type": "string", "pattern": URI}
                                                        },
                                                    },
                                                    "region": {
                                                        "type": "object",
                                                        "additionalProperties": False,
                                                        "properties": {"startLine": NATURAL, "startColumn": NATURAL},
                                                    },
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}  # fmt: skip

# junit-10.xsd of the xUnit plug-in of Jenkins: element -> (required attributes, other attributes, children)
JUNIT: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"}, {"time", "skipped", "timestamp", "hostname", "id", "package"},
        {"testcase", "properties", "system-out", "system-err"},
    ),
    "testcase": ({"name"}, {"time", "classname", "group"}, {"failure", "error", "skipped", "system-out"}),
    "failure": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}  # fmt: skip


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """The hostile records without the configuration that calls them what they are."""
    folder = tmp_path / "::error file=x::y%0A<b>"
    folder.mkdir()
    (folder / "records.jsonl").write_bytes(HOSTILE.read_bytes())
    return folder


def printed(folder: Path, form: str, capsysbinary: pytest.CaptureFixture[bytes], *more: str) -> str:
    assert main(["check", str(folder), "--format", form, "--all", "-q", "--today", "2026-11-21", *more]) == 1
    return capsysbinary.readouterr().out.decode("utf-8")


def test_sarif_obeys_the_schema(hostile: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    log = json.loads(printed(hostile, "sarif", capsysbinary))
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == 34
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    prints = [one["partialFingerprints"]["reconcileFinding/v1"] for one in run["results"]]
    assert len(set(prints)) == len(prints)


def junit_cases(element: ET.Element) -> list[ET.Element]:
    """Check an element against the grammar; its test cases."""
    required, optional, children = JUNIT[element.tag]
    assert required <= element.attrib.keys() <= required | optional
    assert {child.tag for child in element} <= children
    own = [element] if element.tag == "testcase" else []
    return own + [case for child in element for case in junit_cases(child)]


def test_junit_obeys_the_schema_and_counts_right(hostile: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    root = ET.fromstring(printed(hostile, "junit", capsysbinary))
    assert root.tag == "testsuites"
    cases = junit_cases(root)
    failed = [case for case in cases if case.find("failure") is not None]
    suite = root[0]
    assert (int(suite.attrib["tests"]), int(suite.attrib["failures"])) == (len(cases), len(failed))
    assert len(failed) == 6  # the errors; warnings do not fail the run
    assert len({case.attrib["name"] for case in cases}) == len(cases)


def runner_reads(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner of GitHub reads it (ActionCommand.TryParseV2)."""
    assert line.startswith("::")
    end = line.index("::", 2)
    name, _, rest = line[2:end].partition(" ")
    properties = {}
    for pair in rest.split(",") if rest else []:
        key, _, value = pair.partition("=")
        for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            value = value.replace(code, char)
        properties[key] = value
    data = line[end + 2 :]
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        data = data.replace(code, char)
    return name, properties, data


def test_github_commands_are_what_the_runner_reads_and_no_others(
    hostile: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = hostile.parent / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    lines = printed(hostile, "github", capsysbinary).splitlines()
    assert len(lines) == 34
    for line in lines:
        name, properties, message = runner_reads(line)
        assert name in ("error", "warning", "notice")
        assert set(properties) == {"file", "line", "col", "title"}
        assert properties["file"] == str(hostile / "records.jsonl")
        assert re.fullmatch(r"V0[0-9]{2} [a-z-]+", properties["title"])
        assert "\n" not in message
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n### reconcile check")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    # Every cell is one of ours: outlets' bars, tags, links and mentions are character references.
    assert {row.count("|") for row in rows} == {5, 4}
    assert "<" not in text
    assert "](" not in text


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_hostile_acts_in_any_format(
    form: str, hostile: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    text = printed(hostile, form, capsysbinary)
    acting = {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")}
    assert acting <= {"\n"}
    if form != "github":
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "##[" not in text
    if form == "junit":
        assert "<script" not in text


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_xml_is_well_formed_whatever_the_text(text: str) -> None:
    document = f'<a b="{for_xml(text)}">{for_xml(text)}</a>'
    root = ET.fromstring(document.encode("utf-8"))
    assert root.text == root.attrib["b"] or (not text and root.text is None)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_a_command_has_one_line_and_its_properties_end_where_ours_do(text: str) -> None:
    line = f"::error file={for_workflow_property(text)},line=1::{for_workflow_command(text)}"
    assert len(line.splitlines()) == 1
    name, properties, _ = runner_reads(line)
    assert name == "error"
    assert list(properties) == ["file", "line"]
    assert properties["line"] == "1"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_markdown_and_uris_hold_no_character_that_acts(text: str) -> None:
    assert not set(for_markdown(text)) & set("<>[]()|`*_!@\n\\")
    assert re.fullmatch(r"[A-Za-z0-9._~/-]*(?:%[0-9A-F]{2}[A-Za-z0-9._~/-]*)*", for_uri(text))


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_data_give_the_same_bytes_whatever_the_hash_seed_and_the_day(form: str) -> None:
    outputs = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Baghdad")):
        done = subprocess.run(
            [sys.executable, "-m", "reconcile", "check", str(ROOT / "tests" / "broken"), "--format", form, "-q"],
            capture_output=True, check=False, env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        outputs.add(done.stdout)
    assert len(outputs) == 1


def test_text_shows_the_ten_worst_then_each_rule_with_its_count(
    hostile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(hostile), "-q"]) == 1
    text = capsys.readouterr().out
    severities = re.findall(r"^\S.*: (error|warning) V", text, re.M)
    assert severities == ["error"] * 6 + ["warning"] * 4
    assert "... and 24 more (--all shows them)" in text
    assert "34 findings in 7 records: 6 errors, 28 warnings" in text
    assert "7  V016 warning  A country is none that we know" in text


@pytest.mark.parametrize(("level", "code"), [("error", 1), ("warning", 1), ("info", 1)])
def test_fail_on_decides_the_exit_code(level: str, code: int, hostile: Path) -> None:
    assert main(["check", str(hostile), "-q", "--fail-on", level]) == code


def test_warnings_alone_do_not_fail_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "records.csv"
    path.write_text("record_id,outlet,date,language\n1,A,2021-01-01,english\n")
    assert main(["check", str(path), "-q"]) == 0
    assert main(["check", str(path), "-q", "--fail-on", "warning"]) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_the_output_can_go_to_a_file(
    form: str, hostile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "findings"
    assert main(["check", str(hostile), "-q", "--format", form, "-o", str(out)]) == 1
    assert out.stat().st_size > 100
    assert capsys.readouterr().out == ""


def test_json_findings_have_one_shape(hostile: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    document: dict[str, Any] = json.loads(printed(hostile, "json", capsysbinary))
    assert document["schema"] == "reconcile-findings/1"
    assert document["summary"] == {
        "records": 7, "events": None, "findings": 34, "error": 6, "warning": 28, "info": 0, "failing": 6,
        "held_back": 0,
    }  # fmt: skip
    assert {tuple(one) for one in document["findings"]} == {
        ("rule", "name", "severity", "file", "line", "column", "message", "hint", "field", "records", "event",
         "fingerprint")
    }  # fmt: skip
