"""The data formats by name."""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.pipeline import Result
from reconcile.report import tabular
from reconcile.report.document import document_chunks, line_chunks


def chunks(result: Result, form: str, *, locate: bool = False) -> Iterator[bytes]:
    """The events in ``form``: json, jsonl, csv or parquet."""
    if form == "json":
        return document_chunks(result, locate=locate)
    if form == "jsonl":
        return line_chunks(result, locate=locate)
    return tabular.events_csv(result) if form == "csv" else tabular.events_parquet(result, locate=locate)


def members_chunks(result: Result, form: str) -> Iterator[bytes]:
    """The members in ``form``: csv or parquet."""
    members = tabular.members_table(result)
    return tabular.csv_chunks(members) if form == "csv" else tabular.parquet_chunks(members)
