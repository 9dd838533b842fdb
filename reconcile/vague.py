"""The table of vague words for a number ("several", "dozens"): built in, and a user's own over it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from reconcile.errors import ConfigError
from reconcile.lookups import read_toml
from reconcile.number_words import MAX_COUNT, normalised, read_number


@dataclass(frozen=True, slots=True)
class VagueWord:
    """What a word such as "dozens" stands for: inclusive bounds, ``high`` None = open upwards.

    ``recorders`` is the single figure that a recorder's published rule makes of the word, by recorder.
    """

    low: int | None
    best: int | None
    high: int | None
    recorders: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Vague:
    """The words, normalised; ``about_percent`` is the width of "about 20", either side."""

    words: Mapping[str, VagueWord]
    about_percent: int

    def find(self, value: str) -> VagueWord | None:
        """The entry of a normalised phrase, with or without its "of"."""
        return self.words.get(value) or self.words.get(value.removesuffix(" of"))


def load_vague(path: str | None) -> Vague:
    """The built-in table, extended by the user's TOML file, whose words win; None = the built-in table alone.

    Raises ``ConfigError`` naming the file and the key.
    """
    built_in = resources.files("reconcile").joinpath("data", "counts.toml").read_text(encoding="utf-8")
    words, percent = _table("counts.toml", tomllib.loads(built_in))
    if path is not None:
        theirs, their_percent = _table(path, read_toml(path))
        words |= theirs
        percent = percent if their_percent is None else their_percent
    if percent is None:
        raise TypeError("the built-in counts.toml lacks about_percent")
    return Vague(words, percent)


def _table(file: str, data: dict[str, Any]) -> tuple[dict[str, VagueWord], int | None]:
    _only(f"{file}:", data, ("about_percent", "words"))
    percent = data.get("about_percent")
    if percent is not None and (type(percent) is not int or not 0 <= percent <= 100):
        raise ConfigError(f"{file}: about_percent must be a whole number from 0 to 100")
    words: dict[str, VagueWord] = {}
    for word, entry in _mapping(f"{file}: words", data.get("words", {})).items():
        if normalised(word) in words:
            raise ConfigError(f"{file}: words.{word!r} is there twice, in two spellings")
        words[normalised(word)] = _word(f"{file}: words.{word!r}", word, entry)
    return words, percent


def _word(key: str, word: str, value: object) -> VagueWord:
    if not any(char.isalpha() for char in word) or read_number(normalised(word)) is not None:
        raise ConfigError(f"{key} is not a vague word")
    entry = _mapping(key, value)
    _only(key, entry, ("low", "best", "high", "recorders"))
    low, best, high = (_figure(f"{key}.{end}", entry[end]) if end in entry else None for end in ("low", "best", "high"))
    stated = [end for end in (low, best, high) if end is not None]
    if (low is None and high is None) or stated != sorted(stated):
        raise ConfigError(f"{key} must give low or high or both, and low <= best <= high")
    recorders = _mapping(f"{key}.recorders", entry.get("recorders", {}))
    figures = {name: _figure(f"{key}.recorders.{name}", recorders[name]) for name in sorted(recorders)}
    return VagueWord(low, best, high, figures)


def _mapping(key: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{key} must be a table, for example {{ low = 3, high = 9 }}")
    return value


def _only(key: str, data: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    if unknown := sorted(data.keys() - set(allowed)):
        raise ConfigError(f"{key} unknown key {unknown[0]!r}; there are {', '.join(allowed)}")


def _figure(key: str, value: object) -> int:
    if type(value) is not int or not 0 <= value <= MAX_COUNT:
        raise ConfigError(f"{key} must be a whole number from 0 to {MAX_COUNT:,}")
    return value


VAGUE: Final = load_vague(None)
"""The built-in table (``reconcile/data/counts.toml``)."""
