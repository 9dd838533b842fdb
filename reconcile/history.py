"""What kind of claim a figure is, and what its outlet has replaced.

An outlet's own later figure for the same measure and group takes the earlier one's place.
"""

from __future__ import annotations

import polars as pl


def claimed_day() -> pl.Expr:
    """The day on which a claim held: its ``as_of`` where that is a day, else the day of publication; may be null."""
    days = [pl.col(name).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False) for name in ("as_of", "published_at")]
    return pl.coalesce(*days)


def only_a_part() -> pl.Expr:
    """Whether a figure is a lower bound that follows from stated parts alone."""
    return pl.col("derivation").is_not_null() & pl.col("high").is_null()


def bounds_nothing() -> pl.Expr:
    """Whether a claim is "none or more": 0 for nobody and for nobody knows, as some recorders write it."""
    return (pl.col("low") == 0) & pl.col("best").is_null() & pl.col("high").is_null()


def replace_own(figures: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """``figures`` (FIGURES with ``event_id``) with ``replaced_by``: the record of the same outlet that came later,
    or the record itself.

    A figure is replaced by one of a later day (``as_of``, else publication) for the same event, measure and group.
    Figures of one day, undated ones, and a lower bound from a part replace nothing. Rows of one outlet that name
    different places, or days that do not meet, are parts of a table and no versions of each other. ``rows`` are the
    records with ``event_id``.
    """
    mine = ["event_id", "outlet"]
    placed = rows.select(*mine, "record_id", "place_key", "day_start", "day_end")
    marked = placed.filter(pl.len().over(mine) > 1).select(
        "record_id",
        row_place=pl.when(pl.col("place_key").drop_nulls().n_unique().over(mine) > 1).then("place_key"),
        row_day=pl.when(pl.col("day_start").max().over(mine) > pl.col("day_end").min().over(mine)).then("day_start"),
    )
    key = [*mine, "measure", "group", "row_place", "row_day"]
    day, whole = pl.col("claimed"), ~only_a_part()
    latest = day.filter(whole).max().over(key)
    numbered = figures.with_row_index("figure")
    replaced = (
        numbered.filter(pl.col("replaced_by").is_null())
        .drop("replaced_by")
        .join(marked, on="record_id")
        .with_columns(claimed=claimed_day())
        .with_columns(latest=latest)
        .with_columns(replaced_by=pl.col("record_id").filter((day == pl.col("latest")) & whole).min().over(key))
        .filter(day < pl.col("latest"))
        .select("figure", "replaced_by")
    )
    found = numbered.join(replaced, on="figure", how="left", maintain_order="left", suffix="_later")
    return found.with_columns(pl.coalesce("replaced_by", "replaced_by_later")).select(figures.columns)
