"""Parquet files to chunks of raw columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import BinaryIO, Final

import polars as pl

from reconcile.load.columns import Chunk
from reconcile.load.finds import Finds, Path, Place
from reconcile.load.limits import Limits
from reconcile.load.parquet_columns import Width, read_width
from reconcile.load.parquet_footer import read_footer
from reconcile.load.raw import RawRow
from reconcile.text import clip

_CHUNK: Final = 100_000
_SAMPLE: Final = 64
_INNER: Final = 8  # elements of the schema for each column, as a list of objects of six fields has
_UNREADABLE: Final = "not a Parquet file that can be read"
_DAMAGES: Final = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError)


class ParquetReader:
    """One Parquet file; its places are row numbers, from 1."""

    def __init__(self, open_: Callable[[], BinaryIO], finds: Finds, limits: Limits) -> None:
        self._open, self._finds, self._limits = open_, finds, limits
        self.places: dict[str, tuple[int, int]] = {}

    def chunks(self) -> Iterator[Chunk]:
        """The records, some at a time."""
        first = 0
        for part in self._parts():
            yield Chunk(first, part.height, {one.name: one for one in part.get_columns()}, declared=True)
            first += part.height

    def _parts(self) -> Iterator[pl.DataFrame]:
        with self._open() as stream:
            try:
                if self._too_wide(read_width(stream)):
                    return
                footer = read_footer(stream)
            except ValueError as error:
                self._finds.at(None, None, f"{_UNREADABLE}: {error}")
                return
            limits = self._limits
            if footer.rows > limits.max_rows:
                self._finds.at(None, None, f"{footer.rows:,} rows; the limit is {limits.max_rows:,}")
                return
            if footer.uncompressed > limits.max_parquet_bytes:
                self._too_big(footer.uncompressed)
                return
            stream.seek(0)
            try:
                if not self._fits(stream, footer.rows):
                    return
            except _DAMAGES as error:
                self._damaged(error)
                return
            spelled_out = 0
            for first in range(0, footer.rows, _CHUNK):
                stream.seek(0)
                try:
                    part = pl.scan_parquet(stream).slice(first, _CHUNK).collect()
                    # A text that stands once in a dictionary and a million times in the column counts a million times.
                    sums = part.select(pl.selectors.string().str.len_bytes().sum().cast(pl.UInt64))
                except _DAMAGES as error:
                    self._damaged(error)
                    return
                spelled_out += sums.sum_horizontal().item() if sums.width else 0
                if spelled_out > limits.max_parquet_bytes:
                    self._too_big(spelled_out)
                    return
                yield part

    def _too_wide(self, width: Width | None) -> bool:
        most = self._limits.max_columns
        if width is not None and width.columns > most:
            self._finds.at(None, None, f"{width.columns:,} columns; the limit is {most:,}")
        elif width is not None and width.elements > _INNER * most:
            what = f"{width.elements:,} columns, those inside of others included; the limit is {_INNER * most:,}"
            self._finds.at(None, None, what)
        else:
            return False
        return True

    def _fits(self, stream: BinaryIO, rows: int) -> bool:
        schema = pl.read_parquet_schema(stream)
        if len(schema) > self._limits.max_columns:
            self._finds.at(None, None, f"{len(schema):,} columns; the limit is {self._limits.max_columns:,}")
            return False
        if len(schema) * rows * 8 > self._limits.max_parquet_bytes:
            self._too_big(len(schema) * rows * 8)
            return False
        texts = [name for name, kind in schema.items() if kind == pl.String]
        if texts and (least := self._least(stream, texts, rows)) > self._limits.max_parquet_bytes:
            self._too_big(least)
            return False
        return True

    def _damaged(self, error: BaseException) -> None:
        detail = " ".join(str(error).split())
        self._finds.at(None, None, f"{_UNREADABLE}: it is damaged", clip(detail, 120) or None)

    def _least(self, stream: BinaryIO, texts: list[str], rows: int) -> int:
        """A low guess of the bytes of all texts: those of the shortest of three samples, times the rows.

        The metadata does not tell how often a text of a dictionary stands in its column.
        """
        guesses = []
        for start in {0, max(rows // 2 - _SAMPLE, 0), max(rows - _SAMPLE, 0)}:
            stream.seek(0)
            part = pl.scan_parquet(stream).select(texts).slice(start, _SAMPLE).collect()
            guesses.append(sum(int(part[name].str.len_bytes().sum()) for name in texts) * rows // max(part.height, 1))
        return min(guesses)

    def _too_big(self, size: int) -> None:
        self._finds.at(None, None, f"{size:,} bytes once unpacked; the limit is {self._limits.max_parquet_bytes:,}")

    def locate(self, wanted: Mapping[int, set[Path]]) -> dict[tuple[int, Path], Place]:
        """Row numbers; a cell in a Parquet file has no column to point at."""
        return {(row, path): (row + 1, None) for row, paths in wanted.items() for path in paths}

    def raw(self, wanted: Collection[int]) -> dict[int, RawRow]:
        """The wanted rows, their values as the file types them."""
        found: dict[int, RawRow] = {}
        first = 0
        for part in self._parts() if wanted else ():
            for row in sorted(row for row in wanted if first <= row < first + part.height):
                found[row] = RawRow((row + 1, None), part.row(row - first, named=True), {})
            first += part.height
        return found
