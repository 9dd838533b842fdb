"""Expressions over cells that several sources need: whole numbers, lists, codes, claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl

from reconcile.sources.base import Cells, ClaimColumns, Finding
from reconcile.tables import CLAIM

# Persons, or a code; a data frame with gaps writes 5 as 5.0.
WHOLE: Final = r"^[0-9]{1,9}(?:\.0{1,9})?$"
# How the keys of notes begin that ``check`` turns into findings; after it, between tabs, come the columns.
TURNED: Final = "turned"
CROSSED: Final = "crossed"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def whole(text: pl.Expr) -> pl.Expr:
    """``text`` as a whole number; null where it is none."""
    return pl.when(text.str.contains(WHOLE)).then(text.str.split(".").list.first()).cast(pl.Int64)


def identifier(text: pl.Expr) -> pl.Expr:
    """An id; one that went through a data frame as a number loses its ``.0``."""
    return text.str.replace(r"^([0-9]+)\.0$", "$1")


def not_whole(cells: Cells, names: tuple[str, ...], unknown: tuple[str, ...] = ()) -> list[Finding]:
    """Errors for cells that only claims are made of (the loader checks the others itself)."""
    found = []
    for name in names:
        if name in cells.names:
            odd = ~pl.col(name).str.contains(WHOLE) & ~pl.col(name).is_in(list(unknown))
            what = f"{name}: '{{value}}' is not a whole number"
            found += cells.finding(odd, name, what, "leave it empty if it is not known", error=True)
    return found


def turned(cells: Cells, rows: pl.Series, end: str = "date_end") -> list[Finding]:
    """A note on the rows whose last day, in the column ``end``, lies before the first: read the other way round."""
    found = cells.finding(pl.lit(rows), end, "the last day lies before the first in {rows}, read in order")
    return [replace(one, key=f"{TURNED}\t{one.column}") for one in found]


def crossed(cells: Cells, low: str, high: str) -> list[Finding]:
    """A note on the rows of which the least in the column ``low`` is more than the most in ``high``."""
    found = cells.finding(
        whole(cells.text(low)) > whole(cells.text(high)), low, f"{low} is more than {high} in {{rows}}, read in order"
    )
    return [replace(one, key=f"{CROSSED}\t{one.column}\t{cells.names[high]}") for one in found]


def listed(*parts: pl.Expr, separator: str = "; ") -> pl.Expr:
    """The stated ones of ``parts`` in one cell, each once; null where there is none."""
    new = [
        pl.when(~pl.any_horizontal([(part == other).fill_null(value=False) for other in parts[:at]])).then(part)
        if at
        else part
        for at, part in enumerate(parts)
    ]
    joined = pl.concat_str(new, separator=separator, ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def coded(
    cells: Cells, name: str, table: Mapping[str, Any], what: str, unknown: tuple[str, ...] = ()
) -> tuple[pl.Expr, list[Finding]]:
    """The column ``name`` through ``table``; a code that it lacks gives null and a note that names it."""
    kind = pl.Float64 if all(isinstance(value, (int, float)) for value in table.values()) else pl.String
    if name not in cells.names:
        return pl.lit(None, kind), []
    code = pl.col(name).str.replace(r"\.0+$", "").str.to_lowercase()
    odd = code.is_not_null() & ~code.is_in([*table, *unknown])
    note = f"{name}: '{{value}}' is no code of the codebook; {what} in {{rows}}"
    return code.replace_strict(dict(table), default=None, return_dtype=kind), cells.finding(odd, name, note)


def claim(
    measure: str,
    *,
    low: pl.Expr | None = None,
    best: pl.Expr | None = None,
    high: pl.Expr | None = None,
    group: str | pl.Expr | None = None,
    scope: str = "total",
    by: pl.Expr | None = None,
    quote: pl.Expr | None = None,
) -> ClaimColumns:
    """One claim of each row that states a figure; a total only where ``by`` says whose figure it is, since the
    flat columns hold it already. Bounds out of order are widened as the loader does."""
    nothing = pl.lit(None, pl.Int64)
    low, best, high = (nothing if number is None else number for number in (low, best, high))
    stated = low.is_not_null() | best.is_not_null() | high.is_not_null()
    if scope == "total":
        stated &= by.is_not_null() if by is not None else pl.lit(value=False)
    wild = ((low > best) | (best > high) | (low > high)).fill_null(value=False)
    values = {
        "measure": pl.lit(measure),
        "group": group if isinstance(group, pl.Expr) else pl.lit(group),
        "low": pl.when(wild).then(pl.min_horizontal(low, best, high)).otherwise(low),
        "best": best,
        "high": pl.when(wild).then(pl.max_horizontal(low, best, high)).otherwise(high),
        "scope": pl.lit(scope),
        "attributed_to": pl.lit(None) if by is None else by,
        "quote": pl.lit(None) if quote is None else quote,
        "as_of": pl.lit(None),
    }
    kinds = {one.name: one.dtype for one in CLAIM.fields}
    return {**{name: values[name].cast(kind) for name, kind in kinds.items()}, "stated": stated}


_LONGEST: Final = 9  # letters of a part of a date: "September"


def day(text: str | None) -> date | None:
    """A day as recorders write it, day first: ``13/06/2020``, ``13 June 2020``, ``13-Jun-20``, ``2020-06-13``.

    None for anything else. Two digits of a year are of 1969-2068, as POSIX has it.
    """
    if text is None:
        return None
    parts = text.replace(",", " ").replace("/", " ").replace("-", " ").replace(".", " ").split()
    if len(parts) != 3 or not all(part.isascii() and len(part) <= _LONGEST for part in parts):
        return None
    first, middle, last = parts
    if len(first) == 4:
        first, last = last, first
    month = int(middle) if middle.isdigit() else _month(middle)
    if not (first.isdigit() and last.isdigit()) or month is None or len(last) not in (2, 4):
        return None
    year = int(last) if len(last) == 4 else int(last) + (1900 if int(last) > 68 else 2000)
    try:
        return date(year, month, int(first))
    except ValueError:
        return None


def _month(word: str) -> int | None:
    short = word[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS and word.isalpha() else None


def moment(text: str | None) -> tuple[int | None]:
    """A version: seconds since 1970 of a timestamp, given as such or as ISO 8601 (UTC unless it says else)."""
    if text is None:
        return (None,)
    digits = text.removesuffix(".0")
    if digits.isascii() and digits.isdigit() and len(digits) <= 15:
        return (int(digits),)
    try:
        when = datetime.fromisoformat(text)
        return (int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()),)
    except (ValueError, OverflowError):
        return (None,)
