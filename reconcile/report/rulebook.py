"""The rules in words, for ``explain`` and for docs/rules.md (which a test keeps equal to this)."""

from __future__ import annotations

from reconcile.report.layout import Page
from reconcile.rules import CHECK_RULES, RULES, Rule


def write_rule(page: Page, rule: Rule) -> None:
    """One rule on the terminal."""
    page.line((rule.code, "bold cyan"), "  ", (rule.name, "bold"), f"  severity {rule.severity}")
    page.sentence(rule.title + ".", indent=2)
    page.blank()
    page.row("why", rule.why, indent=2, label_width=6, style="dim")
    page.row("how", rule.how, indent=2, label_width=6, style="dim")
    for label, text in (("mend", rule.mend), ("e.g.", rule.example)):
        if text:
            page.row(label, text, indent=2, label_width=6, style="dim")


def check_markdown() -> str:
    """The part of docs/check.md that lists the rules of ``check``."""
    lines = ["| code | name | severity | in short |", "|---|---|---|---|"]
    lines += [f"| {rule.code} | `{rule.name}` | {rule.severity} | {rule.title} |" for rule in CHECK_RULES]
    for rule in CHECK_RULES:
        lines += ["", f"### {rule.code} {rule.name}", "", f"{rule.title}. {rule.why}", "", f"**Found.** {rule.how}", "",
                  f"**Mended.** {rule.mend}"]  # fmt: skip
        if rule.example:
            lines += ["", f"**Example.** {rule.example}"]
    return "\n".join(lines) + "\n"


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
