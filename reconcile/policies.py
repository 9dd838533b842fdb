"""The reconciled figure: low, best and high of each event, measure and group, by a named policy.

The policies are described in docs/reconciling.md. Whatever the policy, the status tells the state of the claims, a
figure that its own outlet has replaced is kept as history and counts for nothing, and null stays null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl

from reconcile.config import POLICIES
from reconcile.estimate import Learned, estimated
from reconcile.history import bounds_nothing, claimed_day, only_a_part
from reconcile.order import firsts, runs
from reconcile.tables import FIGURES, MEASURES

_CLAIM: Final = [name for name in FIGURES.names() if name not in ("measure", "group")]


def measure_rank() -> pl.Expr:
    """The place of each measure in the order in which they are shown."""
    return pl.col("measure").cast(pl.Enum(MEASURES)).to_physical()


def in_claim_order(figures: pl.DataFrame) -> pl.DataFrame:
    """``figures`` (FIGURES with ``event_id``) by event, measure and group as shown, then outlet, publication, day."""
    by = ["event_id", measure_rank(), "group", "outlet", "published_at", "record_id", "as_of"]
    return figures.sort(by, nulls_last=[False, False, False, False, True, False, True])


def reconcile_figures(
    figures: pl.DataFrame, policy: str, learned: Mapping[str, Learned] = MappingProxyType({})
) -> pl.DataFrame:
    """One row an event, measure and group: ``low``, ``best``, ``high``, ``status``, and the ``claims`` behind them.

    ``figures`` is FIGURES with ``event_id`` and ``voice``, in order of claim; ``learned`` is what the run teaches about
    its outlets, for the policy ``estimate``. ``status``: *agreed* takes two independent voices with one figure;
    *single-source* is one voice with one figure, or one outlet alone; *compatible* figures all meet in at least one
    number; else *disputed*.
    """
    ordered = figures.with_columns(runs(figures, "event_id", "measure", "group").alias("figure"))
    current = without_own_parts(ordered.filter(pl.col("replaced_by").is_null()))
    # The range takes in every claim. Under the other policies a claim that bounds nothing is no choice beside others.
    bounds = _BY_NAME[policy](current if policy == "range" else telling(current, "figure"), learned)
    return (
        ordered.group_by("figure", maintain_order=True)
        .agg(pl.col("event_id", "measure", "group").first(), claims=pl.struct(_CLAIM))
        .join(_status(current), on="figure", how="left", maintain_order="left")
        .join(bounds, on="figure", how="left", maintain_order="left")
        .select("event_id", "measure", "group", "low", "best", "high", "status", "claims")
    )


def without_own_parts(current: pl.DataFrame) -> pl.DataFrame:
    """``current`` without the lower bounds from a part alone that all whole figures of the same outlet meet.

    "Two children were among them" takes nothing back of the seven that the outlet counts.
    """
    mine, part = ("figure", "outlet"), only_a_part()
    if not current.select(part.any()).item():
        return current
    least = pl.col("low").filter(~part).fill_null(0).min().over(mine)
    return current.filter(~part | (pl.col("low") > least).fill_null(True))


def telling(current: pl.DataFrame, *of: str) -> pl.DataFrame:
    """``current`` without the claims that bound nothing, where others of the figure (by the columns ``of``) do."""
    nothing = bounds_nothing()
    return current.filter(~nothing | nothing.all().over(of or ("event_id", "measure", "group")))


def contested(totals: pl.DataFrame) -> pl.DataFrame:
    """``event_id, measure`` of the disputed ones among the standing figures for everyone, which come event by event and
    measure by measure."""
    figure = runs(totals, "event_id", "measure").to_numpy()
    starts = firsts(figure)
    floor = np.maximum.reduceat(totals["low"].fill_null(0).to_numpy(), starts)
    ceiling = np.minimum.reduceat(totals["high"].fill_null(np.iinfo(np.int64).max).to_numpy(), starts)
    return (
        totals.filter((floor > ceiling)[figure])  # no number agrees with all of them
        .group_by("event_id", "measure", maintain_order=True)
        .agg(disputed=pl.col("outlet").n_unique() > 1)
        .filter("disputed")
        .select("event_id", "measure")
    )


def _by_number(claims: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``claims`` that are the only one of their figure, of which there is nothing to reconcile, and the others."""
    alone = pl.len().over("figure") == 1
    return claims.filter(alone), claims.filter(~alone)


def _status(current: pl.DataFrame) -> pl.DataFrame:
    alone, others = _by_number(current.select("figure", "outlet", "voice", "low", "best", "high"))
    low, high, best = pl.col("low"), pl.col("high"), pl.col("best")
    counted = others.group_by("figure", maintain_order=True).agg(
        outlets=pl.col("outlet").n_unique(),
        voices=pl.col("voice").n_unique(),
        lows=low.n_unique(),
        highs=high.n_unique(),
        bests=best.drop_nulls().n_unique(),
        floor=low.fill_null(0).max(),
        ceiling=high.min(),
    )
    same = (pl.col("lows") == 1) & (pl.col("highs") == 1) & (pl.col("bests") <= 1)
    told = counted.select(
        "figure",
        status=pl.when((pl.col("outlets") == 1) | (same & (pl.col("voices") == 1)))
        .then(pl.lit("single-source"))
        .when(same)
        .then(pl.lit("agreed"))
        .when(pl.col("ceiling").is_null() | (pl.col("floor") <= pl.col("ceiling")))
        .then(pl.lit("compatible"))
        .otherwise(pl.lit("disputed")),
    )
    return pl.concat([alone.select("figure", status=pl.lit("single-source")), told])


def _spread(claims: pl.DataFrame) -> pl.DataFrame:
    """From the lowest to the highest figure; a bound that one claim leaves open stays open.

    "At least none" says that there may have been none, and nothing of how many there were: it opens no upper end.
    """
    opened = pl.col("high").is_null() & ~bounds_nothing()
    return claims.group_by("figure", maintain_order=True).agg(
        low=pl.when(pl.col("low").is_null().any()).then(None).otherwise(pl.col("low").min()),
        high=pl.when(opened.any()).then(None).otherwise(pl.col("high").max()),
    )


def _most_voted(claims: pl.DataFrame) -> pl.DataFrame:
    """The best estimate of most voices, of most voices with no other, of most outlets, and the lower one.

    A tie raises no toll. The rows of a data set, 4 and 3, are no figures of the whole as another outlet's 7 is.
    """
    alone, others = _by_number(claims.select("figure", "outlet", "voice", "best").drop_nulls("best"))
    chosen = (
        others.with_columns(sole=pl.col("best").n_unique().over("figure", "outlet") == 1)
        .group_by("figure", "best")
        .agg(
            voices=pl.col("voice").n_unique(),
            single=pl.col("voice").filter("sole").n_unique(),
            outlets=pl.col("outlet").n_unique(),
        )
        .sort("figure", "voices", "single", "outlets", "best", descending=[False, True, True, True, False])
        .unique("figure", keep="first", maintain_order=True)
    )
    return pl.concat([one.select("figure", "best") for one in (alone, chosen)])


def _range(current: pl.DataFrame, _: object = None) -> pl.DataFrame:
    """The lowest and the highest figure that anyone stands by; best by vote."""
    voted = _spread(current).join(_most_voted(current), on="figure", how="left")
    return voted.select("figure", "low", "best", "high")


def _conservative(current: pl.DataFrame, _: object) -> pl.DataFrame:
    """The lowest figure that anyone stands by, alone; where it is a bound ("at least five"), the bound is the best.

    What follows from a part alone is no figure of the whole, where there are others.
    """
    least = pl.coalesce("low", "best")
    part = only_a_part()
    whole = current.filter(~part | ~(~part & least.is_not_null()).any().over("figure"))
    lowest = whole.filter(least.is_not_null()).filter(least == least.min().over("figure"))
    found = lowest.group_by("figure").agg(
        low=least.min(),
        best=pl.when(bounds_nothing().all()).then(None).otherwise(least.min()),
        high=pl.when(pl.col("high").is_null().all()).then(None).otherwise(pl.col("high").min()),
    )
    # Where all that is stated is "up to seven", the lowest figure is unknown, and stays so.
    return pl.concat([found, _range(current.join(found, on="figure", how="anti"))])


def _latest_credible(current: pl.DataFrame, _: object) -> pl.DataFrame:
    """The figures of the latest day alone, whoever gives them; undated ones only where nothing is dated.

    What follows from a part alone is no figure of the whole, and no update of one.
    """
    dated = current.with_columns(claimed=claimed_day(), part=only_a_part())
    whole = dated.filter(~pl.col("part") | pl.col("part").all().over("figure"))
    last = pl.col("claimed").max().over("figure")
    return _range(whole.filter((pl.col("claimed") == last) | last.is_null()))


def _estimate(current: pl.DataFrame, learned: Mapping[str, Learned]) -> pl.DataFrame:
    """What the run's outlets make likely. What follows from a part alone is no figure of the whole."""
    part = only_a_part()
    return estimated(current.filter(~part | part.all().over("figure")), learned)


def _majority(current: pl.DataFrame, _: object) -> pl.DataFrame:
    """The one figure that more than half of the voices state; where there is none, the range."""
    values = ["low", "best", "high"]
    of_voice = current.select("figure", "voice", *values).unique()
    chosen = (
        of_voice.with_columns(all=pl.col("voice").n_unique().over("figure"))
        .group_by("figure", *values)
        .agg(voices=pl.col("voice").n_unique(), all=pl.col("all").first())
        .filter(2 * pl.col("voices") > pl.col("all"))
        .sort("figure", "voices", *values, descending=[False, True, False, False, False], nulls_last=True)
        .unique("figure", keep="first", maintain_order=True)
        .select("figure", *values)
    )
    return pl.concat([chosen, _range(current.join(chosen, on="figure", how="anti"))])


_BY_NAME: Final[Mapping[str, Callable[[pl.DataFrame, Mapping[str, Learned]], pl.DataFrame]]] = {
    "range": _range,
    "conservative": _conservative,
    "latest-credible": _latest_credible,
    "majority-of-voices": _majority,
    "estimate": _estimate,
}
if tuple(_BY_NAME) != POLICIES:  # the names live in `config`, where `--help` finds them without polars
    raise TypeError("POLICIES and the policies differ")
