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

Change = tuple[str, int, str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("curated", "khanaqin"):
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
