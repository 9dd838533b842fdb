"""Normalizing: what was loaded stays as it is, what it means stands beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from reconcile import normalize as module
from reconcile.actors import Actors
from reconcile.event_types import EventTypes
from reconcile.normalize import DISTRICT_KM, POINT_KM, PROVINCE_KM, normalize
from reconcile.places import Place, Places
from reconcile.tables import LOADED, RECORDS

PLACES, ACTORS, TYPES = Places.load(), Actors.load(), EventTypes.load()


def loaded(*rows: dict[str, Any]) -> pl.DataFrame:
    base = {**dict.fromkeys(LOADED.names()), "outlet": "Rudaw", "aggregate": False}
    return pl.DataFrame([{**base, "record_id": f"r{at}", **row} for at, row in enumerate(rows)], schema=LOADED)


def records(*rows: dict[str, Any]) -> pl.DataFrame:
    return normalize(loaded(*rows), PLACES, ACTORS, TYPES)


def record(**row: Any) -> dict[str, Any]:
    return records(row).row(0, named=True)


def test_a_record_gets_its_keys() -> None:
    row = record(
        country="IRQ", admin1="ديالى", admin2="Khanaqin district", place="Dara village", event_type="ATTACK",
        perpetrators=["Daesh", "gunmen", "IS"], targets=["Kakai villagers", "policemen"],
        date_start=date(1970, 1, 2), published=date(2020, 6, 14),
    )  # fmt: skip
    assert (row["country_key"], row["admin1_key"], row["admin2_key"]) == ("irak", "diala", "khanakin")
    assert (row["place_key"], row["type_key"]) == ("dara", "armed-violence")
    assert row["perpetrator_keys"] == ["islamic state"]
    assert row["target_keys"] == ["*:police", "communal:kakai"]
    assert (row["day_start"], row["day_end"], row["day_published"]) == (1, None, 18427)


def test_what_is_not_stated_stays_null() -> None:
    row = record()
    assert {name: value for name, value in row.items() if value is not None} == {
        "record_id": "r0",
        "outlet": "Rudaw",
        "aggregate": False,
    }


@pytest.mark.parametrize("country", ["Zogbia", "Зогбія", "???"])
def test_a_country_that_no_table_knows_is_not_stated(country: str) -> None:
    assert record(country=country, place="Zzyz")["country_key"] is None
    assert record(country=country)["country"] == country


def test_a_country_of_the_users_places_is_known(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("name,alias,country\nZogville,,Zogbia\n")
    own = Places.load(str(tmp_path / "places.csv"))
    found = normalize(loaded({"country": "ZOGBIA"}), own, ACTORS, TYPES)
    assert found["country_key"].to_list() == [own.country("Zogbia")] != [None]


def test_generic_actors_leave_an_empty_list() -> None:
    assert record(perpetrators=["unidentified gunmen"])["perpetrator_keys"] == []
    assert record(perpetrators=[])["perpetrator_keys"] is None


def test_the_year_of_the_event_decides_whose_name_it_is() -> None:
    before, after = (record(perpetrators=["SPLA"], date_start=date(year, 5, 1)) for year in (1995, 2015))
    assert before["perpetrator_keys"] != after["perpetrator_keys"]


@pytest.mark.parametrize(
    ("stated", "km"),
    [
        ({"place": "Dara", "admin2": "Khanaqin", "admin1": "Diyala"}, POINT_KM),
        ({"admin2": "Khanaqin", "admin1": "Diyala"}, DISTRICT_KM),
        ({"place": "Khanaqin", "admin2": "Khanaqin", "admin1": "Diyala"}, DISTRICT_KM),
        ({"admin1": "Diyala"}, PROVINCE_KM),
        ({"place": "Diyala", "admin1": "Diyala province"}, PROVINCE_KM),
        ({"place": "Dara", "geo_precision_km": 0.5}, 0.5),
        ({"geo_precision_km": 40.0}, 40.0),
    ],
)
def test_stated_coordinates_get_a_radius(stated: dict[str, Any], km: float) -> None:
    row = record(lat=34.4, lon=45.4, **stated)
    assert (row["match_lat"], row["match_lon"], row["match_km"]) == (34.4, 45.4, km)


def test_a_record_without_coordinates_gets_those_of_its_place_or_unit() -> None:
    dara, khanaqin, nowhere = records(
        {"place": "Dara", "admin2": "Khanaqin", "country": "Iraq"},
        {"admin2": "Khanaqin", "country": "Iraq", "geo_precision_km": 1.0},
        {"place": "Zogb", "country": "Iraq"},
    ).iter_rows(named=True)
    assert dara["lat"] is None
    assert dara["match_lat"] == khanaqin["match_lat"] is not None
    assert khanaqin["match_km"] > 20  # the unit's radius: a precision without coordinates says nothing
    assert nowhere["match_lat"] is nowhere["match_lon"] is nowhere["match_km"] is None
    assert nowhere["place_key"] == "zugb"


MOPTI = {"country": "Mali", "admin1": "Mopti", "place": "Zogbia", "lat": 14.3, "lon": -3.6}


@pytest.mark.parametrize("wrong", [{"lat": -3.6, "lon": 14.3}, {"lat": -14.3}, {"lat": -14.3, "lon": 3.6}])
def test_coordinates_exchanged_or_of_the_wrong_sign_are_not_matched_by(wrong: dict[str, Any]) -> None:
    """As if there were none, but they pass through."""
    bare = {name: value for name, value in MOPTI.items() if name not in ("lat", "lon")}
    right, far, none = records(MOPTI, MOPTI | wrong, bare).rows(named=True)
    matched = ("match_lat", "match_lon", "match_km")
    assert [right[name] for name in matched] == [14.3, -3.6, POINT_KM]
    assert [far[name] for name in matched] == [none[name] for name in matched]
    assert (far["lat"], far["lon"]) == (wrong.get("lat", 14.3), wrong.get("lon", -3.6))


@pytest.mark.parametrize(
    ("country", "lat", "lon"),
    [
        ("Mali", 14.6, -2.0),  # in Burkina Faso
        ("Yemen", 12.8, 43.2),  # at sea
        ("Fiji", -17.0, -179.9),
        ("United States", 18.4, -66.1),  # Puerto Rico
        ("Sudan", 4.8, 31.6),  # Juba, until 2011
        ("Mali", 14.3, 3.6),  # the wrong sign, but not far
        ("Iraq", -37.0, -161.0),  # nowhere near, whatever the sign
        ("Zogbia", 14.3, -3.6),
        (None, 14.3, -3.6),
        ("Mali", 1e9, -3.6),  # is none, as `check` says
    ],
)
def test_all_other_coordinates_are_matched_by(country: str | None, lat: float, lon: float) -> None:
    one = record(country=country, place="Zogbia", lat=lat, lon=lon)
    assert (one["match_lat"], one["match_lon"]) == (lat, lon)


def test_homonyms_get_two_keys_by_their_coordinates() -> None:
    rows = records({"place": "Dara", "lat": 34.4, "lon": 45.5}, {"place": "Dara", "lat": 32.6, "lon": 36.1})
    assert rows["place_key"].to_list() == ["dara", "daraa"]


def test_each_name_is_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[Any, ...]] = []
    resolve = PLACES.resolve

    def counted(*names: Any) -> Place | None:
        calls.append(names)
        return resolve(*names)

    monkeypatch.setattr(PLACES, "resolve", counted)
    records(*[{"place": "Baquba", "country": "Iraq", "lat": 33.75, "lon": 44.64}] * 50)
    assert len([names for names in calls if names[0] is not None]) == 1


TEXT = st.none() | st.text(max_size=6)
ROW = st.fixed_dictionaries(
    {
        "country": st.sampled_from([None, "Iraq", "Irak", "Syria", "US", "?"]),
        "admin1": st.sampled_from([None, "Diyala", "CO"]) | TEXT,
        "admin2": st.sampled_from([None, "Khanaqin"]) | TEXT,
        "place": st.sampled_from([None, "Dara", "Tuz"]) | TEXT,
        "lat": st.sampled_from([None, 0.0, -0.0, 34.4, 90.0, -0.04]),
        "lon": st.sampled_from([None, 45.4, -180.0, -0.0, 0.01]),
        "geo_precision_km": st.none() | st.just(2.0),
        "perpetrators": st.none() | st.lists(st.sampled_from(["ISIS", "Daesh", "gunmen", "PKK", "", "?"]), max_size=3),
        "targets": st.none() | st.lists(st.text(max_size=5), max_size=2),
        "event_type": st.sampled_from([None, "attack", "Protests", "?"]) | TEXT,
        "date_start": st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        "killed": st.none() | st.integers(0, 9),
    }
)


@settings(max_examples=60)
@given(st.lists(ROW, max_size=8), st.randoms(use_true_random=False))
def test_loaded_columns_pass_through_and_the_order_of_rows_does_not_matter(
    rows: list[dict[str, Any]], random: Any
) -> None:
    frame = loaded(*rows)
    result = normalize(frame, PLACES, ACTORS, TYPES)
    assert result.schema == RECORDS
    assert_frame_equal(result.select(LOADED.names()), frame.sort("record_id"))
    order = list(range(frame.height))
    random.shuffle(order)
    assert_frame_equal(normalize(frame[order], PLACES, ACTORS, TYPES), result)
    for one in result.iter_rows(named=True):
        assert (one["match_lat"] is None) == (one["match_lon"] is None)
        assert (one["match_lat"] is None) <= (one["match_km"] is None)


def test_a_table_that_is_not_the_loaders_is_our_bug() -> None:
    with pytest.raises(TypeError, match="loaded"):
        normalize(loaded({}).drop("url"), PLACES, ACTORS, TYPES)


def test_the_default_radii_grow_with_the_unit() -> None:
    assert POINT_KM < DISTRICT_KM < PROVINCE_KM < module.COUNTRY_KM
