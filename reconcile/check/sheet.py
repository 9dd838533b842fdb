"""The records under check: what each row states and means, which rows are sound, and where each value stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import Any

import polars as pl

from reconcile.check.finding import Finding, found
from reconcile.load import Reading
from reconcile.load.finds import Path
from reconcile.load.one_file import FileRead
from reconcile.load.raw import RawRow
from reconcile.normalize import normalize
from reconcile.pipeline import Knowledge
from reconcile.tables import LOADED

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding in the values of one row, before its place is looked up."""

    rule: str
    row: int
    paths: tuple[Path, ...]
    """Under our names, the likeliest first; the first that the row states has the place."""
    values: Mapping[str, Any] = field(default_factory=dict)
    hint: str | None = None
    others: tuple[str, ...] = ()
    """Further records that it is about."""
    key: tuple[str, ...] | None = None
    mild: bool = False
    """Whether it is a warning at the most: what another recorder states is nobody's to mend who reads it."""


class Sheet:
    """All rows of a reading, numbered as there."""

    def __init__(self, reading: Reading, knowledge: Knowledge) -> None:
        self.reading = reading
        self.knowledge = knowledge
        self.ids: list[str | None] = reading.records["record_id"].to_list()
        self.starts = [0, *accumulate(file.frame.height for file in reading.files)]
        self._file_of = [number for number, file in enumerate(reading.files) for _ in range(file.frame.height)]
        self._raw: dict[int, RawRow] = {}

    def file_of(self, row: int) -> FileRead:
        """The file that a row is of."""
        return self.reading.files[self._file_of[row]]

    def own(self, row: int) -> bool:
        """Whether the row is in our layout, and so written by the people whose data are checked."""
        foreign = self.file_of(row).foreign
        return foreign is None or foreign.source is None or foreign.source.mapped

    @cached_property
    def meant(self) -> pl.DataFrame:
        """``tables.RECORDS`` of every row, in the rows' order; the ids are the rows' numbers."""
        numbers = pl.int_range(pl.len()).cast(pl.String).str.zfill(9)
        frame = self.reading.records.select(
            numbers.alias(name) if name == "record_id" else pl.col(name) for name in LOADED.names()
        )
        known = self.knowledge
        return normalize(frame, known.places, known.actors, known.event_types)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Each row with what it means; ``record_id`` is its own again."""
        keep = self.reading.keep.to_list()
        rows = self.meant.iter_rows(named=True)
        return [{**row, "record_id": self.ids[n], "row": n, "kept": keep[n]} for n, row in enumerate(rows)]

    @cached_property
    def by_id(self) -> dict[str | None, Row]:
        """The rows that count, by record; of several with one id the last."""
        return {row["record_id"]: row for row in self.rows if row["kept"]}

    @cached_property
    def faulty(self) -> dict[int, list[tuple[Path, str]]]:
        """Row -> what the loader refused in it, under our names."""
        refused: dict[int, list[tuple[Path, str]]] = {}
        for number, file in enumerate(self.reading.files):
            rows = {read: self.starts[number] + at for at, read in enumerate(file.rows)}
            ours: dict[str, str] = {}
            for name, own in sorted(file.names.items(), key=lambda names: (names[0] == "claims", names[0])):
                ours.setdefault(own, name)  # one column may be a figure and the claim made of it
            for find in file.finds.found:
                path = (ours.get(str(find.path[0]), find.path[0]), *find.path[1:]) if find.path else ()
                if find.row in rows:
                    refused.setdefault(rows[find.row], []).append((path, find.what))
        return refused

    @cached_property
    def placed(self) -> dict[tuple[int, str], tuple[int | None, int | None]]:
        """Row and what the loader refused in it -> its place, where the reader knew it."""
        known = {}
        for number, file in enumerate(self.reading.files):
            rows = {read: self.starts[number] + at for at, read in enumerate(file.rows)}
            known.update({
                (rows[find.row], find.what): find.place
                for find in file.finds.found if find.place is not None and find.row in rows
            })  # fmt: skip
        return known

    @cached_property
    def broken(self) -> set[int]:
        """The rows that cannot be read as one, of which only parts are there. Those alone know where they broke."""
        rows = set()
        for number, file in enumerate(self.reading.files):
            at = {read: self.starts[number] + place for place, read in enumerate(file.rows)}
            rows |= {at[one.row] for one in file.finds.found if not one.path and one.place and one.row in at}
        return rows

    @cached_property
    def sound(self) -> list[int]:
        """The rows that can be reconciled: nothing in them was refused."""
        outlets = self.reading.records["outlet"].to_list()
        keep = self.reading.keep.to_list()
        return [
            row
            for row, record in enumerate(self.ids)
            if keep[row] and record is not None and outlets[row] is not None and row not in self.faulty
        ]

    def look_up(self, rows: Collection[int]) -> None:
        """Read the rows once more, as the files state them."""
        wanted: dict[int, set[int]] = {}
        for row in rows:
            if row not in self._raw:
                wanted.setdefault(self._file_of[row], set()).add(row)
        for number, ours in sorted(wanted.items()):
            file, start = self.reading.files[number], self.starts[number]
            if file.reader is None:
                continue
            read = {file.rows[row - start]: row for row in sorted(ours)}
            for at, raw in file.reader.raw(set(read)).items():
                self._raw[read[at]] = raw

    def raw(self, row: int) -> RawRow | None:
        """The row as the file states it; ``look_up`` it first where many are wanted."""
        if row not in self._raw:
            self.look_up([row])
        return self._raw.get(row)

    def own_path(self, row: int, path: Path) -> Path:
        """``path`` under the name that the file itself has for the field."""
        if not path:
            return path
        name = str(path[0])
        raw = self.raw(row)
        if name.startswith("injured") and raw is not None and not raw.states(path):
            wounded = name.replace("injured", "wounded", 1)
            if raw.states((wounded, *path[1:])):
                return (wounded, *path[1:])
        return (self.file_of(row).names.get(name, name), *path[1:])

    def place(self, row: int, paths: Iterable[Path]) -> tuple[str, int | None, int | None]:
        """Where the first of ``paths`` that the row states stands, else the first that has a place, else the row."""
        raw = self.raw(row)
        file = self.file_of(row).name
        if raw is None:
            return file, None, None
        candidates = [self.own_path(row, path) for path in paths]
        stated = [path for path in candidates if raw.states(path)] or [p for p in candidates if p in raw.places]
        return (file, *raw.place(stated[0] if stated else candidates[0] if candidates else ()))

    def finding(self, draft: Draft) -> Finding:
        """The draft with its place."""
        record = self.ids[draft.row]
        path = draft.paths[0] if draft.paths else ()
        known = self.placed.get((draft.row, str(draft.values.get("what"))))
        one = found(
            draft.rule,
            (self.file_of(draft.row).name, *known) if known else self.place(draft.row, draft.paths),
            draft.values,
            hint=draft.hint,
            key=draft.key,
            field=".".join(map(str, path)) or None,
            records=tuple(one for one in (record, *draft.others) if one is not None),
        )
        return replace(one, severity="warning") if draft.mild and one.severity == "error" else one
