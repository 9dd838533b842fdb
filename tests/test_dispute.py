"""What is known of a dispute before anything explains it, and what is said when all explanations are in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from dispute_reader import dispute, findings
from hypothesis import given
from hypothesis import strategies as st
from strategies import FIRST_DAY, OUTLETS, row

from reconcile.discrepancies.context import Said
from reconcile.discrepancies.counts import leads
from reconcile.discrepancies.finding import against, as_table, finding, told_by

DAY, NEXT = date(2020, 6, 13), date(2020, 6, 14)
MORNING, EVENING, DAWN = datetime(2020, 6, 13, 8), datetime(2020, 6, 13, 20), datetime(2020, 6, 14, 5)
BOUND = st.none() | st.integers(0, 6)
RANGES = st.tuples(BOUND, BOUND).filter(lambda two: None in two or two[0] <= two[1])  # type: ignore[operator]


def said(low: int | None, high: int | None, day: date | None = None, moment: datetime | None = None) -> Said:
    return Said("a", "Rudaw", low, None, high, day, moment)


# --------------------------------------------------------------------------------------------- telling findings

TOLD = st.tuples(
    st.integers(0, 40), st.sampled_from("abcdef"), st.sampled_from(OUTLETS), st.sampled_from(["5", "7", "10"])
)


@given(st.lists(TOLD, min_size=1, max_size=120))
def test_whole_columns_are_told_as_each_group_is_by_itself(entries: list[tuple[int, str, str, str]]) -> None:
    """Several groups may be of one event."""
    columns = ["of", "record_id", "outlet", "value"]
    frame = pl.DataFrame(entries, schema=columns, orient="row").with_columns(event_id=pl.col("of") // 4)
    found = told_by(frame, ["of", "event_id"], " beside ").sort("of")
    assert found["of"].to_list() == sorted({of for of, *_ in entries})
    for of, event, records, values, text in found.select("of", "event_id", "records", "values", "told").iter_rows():
        mine = [(record, outlet, value) for number, record, outlet, value in entries if number == of]
        assert event == of // 4
        assert list(zip(records, values, strict=True)) == sorted({(record, value) for record, _, value in mine})
        assert text == against([(outlet, value) for _, outlet, value in mine], " beside ")


def test_many_findings_keep_each_its_own_records() -> None:
    said = [[(f"r{at}-{number}", str(at)) for number in range(at % 3 + 1)] for at in range(200)]
    found = as_table([finding(at, "copied", "voice a", "...", told) for at, told in enumerate(said)], pl.Int64())
    assert found["event_id"].to_list() == list(range(200))
    assert [list(zip(*two, strict=True)) for two in found.select("records", "values").iter_rows()] == said


# ------------------------------------------------------------------------------------------------- one figure


@given(RANGES, RANGES)
def test_two_figures_meet_where_some_number_is_in_both(one: tuple[int | None, int | None], two: Any) -> None:
    def allows(bounds: tuple[int | None, int | None], number: int) -> bool:
        low, high = bounds
        return (low is None or number >= low) and (high is None or number <= high)

    both = any(allows(one, number) and allows(two, number) for number in range(8))
    assert said(*one).meets(said(*two)) is both


@pytest.mark.parametrize(
    ("low", "high", "exact", "text"),
    [(7, 7, 7, "7"), (0, 0, 0, "0"), (5, 7, None, "5-7"), (5, None, None, "5+"), (None, 5, None, "up to 5")],
)
def test_a_figure_is_exact_when_it_allows_one_number(
    low: int | None, high: int | None, exact: int | None, text: str
) -> None:
    assert said(low, high).exact == exact
    assert said(low, high).text == text


@pytest.mark.parametrize(
    ("one", "other", "earlier"),
    [
        ((DAY, None), (NEXT, None), True), ((NEXT, None), (DAY, None), False), ((DAY, None), (DAY, None), False),
        ((None, None), (DAY, None), False), ((DAY, None), (None, None), False), ((None, None), (None, None), False),
        ((DAY, MORNING), (DAY, EVENING), True), ((DAY, EVENING), (DAY, MORNING), False),
        ((DAY, MORNING), (DAY, MORNING), False), ((DAY, MORNING), (DAY, None), False),
        ((DAY, None), (DAY, EVENING), False), ((NEXT, DAWN), (DAY, EVENING), False),
        ((DAY, EVENING), (NEXT, DAWN), True), ((DAY, EVENING), (NEXT, None), True),
        # In two time zones the later day may be the earlier hour
        ((DAY, EVENING), (NEXT, MORNING), False), ((NEXT, MORNING), (DAY, EVENING), True),
    ],
)  # fmt: skip
def test_earlier_is_by_hours_that_both_state_and_else_by_day(one: Any, other: Any, earlier: bool) -> None:
    assert said(1, 1, *one).before(said(2, 2, *other)) is earlier


def test_a_day_is_told_in_words_and_no_day_in_none() -> None:
    assert said(1, 1, DAY).when == "13 June 2020"
    assert said(1, 1).when == ""


def test_a_figure_is_told_with_all_who_give_it() -> None:
    made = dispute("Rudaw: killed 7", "Dawn: killed 7", "Geo: killed 5")
    assert (made.label("7"), made.label("5")) == ("7 (Dawn, Rudaw)", "5 (Geo)")


def test_the_event_ends_on_the_last_day_that_anyone_allows() -> None:
    made = dispute("Rudaw ^2020-06-13/2020-06-15: killed 7", "Dawn ^2020-06-14: killed 7")
    assert made.last_day() == date(2020, 6, 15)
    undated = {record: {**fields, "date_end": None} for record, fields in made.rows.items()}
    some = {**undated, "r1": made.rows["r1"]}
    assert replace(made, rows=some).last_day() == date(2020, 6, 14)
    assert replace(made, rows=undated).last_day() is None


def test_rows_of_an_outlet_are_counted_up_to_a_dozen() -> None:
    for number, several in ((1, False), (2, True), (12, True), (13, False)):
        lines = [f"GTD: killed {at}" for at in range(number)]
        assert ("GTD" in dispute(*lines, "Dawn: killed 99").rows_by_outlet) is several


# ------------------------------------------------------------------------------------------- what a record tells


@pytest.mark.parametrize(
    ("first", "then", "rises"),
    [
        ("2020-06-13T09:00:00+03:00", "2020-06-13T07:00:00+00:00", True),  # 6 and 7 o'clock
        ("2020-06-13T07:00:00+00:00", "2020-06-13T09:00:00+03:00", False),
        # The later day is the earlier hour
        ("2020-06-14T01:00:00Z", "2020-06-13T23:30:00-05:00", True),
        ("2020-06-13T23:30:00-05:00", "2020-06-14T01:00:00Z", False),
        ("2020-06-13T23:30:00-05:00", "2020-06-14T05:00:00Z", True),
        ("2020-06-13T23:30:00-05:00", "2020-06-14", True),
        ("2020-06-13T08:00:00", "2020-06-13T09:00:00", False),
        ("2020-06-13T08:00:00", "2020-06-13T09:00:00Z", False),
        ("2020-06-13T08:00:00Z", "2020-06-13T09:00:00", False),
        ("2020-06-13", "2020-06-13T09:00:00Z", False),
        ("2020-06-13T08:00:00Z", "2020-06-13", False),
    ],
)
def test_hours_are_compared_across_time_zones_and_only_where_the_zone_is_known(
    first: str, then: str, rises: bool
) -> None:
    for remark in ("", " | a raid"):
        found = findings(f"Rudaw @{first}: killed 3", f"Dawn @{then}: killed 5{remark}")
        assert set(found) == {"toll-update" if rises else "count-conflict"}


def test_an_hour_that_is_none_is_no_hour() -> None:
    for first, then in (("Tnoon", "T09:00:00Z"), ("T08:00:00Z", "T25:00:00Z")):
        one = row("a", "Rudaw", killed=3, published=FIRST_DAY, title="a raid")
        two = row("b", "Dawn", killed=5, published=FIRST_DAY)
        for made, hour in ((one, first), (two, then)):
            made["published_at"] = FIRST_DAY.isoformat() + hour
        assert set(findings(one, two)) == {"count-conflict"}


def test_a_figure_holds_for_its_own_day_if_that_is_one_and_else_for_its_days_publication() -> None:
    words = {"title": "a raid", "killed_high": None}

    def told(as_of: str | None) -> set[str]:
        claim = dict.fromkeys(("group", "low", "high", "attributed_to", "quote")) | {
            "measure": "killed", "best": 3, "scope": "total", "as_of": as_of
        }  # fmt: skip
        first = row("a", "Rudaw", claims=[claim], published=FIRST_DAY, **words)
        return set(findings(first, row("b", "Dawn", killed=5, published=FIRST_DAY + timedelta(days=2), **words)))

    later = (FIRST_DAY + timedelta(days=3)).isoformat()
    assert told(None) == told("in spring") == told(FIRST_DAY.isoformat()) == {"toll-update"}
    assert told(later) == {"count-conflict"}


def test_a_records_own_words_are_those_of_its_title_and_its_text() -> None:
    for words in (
        {"title": "A raid", "text": "5 killed"},
        {"title": "5 killed", "text": "A raid"},
        {"text": "5 killed"},
    ):
        assert set(findings(row("a", "Rudaw", killed=3, **words), row("b", "Dawn", killed=5))) == {"self-contradiction"}


def test_one_stated_part_beside_a_total_in_a_column_explains_as_well() -> None:
    part = dict.fromkeys(("low", "high", "attributed_to", "quote", "as_of")) | {
        "measure": "killed", "group": "children", "best": 3, "scope": "total",
    }  # fmt: skip
    found = findings(row("a", "Rudaw", killed=7, claims=[part]), row("b", "Dawn", killed=3))
    assert found["partial-count"]["message"].endswith("3 (Dawn) is what Rudaw gives for children alone, of 7 in all")


# ----------------------------------------------------------------------------------------- what comes of it all


def test_figures_that_can_all_be_true_are_told_side_by_side() -> None:
    one = findings("Rudaw: killed 5+", "Dawn: killed 7")["vague"]
    assert one["message"] == "killed: 7 (Dawn) beside 5+ (Rudaw), which can all be true"
    assert set(findings("Rudaw: killed 5+, killed 2 part", "Dawn: killed 4")) == {"count-conflict"}


@pytest.mark.parametrize(
    ("lines", "severity"),
    [
        (("Rudaw: killed dozens", "Dawn: killed 300"), "warning"),
        (("Rudaw: killed dozens", "Dawn: killed 3"), "warning"),
        (("Rudaw: killed 30", "Dawn: killed 300"), "error"),
        (("Rudaw: killed dozens", "Dawn: killed 300", "Geo: killed 600"), "error"),
        (("Rudaw: killed dozens", "Dawn: killed 300", "Geo: killed 3"), "error"),
    ],
)
def test_a_word_against_a_number_is_no_contradiction_of_two_counts(lines: tuple[str, ...], severity: str) -> None:
    assert findings(*lines)["count-conflict"]["severity"] == severity


def test_zero_is_the_lower_figure() -> None:
    for lines in (("Rudaw @2020-06-13: killed 0 | a raid", "Dawn @2020-06-14: killed 1"),
                  ("Dawn @2020-06-14: killed 1 | a raid", "Rudaw @2020-06-13: killed 0")):  # fmt: skip
        told = (
            "killed: 0 (Rudaw) against 1 (Dawn). the toll rose from 0 (Rudaw, 13 June 2020) to 1 (Dawn, 14 June 2020)"
        )
        assert findings(*lines)["toll-update"]["message"] == told


@pytest.mark.parametrize(("early", "late"), [("Rudaw", "Dawn"), ("Dawn", "Rudaw")])
@pytest.mark.parametrize("words", ["", " | a raid"])
def test_a_figure_open_upwards_is_above_zero_whoever_gives_it(early: str, late: str, words: str) -> None:
    """None killed and a day later six or more: a rise. Six or more and then none: no rise."""
    for none in ("0", "<1"):
        rise = findings(f"{early} @2020-06-13: killed {none}{words}", f"{late} @2020-06-14: killed 6+{words}")
        assert set(rise) == {"toll-update"}
        fall = findings(f"{early} @2020-06-13: killed 6+{words}", f"{late} @2020-06-14: killed {none}{words}")
        assert set(fall) == {"count-conflict"}


def test_of_many_remarks_four_are_told_and_the_others_counted() -> None:
    def update(outlets: int) -> str:
        lines = []
        for number in range(outlets):
            lines.append(f"Outlet {number} @2020-06-13: killed {number} | a raid")
            lines.append(f"Outlet {number} @2020-06-14: killed 9 | a raid")
        return str(findings(*lines)["toll-update"]["message"])

    assert update(4).count("replaced its own") == 4
    assert "more of the kind" not in update(4)
    assert update(6).count("replaced its own") == 4
    assert update(6).endswith(". and 2 more of the kind")


def test_rows_that_come_to_something_else_are_told_and_explain_nothing() -> None:
    found = findings("GTD: killed 7", "GTD: killed 6", "ACLED: killed 14", "Dawn: killed 14")
    told = "killed: 14 (ACLED, Dawn) against 6 (GTD) against 7 (GTD). the 2 rows of GTD come to 6 + 7 = 13"
    assert found["count-conflict"]["message"].replace("7 + 6", "6 + 7") == told
    others = findings("GTD: killed 7", "GTD: killed 7", "ACLED: killed 20", "Dawn: killed 9")["count-conflict"]
    assert "come to" in others["message"]
    assert "come to" not in findings("GTD: killed 7", "ACLED: killed 20")["count-conflict"]["message"]


def test_rows_of_an_outlet_that_meets_all_others_are_not_told() -> None:
    found = findings("GTD: killed 7-30", "GTD: killed 8-30", "ACLED: killed 20", "Dawn: killed 9")
    assert found["count-conflict"]["message"] == "killed: 9 (Dawn) against 20 (ACLED)"


def test_one_attacker_cannot_be_left_out_twice() -> None:
    bomb = "a suicide bombing"
    assert set(findings(f"Rudaw: killed 3 | {bomb}", "Dawn: killed 4")) == {"perpetrator-included"}
    found = findings(f"Rudaw: killed 3 | {bomb}", "Dawn: killed 4", "Geo: killed 5")
    assert set(found) == {"perpetrator-included", "count-conflict"}
    assert found["count-conflict"]["records"] == ["r0", "r2"]


def test_a_toll_that_rises_twice_is_explained() -> None:
    days = ("Rudaw @2020-06-13: killed 3", "Dawn @2020-06-15: killed 20", "Geo @2020-06-16: killed 40 | a raid")
    assert set(findings(*days)) == {"toll-update"}
    assert set(findings(days[0], days[2])) == {"count-conflict"}


def test_agreed_totals_with_another_split_are_told_group_by_group() -> None:
    one = findings(
        "Rudaw: killed 7, killed 6 villagers, killed 1 police, injured 3, injured 2 children",
        "Dawn: killed 7, killed 5 civilians, killed 2 police, injured 4, injured 1 children",
        "Geo: killed 7, killed 6 civilians",
    )
    assert set(one) == {"group-conflict", "count-conflict"}
    found = one["group-conflict"]
    assert found["field"] == "killed"
    assert found["message"] == (
        "killed: the totals agree, their split does not: civilians 6 (Geo, Rudaw) against 5 (Dawn); "
        "police 1 (Rudaw) against 2 (Dawn); security forces 1 (Rudaw) against 2 (Dawn)"
    )
    assert dict(zip(found["records"], found["values"], strict=True)) == {
        "r0": '6 civilians ("villagers"), 1 police, 1 security forces ("police")',
        "r1": '5 civilians, 2 police, 2 security forces ("police")',
        "r2": "6 civilians",
    }
    assert set(findings("Rudaw: killed 7, killed 6 children", "Dawn: killed 7, killed 6 children")) == set()
    disputed = findings("Rudaw: killed 7, killed 7 children", "Dawn: killed 9, killed 8 children")
    assert set(disputed) == {"count-conflict"}
    open_ended = findings("Rudaw: killed 7+, killed 6 children", "Dawn: killed 7, killed 5 children")
    assert set(open_ended) == {"group-conflict", "vague"}


def test_a_split_that_was_replaced_is_not_held_against_others() -> None:
    lines = ("Rudaw @2020-06-13: killed 7, killed 6 children", "Rudaw @2020-06-14: killed 7, killed 5 children")
    assert set(findings(*lines, "Dawn @2020-06-14: killed 7, killed 5 children")) == set()
    found = findings(*lines, "Dawn @2020-06-14: killed 7, killed 4 children")["group-conflict"]
    assert found["records"] == ["r1", "r2"]


A, B, C, D = (said(low, low) for low in (3, 4, 5, 6))


@pytest.mark.parametrize(
    ("steps", "led"),
    [
        ({}, False),
        ({A: [("toll-update", D)]}, True),
        ({A: [("toll-update", C)], C: [("vague", D)]}, True),
        ({A: [("toll-update", B)], B: [("toll-update", C)], C: [("toll-update", D)]}, True),
        ({A: [("vague", B)], B: [("toll-update", C)], C: [("partial-count", D)]}, True),
        # The same attackers cannot be left out twice.
        ({A: [("vague", C)], C: [("vague", D)]}, False),
        ({A: [("vague", B)], B: [("toll-update", C)], C: [("vague", D)]}, False),
        # ... but another way may lead there.
        ({A: [("vague", C), ("toll-update", C)], C: [("vague", D)]}, True),
        ({A: [("toll-update", C)]}, False),
        ({B: [("toll-update", D)]}, False),
    ],
)
def test_steps_lead_from_one_figure_to_another_each_explanation_given_once(steps: Any, led: bool) -> None:
    assert leads(steps, A, D) is led
