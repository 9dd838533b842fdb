"""What a date means: EDTF (ISO 8601-2:2019) to an interval of days and back.

Levels 0 and 1 wholly; of level 2 the qualification of single components, unspecified digits anywhere,
sets, and the divisions of a year. The interval is the hull: the first and the last day that the statement
allows. Years from 1000 to 2999.
Specification: https://www.loc.gov/standards/datetime/ (Library of Congress, 2019).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from reconcile.date_hints import FIRST_YEAR, LAST_YEAR, MONTHS, check_year, real_day, suggestion
from reconcile.text import clip, for_terminal

MAX_LENGTH: Final = 100

# Divisions of a year: code -> first month, months. Seasons are the meteorological ones; those without a
# hemisphere (21-24) are read as northern, 29-32 are southern. A season begins in its year: winter 2020 ends
# in February 2021.
_DIVISIONS: Final = {
    **{base + n: (3 + 3 * n, 3) for base in (21, 25) for n in range(4)},  # spring, summer, autumn, winter
    **{29 + n: ((9, 12, 3, 6)[n], 3) for n in range(4)},
    **{33 + n: (1 + 3 * n, 3) for n in range(4)},  # quarters
    **{37 + n: (1 + 4 * n, 4) for n in range(3)},  # thirds
    **{40 + n: (1 + 6 * n, 6) for n in range(2)},  # halves
}

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE = re.compile(r"([?~%]?)([0-9X]{4})([?~%]?)(?:-([?~%]?)([0-9X]{2})([?~%]?)(?:-([?~%]?)([0-9X]{2})([?~%]?))?)?")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r" ?([Zz]|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?([?~%]?)"
)

_KEPT = 65_536  # dates remembered: parts of a run state the same ones

_EXAMPLE = "write for example 2020-06-13, 2020-06-13/2020-06-14, 2020-06~ or ../2020-06-13"


@dataclass(frozen=True, slots=True)
class Interval:
    """Inclusive days. ``start`` or ``end`` is None where that end is open ("on or before ``end``")."""

    start: date | None
    end: date | None
    approximate: bool = False
    """The outlet marked any part of the date as uncertain or approximate (EDTF ``?``, ``~`` or ``%``)."""
    minute: int | None = None
    """Minutes after midnight, as stated, when one moment with a time of day is stated; then start == end."""


@lru_cache(maxsize=_KEPT)
def parse_edtf(text: str) -> Interval:
    """The days that an EDTF string allows.

    A time written to the second as ``00:00:00`` is how spreadsheets and databases write a day, so it gives no
    ``minute``; ``2020-06-14T00:00`` states midnight. A time with an offset is local time; a time in UTC (``Z``) can
    be two days where it happened, and gives both.

    Raises ``ValueError`` with a message fit for the user.
    """
    value = text.strip()
    try:
        if _DAY.fullmatch(value):  # nearly every record
            day = _day(value)
            return Interval(day, day)
        _check_characters(value)
        return _interval(value)
    except ValueError as error:
        raise _refusal(text, error, _EXAMPLE) from None


def format_edtf(interval: Interval) -> str:
    """The canonical EDTF spelling; ``parse_edtf`` gives the interval back.

    Raises ``ValueError`` when both ends are open: EDTF has no way to state nothing.
    """
    start, end = interval.start, interval.end
    mark = "~" if interval.approximate else ""
    if start is not None and end is not None:
        if interval.minute is not None:
            return f"{start}T{interval.minute // 60:02}:{interval.minute % 60:02}{mark}"
        cut = {"day": 10, "month": 7, "year": 4}[_unit(start, end)]
        first, last = start.isoformat()[:cut], end.isoformat()[:cut]
        return f"{first}{mark}" if first == last else f"{first}{mark}/{last}{mark}"
    if start is not None:
        return f"{start}{mark}/.."
    if end is not None:
        return f"../{end}{mark}"
    raise ValueError("an interval that is open at both ends has no EDTF spelling")


def parse_published(text: str) -> tuple[str, date]:
    """An ISO 8601 date or datetime: (normalised text, its calendar day), as stated, in no other zone.

    Normalised: ``T`` between date and time, ``Z`` or ``+03:00`` for the offset, ``.`` before a fraction.
    Raises ``ValueError`` with a message fit for the user.
    """
    value = text.strip()
    try:
        if _DAY.fullmatch(value):
            return value, _day(value)
        _check_characters(value)
        match = _MOMENT.fullmatch(value)
        if not match or match[7]:
            raise ValueError("is not a day, nor a moment")
        day, _ = _moment(match)
        offset = _offset(match[6] or "")
    except ValueError as error:
        raise _refusal(text, error, "write for example 2020-06-14 or 2020-06-14T01:30:00+03:00") from None
    seconds = f":{match[4]}" if match[4] else ""
    fraction = f".{match[5]}" if match[5] else ""
    return f"{match[1]}T{match[2]}:{match[3]}{seconds}{fraction}{offset}", day


def parse_day(text: str) -> date:
    """One day: ``YYYY-MM-DD``, or a datetime for the day it states.

    Raises ``ValueError`` with a message fit for the user.
    """
    return parse_published(text)[1]


def describe(interval: Interval) -> str:
    """The interval for readers: ``13–14 June 2020``, ``December 2018``, ``on or before 3 May 2020``."""
    start, end = interval.start, interval.end
    about = "about " if interval.approximate else ""
    if start is not None and end is not None:
        clock = "" if interval.minute is None else f", {interval.minute // 60:02}:{interval.minute % 60:02}"
        return f"{about}{_span(start, end)}{clock}"
    if start is not None:
        return f"on or after {about}{_long(start)}"
    if end is not None:
        return f"on or before {about}{_long(end)}"
    return "date not stated"


# --- reading ----------------------------------------------------------------------------------------------


def _refusal(text: str, error: ValueError, example: str) -> ValueError:
    """The message for a user: what is wrong, or what was probably meant where there is only one reading."""
    shown = for_terminal(clip(text, 60))
    hint = suggestion(text.strip()) if len(text) <= MAX_LENGTH else None
    return ValueError(f"'{shown}' is not an ISO 8601 (EDTF) date; {hint}" if hint else f"'{shown}' {error}; {example}")


def _check_characters(value: str) -> None:
    if not value:
        raise ValueError("is empty")
    if len(value) > MAX_LENGTH:
        raise ValueError(f"is longer than {MAX_LENGTH} characters")
    if not value.isascii():
        raise ValueError("has characters that EDTF does not know (digits are 0-9, '-' is the plain hyphen)")


def _interval(value: str) -> Interval:
    if value[0] in "[{":
        return _set(value)
    if "/" not in value:
        return _point(value)
    ends = [part.strip() for part in value.split("/")]
    if len(ends) != 2:
        raise ValueError("has more than one '/'")
    first, last = (Interval(None, None) if end in ("", "..") else _point(end) for end in ends)
    if first == last == Interval(None, None):
        raise ValueError("is open at both ends: it states no day")
    return _joined(first, last)


def _joined(first: Interval, last: Interval) -> Interval:
    if first.start and last.end:
        backwards = first.start > last.end
        if first.start == last.end and first.minute is not None and last.minute is not None:
            backwards = first.minute > last.minute
        if backwards:
            raise ValueError(f"ends ({last.end}) before it begins ({first.start})")
    return Interval(first.start, last.end, first.approximate or last.approximate)


def _set(value: str) -> Interval:
    """One of a set ``[a,b..c]`` or all of ``{a,b}``: the days lie between the first and the last."""
    if value[-1] != {"[": "]", "{": "}"}[value[0]]:
        raise ValueError(f"opens with '{value[0]}' and does not close")
    hulls = []
    for member in value[1:-1].split(","):
        first, dots, last = (part.strip() for part in member.partition(".."))
        if not (first or last):
            raise ValueError("has an empty place in its set")
        begin = _point(first) if first else Interval(None, None)
        finish = (_point(last) if last else Interval(None, None)) if dots else begin
        hulls.append(_joined(begin, finish))
    starts = [hull.start for hull in hulls if hull.start]
    ends = [hull.end for hull in hulls if hull.end]
    return Interval(
        min(starts) if len(starts) == len(hulls) else None,
        max(ends) if len(ends) == len(hulls) else None,
        any(hull.approximate for hull in hulls),
    )


def _point(value: str) -> Interval:
    """One date of any precision, or one moment."""
    if match := _MOMENT.fullmatch(value):
        day, minute = _moment(match)
        if match[6] in ("Z", "z") and minute is not None:
            first, last = _anywhere(day, minute)
            return Interval(first, last, bool(match[7]), minute if first == last else None)
        return Interval(day, day, bool(match[7]), minute)
    match = _DATE.fullmatch(value)
    if not match:
        raise ValueError("is not an ISO 8601 (EDTF) date")
    start, end = _hull(match[2], match[5], match[8])
    return Interval(start, end, any(match.group(1, 3, 4, 6, 7, 9)))


def _moment(match: re.Match[str]) -> tuple[date, int | None]:
    day = _day(match[1])
    hour, minute, second = int(match[2]), int(match[3]), int(match[4] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"has an impossible time of day ({match[2]}:{match[3]}{':' + match[4] if match[4] else ''})")
    _offset(match[6] or "")
    only_a_day = match[4] is not None and not (hour or minute or second or (match[5] or "0").strip("0"))
    return day, None if only_a_day else hour * 60 + minute


def _anywhere(day: date, minute: int) -> tuple[date, date]:
    """The days that a moment in UTC can be where it happened: clocks run from UTC-12 to UTC+14."""
    moment = datetime.combine(day, time(minute // 60, minute % 60))
    return (moment - timedelta(hours=12)).date(), (moment + timedelta(hours=14)).date()


def _offset(text: str) -> str:
    if text in ("", "Z", "z", "UTC"):
        return text and "Z"
    digits = text[1:].replace(":", "").ljust(4, "0")
    if int(digits[:2]) > 14 or int(digits[2:]) > 59:
        raise ValueError(f"has an impossible offset from UTC ({text})")
    return f"{text[0]}{digits[:2]}:{digits[2:]}"


def _day(text: str) -> date:
    """The day of a text known to have the shape ``YYYY-MM-DD``."""
    return real_day(int(text[:4]), int(text[5:7]), int(text[8:]))


def _hull(year: str, month: str | None, day: str | None) -> tuple[date, date]:
    """First and last day that match masks of digits and ``X``."""
    if year[0] == "X":
        raise ValueError("leaves the year open")
    if "X" not in year:
        check_year(int(year))
    if month and not day and "X" not in month and int(month) in _DIVISIONS:
        if not (years := _matching(year, FIRST_YEAR, LAST_YEAR)):
            raise ValueError(f"has a year outside {FIRST_YEAR}-{LAST_YEAR} ({year})")
        return _division(years[0], int(month))[0], _division(years[-1], int(month))[1]
    if "X" not in f"{year}{month}{day or 'XX'}":  # one day
        only = _day(f"{year}-{month}-{day}")
        return only, only
    if month and "X" not in f"{year}{month}":
        real_day(int(year), int(month), 1)  # names the fault
    return _edge(year, month or "XX", day or "XX", 1), _edge(year, month or "XX", day or "XX", -1)


def _edge(year: str, month: str, day: str, step: int) -> date:
    """The first (``step`` 1) or the last (-1) day that matches the masks."""
    for y in _matching(year, FIRST_YEAR, LAST_YEAR)[::step]:
        for m in _matching(month, 1, 12)[::step]:
            for d in _matching(day, 1, monthrange(y, m)[1])[::step]:
                return date(y, m, d)
    raise ValueError("matches no day of the calendar")


@lru_cache(maxsize=4096)
def _matching(mask: str, low: int, high: int) -> tuple[int, ...]:
    """The numbers from ``low`` to ``high`` whose digits match ``mask``, rising."""
    texts = ((number, f"{number:0{len(mask)}}") for number in range(low, high + 1))
    return tuple(number for number, text in texts if all(m in ("X", c) for m, c in zip(mask, text, strict=True)))


def _division(year: int, code: int) -> tuple[date, date]:
    month, months = _DIVISIONS[code]
    last_year, last_month = divmod(year * 12 + month + months - 2, 12)
    return date(year, month, 1), date(last_year, last_month + 1, monthrange(last_year, last_month + 1)[1])


# --- showing ----------------------------------------------------------------------------------------------


def _unit(start: date, end: date) -> str:
    """The coarsest calendar unit whose edges the interval has."""
    if start.day != 1 or end.day != monthrange(end.year, end.month)[1]:
        return "day"
    return "year" if (start.month, end.month) == (1, 12) else "month"


def _long(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _span(start: date, end: date) -> str:
    unit = _unit(start, end)
    if unit == "year":
        return f"{start.year}" if start.year == end.year else f"{start.year} – {end.year}"
    first, last = MONTHS[start.month - 1], MONTHS[end.month - 1]
    same_year, same_month = start.year == end.year, (start.year, start.month) == (end.year, end.month)
    if unit == "month":
        year = "" if same_year else f" {start.year}"
        return f"{last} {end.year}" if same_month else f"{first}{year} – {last} {end.year}"
    if start == end:
        return _long(end)
    if same_month:
        return f"{start.day}–{_long(end)}"
    return f"{start.day} {first} – {_long(end)}" if same_year else f"{_long(start)} – {_long(end)}"
