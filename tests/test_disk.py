"""Records on disk: the same members, events and discrepancies as in memory, however few are in hand at a time."""

from __future__ import annotations

import errno
import tempfile
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from strategies import FIRST_DAY, OUTLETS, knowledge, normalized, records, row, solve
from test_shards import spread

from reconcile.app import main
from reconcile.commands import merge as command
from reconcile.config import POLICIES, Settings
from reconcile.engines.disk import Sizes, reconcile
from reconcile.engines.store import Store, dealt

SIZES = st.builds(Sizes, *(st.sampled_from((1, 2, 5, 100)) for _ in range(3)))


def on_disk(rows: list[dict[str, Any]], cuts: list[int], sizes: Sizes, settings: Settings) -> Any:
    """What ``rows`` come to, read in parts that end at ``cuts``."""
    known = knowledge()
    with TemporaryDirectory() as folder:
        store = Store(Path(folder), known.model.window)
        ends = [0, *sorted({cut for cut in cuts if 0 < cut < len(rows)}), len(rows)]
        for begin, end in pairwise(ends):
            store.add(normalized(rows[begin:end]))
        merged = reconcile(store, known, settings, Path(folder), sizes=sizes)
        assert merged is not None
        events, found = zip(*merged.events, strict=True)
        return merged.members, pl.concat(events), pl.concat(found)


@settings(max_examples=60)
@given(st.one_of(spread(), records(12)), st.lists(st.integers(1, 12), max_size=3), SIZES, st.sampled_from(POLICIES))
def test_members_events_and_discrepancies_are_those_of_a_run_in_memory(
    rows: list[dict[str, Any]], cuts: list[int], sizes: Sizes, policy: str
) -> None:
    found = on_disk(rows, cuts, sizes, Settings(policy=policy))
    whole = solve(rows, policy=policy)
    assert_frame_equal(found[0], whole.members, check_exact=True)
    assert_frame_equal(found[1], whole.events, check_exact=True)
    assert_frame_equal(found[2].sort("event_id", maintain_order=True), whole.discrepancies, check_exact=True)


def test_records_without_a_day_or_a_place_are_linked_by_their_texts() -> None:
    text = "Gunmen in a white pickup killed Karim Salim and his two sons at the gate of their orchard in Dara"
    told = {"admin1": None, "place": None, "published": FIRST_DAY, "title": "Farmer and sons killed", "text": text}
    rows = [row(f"r{number}", outlet, day=None, **told) for number, outlet in enumerate(OUTLETS[:2])]
    dated = [row(f"s{number}", OUTLETS[0], day=FIRST_DAY + timedelta(days=number)) for number in range(6)]
    members, _, _ = on_disk([*rows, *dated], [3], Sizes(1, 1, 1), Settings())
    assert members["event_id"][:2].n_unique() == 1
    assert_frame_equal(members, solve([*rows, *dated]).members, check_exact=True)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.integers(1, 7))
def test_every_row_is_dealt_to_its_heap_once(to: list[int], size: int) -> None:
    rows = np.arange(len(to))
    hands = [(part, pl.DataFrame({"row": part})) for part in np.array_split(rows[::-1], -(-len(to) // size))]
    heaps = {number: (row.tolist(), frame["row"].to_list()) for number, row, frame in dealt(iter(hands), np.array(to))}
    expected = {heap: [row for row in rows.tolist() if to[row] == heap] for heap in set(to)}
    assert heaps == {heap: (some, some) for heap, some in expected.items()}


@pytest.mark.parametrize("folder", ["khanaqin", "scripts", "homonyms", "repeat-attack"])
def test_a_large_run_writes_from_disk_what_a_small_one_writes_from_memory(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written = {}
    for name, large in (("disk", 1), ("memory", 10**9)):
        monkeypatch.setattr(command, "LARGE", large)
        events, members = tmp_path / f"{name}.parquet", tmp_path / f"{name}-members.parquet"
        assert main(["merge", f"fixtures/{folder}", "-o", str(events), "--members", str(members), "-v"]) == 0
        told = capsys.readouterr().err
        assert ("counting words" in told) == (name == "disk")
        notes = [line for line in told.splitlines() if line.startswith("note:")]
        written[name] = (pl.read_parquet(events), members.read_bytes(), notes)
    assert_frame_equal(written["disk"][0], written["memory"][0], check_exact=True)
    assert written["disk"][1:] == written["memory"][1:]


def test_an_id_given_twice_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "LARGE", 1)
    records = tmp_path / "records.csv"
    records.write_text("record_id,outlet,date,place,country\na,A,2020-06-13,Dara,Iraq\na,B,2020-06-13,Dara,Iraq\n")
    assert main(["merge", str(records), "-o", str(tmp_path / "events.parquet")]) == 2
    told = capsys.readouterr().err
    assert "records.csv:3" in told
    assert "given before" in told


@pytest.mark.parametrize("line", ["a,A,2020-13-13", "a,A,2020-06-13,too,many"])
def test_mistakes_are_told_as_ever_and_leave_nothing(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    for name in ("one", "two"):
        (tmp_path / "in" / f"{name}.csv").write_text(f"record_id,outlet,date\n{name},A,2020-06-13\n{line}\n")
    told = []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for large in (1, 10**9):
        monkeypatch.setattr(command, "LARGE", large)
        assert main(["merge", str(tmp_path / "in"), "-o", str(tmp_path / "events.parquet")]) == 2
        told.append(capsys.readouterr().err)
    assert told[0] == told[1]
    assert "two.csv:3" in told[0]
    assert [one.name for one in tmp_path.iterdir()] == ["in"]


def test_no_room_for_temporary_files_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "LARGE", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert main(["merge", "fixtures", "-o", str(tmp_path / "events.parquet")]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_a_full_disk_is_said_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "work").mkdir()
    monkeypatch.setattr(command, "LARGE", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "work"))
    monkeypatch.setattr(pl.DataFrame, "write_ipc", full)
    assert main(["merge", "fixtures/khanaqin", "-o", str(tmp_path / "events.parquet")]) == 2
    assert "work: cannot be written: No space left on device" in capsys.readouterr().err
    assert [one.name for one in tmp_path.rglob("*")] == ["work"]


def test_pairs_that_do_not_fit_are_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "LARGE", 1)
    events = str(tmp_path / "events.parquet")
    assert main(["merge", "fixtures/khanaqin", "-o", events, "--memory", "100M"]) == 2
    assert "--memory 100M" in capsys.readouterr().err
    assert main(["merge", "fixtures/khanaqin", "-o", events, "--memory", "10G"]) == 0
