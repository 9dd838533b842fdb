"""What people have said of the records, and where: judgements, expected events, acknowledgements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

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
    named = {one.left for one in judgements.standing} | {one.right for one in judgements.standing}
    named |= {record for group in groups for record in group.records}
    unknown = [*wrong, *unknown_in(groups, ids, text_of(unreadable))]
    lines, unread_lines = read_acknowledged(files.acknowledged) if files.acknowledged else ([], [])
    return Sayings(
        judgements,
        groups,
        lines,
        [*unread, *at_the_records(not_lost(unknown, sheet), named, sheet), *unread_lines],
        unreadable,
    )


def beside(paths: Sequence[str], name: str) -> tuple[str, ...]:
    """The files of this name in the folders among ``paths``."""
    return tuple(str(Path(path) / name) for path in paths if path != "-" and (Path(path) / name).is_file())
