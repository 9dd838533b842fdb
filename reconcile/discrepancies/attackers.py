"""Attackers among the dead: when one outlet counts them and another does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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


def usually_dies(texts: Iterable[str]) -> bool:
    """Whether the event is of a kind in which the attacker usually dies."""
    return any(_DIES.search(text[:_CLIP]) for text in texts)


def is_said_dead(texts: Iterable[str]) -> bool:
    """Whether a text tells of an attacker's death."""
    return any(_DIED.search(text[:_CLIP]) for text in texts)


def is_said_alive(texts: Iterable[str]) -> bool:
    """Whether a text tells that an attacker was caught or got away."""
    return any(_LIVES.search(text[:_CLIP]) for text in texts)


def how_many(texts: Sequence[str]) -> set[int]:
    """The numbers of attackers that texts give ("two gunmen")."""
    found = set()
    for text in texts:
        for word in _HOW_MANY.findall(text[:_CLIP]):
            number = read_number(normalised(word))
            if number is not None:
                found.add(number)
    return found
