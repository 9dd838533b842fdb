"""Which records are one event: average linkage on match weights, every cluster judged as a whole.

Two clusters join while the mean weight over all their cross pairs is above the threshold; a pair that was never compared
counts ``unseen``, which is below it. So one strong pair cannot chain two groups of strangers together. Clusters that are each
other's best partner merge in rounds, all at once: for average linkage this gives the same tree as one merge at a time
(Sumengen et al. 2021, "Scaling hierarchical agglomerative clustering to billion-sized datasets"), because joining two
clusters never brings a third closer to both than it was to one. Weights are summed as integers (millionths), so that no
order of summation can change a result; ties go to the smaller rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Ints: TypeAlias = npt.NDArray[np.int64]
_UNIT: Final = 1_000_000
_LIMIT: Final = 1_000.0  # log-odds beyond this are cut, so that sums stay exact integers


def cluster(
    n_records: int,
    scored_pairs: pl.DataFrame,
    *,
    threshold: float,
    unseen: float,
    must: Iterable[Sequence[int]] = (),
    cannot: Iterable[Sequence[int]] = (),
    aggregate: npt.NDArray[np.bool_] | None = None,
    calibration: tuple[float, float] = (1.0, 0.0),
) -> pl.DataFrame:
    """Partition rows 0 .. ``n_records`` - 1 given ``scored_pairs`` (left, right, weight: log-odds).

    ``must`` and ``cannot`` are pairs of rows that a person judged; they outrank the weights and may name any pair.
    Aggregate records join nothing but what a person judged to be the same. Returns, sorted: row, cluster (the smallest row in it, UInt32), confidence
    (probability that the membership is right), runner_up (the other cluster it is closest to, null if none was compared)
    and runner_up_weight (its mean weight towards that one).
    """
    kind = np.zeros(n_records, dtype=bool) if aggregate is None else np.asarray(aggregate, dtype=bool)
    left, right, weight = _edges(scored_pairs, kind)
    label = _roots(n_records, _pairs(must))
    banned = _pairs(cannot)
    unseen_units = round(unseen * _UNIT)
    bar = max(round(threshold * _UNIT), unseen_units)
    positive = weight > bar
    component = _roots(n_records, np.column_stack([label[left[positive]], label[right[positive]]]))
    component = component[label]
    inside = component[left] == component[right]
    label = _agglomerate(label, left[inside], right[inside], weight[inside] - unseen_units, banned, bar - unseen_units)
    return _members(label, left, right, weight - unseen_units, unseen_units, banned, calibration)


def _edges(pairs: pl.DataFrame, aggregate: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    left, right = (pairs[name].to_numpy().astype(np.int64) for name in ("left", "right"))
    weight = np.rint(np.clip(pairs["weight"].to_numpy(), -_LIMIT, _LIMIT) * _UNIT).astype(np.int64)
    single = ~(aggregate[left] | aggregate[right])
    return left[single], right[single], weight[single]


def _pairs(pairs: Iterable[Sequence[int]]) -> Ints:
    return np.array(sorted((min(a, b), max(a, b)) for a, b in pairs), dtype=np.int64).reshape(-1, 2)


def _roots(n: int, links: Ints) -> Ints:
    """Label each of ``n`` rows with the smallest row it is linked to, directly or not."""
    label = np.arange(n, dtype=np.int64)
    a, b = links[:, 0], links[:, 1]
    while len(a):
        low = np.minimum(label[a], label[b])
        np.minimum.at(label, label[a], low)
        np.minimum.at(label, label[b], low)
        label = label[label]
        open_ = label[a] != label[b]
        a, b = a[open_], b[open_]
    while not np.array_equal(label, label[label]):
        label = label[label]
    return label


def _agglomerate(label: Ints, left: Ints, right: Ints, excess: Ints, banned: Ints, bar: int) -> Ints:
    """Merge clusters in rounds. ``excess`` is weight above an unseen pair's, so that a cross sum needs only seen pairs."""
    label = label.copy()
    n = len(label)
    a, b, total = _combine(label[left], label[right], excess, n)
    while len(a):
        size = np.bincount(label, minlength=n)
        mean = total / (size[a] * size[b])
        if len(banned):
            mean[_among(a, b, label[banned], n)] = -np.inf
        live = mean > bar
        if not live.any():
            break
        best = _best_partner(n, a[live], b[live], mean[live])
        one = np.flatnonzero(best >= 0)
        one = one[(best[best[one]] == one) & (one < best[one])]
        relabel = np.arange(n, dtype=np.int64)
        relabel[best[one]] = one
        label = relabel[label]
        a, b, total = _combine(relabel[a], relabel[b], total, n)
    return label


def _combine(a: Ints, b: Ints, total: Ints, n: int) -> tuple[Ints, Ints, Ints]:
    """Sum ``total`` over equal unordered pairs of different labels; sorted by pair."""
    keep = a != b
    key = np.minimum(a, b)[keep] * n + np.maximum(a, b)[keep]
    order = np.argsort(key, kind="stable")
    key, total = key[order], total[keep][order]
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.zeros(0, np.int64)
    sums = np.add.reduceat(total, starts) if len(starts) else np.zeros(0, np.int64)
    return key[starts] // n, key[starts] % n, sums


def _among(a: Ints, b: Ints, banned: Ints, n: int) -> npt.NDArray[np.bool_]:
    keys = np.minimum(banned[:, 0], banned[:, 1]) * n + np.maximum(banned[:, 0], banned[:, 1])
    return np.isin(a * n + b, keys)


def _best_partner(n: int, a: Ints, b: Ints, mean: npt.NDArray[np.float64]) -> Ints:
    """For each cluster the partner of greatest mean; ties by the pair's rows, smaller first. -1: none."""
    one, two = np.concatenate([a, b]), np.concatenate([b, a])
    value = np.concatenate([mean, mean])
    order = np.lexsort((np.maximum(one, two), np.minimum(one, two), -value, one))
    first = order[np.flatnonzero(np.concatenate([[True], one[order][1:] != one[order][:-1]]))]
    best = np.full(n, -1, dtype=np.int64)
    best[one[first]] = two[first]
    return best


def _members(label: Ints, left: Ints, right: Ints, excess: Ints, unseen: int, banned: Ints) -> pl.DataFrame:
    """Each row's cluster, its mean weight towards the rest of it, and the closest other cluster."""
    n = len(label)
    size = np.bincount(label, minlength=n)
    row, other = np.concatenate([left, right]), np.concatenate([label[right], label[left]])
    key = row * n + other
    order = np.argsort(key, kind="stable")
    key, value = key[order], np.concatenate([excess, excess])[order]
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.zeros(0, np.int64)
    sums = np.add.reduceat(value, starts) if len(starts) else np.zeros(0, np.int64)
    row, other = key[starts] // n, key[starts] % n
    own = label[row] == other
    peers = np.maximum(size[other] - own, 1)
    mean = (sums / peers + unseen) / _UNIT
    inner = np.full(n, unseen / _UNIT)
    inner[row[own]] = mean[own]
    barred = np.zeros(len(row), dtype=bool)
    if len(banned):
        barred = np.isin(
            row * n + other,
            np.concatenate([banned[:, 0] * n + label[banned[:, 1]], banned[:, 1] * n + label[banned[:, 0]]]),
        )
    outside = np.flatnonzero(~own & ~barred)
    order = outside[np.lexsort((other[outside], -mean[outside], row[outside]))]
    first = order[np.flatnonzero(np.concatenate([[True], row[order][1:] != row[order][:-1]]))] if len(order) else order
    runner = np.full(n, -1, dtype=np.int64)
    runner_weight = np.full(n, np.nan)
    runner[row[first]], runner_weight[row[first]] = other[first], mean[first]
    # A record by itself is right unless it belongs with the closest other event; its calibration is that of a pair.
    against = np.where(np.isnan(runner_weight), -_LIMIT, runner_weight)
    odds = np.where(size[label] == 1, -against, line[0] * inner + line[1])
    confidence = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    return pl.DataFrame(
        {
            "row": np.arange(n, dtype=np.uint32),
            "cluster": label.astype(np.uint32),
            "confidence": confidence,
            "runner_up": pl.Series(runner).replace(-1, None).cast(pl.UInt32),
            "runner_up_weight": pl.Series(runner_weight).fill_nan(None),
        }
    )
