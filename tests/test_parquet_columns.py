"""The width of a Parquet file, known from the first bytes of its footer."""

from __future__ import annotations

import io
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.errors import InputErrors
from reconcile.load import Limits, load
from reconcile.load.parquet_columns import Width, read_width

KINDS = {
    "whole": 1,
    "text": "x",
    "list": ["a", "b"],
    "object": {"a": 1, "b": "x"},
    "objects": [{"measure": "killed", "best": 3, "quote": "three"}],
}


def parquet(frame: pl.DataFrame, **options: Any) -> io.BytesIO:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, **options)
    return buffer


def footer(body: bytes) -> io.BytesIO:
    return io.BytesIO(b"PAR1" + body + len(body).to_bytes(4, "little") + b"PAR1")


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=40), st.integers(0, 3))
def test_the_width_is_that_of_the_frame(kinds: list[str], height: int) -> None:
    frame = pl.DataFrame({f"{kind}{number}": [KINDS[kind]] * 3 for number, kind in enumerate(kinds)}).head(height)
    width = read_width(parquet(frame))
    assert width is not None
    assert width.columns == frame.width
    inner = {"whole": 1, "text": 1, "list": 3, "object": 3, "objects": 6}
    assert width.elements == 1 + sum(inner[kind] for kind in kinds)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\x15\x02\x19\x2c\x48\x01x\x15\x02\x00", Width(1, 2)),  # version, two elements, a root with a name
        (b"\x29\x2c\x48\x01x\x15\x02\x00", Width(1, 2)),  # no version
        (b"\x08\x04\x19\x2c\x48\x01x\x15\x02\x00", None),  # a field that is none of ours stands first
        (b"\x15\x02\x16\x02\x00", None),  # rows where the schema belongs
        (b"\x15\x02\x19\x0c\x00", None),  # a schema of nothing
        (b"\x15\x02\x19\x28\x01x\x01y", None),  # a list of texts
        (b"\x00", None),
    ],
)
def test_what_the_first_bytes_say(body: bytes, expected: Width | None) -> None:
    assert read_width(footer(body)) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"\x15\x02\x19\x2c\x48\x01x\x15\x04\x00",  # as many columns as elements, with the root
        b"\x15\x02\x19\x2c\x48\x01x\x15\x01\x00",  # fewer than none
        b"\x15\x02\x19\x2c\x48\x01x\x18\x01x\x00",  # a text for a number
        b"\x15\x02\x19\x2c\x48\x7fx",  # a name longer than the file
        b"\x15\x02\x19",
    ],
)
def test_a_width_that_cannot_be_is_damage(body: bytes) -> None:
    with pytest.raises(ValueError, match="its footer is damaged"):
        read_width(footer(body))


@given(st.binary(min_size=1, max_size=60))
def test_no_width_is_read_for_ever_or_raises_anything_but_value_error(body: bytes) -> None:
    try:
        width = read_width(footer(body))
    except ValueError:
        return
    assert width is None or 0 <= width.columns < width.elements


@pytest.mark.parametrize(
    ("columns", "inside", "what"),
    [
        (21, 1, "21 columns; the limit is 20"),
        (1, 160, "162 columns, those inside of others included; the limit is 160"),
    ],
)
def test_a_wide_file_is_refused_by_its_width(columns: int, inside: int, what: str) -> None:
    value: Any = 0 if inside == 1 else {f"k{number}": 0 for number in range(inside)}
    data = parquet(pl.DataFrame({f"c{number}": [value] for number in range(columns)})).getvalue()
    with pytest.raises(InputErrors) as caught:
        load(["-"], stdin=io.BytesIO(data), limits=Limits(max_columns=20))
    assert [problem.what for problem in caught.value.problems] == [what]


def test_only_the_beginning_of_a_footer_is_read() -> None:
    stream = parquet(pl.DataFrame({f"c{number}": [0] for number in range(20_000)}))
    asked: list[int] = []

    class Counted(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size or 0)
            return super().read(size)

    assert read_width(Counted(stream.getvalue())) == Width(20_000, 20_001)
    assert max(asked) <= 1 << 20
