"""What every comparison stands on: its table row, and the pairs with their records' columns as arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile import block, terms
from reconcile.actors import Actors
from reconcile.event_types import EventTypes

Levels = npt.NDArray[np.int8]
NOT_STATED = "not stated by both"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One way to compare two records. Level 0 means that there is nothing to compare; the order is that of
    ``levels``."""

    name: str
    title: str
    levels: tuple[str, ...]
    compute: Callable[[Pairs], Levels]
    order: tuple[int, ...] = ()


class Pairs:
    """The pairs to compare: row numbers ``left`` and ``right`` and the records' columns, made once and kept."""

    def __init__(self, records: pl.DataFrame, pairs: pl.DataFrame, actors: Actors, event_types: EventTypes) -> None:
        self.records = records
        self.rows = len(records)
        self.left = pairs["left"].to_numpy().astype(np.int64)
        self.right = pairs["right"].to_numpy().astype(np.int64)
        self.window = block.Window()
        self.actors = actors
        self.event_types = event_types
        self._codes: dict[str, tuple[terms.Ints, list[str]]] = {}
        self._kept: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self.left)

    def keep(self, key: str, make: Callable[[], Any]) -> Any:
        """What ``make`` returns, made once under ``key``."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def level(self, name: str, compute: Callable[[Pairs], Levels]) -> Levels:
        """The levels of comparison ``name``, computed once."""
        result: Levels = self.keep(f"level {name}", lambda: compute(self))
        return result

    @cached_property
    def prepared(self) -> dict[str, npt.NDArray[Any]]:
        """The columns of ``block.prepare`` as float arrays (NaN where not known)."""
        frame = block.prepare(self.records, self.window)
        return {
            name: frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
            for name in ("start", "end", "lat", "lon", "km", "anchor")
        }

    @cached_property
    def day(self) -> terms.Ints:
        """The day each record belongs to when words are counted: of the event, else of publication."""
        result: terms.Ints = np.nan_to_num(self.prepared["anchor"], nan=-1e6).astype(np.int64)
        return result

    def codes(self, name: str) -> tuple[terms.Ints, list[str]]:
        """Column ``name`` as integers (-1 where null) and the values they stand for, in alphabetical order."""
        if name not in self._codes:
            values = self.records[name].drop_nulls().unique().sort()
            code = pl.DataFrame({name: values, "code": np.arange(len(values))})
            joined = self.records.select(name).join(code, on=name, how="left", maintain_order="left")
            self._codes[name] = (joined["code"].fill_null(-1).to_numpy().astype(np.int64), values.to_list())
        return self._codes[name]

    def both(self, name: str) -> tuple[terms.Ints, terms.Ints]:
        """Codes of column ``name`` for the left and the right record of each pair."""
        code = self.codes(name)[0]
        return code[self.left], code[self.right]

    def number(self, name: str) -> tuple[terms.Floats, terms.Floats]:
        """Column ``name`` as floats (NaN where null) for the left and the right record of each pair."""
        values = self.records[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        return values[self.left], values[self.right]


def graded(values: terms.Floats, bounds: tuple[float, ...], known: npt.NDArray[np.bool_] | None = None) -> Levels:
    """Level 1 up to ``bounds[0]`` (inclusive), 2 up to ``bounds[1]`` ...; 0 where NaN or not ``known``."""
    level = np.searchsorted(np.asarray(bounds), values, "left").astype(np.int8) + 1
    absent = np.isnan(values) if known is None else np.isnan(values) | ~known
    return np.where(absent, 0, level).astype(np.int8)
