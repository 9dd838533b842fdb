"""Where a setting stands in a TOML file: the reader of the standard library does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

_HEADER: Final = re.compile(r"\s*+\[\[?([^\[\]]*+)\]\]?\s*+(?:#.*)?")
_KEY: Final = re.compile(r"""\s*+([\w.'"-]++)\s*+=\s*+""")
_PART: Final = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_ERROR: Final = re.compile(r" \(at line ([0-9]+), column ([0-9]+)\)$")

Place = tuple[int | None, int | None]


def place_of(text: str, keys: Sequence[str], *, value: bool = False, item: str | None = None) -> Place:
    """Line and column, from 1, of a key, or of its ``value``, or of an ``item`` of its list of texts.

    ``keys`` lead to it from the top, their dashes as underscores. ``(None, None)`` if it cannot be found.
    """
    best: tuple[int, int, int] | None = None  # how many keys, the line, where in the line
    lines = text.split("\n")
    folded = tuple(key.replace("-", "_") for key in keys)
    for number, path, at, after in _stated(lines):
        if path == folded[: len(path)] and (best is None or len(path) > best[0]):
            inner = keys[len(path) :]
            best = (len(path), number, after if inner or value or item is not None else at)
    if best is None:
        return None, None
    depth, number, at = best
    wanted = item if item is not None else keys[-1] if depth < len(keys) else None
    if wanted is None:
        return number + 1, at + 1
    quoted = item is not None
    for later in range(number, len(lines)):
        place = _word(lines[later], wanted, at if later == number else 0, quoted=quoted)
        if place is not None:
            return later + 1, place + 1
    return number + 1, at + 1


def place_of_error(message: str) -> tuple[str, Place]:
    """A message of ``tomllib`` without its place, and the place."""
    match = _ERROR.search(message)
    return (message[: match.start()], (int(match[1]), int(match[2]))) if match else (message, (None, None))


def _stated(lines: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...], int, int]]:
    """Each header and key: its line, the keys that lead to it, and where it and what it states begin."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(lines):
        if match := _HEADER.fullmatch(line):
            table = _parts(match[1])
            yield number, table, match.start(1), match.start(1)
        elif match := _KEY.match(line):
            yield number, (*table, *_parts(match[1])), match.start(1), match.end()


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'").replace("-", "_") for part in _PART.findall(dotted))


def _word(line: str, wanted: str, start: int, *, quoted: bool) -> int | None:
    """Where a word stands in a line, whole; with its quotes, if it is ``quoted``."""
    for spelled in (wanted, wanted.replace("_", "-")):
        for quote in ("'", '"') if quoted else ("",):
            at = line.find(f"{quote}{spelled}{quote}", start)
            if at >= 0:
                return at
    return None
