"""What sums up what: aggregates over the events inside them, and totals that others list one by one."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from strategies import FIRST_DAY, knowledge, normalized, row

from reconcile.coverage import coverage_of_events, find_coverage, spans_of
from reconcile.tables import MEASURES

Event = dict[str, Any]


def event(name: str, killed: int | None = None, **more: Any) -> Event:
    """An event of day 10 in the village of Dara, told by one record of GTD's."""
    base: Event = {
        "event_id": name, "aggregate": False, "outlets": ["GTD"], "first": 10, "last": 10, "perpetrator_keys": [],
        "country_key": "iraq", "admin1_key": "diyala", "admin2_key": "khanaqin", "place_key": "dara", "alone": True,
    }  # fmt: skip
    return base | dict.fromkeys(MEASURES) | {"killed": killed} | more


def month(name: str = "month", killed: int | None = None, **more: Any) -> Event:
    """An aggregate of days 1 to 30 for the whole of Diyala."""
    wide = {"aggregate": True, "first": 1, "last": 30, "admin2_key": None, "place_key": None, "outlets": ["OHCHR"]}
    return event(name, killed, **wide | more)


def covered(*events: Event) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """By event that covers others: which, and with what sums."""
    text, number = pl.String, pl.Int64
    schema = dict.fromkeys(MEASURES, number) | {
        "event_id": text, "aggregate": pl.Boolean, "outlets": pl.List(text), "first": pl.Int32, "last": pl.Int32,
        "perpetrator_keys": pl.List(text), "country_key": text, "admin1_key": text, "admin2_key": text,
        "place_key": text, "alone": pl.Boolean,
    }  # fmt: skip
    found = find_coverage(pl.DataFrame(list(events), schema=schema), knowledge().actors)
    assert found == sorted(found, key=lambda one: one.event_id)
    return {one.event_id: (one.covers, one.sums) for one in found}


def inside(*events: Event) -> dict[str, set[str]]:
    return {name: set(covers) for name, (covers, _) in covered(*events).items()}


# ---------------------------------------------------------------------------------------------------- aggregates


@pytest.mark.parametrize(
    ("part", "holds"),
    [
        ({}, True),
        ({"first": 1, "last": 1}, True),
        ({"first": 30, "last": 30}, True),
        ({"first": 1, "last": 30}, True),
        ({"first": 0, "last": 5}, False),
        ({"first": 29, "last": 31}, False),
        ({"first": 31, "last": 31}, False),
        ({"admin1_key": "kirkuk"}, False),
        ({"admin1_key": None}, False),
        ({"admin2_key": None}, True),
        ({"country_key": "syria"}, False),
        ({"perpetrator_keys": ["isis"]}, True),
    ],
)
def test_an_aggregate_covers_what_lies_inside_its_days_and_its_place(part: Event, holds: bool) -> None:
    assert inside(month(), event("a", **part)) == ({"month": {"a"}} if holds else {})


@pytest.mark.parametrize(
    ("whole", "part", "holds"),
    [
        ({"place_key": "dara", "admin2_key": "khanaqin"}, {}, True),
        ({"place_key": "dara", "admin2_key": "khanaqin"}, {"place_key": "mekhas"}, False),
        ({"place_key": "dara"}, {"place_key": None}, False),
        ({"admin2_key": "khanaqin"}, {"admin2_key": "kifri"}, False),
        ({"admin1_key": None}, {"admin1_key": "kirkuk"}, True),
    ],
)
def test_every_place_that_an_aggregate_states_counts(whole: Event, part: Event, holds: bool) -> None:
    assert inside(month(**whole), event("a", **part)) == ({"month": {"a"}} if holds else {})


def test_strangers_are_not_covered_and_parts_of_one_hand_are() -> None:
    known = knowledge().actors
    isis, pkk = (
        normalized([row("a", "Rudaw", perpetrators=[one])])["perpetrator_keys"][0][0] for one in ("ISIS", "PKK")
    )
    assert known.relation(isis, pkk) == "unrelated"
    whole = month(perpetrator_keys=[isis])
    assert inside(whole, event("a", perpetrator_keys=[isis]), event("b", perpetrator_keys=[pkk]), event("c")) == {
        "month": {"a", "c"}
    }
    assert inside(whole, event("b", perpetrator_keys=[pkk])) == {}
    assert inside(month(), event("b", perpetrator_keys=[pkk])) == {"month": {"b"}}
    assert inside(whole, event("b", perpetrator_keys=[pkk, isis])) == {"month": {"b"}}
    week = month("week", first=1, last=7, perpetrator_keys=[pkk])
    assert inside(whole, week) == {}
    assert inside(month(), week) == {"month": {"week"}}


@pytest.mark.parametrize(
    ("whole", "parts", "told"),
    [
        (20, [8, 7, 5], "killed: 8 + 7 + 5 = 20 of 20"),
        (23, [8, 7, 5], "killed: 8 + 7 + 5 = 20 of 23, which leaves 3 unexplained"),
        (19, [8, 7, 5], "killed: 8 + 7 + 5 = 20 of 19, 1 more than it says"),
        (8, [8], "killed: 8 of 8"),
        (9, [8], "killed: 8 of 9, which leaves 1 unexplained"),
        (9, [8, None], "killed: 8 of 9, 1 of 2 parts state none, which leaves 1 unexplained"),
        (8, [None, 0, 8], "killed: 0 + 8 = 8 of 8, 1 of 3 parts state none"),
        (9, [None, None], "killed: 9, and none of its parts states a figure"),
        (8, [1] * 8, "killed: 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 = 8 of 8"),
        (9, [1] * 9, "killed: 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + … (9 figures) = 9 of 9"),
        (0, [0, 0], "killed: 0 + 0 = 0 of 0"),
    ],
)
def test_the_sum_of_an_aggregate_is_written_out(whole: int, parts: list[int | None], told: str) -> None:
    events = [event(f"e{at}", killed) for at, killed in enumerate(parts)]
    assert covered(month(killed=whole), *events)["month"] == (tuple(one["event_id"] for one in events), (told,))


def test_an_aggregate_without_figures_has_no_sums_and_one_with_two_measures_two() -> None:
    assert covered(month(), event("a", 3))["month"][1] == ()
    both = covered(month(killed=3, injured=5), event("a", 3, injured=4))["month"][1]
    assert both == ("killed: 3 of 3", "injured: 4 of 5, which leaves 1 unexplained")


def test_smaller_aggregates_are_linked_and_added_only_where_nothing_is_listed_by_itself() -> None:
    week, later = month("week", 6, first=1, last=7), month("later", 5, first=8, last=14)
    assert covered(month(killed=11), week, later)["month"] == (("week", "later"), ("killed: 6 + 5 = 11 of 11",))
    found = covered(month(killed=11), week, later, event("a", 4, first=3, last=3))
    assert found["month"][1] == (
        "killed: 4 of 11, which leaves 7 unexplained", "2 smaller totals inside are not added"
    )  # fmt: skip
    assert found["week"] == (("a",), ("killed: 4 of 6, which leaves 2 unexplained",))
    one = covered(month(killed=11), week, event("a", 4, first=3, last=3))["month"]
    assert one[1][-1] == "1 smaller total inside is not added"


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ({"first": 1, "last": 7}, {"first": 8, "last": 14}, False),
        ({"first": 1, "last": 7}, {"first": 7, "last": 14}, True),
        ({"first": 7, "last": 7}, {"first": 7, "last": 14}, True),
        ({"first": 7, "last": 14}, {"first": 7, "last": 7}, True),
        ({"admin2_key": "khanaqin"}, {"admin2_key": "kifri"}, False),
        ({"admin2_key": "khanaqin"}, {"last": 29}, True),
        ({"admin2_key": "kifri", "place_key": "dara"}, {"admin2_key": "kifri", "place_key": "mekhas"}, False),
        ({"admin2_key": "kifri", "place_key": "dara"}, {"admin2_key": "kifri"}, True),
    ],
)
def test_aggregates_that_may_count_the_same_dead_are_not_added(first: Event, second: Event, overlap: bool) -> None:
    found = covered(month(killed=11), month("a", 6, **first), month("b", 5, **second))["month"]
    assert set(found[0]) == {"a", "b"}
    assert found[1] == (("2 smaller totals inside are not added",) if overlap else ("killed: 6 + 5 = 11 of 11",))


def test_an_aggregate_of_the_same_days_and_area_is_beside_and_not_inside() -> None:
    assert covered(month("a", 5), month("b", 6)) == {}
    assert inside(month("a"), month("b", admin2_key="khanaqin")) == {"a": {"b"}}
    assert inside(month("a"), month("b", last=29)) == {"a": {"b"}}


# ---------------------------------------------------------------------------------------------------- arithmetic


def total(killed: int, **more: Any) -> Event:
    """One figure for the district, that no one calls an aggregate."""
    return event("whole", killed, **{"place_key": None, "outlets": ["Rudaw"]} | more)


@pytest.mark.parametrize(
    ("whole", "parts", "holds"),
    [
        (total(12), [event("a", 7), event("b", 5)], True),
        (total(13), [event("a", 7), event("b", 5)], False),
        (total(12), [event("a", 12)], False),
        (total(12), [event("a", 12), event("b", 0)], False),
        (total(12), [event("a", 7), event("b", 5), event("c", 0)], True),
        (total(12), [event("a", 7), event("b", 5), event("c")], False),
        (total(5), [event("a", 4), event("b", 1)], True),
        (total(4), [event("a", 3), event("b", 1)], False),  # small sums fit by chance
        (total(2, injured=12), [event("a", 1, injured=7), event("b", 1)], False),
        (total(12, alone=False), [event("a", 7), event("b", 5)], False),
        (total(12, place_key="dara"), [event("a", 7), event("b", 5)], True),  # three of one day and place
        (total(12, place_key="dara"), [event("a", 7, last=11, first=11), event("b", 5)], False),
        (total(12, place_key="dara", last=11), [event("a", 7, last=11, first=11), event("b", 5)], True),
        (total(12, last=41), [event("a", 7), event("b", 5)], True),
        (total(12, last=42), [event("a", 7), event("b", 5)], False),  # more than a month
        (total(50), [event(f"e{at}", 1) for at in range(50)], True),
        (total(51), [event(f"e{at}", 1) for at in range(51)], False),
        (total(12), [event("a", 7), event("b", 5), event("c", 9, admin2_key="kifri")], True),
        (total(12), [event("a", 7), event("b", 5), event("c", 9, outlets=["Dawn"])], True),  # all of one outlet
        (total(12), [event("a", 7), event("b", 5, outlets=["Dawn"]), event("c", 9, outlets=["Geo"])], False),
        (total(12), [event("a", 7, outlets=["Rudaw"]), event("b", 5, outlets=["Rudaw"]), event("c", 9)], False),
        (total(12), [event("a", 7), event("b", 5), month("m", 3, first=10, last=10, admin2_key="khanaqin")], True),
    ],
)
def test_a_total_covers_what_adds_up_to_it(whole: Event, parts: list[Event], holds: bool) -> None:
    found = inside(whole, *parts)
    assert ("whole" in found) is holds
    if holds:
        assert {"a", "b"} <= found["whole"] or len(found["whole"]) == 50


def test_a_total_is_found_by_its_injured_too_and_all_its_sums_are_told() -> None:
    found = covered(total(2, injured=12), event("a", 1, injured=7), event("b", injured=5))["whole"]
    assert found == (("a", "b"), ("killed: 1 of 2, 1 of 2 parts state none, which leaves 1 unexplained",
                                  "injured: 7 + 5 = 12 of 12"))  # fmt: skip


# --------------------------------------------------------------------------------------------- from rows to links


def test_both_ends_of_every_link_are_told() -> None:
    spans = [month("m"), month("y", first=-300, last=60), event("a"), event("b")]
    text = pl.List(pl.String)
    schema = dict.fromkeys(MEASURES, pl.Int64) | {"outlets": text, "perpetrator_keys": text}
    found = coverage_of_events(find_coverage(pl.DataFrame(spans, schema_overrides=schema), knowledge().actors))
    assert found.rows() == [
        ("a", [], ["m", "y"]), ("b", [], ["m", "y"]), ("m", ["a", "b"], ["y"]), ("y", ["a", "b", "m"], []),
    ]  # fmt: skip
    assert coverage_of_events([]).is_empty()


def spans(*rows: dict[str, Any], **figures: tuple[int | None, int | None, int | None]) -> list[dict[str, Any]]:
    made = normalized([row(f"r{at}", **{"outlet": "Rudaw"} | one) for at, one in enumerate(rows)])
    reconciled = pl.DataFrame(
        [("e", measure, None, *bounds) for measure, bounds in figures.items()]
        + [("e", "killed", "police", 99, 99, 99)],
        schema={"event_id": pl.String, "measure": pl.String, "group": pl.String}
        | dict.fromkeys(("low", "best", "high"), pl.Int64),
        orient="row",
    )
    return spans_of(made.with_columns(event_id=pl.lit("e")), reconciled).to_dicts()


def test_an_event_spans_the_days_and_names_of_all_its_records() -> None:
    rows = (
        {"outlet": "Rudaw", "days": 1, "perpetrators": ["ISIS"], "place": None},
        {"outlet": "Dawn", "place": "Bard", "perpetrators": ["Daesh", "PKK"], "aggregate": True},
    )
    (one,) = spans(*rows, killed=(3, 3, 3), injured=(2, None, 5))
    day = normalized([row("a", "Rudaw")])["day_start"][0]
    assert (one["first"], one["last"], one["records"], one["outlets"]) == (day, day + 1, 2, ["Dawn", "Rudaw"])
    assert one["aggregate"]
    assert (one["place_key"], len(one["perpetrator_keys"])) == ("bard", 2)
    assert (one["killed"], one["injured"], one["missing"]) == (3, 2, None)
    assert not one["alone"]


@pytest.mark.parametrize(
    ("figures", "alone", "killed"),
    [
        ({"killed": (3, 3, 3)}, True, 3),
        ({"killed": (3, 3, 5)}, False, 3),
        ({"killed": (3, None, None)}, False, 3),
        ({"killed": (0, None, None)}, False, None),
        ({"killed": (0, 0, 0)}, True, 0),
        ({}, False, None),
        ({"killed": (3, 3, 3), "injured": (1, 1, 2)}, False, 3),
    ],
)
def test_an_event_of_several_records_stands_alone_where_all_give_one_figure(
    figures: dict[str, tuple[int | None, int | None, int | None]], alone: bool, killed: int | None
) -> None:
    (two,) = spans({}, {"outlet": "Dawn"}, **figures)
    assert (two["alone"], two["killed"]) == (alone, killed)
    assert spans({}, **figures)[0]["alone"]


def test_an_event_without_days_or_country_spans_nothing() -> None:
    assert FIRST_DAY is not None
    assert spans({"day": None}) == []
    assert spans({"country": None, "admin1": None}) == []
    assert spans({"date_start": None}) == []
    assert spans({"date_end": None}) == []
