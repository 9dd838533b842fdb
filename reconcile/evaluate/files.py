"""Members and truth from a file: ``record_id, event_id``, read strictly; further columns are ignored."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from reconcile.errors import ConfigError, InputErrors, Problem
from reconcile.text import from_cell

if TYPE_CHECKING:
    import _csv

COLUMNS = ("record_id", "event_id")
_SHOWN = 100  # problems named in one error message
_PARQUET = (".parquet", ".pq")


def read_members(path: str | Path) -> pl.DataFrame:
    """The members written by a run: ``record_id, event_id`` as strings, sorted by ``record_id``.

    ``path`` is a CSV (UTF-8, comma) or Parquet file, by its suffix. Raises `ConfigError` if it cannot be
    read as such or lacks a column, `InputErrors` with every short or long row, empty id and repeated
    ``record_id``.
    """
    return _read(Path(path))


def read_truth(path: str | Path) -> pl.DataFrame:
    """The true events of some or all records; form and errors as in `read_members`."""
    return _read(Path(path))


def checked(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """``frame`` cut down to ``record_id, event_id`` as strings, sorted by record; ``name`` is for the
    messages.

    Raises `ConfigError` for a missing column, `InputErrors` for null or repeated ids.
    """
    absent = [column for column in COLUMNS if column not in frame.columns]
    if absent:
        raise ConfigError(f"{name}: no column {' and no column '.join(absent)} (it has: {', '.join(frame.columns)})")
    ids = frame.select(pl.col(COLUMNS).cast(pl.String))
    empty = ids.select(pl.any_horizontal(pl.col(COLUMNS).is_null() | (pl.col(COLUMNS) == "")).sum()).item()
    if empty:
        raise InputErrors([Problem(name, None, None, f"{empty} rows have an empty record_id or event_id")])
    ids = ids.sort("record_id")
    twice = ids.filter(pl.col("record_id") == pl.col("record_id").shift())["record_id"].unique().sort()
    if len(twice):
        what = "record {!r} has more than one row"
        hint = "a record belongs to exactly one event"
        raise InputErrors(_capped([Problem(name, None, None, what.format(one), hint) for one in twice], name))
    return ids


def _read(path: Path) -> pl.DataFrame:
    suffix = path.suffix.lower()
    if suffix not in (".csv", *_PARQUET):
        raise ConfigError(f"{path}: members and truth are .csv or .parquet files with {' and '.join(COLUMNS)}")
    try:
        return checked(_read_parquet(path) if suffix in _PARQUET else _read_csv(path), str(path))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        lazy = pl.scan_parquet(path, glob=False)
        return lazy.select(name for name in lazy.collect_schema().names() if name in COLUMNS).collect()
    except pl.exceptions.PolarsError as error:
        raise ConfigError(f"{path}: not a readable Parquet file ({str(error).splitlines()[0]})") from error


def _read_csv(path: Path) -> pl.DataFrame:
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    events: list[str] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = _rows(csv.reader(stream, strict=True))
            _, header = next(rows, (1, []))
            places = _places(path, header)
            for line, row in rows:
                wrong = _wrong(row, len(header), places, lines)
                if wrong:
                    problems.append(Problem(str(path), line, None, *wrong))
                else:
                    lines[row[places[0]]] = line
                    events.append(row[places[1]])
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start})") from error
    except csv.Error as error:
        raise ConfigError(f"{path}: not a readable CSV file ({error})") from error
    if problems:
        raise InputErrors(_capped(problems, str(path)))
    # Our own CSV disarms ids that a spreadsheet would take for formulas; they are the same ids.
    ids = [from_cell(record) for record in lines]
    return pl.DataFrame({"record_id": ids, "event_id": events}, schema=dict.fromkeys(COLUMNS, pl.String))


def _rows(reader: _csv.Reader) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line on which it begins."""
    before = 0
    for row in reader:
        if row:
            yield before + 1, row
        before = reader.line_num


def _places(path: Path, header: list[str]) -> tuple[int, int]:
    for column in COLUMNS:
        if header.count(column) != 1:
            what = f"{header.count(column)} columns are named {column}" if column in header else f"no column {column}"
            raise ConfigError(f"{path}:1: {what} (the header is: {', '.join(header) or 'empty'})")
    return header.index(COLUMNS[0]), header.index(COLUMNS[1])


def _wrong(row: list[str], width: int, places: tuple[int, int], lines: dict[str, int]) -> tuple[str, str] | None:
    """What is wrong with a row, and a hint; None if nothing is."""
    if len(row) != width:
        return f"{len(row)} fields where the header has {width}", "quote fields that contain a comma"
    record, event = row[places[0]], row[places[1]]
    if not record or not event:
        return f"empty {COLUMNS[0] if not record else COLUMNS[1]}", "every row names a record and its event"
    if record in lines:
        return (
            f"record {record!r} again (first on line {lines[record]})",
            "a record belongs to exactly one event",
        )
    return None


def _capped(problems: list[Problem], name: str) -> list[Problem]:
    if len(problems) <= _SHOWN:
        return problems
    more = f"{len(problems)} problems of this kind, of which the first {_SHOWN} are listed"
    return [Problem(name, None, None, more), *problems[:_SHOWN]]
