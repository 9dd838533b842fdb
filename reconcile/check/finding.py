"""A finding of ``check``: which rule, where, on which records, in words; with a fingerprint that outlives edits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from reconcile.check_settings import CheckSettings
from reconcile.rule import SEVERITIES
from reconcile.rules import BY_CODE, BY_NAME

_RANK: Final = {severity: number for number, severity in enumerate(SEVERITIES)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that ``check`` found.

    ``line`` and ``column`` count from 1: in CSV the character at which the cell begins (its quote, if it has one), in
    JSON and JSONL the one at which the value begins, in Parquet the row and no column.
    """

    rule: str
    severity: str
    file: str | None
    line: int | None
    column: int | None
    message: str
    hint: str | None = None
    field: str | None = None
    records: tuple[str, ...] = ()
    event: str | None = None
    key: tuple[str, ...] = ()
    """What the finding is about, as against where it stands: the stuff of its fingerprint."""
    about: str | None = None
    """The rule that an acknowledgement names, where that is another: the discrepancy's."""
    claims: tuple[str, ...] = ()
    """The values behind it: an acknowledgement holds as long as these do."""
    ordinal: int = 0

    @property
    def name(self) -> str:
        """The rule's name."""
        return BY_CODE[self.rule].name

    @property
    def where(self) -> str:
        """``file:line:column``, as far as it is known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that stay the same while lines move and files are renamed."""
        parts = (self.rule, self.field or "", *self.records, "|", *self.key, "|", *self.claims, str(self.ordinal))
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def rank(self) -> tuple[int, str, int, int, str, str, str]:
        """The worst first, then by place."""
        return (
            _RANK[self.severity], self.file or "", self.line or 0, self.column or 0, self.rule, self.message,
            self.fingerprint,
        )  # fmt: skip


def found(
    name: str,
    place: tuple[str | None, int | None, int | None],
    values: Mapping[str, Any],
    *,
    hint: str | None = None,
    key: Iterable[str] | None = None,
    **more: Any,
) -> Finding:
    """A finding of the rule ``name``, its sentence filled in; the key is the sentence unless another is given."""
    rule = BY_NAME[name]
    message = rule.template.format(**values)
    return Finding(
        rule.code, rule.severity, *place, message, hint or rule.mend or None,
        key=(message,) if key is None else tuple(key), **more,
    )  # fmt: skip


def settled(findings: Iterable[Finding], settings: CheckSettings) -> list[Finding]:
    """The findings with the severities that the user wants, those switched off left out; the worst first.

    Findings that nothing but their place tells apart are numbered, so that each has a fingerprint of its own.
    """
    wanted = []
    for one in findings:
        severity = settings.severity.get(one.rule, one.severity)
        if severity != "off":
            wanted.append(replace(one, severity=severity))
    wanted.sort(key=lambda one: one.rank)
    seen: dict[str, int] = {}
    numbered = []
    for one in wanted:
        times = seen[one.fingerprint] = seen.get(one.fingerprint, -1) + 1
        numbered.append(replace(one, ordinal=times))
    return numbered


def at_or_above(severity: str, least: str) -> bool:
    """Whether ``severity`` is as bad as ``least`` or worse."""
    return _RANK[severity] <= _RANK[least]
