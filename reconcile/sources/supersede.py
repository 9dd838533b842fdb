"""Several rows of one id: later versions replace earlier ones, and a feed of deletions takes rows back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from reconcile.errors import Problem

_SAME_BUT: Final = ("source", "extra")  # where a row stands, and columns of one layout only


@dataclass(frozen=True)
class Settled:
    """Which rows hold, what the user should know, and which ids cannot be decided."""

    keep: pl.Series
    """True for the rows that hold, in the order of the rows given."""
    notes: list[Problem]
    problems: list[Problem]


def supersede(rows: pl.DataFrame, deleted: pl.DataFrame) -> Settled:
    """Decide between the rows of each id.

    ``rows`` has the columns of ``tables.LOADED`` and ``version`` (Int64, null = none), all of sources, in the
    order of the files' names and of their lines; ``deleted`` has ``record_id`` and ``version``. Of one id the
    greatest version holds. Rows of one version that say the same are one row; rows of one version that say
    different things are a problem. A deletion takes every row back that is not younger than itself.
    """
    rows = rows.with_row_index("row")
    problems: list[Problem] = []
    gone = _deleted(rows, deleted)
    left = rows.filter(~gone)
    several = left.filter(pl.col("record_id").is_duplicated() & pl.col("record_id").is_not_null())
    lose: list[int] = []
    same: list[int] = []
    content = [name for name in rows.columns if name not in ("row", "version", *_SAME_BUT)]
    told = several.select(
        "row", "record_id", "version", "source", content=pl.struct(content).struct.json_encode()
    ).sort("record_id", "version", "row", descending=[False, True, False], nulls_last=True)
    held: tuple[str, int | None, str, str] = ("", None, "", "")
    for row, record_id, version, place, words in told.iter_rows():
        if record_id != held[0]:
            held = (record_id, version, place, words)
        elif version != held[1]:
            lose.append(row)
        else:
            same.append(row)
            if words != held[3]:
                problems.append(_undecided(record_id, held[2], place))
    keep = ~gone
    for dropped in (lose, same):
        if dropped:
            keep = keep.scatter(dropped, values=False)
    places = rows["source"]
    notes = [
        *_notes(places, lose, "{} earlier version{s} of later rows left out"),
        *_notes(places, same, "{} repetition{s} of earlier rows left out"),
        *_notes(places, gone.arg_true().to_list(), "{} row{s} left out, which ACLED has deleted"),
    ]
    return Settled(keep, notes, problems)


def _deleted(rows: pl.DataFrame, deleted: pl.DataFrame) -> pl.Series:
    """True for rows that a deletion takes back: those not younger than the latest of their id."""
    latest = deleted.group_by("record_id").agg(
        pl.col("version").max().alias("at"), pl.col("version").is_null().any().alias("ever")
    )
    joined = rows.select("record_id", "version").join(latest, on="record_id", how="left", maintain_order="left")
    older = (pl.col("version") <= pl.col("at")).fill_null(value=True)
    gone = pl.col("ever").is_not_null() & (pl.col("ever") | older)
    return joined.select(gone.fill_null(value=False).alias("gone"))["gone"]


def place_of(source: str) -> tuple[str, int | None]:
    """File and line of ``file:line``."""
    file, _, line = source.rpartition(":")
    return (file, int(line)) if line.isdigit() else (source, None)


def _undecided(record_id: str, first: str, place: str) -> Problem:
    file, line = place_of(place)
    what = f"record_id: '{record_id}' says something else at {first}, and neither row is the later version"
    return Problem(file, line, None, what, "keep one of the two rows, or give one release")


def _notes(places: pl.Series, rows: Sequence[int], what: str) -> list[Problem]:
    """One note a file, at the first of its rows."""
    each: dict[str, list[int]] = {}
    for row in sorted(rows):
        file, line = place_of(places[row])
        each.setdefault(file, []).append(line or 0)
    return [
        Problem(file, lines[0] or None, None, what.format(f"{len(lines):,}", s="s" if len(lines) > 1 else ""))
        for file, lines in each.items()
    ]
