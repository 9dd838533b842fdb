"""Figures: totals as stated, sums only of what does not contain each other, open where parts are not the whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import loaded, row

from reconcile.claims import (
    Claim,
    add_up,
    complete,
    contradict,
    current,
    disjoint_parts,
    earlier_figures,
    figure_text,
    figure_text_of,
    figures_of,
    group_text,
    one_total,
    phases,
    record_figures,
    stated_claims,
)
from reconcile.groups import Groups

GROUPS = Groups.load(None)


def part(best: int, group: str | None = None, **more: str) -> Claim:
    return Claim("killed", group, best, best, best, "part", **more)  # type: ignore[arg-type]


def total(best: int, group: str | None = None) -> Claim:
    return Claim("killed", group, best, best, best, "total")


def figures(*claims: Claim) -> dict[str | None, str]:
    return {figure.group: figure.text for figure in record_figures(claims, GROUPS)}


def test_parts_without_a_total_are_added_up() -> None:
    assert figures(part(6, "civilians"), part(1, "security forces"))[None] == "7"


def test_a_lone_part_is_only_a_lower_bound() -> None:
    assert figures(part(2, "children")) == {None: "2+", "children": "2", "civilians": "2+"}


def test_two_parts_of_one_group_are_one_figure_with_its_arithmetic() -> None:
    found = record_figures(
        [
            total(7),
            part(2, "civilians", quote="two dead"),
            part(4, "civilians", quote="four more"),
            part(1, "army"),
        ],
        GROUPS,
    )
    civilians = next(figure for figure in found if figure.group == "civilians")
    assert (civilians.best, civilians.derivation, civilians.quote) == (6, "2 + 4", "two dead … four more")


def test_a_subgroup_is_exact_for_its_group_when_the_parts_are_the_whole() -> None:
    assert figures(total(7), part(5, "civilians"), part(2, "police"))["security forces"] == "2"
    assert figures(total(9), part(5, "civilians"), part(2, "police"))["security forces"] == "2+"


def test_a_part_inside_another_part_is_not_counted_twice() -> None:
    found = figures(part(6, "civilians"), part(2, "children"), part(1, "police"))
    assert found[None] == "7"
    assert found["civilians"] == "6"


def test_phases_and_groups_count_the_same_people_once() -> None:
    assert figures(part(2), part(5), part(6, "civilians"), part(1, "army"))[None] == "7"


def test_a_later_figure_of_the_same_record_replaces_the_earlier_one() -> None:
    claims = [part(3, "civilians", as_of="2020-06-14"), part(5, "civilians", as_of="2020-06-15")]
    assert [claim.best for claim in current(claims)] == [5]
    assert figures(*claims, part(1, "army"))[None] == "6"


def test_unknown_bounds_stay_unknown_in_a_sum() -> None:
    summed = add_up([part(2), Claim("killed", None, 5, None, None, "part")], None)
    assert (summed.low, summed.best, summed.high) == (7, None, None)


def test_zero_is_a_figure() -> None:
    assert figures(total(0)) == {None: "0"}
    assert figure_text(0, 0, 0) == "0"


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        ((7, 7, 7), "7"), ((5, None, 7), "5-7"), ((5, None, None), "5+"), ((None, None, 7), "up to 7"),
        ((None, None, None), ""), ((None, 3, None), "3"), ((5, 6, 7), "5-7"),
    ],
)  # fmt: skip
def test_figures_read_as_a_person_writes_them(bounds: tuple[int | None, int | None, int | None], text: str) -> None:
    assert figure_text(*bounds) == text


def test_columns_are_written_as_single_figures_are() -> None:
    ends = [None, 0, 5, 7]
    every = [(low, best, high) for low in ends for best in ends for high in ends]
    columns = pl.DataFrame(every, schema=dict.fromkeys(("low", "best", "high"), pl.Int64), orient="row")
    written = columns.select(figure_text_of(pl.col("low"), pl.col("best"), pl.col("high"))).to_series()
    assert written.to_list() == [figure_text(*one) for one in every]


def test_a_lone_best_estimate_is_exact_and_stated_bounds_are_kept() -> None:
    assert complete(None, 7, None) == (7, 7, 7)
    assert complete(5, 7, None) == (5, 7, 7)
    assert complete(5, None, None) == (5, None, None)
    assert complete(None, None, 5) == (None, None, 5)
    assert complete(None, None, None) == (None, None, None)
    assert complete(None, 0, None) == (0, 0, 0)
    assert complete(0, 3, None) == (0, 3, 3)
    assert complete(None, 3, 5) == (3, 3, 5)


@pytest.mark.parametrize(
    ("group", "stated", "text"),
    [
        ("civilians", "villagers", 'civilians ("villagers")'), ("civilians", "Civilians", "civilians"),
        ("civilians", None, "civilians"), (None, None, ""), (None, "people", ""),
    ],
)  # fmt: skip
def test_a_group_is_named_with_the_outlets_own_word_where_it_is_another(
    group: str | None, stated: str | None, text: str
) -> None:
    assert group_text(group, stated) == text


NAMES = st.sampled_from([None, "civilians", "children", "police", "security forces", "attackers", "men"])
CLAIMS = st.lists(
    st.builds(
        lambda group, low, more, scope: Claim("killed", group, low, low, low + more, scope),
        NAMES, st.integers(0, 50), st.integers(0, 5), st.sampled_from(["total", "part"]),
    ),
    min_size=1, max_size=7,
)  # fmt: skip


@given(CLAIMS)
def test_every_figure_is_stated_or_says_how_it_was_added_up(claims: list[Claim]) -> None:
    for figure in record_figures(claims, GROUPS):
        stated = any((c.group, c.low, c.high) == (figure.group, figure.low, figure.high) for c in claims)
        assert stated or figure.derivation is not None
        assert figure.low is not None
        assert figure.high is None or figure.low <= figure.high


@given(CLAIMS)
def test_each_group_has_one_figure_and_groups_come_in_order(claims: list[Claim]) -> None:
    names = [figure.group or "" for figure in record_figures(claims, GROUPS)]
    assert all(a < b for a, b in pairwise(names))


def stating(**fields: Any) -> dict[str, Any]:
    """One claim as a record lists it."""
    names = ("group", "low", "best", "high", "quote", "attributed_to", "as_of")
    return {"measure": "killed", "scope": "total", **dict.fromkeys(names)} | fields


def test_a_stated_claim_keeps_the_outlets_words_and_gets_our_group_and_bounds() -> None:
    told = stating(group="villagers", best=6, scope="part", quote="six", attributed_to="police", as_of="2020-06-14")
    assert stated_claims([told], GROUPS) == [
        Claim("killed", "civilians", 6, 6, 6, "part", "six", "police", "2020-06-14", None, "villagers")
    ]
    assert stated_claims([stating(high=9)], GROUPS) == [Claim("killed", None, None, None, 9)]


def test_a_claim_without_a_figure_states_none_and_the_same_claim_twice_is_one() -> None:
    assert stated_claims([stating(), stating(group="police")], GROUPS) == []
    assert len(stated_claims([stating(best=0), stating(), stating(best=0), stating(best=1)], GROUPS)) == 2


def test_a_sum_names_all_its_words_and_sources_once() -> None:
    parts = [
        Claim("killed", "civilians", 2, 2, 2, "part", "two", "police", "2020-06-14", None, "villagers"),
        Claim("killed", None, 1, None, 3, "part", None, "police", "2020-06-15", None, None),
        Claim("killed", "police", 4, 4, 4, "part", "four", "a doctor", None, None, "officers"),
    ]
    assert add_up(parts, None) == Claim(
        "killed", None, 7, None, 9, "total", "two … four", "police; a doctor", None, "2 civilians + 1-3 + 4 police"
    )
    assert add_up(parts, "civilians") == Claim(
        "killed", "civilians", 7, None, 9, "total", "two … four", "police; a doctor", None, "2 + 1-3 + 4 police",
        "villagers, officers",
    )  # fmt: skip
    assert add_up(parts[:1], "civilians") == replace(parts[0], scope="total")
    assert add_up(parts[:1], None).derivation == "2 civilians"
    assert add_up([part(2), part(0)], None).text == "2"


def test_a_lower_bound_from_parts_says_of_what_it_is_made() -> None:
    lone = record_figures([part(2, "children")], GROUPS)
    assert [(one.text, one.derivation) for one in lone] == [
        ("2+", "2 children"), ("2", None), ("2+", "2 children"),
    ]  # fmt: skip
    assert [(one.text, one.derivation) for one in record_figures([part(3)], GROUPS)] == [("3+", "3 as a part")]


WEAVERS, DYERS = "zogbian weavers", "zogbian dyers"  # in no table


@given(st.lists(st.tuples(st.sampled_from(["civilians", "police", WEAVERS, DYERS]), st.integers(0, 30)), min_size=2))
def test_a_group_that_no_table_knows_may_be_inside_another_one(stated: list[tuple[str, int]]) -> None:
    """Weavers may be civilians: what is certain is the largest of the groups, or the known ones together."""
    parts = [part(number, group) for group, number in stated]
    of = {name: sum(number for group, number in stated if group == name) for name, _ in stated}
    known, apart = of.get("civilians", 0) + of.get("police", 0), [of[name] for name in (WEAVERS, DYERS) if name in of]
    everyone = record_figures(parts, GROUPS)[0]
    assert everyone.low == max(known, *apart) if apart else everyone.low == known
    assert (everyone.high is None) == bool(apart)
    # A total that is the sum says that they are apart; any other that none of them exceeds contradicts nothing.
    summed = known + sum(apart)
    assert record_figures([total(summed), *parts], GROUPS)[0].text == str(summed)


@pytest.mark.parametrize(
    ("parts", "everyone", "derivation"),
    [
        ([part(3), part(4)], "7", "3 + 4"),
        ([part(3), part(4), part(2, "children")], "7", "3 + 4"),  # two of them children
        ([part(3), part(4), part(7, "civilians")], "7", "3 + 4"),
        ([part(3), part(2, "police"), part(5, "civilians")], "7", "2 police + 5 civilians"),
        ([part(3), part(2, "police")], "3+", "3 as a part"),
        ([part(3), part(4), part(9, "civilians")], "9+", "9 civilians"),  # two of them in no phase
        ([part(3), part(4), part(3, "civilians"), part(1, "police")], "7+", "3 + 4"),
        ([part(3), part(4), part(6, "civilians"), part(3, "police")], "9+", "6 civilians + 3 police"),
    ],
)
def test_phases_and_groups_count_the_same_people(parts: list[Claim], everyone: str, derivation: str) -> None:
    """Neither kind takes the other's place: the whole is what both allow."""
    found = record_figures(parts, GROUPS)[0]
    assert (found.group, found.text, found.derivation) == (None, everyone, derivation)


@pytest.mark.parametrize(
    "rest", ["people of unknown identity", "unidentified persons", "soldiers and civilians", "charred bodies"]
)
def test_policemen_beside_people_of_no_known_group_need_not_be_all_of_the_security_forces(rest: str) -> None:
    group = GROUPS.resolve(rest)
    assert figures(total(12), part(2, "police"), part(10, group)) == {
        None: "12", group: "10", "police": "2", "security forces": "2+",
    }  # fmt: skip
    assert figures(total(12), part(2, "police"), part(10, "children"))["security forces"] == "2"


def test_a_sum_that_may_count_people_twice_says_so() -> None:
    lone = record_figures([part(6, "civilians"), part(2, WEAVERS)], GROUPS)
    assert (lone[0].text, lone[0].derivation) == ("6+", f"6 civilians, with or without 2 {WEAVERS}")
    assert {one.group: one.text for one in record_figures([part(2, "children"), part(9, WEAVERS)], GROUPS)} == {
        None: "9+", "children": "2", "civilians": "2+", WEAVERS: "9",
    }  # fmt: skip


def test_the_figures_that_a_record_itself_has_replaced_are_known() -> None:
    def of(best: int, day: int | None, group: str | None = None, scope: str = "total") -> Claim:
        return Claim("killed", group, best, best, best, scope, as_of=day and f"2020-06-1{day}")  # type: ignore[arg-type]

    def earlier(*claims: Claim) -> list[tuple[str | None, str, str | None]]:
        return [(one.group, one.text, one.as_of) for one in earlier_figures(claims, GROUPS, "2020-06-17")]

    assert earlier(of(5, 4), of(44, 7)) == [(None, "5", "2020-06-14")]
    assert earlier(of(44, 7), of(12, 5), of(5, 4)) == [(None, "5", "2020-06-14"), (None, "12", "2020-06-15")]
    assert earlier(of(5, 4), of(6, 4, "civilians")) == []  # of other groups
    # The two policemen of the 14th say nothing of the whole that was counted on that day.
    assert earlier(of(2, 4, "police", "part"), of(3, 7, "police", "part"), of(9, 7)) == [("police", "2", "2020-06-14")]


def test_only_a_later_day_of_the_same_group_and_scope_replaces() -> None:
    early, late = (Claim("killed", None, 3, 3, 3, as_of=f"2020-06-1{day}") for day in (4, 5))
    undated = total(4)
    assert current([late, early]) == [late]
    assert current([undated]) == [undated]
    assert current([early, replace(late, scope="part")]) == [early, replace(late, scope="part")]
    assert current([early, replace(late, group="police")]) == [early, replace(late, group="police")]


@pytest.mark.parametrize(
    ("published", "standing"),
    [
        ("2020-06-15", [None]), ("2020-06-15T09:00:00+03:00", [None]), ("2020-06-14", [None, "2020-06-14"]),
        ("2020-06-13", ["2020-06-14"]), (None, [None, "2020-06-14"]),
    ],
)  # fmt: skip
def test_an_undated_total_held_on_the_day_of_publication(published: str | None, standing: list[str | None]) -> None:
    claims = [total(7), Claim("killed", None, 5, 5, 5, as_of="2020-06-14")]
    assert [claim.as_of for claim in current(claims, published)] == standing


def test_an_undated_part_stands_only_where_it_is_the_later_one() -> None:
    claims = [part(3, "police"), part(5, "police", as_of="2020-06-14")]
    assert [claim.best for claim in current(claims, "2020-06-15")] == [3]
    for published in (None, "2020-06-14", "2020-06-13"):
        assert [claim.best for claim in current(claims, published)] == [5]


def test_a_group_by_its_own_name_contains_those_whom_the_outlet_calls_otherwise() -> None:
    def said(number: int, words: str) -> Claim:
        return part(number, GROUPS.resolve(words), stated_group=words)

    assert figures(said(7, "civilians"), said(3, "farmers")) == {None: "7+", "civilians": "7"}
    assert figures(said(7, "Civilians"), said(3, "farmers"), said(1, "soldier"))[None] == "8"
    assert figures(said(2, "civilians"), said(4, "civilians"), said(3, "farmers"))["civilians"] == "6"
    assert figures(said(2, "residents"), said(4, "villagers"))["civilians"] == "6"
    assert figures(said(2, "civilians"), said(4, "villagers"))["civilians"] == "6"  # more than there are civilians
    assert figures(said(5, "security forces"), said(2, "officers"), said(1, "policeman"))[None] == "5+"


@pytest.mark.parametrize(
    ("bounds", "apart"),
    [
        ([(3, 3), (4, 4)], True), ([(3, 4), (4, 5)], False), ([(3, None), (4, None)], False),
        ([(5, None), (None, 4)], True),
        ([(4, None), (None, 4)], False), ([(None, 4), (None, 2)], False), ([(0, 0), (1, 1)], True), ([], False),
        ([(0, 0), (None, 0)], False), ([(1, 9), (2, 8), (9, 9)], True),
    ],
)  # fmt: skip
def test_totals_contradict_each_other_where_no_number_fits_all(
    bounds: list[tuple[int | None, int | None]], apart: bool
) -> None:
    assert contradict([Claim("killed", None, low, None, high) for low, high in bounds]) is apart


def test_of_totals_that_can_all_be_true_the_narrowest_stands_and_of_equals_the_last() -> None:
    wide, narrow, open_ = (Claim("killed", None, low, None, high) for low, high in ((2, 9), (4, 6), (5, None)))
    assert one_total([narrow, wide, open_]) == narrow
    assert one_total([open_, wide]) == wide
    first, last = (Claim("killed", None, low, None, low + 2) for low in (4, 5))
    assert one_total([first, last]) == last
    none, none_or_one = (Claim("killed", None, 0, None, high) for high in (0, 1))
    assert one_total([none, none_or_one]) == none
    few, some = Claim("killed", None, 2, None, 4), Claim("killed", None, 0, None, 3)
    assert one_total([few, some]) == few
    most = Claim("killed", None, None, None, 5)
    assert one_total([most, narrow]) == narrow
    assert one_total([narrow, most]) == narrow


def test_totals_that_contradict_each_other_become_their_hull() -> None:
    one = Claim("killed", None, 3, 3, 3, "total", "three", "police", "2020-06-14", None, "people")
    two = Claim("killed", None, 5, 5, 6, "total", "five", "a doctor", "2020-06-14", None, "locals")
    assert one_total([one, two]) == Claim(
        "killed",
        None,
        3,
        None,
        6,
        "total",
        "three … five",
        "police; a doctor",
        "2020-06-14",
        "3 or 5-6",
        "people, locals",
    )
    assert one_total([replace(one, low=None, best=None), two]).text == "up to 6"
    assert one_total([one, replace(two, high=None, best=None)]).text == "3+"
    assert one_total([replace(one, best=None), replace(two, best=None)]).best is None
    none = [Claim("killed", None, 5, None, None), Claim("killed", None, None, None, 3)]
    assert one_total(none) == none[-1]


def test_parts_inside_a_stated_group_are_left_out_of_the_sum() -> None:
    children, civilians, police, phase = part(2, "children"), part(6, "civilians"), part(1, "police"), part(3)
    assert disjoint_parts([children, civilians, police, phase, total(9)], GROUPS) == [civilians, police]
    assert disjoint_parts([phase, total(9, "civilians")], GROUPS) == []
    assert phases([children, phase, total(9)]) == [phase]
    assert disjoint_parts([children, police], GROUPS) == [children, police]


FIGURE = ("record_id", "measure", "group", "low", "best", "high", "derivation", "quote", "attributed_to", "as_of")


def sorted_figures(records: pl.DataFrame, groups: Groups) -> pl.DataFrame:
    return figures_of(records.with_columns(struck=None), groups).sort("record_id", "measure", "group")


def table(*rows: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The figures of some records: record, measure, group, low, best, high."""
    return sorted_figures(loaded(rows), GROUPS).select(FIGURE[:6]).rows()


def test_flat_columns_are_figures_of_the_total_with_the_words_they_were_read_from() -> None:
    rows = [row("b", "Rudaw", killed=0, injured_low=2), row("a", "Rudaw", missing_high=4, killed_low=1, killed=2)]
    assert table(*rows) == [
        ("a", "killed", None, 1, 2, 2), ("a", "missing", None, None, None, 4), ("b", "injured", None, 2, None, None),
        ("b", "killed", None, 0, 0, 0),
    ]  # fmt: skip
    words = sorted_figures(loaded([row("a", "Rudaw", killed=12, killed_words="a dozen")]), GROUPS)
    assert words["quote"].to_list() == ["a dozen"]
    assert words["source"].to_list() == ["memory:a"]


def test_a_flat_total_stands_beside_stated_parts_and_gives_way_to_a_stated_total() -> None:
    parts = [stating(group="police", best=2, scope="part"), stating(measure="injured", best=5)]
    assert table(row("a", "Rudaw", killed=7, killed_words="seven", injured=9, claims=parts)) == [
        ("a", "injured", None, 5, 5, 5), ("a", "killed", None, 7, 7, 7), ("a", "killed", "police", 2, 2, 2),
        ("a", "killed", "security forces", 2, None, None),
    ]  # fmt: skip
    quotes = sorted_figures(loaded([row("a", "Rudaw", killed=7, killed_words="seven", claims=parts)]), GROUPS)["quote"]
    assert quotes.to_list() == [None, "seven", None, None]
    assert table(row("a", "Rudaw", claims=[stating(best=3)])) == [("a", "killed", None, 3, 3, 3)]
    of_group = [stating(group="police", best=2)]
    assert table(row("a", "Rudaw", killed=7, claims=of_group))[0] == ("a", "killed", None, 7, 7, 7)
    phases = [stating(best=2, scope="part"), stating(best=3, scope="part")]
    assert table(row("a", "Rudaw", killed=7, claims=phases)) == [("a", "killed", None, 7, 7, 7)]


def test_what_a_figure_is_made_of_comes_with_it() -> None:
    stated = [
        stating(group="officers", best=1, scope="part", quote="one", attributed_to="police"),
        stating(group="villagers", best=4, scope="part", quote="four", attributed_to="a doctor", as_of="2020-06-14"),
    ]
    found = sorted_figures(loaded([row("a", "Rudaw", claims=stated, url="u", published_at="2020-06-15")]), GROUPS)
    assert found.select(FIGURE).rows()[0] == (
        "a", "killed", None, 5, 5, 5, "1 security forces + 4 civilians", "one … four", "police; a doctor", "2020-06-14",
    )  # fmt: skip
    assert found.select("outlet", "url", "published_at", "source").rows()[0] == (
        "Rudaw", "u", "2020-06-15", "memory:a",
    )  # fmt: skip
    assert found["stated_group"].to_list()[:2] == [None, "villagers"]
