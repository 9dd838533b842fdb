"""Fields under names that are none of ours: what was meant, and what is missing for it.

A field that is misnamed is missing under its own name. That is the consequence of one slip, so whoever finds a field
missing asks here first.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from reconcile.check.sheet import Draft, Sheet
from reconcile.load.fields import DATES, FIELDS, REQUIRED, meant

_FEW: Final = 10
_FAINT: Final = 0.6
_NAMELESS: Final = "a column without a name"

Place = tuple[str | None, int | None, int | None]


class Slips:
    """The slips in the names of fields, in the order of the files."""

    def __init__(self, sheet: Sheet, required: Sequence[str] = ()) -> None:
        self._sheet = sheet
        self._required = tuple(required)
        self.drafts: list[tuple[Draft, Place | None]] = list(self._found())
        """Each field that is none of ours; with its place where the header has it."""
        self._columns = {
            (place[0], str(draft.values["near"])): str(draft.values["name"]) for draft, place in self.drafts if place
        }
        self._rows = {(draft.row, str(draft.values["near"])) for draft, place in self.drafts if not place}

    def misnames(self, file: str, field: str) -> bool:
        """Whether the header of ``file`` has ``field`` under another name."""
        return (file, field) in self._columns

    def lost(self, row: int, field: str) -> bool:
        """Whether ``row`` states ``field`` under another name; ``look_up`` the rows of misnamed columns first."""
        name = self._columns.get((self._sheet.file_of(row).name, field))
        if name is None:
            return (row, field) in self._rows
        raw = self._sheet.raw(row)
        return raw is None or raw.states((name,))

    def _found(self) -> Iterator[tuple[Draft, Place | None]]:
        sheet = self._sheet
        for number, file in enumerate(sheet.reading.files):
            if file.reader is None or (file.foreign and file.foreign.source):
                continue
            if not file.frame.height and any(_NAMELESS in one.what for one in file.finds.placed):
                continue  # the header is wrong by itself, and nothing was read by it
            if file.reader.places:
                for name, place in file.reader.places.items():
                    if name not in FIELDS:
                        yield _slip(-1, name, self._near(name, file.reader.places)), (file.name, *place)
                continue
            rows: dict[str, list[int]] = {}
            for at, extra in enumerate(file.frame["extra"]):
                for name in json.loads(extra) if extra else ():
                    rows.setdefault(name, []).append(sheet.starts[number] + at)
            for name, given in sorted(rows.items()):
                yield from ((draft, None) for draft in self._in_rows(name, given))

    def _near(self, name: str, given: Collection[str]) -> str | None:
        """The field that ``name`` was probably to be, of those that are not given."""
        near = meant(name)
        return near if near is not None and near not in given else meant_missing(name, self._wanted(given))

    def _wanted(self, given: Collection[str]) -> list[str]:
        """The fields that are missed beside those ``given``."""
        wanted = [field for field in (*REQUIRED, *self._required) if field not in given]
        if not any(field in given for field in DATES):
            wanted += DATES
        if ("lat" in given) != ("lon" in given):
            wanted.append("lon" if "lat" in given else "lat")
        return wanted

    def _in_rows(self, name: str, rows: list[int]) -> Iterator[Draft]:
        """A slip in each of a few records; what is in many, or like none of ours, once."""
        if len(rows) <= _FEW:
            self._sheet.look_up(rows)
            near = {row: self._near_in(name, row) for row in rows}
            yield from (_slip(row, name, near[row]) for row in rows if near[row] is not None)
            rows = [row for row in rows if near[row] is None]
        if rows:
            yield _slip(rows[0], name, None)

    def _near_in(self, name: str, row: int) -> str | None:
        raw = self._sheet.raw(row)
        return None if raw is None else self._near(name, [field for field in raw.values if raw.states((field,))])


def meant_missing(name: str, wanted: Sequence[str]) -> str | None:
    """The field among those missed that ``name`` may be: a faint likeness will do, a part of the name, or a longer one.

    So ``type`` is event_type and ``longitude`` is lon where these are missed, and nothing where they are not.
    """
    folded = name[:100].strip().lower().replace(" ", "_").replace("-", "_")
    near = get_close_matches(folded, wanted, n=1, cutoff=_FAINT)
    if near:
        return near[0]
    return next((field for field in wanted if folded in field.split("_") or folded.startswith(field)), None)


def _slip(row: int, name: str, near: str | None) -> Draft:
    rule = "misnamed-column" if near else "unknown-column"
    hint = f"did you mean '{near}'?" if near else None
    return Draft(rule, row, ((name,),), {"name": name, "near": near}, hint)
