"""Whom a casualty figure counts: a small hierarchy of groups and the words by which outlets name them.

Built in (``data/groups.toml``): civilians, with children, women, journalists ...; security forces, with
police, army, Peshmerga ...; attackers; and "unknown". A user's TOML of the same form is merged over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from reconcile.errors import ConfigError
from reconcile.fold import words
from reconcile.group_phrases import Word, counts_itself, head, listed, may_be_anyone, noun, parts, yields_to_before
from reconcile.lookups import builtin_toml, read_toml

_FIELDS: Final = frozenset({"title", "parent", "words"})
_FORCES: Final = "security forces"
ATTACKERS: Final = "attackers"
FIGHTERS: Final = "fighters"
"""Militants, rebels: attackers, as long as nothing says that they were struck (``in_role``)."""
_CIVILIANS: Final = "civilians"
_MEN: Final = "men"
UNKNOWN: Final = "unknown"
"""Nobody says who they were: people, bodies."""
APART: Final = (_CIVILIANS, _FORCES, ATTACKERS, FIGHTERS)
"""Nobody is in two of these."""


class Groups:
    """The hierarchy. Keys are lower-case names ("security forces"); everyone is the absence of a key."""

    def __init__(self, tables: dict[str, dict[str, Any]]) -> None:
        self._titles = {key: str(table["title"]) for key, table in tables.items()}
        self._parents: dict[str, str | None] = {key: table.get("parent") for key, table in tables.items()}
        self._phrases: dict[tuple[str, ...], str] = {}
        for key, table in tables.items():
            for phrase in (key, *table["words"]):
                self._phrases[words(phrase)] = key
        self._longest = max(len(phrase) for phrase in self._phrases)
        self.resolve = lru_cache(maxsize=65_536)(self._resolve)

    @classmethod
    def load(cls, path: str | None = None) -> Groups:
        """The built-in groups, a user's TOML at ``path`` merged over them.

        A user's table of a known name may give only what it changes; its ``words`` are added to ours and
        win over them. ``ConfigError`` for an unknown field, a wrong type, an unknown parent or a circle of
        parents.
        """
        tables = builtin_toml("groups.toml")
        if path is not None:
            for key, table in _checked(read_toml(path), path).items():
                mine = tables.pop(key, {"title": key.capitalize(), "words": []})
                tables[key] = {**mine, **table, "words": [*mine["words"], *table.get("words", [])]}
            _check_parents(tables, path)
        return cls(tables)

    def _resolve(self, text: str) -> str:
        """The canonical group that ``text`` names ("six Kakai villagers" -> "civilians", "policeman" ->
        "police").

        The noun decides ("wives of soldiers"), which in English comes last; ``group_phrases`` says where another word
        does. Groups joined by "and", or in a list, give the group that contains them all. Words that are not known,
        or that no one group contains, come back lower-cased and squeezed.
        """
        items = [self._noun(part)[0] for part in listed(text)]
        named = items if items and None not in items else self._joined(parts(head(text)))
        return self._common([key for key in named if key]) or " ".join(text.casefold().split())

    def _joined(self, found: list[tuple[str, ...]]) -> list[str | None]:
        """The groups of parts joined by "and": "children of policemen and soldiers" are children, and no soldiers."""
        named: list[str | None] = []
        ended = False
        for part in found:
            if not ended or counts_itself(part):
                key, ended = self._noun(part)
                named.append(key)
        return named

    def _noun(self, tokens: tuple[str, ...]) -> tuple[str | None, bool]:
        """The group of the noun that decides, and whether a known word was left out (``Noun.ends``)."""
        word, rest, ends = noun(list(self._found(tokens)), self._deciding)
        if word is None or word.group is None:
            return None, ends
        line = (word.group, *self.ancestors(word.group))
        if rest is None or rest.group is None or rest.group in line:
            return word.group, ends
        # Bodies of women are women; men of the Kakai, and officers of a ministry of women, are none.
        civil = _CIVILIANS in (rest.group, *self.ancestors(rest.group))
        return (word.group if civil and word.group != UNKNOWN else rest.group), ends

    def _deciding(self, known: Sequence[Word]) -> Word:
        # "Peshmerga fighters" and "army officers": the noun says less than the word before it.
        before = [word for word in known if word.group is not None and self.parent(word.group) == _FORCES]
        return before[-1] if before and yields_to_before(known[-1].text) else known[-1]

    def _found(self, tokens: tuple[str, ...]) -> Iterator[Word]:
        at = 0
        while at < len(tokens):
            for size in range(min(self._longest, len(tokens) - at), 0, -1):
                phrase = tokens[at : at + size]
                known = phrase if phrase in self._phrases else _singular(phrase)
                if known in self._phrases:
                    yield Word(" ".join(known), self._phrases[known])
                    at += size
                    break
            else:
                yield Word(tokens[at], None)
                at += 1

    def _common(self, keys: list[str]) -> str | None:
        if not keys:
            return None
        if ATTACKERS in keys:
            keys = [in_role(key) or key for key in keys]
        lines = [(key, *self.ancestors(key)) for key in keys]
        return next((key for key in lines[0] if all(key in line for line in lines[1:])), None)

    def nearest(self, text: str) -> str | None:
        """The expression that ``text`` is probably a slip of, or None."""
        phrases = sorted(" ".join(phrase) for phrase in self._phrases)
        near = get_close_matches(" ".join(words(text))[:100], phrases, n=1, cutoff=0.75)
        return near[0] if near else None

    def parent(self, key: str) -> str | None:
        """The group that ``key`` is part of; null for a top group and for an unknown key."""
        return self._parents.get(key)

    def ancestors(self, key: str) -> tuple[str, ...]:
        """The groups that contain ``key``, the nearest first."""
        above = []
        while (parent := self.parent(key)) is not None:
            above.append(parent)
            key = parent
        return tuple(above)

    def knows(self, key: str) -> bool:
        """Whether ``key`` is one of the groups, and not just words that ``resolve`` gave back."""
        return key in self._titles

    def says_who(self, key: str) -> bool:
        """Whether ``key`` is one of the groups, and not that of people of whom nobody knows."""
        return key in self._titles and key != UNKNOWN

    def says_which_side(self, text: str) -> bool:
        """Whether ``text`` has a word of a group that leaves no doubt on which side it counts people."""
        found = [word for word in self._found(words(text)) if word.group not in (None, UNKNOWN, _MEN)]
        return any(not may_be_anyone(word.text) for word in found)

    def is_own_name(self, key: str, text: str) -> bool:
        """Whether ``text`` is the name of the group ``key`` and no other word for its people ("civilians")."""
        said = _singular(words(text))
        return any(said == _singular(words(name)) for name in (key, self.title(key)))

    def title(self, key: str) -> str:
        """``key`` for a reader; an unknown key is its own title."""
        return self._titles.get(key, key)


def in_role(key: str | None, *, struck: bool = False) -> str | None:
    """``key``, fighters being attackers unless they were ``struck``: who calls gunmen "militants" means the same."""
    return ATTACKERS if key == FIGHTERS and not struck else key


def _singular(phrase: tuple[str, ...]) -> tuple[str, ...]:
    last = phrase[-1] if phrase else ""
    return (*phrase[:-1], last[:-1]) if len(last) > 3 and last.endswith("s") and last.isascii() else phrase


def _checked(tables: dict[str, Any], path: str) -> dict[str, dict[str, Any]]:
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise ConfigError(f"{path}: {key!r} is no table (write [{key}] with title, parent, words)")
        for field, value in table.items():
            if field not in _FIELDS:
                raise ConfigError(f"{path}: [{key}] has an unknown field {field!r} (known: title, parent, words)")
            listed = isinstance(value, list) and all(isinstance(word, str) and words(word) for word in value)
            if not (listed if field == "words" else isinstance(value, str)):
                raise ConfigError(f"{path}: [{key}] {field} is no {'list of words' if field == 'words' else 'text'}")
    return tables


def _check_parents(tables: dict[str, dict[str, Any]], path: str) -> None:
    for key in tables:
        seen, at = {key}, tables[key].get("parent")
        while at is not None:
            if at not in tables:
                raise ConfigError(f"{path}: [{key}] has an unknown parent {at!r} (known: {', '.join(sorted(tables))})")
            if at in seen:
                raise ConfigError(f"{path}: [{key}] is its own ancestor, through {at!r}")
            seen.add(at)
            at = tables[at].get("parent")
