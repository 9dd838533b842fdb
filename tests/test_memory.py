"""--memory: sizes as people write them, smaller parts before refusal, refusal before the work."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import knowledge, normalized, row

from reconcile.app import main
from reconcile.block import Window, candidate_pairs
from reconcile.compare import compare
from reconcile.errors import UsageError
from reconcile.memory import COMPARED, PAIR, in_use, parse_size, part_size


@pytest.mark.parametrize(
    ("text", "size"), [("4G", 4e9), ("1.5g", 1.5e9), ("500 MB", 5e8), ("750MiB", 7.5e8), ("200000000", 2e8)]
)
def test_sizes_are_read_as_people_write_them(text: str, size: float) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "G", "-4G", "4X", "1_000M", "nan", "inf", "1M", "1e400"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no size"):
        parse_size(text)


@given(st.integers(0, 10**9), st.integers(1, 16), st.integers(10**8, 10**11))
def test_what_is_allowed_is_never_exceeded_by_what_is_planned(pairs: int, threads: int, allowed: int) -> None:
    held = 150_000_000
    try:
        size = part_size(1_000_000, threads, pairs, held, allowed)
    except UsageError:
        assert held + pairs * PAIR + 10_000 * COMPARED * threads > allowed
        return
    assert 10_000 <= size <= 1_000_000
    assert held + pairs * PAIR + size * COMPARED * threads <= allowed


def test_without_a_limit_parts_are_as_large_as_they_come() -> None:
    assert part_size(250_000, 8, 10**12, 0, None) == 250_000


def test_something_is_in_use() -> None:
    assert in_use(0) > 10_000_000


def test_the_levels_do_not_depend_on_the_size_of_the_parts() -> None:
    places = ("Dara", "Daraa", "Khanaqin", None)
    records = normalized([row(f"r{n}", f"outlet {n % 3}", place=places[n % 4], killed=n % 3) for n in range(40)])
    known, pairs = knowledge(), candidate_pairs(records, Window())
    whole = compare(records, pairs, known.actors, known.event_types)
    for size in (1, 7, 100):
        assert compare(records, pairs, known.actors, known.event_types, size).equals(whole)


def test_a_run_that_needs_more_ends_with_a_message_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconcile.pipeline.in_use", lambda _: 99_900_000)
    records = pl.DataFrame({"record_id": ["a", "b"], "outlet": ["A", "B"], "date": ["2020-06-13"] * 2})
    records.write_csv(tmp_path / "records.csv")
    output = tmp_path / "events.json"
    assert main(["merge", str(tmp_path / "records.csv"), "-o", str(output), "--memory", "100M"]) == 2
    assert "split the records by country or year" in capsys.readouterr().err
    assert not output.exists()
