"""Dates that cannot be: in the future, before the data begin, after the report of them, long before it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from reconcile.check.culprit import DATE, PUBLISHED, Culprit
from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.check_settings import CheckSettings
from reconcile.dates import parse_published
from reconcile.load.finds import Path

_END_FIRST: Final[tuple[Path, ...]] = (("date",), ("date_end",), ("date_start",))
_MONTH: Final = timedelta(days=31)
_NEXT: Final = timedelta(days=1)  # in another time zone
_QUICK: Final = timedelta(days=3)
_LATE: Final = 20  # days, of one report among quick ones
_SOME: Final = 8  # reports
_FEW: Final = 0.03  # of them, or two
_BEGINS: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[^/]*)?/[^/]*")
_ENDS: Final = re.compile(r"[^/]*/ *[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T.*)?")


@dataclass(frozen=True, slots=True)
class Days:
    """The days that dates are held against."""

    settings: CheckSettings
    today: date
    culprit: Culprit

    def drafts(self, sheet: Sheet) -> Iterator[Draft]:
        """At most one finding a date."""
        sheet.look_up([row["row"] for row in sheet.rows if sheet.own(row["row"]) and self._crosses(row)])
        alone = _alone(sheet)
        for row in sheet.rows:
            if not row["kept"]:
                continue
            wrong = _refused(sheet, row["row"])
            for field, paths, first, last in (
                ("date", DATE, row["date_start"] or row["date_end"], row["date_end"] or row["date_start"]),
                ("published_at", PUBLISHED, row["published"], row["published"]),
            ):
                if field == "date" and wrong:
                    continue  # what is refused is no date, and what is left of it tells nothing
                if self._ahead(sheet, row, first, last):
                    wrong = True
                    paths = _END_FIRST if paths == DATE and first is not None and first <= self.today else paths
                    yield Draft("future-date", row["row"], paths, {"field": field, "value": _text(row, field)})
                elif self._before(sheet, row, first, last):
                    wrong = True
                    floor = self.settings.earliest_date
                    yield Draft(
                        "early-date", row["row"], paths, {"field": field, "value": _text(row, field), "floor": floor}
                    )
            if not wrong and sheet.own(row["row"]):
                against = list(self._against_publication(sheet, row, alone=row["row"] in alone))
                yield from against
                wrong = bool(against)
            yield from self._as_of(row, wrong=wrong)

    def _crosses(self, row: Row) -> bool:
        """Whether the last day lies after the day of publication, or one end alone beyond the days expected."""
        start, end, published = row["date_start"], row["date_end"], row["published"]
        return (
            (end is not None and ((published is not None and end > published) or end > self.today))
            or (start is not None and start < self.settings.earliest_date)
        )  # fmt: skip

    def _ahead(self, sheet: Sheet, row: Row, first: date | None, last: date | None) -> bool:
        """Whether the whole of a date lies in the future, or its end by more than a month, where that is a day."""
        if first is None or last is None or last <= self.today:
            return False
        far = last - self.today > _MONTH
        return first > self.today or (far and sheet.own(row["row"]) and _states_end(sheet, row))

    def _before(self, sheet: Sheet, row: Row, first: date | None, last: date | None) -> bool:
        """Whether the whole of a date lies before the data begin, or its start, if a day, by more than a month."""
        floor = self.settings.earliest_date
        if first is None or last is None or first >= floor:
            return False
        far = floor - first > _MONTH
        return last < floor or (far and sheet.own(row["row"]) and _states_start(sheet, row))

    def _against_publication(self, sheet: Sheet, row: Row, *, alone: bool) -> Iterator[Draft]:
        start, end, published = row["date_start"], row["date_end"], row["published"]
        if published is None or (start is None and end is None):
            return
        after = (start or end) > published
        if not after and end is not None and end > published:
            after = _states_end(sheet, row)
        if after:
            yield self._two("after-publication", row, "after the day of publication", "before the event")
        elif end is not None and (published - end).days > (_LATE if alone else self.settings.late_days):
            gap = _gap((published - end).days)
            yield self._two("late-report", row, f"{gap} before publication", f"{gap} after the event")

    def _two(self, rule: str, row: Row, early: str, late: str) -> Draft:
        """A finding at the one of the two dates that the rest speaks against."""
        paths, date, published = self.culprit.of(row), _text(row, "date"), row["published"]
        if paths == PUBLISHED:
            return Draft(rule, row["row"], paths, {"what": f"published_at: {published} lies {late}, {date}"})
        return Draft(rule, row["row"], paths, {"what": f"date: {date} lies {early}, {published}"})

    def _as_of(self, row: Row, *, wrong: bool) -> Iterator[Draft]:
        for number, claim in enumerate(row["claims"] or ()):
            if claim["as_of"] is None:
                continue
            day = parse_published(claim["as_of"])[1]
            path: tuple[Path, ...] = (("claims", number, "as_of"),)
            if day > self.today:
                field = f"claims[{number}].as_of"
                yield Draft("future-date", row["row"], path, {"field": field, "value": claim["as_of"]})
            elif not wrong and row["date_start"] is not None and day < row["date_start"]:
                what = f"claims[{number}].as_of: {claim['as_of']} lies before the event, {row['date_start']}"
                yield Draft("claim-before-event", row["row"], path, {"what": what})
            elif not wrong and row["published"] is not None and day > row["published"] + _NEXT:
                what = f"claims[{number}].as_of: {claim['as_of']} lies after the report, {row['published']}"
                yield Draft("claim-before-event", row["row"], path, {"what": what})


def _alone(sheet: Sheet) -> set[int]:
    """The rows that are their outlet's only report of a day, where all but a few reports come within days."""
    rows = [
        row for row in sheet.rows
        if row["kept"] and sheet.own(row["row"]) and row["published"] and row["date_end"] and not row["aggregate"]
    ]  # fmt: skip
    slow = sum(row["published"] - row["date_end"] > _QUICK for row in rows)
    if len(rows) < _SOME or slow > max(2, _FEW * len(rows)):
        return set()
    of_day = Counter((row["outlet"], row["published"]) for row in sheet.rows if row["published"])
    return {row["row"] for row in rows if of_day[row["outlet"], row["published"]] == 1}


def _gap(days: int) -> str:
    return f"{days} days" if days < 2 * 365 else f"{round(days / 365.25)} years"


def _refused(sheet: Sheet, row: int) -> bool:
    """Whether the loader refused the date of the event."""
    return any(path[:1] in DATE for path, _ in sheet.faulty.get(row, ()))


def _text(row: Row, field: str) -> str:
    return str(row[field])


def _states_end(sheet: Sheet, row: Row) -> bool:
    """Whether the file itself gives the last day as a day: "2018-12" published on the 20th is none."""
    return _states(sheet, row, "date_end", _ENDS)


def _states_start(sheet: Sheet, row: Row) -> bool:
    """Whether the file itself gives the first day as a day."""
    return _states(sheet, row, "date_start", _BEGINS)


def _states(sheet: Sheet, row: Row, field: str, within: re.Pattern[str]) -> bool:
    raw = sheet.raw(row["row"])
    if raw is None:
        return False
    whole, alone = (sheet.own_path(row["row"], path) for path in (("date",), (field,)))
    return raw.states(alone) or (raw.states(whole) and bool(within.fullmatch(str(raw.value(whole)))))
