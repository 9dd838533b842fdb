"""Attackers among the dead: when one outlet counts them and another does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from reconcile.number_words import normalised, read_number

GROUP: Final = "attackers"
# Attacks in which the attacker usually dies: by another's hand or by his own.
_DIES: Final = re.compile(
    r"\b(?:mass shooting|school shooting|active shooter|lone (?:gunman|wolf|attacker)|shooting spree|rampage|"
    r"suicide|murder.suicide|familicide|mass murder|spree killing)",
    re.IGNORECASE,
)
_WHO: Final = r"\b(?:shooters?|gunm[ae]n|attackers?|assailants?|suspects?|perpetrators?|perps?|bombers?|assassin)\b"
_DIED: Final = re.compile(
    _WHO + r"[^.;]{0,25}\b(?:died|killed by|dead from|(?:was|were|is) (?:also |later |then |fatally )?"
    r"(?:killed|shot|dead))\b"
    r"|\bself.inflicted\b"
    r"|\b(?:killed|shot|hanged|blew up|detonated|exploded|killing|shooting|shoots|shot dead|blowing) "
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
_HOW_MANY: Final = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3}) (?:\w+ )?"
    r"(?:gunmen|attackers|shooters|bombers|assailants|militants|perpetrators)\b",
    re.IGNORECASE,
)
_CLIP: Final = 4_000


@dataclass(frozen=True, slots=True)
class Cues:
    """What the words of an event's reports say about its attackers."""

    said_dead: bool
    """A text tells of an attacker's death."""
    said_alive: bool
    """A text tells that an attacker was caught or got away."""
    usually_dies: bool
    """The event is of a kind in which the attacker usually dies."""
    numbers: frozenset[int]
    """How many attackers there were ("two gunmen"), where a text says so."""


@lru_cache(maxsize=64)
def cues(texts: tuple[str, ...]) -> Cues:
    """Read the titles, texts, kinds and perpetrators of one event."""
    clipped = [text[:_CLIP] for text in texts]
    numbers = {read_number(normalised(word)) for text in clipped for word in _HOW_MANY.findall(text)}
    return Cues(
        any(_DIED.search(text) for text in clipped),
        any(_LIVES.search(text) for text in clipped),
        any(_DIES.search(text) for text in clipped),
        frozenset(number for number in numbers if number is not None),
    )
