"""One file of records: its bytes are what its name says, its chunks become typed rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import polars as pl

from reconcile.load.claims_reader import check_totals, claims
from reconcile.load.columns import Chunk, Column, by_distinct, is_null, rows_where, tidy
from reconcile.load.counting import counts
from reconcile.load.csv_reader import CsvReader
from reconcile.load.dating import dates
from reconcile.load.extras import extra_column, note_columns
from reconcile.load.fields import ALIASES, LISTS, REQUIRED, TEXTS
from reconcile.load.finds import BadValueError, Finds, Path, Place
from reconcile.load.json_reader import JsonlReader, JsonReader
from reconcile.load.limits import Limits
from reconcile.load.lines import wrong_encoding
from reconcile.load.parquet_footer import ENCRYPTED, MAGIC
from reconcile.load.parquet_reader import ParquetReader
from reconcile.load.paths import Source
from reconcile.load.values import attribution_value, coordinates, list_column, text_column, truth_value
from reconcile.tables import LOADED

_HEAD: Final = 1 << 16
_BINARIES: Final = (
    (MAGIC, "Parquet"),
    (ENCRYPTED, "Parquet"),
    (b"PK\x03\x04", "a ZIP or Excel file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3\0", "a database"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
)


class Reader(Protocol):
    """What the reader of each format gives."""

    places: dict[str, tuple[int, int]]

    def chunks(self) -> Iterator[Chunk]:
        """The records, some at a time, in the file's order."""
        ...

    def locate(self, wanted: Mapping[int, set[Path]]) -> Mapping[tuple[int, Path], Place]:
        """Line and column of the values at the wanted paths of the wanted rows."""
        ...


@dataclass
class FileRead:
    """A file's typed rows in its own order, and what was found on the way."""

    name: str
    frame: pl.DataFrame
    finds: Finds
    reader: Reader | None


def read_file(source: Source, limits: Limits) -> FileRead:
    """Read one file; whatever is wrong is in ``finds``."""
    finds = Finds(source.name)
    try:
        with source.open() as stream:
            head = stream.read(_HEAD)
        kind = source.kind or sniff(head)
        if not _agrees(kind, head, finds):
            return FileRead(source.name, LOADED.to_frame(), finds, None)
        reader = _reader(kind, source, finds, limits)
        frames = list(_frames(reader, finds, limits))
    except OSError as error:
        finds.at(None, None, f"cannot be read: {error.strerror or error}")
        return FileRead(source.name, LOADED.to_frame(), finds, None)
    if not frames and not finds:
        finds.at(None, None, "no records in it", "a file is given to be read: leave it out if it has none")
    return FileRead(source.name, pl.concat(frames) if frames else LOADED.to_frame(), finds, reader)


def sniff(head: bytes) -> str:
    """The format that the first bytes of a stream without a name show."""
    if head.startswith((MAGIC, ENCRYPTED)):
        return "parquet"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        return "json"
    if not text.startswith(b"{"):
        return "csv"
    first, *rest = text.splitlines()
    whole = len(head) < _HEAD
    if b"".join(rest).strip() or not whole:
        try:
            json.loads(first)
        except (ValueError, RecursionError):
            return "jsonl" if first.rstrip().endswith(b"}") and len(first) > 2 else "json"
        return "jsonl"
    return "json" if b'"records"' in first else "jsonl"


def _agrees(kind: str, head: bytes, finds: Finds) -> bool:
    """Whether the first bytes can be what the name says; if not, say what they are."""
    if kind == "parquet":
        return True  # its reader says what is wrong
    for magic, what in _BINARIES:
        if head.startswith(magic):
            hint = "name it .parquet" if what == "Parquet" else "export it as CSV, JSON or Parquet"
            finds.at(1, 1, f"this is {what}, not {kind.upper()}", hint)
            return False
    if wide := wrong_encoding(head):
        finds.at(1, 1, f"the text is {wide}, not UTF-8", "save the file as UTF-8")
        return False
    return True


def _reader(kind: str, source: Source, finds: Finds, limits: Limits) -> Reader:
    if kind == "parquet":
        return ParquetReader(source.open, finds, limits)
    if kind == "json":
        return JsonReader(source.open, finds, limits)
    if kind == "jsonl":
        return JsonlReader(source.open, finds, limits)
    return CsvReader(source.open, finds, limits, "\t" if kind == "tsv" else None)


def _frames(reader: Reader, finds: Finds, limits: Limits) -> Iterator[pl.DataFrame]:
    others: set[str] = set()
    rows = 0
    for chunk in reader.chunks():
        rows += chunk.height
        if rows > limits.max_rows:
            finds.at(None, None, f"more than {limits.max_rows:,} rows, the limit")
            return
        finds.base = chunk.first
        columns = {name: tidy(values) for name, values in chunk.columns.items()}
        yield typed(columns, chunk, finds, limits)
        others.update(note_columns(columns, finds, reader.places))
        finds.settle()
    if others:
        names = ", ".join(f"'{name}'" for name in sorted(others))
        many = len(others) > 1
        finds.remark(None, None, f"unknown column{'s' if many else ''} kept but not used: {names}")


def typed(columns: dict[str, Column], chunk: Chunk, finds: Finds, limits: Limits) -> pl.DataFrame:
    """The chunk's rows as ``tables.LOADED``; what is wrong is null there and told to ``finds``."""
    height = chunk.height
    series: dict[str, pl.Series] = {}

    def keep(*new: pl.Series) -> None:
        series.update((one.name, one) for one in new)

    keep(*(text_column(columns[name], name, finds, limits) for name in TEXTS if name in columns))
    for name in REQUIRED:
        _require(name, columns, height, finds)
    keep(*(list_column(columns[name], name, finds, limits) for name in LISTS if name in columns))
    keep(*dates(columns, height, finds))
    keep(*coordinates(columns, height, finds))
    keep(*counts(columns, height, finds))
    keep(claims(columns.get("claims"), height, finds, limits))
    if "attribution" in columns:
        kind = {"attribution": pl.String}
        column = columns["attribution"]
        keep(
            by_distinct(column, lambda v: (attribution_value(v),), dict(kind), finds, "attribution")[
                "attribution"
            ]
        )
    aggregate = pl.Series("aggregate", [None] * height, dtype=pl.Boolean)
    if "aggregate" in columns:
        kind_of_truth = {"aggregate": pl.Boolean}
        column = columns["aggregate"]
        table = by_distinct(column, lambda v: (truth_value(v),), dict(kind_of_truth), finds, "aggregate")
        aggregate = table["aggregate"]
    keep(aggregate.fill_null(value=False))
    keep(extra_column(columns, height, finds, limits))
    lines = chunk.lines or range(chunk.first + 1, chunk.first + height + 1)
    prefix = pl.lit(f"{finds.file}:")
    keep(pl.select(source=prefix + pl.Series(lines, dtype=pl.UInt64).cast(pl.String)).to_series())
    frame = pl.DataFrame(
        [series.get(name, pl.Series(name, [None] * height, dtype=kind)) for name, kind in LOADED.items()]
    )
    alias = {name: alias for alias, name in ALIASES.items() if alias in columns and name not in columns}
    check_totals(frame, alias, finds)
    return frame


def _require(name: str, columns: dict[str, Column], height: int, finds: Finds) -> None:
    if name in columns:
        finds.each(
            rows_where(is_null(columns[name])),
            (name,),
            lambda _: BadValueError(f"{name}: is empty", "every record needs it"),
        )
        return
    finds.each(range(height), (), lambda _: BadValueError(f"no {name}", "every record needs it"))
