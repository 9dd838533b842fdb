"""Two values of a record that stand in each other's place: one slip, and not two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconcile.check.finding import Finding, found
from reconcile.check.links import why_malformed
from reconcile.check.sheet import Sheet
from reconcile.check.vocabulary import is_language
from reconcile.dates import parse_published
from reconcile.load.counting import count_value
from reconcile.load.fields import COUNTS
from reconcile.load.finds import BadValueError
from reconcile.places import Countries
from reconcile.tables import ATTRIBUTIONS

Accepts = Callable[[Any], bool]


def once_exchanged(findings: list[Finding], sheet: Sheet) -> list[Finding]:
    """The findings, with one for each two fields of a record that would both be sound if they changed places."""
    accepts = _accepting(sheet)
    by_record: dict[int, list[Finding]] = {}
    rows = {record: row for row, record in enumerate(sheet.ids) if record is not None}
    for one in findings:
        if one.field in accepts and one.records and one.records[0] in rows:
            by_record.setdefault(rows[one.records[0]], []).append(one)
    sheet.look_up([row for row, some in by_record.items() if len(some) > 1])
    gone: set[int] = set()
    made: dict[int, Finding] = {}
    for row, some in sorted(by_record.items()):
        for at, one in enumerate(some):
            other = next((two for two in some[at + 1 :] if _exchanged(one, two, row, sheet, accepts)), None)
            if other is not None and not gone & {id(one), id(other)}:
                gone |= {id(one), id(other)}
                made[id(one)] = _one_of(one, other)
    return [made.get(id(one), one) for one in findings if id(one) not in gone or id(one) in made]


def _exchanged(one: Finding, other: Finding, row: int, sheet: Sheet, accepts: Mapping[str, Accepts]) -> bool:
    raw = sheet.raw(row)
    fields = (str(one.field), str(other.field))
    if raw is None or fields[0] == fields[1]:
        return False
    ours, theirs = (raw.value(sheet.own_path(row, (field,))) for field in fields)
    return None not in (ours, theirs) and accepts[fields[0]](theirs) and accepts[fields[1]](ours)


def _one_of(one: Finding, other: Finding) -> Finding:
    first, second = sorted((one, other), key=lambda each: (each.line or 0, each.column or 0))
    values = {"what": f"{first.field} and {second.field} stand in each other's place"}
    place = (first.file, first.line, first.column)
    return found("bad-value", place, values, hint="Exchange them.", field=first.field, records=first.records)


def _accepting(sheet: Sheet) -> dict[str, Accepts]:
    """Field -> whether it would take a value, for fields that take only few."""
    countries, types, places = Countries(), sheet.knowledge.event_types, sheet.knowledge.places
    kinds: dict[str, Accepts] = {
        "attribution": lambda value: str(value).lower() in ATTRIBUTIONS,
        "event_type": lambda value: isinstance(value, str) and types.resolve(value) is not None,
        "language": lambda value: isinstance(value, str) and is_language(value),
        "country": lambda value: isinstance(value, str) and places.country(value) in countries.names,
        "url": lambda value: isinstance(value, str) and why_malformed(value) is None,
        "title": lambda value: isinstance(value, str) and " " in value.strip(),
        "published_at": _takes(lambda value: parse_published(str(value))),
    }
    return kinds | dict.fromkeys(COUNTS, _takes(count_value))


def _takes(read: Callable[[Any], object]) -> Accepts:
    def accepts(value: Any) -> bool:
        try:
            read(value)
        except (ValueError, BadValueError):
            return False
        return True

    return accepts
