"""What the loader refuses, as findings: the form of files, rows and fields, all of it in one go."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Final

from reconcile.check.finding import Finding, found
from reconcile.check.sheet import Draft, Sheet
from reconcile.errors import Problem
from reconcile.load.fields import ALIASES, COUNTS, DATES, FIELDS, REQUIRED, meant
from reconcile.load.finds import Path

_POINT: Final = ("lat", "lon", "geo_precision_km")
_FIGURES: Final = ("low", "best", "high", "count")
_FEW: Final = 10
_MISSING: Final = ("no record_id", "no outlet", "states no date", "no column")


def fatal(sheet: Sheet) -> list[Problem]:
    """What keeps a file from being read at all: not a mistake in the data, but of the run."""
    problems = list(sheet.reading.problems)
    for file in sheet.reading.files:
        problems += [one for one in file.finds.placed if one.line is None and one.what.startswith("cannot be read")]
    return problems


def form(sheet: Sheet) -> list[Finding]:
    """A finding for each thing that the loader refused, and for each field that it does not know."""
    slips = list(_slips(sheet))
    named = {(draft.row, str(draft.values["near"])) for draft, _ in slips if draft.row >= 0}
    columns = {(place[0], str(draft.values["near"])) for draft, place in slips if place}
    findings = [
        found(draft.rule, place, draft.values, hint=draft.hint) if place else sheet.finding(draft)
        for draft, place in slips
    ]
    sheet.look_up(sheet.faulty)
    for row, refused in sorted(sheet.faulty.items()):
        findings += _refused(sheet, row, refused, named)
    for file in sheet.reading.files:
        for one in file.finds.placed:
            if one.line is None and one.what.startswith("cannot be read"):
                continue
            if not any((file.name, field) in columns for field in _absent(one.what)):
                place = (file.name, one.line, one.column)
                findings.append(found(kind((), one.what), place, {"what": one.what}, hint=one.hint))
        if file.finds.more:
            what = f"and {file.finds.more:,} more mistakes of this kind in the file"
            findings.append(found("unreadable-row", (file.name, None, None), {"what": what}))
    return findings


def _refused(sheet: Sheet, row: int, refused: list[tuple[Path, str]], named: set[tuple[int, str]]) -> Iterator[Finding]:
    """What the loader refused in one row, less what follows from a slip in a name."""
    hints = {find.what: find.hint for find in sheet.file_of(row).finds.found}
    slipped = {
        path[:2] for path, what in refused
        if what.endswith("no such key of a claim") and "'measure'" in (hints.get(what) or "")
    }  # fmt: skip
    for path, what in refused:
        if any((row, field) in named for field in _absent(what)) or _decided_elsewhere(sheet, row, path, what):
            continue
        if path in slipped and what.endswith("states no measure"):
            continue
        paths = tuple((name,) for name in DATES) if what.startswith("states no date") else (path,)
        draft = Draft(kind(path, what), row, paths, {"what": what}, hints.get(what), key=_key(path, what))
        yield sheet.finding(draft)


def _key(path: Path, what: str) -> tuple[str, ...]:
    """The fingerprint of a doubled id must not hang on the line of the other."""
    return (what.partition(" was given before")[0], *map(str, path))


def _decided_elsewhere(sheet: Sheet, row: int, path: Path, what: str) -> bool:
    """A total among the claims against the flat one: ``figures`` says which of them is wrong."""
    return sheet.own(row) and path[:1] == ("claims",) and ": a total of " in what and " contradicts " in what


def _absent(what: str) -> tuple[str, ...]:
    """The fields of which one is missed."""
    if what.startswith(("states no date", "no column with a date")):
        return DATES
    return next(((name,) for name in REQUIRED if what in (f"no {name}", f"no column {name}", f"{name}: is empty")), ())


def kind(path: Path, what: str) -> str:
    """The rule that a refusal of the loader comes under, by the field and what is said of it."""
    name = str(path[0]) if path else ""
    last = str(path[-1]) if path else ""
    if "was given before" in what:
        return "duplicate-id"
    if what.startswith(_MISSING) or (name in REQUIRED and what.endswith("is empty")):
        return "missing-field"
    if " contradicts " in what:
        return "contradiction"
    if name == "claims":
        return _kind_of_claim(last)
    if name in DATES:
        return "bad-date"
    if name in COUNTS or name in ALIASES:
        return "bad-count"
    if name in _POINT:
        return "bad-coordinates"
    if name in ("attribution", "aggregate"):
        return "bad-value"
    if name or "not UTF-8" in what:
        return "bad-text"
    return "unreadable-row"


def _kind_of_claim(last: str) -> str:
    if last == "as_of":
        return "bad-date"
    if last in _FIGURES:
        return "bad-count"
    return "bad-value" if last in ("measure", "scope") else "bad-claim"


def _slips(sheet: Sheet) -> Iterator[tuple[Draft, tuple[str | None, int | None, int | None] | None]]:
    """Each field that is none of ours; with its place where the header has it."""
    for number, file in enumerate(sheet.reading.files):
        if file.reader is None or (file.foreign and file.foreign.source):
            continue
        if file.reader.places:
            for name, place in file.reader.places.items():
                if name not in FIELDS:
                    near = meant(name)
                    near = None if near in file.reader.places else near
                    near = near or meant_missing(name, file.reader.places)
                    yield _slip(-1, name, near), (file.name, *place)
            continue
        rows: dict[str, list[int]] = {}
        for at, extra in enumerate(file.frame["extra"]):
            for name in json.loads(extra) if extra else ():
                rows.setdefault(name, []).append(sheet.starts[number] + at)
        for name, given in sorted(rows.items()):
            yield from ((draft, None) for draft in _in_rows(sheet, name, given))


def meant_missing(name: str, given: Collection[str]) -> str | None:
    """The column that every record needs and the header lacks, if ``name`` may be it: then a faint likeness will do."""
    missing = [field for field in REQUIRED if field not in given]
    if not any(field in given for field in DATES):
        missing += DATES
    near = get_close_matches(name[:100].strip().lower(), missing, n=1, cutoff=0.6)
    return near[0] if near else None


def _in_rows(sheet: Sheet, name: str, rows: list[int]) -> Iterator[Draft]:
    """A slip in each of a few records; what is in many, or like none of ours, once."""
    near = meant(name)
    if near is not None and len(rows) <= _FEW:
        sheet.look_up(rows)
        slips = [row for row in rows if (raw := sheet.raw(row)) is not None and not raw.states((near,))]
        yield from (_slip(row, name, near) for row in slips)
        rows = [row for row in rows if row not in slips]
        near = None
    if rows:
        yield _slip(rows[0], name, near)


def _slip(row: int, name: str, near: str | None) -> Draft:
    rule = "misnamed-column" if near else "unknown-column"
    hint = f"did you mean '{near}'?" if near else None
    return Draft(rule, row, ((name,),), {"name": name, "near": near}, hint)
