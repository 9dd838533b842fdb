"""``reconcile review``: a person judges pairs, one key each."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reconcile.commands.common import page, run_pipeline
from reconcile.errors import UsageError
from reconcile.text import for_json, for_json_text

if TYPE_CHECKING:
    from reconcile.pipeline import Result
    from reconcile.review import Question

_VERDICTS: Final = {"y": "same", "n": "different", "u": "unsure"}
_HELP: Final = "y same event   n different   u unsure   s skip   w why   b back (undo)   q quit"
Keys = Callable[[], str]


def run(arguments: argparse.Namespace) -> int:
    """Ask for judgements and append them to a file, each as soon as it is given."""
    from reconcile.review import questions

    if not arguments.judgements:
        raise UsageError("review needs --judgements FILE, where the verdicts are appended (it may be new)")
    target = arguments.judgements[-1]
    if not Path(target).exists():
        arguments.judgements = arguments.judgements[:-1]
    result = run_pipeline(arguments, arguments.paths)
    session = Session(result, target, arguments.by or _user(), arguments.color)
    session.ask(questions(result, arguments.most), _keys())
    return 0


@dataclass
class Session:
    """The verdicts of one sitting. Every line is flushed to disk before the next pair is shown."""

    result: Result
    target: str
    by: str | None
    color: str
    _rows: dict[str, dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self._rows = {row["record_id"]: row for row in self.result.records.iter_rows(named=True)}

    def ask(self, queue: list[Question], key: Keys) -> None:
        """Show each pair and obey keys until the queue or the person is done."""
        sheet = page(self.color)
        if not queue:
            sheet.line("nothing left to judge: no pair of these records is in doubt")
            return
        given: list[str | None] = [None] * len(queue)
        here = 0
        while here < len(queue):
            self._show(queue[here], f"{here + 1} of {len(queue)}")
            answer = self._answer(queue[here], key)
            if answer in _VERDICTS:
                self._append(queue[here], _VERDICTS[answer])
                given[here] = answer
                here += 1
            elif answer == "s":
                here += 1
            elif answer == "b" and here > 0:
                here -= 1
                if given[here] is not None:
                    self._append(queue[here], "unsure", why="taken back")
                    given[here] = None
            elif answer == "q":
                break
        count = sum(answer is not None for answer in given)
        sheet.line(f"{count} judgement{'' if count == 1 else 's'} in {self.target}")

    def _answer(self, question: Question, key: Keys) -> str:
        from reconcile.explain import explain_pair
        from reconcile.report.why import write_pair

        while True:
            answer = key().lower()
            if answer == "w":
                write_pair(page(self.color), explain_pair(self.result, question.left, question.right))
            elif answer in {*_VERDICTS, "s", "b", "q"}:
                return answer
            else:
                page(self.color).line((_HELP, "dim"))

    def _show(self, question: Question, place: str) -> None:
        from reconcile.report.side_by_side import write_side_by_side

        sheet = page(self.color)
        sheet.line("")
        now = "in one event" if question.joined else "in two events"
        sheet.line((place, "bold"), f"   the model gives {question.probability:.0%} that they are one; now {now}")
        sheet.line("")
        write_side_by_side(sheet, self._rows[question.left], self._rows[question.right])
        sheet.line("")
        sheet.line((_HELP, "dim"))
        sys.stdout.flush()

    def _append(self, question: Question, verdict: str, why: str | None = None) -> None:
        line = {"left": question.left, "right": question.right, "verdict": verdict}
        extra = {"by": self.by, "at": datetime.now(UTC).isoformat(timespec="seconds"), "why": why}
        given = json.dumps(line | {name: value for name, value in extra.items() if value}, ensure_ascii=False)
        text = for_json_text(for_json(given)) + "\n"
        data = Path(self.target).read_bytes() if Path(self.target).exists() else b""
        prefix = "" if not data or data.endswith(b"\n") else "\n"
        # One write of one whole line, appended: an interruption leaves the line there or not, never half of it.
        with Path(self.target).open("ab", buffering=0) as stream:
            stream.write((prefix + text).encode())
            os.fsync(stream.fileno())


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return None


def _keys() -> Keys:
    """Single keys from a terminal, else one answer a line; the end of input quits."""
    if not sys.stdin.isatty():
        return lambda: (sys.stdin.readline() or "q").strip()[:1] or "?"
    try:
        import termios
        import tty
    except ImportError:  # no POSIX terminal
        return lambda: (sys.stdin.readline() or "q").strip()[:1] or "?"

    def one() -> str:
        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)
        try:
            tty.setcbreak(descriptor)
            typed = os.read(descriptor, 64)
            # An arrow or a pasted text arrives as several bytes at once: it is no answer.
            return typed.decode("ascii", "replace") if len(typed) == 1 else ("q" if not typed else "?")
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

    return one
