"""JSON as RFC 8259 has it, less what it only tolerates: duplicate keys, huge numbers, any depth."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from reconcile.load.finds import TWICE, Path
from reconcile.text import clip

_SPACE: Final = " \t\n\r"
_LARGE: Final = 1 << 20  # characters
_MOST_FAULTS: Final = 100  # in one value
_STRINGS: Final = json.JSONDecoder()
_FLAT: Final = json.JSONDecoder(parse_constant=str, parse_float=str, parse_int=str)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a character (from 0) of a JSON text; after a fatal one the value is unknown."""

    at: int
    what: str
    hint: str | None = None
    path: Path = ()
    """The way down to the value, as far as it is known."""


class Strict:
    """Decodes one value at a time: Python's scanner does the work, ``walk`` finds the place of a fault."""

    def __init__(self, max_depth: int, max_values: int = 100_000) -> None:
        self._max_depth, self._max_values = max_depth, max_values
        self._suspect = False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_constant=self._constant, parse_float=self._float
        )

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            self._suspect = True
        return value

    def _constant(self, name: str) -> float:
        self._suspect = True
        return float(name)

    def _float(self, text: str) -> float:
        number = float(text)
        if math.isinf(number):
            self._suspect = True
        return number

    def quick(self, text: str, start: int) -> tuple[Any, int] | None:
        """The value that begins at ``start`` and where it ends; None if there is anything to say of it."""
        self._suspect = False
        try:
            value, end = self._decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            return None
        return None if self._suspect or deeper(value, self._max_depth) else (value, end)

    def decode(self, text: str, start: int) -> tuple[Any, int, list[Fault]]:
        """The value that begins at ``start``, where it ends, and its faults.

        After a syntax error or too many brackets the end is -1. Faults that name a path leave the rest of the value
        as it is, and of a key that is given twice the last value.
        """
        self._suspect = False
        if len(text) - start > _LARGE and (many := self._too_many(text, start)):
            return None, -1, [many]
        try:
            value, end = self._decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            if deep := too_deep(text, start, self._max_depth):
                return None, -1, [deep]
            return None, -1, [_syntax(error, text)]
        except RecursionError:
            deep = too_deep(text, start, self._max_depth)
            return None, -1, [deep or Fault(start, "is nested too deeply to be read")]
        except ValueError:  # int() of thousands of digits
            return None, -1, [_long_number(text, start)]
        if deeper(value, self._max_depth):
            deep = too_deep(text, start, self._max_depth)
            return None, end, [deep or Fault(start, "is nested too deeply")]
        return value, end, list(islice(faults(text, start), _MOST_FAULTS)) if self._suspect else []

    def _too_many(self, text: str, start: int) -> Fault | None:
        """A fault if a large value holds more values than any record does, before they are all in memory."""
        for values, (path, at) in enumerate(walk(text, start), start=1):
            if len(path) > self._max_depth:
                return Fault(at, f"nested more than {self._max_depth} levels deep", None, path[:1])
            if values > self._max_values:
                return Fault(start, f"more than {self._max_values:,} values in one record, the limit")
        return None

    def whole(self, text: str) -> tuple[Any, list[Fault]]:
        """The one value of which ``text`` consists."""
        start = skip_space(text, 0)
        value, end, found = self.decode(text, start)
        if end >= 0 and (rest := skip_space(text, end)) < len(text):
            more = clip(text[rest : rest + 50].splitlines()[0], 40)
            found.append(Fault(rest, f"more text after the end of the value: '{more}'"))
        return value, found


def skip_space(text: str, at: int) -> int:
    """The first character from ``at`` on that is not white space to JSON."""
    while text[at : at + 1] in _SPACE and at < len(text):
        at += 1
    return at


def deeper(value: Any, depth: int) -> bool:
    """Whether ``value`` has more than ``depth`` lists and objects inside each other; never recurses."""
    level = [value] if isinstance(value, (dict, list)) else []
    while level:
        if depth == 0:
            return True
        depth -= 1
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
    return False


def too_deep(text: str, start: int, max_depth: int) -> Fault | None:
    """The bracket that opens one level too many in the value at ``start``."""
    for path, at in walk(text, start):
        if len(path) >= max_depth and text[at] in "[{":
            return Fault(at, f"nested more than {max_depth} levels deep", None, path[:1])
    return None


def faults(text: str, start: int) -> Iterator[Fault]:
    """Duplicate keys and numbers that JSON or a float does not have, in a value that Python could decode."""
    seen: dict[Path, int] = {}
    for path, at in walk(text, start, keys=True):
        if text[at] == '"' and path and isinstance(path[-1], _Key):
            if path in seen:
                yield Fault(at, f"the key '{clip(path[-1], 60)}' {TWICE}", None, _plain(path))
            seen[path] = at
        elif text[at] in "NI-0123456789":
            token, _ = _FLAT.raw_decode(text, at)
            if not token.lstrip("-").isdigit() and not math.isfinite(float(token)):
                hint = "use null where no number is stated"
                yield Fault(at, f"{clip(token, 40)} is not a finite number", hint, _plain(path))


class _Key(str):
    """A key's own place, as against its value's."""

    __slots__ = ()


def _plain(path: Path) -> Path:
    return tuple(str(step) if isinstance(step, str) else step for step in path)


def walk(text: str, start: int, *, keys: bool = False) -> Iterator[tuple[Path, int]]:
    """Each value in the JSON text from ``start`` as its path and where it begins, outermost first.

    With ``keys`` each key too, its last step marked as such. Stops without a word where the text is not JSON.
    """
    # One entry a container that is open: the step to the value in hand, an index or a key.
    steps: list[str | int] = []
    at = skip_space(text, start)
    while at < len(text):
        yield tuple(steps), at
        opened = text[at] in "[{"
        if opened:
            steps.append(-1 if text[at] == "[" else "")
            at = skip_space(text, at + 1)
            if text[at : at + 1] == ("]" if steps[-1] == -1 else "}"):
                steps.pop()
                opened = False
                at += 1
        else:
            at = _after_scalar(text, at)
            if at < 0:
                return
        while not opened:  # after a value: a comma, or the end of what is open
            if not steps:
                return
            at = skip_space(text, at)
            mark = text[at : at + 1]
            at = skip_space(text, at + 1)
            if mark == ",":
                break
            if mark not in ("]", "}"):
                return
            steps.pop()
        if isinstance(steps[-1], int):
            steps[-1] += 1
            continue
        key, after = _key(text, at)
        if after < 0:
            return
        steps[-1] = key
        if keys:
            yield (*steps[:-1], _Key(key)), at
        at = skip_space(text, after)


def _key(text: str, at: int) -> tuple[str, int]:
    """The key at ``at`` and where its colon ends, or -1 if there is none."""
    try:
        key, after = _STRINGS.raw_decode(text, at)
    except (ValueError, RecursionError):
        return "", -1
    after = skip_space(text, after)
    return (key, after + 1) if isinstance(key, str) and text[after : after + 1] == ":" else ("", -1)


def _after_scalar(text: str, at: int) -> int:
    try:
        _, end = _FLAT.raw_decode(text, at)
    except (ValueError, RecursionError):
        return -1
    return end


# Python's words for a syntax error, which differ from version to version, and ours.
_SYNTAX: Final = (
    ("Expecting property name", "expected a key in double quotes"),
    ("Illegal trailing comma before end of object", "expected a key in double quotes"),
    ("Illegal trailing comma", "expected a value"),
    ("Expecting value", "expected a value"),
    ("Expecting ':'", "expected ':' after a key"),
    ("Expecting ','", "expected ',' or a closing bracket"),
    ("Unterminated string", "the text that begins here never ends"),
    ("Invalid control character", "a control character inside a text"),
    ("Invalid \\", "an escape that JSON does not have"),
)


def _syntax(error: json.JSONDecodeError, text: str) -> Fault:
    what = next((ours for theirs, ours in _SYNTAX if error.msg.startswith(theirs)), error.msg)
    at = error.pos
    if error.msg.startswith("Illegal trailing comma"):
        at = skip_space(text, at + 1)
    mark = text[at : at + 1]
    if not mark:
        what += ", but the text ends"
    hint = None
    if what.startswith("expected ','"):
        at = _back(text, at, _SPACE)  # where the comma is missing
    if "control" in what and mark in "\r\n":
        at, what = _opened(text, at), "the text that begins here does not end on its line"
        hint = "close it with a double quote; write a line break in a text as \\n"
    elif "control" in what:
        hint = "write a line break in a text as \\n, a tab as \\t"
    elif mark == "'":
        hint = "JSON has double quotes only"
    elif mark and mark in "]}" and what.startswith(("expected a key", "expected a value")):
        hint = "JSON allows no comma before a closing bracket"
    return Fault(at, f"not valid JSON: {what}", hint)


def _opened(text: str, at: int) -> int:
    """The quote that opens the text in which ``at`` stands."""
    quote = text.rfind('"', 0, at)
    while quote > 0 and (quote - _back(text, quote, "\\")) % 2:
        quote = text.rfind('"', 0, quote)
    return max(quote, 0)


def _back(text: str, at: int, chars: str) -> int:
    """Where the run of ``chars`` that ends before ``at`` begins."""
    while at and text[at - 1] in chars:
        at -= 1
    return at


def _long_number(text: str, start: int) -> Fault:
    for path, at in walk(text, start):
        if text[at] in "-0123456789":
            token, _ = _FLAT.raw_decode(text, at)
            if len(token) > 4_000:
                return Fault(at, f"a number of {len(token):,} digits", None, path)
    return Fault(start, "holds a number that is too long")
