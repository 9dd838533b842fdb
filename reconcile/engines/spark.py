"""The straight line on Spark: the tables are Spark's, each step of a shard or a bucket is one of the kernels.

Records -> shards with guests -> pairs -> what each record gathers from its pairs -> weights -> components -> clusters
-> members. To the driver come counts (of words, days, outlets) and the pairs above the threshold, never records.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pyspark.errors import AnalysisException, PySparkRuntimeError
from pyspark.sql import SparkSession

from reconcile.config import Settings
from reconcile.engines.belonging import members_of
from reconcile.engines.job import Job
from reconcile.engines.pairing import weigh_pairs
from reconcile.engines.reading import read_records
from reconcile.errors import UsageError

Watch = Callable[[str], None]


def session(master: str | None, conf: Iterable[tuple[str, str]] = ()) -> SparkSession:
    """A session on ``master`` (default: what spark-submit says, else all cores of this machine)."""
    builder = SparkSession.builder.appName("reconcile")
    if master:
        builder = builder.master(master)
    if (master or "local").startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.config("spark.driver.memory", "3g").config("spark.ui.enabled", "false")
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "32",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
        "spark.executorEnv.POLARS_MAX_THREADS": "1",
        "spark.executorEnv.OMP_NUM_THREADS": "1",
        "spark.log.level": "ERROR",
        "spark.ui.showConsoleProgress": "false",
        **dict(conf),
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def merge(
    paths: Sequence[str],
    settings: Settings,
    output: str,
    master: str | None,
    conf: Iterable[tuple[str, str]] = (),
    watch: Watch = lambda _: None,
) -> None:
    """Reconcile the Parquet files ``paths``; MEMBERS go to the folder ``members`` in ``output``.

    Raises :class:`UsageError` where Spark cannot start, read or write, :class:`InputErrors` for wrong records.
    """
    if "://" not in output and Path(output).exists():
        raise UsageError(f"{output}: exists already; Spark writes into a new folder")
    watch("starting Spark")
    try:
        spark = session(master, conf)
    except PySparkRuntimeError as error:
        raise UsageError(f"Spark does not start ({error.getCondition()}): it needs Java 17 or later") from None
    try:
        job = Job(spark, settings)
        watch("reading")
        records = read_records(job, paths)
        watch("comparing")
        weights = weigh_pairs(job, records)
        watch("clustering")
        try:
            members_of(job, records, weights).write.parquet(f"{output.rstrip('/')}/members")
        except AnalysisException as error:
            raise UsageError(f"{output}: Spark cannot write here ({error.getCondition()})") from None
    finally:
        spark.stop()
