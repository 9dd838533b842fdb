"""The merged JSON: one versioned document, keys in a fixed order, as ``reconcile/data/events.schema.json`` says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconcile.pipeline import Result
from reconcile.text import for_json, for_json_text

SCHEMA_NAME: Final = "reconcile-events/1"

Json = dict[str, Any]


def summary(result: Result) -> Json:
    """How many records, outlets, events and discrepancies there are."""
    return {
        "records": result.records.height,
        "outlets": result.records["outlet"].n_unique(),
        "events": result.events.height,
        "discrepancies": result.discrepancies.height,
    }


def event_documents(result: Result, *, locate: bool = False) -> Iterator[Json]:
    """Each event of the document, in order. ``locate`` fills in the ``file:line`` of each claim.

    Lines change with every edit of a file while the records stay the same, so they are left out unless asked for.
    """
    found: dict[str, list[Json]] = {}
    members: dict[str, list[Json]] = {}
    for row in result.members.sort("event_id", "record_id").iter_rows(named=True):
        members.setdefault(row.pop("event_id"), []).append(
            row
            | {
                "confidence": _rounded(row["confidence"], 4),
                "runner_up_weight": _rounded(row["runner_up_weight"], 2),
            }
        )
    for row in result.discrepancies.iter_rows(named=True):
        found.setdefault(row.pop("event_id"), []).append(row)
    for event in result.events.iter_rows(named=True):
        yield {
            "event_id": event["event_id"],
            "title": event["title"],
            "confidence": _rounded(event["confidence"], 4),
            "aggregate": event["aggregate"],
            "date": {
                "start": _iso(event["date_start"]),
                "end": _iso(event["date_end"]),
                "edtf": event["date"],
                "records": event["date_records"],
            },
            "place": {
                "name": event["place"],
                "admin2": event["admin2"],
                "admin1": event["admin1"],
                "country": event["country"],
                "lat": event["lat"],
                "lon": event["lon"],
                "precision_km": event["geo_precision_km"],
                "records": event["place_records"],
            },
            "perpetrators": event["perpetrators"],
            "targets": event["targets"],
            "event_type": {"name": event["event_type"], "records": event["event_type_records"]},
            "casualties": [_casualty(row, locate=locate) for row in event["casualties"]],
            "discrepancies": found.get(event["event_id"], []),
            "covers": event["covers"],
            "part_of": event["part_of"],
            "outlets": event["outlets"],
            "voices": event["voices"],
            "records": event["records"],
            "members": members[event["event_id"]],
        }


def _casualty(row: Mapping[str, Any], *, locate: bool) -> Json:
    claims = [
        {
            name: claim[name]
            for name in (
                "record_id",
                "outlet",
                "stated_group",
                "low",
                "best",
                "high",
                "derivation",
                "quote",
                "attributed_to",
                "as_of",
                "replaced_by",
            )
        }
        | {
            "url": claim["url"],
            "published_at": claim["published_at"],
            "source": claim["source"] if locate else None,
        }
        for claim in row["claims"]
    ]
    return {name: row[name] for name in ("measure", "group", "low", "best", "high", "status")} | {"claims": claims}


def document_chunks(result: Result, *, locate: bool = False) -> Iterator[bytes]:
    """The whole document as UTF-8, an event at a time."""
    head = {"schema": SCHEMA_NAME, "settings": result.settings, "summary": summary(result)}
    text = _dump(head)
    yield (text[: text.rindex("\n}")] + ',\n  "events": [').encode()
    separator = "\n"
    for event in event_documents(result, locate=locate):
        body = _dump(event).replace("\n", "\n    ")
        yield f"{separator}    {body}".encode()
        separator = ",\n"
    yield b"\n  ]\n}\n" if result.events.height else b"]\n}\n"


def line_chunks(result: Result, *, locate: bool = False) -> Iterator[bytes]:
    """One event a line."""
    for event in event_documents(result, locate=locate):
        yield (for_json_text(json.dumps(_clean(event), ensure_ascii=False, allow_nan=False)) + "\n").encode()


def _dump(value: Json) -> str:
    return for_json_text(json.dumps(_clean(value), ensure_ascii=False, allow_nan=False, indent=2))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return for_json(value)
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def _iso(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
