"""The declared schemas of the tables that flow through the straight line, and the check at each stage's door.

    records -> pairs -> members -> events -> discrepancies

``left`` and ``right`` of ``pairs`` are row numbers in ``records``, which is sorted by ``record_id``: the smaller
id is always on the left.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from polars._typing import PolarsDataType


def _schema(columns: Mapping[str, PolarsDataType]) -> pl.Schema:
    return pl.Schema(columns)


MEASURES: Final = ("killed", "injured", "abducted", "missing", "detained")
ATTRIBUTIONS: Final = ("claimed", "stated", "suspected", "unknown")
SCOPES: Final = ("total", "part")
TEXT_FIELDS: Final = (
    "url",
    "title",
    "text",
    "language",
    "country",
    "admin1",
    "admin2",
    "place",
    "event_type",
)

CLAIM: Final = pl.Struct(
    {
        "measure": pl.String,  # one of MEASURES
        "group": pl.String,  # as the outlet put it ("villagers"); null = everyone
        "low": pl.Int64,
        "best": pl.Int64,
        "high": pl.Int64,  # null with a low = open upwards ("at least five")
        "scope": pl.String,  # one of SCOPES
        "attributed_to": pl.String,
        "quote": pl.String,
        "as_of": pl.String,
    }
)

# What `load` hands on: one row a record, sorted by record_id, values parsed and checked, names as the outlet wrote.
LOADED: Final = _schema(
    {
        "record_id": pl.String,
        "outlet": pl.String,
        "url": pl.String,
        "title": pl.String,
        "text": pl.String,
        "language": pl.String,
        "published_at": pl.String,  # as stated
        "published": pl.Date,  # its day
        "date": pl.String,  # canonical EDTF of the interval below
        "date_start": pl.Date,  # inclusive; null with an end = "on or before"; both null = not stated
        "date_end": pl.Date,
        "date_approximate": pl.Boolean,  # EDTF ~ ? %
        "date_minute": pl.Int16,  # minutes after midnight, when one moment is stated
        "country": pl.String,
        "admin1": pl.String,
        "admin2": pl.String,
        "place": pl.String,
        "lat": pl.Float64,  # WGS 84 degrees
        "lon": pl.Float64,
        "geo_precision_km": pl.Float64,  # radius in which the true place lies
        "perpetrators": pl.List(pl.String),
        "targets": pl.List(pl.String),
        "attribution": pl.String,  # one of ATTRIBUTIONS
        "event_type": pl.String,
        **{f"{measure}{end}": pl.Int64 for measure in MEASURES for end in ("", "_low", "_high")},
        **{f"{measure}_words": pl.String for measure in MEASURES},  # the outlet's words, where the figure was in words
        "claims": pl.List(CLAIM),
        "aggregate": pl.Boolean,  # never null
        "extra": pl.String,  # JSON object of the columns we do not know; null when there are none
        "source": pl.String,  # file:line
    }
)

# What `normalize` adds: what the names mean. Keys are folded or canonical names, null where nothing is stated.
MEANING: Final = _schema(
    {
        "day_start": pl.Int32,  # days since 1970-01-01; an open end stays null
        "day_end": pl.Int32,
        "day_published": pl.Int32,
        "country_key": pl.String,
        "admin1_key": pl.String,
        "admin2_key": pl.String,
        "place_key": pl.String,
        "match_lat": pl.Float64,  # stated coordinates, else the place table's; for matching, never for output
        "match_lon": pl.Float64,
        "match_km": pl.Float64,  # radius around them
        "perpetrator_keys": pl.List(pl.String),  # sorted, distinct; a generic actor ("gunmen") has no key
        "target_keys": pl.List(pl.String),
        "struck": pl.Boolean,  # fighters among its casualties were struck, and struck nobody; null: nobody is named
        "type_key": pl.String,
    }
)

RECORDS: Final = pl.Schema({**LOADED, **MEANING})


def conform(frame: pl.DataFrame, schema: pl.Schema, table: str) -> pl.DataFrame:
    """Return ``frame`` if it has exactly ``schema``; a mismatch is our bug and raises ``TypeError``."""
    if frame.schema != schema:
        ours, theirs = dict(schema), dict(frame.schema)
        wrong = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
        raise TypeError(f"table {table}: {[(name, ours.get(name), theirs.get(name)) for name in wrong]}")
    return frame


STATUSES: Final = ("agreed", "compatible", "disputed", "single-source", "unknown")

# One row a claim: a casualty figure one record states, or the sum of the parts it states.
FIGURES: Final = _schema(
    {
        "record_id": pl.String,
        "outlet": pl.String,
        "measure": pl.String,
        "group": pl.String,  # canonical; null = everyone
        "stated_group": pl.String,  # the outlet's own words for the group ("villagers"); null for everyone
        "low": pl.Int64,
        "best": pl.Int64,
        "high": pl.Int64,
        "derivation": pl.String,  # "2 + 4" where the figure is the sum of stated parts, else null
        "quote": pl.String,
        "attributed_to": pl.String,
        "as_of": pl.String,
        "replaced_by": pl.String,  # the later record of the same outlet (or this one) whose figure holds instead
        "url": pl.String,
        "published_at": pl.String,
        "source": pl.String,
    }
)

MEMBERS: Final = _schema(
    {
        "record_id": pl.String,
        "event_id": pl.String,
        "confidence": pl.Float64,  # that the record belongs to its event
        "runner_up": pl.String,  # the event that came closest besides its own, or null
        "runner_up_weight": pl.Float64,  # average match weight towards it, log-odds
    }
)

_STATED_CLAIM: Final = pl.Struct({name: dtype for name, dtype in FIGURES.items() if name not in ("measure", "group")})

CASUALTY: Final = pl.Struct(
    {
        "measure": pl.String,
        "group": pl.String,
        "low": pl.Int64,
        "best": pl.Int64,
        "high": pl.Int64,
        "status": pl.String,  # one of STATUSES
        "claims": pl.List(_STATED_CLAIM),
    }
)

EVENTS: Final = _schema(
    {
        "event_id": pl.String,
        "title": pl.String,
        "confidence": pl.Float64,
        "date_start": pl.Date,
        "date_end": pl.Date,
        "date": pl.String,  # EDTF
        "date_records": pl.List(pl.String),
        "place": pl.String,
        "admin2": pl.String,
        "admin1": pl.String,
        "country": pl.String,
        "lat": pl.Float64,
        "lon": pl.Float64,
        "geo_precision_km": pl.Float64,
        "place_records": pl.List(pl.String),
        "perpetrators": pl.List(
            pl.Struct(
                {
                    "name": pl.String,
                    "stated_as": pl.List(pl.String),
                    "attribution": pl.String,
                    "disputed": pl.Boolean,  # another outlet names an unrelated perpetrator
                    "records": pl.List(pl.String),
                }
            )
        ),
        "targets": pl.List(pl.Struct({"name": pl.String, "records": pl.List(pl.String)})),
        "event_type": pl.String,
        "event_type_records": pl.List(pl.String),
        "casualties": pl.List(CASUALTY),
        "aggregate": pl.Boolean,
        "outlets": pl.List(pl.String),
        "voices": pl.List(pl.List(pl.String)),  # the outlets of each independent voice
        "covers": pl.List(pl.String),  # the events that this one sums up; never merged with it, never added to it
        "part_of": pl.List(pl.String),
        "records": pl.List(pl.String),
    }
)

DISCREPANCIES: Final = _schema(
    {
        "event_id": pl.String,
        "rule": pl.String,  # "C001"
        "name": pl.String,  # "count-conflict"
        "field": pl.String,  # "injured", "killed/civilians", "date" ...
        "severity": pl.String,  # error, warning, info
        "message": pl.String,
        "records": pl.List(pl.String),
        "values": pl.List(pl.String),  # what each of `records` says, in the same order
    }
)
