"""Writing files so that nobody ever finds half of one."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from reconcile.errors import UsageError


def write_atomically(path: str, chunks: Iterable[bytes]) -> None:
    """Write ``chunks`` to ``path``: a temporary file beside it, flushed to disk, then renamed over it.

    A file that is already there keeps its permissions; a link is followed. Raises :class:`UsageError` when the place
    cannot be written.
    """
    target = Path(path).resolve()
    temporary: str | None = None
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            for chunk in chunks:
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        os.replace(temporary, target)  # noqa: PTH105 - the atomic primitive, by its own name
        temporary = None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


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
