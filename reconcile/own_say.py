"""What a run itself says about its comparisons, given a say beside what the model has learned.

The model's tables come from labelled sets; how telling a province, a kind or a toll is differs from archive to archive, and
most of all with density: where thirty records are near, a place a few villages away speaks against a match as it never
does where one is near. The run tells by itself: among the pairs that the model takes for matches, and among the others,
how often does each level occur? That is one step of expectation maximization after Fellegi and Sunter (1969), begun at the
model's probabilities (Winkler 1988); the number of matches expected in the run moves the prior with it (Saerens, Latinne
and Decaestecker 2002). Families of comparisons count as independent of each other given match or non-match; within a
family a logistic regression shares out what its comparisons say together. Texts, ranks and standings stay the model's.

The run's tables do not come on top of the model's, they mix with them: of what the model says through the same comparisons
(its weight, regressed on their levels) a share is taken away, and the same share of what the run says is put in its place.
The share grows with the matches that the run expects, ``MOST`` * n / (n + ``MATCHES``): a run of ten records stays with the
model, one of a million gives both an equal say. One step, not many: where campaigns break the independence, as in records
of a war, further steps drift away from the truth.

Everything comes from :class:`Sums`, whole numbers that add up over pairs: those of parts of a run, added in any order,
are those of the run, so that runs in parts or shards move their weights by the same amounts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.compare import BY_NAME
from reconcile.model import Model, Part
from reconcile.parallel import blocks, each

Floats = npt.NDArray[np.float64]

FAMILIES: Final = (
    ("days", "published", "reported"),
    ("distance", "points", "area", "place", "region"),
    ("perpetrator", "target", "sides"),
    ("kind",),
    ("killed", "injured", "total"),
    ("outlet",),
)
MOST: Final = 0.5  # greatest share of the run in what these comparisons say
MATCHES: Final = 200.0  # expected matches at which it has half of that
NAMES: Final = tuple(name for family in FAMILIES for name in family)
SIZES: Final = tuple(len(BY_NAME[name].levels) for name in NAMES)
_STARTS: Final = np.cumsum((1, *SIZES))  # where the levels of each comparison begin in a row of indicators
_WIDTH: Final = int(_STARTS[-1])
_OPEN: Final = 6.0  # a pair of a weight beyond this, or below its negative, counts as settled
_RIDGE: Final = 1.0  # one pair's worth of doubt on every level
_CHANCE, _CURVE, _WEIGHT = 1e6, 1e4, 1e3  # units a unit of probability, of p(1 - p), of weight
_THIN: Final = 100_000  # records a run may have before its pairs are thinned out for the regression
_BLOCK: Final = 500_000  # pairs counted at a time


@dataclass(frozen=True)
class Sums:
    """What is counted of the pairs of a run or of a part of it; whole numbers, so that they add up exactly.

    ``pairs`` and ``matches``: for each family, of each combination of its levels how many pairs show it, and how many
    expected matches (millionths). ``gram`` and ``moment``: indicators of the levels times indicators, and times weight,
    summed over the pairs that are not settled, each counted p(1 - p).
    """

    pairs: tuple[Floats, ...]
    matches: tuple[Floats, ...]
    gram: Floats
    moment: Floats

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            tuple(a + b for a, b in zip(self.pairs, other.pairs, strict=True)),
            tuple(a + b for a, b in zip(self.matches, other.matches, strict=True)),
            self.gram + other.gram,
            self.moment + other.moment,
        )

    @classmethod
    def none(cls) -> Sums:
        """Those of no pairs."""
        cells = [math.prod(len(BY_NAME[name].levels) for name in family) for family in FAMILIES]
        pairs, matches = (tuple(np.zeros(n) for n in cells) for _ in range(2))
        return cls(pairs, matches, np.zeros((_WIDTH, _WIDTH)), np.zeros(_WIDTH))


@dataclass(frozen=True)
class Moves:
    """By how much the run moves the prior and the table of each comparison (log-odds), and how much say it had."""

    share: float
    prior: float
    tables: Mapping[str, Floats]


def with_own_say(model: Model, scored: pl.DataFrame, records: int) -> Model:
    """``model`` moved by what the pairs of a run of so many ``records`` say, all of them, as ``score`` returns them."""
    return moved(model, moves_of(sums_of(scored, scored["weight"].to_numpy(), records)))


def sums_of(compared: pl.DataFrame, weight: Floats, records: int) -> Sums:
    """Count ``compared`` pairs of these match weights (the model's, before any move).

    ``records`` is the number of records in the whole run: of a large one, one pair in some is enough to tell what the
    model says through the comparisons. The last digits of the weight choose them, in any part of the run alike.
    """
    one_in = 1 + records // _THIN
    levels = {name: compared[name].to_numpy() for name in NAMES}
    parts = blocks(len(weight), _BLOCK)
    found: dict[int, Sums] = {}

    def work(part: slice) -> None:
        found[part.start] = _sums({name: values[part] for name, values in levels.items()}, weight[part], one_in)

    each(parts, work)
    total = Sums.none()
    for part in parts:
        total += found[part.start]
    return total


def _sums(level: Mapping[str, npt.NDArray[np.int8]], weight: Floats, one_in: int) -> Sums:
    empty = Sums.none()
    possible = np.flatnonzero(weight > -_OPEN)
    chance = np.where(weight[possible] < _OPEN, _sigmoid(weight[possible]), 1.0)
    expected = np.rint(_CHANCE * chance)
    pairs, matches = [], []
    for family, cells in zip(FAMILIES, empty.pairs, strict=True):
        key = np.zeros(len(weight), dtype=np.uint16)
        for name in family:
            key *= np.uint16(len(BY_NAME[name].levels))
            key += level[name].view(np.uint8)
        pairs.append(np.bincount(key, minlength=len(cells)).astype(np.float64))
        matches.append(np.bincount(key[possible], weights=expected, minlength=len(cells)))
    unsettled = possible[weight[possible] < _OPEN]
    drawn = unsettled[np.rint(weight[unsettled] * 1e4).astype(np.int64) % one_in == 0]
    gram, moment = _normal(level, weight, drawn)
    return Sums(tuple(pairs), tuple(matches), gram * one_in, moment * one_in)


def _normal(
    level: Mapping[str, npt.NDArray[np.int8]], weight: Floats, rows: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """The normal equations of ``weight`` on the levels, over the pairs ``rows``."""
    line = weight[rows]
    chance = _sigmoid(line)
    curve = np.rint(_CURVE * chance * (1 - chance))
    pull = curve * np.rint(_WEIGHT * line)
    some = [level[name][rows].astype(np.int64) for name in NAMES]
    gram, moment = np.zeros((_WIDTH, _WIDTH)), np.zeros(_WIDTH)
    gram[0, 0], moment[0] = curve.sum(), pull.sum()
    for code, size, start in zip(some, SIZES, _STARTS, strict=False):
        mine = np.arange(start, start + size)
        gram[mine, mine] = gram[0, mine] = gram[mine, 0] = np.bincount(code, weights=curve, minlength=size)
        moment[mine] = np.bincount(code, weights=pull, minlength=size)
    for i, j in combinations(range(len(NAMES)), 2):
        cells = np.bincount(some[i] * SIZES[j] + some[j], weights=curve, minlength=SIZES[i] * SIZES[j])
        table = cells.reshape(SIZES[i], SIZES[j])
        one, two = slice(_STARTS[i], _STARTS[i] + SIZES[i]), slice(_STARTS[j], _STARTS[j] + SIZES[j])
        gram[one, two], gram[two, one] = table, table.T
    return gram, moment


def moves_of(sums: Sums) -> Moves:
    """The moves that ``sums`` of all pairs of a run ask for; none where there are no pairs."""
    pairs, expected = float(sums.pairs[0].sum()), float(sums.matches[0].sum()) / _CHANCE
    if not pairs:
        return Moves(0.0, 0.0, {})
    share = MOST * expected / (expected + MATCHES)
    said = _said_by_model(sums)
    usual = _logit(expected / pairs)
    prior, told = usual, []
    for family, many, matches in zip(FAMILIES, sums.pairs, sums.matches, strict=True):
        sizes = [len(BY_NAME[name].levels) for name in family]
        fitted = _said_by_run(many, matches / _CHANCE, sizes, usual)
        prior += float(fitted[0]) - usual
        told.append(fitted[1:])
    change = share * (np.concatenate(told) - said[1:])
    tables = {
        name: _in_order(name, change[start - 1 : start - 1 + size], np.diag(sums.gram)[start : start + size])
        for name, size, start in zip(NAMES, SIZES, _STARTS, strict=False)
    }
    return Moves(share, round(share * (prior - float(said[0])), 4), tables)


def _said_by_model(sums: Sums) -> Floats:
    """Constant and one value a level: the model's weight as a sum over these comparisons (ridge regression)."""
    gram = sums.gram / _CURVE + np.diag(np.where(np.arange(len(sums.moment)) > 0, _RIDGE, 1e-6))
    result: Floats = np.linalg.solve(gram, sums.moment / (_CURVE * _WEIGHT))
    return result


def _said_by_run(pairs: Floats, matches: Floats, sizes: list[int], usual: float) -> Floats:
    """Constant and one value a level: log-odds of a match given one family's levels (logistic ridge regression).

    ``pairs`` and ``matches`` count each combination of levels. Newton's method; a step that overshoots is halved.
    """
    shown = np.flatnonzero(pairs)
    codes = np.unravel_index(shown, sizes)
    design = np.concatenate(
        [np.ones((len(shown), 1)), *(np.eye(n)[c] for n, c in zip(sizes, codes, strict=True))], axis=1
    )
    many, right = pairs[shown], matches[shown]
    ridge = np.where(np.arange(design.shape[1]) > 0, _RIDGE, 1e-6)
    value = np.zeros(design.shape[1])
    value[0] = usual

    def loss(at: Floats) -> float:
        line = design @ at
        return float(np.sum(many * np.logaddexp(0.0, line) - right * line) + 0.5 * np.sum(ridge * at * at))

    least = loss(value)
    for _ in range(50):
        chance = _sigmoid(design @ value)
        gradient = design.T @ (right - many * chance) - ridge * value
        curve = design.T @ (design * (many * chance * (1 - chance))[:, None]) + np.diag(ridge)
        step = np.linalg.solve(curve, gradient)
        while (after := loss(value + step)) > least and np.abs(step).max() > 1e-6:
            step /= 2
        if np.abs(step).max() <= 1e-6:
            break
        value, least = value + step, after
    return value


def _in_order(name: str, change: Floats, often: Floats) -> Floats:
    """``change``, for a comparison whose levels have an order made never to rise along it (pooled neighbours)."""
    order = BY_NAME[name].order
    if not order:
        return change.round(4)
    pools: list[list[float]] = []  # value, mass, levels
    for value, mass in zip(change[list(order)], often[list(order)] + 1e-3, strict=True):
        pools.append([float(value), float(mass), 1])
        while len(pools) > 1 and pools[-1][0] > pools[-2][0]:
            upper, lower = pools[-2], pools.pop()
            mean = (upper[0] * upper[1] + lower[0] * lower[1]) / (upper[1] + lower[1])
            pools[-1] = [mean, upper[1] + lower[1], upper[2] + lower[2]]
    result = np.empty(len(change))
    result[list(order)] = np.repeat([pool[0] for pool in pools], [int(pool[2]) for pool in pools])
    return result.round(4)


def moved(model: Model, moves: Moves) -> Model:
    """``model`` with its prior and its tables of single comparisons moved; one that has no table gets one."""
    if not moves.tables:
        return model
    left = dict(moves.tables)
    parts = []
    for part in model.parts:
        change = left.pop(part.comparisons[0], None) if len(part.comparisons) == 1 else None
        parts.append(part if change is None else replace(part, weights=(part.weights + change).round(4)))
    taken = {part.name for part in model.parts}
    parts += [Part(_free(name, taken), (name,), table) for name, table in left.items() if np.any(table)]
    return replace(model, prior=round(model.prior + moves.prior, 4), parts=tuple(parts))


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "'"
    return name


def weights_moved(compared: pl.DataFrame, weight: Floats, moves: Moves) -> Floats:
    """``weight`` as the moved model would have it."""
    result: Any = weight + moves.prior
    for name, table in moves.tables.items():
        result = result + table[compared[name].to_numpy()]
    return np.asarray(result, dtype=np.float64)


def _sigmoid(weight: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-np.clip(weight, -500, 500)))
    return result


def _logit(share: float) -> float:
    clipped = min(max(share, 1e-9), 1 - 1e-9)
    return float(np.log(clipped / (1 - clipped)))
