"""Truth discovery: the figure that the outlets' records over the whole run make most likely, with an interval.

A hierarchical normal model on the scale log(1 + n), one for each measure. In event *e* outlet *o* says

    y = mu[e] + bias[o] + noise,   noise ~ N(0, variance[o]),   bias[o] ~ N(0, B),   mu[e] ~ N(m, T)

so an outlet that always counts high is corrected and one that scatters counts for less. Biases and variances are
shrunk to what all outlets share, as far as an outlet has few events. Fitted by expectation maximization. After Zhao and
Han, "A probabilistic model for estimating real-valued truth from conflicting sources" (QDB 2012), with biases added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reconcile.history import only_a_part
from reconcile.number_words import MAX_COUNT

COVERAGE: Final = 0.90
_Z: Final = 1.6448536269514722  # the normal quantile that leaves 5 % above
_ROUNDS: Final = 200
_CLOSE: Final = 1e-7
# Outlets are shrunk to the pool as if each had been seen this often with the pool's variance.
_PRIOR_EVENTS: Final = 4.0
_LEAST_VARIANCE: Final = 1e-4
_UNSEEN_VARIANCE: Final = 0.05  # where no event has two outlets, nothing can be learned: about a quarter either way
_UNSEEN_SPREAD: Final = 4.0

Vector = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Reliability:
    """What was learned of the outlets of one measure: ``bias`` and ``variance`` by outlet code, and the pool's."""

    bias: Vector
    bias_variance: Vector
    variance: Vector
    mean: float
    spread: float


def learn(event: Codes, outlet: Codes, y: Vector, extra: Vector, outlets: int) -> Reliability:
    """Fit the model. ``extra`` is the variance that a claim's own range adds (log scale); codes count from 0.

    Reliability is learned on events with at least two outlets: a lone claim says nothing about its outlet.
    """
    mean = float(y.mean()) if y.size else 0.0
    spread = max(float(y.var()), 0.25) if y.size > 1 else _UNSEEN_SPREAD
    order = np.lexsort((outlet, event))
    event, outlet, y, extra = event[order], outlet[order], y[order], extra[order]
    first = (
        np.concatenate([[True], (event[1:] != event[:-1]) | (outlet[1:] != outlet[:-1])])
        if y.size
        else np.zeros(0, bool)
    )
    keep = (np.bincount(event[first]) > 1)[event]
    zeros = np.zeros(outlets)
    if not keep.any():
        return Reliability(zeros, zeros + _UNSEEN_VARIANCE, zeros + _UNSEEN_VARIANCE, mean, spread)
    _, event = np.unique(event[keep], return_inverse=True)
    outlet, y, extra = outlet[keep], y[keep], extra[keep]
    seen = np.bincount(outlet, minlength=outlets).astype(np.float64)
    bias, variance, bias_spread = zeros.copy(), zeros + _pool(event, y), 0.01
    for _ in range(_ROUNDS):
        before = bias, variance
        mu, mu_variance = _truths(event, outlet, y, extra, Reliability(bias, zeros, variance, mean, spread))
        precision = 1.0 / (variance[outlet] + extra)
        weight = np.bincount(outlet, precision, outlets) + 1.0 / bias_spread
        bias = np.bincount(outlet, precision * (y - mu[event]), outlets) / weight
        bias_variance = 1.0 / weight
        squares = (y - mu[event] - bias[outlet]) ** 2 + mu_variance[event] + bias_variance[outlet]
        # A claim with a wide range tells less of its outlet's noise than of its own width.
        share = variance[outlet] / (variance[outlet] + extra)
        squares = share**2 * squares + share * extra
        pooled = max(float(squares.mean()), _LEAST_VARIANCE)
        variance = (np.bincount(outlet, squares, outlets) + _PRIOR_EVENTS * pooled) / (seen + _PRIOR_EVENTS)
        variance = np.maximum(variance, _LEAST_VARIANCE)
        known = seen > 0
        bias_spread = max(float((bias[known] ** 2 + bias_variance[known]).mean()), _LEAST_VARIANCE)
        if np.abs(bias - before[0]).max() < _CLOSE and np.abs(variance - before[1]).max() < _CLOSE:
            break
    # All outlets may count high together; no data can tell, and the interval must allow for it.
    common = bias_spread / int((seen > 0).sum())
    return Reliability(bias, np.where(seen > 0, bias_variance + common, bias_spread), variance, mean, spread)


def _pool(event: Codes, y: Vector) -> float:
    count = np.bincount(event)
    mean = np.bincount(event, y) / count
    return max(float(((y - mean[event]) ** 2).sum() / max((count - 1).sum(), 1)), _LEAST_VARIANCE)


def _truths(event: Codes, outlet: Codes, y: Vector, extra: Vector, known: Reliability) -> tuple[Vector, Vector]:
    """Posterior mean and variance of each event's log(1 + n); ``event`` counts from 0 without gaps."""
    precision = 1.0 / (known.variance[outlet] + extra)
    weight = np.bincount(event, precision) + 1.0 / known.spread
    mean = (np.bincount(event, precision * (y - known.bias[outlet])) + known.mean / known.spread) / weight
    # Not knowing the outlets' biases exactly widens the interval.
    unsure = np.bincount(event, precision**2 * known.bias_variance[outlet]) / weight**2
    spread: Vector = np.asarray(1.0 / weight + unsure, dtype=np.float64)
    return mean, spread


class Learned(NamedTuple):
    """What a run teaches about the outlets of one measure; the codes of ``reliability`` count in ``outlets``."""

    outlets: pl.Series
    reliability: Reliability


def reliabilities(current: pl.DataFrame) -> dict[str, Learned]:
    """What the totals of a whole run teach, by measure; a bare part is none.

    ``current`` is FIGURES with ``event_id``, in order of claim.
    """
    found = {}
    for (measure,), claims in current.group_by("measure", maintain_order=True):
        outlets = claims["outlet"].unique().sort()
        totals = _scaled(claims.filter(pl.col("group").is_null() & ~only_a_part()), outlets)
        event = pl.col("event_id").rank("dense").cast(pl.Int64) - 1
        events, codes, y, extra = (
            column.to_numpy() for column in totals.select(event, "code", "y", "extra").get_columns()
        )
        found[str(measure)] = Learned(outlets, learn(events, codes, y, extra, outlets.len()))
    return found


def _scaled(claims: pl.DataFrame, outlets: pl.Series) -> pl.DataFrame:
    """``claims`` with the outlet's ``code``, the figure ``y`` as log(1 + n) and the variance ``extra`` of its range.

    A claim that gives no bound at all (a part of unknown size) is left out.
    """
    point = pl.coalesce(
        "best", pl.mean_horizontal(pl.col("low").log1p(), pl.col("high").log1p()).exp() - 1, "low", "high"
    )
    width = (pl.col("high").log1p() - pl.col("low").log1p()).fill_null(1.0)
    return claims.filter(pl.any_horizontal(pl.col("low", "best", "high").is_not_null())).with_columns(
        pl.col("outlet").replace_strict(outlets, range(len(outlets)), return_dtype=pl.Int64).alias("code"),
        y=pl.when(pl.col("best").is_not_null()).then(pl.col("best").cast(pl.Float64)).otherwise(point).log1p(),
        # As of a uniform error over the stated range; an open bound is taken as a range of e.
        extra=(width**2 / 12),
    )


def estimated(current: pl.DataFrame, learned: Mapping[str, Learned]) -> pl.DataFrame:
    """``figure, low, best, high``: the interval that holds the truth in 90 of 100 events.

    ``best`` is the claim nearest the estimate, so that it is a figure that somebody states; ``low`` and ``high`` are
    of the estimate and may lie outside the claims. Outlets of one voice count as one. ``current`` is FIGURES with
    ``figure`` (which of the figures to be reconciled) and ``voice``, in order of claim.
    """
    found = [
        _one_measure(claims, learned[str(measure)])
        for (measure,), claims in current.group_by("measure", maintain_order=True)
    ]
    return pl.concat(found) if found else current.select("figure", "low", "best", "high")


def _one_measure(claims: pl.DataFrame, learned: Learned) -> pl.DataFrame:
    known = learned.reliability
    rows = _scaled(claims, learned.outlets).with_columns(
        event=pl.col("figure").rank("dense").cast(pl.Int64) - 1,
        crowd=pl.col("outlet").n_unique().over("figure", "voice").cast(pl.Float64),
        many=pl.len().over("figure", "outlet").cast(pl.Float64),
    )
    event, code, y = (rows[name].to_numpy() for name in ("event", "code", "y"))
    # n outlets of one voice, and n rows of one outlet, weigh as much as one: n times the variance.
    crowd = (rows["crowd"] * rows["many"]).to_numpy()
    extra = rows["extra"].to_numpy() * crowd + known.variance[code] * (crowd - 1.0)
    mean, variance = _truths(event, code, y, extra, known)
    reach = _Z * np.sqrt(variance)
    truths = pl.DataFrame(
        {"event": np.arange(mean.size), "middle": mean, "low": _people(mean - reach), "high": _people(mean + reach)}
    )
    nearest = (
        rows.filter(pl.col("best").is_not_null())
        .join(truths.select("event", "middle"), on="event")
        .with_columns(distance=(pl.col("y") - pl.col("middle")).abs().round(9))
        .sort("event", "distance", "best")
        .unique("event", keep="first", maintain_order=True)
        .select("event", "best")
    )
    return (
        rows.select("figure", "event")
        .unique("event", keep="first", maintain_order=True)
        .join(truths, on="event")
        .join(nearest, on="event", how="left")
        .select(
            "figure",
            low=pl.min_horizontal("low", "best"),
            best="best",
            high=pl.max_horizontal("high", "best"),
        )
    )


def _people(scaled: Vector) -> Codes:
    """Whole people of log(1 + n), from nobody to as many as any figure may state."""
    return np.rint(np.expm1(np.clip(scaled, 0.0, np.log1p(MAX_COUNT)))).astype(np.int64)
