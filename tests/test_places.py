"""Places: spellings, aliases, countries, and homonyms that only geography tells apart."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.errors import ConfigError
from reconcile.fold import fold, fold_place
from reconcile.geo import distance_km
from reconcile.lookups import builtin_rows
from reconcile.places import Place, Places
from reconcile.places.table import COLUMNS

PLACES = Places.load()
ROWS = builtin_rows("places.csv")
IRAQ = PLACES.country("Iraq")
USA = PLACES.country("USA")
DARA = PLACES.resolve("Dara", "Khanaqin", "Diyala", "Iraq")


def found(*stated: str | float | None) -> tuple[str, str | None, str | None] | None:
    """Name, first-level unit and country of the resolved place."""
    place = PLACES.resolve(*stated)  # type: ignore[arg-type]
    return None if place is None else (place.name, place.admin1, place.country)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("EL SALVADOR", "SV"), ("USA", "United States"), ("U.S.", "us"), ("IRQ", "العراق"), ("Irak", "عێراق"),
        ("Côte d'Ivoire", "Ivory Coast"), ("DRC", "Congo (Kinshasa)"), ("Burma", "Myanmar"), ("Türkiye", "Turkey"),
        ("(Argentina", "Argentinia"), ("Iran, Islamic Republic of", "Iran"), ("Viet Nam", "Vietnam"),
    ],
)  # fmt: skip
def test_the_names_of_a_country_have_one_key(a: str, b: str) -> None:
    assert PLACES.country(a) == PLACES.country(b) is not None


def test_countries_of_like_names_are_kept_apart() -> None:
    near = ("Niger", "Nigeria", "Iran", "Iraq", "Guinea", "Guinea-Bissau", "Equatorial Guinea", "Papua New Guinea",
            "Sudan",
            "South Sudan", "Congo", "DR Congo", "Dominica", "Dominican Republic", "Austria", "Australia", "Mali",
            "Malawi",
            "North Korea", "South Korea", "Slovakia", "Slovenia")  # fmt: skip
    assert len({PLACES.country(name) for name in near}) == len(near)


def test_unknown_countries_are_folded_and_nothing_is_nothing() -> None:
    assert PLACES.country("Zogbia") == fold("Zogbia")
    assert PLACES.country("?") is None


@pytest.mark.parametrize(
    ("country", "names"),
    [
        (
            "Democratic Republic of the Congo",
            ["RDC", "RD Congo", "R.D. Congo", "ДР Конго", "جمهورية الكونغو الديمقراطية"],
        ),
        ("Republic of the Congo", ["République du Congo", "Congo-Brazzaville"]),
        ("Central African Republic", ["RCA", "República Centroafricana", "ЦАР"]),
        ("South Sudan", ["S. Sudan", "Soudan du Sud", "Südsudan", "جنوب السودان"]),
        ("Sudan", ["Soudan", "Sudán", "Судан", "سودان", "السودان"]),
        ("Niger", ["Níger", "Нигер", "النيجر"]),
        ("Nigeria", ["Nigéria", "Нигерия", "نيجيريا"]),
        ("Syria", ["Syrie", "Siria", "Syrien", "Сирия", "Сирія", "Suriye", "سوریه"]),
        ("Ukraine", ["Ucrania", "Ucrânia", "Украина", "Україна", "أوكرانيا"]),
        ("Myanmar", ["Birmanie", "Birmania", "Мьянма", "မြန်မာ"]),
        ("Ethiopia", ["Éthiopie", "Ethiopie", "Äthiopien", "Эфиопия", "إثيوبيا"]),
        ("Palestine", ["oPt", "Gaza", "Gaza Strip", "West Bank", "قطاع غزة", "Cisjordanie", "Filistin"]),
    ],
)
def test_a_country_is_known_in_other_languages(country: str, names: list[str]) -> None:
    assert {name: PLACES.country(name) for name in names} == dict.fromkeys(names, PLACES.country(country))


def test_a_name_that_is_no_countrys_is_told_from_one_that_is() -> None:
    assert PLACES.knows_country(PLACES.country("Syrie"))
    assert PLACES.knows_country(PLACES.country("Iraqq"))
    assert not PLACES.knows_country(PLACES.country("Zogbia"))
    assert not PLACES.knows_country(None)


def test_every_listed_country_is_well_formed_and_its_names_are_its_own() -> None:
    owner: dict[str, str] = {}
    rows = builtin_rows("countries.csv")
    assert len(rows) >= 249
    for line, row in rows:
        assert len(row["alpha2"]) in (0, 2), line
        assert len(row["alpha3"]) == 3, line
        key = PLACES.country(row["name"])
        for name in filter(None, [row["name"], row["alpha2"], row["alpha3"], *row["aliases"].split(";")]):
            assert PLACES.country(name) == key, (line, name)
            assert owner.setdefault(name.casefold(), row["name"]) == row["name"], (line, name)
    assert len({PLACES.country(row["name"]) for _, row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("a", "b"),
    [("CO", "Colorado"), ("ME", "Maine"), ("MI", "Michigan"), ("VA", "Virginia"), ("D.C.", "District of Columbia")],
)
def test_the_states_of_the_united_states_go_by_their_abbreviations(a: str, b: str) -> None:
    assert PLACES.admin1(a, USA) == PLACES.admin1(b, USA) == PLACES.admin1(f"{b} state", USA)
    assert PLACES.admin1(a, IRAQ) != PLACES.admin1(b, IRAQ)  # only there


def test_first_and_second_level_units_go_by_their_spellings() -> None:
    assert (
        PLACES.admin1("ديالى", IRAQ)
        == PLACES.admin1("Diyala Governorate", IRAQ)
        == PLACES.admin1("Diala province", IRAQ)
    )
    assert PLACES.admin1("Salahaddin", IRAQ) == PLACES.admin1("Salah al-Din", IRAQ)
    assert PLACES.admin2("خانەقین", PLACES.admin1("Diyala", IRAQ), IRAQ) == PLACES.admin2(
        "Khanaqin district", None, IRAQ
    )
    assert PLACES.admin1("Borno state", PLACES.country("Nigeria")) == fold("Borno")


@pytest.mark.parametrize(
    ("names", "admin1"),
    [
        (("Sinjar", "Shingal", "Şengal", "سنجار", "شنگال"), "Nineveh"),
        (("Erbil", "Hewlêr", "Arbil", "Irbil", "أربيل", "هەولێر"), "Erbil"),
        (("Altun Kupri", "Pirde", "Perdi", "پردێ", "Alton Kopri"), "Kirkuk"),
        (("Mekhas", "Mikhas", "village of Mekhas"), "Diyala"),
        (("Makhmour", "Makhmur", "Mexmûr", "مەخموور"), "Nineveh"),
        (("Tuz Khurmatu", "Tuz", "Tooz Khormato", "Duz Xurmatû"), "Salah al-Din"),
        (("Taza Khurmatu", "Taza", "Tazah Khurmatu"), "Kirkuk"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_the_names_of_one_place_have_one_key(names: tuple[str, ...], admin1: str) -> None:
    resolved = {name: PLACES.resolve(name, None, admin1, "Iraq") for name in names}
    assert {place and place.key for place in resolved.values()} == {fold(names[0])}


def test_dara_and_daraa_are_told_apart_by_geography() -> None:
    assert found("Dara", "Khanaqin") == found("Dara", None, None, "Iraq") == ("Dara", "Diyala", "Iraq")
    assert found("Dara", None, None, "Syria") == found("Dar'a", None, None, "SY") == ("Daraa", "Daraa", "Syria")
    assert found("Dara", None, None, None, 34.4, 45.5) == ("Dara", "Diyala", "Iraq")
    assert found("Dara", None, None, None, 32.6, 36.1) == ("Daraa", "Daraa", "Syria")
    assert found("Dara") is None  # either
    assert found("Dara", "Qamishli") is None  # neither
    assert found("Dara", None, None, "Nigeria") is None
    daraa = PLACES.resolve("Daraa", None, None, "Syria")
    assert DARA is not None
    assert daraa is not None
    assert DARA.key != daraa.key


def test_tuz_and_taza_are_two_towns() -> None:
    assert found("Tuz", None, None, "Iraq") == ("Tuz Khurmatu", "Salah al-Din", "Iraq")
    assert found("Taza", None, None, "Iraq") == ("Taza Khurmatu", "Kirkuk", "Iraq")
    assert found("Taz Khurmatu", None, None, "Iraq") is None  # a slip of either


def test_a_misspelt_name_is_recognized_in_its_country_alone() -> None:
    assert found("Darbandikhon", None, None, "Iraq") == ("Darbandikhan", "Sulaymaniyah", "Iraq")
    assert found("Darbandikhon") is None
    assert found("Darbandikhon", None, None, "Pakistan") is None


def test_the_kind_of_place_in_the_name_decides_between_town_and_province() -> None:
    assert PLACES.resolve("Kirkuk", None, None, "Iraq") == PLACES.resolve("Kirkuk city")
    province = PLACES.resolve("Kirkuk province", None, None, "Iraq")
    assert province is not None
    assert (province.level, province.admin1) == (1, None)


def test_coordinates_far_from_a_place_rule_it_out() -> None:
    assert found("Khanaqin", None, None, None, 34.3, 45.4) is not None
    assert found("Khanaqin", None, None, None, 30.5, 47.8) is None


def test_a_place_without_coordinates_lies_in_its_district() -> None:
    assert PLACES.locate("Dara", None, None, "Iraq") == PLACES.locate("Khanaqin", None, "Diyala", "Iraq")
    assert PLACES.locate("Zogb", "Khanaqin", "Diyala", "Iraq") == PLACES.locate(None, "Khanaqin", "Diyala", "Iraq")
    diyala = PLACES.locate("Zogb", None, "Diyala", "Iraq")
    assert diyala is not None
    assert diyala[2] > 100
    assert PLACES.locate("Zogb", None, None, "Iraq") is None


def test_each_listed_place_is_well_formed() -> None:
    units = {row["name"] for _, row in ROWS if not row["admin1"]}
    districts = {row["name"] for _, row in ROWS if row["admin1"] and not row["admin2"]}
    for line, row in ROWS:
        assert set(row) == set(COLUMNS), line
        assert row["name"], line
        assert PLACES.country(row["country"]) in {IRAQ, USA, PLACES.country("Syria")}, line
        assert row["admin1"] in units | {"Idlib", ""}, line
        assert row["admin2"] in districts | {"Maarat al-Numan", ""}, line
        located = [bool(row[field]) for field in ("lat", "lon", "radius_km")]
        assert len(set(located)) == 1, line
        if located[0]:
            assert 29 <= float(row["lat"]) <= 38, line
            assert 35 <= float(row["lon"]) <= 49, line
            assert 4 <= float(row["radius_km"]) <= 320, line


def test_each_listed_place_lies_in_the_unit_around_it() -> None:
    for _, row in ROWS:
        if row["lat"] and row["admin1"]:
            outer = PLACES.resolve(f"{row['admin1']} province", None, None, row["country"])
            assert outer is not None
            assert outer.lat is not None
            assert outer.lon is not None
            away = distance_km(float(row["lat"]), float(row["lon"]), outer.lat, outer.lon)
            assert away <= (outer.radius_km or 0) * 1.1, row["name"]


def test_each_alias_means_one_place_of_its_unit() -> None:
    for line, row in ROWS:
        for name in filter(None, (row["name"], row["alias"])):
            kind = " province" if not row["admin1"] else ""
            place = PLACES.resolve(name + kind, row["admin2"] or None, row["admin1"] or None, row["country"])
            if row["country"] == "United States":
                assert PLACES.admin1(name, USA) == fold_place(row["name"]), line
            else:
                assert place is not None, (line, name)
                assert (place.name, place.admin1 or "") == (row["name"], row["admin1"]), (line, name)


def test_places_of_one_unit_have_their_own_keys() -> None:
    listed = {(row["name"], row["admin1"], row["country"]) for _, row in ROWS if row["admin1"]}
    for a, b in combinations(sorted(listed), 2):
        if a[0] != b[0]:
            assert fold(a[0]) != fold(b[0])


@given(
    st.text(max_size=20) | st.sampled_from(["Dara", "Tuz", "Kirkuk province", "Sinjar"]),
    st.none() | st.sampled_from(["Khanaqin", "x"]),
    st.none() | st.sampled_from(["Diyala", "Idlib", "CO"]),
    st.none() | st.sampled_from(["Iraq", "Syria", "US", ""]),
    st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
)
def test_resolving_any_names_is_deterministic(
    name: str, admin2: str | None, admin1: str | None, country: str | None, at: tuple[float, float] | None
) -> None:
    lat, lon = at or (None, None)
    place = PLACES.resolve(name, admin2, admin1, country, lat, lon)
    assert place == PLACES.resolve(name, admin2, admin1, country, lat, lon)
    assert place is None or isinstance(place, Place)


SPELLINGS = st.one_of(
    st.sampled_from([name for _, row in builtin_rows("places.csv") for name in (row["name"], row["alias"]) if name]),
    st.sampled_from(["Kirkukk", "near Dara", "Tuz, Kirkuk", "CO", "C.O.", "xx", "?", "Moosil", "Sinjarr village"]),
    st.text(alphabet="abdhikmorstuz -,"),
)
NAMED = st.lists(st.tuples(SPELLINGS, st.sampled_from([None, "Iraq", "Syria", "United States", "Chad"])))


@given(NAMED, st.sampled_from([None, "Kirkuk", "Texas"]))
def test_an_unlisted_name_is_found_in_no_unit_and_keeps_its_fold(
    named: list[tuple[str, str | None]], admin1: str | None
) -> None:
    keys = PLACES.unlisted([name for name, _ in named], [country and PLACES.country(country) for _, country in named])
    for (name, country), key in zip(named, keys, strict=True):
        if key is not None:
            assert PLACES.resolve(name, None, admin1, country) is None
            assert key == fold_place(name)
        else:
            assert fold_place(name)


def test_most_names_of_the_table_are_listed_and_invented_ones_are_not() -> None:
    names = [row["alias"] or row["name"] for _, row in builtin_rows("places.csv")]
    assert not any(PLACES.unlisted(names, ["irak"] * len(names)))
    assert PLACES.unlisted(["Zzyzx Qorvath"], ["irak"]) == [fold_place("Zzyzx Qorvath")]


def test_distance_is_that_of_the_globe() -> None:
    assert distance_km(0, 0, 0, 90) == pytest.approx(10_007.6, abs=1)
    assert distance_km(90, 0, -90, 0) == pytest.approx(20_015.1, abs=1)
    assert distance_km(33.31, 44.37, 36.34, 43.13) == pytest.approx(356, abs=5)  # Baghdad to Mosul


def test_a_users_places_extend_the_table_and_win(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text(
        "name,alias,admin2,admin1,country,lat,lon,radius_km\n"
        "Dara,Dere,Khanaqin,Diyala,Iraq,34.44,45.47,3\n"
        "Zogb,Old Zogb,Khanaqin,Diyala,Iraq,34.5,45.5,2\n"
        "Zogb,Taza,Khanaqin,Kirkuk,Iraq,,,\n",
        encoding="utf-8",
    )
    places = Places.load(str(path))
    dara = places.resolve("Dere", None, None, "Iraq")
    assert dara is not None
    assert (dara.name, dara.lat, dara.radius_km) == ("Dara", 34.44, 3)
    assert places.resolve("old zogb village") == places.resolve("Zogb", None, "Diyala")
    taza = places.resolve("Taza", None, "Kirkuk", "Iraq")
    assert taza is not None
    assert taza.name == "Zogb"


def test_name_and_alias_are_all_that_a_users_row_needs(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("name,alias\nTuz Khurmatu,Zogbatu\nZogb,Zogby\n", encoding="utf-8")
    places = Places.load(str(path))
    assert places.resolve("Zogbatu") == PLACES.resolve("Tuz Khurmatu")
    zogb = places.resolve("Zogby", "Khanaqin", "Diyala", "Iraq")
    assert zogb is None or zogb.name == "Zogb"
    assert places.resolve("Zogby", None, "Diyala", "Iraq") == Place(fold("Zogb"), "Zogb", None, None, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,alias,lat,lon\nA,B,91,0", r"places.csv:2: lat '91' is no number between -90 and 90"),
        ("name,alias,lat,lon\nA,B,nan,0", "lat 'nan' is no number"),
        ("name,alias,lat,lon\nA,B,1_0,0", "lat '1_0' is no number"),
        ("name,alias,lat,lon\nA,B,x,0", "lat 'x' is no number"),
        ("name,alias,lat,lon\nA,B,10,", "lat and lon go together"),
        ("name,alias,radius_km\nA,B,0", "radius_km is above 0"),
        ("name,alias\n?,B", "a place needs a name"),
        ("name,alias\nA,?", r"alias '\?' has no letter"),
        ("name,alias,latitude\nA,B,1", "unknown column 'latitude'"),
    ],
)
def test_a_wrong_table_of_places_is_the_users_to_mend(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "places.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        Places.load(str(path))


def test_an_empty_table_of_places_adds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("name,alias\n\n", encoding="utf-8")
    assert Places.load(str(path)).resolve("Dara", "Khanaqin") == DARA
