"""Disagreements of day, place and party, each where it just is one and where it just is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from strategies import FIRST_DAY, knowledge, normalized, row

from reconcile.discrepancies.facts import fact_discrepancies, single_source
from reconcile.discrepancies.finding import Finding
from reconcile.parties import Judge, ties_between

OUTLETS = ("Rudaw", "Dawn", "Geo", "AFP")


def facts(*records: dict[str, Any]) -> dict[str, Finding]:
    """What is found of one event, by rule; the records are of different outlets unless they say so."""
    made = [row(f"r{at}", **{"outlet": OUTLETS[at]} | one) for at, one in enumerate(records)]
    rows = normalized(made).with_columns(event_id=pl.lit(1, dtype=pl.UInt32))
    known = knowledge()
    ties = ties_between(rows, "perpetrators", Judge(known.actors))
    found = list(fact_discrepancies(rows, ties, known.actors, known.groups))
    assert len({one.name for one in found}) == len(found)
    fields = {"date": "date", "publication": "date", "next": "date", "place": "place"}
    for one in found:
        about, _, _ = one.name.partition("-")
        assert one.field == fields.get(about, f"{about}s")
    return {one.name: one for one in found}


def days(*later: int, **more: Any) -> dict[str, Any]:
    """A record of these days after the first, from the one to the other."""
    return {"day": FIRST_DAY + timedelta(days=later[0]), "days": later[-1] - later[0]} | more


# -------------------------------------------------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        (days(0), days(0), None),
        (days(0, 2), days(2), None),
        (days(0, 2), days(2, 4), None),
        (days(0, 1), days(2), "next-day"),
        (days(0, 1), days(3), "date-conflict"),
        (days(0), days(1), "next-day"),
        (days(0, minute=0), days(1), "next-day"),
        (days(0), days(1, minute=600), "next-day"),
        (days(0, minute=600), days(1, minute=600), "date-conflict"),
        (days(0, minute=600), days(1, minute=359), None),
        (days(0, minute=600), days(1, minute=360), "date-conflict"),
        (days(0), days(2, minute=359), "next-day"),
        (days(0), days(2, minute=360), "date-conflict"),
        (days(0), days(7, published=FIRST_DAY + timedelta(days=7)), "publication-date"),
        (days(0), days(8, published=FIRST_DAY + timedelta(days=8)), "date-conflict"),
        (days(0), days(5, published=FIRST_DAY + timedelta(days=6)), "date-conflict"),
        (days(0, published=FIRST_DAY), days(5), "date-conflict"),
        (days(0), days(4, 5, published=FIRST_DAY + timedelta(days=5)), "date-conflict"),
        (days(0), days(1, published=FIRST_DAY + timedelta(days=1)), "publication-date"),
        (days(0, outlet="Geo"), days(9, outlet="Geo"), None),
        (days(0), days(9) | {"day": None}, None),
        (days(3) | {"date_start": None}, days(9), "date-conflict"),
        (days(3) | {"date_start": None}, days(1), None),
        (days(3) | {"date_end": None}, days(9), None),
        (days(3) | {"date_end": None}, days(1), "date-conflict"),
    ],
)
def test_days_that_do_not_meet(one: dict[str, Any], other: dict[str, Any], name: str | None) -> None:
    for pair in ((one, other), (other, one)):
        assert set(facts(*pair)) == ({name} if name else set())


def test_what_is_said_of_days() -> None:
    night = facts(days(0), days(1))["next-day"]
    told = "date: 1 June 2020 (Rudaw) against 2 June 2020 (Dawn): a night, or midnight in another time zone, would "
    assert night.message == told + "explain it"
    assert night.said == [("r0", "2020-06-01"), ("r1", "2020-06-02")]
    late = facts(days(0), days(3, published=FIRST_DAY + timedelta(days=3)))["publication-date"]
    told = "date: 1 June 2020 (Rudaw) against 4 June 2020 (Dawn), the later of which is the day of its own publication"
    assert late.message == told
    plain = facts(days(0), days(3))["date-conflict"]
    assert plain.message == "date: 1 June 2020 (Rudaw) against 4 June 2020 (Dawn)"


def test_beside_a_conflict_of_days_everyone_is_shown_and_else_only_those_who_differ() -> None:
    assert [record for record, _ in facts(days(0), days(1), days(5))["date-conflict"].said] == ["r0", "r1", "r2"]
    assert set(facts(days(0), days(1), days(5))) == {"date-conflict"}
    assert [record for record, _ in facts(days(0), days(1), days(0, 1))["next-day"].said] == ["r0", "r1"]
    late = days(3, published=FIRST_DAY + timedelta(days=3))
    assert set(facts(days(0), days(1), late)) == {"next-day", "publication-date"}


# ------------------------------------------------------------------------------------------------------- places

KHANAQIN: dict[str, Any] = {"admin2": "Khanaqin"}


def at(lat: float, lon: float, km: float, **more: Any) -> dict[str, Any]:
    return {"lat": lat, "lon": lon, "geo_precision_km": km, "place": None} | more


MALI = {"country": "Mali", "admin1": None, "place": "Zogbi"}


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        # A minute of latitude is 1.85 km: 11.1 km between the two.
        (at(34.0, 45.0, 6.0), at(34.1, 45.0, 6.0), None),
        (at(34.0, 45.0, 6.0), at(34.1, 45.0, 5.0), "place-conflict"),
        (at(34.0, 45.0, 0.1), at(34.0, 45.0, 0.1), None),
        (at(34.0, 45.0, 6.0, place="Nora"), at(34.05, 45.0, 6.0, place="Bard"), None),
        (at(34.0, 45.0, 6.0, place="Qarna"), {"place": "Bard"}, "place-conflict"),
        (at(34.0, 45.0, 6.0, place="Qarna"), {"place": "Qarna"}, None),
        ({"place": "Bard"}, {"place": "Barn"}, None),  # three quarters alike
        ({"place": "Bard"}, {"place": "Born"}, "place-conflict"),
        ({"place": "Bard"}, {"place": None}, None),
        ({"place": "Bard"}, {"place": None, "admin2": "Khanaqin"}, None),
        ({"place": "Bard", "admin2": "Kifri"}, {"place": None, "admin2": "Khanaqin"}, "place-conflict"),
        ({"place": "Bard", "country": "Iraq"}, {"place": "Bard", "country": "Syria"}, "place-conflict"),
        ({"place": "Bard", "admin1": None}, {"place": "Nora", "admin1": None, "country": "Syria"}, "place-conflict"),
        ({"place": "Bard", "admin2": "Khanaqin"}, {"place": "Barn", "admin2": None}, None),
        ({"place": "Bard", "outlet": "Geo"}, {"place": "Nora", "outlet": "Geo"}, None),
        # An area and a place inside it
        (at(34.0, 45.0, 2.0, **KHANAQIN), at(34.4, 45.0, 2.0, place="Bard", **KHANAQIN), "place-level"),
        (at(34.0, 45.0, 2.0), at(34.4, 45.0, 2.0, place="Bard", **KHANAQIN), "place-level"),
        (at(34.0, 45.0, 2.0, **KHANAQIN), at(34.4, 45.0, 2.0, place="Bard", admin2="Kifri"), "place-conflict"),
        (at(34.0, 45.0, 2.0, **KHANAQIN), at(34.4, 45.0, 2.0, place=None, **KHANAQIN), "place-conflict"),
        # Swapped: the point counts as not stated when records are matched, and is another one still.
        (at(14.3, -3.6, 2.0, **MALI), at(-3.6, 14.3, 2.0, **MALI), "place-conflict"),
        (at(34.0, 45.0, 2.0, place="Nora", **KHANAQIN), at(34.4, 45.0, 2.0, place="Bard", **KHANAQIN),
         "place-conflict"),
        (at(34.0, 45.0, 2.0, country=None, admin1=None), at(34.4, 45.0, 2.0, place="Bard", admin1=None),
         "place-conflict"),
        (at(34.0, 45.0, 2.0, country=None, **KHANAQIN), at(34.4, 45.0, 2.0, place="Bard", **KHANAQIN), "place-level"),
        (at(34.0, 45.0, 2.0, **KHANAQIN), at(34.4, 45.0, 2.0, place="Bard", country=None, **KHANAQIN), "place-level"),
        (at(34.0, 45.0, 2.0, country="Iran", **KHANAQIN), at(34.4, 45.0, 2.0, place="Bard", **KHANAQIN),
         "place-conflict"),
    ],
)  # fmt: skip
def test_places_that_are_not_one(one: dict[str, Any], other: dict[str, Any], name: str | None) -> None:
    for pair in ((one, other), (other, one)):
        assert set(facts(*pair)) == ({name} if name else set())


def test_an_outlets_own_records_do_not_contradict_each_other_beside_another_outlet() -> None:
    dara, mekhas = {"place": "Dara", "outlet": "Geo"}, {"place": "Mekhas", "outlet": "Geo"}
    assert facts(dara, mekhas, {"place": None, "outlet": "AFP"}) == {}
    assert facts(days(0, outlet="Geo"), days(4, outlet="Geo"), days(0, 4, outlet="AFP")) == {}


def test_what_is_said_of_places() -> None:
    far = facts(at(34.0, 45.0, 2.0, place="Nora"), at(34.1, 45.0, 2.0, place="Bard"), {"place": "Qarna"})
    assert far["place-conflict"].message == (
        "place: Bard, Diyala, Iraq (Dawn) against Nora, Diyala, Iraq (Rudaw) against Qarna, Diyala, Iraq (Geo), "
        "up to 11 km apart"
    )
    named = facts({"place": "Bard"}, {"place": "Nora", "admin2": "Khanaqin"})["place-conflict"]
    assert named.message == "place: Bard, Diyala, Iraq (Rudaw) against Nora, Khanaqin, Diyala, Iraq (Dawn)"
    assert named.said == [("r0", "Bard, Diyala, Iraq"), ("r1", "Nora, Khanaqin, Diyala, Iraq")]
    level = facts(at(34.0, 45.0, 2.0, **KHANAQIN), at(34.4, 45.0, 2.0, place="Bard", **KHANAQIN))["place-level"]
    assert level.message == (
        "place: Khanaqin, Diyala, Iraq (Rudaw) against Bard, Khanaqin, Diyala, Iraq (Dawn), up to 44 km apart: "
        "an area and a place inside it"
    )
    bare = {"country": None, "admin1": None}
    points = facts(at(34.0, 45.0, 2.0, **bare), at(34.4, 45.12345, 2.0, **bare))["place-conflict"]
    assert points.said == [("r0", "34.000, 45.000"), ("r1", "34.400, 45.123")]


def test_the_largest_of_the_distances_is_told() -> None:
    near = facts(at(34.0, 45.0, 1.0), at(34.1, 45.0, 1.0), at(34.4, 45.0, 1.0))["place-conflict"]
    assert "up to 44 km apart" in near.message


# ------------------------------------------------------------------------------------------------------- parties


@pytest.mark.parametrize(
    ("field", "named", "name", "severity", "message"),
    [
        ("perpetrators", (["ISIS"], ["Turkish army"]), "perpetrator-conflict", "error",
         "perpetrator: Islamic State (Rudaw) against Military Forces of Turkey (Dawn)"),
        ("perpetrators", (["ISIS"], ["Turkish army"], ["Daesh"]), "perpetrator-conflict", "error",
         "perpetrator: Islamic State (Geo, Rudaw) against Military Forces of Turkey (Dawn)"),
        ("perpetrators", (["ISIS"], ["ISIS Diyala cell"], ["ISIS"]), "perpetrator-level", "info",
         "perpetrator: ISIS Diyala cell (Dawn) beside Islamic State (Geo, Rudaw): one is part of the other"),
        ("perpetrators", (["ISIS Diyala cell"], ["ISIS Kirkuk cell"]), "perpetrator-level", "info",
         "perpetrator: ISIS Diyala cell (Rudaw) beside ISIS Kirkuk cell (Dawn): both are parts of one"),
        ("targets", (["shoppers"], ["Peshmerga"]), "target-conflict", "warning", None),
        ("targets", (["police"], ["Peshmerga"]), "target-conflict", "info", None),
        ("targets", (["police"], ["Peshmerga"], ["shoppers"]), "target-conflict", "warning", None),
        ("targets", (["shoppers"], ["market"]), None, None, None),
    ],
)  # fmt: skip
def test_parties_that_are_not_one(field: str, named: Any, name: Any, severity: Any, message: Any) -> None:
    found = facts(*({field: names} for names in named))
    assert set(found) == ({name} if name else set())
    if name:
        assert found[name].severity == severity
        assert [record for record, _ in found[name].said] == [f"r{at}" for at in range(len(named))]
        assert message is None or found[name].message == message


def test_an_outlet_that_names_two_parts_is_told_with_both() -> None:
    found = facts({"perpetrators": ["ISIS Diyala cell", "ISIS Kirkuk cell"]}, {"perpetrators": ["ISIS"]})
    told = (
        "perpetrator: ISIS Diyala cell, ISIS Kirkuk cell (Rudaw) beside Islamic State (Dawn): one is part of the other"
    )
    assert found["perpetrator-level"].message == told


# ------------------------------------------------------------------------------------------------- single source


def test_what_one_outlet_alone_reports() -> None:
    made = [row("a", "Rudaw"), row("b", "Rudaw"), row("c", "Dawn"), row("d", "Dawn", aggregate=True), row("e", "Geo")]
    events = pl.Series([1, 1, 2, 3, 2], dtype=pl.UInt32)
    (found,) = single_source(normalized(made).with_columns(event_id=events).sort("event_id")).iter_rows(named=True)
    assert found["event_id"] == 1
    assert found["message"] == "only Rudaw reports this event"
    assert (found["rule"], found["name"], found["field"], found["severity"]) == (
        "S001", "single-source", "records", "info"
    )  # fmt: skip
    assert (found["records"], found["values"]) == (["a", "b"], ["Rudaw", "Rudaw"])
