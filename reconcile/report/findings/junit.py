"""The findings as JUnit XML: a test case for each rule that found nothing, and one for each finding.

Elements and attributes are those that both the schema of Jenkins' xUnit plug-in and Ant's know. There are no clocks.
"""

from __future__ import annotations

from reconcile.check import Finding
from reconcile.report.findings.outcome import Outcome
from reconcile.text import for_xml


def junit(outcome: Outcome) -> bytes:
    """One suite. Findings that do not fail the run are passing cases that say what was found."""
    found = {one.rule for one in outcome.findings}
    cases = [
        _case(f"{rule.code} {rule.name}", rule.name, "")
        for rule, severity in outcome.rules()
        if rule.code not in found and severity != "off"
    ]
    cases += [_finding(one, fails=outcome.fails(one)) for one in outcome.findings]
    failures = sum(outcome.fails(one) for one in outcome.findings)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="reconcile" {counts}>',
        f'  <testsuite name="reconcile check" {counts} skipped="0" time="0">',
        *cases,
        "  </testsuite>",
        "</testsuites>",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _case(name: str, kind: str, inner: str) -> str:
    opening = f'    <testcase name="{for_xml(name)}" classname="reconcile.check.{for_xml(kind)}" time="0"'
    return f"{opening}>{inner}</testcase>" if inner else f"{opening}/>"


def _finding(one: Finding, *, fails: bool) -> str:
    hint = f" ({one.hint})" if one.hint else ""
    body = for_xml(f"{one.where}: {one.message}{hint}")
    if fails:
        inner = f'<failure message="{for_xml(one.message)}" type="{one.rule}">{body}</failure>'
    else:
        inner = f"<system-out>{one.severity}: {body}</system-out>"
    return _case(f"{one.rule} {one.where} {one.fingerprint}", one.name, inner)
