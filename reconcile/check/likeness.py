"""Whether one spelling may be a slip of the finger for another."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import Final

from rapidfuzz.distance import OSA

from reconcile.fold import fold_place

_SHORT: Final = 5  # letters from which a name may be a slip of another
_LONG: Final = 10  # ... in two letters, or in the first
_WORD: Final = 4  # letters of a word that may be one


def alike(name: str, other: str, *, listed: bool = False) -> bool:
    """Whether one may be a slip of the finger for the other: in one word, by a letter or two, none of them a digit.

    One letter in any word will do where a table has the other.
    """
    if [char for char in name if char.isdigit()] != [char for char in other if char.isdigit()]:
        return False
    if max(len(name), len(other)) < _SHORT or name == other:
        return False
    if listed and OSA.distance(name, other, score_cutoff=1) <= 1:
        return name[0] == other[0] or min(len(name), len(other)) >= _LONG
    ours, theirs = name.split(), other.split()
    if len(ours) != len(theirs):
        return "".join(ours) == "".join(theirs) and len(name) >= _SHORT
    differ = [(one, two) for one, two in zip(ours, theirs, strict=True) if one != two]
    if len(differ) != 1 or (differ[0][0][0] != differ[0][1][0] and min(map(len, differ[0])) < _LONG):
        return False
    one, two = differ[0]
    short, steps = min(len(one), len(two)), OSA.distance(one, two, score_cutoff=2)
    changed = sum(((Counter(one) - Counter(two)) + (Counter(two) - Counter(one))).values())
    if short < (_SHORT if len(ours) == 1 else _WORD if changed else _WORD - 1) or _singular(one) == _singular(two):
        return False
    return steps <= (2 if short >= _LONG or changed < 2 or fold_place(one) == fold_place(two) else 1)


def _singular(word: str) -> str:
    return re.sub(r"men$", "man", word).removesuffix("s")


def transliterates(name: str, other: str) -> bool:
    """Whether the two are one name in two transliterations: they fold alike, by more than order and doubling."""
    joined = name.replace(" ", "") == other.replace(" ", "")
    return joined or (fold_place(name) == fold_place(other) and _letters(name) != _letters(other))


def _letters(name: str) -> list[str]:
    """The letters of the name, sorted, one of each run."""
    return sorted(letter for letter, _ in groupby(name) if letter.isalnum())
