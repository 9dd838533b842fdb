"""The claims table: one row a claim, the spreadsheet that casualty recorders work in."""

from __future__ import annotations

from typing import Final

import polars as pl

from reconcile.pipeline import Result

CLAIMS_TABLE: Final = (
    "event_id", "event", "measure", "group", "stated_group", "outlet", "low", "best", "high", "derivation", "quote",
    "attributed_to", "as_of", "replaced_by",
    "published_at", "url", "record_id", "status", "reconciled_low", "reconciled_best", "reconciled_high",
)  # fmt: skip


def claims_table(result: Result) -> pl.DataFrame:
    """One row a record's figure for a measure and group, beside the reconciled figure; in the order of the events."""
    rows = (
        result.events.select("event_id", "casualties", event="title")
        .explode("casualties", empty_as_null=False)
        .unnest("casualties")
        .rename({"low": "reconciled_low", "best": "reconciled_best", "high": "reconciled_high"})
        .explode("claims", empty_as_null=False)
        .unnest("claims")
    )
    return rows.select(CLAIMS_TABLE)
