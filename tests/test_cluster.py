"""Clustering: an oracle, the judgements' force, and what order and ties must not change."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.cluster import cluster, in_units

THRESHOLD, UNSEEN = 0.0, -2.0


def pairs_of(weights: dict[tuple[int, int], float]) -> pl.DataFrame:
    rows = sorted((a, b, w) for (a, b), w in weights.items())
    return pl.DataFrame(rows, schema={"left": pl.UInt32, "right": pl.UInt32, "weight": pl.Float64}, orient="row")


def labels(n: int, weights: dict[tuple[int, int], float], **options: object) -> list[int]:
    settings = {"threshold": THRESHOLD, "unseen": UNSEEN, **options}
    return cluster(n, pairs_of(weights), **settings)["cluster"].to_list()  # type: ignore[arg-type]


def naive(
    n: int, weights: dict[tuple[int, int], float], must: list[tuple[int, int]], cannot: list[tuple[int, int]]
) -> list[int]:
    """Average linkage as the textbook has it: the best pair of clusters, one merge at a time, all sums anew."""
    groups = [{i} for i in range(n)]
    for a, b in must:
        one = next(g for g in groups if a in g)
        two = next(g for g in groups if b in g)
        if one is not two:
            groups.remove(two)
            one |= two

    def mean(one: set[int], two: set[int]) -> float:
        crossing = list(itertools.product(one, two))
        if any((a, b) in cannot or (b, a) in cannot for a, b in crossing):
            return -np.inf
        return sum(weights.get((min(p), max(p)), UNSEEN) for p in crossing) / len(crossing)

    while True:
        best = max(
            ((mean(a, b), -i, -j) for i, a in enumerate(groups) for j, b in enumerate(groups) if i < j),
            default=(-np.inf, 0, 0),
        )
        if best[0] <= THRESHOLD:
            break
        one, two = groups[-best[1]], groups[-best[2]]
        groups.remove(two)
        one |= two
    label = [0] * n
    for group in groups:
        for row in group:
            label[row] = min(group)
    return label


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, dict[tuple[int, int], float]]:
    """Small graphs whose weights are all different, in amounts whose sums do not tie by accident."""
    n = draw(st.integers(2, 9))
    every = list(itertools.combinations(range(n), 2))
    seen = draw(st.lists(st.sampled_from(every), unique=True))
    noise = draw(st.permutations(range(len(every))))
    coarse = draw(st.lists(st.integers(-5, 6), min_size=len(seen), max_size=len(seen)))
    return n, {
        pair: value + 2.0**-10 * (noise[k] + 1) + 1e-5 * k * k
        for k, (pair, value) in enumerate(zip(seen, coarse, strict=True))
    }


@given(graphs())
def test_clusters_are_those_of_textbook_average_linkage(graph: tuple[int, dict[tuple[int, int], float]]) -> None:
    n, weights = graph
    assert labels(n, weights) == naive(n, weights, [], [])


Judged = tuple[list[tuple[int, int]], list[tuple[int, int]]]


def judged(n: int, data: st.DataObject) -> Judged:
    """Pairs that a person joined, and pairs that one parted, without contradiction."""
    every = list(itertools.combinations(range(n), 2))
    must = data.draw(st.lists(st.sampled_from(every), unique=True, max_size=2))
    joined = naive(n, {}, must, [])
    apart = data.draw(st.lists(st.sampled_from(every), unique=True, max_size=3))
    return must, [(a, b) for a, b in apart if joined[a] != joined[b]]


@given(graphs(), st.data())
def test_judgements_keep_the_textbook_result(
    graph: tuple[int, dict[tuple[int, int], float]], data: st.DataObject
) -> None:
    n, weights = graph
    must, cannot = judged(n, data)
    found = labels(n, weights, must=must, cannot=cannot)
    assert found == naive(n, weights, must, cannot)
    assert all(found[a] == found[b] for a, b in must)
    assert all(found[a] != found[b] for a, b in cannot)


@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_pairs_changes_nothing(graph: tuple[int, dict[tuple[int, int], float]], random: object) -> None:
    n, weights = graph
    table = pairs_of(weights)
    rows = list(range(len(table)))
    random.shuffle(rows)  # type: ignore[attr-defined]
    first = cluster(n, table, threshold=THRESHOLD, unseen=UNSEEN)
    assert cluster(n, table[rows], threshold=THRESHOLD, unseen=UNSEEN).equals(first)


@given(graphs())
def test_renumbering_the_records_only_renumbers_the_events(graph: tuple[int, dict[tuple[int, int], float]]) -> None:
    n, weights = graph
    turned = {(n - 1 - b, n - 1 - a): w for (a, b), w in weights.items()}
    ours = {frozenset(i for i, x in enumerate(labels(n, weights)) if x == k) for k in range(n)}
    theirs = {frozenset(n - 1 - i for i, x in enumerate(labels(n, turned)) if x == k) for k in range(n)}
    assert ours == theirs


def test_a_chain_of_strong_pairs_is_not_one_event() -> None:
    chain = {(i, i + 1): 1.0 for i in range(9)}
    assert max(np.bincount(labels(10, chain))) <= 2


def test_tied_weights_go_to_the_smaller_rows() -> None:
    assert labels(3, {(0, 1): 1.0, (1, 2): 1.0}) == [0, 0, 2]


def test_a_pair_at_the_threshold_is_not_merged() -> None:
    assert labels(2, {(0, 1): 0.0}) == [0, 1]
    assert labels(2, {(0, 1): 0.001}) == [0, 0]


def test_a_person_may_join_records_that_were_never_compared() -> None:
    assert labels(3, {}, must=[(0, 2)]) == [0, 1, 0]


def test_a_person_parts_what_the_model_would_join_even_through_a_third() -> None:
    every = {(0, 1): 5.0, (0, 2): 4.0, (1, 2): 5.5}
    found = labels(3, every, cannot=[(0, 1)])
    assert found[0] != found[1]


def test_an_aggregate_never_joins_a_single_incident() -> None:
    found = labels(2, {(0, 1): 9.0}, aggregate=np.array([True, False]))
    assert found == [0, 1]


def test_confidence_and_runner_up_say_how_close_it_was() -> None:
    weights = {(0, 1): 3.0, (1, 2): 1.0, (0, 2): -2.0}
    found = cluster(4, pairs_of(weights), threshold=THRESHOLD, unseen=UNSEEN)
    assert found["cluster"].to_list() == [0, 0, 2, 3]
    assert found["runner_up"].to_list() == [2, 2, 0, None]
    assert found["runner_up_weight"].to_list() == [-2.0, 1.0, -0.5, None]
    assert found["confidence"][0] == pytest.approx(1 / (1 + np.exp(-3.0)))
    assert found["confidence"][2] == pytest.approx(1 / (1 + np.exp(-0.5)))
    assert found["confidence"][3] == pytest.approx(1.0)


def closeness(
    n: int, weights: dict[tuple[int, int], float], label: list[int], cannot: list[tuple[int, int]]
) -> list[tuple[int | None, float | None, float]]:
    """By row: the closest other cluster and its mean weight, and the mean weight towards the rest of its own."""
    found: list[tuple[int | None, float | None, float]] = []
    for row in range(n):
        others, inner = [], UNSEEN
        for name in sorted(set(label)):
            members = [one for one in range(n) if label[one] == name and one != row]
            pairs = [(min(row, one), max(row, one)) for one in members]
            if any(pair in weights for pair in pairs):
                mean = sum(weights.get(pair, UNSEEN) for pair in pairs) / len(pairs)
                if name == label[row]:
                    inner = mean
                elif not any((a, label[b]) == (row, name) or (b, label[a]) == (row, name) for a, b in cannot):
                    others.append((-mean, name))
        found.append((min(others)[1], -min(others)[0], inner) if others else (None, None, inner))
    return found


@given(graphs(), st.data(), st.sampled_from([(1.0, 0.0), (0.5, -1.0)]), st.sampled_from([1, 3, 1000]))
def test_confidence_and_runner_up_are_those_of_plain_arithmetic(
    graph: tuple[int, dict[tuple[int, int], float]], data: st.DataObject, line: tuple[float, float], part: int
) -> None:
    n, weights = graph
    every = list(itertools.combinations(range(n), 2))
    cannot = data.draw(st.lists(st.sampled_from(every), unique=True, max_size=3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reconcile.cluster._PART", part)
        found = cluster(
            n,
            pairs_of(weights),
            threshold=THRESHOLD,
            unseen=UNSEEN,
            cannot=[(b, a) for a, b in cannot],
            calibration=line,
        )
    label = found["cluster"].to_list()
    told = zip(found["runner_up"], found["runner_up_weight"], found["confidence"], strict=True)
    for row, ((name, weight, sure), (nearest, mean, inner)) in enumerate(
        zip(told, closeness(n, weights, label, cannot), strict=True)
    ):
        assert name == nearest
        assert (weight is None) is (mean is None)
        assert weight is None or weight == pytest.approx(mean, abs=2e-6)
        alone = label.count(label[row]) == 1
        odds = (1000.0 if mean is None else -mean) if alone else line[0] * inner + line[1]
        assert sure == pytest.approx(1 / (1 + np.exp(-min(odds, 700.0))), abs=1e-5)


def test_aggregates_join_nothing_but_what_a_person_says() -> None:
    kind = np.array([True, True, False, False])
    every = dict.fromkeys(itertools.combinations(range(4), 2), 9.0)
    assert labels(4, every, aggregate=kind) == [0, 1, 2, 2]
    assert labels(4, every, aggregate=kind, must=[(1, 0)]) == [0, 0, 2, 2]


def test_weights_are_cut_where_nothing_is_in_doubt_any_more() -> None:
    found = cluster(3, pairs_of({(0, 1): 5000.0, (1, 2): -5000.0}), threshold=THRESHOLD, unseen=UNSEEN)
    assert found["cluster"].to_list() == [0, 0, 2]
    assert found["confidence"].to_list() == [1.0, 1.0, 1.0]
    assert found["runner_up_weight"].to_list() == [None, -1000.0, -501.0]


def test_a_threshold_below_what_was_never_compared_is_raised_to_it() -> None:
    weights = {(0, 1): -1.5, (2, 3): -2.5}
    for threshold, expected in ((-1.0, [0, 1, 2, 3]), (-1.75, [0, 0, 2, 3]), (-9.0, [0, 0, 2, 3])):
        assert labels(4, weights, threshold=threshold) == expected


def test_the_types_of_the_members_are_small() -> None:
    found = cluster(2, pairs_of({(0, 1): 1.0}), threshold=THRESHOLD, unseen=UNSEEN)
    assert dict(found.schema) == {
        "row": pl.UInt32, "cluster": pl.UInt32, "confidence": pl.Float64, "runner_up": pl.UInt32,
        "runner_up_weight": pl.Float64,
    }  # fmt: skip
    assert found["row"].to_list() == [0, 1]


def test_no_pairs_and_no_records_are_fine() -> None:
    assert labels(0, {}) == []
    assert labels(2, {}) == [0, 1]


def test_what_is_exactly_at_the_bar_stays_apart() -> None:
    assert labels(2, {(0, 1): THRESHOLD}) == [0, 1]
    assert labels(3, {(0, 1): 3.0, (0, 2): 1.0, (1, 2): -1.0}) == [0, 0, 2]
    assert labels(3, {(0, 1): 3.0, (0, 2): 1.0, (1, 2): -0.9}) == [0, 0, 0]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({(0, 1): 2.0, (0, 2): 2.0}, [0, 0, 2, 3]),
        ({(0, 1): 2.0, (1, 2): 2.0}, [0, 0, 2, 3]),
        ({(0, 2): 2.0, (1, 2): 2.0}, [0, 1, 0, 3]),
        ({(1, 2): 2.0, (1, 3): 2.0}, [0, 1, 1, 3]),
        ({(0, 1): 2.0, (1, 2): 2.0, (2, 3): 2.0}, [0, 0, 2, 2]),
        ({(0, 3): 2.0, (1, 3): 2.0, (1, 2): 2.0}, [0, 1, 1, 0]),
        # Who is as close to two waits until the better pair has joined
        ({(1, 3): 2.0, (0, 1): 1.0, (0, 3): 1.0, (0, 2): 1.0}, [0, 0, 2, 0]),
        ({(0, 1): 2.0, (0, 3): 1.0, (1, 3): 1.0, (2, 3): 1.0}, [0, 0, 2, 0]),
    ],
)
def test_of_equal_pairs_those_of_the_smallest_rows_join_first(
    weights: dict[tuple[int, int], float], expected: list[int]
) -> None:
    assert labels(4, weights) == expected


@given(graphs(), st.integers(1, 5), st.data())
def test_parts_of_any_size_change_nothing(
    graph: tuple[int, dict[tuple[int, int], float]], size: int, data: st.DataObject
) -> None:
    n, weights = graph
    must, cannot = judged(n, data)
    find = lambda: cluster(n, pairs_of(weights), threshold=THRESHOLD, unseen=UNSEEN, must=must, cannot=cannot)  # noqa: E731
    whole = find()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reconcile.cluster._PART", size)
        assert find().equals(whole)


EQUAL = st.dictionaries(
    st.sampled_from(list(itertools.combinations(range(6), 2))), st.integers(-2, 3).map(float), min_size=1
)


@given(EQUAL)
def test_many_equal_weights_give_the_textbook_result_too(weights: dict[tuple[int, int], float]) -> None:
    assert labels(6, weights) == naive(6, weights, [], [])


def test_weights_are_counted_in_millionths() -> None:
    weights = np.array([1.0, -2.5, 0.0000004, 0.0000006, 1e9])
    assert in_units(weights).tolist() == [1_000_000, -2_500_000, 0, 1, 1_000_000_000]
