"""Files in other recorders' layouts: where their header is, their columns as ours, one row for each id.

What the layouts are and mean is in ``reconcile.sources``; here is only how they meet the readers.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, Final

import polars as pl

from reconcile import sources
from reconcile.errors import Problem
from reconcile.load.columns import WHITE, Chunk, Column, shown
from reconcile.load.csv_cells import DELIMITERS, CsvError, body, split
from reconcile.load.finds import BadValueError, Finds

_REMARKS: Final = 40  # lines in which a header is looked for
_SAMPLE: Final = 5  # rows by whose shape a file without a header is known
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user says of the layouts: nothing, a source to try first, or that all are our own."""

    given: sources.Source | None = None
    own: bool = False

    @classmethod
    def of(cls, name: str | None, *, salvage: bool = False) -> Choice:
        """The choice that ``--source NAME`` makes. Raises ``UsageError`` and ``ConfigError``.

        With ``salvage`` a mapping with mistakes is read as it was probably meant.
        """
        return cls() if name is None else cls(sources.named(name, salvage=salvage), own=name == sources.OWN)

    def of_header(self, header: Sequence[str]) -> sources.Source | None:
        """The source of a file with these columns; None for our own layout."""
        found = None if self.own else sources.recognise(header, given=self.given)
        return found.source if found else None


ANY: Final = Choice()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a text file of a source has its columns, if that is not at its top as we have it."""

    delimiter: str
    skip: int = 0
    """Lines of remarks above the header."""
    names: tuple[str, ...] | None = None
    """The columns of a file without a header."""
    encoding: str = "utf-8-sig"


def layout_of(head: bytes, choice: Choice, delimiter: str | None) -> Layout | None:
    """The layout of a text file of a source that begins with ``head``; None if it is of none."""
    if choice.own:
        return None
    text = io.StringIO(head.decode("utf-8-sig", "replace"), newline="")
    lines = [line for _, line in zip(range(_REMARKS), text, strict=False)]
    delimiters = [delimiter] if delimiter else DELIMITERS
    first = next((number for number, line in enumerate(lines) if body(line).strip(WHITE)), None)
    for at, line in enumerate(lines):
        for one in delimiters:
            cells = _cells(line, one)
            if cells and choice.of_header(cells):
                return Layout(one, skip=at)
            if cells and at == first and {"record_id", "outlet"} <= set(cells):
                return None
    for one in delimiters:
        rows = [_cells(line, one) for line in lines[:_SAMPLE] if body(line).strip(WHITE)]
        # The last line of the sample may be cut off in the middle.
        whole = [row for row in rows[: None if len(lines) > _SAMPLE or len(rows) == 1 else -1] if row]
        found = sources.recognise(None, whole, choice.given)
        if found and len(whole) >= len(rows) - 1:
            return Layout(one, names=found.names)
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        cells, _ = split(1, line, delimiter, iter(()), len(line))
    except CsvError:
        return []
    return [cell.strip(WHITE) for cell in cells]


def encoded(layout: Layout, open_: Callable[[], BinaryIO], finds: Finds) -> Layout:
    """``layout`` with the encoding of the file: UTF-8, or what older exports are in, with a note."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_() as stream:
        try:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            finds.remark(None, None, "not UTF-8; read as Windows-1252", "save it as UTF-8 if letters look wrong")
            return replace(layout, encoding="cp1252")
    return layout


@dataclass
class Foreign:
    """One file's source, known from its first chunk on, and what its rows bring besides records."""

    choice: Choice
    source: sources.Source | None = None
    versions: list[pl.Series] = field(default_factory=list)
    deleted: list[pl.DataFrame] = field(default_factory=list)
    _begun: bool = False

    def translate(self, columns: dict[str, Column], chunk: Chunk, finds: Finds) -> tuple[dict[str, Column], Chunk]:
        """The chunk as our own columns if the file is of a source, else as it is."""
        finds.rows, finds.names = None, {}
        if not self._begun:
            self._begun = True
            self.source = self.choice.of_header(list(columns))
            if self.source is None and self.choice.given is not None and "record_id" not in columns:
                finds.at(chunk.header, None, sources.missing(self.choice.given, list(columns)))
            if self.source is not None and self.source.mapped and not self.source.recognises(columns):
                finds.at(chunk.header, None, sources.missing(self.source, list(columns)))
            if self.source is not None:
                finds.remark(None, None, f"read as {self.source.companion or self.source.outlet}")
        if self.source is None:
            return columns, chunk
        if self.source.companion:
            return {}, replace(chunk, height=0)
        table = pl.DataFrame([_text(values).alias(name) for name, values in columns.items()])
        made = self.source.translate(table, finds.file)
        for finding in made.findings:
            _tell(finding, columns, finds)
        if made.deleted is not None:
            self.deleted.append(made.deleted)
        self.versions.append(made.version)
        kept = made.rows.to_list()
        lines = chunk.lines or range(chunk.first + 1, chunk.first + chunk.height + 1)
        finds.rows, finds.names = kept, made.origin
        fields: dict[str, Column] = {series.name: series for series in made.fields.get_columns()}
        return fields, replace(chunk, height=len(kept), lines=[lines[row] for row in kept])


def _text(values: Column) -> pl.Series:
    if isinstance(values, pl.Series) and not values.dtype.is_nested():
        return values.cast(pl.String)
    return pl.Series([None if value is None else _written(value) for value in values], dtype=pl.String)


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tell(finding: sources.Finding, columns: dict[str, Column], finds: Finds) -> None:
    path = () if finding.column is None else (finding.column,)

    def value(row: int) -> str:
        return shown(columns[finding.column][row]).strip("'") if finding.column else ""

    if finding.error:
        finds.each(
            finding.rows, path, lambda row: BadValueError(finding.what.replace("{value}", value(row)), finding.hint)
        )
    else:
        what = finding.what.replace("{value}", value(finding.rows[0]))
        finds.note(
            finding.key or finding.what,
            finding.rows,
            path,
            lambda times: what.replace("{rows}", _rows(times)),
            finding.hint,
        )


def _rows(times: int) -> str:
    return "1 row" if times == 1 else f"{times:,} rows"


@dataclass(frozen=True)
class Held:
    """The rows that hold: no earlier version of another, none that was taken back."""

    keep: pl.Series
    notes: list[Problem]
    problems: list[Problem]


def hold(records: pl.DataFrame, parts: Sequence[tuple[int, Foreign | None]]) -> Held:
    """Decide between several rows of one id of a source; ``parts`` are the files' heights, in the records' order."""
    foreign = _joined([pl.repeat(bool(part and part.source), height, dtype=pl.Boolean) for height, part in parts])
    if not foreign.any():
        return Held(~foreign, [], [])
    nothing = pl.Series([], dtype=pl.Int64)
    version = pl.concat(
        [
            pl.concat([nothing, *part.versions])
            if part and part.source
            else pl.repeat(None, height, dtype=pl.Int64, eager=True)
            for height, part in parts
        ]
    )
    schema = pl.Schema({"record_id": pl.String, "version": pl.Int64})
    gone = pl.concat([schema.to_frame(), *(frame for _, part in parts if part for frame in part.deleted)])
    settled = sources.supersede(records.with_columns(version.alias("version")).filter(foreign), gone)
    keep = (~foreign).scatter(foreign.arg_true().filter(settled.keep), values=True)
    return Held(keep, settled.notes, settled.problems)


def _joined(parts: Sequence[pl.Expr]) -> pl.Series:
    return pl.concat([pl.Series([], dtype=pl.Boolean), *(pl.select(part).to_series() for part in parts)])
