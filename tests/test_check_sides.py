"""Of two values that contradict each other the one that the rest speaks against is found; broken rows are read on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from reconcile.app import main
from reconcile.check.likeness import alike, transliterates
from reconcile.load.salvage import aligned, members

FIXTURES = Path(__file__).parent.parent / "fixtures"
A, B, C = "outlet-a.csv", "outlet-b.json", "outlet-c.jsonl"
JUDGED, EXPECTED = "reviewed/judgements.jsonl", "reviewed/expected-events.jsonl"


def found(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, int, int]]:
    main(["check", str(folder), "--format", "json", "-q", "--today", "2026-11-21"])
    document = json.loads(capsys.readouterr().out)
    return sorted((one["rule"], Path(one["file"]).name, one["line"], one["column"]) for one in document["findings"])


def edited(tmp_path: Path, data: str, *edits: tuple[str, int, str, str]) -> Path:
    """A copy of a fixture in which each edit replaces one text in one line."""
    folder = tmp_path / data
    shutil.copytree(FIXTURES / data, folder)
    for file, number, old, new in edits:
        lines = (folder / file).read_text(encoding="utf-8").split("\n")
        assert lines[number - 1].count(old) == 1, (file, number, old)
        lines[number - 1] = lines[number - 1].replace(old, new)
        (folder / file).write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("edit", "code", "at"),
    [
        # dates: by the records said to be the same, by the order of the file, by the record's own words
        ((B, 64, "2021-02-18", "2021-02-17"), "V003", '"2021-02-17'),
        ((A, 9, "2021-07-12,2021-07-11", "2021-07-10,2021-07-11"), "V003", "2021-07-11"),
        ((A, 9, "2021-07-12,2021-07-11", "2021-07-12,2021-08-11"), "V003", "2021-08-11"),
        ((A, 9, "2021-07-12,2021-07-11", "2021-05-12,2021-07-11"), "V003", "2021-05-12"),
        ((A, 2, ",2021-02-03,", ",2021-01-03,"), "V023", "2021-01-03"),
        ((A, 9, "2021-07-12,2021-07-11", "2021-07-12,2021-04-11"), "V023", "2021-04-11"),
        ((B, 87, "2021-03-10", "2121-03-10"), "V001", '"2121'),
        ((B, 86, "2021-03-10", "2121-03-10"), "F006", '"2121'),
        ((B, 32, "2021-02-03", "2021-03-03"), "V022", '"2021-03-03'),
        # figures: quotes, totals, titles, bounds
        ((B, 30, "three people", "five people"), "V011", '"five people'),
        ((B, 44, "1", "2"), "V011", "2"),
        ((B, 83, "Four hurt", "Seven hurt"), "V024", '"Seven'),
        ((B, 95, "4", "3"), "V008", "3"),
        ((B, 51, "2", "9"), "V009", "9"),
        # places and points
        ((A, 4, "Kirkuk,Hawija,Hawija", "Diyala,Hawija,Hawija"), "V005", "Diyala"),
        ((B, 67, "Kirkuk", "Diyala"), "V026", '"Diyala'),
        ((A, 7, "Nineveh,Mosul,Mosul", "Nineveh,Mosul,Daquq"), "V026", "Daquq"),
        ((A, 5, "Tuz Khurmatu,34.888", "Jalawla,34.888"), "V026", "Jalawla"),
        ((C, 2, 'Kirkuk", "admin2": "Daquq', 'Daquq", "admin2": "Kirkuk'), "V026", '"Daquq", "a'),
        ((B, 17, "45.169", "45.961"), "X008", "45.961"),
        ((A, 9, "41.22", "-41.22"), "V004", "-41.22"),
        # names
        ((A, 2, ",Diyala,", ",Diyalla,"), "V025", "Diyalla"),
        ((B, 91, "Tuz Khurmatu", "Tuz Khurmato"), "V025", '"Tuz Khurmato'),
        ((C, 1, "خانقين", "خانقن"), "V025", '"خانقن'),
        ((B, 60, "Outlet B", "Outelt B"), "V025", '"Outelt'),
        ((B, 60, "Outlet B", "Outlet A"), "V027", '"Outlet A'),
        ((A, 2, ",roadside bomb,", ",roadsdie bomb,"), "V025", "roadsdie"),
        ((A, 10, ",Islamic State,", ",Islamc State,"), "V025", "Islamc"),
        # two values in each other's place
        ((A, 2, ",suspected,roadside bomb,", ",roadside bomb,suspected,"), "F009", "roadside bomb,"),
        # what people say of the records
        ((JUDGED, 1, '"same"', '"different"'), "J002", '"different"'),
        ((JUDGED, 3, '"different"', '"same"'), "J004", '"same"'),
        ((JUDGED, 2, '"a-02"', '"a-03"'), "J004", '"same"'),
    ],
    ids=str,
)  # fmt: skip
def test_the_finding_is_at_the_value_that_the_rest_speaks_against(
    edit: tuple[str, int, str, str], code: str, at: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = edited(tmp_path, "curated", edit)
    line = (folder / edit[0]).read_text(encoding="utf-8").split("\n")[edit[1] - 1]
    assert found(folder, capsys) == [(code, Path(edit[0]).name, edit[1], line.index(at) + 1)]


def test_an_id_that_several_lines_name_is_missing_at_its_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = edited(tmp_path, "curated", (A, 2, "a-01,", "a-01x,"))
    assert found(folder, capsys) == [("J003", A, 2, 1)]


@pytest.mark.parametrize(
    ("broken", "place", "second", "other"),
    [
        ((A, 5, "44.632,5,,civ", "44.632,5,civ"), (A, 5, 1), (A, 5, "2021-03-10,", "2021-03-32,"), ("F006", A, 5, 114)),
        ((A, 10, "Iraq,Kirkuk", "Iraq,,Kirkuk"), (A, 10, 215), (A, 10, ",en,", ",e,"), ("V019", A, 10, 89)),
        ((B, 92, '["civilians"]', "['civilians']"), (B, 92, 19), (B, 85, "-10", "-40"), ("F006", B, 85, 23)),
        ((B, 70, '"],', '"]'), (B, 70, 40), (B, 82, "https:", "https"), ("V012", B, 82, 14)),
        ((B, 63, '"en"', '"en", "killed": 3'), (B, 74, 7), (B, 72, "claimed", "claim"), ("F009", B, 72, 22)),
        ((C, 4, '"killed": 1,', '"killed": 1 '), (C, 4, 415), (C, 4, "T01:15", "T25:15"), ("F006", C, 4, 192)),
        ((C, 3, '"killed": 6', '"killed": 6, "killed": 6'), (C, 3, 373), (C, 3, "36.35", "136"), ("F008", C, 3, 315)),
    ],
    ids=str,
)  # fmt: skip
def test_a_broken_row_hides_no_other_mistake(
    broken: tuple[str, int, str, str],
    place: tuple[str, int, int],
    second: tuple[str, int, str, str],
    other: tuple[str, str, int, int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = edited(tmp_path, "curated", broken, second)
    assert found(folder, capsys) == sorted([("F001", *place), other])


def test_a_quote_that_is_never_closed_is_found_where_it_opens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = edited(tmp_path, "curated", (A, 2, "Roadside bomb kills", '"Roadside bomb kills'))
    assert found(folder, capsys) == [("F001", A, 2, 50)]


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        (",6,6,6", ",9,6,6", "V009", "9,6,6"),
        (",6,6,6", ",7,6,6", None, ""),
        (",6,6,6", ",6,-6,6", "F007", "-6"),
        ("34.271900", "54.271900", "V004", "54"),
        ("34.271900,45.169000", "45.169000,34.271900", "V006", "45.169000,"),
        ("2016-03-09,2016-03-09", "2031-03-09,2031-03-09", "V001", "2031"),
        (",0,0,6,0,", ",-1,0,6,0,", "F007", "-1,0"),
    ],
)
def test_in_other_recorders_files_what_no_recorder_means_is_found(
    old: str, new: str, code: str | None, at: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (FIXTURES / "formats" / "ged191.csv").read_text(encoding="utf-8").split("\n")
    assert lines[1].count(old) == 1
    lines[1] = lines[1].replace(old, new)
    (tmp_path / "ged191.csv").write_text("\n".join(lines), encoding="utf-8")
    assert found(tmp_path, capsys) == ([(code, "ged191.csv", 2, lines[1].index(at) + 1)] if code else [])


@pytest.mark.parametrize(
    ("one", "other", "slip", "same"),
    [
        ("kikruk", "kirkuk", True, False),
        ("mousl", "mosul", True, False),
        ("mikhas", "mekhas", True, True),
        ("tuzkhurmatu", "tuz khurmatu", True, True),
        ("dara", "daraa", False, False),
        ("ward 3", "ward 4", False, False),
        ("east equatoria", "west equatoria", False, False),
        ("boston", "houston", False, False),
        ("policemen", "policeman", False, False),
    ],
)
def test_what_may_be_a_slip_and_what_is_another_transliteration(one: str, other: str, slip: bool, same: bool) -> None:
    assert (alike(one, other), transliterates(one, other)) == (slip, same)
    assert (alike(other, one), transliterates(other, one)) == (slip, same)


def test_cells_count_only_where_every_good_alignment_has_them() -> None:
    header = ["record_id", "outlet", "date", "lat", "lon", "killed"]
    assert aligned(header, ["a", "b", "2021-01-01", "34.1", "45.2", "", "3"]) == [0, 1, 2, 3, 4, 6]
    assert aligned(header, ["a", "b", "34.1", "45.2", "3"]) == [0, 1, None, 2, 3, 4]
    assert aligned(header, ["a"]) is None


def test_members_of_a_broken_object_are_read_where_they_are_whole() -> None:
    text = '{"record_id": "r", "killed": 01, "url": "x, "outlet": "A", "lat": 1.5,}'
    assert [(name, value) for name, value, _ in members(text, 0, len(text))] == [
        ("record_id", "r"), ("outlet", "A"), ("lat", 1.5)
    ]  # fmt: skip
