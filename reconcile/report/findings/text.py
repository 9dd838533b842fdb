"""The findings for a terminal: the ten worst in full, then each rule with its count."""

from __future__ import annotations

from reconcile.check import line_for
from reconcile.report.findings.outcome import Outcome, headline
from reconcile.report.layout import Page

FIRST = 10
_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}


def write_findings(page: Page, outcome: Outcome, *, everything: bool) -> None:
    """The findings on a page; ``everything`` shows all of them in full."""
    shown = outcome.findings if everything else outcome.findings[:FIRST]
    for one in shown:
        page.line(f"{one.where or '(all records)'}: ", (one.severity, _STYLE[one.severity]), f" {one.rule} {one.name}")
        page.sentence(one.message, indent=4)
        if one.hint:
            page.sentence(one.hint, indent=4, style="dim")
        if one.rule.startswith("X004"):
            page.sentence(line_for(one), indent=4, style="dim")
    if len(shown) < len(outcome.findings):
        page.line(f"... and {len(outcome.findings) - len(shown):,} more (--all shows them)")
    page.blank()
    page.line((headline(outcome), "bold"))
    if outcome.held_back:
        many = f"{outcome.held_back:,} finding{'' if outcome.held_back == 1 else 's'}"
        page.sentence(f"{many} on events held back until the errors in their records are mended", indent=2)
    by_rule = outcome.by_rule()
    width = len(f"{max((count for *_, count in by_rule), default=0):,}")
    for rule, severity, count in by_rule:
        page.line(f"{count:>{width},}  {rule.code} ", (severity, _STYLE[severity]), f"  {rule.title}", indent=2)
    if by_rule:
        page.sentence("reconcile explain CODE says why each matters and how it is mended", indent=2, style="dim")
