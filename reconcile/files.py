"""Writing files so that nobody ever finds half of one."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable, Sequence
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
    finished: list[tuple[str, Path]] = []
    try:
        for path, chunks in outputs:
            try:
                temporary = _write_beside(Path(path).resolve(), chunks)
            except OSError as error:
                raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
            if temporary:
                finished.append((temporary, Path(path).resolve()))
        while finished:
            temporary, target = finished[0]
            os.replace(temporary, target)  # noqa: PTH105 - the atomic primitive, by its own name
            finished.pop(0)
    finally:
        for temporary, _ in finished:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def _write_beside(target: Path, chunks: Iterable[bytes]) -> str | None:
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
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(chunks)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
    except BaseException:
        Path(temporary).unlink()
        raise
    return temporary


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
