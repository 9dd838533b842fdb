"""Two figures and what explains them: each explanation where it just holds, and where it just does not."""

from __future__ import annotations

from itertools import combinations

import pytest
from dispute_reader import dispute, explained

BOMBER = "the bomber blew himself up"


def rule(*lines: str, **case: str) -> str | None:
    found = explained(*lines, **case)
    return found and found[0]


# ------------------------------------------------------------------------------------------- a part of the whole


@pytest.mark.parametrize(
    ("parts", "sums"),
    [
        ([4], {4}),
        ([1, 2], {1, 2}),
        # Up to four parts, every sum but that of all; of five each one, the first ones, and all but one.
        ([1, 2, 4, 8], {sum(some) for size in (1, 2, 3) for some in combinations((1, 2, 4, 8), size)}),
        ([1, 2, 4, 8, 16], {1, 2, 4, 8, 16, 3, 7, 15, 30, 29, 27, 23}),
    ],
)
def test_a_total_may_be_the_sum_of_some_of_the_others_parts(parts: list[int], sums: set[int]) -> None:
    claims = ", ".join(f"killed {part} part" for part in parts)
    found = {low for low in range(1, 32) if rule(f"Rudaw: killed {low}", f"Dawn: killed 32, {claims}")}
    assert found == sums


def test_sums_are_told_with_the_words_of_their_parts_and_the_arithmetic_where_all_add_up() -> None:
    villages = "killed three part, killed four part, killed five part"
    found = explained("Rudaw: killed 7", f"Dawn: killed 12, {villages}")
    assert found == (
        "partial-count",
        '7 (Rudaw) is what Dawn gives for 3 + 4 of its 12 alone ("three", "four"): 3 + 4 + 5 = 12',
    )
    found = explained("Rudaw: killed 7", f"Dawn: killed 13, {villages}", "Geo: killed 7")
    assert found == (
        "partial-count", '7 (Geo, Rudaw) is what Dawn gives for 3 + 4 of its 13 alone ("three", "four")'
    )  # fmt: skip
    assert explained("Rudaw: killed 6", "Dawn: killed 7, killed 6 villagers") == (
        "partial-count", "6 (Rudaw) is what Dawn gives for a part of its 7 alone"
    )  # fmt: skip
    assert explained("Rudaw: killed 3", "Dawn: killed 8, killed 3 schoolchildren total") == (
        "partial-count", '3 (Rudaw) is what Dawn gives for children ("schoolchildren") alone, of 8 in all'
    )  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "holds"),
    [
        ("killed 3", "killed 7, killed 2 part, killed 5 part, killed 6 civilians, killed 1 army", False),  # 2 + 1
        ("killed 7", "killed 9, killed 3 civilians, killed 4 army, killed 2 police", True),
        ("killed 3", "killed 9, killed 5 civilians, killed 3 children", True),  # inside another group
        ("killed 8", "killed 9, killed 5 civilians, killed 3 children", False),
        ("killed 8", "killed 9, killed 5 civilians, killed 3 children, killed 1 army", False),
        ("killed 8", "killed 10, killed 3 part, killed 5 part, killed 2 part, killed 6 civilians, killed 4 army", True),
        ("killed 3", "killed 7, injured 3 part", False),
        ("killed 3", "killed 7, injured 3 civilians", False),
        ("killed <3", "killed 7, killed <3 part", True),
        ("killed 3", "killed 7, killed <3 part, killed 5 part", False),
        ("killed 2-3", "killed 7, killed 2-3 part", True),
        ("killed 3", "killed 7, killed 2-3 part", False),
        ("killed 2", "killed 7, killed 2-3 civilians total", False),
    ],
)
def test_what_counts_as_a_part(low: str, high: str, holds: bool) -> None:
    assert (rule(f"Rudaw: {low}", f"Dawn: {high}") == "partial-count") is holds


def test_more_parts_than_a_dozen_are_not_looked_at() -> None:
    many = [f"killed {number} part" for number in range(20, 32)]
    for phases, holds in (([*many[:11], "killed 7 part"], True), ([*many, "killed 7 part"], False)):
        assert (rule("Rudaw: killed 7", f"Dawn: killed 900, {', '.join(phases)}") == "partial-count") is holds


def test_a_figure_that_the_record_itself_replaced_is_no_part_of_its_total() -> None:
    low, high = dispute("Rudaw: killed 3", "Dawn: killed 3, killed 7").claims
    assert (low.text, high.text) == ("3", "3-7")
    assert rule("Rudaw: killed 2", "Dawn: killed 2, killed 7") is None


# ---------------------------------------------------------------------------------------- attackers among the dead


@pytest.mark.parametrize(
    ("low", "high", "more"),
    [
        ("killed 5", "killed 6, killed 5 civilians, killed 1 attacker", ()),
        ("killed 5, killed 1 attacker total", "killed 6", ()),
        ("killed 5, killed 5 civilians", "killed 6", ("Geo: killed 1 attacker",)),
        ("killed 5, killed 2 part, killed 3 part", "killed 6", ("Geo: killed 1 attacker",)),
        ("killed 5, killed 4 civilians, killed 1 police", "killed 6", ("Geo: killed 1 attacker",)),
        ("killed 5", "killed 6, killed 4 civilians", ("Geo: killed 1 attacker",)),
        ("killed 5", "killed 6, killed 2 part, killed 4 part", ("Geo: killed 1 attacker",)),
    ],
)
def test_figures_that_differ_by_the_stated_attackers(low: str, high: str, more: tuple[str, ...]) -> None:
    found = explained(f"Rudaw: {low}", f"Dawn: {high}", *more)
    assert found is not None
    assert found[0] == "perpetrator-included"
    assert found[1].startswith("6 (Dawn) counts the 1 dead attacker that ")
    assert found[1].endswith(" states, 5 (Rudaw) does not: 5 + 1 = 6")


@pytest.mark.parametrize(
    ("low", "high", "more"),
    [
        ("killed 5, killed 4 civilians, killed 1 attacker", "killed 6", "killed 1 attacker"),  # counts its own already
        ("killed 5", "killed 6, killed 4 civilians, killed 2 police", "killed 1 attacker"),  # six victims
        ("killed 5", "killed 6, killed 6 civilians, killed <2 police", "killed 1 attacker"),
        ("killed 5", "killed 6", "killed 2 attackers"),
        ("killed 5", "killed 6", "killed 1-2 attackers"),
        ("killed 5", "killed 6", "injured 1 attacker"),
        ("killed 5", "killed 6", "killed 1 police"),
        ("killed 5", "killed 6-9", "killed 1 attacker"),
        ("killed 4-5", "killed 6", "killed 1 attacker"),
        ("killed <5", "killed 6", "killed 1 attacker"),
    ],
)
def test_stated_attackers_do_not_explain_every_difference(low: str, high: str, more: str) -> None:
    assert explained(f"Rudaw: {low}", f"Dawn: {high}", f"Geo: {more}") is None


def test_who_says_how_many_attackers_died_leaves_nothing_to_likelihood() -> None:
    for more, holds in (("killed 2 attackers", False), ("killed 0 attackers", False), ("injured 1 attacker", True)):
        found = rule("Rudaw: killed 5", "Dawn: killed 6", f"Geo: {more}", kind="suicide bombing")
        assert found == ("perpetrator-included" if holds else None)


def test_attackers_are_hurt_too_and_nobody_knows_how_many_went_missing() -> None:
    lines = ("Rudaw: {0} 5", "Dawn: {0} 7", "Geo: {0} 2 attackers")
    found = explained(*(line.format("injured") for line in lines), measure="injured")
    assert found is not None
    assert found[1].startswith("7 (Dawn) counts the 2 dead attackers that Geo states")
    assert explained(*(line.format("missing") for line in lines), measure="missing") is None


@pytest.mark.parametrize(
    ("low", "high", "measure", "why"),
    [
        ("", "the gunman shot himself", "killed", "among the dead and 5 (Rudaw) does not: a report tells of an "
         "attacker's death, and no report says how many attackers died"),
        ("the gunman shot himself", "", "killed", "a report tells of an attacker's death"),
        ("", "the gunman was wounded", "injured", "among the injured and 5 (Rudaw) does not: a report tells of an "
         "attacker's wounds, and no report says how many attackers were hurt"),
        ("a suicide bombing", "", "killed", "in attacks of this kind the attacker usually dies, and no report says how "
         "many attackers died"),
        ("a suicide bombing", "the bomber was arrested", "killed", None),
        ("", "the gunman was wounded", "killed", None),
        ("", "the gunman shot himself", "injured", None),
        ("", "the gunman shot himself", "missing", None),
        ("several dead, including the gunman", "", "killed", None),
        ("", "several dead, excluding the gunman. the gunman shot himself", "killed", None),
        ("", "", "killed", None),
    ],
)  # fmt: skip
def test_figures_that_differ_by_one_likely_attacker(low: str, high: str, measure: str, why: str | None) -> None:
    found = explained(f"Rudaw: {measure} 5 | {low}", f"Dawn: {measure} 6 | {high}", measure=measure)
    if why is None:
        assert found is None
    else:
        assert found is not None
        assert found[0] == "perpetrator-included"
        assert found[1].startswith("5 + 1 = 6 would be explained if 6 (Dawn) counts the attacker among the ")
        assert found[1].endswith(why) or found[1].endswith(f"{why}, and no report says how many attackers died")


@pytest.mark.parametrize(
    ("low", "high", "holds"),
    [
        ("killed 5", "killed 6", True), ("killed 4-5", "killed 6", False), ("killed 5", "killed 6-7", False),
        ("killed 5", "killed 7", False), ("killed 5", "killed 6, killed 6 civilians", False),
        ("killed 5", "killed 6, killed 2 part, killed 4 part", True),
        ("killed 5, killed 0 attackers total", "killed 6", False),
    ],
)  # fmt: skip
def test_a_likely_attacker_is_one_and_leaves_room_in_the_figures(low: str, high: str, holds: bool) -> None:
    found = rule(f"Rudaw: {low} | {BOMBER}", f"Dawn: {high}")
    assert found == ("perpetrator-included" if holds else None)


def test_as_many_attackers_are_likely_as_the_reports_tell_of() -> None:
    two = "two gunmen opened fire. the gunmen were shot dead"
    found = explained(f"Rudaw: killed 5 | {two}", "Dawn: killed 7")
    assert found is not None
    assert "counts the 2 attackers among the dead" in found[1]
    assert rule(f"Rudaw: killed 5 | {two}", "Dawn: killed 6") is None


# ------------------------------------------------------------------------------------------------ status and time


@pytest.mark.parametrize(
    ("measure", "low", "high", "told"),
    [
        ("killed", "killed 5, injured 9", "killed 7, injured 7",
         "2 of the injured of Rudaw may have died by the time of Dawn: killed 5 + 2 = 7, injured 9 - 2 = 7"),
        ("killed", "killed 5, missing 1", "killed 6, missing 0",
         "one of the missing of Rudaw may have died by the time of Dawn: killed 5 + 1 = 6, missing 1 - 1 = 0"),
        ("killed", "killed 0, injured 10", "killed 10, injured 0",
         "10 of the injured of Rudaw may have died by the time of Dawn: killed 0 + 10 = 10, injured 10 - 10 = 0"),
        ("injured", "killed 7, injured 7", "killed 5, injured 9",
         "2 of the injured of Dawn may have died by the time of Rudaw: killed 5 + 2 = 7, injured 9 - 2 = 7"),
        ("missing", "killed 7, missing 7", "killed 5, missing 9",
         "2 of the missing of Dawn may have died by the time of Rudaw: killed 5 + 2 = 7, missing 9 - 2 = 7"),
        ("killed", "killed 5, injured 9", "killed 7, injured 6", None),
        ("killed", "killed 5, injured 7", "killed 7, injured 9", None),
        ("killed", "killed 0, injured 11", "killed 11, injured 0", None),
        ("killed", "killed 5", "killed 7, injured 7", None),
        ("killed", "killed 5, injured 9", "killed 7", None),
        ("killed", "killed 5, injured 2", "killed 7", None),
        ("killed", "killed 4-5, injured 9", "killed 7, injured 7", None),
        ("killed", "killed 5, injured 9", "killed 7-8, injured 7", None),
        ("killed", "killed 5, injured 8-9", "killed 7, injured 7", None),
        ("killed", "killed 5, injured 9", "killed 7, injured 7-8", None),
        ("injured", "missing 7, injured 7", "missing 5, injured 9", None),
        ("abducted", "killed 7, abducted 7", "killed 5, abducted 9", None),
    ],
)  # fmt: skip
def test_the_hurt_may_have_died_between_two_reports(measure: str, low: str, high: str, told: str | None) -> None:
    found = explained(f"Rudaw: {low}", f"Dawn: {high}", measure=measure)
    assert found == (None if told is None else ("status-shift", told))


@pytest.mark.parametrize(
    ("more_dead", "fewer_dead", "holds"),
    [("@2020-06-14", "@2020-06-13", True), ("@2020-06-13", "@2020-06-13", True), ("@2020-06-12", "@2020-06-13", False)],
)
def test_nobody_comes_back_to_life(more_dead: str, fewer_dead: str, holds: bool) -> None:
    alive, dead = f"{fewer_dead}: killed 5, injured 9", f"{more_dead}: killed 7, injured 7"
    for measure, low, high in (("killed", alive, dead), ("injured", dead, alive)):
        found = rule(f"Rudaw {low}", f"Dawn {high}", measure=measure)
        assert (found == "status-shift") is holds


@pytest.mark.parametrize(
    ("low", "high", "rises"),
    [
        ("@2020-06-13: killed 3", "@2020-06-14: killed 5", True),
        ("@2020-06-14: killed 3", "@2020-06-14: killed 5", False),
        ("@2020-06-15: killed 3", "@2020-06-14: killed 5", False),
        (": killed 3", "@2020-06-14: killed 5", False),
        ("@2020-06-14: killed 3", ": killed 5", False),
        # An early figure is at most a week old, a late one three months.
        ("@2020-06-20: killed 3", "@2020-06-21: killed 5", True),
        ("@2020-06-21: killed 3", "@2020-06-22: killed 5", False),
        ("@2020-06-13: killed 3", "@2020-09-11: killed 5", True),
        ("@2020-06-13: killed 3", "@2020-09-12: killed 5", False),
        # In the first two days a toll may grow tenfold, later it may double.
        ("@2020-06-15: killed 3", "@2020-06-17: killed 30", True),
        ("@2020-06-15: killed 3", "@2020-06-17: killed 31", False),
        ("@2020-06-16: killed 3", "@2020-06-17: killed 6", True),
        ("@2020-06-16: killed 3", "@2020-06-17: killed 7", False),
        ("@2020-06-16: killed 0", "@2020-06-17: killed 50", True),
        # Of ranges the best estimates are compared, else the bounds that are closest.
        ("@2020-06-16: killed 1-3", "@2020-06-17: killed 6-20", True),
        ("@2020-06-16: killed 1-3", "@2020-06-17: killed 7-20", False),
        ("@2020-06-16: killed 2(1-3)", "@2020-06-17: killed 4(4-20)", True),
        ("@2020-06-16: killed 2(1-3)", "@2020-06-17: killed 5(4-20)", False),
        ("@2020-06-16: killed 0(0-3)", "@2020-06-17: killed 6+", True),
        ("@2020-06-16: killed 0(0-3)", "@2020-06-17: killed 7+", False),
    ],
)  # fmt: skip
def test_a_toll_rises_within_limits(low: str, high: str, rises: bool) -> None:
    assert rule(f"Rudaw {low}", f"Dawn {high}") == ("toll-update" if rises else None)


def test_the_missing_are_found_however_many_they_were() -> None:
    lines = ("Rudaw @2020-06-17: missing 2", "Dawn @2020-06-16: missing 30")
    told = "the toll fell from 30 (Dawn, 16 June 2020) to 2 (Rudaw, 17 June 2020)"
    assert explained(*lines, measure="missing") == ("toll-update", told)
    assert explained(*(line.replace("missing", "killed") for line in lines)) is None


def test_a_rise_within_a_day_is_told_by_its_hours_and_one_before_the_event_is_early() -> None:
    found = explained("Rudaw @2020-06-13T08:00:00: killed 3", "Dawn @2020-06-13T09:00:00: killed 5")
    told = "the toll rose from 3 (Rudaw, 13 June 2020 of an earlier hour) to 5 (Dawn, 13 June 2020)"
    assert found == ("toll-update", told)
    days = ("Rudaw @2020-06-12: killed 3", "Dawn @2020-06-14: killed 30")
    assert rule(*days) == "toll-update"
    # The event ends when the last report lets it end.
    assert rule("Rudaw @2020-06-22: killed 3", "Dawn @2020-06-23: killed 5") is None
    longer = ("Rudaw @2020-06-22: killed 3", "Dawn @2020-06-23: killed 5", "Geo ^2020-06-13/2020-06-16: killed 3")
    assert rule(*longer) == "toll-update"
