"""Which of two dates of a record is the wrong one: what else is there to bear out the one or the other?

Asked in this order: the record's own words, the records said to be one event with it, the order of the file.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from reconcile.check.sheet import Row, Sheet
from reconcile.check.siblings import Siblings
from reconcile.load.finds import Path

DATE: Final[tuple[Path, ...]] = (("date",), ("date_start",), ("date_end",))
PUBLISHED: Final[tuple[Path, ...]] = (("published_at",),)
_NEAR: Final = timedelta(days=3)
_IN_ORDER: Final = 0.9  # of a file's neighbours, that its order tells anything


class Culprit:
    """For the rows of a sheet."""

    def __init__(self, sheet: Sheet, siblings: Siblings) -> None:
        self._siblings = siblings
        self._files: dict[str, list[Row]] = defaultdict(list)
        self._at: dict[int, tuple[str, int]] = {}
        for row in sheet.rows:
            if row["kept"] and row["published"] is not None and row["date_start"] is not None:
                name = sheet.file_of(row["row"]).name
                self._at[row["row"]] = (name, len(self._files[name]))
                self._files[name].append(row)

    def of(self, row: Row) -> tuple[Path, ...]:
        """The date of the event or that of publication; the event's, where nothing tells."""
        return _by_words(row) or self._by_siblings(row) or self._by_order(row) or DATE

    def _by_siblings(self, row: Row) -> tuple[Path, ...] | None:
        others = [other for other in self._siblings.of(row) if other["date_start"] is not None]
        if not others or row["date_start"] is None:
            return None
        if any(abs(other["date_start"] - row["date_start"]) <= timedelta(days=1) for other in others):
            return PUBLISHED
        near = any(abs(other["date_start"] - row["published"]) <= _NEAR for other in others)
        return DATE if near else None

    def _by_order(self, row: Row) -> tuple[Path, ...] | None:
        """The date that breaks the order that the file is kept in, if only one does."""
        if row["row"] not in self._at:
            return None
        name, at = self._at[row["row"]]
        rows = self._files[name]
        fields = (("date_start", DATE), ("published", PUBLISHED))
        breaks = [paths for field, paths in fields if _breaks(rows, at, field)]
        return breaks[0] if len(breaks) == 1 else None


def _by_words(row: Row) -> tuple[Path, ...] | None:
    """The date that the record's id, URL, title and text do not bear out, while they do the other."""
    said = " ".join(str(row[field]) for field in ("record_id", "url", "title", "text") if row[field]).replace("/", "-")
    for width in (10, 7, 4):
        event = {str(day)[:width] for day in (row["date_start"], row["date_end"]) if day is not None}
        published = str(row["published"])[:width]
        if published in event:
            continue
        borne_out = any(day in said for day in event)
        if borne_out != (published in said):
            return PUBLISHED if borne_out else DATE
    return None


def _breaks(rows: list[Row], at: int, field: str) -> bool:
    """Whether the row stands out of order in a file whose other rows are in order."""
    others: list[date] = [row[field] for number, row in enumerate(rows) if number != at]
    if len(others) < 3:
        return False
    pairs = [one <= other for one, other in pairwise(others)]
    if sum(pairs) < _IN_ORDER * len(pairs):
        return False
    before, after = others[at - 1] if at else None, others[at] if at < len(others) else None
    here = rows[at][field]
    return (before is not None and here < before) or (after is not None and here > after)
