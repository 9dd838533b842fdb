"""Weights of pairs to the members of events: components, clusters, standing beside other clusters, ids."""

from __future__ import annotations

import numpy as np
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it

from reconcile.cluster import UNIT, bar
from reconcile.engines import membership
from reconcile.engines.arrow import from_arrow, of_batches, of_group, to_arrow
from reconcile.engines.job import Job, Kernel, by_rows, kept, struct
from reconcile.pipeline import verdicts
from reconcile.tables import MEMBERS


def members_of(job: Job, records: DataFrame, weights: DataFrame) -> DataFrame:
    """MEMBERS of ``records``, given the WEIGHTS of their pairs."""
    settings, model = job.settings, job.model
    threshold = model.threshold if settings.threshold is None else settings.threshold
    must, cannot = _judged(job, records)
    single = weights.filter("single")
    edges = single.filter(F.col("units") > bar(threshold, model.unseen)).select("left", "right").toArrow()
    linked = np.array(must, dtype=np.int64).reshape(-1, 2)
    left, right = (np.concatenate([edges[name].to_numpy(), linked[:, at]]) for at, name in enumerate(("left", "right")))
    component = _table(job, membership.components(left, right), membership.LABELS)

    ends = single
    for end in ("left", "right"):
        ends = ends.join(component.select(F.col("row").alias(end), F.col("label").alias(f"{end}_label")), end)
    inside = ends.filter("left_label = right_label").select(
        "left", "right", "units", F.col("left_label").alias("label")
    )
    themselves = component.select(
        F.col("row").alias("left"), F.col("row").alias("right"), F.lit(0).alias("units"), "label"
    )
    kernel: Kernel = lambda some: membership.clusters(some, model, threshold, must, cannot)  # noqa: E731
    found = (
        inside.union(themselves).withColumn("bucket", F.floor(F.col("label") / job.bucket))
        .groupBy("bucket").applyInArrow(of_group(kernel, membership.LABELS), struct(membership.LABELS))
    )  # fmt: skip
    labels = records.select("row", "record_id").join(found, "row", "left")
    labels = kept(labels.withColumn("label", F.coalesce("label", "row")))
    sizes = labels.groupBy("label").agg(F.count("*").alias("size"))
    told = _told(job, single, labels, sizes, cannot)
    return _named(job, labels, sizes, told)


def _told(job: Job, single: DataFrame, labels: DataFrame, sizes: DataFrame, cannot: membership.Links) -> DataFrame:
    model = job.model
    unseen = round(model.unseen * UNIT)
    both = single.select(F.col("left").alias("row"), F.col("right").alias("to"), "units").union(
        single.select(F.col("right").alias("row"), F.col("left").alias("to"), "units")
    )
    own = labels.select("row", F.col("label").alias("own"))
    other = labels.select(F.col("row").alias("to"), F.col("label").alias("other"))
    sums = both.join(other, "to").groupBy("row", "other").agg(F.sum(F.col("units") - unseen).alias("excess"))
    sums = sums.join(sizes.withColumnRenamed("label", "other"), "other").join(own, "row")
    barred = _barred(labels, cannot)
    kernel: Kernel = lambda some: membership.told(some, model, barred)  # noqa: E731
    return by_rows(job, sums, kernel, membership.TOLD)


def _barred(labels: DataFrame, cannot: membership.Links) -> list[tuple[int, int]]:
    if not cannot:
        return []
    rows = sorted({row for pair in cannot for row in pair})
    label = {one["row"]: one["label"] for one in labels.filter(F.col("row").isin(rows)).collect()}
    return [(a, label[b]) for one, two in cannot for a, b in ((one, two), (two, one))]


def _named(job: Job, labels: DataFrame, sizes: DataFrame, told: DataFrame) -> DataFrame:
    model = job.model
    schema = pl.Schema({"label": pl.Int64, "anchor": pl.String, "short": pl.String})
    anchors = labels.filter("row = label").select("label", F.col("record_id").alias("anchor"))
    named = anchors.mapInArrow(of_batches(membership.short_ids, schema), struct(schema))
    named = named.join(named.groupBy("short").agg(F.count("*").alias("taken")), "short")
    runner = named.withColumnsRenamed(
        {"label": "runner_up", "anchor": "runner_anchor", "short": "runner_short", "taken": "runner_taken"}
    )
    every = labels.join(named, "label").join(sizes, "label").join(told, "row", "left").join(runner, "runner_up", "left")
    kernel: Kernel = lambda some: membership.members(some, model)  # noqa: E731
    return every.mapInArrow(of_batches(kernel, MEMBERS), struct(MEMBERS))


def _judged(job: Job, records: DataFrame) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The judged pairs as row numbers; those that name records which are not here have no effect."""
    judgements = job.knowledge.judgements
    named = sorted({one for pair in judgements.standing for one in (pair.left, pair.right)})
    if not named:
        return [], []
    few = from_arrow(
        records.filter(F.col("record_id").isin(named)).select("row", "record_id", "aggregate").orderBy("row").toArrow()
    )
    rows = few["row"].to_list()
    must, cannot, _ = verdicts(few, judgements)
    return [(rows[a], rows[b]) for a, b in must], [(rows[a], rows[b]) for a, b in cannot]


def _table(job: Job, frame: pl.DataFrame, schema: pl.Schema) -> DataFrame:
    return job.spark.createDataFrame(to_arrow(frame, schema), struct(schema))
