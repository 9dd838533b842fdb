"""Global Terrorism Database: 135 columns, one row an incident; years and months since 1970.

Codebook: START, Global Terrorism Database Codebook: Methodology, Inclusion Criteria, and Variables (2021).
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from reconcile.sources.base import Cells, ClaimColumns, Draft, Finding, Source, tables
from reconcile.sources.cells import claim, coded, identifier, listed, not_whole, whole

_UNKNOWN: Final = ("-9", "-99", "-9.0", "-99.0")
_FRACTION: Final = r"^[0-9]{1,6}\.[0-9]{1,9}$"
# "globalterrorismdb_0718dist" is of July 2018, "globalterrorismdb_2021Jan-June_1222dist" of December 2022.
_RELEASE: Final = re.compile(r"_([01][0-9])([0-9]{2})dist")
_GROUPS: Final = ("gname", "gname2", "gname3")


def _date(year: str | None, month: str | None, day: str | None, about: str | None) -> tuple[str | None]:
    """EDTF; a month or day of 0 is not known, and a date beside which a rough one stands is approximate."""
    whole_cells = [(cell or "0").removesuffix(".0") for cell in (year, month, day)]
    if year is None or not all(cell.isascii() and cell.isdigit() and len(cell) <= 4 for cell in whole_cells):
        return (None if year is None else "-".join(cell or "" for cell in (year, month, day)),)
    y, m, d = (int(cell) for cell in whole_cells)
    text = f"{y:04}" if m == 0 else f"{y:04}-{m:02}" if d == 0 else f"{y:04}-{m:02}-{d:02}"
    return (f"{text}~" if about is not None and d else text,)


def release(file: str) -> int | None:
    """The month of the release that a file's name states, as YYYYMM."""
    match = _RELEASE.search(file.replace("\\", "/").rsplit("/", 1)[-1])
    return int(f"20{match[2]}{match[1]}") if match else None


def _draft(cells: Cells, file: str) -> Draft:
    codes = tables()["gtd"]
    nowhere = ("5", *_UNKNOWN)
    km, odd_places = coded(cells, "specificity", codes["specificity_km"], "the precision is not known", nowhere)
    near = cells.text("vicinity").is_in(["1", "1.0"])
    kind, odd_kinds = coded(cells, "attacktype1", codes["attacktype"], "the type is not known", _UNKNOWN)
    by = cells.add("by", listed(*(cells.text(f"scite{n}") for n in (1, 2, 3))))
    claims: list[ClaimColumns] = []
    fields: dict[str, pl.Expr | pl.Series] = {}
    findings: list[Finding] = []
    for measure, total, attackers in (("killed", "nkill", "nkillter"), ("injured", "nwound", "nwoundte")):
        triple, found = _total(cells, total)
        fields |= {f"{measure}_low": triple[0], measure: triple[1], f"{measure}_high": triple[2]}
        low, best, high = (whole(number) for number in triple)
        claims.append(claim(measure, low=low, best=best, high=high, by=by))
        own = whole(cells.text(attackers))
        quote = pl.format(f"{attackers} {{}}", own)
        claims.append(claim(measure, best=own, group="attackers", scope="part", quote=quote))
        findings += found + not_whole(cells, (attackers,), _UNKNOWN)
    rounded = cells.text("eventid").str.contains(r"(?i)^[0-9.]+e\+?[0-9]+$")
    findings += cells.finding(
        rounded, "eventid", "eventid: '{value}' was rounded by a spreadsheet, so that several rows share it",
        "export the file anew with eventid as text", error=True,
    )  # fmt: skip
    return Draft(
        fields={
            "id": identifier(cells.text("eventid")),
            "date": cells.mapped(("iyear", "imonth", "iday", "approxdate"), _date, {"date": pl.String})["date"],
            "country": cells.text("country_txt"),
            "admin1": _named(cells.text("provstate")),
            "place": _named(cells.text("city")),
            "lat": cells.text("latitude"),
            "lon": cells.text("longitude"),
            "geo_precision_km": pl.when(near & (km < 15)).then(15.0).otherwise(km).cast(pl.String),
            "perpetrators": listed(*(_named(cells.text(name)) for name in _GROUPS)),
            "targets": listed(*(_target(cells, number) for number in (1, 2, 3))),
            "attribution": _attribution(cells),
            "event_type": pl.coalesce(cells.text("attacktype1_txt"), kind),
            "text": cells.text("summary"),
            "abducted": _held(cells),
            **fields,
        },
        origin={
            "record_id": "eventid", "date": "iyear", "country": "country_txt", "admin1": "provstate", "place": "city",
            "lat": "latitude", "lon": "longitude", "geo_precision_km": "specificity", "perpetrators": "gname",
            "targets": "targtype1", "attribution": "claimed", "event_type": "attacktype1", "text": "summary",
            "abducted": "nhostkid", "claims": "nkill",
            **{f"killed{end}": "nkill" for end in ("", "_low", "_high")},
            **{f"injured{end}": "nwound" for end in ("", "_low", "_high")},
        },
        verbatim={"eventid", "country_txt", "latitude", "longitude", "summary", "attacktype1_txt"},
        claims=claims,
        findings=[*odd_places, *odd_kinds, *findings],
        version=pl.lit(release(file), pl.Int64),
    )  # fmt: skip


def _total(cells: Cells, name: str) -> tuple[tuple[pl.Expr, pl.Expr, pl.Expr], list[Finding]]:
    """Low, best and high of a total; a fraction is a shared total, so it becomes the whole numbers around it."""
    cell = cells.text(name)
    stated = pl.when(~cell.is_in(_UNKNOWN)).then(cell)
    shared = (stated.str.contains(_FRACTION) & ~stated.str.contains(r"\.0+$")).fill_null(value=False)
    number = pl.when(shared).then(stated).cast(pl.Float64)
    low, high = (bound.cast(pl.Int64).cast(pl.String) for bound in (number.floor(), number.ceil()))
    what = f"{name}: a share of a total for several incidents, read as the whole numbers around it, in {{rows}}"
    return (low, pl.when(~shared).then(stated), high), cells.finding(shared, name, what)


def _named(text: pl.Expr) -> pl.Expr:
    return pl.when(~text.str.to_lowercase().is_in(["unknown", "-9", "-99", "."])).then(text)


def _held(cells: Cells) -> pl.Expr:
    """The hostages or kidnapped, of an incident that had any."""
    count = cells.text("nhostkid")
    any_ = ~cells.text("ishostkid").is_in(["0", "0.0"]).fill_null(value=False)
    return pl.when(any_ & ~count.is_in(_UNKNOWN)).then(count)


def _target(cells: Cells, number: int) -> pl.Expr:
    """Whose kind says who they are is named by it and its country; the others by their own name."""
    templates = tables()["gtd"]["targets"]
    code = cells.text(f"targtype{number}").str.replace(r"\.0+$", "")
    template = code.replace_strict(templates, default=None, return_dtype=pl.String)
    country = pl.coalesce(_named(cells.text(f"natlty{number}_txt")), cells.text("country_txt"))
    plain = template.str.replace_all(r" of \{\}| \(\{\}\)", "")
    filled = pl.concat_str(
        template.str.split("{}").list.first(), country, template.str.split("{}").list.get(1, null_on_oob=True)
    )
    named = pl.when(template.str.contains("{}", literal=True) & country.is_not_null()).then(filled).otherwise(plain)
    names = (f"target{number}", f"corp{number}", f"targtype{number}_txt")
    own = (_named(cells.text(name)) for name in names)
    return pl.coalesce(named, *own)


def _attribution(cells: Cells) -> pl.Expr:
    name, one = cells.text("gname"), ["1", "1.0"]
    return (
        pl.when(name.is_null())
        .then(None)
        .when(_named(name).is_null())
        .then(pl.lit("unknown"))
        .when(cells.text("guncertain1").is_in(one))
        .then(pl.lit("suspected"))
        .when(cells.text("claimed").is_in(one))
        .then(pl.lit("claimed"))
        .otherwise(pl.lit("stated"))
    )


GTD: Final = Source(
    name="gtd",
    outlet="GTD",
    marks=(frozenset({"eventid", "iyear", "imonth", "iday"}),),
    needs=frozenset({"eventid", "iyear"}),
    draft=_draft,
)
