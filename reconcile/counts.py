"""What a count means: the words and figures of an outlet as low, best and high.

Unknown is not zero: ``Count(None, None, None)`` is "not stated", ``Count(0, 0, 0)`` "the source says none".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from reconcile.number_words import MAX_COUNT, normalised, read_number, sane
from reconcile.text import clip, for_terminal
from reconcile.vague import VAGUE, Vague, VagueWord, load_vague

__all__ = ["MAX_COUNT", "NOT_STATED", "VAGUE", "Count", "Vague", "VagueWord"]
__all__ += ["describe", "load_vague", "parse_count", "vague_word"]

MAX_LENGTH: Final = 100


@dataclass(frozen=True, slots=True)
class Count:
    """Persons, inclusive bounds. ``high`` None with a ``low`` = open upwards; all None = not stated.

    ``best`` is a figure that the outlet itself gives; None where it gives only bounds.
    """

    low: int | None
    best: int | None
    high: int | None


NOT_STATED: Final = Count(None, None, None)

_UNKNOWN = frozenset(
    {
        "", "?", "??", "-", "--", "n/a", "na", "n.a.", "tbc", "tbd", "unknown", "unknown number", "an unknown number",
        "not yet known", "not known", "not reported", "not stated", "not given", "not available", "no reports",
        "no casualties reported", "no casualties reported yet", "no immediate reports of casualties", "unclear",
        "unspecified", "unreported", "undisclosed",
    }
)  # fmt: skip
_NO_ONE = frozenset({"no", "none", "nobody", "no one", "no-one", "nil"})

_AT_LEAST = (
    "at least",
    "no fewer than",
    "no less than",
    "not fewer than",
    "not less than",
    "minimum of",
    "min",
)
_AT_MOST = ("at most", "up to", "no more than", "not more than", "as many as", "maximum of", "max")
_MORE = ("more than", "over", "above", "in excess of", "greater than", "exceeding", ">")
_FEWER = ("less than", "fewer than", "under", "below", "<")
_ABOUT = (
    "about",
    "around",
    "approximately",
    "approx.",
    "approx",
    "roughly",
    "some",
    "circa",
    "ca.",
    "ca",
    "c.",
)
_PREFIXES = {
    "least": (*_AT_LEAST, "a minimum of", "minimum", "upwards of", ">=", "≥"),
    "most": (*_AT_MOST, "a maximum of", "maximum", "<=", "≤"),
    "more": _MORE,
    "fewer": _FEWER,
    "about": (*_ABOUT, "an estimated", "estimated", "~", "≈"),
    "nearly": ("nearly", "almost", "close to", "just under"),
}
_KIND_OF_PREFIX = {said: kind for kind, wordings in _PREFIXES.items() for said in wordings}
_KIND_OF_SUFFIX = {
    **dict.fromkeys((" or more", " or above", " and above", " at least", "+"), "least"),
    **dict.fromkeys((" or fewer", " or less", " at most"), "most"),
}


def parse_count(text: str, vague: Vague = VAGUE) -> Count:
    """What ``text`` states, vague words read with the table ``vague``.

    - ``7`` is (7, 7, 7); ``5-7`` is (5, none, 7): the outlet gave no best.
    - ``at least five`` is (5, none, open) and ``more than five`` (6, none, open): a bound is no estimate.
    - ``up to seven`` is (none, none, 7): that it was at least one, or could be none, is not said.
    - ``about 20`` is 20 give or take the table's percentage; ``nearly 20`` gives downwards only.

    Raises ``ValueError`` with a message fit for the user.
    """
    if text.isascii() and text.isdigit() and len(text) < 8:  # nearly every record
        number = int(text)
        return Count(number, number, number)
    if len(text) > MAX_LENGTH:
        raise _refusal(text, f"is longer than {MAX_LENGTH} characters")
    if text.strip() == "None":  # how Python writes a null: reading it as "none were killed" would invent a zero
        raise _refusal(text, "may mean that there were none or that nobody says")
    try:
        return _count(normalised(text), vague)
    except ValueError as error:
        raise _refusal(text, str(error)) from None


def describe(count: Count) -> str:
    """The count for readers: ``7``, ``5–7``, ``5 or more``, ``up to 7``, ``20 (15–25)``, ``not stated``."""
    low, best, high = count.low, count.best, count.high
    if low is None and high is None:
        return "not stated" if best is None else f"{best:,}"
    if low == high:
        return f"{low:,}"
    if high is None:
        bounds = f"{low:,} or more"
    elif low is None:
        bounds = f"up to {high:,}"
    else:
        bounds = f"{low:,}–{high:,}"
    return bounds if best is None else f"{best:,} ({bounds})"


def vague_word(text: str, vague: Vague = VAGUE) -> VagueWord | None:
    """The table's entry for ``text`` ("Dozens", "dozens of"), or None if it is no vague word."""
    return None if len(text) > MAX_LENGTH else vague.find(normalised(text))


def _refusal(text: str, why: str) -> ValueError:
    return ValueError(
        f"'{for_terminal(clip(text, 60))}' {why}; write for example 7, 5-7 or 'at least 5', "
        "0 if the source says none, or leave it empty if it is not stated"
    )


def _count(value: str, vague: Vague) -> Count:
    if found := _quantity(value, vague):
        return found
    if value in _UNKNOWN:
        return NOT_STATED
    if value.endswith(")") and value.count(" (") == 1:
        return _best_and_bounds(value, vague)
    if found := _with_suffix(value, vague) or _range(value) or _with_prefix(value, vague):
        return found
    raise ValueError(_reason(value))


def _quantity(value: str, vague: Vague) -> Count | None:
    """A number, a word of the table (whose entries win over ours) or "none"."""
    number = read_number(value)
    if number is not None:
        return Count(number, number, number)
    if word := vague.find(value):
        return Count(word.low, word.best, word.high)
    return Count(0, 0, 0) if value in _NO_ONE else None


def _with_suffix(value: str, vague: Vague) -> Count | None:
    for said, kind in _KIND_OF_SUFFIX.items():
        if value.endswith(said) and (quantity := _quantity(value.removesuffix(said).rstrip(), vague)):
            return _bounded(kind, quantity, vague)
    return None


def _with_prefix(value: str, vague: Vague) -> Count | None:
    for said, kind in _KIND_OF_PREFIX.items():
        rest = value.removeprefix(said)
        ends_here = not said[-1].isalpha() or rest.startswith(" ")
        if rest != value and ends_here and (quantity := _quantity(rest.lstrip(), vague)):
            return _bounded(kind, quantity, vague)
    return None


def _bounded(kind: str, quantity: Count, vague: Vague) -> Count:
    """``quantity`` under a bound; of a vague word the figure that it names counts, else its near end."""
    best = quantity.best
    if kind in ("least", "more"):
        least = quantity.low if best is None else best
        if least is None:
            raise ValueError("states no lower bound")
        return Count(least if kind == "least" else sane(least + 1), None, None)
    if kind in ("most", "fewer"):
        most = quantity.high if best is None else best
        if most is None or (kind == "fewer" and most == 0):
            raise ValueError("states no upper bound")
        return Count(None, None, most if kind == "most" else most - 1)
    if best is None:
        return quantity  # "about dozens" says no more than "dozens"
    margin = max(1, -(-best * vague.about_percent // 100)) if best else 0
    low = max(best - margin, min(best, 1))
    return Count(low, best, best if kind == "nearly" else sane(best + margin))


def _range(value: str) -> Count | None:
    """``5-7``, ``5 to 7``, ``between five and seven``, ``five or six``; None if ``value`` is no range."""
    separators: tuple[str, ...] = (" to ", "-", " or ")
    for opening, separator in (("between ", " and "), ("from ", " to ")):
        if value.startswith(opening):
            value, separators = value.removeprefix(opening), (separator, "-")
    readings = [
        (low, high)
        for separator in separators
        for left, right in _splits(value, separator)
        if (low := read_number(left)) is not None and (high := read_number(right)) is not None
        if _unscaled(low, right)
    ]
    if not readings:
        return None
    # "between one hundred and one thousand and five" also reads 101,000 to 5: only a rising one is meant.
    rising = [(low, high) for low, high in readings if low <= high]
    if not rising:
        raise ValueError("is a range that runs backwards")
    if len(rising) > 1:
        raise ValueError("is ambiguous: it can be read as more than one range")
    low, high = rising[0]
    return Count(low, low if low == high else None, high)


def _splits(value: str, separator: str) -> list[tuple[str, str]]:
    """Every way to cut ``value`` in two at ``separator``."""
    parts = value.split(separator)
    cuts = range(1, len(parts))
    return [(separator.join(parts[:cut]).strip(), separator.join(parts[cut:]).strip()) for cut in cuts]


def _unscaled(low: int, right: str) -> bool:
    """True; ``five to six hundred``, which means 500 to 600 as likely as 5 to 600, is a ``ValueError``."""
    for scale in ("hundred", "thousand"):
        if scale in right:
            factor = read_number(right.partition(scale)[0].strip())
            if factor is not None and low < factor:
                raise ValueError("is ambiguous: write both ends of the range in full")
    return True


def _best_and_bounds(value: str, vague: Vague) -> Count:
    """``20 (15-25)``, as ``describe`` writes it."""
    figure, _, inner = value[:-1].partition(" (")
    best, bounds = read_number(figure), _count(inner, vague)
    if best is None or bounds == NOT_STATED:
        raise ValueError(_reason(value))
    if (bounds.low is not None and best < bounds.low) or (bounds.high is not None and best > bounds.high):
        raise ValueError(f"has its best figure ({best}) outside its range")
    return Count(bounds.low, best, bounds.high)


def _reason(value: str) -> str:
    if re.fullmatch(r"-[0-9., ]+", value):
        return "is negative"
    if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3})+", value):
        return "is ambiguous (a decimal, or thousands with points)"
    if re.fullmatch(r"[0-9][0-9,]*[.,][0-9]*", value):
        return "is not a whole number"
    return "is not a count"
