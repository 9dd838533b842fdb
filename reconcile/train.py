"""Learn the weights: boosted trees over levels, two comparisons at most a tree, written down as additive tables.

A tree that sees at most two comparisons is a table over their levels; so is any sum of such trees, and the boosted
model is
exactly a generalized additive model with pairwise interactions. The tables are read off by evaluating it at points that
differ from one reference in one or two comparisons (an anchored functional decomposition, exact at order two).

Two models are learned: the scout, without the comparison ``standing``, and the final one with it. So that the final
one does
not trust its scout more than it should, the standings it learns from come from scouts that have not seen the pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.actors import Actors
from reconcile.block import Window, candidate_pairs
from reconcile.by_hand import BY_HAND
from reconcile.compare import BY_NAME, COMPARISONS, compare
from reconcile.compare.standing import standing
from reconcile.event_types import EventTypes
from reconcile.model import Model, Part
from reconcile.own_say import moved, moves_of
from reconcile.pair_sums import sums_of
from reconcile.score import score

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

SEED: Final = 20_200_613
INTERACTIONS: Final = 40  # pairs of comparisons that may interact
ROUNDS: Final = 400
FOLDS: Final = 3  # of the scouts' cross-fitting
NAMES: Final = tuple(one.name for one in COMPARISONS if one.name not in BY_HAND)


@dataclass(frozen=True)
class Lesson:
    """One run's pairs to learn from: all candidates as compared, and what is known of them.

    ``same`` and ``weight`` hold one value a pair, a weight of 0 meaning that the pair is not judged. ``fold`` holds a
    number a record: pairs of records that may be one event are never in two folds.
    """

    compared: pl.DataFrame
    same: Bools
    weight: Floats
    fold: Ints

    def within(self, inside: Bools) -> Lesson:
        """The same lesson with every pair unjudged that touches a record not ``inside``."""
        left, right = self.compared["left"].to_numpy(), self.compared["right"].to_numpy()
        return Lesson(self.compared, self.same, self.weight * (inside[left] & inside[right]), self.fold)


def fit(
    lessons: Sequence[Lesson],
    *,
    name: str,
    window: Window | None = None,
    threshold: float = 0.0,
    unseen: float = -2.0,
    interactions: int = INTERACTIONS,
    report: Mapping[str, Any] | None = None,
) -> Model:
    """A model from judged pairs; see :class:`Lesson`. Deterministic: the same lessons give the same model."""
    chosen = _strongest(lessons, NAMES, interactions)
    scout = _learn(lessons, NAMES, chosen)
    cross = [_learn([one.within(one.fold % FOLDS != fold) for one in lessons], NAMES, chosen) for fold in range(FOLDS)]
    placed = [Lesson(_with_standing(one, scout, cross), one.same, one.weight, one.fold) for one in lessons]
    names = (*NAMES, "standing")
    prior, parts = _learn(placed, names, _strongest(placed, names, interactions))
    parts += tuple(Part(hand, (hand,), np.array(weights)) for hand, weights in BY_HAND.items())
    return Model(
        name, prior, parts, window or Window(), threshold=threshold, unseen=unseen, scout=scout, training=report or {}
    )


def calibrated(model: Model, slope: float, intercept: float) -> Model:
    """``model`` with every weight w turned into slope * w + intercept, so that a weight is the log-odds of a right
    match."""
    parts = tuple(Part(p.name, p.comparisons, (slope * p.weights).round(4)) for p in model.parts)
    return replace(model, prior=round(slope * model.prior + intercept, 4), parts=parts)


def line_of(weight: Floats, right: Floats, counts: Floats) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of ``right`` (0 to 1) on ``weight`` (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    # A share of 0.8 is four rights and one wrong.
    values = np.concatenate([weight, weight])[:, None]
    verdict = np.repeat([1, 0], len(weight))
    shares = np.concatenate([counts * right, counts * (1 - right)]) * (len(weight) / counts.sum())
    line = LogisticRegression(C=1e6, tol=1e-8, max_iter=1000).fit(values, verdict, sample_weight=shares)
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def _with_standing(lesson: Lesson, scout: _Sum, cross: Sequence[_Sum]) -> pl.DataFrame:
    """``compared`` with the standing that scouts give which have not seen the pair."""
    left, right = lesson.compared["left"].to_numpy(), lesson.compared["right"].to_numpy()
    fold = lesson.fold[left] % FOLDS
    weight = _weigh(scout, lesson.compared)
    judged = lesson.weight > 0
    for number, other in enumerate(cross):
        seen = judged & ((fold == number) | (lesson.fold[right] % FOLDS == number))
        weight[seen] = _weigh(other, lesson.compared)[seen]
    return lesson.compared.with_columns(standing=standing(lesson.compared, weight))


_Sum = tuple[float, tuple[Part, ...]]


def _weigh(model: _Sum, compared: pl.DataFrame) -> Floats:
    result: Floats = score(Model("scout", *model), compared, parts=False)["weight"].to_numpy().copy()
    return result


def _learn(lessons: Sequence[Lesson], names: Sequence[str], chosen: Sequence[tuple[int, int]]) -> _Sum:
    """Prior and parts of one additive model over the comparisons ``names``, of which the ``chosen`` pairs interact."""
    codes, same, weight = _judged(lessons, names)
    groups = [{i, j} for i, j in chosen] + [{i} for i in range(len(names))]
    prior, single, double = _tables(_boost(codes, same, weight, names, groups, ROUNDS), names, chosen)
    prior = _purify(codes, weight, prior, single, double)
    parts = [Part(names[i], (names[i],), table) for i, table in sorted(single.items())]
    parts += [Part(f"{names[i]} & {names[j]}", (names[i], names[j]), t) for (i, j), t in sorted(double.items())]
    rounded = [Part(part.name, part.comparisons, part.weights.round(4)) for part in parts]
    return round(prior, 4), tuple(part for part in rounded if np.abs(part.weights).max() >= 5e-3)


def _judged(lessons: Sequence[Lesson], names: Sequence[str]) -> tuple[Ints, Bools, Floats]:
    """Levels, verdict and weight of all judged pairs."""
    judged = [one.weight > 0 for one in lessons]
    codes = [one.compared.select(names).to_numpy()[k] for one, k in zip(lessons, judged, strict=True)]
    same = [one.same[k] for one, k in zip(lessons, judged, strict=True)]
    weight = [one.weight[k] for one, k in zip(lessons, judged, strict=True)]
    return np.concatenate(codes).astype(np.int64), np.concatenate(same), np.concatenate(weight)


def _ranks(names: Sequence[str]) -> list[Ints]:
    """For each comparison the rank of each level: its place in ``order``, or the level itself."""
    orders = [BY_NAME[name].order or tuple(range(len(BY_NAME[name].levels))) for name in names]
    return [np.argsort(np.array(order)) for order in orders]


def _ranked(codes: Ints, ranks: Sequence[Ints]) -> Floats:
    """``codes`` (one column a comparison) as ranks."""
    return np.column_stack([rank[codes[:, at]] for at, rank in enumerate(ranks)]).astype(np.float64)


def _boost(codes: Ints, same: Bools, weight: Floats, names: Sequence[str], allowed: Any, rounds: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    booster = HistGradientBoostingClassifier(
        max_iter=rounds,
        learning_rate=0.06,
        max_leaf_nodes=8,
        min_samples_leaf=15,
        l2_regularization=5.0,
        early_stopping=False,
        interaction_cst=allowed,
        monotonic_cst=[-1 if BY_NAME[name].order else 0 for name in names],
        random_state=SEED,
    )
    return booster.fit(_ranked(codes, _ranks(names)), same, sample_weight=weight)


def _tables(
    booster: Any, names: Sequence[str], chosen: Sequence[tuple[int, int]]
) -> tuple[float, dict[int, Floats], dict[tuple[int, int], Floats]]:
    """Read the additive tables off ``booster``, anchored at level 0 of every comparison."""
    sizes = [len(BY_NAME[name].levels) for name in names]
    rows: list[Ints] = [np.zeros((1, len(names)), dtype=np.int64)]
    keys: list[tuple[int, ...]] = [*((i,) for i in range(len(names))), *chosen]
    for key in keys:
        grid = np.indices([sizes[i] for i in key]).reshape(len(key), -1).T
        points = np.zeros((len(grid), len(names)), dtype=np.int64)
        points[:, list(key)] = grid
        rows.append(points)
    values = booster.decision_function(_ranked(np.concatenate(rows), _ranks(names)))
    anchor, at = float(values[0]), 1
    single: dict[int, Floats] = {}
    double: dict[tuple[int, int], Floats] = {}
    for key, points in zip(keys, rows[1:], strict=True):
        table = values[at : at + len(points)].reshape([sizes[i] for i in key]) - anchor
        at += len(points)
        if len(key) == 1:
            single[key[0]] = table
        else:
            i, j = key
            double[i, j] = table - single[i][:, None] - single[j][None, :]
    return anchor, single, double


def _strongest(lessons: Sequence[Lesson], names: Sequence[str], most: int) -> list[tuple[int, int]]:
    """The pairs of comparisons whose purified interaction moves the weight most over the training pairs."""
    codes, same, weight = _judged(lessons, names)
    booster = _boost(codes, same, weight, names, "pairwise", ROUNDS // 2)
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    _, single, double = _tables(booster, names, pairs)
    _purify(codes, weight, 0.0, single, double)
    size = {
        (i, j): float(np.sum(_mass(codes, weight, i, j, table.shape) * np.abs(table)))
        for (i, j), table in double.items()
    }
    return sorted(sorted(pairs, key=lambda pair: (-size[pair], pair))[:most])


def _mass(codes: Ints, weight: Floats, i: int, j: int, shape: tuple[int, ...]) -> Floats:
    cells = np.bincount(codes[:, i] * shape[1] + codes[:, j], weights=weight, minlength=shape[0] * shape[1])
    return cells.astype(np.float64).reshape(shape)


def _purify(
    codes: Ints, weight: Floats, prior: float, single: dict[int, Floats], double: dict[tuple[int, int], Floats]
) -> float:
    """Move what an interaction says of one comparison alone into that one's table, and means into the prior.

    After Lengerich et al. (2020), "Purifying interaction effects with the functional ANOVA".
    """
    for (i, j), table in double.items():
        mass = _mass(codes, weight, i, j, table.shape)
        mass += 1e-3 * mass.sum() / mass.size
        for _ in range(20):
            by_row = (table * mass).sum(axis=1) / mass.sum(axis=1)
            table -= by_row[:, None]
            single[i] += by_row
            by_column = (table * mass).sum(axis=0) / mass.sum(axis=0)
            table -= by_column[None, :]
            single[j] += by_column
    for i, line in single.items():
        counts = np.bincount(codes[:, i], weights=weight, minlength=len(line))
        mean = float((line * counts).sum() / counts.sum())
        line -= mean
        prior += mean
    return prior


def train(
    records: pl.DataFrame,
    labelled_pairs: pl.DataFrame,
    base: Model | None,
    *,
    actors: Actors,
    event_types: EventTypes,
    name: str = "trained",
    strength: float = 8.0,
) -> Model:
    """Learn from judged pairs of ``records``: left, right (rows), same (bool), weight.

    With ``base`` its one-comparison tables are moved as far as the judgements ask, held back by a ridge penalty of
    ``strength``
    (few judgements move little); without it a model is learned afresh from these pairs alone.
    """
    labelled = labelled_pairs.select("left", "right", "same", judged="weight")
    window = base.window if base else Window()
    ids = pl.concat([candidate_pairs(records, window), labelled.select("left", "right").cast(pl.UInt32)])
    compared = compare(records, ids.unique().sort("left", "right"), actors, event_types)
    known = compared.select("left", "right").join(labelled, on=["left", "right"], how="left", maintain_order="left")
    same = known["same"].fill_null(value=False).to_numpy().astype(bool)
    weight = known["judged"].fill_null(0.0).to_numpy().astype(np.float64)
    judged = weight > 0
    report = {
        "pairs": int(judged.sum()),
        "same": int((same & judged).sum()),
        "base": None if base is None else {"name": base.name, "hash": base.hash},
    }
    if base is None:
        lesson = Lesson(compared, same, weight, np.arange(len(records), dtype=np.int64))
        return fit([lesson], name=name, window=window, report=report)
    known_pairs = score(base, compared, parts=False).filter(judged)
    return adapt(base, known_pairs, same[judged], weight[judged], name=name, strength=strength, report=report)


def adapt(
    base: Model,
    judged: pl.DataFrame,
    same: Bools,
    weight: Floats,
    *,
    name: str,
    strength: float = 8.0,
    report: Mapping[str, Any] | None = None,
) -> Model:
    """Logistic ridge regression of the one-comparison tables around ``base`` (Newton's method).

    ``judged`` are the judged pairs as scored by ``base``; ``same`` and ``weight`` say whether each is one event, and
    how much it counts.
    """
    scored = judged["weight"].to_numpy()
    tables = [part for part in base.parts if len(part.comparisons) == 1]
    columns = [np.ones((len(judged), 1))]
    columns += [np.eye(len(part.weights))[judged[part.comparisons[0]].to_numpy().astype(np.int64)] for part in tables]
    design = np.concatenate(columns, axis=1)
    ridge = np.full(design.shape[1], strength)
    ridge[0] = strength / 8
    move = np.zeros(design.shape[1])
    loss = _loss(scored, design, same, weight, ridge, move)
    for _ in range(100):
        p = _sigmoid(scored + design @ move)
        gradient = design.T @ (weight * (same - p)) - ridge * move
        curve = design.T @ (design * (weight * p * (1 - p))[:, None]) + np.diag(ridge)
        step = np.linalg.solve(curve, gradient)
        # Far from the optimum a full Newton step may overshoot: halve it until it improves.
        while (after := _loss(scored, design, same, weight, ridge, move + step)) > loss and np.abs(step).max() > 1e-9:
            step /= 2
        if float(np.abs(step).max()) < 1e-8:
            break
        move, loss = move + step, after
    parts, at = [], 1
    for part in base.parts:
        if len(part.comparisons) == 1:
            moved = (part.weights + move[at : at + len(part.weights)]).round(4)
            at += len(part.weights)
            parts.append(Part(part.name, part.comparisons, moved))
        else:
            parts.append(part)
    prior = round(base.prior + float(move[0]), 4)
    return replace(base, name=name, prior=prior, parts=tuple(parts), training=report or {})


def _loss(scored: Floats, design: Floats, same: Bools, weight: Floats, ridge: Floats, move: Floats) -> float:
    """What ``adapt`` makes small: weighted log loss plus the ridge penalty."""
    signed = np.where(same, 1.0, -1.0) * (scored + design @ move)
    return float(np.sum(weight * np.logaddexp(0.0, -signed)) + 0.5 * np.sum(ridge * move * move))


def adapt_unsupervised(
    records: pl.DataFrame, base: Model, *, actors: Actors, event_types: EventTypes, name: str = "adapted"
) -> Model:
    """``base`` moved by what the pairs of ``records`` say, without labels; see :mod:`reconcile.own_say`.

    Every run does so for itself. A model kept takes what a large archive says along to runs that are too small to say
    anything.
    """
    pairs = candidate_pairs(records, base.window)
    scored = score(base, compare(records, pairs, actors, event_types), parts=False)
    moves = moves_of(sums_of(scored, scored["weight"].to_numpy(), records.height))
    report = {
        "unlabelled": len(scored),
        "base": {"name": base.name, "hash": base.hash},
        "say": round(moves.share, 4),
        "prior moved by": moves.prior,
    }
    return replace(moved(base, moves), name=name, training=report)


def _sigmoid(weight: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-np.clip(weight, -500, 500)))
    return result
