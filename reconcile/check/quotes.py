"""Whether an outlet's words say a number: figures in digits of any script, number words, vague words.

Number words are those of English, and of Arabic and Kurdish with the reserves of ``other_numbers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

from reconcile.check.other_numbers import LANGUAGES, alone, read_other
from reconcile.number_words import normalised, read_number
from reconcile.vague import Vague

_LONGEST: Final = 8  # words of one number: "one hundred and twenty three thousand"
_BROAD: Final = 3
_MOST_SUMMANDS: Final = 10
_CLIP: Final = 2_000
_TOKEN: Final = re.compile(r"[0-9]++(?:,[0-9]{2,3})*+|[^\W\d_]++(?:'[^\W\d_]++)?+")
_TWO: Final = frozenset({"both", "couple", "pair", "two", "twins", "twin"})
_NO_ONE: Final = frozenset({"no", "none", "nobody", "zero", "without", "nil", "unhurt", "unharmed", "safe"})
_SCALES: Final = {"dozen": 12, "hundred": 100, "thousand": 1_000, "score": 20}
_ENGLISH: Final = frozenset({None, "en", "eng", "english"})  # the last is V019's to find


@dataclass(frozen=True, slots=True)
class Said:
    """The numbers in a text, in its order, and the ranges of its vague words."""

    numbers: tuple[int, ...]
    ranges: tuple[tuple[int, int | None], ...]
    words: frozenset[str]


def said(text: str, vague: Vague) -> Said:
    """What numbers ``text`` names: the longest reading from each word on."""
    return _said(text[:_CLIP], vague_words(vague))


VagueRanges = tuple[tuple[str, int, int | None], ...]


def vague_words(vague: Vague) -> VagueRanges:
    """The table of vague words in a form that can be a key."""
    return tuple((word, one.low or 0, one.high) for word, one in sorted(vague.words.items()))


@lru_cache(maxsize=65_536)
def _said(text: str, vague: VagueRanges) -> Said:
    tokens = _TOKEN.findall(normalised(text).replace("-", " "))
    numbers: list[int] = []
    at = 0
    while at < len(tokens):
        size, number = _longest(tokens, at)
        if number is not None:
            numbers.append(number)
        at += size
    padded = f" {' '.join(tokens)} "
    ranges = tuple((low, high) for word, low, high in vague if f" {word} " in padded)
    return Said(tuple(numbers), ranges, frozenset(tokens))


def _longest(tokens: list[str], at: int) -> tuple[int, int | None]:
    for size in range(min(_LONGEST, len(tokens) - at), 0, -1):
        if size > 1 and tokens[at + size - 1] == "and":
            continue
        try:
            number = read_number(" ".join(tokens[at : at + size]))
        except ValueError:
            number = None
        number = read_other(tokens[at : at + size]) if number is None else number
        if number is not None:
            if tokens[at + size : at + size + 1] and tokens[at + size] in _SCALES:
                return size + 1, number * _SCALES[tokens[at + size]]
            return size, number
    return 1, _SCALES.get(tokens[at]) if at and tokens[at - 1] in ("a", "one") else None


def judgeable(text: str, language: str | None) -> bool:
    """Whether we read the number words of the quote's language: English, or a text in Latin letters unless said.

    Of Arabic and Kurdish, whether there is just one to be read.
    """
    code = language.split("-")[0].split("_")[0].lower() if language else None
    if code in LANGUAGES:
        return _one_number(text)
    letters = [char for char in text if char.isalpha()]
    return code in _ENGLISH and sum(char.isascii() for char in letters) * 10 >= len(letters) * 9


def _one_number(text: str) -> bool:
    """Whether an Arabic or Kurdish text has one number of three or more, and nothing else that may count.

    One and two are often endings of a noun, and not words.
    """
    tokens = _TOKEN.findall(normalised(text[:_CLIP]).replace("-", " "))
    numbers, rest, at = [], [], 0
    while at < len(tokens):
        size, number = _longest(tokens, at)
        if number is None:
            rest += tokens[at : at + size]
        else:
            numbers.append(number)
        at += size
    return len(numbers) == 1 and numbers[0] > 2 and alone(rest)


def says(quote: Said, low: int | None, best: int | None, high: int | None) -> bool:
    """Whether the quote names one of the three, as one number, a sum of its numbers, or inside a vague word's range."""
    figures = {one for one in (low, best, high) if one is not None}
    if not figures or figures & set(quote.numbers):
        return True
    # "some", "many" bound next to nothing: they bear out no exact figure, and nothing beside a number.
    exact = low == best == high or bool(quote.numbers)
    ranges = [one for one in quote.ranges if one[1] is not None or one[0] > _BROAD or not exact]
    if any(_meets(figure, floor, top) for figure in figures for floor, top in ranges):
        return True
    if 2 in figures and quote.words & _TWO:
        return True
    if 0 in figures and (quote.words & _NO_ONE or not quote.numbers):
        return True
    if 1 in figures and not quote.numbers and not quote.ranges:
        return True  # "a policeman"
    return any(total in figures for total in _sums(quote))


def _meets(figure: int, low: int, high: int | None) -> bool:
    # "at least dozens" is 24 and up, "more than a hundred" 101: a bound may lie one off.
    return low <= figure and (high is None or figure <= high + 1)


def _sums(quote: Said) -> Iterator[int]:
    """Sums of two or more of the quote's numbers, where "a woman" may be one more; and one off, for "more than"."""
    numbers = quote.numbers[:_MOST_SUMMANDS]
    singles = "and" in quote.words and quote.words & {"a", "an"}
    for size in range(1, len(numbers) + 1):
        for chosen in combinations(numbers, size):
            total = sum(chosen)
            if size > 1:
                yield total
            if singles:
                yield total + 1
    if quote.words & {"than", "over", "under", "above", "below", "nearly", "almost", "about", "around"}:
        for number in numbers:
            yield number + 1
            yield number - 1
