"""Nobody finds half a file, and no input is overwritten."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconcile.errors import UsageError
from reconcile.files import refuse_to_overwrite_inputs, workroom, write_atomically
from reconcile.ids import event_ids, long_id


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


def test_the_id_of_an_event_never_changes() -> None:
    assert event_ids(["a", "\ud800"]).to_list() == ["ev-zklycewkdo", "ev-sgtidomykv"]
    assert long_id("a") == "ev-zklycewkdo64v6wcggzzui64jwtyn37ycr6e44vzqb3yll7ojc5q"


def test_colliding_short_ids_are_written_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconcile.ids._SHORT", 1)
    many = event_ids([f"r{number}" for number in range(100)])
    assert len(set(many)) == 100


def test_a_new_file_has_the_permissions_that_the_user_gives_new_files(tmp_path: Path) -> None:
    before = os.umask(0o026)
    try:
        write_atomically(str(tmp_path / "out.json"), [b"x"])
        assert (tmp_path / "out.json").stat().st_mode & 0o777 == 0o640
        assert os.umask(0o026) == 0o026
    finally:
        os.umask(before)


def test_a_read_only_file_is_refused_and_stays(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")
    target.chmod(0o444)
    with pytest.raises(UsageError, match=r"out\.json: cannot be written: the file is read-only$"):
        write_atomically(str(target), [b"new"])
    target.chmod(0o200)
    write_atomically(str(target), [b"new"])
    target.chmod(0o600)
    assert target.read_text() == "new"


def test_a_pipe_is_written_to_as_it_is_and_stays_a_pipe(tmp_path: Path) -> None:
    """As a device is; but a device is of the whole machine, and a mistake would put a file in its place."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(str(pipe), [b"one ", b"two"])
        assert os.read(reader, 100) == b"one two"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_what_is_half_written_is_hidden_named_after_its_target_and_for_its_owner_alone(tmp_path: Path) -> None:
    seen = []

    def chunks() -> Iterator[bytes]:
        yield b"half"
        seen.extend((path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir())

    write_atomically(str(tmp_path / ("o" * 50)), chunks())
    ((name, mode),) = seen
    assert re.fullmatch(r"\.o{40}\.[0-9a-f]{12}\.part", name)
    assert mode == 0o600


def test_standard_input_is_no_folder_and_a_file_protects_only_itself(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("x")
    refuse_to_overwrite_inputs(str(tmp_path / "-"), ["-", str(source)])
    refuse_to_overwrite_inputs(str(tmp_path / "out.json"), [str(tmp_path / "elsewhere")])
    with pytest.raises(UsageError, match="never overwritten"):
        refuse_to_overwrite_inputs(str(source), ["-", str(source)])


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for what is temporary."""
    found = tmp_path / "room"
    found.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(found))
    return found


def test_a_workroom_is_empty_at_first_and_gone_in_the_end(room: Path) -> None:
    with workroom() as folder:
        assert (folder.parent, list(folder.iterdir())) == (room, [])
        assert folder.name.startswith("reconcile-")
        (folder / "part").write_text("half")
    assert list(room.iterdir()) == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (lambda room: OSError(28, "No space left on device", f"{room}/reconcile-a/part"), "No space left on device"),
        (lambda _: OSError(28, "No space left on device"), "No space left on device"),
        (lambda _: OSError("odd"), "odd"),
    ],
)
def test_a_fault_in_the_workroom_is_told_with_its_place(room: Path, fault: Any, reason: str) -> None:
    with pytest.raises(UsageError, match=f"{re.escape(str(room))}: cannot be written: {reason}$"), workroom():
        raise fault(room)
    assert list(room.iterdir()) == []


def test_a_fault_of_another_file_is_no_fault_of_the_workroom(room: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), workroom():
        (tmp_path / "none.csv").read_bytes()
    assert list(room.iterdir()) == []
