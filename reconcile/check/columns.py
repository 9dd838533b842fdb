"""Columns that a mapping of one's own names, and a file does not have: a slip in the mapping, or in the header."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from reconcile.check.finding import Finding, found
from reconcile.check.sheet import Sheet
from reconcile.load.one_file import FileRead
from reconcile.sources.base import folded_name
from reconcile.sources.mapping import Inspected, inspect_mapping

_ALIKE: Final = 0.7


def lacking(file: FileRead, fields: dict[str, str]) -> dict[str, str]:
    """The fields of which a file that is read by a mapping lacks the columns: ours -> theirs."""
    source = file.foreign.source if file.foreign else None
    if source is None or not source.mapped or file.reader is None or not file.reader.places:
        return {}
    has = {folded_name(name) for name in file.reader.places}
    return {ours: theirs for ours, theirs in fields.items() if folded_name(theirs) not in has}


def columns(sheet: Sheet, mapping: str | None) -> Iterator[Finding]:
    """Each such column: at the name of the header that is nearly it, else once in the mapping at the path given."""
    if mapping is None or not mapping.endswith(".toml"):
        return
    layout = inspect_mapping(mapping)
    if not layout.usable:
        return
    fields: dict[str, str] = layout.table["fields"]
    told: set[str] = set()
    for file in sheet.reading.files:
        for ours, theirs in lacking(file, fields).items():
            yield from _one(file, layout, ours, theirs, told)


def _one(file: FileRead, layout: Inspected, ours: str, theirs: str, told: set[str]) -> Iterator[Finding]:
    places = file.reader.places if file.reader else {}
    named = {folded_name(name) for name in layout.table["fields"].values()}
    free = {folded_name(name): name for name in places if folded_name(name) not in named}
    near = get_close_matches(folded_name(theirs), sorted(free), n=1, cutoff=_ALIKE)
    if near:
        name = free[near[0]]
        values = {"name": name, "near": theirs}
        yield found("misnamed-column", (file.name, *places[name]), values, hint=f"did you mean '{theirs}'?")
    elif ours not in told:
        told.add(ours)
        what = f"[fields] {ours}: {file.name} has no column '{theirs}'"
        place = (layout.path, *layout.place("fields", ours))
        yield found("wrong-setting", place, {"what": what}, hint="name a column of the file", key=(ours, theirs))
