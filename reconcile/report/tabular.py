"""Events and members as CSV and Parquet."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl
from polars.io.plugins import register_io_source

from reconcile.pipeline import Result
from reconcile.tables import DISCREPANCIES, EVENTS, MEASURES
from reconcile.text import for_cell, for_json

_ROW_GROUP: Final = 20_000
_AT_ONCE: Final = 10_000  # events made ready for a file at a time
_ENDS: Final = ("low", "best", "high", "status")
_ACTORS: Final = ("perpetrators", "targets")


def csv_chunks(frame: pl.DataFrame) -> Iterator[bytes]:
    """``frame`` as CSV that no spreadsheet executes; null is an empty cell, never 0."""
    for start in range(0, max(frame.height, 1), 10_000):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if start == 0:
            writer.writerow(frame.columns)
        for row in frame.slice(start, 10_000).iter_rows():
            writer.writerow([_cell(value) for value in row])
        yield for_json(text.getvalue()).encode()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return for_cell(value) if isinstance(value, str) else value


def parquet_chunks(frames: Iterable[pl.DataFrame], schema: pl.Schema) -> Iterator[bytes]:
    """``frames`` of ``schema``, one after the other, as one Parquet file; only some rows are in memory at a time."""

    def some(columns: list[str] | None, *_: object) -> Iterator[pl.DataFrame]:
        yield from frames if columns is None else (frame.select(columns) for frame in frames)

    with tempfile.TemporaryFile() as file:
        register_io_source(some, schema=schema, is_pure=True).sink_parquet(
            file, row_group_size=_ROW_GROUP, statistics=False, maintain_order=True
        )
        file.seek(0)
        while chunk := file.read(1 << 20):
            yield chunk


def events_parquet(parts: Iterable[tuple[pl.DataFrame, pl.DataFrame]], *, locate: bool = False) -> Iterator[bytes]:
    """EVENTS in order, some at a time, each time with their DISCREPANCIES, as Parquet: nested provenance as in the
    JSON, beside the flat casualty columns."""
    none = _event_rows(EVENTS.to_frame(), DISCREPANCIES.to_frame(), locate=locate)
    return parquet_chunks((_event_rows(*part, locate=locate) for part in parts), none.schema)


def in_parts(result: Result) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """The events of ``result``, some at a time, each time with their discrepancies."""
    for start in range(0, max(result.events.height, 1), _AT_ONCE):
        events = result.events.slice(start, _AT_ONCE)
        of = events.select("event_id")
        yield events, result.discrepancies.join(of, on="event_id", how="semi", maintain_order="left")


def _event_rows(events: pl.DataFrame, discrepancies: pl.DataFrame, *, locate: bool) -> pl.DataFrame:
    totals = _totals(events)
    if not locate:
        events = events.with_columns(_without_lines(pl.col("casualties")))
    found = discrepancies.group_by("event_id", maintain_order=True).agg(discrepancies=pl.struct(pl.exclude("event_id")))
    for more in (totals, found):
        events = events.join(more, on="event_id", how="left", maintain_order="left")
    return events


def _without_lines(casualties: pl.Expr) -> pl.Expr:
    """Claims whose ``source`` is null: the lines of a file change while the records do not."""
    blank = pl.element().struct.with_fields(pl.lit(None, dtype=pl.String).alias("source"))
    return casualties.list.eval(pl.element().struct.with_fields(pl.field("claims").list.eval(blank)))


def members_table(members: pl.DataFrame) -> pl.DataFrame:
    """Of MEMBERS: ``record_id, event_id``, how sure the membership is, and the event that came closest; sorted by
    ``record_id``."""
    rounded = (pl.col("confidence").round(4), "runner_up", pl.col("runner_up_weight").round(2))
    return members.select("record_id", "event_id", *rounded).sort("record_id")


def flat_events(result: Result) -> pl.DataFrame:
    """One row an event for spreadsheets: a column a measure and bound, lists joined with ``"; "``."""
    events = result.events
    named = (pl.col(name).list.eval(pl.element().struct.field("name")).list.join("; ") for name in _ACTORS)
    disputes = result.discrepancies.group_by("event_id").agg(discrepancies=pl.col("name").unique().sort())
    flat = (
        events.with_columns(
            *named,
            pl.col("confidence").round(4),
            pl.col("date_start", "date_end").cast(pl.String),
            pl.col("outlets", "records").list.join("; "),
            precision_km="geo_precision_km",
            perpetrators_disputed=pl.col("perpetrators").list.eval(pl.element().struct.field("disputed")).list.any(),
        )
        .join(_totals(events), on="event_id", how="left", maintain_order="left")
        .join(disputes, on="event_id", how="left", maintain_order="left")
        .with_columns(pl.col("discrepancies").list.join("; ").fill_null(""))
    )
    return flat.select(pl.col(name).cast(dtype) for name, dtype in FLAT_EVENTS.items())


def _totals(events: pl.DataFrame) -> pl.DataFrame:
    """The totals of each event: ``event_id`` and the columns low, best, high and status of every measure."""
    totals = (
        events.select("event_id", "casualties")
        .explode("casualties", empty_as_null=False)
        .unnest("casualties")
        .filter(pl.col("group").is_null())
    )
    columns = [
        pl.col(end).filter(pl.col("measure") == measure).first().alias(f"{measure}_{end}")
        for measure in MEASURES
        for end in _ENDS
    ]
    every = events.select("event_id").join(
        totals.group_by("event_id").agg(columns), on="event_id", how="left", maintain_order="left"
    )
    return every.with_columns(pl.col(f"{measure}_status").fill_null("unknown") for measure in MEASURES)


def _flat_schema() -> pl.Schema:
    numbers = {f"{m}_{e}": pl.String if e == "status" else pl.Int64 for m in MEASURES for e in _ENDS}
    text = dict.fromkeys(("date_start", "date_end", "date", "place", "admin2", "admin1", "country"), pl.String)
    return pl.Schema(
        {
            "event_id": pl.String, "title": pl.String, "confidence": pl.Float64, "aggregate": pl.Boolean, **text,
            "lat": pl.Float64, "lon": pl.Float64, "precision_km": pl.Float64,
            "perpetrators": pl.String, "perpetrators_disputed": pl.Boolean, "targets": pl.String,
            "event_type": pl.String,
            **numbers, "discrepancies": pl.String, "outlets": pl.String, "records": pl.String,
        }
    )  # fmt: skip


FLAT_EVENTS: Final = _flat_schema()
