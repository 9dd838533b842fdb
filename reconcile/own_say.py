"""What a run itself says about its comparisons, given a say beside what the model has learned.

The model's tables come from labelled sets. How telling a province, a kind or a toll is differs from archive to
archive, and most of all with density: where thirty records are near, a place some villages away speaks against a match
as it never does where one is near. The run tells by itself: among the pairs that the model takes for matches, and
among the others, how often does each level occur? That is one step of expectation maximization after Fellegi and
Sunter (1969), begun at the model's probabilities (Winkler 1988); the number of matches expected in the run moves the
prior with it (Saerens, Latinne and Decaestecker 2002). Families of comparisons count as independent of each other
given match or non-match; within a family a logistic regression shares out what its comparisons say together. Texts,
ranks and standings stay the model's.

The run's tables do not come on top of the model's, they mix with them: of what the model says through the same
comparisons (its weight, regressed on their levels) a share is taken away, and the same share of what the run says is
put in its place. The share is ``MOST`` * n / (n + ``MATCHES``), n being the expected matches beyond the first ``FEW``:
a run of ten records stays with the model, one of a million gives both an equal say. One step, not many: where
campaigns break the independence, as in records of a war, further steps drift away from the truth.

Everything comes from :class:`~reconcile.pair_sums.Sums`, whole numbers that add up over pairs: those of parts of a
run, added in any order, are those of the run, so that runs in parts or shards move their weights by the same amounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import polars as pl

from reconcile.compare import BY_NAME
from reconcile.model import Model, Part
from reconcile.pair_sums import CHANCE, CURVE, FAMILIES, NAMES, SIZES, STARTS, WEIGHT, Floats, Sums, sigmoid, sums_of

MOST: Final = 0.5  # greatest share of the run in what these comparisons say
FEW: Final = 30.0  # expected matches up to which a run has no say
MATCHES: Final = 500.0  # expected matches beyond those at which it has half of the greatest share
_RIDGE: Final = 5.0  # five pairs' worth of doubt on every level


@dataclass(frozen=True)
class Moves:
    """By how much the run moves the prior and the table of each comparison (log-odds), and how much say it had."""

    share: float
    prior: float
    tables: Mapping[str, Floats]


def with_own_say(model: Model, scored: pl.DataFrame, records: int) -> Model:
    """``model`` moved by what the pairs of a run of so many ``records`` say, all of them, as ``score`` returns them."""
    return moved(model, moves_of(sums_of(scored, scored["weight"].to_numpy(), records)))


def moves_of(sums: Sums) -> Moves:
    """The moves that ``sums`` of all pairs of a run ask for; none where few matches are expected."""
    pairs, expected = float(sums.pairs[0].sum()), float(sums.matches[0].sum()) / CHANCE
    beyond = expected - FEW
    if beyond <= 0:
        return Moves(0.0, 0.0, {})
    share = MOST * beyond / (beyond + MATCHES)
    said = _said_by_model(sums)
    usual = _logit(expected / pairs)
    prior, told = usual, []
    for family, many, matches in zip(FAMILIES, sums.pairs, sums.matches, strict=True):
        sizes = [len(BY_NAME[name].levels) for name in family]
        fitted = _said_by_run(many, matches / CHANCE, sizes, usual)
        prior += float(fitted[0]) - usual
        told.append(fitted[1:])
    change = share * (np.concatenate(told) - said[1:])
    tables = {
        name: _in_order(name, change[start - 1 : start - 1 + size], np.diag(sums.gram)[start : start + size])
        for name, size, start in zip(NAMES, SIZES, STARTS, strict=False)
    }
    return Moves(share, round(share * (prior - float(said[0])), 4), tables)


def _said_by_model(sums: Sums) -> Floats:
    """Constant and one value a level: the model's weight as a sum over these comparisons (ridge regression)."""
    gram = sums.gram / CURVE + np.diag(np.where(np.arange(len(sums.moment)) > 0, _RIDGE, 1e-6))
    result: Floats = np.linalg.solve(gram, sums.moment / (CURVE * WEIGHT))
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
        chance = sigmoid(design @ value)
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


def _logit(share: float) -> float:
    clipped = min(max(share, 1e-9), 1 - 1e-9)
    return float(np.log(clipped / (1 - clipped)))
