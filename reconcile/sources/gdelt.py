"""GDELT events: 61 tab-separated columns without a header (2.0), 58 (1.0), or with the names of its tables.

One row is one verb between two actors in one article: it carries no casualties, and one event many rows.
Codebook: The GDELT Event Database Data Format Codebook V2.0 (2015).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import polars as pl

from reconcile.lookups import builtin_rows
from reconcile.sources.base import Cells, Draft, Names, Source, tables
from reconcile.sources.cells import coded, identifier


def _names(second_unit: str) -> Names:
    def actor(n: int) -> str:
        roots = ("", "Name", "Country", "KnownGroup", "Ethnic", "Religion1", "Religion2", "Type1", "Type2", "Type3")
        return " ".join(f"Actor{n}{root}{'' if root == 'Name' else 'Code'}" for root in roots)

    def place(whose: str) -> str:
        parts = f"Type Fullname CountryCode ADM1Code {second_unit} Lat Long FeatureID"
        return " ".join(f"{whose}Geo_{part}" for part in parts.split())

    whole = f"""GlobalEventID Day MonthYear Year FractionDate {actor(1)} {actor(2)}
    IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale NumMentions NumSources NumArticles
    AvgTone {place("Actor1")} {place("Actor2")} {place("Action")} DATEADDED SOURCEURL"""
    return tuple(whole.split())


COLUMNS: Final = _names("ADM2Code")
COLUMNS_1: Final = _names("")
_DAY: Final = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_CODE: Final = re.compile(r"(?:0[1-9]|1[0-9]|20)[0-9]{0,2}")
# The roots of CAMEO that are incidents; the others are statements, visits, deals and aid.
_ROOTS: Final = ("14", "17", "18", "19", "20")


@lru_cache(maxsize=1)
def fips() -> dict[str, str]:
    """FIPS 10-4 country code -> English name."""
    names = {row["alpha2"]: row["name"] for _, row in builtin_rows("countries.csv")}
    return {row["fips"]: names[row["alpha2"]] for _, row in builtin_rows("fips.csv")}


@lru_cache(maxsize=1)
def _cameo() -> dict[str, str]:
    """CAMEO's country code -> English name; they are ISO 3166 but for a few."""
    named = {row["alpha3"]: row["name"] for _, row in builtin_rows("countries.csv")}
    return {**named, "ROM": "Romania", "TMP": named["TLS"], "ZAR": named["COD"]}


def _date(text: str | None) -> tuple[str | None]:
    """The day that GDELT found in, or took for, the article: approximate."""
    return (f"{text[:4]}-{text[4:6]}-{text[6:]}~" if text and _DAY.fullmatch(text) else text,)


def _added(text: str | None) -> tuple[str | None, int | None]:
    if text is None or not (text.isascii() and text.isdigit() and len(text) in (8, 14)):
        return text, None
    day = f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    clock = f"T{text[8:10]}:{text[10:12]}:{text[12:]}Z" if len(text) == 14 else ""
    return day + clock, int(text.ljust(14, "0"))


def _place(kind: str | None, whole: str | None, code: str | None) -> tuple[str | None, str | None, str | None]:
    """Country, first-order unit and place of "Town, Unit, Country"."""
    country = fips().get((code or "").upper())
    parts = [part.strip() for part in (whole or "").split(",") if part.strip()]
    country = country or (parts[-1] if parts else None)
    if kind == "1" or len(parts) < 2:
        return country, None, None
    if kind in ("2", "5"):
        return country, parts[0], None
    return country, parts[-2] if len(parts) > 2 else None, parts[0]


def _actor(
    name: str | None, country: str | None, group: str | None, one: str | None, two: str | None, ethnic: str | None
) -> tuple[str | None]:
    """An actor in the manner of other recorders. A country without a role names nobody: who of it did it?"""
    where = _cameo().get(country or "")
    roles = tables()["gdelt"]["roles"]
    template = next((roles[role] for role in (one, two) if role in roles), None)
    if group is not None or (country is None and ethnic is None and template is None):
        return (_title(name),)
    if template is not None:
        plain = re.sub(r" of \{\}| \(\{\}\)", "", template)
        return (template.replace("{}", where) if where else plain,)
    return (_title(name) if ethnic is not None else None,)


def _title(name: str | None) -> str | None:
    return name.title() if name and name.isupper() and " " in name else name


def _kind(code: str | None, base: str | None, root: str | None) -> tuple[str | None]:
    events = tables()["gdelt"]["events"]
    return (next((events[one] for one in (code, base, root) if one in events), code),)


def _draft(cells: Cells, _file: str) -> Draft:
    km, odd = coded(cells, "actiongeo_type", tables()["gdelt"]["geo_type_km"], "the precision is not known", ("0",))
    incident = pl.coalesce(cells.text("eventrootcode"), cells.text("eventcode").str.slice(0, 2)).is_in(_ROOTS)
    where = ("actiongeo_type", "actiongeo_fullname", "actiongeo_countrycode")
    place = cells.mapped(where, _place, dict.fromkeys(("country", "admin1", "place"), pl.String))
    added = cells.mapped(("dateadded",), _added, {"published_at": pl.String, "version": pl.Int64})
    parts = ("name", "countrycode", "knowngroupcode", "type1code", "type2code", "ethniccode")
    sides = [cells.mapped([f"actor{n}{part}" for part in parts], _actor, {"it": pl.String})["it"] for n in (1, 2)]
    kinds = cells.mapped(("eventcode", "eventbasecode", "eventrootcode"), _kind, {"it": pl.String})["it"]
    others = "{rows} without an incident left out (CAMEO roots other than 14, 17, 18, 19 and 20)"
    return Draft(
        fields={
            "id": identifier(cells.text("globaleventid")),
            "url": cells.text("sourceurl"),
            "date": cells.mapped(("day",), _date, {"date": pl.String})["date"],
            "published_at": added["published_at"],
            **{name: place[name] for name in place.columns},
            "lat": cells.text("actiongeo_lat"),
            "lon": cells.text("actiongeo_long"),
            "geo_precision_km": km.cast(pl.String),
            "perpetrators": sides[0],
            "targets": sides[1],
            "event_type": kinds,
        },
        origin={
            "record_id": "globaleventid", "url": "sourceurl", "date": "day", "published_at": "dateadded",
            "country": "actiongeo_countrycode", "admin1": "actiongeo_fullname", "place": "actiongeo_fullname",
            "lat": "actiongeo_lat", "lon": "actiongeo_long", "geo_precision_km": "actiongeo_type",
            "perpetrators": "actor1name", "targets": "actor2name", "event_type": "eventcode",
        },
        verbatim={"globaleventid", "sourceurl", "actiongeo_lat", "actiongeo_long"},
        findings=[*odd, *cells.finding(~incident.fill_null(value=False), "eventcode", others)],
        keep=incident,
        version=added["version"],
    )  # fmt: skip


def without_header(rows: Sequence[Sequence[str]]) -> Names | None:
    """Rows of 61 or 58 cells with an id, a day, its month and year, a CAMEO code and its root, and when added.

    Half of them will do: they are like no other's, and a row with a mistake is still a row of the file.
    """

    def fits(row: Sequence[str], names: Names) -> bool:
        if len(row) != len(names):
            return False
        cell = dict(zip(names, (text.strip() for text in row), strict=True))
        return (
            cell["GlobalEventID"].isascii()
            and cell["GlobalEventID"].isdigit()
            and _DAY.fullmatch(cell["Day"]) is not None
            and cell["Day"].startswith(cell["MonthYear"])
            and cell["Day"][:4] == cell["Year"]
            and _CODE.fullmatch(cell["EventCode"]) is not None
            and cell["EventCode"].startswith(cell["EventRootCode"])
            and cell["QuadClass"] in ("1", "2", "3", "4")
            and re.fullmatch(r"[0-9]{8}(?:[0-9]{6})?", cell["DATEADDED"]) is not None
        )

    return next(
        (names for names in (COLUMNS, COLUMNS_1) if rows and 2 * sum(fits(row, names) for row in rows) >= len(rows)),
        None,
    )


GDELT: Final = Source(
    name="gdelt",
    outlet="GDELT",
    marks=(frozenset({"globaleventid", "day", "eventcode", "eventrootcode", "actiongeo_type"}),),
    needs=frozenset({"globaleventid", "day", "eventcode"}),
    draft=_draft,
    aliases={"sqldate": "day", "global_event_id": "globaleventid", "event_code": "eventcode"},
    without_header=without_header,
)
