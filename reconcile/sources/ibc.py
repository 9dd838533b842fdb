"""Iraq Body Count: ten columns below eleven lines of remarks, no coordinates, a minimum and a maximum.

Method: https://www.iraqbodycount.org/about/methods/
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from reconcile.sources.base import Cells, Draft, Source
from reconcile.sources.cells import claim, day, turned, whole

# An entry that spans more days is a cumulative one: a morgue's or a month's.
_INCIDENT: Final = timedelta(days=7)
_WHEN: Final = {"date": pl.String, "aggregate": pl.String, "turned": pl.Boolean}


def _date(start: str | None, end: str | None) -> tuple[str | None, str | None, bool]:
    """The days, whether they are too many for one incident, and whether they are stated the wrong way round."""
    first, last = day(start), day(end)
    if first is None or (last is None and end is not None):
        return (start if first is None else end, None, False)
    if last is None or last == first:
        return (first.isoformat(), None, False)
    back = last < first
    first, last = min(first, last), max(first, last)
    return (f"{first}/{last}", "true" if last - first > _INCIDENT else None, back)


def _draft(cells: Cells, _file: str) -> Draft:
    least, most = cells.text("reported_minimum"), cells.text("reported_maximum")
    by = cells.text("sources").str.replace_all(r"\s*[,;]\s*", "; ")
    low, high = whole(least), whole(most)
    same = (low == high).fill_null(value=False)
    exact = pl.when(same).then(low)
    when = cells.mapped(("start_date", "end_date"), _date, _WHEN)
    return Draft(
        fields={
            "id": cells.text("ibc_code"),
            "date": when["date"],
            "aggregate": when["aggregate"],
            "country": pl.lit("Iraq"),
            "place": cells.text("location"),
            "targets": cells.text("target"),
            "event_type": cells.text("weapons"),
            "killed": pl.when(same).then(least),
            "killed_low": pl.when(~same).then(least),
            "killed_high": pl.when(~same).then(most),
        },
        origin={
            "record_id": "ibc_code", "date": "start_date", "place": "location", "targets": "target",
            "event_type": "weapons", "killed": "reported_minimum", "killed_low": "reported_minimum",
            "killed_high": "reported_maximum", "claims": "sources", "aggregate": "end_date",
        },
        verbatim={"ibc_code", "location", "target", "weapons", "reported_minimum", "reported_maximum"},
        claims=[
            claim("killed", low=pl.when(~same).then(low), best=exact, high=pl.when(~same).then(high), by=by)
        ],
        findings=turned(cells, when["turned"], "end_date"),
    )  # fmt: skip


IBC: Final = Source(
    name="ibc",
    outlet="IBC",
    marks=(frozenset({"ibc_code", "start_date", "end_date", "reported_minimum"}),),
    needs=frozenset({"ibc_code", "start_date"}),
    draft=_draft,
)
