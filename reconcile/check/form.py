"""What the loader refuses, as findings: the form of files, rows and fields, all of it in one go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from reconcile.check.finding import Finding, found
from reconcile.check.sheet import Draft, Sheet
from reconcile.check.slips import Slips
from reconcile.check.stated import told
from reconcile.dates import parse_published
from reconcile.errors import Problem
from reconcile.load.fields import ALIASES, COUNTS, DATES, REQUIRED
from reconcile.load.finds import TWICE, Path
from reconcile.load.one_file import FileRead

_YEAR: Final = timedelta(days=366)
_POINT: Final = ("lat", "lon", "geo_precision_km")
_FIGURES: Final = ("low", "best", "high", "count")
_MISSING: Final = ("no record_id", "no outlet", "states no date", "no column")


def fatal(sheet: Sheet) -> list[Problem]:
    """What keeps a file from being read at all: not a mistake in the data, but of the run."""
    problems = [one for one in sheet.reading.problems if not _undecided(one)]
    for file in sheet.reading.files:
        problems += [one for one in file.finds.placed if one.line is None and one.what.startswith("cannot be read")]
    return problems


def is_layout(what: str) -> bool:
    """Whether it says of a file that it is in no layout that we know."""
    return what == "the first line names no field of a record"


def _undecided(problem: Problem) -> bool:
    """Whether two rows of a recorder's file have one id: a mistake in the data, and no reason to stop."""
    return " says something else at " in problem.what


def wrong_settings(problems: Iterable[Problem]) -> list[Finding]:
    """A finding for each thing that is wrong in a configuration file."""
    return [
        found("wrong-setting", (one.file, one.line, one.column), {"what": one.what}, hint=one.hint) for one in problems
    ]


def _doubled(sheet: Sheet) -> Iterator[Finding]:
    rows = {source: row for row, source in enumerate(sheet.reading.records["source"])}
    for one in filter(_undecided, sheet.reading.problems):
        row = rows.get(f"{one.file}:{one.line}")
        place = (one.file, one.line, None) if row is None else sheet.place(row, (("record_id",),))
        what = one.what.partition(",")[0]
        records = () if row is None or sheet.ids[row] is None else (str(sheet.ids[row]),)
        key = (what.partition(" at ")[0],)
        yield found("duplicate-id", place, {"what": what}, hint=one.hint, field="record_id", records=records, key=key)


def form(sheet: Sheet, slips: Slips) -> list[Finding]:
    """A finding for each thing that the loader refused, and for each field that it does not know."""
    findings = [
        found(draft.rule, place, draft.values, hint=draft.hint) if place else sheet.finding(draft)
        for draft, place in slips.drafts
    ]
    sheet.look_up(sheet.faulty)
    for row, refused in sorted(sheet.faulty.items()):
        findings += _refused(sheet, row, refused, slips)
    findings += _doubled(sheet)
    for file in sheet.reading.files:
        for one in _one_encoding(file.finds.placed):
            if one.line is None and one.what.startswith("cannot be read"):
                continue
            if _is_mapped(file) and one.what.startswith("no column '"):
                continue  # told by the rule on columns, which knows the mapping
            if not any(slips.misnames(file.name, field) for field in _absent(one.what)):
                place = (file.name, one.line, one.column)
                findings.append(found(kind((), one.what), place, {"what": one.what}, hint=one.hint))
        if file.finds.more:
            what = f"and {file.finds.more:,} more mistakes of this kind in the file"
            findings.append(found("unreadable-row", (file.name, None, None), {"what": what}))
    return findings


def _one_encoding(problems: list[Problem]) -> Iterator[Problem]:
    """The problems; a file saved in another encoding is wrong once, at the first byte that shows it."""
    lines = [one for one in problems if one.what.endswith(" is not UTF-8")]
    for one in problems:
        if one in lines[:1] and len(lines) > 1:
            also = "1 more line" if len(lines) == 2 else f"{len(lines) - 1:,} more lines"
            yield replace(one, what=f"{one.what}, nor is what stands in {also}")
        elif one not in lines[1:]:
            yield one


def _refused(sheet: Sheet, row: int, refused: list[tuple[Path, str]], slips: Slips) -> Iterator[Finding]:
    """What the loader refused in one row, less what follows from a slip in a name."""
    hints = {find.what: find.hint for find in sheet.file_of(row).finds.found}
    slipped = {
        path[:2] for path, what in refused
        if what.endswith("no such key of a claim") and "'measure'" in (hints.get(what) or "")
    }  # fmt: skip
    for path, what in refused:
        if _absent(what) and (row in sheet.broken or _has_no_column(sheet, row)):
            continue
        if any(slips.lost(row, field) for field in _absent(what)) or _decided_elsewhere(sheet, row, path, what):
            continue
        if path in slipped and what.endswith("states no measure"):
            continue
        paths = tuple((name,) for name in DATES) if what.startswith("states no date") else (path,)
        if " lies before date_start" in what and _start_is_late(sheet, row):
            paths = (("date_start",),)
        if " before it begins " in what and (end := _end_of_two(sheet, row)):
            paths = (end,)
        if path == ("wounded",) and " contradicts injured, " in what and _injured_is_wrong(sheet, row):
            paths = (("injured",),)
        hint = hints.get(what) or _hint(path, what)
        draft = Draft(kind(path, what), row, paths, {"what": what}, hint, key=_key(path, what))
        yield sheet.finding(draft)


def _end_of_two(sheet: Sheet, row: int) -> Path | None:
    """The column of the last day, where another layout has one; none if it is rather the first that is wrong.

    That is where the last day lies near other dates of the file, and the first a year and more from all.
    """
    file, raw = sheet.file_of(row), sheet.raw(row)
    source = file.foreign.source if file.foreign else None
    if source is None or raw is None:
        return None
    name = next((name for name in (file.names.get("date_end"), "date_end") if name and raw.states((name,))), None)
    refused = re.search(r"ends \(([0-9-]+)\) before it begins \(([0-9-]+)\)", str(sheet.faulty.get(row)))
    if name is None or refused is None:
        return None
    last, first = (date.fromisoformat(day) for day in refused.groups())
    others = file.frame["date_start"].drop_nulls().to_list()
    gaps = [min((abs(day - other) for other in others), default=timedelta(0)) for day in (first, last)]
    return None if gaps[0] > _YEAR > gaps[1] else (name,)


def _is_mapped(file: FileRead) -> bool:
    return file.foreign is not None and file.foreign.source is not None and file.foreign.source.mapped


def _has_no_column(sheet: Sheet, row: int) -> bool:
    """Whether a record may lack a field because its file, read by a user's own mapping, lacks a column."""
    file = sheet.file_of(row)
    return _is_mapped(file) and any(one.what.startswith("no column '") for one in file.finds.placed)


def _start_is_late(sheet: Sheet, row: int) -> bool:
    """Whether it is rather the first day than the last that is wrong: the report came before it, after the last."""
    raw = sheet.raw(row)
    if raw is None:
        return False
    try:
        end, published, start = (
            parse_published(str(raw.value((name,))))[1] for name in ("date_end", "published_at", "date_start")
        )
    except ValueError:
        return False
    return end <= published < start


def _injured_is_wrong(sheet: Sheet, row: int) -> bool:
    """Whether, of ``injured`` and ``wounded``, the record's words or claims bear out the latter alone."""
    raw, read = sheet.raw(row), sheet.rows[row]
    given = [claim["best"] for claim in read["claims"] or () if claim["measure"] == "injured"]
    sums = {sum(given)} if given and None not in given else set()
    borne_out = {*told(read), *given, *sums}
    stated = [raw.value((name,)) if raw else None for name in ("injured", "wounded")]
    return stated[0] not in borne_out and stated[1] in borne_out


def _hint(path: Path, what: str) -> str | None:
    """How to mend what the rule's own words do not fit."""
    if what.endswith(TWICE):
        return "Take one of the two out."
    if "expected text, not " in what:
        return "State a text, or a list of texts where the field is one."
    if ": stated without " in what:
        return "State both or neither."
    if path[:1] == ("geo_precision_km",):
        return "Write the radius in km, or leave it empty."
    if ": expected a " in what and kind(path, what) == "bad-text":
        return "State a text." if "expected a text" in what else "State a list of texts."
    if " lies before date_start" in what or " before it begins " in what:
        return "Correct one of the two."
    return None


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
    if ": stated without " in what:
        return (what.rpartition(" ")[2],)
    return next(((name,) for name in REQUIRED if what in (f"no {name}", f"no column {name}", f"{name}: is empty")), ())


def kind(path: Path, what: str) -> str:
    """The rule that a refusal of the loader comes under, by the field and what is said of it."""
    if what.endswith(TWICE):
        return "unreadable-row"
    if what.endswith(" is not a whole number"):
        return "bad-count"
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
