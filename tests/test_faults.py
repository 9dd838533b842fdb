"""Whatever fails while an output is written, whenever: the old file or the new one, whole, and nothing else."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import reconcile.files
from hardness.kills import torn_after_kills
from reconcile.app import main
from reconcile.commands import common
from reconcile.errors import UsageError
from reconcile.files import write_all_atomically, write_atomically

ROOT = Path(__file__).parent.parent
OLD, NEW = b"old " * 50_000, b"new!" * 60_000
CALLS = ("open", "fdopen", "write", "flush", "fsync", "close", "chmod", "replace")
FAULTS: tuple[Callable[[], BaseException], ...] = (
    lambda: OSError(errno.ENOSPC, "No space left on device"),
    lambda: OSError(errno.EIO, "Input/output error"),
    lambda: InterruptedError(errno.EINTR, "Interrupted system call"),
    lambda: KeyboardInterrupt(),
)


class Saboteur:
    """``os`` and its files for ``reconcile.files``; call number ``at`` fails, before or after it did its work."""

    def __init__(self, at: int, fault: Callable[[], BaseException], *, late: bool) -> None:
        self.at, self.fault, self.late = at, fault, late
        self.made: list[str] = []

    def call(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def sabotaged(*arguments: Any, **named: Any) -> Any:
            self.made.append(name)
            mine = len(self.made) - 1 == self.at
            if mine and not self.late:
                raise self.fault()
            done = work(*arguments, **named)
            if mine:
                if name == "open":
                    os.close(done)
                if name == "fdopen":
                    done.release()
                raise self.fault()
            return done

        return sabotaged

    def stream(self, *arguments: Any) -> Any:
        inner = os.fdopen(*arguments)

        class Stream:
            def __enter__(stream) -> Any:  # noqa: N805
                return stream

            def __exit__(stream, *_: object) -> None:  # noqa: N805
                try:
                    self.call("close", lambda: None)()
                finally:
                    inner.close()

            def writelines(stream, chunks: Any) -> None:  # noqa: N805
                for chunk in chunks:
                    self.call("write", inner.write)(chunk)

            release = staticmethod(inner.close)
            flush = staticmethod(self.call("flush", inner.flush))
            fileno = staticmethod(inner.fileno)

        return Stream()

    def os(self) -> Any:
        names = {name: self.call(name, getattr(os, name)) for name in ("open", "fsync", "chmod", "replace")}
        rest = {name: getattr(os, name) for name in dir(os) if not name.startswith("__")}
        return SimpleNamespace(**{**rest, **names, "fdopen": self.call("fdopen", self.stream)})


def sabotages(
    reset: Callable[[], object], work: Callable[[], object]
) -> Iterator[tuple[Saboteur, BaseException | None]]:
    """Do the work with a fault at the first call, the second, and so on, until none is reached."""
    for fault in FAULTS:
        for late in (False, True):
            for at in range(200):
                saboteur = Saboteur(at, fault, late=late)
                caught: BaseException | None = None
                reset()
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(reconcile.files, "os", saboteur.os())
                    try:
                        work()
                    except BaseException as error:  # noqa: BLE001 - whatever was raised is looked at
                        caught = error
                if len(saboteur.made) <= at:
                    assert caught is None
                    break
                yield saboteur, caught
            else:
                pytest.fail("the work never ended")


@pytest.mark.parametrize("present", [True, False])
def test_a_fault_at_any_call_leaves_the_old_file_or_the_new_one_whole(tmp_path: Path, present: bool) -> None:
    target = tmp_path / "out.json"
    seen: set[str] = set()

    def reset() -> None:
        target.write_bytes(OLD) if present else target.unlink(missing_ok=True)

    for saboteur, caught in sabotages(reset, lambda: write_atomically(str(target), [NEW[:100_000], NEW[100_000:]])):
        assert [path.name for path in tmp_path.iterdir()] in ([], ["out.json"])
        now = target.read_bytes() if target.exists() else None
        assert now in ((OLD, NEW) if present else (None, NEW)), saboteur.made
        assert caught is None or isinstance(caught, UsageError | KeyboardInterrupt), saboteur.made
        if caught is None:
            assert now == NEW  # what failed was the settling of the folder, which is only asked for
        elif "replace" not in saboteur.made:
            assert now != NEW
        seen.update(saboteur.made)
    assert seen == set(CALLS)


def test_of_two_outputs_each_is_whole_after_any_fault(tmp_path: Path) -> None:
    events, members = tmp_path / "events.json", tmp_path / "members.csv"

    def work() -> None:
        write_all_atomically([(str(events), [NEW]), (str(members), [NEW])])

    def reset() -> None:
        events.write_bytes(OLD)
        members.write_bytes(OLD)

    for saboteur, _ in sabotages(reset, work):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["events.json", "members.csv"]
        for path in (events, members):
            assert path.read_bytes() in (OLD, NEW)
        if "replace" not in saboteur.made:  # none is renamed before all are on disk
            assert events.read_bytes() == members.read_bytes() == OLD


def test_the_command_says_what_failed_and_leaves_with_the_right_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from reconcile import pipeline

    result = pipeline.run([str(ROOT / "fixtures" / "khanaqin")])
    monkeypatch.setattr("reconcile.commands.merge.run_pipeline", lambda *_: result)
    assert common.run_pipeline is not None
    target = tmp_path / "out.json"
    command = ["merge", "records.csv", "-o", str(target)]
    assert main(command) == 0
    whole = target.read_bytes()
    codes = []
    for _, caught in sabotages(lambda: target.unlink(missing_ok=True), lambda: codes.append(main(command))):
        assert caught is None
        said = capsys.readouterr().err
        assert codes[-1] in (0, 2, 130)
        if codes[-1] == 2:
            assert said.startswith(f"{target}: cannot be written: ")
            assert any(reason in said for reason in ("No space left", "Input/output error", "Interrupted system call"))
        if codes[-1] == 130:
            assert said == "interrupted\n"
        assert [path.name for path in tmp_path.iterdir()] in ([], ["out.json"])
        assert not target.exists() or target.read_bytes() == whole
    assert {0, 2, 130} == set(codes)


def test_twenty_five_kills_tear_no_file(tmp_path: Path) -> None:
    kills, torn = torn_after_kills(25, tmp_path)
    assert kills == 25
    assert torn == []


def test_links_in_a_circle_are_the_users_to_mend(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(UsageError, match="cannot be written"):
        write_atomically(str(tmp_path / "a"), [b"x"])
