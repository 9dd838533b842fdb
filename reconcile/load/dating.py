"""Typed conversion of the dates of the event and of its publication."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from typing import Any

import polars as pl

from reconcile.dates import Interval, format_edtf, parse_day, parse_edtf, parse_published
from reconcile.load.columns import Column, by_distinct, is_null, nulls, rows_where
from reconcile.load.fields import DATES
from reconcile.load.finds import BadValueError, Finds
from reconcile.load.values import kind_of
from reconcile.text import clip, for_terminal

_Frame = dict[str, pl.DataType | type[pl.DataType]]
_INTERVAL: _Frame = {"start": pl.Date, "end": pl.Date, "approximate": pl.Boolean, "minute": pl.Int16}


def refusal(error: ValueError, value: str) -> BadValueError:
    """The ``ValueError`` of a parser of words as what and hint, less what the field's name repeats."""
    message = str(error)
    for kind in ("date ", "count "):
        message = message.removeprefix(kind)
    quoted = for_terminal(clip(value, 60))
    end = max(message.find(quoted), 0) + len(quoted)
    what, _, hint = message[end:].partition("; ")
    return BadValueError(message[:end] + what, hint or None)


def _iso(value: Any) -> str:
    """A date of any type as the text that states it; a naive midnight is how a data frame writes a day."""
    if isinstance(value, datetime):
        return (value.date() if value.tzinfo is None and value.time() == time.min else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) or type(value) is int:
        return str(value)
    raise BadValueError(f"expected a date, not {kind_of(value)}")


def _parsed(parse: Callable[[str], tuple[Any, ...]], value: Any) -> tuple[Any, ...]:
    text = _iso(value)
    try:
        return parse(text)
    except ValueError as error:
        raise refusal(error, text) from None


def _edtf(text: str) -> tuple[Any, ...]:
    interval = parse_edtf(text)
    return interval.start, interval.end, interval.approximate, interval.minute


def dates(columns: dict[str, Column], height: int, finds: Finds, *, required: bool) -> list[pl.Series]:
    """``published_at`` and ``published``; ``date``, its ends, ``date_approximate`` and ``date_minute``.

    With ``required`` a record that states none of them is an error.
    """
    raw = {name: _in_range(columns[name], name, finds) for name in DATES if name in columns}
    nothing: Column = nulls("", height, pl.String)
    read = partial(by_distinct, sink=finds)
    published = read(
        raw.get("published_at", nothing),
        partial(_parsed, parse_published),
        {"published_at": pl.String, "published": pl.Date},
        name="published_at",
    )
    whole = read(raw.get("date", nothing), partial(_parsed, _edtf), _INTERVAL, name="date")
    ends = {
        name: read(
            raw.get(name, nothing),
            partial(_parsed, lambda text: (parse_day(text),)),
            {name: pl.Date},
            name=name,
        )[name]
        for name in ("date_start", "date_end")
    }
    stated = [~is_null(columns[name]) for name in DATES if name in columns]
    any_stated = pl.Series([False] * height, dtype=pl.Boolean)
    for mask in stated:
        any_stated = any_stated | mask
    finds.each(
        rows_where(~any_stated) if required else (),
        (),
        lambda _: BadValueError("states no date", "give one of date, date_start, date_end or published_at"),
    )
    has_date = whole["approximate"].is_not_null()
    for name, end in (("date_start", whole["start"]), ("date_end", whole["end"])):
        _check_agreement(name, ends[name], end, has_date, finds)
    frame = pl.DataFrame(
        {
            "date_start": pl.select(pl.when(has_date).then(whole["start"]).otherwise(ends["date_start"])).to_series(),
            "date_end": pl.select(pl.when(has_date).then(whole["end"]).otherwise(ends["date_end"])).to_series(),
            "date_approximate": whole["approximate"],
            "date_minute": whole["minute"],
        }
    )
    start, end = frame["date_start"], frame["date_end"]
    finds.each(
        rows_where(~has_date & (start > end)),
        ("date_end",),
        lambda row: BadValueError(f"date_end: {end[row]} lies before date_start, {start[row]}"),
    )
    return [*published.get_columns(), *_spelled(frame).get_columns()]


def _check_agreement(name: str, ends: pl.Series, whole: pl.Series, has_date: pl.Series, finds: Finds) -> None:
    """``date`` and ``date_start``/``date_end`` may both be given if they say the same."""
    differ = has_date & ends.is_not_null() & ends.ne_missing(whole)

    def say(row: int) -> BadValueError:
        theirs = "leaves that end open" if whole[row] is None else f"says {whole[row]}"
        return BadValueError(
            f"{name}: {ends[row]} contradicts date, which {theirs}", f"give date alone, or {name} alone"
        )

    finds.each(rows_where(differ), (name,), say)


def _spelled(frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``date``, the canonical EDTF of the four; ``date_approximate`` is null where no day is stated."""
    start, end = pl.col("date_start"), pl.col("date_end")
    known = (start.is_not_null() | end.is_not_null()) & (start <= end).fill_null(value=True)
    frame = frame.with_columns(date_approximate=pl.when(known).then(pl.col("date_approximate").fill_null(value=False)))
    distinct = frame.filter(known).unique(maintain_order=True)
    texts = [format_edtf(Interval(*row)) for row in distinct.iter_rows()]
    keys = distinct.columns
    named = distinct.with_columns(pl.Series("date", texts, dtype=pl.String))
    joined = frame.join(named, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return joined.select("date", *keys)


def _in_range(column: Column, name: str, finds: Finds) -> Column:
    """Native days that Python's calendar does not have are errors (and would be a crash later)."""
    if not isinstance(column, pl.Series) or not isinstance(column.dtype, (pl.Date, pl.Datetime)):
        return column
    year = column.dt.year()
    beyond = (year < 1) | (year > 9999)
    finds.each(
        rows_where(beyond),
        (name,),
        lambda row: BadValueError(f"{name}: has a year outside 1000-2999 ({year[row]})"),
    )
    return column.set(beyond, None) if beyond.any() else column
