"""What people have said of the records, and where: judgements, expected events, acknowledgements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconcile.check.acknowledged import Acknowledgement, read_acknowledged
from reconcile.check.data_set import DataSet
from reconcile.check.expected import Expectation, read_expected, unknown_in
from reconcile.check.finding import Finding
from reconcile.check.judging import judging, text_of
from reconcile.check.sheet import Sheet
from reconcile.judgements import Judgements

_NUMBERED: Final = re.compile(r"(.*?)([0-9]{1,9})", re.DOTALL)
_JUDGEMENTS: Final = "judgements.jsonl"
_ACKNOWLEDGED: Final = "acknowledged.jsonl"
_EXPECTED: Final = ("expected-events.jsonl", "expected-events.toml")


@dataclass(frozen=True, slots=True)
class Files:
    """What people have said of the records, by file."""

    judgements: tuple[str, ...]
    acknowledged: str | None
    expected: str | None

    @classmethod
    def of(cls, data: DataSet) -> Files:
        """Those that the configuration names, else those in the folders that are checked."""
        wanted = data.check
        found = (one for name in _EXPECTED for one in beside(data.paths, name))
        return cls(
            data.settings.judgements or beside(data.paths, _JUDGEMENTS),
            wanted.acknowledged or next(iter(beside(data.paths, _ACKNOWLEDGED)), None),
            wanted.expected_events or next(found, None),
        )

    def skip(self, data: DataSet) -> tuple[str, ...]:
        """All that is no record: these files, and the others that the configuration names."""
        settings, wanted = data.settings, data.check
        others = (wanted.against, wanted.truth, settings.actors, settings.places, settings.model)
        named = (*self.judgements, self.acknowledged, self.expected, *others)
        return (*data.skip, *(name for name in named if name))


@dataclass(frozen=True, slots=True)
class Sayings:
    """What stands in these files, and what is wrong in them."""

    judgements: Judgements
    groups: list[Expectation]
    lines: list[Acknowledgement]
    findings: list[Finding]
    unreadable: list[str]
    """Files of records of which a part cannot be read: an id may stand there."""


def sayings(files: Files, sheet: Sheet) -> Sayings:
    """Read the files. Raises :class:`ConfigError` and :class:`InputErrors` for one that cannot be read."""
    ids = {record for record in sheet.ids if record is not None}
    unreadable = sorted({file.name for file in sheet.reading.files if file.finds.placed})
    judgements, wrong = judging(files.judgements, ids, unreadable)
    groups, unread = read_expected(files.expected) if files.expected else ([], [])
    unknown = [*wrong, *unknown_in(groups, ids, text_of(unreadable))]
    lines, unread_lines = read_acknowledged(files.acknowledged) if files.acknowledged else ([], [])
    return Sayings(judgements, groups, lines, [*unread, *_not_lost(unknown, sheet), *unread_lines], unreadable)


def beside(paths: Sequence[str], name: str) -> tuple[str, ...]:
    """The files of this name in the folders among ``paths``."""
    return tuple(str(Path(path) / name) for path in paths if path != "-" and (Path(path) / name).is_file())


def _not_lost(findings: list[Finding], sheet: Sheet) -> list[Finding]:
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
