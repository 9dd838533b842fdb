"""Fighters who were struck are no attackers: an air strike on militants has no dead attackers among its casualties."""

from __future__ import annotations

from typing import Any

import pytest
from strategies import knowledge, normalized, row, solve

from reconcile.groups import Groups, in_role
from reconcile.lookups import builtin_toml
from reconcile.struck import were_struck

GROUPS = Groups.load()
TABLES = builtin_toml("groups.toml")
STATES = ("Iraqi army", "Russian Air Force", "police", "Saudi-led coalition", "US-led coalition", "Israel")
OTHERS = ("ISIS", "Boko Haram", "gunmen", "Kakai", "villagers", "unknown attackers")
ARMED = (
    "militants",
    "suspected rebels",
    "terrorists",
    "Houthi fighters",
    "ISIS",
    "JNIM",
    "боевики",
    "Zogbian fighters",
)
HARMED = ("civilians", "Kakai", "soldiers", "Iraqi police", "Popular Mobilization Forces", "gunmen", "a market")


def struck(perpetrators: list[str], targets: list[str]) -> bool:
    return were_struck(perpetrators, targets, 2018, knowledge().actors)


def test_fighters_are_struck_where_the_targets_say_so() -> None:
    assert [name for name in ARMED if not struck([], [name])] == []
    assert [name for name in ARMED if not struck(["ISIS"], ["civilians", name])] == []
    assert [name for name in HARMED if struck([], [name]) or struck(["ISIS"], [name])] == []


def test_fighters_are_struck_where_only_states_strike() -> None:
    assert [name for name in STATES if not struck([name], []) or not struck([name, "gunmen"], ["civilians"])] == []
    assert [name for name in OTHERS if struck([name], ["civilians"])] == []
    assert [name for name in STATES if struck([name, "ISIS"], ["civilians"])] == []  # a clash: either may have struck


def test_a_record_that_names_nobody_says_nothing_of_who_was_struck() -> None:
    rows = [row("a", "A"), row("b", "B", perpetrators=["ISIS"]), row("c", "C", perpetrators=["Iraqi army"], targets=[])]
    twice = [*rows, row("d", "D"), row("e", "E", targets=["militants"])]
    assert normalized(twice)["struck"].to_list() == [None, False, True, None, True]


def claim(best: int, group: str, measure: str) -> dict[str, Any]:
    more = dict.fromkeys(("low", "high", "attributed_to", "quote", "as_of"))
    return {"measure": measure, "group": group, "best": best, "scope": "part"} | more


def told(who: str, measure: str, **parties: list[str]) -> tuple[set[str], set[str]]:
    """The rules and the groups of an event in which one outlet counts three of ``who`` and the other does not."""
    parts = [claim(17, "villagers", measure), claim(3, who, measure)]
    rows = [
        row("a", "Rudaw", **{measure: 20}, claims=parts, **parties),
        row("b", "KirkukNow", **{measure: 17}, **parties),
        row("c", "Dawn", **parties, claims=[claim(3, who, measure)]),
    ]
    result = solve(rows, ("a", "b", "same"), ("b", "c", "same"))
    groups = {one["group"] for one in result.events["casualties"].item() if one["measure"] == measure}
    return set(result.discrepancies["name"]), groups - {None}


@pytest.mark.parametrize("measure", ["killed", "injured"])
@pytest.mark.parametrize("who", ["militants", "fighters", "terrorists", "ISIS rebels"])
def test_fighters_who_were_struck_are_a_group_of_their_own(who: str, measure: str) -> None:
    for parties in ({"perpetrators": ["Russian Air Force"]}, {"targets": ["militants"]}):
        rules, groups = told(who, measure, **parties)
        assert "perpetrator-included" not in rules
        assert groups == {"civilians", "fighters"}


@pytest.mark.parametrize("who", ["militants", "gunmen", "attackers", "suicide bombers", "assailants"])
def test_fighters_who_struck_are_attackers_as_gunmen_always_are(who: str) -> None:
    assert told(who, "killed", perpetrators=["ISIS"], targets=["civilians"])[1] == {"civilians", "attackers"}
    if who != "militants":
        assert told(who, "killed", perpetrators=["Iraqi army"])[1] == {"civilians", "attackers"}


def test_each_word_for_fighters_is_one_for_attackers_unless_they_were_struck() -> None:
    for word in TABLES["fighters"]["words"]:
        key = GROUPS.resolve(word)
        assert (key, in_role(key), in_role(key, struck=True)) == ("fighters", "attackers", "fighters")
    for word in TABLES["attackers"]["words"]:
        assert in_role(GROUPS.resolve(word), struck=True) == "attackers"
    assert in_role(None, struck=True) is None
