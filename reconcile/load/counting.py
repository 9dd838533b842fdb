"""Typed conversion of the flat casualty counts, with their bounds."""

from __future__ import annotations

import re
from dataclasses import astuple
from decimal import Decimal
from functools import partial
from typing import Any, Final

import polars as pl

from reconcile.counts import MAX_COUNT, parse_count
from reconcile.load.columns import Column, by_distinct, nulls, rows_where, shown
from reconcile.load.dating import refusal
from reconcile.load.fields import ALIASES, BOUNDS
from reconcile.load.finds import BadValueError, Finds, Sink
from reconcile.load.values import kind_of
from reconcile.tables import MEASURES
from reconcile.vague import VAGUE, Vague

Triple = tuple[int | None, int | None, int | None]
_HINT: Final = "leave it empty if it is not stated; 0 means that the source says none"
_INTEGRAL = re.compile(r"([0-9]{1,18})(?:\.(?:0{1,2}|0{4,9}))?")  # 2.000 may be two thousand


def whole_number(value: Any) -> int:
    """A count of persons given as a number; ``5.0`` is how a data frame with gaps writes 5."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise BadValueError(f"expected a whole number, not {kind_of(value)}")
    if not isinstance(value, int):
        if value != value or value in (float("inf"), float("-inf")):
            raise BadValueError(f"{shown(value)} is not a number", _HINT)
        if value != int(value):
            raise BadValueError(f"{shown(value)} is a fraction; persons come whole", _HINT)
    number = int(value)
    if number < 0:
        raise BadValueError(f"{shown(value)} is below zero", _HINT)
    if number > MAX_COUNT:
        raise BadValueError(f"{shown(value)} is absurdly large (the limit is {MAX_COUNT:,})")
    return number


def count_value(value: Any, vague: Vague = VAGUE) -> Triple:
    """(low, best, high) of a number or of words; an exact figure is a best estimate alone."""
    if not isinstance(value, str):
        return None, whole_number(value), None
    if match := _INTEGRAL.fullmatch(value):
        return None, whole_number(int(match[1])), None
    try:
        count = parse_count(value, vague)
    except ValueError as error:
        raise refusal(error, value) from None
    if count.low is not None and count.low == count.best == count.high:
        return None, count.best, None
    low, best, high = astuple(count)
    return low, best, high


def count_and_words(value: Any, vague: Vague) -> tuple[int | None, int | None, int | None, str | None]:
    """``count_value``, and the words themselves where they are words that state a figure."""
    low, best, high = count_value(value, vague)
    in_words = isinstance(value, str) and not _INTEGRAL.fullmatch(value) and (low, best, high) != (None, None, None)
    return low, best, high, value if in_words else None


def bound_value(value: Any) -> tuple[int | None]:
    """A bound is one number."""
    low, best, high = count_value(value)
    if low is not None or high is not None:
        raise BadValueError(
            f"{shown(value)} is not one number", "give words and ranges in the field without _low or _high"
        )
    return (best,)


def widen(table: pl.DataFrame, *names: str) -> tuple[pl.DataFrame, pl.Series]:
    """Move the bounds that are out of order so that they take in every stated number; which rows these are.

    ``names`` are the columns of low, best and high. Recorders' own rows have such bounds, so they are no error.
    """
    low, best, high = map(pl.col, names)
    wide = table.select(((low > best) | (best > high) | (low > high)).fill_null(value=False)).to_series()
    if not wide.any():
        return table, wide
    least, most = pl.min_horizontal(low, best, high), pl.max_horizontal(low, best, high)
    return table.with_columns(
        pl.when(wide).then(least).otherwise(low).alias(names[0]),
        pl.when(wide).then(most).otherwise(high).alias(names[2]),
    ), wide


def counts(columns: dict[str, Column], height: int, finds: Finds, vague: Vague) -> list[pl.Series]:
    """Each measure with its ``_low`` and ``_high``, and its ``_words``."""
    return [series for measure in MEASURES for series in _measure(columns, measure, height, finds, vague)]


def _measure(columns: dict[str, Column], measure: str, height: int, finds: Finds, vague: Vague) -> list[pl.Series]:
    names = {measure + bound: measure + bound for bound in BOUNDS}
    table = _read(columns, names, height, finds, vague)
    aliases = {alias: name for alias, name in ALIASES.items() if name in names and alias in columns}
    if aliases:
        other = _read(columns, {name: alias for alias, name in aliases.items()}, height, finds, vague)
        table = _merged(table, other, {name: alias for alias, name in aliases.items()}, finds)
    table, wide = widen(table, f"{measure}_low", measure, f"{measure}_high")
    finds.note(f"wide {measure}", rows_where(wide), (_given(columns, measure),), lambda times: _widened(measure, times))
    return [table[name] for name in (*names, f"{measure}_words")]


def _given(columns: dict[str, Column], measure: str) -> str:
    spellings = [measure, *(alias for alias, name in ALIASES.items() if name == measure)]
    return next((name for name in spellings if name in columns), f"{measure}_low")


def _widened(measure: str, times: int) -> str:
    records = "one record" if times == 1 else f"{times:,} records"
    return f"{measure}: low, best and high out of order in {records}; widened to take in every stated number"


def _read(columns: dict[str, Column], names: dict[str, str], height: int, finds: Finds, vague: Vague) -> pl.DataFrame:
    """The three numbers under their canonical names; ``names`` maps these to the names that the file uses."""
    first = min(names, key=len)
    measure = first.removesuffix("_low").removesuffix("_high")
    bare = nulls("", height, pl.Int64)
    found = {f"{measure}_words": nulls("", height, pl.String)}
    for bound in ("_low", "_high"):
        name = names.get(measure + bound, "")
        found[measure + bound] = bound_column(columns[name], name, finds) if name in columns else bare
    name = names.get(measure, "")
    if name not in columns:
        return pl.DataFrame({measure: bare, **found})
    column = columns[name]
    if isinstance(column, pl.Series) and column.dtype.is_integer():
        return pl.DataFrame({measure: _checked(column, name, finds), **found})
    schema = {"low": pl.Int64(), "best": pl.Int64(), "high": pl.Int64(), "words": pl.String()}
    table = by_distinct(column, partial(count_and_words, vague=vague), dict(schema), finds, name)
    found[f"{measure}_words"] = table["words"]
    for bound in ("low", "high"):
        key = f"{measure}_{bound}"
        own = names.get(key, f"{name}_{bound}")
        found[key] = check_words(column, name, table[bound], found[key], own, finds)
    return pl.DataFrame({measure: table["best"], **found})


def check_words(words: Column, words_name: str, said: pl.Series, given: pl.Series, name: str, sink: Sink) -> pl.Series:
    """The numbers ``given`` under ``name``, filled from those that the column of words says; both must agree."""

    def say(row: int) -> BadValueError:
        source = f"{words_name}, {shown(words[row])}, which says {said[row]}"
        return BadValueError(f"{name}: {given[row]} contradicts {source}")

    sink.each(rows_where((said != given).fill_null(value=False)), (name,), say)
    return pl.select(pl.coalesce(given, said)).to_series()


def bound_column(column: Column, name: str, sink: Sink) -> pl.Series:
    """A column of single numbers, checked."""
    if isinstance(column, pl.Series) and column.dtype.is_integer():
        return _checked(column, name, sink)
    return by_distinct(column, bound_value, {name: pl.Int64}, sink, name)[name]


def _checked(column: pl.Series, name: str, sink: Sink) -> pl.Series:
    """An integer column, its range checked at once."""
    wide = column.cast(pl.Int64 if column.dtype.is_signed_integer() and column.dtype != pl.Int128 else pl.Int128)
    wrong = (wide < 0) | (wide > MAX_COUNT)
    if not wrong.any():
        return column.cast(pl.Int64)

    def say(row: int) -> BadValueError:
        try:
            whole_number(column[row])
        except BadValueError as error:
            return BadValueError(f"{name}: {error}", error.hint)
        raise AssertionError(f"{name} row {row}: the two checks of a count differ")

    sink.each(rows_where(wrong), (name,), say)
    return column.set(wrong, None).cast(pl.Int64)


def _merged(table: pl.DataFrame, other: pl.DataFrame, aliases: dict[str, str], finds: Finds) -> pl.DataFrame:
    """``wounded`` beside ``injured``: whichever is stated; both must say the same."""
    for name, alias in aliases.items():
        ours, theirs = table[name], other[name]
        differ = rows_where((ours != theirs).fill_null(value=False))
        finds.each(
            differ,
            (alias,),
            lambda row, name=name, alias=alias, ours=ours, theirs=theirs: BadValueError(  # type: ignore[misc]
                f"{alias}: {theirs[row]} contradicts {name}, {ours[row]}",
                "wounded and injured are one measure",
            ),
        )
    return table.select(pl.coalesce(table[name], other[name]).alias(name) for name in table.columns)
