"""Figures: totals as stated, sums only of what does not contain each other, open where parts are not the whole."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.claims import Claim, add_up, complete, current, figure_text, record_figures
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


def test_a_lone_best_estimate_is_exact_and_stated_bounds_are_kept() -> None:
    assert complete(None, 7, None) == (7, 7, 7)
    assert complete(5, 7, None) == (5, 7, 7)
    assert complete(5, None, None) == (5, None, None)
    assert complete(None, None, None) == (None, None, None)


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
