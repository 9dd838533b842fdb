"""Writing files so that nobody ever finds half of one."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reconcile.errors import UsageError


def write_atomically(path: str, chunks: Iterable[bytes]) -> None:
    """Write ``chunks`` to ``path``: a temporary file beside it, flushed to disk, then renamed over it.

    A file that is already there keeps its permissions; a link is followed; a device or a pipe is written to as it is.
    Raises :class:`UsageError` when the place cannot be written or is read-only.
    """
    write_all_atomically([(path, chunks)])


def write_all_atomically(outputs: Sequence[tuple[str, Iterable[bytes]]]) -> None:
    """Write several files, each as :func:`write_atomically` does; none is renamed before all are on disk."""
    left: list[Path] = []
    """Temporary files that are or may be there; each is named here before it is made, so that none is forgotten."""
    try:
        finished = []
        for path, chunks in outputs:
            with _told(path):
                target = Path(path).resolve()
                if (temporary := _write_beside(target, chunks, left)) is not None:
                    finished.append((path, temporary, target))
        for path, temporary, target in finished:
            with _told(path):
                os.replace(temporary, target)  # noqa: PTH105 - the atomic primitive, by its own name
                _settle(target.parent)
    finally:
        for temporary in left:  # one that was renamed is no longer there by its own name
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def workroom() -> Iterator[Path]:
    """An empty folder among the system's temporary ones (``TMPDIR`` says where), gone with all in it at the end.

    Raises :class:`UsageError` when it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="reconcile-") as folder:
            yield Path(folder)
    except OSError as error:
        if error.filename is not None and not str(error.filename).startswith(tempfile.gettempdir()):
            raise
        raise UsageError(f"{tempfile.gettempdir()}: cannot be written: {error.strerror or error}") from error


@contextlib.contextmanager
def _told(path: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # the reader of a pipe went away
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise UsageError(f"{path}: cannot be written: {reason}") from error


def _write_beside(target: Path, chunks: Iterable[bytes], left: list[Path]) -> Path | None:
    """Write a temporary file beside ``target`` and name it; ``None`` when ``target`` is no file and was written to."""
    mode = 0o666 & ~_umask()
    if target.exists():
        found = target.stat().st_mode
        if not stat.S_ISREG(found):
            with target.open("wb") as stream:
                stream.writelines(chunks)
            return None
        if not found & 0o222:
            raise PermissionError(0, "the file is read-only")
        mode = stat.S_IMODE(found)
    temporary = target.with_name(f".{target.name[:40]}.{secrets.token_hex(6)}.part")
    left.append(temporary)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        stream = os.fdopen(handle, "wb")
    except BaseException:
        with contextlib.suppress(OSError):
            os.close(handle)
        raise
    with stream:
        stream.writelines(chunks)
        stream.flush()
        os.fsync(stream.fileno())
    os.chmod(temporary, mode)  # noqa: PTH101 - beside the other calls that can fail
    return temporary


def _settle(folder: Path) -> None:
    """Ask for the new names in ``folder`` to be on disk too; not every system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    current = os.umask(0o077)
    os.umask(current)
    return current


def refuse_to_overwrite_inputs(output: str, inputs: Iterable[str]) -> None:
    """Raise :class:`UsageError` if writing ``output`` would replace an input or add a file to an input folder."""
    target = Path(output).resolve()
    for name in inputs:
        if name == "-":
            continue
        source = Path(name).resolve()
        if target == source:
            raise UsageError(f"{output}: is an input as well; an input is never overwritten (choose another -o)")
        if source.is_dir() and source in target.parents:
            raise UsageError(
                f"{output}: lies inside the input folder {name}, where the next run would read it as records "
                "(write it elsewhere)"
            )
