"""TOML with slips in it: what was probably meant, so that one slip does not hide the settings around it.

Nothing is done by a guess: whoever reads a file with slips says each of them, and fails.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

from reconcile.toml_places import Place, place_of_error

_MOST: Final = 20  # slips, until it is no TOML altogether
_ABOVE: Final = 12  # lines above the one in which an open bracket is noticed
_WORK: Final = 5_000_000  # characters read again in search of what was meant: a second or so
_BODY: Final = re.compile(r"([^#]*+)(#.*+)?")
_KEY: Final = re.compile(r"(\s*+)([^=:\[\]\"']*[^=:\[\]\"'\s])\s*+[=:]\s*+(.*\S)\s*+")
_HEADER: Final = re.compile(r"[\[\](){}\s]*+([\w.\"' -]++)[\[\](){}\s]*+")
_APART: Final = re.compile(r"(\s*+)([\w-]++)\s++([\"'\[0-9].*)")
_CURLY: Final = str.maketrans("\u201c\u201d\u201e\u2018\u2019", '"""\'\'')


class HopelessError(ValueError):
    """The text is no TOML, nor nearly; the slips found so far."""

    def __init__(self, slips: list[tuple[Place, str]]) -> None:
        self.slips = slips
        super().__init__("; ".join(what for _, what in slips))


def repaired(text: str) -> tuple[dict[str, Any], list[tuple[Place, str]], bool]:
    """The document, where its slips are and what each is, and whether all are mended: what nothing mends is left out.

    Raises :class:`HopelessError`, and ``RecursionError``.
    """
    slips: list[tuple[Place, str]] = []
    lines, whole = text.split("\n"), True
    tries = iter(range(_WORK // (len(text) + 1)))
    while True:
        try:
            return tomllib.loads("\n".join(lines)), slips, whole
        except ValueError as error:  # TOMLDecodeError, or a number of more digits than Python reads
            what, (line, column) = place_of_error(str(error))
            end = len(lines) if line is None else min(line, len(lines))
            mended = _mended(lines, end, tries) if len(slips) < _MOST else None
            if mended is not None:
                at, at_column, new = mended
                slips.append(((at, at_column), what))
                lines[at - 1] = new
                continue
            slips.append(((line, column), what))
            if line is None or len(slips) > _MOST or not 0 < line <= len(lines) or not lines[line - 1].strip():
                raise HopelessError(slips) from None
            lines[line - 1], whole = "", False


def _mended(lines: list[str], end: int, tries: Iterator[int]) -> tuple[int, int, str] | None:
    """A line at or above ``end``, a column, and the line as it lets the text be read beyond ``end``.

    None where there is no such line, or no more ``tries`` are left.
    """
    for at in range(end, max(end - _ABOVE, 0), -1):
        for column, new in _ways(lines[at - 1]):
            if new == lines[at - 1]:
                continue
            if next(tries, None) is None:
                return None
            if _reads([*lines[: at - 1], new, *lines[at:]], end):
                return at, column, new
    return None


def _reads(lines: list[str], end: int) -> bool:
    """Whether the lines can be read beyond the line ``end``."""
    try:
        tomllib.loads("\n".join(lines))
    except ValueError as error:
        line = place_of_error(str(error))[1][0]
        return line is not None and line > end and "at end of document" not in str(error)
    return True


def _ways(line: str) -> Iterator[tuple[int, str]]:
    """Ways to mend a line, the likeliest first, each with the column of what it mends."""
    match = _BODY.fullmatch(line)
    body, rest = (match[1].rstrip(), match[2] or "") if match else (line, "")
    if not body.strip():
        return
    rest = f" {rest}" if rest else ""
    start = len(body) - len(body.lstrip()) + 1
    header = _HEADER.fullmatch(body)
    if header and ("[" in body or "]" in body or len(header[1].split()) == 1):
        yield start, f"[{'.'.join(header[1].split())}]{rest}"
    if apart := _APART.fullmatch(body):
        yield start, f"{apart[1]}{apart[2]} = {apart[3]}{rest}"
    key = _KEY.fullmatch(body)
    if key is None:
        return
    indent, name, value = key.groups()
    name = re.sub(r"\s+", "-", name)
    column = key.start(3) + 1
    plain = value.translate(_CURLY)
    yield (column if name == key[2] and "=" in body else start), f"{indent}{name} = {value}{rest}"
    yield column, f"{indent}{name} = {plain}{rest}"
    for end in ("]", '"]', '"', "'"):
        yield column, f"{indent}{name} = {plain}{end}{rest}"
    if not value.startswith(("[", "{")):
        word = plain.strip("\"'").replace("\\", "\\\\").replace('"', '\\"')
        yield column, f'{indent}{name} = "{word}"{rest}'
    elif value.startswith("["):
        words = [one.strip().strip("\"'") for one in plain.strip("[]").split(",")]
        listed = ", ".join(f'"{one}"' for one in words if one and '"' not in one and "\\" not in one)
        yield column, f"{indent}{name} = [{listed}]{rest}"
