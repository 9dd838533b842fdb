"""Figures that stand for a vague word, and how far such a word may be stretched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from reconcile.discrepancies.context import Dispute, Said
from reconcile.number_words import normalised
from reconcile.vague import VAGUE, VagueWord

# Where a word ends is a convention: nobody who says "dozens" denies a hundred. Half as much again either way.
_STRETCH: Final = 1.5
_ABOUT: Final = ("about", "around", "approximately", "approx", "roughly", "circa", "estimated", "nearly", "almost",
                 "close to", "just under", "some")  # fmt: skip
_BEYOND: Final = ("more than", "over", "at least", "upwards of", "no fewer than", "no less than", "not less than")
# Bounds that nobody gives but by a word, where the word itself was not handed on.
DISTINCT: Final = 20
_LONGEST_FIRST: Final = sorted(VAGUE.words.items(), key=lambda item: (-len(item[0]), item[0]))
RECORDERS: Final = sorted({name.casefold() for entry in VAGUE.words.values() for name in entry.recorders})
"""Who writes a number for a word, in a convention of their own."""
_CODED: Final[Mapping[int | None, Sequence[tuple[str, str]]]] = {
    figure: [
        (word, name)
        for word, entry in sorted(VAGUE.words.items())
        for name, coded in sorted(entry.recorders.items())
        if coded == figure
    ]
    for figure in sorted({coded for entry in VAGUE.words.values() for coded in entry.recorders.values()})
}


def vague_word(said: Said) -> str | None:
    """The vague word that ``said`` stands for ("dozens", "about 20"); null for a figure that is meant as a number."""
    if said.low == said.high:
        return None
    quote = f" {normalised(said.quote)} " if said.quote else ""
    if (beyond := _beyond(said)) is not None:
        return beyond[0]
    if said.best is not None:
        about = quote.startswith((" ~", " ≈")) or any(f" {word} " in quote for word in _ABOUT)
        return said.quote if about else None
    for word, entry in _LONGEST_FIRST:
        if (entry.low, entry.best, entry.high) != (said.low, said.best, said.high):
            continue
        if f" {word} " in quote or (not quote and entry.high is not None and said.floor >= DISTINCT):
            return word
    return None


def _beyond(said: Said) -> tuple[str, VagueWord] | None:
    """The phrase and the word of "more than a dozen" or "at least a score": a bound that is no number either."""
    if said.best is not None or said.high is not None or not said.quote:
        return None
    quote = f" {normalised(said.quote)} "
    for word, entry in _LONGEST_FIRST:
        if entry.best is None or entry.low == entry.high:  # "a pair" is two
            continue
        for before in _BEYOND:
            if said.low in (entry.low, entry.best, entry.best + 1) and f" {before} {word} " in quote:
                return f"{before} {word}", entry
    return None


def loose_word(low: Said, high: Said, dispute: Dispute) -> tuple[str, str] | None:
    """One figure lies just outside what the other's vague word is read as."""
    for vague, other in ((low, high), (high, low)):
        word = vague_word(vague)
        if word is None or not _stretched(vague).meets(other):
            continue
        return "vague", f"'{word}' is read as {vague.text}, and {dispute.label(other.text)} is just outside that"
    return None


def _stretched(said: Said) -> Said:
    if (beyond := _beyond(said)) is not None:
        return said._replace(low=beyond[1].low)
    low, high = said.floor, said.high
    if said.best is None:
        return said._replace(low=int(low / _STRETCH), high=None if high is None else int(high * _STRETCH))
    margin = max(said.best - low, (high or said.best) - said.best)
    return said._replace(low=max(low - margin, 0), high=said.best + 2 * margin)


def coded_word(low: Said, high: Said, dispute: Dispute) -> tuple[str, str] | None:
    """One figure is what its recorder makes of a vague word: the other's word, or one in the recorder's own text."""
    for recorder, other in ((low, high), (high, low)):
        for word, name in _CODED.get(recorder.exact, ()):
            if name.casefold() not in recorder.outlet.casefold():
                continue
            entry = VAGUE.words[word]
            stands_for = (entry.low, entry.best, entry.high) == (other.low, other.best, other.high)
            span = Said("", "", entry.low, entry.best, entry.high, None, None)
            told = f" {word} " in f" {dispute.rows[recorder.record_id]['told']} "
            if stands_for or (told and span.meets(other)):
                return "vague", (
                    f"{recorder.text} is what {name} codes for '{word}' ({span.text}): {dispute.label(other.text)}"
                )
    return None
