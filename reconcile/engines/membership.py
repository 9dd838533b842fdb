"""Clusters in parts: whole components of linked records, then each record's standing in its cluster and beside others.

Like :mod:`reconcile.cluster`, on parts of the pairs; ``units`` are weights in millionths.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.cluster import UNIT, cluster, confidence, roots
from reconcile.ids import long_id
from reconcile.ids import short_ids as short_ids_of
from reconcile.model import Model
from reconcile.tables import MEMBERS

Ints = npt.NDArray[np.int64]
Links = Sequence[tuple[int, int]]

LABELS: Final = pl.Schema({"row": pl.Int64, "label": pl.Int64})
TOLD: Final = pl.Schema({"row": pl.Int64, "inner": pl.Float64, "runner_up": pl.Int64, "runner_up_weight": pl.Float64})


def components(left: Ints, right: Ints) -> pl.DataFrame:
    """LABELS of the rows that are linked to any other: all that hang together have the smallest row as theirs."""
    rows, ends = np.unique(np.concatenate([left, right]), return_inverse=True)
    label = roots(len(rows), ends.reshape(2, -1).T)
    return pl.DataFrame({"row": rows, "label": rows[label]}, schema=LABELS)


def clusters(some: pl.DataFrame, model: Model, threshold: float, must: Links, cannot: Links) -> pl.DataFrame:
    """LABELS of the rows of whole components. ``some`` has the pairs inside them (left, right, units), and each row
    with itself; judged pairs of other rows are passed over."""
    rows = some.filter(pl.col("left") == pl.col("right"))["left"].unique().sort().to_numpy()
    pairs = some.filter(pl.col("left") != pl.col("right"))
    local = pl.DataFrame({name: np.searchsorted(rows, pairs[name].to_numpy()) for name in ("left", "right")})
    found = cluster(
        len(rows),
        local.with_columns(weight=pairs["units"] / UNIT),
        threshold=threshold,
        unseen=model.unseen,
        must=_among(rows, must),
        cannot=_among(rows, cannot),
    )
    return pl.DataFrame({"row": rows, "label": rows[found["cluster"].to_numpy()]}, schema=LABELS)


def _among(rows: Ints, links: Links) -> list[tuple[int, int]]:
    """Those of ``links`` that lie among the sorted ``rows``, by their place in them."""
    place = {int(row): at for at, row in enumerate(rows)} if links else {}
    return [(place[a], place[b]) for a, b in links if a in place and b in place]


def told(some: pl.DataFrame, model: Model, barred: Links) -> pl.DataFrame:
    """TOLD: each row's mean weight towards the rest of its cluster, and the closest other one.

    ``some`` has all that some rows have with each cluster: row, own (label), other (label), excess (sum of units above
    those of an unseen pair), size (records of ``other``). ``barred`` are rows and labels that a person judged apart.
    """
    unseen = round(model.unseen * UNIT)
    apart = pl.DataFrame(
        barred, schema=["row", "other"], orient="row", schema_overrides={"row": pl.Int64, "other": pl.Int64}
    )
    own, other, excess, size = (some[name].to_numpy() for name in ("own", "other", "excess", "size"))
    # In numpy as in a run on one machine: polars divides by a constant in another way, which the last digit shows.
    mean = (excess / np.maximum(size - (own == other), 1) + unseen) / UNIT
    means = some.select("row", "other", own=pl.Series(own == other), mean=pl.Series(mean))
    outside = means.filter(~pl.col("own")).join(apart, on=["row", "other"], how="anti")
    closest = outside.sort("row", "mean", "other", descending=[False, True, False]).unique("row", keep="first")
    inside = means.filter("own").select("row", inner="mean")
    return (
        means.select("row").unique().sort("row")
        .join(inside, on="row", how="left")
        .join(closest.select("row", runner_up="other", runner_up_weight="mean"), on="row", how="left")
        .with_columns(pl.col("inner").fill_null(unseen / UNIT))
        .select(pl.col(name).cast(kind) for name, kind in TOLD.items())
    )  # fmt: skip


def short_ids(some: pl.DataFrame) -> pl.DataFrame:
    """``some`` events (label, anchor: the smallest record id) and ``short``, the id of each unless another has it."""
    return some.select("label", "anchor", short=short_ids_of(some["anchor"].to_list()))


def members(some: pl.DataFrame, model: Model) -> pl.DataFrame:
    """MEMBERS of rows (record_id, size of the cluster, TOLD) whose event and runner-up are given as anchor, short
    and ``taken``: how many events have that short id."""
    inner = some["inner"].fill_null(round(model.unseen * UNIT) / UNIT).to_numpy()
    weight = some["runner_up_weight"].fill_null(float("nan")).to_numpy()
    sure = confidence(inner, weight, (some["size"] == 1).to_numpy(), model.membership)
    return some.select(
        "record_id",
        event_id=_ids(some, ""),
        confidence=pl.Series(sure),
        runner_up=_ids(some, "runner_"),
        runner_up_weight="runner_up_weight",
    ).select(pl.col(name).cast(kind) for name, kind in MEMBERS.items())


def _ids(some: pl.DataFrame, prefix: str) -> pl.Series:
    columns = (some[f"{prefix}{name}"] for name in ("anchor", "short", "taken"))
    ids = [long_id(anchor) if taken and taken > 1 else short for anchor, short, taken in zip(*columns, strict=True)]
    return pl.Series(ids, dtype=pl.String)
