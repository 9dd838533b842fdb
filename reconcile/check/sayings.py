"""What people have said of the records, and where: judgements, expected events, acknowledgements."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from reconcile.check.acknowledged import Acknowledgement, read_acknowledged
from reconcile.check.data_set import DataSet
from reconcile.check.expected import Expectation, read_expected, unknown_in
from reconcile.check.finding import Finding
from reconcile.check.judging import judging, text_of
from reconcile.check.named import at_the_records, not_lost
from reconcile.check.sheet import Sheet
from reconcile.judgements import Judgements

_JUDGEMENTS: Final = "judgements.jsonl"
_ACKNOWLEDGED: Final = "acknowledged.jsonl"
_EXPECTED: Final = ("expected-events.jsonl", "expected-events.toml")


@dataclass(frozen=True, slots=True)
class Files:
    """What people have said of the records, by file."""

    judgements: tuple[str, ...]
    acknowledged: tuple[str, ...]
    expected: tuple[str, ...]

    @classmethod
    def of(cls, data: DataSet) -> Files:
        """Those that the configuration names, else those in and below the folders that are checked."""
        wanted = data.check
        expected = tuple(one for name in _EXPECTED for one in beside(data.paths, name, data.skip))
        return cls(
            data.settings.judgements or beside(data.paths, _JUDGEMENTS, data.skip),
            (wanted.acknowledged,) if wanted.acknowledged else beside(data.paths, _ACKNOWLEDGED, data.skip),
            (wanted.expected_events,) if wanted.expected_events else expected,
        )

    def skip(self, data: DataSet) -> tuple[str, ...]:
        """All that is no record: these files, and the others that the configuration names."""
        settings, wanted = data.settings, data.check
        others = (wanted.against, wanted.truth, settings.actors, settings.places, settings.model)
        named = (*self.judgements, *self.acknowledged, *self.expected, *others)
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
    groups, unread = _all(read_expected, files.expected)
    named = {one.left for one in judgements.standing} | {one.right for one in judgements.standing}
    named |= {record for group in groups for record in group.records}
    unknown = [*wrong, *unknown_in(groups, ids, text_of(unreadable))]
    lines, unread_lines = _all(read_acknowledged, files.acknowledged)
    return Sayings(
        judgements,
        groups,
        lines,
        [*unread, *at_the_records(not_lost(unknown, sheet), named, sheet), *unread_lines],
        unreadable,
    )


_T = TypeVar("_T")


def _all(read: Callable[[str], tuple[list[_T], list[Finding]]], paths: Sequence[str]) -> tuple[list[_T], list[Finding]]:
    """What ``read`` makes of all the files."""
    each = [read(path) for path in paths]
    return [one for good, _ in each for one in good], [one for _, wrong in each for one in wrong]


def beside(paths: Sequence[str], name: str, skip: Sequence[str] = ()) -> tuple[str, ...]:
    """The files of this name in and below the folders among ``paths``, but not below those in ``skip``."""
    left_out = {Path(one).resolve() for one in skip}
    found: dict[Path, str] = {}
    for path in sorted({path for path in paths if path != "-" and Path(path).is_dir()}):
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(
                one for one in folders if not one.startswith(".") and (Path(folder) / one).resolve() not in left_out
            )
            if name in files:
                found.setdefault((Path(folder) / name).resolve(), str(Path(folder) / name))
    return tuple(sorted(found.values()))
