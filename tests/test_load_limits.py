"""What asks for too much is refused quickly, by the limit's number, before it is unpacked."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reconcile.errors import InputErrors
from reconcile.load import Limits, load

HEADER = "record_id,outlet,date,title\n"
RECORD = {"record_id": "r1", "outlet": "Rudaw", "date": "2020-06-13"}


def refusal(data: bytes, **limits: Any) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        load(["-"], stdin=io.BytesIO(data), limits=Limits(**limits))
    return [f"{problem.where}: {problem.what}" for problem in caught.value.problems]


def parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def row(title: str) -> bytes:
    return f"{HEADER}r1,Rudaw,2020-06-13,{title}\n".encode()


@pytest.mark.parametrize(
    ("data", "limits", "expected"),
    [
        (row("x" * 50), {"max_file_bytes": 60}, "-: more than 60 bytes, the limit"),
        (row("x" * 50), {"max_line_bytes": 60}, "-:2:1: the line is longer than 60 bytes"),
        (row("é" * 20), {"max_line_bytes": 60}, "-:2:1: the line is longer than 60 bytes"),
        (
            json.dumps({**RECORD, "title": "x"}).encode(),
            {"max_line_bytes": 60},
            "-:1:1: the line is longer than 60 bytes",
        ),
        (row("x" * 11), {"max_field_chars": 10}, "-:2:21: title: has 11 characters; the limit is 10"),
        (row(f'"{"x" * 11}"'), {"max_field_chars": 10}, "-:2:21: title: has 11 characters; the limit is 10"),
        (row('"' + "x\n" * 11), {"max_field_chars": 10}, "-:2:21: the quoted cell is longer than 10 characters"),
        (HEADER.encode() + b"r1,a,2020,x\n" * 4, {"max_rows": 3}, "-: more than 3 rows, the limit"),
        (json.dumps([RECORD] * 4).encode(), {"max_rows": 3}, "-: more than 3 rows, the limit"),
        (row("x"), {"max_columns": 3}, "-:1:1: 4 columns; the limit is 3"),
        (json.dumps({**RECORD, "x": [[1]]}).encode(), {"max_depth": 2}, "-:1:68: nested more than 2 levels deep"),
        (parquet(pl.DataFrame([RECORD] * 4)), {"max_rows": 3}, "-: 4 rows; the limit is 3"),
        (parquet(pl.DataFrame([RECORD])), {"max_columns": 2}, "-: 3 columns; the limit is 2"),
    ],
)
def test_each_limit_is_named_where_it_is_passed(data: bytes, limits: dict[str, int], expected: str) -> None:
    assert expected in refusal(data, **limits)


def test_what_just_fits_is_read() -> None:
    text = json.dumps({**RECORD, "title": "x" * 10, "x": [1]})
    tight = Limits(len(text), len(text), 10, len(text), 1, 5, 2)
    assert load(["-"], stdin=io.BytesIO(text.encode()), limits=tight).records.height == 1


def test_a_long_text_in_any_kind_of_field_is_refused() -> None:
    long = "x" * 11
    records = [
        {**RECORD, "targets": [long]},
        {**RECORD, "targets": "a;" + long},
        {**RECORD, "claims": [{"measure": "killed", "quote": long}]},
        {**RECORD, "witness": long},
        {**RECORD, "witness": {"said": [long]}},
    ]
    data = json.dumps([{**record, "record_id": f"r{number}"} for number, record in enumerate(records)]).encode()
    found = refusal(data, max_field_chars=10)
    assert len(found) == len(records)
    assert all("characters; the limit is 10" in problem for problem in found)


def test_the_rows_of_all_files_together_count(tmp_path: Path) -> None:
    for name in "abc":
        tmp_path.joinpath(f"{name}.csv").write_text(HEADER + f"{name}1,a,2020,x\n{name}2,a,2020,x\n")
    assert load([str(tmp_path)], limits=Limits(max_rows=6)).records.height == 6
    with pytest.raises(InputErrors, match="more than 5 rows in one run, the limit"):
        load([str(tmp_path)], limits=Limits(max_rows=5))


def test_a_big_file_is_refused_by_its_size_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(5 << 30)  # sparse: nothing is written
    with pytest.raises(InputErrors, match=r"5,368,709,120 bytes; the limit is 4,294,967,296"):
        load([str(path)])


def quickly(data: bytes, what: str, seconds: float = 2.0, **limits: Any) -> None:
    start = time.monotonic()
    found = refusal(data, **limits)
    assert what in found[0]
    assert time.monotonic() - start < seconds


def test_a_small_file_of_many_rows_is_refused_from_its_footer() -> None:
    frame = pl.DataFrame({"record_id": pl.repeat("r", 21_000_000, eager=True)})
    data = parquet(frame)
    assert len(data) < 1 << 20
    quickly(data, "21,000,000 rows; the limit is 20,000,000")


def test_a_small_file_of_much_text_is_refused_from_its_footer() -> None:
    data = parquet(pl.DataFrame({**{key: [value] for key, value in RECORD.items()}, "text": ["x" * 50_000_000]}))
    assert len(data) < 1 << 20
    quickly(data, "bytes once unpacked; the limit is 10,000,000", max_parquet_bytes=10_000_000)


def test_many_columns_of_many_rows_are_refused_from_the_footer() -> None:
    data = parquet(pl.DataFrame({f"c{n}": pl.repeat(None, 100_000, dtype=pl.Int8, eager=True) for n in range(50)}))
    quickly(data, "40,000,000 bytes once unpacked", max_parquet_bytes=30_000_000)


def test_one_long_text_in_a_dictionary_is_counted_as_often_as_it_stands() -> None:
    frame = pl.DataFrame({"text": pl.repeat("x" * 100_000, 5_000, eager=True)})
    data = parquet(frame.cast(pl.Categorical).cast(pl.String))
    if len(data) < 1 << 20:
        quickly(data, "bytes once unpacked; the limit is 200,000,000", max_parquet_bytes=200_000_000)
    assert "bytes once unpacked" in refusal(data, max_parquet_bytes=200_000_000)[0]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"[" * 1_000_000, "nested more than 64 levels deep"),
        (b'{"x":' * 200_000, "nested more than 64 levels deep"),
        (b'[{"x":' + b"[" * 500_000 + b"]" * 500_000 + b"}]", "nested more than 64 levels deep"),
        (b'[{"x":' + b"9" * 1_000_000 + b"}]", "a number of 1,000,000 digits"),
        (b'record_id,outlet,date\nr1,"' + b"x\n" * 1_000_000, "the quoted cell is longer than 1,000,000 characters"),
        (b"record_id,outlet,date\n" + b"x" * (17 << 20), "the line is longer than 16,777,216 bytes"),
        (b"record_id,outlet,date\n" + b'"' * 2_000_001, "the quote that opens here is never closed"),
        (b"record_id,outlet,date\n" + b"x," * 2_000_000, "the row has 2,000,001 cells, the header 3"),
        (b"a," * 1_000_000 + b"record_id", "1,000,001 columns; the limit is 1,000"),
        (b"record_id,outlet,date,x\nr,a,2020," + b"\xff" * 2_000_000, "byte 0xff is not UTF-8"),
        (b"record_id,outlet,date,killed\nr,a,2020," + b"9" * 900_000, "killed: '9999"),
        (b"record_id,outlet,date,lat,lon\nr,a,2020," + b"9" * 900_000 + b",1", "is not a finite number"),
        (b"record_id,outlet,date\nr,a," + b"[" * 900_000, "date: '[[["),
        (b'record_id,outlet,date,claims\nr,a,2020,"' + b"[" * 900_000 + b'"', "nested more than 64 levels deep"),
    ],
)
def test_a_bomb_in_text_is_refused_quickly(data: bytes, what: str) -> None:
    quickly(data, what, seconds=5)
