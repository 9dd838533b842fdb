"""Every way the user's side of a run can fail; anything else that escapes is our bug.

ReconcileError          exit code 2, never a traceback
├── UsageError          the command line asks for something that cannot be
├── ConfigError         a configuration, model or table file is wrong
└── InputErrors         the records are wrong: every problem at once, each a ``Problem``
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with (or worth knowing of) an input: where, what, and how to mend it.

    ``line`` and ``column`` count from 1; ``column`` is the character at which the offending value begins.
    """

    file: str
    line: int | None
    column: int | None
    what: str
    hint: str | None = None

    @property
    def where(self) -> str:
        """``file:line:column``, as far as it is known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" ({self.hint})" if self.hint else "")

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Order by place, then by text, so that messages never depend on reading order."""
        return (self.file, self.line or 0, self.column or 0, self.what)


class ReconcileError(Exception):
    """The base of every error that is the user's to mend."""

    exit_code = 2


class UsageError(ReconcileError):
    """The command line asks for something that cannot be."""


class ConfigError(ReconcileError):
    """A configuration, model, actor, place or judgement file is wrong."""


class InputErrors(ReconcileError):
    """The input cannot be read as records; carries every problem found, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.sort_key)
        super().__init__("\n".join(str(problem) for problem in self.problems))
