"""Acknowledgements: findings that a person has looked at, each until what it is about changes.

JSONL: ``rule``, ``event`` or ``record``, ``finding`` (the fingerprint), ``by``, ``at``, ``why``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from reconcile.check.finding import Finding, found
from reconcile.check.lines import LineError, Lines
from reconcile.errors import ConfigError
from reconcile.rules import find_rule

_KEYS: Final = ("rule", "event", "record", "finding", "by", "at", "why")
_NEVER: Final = ("X005", "X006", "X007")


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One line."""

    rule: str
    subject: str
    """An event's or a record's id."""
    finding: str
    file: str
    line: int
    columns: tuple[int | None, int | None, int | None]
    """Of rule, subject and fingerprint."""


def read_acknowledged(path: str) -> tuple[list[Acknowledgement], list[Finding]]:
    """The lines of the file, and those that are none. Raises :class:`ConfigError` if it cannot be read."""
    try:
        lines = Lines(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text") from error
    good, wrong = [], []
    for number, line in lines:
        try:
            value = _checked(json.loads(line))
        except (ValueError, RecursionError) as error:
            what, column = lines.fault(number, error)
            wrong.append(found("unreadable-expectation", (path, number, column), {"what": what}))
            continue
        about = "event" if "event" in value else "record"
        columns = (lines.column(number, "rule"), lines.column(number, about), lines.column(number, "finding"))
        good.append(Acknowledgement(value["rule"], value[about], value["finding"], path, number, columns))
    return good, wrong


def _checked(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    if unknown := sorted(value.keys() - set(_KEYS)):
        raise LineError(f"unknown key '{unknown[0]}' (there are {', '.join(_KEYS)})", unknown[0])
    if untold := next((key for key, one in value.items() if not isinstance(one, str) or not one), None):
        raise LineError("every value is a text", untold)
    rule = find_rule(value.get("rule", ""))
    if rule is None or rule.code in _NEVER:
        raise LineError(f"'{value.get('rule', '')}' is no rule that can be acknowledged", "rule")
    if ("event" in value) == ("record" in value):
        raise ValueError("names either an event or a record")
    missing = [key for key in ("finding", "by", "why") if key not in value]
    if missing:
        raise ValueError(f"does not say {missing[0]}: an acknowledgement needs finding, by and why")
    return {**value, "rule": rule.code}


def line_for(finding: Finding) -> str:
    """The line that would acknowledge a finding, to be completed by whoever does."""
    about = {"event": finding.event} if finding.event else {"record": finding.records[0]} if finding.records else {}
    line = {"rule": finding.about or finding.rule, **about, "finding": finding.fingerprint, "by": "", "why": ""}
    return json.dumps(line, ensure_ascii=False)


def without_acknowledged(
    findings: Iterable[Finding], lines: Iterable[Acknowledgement], unsettled: Collection[str]
) -> list[Finding]:
    """The findings that no line covers, and one for each line that covers none.

    ``unsettled`` are records with mistakes, and events that may hold them: nothing is said of what hangs on those.
    """
    findings, kept = list(findings), []
    covered: set[int] = set()
    lines = list(lines)
    prints = {(one.rule, one.subject, one.finding): number for number, one in reversed(list(enumerate(lines)))}
    for one in findings:
        hit = next((prints[key] for key in _keys(one) if key in prints), None)
        if hit is None:
            kept.append(one)
        else:
            covered.add(hit)
    subjects = {(rule, subject) for one in kept for rule, subject, _ in _keys(one)}
    for number, line in enumerate(lines):
        if number in covered or line.subject in unsettled:
            continue
        values = {"rule": line.rule, "subject": line.subject}
        changed = (line.rule, line.subject) in subjects
        rule, column = ("acknowledgement-expired", 2) if changed else ("idle-acknowledgement", 1)
        key = (line.rule, line.subject, line.finding)
        kept.append(found(rule, (line.file, line.line, line.columns[column]), values, key=key))
        if changed:  # the line stands for the finding: one thing to look at, and not two
            kept = [one for one in kept if (line.rule, line.subject) not in {key[:2] for key in _keys(one)}]
    return kept


def acknowledges(lines: Iterable[Acknowledgement], one: Finding) -> bool:
    """Whether one of the lines covers a finding, once that is settled."""
    keys = _keys(one)
    return any((line.rule, line.subject, line.finding) in keys for line in lines)


def _keys(one: Finding) -> list[tuple[str, str, str]]:
    subjects = [*([one.event] if one.event else []), *one.records]
    return [(one.about or one.rule, subject, one.fingerprint) for subject in subjects]
