"""Ids that lines name and no record has: is it the line that is wrong, or the record?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from typing import Final

from rapidfuzz.distance import OSA

from reconcile.check.finding import Finding, found
from reconcile.check.sheet import Sheet

_NUMBERED: Final = re.compile(r"(.*?)([0-9]{1,9})", re.DOTALL)


def at_the_records(findings: list[Finding], named: Collection[str], sheet: Sheet) -> list[Finding]:
    """The findings; where several lines name an id, and one record that none names has nearly that, it is the record's.

    ``named`` are the ids that lines name.
    """
    lines: dict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        if one.name == "unknown-record":
            lines[one.records[0]].append(one)
    rows = {record: row for row, record in enumerate(sheet.ids) if record is not None and record not in named}
    moved: dict[str, Finding] = {}
    for record, some in sorted(lines.items()):
        if len({(one.file, one.line) for one in some}) < 2:
            continue
        near = [one for one in sorted(rows) if _near(one, record) or _between(sheet, rows[one]) == record]
        if len(near) == 1:
            place = sheet.place(rows[near[0]], (("record_id",),))
            values = {"what": f"record_id: {near[0]} is named nowhere, while {len(some)} lines name {record}"}
            hint = f"did you mean {record}?"
            moved[record] = found("unknown-record", place, values, hint=hint, records=(near[0],), field="record_id")
    kept = [one for one in findings if one.name != "unknown-record" or one.records[0] not in moved]
    return [*kept, *moved.values()]


def not_lost(findings: list[Finding], sheet: Sheet) -> list[Finding]:
    """The findings without those on records that lost their id.

    Where a record's id is missing or doubled, an unknown id is probably that record's, and the lines are right, if it
    is the one that numbering leaves out there, or if several lines name it; one that a single line names is probably
    a slip in the line.
    """
    lost = [
        row
        for row, record in enumerate(sheet.ids)
        if record is None or any("was given before" in what for _, what in sheet.faulty.get(row, ()))
    ]
    left_out = {record for row in lost if (record := _between(sheet, row)) is not None}
    lines: dict[str, set[tuple[str | None, int | None]]] = {}
    for one in findings:
        if one.name == "unknown-record":
            lines.setdefault(one.records[0], set()).add((one.file, one.line))
    likely = sorted(record for record in lines if record in left_out)
    often = sorted((record for record, some in lines.items() if len(some) > 1), key=lambda one: (-len(lines[one]), one))
    theirs = [*likely, *(record for record in often if record not in left_out)][: len(lost)]
    return [one for one in findings if one.name != "unknown-record" or one.records[0] not in theirs]


def _near(one: str, other: str) -> bool:
    """Whether the two differ by a slip, and not in a number."""
    digits, theirs = ([char for char in record if char.isdigit()] for record in (one, other))
    return digits == theirs and OSA.distance(one, other, score_cutoff=2) <= 2


def _between(sheet: Sheet, row: int) -> str | None:
    """The id that numbering gives a row after the one before it, if the next row goes on from there."""
    before, after = (sheet.ids[at] if 0 <= at < len(sheet.ids) else None for at in (row - 1, row + 1))
    mine = _counted(before, 1) or _counted(after, -1)
    fits = (mine is not None and after in (None, _counted(mine, 1))) or before in (None, _counted(mine, -1))
    return mine if fits and mine not in sheet.ids else None


def _counted(record: str | None, step: int) -> str | None:
    """The id that is ``step`` on in the numbering: a-04 after a-03."""
    match = _NUMBERED.fullmatch(record or "")
    if match is None:
        return None
    number = int(match[2]) + step
    return f"{match[1]}{number:0{len(match[2])}}" if number >= 0 else None
