"""CSV and TSV files to chunks of raw columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Final

from reconcile.load.columns import WHITE, Chunk
from reconcile.load.csv_cells import DELIMITERS, NAMES, CsvFault, Place, body, split
from reconcile.load.fields import FIELDS
from reconcile.load.finds import Finds, Path
from reconcile.load.finds import Place as AnyPlace
from reconcile.load.lines import read_lines
from reconcile.load.limits import Limits

_CHUNK: Final = 50_000


class CsvReader:
    """One CSV file; ``delimiter`` None = the one with which the header names the most known fields."""

    def __init__(
        self, open_: Callable[[], BinaryIO], finds: Finds, limits: Limits, delimiter: str | None = None
    ) -> None:
        self._open, self._finds, self._limits = open_, finds, limits
        self._delimiter = delimiter
        self._header: list[str] = []
        self.places: dict[str, Place] = {}
        """Where the header names each column."""

    def chunks(self) -> Iterator[Chunk]:
        """The records, some at a time."""
        with self._open() as stream:
            lines = read_lines(stream, self._finds, self._limits)
            if not self._read_header(lines):
                return
            first = 0
            rows: list[list[str]] = []
            starts: list[int] = []
            for number, cells in self._rows(lines):
                rows.append(cells)
                starts.append(number)
                if len(rows) == _CHUNK:
                    yield self._chunk(first, rows, starts)
                    first += len(rows)
                    rows, starts = [], []
            if rows:
                yield self._chunk(first, rows, starts)

    def _chunk(self, first: int, rows: list[list[str]], starts: list[int]) -> Chunk:
        columns = {name: list(values) for name, values in zip(self._header, zip(*rows, strict=True), strict=True)}
        return Chunk(first, len(rows), dict(columns), starts)

    def _rows(self, lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
        """The number of its first line and the cells of every row that has as many as the header."""
        delimiter, width = self._delimiter or ",", len(self._header)
        empty = 0
        first_empty = 0
        for number, line in lines:
            plain = '"' not in line
            if plain:
                cells = body(line).split(delimiter)
            else:
                try:
                    cells, places = split(number, line, delimiter, lines, self._limits.max_field_chars)
                except CsvFault as fault:
                    self._finds.at(*fault.place, fault.what, fault.hint)
                    if fault.fatal:
                        return
                    continue
            if len(cells) != width:
                if not body(line).strip(WHITE):
                    continue
                if plain:
                    cells, places = split(number, line, delimiter, lines, self._limits.max_field_chars)
                self._wrong_width(number, line, cells, places)
            elif any(cells) and not (plain and not line.strip(WHITE + delimiter)):
                yield number, cells
            elif body(line).strip(WHITE) or width > 1:
                empty += 1
                first_empty = first_empty or number
        if empty:
            rows = "a row" if empty == 1 else f"{empty:,} rows"
            self._finds.remark(first_empty, None, f"{rows} of empty cells skipped")

    def _wrong_width(self, number: int, line: str, cells: list[str], places: list[Place]) -> None:
        width = len(self._header)
        if len(cells) > width:
            place = places[width]
            hint = f"is a cell with a {NAMES[self._delimiter or ',']} in it not quoted?"
        else:
            place = (number, 1)
            missing = self._header[len(cells) :]
            hint = f"nothing for '{missing[0]}'" + (f" and {len(missing) - 1} more" if len(missing) > 1 else "")
        what = f"the row has {len(cells)} {'cell' if len(cells) == 1 else 'cells'}, the header {width}"
        self._finds.at(*place, what, hint)

    def _read_header(self, lines: Iterator[tuple[int, str]]) -> bool:
        """Find the delimiter and the names; False if there is nothing to go on with."""
        for number, line in lines:
            if body(line).strip(WHITE):
                break
        else:
            self._finds.at(None, None, "no records: the file is empty")
            return False
        try:
            splits = {
                delimiter: split(number, line, delimiter, lines, self._limits.max_field_chars)
                for delimiter in ([self._delimiter] if self._delimiter else DELIMITERS)
            }
        except CsvFault as fault:
            self._finds.at(*fault.place, f"the header: {fault.what}", fault.hint)
            return False
        return self._choose(number, line, splits)

    def _choose(self, number: int, line: str, splits: dict[str, tuple[list[str], list[Place]]]) -> bool:
        known = {
            delimiter: sum(cell.strip(WHITE) in FIELDS for cell in cells) for delimiter, (cells, _) in splits.items()
        }
        most = max(known.values())
        best = [delimiter for delimiter in splits if known[delimiter] == most]
        self._delimiter = best[0]
        cells, places = splits[best[0]]
        if most == 0:
            what, hint = "the first line names no field of a record", "the first line must be the header: record_id,outlet,date,..."
            if line.lstrip(WHITE)[:1] in ("{", "["):
                what, hint = "this is JSON, not CSV", "name the file .json, or .jsonl if it has one object a line"
            self._finds.at(number, 1, what, hint)
            return False
        if len(best) > 1 and len({len(splits[delimiter][0]) for delimiter in best}) > 1:
            names = " and ".join(NAMES[delimiter] for delimiter in best)
            self._finds.at(number, 1, f"the header can be split at {names} alike", "use one delimiter")
            return False
        return self._names([cell.strip(WHITE) for cell in cells], places)

    def _names(self, names: list[str], places: list[Place]) -> bool:
        sound = True
        if len(names) > self._limits.max_columns:
            place = places[self._limits.max_columns]
            self._finds.at(*place, f"{len(names):,} columns; the limit is {self._limits.max_columns:,}")
            return False
        for name, place in zip(names, places, strict=True):
            if not name:
                self._finds.at(*place, "a column without a name", "name it, or take the column out")
            elif name in self.places:
                first = ":".join(map(str, self.places[name]))
                self._finds.at(*place, f"the column '{name}' is named twice, first at {first}", "rename one of them")
            else:
                self.places[name] = place
                continue
            sound = False
        self._header = names
        return sound

    def locate(self, wanted: Mapping[int, set[Path]]) -> dict[tuple[int, Path], AnyPlace]:
        """The place of the cell that each path begins with; a record's own is its first cell's."""
        found: dict[tuple[int, Path], AnyPlace] = {}
        index = {name: number for number, name in enumerate(self._header)}
        quiet = Finds(self._finds.file)
        last = max(wanted)
        with self._open() as stream:
            lines = read_lines(stream, quiet, self._limits)
            for _ in self._skip_header(lines):
                pass
            row = 0
            for number, cells, places in self._placed_rows(lines):
                if row in wanted:
                    for path in wanted[row]:
                        column = index.get(str(path[0])) if path else None
                        found[row, path] = (number, 1) if column is None else places()[column]
                row += 1
                if row > last:
                    break
                del cells
        return found
