"""Rows that somebody else has read from Parquet, to the table ``tables.LOADED``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import polars as pl

from reconcile.errors import Problem
from reconcile.load.columns import Chunk
from reconcile.load.finds import Finds, Path, Place
from reconcile.load.foreign import Choice, Foreign
from reconcile.load.limits import DEFAULT, Limits
from reconcile.load.one_file import frames
from reconcile.load.raw import RawRow
from reconcile.vague import VAGUE, Vague


class _TableReader:
    """Some rows of one file, numbered ``lines`` in it."""

    places: dict[str, tuple[int, int]] = {}  # noqa: RUF012 - never written: a table has no text to point into

    def __init__(self, table: pl.DataFrame, lines: Sequence[int]) -> None:
        self._table, self._lines = table, list(lines)

    def chunks(self) -> Iterator[Chunk]:
        columns = {one.name: one for one in self._table.get_columns()}
        yield Chunk(0, self._table.height, dict(columns), lines=self._lines, declared=True)

    def locate(self, wanted: Mapping[int, set[Path]]) -> dict[tuple[int, Path], Place]:
        return {(row, path): (self._lines[row], None) for row, paths in wanted.items() for path in paths}

    def raw(self, wanted: Collection[int]) -> dict[int, RawRow]:
        return {row: RawRow((self._lines[row], None), self._table.row(row, named=True), {}) for row in sorted(wanted)}


def read_table(
    name: str, table: pl.DataFrame, lines: Sequence[int], *, limits: Limits = DEFAULT, vague: Vague = VAGUE
) -> tuple[pl.DataFrame, list[Problem]]:
    """``table`` (our own fields, rows numbered ``lines`` in the file ``name``) as LOADED, and what is wrong with it.

    Other recorders' layouts are not looked for, ids not compared: who reads a file in parts has to do that.
    """
    finds = Finds(name)
    reader = _TableReader(table, lines)
    read = list(frames(reader, finds, limits, vague, Foreign(Choice(own=True))))
    return pl.concat(read), finds.problems(reader.locate)
