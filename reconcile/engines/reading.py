"""Parquet files to the records of a run, numbered by their ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it

from reconcile.config import Settings
from reconcile.counts import load_vague
from reconcile.engines import kernels
from reconcile.engines.arrow import from_arrow, of_batches
from reconcile.engines.job import Job, kept, knowledge_of, struct
from reconcile.errors import InputErrors, Problem, UsageError
from reconcile.load.table import read_table
from reconcile.normalize import normalize
from reconcile.tables import RECORDS

_FILE, _LINE, _PROBLEM = "__file", "__line", "__problem"
_PROBLEM_FIELDS: Final = {"file": pl.String, "line": pl.Int64, "column": pl.Int64, "what": pl.String, "hint": pl.String}
_READ: Final = pl.Schema([*RECORDS.items(), *kernels.SPANS.items(), (_PROBLEM, pl.Struct(_PROBLEM_FIELDS))])


def read_records(job: Job, paths: Sequence[str]) -> DataFrame:
    """Normalized records of Parquet files in our own fields: RECORDS, SPANS, ``row`` and ``busy``.

    Raises :class:`InputErrors` for what is wrong with them, :class:`UsageError` for paths that are none.
    """
    settings = job.settings
    try:
        raw = job.spark.read.parquet(*paths)
    except AnalysisException as error:
        raise UsageError(f"{', '.join(paths)}: Spark cannot read this as Parquet ({error.getCondition()})") from None
    columns = raw.columns
    placed = raw.select(
        *(raw[name] for name in columns),
        F.col("_metadata.file_path").alias(_FILE),
        (F.col("_metadata.row_index") + 1).alias(_LINE),
    )
    empty = from_arrow(raw.limit(0).toArrow())
    _, problems = read_table(paths[0], empty, [])
    if problems:
        raise InputErrors(problems)
    read = kept(placed.mapInArrow(of_batches(lambda rows: _read(rows, settings), _READ), struct(_READ)))
    _refuse(read)
    return _numbered(job, read.filter(F.col(_PROBLEM).isNull()).drop(_PROBLEM))


def _refuse(read: DataFrame) -> None:
    wrong = (
        read.filter(F.col(_PROBLEM).isNotNull()).select(f"{_PROBLEM}.*")
        .orderBy("file", "line", "column").limit(1_000).collect()
    )  # fmt: skip
    file, line = (F.regexp_extract("source", r"^(?s:(.*)):(\d+)$", part) for part in (1, 2))
    where = F.struct(file.alias("file"), line.cast("long").alias("line"))
    doubled = read.filter("record_id is not null").groupBy("record_id").agg(
        F.count("*").alias("times"), F.min(where).alias("first"), F.max(where).alias("last")
    ).filter("times > 1").orderBy("record_id").limit(100).collect()  # fmt: skip
    problems = [Problem(*row) for row in wrong]
    for one in doubled:
        first, last = one["first"], one["last"]
        what = f"record_id: '{one['record_id']}' was given before, at {first['file']}:{first['line']}"
        problems.append(Problem(last["file"], last["line"], None, what, "ids are unique in a run"))
    if problems:
        raise InputErrors(problems)


def _numbered(job: Job, read: DataFrame) -> DataFrame:
    """With ``row``, the rank of the record_id, and ``busy``, by the records of each country and day."""
    window = job.model.window
    country = F.coalesce("country_key", F.lit(""))
    days = read.filter("start is not null").groupBy(country.alias("land"), "start").count()
    near = days.select("land", F.col("start").alias("other"), F.col("count").alias("many"))
    around = (
        days.join(near, "land").filter(F.abs(F.col("start") - F.col("other")) <= window.far_days)
        .groupBy("land", "start").agg((F.sum("many") > window.far_most).alias("busy")).filter("busy")
    )  # fmt: skip
    order = read.withColumn("land", country).join(F.broadcast(around), ["land", "start"], "left").drop("land")
    order = order.withColumn("busy", F.coalesce("busy", F.lit(False)))
    # Sorted in ranges; the number in the range, and how many come before it.
    order = order.repartitionByRange("record_id").sortWithinPartitions("record_id")
    order = kept(order.withColumn("at", F.monotonically_increasing_id()))
    part = F.shiftright("at", 33)
    sizes = sorted((row["part"], row["count"]) for row in order.groupBy(part.alias("part")).count().collect())
    before = np.cumsum([0, *(size for _, size in sizes)]).tolist()
    offsets = job.spark.createDataFrame(
        [(number, done) for (number, _), done in zip(sizes, before, strict=False)], "part long, before long"
    )
    inside = F.col("at") - F.shiftleft(part, 33)
    placed = order.withColumn("part", part).join(F.broadcast(offsets), "part")
    return placed.withColumn("row", inside + F.col("before")).drop("part", "before", "at")


def _read(rows: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Rows of files as _READ: normalized records, and a row for each thing that is wrong."""
    known = knowledge_of(settings)
    vague = load_vague(settings.counts)
    parts = [pl.DataFrame(schema=_READ)]
    for (file,), some in rows.group_by(_FILE, maintain_order=True):
        name = str(file).removeprefix("file:").removeprefix("//")
        table, problems = read_table(name, some.drop(_FILE, _LINE), some[_LINE].to_list(), vague=vague)
        wrong = [{"file": p.file, "line": p.line, "column": p.column, "what": p.what, "hint": p.hint} for p in problems]
        parts.append(pl.DataFrame({_PROBLEM: wrong}, schema={_PROBLEM: _READ[_PROBLEM]}))
        records = normalize(table, known.places, known.actors, known.event_types)
        parts.append(kernels.spans(records, known.model.window))
    return pl.concat(parts, how="diagonal")
