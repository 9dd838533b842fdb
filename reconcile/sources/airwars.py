"""Airwars: its table of incidents, and the tables beside it, which hold no incidents.

Method: https://airwars.org/about/methodology
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from reconcile.sources.base import Cells, ClaimColumns, Draft, Source, tables
from reconcile.sources.cells import claim, crossed, listed, moment, not_whole, whole

_BELLIGERENT: Final = re.compile(r"belligerent_[0-9]{1,3}_belligerent_name")
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::00)?")
_UNPUBLISHED: Final = ("draft", "pending", "private", "trash", "auto-draft")
_BOUNDS: Final = ("killed_min", "killed_max", "injured_min", "injured_max")


def _date(start: str | None, end: str | None, clock: str | None) -> tuple[str | None]:
    if start is None or (end is not None and end != start):
        return (start and f"{start[:10]}/{(end or '')[:10]}",)
    time = _CLOCK.fullmatch(clock or "")
    # Midnight to the second is how a form writes that it has no time.
    return (f"{start[:10]}T{time[1]}:{time[2]}" if time and clock not in ("00:00", "00:00:00") else start[:10],)


def _accuracy(name: str | None) -> tuple[str | None]:
    """The km of the first of the table's words in the name."""
    words = re.findall(r"[a-z]+", (name or "").lower().replace("sub-district", "subdistrict"))
    table = tables()["airwars"]["accuracy_km"]
    return (next((str(table[word]) for word in words if word in table), None),)


def _draft(cells: Cells, _file: str) -> Draft:
    codes = tables()["airwars"]
    parties = sorted((name for name in cells.names if _BELLIGERENT.fullmatch(name)), key=lambda n: int(n.split("_")[1]))
    grade = pl.coalesce(cells.text("civilian_harm_status_name"), cells.text("civilian_harm_status_slug"))
    attribution = grade.str.to_lowercase().replace_strict(codes["attribution"], default=None, return_dtype=pl.String)
    harmed = cells.text("civilian_harm_reported").str.to_lowercase().is_in(["1", "yes", "true"])
    counted = tuple(f"{prefix}_{bound}" for prefix in codes["groups"] for bound in _BOUNDS)
    claims = [
        _part(cells, measure, f"{prefix}_{measure}", group)
        for prefix, group in codes["groups"].items()
        for measure in ("killed", "injured")
    ]
    measured = [f"{prefix}_{measure}" for prefix in codes["groups"] for measure in ("killed", "injured")]
    draft = cells.text("post_status").is_in(_UNPUBLISHED).fill_null(value=False)
    accuracy = pl.coalesce(cells.text("geolocation_accuracy_name"), cells.text("geolocation_accuracy_slug"))
    km = cells.derived(accuracy).mapped(("it",), _accuracy, {"km": pl.String})["km"]
    return Draft(
        fields={
            "id": cells.text("code"),
            "url": cells.text("permalink"),
            "date": cells.mapped(("date", "date_end", "local_time"), _date, {"it": pl.String})["it"],
            "published_at": cells.text("post_published"),
            "country": cells.text("country_name"),
            "admin1": cells.text("region"),
            "place": cells.text("location_name"),
            "lat": cells.text("latitude"),
            "lon": cells.text("longitude"),
            "geo_precision_km": km,
            "perpetrators": listed(*(pl.col(name) for name in parties)) if parties else pl.lit(None, pl.String),
            "targets": listed(pl.when(harmed).then(pl.lit("Civilians")), cells.text("targeted_belligerent_name")),
            "attribution": attribution,
            "event_type": cells.text("strike_type_name"),
        },
        origin={
            "record_id": "code", "url": "permalink", "date": "date", "published_at": "post_published",
            "country": "country_name", "admin1": "region", "place": "location_name", "lat": "latitude",
            "lon": "longitude", "geo_precision_km": "geolocation_accuracy_name",
            "perpetrators": parties[0] if parties else "belligerent", "targets": "targeted_belligerent_name",
            "attribution": "civilian_harm_status_name", "event_type": "strike_type_name",
            "claims": "civilian_non_combatants_killed_min",
        },
        verbatim={
            "code", "permalink", "country_name", "region", "location_name", "latitude", "longitude",
            "strike_type_name",
        },
        claims=claims,
        findings=[
            *not_whole(cells, counted),
            *(one for prefix in measured for one in crossed(cells, f"{prefix}_min", f"{prefix}_max")),
            *cells.finding(draft, "post_status", "{rows} not published (post_status) left out"),
        ],
        keep=~draft,
        version=cells.mapped(("post_modified",), moment, {"version": pl.Int64})["version"],
    )  # fmt: skip


def _part(cells: Cells, measure: str, prefix: str, group: str) -> ClaimColumns:
    """Minimum and maximum of one group; one figure where both are the same."""
    low, high = whole(cells.text(f"{prefix}_min")), whole(cells.text(f"{prefix}_max"))
    same = (low == high).fill_null(value=False)
    return claim(
        measure,
        low=pl.when(~same).then(low),
        best=pl.when(same).then(low),
        high=pl.when(~same).then(high),
        group=group,
        scope="part",
    )


AIRWARS: Final = Source(
    name="airwars",
    outlet="Airwars",
    marks=(
        frozenset({"code", "date", "country_name", "location_name", "civilian_harm_status_name"}),
        frozenset({"code", "date", "civilian_harm_reported", "strike_type_name"}),
    ),
    needs=frozenset({"code", "date"}),
    draft=_draft,
)
