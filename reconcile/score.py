"""The match weight of compared pairs: nothing but look-ups and one sum in a fixed order.

So the parts shown add up to the weight exactly, and a million pairs take about a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.compare import standing
from reconcile.model import Model, Part
from reconcile.parallel import blocks, each

_BLOCK: Final = 32_768  # pairs summed at a time: what is looked up and summed stays in the processor's cache


def score(
    model: Model, compared: pl.DataFrame, *, parts: bool = True, only: pl.DataFrame | None = None
) -> pl.DataFrame:
    """``compared`` and its ``weight`` (log-odds) and ``probability``; with ``parts`` also one column ``w_<part>``
    each. ``only`` (left, right) keeps but these pairs, weighed among all."""
    if model.scout is not None and "standing" not in compared.columns:
        if standing.nobody_compared(compared):
            level = np.zeros(len(compared), dtype=np.int8)
        else:
            level = standing.standing(compared, weigh(compared, *model.scout))
        compared = compared.with_columns(standing=level)
    if only is not None:
        compared = compared.join(only, on=["left", "right"], how="semi", maintain_order="left")
    weight = weigh(compared, model.prior, model.parts)
    shown = model.parts if parts else ()
    columns = {f"w_{part.name}": part.weights[tuple(compared[name] for name in part.comparisons)] for part in shown}
    return compared.with_columns(
        *(pl.Series(name, values) for name, values in columns.items()),
        pl.Series("weight", weight),
        pl.Series("probability", probability(model, weight)),
    )


def weigh(compared: pl.DataFrame, prior: float, parts: Sequence[Part]) -> npt.NDArray[np.float64]:
    """Of each pair ``prior`` plus the weight of every part, in the order of ``parts``."""
    weight = np.full(len(compared), prior)
    levels = {name: compared[name].to_numpy() for part in parts for name in part.comparisons}

    def work(block: slice) -> None:
        total = weight[block]
        level = {name: values[block].astype(np.uint16) for name, values in levels.items()}
        same = {name: int(some[0]) for name, some in level.items() if (some == some[0]).all()}
        code, at = np.empty(len(total), dtype=np.uint16), np.empty(len(total), dtype=np.intp)
        found = np.empty(len(total))
        for part in parts:
            # What all of these pairs show alike (nothing stated, mostly) is not looked up.
            table = part.weights[tuple(same.get(name, slice(None)) for name in part.comparisons)]
            names = [name for name in part.comparisons if name not in same]
            if not names:
                np.add(total, table, out=total)
                continue
            place = level[names[0]]
            if len(names) == 2:
                place = np.add(np.multiply(place, np.uint16(table.shape[1]), out=code), level[names[1]], out=code)
            np.copyto(at, place)
            np.take(table.ravel(), at, out=found, mode="clip")
            np.add(total, found, out=total)

    each(blocks(len(weight), _BLOCK), work)
    return weight


def probability(model: Model, weight: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The calibrated probability that a pair of this ``weight`` is one event."""
    slope, intercept = model.calibration
    result = np.empty(len(weight))

    def work(block: slice) -> None:
        result[block] = 1 / (1 + np.exp(-np.clip(slope * weight[block] + intercept, -700, 700)))

    each(blocks(len(weight), _BLOCK), work)
    return result
