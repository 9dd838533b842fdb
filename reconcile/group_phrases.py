"""Which words of a phrase for a group of people say who they are: in "wives of two soldiers" it is the wives.

The noun decides. What follows after "of" does only where the noun says nothing of its own ("members of the security
forces"), and what follows after "killed by", "near" or "fleeing" never does. The words are in
``data/group_words.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from reconcile.fold import words
from reconcile.lookups import builtin_toml
from reconcile.number_words import normalised, read_number

_TABLE: Final = {name: frozenset(listed) for name, listed in builtin_toml("group_words.toml").items()}
_OF, _END, _AND = _TABLE["of"], _TABLE["end"], _TABLE["and"]
_ASIDE: Final = re.compile(r"[(\[][^()\[\]]*[)\]]")  # "men (4)"
_BREAK: Final = re.compile(r"[(\[,;،]")
_COMMAS: Final = re.compile(r"[,;،]")
_LIST: Final = 3
_GERUND: Final = 5  # letters; "wing" and "king" are none


class Word(NamedTuple):
    """An expression of a table and its group, or any other word and null."""

    text: str
    group: str | None


class Noun(NamedTuple):
    """The word that decides; null where none does. ``rest`` is what its "of" leads to, where it may yield to that.

    ``ends`` = a known word of the phrase was left out, so that what follows after "and" may belong to that.
    """

    word: Word | None
    rest: Word | None
    ends: bool


def listed(text: str) -> list[tuple[str, ...]]:
    """The words of each item of a list with commas, "men, women and children"; empty where ``text`` is none."""
    items = [item for item in _COMMAS.split(_ASIDE.sub(" ", text)) if words(item)]
    if len(items) == 1 or any(_TABLE["aside"].intersection(words(item)[:1]) for item in items[1:]):
        return []
    joined = [part for item in items for part in parts(item)]
    last = bool(items) and bool(_AND.intersection(_tokens(items[-1])))
    return joined if len(joined) >= _LIST and (last or len(items) >= _LIST) else []


def head(text: str) -> str:
    """What stands before the first bracket or comma, else the whole."""
    first = _BREAK.split(text.strip(" ([,;"), maxsplit=1)[0]
    return first if words(first) else text


def parts(text: str) -> list[tuple[str, ...]]:
    """The words of ``text`` without the "and" between them, in as many parts as have words."""
    found: list[list[str]] = [[]]
    for token in _tokens(text):
        if token in _AND:
            found.append([])
        else:
            found[-1].append(token)
    return [tuple(part) for part in found if part]


def _tokens(text: str) -> tuple[str, ...]:
    return words(text.replace("&", " and ").replace("/", " and "))


def counts_itself(part: tuple[str, ...]) -> bool:
    """Whether a part of a list begins with a number or an article: nobody else's "of" leads to it."""
    return part[0] in ("a", "an") or _is_number(part[0])


def noun(found: Sequence[Word], deciding: Callable[[Sequence[Word]], Word]) -> Noun:
    """The deciding word of a phrase without "and"; ``deciding`` chooses among known words that stand together."""
    yielding: Word | None = None
    known: list[Word] = []
    last: Word | None = None  # of the words since the last "of"
    cut = len(found)
    for at, word in enumerate(found):
        if word.group is None and last is not None and _ends(word.text, known=bool(known)):
            cut = at
            break
        if word.group is not None or word.text not in _OF:
            last = word
            known += [word] if word.group is not None else []
        elif known and known[-1].text in _TABLE["yield"]:
            yielding, known, last = yielding or deciding(known), [], None
        elif known or (last is not None and not _says_nothing(last.text)):
            cut = at
            break
        else:
            last = None
    said = deciding(known) if known else None
    ends = any(word.group is not None for word in found[cut:])
    return Noun(said, None, ends) if yielding is None else Noun(yielding, said, ends)


def yields_to_before(text: str) -> bool:
    """Whether a known noun gives way to a known word that stands before it: Peshmerga fighters."""
    return text in _TABLE["yield_to_before"]


def may_be_anyone(text: str) -> bool:
    """Whether a noun that counts as civilians may be said of those who fight as well: Kurds, locals."""
    return text in _TABLE["may_be_anyone"]


def _ends(text: str, *, known: bool) -> bool:
    if text in _END:
        return True
    gerund = text.endswith("ing") and len(text) >= _GERUND
    return known and (gerund or text in _TABLE["end_after_known"])


@lru_cache(maxsize=4096)
def _says_nothing(text: str) -> bool:
    one = text.removesuffix("s")
    return text in _TABLE["say_nothing"] or one in _TABLE["say_nothing"] or _is_number(text)


@lru_cache(maxsize=4096)
def _is_number(text: str) -> bool:
    return text.isdigit() or read_number(normalised(text)) is not None
