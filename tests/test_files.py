"""Nobody finds half a file, and no input is overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconcile.errors import UsageError
from reconcile.files import refuse_to_overwrite_inputs, write_atomically
from reconcile.ids import event_ids


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")
    target.chmod(0o640)
    write_atomically(str(target), [b"new ", b"text"])
    assert target.read_bytes() == b"new text"
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")

    def chunks() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(str(target), chunks())
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_a_place_that_cannot_be_written_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_atomically(str(tmp_path / "no" / "such" / "folder.json"), [b"x"])


def test_inputs_and_input_folders_are_protected(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("x")
    with pytest.raises(UsageError, match="never overwritten"):
        refuse_to_overwrite_inputs(str(tmp_path / "." / "in.csv"), ["-", str(source)])
    with pytest.raises(UsageError, match="inside the input folder"):
        refuse_to_overwrite_inputs(str(tmp_path / "out.json"), [str(tmp_path)])
    refuse_to_overwrite_inputs(str(tmp_path / "out.json"), [str(source)])


def test_an_event_keeps_its_id_when_others_come_and_go() -> None:
    assert event_ids(["a", "b"])[1] == event_ids(["b", "c", "d"])[0]
    assert len(set(event_ids([f"r{number}" for number in range(5000)]))) == 5000


def test_colliding_short_ids_are_written_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconcile.ids._SHORT", 1)
    many = event_ids([f"r{number}" for number in range(100)])
    assert len(set(many)) == 100
