"""What a person may have meant by a date that is not EDTF, and which days exist at all."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Final

FIRST_YEAR: Final = 1000
LAST_YEAR: Final = 2999

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_NUMERIC = re.compile(r"([0-9]{1,4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,4})")
_WORDS = re.compile(r"[A-Za-z]+|[0-9]+")
_FILLERS = frozenset(("st", "nd", "rd", "th", "of", "the", "on"))
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NOTHING = frozenset(("unknown", "n/a", "na", "none", "null", "nan", "nat", "-", "?", "not stated"))


def real_day(year: int, month: int, day: int) -> date:
    """The day, or ``ValueError`` saying why there is none."""
    check_year(year)
    if not 1 <= month <= 12:
        raise ValueError(f"has no such month ({month:02})")
    if not 1 <= day <= monthrange(year, month)[1]:
        raise ValueError(f"has no such day ({day:02}: {MONTHS[month - 1]} {year} has {monthrange(year, month)[1]})")
    return date(year, month, day)


def check_year(year: int) -> None:
    """Raise ``ValueError`` for a year outside 1000-2999."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"has a year outside {FIRST_YEAR}-{LAST_YEAR} ({year:04})")


def suggestion(value: str) -> str | None:
    """For spellings that are not EDTF: the EDTF one if there is only one reading, else what is unclear."""
    if value.lower() in _NOTHING:
        return "leave it empty if the outlet gives no date"
    if re.fullmatch(r"[0-9]{8}", value):
        return _meant(value[:4], value[4:6], value[6:])
    if re.fullmatch(r"[345][0-9]{4}(?:\.[0-9]{1,20})?", value):
        return "it looks like a spreadsheet's serial number; format the column as YYYY-MM-DD"
    if match := re.fullmatch(r"([0-9]{4})[/. ]([0-9]{1,2})", value):
        return _meant(match[1], match[2], None)
    if match := re.fullmatch(r"([0-9]{1,2})[-/. ]([0-9]{4})", value):
        return _meant(match[2], match[1], None)
    if (match := re.fullmatch(r"([0-9]{4}-[0-9]{2}-)([0-9]{2})/([0-9]{2})", value)) and match[2] <= match[3]:
        return f"write both ends in full: {value[:10]}/{match[1]}{match[3]}"
    if "?~" in value or "~?" in value:
        return "write '%' for uncertain and approximate at once, for example 2020-06%"
    if re.search("[T ]24:", value):
        return "write the next day, for example 2020-06-15T00:00"
    if match := _NUMERIC.fullmatch(value):
        return _numeric(match[1], match[2], match[3])
    return _named(value)


def _numeric(first: str, second: str, third: str) -> str | None:
    if len(first) == 4:
        return _meant(first, second, third)
    if len(third) != 4 or len(first) > 2:
        return "it is ambiguous: write the year with four digits, first, for example 2020-06-13"
    day_first, month_first = _valid(third, second, first), _valid(third, first, second)
    if day_first and month_first and day_first != month_first:
        return f"it is ambiguous: write {day_first} or {month_first}"
    only = day_first or month_first
    return f"write {only}" if only else None


def _named(value: str) -> str | None:
    """``13 June 2020``, ``Jun 13th, 2020``, ``June 2020``."""
    months, numbers = [], []
    for word in _WORDS.findall(value.lower()):
        if word.isdigit():
            numbers.append(word)
        elif month := _month_named(word):
            months.append(str(month))
        elif word not in _FILLERS and not (len(word) > 2 and any(day.startswith(word) for day in _WEEKDAYS)):
            return None
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(months) != 1 or len(numbers) > 2:
        return None
    if len(years) != 1:
        return "write the year with four digits, first, for example 2020-06-13"
    return _meant(years[0], months[0], days[0] if days else None)


def _month_named(word: str) -> int | None:
    """1-12 for an English month name, ``Sept`` or an abbreviation of three letters."""
    for number, month in enumerate(MONTHS, start=1):
        if word in (month.lower(), month.lower()[:3]) or (word == "sept" and number == 9):
            return number
    return None


def _meant(year: str, month: str, day: str | None) -> str | None:
    known = _valid(year, month, day or "1")
    return None if known is None else f"write {known if day else known[:7]}"


def _valid(year: str, month: str, day: str) -> str | None:
    try:
        return real_day(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
