"""Expected events: records that must be one event, and records that must not.

JSONL, a group a line (``{"same": ["a", "b"], "why": "..."}`` or ``{"different": [...]}``), or TOML with lists of
groups under ``same`` and ``different``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconcile.check.finding import Finding, found
from reconcile.check.judging import nearest
from reconcile.check.lines import LineError, Lines
from reconcile.errors import ConfigError

_KEYS = ("same", "different", "why", "by", "at")


@dataclass(frozen=True, slots=True)
class Expectation:
    """One group, and where it stands."""

    together: bool
    records: tuple[str, ...]
    why: str | None
    file: str
    line: int | None
    column: int | None
    places: Mapping[str, tuple[int | None, int | None]]
    """Line and column where each record is named."""

    def column_of(self, record: str) -> int | None:
        """The column where ``record`` is named; that of the group, if it is in another line than the group begins."""
        line, column = self.places[record]
        return column if line == self.line else self.column

    @property
    def where(self) -> str:
        """``file:line``."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


def read_expected(path: str) -> tuple[list[Expectation], list[Finding]]:
    """The groups of the file, and the lines that are none. Raises :class:`ConfigError` if it cannot be read."""
    try:
        if path.endswith(".toml"):
            return _toml(path)
        return _jsonl(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text") from error


def _jsonl(path: str) -> tuple[list[Expectation], list[Finding]]:
    groups, wrong = [], []
    lines = Lines(path)
    for number, line in lines:
        try:
            value = json.loads(line)
            together, records, why = _group(value)
        except (ValueError, RecursionError) as error:
            what, column = lines.fault(number, error)
            wrong.append(found("unreadable-expectation", (path, number, column), {"what": what}))
            continue
        key = "same" if together else "different"
        places = {record: (number, lines.column_of(number, record)) for record in records}
        groups.append(Expectation(together, records, why, path, number, lines.column(number, key), places))
    return groups, wrong


def _group(value: Any) -> tuple[bool, tuple[str, ...], str | None]:
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    if unknown := sorted(value.keys() - set(_KEYS)):
        raise LineError(f"unknown key '{unknown[0]}' (there are {', '.join(_KEYS)})", unknown[0])
    kinds = [key for key in ("same", "different") if key in value]
    if len(kinds) != 1:
        raise ValueError("names either a group 'same' or a group 'different'")
    records = value[kinds[0]]
    if not isinstance(records, list) or not all(isinstance(one, str) and one for one in records):
        raise LineError(f"'{kinds[0]}' is no list of record ids", kinds[0])
    if len(set(records)) < 2 or len(set(records)) != len(records):
        raise LineError(f"'{kinds[0]}' needs two or more different records", kinds[0])
    why = value.get("why")
    return kinds[0] == "same", tuple(records), why if isinstance(why, str) else None


def _toml(path: str) -> tuple[list[Expectation], list[Finding]]:
    text = Path(path).read_text(encoding="utf-8-sig")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    if unknown := sorted(document.keys() - {"same", "different"}):
        raise ConfigError(f"{path}: unknown key {unknown[0]!r}; there are same and different, lists of groups")
    groups, wrong = [], []
    for key in ("same", "different"):
        given = document.get(key, [])
        for records in given if isinstance(given, list) else [given]:
            try:
                together, ids, _ = _group({key: records})
            except ValueError as error:
                wrong.append(found("unreadable-expectation", (path, None, None), {"what": str(error)}))
                continue
            places = {record: _find(text, record) for record in ids}
            groups.append(Expectation(together, ids, None, path, *places[ids[0]], places))
    return groups, wrong


def _find(text: str, record: str) -> tuple[int | None, int | None]:
    """Line and column where a TOML file first names a record."""
    at = max(text.find(f'"{record}"'), text.find(f"'{record}'"))
    if at < 0:
        return None, None
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def unknown_in(groups: list[Expectation], ids: Collection[str], hidden: str) -> Iterator[Finding]:
    """A finding for each id that no record has."""
    for group in groups:
        for record in group.records:
            if record not in ids and record not in hidden:
                place = (group.file, *group.places[record])
                hint, values = nearest(record, ids), {"what": f"names {record}, which is not among the records"}
                yield found("unknown-record", place, values, hint=hint, records=(record,))


def disappointed(
    groups: list[Expectation],
    event_of: Mapping[str, str],
    title_of: Mapping[str, str],
    odd: Callable[[Expectation, Sequence[str]], int | None],
) -> Iterator[Finding]:
    """The groups that did not come out as they must. Records that were not reconciled decide nothing.

    ``odd`` says where the one of two records is named that does not belong to the group.
    """
    for group in groups:
        by_event: dict[str, list[str]] = {}
        for record in sorted(group.records):
            if record in event_of:
                by_event.setdefault(event_of[record], []).append(record)
        reason = f"expected because: {group.why}" if group.why else None
        if group.together and len(by_event) > 1:
            alone = [records[0] for records in by_event.values() if len(records) == 1]
            column = group.column
            if len(alone) == 1 and len(by_event) == 2:  # the others are together, as they must
                column = group.column_of(alone[0])
            elif len(alone) == len(group.records) == 2:
                column = odd(group, alone)
            place = (group.file, group.line, column)
            events = "; ".join(f"{event} ({', '.join(records)})" for event, records in sorted(by_event.items()))
            values = {"records": ", ".join(group.records), "count": len(by_event), "events": events}
            yield found(
                "expected-together", place, values, hint=reason, records=group.records, key=sorted(group.records)
            )
        for event, records in sorted(by_event.items()):
            if not group.together and len(records) > 1:
                place = (group.file, group.line, odd(group, records[:2]))
                values = {"records": " and ".join(records), "event": f"{event} ({title_of[event]})"}
                yield found(
                    "expected-apart", place, values, hint=reason, records=tuple(records), event=event, key=records
                )
