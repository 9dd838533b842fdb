"""The plain disputes, settled all at once: outlets' figures differ, and at most a later report explains it.

Most disputed totals come from records of which little is known but figures and days. Of these only two explanations
can hold, that people died of their wounds (:func:`reconcile.discrepancies.explanations.shift`) and that the toll rose
(:func:`reconcile.discrepancies.explanations.update`), and whole columns tell so in the time in which few disputes are
explained one by one. A dispute of which anything else might be said is left to the long
way. Both ways say the same of a plain one, and a test asserts it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from reconcile.dates import describe, parse_edtf
from reconcile.discrepancies import attackers
from reconcile.discrepancies.elsewhere import Nearby
from reconcile.discrepancies.explanations import (
    EARLY_DAYS,
    FIRST_DAYS,
    FIRST_FACTOR,
    LATE_DAYS,
    LATER_FACTOR,
    MOST_SHIFTED,
    SHIFTS,
)  # fmt: skip
from reconcile.discrepancies.finding import as_discrepancies, told_by
from reconcile.discrepancies.wording import DISTINCT, RECORDERS

CONFLICT: Final = "count-conflict"
UPDATE: Final = "toll-update"
MOST_REMARKS: Final = 4
# Of a figure that very many records state, so many are compared one by one.
MOST_ALIKE: Final = 8
_MOST_CLAIMS: Final = 64  # of one dispute; pairs grow with their square
_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"


def settle_plain(claims: pl.DataFrame, rows: pl.DataFrame, nearby: Nearby) -> tuple[pl.DataFrame, pl.Series]:
    """DISCREPANCIES of the plain disputes, and the numbers ``of`` those that are not plain.

    ``claims`` are those of :func:`reconcile.discrepancies.context.claims_of`, ``rows`` the records of their events.
    """
    contested = _with_days(claims.filter("contested"), rows)
    standing = _with_exact(contested.filter(pl.col("replaced_by").is_null()), claims)
    not_plain = pl.concat([_talked_about(contested, rows, nearby), _unclear(standing)]).unique()
    pairs = _pairs(standing.filter(~pl.col("of").is_in(not_plain.implode())))
    shifts = pl.col("shift").is_not_null()
    shifted, rising = pairs.filter(shifts), pairs.filter(~shifts & pl.col("rises"))
    loose = pairs.filter(~shifts & ~pl.col("rises"))
    # Two explanations in a row may explain what one does not.
    honest = pl.concat([shifted, rising])
    chained = loose.join(honest, on="low_claim", how="semi").join(honest, on="high_claim", how="semi")
    not_plain = pl.concat([not_plain, pairs.filter("unclear")["of"], chained["of"]]).unique()
    replaced = _replaced(contested)
    risen = pl.concat([replaced, rising.with_columns(remark=_toll())], how="diagonal")
    found = [
        _findings(shifted.with_columns(remark=_died()), "status-shift", claims),
        _findings(risen, UPDATE, claims),
        _findings(loose.with_columns(remark=None), CONFLICT, claims),
    ]
    return pl.concat(found).filter(~pl.col("of").is_in(not_plain.implode())).drop("of"), not_plain


def _with_days(contested: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """``contested`` with each claim's ``day``, also in words (``when``), its ``zone`` and whether it has an hour; the
    event's last day."""
    as_of, published = (
        pl.when(pl.col(name).str.contains(_DAY)).then(pl.col(name).str.slice(0, 10).str.to_date(strict=False))
        for name in ("as_of", "published_at")
    )
    stamp = pl.when(as_of.is_not_null()).then("as_of").otherwise("published_at")
    last = rows.group_by("event_id").agg(last_day=pl.col("date_end").max())
    days = contested.join(last, on="event_id", how="left", maintain_order="left").with_columns(
        day=pl.coalesce(as_of, published),
        timed=stamp.str.contains("T", literal=True).fill_null(value=False),
        zone=stamp.str.extract(r"T.*?(Z|[+-][0-9:]+)$"),
        # Other ways to write a day are for the long way.
        odd_day=(pl.col("as_of").is_not_null() & as_of.is_null())
        | (pl.col("published_at").is_not_null() & published.is_null()),
    )
    distinct = days.select(pl.col("day").drop_nulls().unique())
    words = pl.Series([describe(parse_edtf(day.isoformat())) for day in distinct["day"]], dtype=pl.String)
    return days.join(distinct.with_columns(when=words), on="day", how="left", maintain_order="left").with_columns(
        pl.col("when").fill_null("")
    )


def _with_exact(standing: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """``standing`` with the exact totals that each record gives for the measures between which people shift."""
    exact = (
        claims.filter(pl.col("low") == pl.col("high"))
        .group_by("record_id")
        .agg(pl.col("low").filter(pl.col("measure") == name).first().alias(name) for name in SHIFTS)
    )
    return standing.join(exact, on="record_id", how="left", maintain_order="left")


def _talked_about(contested: pl.DataFrame, rows: pl.DataFrame, nearby: Nearby) -> pl.Series:
    """The disputes of which words, parts, or records of other events may explain more than figures and days do."""
    names = pl.concat([rows["event_type"], rows["perpetrators"].explode(empty_as_null=True)]).drop_nulls().unique()
    telling = [name for name in names if attackers.says_anything(name)]
    worded = rows.filter(
        (pl.col("claims").list.len() > 0)
        | (pl.col("title").fill_null("") != "")
        | (pl.col("text").fill_null("") != "")
        | pl.col("event_type").is_in(telling)
        | pl.col("perpetrators").list.eval(pl.element().is_in(telling)).list.any()
    )
    near = pl.DataFrame(
        [key[:2] for key in nearby],
        schema=[("event_id", contested["event_id"].dtype), ("measure", pl.String)],
        orient="row",
    )
    return pl.concat(
        [
            contested.join(worded, on="event_id", how="semi")["of"],
            contested.join(near, on=["event_id", "measure"], how="semi")["of"],
            contested.filter("odd_day")["of"],
        ]
    )


def _unclear(standing: pl.DataFrame) -> pl.Series:
    """The disputes with several rows of one outlet, a word for a number, a recorder that codes words, or a crowd."""
    low, best, high, quote = (pl.col(name) for name in ("low", "best", "high", "quote"))
    word = quote.is_not_null() | (best.is_null() & high.is_not_null() & (low >= DISTINCT))
    coding = [outlet for outlet in standing["outlet"].unique() if any(name in outlet.casefold() for name in RECORDERS)]
    unclear = (
        (pl.len().over("of", "outlet") > 1)
        | (low.is_not_null() & low.ne_missing(high) & word)
        | pl.col("outlet").is_in(coding)
        | (pl.len().over("of") > _MOST_CLAIMS)
    )
    return standing.filter(unclear)["of"]


def _pairs(standing: pl.DataFrame) -> pl.DataFrame:
    """Every two claims that do not meet, each outlet's only one, the columns of the lower one called ``low_...``.

    ``shift``: from or to which measure people went; null: none did. ``rises``: the toll rose from an early report to a
    later one. ``unclear``: hours would have to be compared.
    """
    several, many = pl.col("text").n_unique().over("of") > 1, pl.len().over("of") > MOST_ALIKE
    crowds = standing.filter(several & many).filter(pl.col("claim").cum_count().over("of", "text") <= MOST_ALIKE)
    kept = pl.concat([standing.filter(several & ~many), crowds]).sort(
        "of", pl.col("claim").min().over("of", "text"), "claim"
    )
    narrow = kept.select("of", "high", floor=pl.col("low").fill_null(0)).with_row_index("at")
    two = (
        narrow.join(narrow, on="of", suffix="_2")
        .filter(
            (pl.col("at") < pl.col("at_2"))
            & ((pl.col("floor") > pl.col("high_2")) | (pl.col("floor_2") > pl.col("high")))
        )
        .sort("at", "at_2")
        .with_columns(lower=pl.col("floor") < pl.col("floor_2"))
    )
    low = two.select(pl.when("lower").then("at").otherwise("at_2")).to_series()
    high = two.select(pl.when("lower").then("at_2").otherwise("at")).to_series()
    both = pl.concat(
        [
            kept[low].select("of", "event_id", "measure", "last_day", pl.all().name.prefix("low_")),
            kept[high].select(pl.all().name.prefix("high_")),
        ],
        how="horizontal",
    )
    return both.with_columns(shift=_shift(), rises=_rises(), unclear=_by_hours())


def _early_late() -> tuple[pl.Expr, pl.Expr]:
    falls = pl.col("measure") == "missing"
    first = pl.when(falls).then("high_day").otherwise("low_day")
    later = pl.when(falls).then("low_day").otherwise("high_day")
    return first, later


def _rises() -> pl.Expr:
    """As :func:`reconcile.discrepancies.explanations.update` has it."""
    first, later = _early_late()
    event = pl.coalesce("last_day", first)
    early, late = (first - event).dt.total_days(), (later - event).dt.total_days()
    stated = [pl.when(pl.col(name) != 0).then(name) for name in ("low_best", "low_high")]
    before = pl.coalesce(stated)
    after = pl.coalesce("high_best", "high_low")
    factor = pl.when(early <= FIRST_DAYS).then(FIRST_FACTOR).otherwise(LATER_FACTOR)
    leaps = (after > before * factor) & (pl.col("measure") != "missing")
    in_time = (first < later) & (early <= EARLY_DAYS) & (late <= LATE_DAYS)
    return in_time.fill_null(value=False) & ~leaps.fill_null(value=False)


def _shift() -> pl.Expr:
    """As :func:`reconcile.discrepancies.explanations.shift` has it: the other measure, or null."""
    gap = pl.col("high_low") - pl.col("low_low")
    exact = (pl.col("low_low") == pl.col("low_high")) & (pl.col("high_low") == pl.col("high_high"))
    late = pl.when(pl.col("measure") == "killed").then("high_day").otherwise("low_day")
    early = pl.when(pl.col("measure") == "killed").then("low_day").otherwise("high_day")
    possible = exact & (gap <= MOST_SHIFTED) & (late >= early).fill_null(value=True)
    return pl.coalesce(
        pl.when(possible & (pl.col("measure") == measure) & (pl.col(f"low_{other}") - pl.col(f"high_{other}") == gap))
        .then(pl.lit(other))
        for measure, others in SHIFTS.items()
        for other in others
    )  # fmt: skip


def _died() -> pl.Expr:
    """The words of :func:`reconcile.discrepancies.explanations.shift`."""

    def either(counted: str | pl.Expr, beside: str | pl.Expr) -> pl.Expr:
        """What a pair of the killed has, or a pair of another measure."""
        return pl.when(pl.col("measure") == "killed").then(counted).otherwise(beside)

    beside = {
        end: pl.coalesce(pl.when(pl.col("shift") == name).then(f"{end}_{name}") for name in SHIFTS)
        for end in ("low", "high")
    }
    gap = pl.col("high_low") - pl.col("low_low")
    who = pl.when(gap == 1).then(pl.lit("one")).otherwise(gap.cast(pl.String))
    was = either("shift", "measure")
    return pl.format(
        "{} of the {} of {} may have died by the time of {}: killed {} + {} = {}, {} {} - {} = {}",
        who, was, either("low_outlet", "high_outlet"), either("high_outlet", "low_outlet"),
        either("low_low", beside["high"]), gap, either("high_low", beside["low"]),
        was, either(beside["low"], "high_low"), gap, either(beside["high"], "low_low"),
    )  # fmt: skip


def _by_hours() -> pl.Expr:
    """Whether hours tell which came first: on one day, and on two that follow each other in two time zones."""
    apart = (pl.col("low_day") - pl.col("high_day")).dt.total_days().abs()
    zones = pl.col("low_zone") != pl.col("high_zone")
    return ((apart == 0) | ((apart == 1) & zones)).fill_null(value=False) & pl.col("low_timed") & pl.col("high_timed")


def _toll() -> pl.Expr:
    falls = pl.col("measure") == "missing"
    first, later = (
        [pl.when(falls).then(f"{one}_{name}").otherwise(f"{other}_{name}") for name in ("text", "outlet", "when")]
        for one, other in (("high", "low"), ("low", "high"))
    )
    verb = pl.when(falls).then(pl.lit("fell")).otherwise(pl.lit("rose"))
    return pl.format("the toll {} from {} ({}, {}) to {} ({}, {})", verb, *first, *later)


def _replaced(contested: pl.DataFrame) -> pl.DataFrame:
    """Each claim that its outlet replaced by another figure (``low_...``), with that figure (``high_...``)."""
    names = ["claim", "record_id", "outlet", "text", "when"]
    # A record that gives an earlier figure as well replaced it by its later one.
    now = pl.col("replaced_by").is_null() | (pl.col("replaced_by") != pl.col("record_id"))
    new = contested.filter(now).select("of", pl.col(names).name.prefix("high_"))
    old = contested.filter(pl.col("replaced_by").is_not_null())
    return (
        old.select("of", "event_id", "measure", "replaced_by", pl.col(names).name.prefix("low_"))
        .join(new, left_on=["of", "replaced_by"], right_on=["of", "high_record_id"], coalesce=False)
        .filter(pl.col("low_text") != pl.col("high_text"))
        .sort("low_claim")
        .with_columns(
            remark=pl.format(
                "{} replaced its own {} ({}) by {} ({})", "low_outlet", "low_text", "low_when", "high_text", "high_when"
            )
        )
    )


def _findings(pairs: pl.DataFrame, name: str, claims: pl.DataFrame) -> pl.DataFrame:
    """``of`` and DISCREPANCIES: one by the rule ``name`` for all ``pairs`` of a dispute, with their remarks."""
    ends = pl.concat([pairs.select(claim=f"{end}_claim") for end in ("low", "high")]).unique().sort("claim")
    said = claims.join(ends, on="claim", how="semi").select(
        "of", "event_id", "measure", "record_id", "outlet", value="text"
    )
    remarks = (
        pairs.filter(pl.col("remark").is_not_null())
        .unique(["of", "remark"], keep="first", maintain_order=True)
        .group_by("of", maintain_order=True)
        .agg(remark=pl.col("remark").head(MOST_REMARKS).str.join(". "), more=pl.len().cast(pl.Int64) - MOST_REMARKS)
    )
    told = told_by(said, ["of", "event_id", "measure"], " against ").join(remarks, on="of", how="left")
    more = pl.when(pl.col("more") > 0).then(pl.format(". and {} more of the kind", "more")).otherwise(pl.lit(""))
    message = pl.concat_str(pl.format("{}: {}", "measure", "told"), pl.format(". {}", "remark").fill_null(""), more)
    return as_discrepancies(told.with_columns(message=message, field="measure"), name, "of")
