"""An engine that moves tables about in one process: what the shards and buckets of any engine must come to."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from reconcile.block import prepare
from reconcile.cluster import UNIT, bar
from reconcile.engines import kernels, membership
from reconcile.engines.plan import TIME, WORDS, plan
from reconcile.own_say import moved, moves_of
from reconcile.pair_sums import SLOTS, Sums
from reconcile.pipeline import Knowledge

_DAY = {TIME: "start", WORDS: "anchor"}


def counts(records: pl.DataFrame, known: Knowledge, days: int = 3) -> pl.DataFrame:
    """The run's counts, summed over parts of some days each."""
    spanned = kernels.spans(records, known.model.window)
    parts = spanned.group_by(pl.col("anchor").fill_null(-1_000_000) // days)
    every = pl.concat([kernels.counted(part.select(records.columns), known) for _, part in parts])
    return every.group_by("kind", "key").agg(pl.col("count").sum()).sort("kind", "key")


def pairs(records: pl.DataFrame, known: Knowledge, size: int) -> tuple[pl.DataFrame, int]:
    """WEIGHTS of all pairs, found in shards of about ``size`` records, and the number of shards."""
    window = known.model.window
    every = kernels.spans(records, window).with_columns(
        row=pl.int_range(len(records), dtype=pl.Int64), busy=prepare(records, window)["busy"]
    )
    whole = kernels.Whole(counts(records, known))
    worded = pl.col("anchor").is_not_null() & (pl.col("title").is_not_null() | pl.col("text").is_not_null())
    of = {TIME: every.filter(pl.col("start").is_not_null())}
    of[WORDS] = every.filter(worded).with_columns(duration=pl.lit(0, pl.Int32)) if every["loose"].any() else every[:0]
    histogram = [
        (tier, *row) for tier, some in of.items() for row in some.group_by("duration", _DAY[tier]).len().iter_rows()
    ]
    shards = plan(histogram, window, size)
    found = [kernels.PAIRS.to_frame()]
    for one in shards:
        day = pl.col(_DAY[one.tier])
        home = day.is_between(one.first, one.last) & (pl.col("row") % one.parts == one.part)
        part = of[one.tier].filter(day.is_between(one.since, one.until))
        part = part.with_columns(home=home & (pl.col("duration") == one.duration))
        found.append(kernels.pairs(part, one.tier, whole, known))
    weighed = _weighed(pl.concat(found).unique(["left", "right"]), known, len(whole.outlets))
    model = moved(known.model, moves_of(sums(weighed, whole.records)))
    return kernels.weights(weighed, model).sort("left", "right"), len(shards)


def sums(weighed: pl.DataFrame, records: int, size: int = 7) -> Sums:
    """What the pairs say, counted a few at a time and added up."""
    parts = [kernels.summed(weighed[at : at + size], records) for at in range(0, len(weighed), size)]
    return Sums.of(pl.concat([SLOTS.to_frame(), *parts]).group_by("slot").agg(pl.col("number").sum()))


def _weighed(met: pl.DataFrame, known: Knowledge, outlets: int) -> pl.DataFrame:
    names = kernels.ENDS.names()[1:]
    ends = pl.concat([met.select(pl.col(end).alias("row"), *names) for end in ("left", "right")])
    gathered = kernels.gathered(ends)
    for end in ("left", "right"):
        met = met.join(
            gathered.rename({name: f"{name}_{end}" for name in gathered.columns if name != "row"}),
            left_on=end, right_on="row",
        )  # fmt: skip
    levels = kernels.graded(met, known)
    sides = [
        levels.select(row=one, own=f"{one}_outlet", outlet=f"{two}_outlet", weight="weight")
        for one, two in (("left", "right"), ("right", "left"))
    ]
    rivals = pl.concat(sides)
    many = dict(rivals.select("row", "own").unique().group_by("own").len().iter_rows())
    records_of = [many.get(code, 0) for code in range(outlets)]
    if kernels.many_outlets(records_of):
        return kernels.weighed(levels, None, known)
    best = kernels.bests(rivals)
    for one, two in (("left", "right"), ("right", "left")):
        levels = levels.join(
            best.rename({"best": f"best_{one}", "second": f"second_{one}"}),
            left_on=[one, f"{two}_outlet"], right_on=["row", "outlet"],
        )  # fmt: skip
    return kernels.weighed(levels, records_of, known)


def members(
    records: pl.DataFrame,
    weights: pl.DataFrame,
    known: Knowledge,
    bucket: int,
    must: membership.Links = (),
    cannot: membership.Links = (),
) -> pl.DataFrame:
    """MEMBERS by buckets of components and of records."""
    model = known.model
    single = weights.filter("single")
    edges = single.filter(pl.col("units") > bar(model.threshold, model.unseen)).select("left", "right")
    links = pl.DataFrame(must, schema={"left": pl.Int64, "right": pl.Int64}, orient="row")
    edges = pl.concat([edges, links])
    component = membership.components(edges["left"].to_numpy(), edges["right"].to_numpy())
    ends = single
    for end in ("left", "right"):
        ends = ends.join(component.rename({"row": end, "label": f"{end}_label"}), on=end)
    inside = ends.filter(pl.col("left_label") == pl.col("right_label"))
    parts = pl.concat(
        [
            inside.select("left", "right", pl.col("units").cast(pl.Int32), label="left_label"),
            component.select(left="row", right="row", units=pl.lit(0, pl.Int32), label="label"),
        ]
    )
    labels = _by(
        parts,
        pl.col("label") // bucket,
        lambda one: membership.clusters(one, model, model.threshold, must, cannot),
        membership.LABELS,
    )
    rows = records.select("record_id", row=pl.int_range(len(records), dtype=pl.Int64))
    rows = rows.join(labels, on="row", how="left").with_columns(pl.coalesce("label", "row").alias("label"))
    sizes = rows.group_by("label").agg(size=pl.len().cast(pl.Int64))

    both = pl.concat(
        [single.select(row="left", to="right", units="units"), single.select(row="right", to="left", units="units")]
    )
    unseen = round(model.unseen * UNIT)
    sums = (
        both.join(rows.select(to="row", other="label"), on="to")
        .group_by("row", "other").agg(excess=(pl.col("units").cast(pl.Int64) - unseen).sum())
        .join(sizes.rename({"label": "other"}), on="other").join(rows.select("row", own="label"), on="row")
    )  # fmt: skip
    label = dict(rows.select("row", "label").iter_rows())
    barred = [(a, label[b]) for one, two in cannot for a, b in ((one, two), (two, one))]
    told = _by(sums, pl.col("row") // bucket, lambda one: membership.told(one, model, barred), membership.TOLD)

    named = membership.short_ids(rows.filter(pl.col("row") == pl.col("label")).select("label", anchor="record_id"))
    named = named.with_columns(taken=pl.len().over("short"))
    every = rows.join(named, on="label").join(sizes, on="label").join(told, on="row", how="left")
    every = every.join(
        named.rename({"label": "runner_up", **{name: f"runner_{name}" for name in ("anchor", "short", "taken")}}),
        on="runner_up",
        how="left",
    )
    return membership.members(every, model).sort("record_id")


def _by(
    some: pl.DataFrame, bucket: pl.Expr, work: Callable[[pl.DataFrame], pl.DataFrame], schema: pl.Schema
) -> pl.DataFrame:
    return pl.concat([schema.to_frame(), *(work(part) for _, part in some.group_by(bucket))])
