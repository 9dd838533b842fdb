"""How wide a Parquet file is, from the first bytes of its footer: the schema stands before all that grows with it.

A footer of 20,000 columns takes longer to read than the rest of a run, so that its width is asked for first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from reconcile.load.parquet_footer import Compact, open_footer

_MOST_BYTES: Final = 1 << 20  # of the version and the root's name, which come before the number of columns
_VERSION, _SCHEMA, _CHILDREN = 1, 2, 5
_LIST, _STRUCT = 9, 12


@dataclass(frozen=True, slots=True)
class Width:
    """Columns, and the elements of the schema: also the fields of a struct and the levels of a list."""

    columns: int
    elements: int


def read_width(stream: BinaryIO) -> Width | None:
    """The width that the file claims; None where the footer does not begin with a schema.

    Raises ``ValueError``, saying what is wrong with the file.
    """
    length = open_footer(stream)
    try:
        found = _first(Compact(stream.read(min(length, _MOST_BYTES))))
    except (IndexError, TypeError):
        raise ValueError("its footer is damaged") from None
    if found is None:
        return None
    elements, root = found
    columns = root.get(_CHILDREN, 0)
    if type(columns) is not int or not 0 <= columns < max(elements, 1):
        raise ValueError("its footer is damaged")
    return Width(columns, elements)


def _first(footer: Compact) -> tuple[int, dict[int, Any]] | None:
    """The length of the schema's list, and its first element, which is the root."""
    number, kind = footer.field(0)
    if number == _VERSION:
        footer.value(kind, 0)
        number, kind = footer.field(number)
    if (number, kind) != (_SCHEMA, _LIST):
        return None
    elements, kind = footer.list_head()
    return (elements, footer.struct(1)) if elements and kind == _STRUCT else None
