"""Polars tables as Arrow ones of the types that Spark knows, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import polars as pl
import pyarrow as pa

_PLAIN: Final[dict[Any, pa.DataType]] = {
    pl.String: pa.string(),
    pl.Binary: pa.binary(),
    pl.Boolean: pa.bool_(),
    pl.Int16: pa.int16(),
    pl.Int32: pa.int32(),
    pl.Int64: pa.int64(),
    pl.Float32: pa.float32(),
    pl.Float64: pa.float64(),
    pl.Date: pa.date32(),
}


def arrow_schema(schema: pl.Schema) -> pa.Schema:
    """``schema`` in Arrow's types: none of the large ones, which Spark does not read."""
    return pa.schema([pa.field(name, _arrow_type(kind)) for name, kind in schema.items()])


def _arrow_type(kind: Any) -> pa.DataType:
    if isinstance(kind, pl.List):
        return pa.list_(_arrow_type(kind.inner))
    if isinstance(kind, pl.Struct):
        return pa.struct([pa.field(one.name, _arrow_type(one.dtype)) for one in kind.fields])
    return _PLAIN[kind.base_type()]


def to_arrow(frame: pl.DataFrame, schema: pl.Schema) -> pa.Table:
    """``frame``, whose columns are those of ``schema``, in its types."""
    return frame.select(schema.names()).to_arrow(compat_level=pl.CompatLevel.oldest()).cast(arrow_schema(schema))


def from_arrow(table: pa.Table) -> pl.DataFrame:
    """Any table."""
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a column is no table")
    return frame


def of_group(work: Callable[[pl.DataFrame], pl.DataFrame], schema: pl.Schema) -> Callable[[pa.Table], pa.Table]:
    """``work`` as a function of a group's rows."""
    return lambda table: to_arrow(work(from_arrow(table)), schema)


def of_batches(
    work: Callable[[pl.DataFrame], pl.DataFrame], schema: pl.Schema
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """``work`` as a function of rows in any grouping."""

    def each(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from to_arrow(work(from_arrow(pa.Table.from_batches([batch]))), schema).to_batches()

    return each
