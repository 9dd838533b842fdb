"""One outlet against itself: parts that do not add up to its total, and totals of which one must be wrong."""

from __future__ import annotations

from typing import Any

import polars as pl
from strategies import loaded, row

from reconcile.discrepancies.arithmetic import arithmetic
from reconcile.groups import Groups

GROUPS = Groups.load(None)
Fact = tuple[int | None, int | None, str | None, str]  # low, high, group, scope


def said(*facts: Fact, **flat: int) -> list[tuple[str, str]]:
    """Rule and message of every finding on one record of Rudaw's that states ``facts`` of the killed."""
    claims: list[dict[str, Any]] = [
        {"measure": "killed", "group": group, "low": low, "best": None, "high": high, "scope": scope}
        | dict.fromkeys(("attributed_to", "quote", "as_of"))
        for low, high, group, scope in facts
    ]
    rows = loaded([row("a", "Rudaw", claims=claims, **flat)]).with_columns(event_id=pl.lit("ev-1"), struck=None)
    return [(one.name, one.message) for one in arithmetic(rows, GROUPS)]


def test_two_totals_that_can_both_be_true_are_no_contradiction() -> None:
    assert said((5, None, None, "total"), (7, 7, None, "total")) == []
    assert [name for name, _ in said((9, None, None, "total"), (7, 7, None, "total"))] == ["self-contradiction"]


def test_phases_that_do_not_add_up_are_told_once() -> None:
    assert said((7, 7, None, "total"), (2, 2, None, "part"), (4, 4, None, "part")) == [
        ("arithmetic", "killed: Rudaw gives 7 in all, but its parts come to 2 + 4 = 6")
    ]


def test_phases_and_groups_are_each_held_against_the_total() -> None:
    """Seven dead: the phases come to six, the groups to eight, and each sum is a mistake of its own."""
    phases, groups = ((2, None), (4, None)), ((6, "civilians"), (2, "army"))
    parts = [(figure, figure, group, "part") for figure, group in (*phases, *groups)]
    assert said(*parts, killed=7) == [
        ("arithmetic", "killed: Rudaw gives 7 in all, but its parts come to 2 + 4 = 6"),
        ("arithmetic", "killed: Rudaw gives 7 in all, but its parts come to 6 civilians + 2 army = 8"),
    ]


def test_parts_that_may_be_more_are_not_too_few() -> None:
    assert said((5, None, "civilians", "part"), (2, 2, "army", "part"), killed=9) == []
    assert len(said((5, 6, "civilians", "part"), (2, 2, "army", "part"), killed=9)) == 1


def test_a_group_that_no_table_knows_makes_no_sum_too_large_unless_it_is_by_itself() -> None:
    weavers = "zogbian weavers"
    assert said((6, 6, "civilians", "part"), (2, 2, weavers, "part"), killed=6) == []
    assert len(said((6, 6, "civilians", "part"), (2, 2, "army", "part"), killed=6)) == 1
    assert len(said((6, 6, "civilians", "part"), (7, 7, weavers, "part"), killed=6)) == 1
    assert len(said((6, 6, "civilians", "part"), (2, 2, weavers, "part"), killed=9)) == 1  # too few, however it is


def test_one_part_larger_than_the_total_is_a_mistake() -> None:
    assert said((8, 8, "civilians", "part"), killed=7) == [
        ("arithmetic", "killed: Rudaw gives 7 in all, but its parts come to 8 civilians")
    ]


def test_two_totals_are_told_with_their_words_and_their_group() -> None:
    claims = [
        {"measure": "killed", "group": group, "low": None, "best": best, "high": None, "scope": "total", "quote": quote}
        | dict.fromkeys(("attributed_to", "as_of"))
        for group, best, quote in (("army", 7, "seven"), ("army", 9, None), (None, 20, None), (None, 30, "thirty"))
    ]
    rows = loaded([row("a", "Rudaw", claims=claims)]).with_columns(event_id=pl.lit("ev-1"), struck=None)
    everyone, army = arithmetic(rows, GROUPS)
    assert everyone.message == (
        'killed: Rudaw gives two totals, 20 and 30 ("thirty"), which cannot both be true; its claim is taken as 20-30'
    )
    assert army.message == (
        'killed: Rudaw gives two totals of army, 7 ("seven") and 9, which cannot both be true; '
        "its claim is taken as 7-9"
    )
    assert (everyone.said, army.said) == ([("a", "20 or 30")], [("a", "7 or 9")])


def test_sums_that_just_fit_are_no_mistake() -> None:
    parts = ((6, 6, "civilians", "part"), (1, 1, "army", "part"))
    assert said(*parts, killed=7) == []
    assert said(*parts, killed_high=7) == []
    assert said(*parts, killed_low=7) == []
    assert len(said(*parts, killed_high=6)) == len(said(*parts, killed_low=8)) == 1
    assert said((None, 6, "civilians", "part"), (1, 1, "army", "part"), killed=3) == []


def test_some_of_a_group_need_not_be_all_of_it() -> None:
    assert said((4, 4, "civilians", "total"), (1, 1, "children", "part")) == []
    assert said((4, 4, "civilians", "total"), (1, 1, "children", "part"), (2, 2, "women", "part")) == []
    assert len(said((4, 4, "civilians", "total"), (5, 5, "children", "part"))) == 1
