"""Attackers among the dead: when one outlet counts them and another does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from reconcile.lookups import builtin_toml
from reconcile.number_words import normalised, read_number

GROUP: Final = "attackers"
# Attacks in which the attacker usually dies: by another's hand or by his own.
_DIES: Final = re.compile(
    r"\b(?:mass shooting|school shooting|active shooter|lone (?:gunman|wolf|attacker)|shooting spree|rampage|"
    r"suicide|murder.suicide|familicide|mass murder|spree killing)",
    re.IGNORECASE,
)
_WHO: Final = r"\b(?:shooters?|gunm[ae]n|attackers?|assailants?|suspects?|perpetrators?|perps?|bombers?|assassin)\b"
# "No attackers were killed", "shot and wounded", "shot in the leg": he did not die.
_DIED: Final = re.compile(
    r"(?<!\bno )(?<!\bnone of the )(?<!\bneither )"
    + _WHO
    + r"[^.;]{0,25}\b(?:died|killed by|dead from|(?:was|were|is) (?:also |later |then |fatally )?"
    r"(?:killed|shot(?! and (?:\w+ )?(?:wounded|injured|hurt|arrested|captured|detained)\b"
    r"| in the (?:leg|arm|foot|hand)\b)|dead))\b"
    r"|\bself.inflicted\b"
    r"|\b(?:killed|shot|hanged|blew(?: up)?|detonated|exploded|killing|shooting|shoots|shot dead|blowing) "
    r"(?:\w+ ){0,3}(?:himself|herself|themselves|self)\b"
    r"|\b(?:then|before|and|turn(?:ed|ing) the gun on) (?:him|her|them)?sel(?:f|ves)\b"
    r"|\b(?:took|taking|ended|ending) (?:his|her|their) (?:own )?li(?:fe|ves)\b"
    r"|\b(?:he|she|him|her|perp|suspect|shooter|gunman) (?:was |were )?(?:fatally )?(?:shot|killed) (?:dead )?by "
    r"(?:the )?(?:police|law enforcement|officers|cops|guards|security)"
    r"|\bpolice (?:killed|shot) (?:him|her|the (?:gunman|shooter|suspect))\b"
    r"|\bkilled by (?:police|law enforcement|officers|cops)\b|\bcommitt?(?:ed|ing) suicide\b|\bsuspect suicide\b",
    re.IGNORECASE,
)
_LIVES: Final = re.compile(
    r"\b(?:arrested|in custody|apprehended|surrendered|at large|fled|escaped|manhunt|captured|got away|on the run|"
    r"on foot|no suspects?|no arrests?|unknown shooters?|drive.by)\b",
    re.IGNORECASE,
)
_HURT: Final = re.compile(
    _WHO + r"[^.;]{0,12}\b(?:was|were|is|also|and) (?:also |later |critically |seriously |shot and )?"
    r"(?:wounded|injured|hurt)\b"
    r"|\b(?:wound|injur|inur)(?:ed|ing) (?:the )?(?:gunman|shooter|suspect|attacker|assailant|him|her)\b"
    r"|\b(?:he|she) was (?:shot and )?(?:wounded|injured)\b"
    r"|\b(?:wounded|injured) (?:gunman|shooter|suspect|attacker|assailant)\b"
    r"|\bsuspect shot by (?:police|a deputy|deputy|deputies|officers?)\b",
    re.IGNORECASE,
)
# Said of a figure: the attacker is in it, or is not.
_AMONG: Final = (
    r" (?:(?:the|a|an|both|all|two|three|four|five|\d{1,2}|suspected|suicide) ){0,3}(?:gunm[ae]n|shooters?|attackers?|"
    r"assailants?|bombers?|perpetrators?|perps?|suspects?|militants?|himself)\b"
)
_COUNTED_IN: Final = re.compile(
    r"\b(?:including|counting|as well as|along with|incl\.?|among them)" + _AMONG, re.IGNORECASE
)
_LEFT_OUT: Final = re.compile(
    r"\b(?:not including|excluding|not counting|apart from|besides|in addition to|other than|without counting|without)"
    + _AMONG,
    re.IGNORECASE,
)
_HOW_MANY: Final = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3}) (?:\w+ )?"
    r"(?:gunmen|attackers|shooters|bombers|assailants|militants|perpetrators)\b",
    re.IGNORECASE,
)
_ENGLISH: Final = {
    "died": _DIED, "hurt": _HURT, "lives": _LIVES, "dies": _DIES, "counted_in": _COUNTED_IN, "left_out": _LEFT_OUT,
}  # fmt: skip
_CLIP: Final = 4_000


@dataclass(frozen=True, slots=True)
class Cues:
    """What the words of an event's reports say about its attackers."""

    said_dead: bool
    """A text tells of an attacker's death."""
    said_hurt: bool
    """A text tells that an attacker was hurt."""
    said_alive: bool
    """A text tells that an attacker was caught or got away."""
    usually_dies: bool
    """The event is of a kind in which the attacker usually dies."""
    numbers: frozenset[int]
    """How many attackers there were ("two gunmen"), where a text says so."""


def says_anything(text: str) -> bool:
    """Whether the words bear on an attacker's death or wounds at all."""
    return any(_says(text[:_CLIP], kind) for kind in ("died", "hurt", "dies", "counted_in"))


@lru_cache(maxsize=64)
def cues(texts: tuple[str, ...]) -> Cues:
    """Read the titles, texts, kinds and perpetrators of one event."""
    numbers = {number for text in texts for number in _how_many(text[:_CLIP])}
    return Cues(
        any(_says(text[:_CLIP], "died") or counted_in(text) for text in texts),
        any(_says(text[:_CLIP], "hurt") for text in texts),
        any(_says(text[:_CLIP], "lives") for text in texts),
        any(_says(text[:_CLIP], "dies") for text in texts),
        frozenset(numbers),
    )


def counted_in(text: str) -> bool:
    """Whether the words say that the attacker is among those counted: "five dead, including the gunman"."""
    return not left_out(text) and _says(text[:_CLIP], "counted_in")


def left_out(text: str) -> bool:
    """Whether the words say that the attacker is not among those counted: "five dead, not including the gunman"."""
    return _says(text[:_CLIP], "left_out")


# Kinds of events and names of actors are few, and are asked about again and again.
@lru_cache(maxsize=4096)
def _says(text: str, kind: str) -> bool:
    return _ENGLISH[kind].search(text) is not None or _abroad()[kind].search(text) is not None


@lru_cache(maxsize=4096)
def _how_many(text: str) -> frozenset[int]:
    numbers = (read_number(normalised(word)) for word in _HOW_MANY.findall(text))
    return frozenset(number for number in numbers if number is not None)


@lru_cache(maxsize=1)
def _abroad() -> dict[str, re.Pattern[str]]:
    """The phrases of all other languages, one pattern a kind (``data/attackers.toml``)."""
    found: dict[str, set[str]] = {}
    for language in builtin_toml("attackers.toml").values():
        for kind, phrases in language.items():
            if kind != "who":
                found.setdefault(kind, set()).update(
                    phrase.replace("{who}", who) for phrase in phrases for who in language["who"]
                )
    return {kind: _pattern(phrases) for kind, phrases in found.items()}


def _pattern(phrases: set[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    parts = (re.escape(phrase).replace(r"\*", r"\w*") for phrase in longest_first)
    # Arabic words take their conjunctions as prefixes.
    return re.compile(rf"(?<!\w)(?:و|ب|ف)?(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)
