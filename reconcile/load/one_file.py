"""One file of records: its bytes are what its name says, its chunks become typed rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import polars as pl

from reconcile.load.columns import Chunk, tidy
from reconcile.load.convert import convert
from reconcile.load.csv_reader import CsvReader
from reconcile.load.extras import note_columns
from reconcile.load.fields import FIELDS
from reconcile.load.finds import Finds, Path, Place
from reconcile.load.foreign import ANY, Choice, Foreign, encoded, layout_of
from reconcile.load.json_reader import JsonReader
from reconcile.load.jsonl_reader import JsonlReader
from reconcile.load.limits import Limits
from reconcile.load.lines import wrong_encoding
from reconcile.load.parquet_footer import ENCRYPTED, MAGIC
from reconcile.load.parquet_reader import ParquetReader
from reconcile.load.paths import Source
from reconcile.load.raw import RawRow
from reconcile.tables import LOADED
from reconcile.vague import Vague

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

    def raw(self, wanted: Collection[int]) -> Mapping[int, RawRow]:
        """The wanted rows as the file states them."""
        ...


@dataclass
class FileRead:
    """A file's typed rows in its own order, and what was found on the way."""

    name: str
    frame: pl.DataFrame
    finds: Finds
    reader: Reader | None
    foreign: Foreign | None = None
    rows: list[int] = field(default_factory=list)
    """The reader's row of each row of the frame."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Our field -> the file's own name for it, where that differs."""


def read_file(
    source: Source,
    limits: Limits,
    vague: Vague,
    choice: Choice = ANY,
    *,
    salvage: bool = False,
    take: Callable[[pl.DataFrame], None] | None = None,
) -> FileRead:
    """Read one file; whatever is wrong is in ``finds``. ``choice`` is what the user says of its layout.

    With ``salvage`` rows that are broken as a whole are there too, with what can be read of them. With ``take`` the
    rows go there, some at a time as they are read, and not into the frame.
    """
    finds = Finds(source.name)
    foreign = Foreign(choice)
    try:
        with source.open() as stream:
            head = stream.read(_HEAD)
        if not head:
            finds.at(None, None, "no records: the file is empty")
            return FileRead(source.name, LOADED.to_frame(), finds, None)
        kind = source.kind or sniff(head)
        if not _agrees(kind, head, finds):
            return FileRead(source.name, LOADED.to_frame(), finds, None)
        reader = _reader(kind, source, finds, limits, head, choice, salvage=salvage)
        kept: list[int] = []
        read: list[pl.DataFrame] = []
        none = True
        for frame in frames(reader, finds, limits, vague, foreign, None if take else kept):
            none = False
            (take or read.append)(frame)
        names = dict(finds.names)
    except OSError as error:
        finds.at(None, None, f"cannot be read: {error.strerror or error}")
        return FileRead(source.name, LOADED.to_frame(), finds, None)
    if none and not finds:
        finds.at(None, None, "no records", "leave the file out if it has none")
    return FileRead(source.name, pl.concat(read) if read else LOADED.to_frame(), finds, reader, foreign, kept, names)


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


def _reader(
    kind: str, source: Source, finds: Finds, limits: Limits, head: bytes, choice: Choice, *, salvage: bool
) -> Reader:
    if kind == "parquet":
        return ParquetReader(source.open, finds, limits)
    if kind == "json":
        return JsonReader(source.open, finds, limits, salvage=salvage)
    if kind == "jsonl":
        return JsonlReader(source.open, finds, limits, salvage=salvage)
    delimiter = "\t" if kind == "tsv" else None
    layout = layout_of(head, choice, delimiter)
    layout = layout and encoded(layout, source.open, finds)
    return CsvReader(source.open, finds, limits, delimiter, layout, salvage=salvage)


def frames(
    reader: Reader, finds: Finds, limits: Limits, vague: Vague, foreign: Foreign, kept: list[int] | None = None
) -> Iterator[pl.DataFrame]:
    """The chunks of ``reader`` as ``tables.LOADED``; ``kept`` gets the reader's row of each row."""
    others: set[str] = set()
    rows = 0
    for chunk in reader.chunks():
        rows += chunk.height
        if rows > limits.max_rows:
            finds.at(None, None, f"more than {limits.max_rows:,} rows, the limit")
            return
        finds.base = chunk.first
        columns = {name: tidy(values, known=name in FIELDS) for name, values in chunk.columns.items()}
        columns, chunk = foreign.translate(columns, chunk, finds)
        if kept is not None:
            kept += [finds.base + row for row in (range(chunk.height) if finds.rows is None else finds.rows)]
        frame = convert(columns, chunk, finds, limits, vague) if chunk.height else LOADED.to_frame()
        yield frame
        if foreign.source is None:
            finds.doubles += frame.height - frame["record_id"].n_unique() if frame.height else 0
            others.update(note_columns(columns, finds, reader.places))
        finds.settle()
        if finds.full(limits.max_problems):
            return
    if others:
        names = ", ".join(f"'{name}'" for name in sorted(others))
        many = len(others) > 1
        finds.remark(None, None, f"unknown column{'s' if many else ''} kept but not used: {names}")
