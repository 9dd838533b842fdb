"""The findings as workflow commands, which GitHub shows beside the lines, and as a summary of the step."""

from __future__ import annotations

from typing import Final

from reconcile.check import Finding
from reconcile.report.findings.outcome import Outcome, headline
from reconcile.text import for_markdown, for_workflow_command, for_workflow_property

_COMMAND: Final = {"error": "error", "warning": "warning", "info": "notice"}
_FIRST: Final = 10


def commands(outcome: Outcome) -> str:
    """One command a line, the worst first: GitHub shows ten of each kind a step."""
    return "".join(f"{_command(one)}\n" for one in outcome.findings)


def _command(one: Finding) -> str:
    given = {"file": one.file, "line": one.line, "col": one.column, "title": f"{one.rule} {one.name}"}
    properties = ",".join(
        f"{name}={for_workflow_property(str(value))}" for name, value in given.items() if value is not None
    )
    hint = f" ({one.hint})" if one.hint else ""
    return f"::{_COMMAND[one.severity]} {properties}::{for_workflow_command(one.message + hint)}"


def summary(outcome: Outcome) -> str:
    """Markdown for ``$GITHUB_STEP_SUMMARY``."""
    lines = [f"### reconcile check: {for_markdown(headline(outcome))}", ""]
    if outcome.findings:
        lines += ["| | rule | where | what |", "|---|---|---|---|"]
        lines += [
            f"| {one.severity} | {one.rule} {one.name} | {for_markdown(one.where)} | {for_markdown(one.message)} |"
            for one in outcome.findings[:_FIRST]
        ]
        if len(outcome.findings) > _FIRST:
            lines += ["", f"... and {len(outcome.findings) - _FIRST:,} more"]
        lines += ["", "| findings | rule | |", "|---:|---|---|"]
        lines += [
            f"| {count:,} | {rule.code} {rule.name} | {severity}: {for_markdown(rule.title)} |"
            for rule, severity, count in outcome.by_rule()
        ]
        lines.append("")
    return "\n".join(lines) + "\n"
