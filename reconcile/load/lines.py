"""The lines of a text file: UTF-8 proven, line ends of every kind, nothing unbounded."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from reconcile.load.finds import Finds
from reconcile.load.limits import Limits

_INVALID = re.compile("[\udc80-\udcff]+")
_UTF8: Final = "save the file as UTF-8"
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def wrong_encoding(head: bytes) -> str | None:
    """The name of a wide encoding that the first bytes of a text give away, or None."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    sample = head[:512]
    if len(sample) >= 8 and max(sample[::2].count(0), sample[1::2].count(0)) * 5 >= len(sample) * 2:
        return "UTF-16 or UTF-32"
    return None


def read_lines(
    stream: BinaryIO, finds: Finds, limits: Limits, encoding: str = "utf-8-sig"
) -> Iterator[tuple[int, str]]:
    """Each line with its number and its end (``\\n``, ``\\r\\n`` or ``\\r``), without a byte order mark.

    Bytes that are not UTF-8 are reported and replaced; a line beyond the limit is reported, and the last.
    """
    number = 0
    with io.TextIOWrapper(stream, encoding=encoding, errors="surrogateescape", newline="") as text:
        while line := text.readline(limits.max_line_bytes + 1):
            number += 1
            if not line.isascii():
                line = checked(line, lambda at, number=number: (number, at + 1), finds)  # type: ignore[misc]
            if len(line) > limits.max_line_bytes or _bytes_beyond(line, limits.max_line_bytes):
                finds.at(number, 1, f"the line is longer than {limits.max_line_bytes:,} bytes")
                return
            yield number, line


def _bytes_beyond(line: str, limit: int) -> bool:
    return len(line) * 4 > limit and not line.isascii() and len(line.encode()) > limit


def checked(text: str, place: Callable[[int], tuple[int, int]], finds: Finds) -> str:
    """``text`` with U+FFFD for each byte that was no UTF-8; each run of them is reported once."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        for match in _INVALID.finditer(text):
            byte = ord(text[match.start()]) - 0xDC00
            finds.at(*place(match.start()), f"byte 0x{byte:02x} is not UTF-8", _hint(byte))
        return _INVALID.sub(lambda match: "\ufffd" * len(match[0]), text)
    return text


def _hint(byte: int) -> str:
    try:
        return f"{_UTF8}; it would be '{bytes([byte]).decode('cp1252')}' in Windows-1252"
    except UnicodeDecodeError:
        return _UTF8


_BLOCK: Final = 1 << 16


class LineIndex:
    """Line and column of any character of a text; holds a number a block, however many lines there are."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._returns = "\r" in text
        self._before = [0]
        for start in range(0, len(text) - _BLOCK, _BLOCK):
            self._before.append(self._before[-1] + self._ends(start, start + _BLOCK))

    def _ends(self, start: int, stop: int) -> int:
        """Line ends in a part; one of two characters ends with its second."""
        count = self._text.count("\n", start, stop)
        if self._returns:
            count += self._text.count("\r", start, stop) - self._text.count("\r\n", start, stop)
            count -= self._text.startswith("\r\n", stop - 1) if stop > start else 0
        return count

    def line(self, at: int) -> int:
        """Line, from 1."""
        block = min(at // _BLOCK, len(self._before) - 1)
        return 1 + self._before[block] + self._ends(block * _BLOCK, at)

    def place(self, at: int) -> tuple[int, int]:
        """Line and column, from 1."""
        start = self._text.rfind("\n", 0, at)
        if self._returns:
            # The first half of an end of two characters ends nothing yet.
            stop = at - 1 if at and self._text.startswith("\r\n", at - 1) else at
            start = max(start, self._text.rfind("\r", start + 1, stop))
        return self.line(at), at - start
