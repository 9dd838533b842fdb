"""The mission's own example: eight records of three outlets are five events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reconcile.app import main
from reconcile.pipeline import run
from reconcile.report.document import document_chunks
from reconcile.report.schema import schema_text

KHANAQIN = str(Path(__file__).parent.parent / "fixtures" / "khanaqin")
Json = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Json:
    found: Json = json.loads(b"".join(document_chunks(run([KHANAQIN]), locate=True)))
    return found


def event(document: Json, record: str) -> Json:
    return next(event for event in document["events"] if record in event["records"])


def figure(event: Json, measure: str, group: str | None = None) -> Json:
    return next(row for row in event["casualties"] if (row["measure"], row["group"]) == (measure, group))


def test_eight_records_are_five_events(document: Json) -> None:
    partition = sorted(sorted(event["records"]) for event in document["events"])
    assert partition == [
        ["k24-2017-10-daquq"],
        ["k24-2020-05-mekhas", "kirkuknow-62501-mikhas"],
        ["k24-2020-06-14-dara", "kirkuknow-62501-dara", "rudaw-2020-06-14-dara"],
        ["k24-2021-12-makhmour"],
        ["kirkuknow-2019-01-12-khanaqin"],
    ]


def test_the_document_obeys_its_schema(document: Json) -> None:
    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema, format_checker=jsonschema.FormatChecker())


def test_seven_dead_are_agreed_by_three_outlets(document: Json) -> None:
    dara = event(document, "rudaw-2020-06-14-dara")
    killed = figure(dara, "killed")
    assert (killed["low"], killed["best"], killed["high"], killed["status"]) == (7, 7, 7, "agreed")
    assert [claim["outlet"] for claim in killed["claims"]] == ["KirkukNow", "Kurdistan 24", "Rudaw"]


def test_the_wounded_are_disputed_and_explained_as_a_partial_count(document: Json) -> None:
    dara = event(document, "rudaw-2020-06-14-dara")
    injured = figure(dara, "injured")
    assert (injured["low"], injured["best"], injured["high"], injured["status"]) == (5, 5, 7, "disputed")
    conflict = next(one for one in dara["discrepancies"] if one["name"] == "partial-count")
    assert conflict["field"] == "injured"
    assert "Kurdistan 24" in conflict["message"]
    assert "2 + 5 = 7" in conflict["message"]
    assert dict(zip(conflict["records"], conflict["values"], strict=True)) == {
        "k24-2020-06-14-dara": "7", "kirkuknow-62501-dara": "5", "rudaw-2020-06-14-dara": "5",
    }  # fmt: skip


def test_the_split_of_the_dead_is_flagged(document: Json) -> None:
    dara = event(document, "rudaw-2020-06-14-dara")
    assert [figure(dara, "killed", "civilians")[key] for key in ("low", "high", "status")] == [
        5,
        6,
        "disputed",
    ]
    assert [figure(dara, "killed", "security forces")[key] for key in ("low", "high", "status")] == [
        1,
        2,
        "disputed",
    ]
    assert [one["field"] for one in dara["discrepancies"] if one["name"] == "group-conflict"] == ["killed"]
    assert {one["name"] for one in dara["discrepancies"]} == {"partial-count", "group-conflict"}


def test_three_outlets_are_three_voices(document: Json) -> None:
    dara = event(document, "rudaw-2020-06-14-dara")
    assert dara["voices"] == [["KirkukNow"], ["Kurdistan 24"], ["Rudaw"]]


def test_the_night_is_no_conflict_of_dates(document: Json) -> None:
    dara = event(document, "rudaw-2020-06-14-dara")
    assert (dara["date"]["start"], dara["date"]["end"]) == ("2020-06-13", "2020-06-14")


def test_mekhas_and_mikhas_are_one_place_and_two_dead(document: Json) -> None:
    mekhas = event(document, "k24-2020-05-mekhas")
    assert figure(mekhas, "killed")["status"] == "agreed"
    assert figure(mekhas, "abducted")["status"] == "single-source"
    assert mekhas["date"]["edtf"] == "2020-05-10"
    assert not [one for one in mekhas["discrepancies"] if one["name"] in ("place-conflict", "date-conflict")]


def test_no_report_of_casualties_is_unknown_and_not_zero(document: Json) -> None:
    for record in ("k24-2017-10-daquq", "k24-2021-12-makhmour"):
        for row in event(document, record)["casualties"]:
            assert (row["low"], row["best"], row["high"], row["status"]) == (None, None, None, "unknown")


def test_december_2018_is_an_aggregate_by_itself(document: Json) -> None:
    aggregate = event(document, "kirkuknow-2019-01-12-khanaqin")
    assert aggregate["aggregate"] is True
    assert aggregate["date"]["edtf"] == "2018-12"
    assert aggregate["discrepancies"] == []


def test_every_claim_says_who_where_and_in_which_words(document: Json) -> None:
    dara = event(document, "rudaw-2020-06-14-dara")
    kirkuknow = next(c for c in figure(dara, "injured")["claims"] if c["outlet"] == "KirkukNow")
    assert kirkuknow["url"] == "https://kirkuknow.com/en/news/62501"
    assert kirkuknow["source"].endswith("kirkuknow.json:2")
    kurdistan = next(c for c in figure(dara, "killed", "civilians")["claims"] if c["outlet"] == "Kurdistan 24")
    assert kurdistan["derivation"] == "2 + 4"
    assert kurdistan["quote"] == "two persons dead … four more villagers"
    assert kurdistan["attributed_to"] == "a security source"


@pytest.mark.parametrize("columns", ["80", "140", None])
def test_the_report_reads_well_at_any_width(
    columns: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if columns:
        monkeypatch.setenv("COLUMNS", columns)
    else:
        monkeypatch.delenv("COLUMNS", raising=False)
    assert main(["report", KHANAQIN]) == 0
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "https://kirkuknow.com/en/news/62501" in text
    longest = max(len(line) for line in text.splitlines() if "/" not in line)
    assert longest <= int(columns or 100)
    for words in (
        "7  agreed",
        "5-7, best 5  disputed, explained",
        "3 independent voices",
        "differs 7",
        "2 + 5 = 7",
        '"seven dead and seven wounded"',
    ):
        assert words in text


def test_the_report_has_not_changed_unnoticed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The golden file of the terminal renderer; confidences, which belong to the model, are left out."""
    import re

    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(Path(KHANAQIN).parent.parent)
    assert main(["report", "fixtures/khanaqin"]) == 0
    text = re.sub(r"confidence\s+[01]\.\d\d", "confidence", capsys.readouterr().out)
    golden = Path(__file__).parent / "golden" / "khanaqin.txt"
    assert text == golden.read_text(encoding="utf-8")
