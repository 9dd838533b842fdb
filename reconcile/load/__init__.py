"""Load: files of records to the table ``tables.LOADED``, every problem with its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

import polars as pl

from reconcile.errors import InputErrors, Problem
from reconcile.load.finds import SHOWN
from reconcile.load.foreign import Choice, hold
from reconcile.load.limits import DEFAULT, Limits
from reconcile.load.one_file import FileRead, read_file
from reconcile.load.paths import find
from reconcile.sources.supersede import place_of
from reconcile.tables import LOADED, conform
from reconcile.vague import VAGUE, Vague

__all__ = ["Limits", "Loaded", "Reading", "load", "load_in_parts", "read"]

_UNIQUE: Final = "ids are unique in a run"


@dataclass(frozen=True)
class Loaded:
    """The records of a run and what the user should know about their reading."""

    records: pl.DataFrame
    """Schema ``tables.LOADED``, sorted by ``record_id``."""
    notes: tuple[Problem, ...]
    """No errors: unknown columns kept, (0, 0) read as unknown, bounds widened ...; sorted by place."""


@dataclass(frozen=True)
class Reading:
    """All that the files hold, with what is wrong with it: for those who tell of everything at once."""

    records: pl.DataFrame
    """Schema ``tables.LOADED``, in the files' order; a value that was refused is null."""
    keep: pl.Series
    """Which rows hold: none that a later version of a source replaces."""
    files: tuple[FileRead, ...]
    """Their frames, one after the other, are ``records``; their ``finds`` are what is wrong in them."""
    problems: tuple[Problem, ...]
    """What is wrong besides: paths that cannot be read, versions that contradict each other."""
    notes: tuple[Problem, ...]


def read(
    paths: Sequence[str],
    *,
    limits: Limits = DEFAULT,
    stdin: BinaryIO | None = None,
    vague: Vague = VAGUE,
    source: str | None = None,
    skip: Collection[str] = (),
    salvage: bool = False,
) -> Reading:
    """As ``load``, but raises for nothing that is wrong with the files; ``skip`` are files and folders left out.

    With ``salvage`` the rows that are broken as a whole are among the records, with what can be read of them, and a
    mapping with mistakes is read as it was probably meant.
    """
    choice = Choice.of(source, salvage=salvage)
    found = find(paths, limits, stdin, skip)
    problems = list(found.problems)
    if not paths:
        problems.append(Problem("(no path)", None, None, "no input is given", "name a file, a folder or -"))
    files: list[FileRead] = []
    rows = 0
    for one in found.sources:
        files.append(read_file(one, limits, vague, choice, salvage=salvage))
        rows += files[-1].frame.height
        if rows > limits.max_rows:
            problems.append(_too_many(one.name, limits))
            break
    records = pl.concat([LOADED.to_frame(), *(file.frame for file in files)])
    held = hold(records, [(file.frame.height, file.foreign) for file in files])
    problems += held.problems
    _report_doubles(records.with_columns(held=held.keep), files)
    return Reading(records, held.keep, tuple(files), tuple(problems), (*found.notes, *held.notes))


def load(
    paths: Sequence[str],
    *,
    limits: Limits = DEFAULT,
    stdin: BinaryIO | None = None,
    vague: Vague = VAGUE,
    source: str | None = None,
    skip: Collection[str] = (),
) -> Loaded:
    """Read every file that ``paths`` (files, folders, ``-``) lead to; their order does not matter.

    ``stdin`` is what ``-`` reads; ``vague`` says what number words such as "dozens" stand for; ``source`` names
    the layout (``sources.named``) of files that are not in ours, where it shall not be recognised; ``skip`` are
    files and folders left out.

    Raises ``InputErrors`` with the problems of all files (1,000 in detail); ``UsageError`` and ``ConfigError``
    for a ``source`` that is none.
    """
    reading = read(paths, limits=limits, stdin=stdin, vague=vague, source=source, skip=skip)
    files = reading.files
    _refuse(files, list(reading.problems))
    notes = _notes(files, reading.notes)
    columns = (reading.records if reading.keep.all() else reading.records.filter(reading.keep)).get_columns()
    del reading, files  # nothing else may hold the columns while they are sorted
    records = _sorted(columns)
    return Loaded(conform(records, LOADED, "records"), notes)


def load_in_parts(
    paths: Sequence[str],
    take: Callable[[pl.DataFrame], None],
    *,
    limits: Limits = DEFAULT,
    vague: Vague = VAGUE,
    source: str | None = None,
) -> tuple[Problem, ...] | None:
    """As ``load``, but gives ``take`` the records (LOADED), some at a time as they are read, and returns the notes.

    Ids are not compared: who takes the records has to. None for another recorder's layout, whose records only
    ``load`` can read: later versions replace earlier ones. Raises ``InputErrors`` as ``load`` does.
    """
    choice = Choice.of(source)
    found = find(paths, limits, None)
    problems = list(found.problems)
    files: list[FileRead] = []
    rows = 0

    def hand_on(frame: pl.DataFrame) -> None:
        nonlocal rows
        rows += frame.height
        if not problems:
            take(frame)

    for one in found.sources:
        files.append(read_file(one, limits, vague, choice, take=hand_on))
        foreign = files[-1].foreign
        if foreign is not None and foreign.source is not None:
            return None
        if rows > limits.max_rows:
            problems.append(_too_many(one.name, limits))
            break
    _refuse(files, problems)
    return _notes(files, found.notes)


def _too_many(name: str, limits: Limits) -> Problem:
    return Problem(name, None, None, f"more than {limits.max_rows:,} rows in one run, the limit")


def _refuse(files: Sequence[FileRead], problems: list[Problem]) -> None:
    """Raise ``InputErrors`` if there are ``problems``, or any was found in the ``files``."""
    more = sum(file.finds.more for file in files)
    for file in files:
        if file.finds:
            problems += file.finds.problems(file.reader.locate) if file.reader else file.finds.placed
    if problems:
        problems.sort(key=lambda problem: problem.sort_key)
        more += len(problems) - SHOWN
        if more > 0:
            # U+2026 sorts behind nearly every file name, so this line comes last.
            problems = [*problems[:SHOWN], Problem("…", None, None, f"and {more:,} more problems")]
        raise InputErrors(problems)


def _notes(files: Sequence[FileRead], notes: Sequence[Problem]) -> tuple[Problem, ...]:
    found = [note for file in files if file.reader for note in file.finds.notes(file.reader.locate)]
    return tuple(sorted([*notes, *found], key=lambda note: note.sort_key))


def _sorted(columns: list[pl.Series]) -> pl.DataFrame:
    """The columns sorted by the first; they are taken out of the list, so that two copies of one are the most."""
    order = columns[0].arg_sort()
    columns.reverse()
    return pl.DataFrame([columns.pop().gather(order) for _ in range(len(columns))])


def _report_doubles(records: pl.DataFrame, files: Sequence[FileRead]) -> None:
    """An id that was given before is an error, where it is given again."""
    if records["record_id"].n_unique() == len(records):
        return
    ids = records.select("record_id", "source", "held").with_row_index("row").filter("held").drop("held")
    doubles = ids.filter(pl.col("record_id").is_not_null() & pl.col("record_id").is_duplicated())
    if doubles.is_empty():
        return
    first: dict[str, str] = {}
    ends: list[int] = []
    for file in files:
        ends.append((ends[-1] if ends else 0) + file.frame.height)
    which = 0
    for row, record_id, source in doubles.iter_rows():
        while row >= ends[which]:
            which += 1
        if record_id not in first:
            first[record_id] = source
            continue
        finds = files[which].finds
        what = f"record_id: '{record_id}' was given before, at {first[record_id]}"
        foreign = files[which].foreign
        if foreign and foreign.source:  # its rows are not numbered as the file's
            finds.at(place_of(source)[1], None, what, _UNIQUE)
            continue
        finds.base, finds.rows, finds.names = 0, None, {}
        finds.wrong(row - ends[which] + files[which].frame.height, ("record_id",), what, _UNIQUE)
    for file in files:
        file.finds.settle()
