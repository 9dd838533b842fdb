"""Which records are one event: average linkage on match weights, every cluster judged as a whole.

Two clusters join while the mean weight over all their cross pairs is above the threshold; a pair that was never
compared
counts ``unseen``, which is below it. So one strong pair cannot chain two groups of strangers together. Clusters
that are each
other's best partner merge in rounds, all at once: for average linkage this gives the same tree as one merge at a time
(Sumengen et al. 2021, "Scaling hierarchical agglomerative clustering to billion-sized datasets"), because joining two
clusters never brings a third closer to both than it was to one. Weights are summed as integers (millionths), so that no
order of summation can change a result; ties go to the smaller rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.parallel import each

Ints: TypeAlias = npt.NDArray[np.int64]
UNIT: Final = 1_000_000
Rows: TypeAlias = npt.NDArray[np.uint32]
Units: TypeAlias = npt.NDArray[np.int32]
_PART: Final = 2_000_000  # pairs from which the members of a part of the records are told at a time
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
    Aggregate records join nothing but what a person judged to be the same. Returns, sorted: row, cluster (the
    smallest row in it, UInt32), confidence
    (probability that the membership is right), runner_up (the other cluster it is closest to, null if none was
    compared)
    and runner_up_weight (its mean weight towards that one).
    """
    kind = np.zeros(n_records, dtype=bool) if aggregate is None else np.asarray(aggregate, dtype=bool)
    left, right, weight = _edges(scored_pairs, kind)
    label = roots(n_records, _pairs(must))
    banned = _pairs(cannot)
    unseen_units = round(unseen * UNIT)
    limit = bar(threshold, unseen)
    positive = weight > limit
    component = roots(n_records, np.column_stack([label[left[positive]], label[right[positive]]]))
    component = component[label]
    inside = component[left] == component[right]
    excess = (weight[inside] - unseen_units).astype(np.int64)
    label = _agglomerate(label, left[inside], right[inside], excess, banned, limit - unseen_units)
    del inside, excess, positive, component
    return _members(label, left, right, weight, unseen_units, banned, calibration)


def _edges(pairs: pl.DataFrame, aggregate: npt.NDArray[np.bool_]) -> tuple[Rows, Rows, Units]:
    """The pairs of single incidents, sorted by left: rows, and weights in millionths. Small types: there are many."""
    if not pairs["left"].is_sorted():
        pairs = pairs.sort("left", "right")
    left, right = (pairs[name].to_numpy().astype(np.uint32, copy=False) for name in ("left", "right"))
    weight = in_units(pairs["weight"].to_numpy())
    if not aggregate.any():
        return left, right, weight
    single = ~(aggregate[left] | aggregate[right])
    return left[single], right[single], weight[single]


def in_units(weight: npt.NDArray[np.float64]) -> Units:
    """Weights in millionths, so that their sums are exact in any order."""
    units: Units = np.rint(np.clip(weight, -_LIMIT, _LIMIT) * UNIT).astype(np.int32)
    return units


def bar(threshold: float, unseen: float) -> int:
    """In units: the mean weight above which clusters join. A pair that was never compared is below it."""
    return max(round(threshold * UNIT), round(unseen * UNIT))


def confidence(
    inner: npt.NDArray[np.float64],
    runner_weight: npt.NDArray[np.float64],
    alone: npt.NDArray[np.bool_],
    line: tuple[float, float],
) -> npt.NDArray[np.float64]:
    """Probability that each membership is right, by the record's mean weight towards the rest of its cluster
    (``inner``) and ``line``, the calibration of these.

    A record by itself is right unless it belongs with the closest other event (``runner_weight``, NaN: there is none);
    its calibration is that of a pair.
    """
    against = np.where(np.isnan(runner_weight), -_LIMIT, runner_weight)
    odds = np.where(alone, -against, line[0] * inner + line[1])
    result: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    return result


def _pairs(pairs: Iterable[Sequence[int]]) -> Ints:
    return np.array(sorted((min(a, b), max(a, b)) for a, b in pairs), dtype=np.int64).reshape(-1, 2)


def roots(n: int, links: Ints) -> Ints:
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
    """Merge clusters in rounds. ``excess`` is weight above an unseen pair's, so that a cross sum needs only seen
    pairs."""
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
    return _sums(np.minimum(a, b)[keep] * n + np.maximum(a, b)[keep], total[keep], n)


def _among(a: Ints, b: Ints, banned: Ints, n: int) -> npt.NDArray[np.bool_]:
    keys = np.minimum(banned[:, 0], banned[:, 1]) * n + np.maximum(banned[:, 0], banned[:, 1])
    return np.isin(a * n + b, keys)


def _best_partner(n: int, a: Ints, b: Ints, mean: npt.NDArray[np.float64]) -> Ints:
    """For each cluster the partner of greatest mean; ties by the pair's rows, smaller first. -1: none."""
    one, two = np.concatenate([a, b]), np.concatenate([b, a])
    value = np.concatenate([mean, mean])
    order = np.lexsort((np.maximum(one, two), np.minimum(one, two), -value, one))
    first = order[_firsts(one[order])]
    best = np.full(n, -1, dtype=np.int64)
    best[one[first]] = two[first]
    return best


def _members(
    label: Ints, left: Rows, right: Rows, weight: Units, unseen: int, banned: Ints, line: tuple[float, float]
) -> pl.DataFrame:
    """Each row's cluster, its mean weight towards the rest of it, and the closest other cluster."""
    n = len(label)
    inner = np.full(n, unseen / UNIT)
    runner = np.full(n, -1, dtype=np.int64)
    runner_weight = np.full(n, np.nan)
    size = np.bincount(label, minlength=n)
    barred = np.concatenate([banned[:, 0] * n + label[banned[:, 1]], banned[:, 1] * n + label[banned[:, 0]]])
    by_right = np.argsort(right)
    of_left, of_right = (np.searchsorted(end, np.arange(n + 1)) for end in (left, right[by_right]))

    def tell(rows: slice) -> None:
        mine = slice(of_left[rows.start], of_left[rows.stop])
        yours = by_right[of_right[rows.start] : of_right[rows.stop]]
        row = np.concatenate([left[mine], right[yours]]).astype(np.int64)
        other = label[np.concatenate([right[mine], left[yours]])]
        excess = np.concatenate([weight[mine], weight[yours]]).astype(np.int64) - unseen
        row, other, sums = _sums(row * n + other, excess, n)
        own = label[row] == other
        mean = (sums / np.maximum(size[other] - own, 1) + unseen) / UNIT
        inner[row[own]] = mean[own]
        outside = np.flatnonzero(~own & ~np.isin(row * n + other, barred))
        order = outside[np.lexsort((other[outside], -mean[outside], row[outside]))]
        first = order[_firsts(row[order])]
        runner[row[first]], runner_weight[row[first]] = other[first], mean[first]

    each(_parts(of_left + of_right), tell)
    return pl.DataFrame(
        {
            "row": np.arange(n, dtype=np.uint32),
            "cluster": label.astype(np.uint32),
            "confidence": confidence(inner, runner_weight, size[label] == 1, line),
            "runner_up": pl.Series(runner).replace(-1, None).cast(pl.UInt32),
            "runner_up_weight": pl.Series(runner_weight).fill_nan(None),
        }
    )


def _parts(upto: Ints) -> list[slice]:
    """The rows in slices that have about ``_PART`` pairs each; ``upto[i]`` pairs belong to the rows before row i."""
    cuts = np.searchsorted(upto, np.arange(0, int(upto[-1]) + 1, _PART), "left")
    bounds = np.unique(np.concatenate([[0], cuts, [len(upto) - 1]])).tolist()
    return [slice(start, stop) for start, stop in pairwise(bounds)]


def _sums(key: Ints, value: Ints, n: int) -> tuple[Ints, Ints, Ints]:
    """``value`` summed over equal keys (one * ``n`` + other), sorted: one, other, sum."""
    order = np.argsort(key, kind="stable")
    key, value = key[order], value[order]
    starts = _firsts(key)
    sums = np.add.reduceat(value, starts) if len(starts) else np.zeros(0, np.int64)
    return key[starts] // n, key[starts] % n, sums


def _firsts(key: Ints) -> Ints:
    """Where in the sorted ``key`` a new value begins."""
    return np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.zeros(0, np.int64)
