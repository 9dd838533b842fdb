"""The line of ``check``, readable aloud: read, look at the form, the values, the judgements, then at the events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final

from reconcile.actors import Actors
from reconcile.check import events, regression
from reconcile.check.acknowledged import Acknowledgement, read_acknowledged, without_acknowledged
from reconcile.check.days import Days
from reconcile.check.expected import Expectation, disappointed, read_expected, unknown_in
from reconcile.check.figures import figures
from reconcile.check.finding import Finding, found, settled
from reconcile.check.form import fatal, form
from reconcile.check.judging import judging, text_of
from reconcile.check.links import links
from reconcile.check.points import points
from reconcile.check.sheet import Draft, Sheet
from reconcile.check.slips import Slips
from reconcile.check.spelling import spelling
from reconcile.check.units import units
from reconcile.check.vocabulary import required, vocabulary
from reconcile.check_settings import CheckSettings
from reconcile.config import Settings
from reconcile.counts import load_vague
from reconcile.errors import ConfigError, InputErrors, Problem
from reconcile.event_types import EventTypes
from reconcile.groups import Groups
from reconcile.ids import event_ids
from reconcile.judgements import Judgements
from reconcile.load import read
from reconcile.model import load_model
from reconcile.normalize import normalize
from reconcile.pipeline import Knowledge, Result, Watch, reconcile
from reconcile.places import Places

_JUDGEMENTS: Final = "judgements.jsonl"
_ACKNOWLEDGED: Final = "acknowledged.jsonl"
_WRONG_DATES: Final = ("future-date", "early-date", "after-publication", "late-report")
_DATES: Final = (("date",), ("date_start",), ("date_end",), ("published_at",))
_EXPECTED: Final = ("expected-events.jsonl", "expected-events.toml")


@dataclass(frozen=True)
class DataSet:
    """What is checked together: records by path, and the settings that govern them."""

    paths: tuple[str, ...]
    settings: Settings
    check: CheckSettings
    today: date
    skip: tuple[str, ...] = ()
    """Files and folders inside the paths that are no records of this data set."""


@dataclass(frozen=True)
class Checked:
    """What came of one data set."""

    findings: list[Finding]
    """Settled, the worst first."""
    records: int
    rows: int
    events: int | None
    """None where no rule needed the events."""
    held_back: int
    """Findings on events that were not made, for records in them must be mended first."""
    document: bytes | None
    """The merged JSON, where it was asked for."""
    notes: tuple[Problem, ...] = ()


Write = Callable[[Result], bytes]


def check(
    data: DataSet,
    write: Write,
    *,
    update: bool = False,
    stdin: BinaryIO | None = None,
    watch: Watch = lambda _: None,
) -> Checked:
    """Everything that the rules find in one data set. ``write`` makes the merged JSON.

    Raises :class:`ReconcileError` for what is no mistake of the data: settings, and files that cannot be read.
    """
    watch("reading")
    files = _Files.of(data)
    known = _knowledge(data.settings)
    vague, source = load_vague(data.settings.counts), data.settings.source
    reading = read(data.paths, stdin=stdin, vague=vague, source=source, skip=files.skip(data))
    sheet = Sheet(reading, known)
    if problems := fatal(sheet):
        raise InputErrors(problems)
    watch("checking values")
    slips = Slips(sheet, data.check.required)
    findings = form(sheet, slips)
    findings += _values(sheet, data, findings, slips)
    watch("checking judgements")
    said = _sayings(files, sheet)
    findings += said.findings
    result, document, about_events = None, None, []
    wanted = data.check
    if said.groups or wanted.min_confidence is not None or wanted.acknowledge or wanted.against or wanted.floors:
        result = _reconcile(sheet, replace(known, judgements=said.judgements), data.settings, watch)
        if wanted.against and not (update and (sheet.faulty or said.unreadable)):
            document = write(result)
        if result.events.height:
            about_events = _placed(_on_events(result, wanted, said.groups, document, update=update), sheet)
    unsettled = _unsettled(findings, sheet)
    kept = [one for one in about_events if not unsettled.intersection(one.records)]
    before = settled([*findings, *kept], wanted)
    after = settled(without_acknowledged(before, said.lines, _with_events(unsettled, result)), wanted)
    return Checked(
        after, len(sheet.sound), reading.records.height, None if result is None else result.events.height,
        len(about_events) - len(kept), document, reading.notes,
    )  # fmt: skip


def _knowledge(settings: Settings) -> Knowledge:
    """The tables of a run; its judgements are data here, and are read as such."""
    return Knowledge(
        Actors.load(settings.actors),
        Places.load(settings.places),
        EventTypes.load(settings.event_types),
        Groups.load(settings.groups),
        load_model(settings.model),
        Judgements(),
    )


@dataclass(frozen=True, slots=True)
class _Files:
    """What people have said of the records, by file."""

    judgements: tuple[str, ...]
    acknowledged: str | None
    expected: str | None

    @classmethod
    def of(cls, data: DataSet) -> _Files:
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
class _Sayings:
    """What stands in these files, and what is wrong in them."""

    judgements: Judgements
    groups: list[Expectation]
    lines: list[Acknowledgement]
    findings: list[Finding]
    unreadable: list[str]
    """Files of records of which a part cannot be read: an id may stand there."""


def _sayings(files: _Files, sheet: Sheet) -> _Sayings:
    ids = {record for record in sheet.ids if record is not None}
    unreadable = sorted({file.name for file in sheet.reading.files if file.finds.placed})
    judgements, wrong = judging(files.judgements, ids, unreadable)
    groups, unread = read_expected(files.expected) if files.expected else ([], [])
    unknown = [*wrong, *unknown_in(groups, ids, text_of(unreadable))]
    lines, unread_lines = read_acknowledged(files.acknowledged) if files.acknowledged else ([], [])
    return _Sayings(judgements, groups, lines, [*unread, *_not_lost(unknown, sheet), *unread_lines], unreadable)


def _with_events(unsettled: set[str], result: Result | None) -> set[str]:
    """The records, the events that they are in, and those that would be named after them."""
    of = {} if result is None else dict(result.members.select("record_id", "event_id").iter_rows())
    return unsettled | set(event_ids(sorted(unsettled))) | {of[record] for record in unsettled & of.keys()}


def beside(paths: Sequence[str], name: str) -> tuple[str, ...]:
    """The files of this name in the folders among ``paths``."""
    return tuple(str(Path(path) / name) for path in paths if path != "-" and (Path(path) / name).is_file())


def _not_lost(findings: list[Finding], sheet: Sheet) -> list[Finding]:
    """The findings without those on records that lost their id.

    Where a record's id is missing or doubled, an unknown id that several lines name is probably that record's, and
    the lines are right; one that a single line names is probably a slip in the line.
    """
    lost = sum(
        record is None or any("was given before" in what for _, what in sheet.faulty.get(row, ()))
        for row, record in enumerate(sheet.ids)
    )
    lines: dict[str, set[tuple[str | None, int | None]]] = {}
    for one in findings:
        if one.name == "unknown-record":
            lines.setdefault(one.records[0], set()).add((one.file, one.line))
    often = sorted((record for record, some in lines.items() if len(some) > 1), key=lambda one: (-len(lines[one]), one))
    return [one for one in findings if one.name != "unknown-record" or one.records[0] not in often[:lost]]


def _values(sheet: Sheet, data: DataSet, findings: list[Finding], slips: Slips) -> list[Finding]:
    """The rules on values; of several findings at one place the first rule's stands."""
    wanted = data.check
    drafts: list[Draft] = [
        *Days(wanted, data.today).drafts(sheet),
        *points(sheet, wanted),
        *figures(sheet, wanted, data.settings.counts),
        *vocabulary(sheet),
        *spelling(sheet),
        *units(sheet),
        *required(sheet, wanted, slips),
        *links(sheet),
    ]
    drafts = _without_misdated(drafts, sheet)
    sheet.look_up({draft.row for draft in drafts})
    taken: set[events.Place] = {(one.file, one.line, one.column) for one in findings if one.column is not None}
    kept = []
    for draft in drafts:
        finding = sheet.finding(draft)
        place = (finding.file, finding.line, finding.column)
        whole_row = finding.rule in ("V014", "F004")
        if finding.column is None or whole_row or place not in taken:
            taken.add(place)
            kept.append(finding)
    return [*kept, *_stale(sheet, data)]


def _without_misdated(drafts: list[Draft], sheet: Sheet) -> list[Draft]:
    """The drafts without repeated URLs of records with a wrong date: that two days differ may follow from it."""
    wrong = {sheet.ids[row] for row, refused in sheet.faulty.items() if any(path[:1] in _DATES for path, _ in refused)}
    wrong |= {sheet.ids[draft.row] for draft in drafts if draft.rule in _WRONG_DATES}

    def follows(draft: Draft) -> bool:
        by_day = draft.rule == "repeated-url" and not draft.values["why"].startswith("of one day")
        return by_day and not wrong.isdisjoint((sheet.ids[draft.row], *draft.others))

    return [draft for draft in drafts if not follows(draft)]


def _stale(sheet: Sheet, data: DataSet) -> list[Finding]:
    days = data.check.stale_after_days
    if days is None:
        return []
    newest = max(
        ((day, row["row"]) for row in sheet.rows if row["kept"]
         for day in (row["date_end"], row["published"]) if day is not None and day <= data.today),
        default=None,
    )  # fmt: skip
    if newest is None or (data.today - newest[0]).days <= days:
        return []
    place = sheet.place(newest[1], (("date",), ("published_at",)))
    return [found("stale-data", place, {"day": newest[0], "days": days}, key=())]


def _reconcile(sheet: Sheet, known: Knowledge, settings: Settings, watch: Watch) -> Result:
    """The events of the sound rows."""
    records = sheet.reading.records[sheet.sound].sort("record_id")
    watch("normalizing")
    ids = set(records["record_id"])
    aggregate = dict(records.select("record_id", "aggregate").iter_rows())
    standing = tuple(
        one
        for one in known.judgements.standing
        if one.left in ids and one.right in ids
        and not (one.verdict == "same" and aggregate[one.left] != aggregate[one.right])
    )  # fmt: skip
    known = replace(known, judgements=Judgements(standing))
    normal = normalize(records, known.places, known.actors, known.event_types)
    return reconcile(normal, known, settings, watch=watch)


def _on_events(
    result: Result,
    wanted: CheckSettings,
    groups: list[Expectation],
    document: bytes | None,
    *,
    update: bool,
) -> list[Finding]:
    event_of = dict(result.members.select("record_id", "event_id").iter_rows())
    title_of = dict(result.events.select("event_id", "title").iter_rows())
    findings = list(disappointed(groups, event_of, title_of))
    if wanted.min_confidence is not None:
        findings += events.unreviewed(result, wanted.min_confidence)
    if wanted.acknowledge is not None:
        findings += events.unacknowledged(result, wanted.acknowledge)
    findings += events.below_floors(result, wanted)
    if wanted.against is not None and document is not None and not update:
        findings += _compared(wanted.against, document)
    return findings


def _compared(path: str, document: bytes) -> list[Finding]:
    try:
        old = regression.parse_document(path, Path(path).read_bytes())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror} (write it with --update)") from error
    except regression.UnreadableError as error:
        return [found("unreadable-expected", (path, 1, 1), {"what": str(error)})]
    return list(regression.differences(old, regression.parse_document("(now)", document).events))


def _placed(findings: list[Finding], sheet: Sheet) -> list[Finding]:
    """The findings on records with the places of those."""
    rows = {sheet.ids[row]: row for row in sheet.sound}
    of = [rows.get(one.records[0]) if one.file is None and one.records else None for one in findings]
    sheet.look_up({row for row in of if row is not None})
    placed = []
    for one, row in zip(findings, of, strict=True):
        file, line, column = (one.file, one.line, one.column) if row is None else sheet.place(row, (("record_id",),))
        placed.append(replace(one, file=file, line=line, column=column))
    return placed


def _unsettled(findings: Sequence[Finding], sheet: Sheet) -> set[str]:
    """The records in which something is wrong: what follows for their events is the consequence, not the cause."""
    known = {record for record in sheet.ids if record is not None}
    return {record for one in findings if one.severity == "error" for record in one.records if record in known}
