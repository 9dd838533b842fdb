"""Lines for a terminal: everything an outlet wrote enters here, made inert, and is never cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from reconcile.text import for_log, for_terminal

Piece = str | tuple[str, str]  # text, or (text, style)


@dataclass
class Page:
    """Prints lines of styled pieces; wraps sentences at ``width`` between words, so that a URL stays whole."""

    console: Console
    width: int
    _blank: bool = field(default=True, init=False)

    def line(self, *pieces: Piece, indent: int = 0) -> None:
        """One line as it is."""
        styled = [
            (for_terminal(piece), "") if isinstance(piece, str) else (for_terminal(piece[0]), piece[1])
            for piece in pieces
        ]
        plain = (" " * indent + "".join(content for content, _ in styled)).rstrip()
        inert = for_log(plain)
        if self.console.no_color and not self.console.record:
            self.console.file.write(
                inert + "\n"
            )  # without colours there is nothing for rich to do, and it takes its time
        else:
            text = Text.assemble(" " * indent, *styled) if inert == plain else Text(inert)
            text.rstrip()
            self.console.print(text, soft_wrap=True)
        self._blank = not plain

    def blank(self) -> None:
        """An empty line, but never two."""
        if not self._blank:
            self.line()

    def sentence(self, text: str, *, indent: int = 0, hang: int = 0, style: str = "") -> None:
        """Text wrapped between words; lines after the first are indented by ``hang`` more."""
        first, rest = " " * indent, " " * (indent + hang)
        for number, line in enumerate(wrap(for_terminal(text), self.width - indent, self.width - indent - hang)):
            self.line((rest if number else first), (line, style))

    def row(
        self, label: str, text: str, *, indent: int, label_width: int, style: str = "", text_style: str = ""
    ) -> None:
        """A label and a wrapped text beside it."""
        room = self.width - indent - label_width
        for number, line in enumerate(wrap(for_terminal(text), room, room)):
            self.line((pad("" if number else label, label_width), style), (line, text_style), indent=indent)


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

    def head(self) -> list[str]:
        """The header's lines."""
        return wrap(for_terminal(self.header), _HEAD_ROOM, _HEAD_ROOM)

    def width(self) -> int:
        """Cells needed by the header and the cells."""
        return max(cell_len(line) for line in [*self.head(), *(for_terminal(text) for text, _ in self.cells)])


_GAP = 3  # cells between columns
_HEAD_ROOM = 16  # a longer outlet's name is wrapped between words


def table(page: Page, labels: Sequence[tuple[str, str]], columns: Sequence[Column], last: Column, indent: int) -> None:
    """A table that never cuts: columns that do not fit beside each other continue in further blocks below.

    ``labels`` name the rows, and every block repeats them; ``last`` closes the last block.
    """
    label_width = max(cell_len(for_terminal(text)) for text, _ in labels)
    room = page.width - indent - label_width
    blocks: list[list[Column]] = [[]]
    used = 0
    for column in [*columns, last]:
        need = column.width() + _GAP
        if blocks[-1] and used + need > room:
            blocks.append([])
            used = 0
        blocks[-1].append(column)
        used += need
    for number, block in enumerate(blocks):
        if number:
            page.blank()
        heads = [column.head() for column in block]
        depth = max(len(head) for head in heads)
        for level in range(depth):
            cells = [(([""] * (depth - len(head)) + head)[level], "bold") for head in heads]
            _line(page, (" " * label_width, ""), block, cells, last, indent)
        for row, (label, style) in enumerate(labels):
            padded = pad(for_terminal(label), label_width)
            _line(page, (padded, style), block, [column.cells[row] for column in block], last, indent)


def _line(
    page: Page, label: Piece, block: Sequence[Column], cells: Sequence[tuple[str, str]], last: Column, indent: int
) -> None:
    """One line of a block: figures to the right, the closing column to the left."""
    pieces = [
        (" " * _GAP + pad(for_terminal(text), column.width(), right=column is not last), style)
        for column, (text, style) in zip(block, cells, strict=True)
    ]
    page.line(label, *pieces, indent=indent)
