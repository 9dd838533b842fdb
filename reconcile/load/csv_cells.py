"""CSV as RFC 4180 has it: one line, or the lines that a quoted cell spans, to cells and where each begins."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from reconcile.load.columns import WHITE

Place = tuple[int, int]
"""Line and column, from 1."""

DELIMITERS: Final = (",", ";", "\t")
NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab"}


class CsvError(Exception):
    """A row that cannot be split; ``fatal`` if what follows cannot be either.

    ``astray`` says that a quote took in lines that are none of its own: those after the one at ``place`` are rows.
    """

    def __init__(
        self, place: Place, what: str, hint: str | None = None, *, fatal: bool = False, astray: bool = False
    ) -> None:
        super().__init__(what)
        self.place, self.what, self.hint, self.fatal, self.astray = place, what, hint, fatal, astray


def body(line: str) -> str:
    """``line`` without its end."""
    return line.rstrip("\r\n")


def place_of(number: int, cells: list[str], index: int) -> Place:
    """Where the cell ``index`` of a row without quotes begins, white space before it left out."""
    cell = cells[index]
    value = cell.lstrip(WHITE)
    return number, sum(map(len, cells[:index])) + index + (len(cell) - len(value) if value else 0) + 1


def quick(line: str, delimiter: str) -> list[str] | None:
    """The cells of a row in one line, without a quote inside a cell; None where ``split`` must look."""
    pieces = body(line).split('"')
    # Pieces stand by turns outside and inside of quotes.
    if len(pieces) % 2 == 0:
        return None
    cells: list[str] = []
    last = len(pieces) - 1
    for number, piece in enumerate(pieces):
        if number % 2:
            cells.append(piece)
            continue
        start, end = (1 if number else 0), (len(piece) - 1 if number < last else len(piece))
        if number not in (0, last) and piece == delimiter:
            continue
        if not piece:
            if number not in (0, last):
                return None
            continue
        if (number and piece[0] != delimiter) or (number < last and piece[-1] != delimiter) or end < start:
            return None
        cells += piece[start:end].split(delimiter)
    return cells


def split(
    number: int,
    line: str,
    delimiter: str,
    following: Iterator[tuple[int, str]],
    max_chars: int,
    max_cells: int = sys.maxsize,
) -> tuple[list[str], list[Place]]:
    """The cells of the row that begins with ``line`` and the place of each.

    Takes from ``following`` the lines that a quoted cell runs on into. Raises ``CsvError``.
    """
    cells: list[str] = []
    places: list[Place] = []
    line_end = body(line)
    at = 0
    while True:
        if len(cells) == max_cells:
            raise CsvError((number, at + 1), f"more than {max_cells:,} columns, the limit")
        if line.startswith('"', at):
            places.append((number, at + 1))
            begun = number
            cell, number, line, at = _quoted(number, line, at, following, max_chars)
            if number != begun:  # only then: a copy of the line for each of its cells would be quadratic
                line_end = body(line)
            cells.append(cell)
            if at == len(line_end):
                return cells, places
            if line[at] != delimiter:
                if number != begun:
                    raise never_closed(places[-1], number)
                raise CsvError(
                    (number, at + 1), "text after a closing quote", 'write a quote inside a quoted cell as ""'
                )
        else:
            stop = line_end.find(delimiter, at)
            cell = line_end[at:] if stop < 0 else line_end[at:stop]
            inner = cell.lstrip(" ")
            if inner.startswith('"'):
                column = at + len(cell) - len(inner) + 1
                raise CsvError((number, column), "a space stands before the opening quote", "leave the space out")
            value = cell.lstrip(WHITE)
            places.append((number, at + len(cell) - len(value) + 1 if value else at + 1))
            cells.append(cell)
            if stop < 0:
                return cells, places
            at = stop
        at += 1


def never_closed(opened: Place, line: int) -> CsvError:
    """A quote that the cell's own line does not close, and the ``line`` on which another one seems to."""
    what = f"the quote that opens here is not closed before line {line}, where another cell begins or ends"
    return CsvError(opened, what, "close it on its own line", astray=True)


def _quoted(
    number: int, line: str, at: int, following: Iterator[tuple[int, str]], max_chars: int
) -> tuple[str, int, str, int]:
    """The cell whose quote opens at ``at``; the number, line and column (from 0) after its closing quote."""
    opened = (number, at + 1)
    parts: list[str] = []
    length = 0
    at += 1
    while True:
        quote = line.find('"', at)
        part = line[at:] if quote < 0 else line[at:quote]
        parts.append(part)
        length += len(part)
        if length > max_chars:
            hint = "or is the closing quote missing?"
            raise CsvError(opened, f"the quoted cell is longer than {max_chars:,} characters", hint, fatal=True)
        if quote < 0:
            number, line = next(following, (0, ""))
            if not line:
                raise CsvError(opened, "the quote that opens here is never closed", fatal=True)
            at = 0
        elif line.startswith('"', quote + 1):
            parts.append('"')
            length += 1
            at = quote + 2
        else:
            return "".join(parts), number, line, quote + 1
