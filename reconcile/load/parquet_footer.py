"""The few numbers of a Parquet file's footer that say how much it holds, read before anything is unpacked.

The footer is a ``FileMetaData`` struct in Thrift's compact protocol
(https://parquet.apache.org/docs/file-format/metadata/, thrift-compact-protocol.md of Apache Thrift).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO, Final

MAGIC: Final = b"PAR1"
ENCRYPTED: Final = b"PARE"
_MAX_FOOTER: Final = 256 << 20
_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 0, 1, 2, 3, 7, 8, 9, 10, 11, 12
_INTEGERS: Final = (4, 5, 6)


@dataclass(frozen=True, slots=True)
class Footer:
    """Rows and uncompressed bytes, as the file claims them."""

    rows: int
    uncompressed: int


def read_footer(stream: BinaryIO) -> Footer:
    """The footer of the file. Raises ``ValueError``, saying what is wrong with it."""
    length = open_footer(stream)
    try:
        fields = Compact(stream.read(length)).struct(0)
        groups = fields.get(4, [])
        rows = [fields[3], *(group[3] for group in groups)]
        sizes = [group[2] for group in groups]
    except (IndexError, KeyError, TypeError, AttributeError):
        raise ValueError("its footer is damaged") from None
    if any(type(number) is not int or number < 0 for number in (*rows, *sizes)):
        raise ValueError("its footer is damaged")
    # Neither number is to be trusted where they differ: the greater one is what the limit must bear.
    return Footer(max(rows[0], sum(rows[1:])), sum(sizes))


def open_footer(stream: BinaryIO) -> int:
    """Put ``stream`` at the beginning of the footer, and say how long it is. Raises ``ValueError``."""
    size = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(4)
    if head not in (MAGIC, ENCRYPTED):
        raise ValueError("it does not begin with PAR1")
    if size < 12:
        raise ValueError("it is cut off")
    stream.seek(-8, 2)
    tail = stream.read(8)
    if ENCRYPTED in (head, tail[4:]):
        raise ValueError("it is encrypted")
    if tail[4:] != MAGIC:
        raise ValueError("it does not end with PAR1: it is cut off")
    length = int.from_bytes(tail[:4], "little")
    if not 0 < length <= min(size - 12, _MAX_FOOTER):
        raise ValueError("its footer has an impossible length")
    stream.seek(-8 - length, 2)
    return length


class Compact:
    """Thrift's compact protocol, read into ``{field id: value}``; bytes are skipped, not kept."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def _byte(self) -> int:
        value = self._data[self._at]
        self._at += 1
        return value

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise IndexError

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _skip(self, count: int) -> None:
        self._at += count
        if self._at > len(self._data):
            raise IndexError

    def struct(self, depth: int) -> dict[int, Any]:
        """The struct at the cursor."""
        if depth > 16:
            raise IndexError
        fields: dict[int, Any] = {}
        number = 0
        while (head := self._byte()) != _STOP:
            number = number + (head >> 4) if head >> 4 else self._zigzag()
            kind = head & 0x0F
            fields[number] = kind == _TRUE if kind in (_TRUE, _FALSE) else self.value(kind, depth)
        return fields

    def field(self, number: int) -> tuple[int, int]:
        """Id and kind of the field at the cursor, after the one of ``number``; kind 0 ends a struct."""
        head = self._byte()
        return (number + (head >> 4) if head >> 4 or not head else self._zigzag()), head & 0x0F

    def list_head(self) -> tuple[int, int]:
        """How many items the list at the cursor has, and of what kind."""
        head = self._byte()
        return (head >> 4 if head >> 4 < 15 else self._varint()), head & 0x0F

    def value(self, kind: int, depth: int) -> Any:
        """The value at the cursor."""
        if kind in _INTEGERS:
            return self._zigzag()
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind in (_LIST, _SET):
            return self._items(*self.list_head(), depth)
        if kind == _BINARY:
            self._skip(self._varint())
        elif kind in (_BYTE, _TRUE, _FALSE):
            self._skip(1)
        elif kind == _DOUBLE:
            self._skip(8)
        elif kind == _MAP:
            self._map(depth)
        else:
            raise IndexError
        return None

    def _items(self, size: int, kind: int, depth: int) -> list[Any]:
        if depth > 16 or size > len(self._data):
            raise IndexError
        return [self.value(kind, depth + 1) for _ in range(size)]

    def _map(self, depth: int) -> None:
        size = self._varint()
        if not size:
            return
        kinds = self._byte()
        if size > len(self._data):
            raise IndexError
        for _ in range(size):
            self.value(kinds >> 4, depth + 1)
            self.value(kinds & 0x0F, depth + 1)
