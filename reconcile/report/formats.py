"""The data formats by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

from reconcile.pipeline import Result
from reconcile.report import tabular
from reconcile.report.claims_table import claims_table
from reconcile.report.document import document_chunks, line_chunks
from reconcile.report.excel import excel_chunks
from reconcile.report.ged import ged_table
from reconcile.report.geojson import geojson_chunks

Writer = Callable[[Result, bool], Iterator[bytes]]

# name -> (suffix, writer); a writer takes the result and whether claims carry their file:line
FORMATS: Final[dict[str, tuple[str, Writer]]] = {
    "json": (".json", lambda result, locate: document_chunks(result, locate=locate)),
    "jsonl": (".jsonl", lambda result, locate: line_chunks(result, locate=locate)),
    "csv": (".csv", lambda result, _: tabular.csv_chunks(tabular.flat_events(result))),
    "parquet": (".parquet", lambda result, locate: tabular.events_parquet(tabular.in_parts(result), locate=locate)),
    "geojson": (".geojson", lambda result, _: geojson_chunks(result)),
    "xlsx": (".xlsx", lambda result, _: excel_chunks(result)),
    "ged": (".csv", lambda result, _: tabular.csv_chunks(ged_table(result))),
    "claims": (".csv", lambda result, _: tabular.csv_chunks(claims_table(result))),
}


def chunks(result: Result, form: str, *, locate: bool = False) -> Iterator[bytes]:
    """The events in the format ``form``, one of FORMATS."""
    return FORMATS[form][1](result, locate)


def members_chunks(members: pl.DataFrame, form: str) -> Iterator[bytes]:
    """MEMBERS in ``form``: csv or parquet."""
    table = tabular.members_table(members)
    return tabular.csv_chunks(table) if form == "csv" else tabular.parquet_chunks([table], table.schema)
