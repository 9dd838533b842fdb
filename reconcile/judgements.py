"""A human's verdicts on pairs of records: append-only JSONL that outranks the model.

Each line: ``left``, ``right``, ``verdict`` (same / different / unsure) and optionally ``by``, ``at``, ``why``.
``unsure`` takes back what earlier lines said of the pair.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reconcile.errors import InputErrors, Problem

VERDICTS: Final = ("same", "different", "unsure")
FIELDS: Final = ("left", "right", "verdict", "by", "at", "why")
_MOST_LINE: Final = 100_000
_MOST_BYTES: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line of a judgements file, ``left`` < ``right``."""

    left: str
    right: str
    verdict: str
    file: str
    line: int
    by: str | None = None
    at: str | None = None
    why: str | None = None

    @property
    def where(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Judgements:
    """The verdicts that stand, each pair once, sorted by pair."""

    standing: tuple[Judgement, ...] = ()

    def pairs(self, verdict: str) -> list[tuple[str, str]]:
        """The (left, right) ids of the standing judgements with ``verdict``."""
        return [(one.left, one.right) for one in self.standing if one.verdict == verdict]

    def find(self, a: str, b: str) -> Judgement | None:
        """The standing judgement on a pair, in either order."""
        key = (min(a, b), max(a, b))
        return next((one for one in self.standing if (one.left, one.right) == key), None)


def read_judgements(paths: Sequence[str]) -> Judgements:
    """Read and cross-check judgement files. Raises :class:`InputErrors`, a contradiction naming both its lines."""
    judgements, _, problems = inspect_judgements(paths)
    if problems:
        raise InputErrors(problems)
    return judgements


def inspect_judgements(paths: Sequence[str]) -> tuple[Judgements, list[Judgement], list[Problem]]:
    """What stands, every line that could be read, and everything that is wrong."""
    problems: list[Problem] = []
    lines: list[Judgement] = []
    for path in paths:
        lines.extend(_read(path, problems))
    standing: dict[tuple[str, str], Judgement] = {}
    for one in lines:
        key = (one.left, one.right)
        before = standing.get(key)
        if before and {before.verdict, one.verdict} == {"same", "different"}:
            what = f"{one.verdict!r} for {one.left} and {one.right} contradicts {before.verdict!r} at {before.where}"
            problems.append(
                Problem(one.file, one.line, None, what, "take one back with a line whose verdict is unsure")
            )
        else:
            standing[key] = one
    problems.extend(_roundabout(standing.values()))
    return Judgements(tuple(standing[key] for key in sorted(standing))), lines, problems


def _read(path: str, problems: list[Problem]) -> Iterable[Judgement]:
    try:
        if Path(path).stat().st_size > _MOST_BYTES:
            problems.append(Problem(path, None, None, f"larger than {_MOST_BYTES:,} bytes, the limit"))
            return
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problems.append(Problem(path, None, None, "not UTF-8 text", "save the file as UTF-8"))
        return
    except OSError as error:
        problems.append(Problem(path, None, None, f"cannot be read: {error.strerror}"))
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield _parse(line, path, number)
            except ValueError as error:
                problems.append(Problem(path, number, None, str(error), f"a line has {', '.join(FIELDS)}"))


def _parse(line: str, path: str, number: int) -> Judgement:
    if len(line) > _MOST_LINE:
        raise ValueError(f"line longer than {_MOST_LINE} characters")
    try:
        value: Any = json.loads(line, object_pairs_hook=_no_doubles)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(value, Mapping):
        raise ValueError("not a JSON object")
    unknown = sorted(value.keys() - set(FIELDS))
    if unknown:
        raise ValueError(f"unknown field {unknown[0]!r}")
    if not all(item is None or isinstance(item, str) for item in value.values()):
        raise ValueError("every value must be a text")
    left, right, verdict = (value.get(name) or "" for name in ("left", "right", "verdict"))
    if not left or not right:
        raise ValueError("names no pair: left and right must be record ids")
    if left == right:
        raise ValueError(f"judges {left} against itself")
    if verdict not in VERDICTS:
        raise ValueError(f"verdict {verdict!r} is none of {', '.join(VERDICTS)}")
    low, high = sorted((left, right))
    return Judgement(low, high, verdict, path, number, value.get("by"), value.get("at"), value.get("why"))


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("names a field twice")
    return found


def _roundabout(standing: Iterable[Judgement]) -> Iterable[Problem]:
    """Contradictions through others: A same B, B same C, yet A different C; each names the chain of lines."""
    links: dict[str, list[Judgement]] = {}
    apart = []
    for one in sorted(standing, key=lambda one: (one.left, one.right)):
        if one.verdict == "same":
            links.setdefault(one.left, []).append(one)
            links.setdefault(one.right, []).append(one)
        elif one.verdict == "different":
            apart.append(one)
    for one in apart:
        chain = _chain(one.left, one.right, links)
        if chain:
            via = ", ".join(link.where for link in chain)
            what = f"'different' for {one.left} and {one.right} contradicts the 'same' of {via}"
            yield Problem(one.file, one.line, None, what, "together those lines make the two records one event")


def _chain(start: str, goal: str, links: Mapping[str, Sequence[Judgement]]) -> list[Judgement]:
    """The shortest chain of ``same`` judgements from one record to another; empty when there is none."""
    came_by: dict[str, Judgement | None] = {start: None}
    queue = deque([start])
    while queue and goal not in came_by:
        here = queue.popleft()
        for link in links.get(here, ()):
            there = link.right if link.left == here else link.left
            if there not in came_by:
                came_by[there] = link
                queue.append(there)
    chain = []
    here = goal
    while (step := came_by.get(here)) is not None:
        chain.append(step)
        here = step.left if step.right == here else step.right
    return chain[::-1]
