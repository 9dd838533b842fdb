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
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.order import Ints, firsts, ordered, sums
from reconcile.parallel import blocks, each

if TYPE_CHECKING:
    from scipy import sparse

UNIT: Final = 1_000_000
Rows: TypeAlias = npt.NDArray[np.uint32]
Units: TypeAlias = npt.NDArray[np.int32]
Floats: TypeAlias = npt.NDArray[np.float64]
_PART: Final = 200_000  # pairs at work at a time
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
    positive = np.flatnonzero(weight > limit)
    component = roots(n_records, np.column_stack([label[left[positive]], label[right[positive]]]))
    component = component[label].astype(np.int32)
    inside = np.flatnonzero(component[left] == component[right])
    excess = weight[inside].astype(np.int64) - unseen_units
    label = _in_parts(component, label, left[inside], right[inside], excess, banned, limit - unseen_units)
    del inside, excess, positive, component
    return _members(label, left, right, weight, unseen_units, banned, calibration)


def _edges(pairs: pl.DataFrame, aggregate: npt.NDArray[np.bool_]) -> tuple[Rows, Rows, Units]:
    """The pairs of single incidents, sorted by left: rows, and weights in millionths. Small types: there are many."""
    if not pairs["left"].is_sorted():
        pairs = pairs.sort("left", "right")
    left, right = (pairs[name].to_numpy().astype(np.uint32, copy=False) for name in ("left", "right"))
    weight = np.empty(len(pairs), dtype=np.int32)
    stated = pairs["weight"].to_numpy()
    for part in blocks(len(pairs), _PART):
        weight[part] = in_units(stated[part])
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


def _in_parts(
    component: npt.NDArray[np.signedinteger[Any]],
    label: Ints,
    left: Rows,
    right: Rows,
    excess: Ints,
    banned: Ints,
    bar: int,
) -> Ints:
    """``_agglomerate`` on some whole components at a time: a round then touches their rows alone, not all of the run.

    The rows of a component are numbered in their order, by which ties are settled.
    """
    if not len(left):
        return label
    _, order = ordered(component.astype(np.int64), len(label))
    place = np.empty(len(label), dtype=np.int64)
    place[order] = np.arange(len(label))
    many = np.bincount(component[left], minlength=len(label))
    part = ((np.cumsum(many) - many) // _PART).astype(np.int32)  # of a component
    parts = int(part[-1]) + 1
    rows_upto = np.searchsorted(part[component[order]], np.arange(parts + 1))
    of_pair, pairs = ordered(part[component[left]].astype(np.int64), parts)
    pairs_upto = np.searchsorted(of_pair, np.arange(parts + 1))
    banned = banned[component[banned[:, 0]] == component[banned[:, 1]]]
    found = np.empty(len(label), dtype=np.int64)

    def work(number: int) -> None:
        first = rows_upto[number]
        rows, some = (
            every[upto[number] : upto[number + 1]] for every, upto in ((order, rows_upto), (pairs, pairs_upto))
        )
        apart = banned[part[component[banned[:, 0]]] == number]
        mine, one, two, never = (place[which] - first for which in (label[rows], left[some], right[some], apart))
        found[rows] = rows[_agglomerate(mine, one, two, excess[some], never, bar)]

    each(range(parts), work)
    return found


def _agglomerate(label: Ints, left: Rows, right: Rows, excess: Ints, banned: Ints, bar: int) -> Ints:
    """Merge clusters in rounds. ``excess`` is weight above an unseen pair's, so that a cross sum needs only seen
    pairs."""
    n = len(label)
    size = np.bincount(label, minlength=n)
    a, b, total, mean = _combine(label[left], label[right], excess, size, label[banned])
    while len(a):
        live = np.flatnonzero(mean > bar)
        one, two = _mutual(n, a[live], b[live], mean[live])
        size[one] += size[two]
        merged = np.arange(n, dtype=np.int64)
        merged[two] = one
        label = merged[label]
        # A cluster without one pair above the bar stays as it is: joining others is averaging, which lifts none above.
        open_, changed = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        open_[a[live]] = open_[b[live]] = True
        changed[one] = changed[two] = True
        rest = open_[a] & open_[b]
        again = changed[a] | changed[b]
        moved, kept = np.flatnonzero(rest & again), np.flatnonzero(rest & ~again)
        new = _combine(merged[a[moved]], merged[b[moved]], total[moved], size, label[banned])
        a, b, total, mean = (
            np.concatenate([old[kept], added]) for old, added in zip((a, b, total, mean), new, strict=True)
        )
    return label


def _combine(a: Ints, b: Ints, total: Ints, size: Ints, banned: Ints) -> tuple[Ints, Ints, Ints, Floats]:
    """Sum ``total`` over equal unordered pairs of different clusters; with the mean weight of each pair of clusters."""
    n = len(size)
    keep = np.flatnonzero(a != b)
    a, b = a[keep], b[keep]
    key, total = sums(np.minimum(a, b) * n + np.maximum(a, b), total[keep], n * n)
    a, b = key // n, key % n
    mean = total / (size[a] * size[b])
    if len(banned):
        mean[np.isin(key, banned.min(axis=1) * n + banned.max(axis=1))] = -np.inf
    return a, b, total, mean


def _mutual(n: int, a: Ints, b: Ints, mean: Floats) -> tuple[Ints, Ints]:
    """The pairs that are the best of both of their clusters: of greatest mean, of equal ones of the smallest rows."""
    best = np.full(n, -np.inf)
    for side in (a, b):
        np.maximum.at(best, side, mean)
    top = np.flatnonzero((mean == best[a]) | (mean == best[b]))
    a, b, mean = a[top], b[top], mean[top]
    pair = a * n + b
    first = np.full(n, n * n, dtype=np.int64)
    for side in (a, b):
        equal = np.flatnonzero(mean == best[side])
        np.minimum.at(first, side[equal], pair[equal])
    chosen = np.flatnonzero((first[a] == pair) & (first[b] == pair))
    return a[chosen], b[chosen]


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
    ways = _both_ways(left, right, weight, n)
    upto = sum(way.indptr.astype(np.int64) for way in ways)

    def tell(rows: slice) -> None:
        parts = [(way.indptr[rows.start : rows.stop + 1], way) for way in ways]
        row = np.concatenate([np.repeat(np.arange(len(ends) - 1), np.diff(ends)) for ends, _ in parts])
        partner, excess = (
            np.concatenate([values(way)[ends[0] : ends[-1]] for ends, way in parts])
            for values in (attrgetter("indices"), attrgetter("data"))
        )
        key, total = sums(row * n + label[partner], excess.astype(np.int64) - unseen, (rows.stop - rows.start) * n)
        row, other = rows.start + key // n, key % n
        own = label[row] == other
        mean = (total / np.maximum(size[other] - own, 1) + unseen) / UNIT
        inner[row[own]] = mean[own]
        outside = np.flatnonzero(~own & ~np.isin(row * n + other, barred) if len(barred) else ~own)
        row, other, mean = row[outside], other[outside], mean[outside]
        starts = firsts(row)
        if not len(starts):
            return
        best = np.repeat(np.maximum.reduceat(mean, starts), np.diff(starts, append=len(row)))
        equal = np.flatnonzero(mean == best)  # of equal ones the first, whose rows are the smaller
        chosen = equal[firsts(row[equal])]
        runner[row[chosen]], runner_weight[row[chosen]] = other[chosen], mean[chosen]

    each(_parts(upto), tell)
    return pl.DataFrame(
        {
            "row": np.arange(n, dtype=np.uint32),
            "cluster": label.astype(np.uint32),
            "confidence": confidence(inner, runner_weight, size[label] == 1, line),
            "runner_up": pl.Series(runner).replace(-1, None).cast(pl.UInt32),
            "runner_up_weight": pl.Series(runner_weight).fill_nan(None),
        }
    )


def _both_ways(left: Rows, right: Rows, weight: Units, n: int) -> tuple[sparse.csr_array, sparse.csc_array]:
    """The pairs by their left row and by their right row, each with the other row and the weight."""
    ends = np.searchsorted(left, np.arange(n + 1))
    from scipy import sparse  # slow to import; what is refused needs none of it

    by_left = sparse.csr_array((weight, right.view(np.int32), ends), shape=(n, n))
    return by_left, by_left.tocsc()


def _parts(upto: Ints) -> list[slice]:
    """The rows in slices that have about ``_PART`` pairs each; ``upto[i]`` pairs belong to the rows before row i."""
    cuts = np.searchsorted(upto, np.arange(0, int(upto[-1]) + 1, _PART), "left")
    bounds = np.unique(np.concatenate([[0], cuts, [len(upto) - 1]])).tolist()
    return [slice(start, stop) for start, stop in pairwise(bounds)]
