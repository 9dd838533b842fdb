"""Events in the layout of the UCDP Georeferenced Event Dataset: the columns that merged events can fill.

Codes as in the UCDP GED codebook: ``date_prec`` 1 day, 2 two to six days, 3 a week, 4 up to a month, 5 longer;
``where_prec`` 1 exact, 2 within about 25 km, 3 second-level unit, 4 first-level unit, 6 country; ``event_clarity``
2 for a summary of several incidents. Deaths are those of the measure ``killed``; a figure that nobody states is left
empty, where UCDP itself would write 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from reconcile.pipeline import Result
from reconcile.report.document import event_documents

_GROUPS: Final = {"deaths_civilians": "civilians", "deaths_unknown": "unknown"}
_NUMBERS: Final = (
    "year", "number_of_sources", "where_prec", "event_clarity", "date_prec",
    "deaths_civilians", "deaths_unknown", "best", "high", "low",
)  # fmt: skip
GED: Final = pl.Schema(
    {
        name: pl.Float64 if name in ("latitude", "longitude") else pl.Int64 if name in _NUMBERS else pl.String
        for name in (
            "id", "year", "side_a", "side_b", "number_of_sources", "source_article", "source_office", "source_date",
            "source_headline", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2", "latitude",
            "longitude", "country", "event_clarity", "date_prec", "date_start", "date_end", "deaths_civilians",
            "deaths_unknown", "best", "high", "low",
        )
    }
)  # fmt: skip


def ged_table(result: Result) -> pl.DataFrame:
    """One row an event, in the order of the events; several sources in a cell are separated by ``; ``."""
    records = {row["record_id"]: row for row in result.records.iter_rows(named=True)}
    return pl.DataFrame([_row(event, records) for event in event_documents(result)], schema=GED)


def _row(event: Mapping[str, Any], records: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    sources = [records[record] for record in event["records"]]
    killed = {row["group"]: row for row in event["casualties"] if row["measure"] == "killed"}
    place, date = event["place"], event["date"]
    return {
        "id": event["event_id"],
        "year": int(date["start"][:4]) if date["start"] else None,
        "side_a": _joined(actor["name"] for actor in event["perpetrators"]),
        "side_b": _joined(actor["name"] for actor in event["targets"]),
        "number_of_sources": len(event["outlets"]),
        "source_article": _side_by_side(sources, "url"),
        "source_office": _side_by_side(sources, "outlet"),
        "source_date": _side_by_side(sources, "published_at"),
        "source_headline": _side_by_side(sources, "title"),
        "where_prec": _where_precision(place),
        "where_coordinates": place["name"],
        "where_description": event["title"],
        "adm_1": place["admin1"],
        "adm_2": place["admin2"],
        "latitude": place["lat"],
        "longitude": place["lon"],
        "country": place["country"],
        "event_clarity": 2 if event["aggregate"] else 1,
        "date_prec": _date_precision(date),
        "date_start": date["start"],
        "date_end": date["end"],
        **{column: killed.get(group, {}).get("best") for column, group in _GROUPS.items()},
        **{bound: killed[None][bound] for bound in ("best", "high", "low")},
    }


def _joined(values: Any) -> str | None:
    return "; ".join(dict.fromkeys(value for value in values if value)) or None


def _side_by_side(sources: Sequence[Mapping[str, Any]], field: str) -> str | None:
    """One entry a record, empty where it has none, so that the source columns keep step with each other."""
    values = [source[field] or "" for source in sources]
    return "; ".join(values) if any(values) else None


def _date_precision(date: Mapping[str, Any]) -> int:
    from datetime import date as day

    if not date["start"] or not date["end"]:
        return 5
    days = (day.fromisoformat(date["end"]) - day.fromisoformat(date["start"])).days + 1
    return next(code for code, most in ((1, 1), (2, 6), (3, 7), (4, 31), (5, 10**9)) if days <= most)


def _where_precision(place: Mapping[str, Any]) -> int | None:
    if place["name"] and place["lat"] is not None:
        return 1 if place["precision_km"] is None or place["precision_km"] <= 5 else 2
    return next((code for code, name in ((3, "admin2"), (4, "admin1"), (6, "country")) if place[name]), None)
