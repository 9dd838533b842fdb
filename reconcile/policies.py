"""The reconciled figure: low, best and high of each event, measure and group, by a named policy.

The policies are described in docs/reconciling.md. Whatever the policy, the status tells the state of the claims, a
figure that its own outlet has replaced is kept as history and counts for nothing, and null stays null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from reconcile.config import POLICIES
from reconcile.estimate import estimated
from reconcile.history import bounds_nothing, claimed_day, only_a_part
from reconcile.tables import FIGURES, MEASURES

_KEY: Final = ["event_id", "measure", "group"]
_CLAIM: Final = [name for name in FIGURES.names() if name not in ("measure", "group")]


def reconcile_figures(figures: pl.DataFrame, policy: str) -> pl.DataFrame:
    """One row an event, measure and group: ``low``, ``best``, ``high``, ``status``, and the ``claims`` behind them.

    ``figures`` is FIGURES with ``event_id`` and ``voice``. ``status``: *agreed* takes two independent voices with
    one figure; *single-source* is one voice with one figure, or one outlet alone; *compatible* figures all meet in at
    least one number; else *disputed*.
    """
    ordered = figures.sort(*_KEY, "outlet", "published_at", "record_id", nulls_last=True)
    current = ordered.filter(pl.col("replaced_by").is_null())
    # The range takes in every claim. Under the other policies a claim that bounds nothing is no choice beside others.
    nothing = bounds_nothing()
    telling = current.filter(~nothing | nothing.all().over(_KEY))
    bounds = _BY_NAME[policy](current if policy == "range" else telling)
    merged = (
        ordered.group_by(_KEY, maintain_order=True)
        .agg(claims=pl.struct(_CLAIM))
        .join(_status(current), on=_KEY, how="left", nulls_equal=True)
        .join(bounds, on=_KEY, how="left", nulls_equal=True)
    )
    return (
        merged.with_columns(rank=measure_rank())
        .sort("event_id", "rank", "group", nulls_last=False)
        .select(*_KEY, "low", "best", "high", "status", "claims")
    )


def measure_rank() -> pl.Expr:
    """The place of each measure in the order in which they are shown."""
    order = {measure: rank for rank, measure in enumerate(MEASURES)}
    return pl.col("measure").replace_strict(order, return_dtype=pl.Int8)


def _status(current: pl.DataFrame) -> pl.DataFrame:
    floor, ceiling = pl.col("low").fill_null(0).max(), pl.col("high").min()
    same = (pl.struct("low", "high").n_unique() == 1) & (pl.col("best").drop_nulls().n_unique() <= 1)
    alone = (pl.col("outlet").n_unique() == 1) | (same & (pl.col("voice").n_unique() == 1))
    return current.group_by(_KEY).agg(
        status=pl.when(alone)
        .then(pl.lit("single-source"))
        .when(same)
        .then(pl.lit("agreed"))
        .when(ceiling.is_null() | (floor <= ceiling))
        .then(pl.lit("compatible"))
        .otherwise(pl.lit("disputed"))
    )


def _spread(claims: pl.DataFrame) -> pl.DataFrame:
    """From the lowest to the highest figure; a bound that one claim leaves open stays open.

    "At least none" says that there may have been none, and nothing of how many there were: it opens no upper end.
    """
    opened = pl.col("high").is_null() & ~bounds_nothing()
    return claims.group_by(_KEY).agg(
        low=pl.when(pl.col("low").is_null().any()).then(None).otherwise(pl.col("low").min()),
        high=pl.when(opened.any()).then(None).otherwise(pl.col("high").max()),
    )


def _most_voted(claims: pl.DataFrame) -> pl.DataFrame:
    """The best estimate of most voices, then of most outlets, then the lower one: a tie raises no toll."""
    return (
        claims.filter(pl.col("best").is_not_null())
        .group_by(*_KEY, "best")
        .agg(voices=pl.col("voice").n_unique(), outlets=pl.col("outlet").n_unique())
        .sort(*_KEY, "voices", "outlets", "best", descending=[False, False, False, True, True, False])
        .unique(_KEY, keep="first", maintain_order=True)
        .select(*_KEY, "best")
    )


def _joined(spread: pl.DataFrame, best: pl.DataFrame) -> pl.DataFrame:
    return spread.join(best, on=_KEY, how="left", nulls_equal=True).select(*_KEY, "low", "best", "high")


def _range(current: pl.DataFrame) -> pl.DataFrame:
    """The lowest and the highest figure that anyone stands by; best by vote."""
    return _joined(_spread(current), _most_voted(current))


def _conservative(current: pl.DataFrame) -> pl.DataFrame:
    """The lowest figure that anyone stands by, alone; where it is a bound ("at least five"), the bound is the best."""
    least = pl.coalesce("low", "best")
    lowest = current.filter(least.is_not_null()).filter(least == least.min().over(_KEY))
    found = lowest.group_by(_KEY).agg(
        low=least.min(),
        best=pl.when(bounds_nothing().all()).then(None).otherwise(least.min()),
        high=pl.when(pl.col("high").is_null().all()).then(None).otherwise(pl.col("high").min()),
    )
    # Where all that is stated is "up to seven", the lowest figure is unknown, and stays so.
    rest = _range(current.join(found, on=_KEY, how="anti", nulls_equal=True))
    return pl.concat([found, rest])


def _latest_credible(current: pl.DataFrame) -> pl.DataFrame:
    """The figures of the latest day alone, whoever gives them; undated ones only where nothing is dated.

    What follows from a part alone is no figure of the whole, and no update of one.
    """
    dated = current.with_columns(claimed=claimed_day(), part=only_a_part())
    whole = dated.filter(~pl.col("part") | pl.col("part").all().over(_KEY))
    last = pl.col("claimed").max().over(_KEY)
    return _range(whole.filter((pl.col("claimed") == last) | last.is_null()))


def _majority(current: pl.DataFrame) -> pl.DataFrame:
    """The one figure that more than half of the voices state; where there is none, the range."""
    figure = ["low", "best", "high"]
    of_voice = current.select(*_KEY, "voice", *figure).unique()
    chosen = (
        of_voice.with_columns(all=pl.col("voice").n_unique().over(_KEY))
        .group_by(*_KEY, *figure)
        .agg(voices=pl.col("voice").n_unique(), all=pl.col("all").first(), figures=pl.len())
        .filter(2 * pl.col("voices") > pl.col("all"))
        .sort(*_KEY, "voices", *figure, descending=[False, False, False, True, False, False, False], nulls_last=True)
        .unique(_KEY, keep="first", maintain_order=True)
        .select(*_KEY, *figure)
    )
    rest = _range(current.join(chosen, on=_KEY, how="anti", nulls_equal=True))
    return pl.concat([chosen, rest])


_BY_NAME: Final[Mapping[str, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "range": _range,
    "conservative": _conservative,
    "latest-credible": _latest_credible,
    "majority-of-voices": _majority,
    "estimate": estimated,
}
if tuple(_BY_NAME) != POLICIES:  # the names live in `config`, where `--help` finds them without polars
    raise TypeError("POLICIES and the policies differ")
