"""The straight line on Spark: the tables are Spark's, each step of a shard or a bucket is one of the kernels.

Records -> shards with guests -> pairs -> what each record gathers from its pairs -> weights -> components -> clusters
-> members. To the driver come counts (of words, days, outlets) and the pairs above the threshold, never records.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from pyspark import StorageLevel
from pyspark.errors import AnalysisException, PySparkRuntimeError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from reconcile.cluster import bar
from reconcile.config import Settings
from reconcile.counts import load_vague
from reconcile.engines import kernels, membership
from reconcile.engines.arrow import arrow_schema, from_arrow, of_batches, of_group, to_arrow
from reconcile.engines.plan import TIME, WORDS, Shard, plan
from reconcile.errors import InputErrors, Problem, UsageError
from reconcile.load.table import read_table
from reconcile.model import Model
from reconcile.normalize import normalize
from reconcile.own_say import moved, moves_of
from reconcile.pair_sums import SLOTS, Sums
from reconcile.pipeline import Knowledge
from reconcile.tables import MEMBERS, RECORDS

SHARD: Final = 25_000  # records at home in a shard
BUCKET: Final = 100_000  # records whose pairs are looked at together
DAYS: Final = 32  # days whose words are counted together
_NO_DAY: Final = -1_000_000
_FILE, _LINE, _PROBLEM = "__file", "__line", "__problem"
_PROBLEM_FIELDS: Final = {"file": pl.String, "line": pl.Int64, "column": pl.Int64, "what": pl.String, "hint": pl.String}
_READ: Final = pl.Schema([*RECORDS.items(), *kernels.SPANS.items(), (_PROBLEM, pl.Struct(_PROBLEM_FIELDS))])
_COUNTS: Final = pl.Schema({"kind": pl.String, "key": pl.String, "count": pl.Int64})

Kernel = Callable[[pl.DataFrame], pl.DataFrame]
Watch = Callable[[str], None]


@cache
def knowledge_of(settings: Settings) -> Knowledge:
    """What a worker knows; the files that ``settings`` name must be there on every machine."""
    return Knowledge.of(settings)


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


class Line:
    """The straight line over one input, up to its members."""

    def __init__(self, spark: SparkSession, settings: Settings, *, shard: int = SHARD, bucket: int = BUCKET) -> None:
        self._spark, self._settings = spark, settings
        self._shard, self._bucket = shard, bucket
        self._knowledge = knowledge_of(settings)
        self._model = self._knowledge.model

    # ---- records

    def records(self, paths: Sequence[str]) -> DataFrame:
        """Normalized records of Parquet files in our own fields: RECORDS, SPANS, ``row`` and ``busy``.

        Raises :class:`InputErrors` for what is wrong with them, :class:`UsageError` for paths that are none.
        """
        settings = self._settings
        try:
            raw = self._spark.read.parquet(*paths)
        except AnalysisException as error:
            raise UsageError(
                f"{', '.join(paths)}: Spark cannot read this as Parquet ({error.getCondition()})"
            ) from None
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
        read = _kept(placed.mapInArrow(of_batches(lambda rows: _read(rows, settings), _READ), _struct(_READ)))
        self._refuse(read)
        return self._numbered(read.filter(F.col(_PROBLEM).isNull()).drop(_PROBLEM))

    def _refuse(self, read: DataFrame) -> None:
        wrong = read.filter(F.col(_PROBLEM).isNotNull()).select(f"{_PROBLEM}.*").limit(1_000).collect()
        doubled = read.filter("record_id is not null").groupBy("record_id").agg(
            F.count("*").alias("times"), F.min("source").alias("first"), F.max("source").alias("last")
        ).filter("times > 1").limit(100).collect()  # fmt: skip
        problems = [Problem(*row) for row in wrong]
        for one in doubled:
            file, _, line = one["last"].rpartition(":")
            what = f"record_id: '{one['record_id']}' was given before, at {one['first']}"
            problems.append(Problem(file, int(line), None, what, "ids are unique in a run"))
        if problems:
            raise InputErrors(problems)

    def _numbered(self, read: DataFrame) -> DataFrame:
        """With ``row``, the rank of the record_id, and ``busy``, by the records of each country and day."""
        window = self._model.window
        country = F.coalesce("country_key", F.lit(""))
        days = read.filter("start is not null").groupBy(country.alias("land"), "start").count()
        near = days.select("land", F.col("start").alias("other"), F.col("count").alias("many"))
        around = (
            days.join(near, "land").filter(F.abs(F.col("start") - F.col("other")) <= window.far_days)
            .groupBy("land", "start").agg((F.sum("many") > window.far_most).alias("busy"))
        )  # fmt: skip
        order = read.withColumn("land", country).join(around, ["land", "start"], "left").drop("land")
        order = order.withColumn("busy", F.coalesce("busy", F.lit(False)))
        # Sorted in ranges; the number in the range, and how many come before it.
        order = order.repartitionByRange("record_id").sortWithinPartitions("record_id")
        order = _kept(order.withColumn("at", F.monotonically_increasing_id()))
        part = F.shiftright("at", 33)
        sizes = sorted((row["part"], row["count"]) for row in order.groupBy(part.alias("part")).count().collect())
        before = np.cumsum([0, *(size for _, size in sizes)]).tolist()
        offsets = self._spark.createDataFrame(
            [(number, done) for (number, _), done in zip(sizes, before, strict=False)], "part long, before long"
        )
        inside = F.col("at") - F.shiftleft(part, 33)
        placed = order.withColumn("part", part).join(F.broadcast(offsets), "part")
        return placed.withColumn("row", inside + F.col("before")).drop("part", "before", "at")

    # ---- pairs

    def pairs(self, records: DataFrame) -> DataFrame:
        """WEIGHTS of all candidate pairs of ``records``."""
        settings = self._settings
        counts = self._counts(records)
        whole = kernels.Whole(counts)
        packed = counts.write_ipc(None, compression="zstd").getvalue()
        name = hashlib.sha256(packed).hexdigest()
        held = self._spark.sparkContext.broadcast(packed)

        def found(part: pl.DataFrame) -> pl.DataFrame:
            return kernels.pairs(part, part["tier"][0], _whole(name, held), knowledge_of(settings))

        shards = self._sharded(records)
        met = shards.groupBy("shard").applyInArrow(of_group(found, kernels.PAIRS), _struct(kernels.PAIRS))
        levels = _kept(self._graded(_kept(met.dropDuplicates(["left", "right"]))))
        weighed = _kept(self._weighed(levels, len(whole.outlets)))
        model = self._with_own_say(weighed, whole.records)
        kernel: Kernel = lambda some: kernels.weights(some, model)  # noqa: E731
        return _kept(weighed.mapInArrow(of_batches(kernel, kernels.WEIGHTS), _struct(kernels.WEIGHTS)))

    def _with_own_say(self, weighed: DataFrame, records: int) -> Model:
        """The model moved by what all pairs say; to the driver come their sums."""
        kernel: Kernel = lambda some: kernels.summed(some, records)  # noqa: E731
        parts = weighed.mapInArrow(of_batches(kernel, SLOTS), _struct(SLOTS))
        sums = parts.groupBy("slot").agg(F.sum("number").alias("number")).toArrow()
        return moved(self._model, moves_of(Sums.of(from_arrow(sums))))

    def _counts(self, records: DataFrame) -> pl.DataFrame:
        settings = self._settings
        period = F.floor(F.coalesce("anchor", F.lit(_NO_DAY)) / DAYS)
        kernel: Kernel = lambda some: kernels.counted(some, knowledge_of(settings))  # noqa: E731
        parts = (
            records.select(*kernels.COMPARED.names(), period.alias("period"))
            .groupBy("period").applyInArrow(of_group(kernel, _COUNTS), _struct(_COUNTS))
        )  # fmt: skip
        return from_arrow(parts.groupBy("kind", "key").agg(F.sum("count").alias("count")).toArrow())

    def _sharded(self, records: DataFrame) -> DataFrame:
        """Each record with each shard that it is in, at home or as a guest."""
        worded = F.col("anchor").isNotNull() & (F.col("title").isNotNull() | F.col("text").isNotNull())
        tiers = [(TIME, F.col("start").isNotNull(), F.col("duration"), F.col("start"))]
        if not records.filter("loose").isEmpty():
            tiers.append((WORDS, worded, F.lit(0), F.col("anchor")))
        days = [
            records.filter(which)
            .groupBy(F.lit(tier).alias("tier"), duration.alias("duration"), day.alias("day"))
            .count()
            for tier, which, duration, day in tiers
        ]
        histogram = [tuple(row) for one in days for row in one.collect()]
        shards = plan(histogram, self._model.window, self._shard)
        if not shards:
            raise UsageError("no record has a date: Spark cuts records into shards by their days")
        fields = list(Shard.__dataclass_fields__)
        table = F.broadcast(
            self._spark.createDataFrame([tuple(getattr(one, name) for name in fields) for one in shards], fields)
        )
        parts = []
        for tier, which, duration, day in tiers:
            some = records.filter(which).select(
                *kernels.COMPARED.names(), "row", "busy", day.alias("day"), duration.alias("of")
            )
            met = some.join(table.filter(F.col("tier") == tier), F.col("day").between(F.col("since"), F.col("until")))
            home = F.col("day").between(F.col("first"), F.col("last")) & (F.col("of") == F.col("duration"))
            home = home & (F.col("row") % F.col("parts") == F.col("part"))
            parts.append(met.select(*kernels.COMPARED.names(), "row", "busy", home.alias("home"), "tier", "shard"))
        return parts[0] if len(parts) == 1 else parts[0].unionByName(parts[1])

    def _graded(self, met: DataFrame) -> DataFrame:
        settings = self._settings
        names = kernels.ENDS.names()[1:]
        ends = met.select(F.col("left").alias("row"), *names).union(met.select(F.col("right").alias("row"), *names))
        gathered = self._by_rows(ends, kernels.gathered, kernels.GATHERED)
        both = met
        for end in ("left", "right"):
            both = both.join(gathered.withColumnsRenamed(_suffixed(kernels.GATHERED, end)), end)
        kernel: Kernel = lambda some: kernels.graded(some, knowledge_of(settings))  # noqa: E731
        return both.mapInArrow(of_batches(kernel, kernels.LEVELS), _struct(kernels.LEVELS))

    def _weighed(self, levels: DataFrame, outlets: int) -> DataFrame:
        settings = self._settings
        sides = [
            levels.select(
                F.col(one).alias("row"),
                F.col(f"{one}_outlet").alias("own"),
                F.col(f"{two}_outlet").alias("outlet"),
                "weight",
            )
            for one, two in (("left", "right"), ("right", "left"))
        ]
        rivals = sides[0].union(sides[1])
        records_of: list[int] | None = [0] * outlets
        for row in rivals.select("row", "own").distinct().groupBy("own").count().collect():
            records_of[row["own"]] = row["count"]  # type: ignore[index]
        both = levels
        if self._model.scout is None or kernels.many_outlets(records_of or []):
            records_of = None
        else:
            best = self._by_rows(rivals, kernels.bests, kernels.BEST)
            for one, two in (("left", "right"), ("right", "left")):
                named = best.withColumnsRenamed(
                    {"row": one, "outlet": f"{two}_outlet", "best": f"best_{one}", "second": f"second_{one}"}
                )
                both = both.join(named, [one, f"{two}_outlet"])
        kernel: Kernel = lambda some: kernels.weighed(some, records_of, knowledge_of(settings))  # noqa: E731
        return both.mapInArrow(of_batches(kernel, kernels.LEVELS), _struct(kernels.LEVELS))

    def _by_rows(self, some: DataFrame, kernel: Kernel, schema: pl.Schema) -> DataFrame:
        """``kernel`` on all that some records have in ``some``, a bucket of records at a time."""
        bucketed = some.withColumn("bucket", F.floor(F.col("row") / self._bucket))
        return bucketed.groupBy("bucket").applyInArrow(of_group(kernel, schema), _struct(schema))

    # ---- members

    def members(self, records: DataFrame, weights: DataFrame) -> DataFrame:
        """MEMBERS of ``records``, given the WEIGHTS of their pairs."""
        settings, model = self._settings, self._model
        threshold = model.threshold if settings.threshold is None else settings.threshold
        must, cannot = self._judged(records)
        single = weights.filter("single")
        edges = single.filter(F.col("units") > bar(threshold, model.unseen)).select("left", "right").toArrow()
        linked = np.array(must, dtype=np.int64).reshape(-1, 2)
        left, right = (
            np.concatenate([edges[name].to_numpy(), linked[:, at]]) for at, name in enumerate(("left", "right"))
        )
        component = self._table(membership.components(left, right), membership.LABELS)

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
            inside.union(themselves).withColumn("bucket", F.floor(F.col("label") / self._bucket))
            .groupBy("bucket").applyInArrow(of_group(kernel, membership.LABELS), _struct(membership.LABELS))
        )  # fmt: skip
        labels = records.select("row", "record_id").join(found, "row", "left")
        labels = _kept(labels.withColumn("label", F.coalesce("label", "row")))
        sizes = labels.groupBy("label").agg(F.count("*").alias("size"))
        told = self._told(single, labels, sizes, cannot)
        return self._named(labels, sizes, told)

    def _told(self, single: DataFrame, labels: DataFrame, sizes: DataFrame, cannot: membership.Links) -> DataFrame:
        model = self._model
        unseen = round(model.unseen * 1_000_000)
        both = single.select(F.col("left").alias("row"), F.col("right").alias("to"), "units").union(
            single.select(F.col("right").alias("row"), F.col("left").alias("to"), "units")
        )
        own = labels.select("row", F.col("label").alias("own"))
        other = labels.select(F.col("row").alias("to"), F.col("label").alias("other"))
        sums = both.join(other, "to").groupBy("row", "other").agg(F.sum(F.col("units") - unseen).alias("excess"))
        sums = sums.join(sizes.withColumnRenamed("label", "other"), "other").join(own, "row")
        barred = self._barred(labels, cannot)
        kernel: Kernel = lambda some: membership.told(some, model, barred)  # noqa: E731
        return self._by_rows(sums, kernel, membership.TOLD)

    def _barred(self, labels: DataFrame, cannot: membership.Links) -> list[tuple[int, int]]:
        if not cannot:
            return []
        rows = sorted({row for pair in cannot for row in pair})
        label = {one["row"]: one["label"] for one in labels.filter(F.col("row").isin(rows)).collect()}
        return [(a, label[b]) for one, two in cannot for a, b in ((one, two), (two, one))]

    def _named(self, labels: DataFrame, sizes: DataFrame, told: DataFrame) -> DataFrame:
        model = self._model
        schema = pl.Schema({"label": pl.Int64, "anchor": pl.String, "short": pl.String})
        anchors = labels.filter("row = label").select("label", F.col("record_id").alias("anchor"))
        named = anchors.mapInArrow(of_batches(membership.short_ids, schema), _struct(schema))
        named = named.join(named.groupBy("short").agg(F.count("*").alias("taken")), "short")
        runner = named.withColumnsRenamed(
            {"label": "runner_up", "anchor": "runner_anchor", "short": "runner_short", "taken": "runner_taken"}
        )
        every = (
            labels.join(named, "label").join(sizes, "label").join(told, "row", "left").join(runner, "runner_up", "left")
        )
        kernel: Kernel = lambda some: membership.members(some, model)  # noqa: E731
        return every.mapInArrow(of_batches(kernel, MEMBERS), _struct(MEMBERS))

    def _judged(self, records: DataFrame) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """The judged pairs as row numbers; those that name records which are not here have no effect."""
        judgements = self._knowledge.judgements
        named = sorted({one for pair in judgements.standing for one in (pair.left, pair.right)})
        if not named:
            return [], []
        rows = {
            one["record_id"]: one["row"]
            for one in records.filter(F.col("record_id").isin(named)).select("record_id", "row").collect()
        }
        pairs = [
            [(rows[one.left], rows[one.right]) for one in judgements.standing
             if one.verdict == verdict and one.left in rows and one.right in rows]
            for verdict in ("same", "different")
        ]  # fmt: skip
        return pairs[0], pairs[1]

    def _table(self, frame: pl.DataFrame, schema: pl.Schema) -> DataFrame:
        return self._spark.createDataFrame(to_arrow(frame, schema), _struct(schema))


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


def _kept(table: DataFrame) -> DataFrame:
    """``table`` made once and read from disk from here on: in the cluster's checkpoints if it has a place for them."""
    if table.sparkSession.sparkContext.getCheckpointDir():
        return table.checkpoint()
    return table.localCheckpoint(storageLevel=StorageLevel.DISK_ONLY)


_cached: dict[str, kernels.Whole] = {}


def _whole(name: str, held: Any) -> kernels.Whole:
    """The run's counts ``held`` under their ``name``, unpacked once in each worker."""
    if name not in _cached:
        _cached.clear()
        _cached[name] = kernels.Whole(pl.read_ipc(held.value))
    return _cached[name]


def _struct(schema: pl.Schema) -> StructType:
    return from_arrow_schema(arrow_schema(schema))


def _suffixed(schema: pl.Schema, end: str) -> dict[str, str]:
    return {"row": end, **{name: f"{name}_{end}" for name in schema.names() if name != "row"}}


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
        line = Line(spark, settings)
        watch("reading")
        records = line.records(paths)
        watch("comparing")
        weights = line.pairs(records)
        watch("clustering")
        try:
            line.members(records, weights).write.parquet(f"{output.rstrip('/')}/members")
        except AnalysisException as error:
            raise UsageError(f"{output}: Spark cannot write here ({error.getCondition()})") from None
    finally:
        spark.stop()
