"""Learn the weights: boosted trees over levels, two comparisons at most a tree, written down as additive tables.

A tree that sees at most two comparisons is a table over their levels; so is any sum of such trees, and the boosted model is
exactly a generalized additive model with pairwise interactions. The tables are read off by evaluating it at points that
differ from one reference in one or two comparisons (an anchored functional decomposition, exact at order two).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.actors import Actors
from reconcile.block import Window, candidate_pairs
from reconcile.compare import BY_NAME, COMPARISONS, compare
from reconcile.event_types import EventTypes
from reconcile.model import Model, Part, score

Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int8]

SEED: Final = 20_200_613
INTERACTIONS: Final = 40  # pairs of comparisons that may interact
ROUNDS: Final = 300
LEAVES: Final = 8


def fit(
    levels: pl.DataFrame,
    same: npt.NDArray[np.bool_],
    weight: Floats,
    *,
    name: str,
    window: Window = Window(),
    threshold: float = -0.5,
    unseen: float = -3.0,
    interactions: int = INTERACTIONS,
    report: dict[str, Any] | None = None,
) -> Model:
    """A model from the level columns of compared pairs, whether each is one event, and how much each counts."""
    names = [one.name for one in COMPARISONS]
    x = levels.select(names).to_numpy().astype(np.float64)
    first = _boost(x, same, weight, "pairwise")
    chosen = _strongest(first, x, weight, names, interactions)
    groups = [{i, j} for i, j in chosen] + [{i} for i in range(len(names))]
    prior, single, double = _tables(_boost(x, same, weight, groups), names, chosen)
    prior = _purify(x.astype(np.int64), weight, prior, single, double)
    parts = [Part(names[i], (names[i],), table) for i, table in sorted(single.items())]
    parts += [Part(f"{names[i]} & {names[j]}", (names[i], names[j]), t) for (i, j), t in sorted(double.items())]
    parts = [Part(p.name, p.comparisons, p.weights.round(4)) for p in parts if np.abs(p.weights).max() >= 5e-3]
    return Model(name, round(prior, 4), tuple(parts), window, (1.0, 0.0), threshold, unseen, report or {})


def _boost(x: Floats, same: npt.NDArray[np.bool_], weight: Floats, allowed: Any) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    booster = HistGradientBoostingClassifier(
        max_iter=ROUNDS,
        learning_rate=0.05,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=15,
        l2_regularization=5.0,
        early_stopping=False,
        interaction_cst=allowed,
        random_state=SEED,
    )
    return booster.fit(x, same, sample_weight=weight)


def _sizes(names: Sequence[str]) -> list[int]:
    return [len(BY_NAME[name].levels) for name in names]


def _tables(
    booster: Any, names: Sequence[str], chosen: Sequence[tuple[int, int]]
) -> tuple[float, dict[int, Floats], dict[tuple[int, int], Floats]]:
    """Read the additive tables off ``booster``, anchored at level 0 of every comparison."""
    sizes = _sizes(names)
    rows: list[Floats] = [np.zeros(len(names))]
    spans: list[tuple[tuple[int, ...], int]] = []
    for key in [*((i,) for i in range(len(names))), *chosen]:
        grid = np.indices([sizes[i] for i in key]).reshape(len(key), -1).T
        block = np.zeros((len(grid), len(names)))
        block[:, list(key)] = grid
        spans.append((key, len(block)))
        rows.extend(block)
    values = booster.decision_function(np.array(rows))
    anchor, at = float(values[0]), 1
    single: dict[int, Floats] = {}
    double: dict[tuple[int, int], Floats] = {}
    for key, count in spans:
        table = values[at : at + count].reshape([sizes[i] for i in key]) - anchor
        at += count
        if len(key) == 1:
            single[key[0]] = table
        else:
            i, j = key
            double[i, j] = table - single[i][:, None] - single[j][None, :]
    return anchor, single, double


def _strongest(booster: Any, x: Floats, weight: Floats, names: Sequence[str], most: int) -> list[tuple[int, int]]:
    """The pairs of comparisons whose purified interaction moves the weight most over the training pairs."""
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    _, single, double = _tables(booster, names, pairs)
    codes = x.astype(np.int64)
    _purify(codes, weight, 0.0, single, double)
    size = {(i, j): float(np.sum(weight * np.abs(t[codes[:, i], codes[:, j]]))) for (i, j), t in double.items()}
    return sorted(sorted(pairs, key=lambda pair: (-size[pair], pair))[:most])


def _purify(
    codes: npt.NDArray[np.int64],
    weight: Floats,
    prior: float,
    single: dict[int, Floats],
    double: dict[tuple[int, int], Floats],
) -> float:
    """Move what an interaction says of one comparison alone into that one's table, and means into the prior."""
    for (i, j), table in double.items():
        mass = np.zeros(table.shape)
        np.add.at(mass, (codes[:, i], codes[:, j]), weight)
        mass += 1e-3 * mass.sum() / mass.size
        for _ in range(20):
            by_row = (table * mass).sum(axis=1) / mass.sum(axis=1)
            table -= by_row[:, None]
            single[i] += by_row
            by_column = (table * mass).sum(axis=0) / mass.sum(axis=0)
            table -= by_column[None, :]
            single[j] += by_column
    for i, line in single.items():
        mass = np.bincount(codes[:, i], weights=weight, minlength=len(line))
        mean = float((line * mass).sum() / mass.sum())
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

    With ``base`` its one-comparison tables are moved as far as the judgements ask, held back by a ridge penalty of ``strength``
    (few judgements move little); without it a model is learned afresh from these pairs alone.
    """
    labelled = labelled_pairs.sort("left", "right")
    window = base.window if base else Window()
    every = (
        pl.concat([candidate_pairs(records, window), labelled.select("left", "right")]).unique().sort("left", "right")
    )
    compared = compare(records, every, actors, event_types)
    judged = labelled.join(compared, on=["left", "right"], how="left", maintain_order="left")
    same = judged["same"].to_numpy().astype(bool)
    weight = judged["weight"].to_numpy().astype(np.float64)
    report = {"pairs": len(judged), "same": int(same.sum()), "base": None if base is None else base.hash}
    if base is None:
        return fit(judged, same, weight, name=name, window=window, report=report)
    return _adapt(base, judged.drop("weight"), same, weight, name, strength, report)


def _adapt(
    base: Model,
    judged: pl.DataFrame,
    same: npt.NDArray[np.bool_],
    weight: Floats,
    name: str,
    strength: float,
    report: dict[str, Any],
) -> Model:
    """Logistic ridge regression of the one-comparison tables around ``base`` (Newton's method)."""
    scored = score(base, judged, parts=False)["weight"].to_numpy()
    tables = [part for part in base.parts if len(part.comparisons) == 1]
    columns = [np.ones((len(judged), 1))]
    for part in tables:
        columns.append(np.eye(len(part.weights))[judged[part.comparisons[0]].to_numpy().astype(np.int64)])
    design = np.concatenate(columns, axis=1)
    ridge = np.full(design.shape[1], strength)
    ridge[0] = strength / 8
    move = np.zeros(design.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-(scored + design @ move)))
        gradient = design.T @ (weight * (same - p)) - ridge * move
        curve = design.T @ (design * (weight * p * (1 - p))[:, None]) + np.diag(ridge)
        step = np.linalg.solve(curve, gradient)
        move += step
        if float(np.abs(step).max()) < 1e-8:
            break
    parts, at = [], 1
    for part in base.parts:
        if len(part.comparisons) == 1:
            moved = (part.weights + move[at : at + len(part.weights)]).round(4)
            at += len(part.weights)
            parts.append(Part(part.name, part.comparisons, moved))
        else:
            parts.append(part)
    return Model(
        name,
        round(base.prior + float(move[0]), 4),
        tuple(parts),
        base.window,
        base.calibration,
        base.threshold,
        base.unseen,
        report,
    )
