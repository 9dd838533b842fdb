"""UCDP GED and UCDP Candidate: 49 columns (42 and 41 in earlier and repackaged releases), with or without a header.

Codebook: Högbladh, UCDP GED Codebook version 24.1 (2024), https://ucdp.uu.se/downloads/ged/ged241.pdf
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from reconcile.sources.base import Cells, ClaimColumns, Draft, Names, Source, tables
from reconcile.sources.cells import WHOLE, claim, coded, identifier, listed, not_whole, turned, whole

_HEADER: Final = """id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id
conflict_name dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b
number_of_sources source_article source_office source_date source_headline source_original where_prec where_coordinates
where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id region event_clarity date_prec
date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high low gwnoa gwnob"""
COLUMNS: Final[Names] = tuple(_HEADER.split())
_DEATHS: Final = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
_ISO: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]00:00(?::00(?:\.0{1,9})?)?Z?)?")
_AMERICAN: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?: (?:12:00(?::00)? AM|0?0:00(?::00)?))?")
# "GEDEvent_v25_0_3", "GEDEvent_v24_01_24_06", "GEDEvent_v24_1", "ged241-csv"
_PART: Final = r"(?:[_.]([0-9]{1,2}))?"
_RELEASE: Final = re.compile(rf"(?i)ged[a-z]*[_-]?v?([0-9]{{2}})[_.]?([0-9]{{1,2}}){_PART}{_PART}(?![0-9])")
_POINT: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]+)?")


def _day(text: str | None) -> str | None:
    """The day of a cell, in ISO; what is none is handed on for the loader to name."""
    if text is None:
        return None
    if match := _ISO.fullmatch(text):
        return match[1]
    if match := _AMERICAN.fullmatch(text):
        return f"{match[3]}-{int(match[1]):02}-{int(match[2]):02}"
    return text


def _date(start: str | None, end: str | None, precision: str | None) -> tuple[str | None, bool]:
    """The interval, and whether it was stated the wrong way round; one day that is less than sure is approximate."""
    first, last = _day(start), _day(end)
    sure = (precision or "1").removesuffix(".0") == "1"
    if first is None or last is None or first == last:
        only = first or last
        return (only if sure or only is None else f"{only}~", False)
    try:
        turned = date.fromisoformat(first) > date.fromisoformat(last)
    except ValueError:
        turned = False
    return (f"{last}/{first}" if turned else f"{first}/{last}", turned)


def release(file: str) -> int | None:
    """The release that a file's name states, as a number that grows with time: 24.0.12 < 24.1 < 25.0.1.

    A quarterly Candidate release (24.01.24.06 = January to June 2024) follows the monthly ones of its months.
    """
    match = _RELEASE.search(file.replace("\\", "/").rsplit("/", 1)[-1])
    if match is None:
        return None
    major, minor, third, fourth = (int(part) if part else None for part in match.groups())
    if fourth is not None:
        minor, third, quarter = 0, fourth, 1
    else:
        quarter = 0
    return ((int(major or 0) * 100 + int(minor or 0)) * 100 + int(third or 0)) * 10 + quarter


def _draft(cells: Cells, file: str) -> Draft:
    codes = tables()["ucdp_ged"]
    km, odd_places = coded(cells, "where_prec", codes["where_prec_km"], "the precision is not known")
    known = dict.fromkeys("12345", 0)
    _, odd_dates = coded(cells, "date_prec", known, "the date is taken for approximate")
    kind, odd_kinds = coded(cells, "type_of_violence", codes["type_of_violence"], "the type is not known")
    where, clarity = whole(cells.text("where_prec")), whole(cells.text("event_clarity"))
    type_ = whole(cells.text("type_of_violence"))
    a, b = cells.text("side_a"), cells.text("side_b")
    one_sided = type_ == 3
    both = listed(a, b)
    office, original = cells.text("source_office"), cells.text("source_original")
    by = cells.add("by", pl.coalesce(listed(original, office), cells.text("source_article")))
    when = cells.mapped(("date_start", "date_end", "date_prec"), _date, {"date": pl.String, "turned": pl.Boolean})
    low, best, high = (cells.add(name, whole(cells.text(name))) for name in ("low", "best", "high"))
    parts = [_side(cells, "deaths_a", a, type_), _side(cells, "deaths_b", b, type_)]
    parts += [_part(cells, "deaths_civilians", pl.lit("civilians")), _part(cells, "deaths_unknown", pl.lit("unknown"))]
    return Draft(
        fields={
            "id": identifier(cells.text("id")),
            "title": cells.text("source_headline"),
            "date": when["date"],
            "country": cells.text("country").str.replace(r"\s*\([^)]*\)\s*$", ""),
            "admin1": cells.text("adm_1"),
            "admin2": cells.text("adm_2"),
            # From 3 on the coordinates are those of the unit, and so is their name.
            "place": pl.when((where <= 2).fill_null(value=True)).then(cells.text("where_coordinates")),
            "lat": cells.text("latitude"),
            "lon": cells.text("longitude"),
            "geo_precision_km": km.cast(pl.String),
            "perpetrators": pl.when(one_sided).then(a).otherwise(both),
            "targets": pl.when(one_sided).then(b).otherwise(both),
            "attribution": pl.when(one_sided & a.is_not_null()).then(pl.lit("stated")),
            "event_type": kind,
            "killed": cells.text("best"),
            "killed_low": cells.text("low"),
            "killed_high": cells.text("high"),
            "aggregate": pl.when(clarity == 2).then(pl.lit("true")),
        },
        origin={
            "record_id": "id", "title": "source_headline", "date": "date_start", "country": "country",
            "admin1": "adm_1", "admin2": "adm_2", "place": "where_coordinates", "lat": "latitude",
            "lon": "longitude", "geo_precision_km": "where_prec", "perpetrators": "side_a", "targets": "side_b",
            "event_type": "type_of_violence", "killed": "best", "killed_low": "low", "killed_high": "high",
            "claims": "best", "aggregate": "event_clarity",
        },
        verbatim={"id", "source_headline", "adm_1", "adm_2", "latitude", "longitude", "best", "low", "high"},
        claims=[claim("killed", low=low, best=best, high=high, by=by), *parts],
        findings=[*odd_places, *odd_dates, *odd_kinds, *not_whole(cells, _DEATHS), *turned(cells, when["turned"])],
        version=pl.lit(release(file), pl.Int64),
    )  # fmt: skip


def _side(cells: Cells, name: str, side: pl.Expr, type_: pl.Expr) -> ClaimColumns:
    """The dead of one side: forces of a state, or fighters."""
    state = side.str.contains(r"(?i)^(?:government of|military|police)") & (type_ == 1)
    forces, fighters = pl.lit("security forces"), pl.lit("militants")
    group = pl.when(state.fill_null(value=False)).then(forces).otherwise(fighters)
    return _part(cells, name, group, side)


def _part(cells: Cells, name: str, group: pl.Expr, side: pl.Expr | None = None) -> ClaimColumns:
    """A part of ``best``. A 0 is what is left over once the dead are shared out, no statement of its own."""
    dead = cells.add(name, whole(cells.text(name)))
    quote = pl.format(f"{name} {{}}", dead)
    if side is not None:
        quote = pl.when(side.is_not_null()).then(pl.format("{}: {}", quote, side)).otherwise(quote)
    return claim("killed", best=pl.when(dead > 0).then(dead), group=group, scope="part", quote=quote)


def without_header(rows: Sequence[Sequence[str]]) -> Names | None:
    """Rows of 49 cells with GED's codes, days and coordinates in their places: half of them, as for GDELT."""
    at = {name: place for place, name in enumerate(COLUMNS)}

    def fits(row: Sequence[str]) -> bool:
        def cell(name: str) -> str:
            return row[at[name]].strip()

        return (
            len(row) == len(COLUMNS)
            and re.fullmatch(r"[0-9]{1,9}", cell("id")) is not None
            and re.fullmatch(r"(?:19|20)[0-9]{2}", cell("year")) is not None
            and cell("type_of_violence") in ("1", "2", "3")
            and cell("where_prec") in tuple("1234567")
            and cell("date_prec") in tuple("12345")
            and cell("event_clarity") in ("1", "2")
            and all(_POINT.fullmatch(cell(name)) for name in ("latitude", "longitude"))
            and all(
                _ISO.fullmatch(text) or _AMERICAN.fullmatch(text) for text in (cell("date_start"), cell("date_end"))
            )
            and all(re.fullmatch(WHOLE, cell(name)) for name in ("best", "high", "low"))
        )

    return COLUMNS if rows and 2 * sum(map(fits, rows)) >= len(rows) else None


UCDP_GED: Final = Source(
    name="ucdp",
    outlet="UCDP GED",
    marks=(frozenset({"id", "type_of_violence", "date_start", "best", "low", "high"}),),
    needs=frozenset({"id", "date_start", "best"}),
    draft=_draft,
    aliases={
        "where_coor": "where_coordinates",
        "type_of_vi": "type_of_violence",
        "best_est": "best",
        "low_est": "low",
        "high_est": "high",
    },
    without_header=without_header,
)
