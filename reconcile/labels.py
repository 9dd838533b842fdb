"""Labelled pairs to learn from: a person's judgements, or a truth file."""

from __future__ import annotations

from typing import Final

import polars as pl

from reconcile.block import Window, candidate_pairs
from reconcile.errors import UsageError
from reconcile.judgements import Judgements

LABELLED: Final = pl.Schema({"left": pl.UInt32, "right": pl.UInt32, "same": pl.Boolean, "weight": pl.Float64})


def labelled_by_judgements(records: pl.DataFrame, judgements: Judgements) -> pl.DataFrame:
    """One row a judged pair of ``records`` (rows in id order); ``unsure`` teaches nothing. Schema LABELLED."""
    row = {record: number for number, record in enumerate(records["record_id"])}
    found = [
        (row[one.left], row[one.right], one.verdict == "same", 1.0)
        for one in judgements.standing
        if one.verdict != "unsure" and one.left in row and one.right in row
    ]
    return pl.DataFrame(found, schema=LABELLED, orient="row").sort("left", "right")


def labelled_by_truth(records: pl.DataFrame, truth: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Every candidate pair whose two records are in ``truth`` (record_id, event_id). Schema LABELLED."""
    event = records.select("record_id").join(truth, on="record_id", how="left", maintain_order="left")["event_id"]
    pairs = candidate_pairs(records, window)
    same = event.gather(pairs["left"]) == event.gather(pairs["right"])
    return (
        pairs.select("left", "right")
        .with_columns(same=same, weight=pl.lit(1.0))
        .drop_nulls("same")
        .cast({"left": pl.UInt32, "right": pl.UInt32})
        .sort("left", "right")
    )


def checked(labelled: pl.DataFrame) -> pl.DataFrame:
    """``labelled`` if a model can be learned from it; :class:`UsageError` if one of the two answers is absent."""
    same = int(labelled["same"].sum())
    if same == 0 or same == labelled.height:
        raise UsageError(
            f"{labelled.height} labelled pairs among these records, {same} of them the same event: "
            "a model needs pairs of both kinds (reconcile review asks for them)"
        )
    return labelled
