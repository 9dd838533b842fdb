"""Canonical events: for every field one of the values that records state, with the records behind it.

Each outlet has one vote for each value it states, however many records it has. Most votes win; between equals the
more precise value, then the first in sorted order, so that no choice depends on the order of rows.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from reconcile.actors import Actors
from reconcile.event_actors import perpetrators_of, targets_of
from reconcile.event_types import EventTypes
from reconcile.order import each_distinct
from reconcile.parties import Ties
from reconcile.policies import measure_rank
from reconcile.tables import CASUALTY, EVENTS

# A place is known at the finest level that anyone states.
_LEVELS: Final = ("place_key", "admin2_key", "admin1_key", "country_key")
ALWAYS_SHOWN: Final = ("killed", "injured")


def _votes(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """One row an event and value, which starts with a stated one: how many outlets state it (``votes``), and which
    ``records``, in order."""
    stated = rows.select("event_id", "record_id", "outlet", *by).drop_nulls(by[0])
    return stated.group_by("event_id", *by, maintain_order=True).agg(
        votes=pl.col("outlet").n_unique(), records=pl.col("record_id")
    )


def _first(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.unique("event_id", keep="first", maintain_order=True)


def _dates(rows: pl.DataFrame) -> pl.DataFrame:
    """The date that most outlets state, then the narrowest, then the earliest."""
    width = (pl.col("date_end") - pl.col("date_start")).dt.total_days()
    votes = _votes(rows, ["date", "date_start", "date_end"])
    # A stated time of day makes a date more precise than the bare day.
    timed = pl.col("date").str.contains("T", literal=True)
    order = votes.with_columns(width=width, timed=timed).sort(
        "event_id", "votes", "width", "timed", "date_start", "date",
        descending=[False, True, False, True, False, False], nulls_last=True,
    )  # fmt: skip
    return _first(order).select("event_id", "date", "date_start", "date_end", date_records="records")


def _places(rows: pl.DataFrame) -> pl.DataFrame:
    """The finest stated place with most votes; its fields come from the records that state it, most precise first."""
    level = pl.coalesce(
        *(pl.when(pl.col(key).is_not_null()).then(pl.lit(rank)) for rank, key in enumerate(_LEVELS)),
        pl.when(pl.col("lat").is_not_null()).then(pl.lit(len(_LEVELS))),
    )
    # A name that folds to nothing ("???") is still a stated place, and so is a country that no table knows.
    rows = rows.select(
        *("event_id", "record_id", "outlet", "lat", "lon", "geo_precision_km"),
        *("place", "admin2", "admin1", "country", "admin2_key", "admin1_key"),
        place_key=pl.coalesce("place_key", "place"),
        country_key=pl.coalesce("country_key", "country"),
    )
    stated = rows.with_columns(level=level, key=pl.coalesce(*_LEVELS)).filter(pl.col("level").is_not_null())
    chosen = _first(
        _votes(stated, ["level", "key"]).sort(
            "event_id", "level", "votes", "key", descending=[False, False, True, False]
        )
    )
    behind = (
        stated.join(chosen.select("event_id", "level", "key"), on=["event_id", "level", "key"], nulls_equal=True)
        .with_columns(
            # Of several spellings the commonest, and coordinates always as one record's pair with its own precision.
            spelling=pl.len().over("event_id", "place"),
            point=pl.struct("lat", "lon", "geo_precision_km"),
        )
        .sort("event_id", "geo_precision_km", "record_id", nulls_last=True)
    )

    def stated_first(name: str) -> pl.Expr:
        return pl.col(name).drop_nulls().first().alias(name)

    names = _first(
        behind.filter(pl.col("place").is_not_null())
        .select("event_id", "spelling", "place")
        .sort("event_id", "spelling", "place", descending=[False, True, False])
    )
    return (
        behind.group_by("event_id", maintain_order=True)
        .agg(
            *(stated_first(name) for name in ("admin2", "admin1", "country")),
            pl.col("point").filter(pl.col("lat").is_not_null()).first(),
        )
        .unnest("point")
        .join(names, on="event_id", how="left")
        .join(chosen.select("event_id", place_records="records"), on="event_id")
    )


def _types(rows: pl.DataFrame) -> pl.DataFrame:
    votes = _votes(rows, ["type_key"])
    order = votes.sort("event_id", "votes", "type_key", descending=[False, True, False])
    return _first(order).select("event_id", event_type="type_key", event_type_records="records")


def _casualties(event_ids: pl.DataFrame, reconciled: pl.DataFrame) -> pl.DataFrame:
    """Nest the reconciled figures by event; killed and injured are shown even when nobody states them."""
    always = event_ids.join(pl.DataFrame({"measure": ALWAYS_SHOWN}), how="cross")
    totals = reconciled.filter(pl.col("group").is_null()).select("event_id", "measure")
    silent = always.join(totals, on=["event_id", "measure"], how="anti").with_columns(status=pl.lit("unknown"))
    fields = {field.name: field.dtype for field in CASUALTY.fields}
    both = pl.concat([reconciled, silent], how="diagonal").with_columns(
        pl.col("claims").fill_null(pl.lit([], dtype=fields["claims"]))
    )
    return (
        both.with_columns(rank=measure_rank())
        .sort("event_id", "rank", "group", nulls_last=False)
        .group_by("event_id", maintain_order=True)
        .agg(casualties=pl.struct(list(fields)))
    )


def _title(event_types: EventTypes) -> pl.Expr:
    """What and where in merged values; without a place the words of the earliest record that has a title."""
    kinds = {key: event_types.title(key) for key in event_types.kinds}
    kind = pl.col("event_type").replace_strict(kinds, default="Event", return_dtype=pl.String)
    # "Daquq, Kirkuk", not "Daquq, Daquq, Kirkuk".
    outer, seen = [], ["place"]
    for name in ("admin2", "admin1", "country"):
        outer.append(pl.when(pl.all_horizontal(pl.col(name).ne_missing(pl.col(one)) for one in seen)).then(name))
        seen.append(name)
    where = pl.concat_str("place", *outer, separator=", ", ignore_nulls=True)
    plain = pl.when(pl.col("date").is_not_null()).then(pl.format("{}, {}", kind, "date")).otherwise(kind)
    return pl.when(where != "").then(pl.format("{}: {}", kind, where)).otherwise(pl.coalesce("stated_title", plain))


def merge(
    rows: pl.DataFrame,
    reconciled: pl.DataFrame,
    voices: pl.DataFrame,
    perpetrators: Ties,
    actors: Actors,
    event_types: EventTypes,
) -> pl.DataFrame:
    """EVENTS of some events but for ``covers`` and ``part_of``, which only the whole run shows; in order of event.

    ``rows`` are records with ``event_id`` and ``confidence``, sorted by event and record; ``reconciled`` comes from
    :func:`reconcile.policies.reconcile_figures`, ``voices`` from :func:`reconcile.voices.voices_of_events`,
    ``perpetrators`` from :func:`reconcile.parties.ties_between`.
    """
    whole = rows.group_by("event_id", maintain_order=True).agg(
        confidence=pl.col("confidence").min(),
        aggregate=pl.col("aggregate").any(),
        records=pl.col("record_id"),
    )
    titles = _first(
        rows.select("event_id", "published", "record_id", stated_title="title")
        .filter(pl.col("stated_title").is_not_null())
        .sort("event_id", "published", "record_id", nulls_last=True)
    ).select("event_id", "stated_title")
    events = whole
    for part in (
        _dates(rows), _places(rows), perpetrators_of(rows, perpetrators, actors), targets_of(rows, actors),
        _types(rows), _casualties(whole.select("event_id"), reconciled), titles, voices,
        each_distinct(rows, "outlet", "outlets"),
    ):  # fmt: skip
        events = events.join(part, on="event_id", how="left", maintain_order="left")
    here = {name: dtype for name, dtype in EVENTS.items() if name not in ("covers", "part_of")}
    events = events.with_columns(_title(event_types).alias("title")).with_columns(
        pl.col(name).fill_null(pl.lit([], dtype=dtype))
        for name, dtype in here.items()
        if isinstance(dtype, pl.List) and events[name].null_count()
    )
    return events.select(list(here))
