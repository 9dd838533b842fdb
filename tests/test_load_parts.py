"""The parts of loading against oracles: the csv module, the json module, polars' own metadata, the slow path."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.errors import InputErrors
from reconcile.load import Limits, load
from reconcile.load.columns import by_distinct, tidy
from reconcile.load.csv_cells import CsvError, quick, split
from reconcile.load.finds import BadValueError, Finds
from reconcile.load.lines import LineIndex
from reconcile.load.parquet_footer import read_footer
from reconcile.load.strict_json import Strict, deeper, too_deep, walk
from reconcile.load.values import number_column, number_value, text_column, text_value

CELL = st.text(st.sampled_from('ab ",;\t\n\r=é'), max_size=6)


@given(st.lists(CELL, min_size=1, max_size=5), st.sampled_from(",;\t"), st.booleans())
def test_a_row_that_the_csv_module_writes_is_split_as_it_was(cells: list[str], delimiter: str, quoted: bool) -> None:
    buffer = io.StringIO()
    if not quoted:  # the module leaves a lone carriage return, and a space before a quote, without quotes
        cells = [cell.replace("\r", "").strip() for cell in cells]
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerow(cells)
    lines = iter(enumerate(buffer.getvalue().splitlines(keepends=True), start=1))
    first = next(lines, (1, "\n"))
    found, places = split(*first, delimiter, lines, 100)
    assert found == cells
    assert next(lines, None) is None
    for (line, column), cell in zip(places, cells, strict=True):
        text = buffer.getvalue().splitlines(keepends=True)[line - 1][column - 1 :]
        assert text.startswith((cell.strip(" \t\n\r"), '"'))


@given(st.text(st.sampled_from('ab ",;'), min_size=1, max_size=14), st.sampled_from(",;"))
@settings(max_examples=400)
def test_one_line_is_split_as_the_strict_csv_module_does_or_refused(line: str, delimiter: str) -> None:
    try:
        theirs: list[str] | None = next(csv.reader([line], delimiter=delimiter, strict=True), [""])
    except csv.Error:
        theirs = None
    fast = quick(line, delimiter) if '"' in line else None
    try:
        ours, _ = split(1, line, delimiter, iter(()), 100)
    except CsvError as error:
        spaced = "space" in error.what  # the csv module takes ' "a,b"' for two cells
        ours = None
    if ours is None:
        assert fast is None
        assert theirs is None or spaced
        return
    assert ours == theirs
    assert fast in (None, ours)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)


def at_path(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_every_value_of_a_json_text_is_found_where_it_begins(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = " \n" + json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    found = list(walk(text, 0))
    decoder = json.JSONDecoder()
    for path, at in found:
        assert decoder.raw_decode(text, at)[0] == at_path(value, path)
    assert len(found) == len({path for path, _ in found}) == count_values(value)


def count_values(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(count_values, inner))


@given(JSON)
def test_strict_json_decodes_what_json_decodes(value: Any) -> None:
    assert Strict(64).whole(json.dumps(value)) == (value, [])


@given(JSON, st.integers(0, 4))
def test_depth_is_measured_alike_on_values_and_on_texts(value: Any, depth: int) -> None:
    def height(one: Any) -> int:
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else None
        return 0 if inner is None else 1 + max(map(height, inner), default=0)

    assert deeper(value, depth) == (height(value) > depth)
    assert (too_deep(json.dumps(value), 0, depth) is not None) == (height(value) > depth)


def test_a_key_given_twice_is_found_at_its_second_place_at_any_depth() -> None:
    text = '{"a": 1, "b": [{"a": 1}, {"c": 2, "c": 3}], "a": {"a": 1}}'
    _, found = Strict(64).whole(text)
    assert [(fault.at, fault.what) for fault in found] == [
        (text.index('"c": 3'), "the key 'c' is given twice in one object"),
        (text.index('"a": {'), "the key 'a' is given twice in one object"),
    ]


# --- the fast path is the slow path

LIMITS = Limits(max_field_chars=5)
MIXED = (
    st.none() | st.text(max_size=7) | st.integers() | st.floats() | st.booleans() | st.lists(st.integers(), max_size=1)
)


def outcome(finds: Finds, values: list[Any]) -> tuple[list[Any], list[tuple[int, str]]]:
    return values, sorted((find.row, find.what) for find in finds.found)


def one_by_one(values: list[Any], parse: Any) -> tuple[list[Any], list[tuple[int, str]]]:
    results, wrong = [], []
    for row, value in enumerate(values):
        clean = tidy([value, object()])[0]  # beside an object nothing is taken for a series
        try:
            results.append(None if clean is None else parse(clean))
        except BadValueError as error:
            results.append(None)
            wrong.append((row, f"f: {error}"))
    return results, wrong


@given(st.lists(st.none() | st.text(st.sampled_from("ab \0\u3000\x1c\x85é"), max_size=8), max_size=6) | st.lists(MIXED))
def test_text_columns_are_read_as_one_by_one(values: list[Any]) -> None:
    finds = Finds("f")
    column = text_column(tidy(values), "f", finds, LIMITS)
    assert column.dtype == pl.String
    assert outcome(finds, column.to_list()) == one_by_one(values, lambda value: text_value(value, LIMITS))


NUMBERS = st.sampled_from(
    ["1", "-0.5", "1e3", "1_0", "nan", "1,5", " 2.50 ", "+7", ".5", "1.", "1e999", "٣", "0x1", "--1"]
)


@given(
    st.lists(st.none() | NUMBERS | st.decimals(-999, 999, places=6).map(str))
    | st.lists(st.none() | st.floats())
    | st.lists(st.none() | st.integers(-(10**12), 10**12))
    | st.lists(MIXED)
)
def test_number_columns_are_read_as_one_by_one(values: list[Any]) -> None:
    finds = Finds("f")
    column = number_column(tidy(values), "f", finds)
    assert column.dtype == pl.Float64
    expected = one_by_one(values, number_value)
    assert outcome(finds, column.to_list()) == expected


def test_true_and_one_are_not_one_value() -> None:
    seen = []

    def parse(value: Any) -> tuple[str]:
        seen.append(value)
        return (repr(value),)

    table = by_distinct([1, True, 1.0, "1", 1, None, [1], [1]], parse, {"x": pl.String}, Finds("f"), "x")
    assert table["x"].to_list() == ["1", "True", "1.0", "'1'", "1", None, "[1]", "[1]"]
    assert len(seen) == 6


# --- Parquet


def parquet(frame: pl.DataFrame, **options: Any) -> io.BytesIO:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, **options)
    return buffer


@given(
    st.integers(0, 300), st.integers(1, 20), st.sampled_from(["zstd", "snappy", "uncompressed"]), st.integers(20, 99)
)
@settings(max_examples=30)
def test_the_footer_says_how_many_rows_there_are(height: int, width: int, compression: Any, group: int) -> None:
    frame = pl.DataFrame(
        {f"c{n}": ["x" * n] * height for n in range(width)},
        schema=dict.fromkeys([f"c{n}" for n in range(width)], pl.String),
    )
    footer = read_footer(parquet(frame, compression=compression, row_group_size=group))
    assert footer.rows == height
    assert (footer.uncompressed > 0) == (height > 0)


def varint(number: int) -> bytes:
    coded = bytearray()
    number *= 2  # zigzag
    while number > 127:
        coded.append(number & 127 | 128)
        number >>= 7
    return bytes([*coded, number])


@given(st.integers(0, 2**60), st.lists(st.tuples(st.integers(0, 2**60), st.integers(0, 2**60)), max_size=20))
def test_a_footer_that_contradicts_itself_counts_by_its_greater_number(
    total: int, groups: list[tuple[int, int]]
) -> None:
    coded = b"".join(b"\x26" + varint(size) + b"\x16" + varint(rows) + b"\x00" for size, rows in groups)
    long = len(groups) >= 15
    head = bytes([0xFC, len(groups)]) if long else bytes([len(groups) << 4 | 12])
    footer = b"\x36" + varint(total) + b"\x19" + head + coded + b"\x00"
    whole = b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"
    read = read_footer(io.BytesIO(whole))
    assert read.rows == max(total, sum(rows for _, rows in groups))
    assert read.uncompressed == sum(size for size, _ in groups)


@given(st.binary(max_size=60))
def test_no_footer_is_read_for_ever_or_raises_anything_but_value_error(data: bytes) -> None:
    whole = b"PAR1" + data + len(data).to_bytes(4, "little") + b"PAR1"
    with suppress(ValueError):
        assert read_footer(io.BytesIO(whole)).rows >= 0


BASE = {"record_id": ["a", "b"], "outlet": ["x", "y"], "date": ["2020-06-13", "2020-06-14"]}


def typed(**columns: Any) -> dict[str, list[Any]]:
    frame = pl.DataFrame({**BASE, **columns})
    return load(["-"], stdin=io.BytesIO(parquet(frame).getvalue())).records.to_dict(as_series=False)


def refused(**columns: Any) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        typed(**columns)
    return [f"{problem.line}: {problem.what}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    "kind", [pl.Int8, pl.Int32, pl.UInt16, pl.UInt64, pl.Int128, pl.Float32, pl.Decimal(10, 2), pl.String]
)
def test_counts_of_any_numeric_type_are_read(kind: Any) -> None:
    read = typed(killed=pl.Series([5, None]).cast(kind), killed_low=pl.Series([4, 3]).cast(kind))
    assert read["killed"] == [5, None]
    assert read["killed_low"] == [4, 3]


def test_counts_that_are_none_are_refused_in_any_type() -> None:
    assert refused(killed=[1.5, float("nan")]) == [
        "1: killed: 1.5 is a fraction; persons come whole",
        "2: killed: nan is not a number",
    ]
    assert refused(killed=[-1, 10_000_001]) == [
        "1: killed: -1 is below zero",
        "2: killed: 10000001 is absurdly large (the limit is 10,000,000)",
    ]
    assert refused(killed=[True, None]) == ["1: killed: expected a whole number, not true"]
    assert refused(killed=pl.Series([2**64 - 1, 2**63], dtype=pl.UInt64))
    assert refused(killed_high=pl.Series([2**100, 0], dtype=pl.Int128))


def test_native_dates_and_moments_are_read() -> None:
    zone = timezone(timedelta(hours=3))
    read = typed(date=[date(2020, 6, 13), None], published_at=[datetime(2020, 6, 14, 1, 30, tzinfo=zone)] * 2)
    assert read["date"] == ["2020-06-13", None]
    assert read["published"] == [date(2020, 6, 13)] * 2  # polars keeps moments in UTC
    read = typed(date=[datetime(2020, 6, 14, 1, 30), datetime(2020, 6, 14)])
    assert read["date"] == ["2020-06-14T01:30", "2020-06-14"]
    assert read["date_minute"] == [90, None]
    far = pl.Series([10**7, 1], dtype=pl.Int32).cast(pl.Date)
    assert refused(date=far) == ["1: date: has a year outside 1000-2999 (29349)"]
    assert refused(published_at=far.cast(pl.Datetime("ms"))) == [
        "1: published_at: has a year outside 1000-2999 (29349)"
    ]
    assert typed(date_start=pl.Series([date(2020, 6, 1)] * 2), date=[None, None])["date"] == ["2020-06-01/.."] * 2


def test_texts_of_any_type_are_read() -> None:
    assert typed(record_id=[7, 8])["record_id"] == ["7", "8"]
    assert typed(outlet=pl.Series(["x", "y"], dtype=pl.Categorical))["outlet"] == ["x", "y"]
    assert typed(outlet=[b"x", "é".encode()])["outlet"] == ["x", "é"]
    assert refused(outlet=[b"x", b"a\xff"]) == ["2: outlet: character 2 is a lone surrogate (U+DCFF), which is no text"]
    assert refused(outlet=[1.5, 2.5])[0] == "1: outlet: expected text, not the number 1.5"


def test_nested_and_odd_types_in_unknown_columns_are_kept_as_json() -> None:
    read = typed(
        a_list=[[1, 2], []],
        b_struct=[{"x": 1, "y": [None]}, None],
        c_day=[date(2020, 1, 2), None],
        d_float=[1.5, float("nan")],
        e_time=[datetime(2020, 1, 2, 3, 4, 5), None],
        f_bytes=[b"\x00\xff", None],
        g_int=[0, None],
        h_span=[timedelta(hours=1), None],
        i_truth=[False, None],
        j_inf=[float("inf"), None],
    )
    assert json.loads(read["extra"][0]) == {
        "a_list": [1, 2],
        "b_struct": {"x": 1, "y": [None]},
        "c_day": "2020-01-02",
        "d_float": 1.5,
        "e_time": "2020-01-02 03:04:05.000000",
        "f_bytes": "00ff",
        "g_int": 0,
        "h_span": "PT1H",
        "i_truth": False,
        "j_inf": "inf",
    }
    assert read["extra"][1] is None
    assert read["extra"][0] == json.dumps(json.loads(read["extra"][0]), sort_keys=True, separators=(",", ":"))


@given(st.text(st.sampled_from("a\r\n\u2028"), max_size=20), st.integers(1, 5))
def test_every_character_is_on_the_line_that_splitting_gives_it(text: str, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reconcile.load.lines._BLOCK", block)
        index = LineIndex(text)
        starts = [0, *(end.end() for end in re.finditer("\r\n|\r|\n", text))]
        for at in range(len(text) + 1):
            line = sum(start <= at for start in starts)
            assert index.place(at) == (line, at - starts[line - 1] + 1)
            assert index.line(at) == line
