"""The findings as JSON."""

from __future__ import annotations

import json
from typing import Any, Final

from reconcile.check import Finding
from reconcile.report.findings.outcome import Outcome
from reconcile.text import for_json, for_json_text

SCHEMA_NAME: Final = "reconcile-findings/1"


def findings_json(outcome: Outcome) -> bytes:
    """One document: a summary, and every finding, the worst first."""
    document = {
        "schema": SCHEMA_NAME,
        "summary": {
            "records": outcome.records,
            "events": outcome.events,
            "findings": len(outcome.findings),
            **outcome.counts(),
            "failing": outcome.failing,
            "held_back": outcome.held_back,
        },
        "findings": [finding_json(one) for one in outcome.findings],
    }
    return (for_json_text(json.dumps(clean(document), ensure_ascii=False, indent=2)) + "\n").encode()


def finding_json(one: Finding) -> dict[str, Any]:
    """One finding, keys in a fixed order."""
    return {
        "rule": one.rule,
        "name": one.name,
        "severity": one.severity,
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "message": one.message,
        "hint": one.hint,
        "field": one.field,
        "records": list(one.records),
        "event": one.event,
        "fingerprint": one.fingerprint,
    }


def clean(value: Any) -> Any:
    """``value`` with every text as Unicode text."""
    if isinstance(value, str):
        return for_json(value)
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    return [clean(item) for item in value] if isinstance(value, list) else value
