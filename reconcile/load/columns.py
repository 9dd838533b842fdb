"""One field of many records, raw: a series where its values are of one kind, else a list of Python values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

import polars as pl

from reconcile.load.finds import BadValueError, Sink
from reconcile.text import clip

Column: TypeAlias = "pl.Series | list[Any]"

# One definition for both paths: str.strip() and polars' strip_chars() differ on what is white by themselves.
WHITE: Final = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive records of a file, by column; column names are as the file has them."""

    first: int
    height: int
    columns: dict[str, Column]
    lines: list[int] | None = None
    """Where each record begins; None when rows are counted, from 1, instead of lines."""
    declared: bool = False
    """Whether the file names its columns once for all records, in line ``header`` if it has lines."""
    header: int | None = None


def shown(value: object) -> str:
    """``value`` for a message, short, in quotes where it is text."""
    return f"'{clip(value, 60)}'" if isinstance(value, str) else clip(str(value), 60)


def tidy(values: Column, *, known: bool = True) -> Column:
    """Strip text and turn empty text into null; a list of nothing but text becomes a series.

    Bytes are text in a field that we know and bytes elsewhere.
    """
    if isinstance(values, pl.Series):
        return values if values.dtype == pl.Binary and not known else _tidy_series(values)
    kinds = set(map(type, values))
    if kinds <= {str, type(None)}:
        try:
            return _stripped(pl.Series(values, dtype=pl.String))
        except UnicodeEncodeError:  # a lone surrogate: the slow path says where
            pass
    elif kinds <= {int, type(None)}:
        try:
            return pl.Series(values, dtype=pl.Int64)
        except (OverflowError, TypeError, pl.exceptions.PolarsError):
            pass
    elif kinds <= {float, type(None)}:
        return pl.Series(values, dtype=pl.Float64)
    return [(value.strip(WHITE) or None) if isinstance(value, str) else value for value in values]


def _tidy_series(series: pl.Series) -> Column:
    kind = series.dtype
    if kind == pl.Null:
        return series.cast(pl.String)
    if kind == pl.Binary:
        return tidy([_decoded(value) for value in series.to_list()])
    if isinstance(kind, (pl.Categorical, pl.Enum)):
        series = series.cast(pl.String)
    return _stripped(series) if series.dtype == pl.String else series


def _stripped(series: pl.Series) -> pl.Series:
    clean = series.str.strip_chars(WHITE)
    return clean.set(clean == "", None)


def _decoded(value: bytes | None) -> str | None:
    # What is not UTF-8 becomes a lone surrogate, which the check of the field then reports.
    return None if value is None else value.decode("utf-8", "surrogateescape")


def nulls(name: str, height: int, kind: pl.DataType | type[pl.DataType]) -> pl.Series:
    """A column that states nothing."""
    return pl.Series(name, [], dtype=kind).clear(height)


def is_null(column: Column) -> pl.Series:
    """True where nothing is stated."""
    if isinstance(column, pl.Series):
        return column.is_null()
    return pl.Series([value is None for value in column], dtype=pl.Boolean)


def rows_where(mask: pl.Series) -> list[int]:
    """Row numbers, ascending, where ``mask`` is true (null is not)."""
    return mask.arg_true().to_list()


def by_distinct(
    column: Column,
    parse: Callable[[Any], tuple[Any, ...]],
    schema: dict[str, pl.DataType | type[pl.DataType]],
    sink: Sink,
    name: str,
) -> pl.DataFrame:
    """``parse`` of each value of the column ``name``, called once for each distinct one; null gives nulls.

    A value for which it raises ``BadValueError`` gives nulls and an error at each of its rows.
    """
    codes, keys = _coded(column)
    parsed: list[tuple[Any, ...]] = []
    bad: dict[int, BadValueError] = {}
    nothing = (None,) * len(schema)
    for code, key in enumerate(keys):
        try:
            parsed.append(parse(key))
        except BadValueError as error:
            bad[code] = BadValueError(f"{name}: {error}", error.hint)
            parsed.append(nothing)
    if bad:
        sink.each(rows_where(codes.is_in(list(bad))), (name,), lambda row: bad[codes[row]])
    table = pl.DataFrame(parsed, schema=schema, orient="row")
    return table.select(pl.all().gather(codes)) if len(table) else table.clear(len(codes))


def _coded(column: Column) -> tuple[pl.Series, list[Any]]:
    """The column as row -> code (null where null) and code -> distinct value."""
    if isinstance(column, pl.Series) and column.dtype in (pl.String, pl.Date, pl.Int64, pl.List(pl.String)):
        keys = column.drop_nulls().to_frame().unique(maintain_order=True).to_series()
        index = pl.DataFrame({"key": keys, "code": pl.int_range(len(keys), dtype=pl.UInt32, eager=True)})
        joined = column.alias("key").to_frame().join(index, on="key", how="left", maintain_order="left")
        return joined["code"], keys.to_list()
    seen: dict[Any, int] = {}
    values: list[Any] = []
    codes: list[int | None] = []
    for value in column if isinstance(column, list) else column.to_list():
        if value is None:
            codes.append(None)
            continue
        key = (type(value), value) if isinstance(value, (str, int, float, date)) else (type(value), len(values))
        code = seen.get(key)
        if code is None:
            code = seen[key] = len(values)
            values.append(value)
        codes.append(code)
    return pl.Series(codes, dtype=pl.UInt32), values
