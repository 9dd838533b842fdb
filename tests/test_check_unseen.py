"""Mistakes that batches seeded without regard to the rules showed to be missed, or named at the wrong place.

Each row changes a line of the fixtures; what is found, and all that is found, begins where ``at`` begins in that line.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.app import main
from reconcile.check.other_numbers import read_other
from reconcile.check.quotes import judgeable, said
from reconcile.vague import VAGUE

FIXTURES = Path(__file__).parent.parent / "fixtures"
A, B, C = "curated/outlet-a.csv", "curated/outlet-b.json", "curated/outlet-c.jsonl"
JUDGED, EXPECTED = "curated/reviewed/judgements.jsonl", "curated/reviewed/expected-events.jsonl"
KIRKUKNOW, K24 = "khanaqin/kirkuknow.json", "khanaqin/kurdistan24.json"

HOSTILE, DESK, MAPPING = "hostile/reconcile.toml", "own-layout/desk.csv", "own-layout/desk.toml"
SETTINGS, GED, AIRWARS = "curated/reconcile.toml", "formats/GEDEvent_v25_1.csv", "formats/airwars-incidents.csv"
FOLDERS = ("curated", "khanaqin", "homonyms", "hostile", "own-layout", "formats")

Change = tuple[str, int, str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FOLDERS:
        shutil.copytree(FIXTURES / name, tmp_path / name)
    return tmp_path


def change(folder: Path, *changes: Change) -> None:
    for file, number, old, new in changes:
        lines = (folder / file).read_text(encoding="utf-8").split("\n")
        assert lines[number - 1].count(old) == 1
        lines[number - 1] = lines[number - 1].replace(old, new)
        (folder / file).write_text("\n".join(lines), encoding="utf-8")


def findings(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, int, str]]:
    """Rule, file, line, and the line from the column on."""
    main(["check", str(folder), "--format", "json", "--quiet", "--today", "2026-11-21"])
    found = []
    for one in json.loads(capsys.readouterr().out)["findings"]:
        name = Path(one["file"]).relative_to(folder)
        line = (folder / name).read_text(encoding="utf-8").split("\n")[one["line"] - 1]
        found.append((one["rule"], str(name), one["line"], line[one["column"] - 1 :]))
    return found


@pytest.mark.parametrize(
    ("file", "line", "old", "new", "code", "at"),
    [
        # number words of Arabic and Kurdish, against a claim and against the title
        (C, 2, '"best": 3', '"best": 5', "V011", '5, "quote"'),
        (C, 2, '"best": 3', '"best": 13', "V011", '13, "quote"'),
        (C, 1, '"٣"', '"٨"', "X008", '"٨"'),
        # the title and the records said to be the same, against a total that they all exceed or fall short of
        (B, 74, "2", "20", "X008", "20"),
        (A, 4, "assault,2,", "assault,22,", "X008", "22,"),
        # a name without its province beside it; words that say which of two names is wrong
        (K24, 62, "Makhmour", "Makhmoour", "V025", '"Makhmoour"'),
        (KIRKUKNOW, 49, "Khanaqin", "Hawija", "V026", '"Hawija"'),
        (C, 1, '"ديالى"', '"نينوى"', "V026", '"نينوى"'),
        (C, 1, '"خانقين"', '"كركوك"', "V026", '"كركوك"'),
        # a province in which the point does not lie
        (A, 9, "Hasakah", "Aleppo", "V005", "Aleppo"),
        # a number where a name belongs
        (B, 69, '"Hawija"', "5", "F011", "5"),
        (B, 5, '"Outlet B"', '"24"', "F011", '"24"'),
        (A, 2, "Islamic State", "2021", "F011", "2021"),
        # a title that a quoted claim speaks against
        (B, 62, "Two", "Three", "V024", '"Three'),
        # two fields for one figure
        (B, 95, '"wounded": 4', '"wounded": 4, "injured": 5', "F010", "5,"),
        (B, 95, '"wounded": 4', '"wounded": 5, "injured": 4', "F010", "5,"),
        # lines of expected events against each other, and of records far apart
        (EXPECTED, 2, '"a-05"', '"a-04"', "J002", '"a-04"'),
        (EXPECTED, 3, '"a-02", "a-03"', '"a-02", "b-02"', "J002", '"b-02"'),
        (EXPECTED, 4, '"b-02"', '"b-03"', "X001", '"b-03"'),
        (EXPECTED, 1, '"c-01"', '"c-02"', "X001", '"c-02"'),
        (EXPECTED, 3, '"a-04"', '"b-01"', "J002", '"b-01"'),
        (EXPECTED, 5, '["a-04", "c-01", "c-03"]', '"a-04"', "X007", '"a-04"'),
        # what a record must state, where nothing else of it is wrong
        ("homonyms/records.csv", 5, ",2021-03-02,", ",,", "F004", ",Iraq"),
        # a country that nobody knows, which takes a record out of its event
        (C, 1, '"العراق"', '"Ø§Ù„Ø¹Ø±Ø§Ù‚"', "V016", '"Ø§'),
        # the configuration: one slip is one finding, whatever would follow from it
        (HOSTILE, 6, '"off"', '"of"', "F013", '"of"'),
        (HOSTILE, 6, '"off"', "off", "F013", "off"),
        (HOSTILE, 6, '"off"', "false", "F013", "false"),
        (HOSTILE, 6, 'V017 = "off"', 'V017: "off"', "F013", "V017"),
        (HOSTILE, 3, "[check.severity]", "[check.severity", "F013", "[check"),
        (HOSTILE, 3, "[check.severity]", "[severity]", "F013", "severity"),
        (SETTINGS, 1, '"]', '"', "F013", '["reviewed'),
        (SETTINGS, 5, "2014-01-01", "01.01.2014", "F013", "01.01"),
        # a layout of one's own, and a header that it does not know
        (MAPPING, 3, "day first", "dayfirst", "F013", '"dayfirst"'),
        (MAPPING, 8, "record_id", "recordid", "F013", "recordid"),
        (MAPPING, 16, '"Dead"', '"Deaths"', "F013", '"Deaths"'),
        (MAPPING, 8, '"Case no"', '"Nr"', "F013", '"Nr"'),
        (MAPPING, 9, '"Day"', '"When"', "F013", '"When"'),
        (MAPPING, 4, '","', ",", "F013", ","),
        ("own-layout/reconcile.toml", 2, "desk.toml", "dest.toml", "F013", '"dest.toml"'),
        (DESK, 1, "Dead", "Daed", "F002", "Daed"),
        (DESK, 3, "14/03/2016", "14/03/2106", "F006", "14/03/2106"),
        (DESK, 3, "15/03/2016", "13/03/2016", "F006", "13/03/2016"),
        # the files of recorders: days and bounds the wrong way round, a row that hides what the file is
        (GED, 3, '"2016-03-24 00:00:00.000"', '"2016-03-14 00:00:00.000"', "F006", '"2016-03-14'),
        ("formats/ibc.csv", 14, "15 Mar 2016,,", "13 Mar 2016,,", "F006", "13 Mar 2016"),
        (AIRWARS, 2, ",4,5,", ",9,5,", "V009", "9,5,"),
        ("formats/20160309213000.export.CSV", 2, "520000002\t20160309", "520000002\t20161309", "F006", "20161309"),
        # a cell that a delimiter cuts in pieces
        (A, 2, "34.275", "34,275", "F001", "34,275"),
        (A, 3, '"Gunmen attack a checkpoint, two policemen dead"', "Gunmen in a village, two dead", "F001", "Gunmen"),
        ("formats/acled-2025.csv", 2, "11.1553", "11,1553", "F001", "11,1553"),
    ],
)
def test_a_mistake_alone_is_named_and_nothing_else(
    file: str, line: int, old: str, new: str, code: str, at: str,
    folder: Path, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    change(folder, (file, line, old, new))
    found = findings(folder, capsys)
    assert [one[:3] for one in found] == [(code, file, line)]
    assert all(one[3].startswith(at) for one in found)


@pytest.mark.parametrize(
    ("severity", "rules"), [("", ["V023"]), ('[check.severity]\nV023 = "warning"\n', ["V023", "X001"])]
)
def test_a_warning_that_breaks_an_expected_event_fails_the_run_as_that_does(
    severity: str, rules: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, (C, 1, '"2021-02-03"', '"2021-01-03"'))
    with (folder / SETTINGS).open("a", encoding="utf-8") as stream:
        stream.write(severity)
    assert sorted(one[0] for one in findings(folder, capsys)) == rules
    assert main(["check", str(folder), "--quiet"]) == 1


def test_what_is_said_below_a_checked_folder_is_heard(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = {"rule": "V011", "record": "k24-2020-06-14-dara", "finding": "77ab01", "by": "ana", "why": "as printed"}
    (folder / "khanaqin/acknowledged.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    judged = {"left": "rudaw-1", "right": "k24-2020-06-14-dara", "verdict": "same"}
    (folder / "khanaqin/judgements.jsonl").write_text(json.dumps(judged) + "\n", encoding="utf-8")
    assert sorted(one[:3] for one in findings(folder, capsys)) == [
        ("J003", "khanaqin/judgements.jsonl", 1), ("X006", "khanaqin/acknowledged.jsonl", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "text"), [(25, '"record_id": "kirkuknow-62501-mikhas",'), (26, '"outlet": "KirkukNow",')]
)
def test_a_key_that_every_record_needs_is_missed_at_the_record(
    line: int, text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, (KIRKUKNOW, line, text, ""))
    (found,) = findings(folder, capsys)
    assert (found[0], found[2], found[3]) == ("F004", 24, "{")


def test_a_misplaced_setting_is_obeyed_all_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder, (SETTINGS, 3, "[check]", ""), (A, 7, ",2021-05-20", ",2012-05-20"))
    assert [(one[0], one[2]) for one in findings(folder, capsys)] == [("V002", 7), ("F013", 4)]


def test_an_expected_event_of_records_far_apart_is_named_where_the_events_cannot_be_made(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, (EXPECTED, 4, '"b-02"', '"b-03"'), (A, 4, "assault,2,", "assault,-2,"))
    found = findings(folder, capsys)
    assert [(one[0], one[2]) for one in found] == [("F007", 4), ("J004", 4)]
    assert found[1][3].startswith('"b-03"')


def test_a_copy_is_found_though_its_original_has_a_wrong_date(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / A
    last = file.read_text(encoding="utf-8").rstrip("\n").split("\n")[-1]
    copy = last.replace("a-08", "a-09").replace("n/203", "n/204").replace("kills a soldier", "kills soldier")
    with file.open("a", encoding="utf-8") as stream:
        stream.write(copy + "\n")
    change(folder, (A, 10, "2021-08-05/2021-08-06", "2012-08-05/2012-08-06"))
    assert [(one[0], one[2]) for one in findings(folder, capsys)] == [("V002", 10), ("V014", 11)]


def test_a_url_that_two_records_cannot_share_is_found_though_one_has_no_date(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, (C, 2, "2021-04-01~", "2021-4-1~"), (C, 3, "mosul/78", "متابعة/77"))
    assert [(one[0], one[2]) for one in findings(folder, capsys)] == [("F006", 2), ("V013", 3)]


UNITS = ["یەک", "دوو", "سێ", "چوار", "پێنج", "شەش", "حەوت", "هەشت", "نۆ"]
TENS = ["بیست", "سی", "چل", "پەنجا", "شەست", "حەفتا", "هەشتا", "نەوەد"]
ARABIC = ["واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة"]
ARABIC_TENS = ["عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]


@given(st.integers(1, 9), st.integers(2, 9), st.integers(1, 9))
def test_numbers_in_words_are_read_back(unit: int, ten: int, hundred: int) -> None:
    kurdish, arabic = f"{TENS[ten - 2]} و {UNITS[unit - 1]}", f"{ARABIC[unit - 1]} و{ARABIC_TENS[ten - 2]}"
    assert read_other(kurdish.split()) == read_other(arabic.split()) == 10 * ten + unit
    assert read_other(["مئة", *f"و{arabic}".split()]) == 100 + 10 * ten + unit
    whole = f"{UNITS[hundred - 1]} سەد و {kurdish}" if hundred > 1 else f"سەد و {kurdish}"
    assert said(whole, VAGUE).numbers == (100 * hundred + 10 * ten + unit,)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("دوازدە", 12), ("ثلاثة عشر", 13), ("أحد عشر", 11), ("سەد", 100), ("مئتان", 200), ("پێنج سەد", 500),
        ("سێ و چوار", None), ("بیست و بیست", None), ("مئة و", None), ("ثلاثة أربعة", None), ("three", None), ("", None),
        ("یەک سەد", None), ("سەد سێ", None),
    ],
)  # fmt: skip
def test_what_is_one_number_and_what_is_none(words: str, number: int | None) -> None:
    assert read_other(words.split()) == number


@pytest.mark.parametrize(
    ("text", "language", "can"),
    [
        ("سێ جوتیار", "ckb", True),
        ("سێ جوتیار و ژنێک", "ckb", False),  # a woman more
        ("زیاتر لە سێ جوتیار", "ckb", False),  # more than
        ("دوو جوتیار", "ckb", False),  # two may stand in an ending elsewhere
        ("مقتل ثلاثة", "ar", True),
        ("مقتل ثلاثة وإصابة شخصين", "ar", False),
        ("عشرات القتلى", "ar", False),
        ("مقتل ثلاثة", "fa", False),
        ("جوتیارەکان", "ckb", False),
    ],
)
def test_a_quote_is_held_against_a_figure_only_where_nothing_else_counts(text: str, language: str, can: bool) -> None:
    assert judgeable(text, language) is can
