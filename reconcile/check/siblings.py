"""Records that people say are one event, against each other: a value that only one of them can have.

Outlets may differ on one event, and that is no mistake. But not by weeks, nor by a province: there either the record
has a slip, or the line that joins the two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from reconcile.check.expected import Expectation
from reconcile.check.finding import Finding, found
from reconcile.check.lines import Lines
from reconcile.check.oddly import odd_column
from reconcile.check.quotes import said, says
from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.check_settings import CheckSettings
from reconcile.discrepancies.told import stated_in
from reconcile.fold import name_similarity
from reconcile.geo import distance_km
from reconcile.judgements import Judgement, Judgements
from reconcile.load.fields import BOUNDS
from reconcile.load.finds import Path
from reconcile.tables import MEASURES
from reconcile.vague import VAGUE

_DAYS: Final = 7
_ALIKE: Final = 0.8
_DATE: Final[tuple[Path, ...]] = (("date",), ("date_start",), ("date_end",))


@dataclass(frozen=True)
class Siblings:
    """Which records are said to be one event, by judgements and by expected events."""

    sheet: Sheet
    judgements: Judgements
    groups: Sequence[Expectation]
    settings: CheckSettings

    @cached_property
    def _rows(self) -> dict[str, Row]:
        known: dict[str, Row] = {}
        for row in self.sheet.rows:
            if row["kept"] and row["record_id"] is not None:
                known.setdefault(row["record_id"], row)
        return known

    @cached_property
    def _beside(self) -> dict[str, list[str]]:
        beside: dict[str, set[str]] = {}
        for left, right in self._pairs():
            beside.setdefault(left, set()).add(right)
            beside.setdefault(right, set()).add(left)
        return {one: sorted(others) for one, others in beside.items()}

    def _pairs(self) -> Iterator[tuple[str, str]]:
        yield from self.judgements.pairs("same")
        for group in self.groups:
            if group.together:
                yield from ((one, other) for one in group.records for other in group.records if one < other)

    def of(self, row: Row) -> list[Row]:
        """The other records of the event, as far as lines name them beside this one."""
        return [self._rows[one] for one in self._beside.get(row["record_id"] or "", ()) if one in self._rows]

    def odd(self, dated: Collection[int], placed: Collection[int]) -> tuple[list[Draft], list[Finding]]:
        """Values that a record alone has among its siblings; and judgements that join what is no one event.

        Nothing is said of the dates of the rows ``dated`` and the places of the rows ``placed``.
        """
        drafts: dict[tuple[int, str], Draft] = {}
        lines: list[Finding] = []
        grouped: dict[tuple[str, int], Finding] = {}
        judged = {(one.left, one.right): one for one in self.judgements.standing if one.verdict == "same"}
        for left, right in sorted(set(self._pairs())):
            if left not in self._rows or right not in self._rows:
                continue
            one, other = self._rows[left], self._rows[right]
            misdated = bool({one["row"], other["row"]} & set(dated))
            days = days_apart(one, other) if not misdated else 0
            least = _least_apart(one, other) if misdated else days
            km = _km_apart(one, other) if not {one["row"], other["row"]} & set(placed) else 0.0
            far = km > self.settings.far_km
            if least > _DAYS and (far or elsewhere(one, other)):
                if (left, right) in judged:
                    lines.append(_joined(judged[left, right], least))
                else:
                    group = next(one for one in self.groups if one.together and {left, right} <= set(one.records))
                    grouped.setdefault((group.file, group.line or 0), self._grouped(group, left, right, least))
            elif days > _DAYS:
                draft = self._misdated(one, other, days)
                drafts.setdefault((draft.row, "date"), draft)
            elif far and not elsewhere(one, other):
                draft = self._misplaced(one, other, km)
                drafts.setdefault((draft.row, "point"), draft)
        drafts |= {(draft.row, str(draft.paths[0][0])): draft for draft in self._misfigured()}
        return list(drafts.values()), [*lines, *grouped.values()]

    def _misfigured(self) -> Iterator[Draft]:
        """Totals that the record's own title speaks against, and all that the other records state of the event."""
        for row in self._rows.values():
            if not row["title"] or row["aggregate"] or not self.sheet.own(row["row"]):
                continue
            title = said(row["title"], VAGUE)
            for measure in MEASURES:
                ours = _total(row, measure)
                others = [other for other in self.of(row) if _stated(other, measure)]
                if ours is None or not others or says(title, ours, ours, ours):
                    continue
                numbers = _titled(row, measure)
                meant = next((one for one in numbers if all(_allows(other, measure, one) for other in others)), None)
                if meant is not None:
                    by = others[0]["record_id"]
                    values = {"what": f"{measure}: {ours}, but its own title says {meant}, and so does {by}"}
                    paths: tuple[Path, ...] = ((measure,), (f"{measure}_low",))
                    yield Draft("odd-one-out", row["row"], paths, values, others=(by,))

    def _grouped(self, group: Expectation, left: str, right: str, days: int) -> Finding:
        """An expected event of records far apart: at the one that no other record said to be the same is near to."""
        odd = [one for one in (left, right) if not any(self._near(one, other) for other in self._beside[one])]
        column = group.column_of(odd[0]) if len(odd) == 1 else odd_column(group, (left, right), self.sheet.by_id)
        values = {"what": f"'same' for {left} and {right}, which lie {days} days and some way apart"}
        place = (group.file, group.line, column)
        return found(
            "unlikely-judgement", place, values, field="same", records=(left, right), key=(left, right)
        )  # fmt: skip

    def _near(self, left: str, right: str) -> bool:
        if left not in self._rows or right not in self._rows:
            return False
        one, other = self._rows[left], self._rows[right]
        return days_apart(one, other) <= _DAYS and not elsewhere(one, other)

    def _misdated(self, one: Row, other: Row, days: int) -> Draft:
        """At the date that more of the others, or else its own publication, speak against."""
        odd, right = (other, one) if self._against(one) < self._against(other) else (one, other)
        if self._against(one) == self._against(other) and _lag(other) > _lag(one):
            odd, right = other, one
        values = {"what": f"date: {odd['date']} lies {days} days from that of {right['record_id']}, {right['date']}"}
        return Draft("odd-one-out", odd["row"], _DATE, values, others=(right["record_id"],))

    def _against(self, row: Row) -> int:
        return sum(days_apart(row, other) > _DAYS for other in self.of(row))

    def _misplaced(self, one: Row, other: Row, km: float) -> Draft:
        """At the point that lies farther from the place that it names."""
        odd, right = (other, one) if self._astray(other) > self._astray(one) else (one, other)
        what = f"lat, lon: {odd['lat']:g}, {odd['lon']:g} lie {km:.0f} km from those of {right['record_id']}"
        lon_alone = abs(odd["lat"] - right["lat"]) < abs(odd["lon"] - right["lon"]) / 10
        paths: tuple[Path, ...] = (("lon",), ("lat",)) if lon_alone else (("lat",), ("lon",))
        return Draft("odd-one-out", odd["row"], paths, {"what": what}, others=(right["record_id"],))

    def _astray(self, row: Row) -> float:
        near = self.sheet.knowledge.places.locate(row["place"], row["admin2"], row["admin1"], row["country"])
        return 0.0 if near is None else distance_km(row["lat"], row["lon"], near[0], near[1])


def _stated(row: Row, measure: str) -> bool:
    return any(row[f"{measure}{end}"] is not None for end in BOUNDS)


def _titled(row: Row, measure: str) -> list[int]:
    """The numbers that the title gives for ``measure``: in English by its words, else if no other measure has them."""
    english = stated_in(row["title"].lower(), measure).own
    if english or row["title"].isascii():
        return sorted(english)
    others = {row[name] for name in MEASURES if name != measure}
    return [number for number in said(row["title"], VAGUE).numbers if number not in others]


def _allows(row: Row, measure: str, number: int) -> bool:
    """Whether the flat columns of a row leave room for ``number``, and not for any."""
    best, low, high = (row[f"{measure}{end}"] for end in BOUNDS)
    low, high = (best if low is None else low), (best if high is None else high)
    return None not in (low, high) and low <= number <= high


def _total(row: Row, measure: str) -> int | None:
    """The one number that the flat columns state."""
    best, low, high = (row[f"{measure}{end}"] for end in BOUNDS)
    return best if best is not None and low in (None, best) and high in (None, best) else None


def _joined(line: Judgement, days: int) -> Finding:
    values = {"what": f"verdict 'same' for {line.left} and {line.right}, which lie {days} days and some way apart"}
    column = Lines(line.file).column(line.line, "verdict")
    return found(
        "unlikely-judgement", (line.file, line.line, column), values,
        records=(line.left, line.right), key=(line.left, line.right),
    )  # fmt: skip


def days_apart(one: Row, other: Row) -> int:
    """Days between two dates of one event; 0 where they meet, or are not stated, or sum up a time."""
    ends: list[date | None] = [row[name] for row in (one, other) for name in ("date_start", "date_end")]
    if None in ends or one["aggregate"] or other["aggregate"]:
        return 0
    start, end, their_start, their_end = (day for day in ends if day is not None)
    return max((their_start - end).days, (start - their_end).days, 0)


def _least_apart(one: Row, other: Row) -> int:
    """Days by which both what is known of the dates of the event and of publication lie apart, if one may be wrong."""
    if one["aggregate"] or other["aggregate"]:
        return 0
    apart = [abs((one["published"] - other["published"]).days)] if one["published"] and other["published"] else []
    if all(row[name] for row in (one, other) for name in ("date_start", "date_end")):
        apart.append(days_apart(one, other))
    return min(apart, default=0)


def _km_apart(one: Row, other: Row) -> float:
    """Km between two points, less what their precisions allow; 0 where one is not stated."""
    if None in (one["lat"], one["lon"], other["lat"], other["lon"]):
        return 0.0
    slack = (one["geo_precision_km"] or 0.0) + (other["geo_precision_km"] or 0.0)
    return float(distance_km(one["lat"], one["lon"], other["lat"], other["lon"]) - slack)


def elsewhere(one: Row, other: Row) -> bool:
    """Whether the two name different countries, provinces or places."""
    return any(
        None not in (one[name], other[name]) and name_similarity(one[name], other[name]) < _ALIKE
        for name in ("country_key", "admin1_key", "place_key")
    )


def _lag(row: Row) -> int:
    """Days between the event and its publication."""
    return abs((row["published"] - row["date_end"]).days) if row["published"] and row["date_end"] else 0
