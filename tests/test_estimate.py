"""The estimate against its own formulas, worked out claim by claim in plain Python."""

from __future__ import annotations

from collections import defaultdict
from math import expm1, log1p, sqrt
from random import Random
from statistics import fmean, pvariance
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest
from cases_reader import figure
from numpy.testing import assert_allclose

from reconcile.estimate import Learned, Reliability, estimated, learn, reliabilities
from reconcile.number_words import MAX_COUNT
from reconcile.tables import FIGURES

LEAST = 1e-4


class Claim(NamedTuple):
    event: int
    outlet: int
    y: float
    extra: float


def mean_of(values: list[float]) -> float:
    return sum(values) / len(values)


def truth(claims: list[Claim], known: Reliability) -> tuple[float, float]:
    """The mean and variance of one event: its claims and what is known of any event, weighed by their precision."""
    weights = [1 / (known.variance[one.outlet] + one.extra) for one in claims]
    whole = sum(weights) + 1 / known.spread
    said = sum(weight * (one.y - known.bias[one.outlet]) for weight, one in zip(weights, claims, strict=True))
    unsure = sum(
        (weight / whole) ** 2 * known.bias_variance[one.outlet] for weight, one in zip(weights, claims, strict=True)
    )
    return (said + known.mean / known.spread) / whole, 1 / whole + unsure


def fitted(claims: list[Claim], outlets: int) -> Reliability:
    """Expectation and maximization in turn, 200 times or until nothing moves."""
    mean = fmean([one.y for one in claims]) if claims else 0.0
    spread = max(pvariance([one.y for one in claims]), 0.25) if len(claims) > 1 else 4.0
    tellers = defaultdict(set)
    for one in claims:
        tellers[one.event].add(one.outlet)
    by_event: dict[int, list[Claim]] = defaultdict(list)
    by_outlet: dict[int, list[Claim]] = defaultdict(list)
    for one in claims:
        if len(tellers[one.event]) > 1:
            by_event[one.event].append(one)
            by_outlet[one.outlet].append(one)
    nothing = np.zeros(outlets)
    if not by_event:
        return Reliability(nothing, nothing + 0.05, nothing + 0.05, mean, spread)
    middle = {event: mean_of([one.y for one in told]) for event, told in by_event.items()}
    inside = sum((one.y - middle[one.event]) ** 2 for told in by_event.values() for one in told)
    pool = max(inside / sum(len(told) - 1 for told in by_event.values()), LEAST)
    bias, variance, bias_spread = [0.0] * outlets, [pool] * outlets, 0.01
    for _ in range(200):
        before = [*bias, *variance]
        known = Reliability(np.array(bias), nothing, np.array(variance), mean, spread)
        truths = {event: truth(told, known) for event, told in by_event.items()}
        certainty = [1 / bias_spread] * outlets
        for outlet, told in by_outlet.items():
            weights = [1 / (variance[outlet] + one.extra) for one in told]
            certainty[outlet] += sum(weights)
            off = sum(weight * (one.y - truths[one.event][0]) for weight, one in zip(weights, told, strict=True))
            bias[outlet] = off / certainty[outlet]
        squares: dict[int, list[float]] = {outlet: [] for outlet in range(outlets)}
        for outlet, told in by_outlet.items():
            for one in told:
                mu, unsure = truths[one.event]
                square = (one.y - mu - bias[outlet]) ** 2 + unsure + 1 / certainty[outlet]
                share = variance[outlet] / (variance[outlet] + one.extra)
                squares[outlet].append(share**2 * square + share * one.extra)
        pooled = max(mean_of([square for mine in squares.values() for square in mine]), LEAST)
        variance = [max((sum(mine) + 4 * pooled) / (len(mine) + 4), LEAST) for mine in squares.values()]
        bias_spread = max(mean_of([bias[outlet] ** 2 + 1 / certainty[outlet] for outlet in by_outlet]), LEAST)
        if max(abs(one - other) for one, other in zip(before, [*bias, *variance], strict=True)) < 1e-7:
            break
    common = bias_spread / len(by_outlet)
    unsure_of = [1 / certainty[outlet] + common if outlet in by_outlet else bias_spread for outlet in range(outlets)]
    return Reliability(np.array(bias), np.array(unsure_of), np.array(variance), mean, spread)


def run(seed: int, events: int, outlets: int, error: float = 0.3, most: int = 4) -> list[Claim]:
    """Claims as outlets make them: some alone on an event, some twice on one; the last outlet stays silent."""
    chance = Random(seed)
    biases = [chance.gauss(0, 0.3) for _ in range(outlets)]
    errors = [error * chance.uniform(0.2, 2) for _ in range(outlets)]
    claims = []
    for event in range(events):
        toll = chance.gauss(2, 1)
        for _ in range(chance.randint(1, most)):
            outlet = chance.randrange(max(outlets - 1, 1))
            width = chance.choice([0, 0, 0.4, 1])
            claims.append(Claim(event, outlet, toll + chance.gauss(biases[outlet], errors[outlet]), width**2 / 12))
    chance.shuffle(claims)
    return claims


RUNS = [
    run(1, 3, 3), run(2, 12, 4), run(3, 40, 5), run(4, 5, 7), run(5, 2, 3),
    run(6, 20, 4, error=0.0), run(7, 30, 4, error=3.0), run(8, 9, 5, most=1),
    [], [Claim(0, 0, 2.0, 0.0)], [Claim(0, 0, 2.0, 0.0), Claim(0, 0, 3.0, 0.0)],
    [Claim(0, 0, 2.0, 0.0), Claim(1, 1, 2.5, 0.0)], [Claim(0, 0, 2.0, 0.0), Claim(0, 1, 2.0, 0.0)],
    [Claim(0, 1, 2.0, 0.0), Claim(0, 2, 2.6, 0.1), Claim(4, 0, 9.0, 0.0)],
]  # fmt: skip


@pytest.mark.parametrize("claims", RUNS)
def test_what_is_learned_of_outlets_follows_the_formulas(claims: list[Claim]) -> None:
    outlets = 7
    event, outlet = (np.array([one[at] for one in claims], dtype=np.int64) for at in (0, 1))
    y, extra = (np.array([one[at] for one in claims], dtype=np.float64) for at in (2, 3))
    found, expected = learn(event, outlet, y, extra, outlets), fitted(claims, outlets)
    for name in ("bias", "bias_variance", "variance", "mean", "spread"):
        assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-9, atol=1e-12, err_msg=name)


def figures(*lines: str) -> pl.DataFrame:
    """Claims as ``EVENT OUTLET[=VOICE] FIGURE [MEASURE[/GROUP]]``."""
    rows = []
    for number, line in enumerate(lines):
        event, who, what, *more = line.split()
        outlet, _, voice = who.partition("=")
        measure, _, group = (more[0] if more else "killed").partition("/")
        low, best, high = figure(what) if what != "?" else (None, None, None)
        rows.append({"event_id": event, "record_id": f"r{number}", "outlet": outlet, "voice": voice or outlet,
                     "measure": measure, "group": group or None, "low": low, "best": best, "high": high})  # fmt: skip
    of = ("event_id", "measure", "group")
    made = pl.DataFrame(rows, schema={"event_id": pl.String, "voice": pl.String, **FIGURES})
    return made.with_columns(figure=pl.struct(of).rle_id().cast(pl.UInt32))


def test_figures_are_read_on_the_scale_of_logarithms_their_ranges_as_noise() -> None:
    """A range counts by its middle and width; an open bound as a range of e; a part of unknown size not at all."""
    said = ["e1 A 5", "e1 B 5-9", "e1 C 7(5-9)", "e2 A 4+", "e2 B <6", "e3 A 8", "e3 C 12", "e3 C ?", "e4 B 3"]
    of_groups = ["e1 A 2 killed/police", "e1 B 9 killed/police"]
    of_the_hurt = ["e7 A 2 injured", "e7 D 9 injured", "e1 D 3 injured"]
    open_ = 1 / 12
    both = (log1p(9) - log1p(5)) ** 2 / 12
    expected = fitted(
        [
            Claim(0, 0, log1p(5), 0), Claim(0, 1, (log1p(5) + log1p(9)) / 2, both), Claim(0, 2, log1p(7), both),
            Claim(1, 0, log1p(4), open_), Claim(1, 1, log1p(6), open_),
            Claim(2, 0, log1p(8), 0), Claim(2, 2, log1p(12), 0), Claim(3, 1, log1p(3), 0),
        ],
        3,
    )  # fmt: skip
    learned = reliabilities(figures(*said, *of_groups, *of_the_hurt))
    assert list(learned) == ["killed", "injured"]
    assert learned["killed"].outlets.to_list() == ["A", "B", "C"]
    assert learned["injured"].outlets.to_list() == ["A", "D"]
    for name in ("bias", "bias_variance", "variance", "mean", "spread"):
        found = getattr(learned["killed"].reliability, name)
        assert_allclose(found, getattr(expected, name), rtol=1e-9, atol=1e-12, err_msg=name)


def test_a_bare_part_teaches_nothing_of_its_outlet() -> None:
    """Two children among the dead, beside the nine that others, or its own outlet, count."""
    whole = ["e1 A 9", "e1 B 9", "e2 A 4", "e2 B 5"]
    parts = figures(*whole, "e1 A 2+", "e2 B 1+").with_columns(
        derivation=pl.when(pl.col("low") < 4).then(pl.lit("2 children"))
    )
    expected, found = (reliabilities(one)["killed"].reliability for one in (figures(*whole), parts))
    for name in ("bias", "bias_variance", "variance", "mean", "spread"):
        assert_allclose(getattr(found, name), getattr(expected, name), err_msg=name)


KNOWN = Reliability(np.array([0.2, -0.1, 0.0]), np.array([0.02, 0.01, 0.05]), np.array([0.05, 0.1, 0.2]), 2.0, 1.5)


def people(scaled: float) -> int:
    return round(expm1(min(max(scaled, 0.0), log1p(MAX_COUNT))))


@pytest.mark.parametrize(
    ("sayings", "noise", "best"),
    [
        # What each claim counts: its outlet, its figure, and the noise beside its outlet's own.
        (["A 5", "B 9"], [(0, 5, 0), (1, 9, 0)], 5),
        (["A 20", "B 9", "C 9"], [(0, 20, 0), (1, 9, 0), (2, 9, 0)], 9),
        (["A 5", "B=A 9", "C 30"], [(0, 5, 0.05), (1, 9, 0.1), (2, 30, 0)], 9),
        (["A 5", "A 6", "B 9"], [(0, 5, 0.05), (0, 6, 0.05), (1, 9, 0)], 6),
        (["A 5", "A 6", "B=A 9"], [(0, 5, 0.15), (0, 6, 0.15), (1, 9, 0.1)], 6),
        (["C 4+", "A 5"], [(2, 4, 1 / 12), (0, 5, 0)], 5),
        (["C 4+", "B=C 5+"], [(2, 4, 2 / 12 + 0.2), (1, 5, 2 / 12 + 0.1)], None),
        (["A 0"], [(0, 0, 0)], 0),
        (["A 0", "B 0", "C 0"], [(0, 0, 0), (1, 0, 0), (2, 0, 0)], 0),
        (["C <1"], [(2, 1, 1 / 12)], None),
    ],
)
def test_an_estimate_weighs_claims_by_their_precision(
    sayings: list[str], noise: list[tuple[int, int, float]], best: int | None
) -> None:
    mean, variance = truth([Claim(0, outlet, log1p(count), extra) for outlet, count, extra in noise], KNOWN)
    low, high = (people(mean + side * 1.6448536269514722 * sqrt(variance)) for side in (-1, 1))
    learned = {"killed": Learned(pl.Series(["A", "B", "C"]), KNOWN)}
    found = estimated(figures("d B 3", *(f"e {one}" for one in sayings), "f C 8"), learned)
    assert found["figure"].to_list() == [0, 1, 2]
    bests = [] if best is None else [best]
    assert found.row(1) == (1, min([low, *bests]), best, max([high, *bests]))


def test_no_estimate_passes_the_largest_count() -> None:
    low = Reliability(np.array([-1.0]), np.zeros(1), np.full(1, 0.01), log1p(MAX_COUNT), 1.0)
    learned = {"killed": Learned(pl.Series(["A"]), low)}
    assert estimated(figures(f"e A {MAX_COUNT}"), learned).row(0)[1:] == (MAX_COUNT,) * 3


def test_of_two_claims_as_near_the_lower_is_the_best() -> None:
    flat = Reliability(np.zeros(2), np.zeros(2), np.full(2, 0.1), log1p(3) / 2 + log1p(7) / 2, 1.0)
    learned = {"killed": Learned(pl.Series(["A", "B"]), flat)}
    for sayings in (["e A 7", "e B 3"], ["e A 3", "e B 7"]):
        assert estimated(figures(*sayings), learned)["best"].to_list() == [3]


def test_each_measure_is_estimated_by_its_own_outlets_whatever_the_order() -> None:
    lines = [f"e{event} {outlet} {event + 3 * at + 1} {measure}" for event in range(40)
             for measure in ("killed", "injured", "missing") for at, outlet in enumerate("AB")]  # fmt: skip
    claims = figures(*lines)
    found = estimated(claims, reliabilities(claims))
    assert found.height == 120
    assert found.filter(pl.col("low") > pl.col("high")).is_empty()
    assert found.sort("figure")["best"].null_count() == 0
