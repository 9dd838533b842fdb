"""All rules on values, in their order, less what follows from another finding."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from reconcile.check.culprit import Culprit
from reconcile.check.data_set import DataSet
from reconcile.check.days import Days
from reconcile.check.figures import figures
from reconcile.check.finding import Finding, found
from reconcile.check.hosts import hosts
from reconcile.check.links import links
from reconcile.check.nameless import nameless
from reconcile.check.points import points
from reconcile.check.recorders import recorders
from reconcile.check.sheet import Draft, Sheet
from reconcile.check.siblings import Siblings
from reconcile.check.slips import Slips
from reconcile.check.spelling import spelling
from reconcile.check.units import units
from reconcile.check.vocabulary import required, vocabulary
from reconcile.load.finds import TWICE, Path

_WRONG_DATES: Final = ("future-date", "early-date", "after-publication", "late-report", "odd-one-out")
_DATES: Final = (("date",), ("date_start",), ("date_end",), ("published_at",))
_WRONG_POINTS: Final = ("wrong-country", "far-from-place", "swapped-coordinates", "null-island", "wrong-province")
_OF_ABSENCE: Final = ("missing-field", "precision-without-point", "near-duplicate", "repeated-url", "parts-and-total")
_ONE_ARTICLE: Final = timedelta(days=7)  # between the incidents that one reports
_POINT: Final = (("lat",), ("lon",), ("geo_precision_km",))

Place = tuple[str | None, int | None, int | None]


def values(sheet: Sheet, data: DataSet, findings: list[Finding], slips: Slips, siblings: Siblings) -> list[Finding]:
    """What the rules on values find; of several findings at one place, also those given, the first rule's stands."""
    wanted = data.check
    days = list(Days(wanted, data.today, Culprit(sheet, siblings)).drafts(sheet))
    drafts: list[Draft] = [
        *days,
        *nameless(sheet),
        *recorders(sheet),
        *points(sheet, wanted),
        *figures(sheet, wanted, data.settings.counts),
        *vocabulary(sheet),
        *spelling(sheet),
        *units(sheet),
        *required(sheet, wanted, slips),
        *links(sheet, _rows(days, sheet, _WRONG_DATES, _DATES[:3])),
        *hosts(sheet),
    ]
    odd, lines = siblings.odd(_rows(drafts, sheet, _WRONG_DATES, _DATES), _rows(drafts, sheet, _WRONG_POINTS, _POINT))
    drafts = [one for one in _without_misdated([*drafts, *odd], sheet) if not _unknown(sheet, one)]
    sheet.look_up({draft.row for draft in drafts})
    taken: set[Place] = {(one.file, one.line, one.column) for one in findings if one.column is not None}
    kept = []
    for draft in drafts:
        finding = sheet.finding(draft)
        place = (finding.file, finding.line, finding.column)
        whole_row = finding.rule in ("V014", "F004")
        if finding.column is None or whole_row or place not in taken:
            taken.add(place)
            kept.append(finding)
    return [*kept, *lines, *_stale(sheet, data)]


def _rows(drafts: list[Draft], sheet: Sheet, rules: Collection[str], fields: Collection[Path]) -> set[int]:
    """The rows of which something in ``fields`` was refused, or found by one of ``rules``."""
    refused = {row for row, some in sheet.faulty.items() if any(path[:1] in fields for path, _ in some)}
    return refused | {draft.row for draft in drafts if draft.rule in rules}


def _unknown(sheet: Sheet, draft: Draft) -> bool:
    """Whether the draft is about a value that is not known: it stands in the file twice, or its row is broken."""
    if draft.row in sheet.broken and draft.rule in _OF_ABSENCE:
        return True
    twice = [path for path, what in sheet.faulty.get(draft.row, ()) if what.endswith(TWICE)]
    return any(path[: len(one)] == one for one in twice for path in draft.paths)


def _without_misdated(drafts: list[Draft], sheet: Sheet) -> list[Draft]:
    """The drafts without repeated URLs of records with a wrong date: that two days differ may follow from it."""
    published = ("published_at",)
    wrong = {sheet.ids[row] for row, some in sheet.faulty.items() if any(path[:1] == published for path, _ in some)}
    wrong |= {sheet.ids[draft.row] for draft in drafts if draft.rule in _WRONG_DATES}

    days = {sheet.ids[row["row"]]: row["date_start"] for row in sheet.rows}

    def follows(draft: Draft) -> bool:
        ids = (sheet.ids[draft.row], *draft.others)
        if draft.rule != "repeated-url" or not draft.values["why"].startswith("published ") or wrong.isdisjoint(ids):
            return False
        known = [days[one] for one in ids if days.get(one) is not None]
        return len(known) < 2 or abs(known[0] - known[-1]) <= _ONE_ARTICLE

    return [draft for draft in drafts if not follows(draft)]


def _stale(sheet: Sheet, data: DataSet) -> list[Finding]:
    days = data.check.stale_after_days
    if days is None:
        return []
    newest = max(
        ((day, row["row"]) for row in sheet.rows if row["kept"]
         for day in (row["date_end"], row["published"]) if day is not None and day <= data.today),
        default=None,
    )  # fmt: skip
    if newest is None or (data.today - newest[0]).days <= days:
        return []
    place = sheet.place(newest[1], (("date",), ("published_at",)))
    return [found("stale-data", place, {"day": newest[0], "days": days}, key=())]
