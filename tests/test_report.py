"""Renderers: nothing cut, nothing acting, every word of an outlet made inert."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from strategies import row, solve

from reconcile.app import main
from reconcile.report.document import document_chunks, line_chunks
from reconcile.report.formats import chunks
from reconcile.report.layout import wrap
from reconcile.report.rulebook import markdown
from reconcile.report.tabular import FLAT_EVENTS, flat_events
from reconcile.rules import RULES

ROOT = Path(__file__).parent.parent
HOSTILE = str(ROOT / "fixtures" / "hostile")


@given(st.text(st.sampled_from("ab 村é"), max_size=60), st.integers(3, 20), st.integers(3, 20))
def test_wrapping_loses_nothing_and_cuts_no_word(text: str, first: int, rest: int) -> None:
    lines = wrap(text, first, rest)
    assert " ".join(lines).split() == text.split()
    for number, line in enumerate(lines):
        assert cell_len(line.strip()) <= (rest if number else first) or " " not in line.strip()


def acting(text: str) -> set[str]:
    import unicodedata

    return {
        char for char in text
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and char not in "\n\u200c\u200d"
    }  # fmt: skip


@pytest.mark.parametrize("color", ["never", "always"])
def test_hostile_text_does_nothing_on_a_terminal(color: str, capsys: pytest.CaptureFixture[str]) -> None:
    import re

    assert main(["report", HOSTILE, "--color", color]) == 0
    text = capsys.readouterr().out
    ours = re.sub(r"\x1b\[[0-9;]*m", "", text) if color == "always" else text
    assert acting(ours) == set()
    assert "[bold]markup[/bold]" in ours
    assert "\\x1b[31mred" in ours
    assert not any(line.lstrip().startswith("::error") for line in ours.splitlines())


def test_hostile_text_is_no_formula_in_a_spreadsheet(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["report", HOSTILE, "--format", "csv"]) == 0
    rows = list(csv.reader(io.StringIO(capfdbinary.readouterr().out.decode())))
    assert len(rows) == 8
    for cells in rows:
        for cell in cells:
            assert not cell.lstrip(" ").startswith(("=", "@", "\t", "\r", "+"))
            assert acting(cell) == set()


def test_json_keeps_hostile_text_as_it_was_written(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["report", HOSTILE, "--format", "json"]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    assert "\x1b[31mred\x1b[0m\x1b]0;title\x07" in {event["place"]["name"] for event in document["events"]}


def test_a_table_wider_than_the_page_continues_below_and_loses_no_outlet(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconcile.commands.common import page
    from reconcile.report.terminal import write_report

    monkeypatch.setenv("COLUMNS", "60")
    outlets = [f"Outlet number {n} of a long name" for n in range(12)]
    rows = [row(f"r{n:02}", name, killed=n, place="Mekhas") for n, name in enumerate(outlets)]
    result = solve(rows, *((f"r{n:02}", f"r{n + 1:02}", "same") for n in range(11)))
    write_report(page("never"), result)
    text = capsys.readouterr().out
    table = text[text.index("killed") - 400 : text.index("error  count-conflict")]
    assert max(len(line) for line in table.splitlines()) <= 60
    for number in range(12):
        assert str(number) in table
    assert table.count("0-11, best 0  disputed") == 1


def test_csv_has_empty_cells_for_unknown_and_0_for_none() -> None:
    result = solve([row("a", "Rudaw", killed=0)])
    text = b"".join(chunks(result, "csv")).decode()
    cells = dict(zip(*csv.reader(io.StringIO(text)), strict=True))
    assert (cells["killed_low"], cells["killed_best"], cells["killed_high"]) == ("0", "0", "0")
    assert (cells["injured_low"], cells["injured_best"], cells["injured_status"]) == ("", "", "unknown")


def test_parquet_carries_the_same_figures_and_their_provenance(tmp_path: Path) -> None:
    result = solve([row("a", "Rudaw", killed=7), row("b", "KirkukNow", killed=9)], ("a", "b", "same"))
    path = tmp_path / "events.parquet"
    path.write_bytes(b"".join(chunks(result, "parquet")))
    event = pl.read_parquet(path).row(0, named=True)
    assert (event["killed_low"], event["killed_best"], event["killed_high"]) == (7, 7, 9)
    assert [claim["record_id"] for claim in event["casualties"][0]["claims"]] == ["b", "a"]
    assert [one["name"] for one in event["discrepancies"]] == ["count-conflict"]


def test_lines_and_document_hold_the_same_events() -> None:
    result = solve([row("a", "Rudaw", killed=7), row("b", "KirkukNow", killed=7)])
    lines = [json.loads(line) for line in b"".join(line_chunks(result)).splitlines()]
    assert lines == json.loads(b"".join(document_chunks(result)))["events"]
    assert flat_events(result).schema == FLAT_EVENTS


def test_the_rule_page_in_the_docs_is_the_one_that_explain_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == markdown()
    for rule in RULES:
        assert main(["explain", rule.code]) == 0
        assert rule.name in capsys.readouterr().out


def dara() -> Any:
    from reconcile.pipeline import run

    return run([str(ROOT / "fixtures" / "khanaqin")])


def test_the_claims_table_has_a_row_for_every_claim_of_the_document() -> None:
    result = dara()
    events = json.loads(b"".join(document_chunks(result)))["events"]
    stated = [claim["record_id"] for event in events for row in event["casualties"] for claim in row["claims"]]
    rows = list(csv.DictReader(io.StringIO(b"".join(chunks(result, "claims")).decode())))
    assert sorted(row["record_id"] for row in rows) == sorted(stated)
    five = next(row for row in rows if row["measure"] == "injured" and row["outlet"] == "Rudaw")
    assert (five["low"], five["quote"], five["reconciled_high"], five["status"]) == (
        "5",
        "another five locals",
        "7",
        "disputed",
    )


def test_the_ged_table_has_ucdps_columns_and_leaves_the_unknown_empty() -> None:
    rows = list(csv.DictReader(io.StringIO(b"".join(chunks(dara(), "ged")).decode())))
    by_place = {row["where_coordinates"]: row for row in rows}
    assert [by_place["Dara"][name] for name in ("best", "high", "low")] == ["7", "7", "7"]
    assert (by_place["Dara"]["date_prec"], by_place["Dara"]["number_of_sources"]) == ("2", "3")
    assert by_place["village outside Makhmour"]["best"] == ""
    aggregate = next(row for row in rows if row["event_clarity"] == "2")
    assert (aggregate["date_prec"], aggregate["where_prec"]) == ("4", "3")


def test_geojson_has_a_point_only_where_someone_states_one() -> None:
    result = solve(
        [row("a", "Rudaw", lat=34.5, lon=45.5), row("b", "KirkukNow", day=None, published=None, country="Peru")]
    )
    features = json.loads(b"".join(chunks(result, "geojson")))["features"]
    assert [feature["geometry"] for feature in features] == [{"type": "Point", "coordinates": [45.5, 34.5]}, None]


def test_a_workbook_holds_text_as_text_and_is_the_same_every_time() -> None:
    import zipfile

    result = solve([row("a", "=HYPERLINK(1)", killed=7, url="https://example.org/x")])
    book = b"".join(chunks(result, "xlsx"))
    assert book == b"".join(chunks(result, "xlsx"))
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
        strings = parts.read("xl/sharedStrings.xml").decode()
    assert len(sheets) == 2
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    assert "'=HYPERLINK(1)" in strings.replace("&apos;", "'")
