"""The rules in words, for ``explain`` and for docs/rules.md (which a test keeps equal to this)."""

from __future__ import annotations

from reconcile.report.layout import Page
from reconcile.rules import RULES, Rule


def write_rule(page: Page, rule: Rule) -> None:
    """One rule on the terminal."""
    page.line((rule.code, "bold cyan"), "  ", (rule.name, "bold"), f"  severity {rule.severity}")
    page.sentence(rule.title + ".", indent=2)
    page.blank()
    page.row("why", rule.why, indent=2, label_width=6, style="dim")
    page.row("how", rule.how, indent=2, label_width=6, style="dim")


def markdown() -> str:
    """docs/rules.md as a whole."""
    lines = [
        "# Rules",
        "",
        "How outlets disagree, and how `reconcile` finds it. `reconcile explain CODE` prints the same text.",
        "",
        "| code | name | severity | in short |",
        "|---|---|---|---|",
        *(f"| {rule.code} | `{rule.name}` | {rule.severity} | {rule.title} |" for rule in RULES),
    ]
    for rule in RULES:
        lines += ["", f"## {rule.code} {rule.name}", "", f"{rule.title}.", "", f"**Why it matters.** {rule.why}", "",
                  f"**How it is found.** {rule.how}"]  # fmt: skip
    return "\n".join(lines) + "\n"
