"""CSV and TSV files to chunks of raw columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

from reconcile.load.columns import WHITE, Chunk
from reconcile.load.csv_cells import DELIMITERS, NAMES, CsvError, Place, body, never_closed, place_of, quick, split
from reconcile.load.fields import FIELDS
from reconcile.load.finds import Finds, Path
from reconcile.load.finds import Place as AnyPlace
from reconcile.load.foreign import Layout
from reconcile.load.limits import Limits
from reconcile.load.lines import read_lines
from reconcile.load.raw import RawRow
from reconcile.load.salvage import aligned, cut
from reconcile.load.strict_json import Strict

_FIRST, _CHUNK = 8_000, 50_000  # rows; a small first chunk shows early that a file is not worth reading
_MOST_AGAIN = 1_000  # lines that a quote may have taken in by mistake


class _Rewound:
    """Lines of which those that a quoted cell took in by mistake can be read once more."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._again: list[tuple[int, str]] = []
        self.taken: list[tuple[int, str]] = []
        """The first lines, up to a limit, that were taken since ``taking`` was called."""

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return self

    def __next__(self) -> tuple[int, str]:
        return self._again.pop() if self._again else next(self._lines)

    def taking(self) -> Iterator[tuple[int, str]]:
        """The lines that follow; what is taken of them is kept in mind."""
        self.taken = []
        return self._following(self.taken)

    def _following(self, taken: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        for one in self:
            if len(taken) <= _MOST_AGAIN:
                taken.append(one)
            yield one

    def rewind(self, after: int) -> bool:
        """Go back to the line after ``after``; False if that is too long ago."""
        again = [one for one in self.taken if one[0] > after]
        if len(self.taken) > _MOST_AGAIN:
            return False
        self._again += reversed(again)
        return bool(again)


class CsvReader:
    """One CSV file; ``delimiter`` None = the one with which the header names the most known fields.

    ``layout`` says where the columns of another recorder's file are.
    """

    def __init__(
        self,
        open_: Callable[[], BinaryIO],
        finds: Finds,
        limits: Limits,
        delimiter: str | None = None,
        layout: Layout | None = None,
        *,
        salvage: bool = False,
    ) -> None:
        self._open, self._finds, self._limits = open_, finds, limits
        self._layout, self._salvage = layout, salvage
        self._delimiter = layout.delimiter if layout else delimiter
        self._header: list[str] = []
        self._header_line = 1
        self.places: dict[str, Place] = {}
        """Where the header names each column."""

    def chunks(self) -> Iterator[Chunk]:
        """The records, some at a time."""
        with self._open() as stream:
            lines = self._lines(stream, self._finds)
            if not self._read_header(lines):
                return
            first = 0
            rows: list[list[str]] = []
            starts: list[int] = []
            for number, _, cells, _ in self._rows(lines, self._finds):
                rows.append(cells)
                starts.append(number)
                if len(rows) == (_CHUNK if first else min(_FIRST, _CHUNK)):
                    yield self._chunk(first, rows, starts)
                    first += len(rows)
                    rows, starts = [], []
            if rows:
                yield self._chunk(first, rows, starts)

    def _lines(self, stream: BinaryIO, finds: Finds) -> Iterator[tuple[int, str]]:
        """The lines from the header on, or from the first row on where there is no header."""
        if self._layout is None:
            return read_lines(stream, finds, self._limits)
        return islice(read_lines(stream, finds, self._limits, self._layout.encoding), self._layout.skip, None)

    def _chunk(self, first: int, rows: list[list[str]], starts: list[int]) -> Chunk:
        columns = {name: list(values) for name, values in zip(self._header, zip(*rows, strict=True), strict=True)}
        return Chunk(first, len(rows), dict(columns), starts, declared=True, header=self._header_line)

    def _rows(
        self, lines: Iterator[tuple[int, str]], finds: Finds
    ) -> Iterator[tuple[int, str, list[str], list[Place] | None]]:
        """Every row as wide as the header: its first line's number and text, its cells, their places.

        The places are None where the row was split in the quick way: ``_place`` gives them when one is wanted.
        """
        delimiter, width, longest = self._delimiter or ",", len(self._header), self._limits.max_field_chars
        most = max(self._limits.max_columns, width)
        empty: list[int] = []
        row = -1
        rest = _Rewound(lines)
        for number, line in rest:
            places: list[Place] | None = None
            quotes = line.count('"')
            if not quotes:
                # One cell more than the widest row may have shows that it is too wide; the others are only counted.
                cells = body(line).split(delimiter, most)
            elif quotes > 4 * most or not (cells := quick(line, delimiter) or []):
                try:
                    cells, places = split(number, line, delimiter, rest.taking(), longest, most)
                    self._in_its_lines(cells, places, rest)
                except CsvError as fault:
                    finds.at(*fault.place, fault.what, fault.hint)
                    rewound = fault.astray and rest.rewind(after=fault.place[0])
                    if (fault.fatal and not rewound) or finds.full(self._limits.max_problems):
                        return
                    continue
            if not any(map(str.strip, cells)):
                if body(line).strip():
                    empty.append(number)
            elif len(cells) == width:
                row += 1
                yield number, line, cells, places
            else:
                place, what, hint = self._wrong_width(number, line, cells, places)
                if part := self._parts(number, line, cells, places):
                    row += 1
                    finds.wrong_at(row, (), place, what, hint)
                    yield number, line, *part
                else:
                    finds.at(*place, what, hint)
                if finds.full(self._limits.max_problems):
                    return
        if empty:
            rows = "a row" if len(empty) == 1 else f"{len(empty):,} rows"
            finds.remark(empty[0], None, f"{rows} of empty cells skipped")

    def _in_its_lines(self, cells: list[str], places: list[Place], rest: _Rewound) -> None:
        """Raises ``CsvError`` for a row of the wrong width whose quote took in a line that is a whole row by itself."""
        if len(cells) == len(self._header) or not rest.taken:
            return
        delimiter, (number, line) = self._delimiter or ",", rest.taken[0]
        try:
            whole = len(split(number, line, delimiter, iter(()), len(line), len(self._header) + 1)[0])
        except CsvError:
            return
        if whole == len(self._header):
            last = rest.taken[-1][0]
            raise never_closed(next(one for one in reversed(places) if one[0] < number), last)

    def _place(self, number: int, line: str, cells: list[str], places: list[Place] | None, index: int) -> Place:
        """Where the cell ``index`` of a row begins."""
        if places is None:
            if '"' not in line:
                return place_of(number, cells, index)
            places = split(number, line, self._delimiter or ",", iter(()), len(line))[1]
        return places[index]

    def _parts(
        self, number: int, line: str, cells: list[str], places: list[Place] | None
    ) -> tuple[list[str], list[Place]] | None:
        """The cells of a row of the wrong width that are some column's for certain, the others empty."""
        columns = aligned(self._header, cells) if self._salvage and self._layout is None else None
        if columns is None:
            return None
        each = [None if at is None else self._place(number, line, cells, places, at) for at in columns]
        return ["" if at is None else cells[at] for at in columns], [place or (number, 1) for place in each]

    def _wrong_width(
        self, number: int, line: str, cells: list[str], places: list[Place] | None
    ) -> tuple[Place, str, str]:
        width = len(self._header)
        at = width if len(cells) > width else 0
        if self._salvage and len(cells) > width:
            pieces = cut(self._header, cells)
            at = at if pieces is None else pieces
        place = self._place(number, line, cells, places, at)
        if len(cells) > width:
            hint = f"is a cell with a {NAMES[self._delimiter or ',']} in it not quoted?"
        else:
            missing = self._header[len(cells) :]
            hint = f"nothing for '{missing[0]}'" + (f" and {len(missing) - 1} more" if len(missing) > 1 else "")
        found = len(cells) + (cells[-1].count(self._delimiter or ",") if places is None and '"' not in line else 0)
        what = f"the row has {found:,} {'cell' if found == 1 else 'cells'}, the header {width}"
        return place, what, hint

    def _read_header(self, lines: Iterator[tuple[int, str]]) -> bool:
        """Find the delimiter and the names; False if there is nothing to go on with."""
        if self._layout and self._layout.names:
            self._header = list(self._layout.names)
            return True
        number, line = next((one for one in lines if body(one[1]).strip(WHITE)), (0, ""))
        if not line:
            return False
        most = max(map(line.count, DELIMITERS)) + 1
        if '"' not in line and most > self._limits.max_columns:
            self._finds.at(number, 1, f"{most:,} columns; the limit is {self._limits.max_columns:,}")
            return False
        splits = {}
        faults = []
        longest = self._limits.max_field_chars
        for delimiter in [self._delimiter] if self._delimiter else DELIMITERS:
            try:
                splits[delimiter] = split(number, line, delimiter, iter(()), longest, self._limits.max_columns)
            except CsvError as fault:
                faults.append(fault)
        if not splits:
            self._finds.at(*faults[0].place, f"the header: {faults[0].what}", faults[0].hint)
            return False
        return self._choose(number, line, splits)

    def _choose(self, number: int, line: str, splits: dict[str, tuple[list[str], list[Place]]]) -> bool:
        known = {
            delimiter: sum(cell.strip(WHITE) in FIELDS for cell in cells) for delimiter, (cells, _) in splits.items()
        }
        most = max(known.values())
        best = [delimiter for delimiter in splits if known[delimiter] == most]
        self._delimiter = best[0]
        self._header_line = number
        cells, places = splits[best[0]]
        if most == 0 and not self._layout:
            what, hint = (
                "the first line names no field of a record",
                "the first line must be the header: record_id,outlet,date,...",
            )
            if line.lstrip(WHITE)[:1] in ("{", "["):
                what, hint = (
                    "this is JSON, not CSV",
                    "name the file .json, or .jsonl if it has one object a line",
                )
            self._finds.at(number, 1, what, hint)
            return False
        if len(best) > 1 and len({tuple(splits[delimiter][0]) for delimiter in best}) > 1:
            names = " and ".join(NAMES[delimiter] for delimiter in best)
            self._finds.at(number, 1, f"the header can be split at {names} alike", "use one delimiter")
            return False
        return self._names([cell.strip(WHITE) for cell in cells], places)

    def _names(self, names: list[str], places: list[Place]) -> bool:
        sound = True
        if len(names) > self._limits.max_columns:
            self._finds.at(self._header_line, 1, f"{len(names):,} columns; the limit is {self._limits.max_columns:,}")
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
        for row, (number, line, cells, places) in self._wanted(wanted):
            for path in wanted[row]:
                column = index.get(str(path[0])) if path else None
                found[row, path] = (number, 1) if column is None else self._place(number, line, cells, places, column)
        return found

    def raw(self, wanted: Collection[int]) -> dict[int, RawRow]:
        """The wanted rows as the file states them; ``claims`` in a cell are read as the JSON that they are."""
        found = {}
        for row, (number, line, cells, places) in self._wanted(wanted):
            values: dict[str, Any] = dict(zip(self._header, cells, strict=True))
            if "claims" in values:
                values["claims"] = Strict(self._limits.max_depth).whole(values["claims"])[0]
            each: dict[Path, AnyPlace] = {
                (name,): self._place(number, line, cells, places, index) for index, name in enumerate(self._header)
            }
            found[row] = RawRow((number, 1), values, each)
        return found

    def _wanted(self, wanted: Collection[int]) -> Iterator[tuple[int, tuple[int, str, list[str], list[Place] | None]]]:
        """The wanted rows with their numbers, by reading the file once more."""
        quiet = Finds(self._finds.file)
        left = len(wanted)
        with self._open() as stream:
            lines = self._lines(stream, quiet)
            if not (self._layout and self._layout.names):
                next((None for _, line in lines if body(line).strip(WHITE)), None)  # the header
            for row, read in enumerate(self._rows(lines, quiet)):
                if row in wanted:
                    yield row, read
                    left -= 1
                    if not left:
                        break
