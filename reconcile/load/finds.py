"""What is found in one file while it is read: errors and notes, by row and field until they get a place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from reconcile.errors import Problem

SHOWN: Final = 1_000
"""Errors shown in detail in one run; the rest are counted."""

TWICE: Final = "is given twice in one object"
"""How the error of a key ends that stands twice in an object of JSON: what it states is not known."""

Path: TypeAlias = tuple[str | int, ...]
"""A value's way down from its record: ``("claims", 0, "low")``; ``()`` is the record itself."""
Place: TypeAlias = tuple[int | None, int | None]
Locate: TypeAlias = Callable[[Mapping[int, set[Path]]], Mapping[tuple[int, Path], Place]]


class BadValueError(ValueError):
    """A value that is refused: what is wrong with it and how to mend it."""

    def __init__(self, what: str, hint: str | None = None) -> None:
        super().__init__(what)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Find:
    """One error whose line and column are still to be looked up."""

    row: int
    path: Path
    what: str
    hint: str | None
    place: Place | None = None
    """Where it stands, if that is known already."""


@dataclass(slots=True)
class _Note:
    row: int
    path: Path
    say: Callable[[int], str]
    hint: str | None
    rows: list[int] = field(default_factory=list)


class Sink(Protocol):
    """What takes the errors of a column."""

    def each(self, rows: Iterable[int], path: Path, say: Callable[[int], BadValueError]) -> None:
        """Add one error for each of ``rows`` (ascending)."""
        ...


@dataclass
class Finds:
    """Collects for one file; keeps the first ``SHOWN`` errors by row, counts the others."""

    file: str
    base: int = 0
    """The row at which the part in hand begins; the rows given to ``wrong`` and ``note`` count from it."""
    rows: Sequence[int] | None = None
    """Which rows of the part are records, where not all are: the rows given are places in this list."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Our field -> the file's own name for it, where that differs."""
    placed: list[Problem] = field(default_factory=list)
    """Errors whose place is already known."""
    found: list[Find] = field(default_factory=list)
    more: int = 0
    doubles: int = 0
    """Ids given again within a part; who reads all files reports them."""
    stopped: bool = False
    remarks: list[Problem] = field(default_factory=list)
    _notes: dict[str, _Note] = field(default_factory=dict)
    _known: set[tuple[int, Path]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.placed or self.found or self.more)

    def full(self, most: int) -> bool:
        """Whether there are ``most`` errors; if so, it is said that the rest of the file is not read."""
        if not self.stopped and len(self.placed) + len(self.found) + self.more + self.doubles >= most:
            self.stopped = True
            self.placed.append(
                Problem(self.file, None, None, f"{most:,} problems or more; the rest of the file was not read")
            )
        return self.stopped

    def at(self, line: int | None, column: int | None, what: str, hint: str | None = None) -> None:
        """Add an error at a known place."""
        if len(self.placed) < SHOWN:
            self.placed.append(Problem(self.file, line, column, what, hint))
        else:
            self.more += 1

    def wrong(self, row: int, path: Path, what: str, hint: str | None = None) -> None:
        """Add an error in the value at ``path`` of ``row``."""
        own = self.names.get(str(path[0])) if path else None
        if own is not None:
            what = f"{own}, read as {what}"
        where = self._row(row), self._path(path)
        if not self._known or not any((where[0], where[1][:upto]) in self._known for upto in range(1, len(path) + 1)):
            self.found.append(Find(*where, what, hint))

    def wrong_at(self, row: int, path: Path, place: Place, what: str, hint: str | None = None) -> None:
        """Add an error at a known place in the value at ``path`` of the reader's ``row``, which is kept all the same.

        What else is wrong with that value is not told.
        """
        self._known.add((row, path))
        self.found.append(Find(row, path, what, hint, place))

    def _row(self, row: int) -> int:
        return self.base + (row if self.rows is None else self.rows[row])

    def _path(self, path: Path) -> Path:
        return (self.names.get(str(path[0]), path[0]), *path[1:]) if path else path

    def each(self, rows: Iterable[int], path: Path, say: Callable[[int], BadValueError]) -> None:
        """Add one error for each of ``rows`` (ascending); only the first ``SHOWN`` are spelled out."""
        for count, row in enumerate(rows):
            if count < SHOWN:
                bad = say(row)
                self.wrong(row, path, str(bad), bad.hint)
            else:
                self.more += 1

    def settle(self) -> None:
        """Forget the spelled-out errors beyond the first ``SHOWN``, but count them."""
        if len(self.found) > SHOWN:
            self.found.sort(key=lambda find: (find.row, str(find.path), find.what))
            self.more += len(self.found) - SHOWN
            del self.found[SHOWN:]

    def remark(self, line: int | None, column: int | None, what: str, hint: str | None = None) -> None:
        """Add a note at a known place."""
        self.remarks.append(Problem(self.file, line, column, what, hint))

    def note(self, key: str, rows: list[int], path: Path, say: Callable[[int], str], hint: str | None = None) -> None:
        """Add a note that is shown once a file, at the first of its rows; ``say`` gets the number of rows."""
        if rows:
            note = self._notes.setdefault(key, _Note(self._row(rows[0]), self._path(path), say, hint))
            note.rows += [self._row(row) for row in rows]

    def noted(self) -> dict[str, list[int]]:
        """The rows of each kind of note, by its key."""
        return {key: note.rows for key, note in self._notes.items()}

    def problems(self, locate: Locate) -> list[Problem]:
        """Every error kept, with its place."""
        wanted: dict[int, set[Path]] = {}
        for find in self.found:
            if find.place is None:
                wanted.setdefault(find.row, set()).add(find.path)
        places = locate(wanted) if wanted else {}
        return self.placed + [
            Problem(self.file, *(find.place or places.get((find.row, find.path), (None, None))), find.what, find.hint)
            for find in self.found
        ]

    def notes(self, locate: Locate) -> list[Problem]:
        """Every note, with its place."""
        kept = self._notes.values()
        wanted: dict[int, set[Path]] = {}
        for note in kept:
            wanted.setdefault(note.row, set()).add(note.path)
        places = locate(wanted) if wanted else {}
        return self.remarks + [
            Problem(self.file, *places.get((note.row, note.path), (None, None)), note.say(len(note.rows)), note.hint)
            for note in kept
        ]
