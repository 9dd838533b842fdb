"""Which files a run reads: files, folders and the standard input, each once, in an order of their own."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from reconcile.errors import Problem
from reconcile.load.limits import Limits

SUFFIXES: Final = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
_OTHERS: Final = ("judgements.jsonl", "acknowledged.jsonl", "expected-events.jsonl", "expected.json")
_SETTINGS: Final = ("reconcile.toml", "pyproject.toml")
_KNOWN: Final = ", ".join(SUFFIXES)
_PACKED: Final = (".gz", ".zst", ".bz2", ".xz", ".zip")


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to read: its name as given, its kind (None = look at the first bytes), how to open it."""

    name: str
    kind: str | None
    open: Callable[[], BinaryIO]


@dataclass
class Found:
    """What the paths lead to, what is wrong with them, and what was passed over."""

    sources: list[Source]
    problems: list[Problem]
    notes: list[Problem]


def find(paths: Sequence[str], limits: Limits, stdin: BinaryIO | None, skip: Collection[str] = ()) -> Found:
    """Everything that ``paths`` lead to, sorted by name; a file that is reached twice counts once.

    ``skip`` are files and folders inside the given folders that are not read.
    """
    left_out = frozenset(Path(name).resolve() for name in skip)
    found = Found([], [], [])
    reached: dict[tuple[int, int], Source] = {}
    for given in sorted(set(paths)):
        if given == "-":
            _read_once("-", stdin or io.BytesIO(), limits, found)
            continue
        path = Path(given)
        try:
            status = path.stat()
        except (OSError, ValueError) as error:
            found.problems.append(_unreadable(display(given), error))
            continue
        if stat.S_ISDIR(status.st_mode):
            _walk(path, display(given), limits, found, reached, left_out)
        elif stat.S_ISREG(status.st_mode):
            _add(path, display(given), status, limits, found, reached)
        else:
            _read_pipe(path, display(given), limits, found)
    many = len(found.sources) + len(reached)
    if many > limits.max_files:
        what = f"{many:,} files of records; the limit is {limits.max_files:,}"
        found.problems.append(Problem(min(paths), None, None, what, "join them, or name fewer"))
        return found
    found.sources = sorted([*found.sources, *reached.values()], key=lambda source: source.name)
    return found


def display(path: str) -> str:
    """``path`` as text; bytes that are no UTF-8 are spelled out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def _unreadable(name: str, error: Exception) -> Problem:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Problem(name, None, None, f"cannot be read: {reason[:1].lower()}{reason[1:]}")


def _add(
    path: Path,
    name: str,
    status: os.stat_result,
    limits: Limits,
    found: Found,
    reached: dict[tuple[int, int], Source],
) -> None:
    suffix = path.suffix.lower()
    kind = SUFFIXES.get(suffix)
    if kind is None:
        hint = f"a file of records ends in {_KNOWN}"
        if suffix in _PACKED:
            hint = "unpack it first, or unpack it into the standard input and read -"
        what = f"not a kind of file we read: '{suffix}'" if suffix else "no suffix tells what it is"
        found.problems.append(Problem(name, None, None, what, hint))
    elif status.st_size > limits.max_file_bytes:
        what = f"{status.st_size:,} bytes; the limit is {limits.max_file_bytes:,}"
        found.problems.append(Problem(name, None, None, what, "split it"))
    else:
        key = (status.st_dev, status.st_ino)
        if key not in reached or name < reached[key].name:
            reached[key] = Source(name, kind, lambda: path.open("rb"))


def _walk(
    top: Path,
    name: str,
    limits: Limits,
    found: Found,
    reached: dict[tuple[int, int], Source],
    left_out: frozenset[Path],
) -> None:
    """Add the files of records in and below ``top``; say which others are there."""
    passed: list[str] = []
    some = False
    open_folders: list[tuple[Path, str]] = [(top, "")]
    while open_folders:
        folder, below = open_folders.pop()
        try:
            children = sorted(folder.iterdir())
        except OSError as error:
            found.problems.append(_unreadable(_joined(name, below), error))
            continue
        for child in children:
            inner = f"{below}/{display(child.name)}".lstrip("/")
            if left_out and child.resolve() in left_out:
                continue
            try:
                status = child.stat()
            except OSError as error:
                found.problems.append(_unreadable(_joined(name, inner), error))
                continue
            hidden = child.name.startswith(".")
            if stat.S_ISDIR(status.st_mode) and not hidden and not child.is_symlink():
                open_folders.append((child, inner))
            elif stat.S_ISREG(status.st_mode) and not hidden and _is_records(child):
                some = True
                _add(child, _joined(name, inner), status, limits, found, reached)
            elif child.name not in _SETTINGS:
                passed.append(inner)
    if not some:
        hint = f"a file of records ends in {_KNOWN}"
        found.problems.append(Problem(name, None, None, "no records: no file of records in the folder", hint))
    if passed:
        rest = f" and {len(passed) - 10:,} more" if len(passed) > 10 else ""
        shown = ", ".join(sorted(passed)[:10]) + rest
        found.notes.append(Problem(name, None, None, f"not read, no records by name: {shown}"))


def _is_records(path: Path) -> bool:
    name = path.name.lower()
    return path.suffix.lower() in SUFFIXES and name not in _OTHERS and not name.endswith(".schema.json")


def _joined(folder: str, below: str) -> str:
    return f"{folder.rstrip('/')}/{below}" if below else folder


def _read_pipe(path: Path, name: str, limits: Limits, found: Found) -> None:
    """A named pipe or a device can be read once, so it is kept."""
    try:
        with path.open("rb") as stream:
            _read_once(name, stream, limits, found)
    except OSError as error:
        found.problems.append(_unreadable(name, error))


def _read_once(name: str, stream: BinaryIO, limits: Limits, found: Found) -> None:
    try:
        data = stream.read(limits.max_file_bytes + 1)
    except OSError as error:
        found.problems.append(_unreadable(name, error))
        return
    if len(data) > limits.max_file_bytes:
        found.problems.append(Problem(name, None, None, f"more than {limits.max_file_bytes:,} bytes, the limit"))
    else:
        found.sources.append(Source(name, None, lambda: io.BytesIO(data)))
