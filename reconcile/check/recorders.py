"""What no recorder means: a last day before the first, and a least that is far more than the most.

The readers take both in order, and note it by key: what it is, and the columns, between tabs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconcile.check.bounds import grossly
from reconcile.check.sheet import Draft, Sheet
from reconcile.sources.cells import CROSSED, TURNED


def recorders(sheet: Sheet) -> Iterator[Draft]:
    """The findings in the files of known recorders that hang on columns which no field of ours is alone."""
    for number, file in enumerate(sheet.reading.files):
        at = {read: sheet.starts[number] + place for place, read in enumerate(file.rows)}
        for key, noted in sorted(file.finds.noted().items()):
            kind, *columns = key.split("\t")
            if kind not in (TURNED, CROSSED):
                continue
            rows = [at[read] for read in noted if read in at]
            sheet.look_up(rows)
            for row in rows:
                yield from _one(sheet, row, kind, columns)


def _one(sheet: Sheet, row: int, kind: str, columns: list[str]) -> Iterator[Draft]:
    paths, raw = tuple((column,) for column in columns), sheet.raw(row)
    if kind == TURNED:
        yield Draft("bad-date", row, paths, {"what": f"{columns[0]}: lies before the first day"}, mild=True)
    elif raw is not None:
        low, high = (_number(raw.value(path)) for path in paths)
        if low is not None and high is not None and grossly([low, high]):
            stated = f"{columns[0]} {low}, {columns[1]} {high}"
            values = {"field": columns[0], "value": low, "stated": stated}
            yield Draft("bounds-out-of-order", row, paths, values, mild=True)


def _number(value: Any) -> int | None:
    text = str(value).strip().removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
