"""Every character of Unicode through every renderer, from the records to the bytes: none of them acts."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console
from strategies import FIRST_DAY, row, solve

from reconcile.explain import explain_event
from reconcile.pipeline import Result
from reconcile.report.formats import FORMATS, chunks, members_chunks
from reconcile.report.layout import Page
from reconcile.report.side_by_side import write_side_by_side
from reconcile.report.terminal import write_report
from reconcile.report.why import write_event
from reconcile.text import for_terminal

ROOT = Path(__file__).parent.parent
STEP = 16_384
# Lone surrogates are no text: polars cannot hold them and the readers refuse them; the functions in text.py are
# tested with them too.
EVERY = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff]")


@cache
def result() -> Result:
    """Records that carry every character in their titles, and the acting ones in every other field too."""
    short = "".join(char for char in EVERY[:0x2100] if for_terminal(char) != char)
    rows = [
        row(
            f"r{start}",
            f"outlet {start}",
            day=FIRST_DAY + timedelta(days=60 * number),
            title=EVERY[start : start + STEP],
        )
        for number, start in enumerate(range(0, len(EVERY), STEP))
    ]
    title = f"=1+1;=2\n::error::x ##[error]{short}"
    rows += [
        row(
            f"x{number}{short}", f"o{number}{short}", day=FIRST_DAY - timedelta(days=90), killed=3 + number,
            killed_low=3 + number, killed_high=3 + number, title=title, text=short,
            url=f"https://example.org/{short}", place=f"Dara {short}", perpetrators=[short], targets=[short],
            event_type=short, country=f"Iraq{short}", admin1=short, admin2=short,
        )
        for number in range(2)
    ]  # fmt: skip
    return solve(rows)


def terminal(write: object) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream, width=100_000, markup=False, emoji=False, highlight=False, no_color=True, legacy_windows=False
    )
    write(Page(console, 100))  # type: ignore[operator]
    return stream.getvalue()


def pages() -> Iterator[str]:
    yield terminal(lambda page: write_report(page, result()))
    rows = list(result().records.iter_rows(named=True))
    for one in rows[:: len(rows) // 4]:
        yield terminal(lambda page, one=one: write_side_by_side(page, one, rows[-1]))
    hostile = result().members.filter(pl.col("record_id").str.starts_with("x"))["event_id"][0]
    yield terminal(lambda page: write_event(page, explain_event(result(), hostile)))


def test_every_character_that_is_text_goes_through_the_renderers() -> None:
    assert len(EVERY) == 1_114_112 - 2_048
    assert sum(len(title or "") for title in result().records["title"]) > len(EVERY) - 100


def test_no_character_acts_in_a_terminal_page() -> None:
    for page in pages():
        assert not ACTING.search(page)
        assert for_terminal(page.replace("\n", " ")) == page.replace("\n", " ")
        for line in page.split("\n"):
            assert not line.lstrip().startswith("::")
            assert "##[" not in line


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"parquet", "xlsx"}))
def test_no_character_acts_in_a_text_format(form: str) -> None:
    text = b"".join(chunks(result(), form)).decode()
    assert not ACTING.search(text)
    assert for_terminal(text.replace("\n", " ")) == text.replace("\n", " ")
    assert not re.search(r"^\s*::", text, re.MULTILINE)
    assert "##[" not in text


@pytest.mark.parametrize("form", ["csv", "ged", "claims", "members"])
def test_no_cell_is_a_formula_at_any_separator(form: str) -> None:
    data = b"".join(members_chunks(result().members, "csv") if form == "members" else chunks(result(), form)).decode()
    csv.field_size_limit(10_000_000)
    cells = [cell for cells in csv.reader(io.StringIO(data, newline="")) for cell in cells]
    cells += re.split("[;\\n]", data)  # as a spreadsheet sees it whose list separator is a semicolon
    assert len(cells) > 50
    for cell in cells:
        plain = cell.strip()
        assert not plain.startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")) or (
            re.fullmatch(r"-?[0-9.]+", plain)
        )


def test_json_gives_back_every_character() -> None:
    document = json.loads(b"".join(chunks(result(), "json")))
    lines = [json.loads(line) for line in b"".join(chunks(result(), "jsonl")).decode().split("\n") if line]
    assert document["events"] == lines
    titles = {event["title"] for event in lines}
    assert any("\x1b" in json.dumps(title, ensure_ascii=False).encode().decode("unicode_escape") for title in titles)


def test_a_workbook_is_xml_without_formulas() -> None:
    from xml.etree import ElementTree

    with zipfile.ZipFile(io.BytesIO(b"".join(chunks(result(), "xlsx")))) as book:
        for name in book.namelist():
            if name.endswith(".xml"):
                text = book.read(name).decode()
                ElementTree.fromstring(text)
                assert "<f>" not in text


# --- nothing goes around the seam ---------------------------------------------------------------------------

# Who may write to a stream or print, and how: everything else hands text to Page, or bytes to write_stdout.
WRITERS = {
    "reconcile/app.py",
    "reconcile/commands/check.py",
    "reconcile/commands/common.py",
    "reconcile/commands/train.py",
    "reconcile/report/layout.py",
}
INERT = (
    "for_log(",
    "stage",
    "sys.stderr.write(line",
    "note: ... and",
    "interrupted",
    "self.console.print(text",
    "chunk)",
)


def test_only_a_few_lines_write_to_a_stream_and_each_through_a_way_out() -> None:
    found = []
    for path in sorted((ROOT / "reconcile").rglob("*.py")):
        name = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            target = ast.unparse(node.func)
            if target == "print" or re.search(r"(std(out|err)(\.buffer)?\.write(lines)?|console\.print)$", target):
                words = ast.unparse(node)
                found.append(words)
                assert name in WRITERS, f"{name}:{node.lineno} writes to a stream"
                assert any(one in words for one in INERT) or "\\x1b[K" in words, f"{name}:{node.lineno}: {words}"
    assert found
