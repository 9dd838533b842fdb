"""Which of the records that a line names is the one that does not belong there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from reconcile.check.expected import Expectation
from reconcile.check.sheet import Row

_WORD: Final = re.compile(r"[^\W\d_]{4,}")


def odd_column(group: Expectation, pair: Sequence[str], rows: Mapping[str | None, Row]) -> int | None:
    """Where the one of ``pair`` is named that the rest of the group's line speaks against.

    Of records that must be one event it is the one of whose title and place nothing is in the line's ``why``, while of
    the other something is; if that tells nothing, the place is the list. Of records that must not be one event it is
    the one without which the list is in order, else the one named later; of two alone neither.
    """
    if group.together:
        fits = [one for one in pair if _named(group.why, rows.get(one))]
        return group.column_of(next(one for one in pair if one not in fits)) if len(fits) == 1 else group.column
    if len(group.records) == 2:
        return group.column
    able = [one for one in pair if _in_order([other for other in group.records if other != one])]
    return group.column_of(able[0] if len(able) == 1 else max(pair, key=group.records.index))


def _named(why: str | None, row: Row | None) -> bool:
    """Whether a word of the record's title or place is in ``why``."""
    if not why or row is None:
        return False
    words = {word for name in ("title", "place") for word in _WORD.findall(str(row[name] or "").casefold())}
    return not words.isdisjoint(_WORD.findall(why.casefold()))


def _in_order(records: Sequence[str]) -> bool:
    return list(records) == sorted(records)
