"""Whom a figure is attributed to: a named source that two outlets may share, or nobody in particular."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from reconcile.fold import fold, words
from reconcile.lookups import builtin_toml

_PARTS: Final = re.compile(r"[;|]|(?<!\s)\s+and\s+")  # tried once a run of spaces, so that it stays linear
_HEAD: Final = re.compile(r"[,(:\[]")
# The credit of a dispatch: "KANO (Reuters) -", "(AFP)". Looked for at the beginning only.
_CREDIT: Final = re.compile(r"\(([A-Za-z -]{2,40})\)")
_CREDIT_WITHIN: Final = 200


@cache
def _table() -> tuple[frozenset[str], frozenset[str], dict[tuple[str, ...], str]]:
    table = builtin_toml("attributions.toml")
    agencies = {words(alias): name for name, aliases in table["agencies"].items() for alias in aliases}
    return frozenset(table["generic"]), frozenset(table["stop"]), agencies


@lru_cache(maxsize=65_536)
def named_sources(attributed_to: str) -> frozenset[str]:
    """The specific sources in an attribution, one key each; empty for "a security source", "police, witnesses".

    A wire agency has one key however it is written. A person is known by the name before the first comma ("Kadhim
    Pirouli, village council member"), an office by all its words ("Khanaqin police"). Spelling is folded.
    """
    return frozenset(key for part in _PARTS.split(attributed_to) if (key := _key(part)))


def _key(part: str) -> str | None:
    generic, stop, agencies = _table()
    heads = [piece for piece in _HEAD.split(part) if piece.strip()]
    for piece in heads:
        tokens = tuple(word for word in words(piece) if word not in stop)
        telling = tuple(word for word in tokens if word not in generic)
        for written in (words(piece), tokens, telling):  # "the Associated Press", "AFP sources"
            if written in agencies:
                return agencies[written]
    for piece in heads:
        tokens = tuple(word for word in words(piece) if word not in stop)
        telling = tuple(word for word in tokens if word not in generic)
        if telling:
            # Two telling words are a name; a lone one needs its office: "Khanaqin police" is not "Khanaqin hospital".
            return fold(" ".join(sorted(telling if len(telling) > 1 else tokens))) or None
    return None


@lru_cache(maxsize=65_536)
def own_key(outlet: str) -> str:
    """The key under which another outlet's attribution names ``outlet`` itself."""
    agencies = _table()[2]
    return agencies.get(words(outlet)) or _key(outlet) or fold(outlet) or outlet


def credited_agency(text: str) -> str | None:
    """The wire agency in the credit at the beginning of a text, or ``None``."""
    agencies = _table()[2]
    for found in _CREDIT.findall(text[:_CREDIT_WITHIN]):
        if words(found) in agencies:
            return agencies[words(found)]
    return None
