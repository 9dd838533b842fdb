"""What a rule is: one kind of disagreement between outlets, or one kind of mistake in curated data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SEVERITIES: Final = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding: its code and name never change their meaning once published."""

    code: str
    name: str
    severity: str
    """The default; of the rules of ``check`` the configuration may change it."""
    title: str
    why: str
    how: str
    template: str = ""
    """The sentence of a finding of ``check``, with the values in braces; empty for the rules of discrepancies."""
    mend: str = ""
    """How to mend it."""
    example: str = ""
