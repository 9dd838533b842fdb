"""ACLED: the export of 31 columns, its older spellings, and the feed of deletions.

Codebook: https://acleddata.com/knowledge-base/codebook/ (2024).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import timedelta
from typing import Final

import polars as pl

from reconcile.sources.base import Cells, Draft, Source, tables
from reconcile.sources.cells import claim, coded, day, listed, moment, whole

# In these nobody is known to be the attacker: "Actor 1 and Actor 2 do not imply directionality" (codebook).
_FIGHT: Final = r"(?i)^battle"
_UPON_PROTESTERS: Final = "Excessive force against prot"
# Sub-event types that say less than the event type above them.
_SAY_LITTLE: Final = ("Attack", "Other")
_HALF_WEEK: Final = timedelta(days=3)


def _date(text: str | None, precision: str | None) -> tuple[str | None]:
    """The days that a date of this precision allows: 1 the day, 2 the week around it, 3 its calendar month."""
    found = day(text)
    code = (precision or "1").removesuffix(".0")
    if found is None:
        return (text,)
    if code == "1":
        return (found.isoformat(),)
    if code == "2":
        return (f"{found - _HALF_WEEK}/{found + _HALF_WEEK}",)
    last = monthrange(found.year, found.month)[1]
    return (f"{found.replace(day=1)}/{found.replace(day=last)}",)


def _draft(cells: Cells, _file: str) -> Draft:
    codes = tables()["acled"]
    km, odd_places = coded(cells, "geo_precision", codes["geo_precision_km"], "the precision is not known")
    known = dict.fromkeys(("1", "2", "3"), 0)
    _, odd_dates = coded(cells, "time_precision", known, "taken for the coarsest, a month,")
    inter = {f"inter{n}": coded(cells, f"inter{n}", codes["inter"], "the kind of actor is not known") for n in (1, 2)}
    kind, sub = cells.text("event_type"), cells.text("sub_event_type")
    one, two = (
        cells.add(f"side {n}", listed(_actor(cells, n), _split(cells.text(f"assoc_actor_{n}")))) for n in (1, 2)
    )
    both = cells.add("both", listed(one, two))
    fight, reversed_ = kind.str.contains(_FIGHT), sub.str.starts_with(_UPON_PROTESTERS)
    dead = cells.add("dead", whole(cells.text("fatalities")))
    zero = dead == 0
    by = cells.add("by", _split(cells.text("source")))
    return Draft(
        fields={
            "id": cells.text("event_id_cnty"),
            "date": cells.mapped(("event_date", "time_precision"), _date, {"date": pl.String})["date"],
            "country": cells.text("country"),
            "admin1": cells.text("admin1"),
            "admin2": cells.text("admin2"),
            # Of precision 3 the location is a stand-in for its region.
            "place": pl.when(cells.text("geo_precision").fill_null("") != "3").then(cells.text("location")),
            "lat": cells.text("latitude"),
            "lon": cells.text("longitude"),
            "geo_precision_km": km.cast(pl.String),
            "perpetrators": pl.when(fight).then(both).when(reversed_).then(two).otherwise(one),
            "targets": pl.when(fight).then(both).when(reversed_).then(one).otherwise(two),
            "event_type": pl.when(sub.is_null() | sub.is_in(_SAY_LITTLE)).then(kind).otherwise(sub),
            "text": cells.text("notes"),
            # 0 stands for none and for not known: at least none.
            "killed": pl.when(zero.fill_null(value=False)).then(None).otherwise(cells.text("fatalities")),
            "killed_low": pl.when(zero).then(pl.lit("0")),
        },
        origin={
            "record_id": "event_id_cnty", "date": "event_date", "country": "country", "admin1": "admin1",
            "admin2": "admin2", "place": "location", "lat": "latitude", "lon": "longitude",
            "geo_precision_km": "geo_precision", "perpetrators": "actor1", "targets": "actor2",
            "event_type": "event_type", "text": "notes", "killed": "fatalities", "killed_low": "fatalities",
            "claims": "fatalities",
        },
        verbatim={"event_id_cnty", "country", "admin1", "admin2", "latitude", "longitude", "notes"},
        claims=[claim("killed", low=pl.when(zero).then(0), best=pl.when(~zero).then(dead), by=by)],
        findings=[*odd_places, *odd_dates, *(one for _, found in inter.values() for one in found)],
        version=cells.mapped(("timestamp",), moment, {"version": pl.Int64})["version"],
    )  # fmt: skip


def _actor(cells: Cells, number: int) -> pl.Expr:
    """The named actor, else the kind that its code says."""
    kinds = {code: word or None for code, word in tables()["acled"]["inter"].items()}
    code = cells.text(f"inter{number}").str.replace(r"\.0+$", "").str.to_lowercase()
    return pl.coalesce(cells.text(f"actor{number}"), code.replace_strict(kinds, default=None))


def _split(text: pl.Expr) -> pl.Expr:
    """A list with ``;`` between its members, evenly spaced."""
    return text.str.replace_all(r"\s*;\s*", "; ")


def _deletions(cells: Cells, _file: str) -> Draft:
    return Draft(
        fields={"id": cells.text("event_id_cnty")},
        origin={"record_id": "event_id_cnty"},
        version=cells.mapped(("deleted_timestamp",), moment, {"version": pl.Int64})["version"],
    )


ACLED: Final = Source(
    name="acled",
    outlet="ACLED",
    marks=(frozenset({"event_id_cnty", "event_date", "event_type", "actor1"}),),
    needs=frozenset({"event_id_cnty", "event_date"}),
    draft=_draft,
    aliases={
        "ally_actor_1": "assoc_actor_1", "ally_actor_2": "assoc_actor_2", "time_precis": "time_precision",
        "time_preci": "time_precision", "geo_precis": "geo_precision", "geo_preci": "geo_precision",
        "event_id_c": "event_id_cnty", "sub_event_": "sub_event_type",
    },
)  # fmt: skip

ACLED_DELETED: Final = Source(
    name="acled",
    outlet="ACLED",
    marks=(frozenset({"event_id_cnty", "deleted_timestamp"}),),
    needs=frozenset({"event_id_cnty", "deleted_timestamp"}),
    draft=_deletions,
    deletions=True,
)
