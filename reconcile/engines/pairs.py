"""The candidate pairs of a run on disk: which records they are stays in memory, what they were found to be does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.compare import BY_NAME, COMPARISONS, standing
from reconcile.compare.base import Gathered, Levels
from reconcile.model import Model, Part
from reconcile.own_say import moved, moves_of
from reconcile.pair_sums import Floats, Sums, sums_of
from reconcile.parallel import each
from reconcile.pipeline import Knowledge
from reconcile.score import weigh

Rows = npt.NDArray[np.uint32]
Values = Mapping[str, npt.NDArray[Any]]

_AMONG: Final = {one.name: one.among for one in COMPARISONS if one.among is not None}


class PairsOnDisk:
    """Takes pairs part by part, each pair once; what was found of them goes to files of ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ends: list[tuple[Rows, Rows]] = []
        self._lock = Lock()

    def add(self, left: Rows, right: Rows, found: Values) -> None:
        """Some pairs of rows and what ``compare.values`` found of them; threads may add at once."""
        with self._lock:
            number = len(self._ends)
            self._ends.append((left, right))
        pl.DataFrame(dict(found)).write_ipc(_file(self._folder, number))

    def __len__(self) -> int:
        return sum(len(left) for left, _ in self._ends)

    def weighed(self, outlet: Rows, knowledge: Knowledge) -> tuple[pl.DataFrame, Knowledge]:
        """``left, right, weight`` of all pairs, sorted, and the knowledge with the model that the run has had its say
        in: what :func:`reconcile.pipeline.weighed` says. ``outlet`` has a code for each record. Nothing is left here.
        """
        bounds = np.cumsum([0, *(len(left) for left, _ in self._ends)])
        none = np.zeros(0, dtype=np.uint32)
        left, right = (np.concatenate([none, *(ends[at] for ends in self._ends)]) for at in (0, 1))
        self._ends.clear()
        parts = [slice(*ends) for ends in pairwise(bounds)]
        gathered = _gathered(self._folder, (left, right), parts, len(outlet))
        every = _All(self._folder, left, right, parts, outlet, gathered)
        weight, model = every.weighed(knowledge.model)
        for number in range(len(every.parts)):
            _file(self._folder, number).unlink()
        order = pl.Series(left.astype(np.int64) << 32 | right).arg_sort().to_numpy()
        pairs = pl.DataFrame({"left": left[order], "right": right[order], "weight": weight[order]})
        return pairs, replace(knowledge, model=model)


def _file(folder: Path, number: int) -> Path:
    return folder / f"pairs-{number}.arrow"


@dataclass(frozen=True)
class _All:
    """All pairs of a run; what was found of those of each of the ``parts`` is in a file."""

    folder: Path
    left: Rows
    right: Rows
    parts: list[slice]
    outlet: Rows
    """A code for each record."""
    gathered: dict[str, Gathered]
    """What each record gathers from its pairs."""

    def weighed(self, model: Model) -> tuple[Floats, Model]:
        """The weights under the model that the pairs have had their say in, and that model."""
        stands = None if model.scout is None else self._stands(*model.scout)
        counted: list[Sums] = []

        def count(number: int) -> None:
            levels = self._levels(number, stands)
            counted.append(sums_of(levels, weigh(levels, model.prior, model.parts), len(self.outlet)))

        each(range(len(self.parts)), count)
        moves = moves_of(sum(counted, Sums.none()))
        model = moved(model, moves)
        return self._weights(model.prior, model.parts, stands), model

    def _weights(self, prior: float, parts: Sequence[Part], stands: Levels | None) -> Floats:
        weight = np.empty(len(self.left))

        def work(number: int) -> None:
            weight[self.parts[number]] = weigh(self._levels(number, stands), prior, parts)

        each(range(len(self.parts)), work)
        return weight

    def _stands(self, prior: float, parts: Sequence[Part]) -> Levels:
        """The level of ``standing``."""
        of_left, of_right = self.outlet[self.left], self.outlet[self.right]
        ends = pl.DataFrame(
            {"left": self.left, "right": self.right, "left_outlet": of_left, "right_outlet": of_right}
        )  # fmt: skip
        if standing.nobody_compared(ends):
            return np.zeros(len(ends), dtype=np.int8)
        return standing.standing(ends, self._weights(prior, parts, None))

    def _levels(self, number: int, stands: Levels | None) -> pl.DataFrame:
        """The levels of the pairs of a part, one column a comparison; ``stands`` is that of the last one."""
        part = self.parts[number]
        found = pl.read_ipc(_file(self.folder, number))
        levels = found.with_columns(
            pl.Series(name, among.grade(found[name].to_numpy(), *self._gathered_of(name, part)))
            for name, among in _AMONG.items()
        )
        return levels if stands is None else levels.with_columns(pl.Series(standing.COMPARISON.name, stands[part]))

    def _gathered_of(self, name: str, part: slice) -> Iterator[Gathered]:
        for end in (self.left, self.right):
            yield tuple(one[end[part]] for one in self.gathered[name])


def _gathered(folder: Path, ends: tuple[Rows, Rows], parts: list[slice], records: int) -> dict[str, Gathered]:
    """What each record gathers from all its pairs, for each comparison among them."""
    found = {}
    for name, among in _AMONG.items():
        values = np.empty(len(ends[0]), dtype=BY_NAME[name].dtype)
        for number, part in enumerate(parts):
            values[part] = pl.read_ipc(_file(folder, number), columns=[name])[name].to_numpy()
        found[name] = among.gather(ends, values, records)
    return found
