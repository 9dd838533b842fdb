"""The findings as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any, Final

from reconcile import __version__
from reconcile.check import Finding
from reconcile.report.findings.document import clean
from reconcile.report.findings.outcome import Outcome
from reconcile.rule import Rule
from reconcile.text import for_json_text, for_terminal, for_uri

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL: Final = {"error": "error", "warning": "warning", "info": "note", "off": "none"}


def sarif(outcome: Outcome) -> bytes:
    """One log with one run. The rules come from the one table."""
    rules = outcome.rules()
    index = {rule.code: number for number, (rule, _) in enumerate(rules)}
    driver = {
        "name": "reconcile",
        "semanticVersion": __version__,
        "rules": [_rule(rule, severity) for rule, severity in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, index[one.rule]) for one in outcome.findings],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return (for_json_text(json.dumps(clean(log), ensure_ascii=False, indent=2)) + "\n").encode()


def _rule(rule: Rule, severity: str) -> dict[str, Any]:
    help_text = f"{rule.why} {rule.how} {rule.mend}".strip()
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": f"{rule.why} {rule.how}"},
        "help": {"text": help_text},
        "defaultConfiguration": {"enabled": severity != "off", "level": _LEVEL[severity]},
    }


def _result(one: Finding, rule_index: int) -> dict[str, Any]:
    hint = f" ({one.hint})" if one.hint else ""
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": rule_index,
        "level": _LEVEL[one.severity],
        "message": {"text": for_terminal(one.message + hint)},
        "partialFingerprints": {"reconcileFinding/v1": one.fingerprint},
    }
    if one.file is not None:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(one.file)}}
        if one.line is not None:
            column = {} if one.column is None else {"startColumn": one.column}
            physical["region"] = {"startLine": one.line, **column}
        result["locations"] = [{"physicalLocation": physical}]
    return result


def _uri(file: str) -> str:
    path = PurePath(file).as_posix()
    return f"file://{for_uri(path)}" if path.startswith("/") else for_uri(path)
