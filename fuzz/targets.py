"""What is fuzzed: each target takes bytes, and raises only if the property is broken."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from reconcile.config import Settings, read_config
from reconcile.counts import describe as describe_count
from reconcile.counts import parse_count
from reconcile.dates import describe, format_edtf, parse_edtf, parse_published
from reconcile.errors import ConfigError, InputErrors
from reconcile.judgements import VERDICTS, read_judgements
from reconcile.load import Loaded, load
from reconcile.report.tabular import csv_chunks
from reconcile.tables import LOADED, MEASURES, conform

_FOLDER: Final = tempfile.TemporaryDirectory(prefix="reconcile-fuzz-")


def _file(name: str, data: bytes) -> str:
    path = Path(_FOLDER.name, name)
    path.write_bytes(data)
    return str(path)


def _sound(loaded: Loaded) -> None:
    """What was loaded obeys the table's schema and its laws."""
    records = conform(loaded.records, LOADED, "records")
    assert records["record_id"].null_count() == 0
    assert records["record_id"].n_unique() == records.height
    for row in records.iter_rows(named=True):
        for measure in MEASURES:
            low, best, high = row[f"{measure}_low"], row[measure], row[f"{measure}_high"]
            stated = [value for value in (low, best, high) if value is not None]
            assert stated == sorted(stated), (measure, stated)
            assert all(value >= 0 for value in stated)
        if row["date_start"] and row["date_end"]:
            assert row["date_start"] <= row["date_end"]
        assert (row["lat"] is None) == (row["lon"] is None)
        assert row["lat"] is None or (-90 <= row["lat"] <= 90 and -180 <= row["lon"] <= 180)


def records_csv(data: bytes) -> None:
    """A CSV file: read or refused; what is read is what JSON Lines of it would give."""
    try:
        loaded = load([_file("a.csv", data)])
    except InputErrors as error:
        assert error.problems
        return
    _sound(loaded)
    b"".join(csv_chunks(loaded.records.select("record_id", "outlet", "title")))


def records_jsonl(data: bytes) -> None:
    """JSON Lines: read or refused; read again from another place, it is the same."""
    try:
        loaded = load([_file("a.jsonl", data)])
    except InputErrors as error:
        assert error.problems
        return
    _sound(loaded)
    again = load(["-"], stdin=io.BytesIO(data)) if data.lstrip().startswith(b"{") and data.count(b"\n") > 1 else loaded
    assert again.records.drop("source").equals(loaded.records.drop("source"))


def dates(data: bytes) -> None:
    """Dates: an interval that comes back from its own spelling, or a ``ValueError`` with words."""
    text = data.decode("utf-8", "replace")
    try:
        interval = parse_edtf(text)
    except ValueError as error:
        assert str(error)
    else:
        assert interval.start is None or interval.end is None or interval.start <= interval.end
        assert parse_edtf(format_edtf(interval)) == interval
        assert describe(interval)
    try:
        normal, day = parse_published(text)
    except ValueError as error:
        assert str(error)
    else:
        assert parse_published(normal) == (normal, day)


def counts(data: bytes) -> None:
    """Numbers in words and figures: bounds in order and none negative, or a ``ValueError`` with words."""
    text = data.decode("utf-8", "replace")
    try:
        value = parse_count(text)
    except ValueError as error:
        assert str(error)
        return
    stated = [one for one in (value.low, value.best, value.high) if one is not None]
    assert stated == sorted(stated), stated
    assert all(one >= 0 for one in stated)
    shown = describe_count(value)
    assert not shown or parse_count(shown) == value, shown


def config(data: bytes) -> None:
    """A configuration: settings of the right types, or a ``ConfigError``."""
    try:
        settings = read_config(_file("a.toml", data))
    except ConfigError as error:
        assert str(error)
        return
    assert isinstance(settings, Settings)
    assert isinstance(settings.judgements, tuple)
    hash(settings)


def judgements(data: bytes) -> None:
    """Judgements: pairs in order, each once, or ``InputErrors`` with places."""
    try:
        read = read_judgements([_file("a.jsonl", data)])
    except InputErrors as error:
        assert all(problem.file for problem in error.problems)
        return
    pairs = [(one.left, one.right) for one in read.standing]
    assert pairs == sorted(set(pairs))
    assert all(one.left < one.right and one.verdict in VERDICTS for one in read.standing)
    json.dumps(pairs)


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "csv": records_csv,
    "jsonl": records_jsonl,
    "dates": dates,
    "counts": counts,
    "config": config,
    "judgements": judgements,
}
