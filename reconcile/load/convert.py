"""Raw columns to the declared table: each field by its kind, then what must hold between fields."""

from __future__ import annotations

import polars as pl

from reconcile.load.claims_reader import check_totals, claims
from reconcile.load.columns import Chunk, Column, by_distinct, is_null, nulls, rows_where
from reconcile.load.counting import counts
from reconcile.load.dating import dates
from reconcile.load.extras import extra_column
from reconcile.load.fields import ALIASES, DATES, FIELDS, LISTS, REQUIRED, TEXTS, meant
from reconcile.load.finds import BadValueError, Finds
from reconcile.load.limits import Limits
from reconcile.load.values import attribution_value, coordinates, list_column, text_column, truth_value
from reconcile.tables import LOADED
from reconcile.vague import Vague


def convert(columns: dict[str, Column], chunk: Chunk, finds: Finds, limits: Limits, vague: Vague) -> pl.DataFrame:
    """The chunk's rows as ``tables.LOADED``; what is wrong is null there and told to ``finds``."""
    height = chunk.height
    series: dict[str, pl.Series] = {}

    def keep(*new: pl.Series) -> None:
        series.update((one.name, one) for one in new)

    keep(*(text_column(columns[name], name, finds, limits) for name in TEXTS if name in columns))
    must_state_a_date = _require(columns, chunk, finds)
    keep(*(list_column(columns[name], name, finds, limits) for name in LISTS if name in columns))
    keep(*dates(columns, height, finds, required=must_state_a_date))
    keep(*coordinates(columns, height, finds))
    keep(*counts(columns, height, finds, vague))
    keep(claims(columns.get("claims"), height, finds, limits, vague))
    if "attribution" in columns:
        kind = {"attribution": pl.String}
        column = columns["attribution"]
        keep(by_distinct(column, lambda v: (attribution_value(v),), dict(kind), finds, "attribution")["attribution"])
    aggregate = nulls("aggregate", height, pl.Boolean)
    if "aggregate" in columns:
        kind_of_truth = {"aggregate": pl.Boolean}
        column = columns["aggregate"]
        table = by_distinct(column, lambda v: (truth_value(v),), dict(kind_of_truth), finds, "aggregate")
        aggregate = table["aggregate"]
    keep(aggregate.fill_null(value=False))
    keep(extra_column(columns, height, finds, limits))
    lines = chunk.lines or range(chunk.first + 1, chunk.first + height + 1)
    prefix = pl.lit(f"{finds.file}:")
    keep(pl.select(source=prefix + pl.Series(lines, dtype=pl.UInt64).cast(pl.String)).to_series())
    frame = pl.DataFrame([series.get(name, nulls(name, height, kind)) for name, kind in LOADED.items()])
    alias = {name: alias for alias, name in ALIASES.items() if alias in columns and name not in columns}
    check_totals(frame, alias, finds)
    return frame


def _require(columns: dict[str, Column], chunk: Chunk, finds: Finds) -> bool:
    """Check that every record has an id and an outlet; whether ``dates`` has to ask for a date."""
    for name in REQUIRED:
        if name in columns:
            empty = BadValueError(f"{name}: is empty", "every record needs it")
            finds.each(rows_where(is_null(columns[name])), (name,), lambda _, bad=empty: bad)  # type: ignore[misc]
        elif not chunk.declared:
            absent = BadValueError(f"no {name}", "every record needs it")
            finds.each(range(chunk.height), (), lambda _, bad=absent: bad)  # type: ignore[misc]
        elif chunk.first == 0:
            near = meant(name, sorted(other for other in columns if other not in FIELDS))
            hint = f"is it '{near}'?" if near else "every record needs it"
            finds.at(chunk.header, chunk.header and 1, f"no column {name}", hint)
    dated = any(name in columns for name in DATES)
    if chunk.declared and not dated and chunk.first == 0:
        finds.at(chunk.header, chunk.header and 1, "no column with a date", f"give one of {', '.join(DATES)}")
    return dated or not chunk.declared
