"""Typed conversion of texts, lists, words of a vocabulary, truth values and coordinates."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any, Final

import polars as pl

from reconcile.load.columns import WHITE, Column, by_distinct, is_null, nulls, rows_where, shown
from reconcile.load.fields import meant
from reconcile.load.finds import BadValueError, Finds, Sink
from reconcile.load.limits import Limits
from reconcile.tables import ATTRIBUTIONS

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_TRUTH: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_MAX_PRECISION_KM: Final = 20_040  # half of the earth's girth: the whole world


def kind_of(value: object) -> str:
    """What ``value`` is, for a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return f"the number {shown(value)}"
    for kind, name in ((str, "text"), (list, "a list"), (dict, "an object")):
        if isinstance(value, kind):
            return name
    return f"a {type(value).__name__}"


def text_value(value: Any, limits: Limits) -> str | None:
    """``value`` as stripped text, None if empty. Raises ``BadValueError`` for what is no text or too long."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadValueError(f"expected text, not {kind_of(value)}")
    value = value.strip(WHITE)
    if len(value) > limits.max_field_chars:
        raise BadValueError(f"has {len(value):,} characters; the limit is {limits.max_field_chars:,}")
    if not value.isascii() or "\0" in value:
        for at, char in enumerate(value, start=1):
            if char == "\0":
                raise BadValueError(
                    f"character {at} is NUL (U+0000), which no text has", "was the file cut or is it binary?"
                )
            if "\ud800" <= char <= "\udfff":
                raise BadValueError(f"character {at} is a lone surrogate (U+{ord(char):04X}), which is no text")
    return value or None


def text_column(column: Column, name: str, finds: Sink, limits: Limits) -> pl.Series:
    """The column as checked text."""
    if isinstance(column, pl.Series) and column.dtype.is_integer():
        column = column.cast(pl.String)
    if not isinstance(column, pl.Series) or column.dtype != pl.String:
        table = by_distinct(column, lambda value: (text_value(value, limits),), {name: pl.String}, finds, name)
        return table[name]
    suspect = column.str.contains("\0", literal=True) | (column.str.len_bytes() > limits.max_field_chars)
    rows = rows_where(suspect)
    if not rows:
        return column.alias(name)
    bad: dict[int, BadValueError] = {}
    for row in rows:
        try:
            text_value(column[row], limits)
        except BadValueError as error:
            bad[row] = BadValueError(f"{name}: {error}", error.hint)
    finds.each(sorted(bad), (name,), bad.__getitem__)
    return column.clone().scatter(list(bad), None).alias(name) if bad else column.alias(name)


def list_value(value: Any, limits: Limits) -> list[str] | None:
    """A list of texts, or one text with ``;`` between them; None if nothing is in it."""
    if isinstance(value, str):
        whole = text_value(value, limits) or ""
        parts: list[str | None] = [part.strip(WHITE) for part in whole.split(";")]
    elif isinstance(value, list):
        parts = [None if part is None else text_value(part, limits) for part in value]
    else:
        raise BadValueError(f"expected a list of texts, not {kind_of(value)}")
    return [part for part in parts if part] or None


def list_column(column: Column, name: str, finds: Sink, limits: Limits) -> pl.Series:
    """The column as lists of texts; an empty list is null (not stated)."""
    schema = {name: pl.List(pl.String)}
    return by_distinct(column, lambda value: (list_value(value, limits),), dict(schema), finds, name)[name]


def attribution_value(value: Any) -> str:
    """One of ``ATTRIBUTIONS``, in any case."""
    word = value.lower() if isinstance(value, str) else value
    if word in ATTRIBUTIONS:
        return str(word)
    near = meant(word, list(ATTRIBUTIONS)) if isinstance(word, str) else None
    raise BadValueError(
        f"{shown(value)} is not one of {', '.join(ATTRIBUTIONS)}", f"did you mean '{near}'?" if near else None
    )


def truth_value(value: Any) -> bool:
    """True or false: a truth value, ``true``/``false``, ``yes``/``no`` or 1/0."""
    if isinstance(value, bool):
        return value
    answer = _TRUTH.get(str(value).lower()) if isinstance(value, (str, int)) else None
    if answer is None:
        raise BadValueError(f"{shown(value)} is neither true nor false", "write true, false, yes, no, 1 or 0")
    return answer


def number_value(value: Any) -> float:
    """A finite number, given as such or as text with a decimal point."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        raise BadValueError(f"expected a number, not {kind_of(value)}")
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise BadValueError(f"{shown(value)} is not a number", _number_hint(value))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise BadValueError(f"{shown(value)} is not a finite number", "leave it empty if it is not known")
    return number


def _number_hint(value: str) -> str | None:
    if _COMMA.fullmatch(value):
        return f"write it with a decimal point: {value.replace(',', '.')}"
    if value.lower() in (
        "nan",
        "inf",
        "-inf",
        "infinity",
        "-infinity",
        "null",
        "none",
        "na",
        "n/a",
        "unknown",
        "-",
    ):
        return "leave it empty if it is not known"
    if value[:1] in "+-0123456789" and any(mark in value for mark in "°'′\"″NSEWnsew"):
        return "write decimal degrees, for example 34.35; south and west are negative"
    return None


def _plain_numbers(column: pl.Series) -> bool:
    """Whether every text is a number of ordinary size, which polars and ``float`` read alike."""
    return bool(column.str.contains(r"^[+-]?[0-9]{1,15}(?:\.[0-9]{1,20})?$").all())


def number_column(column: Column, name: str, finds: Finds) -> pl.Series:
    """The column as finite floats."""
    if isinstance(column, pl.Series) and column.dtype.is_numeric() and not column.dtype.is_decimal():
        numbers = column.cast(pl.Float64)
        wrong = ~numbers.is_finite()
        if not wrong.any():
            return numbers.alias(name)
        column = numbers
    elif isinstance(column, pl.Series) and column.dtype == pl.String and _plain_numbers(column):
        return column.cast(pl.Float64).alias(name)
    return by_distinct(column, lambda value: (number_value(value),), {name: pl.Float64}, finds, name)[name]


def coordinates(columns: dict[str, Column], height: int, finds: Finds) -> list[pl.Series]:
    """``lat``, ``lon`` (WGS 84 degrees; (0, 0) is unknown, so null) and ``geo_precision_km``."""
    names = ("lat", "lon", "geo_precision_km")
    table = pl.DataFrame(
        [
            number_column(columns[name], name, finds) if name in columns else nulls(name, height, pl.Float64)
            for name in names
        ]
    )
    given = {name: ~is_null(columns[name]) for name in names if name in columns}
    _check_pairs(given, height, finds)
    lat, lon, km = (table[name] for name in names)

    def beyond(row: int) -> BadValueError:
        swapped = lon[row] is not None and abs(lat[row]) <= 180 and abs(lon[row]) <= 90
        hint = f"lat and lon look swapped: lat {lon[row]:g}, lon {lat[row]:g} would be a place" if swapped else None
        return BadValueError(f"lat: {lat[row]:g} is not between -90 and 90 degrees", hint)

    finds.each(rows_where(lat.abs() > 90), ("lat",), beyond)
    finds.each(
        rows_where(lon.abs() > 180),
        ("lon",),
        lambda row: BadValueError(f"lon: {lon[row]:g} is not between -180 and 180 degrees"),
    )
    finds.each(
        rows_where((km < 0) | (km > _MAX_PRECISION_KM)),
        ("geo_precision_km",),
        lambda row: BadValueError(f"geo_precision_km: {km[row]:g} is not between 0 and {_MAX_PRECISION_KM:,} km"),
    )
    nowhere = (lat == 0) & (lon == 0)
    finds.note("nowhere", rows_where(nowhere), ("lat",), _nowhere)
    # -0.0 and 0.0 are one number and must be one text on the way out.
    return [(lat + 0.0).set(nowhere, None), (lon + 0.0).set(nowhere, None), km + 0.0]


def _nowhere(times: int) -> str:
    records = "one record" if times == 1 else f"{times:,} records"
    return f"lat, lon: coordinates (0, 0) read as unknown in {records}"


def _check_pairs(given: dict[str, pl.Series], height: int, finds: Finds) -> None:
    absent = pl.Series([False] * height, dtype=pl.Boolean)
    for name, other in (("lat", "lon"), ("lon", "lat")):
        alone = given.get(name, absent) & ~given.get(other, absent)
        finds.each(
            rows_where(alone),
            (name,),
            lambda _, name=name, other=other: BadValueError(f"{name}: stated without {other}"),  # type: ignore[misc]
        )
