"""One discrepancy as a row, and the words that every rule shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconcile.rules import BY_NAME

Finding = dict[str, Any]


def finding(
    event_id: str,
    name: str,
    field: str,
    message: str,
    said: Iterable[tuple[str, str]],
    severity: str | None = None,
) -> Finding:
    """A row of DISCREPANCIES; ``said`` pairs each record with what it says."""
    rule = BY_NAME[name]
    ordered = sorted(set(said))
    return {
        "event_id": event_id,
        "rule": rule.code,
        "name": rule.name,
        "field": field,
        "severity": severity or rule.severity,
        "message": message,
        "records": [record for record, _ in ordered],
        "values": [value for _, value in ordered],
    }


def sides(said: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """From (outlet, value) to value -> outlets, the value of most outlets first, then in sorted order."""
    by_value: dict[str, set[str]] = {}
    for outlet, value in said:
        by_value.setdefault(value, set()).add(outlet)
    order = sorted(by_value, key=lambda value: (-len(by_value[value]), len(value), value))
    return {value: sorted(by_value[value]) for value in order}


def against(said: Iterable[tuple[str, str]], between: str = " against ") -> str:
    """``5 (KirkukNow, Rudaw) against 7 (Kurdistan 24)``."""
    return between.join(f"{value} ({', '.join(outlets)})" for value, outlets in sides(said).items())
