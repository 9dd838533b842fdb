"""The grammar of actor names that no table lists: organs of states, communities, classes of people, nobody
in particular.

It works from the vocabulary in ``data/actor_words.toml`` and the names and adjectives of all countries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from reconcile.fold import words
from reconcile.lookups import builtin_toml
from reconcile.places.countries import Countries

TYPES: Final = ("state", "rebel", "militia", "communal", "civilian", "criminal", "external", "unknown")
ANY: Final = "*"  # the country of an organ whose country is not stated

_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_YEARS: Final = re.compile(r"[\d\s–—-]*")
_NOISE: Final = re.compile(r'[\\"“”«»]+')
_NOT_OF_A_STATE: Final = frozenset(
    {"rebel", "rebels", "militia", "wearing", "dressed", "uniform", "uniforms", "uniformed"}
)
_FACTION: Final = re.compile(r"\s[-–—]\s")
_ORGAN_FIRST: Final = re.compile(
    r"\s*(military forces|police forces|government|armed forces|army|navy|air force) of ", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the grammar made of a name; ``key`` null = generic."""

    key: str | None
    name: str
    type: str


class Grammar:
    """Reads names with a vocabulary; holds the built-in hierarchy of organs and classes."""

    def __init__(self) -> None:
        table = builtin_toml("actor_words.toml")
        self.countries = Countries()
        self.generic, self.small, self.around, self.joining, self.beside, self._arms = (
            frozenset(_plain(table[field])) for field in ("generic", "small", "around", "joining", "beside", "arms")
        )
        self._territories = [words(name) for name in sorted(table["territories"], key=lambda name: (-len(name), name))]
        self._no_states = frozenset(words(name) for name in (*table["no_states"], *table["territories"]))
        self._organs: dict[str, dict[str, Any]] = table["forces"]
        self._organ_words = {word: key for key, organ in self._organs.items() for word in _plain(organ["words"])}
        self._classes: dict[str, dict[str, Any]] = table["classes"]
        self._class_words: dict[str, str] = {}
        for key, kind in self._classes.items():
            for word in _plain(kind["words"]):
                self._class_words.setdefault(word, key)
        communal = table["communal"]
        self._communal, self._people, self._communities = (
            frozenset(_plain(communal[field])) for field in ("words", "people", "communities")
        )
        self._spellings: dict[str, str] = communal["spellings"]
        self._not_telling = self._organ_words.keys() | self.beside | self._arms
        self._ranks = frozenset(_plain(table["ranks"]))
        self._longest = max(len(name) for name in self.countries.words)

    def says_nobody(self, token: str) -> bool:
        """Whether ``token`` is a generic or small word, or a number."""
        return token in self.generic or _one(token) in self.generic or token in self.small or _numeral(token)

    def organ_key(self, name: str) -> str | None:
        """The key of a name in recorders' form for organs of a state ("Military Forces of X"), else null."""
        reading = self.read(name) if _ORGAN_FIRST.match(name) else None
        return reading.key if reading and reading.key and self.is_organ(reading.key) else None

    def read(self, name: str) -> Reading | None:
        """The reading of ``name``, or null when it is a name of its own."""
        plain = _NOISE.sub(" ", name)
        inside = [part for part in _BRACKETS.findall(plain) if not _YEARS.fullmatch(part)]
        tokens = words(_BRACKETS.sub(" ", plain)) or words(plain)
        country, rest = self._country(self._without_territory(tokens))
        if country is None and inside:
            country, _ = self._country(words(inside[-1]))
        rest = tuple(token for token in rest if token not in self.small and not _numeral(token))
        return (
            self._organ(plain, country, rest)
            or self._community(rest)
            or self._nobody(name, rest)
            or self._class(name, rest)
        )

    def part_of(self, key: str) -> str | None:
        """The key above an organ, a class or a community of the grammar; null for any other key."""
        head, _, tail = key.partition(":")
        if head == "class":
            outer = self._classes.get(tail, {}).get("part_of")
            return f"class:{outer}" if outer else None
        if head == "communal":
            return "class:civilians"
        outer = self._organs[tail].get("part_of") if tail in self._organs else None
        return f"{head}:{outer}" if outer else None

    def is_organ(self, key: str) -> bool:
        """Whether ``key`` is an organ of a state."""
        head, _, tail = key.partition(":")
        return bool(tail) and head not in ("class", "communal")

    def may_be_part(self, a_key: str, b_key: str) -> bool:
        """Whether two organs could be one line of command, the country of one not being stated."""
        (a_head, _, a_tail), (b_head, _, b_tail) = a_key.partition(":"), b_key.partition(":")
        if ANY not in (a_head, b_head) or not (self.is_organ(a_key) and self.is_organ(b_key)):
            return False
        return a_tail in self._line(b_tail) or b_tail in self._line(a_tail)

    def _line(self, organ: str) -> list[str]:
        line = [organ]
        while outer := self._organs.get(line[-1], {}).get("part_of"):
            line.append(outer)
        return line

    def _country(self, tokens: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
        """The country named by the longest run of words, and the words without it."""
        for size in range(min(self._longest, len(tokens)), 0, -1):
            for at in range(len(tokens) - size + 1):
                run = tokens[at : at + size]
                key = self.countries.words.get(run) or self.countries.words.get(_singular(run))
                if key is None or run in self._no_states or (run == ("us",) and at > 0):
                    continue
                # "Iraqis" are people, "Iraq" is a state.
                people = ("citizens",) if run == tokens and _singular(run) in self.countries.adjectives else ()
                return key, tokens[:at] + people + tokens[at + size :]
        return None, tokens

    def _without_territory(self, tokens: tuple[str, ...]) -> tuple[str, ...]:
        """``tokens`` without the first territory named among them; a territory alone is an actor's name."""
        for run in self._territories:
            for at in range(len(tokens) - len(run) + 1):
                if tokens[at : at + len(run)] == run and len(run) < len(tokens):
                    return tokens[:at] + tokens[at + len(run) :]
        return tokens

    def _organ(self, plain: str, country: str | None, rest: tuple[str, ...]) -> Reading | None:
        if (said := _ORGAN_FIRST.match(plain)) and country:
            organ = (
                "police" if "police" in said[1].lower() else "government" if "gov" in said[1].lower() else "military"
            )
            return self._organ_reading(country, organ)
        if not rest:
            return self._organ_reading(country, "government") if country else None
        if rest[0] in self._ranks:
            return self._organ_reading(country or ANY, "military")
        if rest[-1] in ("government", "regime") and len(rest) <= 3:  # "Y's government"
            return self._organ_reading(country or ANY, "government")
        named = [self._organ_words[token] for token in rest if token in self._organ_words]
        others = [token for token in rest if token not in self._not_telling]
        if not named or any(not self._says_nothing(token) for token in others):
            return None
        if self._arms.intersection(rest):
            named.append("military")
        # The organ farthest down is the one meant: "government security forces", "police force".
        organ = max(named, key=lambda key: (len(self._line(key)), key))
        return self._organ_reading(country or ANY, organ)

    def _says_nothing(self, token: str) -> bool:
        """Whether ``token`` leaves an organ beside it what it is: "three", "vehicle", not "rebel"."""
        if token in _NOT_OF_A_STATE or token in self._communal or self._class_words.get(token) == "officials":
            return False
        return self.says_nobody(token) or token in self._class_words

    def _organ_reading(self, country: str, organ: str) -> Reading:
        title = {"government": "Government", "forces": "Security forces"}.get(organ, f"{organ.capitalize()} forces")
        name = title if country == ANY else f"{title} of {self.countries.names[country]}"
        return Reading(f"{country}:{organ}", name, "state")

    def _community(self, rest: tuple[str, ...]) -> Reading | None:
        if "unidentified" in rest or "unknown" in rest:
            return None
        own = [
            _one(token)
            for token in rest
            if token in self._communities
            or not (token in self.generic or token in self._communal or token in self._people)
        ]
        known = [token for token in own if token in self._communities]
        marked = any(token in self._communal for token in rest)
        peopled = any(token in self._people for token in rest)
        if not known and peopled and not marked:
            return None
        if known and peopled and not marked and own[-1] not in self._communities:
            own = known  # "Christian university students": the community is what matters
        if own and len(own) <= 4 and (marked or own[-1] in self._communities):
            name = " ".join(sorted({self._spellings.get(token, token) for token in own}))
            return Reading(f"communal:{name}", " ".join(own).title(), "communal")
        return None

    def _nobody(self, name: str, rest: tuple[str, ...]) -> Reading | None:
        dressed = {"wearing", "dressed"} & set(rest)  # "men in army uniforms" are nobody yet
        if dressed or all(map(self.says_nobody, rest)):
            kind = "communal" if {"communal", "ethnic", "tribal", "clan"} & set(rest) else "unknown"
            return Reading(None, name, kind)
        return None

    def _class(self, name: str, rest: tuple[str, ...]) -> Reading | None:
        found = [kind for token in rest if (kind := self._class_words.get(token) or self._class_words.get(_one(token)))]
        unknown = [
            token
            for token in rest
            if token not in self._class_words and _one(token) not in self._class_words and token not in self.generic
        ]
        if not found or len(unknown) > len(found) + 1:
            return None
        # Of several the most telling: "private citizens & property" says less than "a church".
        kind = next((key for key in reversed(found) if key != "civilians"), found[-1])
        if kind == "civilians" and "armed" in rest:  # "armed herders"
            return Reading(None, name, "unknown")
        return Reading(f"class:{kind}", str(self._classes[kind]["title"]), str(self._classes[kind]["type"]))


def variants(name: str, grammar: Grammar) -> list[str]:
    """The forms under which ``name`` may be listed, the fullest first; the last is its barest form.

    "PDP: People's Party", "People's Party (PDP)", "X - Y faction", "suspected X militants", "X (Country)
    (2010-)".
    """
    plain = " ".join(_NOISE.sub(" ", name).split())
    inside = [part.strip() for part in _BRACKETS.findall(plain)]
    outside = " ".join(_BRACKETS.sub(" ", plain).split())
    forms = [plain, outside]
    acronym, colon, full = outside.partition(": ")
    if colon:
        forms += [acronym, full]
    forms += [part for part in inside if _looks_like_initials(part)]
    base = full if colon else outside
    forms += [_without(form, grammar) for form in (base, _FACTION.split(base)[0])]
    return [form for form in dict.fromkeys(forms) if words(form)]


def _without(name: str, grammar: Grammar) -> str:
    tokens = list(words(name))
    off = ""
    while len(tokens) > 1 and (tokens[0] in grammar.around or (off and tokens[0] in grammar.joining)):
        off = tokens.pop(0)
    while len(tokens) > 1 and tokens[-1] in grammar.around:
        tokens.pop()
    return " ".join(tokens)


def _looks_like_initials(text: str) -> bool:
    return 2 <= len(text) <= 10 and " " not in text and text.upper() == text and any(char.isalpha() for char in text)


def _numeral(token: str) -> bool:
    return token[0].isdigit()


def _one(token: str) -> str:
    return token[:-1] if len(token) > 3 and token.endswith("s") and not token.endswith("ss") else token


def _singular(run: tuple[str, ...]) -> tuple[str, ...]:
    return (*run[:-1], _one(run[-1]))


def _plain(texts: list[str]) -> list[str]:
    return [" ".join(words(text)) for text in texts]
