"""Calibration: of the merges made with a confidence near 0.9, are nine in ten right?"""

from __future__ import annotations

import math

import polars as pl

from reconcile.evaluate.files import checked

TENTHS = 10
_COLUMNS = {
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
    "confidence": pl.Float64,
    "right": pl.Float64,
}


def calibration_table(scored: pl.DataFrame) -> pl.DataFrame:
    """Stated confidence beside the share that was right, in tenths of the confidence scale.

    ``scored`` has ``confidence`` (0 to 1) and ``right`` (Boolean, or a share between 0 and 1), one row a
    membership or a pair; rows with a null in either are left out. The result has always ten rows: ``low``
    (inclusive), ``high`` (exclusive, but the last tenth holds 1.0), ``n``, ``confidence`` (mean), ``right``
    (share) and ``gap`` = right - confidence, positive where the confidence is too modest. An empty tenth
    has ``n`` = 0 and nulls. Raises `ValueError` for a confidence outside 0 to 1.

    >>> scored = pl.DataFrame({"confidence": [1.0, 1.0, 0.25], "right": [True, False, False]})
    >>> calibration_table(scored).filter(pl.col("n") > 0).rows()
    [(0.2, 0.3, 1, 0.25, 0.0, -0.25), (0.9, 1.0, 2, 1.0, 0.5, -0.5)]
    """
    known = scored.select(pl.col("confidence", "right").cast(pl.Float64)).drop_nulls()
    if not known["confidence"].is_between(0, 1).all():
        raise ValueError("a confidence lies outside 0 to 1")
    tenth = (pl.col("confidence") * TENTHS).floor().clip(0, TENTHS - 1).cast(pl.Int64).alias("tenth")
    known = known.with_columns(tenth).sort("tenth", "confidence", "right")
    rows = []
    for number in range(TENTHS):
        part = known.filter(pl.col("tenth") == number)
        means = (_mean(part["confidence"]), _mean(part["right"]))
        rows.append((number / TENTHS, (number + 1) / TENTHS, part.height, *means))
    table = pl.DataFrame(rows, schema=_COLUMNS, orient="row")
    return table.with_columns(gap=pl.col("right") - pl.col("confidence"))


def calibration_error(table: pl.DataFrame) -> float | None:
    """Expected calibration error of a `calibration_table`: ``sum n |gap| / sum n``; None if it is empty.

    >>> scored = pl.DataFrame({"confidence": [1.0, 1.0, 0.25], "right": [True, False, False]})
    >>> round(calibration_error(calibration_table(scored)), 3)
    0.417
    """
    filled = table.filter(pl.col("n") > 0)
    total = int(filled["n"].sum())
    return math.fsum((filled["n"] * filled["gap"].abs()).to_list()) / total if total else None


def judged_pairs(pairs: pl.DataFrame, members: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """For `calibration_table`: each pair's ``confidence``, and whether its two records are truly one event.

    ``pairs`` has ``left``, ``right`` (row numbers in ``members`` sorted by ``record_id``, as in the table
    of pairs) and ``confidence``. Pairs of which a record is not in ``truth`` are left out.

    >>> members = pl.DataFrame({"record_id": ["a", "b", "c"], "event_id": ["1", "1", "2"]})
    >>> pairs = pl.DataFrame({"left": [0, 0], "right": [1, 2], "confidence": [0.9, 0.3]})
    >>> truth = pl.DataFrame({"record_id": ["a", "b"], "event_id": ["A", "A"]})
    >>> judged_pairs(pairs, members, truth).rows()
    [(0.9, True)]
    """
    true = checked(members, "members").join(
        checked(truth, "truth"), on="record_id", how="left", suffix="_true", maintain_order="left"
    )["event_id_true"]
    same = true.gather(pairs["left"]) == true.gather(pairs["right"])
    return pl.DataFrame({"confidence": pairs["confidence"], "right": same}).drop_nulls("right")


def judged_members(members: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """For `calibration_table`: each membership's ``confidence``, and how far it is right.

    ``members`` has ``record_id, event_id, confidence``. ``right`` is, of the *other* scored records of the
    event found, the share that truly belongs to the same event as this one: what a membership's confidence
    promises. Records that are alone among the scored records of their event claim nothing and are left out,
    as are records not in ``truth``.

    >>> members = pl.DataFrame({"record_id": ["a", "b", "c"], "event_id": ["1", "1", "1"]})
    >>> members = members.with_columns(confidence=pl.Series([0.8, 0.9, 0.4]))
    >>> truth = pl.DataFrame({"record_id": ["a", "b", "c"], "event_id": ["A", "A", "B"]})
    >>> judged_members(members, truth).rows()
    [(0.8, 0.5), (0.9, 0.5), (0.4, 0.0)]
    """
    ids = checked(members, "members").join(checked(truth, "truth"), on="record_id", suffix="_true")
    stated = members.select(pl.col("record_id").cast(pl.String), "confidence")
    known = ids.join(stated, on="record_id").sort("record_id")
    fellows = pl.len().over("event_id") - 1
    same = pl.len().over("event_id", "event_id_true") - 1
    return (
        known.with_columns(fellows=fellows, right=same / fellows)
        .filter(pl.col("fellows") > 0)
        .select("confidence", "right")
    )


def _mean(values: pl.Series) -> float | None:
    return math.fsum(values.to_list()) / len(values) if len(values) else None
