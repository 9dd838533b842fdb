"""What one number means: figures in Latin or Arabic digits, grouped as usual, and English number words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

MAX_COUNT: Final = 10_000_000
"""Persons; a larger count is taken for a slip."""

_UNITS = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}

_ALIKE = str.maketrans(
    {chr(0x0660 + n): str(n) for n in range(10)}  # Arabic-Indic
    | {chr(0x06F0 + n): str(n) for n in range(10)}  # Extended Arabic-Indic (Persian, Kurdish, Urdu)
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-")
    | dict.fromkeys("\u066c\u060c", ",")
    | dict.fromkeys("\u223c\uff5e", "~")
    | {"\u066b": ".", "\u061f": "?", "\uff0b": "+"}
)

_FIGURE = re.compile(
    r"(?:[0-9]+"  # 1200
    r"|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+"  # 1,200  1 200
    r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})"  # 1,00,000 as in South Asia
    r"(?:\.0{1,2})?"  # 3.0 as spreadsheets write 3; 1.000 could be a thousand
)


def normalised(text: str) -> str:
    """Lower case, single spaces, ASCII digits, dashes and separators."""
    return " ".join(text.translate(_ALIKE).lower().split())


def read_number(value: str) -> int | None:
    """A figure (``1,200``, ``1 200``, ``3.0``) or English words below a million; None if it is neither.

    ``value`` is normalised and no longer than a line: ``int`` is handed nothing but a few ASCII digits.
    Raises ``ValueError`` above ``MAX_COUNT``.
    """
    if _FIGURE.fullmatch(value):
        return sane(int(value.partition(".")[0].replace(",", "").replace(" ", "")))
    if not value or not value[0].isalpha():
        return None
    return _thousands(value.replace("-", " ").split())


def sane(number: int) -> int:
    """``number``, or ``ValueError`` above ``MAX_COUNT``."""
    if number > MAX_COUNT:
        raise ValueError(f"is absurdly large (the limit is {MAX_COUNT:,})")
    return number


def _thousands(words: list[str]) -> int | None:
    if "thousand" not in words:
        return _hundreds(words)
    at = words.index("thousand")
    before, after = words[:at], words[at + 1 :]
    count = 1 if before == ["a"] else _hundreds(before)
    rest = _rest(after, _hundreds)
    return None if not count or count >= 1000 or rest is None or rest >= 1000 else count * 1000 + rest


def _hundreds(words: list[str]) -> int | None:
    if "hundred" not in words:
        return _tens(words)
    at = words.index("hundred")
    before, after = words[:at], words[at + 1 :]
    count = 1 if before == ["a"] else _tens(before)  # "fifteen hundred" is 1,500; "twenty hundred" is nobody's
    rest = _rest(after, _tens)
    return None if not count or count % 10 == 0 or rest is None else count * 100 + rest


def _rest(words: list[str], read: Callable[[list[str]], int | None]) -> int | None:
    """What follows "hundred" or "thousand": nothing, or a number from 1, with or without "and"."""
    if not words:
        return 0
    return read(words[1:] if words[0] == "and" else words) or None


def _tens(words: list[str]) -> int | None:
    if len(words) == 1:
        return _UNITS.get(words[0], _TENS.get(words[0]))
    if len(words) == 2 and words[0] in _TENS:
        unit = _UNITS.get(words[1], 0)
        return _TENS[words[0]] + unit if 1 <= unit <= 9 else None
    return None
