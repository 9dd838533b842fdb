"""The line of ``check``, readable aloud: read, look at the form, the values, the judgements, then at the events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from reconcile.actors import Actors
from reconcile.check.acknowledged import without_acknowledged
from reconcile.check.columns import columns
from reconcile.check.consequences import consequences
from reconcile.check.data_set import DataSet
from reconcile.check.exchanged import once_exchanged
from reconcile.check.finding import Finding, settled
from reconcile.check.form import fatal, form, is_layout
from reconcile.check.opposed import opposed
from reconcile.check.outcome import on_events, placed, reconciled
from reconcile.check.sayings import Files, sayings
from reconcile.check.sheet import Sheet
from reconcile.check.siblings import Siblings
from reconcile.check.slips import Slips
from reconcile.check.values import values
from reconcile.config import Settings
from reconcile.counts import load_vague
from reconcile.errors import InputErrors, Problem
from reconcile.event_types import EventTypes
from reconcile.groups import Groups
from reconcile.ids import event_ids
from reconcile.judgements import Judgements
from reconcile.load import read
from reconcile.model import load_model
from reconcile.pipeline import Knowledge, Result, Watch
from reconcile.places import Places


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
    files = Files.of(data)
    known = _knowledge(data.settings)
    vague, source = load_vague(data.settings.counts), data.settings.source
    reading = read(data.paths, stdin=stdin, vague=vague, source=source, skip=files.skip(data), salvage=True)
    sheet = Sheet(reading, known)
    if problems := fatal(sheet):
        raise InputErrors(problems)
    watch("checking values")
    said = sayings(files, sheet)
    slips = Slips(sheet, data.check.required)
    findings = form(sheet, slips)
    if data.unsure_layout:
        findings = [one for one in findings if not is_layout(one.message)]
    findings += columns(sheet, source)
    siblings = Siblings(sheet, said.judgements, said.groups, data.check)
    findings += values(sheet, data, findings, slips, siblings)
    findings = once_exchanged(findings, sheet)
    findings = _once_a_line([*findings, *said.findings, *opposed(said.judgements, said.groups, sheet)])
    result, document, about_events = None, None, []
    wanted = data.check
    if said.groups or wanted.min_confidence is not None or wanted.acknowledge or wanted.against or wanted.floors:
        result = reconciled(sheet, replace(known, judgements=said.judgements), data.settings, watch)
        if wanted.against and not (update and (sheet.faulty or said.unreadable)):
            document = write(result)
        if result.events.height:
            about_events = placed(on_events(result, wanted, said.groups, sheet.by_id, document, update=update), sheet)
    unsettled = _unsettled(findings, sheet)
    contested = {(one.file, one.line) for one in findings if one.rule == "J002"}
    kept = [
        one for one in about_events
        if not unsettled.intersection(one.records) and (one.line is None or (one.file, one.line) not in contested)
    ]  # fmt: skip
    afar = {(one.file, one.line): one.column for one in findings if _joins_afar(one)}
    kept = [
        replace(one, column=afar[one.file, one.line]) if one.rule == "X001" and (one.file, one.line) in afar else one
        for one in kept
    ]
    told = {(one.file, one.line) for one in kept if one.line is not None}
    findings = [one for one in findings if not (_joins_afar(one) and (one.file, one.line) in told)]
    findings, kept = consequences(findings, kept, said.lines, wanted)
    before = settled([*findings, *kept], wanted)
    after = settled(without_acknowledged(before, said.lines, _with_events(unsettled, result)), wanted)
    return Checked(
        after, len(sheet.sound), reading.records.height, None if result is None else result.events.height,
        len(about_events) - len(kept), document, reading.notes,
    )  # fmt: skip


def _once_a_line(findings: list[Finding]) -> list[Finding]:
    """The findings; a line that others contradict, and that joins what lies far apart, is wrong once."""
    opposed: dict[tuple[str | None, int | None], Finding] = {}
    for one in findings:
        if one.rule == "J002" and one.line is not None:
            opposed.setdefault((one.file, one.line), one)
    return [
        one for one in findings
        if one.rule not in ("J002", "J004") or opposed.get((one.file, one.line), one) is one
    ]  # fmt: skip


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


def _with_events(unsettled: set[str], result: Result | None) -> set[str]:
    """The records, the events that they are in, and those that would be named after them."""
    of = {} if result is None else dict(result.members.select("record_id", "event_id").iter_rows())
    return unsettled | set(event_ids(sorted(unsettled))) | {of[record] for record in unsettled & of.keys()}


def _unsettled(findings: Sequence[Finding], sheet: Sheet) -> set[str]:
    """The records in which something is wrong: what follows for their events is the consequence, not the cause."""
    known = {record for record in sheet.ids if record is not None}
    errors = (one for one in findings if one.severity == "error" and not _joins_afar(one))
    return {record for one in errors for record in one.records if record in known}


def _joins_afar(one: Finding) -> bool:
    """Whether it says of an expected event what the events will say, if they can be made."""
    return one.rule == "J004" and one.field == "same"
