"""Every file of the corpus of broken and hostile inputs gives what ``expected.toml`` says; paths, folders, pipes."""

from __future__ import annotations

import io
import json
import os
import shutil
import threading
import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reconcile.errors import InputErrors, Problem
from reconcile.load import Loaded, load
from reconcile.tables import LOADED, TEXT_FIELDS
from reconcile.vague import load_vague

BROKEN = Path(__file__).parent / "broken"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((BROKEN / "expected.toml").read_text(encoding="utf-8"))
FILES = sorted(path.name for path in BROKEN.iterdir() if path.name != "expected.toml" and not path.name.startswith("."))
HEADER = "record_id,outlet,date,killed\n"


def said(problem: Problem, file: str) -> str:
    """``line:column: what`` as far as the place is known, without the file and the hint."""
    assert problem.file == file
    place = problem.where.removeprefix(file).lstrip(":")
    return f"{place}: {problem.what}" if place else problem.what


def problems_of(*paths: str | Path, **options: Any) -> list[Problem]:
    with pytest.raises(InputErrors) as caught:
        load([str(path) for path in paths], **options)
    return caught.value.problems


def errors_of(*paths: str | Path, **options: Any) -> list[str]:
    return [f"{problem.where}: {problem.what}" for problem in problems_of(*paths, **options)]


def from_text(text: str) -> Loaded:
    return load(["-"], stdin=io.BytesIO(text.encode()))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_corpus_and_the_expectations_name_the_same_files() -> None:
    assert sorted(EXPECTED) == FILES
    assert len(FILES) >= 100


@pytest.mark.parametrize("name", FILES)
def test_each_file_of_the_corpus_gives_its_expected_outcome(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    expected = EXPECTED[name]
    if "errors" in expected:
        assert [said(problem, name) for problem in problems_of(name)] == expected["errors"]
        return
    loaded = load([name])
    assert loaded.records.schema == LOADED
    assert loaded.records.height == expected["records"]
    assert [said(note, name) for note in loaded.notes] == expected.get("notes", [])
    rows = {row["record_id"]: row for row in loaded.records.iter_rows(named=True)}
    for record, fields in expected.get("has", {}).items():
        stated = {field: None if value == "null" else value for field, value in fields.items()}
        assert {field: rows[record][field] for field in stated} == stated


def test_hostile_text_is_read_without_loss_from_csv_and_json_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    given = json.loads(Path("hostile.json").read_text(encoding="utf-8"))
    from_json, from_csv = (load([name]).records for name in ("hostile.json", "hostile.csv"))
    differ = ("extra", "source", "perpetrators", "targets")  # a ';' separates in a cell, in a list it is text
    assert from_json.drop(differ).equals(from_csv.drop(differ))
    split = pl.col("targets").list.join(";").str.split(";").list.eval(pl.element().filter(pl.element() != ""))
    assert from_csv["targets"].equals(from_json.select(split)["targets"])
    rows = {row["record_id"]: row for row in from_json.iter_rows(named=True)}
    for record in given:
        row = rows[record["record_id"].strip()]
        for field in ("outlet", *TEXT_FIELDS):
            assert row[field] == record[field].strip()
        assert row["targets"] == [target.strip() for target in record["targets"]]
        assert row["claims"][0]["quote"] == record["claims"][0]["quote"].strip()
        assert json.loads(row["extra"])["extra thing"] == record["extra thing"].strip()


def test_the_whole_corpus_at_once_reports_every_file_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN.parent)
    files = {problem.file for problem in problems_of("broken")}
    assert {f"broken/{name}" for name, expected in EXPECTED.items() if "errors" in expected} <= files


def test_every_error_has_a_hint_or_needs_none_and_no_raw_traceback_words() -> None:
    for problem in problems_of(*(BROKEN / name for name in FILES)):
        assert problem.what
        assert "Traceback" not in str(problem)
        assert "polars" not in problem.what


@pytest.mark.parametrize("size", [1, 2])
def test_the_size_of_the_parts_in_which_a_file_is_read_does_not_show(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(BROKEN)

    def outcomes() -> list[Any]:
        found: list[Any] = []
        for name in FILES:
            try:
                loaded = load([name])
                found.append((loaded.records.to_dicts(), loaded.notes))
            except InputErrors as error:
                found.append(error.problems)
        return found

    whole = outcomes()
    for module in ("csv_reader", "json_records", "parquet_reader"):
        monkeypatch.setattr(f"reconcile.load.{module}._CHUNK", size)
    for name, one, other in zip(FILES, whole, outcomes(), strict=True):
        assert one == other, name


# --- paths


def write(folder: Path, name: str, *records: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + "".join(f"{record},Rudaw,2020-06-13,1\n" for record in records), encoding="utf-8")
    return path


def test_the_order_of_paths_does_not_matter(here: Path) -> None:
    write(here, "b.csv", "r1", "r3")
    write(here, "a.csv", "r2")
    one, other = load(["a.csv", "b.csv"]), load(["b.csv", "a.csv"])
    assert one.records.equals(other.records)
    assert one.records["record_id"].to_list() == ["r1", "r2", "r3"]
    assert one.records["source"].to_list() == ["b.csv:2", "a.csv:2", "b.csv:3"]
    write(here, "a.csv", "r1")
    assert errors_of("a.csv", "b.csv") == errors_of("b.csv", "a.csv")
    assert errors_of("b.csv", "a.csv") == ["b.csv:2:1: record_id: 'r1' was given before, at a.csv:2"]


def test_a_file_reached_twice_is_read_once(here: Path) -> None:
    write(here, "in/a.csv", "r1")
    os.link("in/a.csv", "in/z.csv")
    Path("link.csv").symlink_to("in/a.csv")
    loaded = load(["link.csv", "in", "in/a.csv", "./in/a.csv", "in/a.csv"])
    assert loaded.records["source"].to_list() == ["./in/a.csv:2"]


def test_a_folder_is_read_to_the_bottom_and_names_what_it_passes_over(here: Path) -> None:
    write(here, "in/a.csv", "r1")
    write(here, "in/sub/deep/b.csv", "r2")
    write(here, "in/UPPER.CSV", "r3")
    for name in (
        "judgements.jsonl",
        "acknowledged.jsonl",
        "expected.json",
        "x.schema.json",
        "notes.txt",
        ".hidden.csv",
    ):
        Path("in", name).write_text("not a record")
    Path("in/.git").mkdir()
    write(here, "elsewhere/c.csv", "r4")
    Path("in/linked").symlink_to(here / "elsewhere")
    loaded = load(["in/"])
    assert loaded.records["source"].to_list() == ["in/a.csv:2", "in/sub/deep/b.csv:2", "in/UPPER.CSV:2"]
    assert [note.what for note in loaded.notes] == [
        "not read, no records by name: .git, .hidden.csv, acknowledged.jsonl, expected.json, judgements.jsonl, linked, "
        "notes.txt, x.schema.json"
    ]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("absent.csv", "cannot be read: no such file or directory"),
        ("a.txt", "not a kind of file we read: '.txt'"),
        ("plain", "no suffix tells what it is"),
        ("a.csv.gz", "not a kind of file we read: '.gz'"),
        ("empty-folder", "no records: no file of records in the folder"),
        ("nul\0.csv", "cannot be read: embedded null byte"),
    ],
)
def test_a_path_that_cannot_be_read_is_an_error_and_hides_no_other(here: Path, name: str, what: str) -> None:
    for other in ("a.txt", "plain", "a.csv.gz"):
        Path(other).write_text("x")
    Path("empty-folder").mkdir()
    Path("bad.csv").write_text(HEADER + "r1,Rudaw,2020-06-31,1\n")
    problems = problems_of(name, "bad.csv")
    assert what in [problem.what for problem in problems]
    assert "date: '2020-06-31' has no such day (31: June 2020 has 30)" in [problem.what for problem in problems]


def test_a_dangling_link_in_a_folder_is_an_error(here: Path) -> None:
    write(here, "in/a.csv", "r1")
    Path("in/b.csv").symlink_to("nowhere.csv")
    assert errors_of("in") == ["in/b.csv: cannot be read: no such file or directory"]


def test_a_file_name_that_is_no_text_is_spelled_out(here: Path) -> None:
    name = os.fsdecode(b"caf\xe9.csv")
    try:
        write(here, name, "r1")
    except OSError:  # a file system that only takes UTF-8
        name = "café.csv"
        write(here, name, "r1")
    source = load(["."]).records["source"].item()
    assert source in ("./caf\\xe9.csv:2", "./café.csv:2")


def test_no_path_is_an_error() -> None:
    assert errors_of() == ["(no path): no input is given"]


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "r1,Rudaw,2020-06-13,1\n",
        HEADER.replace(",", ";") + "r1;Rudaw;2020-06-13;1\n",
        '{"record_id":"r1","outlet":"Rudaw","date":"2020-06-13","killed":1}\n',
        '\ufeff\n {"record_id":"r1","outlet":"Rudaw","date":"2020-06-13","killed":1}\n',
        '[{"record_id":"r1","outlet":"Rudaw","date":"2020-06-13","killed":1}]',
        '{\n"record_id":"r1","outlet":"Rudaw",\n"date":"2020-06-13","killed":1}',
        '{"records":[{"record_id":"r1","outlet":"Rudaw","date":"2020-06-13","killed":1}]}\n',
        '{"records":[{"record_id":"r1","outlet":"Rudaw",\n"date":"2020-06-13","killed":1}]}\n',
    ],
)
def test_the_standard_input_shows_its_own_format(text: str) -> None:
    row = from_text(text).records.row(0, named=True)
    assert (row["record_id"], row["outlet"], row["date"], row["killed"]) == ("r1", "Rudaw", "2020-06-13", 1)
    assert row["source"].startswith("-:")


def test_parquet_and_a_second_reading_for_places_work_on_the_standard_input() -> None:
    buffer = io.BytesIO()
    pl.DataFrame({"record_id": ["r1"], "outlet": ["Rudaw"], "date": ["2020-06-13"]}).write_parquet(buffer)
    assert load(["-"], stdin=io.BytesIO(buffer.getvalue())).records["source"].to_list() == ["-:1"]
    assert errors_of("-", stdin=io.BytesIO(b"record_id,outlet,date\nr1,a,never\n")) == [
        "-:2:6: date: 'never' is not an ISO 8601 (EDTF) date"
    ]
    assert errors_of("-") == ["-: no records: the file is empty"]


def test_a_named_pipe_is_read_like_the_standard_input(here: Path) -> None:
    os.mkfifo("pipe")
    text = HEADER + "r1,Rudaw,2020-06-13,-5\n"
    writer = threading.Thread(target=lambda: Path("pipe").write_text(text))
    writer.start()
    assert errors_of("pipe") == ["pipe:2:21: killed: '-5' is negative"]
    writer.join()


def test_errors_beyond_the_first_thousand_are_counted(here: Path) -> None:
    Path("a.csv").write_text(HEADER + "".join(f"r{n},Rudaw,2020-06-13,bad\n" for n in range(1500)))
    Path("b.csv").write_text(HEADER + "".join(f"s{n},Rudaw,never,1,x\n" for n in range(700)))
    problems = problems_of("b.csv", "a.csv")
    assert len(problems) == 1001
    assert [problem.line for problem in problems[:1000]] == list(range(2, 1002))
    assert problems[-1].what == "and 1,200 more problems"


def test_the_first_errors_by_place_are_shown_whatever_field_they_are_in(here: Path) -> None:
    Path("a.csv").write_text(HEADER + "".join(f"r{n},Rudaw,never,bad\n" for n in range(800)))
    problems = problems_of("a.csv")
    assert [problem.line for problem in problems[:1000]] == [line for line in range(2, 502) for _ in range(2)]
    assert problems[-1].what == "and 600 more problems"


@pytest.mark.parametrize(
    ("said", "low", "best", "high"),
    [
        ("5", None, 5, None),
        ("five", None, 5, None),
        ("5.0", None, 5, None),
        ("none", None, 0, None),
        ("unknown", None, None, None),
        ("5-7", 5, None, 7),
        ("at least five", 5, None, None),
        ("up to seven", None, None, 7),
    ],
)
def test_an_exact_figure_is_a_best_estimate_and_a_bound_is_none(
    said: str, low: int | None, best: int | None, high: int | None
) -> None:
    flat = {"record_id": "flat", "outlet": "a", "date": "2020", "wounded": said}
    claim = {"record_id": "full", "outlet": "a", "date": "2020", "claims": [{"measure": "wounded", "count": said}]}
    full, short = from_text(json.dumps([flat, claim])).records.sort("record_id", descending=True).to_dicts()
    assert (short["injured_low"], short["injured"], short["injured_high"]) == (low, best, high)
    (stated,) = full["claims"]
    assert (stated["measure"], stated["scope"]) == ("injured", "total")
    assert (stated["low"], stated["best"], stated["high"]) == (low, best, high)


def test_words_for_a_number_follow_the_users_table(here: Path) -> None:
    Path("words.toml").write_text("[words.umpteen]\nlow = 13\nhigh = 19\n")
    Path("a.csv").write_text(HEADER + "r1,Rudaw,2020-06-13,umpteen\n")
    assert errors_of("a.csv")
    row = load(["a.csv"], vague=load_vague("words.toml")).records.row(0, named=True)
    assert (row["killed_low"], row["killed"], row["killed_high"]) == (13, None, 19)


def test_a_copy_of_a_folder_under_another_name_differs_in_source_alone(here: Path) -> None:
    write(here, "one/a.csv", "r1", "r2")
    shutil.copytree("one", "two")
    one, two = load(["one"]).records, load(["two"]).records
    assert one.drop("source").equals(two.drop("source"))
    assert two["source"].to_list() == ["two/a.csv:2", "two/a.csv:3"]
