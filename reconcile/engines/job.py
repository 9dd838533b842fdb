"""A run on Spark: its session and settings, and how tables go through kernels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from reconcile.config import Settings
from reconcile.engines.arrow import arrow_schema, of_group
from reconcile.model import Model
from reconcile.pipeline import Knowledge

SHARD: Final = 25_000  # records at home in a shard
BUCKET: Final = 100_000  # records whose pairs are looked at together

Kernel = Callable[[pl.DataFrame], pl.DataFrame]


@cache
def knowledge_of(settings: Settings) -> Knowledge:
    """What a worker knows; the files that ``settings`` name must be there on every machine."""
    return Knowledge.of(settings)


@dataclass(frozen=True)
class Job:
    """A run: what it is done with, and how large its parts are."""

    spark: SparkSession
    settings: Settings
    shard: int = SHARD
    bucket: int = BUCKET

    @property
    def knowledge(self) -> Knowledge:
        """Tables of names, judgements, model."""
        return knowledge_of(self.settings)

    @property
    def model(self) -> Model:
        """The match model."""
        return self.knowledge.model


def by_rows(job: Job, some: DataFrame, kernel: Kernel, schema: pl.Schema) -> DataFrame:
    """``kernel`` on all that some records have in ``some``, a bucket of records at a time."""
    bucketed = some.withColumn("bucket", F.floor(F.col("row") / job.bucket))
    return bucketed.groupBy("bucket").applyInArrow(of_group(kernel, schema), struct(schema))


def kept(table: DataFrame) -> DataFrame:
    """``table`` made once and read from disk from here on: in the cluster's checkpoints if it has a place for them."""
    if table.sparkSession.sparkContext.getCheckpointDir():
        return table.checkpoint()
    return table.localCheckpoint(storageLevel=StorageLevel.DISK_ONLY)


def struct(schema: pl.Schema) -> StructType:
    """``schema`` as Spark's."""
    return from_arrow_schema(arrow_schema(schema))
