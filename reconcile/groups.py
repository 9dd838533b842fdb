"""Whom a casualty figure counts: a small hierarchy of groups and the words by which outlets name them.

Built in (``data/groups.toml``): civilians, with children, women, journalists ...; security forces, with
police, army, Peshmerga ...; attackers; and "unknown". A user's TOML of the same form is merged over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from reconcile.errors import ConfigError
from reconcile.fold import words
from reconcile.lookups import builtin_toml, read_toml

_FIELDS: Final = frozenset({"title", "parent", "words"})
_FORCES: Final = "security forces"
_SAY_LITTLE: Final = frozenset(
    {"fighter", "officer", "force", "forces", "personnel", "commander", "guard", "volunteer"}
)
_BREAK: Final = re.compile(r"[(\[,;]")


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

        The last known expression decides: in English the noun comes last. Groups joined by "and" give the
        group that contains them all. Words that are not known, or that no one group contains, come back
        lower-cased and squeezed.
        """
        head = _BREAK.split(text.strip(" ([,;"), maxsplit=1)[0].replace("&", " and ").replace("/", " and ")
        named = [key for part in _parted(words(head) or words(text)) if (key := self._last(part))]
        return self._common(named) or " ".join(text.casefold().split())

    def _last(self, tokens: tuple[str, ...]) -> str | None:
        found = list(self._found(tokens))
        if not found:
            return None
        word, key = found[-1]
        # "Peshmerga fighters" and "army officers": the noun says less than the word before it.
        before = [other for _, other in found if self.parent(other) == _FORCES]
        return before[-1] if before and word in _SAY_LITTLE else key

    def _found(self, tokens: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(tokens):
            for size in range(min(self._longest, len(tokens) - at), 0, -1):
                phrase = tokens[at : at + size]
                known = phrase if phrase in self._phrases else _singular(phrase)
                if known in self._phrases:
                    yield " ".join(known), self._phrases[known]
                    at += size
                    break
            else:
                at += 1

    def _common(self, keys: list[str]) -> str | None:
        if not keys:
            return None
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

    def is_own_name(self, key: str, text: str) -> bool:
        """Whether ``text`` is the name of the group ``key`` and no other word for its people ("civilians")."""
        said = _singular(words(text))
        return any(said == _singular(words(name)) for name in (key, self.title(key)))

    def title(self, key: str) -> str:
        """``key`` for a reader; an unknown key is its own title."""
        return self._titles.get(key, key)


def _parted(tokens: tuple[str, ...]) -> list[tuple[str, ...]]:
    parts: list[tuple[str, ...]] = [()]
    for token in tokens:
        parts = [*parts, ()] if token in ("and", "or") else [*parts[:-1], (*parts[-1], token)]
    return parts


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
