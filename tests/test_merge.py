"""Merging: of every field one stated value, by votes of outlets, then by precision, then by order."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise, permutations
from random import Random
from typing import Any

import pytest
from dispute_reader import compared
from strategies import ACTORS, FIRST_DAY, OUTLETS, PLACES, row, solve

A, B, C, D = OUTLETS
SECOND, THIRD = FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=2)


def merged(*rows: dict[str, Any]) -> dict[str, Any]:
    """The one event that records told as ``rows`` are judged to be; their ids are a, b, c ..."""
    told = [one | {"record_id": "abcdefgh"[number]} for number, one in enumerate(rows)]
    result = solve(told, *((a["record_id"], b["record_id"], "same") for a, b in pairwise(told)))
    assert result.events.height == 1
    return result.events.row(0, named=True)


def of(outlet: str, **fields: Any) -> dict[str, Any]:
    """A record of ``outlet``."""
    return row("x", outlet, **fields)


@pytest.mark.parametrize(
    ("told", "date", "records"),
    [
        ([(A, 0, 0, None), (B, 1, 0, None), (C, 1, 0, None)], "2020-06-02", "bc"),
        ([(A, 0, 0, None), (B, 1, 0, None), (B, 1, 0, None)], "2020-06-01", "a"),
        ([(A, 0, 1, None), (B, 1, 0, None)], "2020-06-02", "b"),
        ([(A, 0, 1, None), (B, 0, 1, None), (C, 0, 0, None)], "2020-06-01/2020-06-02", "ab"),
        ([(A, 1, 0, None), (B, 0, 0, None)], "2020-06-01", "b"),
        ([(A, 0, 0, None), (B, 1, 0, 600)], "2020-06-02T10:00", "b"),
        ([(A, None, 0, None), (B, 1, 1, None)], "2020-06-02/2020-06-03", "b"),
    ],
)
def test_the_date_is_what_most_outlets_say_then_the_narrowest_then_the_earliest(
    told: list[tuple[str, int | None, int, int | None]], date: str, records: str
) -> None:
    rows = [
        of(outlet, day=None if day is None else FIRST_DAY + timedelta(days=day), days=days, minute=minute,
           published=THIRD) if day is not None else of(outlet, day=None, published=THIRD)
        for outlet, day, days, minute in told
    ]  # fmt: skip
    event = merged(*rows)
    assert (event["date"], event["date_records"]) == (date, list(records))


def test_a_country_that_no_table_knows_is_shown_as_stated() -> None:
    assert merged(of(A, country="Zogbia"), of(B, country="Zogbia"))["country"] == "Zogbia"
    assert merged(of(A, country="Zogbia", place=None, admin1=None))["country"] == "Zogbia"


def test_an_open_date_is_wider_than_any_and_of_two_spellings_of_one_the_first_stands() -> None:
    open_ = of(A, day=None, date="../2020-06-02", date_end=SECOND)
    assert merged(open_, of(B, day=FIRST_DAY, days=2))["date"] == "2020-06-01/2020-06-03"
    assert merged(open_, of(B, day=None, published=THIRD))["date"] == "../2020-06-02"
    about = of(A, date="2020-06-01~", date_approximate=True)
    assert merged(about, of(B))["date"] == "2020-06-01"


def test_bounds_of_the_date_are_those_of_the_chosen_one() -> None:
    event = merged(of(A, days=2), of(B, day=SECOND, days=3))
    assert (event["date_start"], event["date_end"]) == (FIRST_DAY, THIRD)
    assert merged(of(A, day=None, published=THIRD))["date"] is None


def place(event: dict[str, Any]) -> tuple[Any, ...]:
    return (*(event[name] for name in ("place", "admin2", "admin1", "country")), "".join(event["place_records"]))


def test_the_finest_place_that_anyone_states_wins_and_at_one_level_the_votes() -> None:
    district = {"admin2": "Khanaqin"}
    village = district | {"place": "Dara"}
    assert place(merged(of(A, **district), of(B, **district), of(C, **village))) == (
        "Dara", "Khanaqin", "Diyala", "Iraq", "c",
    )  # fmt: skip
    other = district | {"place": "Mekhas"}
    assert place(merged(of(A, **village), of(B, **other), of(C, **other)))[0] == "Mekhas"
    assert place(merged(of(A, **other), of(B, **village)))[::4] == ("Dara", "b")
    assert place(merged(of(A, **other), of(A, **other), of(B, **village)))[::4] == ("Dara", "c")
    assert place(merged(of(A, **district), of(B, admin2=None))) == (None, "Khanaqin", "Diyala", "Iraq", "a")
    assert place(merged(of(A, admin1=None), of(B))) == (None, None, "Diyala", "Iraq", "b")


def test_a_place_is_spelled_as_most_records_spell_it_and_keeps_a_name_that_folds_to_nothing() -> None:
    event = merged(of(A, place="Mikhas"), of(B, place="Mekhas"), of(C, place="Mekhas"))
    assert (event["place"], event["place_records"]) == ("Mekhas", ["a", "b", "c"])
    assert merged(of(A, place="Mikhas"), of(B, place="Mekhas"))["place"] == "Mekhas"
    nameless = merged(of(A, place="???", admin2="Khanaqin"), of(B, admin2="Khanaqin"), of(C, admin2="Khanaqin"))
    assert (nameless["place"], nameless["place_records"]) == ("???", ["a"])


def test_coordinates_are_one_records_pair_and_the_most_precise() -> None:
    def point(*rows: dict[str, Any]) -> tuple[Any, ...]:
        event = merged(*rows)
        return event["lat"], event["lon"], event["geo_precision_km"]

    rough = {"place": "Dara", "lat": 34.5, "lon": 45.5, "geo_precision_km": 9.0}
    fine = {"place": "Dara", "lat": 34.6, "lon": 45.2, "geo_precision_km": 2.0}
    silent = {"place": "Dara", "lat": 34.55, "lon": 45.3}
    assert point(of(A, **rough), of(B, **fine), of(C, **silent)) == (34.6, 45.2, 2.0)
    assert point(of(A, **silent), of(B, place="Dara")) == (34.55, 45.3, None)
    assert point(of(A, **{**silent, "lat": 34.56}), of(B, **silent)) == (34.56, 45.3, None)
    assert point(of(A, **rough), of(B, **silent)) == (34.5, 45.5, 9.0)
    assert point(of(A, place="Dara"), of(B, admin2="Khanaqin", **{**fine, "place": None})) == (None, None, None)


def test_coordinates_alone_are_a_place() -> None:
    event = merged(of(A, country=None, admin1=None, lat=34.5, lon=45.5), of(B, country=None, admin1=None))
    assert (event["lat"], event["lon"], event["place_records"]) == (34.5, 45.5, ["a"])


def actors(event: dict[str, Any], field: str = "perpetrators") -> list[tuple[str, str]]:
    return [(one["name"], "".join(one["records"])) for one in event[field]]


def test_actors_stand_under_one_name_with_who_says_so_the_most_named_first() -> None:
    event = merged(
        of(A, perpetrators=["ISIS"]), of(B, perpetrators=["Daesh", "Turkish army"]),
        of(C, perpetrators=["Turkish army"]), of(D, perpetrators=["Turkish army"]),
    )  # fmt: skip
    assert actors(event) == [("Military Forces of Turkey", "bcd"), ("Islamic State", "ab")]
    assert [one["stated_as"] for one in event["perpetrators"]] == [["Turkish army"], ["Daesh", "ISIS"]]
    equal = merged(of(A, perpetrators=["PKK"]), of(B, perpetrators=["ISIS"]))
    assert [name for name, _ in actors(equal)] == sorted(name for name, _ in actors(equal))
    one_outlet = merged(
        of(A, perpetrators=["Turkish army"]), of(A, perpetrators=["Turkish army"]), of(B, perpetrators=["ISIS"])
    )
    assert [name for name, _ in actors(one_outlet)] == ["Islamic State", "Military Forces of Turkey"]


def test_a_record_that_gives_an_actor_two_names_is_listed_once() -> None:
    event = merged(of(A, perpetrators=["ISIS", "Daesh"], targets=["PKK", "PKK"]), of(B, perpetrators=["ISIS"]))
    assert actors(event) == [("Islamic State", "ab")]
    assert event["perpetrators"][0]["stated_as"] == ["Daesh", "ISIS"]
    assert [records for _, records in actors(event, "targets")] == ["a"]


def test_the_records_behind_an_actor_are_in_order_however_many_they_are() -> None:
    chance = Random(1)
    rows = [row(f"r{at:03}", A, perpetrators=[chance.choice(["ISIS", "PKK", "Turkish army"])]) for at in range(150)]
    events, _ = compared([(one, 0) for one in rows])
    behind = [one["records"] for one in events["perpetrators"][0]]
    assert sum(len(records) for records in behind) == 150
    assert behind == [sorted(records) for records in behind]


def test_an_undated_record_names_its_actors_too() -> None:
    undated = of(A, day=None, published=THIRD, perpetrators=["Daesh"], targets=["PKK"])
    event = merged(undated, of(B, perpetrators=["ISIS"]))
    assert actors(event) == [("Islamic State", "ab")]
    assert [records for _, records in actors(event, "targets")] == ["a"]
    dateless = of(A, day=None, perpetrators=["Daesh"])
    assert actors(merged(dateless, of(B, perpetrators=["ISIS"]))) == [("Islamic State", "ab")]


def test_strangers_are_marked_as_disputed_and_one_actor_under_two_names_is_not() -> None:
    strangers = merged(of(A, perpetrators=["ISIS"]), of(B, perpetrators=["Turkish army"]))
    assert [one["disputed"] for one in strangers["perpetrators"]] == [True, True]
    one_actor = merged(of(A, perpetrators=["ISIS"]), of(B, perpetrators=["Daesh"]), of(C, perpetrators=[]))
    assert [one["disputed"] for one in one_actor["perpetrators"]] == [False]


def test_generic_actors_are_kept_only_where_nobody_names_one() -> None:
    assert actors(merged(of(A, perpetrators=["unidentified gunmen"]), of(B, perpetrators=["ISIS"]))) == [
        ("Islamic State", "b")
    ]
    alone = merged(of(A, perpetrators=["unidentified gunmen"]), of(B, perpetrators=[]))
    assert [records for _, records in actors(alone)] == ["a"]
    two = merged(*(of(outlet, perpetrators=[one]) for outlet, one in ((A, "armed men"), (B, "gunmen"), (C, "gunmen"))))
    assert actors(two) == [("gunmen", "bc"), ("armed men", "a")]


def test_an_actor_outside_the_tables_is_called_what_most_call_it() -> None:
    names = ["Front of Qwerty", "front of  qwerty", "front of  qwerty"]
    event = merged(*(of(outlet, perpetrators=[name]) for outlet, name in zip((A, B, C), names, strict=True)))
    assert len(event["perpetrators"]) == 1
    assert event["perpetrators"][0]["records"] == ["a", "b", "c"]
    assert event["perpetrators"][0]["name"].split() == ["front", "of", "qwerty"]
    equal = merged(of(A, perpetrators=["front of qwerty"]), of(B, perpetrators=["Front of Qwerty"]))
    assert [name for name, _ in actors(equal)] == ["Front of Qwerty"]


@pytest.mark.parametrize(
    ("said", "attribution"),
    [
        (["claimed", "suspected", "suspected"], "suspected"), (["claimed", "stated"], "stated"),
        (["suspected", "stated"], "suspected"), (["suspected", "unknown"], "unknown"), (["claimed", None], "claimed"),
        (["claimed", "claimed", "unknown"], "claimed"), ([None, None], None),
    ],
)  # fmt: skip
def test_an_attribution_is_the_commonest_and_between_equals_the_most_cautious(
    said: list[str | None], attribution: str | None
) -> None:
    rows = [of(outlet, perpetrators=["ISIS"], attribution=one) for outlet, one in zip(OUTLETS, said, strict=False)]
    assert merged(*rows)["perpetrators"][0]["attribution"] == attribution


def test_between_equal_attributions_the_most_cautious_stands_whoever_speaks_first() -> None:
    caution = ["unknown", "suspected", "stated", "claimed"]
    said = [one for size in (2, 3, 4) for one in permutations(caution, size)]
    rows = [
        (row(f"r{event:02}{at}", OUTLETS[at], perpetrators=["ISIS"], attribution=one), event)
        for event, ones in enumerate(said)
        for at, one in enumerate(ones)
    ]
    events, _ = compared(rows)
    found = {one["records"][0]: one["perpetrators"][0]["attribution"] for one in events.iter_rows(named=True)}
    assert found == {f"r{event:02}0": min(ones, key=caution.index) for event, ones in enumerate(said)}


def test_targets_are_merged_as_perpetrators_are() -> None:
    event = merged(of(A, targets=["police", "Turkish army"]), of(B, targets=["Turkish army"]), of(C, targets=[]))
    assert actors(event, "targets")[0] == ("Military Forces of Turkey", "ab")
    event = merged(of(A, targets=["PKK"]), of(B, targets=["ISIS"]), of(B, targets=["ISIS"]))
    assert [name for name, _ in actors(event, "targets")] == sorted(name for name, _ in actors(event, "targets"))


def test_the_type_is_what_most_outlets_say_then_the_first_in_order() -> None:
    def kind(*types: str | None) -> tuple[str, str]:
        event = merged(*(of(outlet, event_type=one) for outlet, one in zip((A, B, C), types, strict=False)))
        return event["event_type"], "".join(event["event_type_records"])

    one, other = kind("bombing")[0], kind("kidnapping")[0]
    assert kind("bombing", "kidnapping", "kidnapping") == (other, "bc")
    assert kind("kidnapping", "bombing") == (min(one, other), "b" if min(one, other) == one else "a")
    assert kind(None, "bombing") == (one, "b")
    assert kind(None)[1] == ""


def test_a_title_says_what_and_where_and_else_speaks_in_the_words_of_the_earliest_record() -> None:
    nowhere: dict[str, Any] = {"country": None, "admin1": None}
    shot = of(A, event_type="armed assault", place="Daquq", admin2="Daquq", admin1="Kirkuk")
    assert merged(shot)["title"].endswith(": Daquq, Kirkuk, Iraq")
    assert merged(of(A))["title"] == "Event: Diyala, Iraq"
    late = of(A, title="Late", published=THIRD, **nowhere)
    early = of(B, title="Early", published=SECOND, **nowhere)
    assert merged(late, early)["title"] == "Early"
    assert merged(of(A, title="Undated", **nowhere), late)["title"] == "Late"
    assert merged(of(A, title="First", **nowhere), of(B, title="Second", **nowhere))["title"] == "First"
    assert merged(of(A, **nowhere), early)["title"] == "Early"
    assert merged(of(A, **nowhere))["title"] == "Event, 2020-06-01"
    assert merged(of(A, day=None, published=THIRD, **nowhere))["title"] == "Event"


def test_an_event_lists_its_outlets_records_and_figures_in_order() -> None:
    event = merged(
        of(B, killed=3, injured=0), of(A, killed=3, missing=1), of(B, killed=4, claims=[]), of(C, aggregate=False)
    )
    assert (event["outlets"], event["records"]) == (sorted([A, B, C]), ["a", "b", "c", "d"])
    assert event["aggregate"] is False
    assert [(one["measure"], one["low"], one["status"]) for one in event["casualties"]] == [
        ("killed", 3, "disputed"), ("injured", 0, "single-source"), ("missing", 1, "single-source"),
    ]  # fmt: skip
    assert [claim["record_id"] for claim in event["casualties"][0]["claims"]] == ["a", "c", "b"]
    police = {"measure": "killed", "group": "police", "low": 1, "best": 1, "high": 1, "scope": "part", "quote": None,
              "attributed_to": None, "as_of": None}  # fmt: skip
    of_groups = merged(of(A, killed=3, injured=2, claims=[police]))["casualties"]
    assert [(one["measure"], one["group"]) for one in of_groups] == [
        ("killed", None), ("killed", "police"), ("killed", "security forces"), ("injured", None),
    ]  # fmt: skip
    silent = merged(of(A, aggregate=True))
    assert silent["aggregate"] is True
    assert [(one["measure"], one["best"], one["status"], one["claims"]) for one in silent["casualties"]] == [
        ("killed", None, "unknown", []), ("injured", None, "unknown", []),
    ]  # fmt: skip
    assert (silent["perpetrators"], silent["targets"], silent["covers"], silent["voices"]) == ([], [], [], [[A]])


def test_events_come_by_date_then_by_its_end_and_undated_ones_last() -> None:
    rows = [
        row("a", A, day=None, published=THIRD, place="Dara"), row("b", B, day=SECOND, place="Tuz Khurmatu", days=1),
        row("c", C, day=SECOND, place="Mekhas"), row("d", D, place="Daquq"),
    ]  # fmt: skip
    pairs = [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")]
    events = solve(rows, *((x, y, "different") for x, y in pairs)).events
    assert events["records"].to_list() == [["d"], ["c"], ["b"], ["a"]]


def test_many_events_are_merged_as_each_is_by_itself() -> None:
    chance, rows = Random(1), []
    for event in range(80):
        for number in range(3):
            place, admin2, lat, lon = chance.choice(PLACES)
            told = row(
                f"r{event:02}{number}", chance.choice(OUTLETS), day=FIRST_DAY + timedelta(days=chance.randrange(3)),
                place=place, admin2=admin2, lat=lat, lon=lon, event_type=chance.choice(["bombing", "kidnapping", None]),
                perpetrators=[*chance.choice(ACTORS), *chance.choice(ACTORS)], killed=chance.randrange(4),
                targets=[*chance.choice(ACTORS), *chance.choice(ACTORS)], title=chance.choice(["One", "Two", None]),
                attribution=chance.choice(["claimed", "suspected", None]),
            )  # fmt: skip
            rows.append((told, event))
    one_by_one = compared(rows, batch=1)[0]
    assert one_by_one.height == 80
    assert compared(rows)[0].equals(one_by_one)
