"""Records written to CSV, JSON, JSONL and Parquet read back as the same table; parts give what the whole gives."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.load import load
from reconcile.load.columns import WHITE
from reconcile.tables import ATTRIBUTIONS, LOADED, MEASURES, TEXT_FIELDS

Record = dict[str, Any]

# Any character but NUL and surrogates; ends stripped as the loader strips them, so that what goes in must come out.
TEXT = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
    .map(lambda text: text.strip(WHITE))
    .filter(bool)
)
NAME = TEXT.filter(lambda text: ";" not in text)
COUNT = st.integers(0, 10_000_000)
DAY = st.dates(date(1990, 1, 1), date(2030, 12, 31)).map(date.isoformat)
EDTF = DAY | st.sampled_from(["2020-06", "2020", "../2020-06-13", "2020-06-13/..", "2020-05~", "2020-06-14T01:30"])
CLAIM = st.fixed_dictionaries(
    {"measure": st.sampled_from(MEASURES), "group": TEXT, "best": COUNT},
    optional={"quote": TEXT, "attributed_to": TEXT, "scope": st.sampled_from(["total", "part"]), "as_of": DAY},
)
BODY = st.fixed_dictionaries(
    {"outlet": TEXT, "date": EDTF},
    optional={
        **dict.fromkeys(TEXT_FIELDS, TEXT),
        "published_at": DAY | st.just("2020-06-14T01:30:00+03:00"),
        "geo_precision_km": st.floats(0, 20_000),
        "perpetrators": st.lists(NAME, min_size=1, max_size=3),
        "targets": st.lists(NAME, min_size=1, max_size=3),
        "attribution": st.sampled_from(ATTRIBUTIONS),
        "killed": COUNT,
        "injured": COUNT,
        "missing_low": COUNT,
        "abducted_high": COUNT,
        "claims": st.lists(CLAIM, min_size=1, max_size=2),
        "aggregate": st.booleans(),
        "witness note": TEXT,
        "z\u0643": TEXT,
    },
)
PLACE = st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)).filter(any)


@st.composite
def many(draw: st.DrawFn) -> list[Record]:
    """Records with distinct ids, each stating some fields and leaving others out."""
    ids = draw(st.lists(TEXT, min_size=1, max_size=6, unique=True))
    records = []
    for record_id in ids:
        record = {"record_id": record_id, **draw(BODY)}
        if (place := draw(PLACE)) is not None:
            record["lat"], record["lon"] = place
        records.append(record)
    return records


def names_of(records: Iterable[Record]) -> list[str]:
    return list(dict.fromkeys(name for record in records for name in record))


def cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(value) if isinstance(value[0], str) else json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else json.dumps(value)


def to_csv(records: list[Record], delimiter: str = ",", end: str = "\n") -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    names = names_of(records)
    writer.writerow(names)
    writer.writerows([cell(record.get(name)) for name in names] for record in records)
    return buffer.getvalue().encode()


def to_jsonl(records: list[Record]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def to_parquet(records: list[Record]) -> bytes:
    names = names_of(records)
    claims = [record["claims"] for record in records if record.get("claims")]
    keys = sorted({key for some in claims for claim in some for key in claim})
    kind = pl.List(pl.Struct({key: pl.Int64 if key == "best" else pl.String for key in keys}))
    columns = [
        pl.Series(
            name, [record.get(name) for record in records], dtype=kind if name == "claims" else None, strict=False
        )
        for name in names
    ]
    buffer = io.BytesIO()
    pl.DataFrame(columns).write_parquet(buffer)
    return buffer.getvalue()


def read(data: bytes) -> pl.DataFrame:
    return load(["-"], stdin=io.BytesIO(data)).records


@given(many(), st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=70)
def test_all_four_formats_give_one_table(records: list[Record], delimiter: str, end: str) -> None:
    frames = {
        "jsonl": read(to_jsonl(records)),
        "json": read(json.dumps(records, ensure_ascii=False, indent=1).encode()),
        "csv": read(to_csv(records, delimiter, end)),
        "parquet": read(to_parquet(records)),
    }
    for name, frame in frames.items():
        assert frame.drop("source").to_dicts() == frames["jsonl"].drop("source").to_dicts(), name
        assert frame.schema == LOADED


@given(many())
@settings(max_examples=70)
def test_what_goes_in_comes_out_and_nothing_else(records: list[Record]) -> None:
    frame = read(to_jsonl(records))
    assert frame["record_id"].to_list() == sorted(record["record_id"] for record in records)
    rows = {row["record_id"]: row for row in frame.iter_rows(named=True)}
    same = (
        *TEXT_FIELDS,
        "outlet",
        "lat",
        "lon",
        "geo_precision_km",
        "perpetrators",
        "targets",
        "attribution",
        "killed",
    )
    same += ("injured", "missing_low", "abducted_high", "published_at", "date")
    for record in records:
        row = rows[record["record_id"]]
        for field in same:
            assert row[field] == record.get(field), field
        assert row["aggregate"] == record.get("aggregate", False)
        assert all(row[field] is None for field in ("detained", "killed_low", "injured_high", "abducted"))
        extra = {name: record[name] for name in ("witness note", "z\u0643") if name in record}
        assert (json.loads(row["extra"]) if row["extra"] else {}) == extra
        for claim, back in zip(record.get("claims", []), row["claims"] or [], strict=True):
            assert {key: back[key] for key in claim} == claim
            assert back["scope"] == claim.get("scope", "part")
            assert (back["low"], back["high"]) == (None, None)


@given(many(), st.randoms(use_true_random=False), st.integers(1, 3))
@settings(max_examples=30)
def test_files_and_rows_in_any_order_and_number_give_the_same_records(
    records: list[Record], random: Any, parts: int
) -> None:
    whole = read(to_jsonl(records)).drop("source")
    shuffled = random.sample(records, len(records))
    with tempfile.TemporaryDirectory() as folder:
        for part in range(parts):
            mine = shuffled[part::parts]
            kind = random.choice(["csv", "jsonl", "json", "parquet"])
            writers = {"csv": to_csv, "jsonl": to_jsonl, "parquet": to_parquet}
            data = writers[kind](mine) if kind in writers else json.dumps(mine).encode()
            if mine:
                Path(folder, f"{part}.{kind}").write_bytes(data)
        assert load([folder]).records.drop("source").equals(whole)


@given(many())
@settings(max_examples=30)
def test_a_null_an_empty_text_and_an_absent_key_are_one(records: list[Record]) -> None:
    names = names_of(records)
    with_nulls = [{name: record.get(name) for name in names} for record in records]
    with_blanks = [{name: record.get(name, " ") for name in names} for record in records]
    expected = read(to_jsonl(records))
    assert read(to_jsonl(with_nulls)).equals(expected)
    assert read(to_jsonl(with_blanks)).equals(expected)


@given(many())
@settings(max_examples=30)
def test_a_loaded_table_written_to_parquet_loads_as_itself(records: list[Record]) -> None:
    first = read(to_jsonl(records))
    buffer = io.BytesIO()
    own = ["published", "date_approximate", "date_minute", "extra", "source"]
    first.drop(own).write_parquet(buffer)
    again = read(buffer.getvalue())
    assert again.drop("extra", "source").equals(first.drop("extra", "source"))
