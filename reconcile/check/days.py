"""Dates that cannot be: in the future, before the data begin, after the report of them, long before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.check_settings import CheckSettings
from reconcile.dates import parse_published
from reconcile.load.finds import Path

_DATE: Final[tuple[Path, ...]] = (("date",), ("date_start",), ("date_end",))
_PUBLISHED: Final[tuple[Path, ...]] = (("published_at",),)
_MONTH: Final = timedelta(days=31)
_BEGINS: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[^/]*)?/[^/]*")
_ENDS: Final = re.compile(r"[^/]*/ *[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T.*)?")


@dataclass(frozen=True, slots=True)
class Days:
    """The days that dates are held against."""

    settings: CheckSettings
    today: date

    def drafts(self, sheet: Sheet) -> Iterator[Draft]:
        """At most one finding a date."""
        sheet.look_up([row["row"] for row in sheet.rows if sheet.own(row["row"]) and self._crosses(row)])
        for row in sheet.rows:
            if not row["kept"]:
                continue
            wrong = _refused(sheet, row["row"])
            for field, paths, first, last in (
                ("date", _DATE, row["date_start"] or row["date_end"], row["date_end"] or row["date_start"]),
                ("published_at", _PUBLISHED, row["published"], row["published"]),
            ):
                if field == "date" and wrong:
                    continue  # what is refused is no date, and what is left of it tells nothing
                if self._ahead(sheet, row, first, last):
                    wrong = True
                    yield Draft("future-date", row["row"], paths, {"field": field, "value": _text(row, field)})
                elif self._before(sheet, row, first, last):
                    wrong = True
                    floor = self.settings.earliest_date
                    yield Draft(
                        "early-date", row["row"], paths, {"field": field, "value": _text(row, field), "floor": floor}
                    )
            if not wrong and sheet.own(row["row"]):
                yield from self._against_publication(sheet, row)
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

    def _against_publication(self, sheet: Sheet, row: Row) -> Iterator[Draft]:
        start, end, published = row["date_start"], row["date_end"], row["published"]
        if published is None or (start is None and end is None):
            return
        values = {"field": "date", "value": _text(row, "date"), "published": published}
        after = (start or end) > published
        if not after and end is not None and end > published:
            after = _states_end(sheet, row)
        if after:
            yield Draft("after-publication", row["row"], _culprit(row), values)
        elif end is not None and published - end > timedelta(days=self.settings.late_days):
            years = round((published - end).days / 365.25)
            yield Draft("late-report", row["row"], _culprit(row), {**values, "years": years})

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
                values = {"number": number, "value": claim["as_of"], "start": row["date_start"]}
                yield Draft("claim-before-event", row["row"], path, values)


def _refused(sheet: Sheet, row: int) -> bool:
    """Whether the loader refused the date of the event."""
    return any(path[:1] in _DATE for path, _ in sheet.faulty.get(row, ()))


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


def _culprit(row: Row) -> tuple[Path, ...]:
    """The date that the record's id, URL, title and text do not bear out; the event's, where they say nothing."""
    said = " ".join(str(row[field]) for field in ("record_id", "url", "title", "text") if row[field])
    for width in (10, 7, 4):
        event = {str(day)[:width] for day in (row["date_start"], row["date_end"]) if day is not None}
        published = str(row["published"])[:width]
        if published in event:
            continue
        borne_out = any(day in said for day in event)
        if borne_out != (published in said):
            return _PUBLISHED if borne_out else _DATE
    return _DATE
