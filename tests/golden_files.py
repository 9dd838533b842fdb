"""Write the golden files and the generated parts of the docs anew: ``python tests/golden_files.py``.

Read the difference before committing it: it is what readers will see change.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- report: begin -->\n", "<!-- report: end -->\n"


def report() -> str:
    """The terminal report on the khanaqin fixture at 100 columns."""
    return subprocess.run(
        [sys.executable, "-m", "reconcile", "report", "fixtures/khanaqin"],
        capture_output=True, check=True, cwd=ROOT, env={**os.environ, "COLUMNS": "100"},
    ).stdout.decode()  # fmt: skip


def without_confidence(text: str) -> str:
    """Confidences belong to the model and not to the renderer."""
    return re.sub(r"confidence\s+[01]\.\d\d", "confidence", text)


def dara(text: str) -> str:
    """The headline and the event of the README's picture."""
    events = re.split(r"\n(?=ev-)", text)
    picture = next(event for event in events if " Dara, " in event.split("\n")[0])
    return f"{events[0].strip()}\n\n{picture.strip()}\n"


def readme(text: str, picture: str) -> str:
    """The page with ``picture`` between its markers."""
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    return f"{head}{BEGIN}\n```text\n{picture}```\n\n{END}{tail}"


def words(text: str) -> str:
    """The page with the table of words for numbers between its markers."""
    from reconcile.claims import figure_text
    from reconcile.vague import VAGUE

    begin, end = "<!-- words: begin -->\n", "<!-- words: end -->\n"
    rows = ["| word | low to high | best | a recorder's rule |", "|---|---|---|---|"]
    for word, entry in VAGUE.words.items():
        rules = ", ".join(f"{name} {figure}" for name, figure in sorted(entry.recorders.items()))
        best = "" if entry.best is None else entry.best
        rows.append(f"| {word} | {figure_text(entry.low, entry.best, entry.high)} | {best} | {rules} |")
    head, rest = text.split(begin)
    return head + begin + "\n" + "\n".join(rows) + "\n\n" + end + rest.split(end)[1]


def check_page(text: str) -> str:
    """docs/check.md with the rules between its markers."""
    from reconcile.report.rulebook import check_markdown

    begin, end = "<!-- rules: begin -->\n", "<!-- rules: end -->\n"
    head, rest = text.split(begin)
    return f"{head}{begin}\n{check_markdown()}\n{end}{rest.split(end)[1]}"


def files() -> dict[Path, str]:
    """Every generated file and what it must hold."""
    from reconcile.report.rulebook import markdown

    text = report()
    check = ROOT / "docs" / "check.md"
    page, claims = ROOT / "README.md", ROOT / "docs" / "reconciling.md"
    return {
        ROOT / "tests" / "golden" / "khanaqin.txt": without_confidence(text),
        ROOT / "docs" / "rules.md": markdown(),
        check: check_page(check.read_text(encoding="utf-8")),
        page: readme(page.read_text(encoding="utf-8"), dara(text)),
        claims: readme(words(claims.read_text(encoding="utf-8")), dara(text)),
    }


def told_cases() -> str:
    """What a reader sees of each case of tests/cases."""
    from cases_reader import cases, solved, told

    return "\n\n".join("\n".join([f"{case['file']}: {case['name']}", *told(solved(case))]) for case in cases()) + "\n"


if __name__ == "__main__":
    (ROOT / "tests" / "golden" / "cases.txt").write_text(told_cases(), encoding="utf-8")
    for path, content in files().items():
        path.write_text(content, encoding="utf-8")
