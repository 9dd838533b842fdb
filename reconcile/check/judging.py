"""Judgements as data: lines that cannot be read, contradictions, records that are not there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from reconcile.check.finding import Finding, found
from reconcile.check.lines import Lines
from reconcile.dates import parse_published
from reconcile.errors import InputErrors, Problem
from reconcile.judgements import Judgement, Judgements, inspect_judgements
from reconcile.text import clip


def judging(
    paths: Sequence[str], ids: Collection[str], unreadable: Collection[str]
) -> tuple[Judgements, list[Finding]]:
    """The verdicts that stand, and the findings in the files at ``paths``.

    ``ids`` are the records'; an id that stands in one of the files ``unreadable`` may be of a record that cannot be
    read, and is not found missing. Raises :class:`InputErrors` for a file that cannot be read.
    """
    standing, lines, problems = inspect_judgements(paths)
    gone = [problem for problem in problems if problem.line is None]
    if gone:
        raise InputErrors(gone)
    files = {path: Lines(path) for path in paths}
    findings = [_problem(one, files[one.file]) for one in problems]
    hidden = text_of(unreadable)
    for one in lines:
        if one.at is not None and not _is_moment(one.at):
            findings.append(_undated(one, files[one.file]))
        for side in ("left", "right"):
            record = getattr(one, side)
            if record not in ids and record not in hidden:
                findings.append(_unknown(one, record, files[one.file], ids))
    return standing, findings


def text_of(files: Iterable[str]) -> str:
    """What stands in files of which a part cannot be read."""
    texts = []
    for name in files:
        try:
            texts.append(Path(name).read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(texts)


def _problem(problem: Problem, lines: Lines) -> Finding:
    """An unreadable line, or a contradiction, which names the other line."""
    contradiction = " contradicts " in problem.what
    rule = "contradictory-judgements" if contradiction else "unreadable-judgement"
    key = "verdict" if contradiction or problem.what.startswith("verdict ") else ""
    if problem.what.startswith("judges "):
        key = "right"
    if match := re.fullmatch(r"unknown field '(.*)'", problem.what):
        key = match[1]
    stated = re.search(r" at column ([0-9]+)$", problem.what)
    column = int(stated[1]) if stated else lines.column(problem.line or 0, *([key] if key else []))
    return found(
        rule, (problem.file, problem.line, column), {"what": problem.what},
        hint=problem.hint, key=(_unplaced(problem.what),),
    )  # fmt: skip


def _unplaced(what: str) -> str:
    """A message without the place that it names: ``... at FILE:LINE``, ``... of FILE:LINE ...``."""
    words = what.split(" ")
    for at, word in enumerate(words[1:], 1):
        name, _, line = word.rpartition(":")
        last = at == len(words) - 1 and line.isdigit()
        if name and line[:1].isdigit() and (words[at - 1] == "of" or (words[at - 1] == "at" and last)):
            return " ".join(words[: at - 1])
    return what


def _is_moment(text: str) -> bool:
    try:
        parse_published(text)
    except ValueError:
        return False
    return True


def _undated(one: Judgement, lines: Lines) -> Finding:
    values = {"what": f"at: '{clip(str(one.at), 60)}' is not a day, nor a moment"}
    place = (one.file, one.line, lines.column(one.line, "at"))
    return found("unreadable-judgement", place, values, hint="write for example 2021-11-21", key=tuple(values.values()))


def _unknown(one: Judgement, record: str, lines: Lines, ids: Collection[str]) -> Finding:
    values = {"what": f"names {record}, which is not among the records"}
    place = (one.file, one.line, lines.column_of(one.line, record))
    return found("unknown-record", place, values, hint=nearest(record, ids), records=(record,))


def nearest(record: str, ids: Collection[str]) -> str | None:
    """What the id was probably meant to be."""
    from rapidfuzz import fuzz, process

    best = process.extractOne(record[:200], sorted(ids), scorer=fuzz.ratio, score_cutoff=75)
    return f"did you mean {best[0]}?" if best else None
