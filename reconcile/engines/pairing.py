"""Records to the weights of their candidate pairs: counts, shards, levels, the run's say."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it

from reconcile.engines import kernels
from reconcile.engines.arrow import from_arrow, of_batches, of_group
from reconcile.engines.job import Job, Kernel, by_rows, kept, knowledge_of, struct
from reconcile.engines.plan import TIME, WORDS, Shard, plan
from reconcile.errors import UsageError
from reconcile.model import Model
from reconcile.own_say import moved, moves_of
from reconcile.pair_sums import SLOTS, Sums

DAYS: Final = 32  # days whose words are counted together
_NO_DAY: Final = -1_000_000
_COUNTS: Final = pl.Schema({"kind": pl.String, "key": pl.String, "count": pl.Int64})


def weigh_pairs(job: Job, records: DataFrame) -> DataFrame:
    """WEIGHTS of all candidate pairs of ``records``."""
    settings = job.settings
    counts = _counts(job, records)
    whole = kernels.Whole(counts)
    packed = counts.write_ipc(None, compression="zstd").getvalue()
    name = hashlib.sha256(packed).hexdigest()
    held = job.spark.sparkContext.broadcast(packed)

    def found(part: pl.DataFrame) -> pl.DataFrame:
        return kernels.pairs(part, part["tier"][0], _whole(name, held), knowledge_of(settings))

    shards = _sharded(job, records)
    met = shards.groupBy("shard").applyInArrow(of_group(found, kernels.PAIRS), struct(kernels.PAIRS))
    levels = kept(_graded(job, kept(met.dropDuplicates(["left", "right"]))))
    weighed = kept(_weighed(job, levels, len(whole.outlets)))
    model = _with_own_say(job, weighed, whole.records)
    kernel: Kernel = lambda some: kernels.weights(some, model)  # noqa: E731
    return kept(weighed.mapInArrow(of_batches(kernel, kernels.WEIGHTS), struct(kernels.WEIGHTS)))


def _with_own_say(job: Job, weighed: DataFrame, records: int) -> Model:
    """The model moved by what all pairs say; to the driver come their sums."""
    kernel: Kernel = lambda some: kernels.summed(some, records)  # noqa: E731
    parts = weighed.mapInArrow(of_batches(kernel, SLOTS), struct(SLOTS))
    sums = parts.groupBy("slot").agg(F.sum("number").alias("number")).toArrow()
    return moved(job.model, moves_of(Sums.of(from_arrow(sums))))


def _counts(job: Job, records: DataFrame) -> pl.DataFrame:
    settings = job.settings
    period = F.floor(F.coalesce("anchor", F.lit(_NO_DAY)) / DAYS)
    kernel: Kernel = lambda some: kernels.counted(some, knowledge_of(settings))  # noqa: E731
    parts = (
        records.select(*kernels.COMPARED.names(), period.alias("period"))
        .groupBy("period").applyInArrow(of_group(kernel, _COUNTS), struct(_COUNTS))
    )  # fmt: skip
    return from_arrow(parts.groupBy("kind", "key").agg(F.sum("count").alias("count")).toArrow())


def _sharded(job: Job, records: DataFrame) -> DataFrame:
    """Each record with each shard that it is in, at home or as a guest."""
    worded = F.col("anchor").isNotNull() & (F.col("title").isNotNull() | F.col("text").isNotNull())
    tiers = [(TIME, F.col("start").isNotNull(), F.col("duration"), F.col("start"))]
    if not records.filter("loose").isEmpty():
        tiers.append((WORDS, worded, F.lit(0), F.col("anchor")))
    days = [
        records.filter(which).groupBy(F.lit(tier).alias("tier"), duration.alias("duration"), day.alias("day")).count()
        for tier, which, duration, day in tiers
    ]
    histogram = [tuple(row) for one in days for row in one.collect()]
    shards = plan(histogram, job.model.window, job.shard)
    if not shards:
        raise UsageError("no record has a date: Spark cuts records into shards by their days")
    fields = list(Shard.__dataclass_fields__)
    table = F.broadcast(
        job.spark.createDataFrame([tuple(getattr(one, name) for name in fields) for one in shards], fields)
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


def _graded(job: Job, met: DataFrame) -> DataFrame:
    settings = job.settings
    names = kernels.ENDS.names()[1:]
    ends = met.select(F.col("left").alias("row"), *names).union(met.select(F.col("right").alias("row"), *names))
    gathered = by_rows(job, ends, kernels.gathered, kernels.GATHERED)
    both = met
    for end in ("left", "right"):
        both = both.join(gathered.withColumnsRenamed(_suffixed(kernels.GATHERED, end)), end)
    kernel: Kernel = lambda some: kernels.graded(some, knowledge_of(settings))  # noqa: E731
    return both.mapInArrow(of_batches(kernel, kernels.LEVELS), struct(kernels.LEVELS))


def _weighed(job: Job, levels: DataFrame, outlets: int) -> DataFrame:
    settings = job.settings
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
    if job.model.scout is None or kernels.many_outlets(records_of or []):
        records_of = None
    else:
        best = by_rows(job, rivals, kernels.bests, kernels.BEST)
        for one, two in (("left", "right"), ("right", "left")):
            named = best.withColumnsRenamed(
                {"row": one, "outlet": f"{two}_outlet", "best": f"best_{one}", "second": f"second_{one}"}
            )
            both = both.join(named, [one, f"{two}_outlet"])
    kernel: Kernel = lambda some: kernels.weighed(some, records_of, knowledge_of(settings))  # noqa: E731
    return both.mapInArrow(of_batches(kernel, kernels.LEVELS), struct(kernels.LEVELS))


_cached: dict[str, kernels.Whole] = {}


def _whole(name: str, held: Any) -> kernels.Whole:
    """The run's counts ``held`` under their ``name``, unpacked once in each worker."""
    if name not in _cached:
        _cached.clear()
        _cached[name] = kernels.Whole(pl.read_ipc(held.value))
    return _cached[name]


def _suffixed(schema: pl.Schema, end: str) -> dict[str, str]:
    return {"row": end, **{name: f"{name}_{end}" for name in schema.names() if name != "row"}}
