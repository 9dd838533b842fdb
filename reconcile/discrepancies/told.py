"""Figures that a record's own text states in so many words, beside the one in its column."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from reconcile.discrepancies.context import Dispute, Said
from reconcile.number_words import read_number

_CLIP: Final = 4_000
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}\b)")
_FIGURE: Final = (
    r"\d{1,6}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|"
    r"eight|nine))?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen"
)
# "two days later wounded", "30 shots": numbers of something else.
_OTHER: Final = r"days?|hours?|minutes?|weeks?|months?|years?|shots?|rounds?|times?|miles?|km|am|pm|a\.m|p\.m|percent"
_NOT_PEOPLE: Final = rf"(?![-\w]| (?:{_OTHER})\b)"
# "six people were not killed", "could have been killed"; of "2020 six people were killed" six.
_NOT_SO: Final = r"and|or|not|never|nearly|almost|could|would|might"
# "killing six militants": how many attackers died is another figure.
_ATTACKERS: Final = re.compile(
    r"(?: [a-z-]{1,14}){0,3} (?:militants?|gunm[ae]n|attackers?|assailants?|insurgents?|terrorists?|jihadists?|rebels?|"
    r"fighters?|bombers?|suspects?)\b"
)
# "at least five", "five soldiers", "five and four more": a bound or a part of a toll is not the toll.
_BOUND: Final = re.compile(
    r"\b(?:at least|at most|more than|fewer than|less than|as many as|up to|over|under|about|around|nearly|almost|some|"
    r"approximately|roughly|another|a further|no fewer than|no more than) $"
)
_PARTS: Final = re.compile(
    r"(?: [a-z'-]{1,14}){0,2} (?:soldiers?|troops|servicem[ae]n|cadets?|conscripts?|recruits?|peshmerga|polic\w{1,8}|"
    r"officers?|guards?|bodyguards?|civilians?|children|kids|boys?|girls?|infants?|babies|wom[ae]n|m[ae]n|journalists?|"
    r"reporters?|medics?|doctors?|nurses?|teachers?|students?|pupils?|workers?|employees|foreigners?|nationals|"
    r"members|more)\b"
)
_AND_MORE: Final = re.compile(r"\b(?:more|another|a further|besides|in addition)\b")
_VERBS: Final = {
    "killed": (r"killed|dead|died|fatally shot|shot dead|slain", r"killing|killed|kills"),
    "injured": (r"injured|wounded|hurt", r"injuring|injured|wounding|wounded|injures|wounds"),
}
_STATED: Final = {
    measure: (
        re.compile(
            rf"\b({_FIGURE}){_NOT_PEOPLE}(?: (?!(?:{_NOT_SO}|{_FIGURE})\b)[a-z]{{1,14}}){{0,3}} (?:{passive})\b"
        ),
        re.compile(
            rf"\b(?:{active})(?: (?:at least|about|another|some|a total of|all))? ({_FIGURE}){_NOT_PEOPLE}"
        ),
    )
    for measure, (passive, active) in _VERBS.items()
}  # fmt: skip


# A figure that somebody gives, or gave before, is not the record's own, nor is one of another attack or a longer time.
_QUOTED: Final = re.compile(
    r"\b(?:said|says|saying|told|according|claim(?:s|ed|ing)?|den(?:y|ies|ied)|report(?:s|ed|ing)?|put|puts|announced|"
    r"initial(?:ly)?|earlier|previous(?:ly)?|at first|army|military|ministry|officials?|spokes\w{1,8}|"
    r"similar|(?:past|last) (?:\w{1,14} )?(?:hours|days|weeks|months|years)|past (?:week|month|year)|"
    r"last (?:month|year)|(?:months?|years?) ago|so far this|this year|nearby|neighbou?ring|"
    r"(?:not |un)true|unclear|whether|if|rumou?r(?:s|ed)?|fear(?:s|ed)?|false(?:ly)?|unconfirmed|unverified|"
    r"alleg(?:es|ed|edly|ing)|reportedly|in (?:19|20)\d\d|"
    r"(?:another|other|separate|second) (?:\w{1,14} )?"
    r"(?:attack|blast|bombing|explosion|incident|shooting|strike|village|town|district)s?)\b"
)
_SENTENCE: Final = re.compile(r"[.!?;](?=\s|$)")


class Numbers(NamedTuple):
    """Numbers of people that a text calls killed or injured: whole tolls in its own voice, all in that voice, all."""

    tolls: frozenset[int]
    own: frozenset[int]
    every: frozenset[int]


@lru_cache(maxsize=4096)
def stated_in(text: str, measure: str) -> Numbers:
    """The numbers of ``measure`` (killed, injured) in a lower-case English ``text``."""
    tolls: set[int] = set()
    own: set[int] = set()
    every: set[int] = set()
    for sentence in _SENTENCE.split(_THOUSANDS.sub("", text[:_CLIP])):
        quoted = _QUOTED.search(sentence) is not None
        for pattern in _STATED.get(measure, ()):
            for found in pattern.finditer(sentence):
                if (number := read_number(found[1])) is None:
                    continue
                every.add(number)
                if quoted or _ATTACKERS.match(sentence, found.end(1)):
                    continue
                own.add(number)
                if _whole(sentence, found):
                    tolls.add(number)
    return Numbers(frozenset(tolls), frozenset(own), frozenset(every))


def _whole(sentence: str, found: re.Match[str]) -> bool:
    """Whether the number ``found`` is a whole toll and no bound of it, and no part of it."""
    return not (
        _BOUND.search(sentence, 0, found.start(1))
        or _PARTS.match(sentence, found.end(1))
        or _AND_MORE.search(sentence, found.end())
    )


def own_words(low: Said, high: Said, dispute: Dispute) -> tuple[str, str] | None:
    """One record's own text states the other's figure, and nowhere its own."""
    for one, other in ((low, high), (high, low)):
        if one.exact is None:  # of a range its own words may tell one end
            continue
        tolls, _, every = stated_in(dispute.rows[one.record_id]["told"], dispute.measure)
        if other.exact in tolls and one.exact not in every and sum(every) != one.exact:
            return "self-contradiction", (
                f"{one.outlet} counts {one.exact}, while its own text says {other.exact}: {dispute.label(other.text)}"
            )
    return None
