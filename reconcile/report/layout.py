"""Lines for a terminal: everything an outlet wrote enters here, made inert, and is never cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from reconcile.text import for_terminal

Piece = str | tuple[str, str]  # text, or (text, style)


@dataclass
class Page:
    """Prints lines of styled pieces; wraps sentences at ``width`` between words, so that a URL stays whole."""

    console: Console
    width: int
    _blank: bool = field(default=True, init=False)

    def line(self, *pieces: Piece, indent: int = 0) -> None:
        """One line as it is."""
        text = Text(" " * indent)
        for piece in pieces:
            content, style = piece if isinstance(piece, tuple) else (piece, "")
            text.append(for_terminal(content), style)
        text.rstrip()
        self.console.print(text, soft_wrap=True)
        self._blank = not text.plain

    def blank(self) -> None:
        """An empty line, but never two."""
        if not self._blank:
            self.line()

    def sentence(self, text: str, *, indent: int = 0, hang: int = 0, style: str = "") -> None:
        """Text wrapped between words; lines after the first are indented by ``hang`` more."""
        first, rest = " " * indent, " " * (indent + hang)
        for number, line in enumerate(wrap(for_terminal(text), self.width - indent, self.width - indent - hang)):
            self.line((rest if number else first), (line, style))

    def row(self, label: str, text: str, *, indent: int, label_width: int, style: str = "") -> None:
        """A label and a wrapped text beside it."""
        room = self.width - indent - label_width
        for number, line in enumerate(wrap(for_terminal(text), room, room)):
            self.line((pad("" if number else label, label_width), style), line, indent=indent)


def wrap(text: str, first: int, rest: int) -> list[str]:
    """Greedy lines of at most ``first`` and then ``rest`` cells; a longer word gets a line to itself, uncut."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        room = rest if lines else first
        if line and cell_len(line) + 1 + cell_len(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def pad(text: str, width: int, *, right: bool = False) -> str:
    """``text`` filled with spaces to ``width`` cells."""
    space = " " * max(width - cell_len(text), 0)
    return space + text if right else text + space


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: a header, and for each row the text with its style."""

    header: str
    cells: Sequence[tuple[str, str]]

    def width(self, head_room: int) -> int:
        """Cells needed, with the header wrapped between words at ``head_room``."""
        head = max(cell_len(line) for line in wrap(for_terminal(self.header), head_room, head_room))
        return max([head, *(cell_len(for_terminal(text)) for text, _ in self.cells)])


def table(page: Page, labels: Sequence[tuple[str, str]], columns: Sequence[Column], last: Column, indent: int) -> None:
    """A table that never cuts: columns that do not fit beside each other continue in further blocks below.

    ``labels`` name the rows, and every block repeats them; ``last`` closes the last block.
    """
    gap, head_room = 3, 16
    label_width = max(cell_len(text) for text, _ in labels)
    room = page.width - indent - label_width
    blocks: list[list[Column]] = [[]]
    used = 0
    for column in [*columns, last]:
        need = column.width(head_room) + gap
        if blocks[-1] and used + need > room:
            blocks.append([])
            used = 0
        blocks[-1].append(column)
        used += need
    for number, block in enumerate(blocks):
        if number:
            page.blank()
        _block(page, labels, block, last, indent, label_width, gap, head_room)


def _block(
    page: Page, labels: Sequence[tuple[str, str]], block: Sequence[Column], last: Column,
    indent: int, label_width: int, gap: int, head_room: int,
) -> None:  # fmt: skip
    widths = [column.width(head_room) for column in block]
    heads = [wrap(for_terminal(column.header), head_room, head_room) for column in block]
    depth = max(len(head) for head in heads)
    for level in range(depth):
        page.line(
            pad("", label_width),
            *_spaced(
                ((head[level - depth + len(head)] if level >= depth - len(head) else "", "bold"), width, column is not last)
                for head, width, column in zip(heads, widths, block, strict=True)
            ),
            indent=indent,
        )
    for row, (label, style) in enumerate(labels):
        page.line(
            (pad(label, label_width), style),
            *_spaced((column.cells[row], width, column is not last) for column, width in zip(block, widths, strict=True)),
            indent=indent,
        )


def _spaced(cells: Iterable[tuple[tuple[str, str], int, bool]], gap: int = 3) -> list[Piece]:
    return [(" " * gap + pad(for_terminal(text), width, right=right), style) for (text, style), width, right in cells]
