"""Typed conversion of the flat casualty counts, with their bounds."""

from __future__ import annotations

import re
from dataclasses import astuple
from decimal import Decimal
from typing import Any, Final

import polars as pl

from reconcile.counts import MAX_COUNT, parse_count
from reconcile.load.columns import Column, by_distinct, rows_where, shown
from reconcile.load.dating import refusal
from reconcile.load.fields import ALIASES, BOUNDS
from reconcile.load.finds import BadValueError, Finds
from reconcile.load.values import kind_of
from reconcile.tables import MEASURES

Triple = tuple[int | None, int | None, int | None]
_HINT: Final = "leave it empty if it is not stated; 0 means that the source says none"
_INTEGRAL = re.compile(r"([0-9]{1,18})(?:\.0{1,9})?")


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


def count_value(value: Any) -> Triple:
    """(low, best, high) of a number or of words; an exact figure is a best estimate alone."""
    if not isinstance(value, str):
        return None, whole_number(value), None
    if match := _INTEGRAL.fullmatch(value):
        return None, whole_number(int(match[1])), None
    try:
        count = parse_count(value)
    except ValueError as error:
        raise refusal(error, value) from None
    if count.low is not None and count.low == count.best == count.high:
        return None, count.best, None
    low, best, high = astuple(count)
    return low, best, high


def bound_value(value: Any) -> tuple[int | None]:
    """A bound is one number."""
    low, best, high = count_value(value)
    if low is not None or high is not None:
        raise BadValueError(
            f"{shown(value)} is not one number", "give words and ranges in the field without _low or _high"
        )
    return (best,)


def widened(low: int | None, best: int | None, high: int | None) -> Triple:
    """The bounds, if they are out of order, moved so that they take in every stated number."""
    stated = [number for number in (low, best, high) if number is not None]
    ordered = stated == sorted(stated)
    return (low, best, high) if ordered else (min(stated), best, max(stated))


def counts(columns: dict[str, Column], height: int, finds: Finds) -> list[pl.Series]:
    """Fifteen columns: each measure with its ``_low`` and ``_high``."""
    return [series for measure in MEASURES for series in _measure(columns, measure, height, finds)]


def _measure(columns: dict[str, Column], measure: str, height: int, finds: Finds) -> list[pl.Series]:
    names = {measure + bound: measure + bound for bound in BOUNDS}
    table = _read(columns, names, height, finds)
    aliases = {alias: name for alias, name in ALIASES.items() if name in names and alias in columns}
    if aliases:
        other = _read(columns, {name: alias for alias, name in aliases.items()}, height, finds)
        table = _merged(table, other, {name: alias for alias, name in aliases.items()}, finds)
    low, best, high = (pl.col(measure + end) for end in ("_low", "", "_high"))
    wild = table.select(((low > best) | (best > high) | (low > high)).fill_null(value=False)).to_series()
    if wild.any():
        rows = rows_where(wild)
        finds.note(
            f"wide {measure}", rows, (_given(columns, measure),), lambda times: _widened(measure, times)
        )
        least = pl.min_horizontal(low, best, high)
        most = pl.max_horizontal(low, best, high)
        table = table.with_columns(
            pl.when(wild).then(least).otherwise(low).alias(f"{measure}_low"),
            pl.when(wild).then(most).otherwise(high).alias(f"{measure}_high"),
        )
    return [table[name] for name in names]


def _given(columns: dict[str, Column], measure: str) -> str:
    spellings = [measure, *(alias for alias, name in ALIASES.items() if name == measure)]
    return next((name for name in spellings if name in columns), f"{measure}_low")


def _widened(measure: str, times: int) -> str:
    records = "one record" if times == 1 else f"{times:,} records"
    return f"{measure}: low, best and high out of order in {records}; widened to take in every stated number"


def _read(columns: dict[str, Column], names: dict[str, str], height: int, finds: Finds) -> pl.DataFrame:
    """The three numbers under their canonical names; ``names`` maps these to the names that the file uses."""
    first = min(names, key=len)
    measure = first.removesuffix("_low").removesuffix("_high")
    bare = pl.Series([None] * height, dtype=pl.Int64)
    found = {}
    for bound in ("_low", "_high"):
        name = names.get(measure + bound, "")
        found[measure + bound] = _bound(columns[name], name, finds) if name in columns else bare
    name = names.get(measure, "")
    if name not in columns:
        return pl.DataFrame({measure: bare, **found})
    column = columns[name]
    if isinstance(column, pl.Series) and column.dtype.is_integer():
        return pl.DataFrame({measure: _checked(column, name, finds), **found})
    schema = {"low": pl.Int64(), "best": pl.Int64(), "high": pl.Int64()}
    table = by_distinct(column, count_value, dict(schema), finds, name)
    for bound in ("low", "high"):
        key = f"{measure}_{bound}"
        said, given = table[bound], found[key]

        def say(
            row: int, bound: str = bound, said: pl.Series = said, given: pl.Series = given
        ) -> BadValueError:
            words = f"{name}, {shown(column[row])}, which says {said[row]}"
            return BadValueError(f"{name}_{bound}: {given[row]} contradicts {words}")

        finds.each(rows_where((said != given).fill_null(value=False)), (names.get(key, name),), say)
        found[key] = pl.select(pl.coalesce(given, said)).to_series()
    return pl.DataFrame({measure: table["best"], **found})


def _bound(column: Column, name: str, finds: Finds) -> pl.Series:
    if isinstance(column, pl.Series) and column.dtype.is_integer():
        return _checked(column, name, finds)
    return by_distinct(column, bound_value, {name: pl.Int64}, finds, name)[name]


def _checked(column: pl.Series, name: str, finds: Finds) -> pl.Series:
    """An integer column, its range checked at once."""
    wrong = (column < 0) | (column > MAX_COUNT)
    if not wrong.any():
        return column.cast(pl.Int64)

    def say(row: int) -> BadValueError:
        try:
            whole_number(column[row])
        except BadValueError as error:
            return BadValueError(f"{name}: {error}", error.hint)
        raise AssertionError(f"{name} row {row}: the two checks of a count differ")

    finds.each(rows_where(wrong), (name,), say)
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
