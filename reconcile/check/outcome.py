"""The events that the sound records come to, and what is found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from reconcile.check import events, regression
from reconcile.check.expected import Expectation, disappointed
from reconcile.check.finding import Finding, found
from reconcile.check.oddly import odd_column
from reconcile.check.sheet import Row, Sheet
from reconcile.check_settings import CheckSettings
from reconcile.config import Settings
from reconcile.errors import ConfigError
from reconcile.judgements import Judgements
from reconcile.normalize import normalize
from reconcile.pipeline import Knowledge, Result, Watch, reconcile


def reconciled(sheet: Sheet, known: Knowledge, settings: Settings, watch: Watch) -> Result:
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


def on_events(
    result: Result,
    wanted: CheckSettings,
    groups: list[Expectation],
    rows: Mapping[str | None, Row],
    document: bytes | None,
    *,
    update: bool,
) -> list[Finding]:
    """What the rules on events find; those that are off are not asked. ``rows`` are the records by id."""
    event_of = dict(result.members.select("record_id", "event_id").iter_rows())
    title_of = dict(result.events.select("event_id", "title").iter_rows())
    findings = list(disappointed(groups, event_of, title_of, lambda group, pair: odd_column(group, pair, rows)))
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


def placed(findings: list[Finding], sheet: Sheet) -> list[Finding]:
    """The findings on records with the places of those."""
    rows = {sheet.ids[row]: row for row in sheet.sound}
    of = [rows.get(one.records[0]) if one.file is None and one.records else None for one in findings]
    sheet.look_up({row for row in of if row is not None})
    placed = []
    for one, row in zip(findings, of, strict=True):
        file, line, column = (one.file, one.line, one.column) if row is None else sheet.place(row, (("record_id",),))
        placed.append(replace(one, file=file, line=line, column=column))
    return placed
