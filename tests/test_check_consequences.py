"""One slip is one finding: what follows from a misnamed field, a refused date, a doubled row is not found again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reconcile.app import main

FIXTURES = Path(__file__).parent.parent / "fixtures"


def found(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, int | None, int | None]]:
    main(["check", str(folder), "--format", "json", "-q", "--today", "2026-11-21"])
    document = json.loads(capsys.readouterr().out)
    return [(one["rule"], one["line"], one["column"]) for one in document["findings"]]


def edited(tmp_path: Path, data: str, file: str, old: str, new: str) -> Path:
    """A copy of a fixture with one slip."""
    folder = tmp_path / data
    shutil.copytree(FIXTURES / data, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("data", "old", "new", "column"),
    [
        ("homonyms", ",lat,", ",latt,", 57),
        ("homonyms", ",lat,", ",latitude,", 57),
        ("homonyms", "record_id", "id", 1),
        ("curated", ",lon,", ",lng,", 92),
        ("curated", ",language,", ",lang,", 33),
        ("curated", ",event_type,", ",type,", 146),
    ],
)
def test_a_misnamed_column_is_found_in_the_header_and_not_in_each_row(
    data: str, old: str, new: str, column: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = "records.csv" if data == "homonyms" else "outlet-a.csv"
    assert found(edited(tmp_path, data, file, old, new), capsys) == [("F002", 1, column)]


def test_a_cell_that_is_empty_under_a_misnamed_column_is_found_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = edited(tmp_path, "curated", "outlet-a.csv", ",lon,", ",lng,")
    text = (folder / "outlet-a.csv").read_text(encoding="utf-8")
    (folder / "outlet-a.csv").write_text(text.replace("35.467,44.392", "35.467,"), encoding="utf-8")
    assert found(folder, capsys) == [("F002", 1, 92), ("F008", 10, 151)]


def test_a_quote_is_judged_although_its_language_is_misspelt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = edited(tmp_path, "khanaqin", "rudaw.json", '"language": "en"', '"language": "English"')
    text = (folder / "rudaw.json").read_text(encoding="utf-8")
    (folder / "rudaw.json").write_text(text.replace("six Kakai Kurds", "five Kakai Kurds"), encoding="utf-8")
    assert sorted(rule for rule, _, _ in found(folder, capsys)) == ["V011", "V019"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"lon": 45.169', '"lng": 45.169', (17, 14)),
        ('"event_type": "roadside bomb"', '"eventtype": "roadside bomb"', (22, 20)),
    ],
)
def test_a_misnamed_key_is_found_once(
    old: str, new: str, place: tuple[int, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(edited(tmp_path, "curated", "outlet-b.json", old, new), capsys) == [("F002", *place)]


def test_a_name_that_is_missed_nowhere_is_only_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = edited(tmp_path, "words", "records.csv", ",injured\n", ",type\n")
    assert found(folder, capsys) == [("F003", 1, 88)]


def test_a_date_that_ends_before_it_begins_is_not_held_against_publication(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = edited(tmp_path, "curated", "outlet-b.json", '"date_start": "2021-03-10"', '"date_start": "2021-03-20"')
    assert found(folder, capsys) == [("F006", 86, 21)]  # its end and its publication agree: the beginning is wrong


def test_a_claim_entered_twice_is_not_also_a_sum_that_does_not_come_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = '{"measure": "killed", "group": "soldiers", "best": 2, "quote": "two soldiers at the gate"}'
    folder = edited(tmp_path, "curated", "outlet-c.jsonl", claim, f"{claim}, {claim}")
    assert [rule for rule, _, _ in found(folder, capsys)] == ["V021"]


def test_a_file_in_another_encoding_is_found_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (FIXTURES / "homonyms" / "records.csv").read_text(encoding="utf-8").replace("Dara,", "Dára,")
    (tmp_path / "records.csv").write_bytes(text.encode("latin-1"))
    assert [(rule, line) for rule, line, _ in found(tmp_path, capsys)] == [("F011", 2)]


OWN = [
    ("18,14/03/2016", "17,14/03/2016", ("F005", 3, 1)),
    (",VBIED,", ",VBEID,", ("V017", 2, 72)),
    ("14/03/2016,15/03/2016", "14/03/2061,15/03/2061", ("V001", 3, 4)),
]


@pytest.mark.parametrize(("old", "new", "expected"), OWN)
def test_files_in_a_layout_of_ones_own_are_checked_as_ones_own(
    old: str, new: str, expected: tuple[Any, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(edited(tmp_path, "own-layout", "desk.csv", old, new), capsys) == [expected]


def test_a_bad_count_of_a_recorder_is_a_bad_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = edited(tmp_path, "formats", "acled.csv", 'Losses are not known.",0', 'Losses are not known.",-1')
    assert found(folder, capsys) == [("F007", 3, 328)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"right": "a-05"', '"right": "a-03"', ("J001", 3, 27)),
        ('"at": "2021-02-20"', '"at": "2021-02-30"', ("J001", 2, 73)),
    ],
)
def test_a_slip_in_a_judgement_is_found_at_its_value(
    old: str, new: str, expected: tuple[Any, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(edited(tmp_path, "curated", "reviewed/judgements.jsonl", old, new), capsys) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # in Turkey's sea when exchanged, and at Mosul as it is: the country is wrong
        ('"country": "Iraq", "admin1": "Nineveh"', '"country": "Turkey", "admin1": "Nineveh"', ("V004", 3, 242)),
        # the point is Mosul's: the province is wrong
        ('"admin1": "Nineveh"', '"admin1": "Kirkuk"', ("V005", 3, 260)),
    ],
)
def test_a_point_that_is_right_is_not_blamed(
    old: str, new: str, expected: tuple[Any, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(edited(tmp_path, "curated", "outlet-c.jsonl", old, new), capsys) == [expected]


def test_a_province_and_a_point_of_another_country_speak_against_the_country(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = edited(tmp_path, "curated", "outlet-a.csv", ",Syria,Hasakah", ",Iraq,Hasakah")
    assert found(folder, capsys) == [("V004", 9, 97)]


@pytest.mark.parametrize(
    ("date", "code"),
    [
        ("2021-03-02/2031-03-03", "V001"), ("2021-03-02/2026-12-02", None), ("1921-03-02/2021-03-02", "V002"),
        ("1921/2021-03-02", None), ("2021-03-02/2031", None),
    ],
)  # fmt: skip
def test_a_slip_in_one_end_of_a_date_is_found(
    date: str, code: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = edited(tmp_path, "homonyms", "records.csv", "Daraa city,2021-03-02", f"Daraa city,{date}")
    assert found(folder, capsys) == ([(code, 3, 38)] if code else [])


def copied(title: str, killed: int) -> str:
    """The record h1, and another of the same outlet, day and place."""
    where = "2021-03-02,Iraq,Diyala,Khanaqin,Dara,,"
    return (
        f"h1,Outlet A,Village guard killed in Dara,{where},Islamic State,armed assault,1,\n"
        f"h5,Outlet A,{title},{where},ISIS,armed assault,{killed},\n"
    )


@pytest.mark.parametrize(
    ("title", "killed", "codes"),
    [
        ("Village guard killed in Dara village", 1, ["V014"]),
        ("Village guard killed in Dara village", 2, []),
        ("Mukhtar shot dead on his way home", 1, []),
    ],
)
def test_a_report_entered_again_with_small_edits_is_found(
    title: str, killed: int, codes: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = copied(title, killed)
    folder = edited(tmp_path, "homonyms", "records.csv", line.splitlines(keepends=True)[0], line)
    assert [rule for rule, _, _ in found(folder, capsys)] == codes


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ('"killed": 2\n', '"killed": 1\n', ["V024"]),
        ('"killed": 2\n', '"killed": 3\n', []),
        ('"killed": 2\n', '"killed": 1, "killed_high": 2\n', []),
        ('"killed": 2\n', '"killed": 1, "aggregate": true\n', []),
        ('"Two killed at Mikhas in May"', '"Up to five killed at Mikhas in May"', []),
        ('"Two killed at Mikhas in May"', '"Five killed at Mikhas in May"', ["V024"]),
    ],
)
def test_a_total_below_the_figure_in_its_title_is_found(
    old: str, new: str, codes: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [rule for rule, _, _ in found(edited(tmp_path, "khanaqin", "kirkuknow.json", old, new), capsys)] == codes


def test_a_title_of_several_records_may_sum_them_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = {"outlet": "A", "title": "Seven killed in two attacks", "published_at": "2021-03-07"}
    both = [{**record, "record_id": f"r{day}", "date": f"2021-03-0{day}", "killed": day} for day in (3, 6)]
    (tmp_path / "records.json").write_text(json.dumps(both), encoding="utf-8")
    assert found(tmp_path, capsys) == []
    (tmp_path / "records.json").write_text(json.dumps(both[:1]), encoding="utf-8")
    assert [rule for rule, _, _ in found(tmp_path, capsys)] == ["V024"]
