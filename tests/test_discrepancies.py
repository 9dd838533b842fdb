"""The rules, each on the smallest event that breaks it and on the one that nearly does."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from strategies import FIRST_DAY, row, solve

from reconcile.commands.common import page
from reconcile.discrepancies.finding import against
from reconcile.report.tabular import flat_events
from reconcile.report.terminal import write_report
from reconcile.rules import RULES, SEVERITIES, find_rule

A, B, C = "Rudaw", "Kurdistan 24", "KirkukNow"


def claim(measure: str, best: int | None, group: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "measure": measure, "group": group, "low": None, "best": best, "high": None,
        "scope": "part" if group else "total", "attributed_to": None, "quote": None, "as_of": None,
    } | more  # fmt: skip


def found(*rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The discrepancies of one event made of ``rows``, by rule name and field."""
    ids = [row["record_id"] for row in rows]
    result = solve(rows, *((a, b, "same") for a, b in pairwise(ids)))
    assert result.events.height == 1
    return {f"{one['name']} {one['field']}": one for one in result.discrepancies.iter_rows(named=True)}


def test_totals_that_do_not_meet_are_a_conflict() -> None:
    one = found(row("a", A, killed=7), row("b", B, killed=9))["count-conflict killed"]
    assert one["severity"] == "error"
    assert one["message"] == "killed: 7 (Rudaw) against 9 (Kurdistan 24)"
    assert (one["records"], one["values"]) == (["a", "b"], ["7", "9"])


def test_ranges_that_meet_are_a_range_and_no_conflict() -> None:
    names = found(row("a", A, killed_low=5), row("b", B, killed=7))
    assert "vague killed" in names
    assert "count-conflict killed" not in names


def test_every_measure_whose_figures_can_all_be_true_is_told_by_itself() -> None:
    names = found(row("a", A, killed_low=5, injured_low=2), row("b", B, killed=7, injured=3), row("c", C, killed=7))
    assert set(names) == {"vague killed", "vague injured"}
    one = names["vague killed"]
    assert one["message"] == "killed: 7 (KirkukNow, Kurdistan 24) beside 5+ (Rudaw), which can all be true"
    assert (one["severity"], one["records"], one["values"]) == ("info", ["a", "b", "c"], ["5+", "7", "7"])


@pytest.mark.parametrize("other", [44, 5, 7])
def test_what_a_record_said_of_an_earlier_day_is_told(other: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the others say: 5 as of the 1st, 44 as of the 3rd."""
    on = [(FIRST_DAY + timedelta(days=later)).isoformat() for later in (0, 2)]
    both = row("a", A, published=FIRST_DAY + timedelta(days=2), claims=[
        claim("killed", 44, as_of=on[1]), claim("killed", 5, as_of=on[0]),
    ])  # fmt: skip
    result = solve([both, row("b", B, killed=other)], ("a", "b", "same"))
    told = {one["name"]: one for one in result.discrepancies.iter_rows(named=True)}
    assert "Rudaw replaced its own 5 (1 June 2020) by 44 (3 June 2020)" in told["toll-update"]["message"]
    assert ("count-conflict" in told) == (other != 44)
    killed = next(one for one in result.events["casualties"].item() if one["measure"] == "killed")
    assert killed["high"] == 44
    assert [(one["best"], one["replaced_by"]) for one in killed["claims"]] == [(other, None), (5, "a"), (44, None)]
    write_report(page("never"), result)
    assert "5 as of 1 June 2020" in capsys.readouterr().out


def test_a_replaced_figure_is_no_vague_one_and_its_replacement_is_told() -> None:
    first = row("a", A, killed=3, published=FIRST_DAY)
    later = row("b", A, killed=7, published=FIRST_DAY + timedelta(days=1))
    names = found(first, later, row("c", B, killed_low=5))
    assert names["vague killed"]["values"] == ["7", "5+"]
    assert "Rudaw replaced its own 3 (1 June 2020) by 7 (2 June 2020)" in names["toll-update killed"]["message"]
    assert "toll-update killed" not in found(first | {"killed": 7}, later, row("c", B, killed=7))


def test_many_remarks_of_one_kind_are_cut_short() -> None:
    def update(outlets: int) -> str:
        rows = []
        for number in range(outlets):
            name = f"Outlet {number}"
            rows.append(row(f"a{number}", name, killed=number, published=FIRST_DAY))
            rows.append(row(f"b{number}", name, killed=9, published=FIRST_DAY + timedelta(days=1)))
        return str(found(*rows)["toll-update killed"]["message"])

    assert update(4).count("replaced its own") == 4
    assert "more of the kind" not in update(4)
    assert update(6).count("replaced its own") == 4
    assert update(6).endswith(". and 2 more of the kind")


def test_a_word_against_a_number_is_a_warning_and_two_numbers_an_error() -> None:
    word = row("a", A, killed_low=24, killed_high=99, killed_words="dozens")
    assert found(word, row("b", B, killed=300))["count-conflict killed"]["severity"] == "warning"
    both = found(word, row("b", B, killed=300), row("c", C, killed=600))["count-conflict killed"]
    assert both["severity"] == "error"
    assert both["records"] == ["a", "b", "c"]


def test_equal_totals_are_silence() -> None:
    assert found(row("a", A, killed=7, injured=0), row("b", B, killed=7)) == {}


def test_zero_against_one_is_a_conflict_and_null_against_one_is_not() -> None:
    assert "count-conflict killed" in found(row("a", A, killed=0), row("b", B, killed=1))
    assert found(row("a", A), row("b", B, killed=1)) == {}


def test_two_records_of_one_outlet_do_not_contradict_each_other() -> None:
    assert set(found(row("a", A, killed=3), row("b", A, killed=5))) == {"single-source records"}


def test_a_total_that_is_anothers_part_is_remarked_with_the_arithmetic() -> None:
    phases = [claim("injured", 2, scope="part"), claim("injured", 5, scope="part", quote="five more")]
    one = found(row("a", A, injured=5), row("b", B, injured=7, claims=phases))["partial-count injured"]
    assert '5 (Rudaw) is what Kurdistan 24 gives for a part of its 7 alone ("five more"): 2 + 5 = 7' in one["message"]


def test_no_remark_without_parts_or_for_a_different_figure() -> None:
    phases = [claim("injured", 2, scope="part"), claim("injured", 5, scope="part")]
    message = found(row("a", A, injured=4), row("b", B, injured=7, claims=phases))["count-conflict injured"]["message"]
    assert message == "injured: 4 (Rudaw) against 7 (Kurdistan 24)"


def test_agreed_totals_with_another_split_are_a_group_conflict() -> None:
    one_six = [claim("killed", 6, "civilians"), claim("killed", 1, "security forces")]
    two_five = [claim("killed", 5, "civilians"), claim("killed", 2, "policemen")]
    names = found(row("a", A, killed=7, claims=one_six), row("b", B, killed=7, claims=two_five))
    assert set(names) == {"group-conflict killed"}
    message = names["group-conflict killed"]["message"]
    assert "civilians 5 (Kurdistan 24) against 6 (Rudaw)" in message
    assert "security forces 1 (Rudaw) against 2 (Kurdistan 24)" in message


def test_a_split_that_its_outlet_has_replaced_is_history() -> None:
    def split(civilians: int, police: int) -> list[dict[str, Any]]:
        return [claim("killed", civilians, "civilians"), claim("killed", police, "policemen")]

    names = found(
        row("a", A, killed=7, claims=split(6, 1), published=FIRST_DAY),
        row("b", A, killed=7, claims=split(4, 3), published=FIRST_DAY + timedelta(days=1)),
        row("c", B, killed=7, claims=split(5, 2)),
    )
    one = names["group-conflict killed"]
    assert one["message"].startswith("killed: the totals agree, their split does not: civilians 4 (Rudaw) against 5 (")
    assert one["records"] == ["b", "c"]
    assert one["values"][1].startswith('5 civilians, 2 police ("policemen"), 2 security forces')


def test_steps_that_each_have_an_explanation_explain_the_whole_way() -> None:
    """3 rose to 5, 5 to 8; another outlet's 8 stands at once. A toll that falls leads nowhere."""
    days = [FIRST_DAY + timedelta(days=number) for number in range(4)]
    rising = [row(name, outlet, killed=toll, published=day)
              for name, outlet, toll, day in zip("abc", (A, B, C), (3, 5, 8), days, strict=False)]  # fmt: skip
    assert set(found(*rising)) == {"toll-update killed"}
    falling = [row(name, outlet, killed=toll, published=day)
               for name, outlet, toll, day in zip("abc", (A, B, C), (8, 5, 3), days, strict=False)]  # fmt: skip
    assert "count-conflict killed" in found(*falling)


def test_a_split_of_disputed_totals_is_left_to_the_totals() -> None:
    names = found(
        row("a", A, killed=7, claims=[claim("killed", 7, "civilians")]),
        row("b", B, killed=9, claims=[claim("killed", 9, "civilians")]),
    )
    assert set(names) == {"count-conflict killed"}


@pytest.mark.parametrize(
    ("total", "parts", "wrong"),
    [
        (7, [(6, "civilians"), (1, "army")], False),
        (7, [(6, "civilians"), (2, "army")], True),
        (9, [(6, "civilians"), (2, "army")], True),
        (9, [(2, "children")], False),
        (1, [(2, "children")], True),
        (7, [(2, None), (5, None)], False),
        (7, [(2, None), (4, None)], True),
        (8, [(6, "civilians"), (3, "children"), (2, "army")], False),
        (8, [(2, "civilians"), (3, "children"), (6, "army")], True),
        (None, [(6, "civilians"), (2, "army")], False),
    ],
)
def test_parts_must_add_up(total: int | None, parts: list[tuple[int, str | None]], wrong: bool) -> None:
    claims = [claim("killed", best, group, scope="part") for best, group in parts]
    assert ("arithmetic killed" in found(row("a", A, killed=total, claims=claims))) is wrong


@pytest.mark.parametrize(
    ("flat", "parts", "message"),
    [
        ({"killed": 5, "killed_low": 4, "killed_high": 9}, [(6, "civilians"), (1, "army")], None),
        ({"killed_high": 5}, [(6, "civilians")], "up to 5 in all, but its parts come to 6 civilians"),
        ({"killed_high": 5}, [(4, "civilians"), (1, "army")], None),
        ({"killed_low": 8}, [(4, "civilians"), (1, "army")],
         "8+ in all, but its parts come to 4 civilians + 1 army = 5"),
        ({}, [(4, "civilians"), (6, "children")], "4 civilians, but its parts come to 6 children"),
    ],
)  # fmt: skip
def test_parts_are_held_against_the_bounds_of_a_total(
    flat: dict[str, int], parts: list[tuple[int, str]], message: str | None
) -> None:
    claims = [claim("killed", best, group) for best, group in parts]
    one = found(row("a", A, claims=claims, **flat)).get("arithmetic killed")
    assert (one and one["message"]) == (message and f"killed: Rudaw gives {message}")


def test_a_part_without_a_lower_bound_proves_nothing() -> None:
    claims = [claim("killed", None, "civilians", high=9), claim("killed", 2, "army")]
    assert "arithmetic killed" not in found(row("a", A, killed=4, claims=claims))


def test_days_apart_are_a_conflict_of_dates() -> None:
    one = found(row("a", A), row("b", B, day=FIRST_DAY + timedelta(days=2)))["date-conflict date"]
    assert one["message"] == "date: 1 June 2020 (Rudaw) against 3 June 2020 (Kurdistan 24)"
    assert one["values"] == ["2020-06-01", "2020-06-03"]


@pytest.mark.parametrize(("minute", "conflict"), [(90, False), (359, False), (360, True), (None, True)])
def test_the_small_hours_belong_to_the_night_before(minute: int | None, conflict: bool) -> None:
    names = found(row("a", A), row("b", B, day=FIRST_DAY + timedelta(days=1), minute=minute))
    assert set(names) == ({"next-day date"} if conflict else set())


def test_neighbouring_days_with_stated_hours_are_a_conflict_of_dates() -> None:
    names = found(row("a", A, minute=720), row("b", B, day=FIRST_DAY + timedelta(days=1), minute=720))
    assert set(names) == {"date-conflict date"}


@pytest.mark.parametrize(("late", "rule"), [(2, "publication-date"), (7, "publication-date"), (8, "date-conflict")])
def test_a_publication_date_may_have_been_taken_for_the_date_of_the_event(late: int, rule: str) -> None:
    day = FIRST_DAY + timedelta(days=late)
    assert set(found(row("a", A), row("b", B, day=day, published=day))) == {f"{rule} date"}
    elsewhere = found(row("a", A), row("b", B, day=day, published=day + timedelta(days=1)))
    assert set(elsewhere) == {"date-conflict date"}


def test_overlapping_intervals_are_no_conflict() -> None:
    assert found(row("a", A, days=3), row("b", B, day=FIRST_DAY + timedelta(days=3), days=3)) == {}


def test_one_date_against_two_that_meet_it_but_not_each_other() -> None:
    names = found(row("a", A), row("b", B, day=FIRST_DAY + timedelta(days=2)), row("c", C, days=2))
    assert "date-conflict date" in names


def test_points_beyond_their_precision_are_a_conflict_of_places() -> None:
    near = row("a", A, place="Daquq", lat=35.14, lon=44.45, geo_precision_km=2.0)
    far = row("b", B, place="Daquq", lat=35.47, lon=44.39, geo_precision_km=2.0)
    assert "place-conflict place" in found(near, far)
    assert "km apart" in found(near, far)["place-conflict place"]["message"]
    assert found(near, far | {"geo_precision_km": 50.0}) == {}


def test_other_names_without_coordinates_are_a_conflict_of_places_and_spellings_are_not() -> None:
    assert "place-conflict place" in found(row("a", A, place="Dara"), row("b", B, place="Mekhas"))
    assert found(row("a", A, place="Mikhas"), row("b", B, place="Mekhas")) == {}
    assert found(row("a", A, place=None), row("b", B, place="Mekhas")) == {}


def test_a_record_that_names_no_place_has_no_part_in_a_conflict_of_places() -> None:
    near, far = {"lat": 34.3, "lon": 45.4}, {"lat": 36.3, "lon": 43.1}
    nowhere = row("c", C, country=None, admin1=None)
    one = found(row("a", A, **near), row("b", B, **far), nowhere)["place-conflict place"]
    assert one["records"] == ["a", "b"]


def test_a_district_and_a_place_inside_it_are_levels_and_no_conflict() -> None:
    centre = row("a", A, admin2="Khanaqin", lat=34.35, lon=45.39, geo_precision_km=2.0)
    inside = row("b", B, admin2="Khanaqin", place="Dara", lat=34.60, lon=45.20, geo_precision_km=2.0)
    assert set(found(centre, inside)) == {"place-level place"}
    assert set(found(centre, inside | {"admin2": "Kifri"})) == {"place-conflict place"}
    assert set(found(centre | {"place": "Mekhas"}, inside)) == {"place-conflict place"}


def test_two_named_strangers_are_a_conflict_of_perpetrators() -> None:
    names = found(row("a", A, perpetrators=["ISIS"]), row("b", B, perpetrators=["Turkish army"]))
    assert names["perpetrator-conflict perpetrators"]["severity"] == "error"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["ISIS"], ["Daesh"]),
        (["ISIS"], ["unidentified gunmen"]),
        (["ISIS"], []),
        (["soldiers"], ["Iraqi army"]),
    ],
)
def test_aliases_and_unknown_gunmen_contradict_nobody(left: list[str], right: list[str]) -> None:
    assert found(row("a", A, perpetrators=left), row("b", B, perpetrators=right)) == {}


def test_an_event_of_one_outlet_says_so_and_an_aggregate_need_not() -> None:
    assert set(found(row("a", A))) == {"single-source records"}
    assert found(row("a", A, aggregate=True)) == {}


def test_the_side_with_more_outlets_comes_first() -> None:
    assert against([(A, "5"), (B, "7"), (C, "5")]) == "5 (KirkukNow, Rudaw) against 7 (Kurdistan 24)"


def test_rules_are_found_by_code_and_by_name_and_none_twice() -> None:
    assert find_rule("c001") is find_rule("count-conflict") is RULES[0]
    assert find_rule("C999") is None
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    assert {rule.severity for rule in RULES} <= set(SEVERITIES)


def test_a_disputed_perpetrator_is_marked_and_an_undisputed_one_is_not() -> None:
    rows = [row("a", A, perpetrators=["ISIS"], attribution="suspected"), row("b", B, perpetrators=["Turkish army"])]
    same = [*rows, row("c", C, perpetrators=["Daesh"])]
    for given in (rows, same):
        ids = [one["record_id"] for one in given]
        events = solve(given, *((a, b, "same") for a, b in pairwise(ids))).events
        assert [actor["disputed"] for actor in events["perpetrators"][0]] == [True, True]
    calm = [rows[0], row("b", B, perpetrators=["Daesh"]), row("c", C, perpetrators=["ISIS Diyala cell"])]
    events = solve(calm, ("a", "b", "same"), ("b", "c", "same")).events
    assert not any(actor["disputed"] for actor in events["perpetrators"][0])


def test_the_flat_columns_say_that_a_perpetrator_is_disputed() -> None:
    rows = [
        row("a", A, perpetrators=["ISIS"]),
        row("b", B, perpetrators=["Turkish army"]),
        row("c", C, perpetrators=[]),
    ]
    for others, disputed in ((rows[1:2], True), (rows[2:], False)):
        given = [rows[0], *others]
        flat = flat_events(solve(given, (given[0]["record_id"], given[1]["record_id"], "same")))
        assert flat["perpetrators_disputed"].to_list() == [disputed]


def test_the_header_says_that_a_perpetrator_is_disputed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row("a", A, perpetrators=["ISIS"], attribution="suspected"), row("b", B, perpetrators=["Turkish army"])]
    write_report(page("never"), solve(rows, ("a", "b", "same")))
    text = " ".join(capsys.readouterr().out.split())
    assert "by Islamic State (suspected, disputed)" in text
    assert "by Military Forces of Turkey (disputed)" in text
