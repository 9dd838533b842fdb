"""Columns that we do not know: kept beside the record as one canonical JSON object, and reported."""

from __future__ import annotations

import json
import math
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from reconcile.load.columns import Column, by_distinct, is_null, nulls, rows_where
from reconcile.load.fields import FIELDS, meant
from reconcile.load.finds import BadValueError, Finds
from reconcile.load.limits import Limits
from reconcile.load.values import text_value


def extra_column(columns: dict[str, Column], height: int, finds: Finds, limits: Limits) -> pl.Series:
    """The non-empty values of the unknown columns as a JSON object with sorted keys; null for none."""
    names = sorted(name for name in columns if name not in FIELDS)
    members: list[pl.Series] = []
    for name in names:
        try:
            key = json.dumps(text_value(name, limits) or "", ensure_ascii=False)
        except BadValueError as bad:
            given = rows_where(~is_null(columns[name]))
            finds.each(given[:1], (name,), lambda _, bad=bad: BadValueError(f"the name of a field: {bad}", bad.hint))  # type: ignore[misc]
            continue
        values = _encoded(columns[name], name, finds, limits)
        members.append(pl.select(pl.format("{}:{}", pl.lit(key), values)).to_series().alias(str(len(members))))
    if not members:
        return nulls("extra", height, pl.String)
    body = pl.concat_str(members, separator=",", ignore_nulls=True)
    return pl.select(pl.when(body != "").then(pl.lit("{") + body + pl.lit("}")).alias("extra")).to_series()


def note_columns(columns: dict[str, Column], finds: Finds, places: dict[str, tuple[int, int]]) -> list[str]:
    """Note, once a file, each column that looks like a slip of a known one; return the others' names."""
    others = []
    for name in sorted(name for name in columns if name not in FIELDS):
        near = meant(name)
        if near is None or near in columns:
            others.append(name)
            continue
        what = f"unknown column '{name}' is kept but not used"
        hint = f"did you mean '{near}'?"
        if name in places:
            if finds.base == 0:
                finds.remark(*places[name], what, hint)
        else:
            rows = rows_where(~is_null(columns[name]))
            finds.note(f"slip {name}", rows[:1], (name,), lambda _, what=what: what, hint)  # type: ignore[misc]
    return others


def _encoded(column: Column, name: str, finds: Finds, limits: Limits) -> pl.Series:
    """Each value as JSON text; null where it is empty."""
    if isinstance(column, pl.Series) and column.dtype == pl.Binary:
        column = _text_or_hex(column)
    if isinstance(column, pl.Series) and column.dtype == pl.String:
        plain = ~column.str.contains(r'["\\\x00-\x1f]') & (column.str.len_bytes() <= limits.max_field_chars)
        quoted = '"' + column + '"'
        rest = rows_where(~plain)
        if not rest:
            return quoted
        slow = by_distinct(column.set(plain, None), lambda v: (_json(v, limits),), {name: pl.String}, finds, name)
        return quoted.zip_with(plain.fill_null(value=True), slow[name])
    if isinstance(column, pl.Series) and isinstance(column.dtype, (pl.Date, pl.Datetime, pl.Duration, pl.Time)):
        column = column.cast(pl.String) if not isinstance(column.dtype, pl.Duration) else column.dt.to_string("iso")
    return by_distinct(column, lambda value: (_json(value, limits),), {name: pl.String}, finds, name)[name]


def _text_or_hex(column: pl.Series) -> pl.Series:
    """Some writers store text as bytes; what is not text throughout is shown as hexadecimal digits."""
    try:
        text = column.cast(pl.String)
    except pl.exceptions.PolarsError:
        return column.bin.encode("hex")
    return column.bin.encode("hex") if text.str.contains("\0", literal=True).any() else text


def _json(value: Any, limits: Limits) -> str | None:
    """``value`` as canonical JSON, None if empty. Raises ``BadValueError`` for text that is none."""
    clean = _clean(value, limits)
    if clean is None or clean in ("", [], {}):
        return None
    return json.dumps(clean, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _clean(value: Any, limits: Limits) -> Any:
    """``value`` in JSON's types; numbers keep their own, all that JSON lacks becomes text."""
    if isinstance(value, str):
        return text_value(value, limits)
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)  # only Parquet has them; NaN is how pandas says null
    if isinstance(value, (list, tuple)):
        return [_clean(part, limits) for part in value]
    if isinstance(value, dict):
        return {text_value(key, limits) or "": _clean(part, limits) for key, part in value.items()}
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (timedelta, Decimal)):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return value
