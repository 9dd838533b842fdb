"""Whatever the bytes, an answer or ``InputErrors``; every error at the place of its value."""

from __future__ import annotations

import io
import json
import re
from contextlib import suppress
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_load_round_trip import Record, many, to_csv, to_jsonl

from reconcile.errors import InputErrors
from reconcile.load import load
from reconcile.tables import LOADED


def survives(data: bytes) -> None:
    with suppress(InputErrors):
        load(["-"], stdin=io.BytesIO(data))


@given(st.binary(max_size=200))
@settings(max_examples=100)
def test_random_bytes_never_raise_anything_but_input_errors(data: bytes) -> None:
    for start in (b"", b"[", b'{"records":[', b"record_id,outlet,date,claims\n", b"PAR1", b'{"record_id":'):
        survives(start + data)


def cut_and_splice(data: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    for start, length, new in cuts:
        at = start % (len(data) + 1)
        data = data[:at] + new + data[at + length :]
    return data


SPLICES = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 3),
        st.sampled_from(
            [b"", b'"', b",", b"\n", b"\r", b"{", b"}", b"[", b"]", b"\0", b"\xff", b"\\", b"1e999", b"NaN"]
        )
        | st.binary(max_size=2),
    ),
    min_size=1,
    max_size=4,
)


@given(many(), SPLICES, st.sampled_from([to_csv, to_jsonl]))
@settings(max_examples=120)
def test_damaged_records_never_raise_anything_but_input_errors(records: list[Record], cuts: Any, writer: Any) -> None:
    survives(cut_and_splice(writer(records), cuts))


@given(many(), SPLICES)
@settings(max_examples=60)
def test_damaged_json_documents_never_raise_anything_but_input_errors(records: list[Record], cuts: Any) -> None:
    survives(cut_and_splice(json.dumps({"records": records}, indent=1).encode(), cuts))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELD_NAMES = st.sampled_from([*sorted(LOADED.names()), "wounded", "wounded_low", "plase"])


@given(st.lists(st.dictionaries(FIELD_NAMES, VALUES, max_size=8), max_size=4))
@settings(max_examples=120)
def test_any_json_value_in_any_field_is_read_or_refused(records: list[Record]) -> None:
    survives(json.dumps(records).encode())


BAD = st.sampled_from(
    [
        ("killed", "zz"),
        ("date", "never"),
        ("published_at", "never"),
        ("lat", "north"),
        ("geo_precision_km", "wide"),
        ("attribution", "perhaps"),
        ("aggregate", "partly"),
        ("wounded_low", "5-7"),
        ("date_end", "2020-06"),
        ("title", "nul\0nul"),
    ]
)


def pointed_at(data: bytes, line: int | None, column: int | None) -> str:
    assert line is not None
    assert column is not None
    return re.split("\r\n|\r|\n", data.decode())[line - 1][column - 1 :]


@given(many(), BAD, st.data(), st.sampled_from(["csv", "jsonl", "json", "wrapped"]))
@settings(max_examples=100)
def test_an_error_points_at_the_value_it_speaks_of(
    records: list[Record], bad: tuple[str, str], data: st.DataObject, kind: str
) -> None:
    field, value = bad
    row = data.draw(st.integers(0, len(records) - 1))
    records = [{**record, **({"lat": 1, "lon": 1} if field == "lat" else {})} for record in records]
    records[row][field] = value
    if field == "date_end":
        records[row].pop("date")
    text = {
        "csv": to_csv,
        "jsonl": to_jsonl,
        "json": lambda records: json.dumps(records, indent=2).encode(),
        "wrapped": lambda records: json.dumps({"n": [1], "records": records, "m": {"records": 2}}).encode(),
    }[kind](records)
    with pytest.raises(InputErrors) as caught:
        load(["-"], stdin=io.BytesIO(text))
    (problem,) = caught.value.problems
    assert problem.what.startswith(f"{field}: ")
    expected = f'"{value}"' if kind == "csv" else json.dumps(value)
    assert pointed_at(text, problem.line, problem.column).startswith(expected)


@given(st.lists(st.sampled_from(["record_id", "outlet", "date", "killed"]), unique=True, max_size=3))
def test_a_table_without_a_needed_column_says_so_once(names: list[str]) -> None:
    frame = pl.DataFrame({"record_id": ["a", "b"], "outlet": ["x", "y"], "date": ["2020-06-13"] * 2, "killed": [1, 2]})
    missing = {"record_id", "outlet", "date"} - set(names)
    for data in (frame.select(names).write_csv().encode(), parquet_bytes(frame.select(names))):
        if not names or not missing:
            continue
        with pytest.raises(InputErrors) as caught:
            load(["-"], stdin=io.BytesIO(data))
        assert len(caught.value.problems) == len(missing)


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


@given(SPLICES, st.sampled_from(["uncompressed", "zstd"]))
@settings(max_examples=60)
def test_damaged_parquet_never_raises_anything_but_input_errors(cuts: Any, compression: Any) -> None:
    buffer = io.BytesIO()
    frame = pl.DataFrame(
        {"record_id": ["a", "b"], "outlet": ["x", "y"], "date": ["2020-06-13"] * 2, "targets": [["p"], ["q", "r"]]}
    )
    frame.write_parquet(buffer, compression=compression)
    data = cut_and_splice(buffer.getvalue()[4:-4], cuts)
    survives(b"PAR1" + data + b"PAR1")
