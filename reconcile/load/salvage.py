"""What can still be read of a row that cannot be read as one: for those who want to name all that is wrong in it.

Nothing of it is used as data: the row is refused as a whole, whatever is found in its parts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from reconcile.load.fields import COUNTS, DATES, FIELDS
from reconcile.load.strict_json import skip_space
from reconcile.tables import ATTRIBUTIONS

_DECODER: Final = json.JSONDecoder()
_NAMES: Final = "|".join(sorted(FIELDS, key=lambda name: (-len(name), name)))
_MEMBER: Final = re.compile(rf'(?<!\\)"({_NAMES})"[ \t]*+:')
_MOST: Final = 3  # cells too many or too few
_WIDEST: Final = 80  # columns
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]+)?")
_LOOKS: Final = {
    **dict.fromkeys(DATES, re.compile(r"(?:\.\./)?[0-9]{4}-?[0-9].*|[0-9]{4}[~?%]?")),
    **dict.fromkeys(COUNTS, re.compile(r"[0-9]{1,7}|[0-9]+-[0-9]+")),
    **dict.fromkeys(("lat", "lon", "geo_precision_km"), _NUMBER),
    "url": re.compile(r"https?:.*"),
    "language": re.compile(r"[a-z]{2,3}"),
    "attribution": re.compile("|".join(ATTRIBUTIONS)),
    "aggregate": re.compile(r"true|false|yes|no", re.IGNORECASE),
}
_ANY: Final = tuple(_LOOKS.values())
_POINT: Final = ("lat", "lon", "latitude", "longitude")
_WHOLE: Final = re.compile(r"[0-9]+")
_THEIRS: Final = {  # of other recorders
    **dict.fromkeys(("latitude", "longitude"), _NUMBER),
    **dict.fromkeys(("event_date", "date_start", "date_end"), re.compile(r"[0-9].*[0-9]")),
    **dict.fromkeys(("fatalities", "year", "iso", "timestamp", "geo_precision", "best", "low", "high"), _WHOLE),
}


def members(text: str, start: int, stop: int) -> Iterator[tuple[str, Any, int]]:
    """The fields of a broken JSON object in ``text[start:stop]`` that are whole by themselves: name, value, place."""
    at = start
    seen: set[str] = set()
    while match := _MEMBER.search(text, at, stop):
        at = match.end()
        begins = skip_space(text, at)
        try:
            value, end = _DECODER.raw_decode(text, begins)
        except (ValueError, RecursionError):
            continue
        after = skip_space(text, end)
        if end <= stop and match[1] not in seen and (text[after : after + 1] in (",", "}") or "\n" in text[end:after]):
            seen.add(match[1])
            yield match[1], value, begins
            at = end


def aligned(header: Sequence[str], cells: Sequence[str]) -> list[int | None] | None:
    """For each column the cell that is its own, though some are missing or too many; None where nothing tells.

    Cells are left out, or put in, at the place where most others then look like their columns. Where several places
    are as good, only what is the same for all of them counts.
    """
    width, extra = len(header), len(cells) - len(header)
    if not 0 < abs(extra) <= _MOST or width > _WIDEST:
        return None
    ends = range(min(width, len(cells)) + 1)
    tried = [_shifted(width, extra, at) for at in ends]
    scores = [
        _score(header, cells, one) + (extra > 0 and not any(map(str.strip, cells[at : at + extra])))
        for at, one in zip(ends, tried, strict=True)
    ]
    best = [
        _shifted(width, extra, at, cut=any(map(str.strip, cells[at : at + extra])))
        for at, score in zip(ends, scores, strict=True) if score == max(scores)
    ]  # fmt: skip
    return [column[0] if len(set(column)) == 1 else None for column in zip(*best, strict=True)]


def cut(header: Sequence[str], cells: Sequence[str]) -> int | None:
    """The cell that a delimiter has probably cut in pieces, where there is one cell more than columns.

    It is the one that, joined with the next, lets most others look like their columns; of several such the only one
    that a space follows, as it does a comma in a sentence, or that is a coordinate with a decimal comma.
    """
    width = len(header)
    if len(cells) != width + 1 or width > _WIDEST:
        return None
    ends = range(1, width + 1)
    halves = {at for at in ends if header[at - 1].lower() in _POINT and _are_halves(cells[at - 1], cells[at])}
    scores = {at: _score(header, cells, _shifted(width, 1, at, cut=True)) + (at in halves) for at in ends}
    best = [at for at in ends if scores[at] == max(scores.values())]
    spaced = [at for at in best if cells[at].startswith(" ") and cells[at].strip()]
    able = spaced or [at for at in best if at in halves] or best
    whole = len(able) == 1 and cells[able[0] - 1].strip() and cells[able[0]].strip()
    return able[0] - 1 if whole else None


def _are_halves(one: str, other: str) -> bool:
    return one.lstrip("-").isdigit() and other.isdigit()


def _shifted(width: int, extra: int, at: int, *, cut: bool = False) -> list[int | None]:
    """The cells by column, if the slip is before the column ``at``; a cell that was ``cut`` in pieces is none."""
    columns: list[int | None]
    if extra > 0:
        columns = [column if column < at else column + extra for column in range(width)]
        if cut and at:
            columns[at - 1] = None
        return columns
    return [column if column < at else None if column < at - extra else column + extra for column in range(width)]


def _score(header: Sequence[str], cells: Sequence[str], columns: Sequence[int | None]) -> int:
    score = 0
    for name, at in zip(header, columns, strict=True):
        cell = "" if at is None else cells[at].strip()
        if not cell:
            continue
        looks = _LOOKS.get(name) or _THEIRS.get(name.lower())
        if looks is not None:
            score += 1 if looks.fullmatch(cell) else -2
        elif any(one.fullmatch(cell) for one in _ANY):
            score -= 1  # what looks like another column's
    return score
