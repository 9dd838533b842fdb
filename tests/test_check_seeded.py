"""Mistakes seeded into a copy of curated data: each is named once, with its file, line and column, and nothing else is.

The table is the test. A mutation replaces a text in one line of a file; the finding must begin where ``at`` begins
in that line as it then stands, or in the line that is named.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconcile.app import main

CURATED = Path(__file__).parent.parent / "fixtures" / "curated"
A, B, C = "outlet-a.csv", "outlet-b.json", "outlet-c.jsonl"
JUDGED, EXPECTED = "reviewed/judgements.jsonl", "reviewed/expected-events.jsonl"
TODAY = "2026-11-21"


@dataclass(frozen=True)
class Mutation:
    """``old`` becomes ``new`` in ``line`` of ``file``; the rule ``code`` finds it at ``at``."""

    file: str
    line: int
    old: str
    new: str
    code: str
    at: str
    found_on: int | None = None


COPY = (
    '{"record_id": "c-10", "outlet": "Outlet C", "url": "https://outlet-c.example.com/متابعة/79", "language": "ckb", '
    '"title": "سێ جوتیار لە داقوق رفێنران", "published_at": "2021-04-02", "date": "2021-04-01", "country": "Iraq", '
    '"admin1": "Kirkuk", "admin2": "Daquq", "place": "Daquq", "perpetrators": ["IS"], "event_type": "abduction", '
    '"abducted": 3}'
)
CONTRADICTION = '{"left": "b-02", "right": "a-02", "verdict": "different", "by": "ben"}'

MUTATIONS = (
    # CSV: the header, plain cells, cells of a record that spans two lines
    Mutation(A, 1, "perpetrators", "perpetrater", "F002", "perpetrater"),
    Mutation(A, 2, ",2021-02-03,", ",2031-02-03,", "V001", "2031-02-03"),
    Mutation(A, 2, ",suspected,", ",suspectd,", "F009", "suspectd"),
    Mutation(A, 2, "bomb,3,3,4,", "bomb,3,5,4,", "V009", "5,4,2"),
    Mutation(A, 3, "https://outlet", "htps://outlet", "V012", "htps:"),
    Mutation(A, 4, ",2021-02-18,", ",2021-02-28,", "V003", "2021-02-28"),
    Mutation(A, 4, "assault,2,", "assault,-2,", "F007", "-2,,,1"),
    Mutation(A, 5, "34.888,44.632", "44.632,34.888", "V006", "44.632"),
    Mutation(A, 5, ",en,", ",english,", "V019", "english"),
    Mutation(A, 6, "35.138,44.449", "36.19,44.01", "V005", "36.19"),
    Mutation(A, 6, ",abduction,", ",abducton,", "V017", "abducton"),
    Mutation(A, 7, ",Iraq,", ",Iraqq,", "V016", "Iraqq"),
    Mutation(A, 7, "2021-05-20", "2021-05-32", "F006", "2021-05-32"),
    Mutation(A, 7, "at least five", "at least fiv", "F007", "at least fiv"),
    Mutation(A, 8, ",31,yes", ",31,yess", "F009", "yess"),
    Mutation(A, 8, ",31,", ",310000,", "V010", "310000"),
    Mutation(A, 9, "37.05,41.22", "33.31,44.36", "V004", "33.31"),
    Mutation(A, 10, "shooting,1,,,,", "shooting,1,,,,,x9", "F001", "x9"),
    # JSON: keys, values deep inside, values on lines of their own
    Mutation(B, 5, '"outlet"', '"outlett"', "F002", '"Outlet B"'),
    Mutation(B, 37, '"best": 2', '"best": 4', "V011", "4"),
    Mutation(B, 49, '"injured"', '"injurd"', "F009", '"injurd"'),
    Mutation(B, 61, "2021/02/hawija-checkpoint", "2021/02/jalawla-bomb", "V013", '"https'),
    Mutation(B, 66, '"Iraq"', '"Iran"', "V004", '"Iran"'),
    Mutation(B, 74, '"killed": 2', '"killed": 1', "V008", "1"),
    Mutation(B, 87, "2021-03-10", "2021-03-09", "F006", '"2021-03-09"'),
    Mutation(B, 94, '"shelling"', "null", "F004", "null"),
    Mutation(B, 95, "4", "4.5", "F007", "4.5"),
    Mutation(B, 98, '"three men"', '"men at a stall"', "V011", '"men at'),
    # JSONL
    Mutation(C, 1, '"outlet": "Outlet C"', '"outlet": ""', "F004", '"", "language"'),
    Mutation(C, 2, "متابعة/77", "متا بعة/77", "V012", '"https'),
    Mutation(C, 2, '"farmers", "best"', '"farmres", "best"', "V018", '"farmres"'),
    Mutation(C, 3, "36.35", "136.35", "F008", "136.35"),
    Mutation(C, 3, '"2021-05-21"', '"21/05/2021"', "F006", '"21/05'),
    Mutation(C, 3, '"best": 2', '"best": 5', "V011", '5, "quote": "two'),
    Mutation(C, 4, '"c-04"', '"c-03"', "F005", '"c-03"'),
    Mutation(C, 4, '"missing": 0}', f'"missing": 0}}\n{COPY}', "V014", '"c-10"', found_on=5),
    # what people have said of the records
    Mutation(JUDGED, 1, '"a-01"', '"a-011"', "J003", '"a-011"'),
    Mutation(JUDGED, 3, '"two towns"}', f'"two towns"}}\n{CONTRADICTION}', "J002", '"different"', found_on=4),
    Mutation(EXPECTED, 2, '"c-03"', '"c-33"', "J003", '"c-33"'),
    Mutation(EXPECTED, 3, '"why"', '"wy"', "X007", '"four places"'),
)


def findings(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, int, int]]:
    code = main(["check", str(folder), "--format", "json", "--today", TODAY, "--quiet"])
    document = json.loads(capsys.readouterr().out)
    assert code == (1 if document["summary"]["error"] else 0)
    return sorted(
        (one["rule"], Path(one["file"]).name, one["line"], one["column"]) for one in document["findings"]
    )  # fmt: skip


def seeded(folder: Path, mutations: tuple[Mutation, ...]) -> list[tuple[str, str, int, int]]:
    """Make the mistakes; where each must be found."""
    texts = {name: (folder / name).read_text(encoding="utf-8").split("\n") for name in {one.file for one in mutations}}
    for one in mutations:
        line = texts[one.file][one.line - 1]
        assert line.count(one.old) == 1, one
        texts[one.file][one.line - 1] = line.replace(one.old, one.new)
    expected = []
    for one in mutations:
        lines = "\n".join(texts[one.file]).split("\n")
        number = one.found_on or one.line
        assert one.at in lines[number - 1], one
        expected.append((one.code, Path(one.file).name, number, lines[number - 1].index(one.at) + 1))
    for name, lines in texts.items():
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return sorted(expected)


def test_the_curated_data_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert findings(CURATED, capsys) == []


def test_forty_mistakes_at_once_are_named_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "curated"
    shutil.copytree(CURATED, folder)
    assert len(MUTATIONS) >= 30
    expected = seeded(folder, MUTATIONS)
    assert findings(folder, capsys) == expected


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: f"{one.code}-{one.file}-{one.line}")
def test_each_mistake_alone_is_named_and_nothing_else(
    mutation: Mutation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "curated"
    shutil.copytree(CURATED, folder)
    expected = seeded(folder, (mutation,))
    assert findings(folder, capsys) == expected


@pytest.mark.parametrize("new", ["a-01", ""])
def test_a_record_that_loses_its_id_is_one_finding_whoever_names_it(
    new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "curated"
    shutil.copytree(CURATED, folder)
    code = "F005" if new else "F004"
    expected = seeded(
        folder,
        (
            Mutation(A, 3, "a-02,Outlet A", f"{new},Outlet A", code, f"{new},Outlet A"),
            Mutation(JUDGED, 1, '"a-01"', '"a-011"', "J003", '"a-011"'),
        ),
    )
    assert findings(folder, capsys) == expected
