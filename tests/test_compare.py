"""Comparisons: levels in plain words, unknown as no evidence, the same whichever record is named first."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import FIRST_DAY, knowledge, normalized, row

from reconcile import terms
from reconcile.compare import BY_NAME, COMPARISONS, compare
from reconcile.compare.alike import Names, ratios
from reconcile.compare.base import Pairs, Run, graded, numbered
from reconcile.compare.standing import standing

HERE = {"lat": 34.9, "lon": 45.1, "geo_precision_km": 0.0}


def compared(*rows: dict[str, Any]) -> pl.DataFrame:
    """All pairs of ``rows``."""
    records = normalized(rows)
    n = len(records)
    pairs = pl.DataFrame(
        [(i, j) for i in range(n) for j in range(i + 1, n)],
        schema={"left": pl.UInt32, "right": pl.UInt32},
        orient="row",
    )
    known = knowledge()
    return compare(records, pairs, known.actors, known.event_types)


def level(name: str, a: dict[str, Any], b: dict[str, Any]) -> str:
    """The level in words that two records show."""
    found = compared(row("a", "Rudaw", **a), row("b", "KirkukNow", **b))
    return BY_NAME[name].levels[found[name][0]]


@st.composite
def record(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "day": draw(st.sampled_from((None, FIRST_DAY, FIRST_DAY + timedelta(days=3)))),
        "published": FIRST_DAY + timedelta(days=draw(st.integers(0, 40))),
        "place": draw(st.sampled_from((None, "Dara", "Daraa", "Khanaqin"))),
        "lat": draw(st.sampled_from((None, 34.3))),
        "lon": 45.3,
        "perpetrators": draw(st.sampled_from((None, ["ISIS"], ["gunmen"], ["Turkish army", "PKK"]))),
        "killed": draw(st.sampled_from((None, 0, 1, 7))),
        "injured_high": draw(st.sampled_from((None, 5))),
        "title": draw(st.sampled_from((None, "Seven killed in Dara", "Farmers"))),
        "text": draw(st.sampled_from((None, "", "A 12-year-old boy and seven villagers of Dara", "Karim Salim said"))),
    }


@settings(max_examples=20)
@given(st.lists(record(), min_size=2, max_size=5))
def test_every_level_exists_and_order_of_a_pair_does_not_matter(some: list[dict[str, Any]]) -> None:
    outlets = ("Rudaw", "KirkukNow")
    ours = compared(*(row(f"r{i}", outlets[i % 2], **one) for i, one in enumerate(some)))
    n = len(some)
    theirs = compared(*(row(f"r{n - 1 - i}", outlets[i % 2], **one) for i, one in enumerate(some)))
    turned = theirs.with_columns(
        left=n - 1 - pl.col("right").cast(pl.Int64), right=n - 1 - pl.col("left").cast(pl.Int64)
    )
    turned = turned.sort("left", "right")
    for one in COMPARISONS:
        assert ours[one.name].dtype == pl.Int8
        assert ours[one.name].is_between(0, len(one.levels) - 1).all(), one.name
        assert ours[one.name].to_list() == turned[one.name].to_list(), one.name


@pytest.mark.parametrize(
    ("name", "a", "b", "words"),
    [
        ("days", {}, {}, "same day"),
        ("days", {}, {"day": None}, "not stated by both"),
        ("days", {}, {"day": FIRST_DAY + timedelta(days=1)}, "next day"),
        (
            "days",
            {"minute": 23 * 60},
            {"day": FIRST_DAY + timedelta(days=1), "minute": 90},
            "days overlap, two or three days wide",
        ),
        ("days", {"days": 2}, {}, "days overlap, two or three days wide"),
        ("published", {"published": date(2020, 6, 2)}, {"published": date(2020, 6, 4)}, "two days apart"),
        ("distance", HERE, HERE, "within the stated precision"),
        ("points", HERE, {**HERE, "lon": 45.31}, "up to 20 km"),
        ("distance", HERE, {**HERE, "lon": 45.31}, "up to 20 km"),
        ("distance", HERE, {**HERE, "lon": 45.31, "geo_precision_km": 18.5}, "up to 2 km"),
        ("place", {"place": "Sarqala"}, {"place": "Sarqalla"}, "same name"),
        ("place", {"place": "Sarqala"}, {}, "not stated by both"),
        ("place", {"place": "Sarqala"}, {"place": "Bawa Mahmud"}, "different names"),
        ("region", {"admin1": "Diyala"}, {"admin1": "Kirkuk"}, "different provinces"),
        ("perpetrator", {"perpetrators": ["ISIS"]}, {"perpetrators": ["Daesh"]}, "the same"),
        ("perpetrator", {"perpetrators": ["ISIS"]}, {"perpetrators": ["unknown gunmen"]}, "not stated by both"),
        ("perpetrator", {"perpetrators": ["ISIS"]}, {"perpetrators": ["PKK"]}, "unrelated"),
        ("killed", {"killed": 7}, {"killed": 7}, "same number, five to nine"),
        ("killed", {"killed": 7}, {}, "not stated by both"),
        ("killed", {"killed": 0}, {"killed": 0}, "both say none"),
        ("killed", {"killed": 0}, {"killed": 7}, "none against three or more"),
        ("killed", {"killed_low": 5, "killed_high": 9}, {"killed": 6}, "ranges overlap"),
        ("kind", {"event_type": "bombing"}, {"event_type": "Bombing"}, "same kind"),
        ("toll_mentioned", {"killed": 7}, {"text": "Seven villagers died"}, "five or more, and it is there"),
        ("toll_mentioned", {"killed": 7}, {"text": "Eight villagers died"}, "not there"),
        (
            "ages",
            {"text": "a 12-year-old boy"},
            {"text": "the boy, 12 years old"},
            "the only one that one of them gives is shared",
        ),
        (
            "ages",
            {"text": "a 12-year-old boy"},
            {"text": "a 30-year-old man"},
            "not shared, one of them gives only one",
        ),
        ("place_mentioned", {"place": "Sarqala"}, {"text": "An attack on Sarqala"}, "all of it"),
        ("outlet", {}, {}, "two outlets"),
    ],
)
def test_levels_in_words(name: str, a: dict[str, Any], b: dict[str, Any], words: str) -> None:
    assert level(name, a, b) == words


def test_a_word_of_one_day_is_rare_however_many_records_carry_it() -> None:
    words = pl.DataFrame({"row": pl.Series([0, 1, 2, 3], dtype=pl.UInt32), "term": ["siege", "siege", "siege", "raid"]})

    def idf(*days: int) -> dict[str, float]:
        often = terms.frequency(words, terms.days_of(np.array(days)))
        return dict(terms.rarity(often, len(set(days))).select("term", "idf").iter_rows())

    one_day, three_days = idf(1, 1, 1, 2), idf(1, 2, 3, 3)
    assert one_day["siege"] == one_day["raid"]
    assert three_days["siege"] < three_days["raid"]


def test_tokens_are_lower_case_runs_without_accents() -> None:
    found = terms.tokens(pl.Series(["Sêrt, 7 Köye's", None]))
    assert found["term"].to_list() == ["sert", "7", "koye"]


def outlets(pairs: list[tuple[int, int, int, int]]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema=["left", "right", "left_outlet", "right_outlet"], orient="row")


def standings(pairs: pl.DataFrame, weight: list[float]) -> list[str]:
    return [BY_NAME["standing"].levels[level] for level in standing(pairs, np.array(weight))]


def test_standing_tells_the_best_match_from_the_second_best() -> None:
    pairs = outlets([(0, 3, 0, 1), (1, 3, 0, 1), (1, 4, 0, 1), (2, 5, 0, 1)])
    words = standings(pairs, [3.0, 1.5, 1.0, 0.0])
    assert words[0] == "each is the other outlet's best match, clearly or of a few"
    assert words[1] == "another record of that outlet fits better"
    assert words[2] == "another record of that outlet fits a little better"


def test_the_only_candidate_is_worth_the_more_the_more_records_it_was_chosen_from() -> None:
    def alone(records: int) -> str:
        pairs = outlets([(i, i + records, 0, 1) for i in range(records)])
        return standings(pairs, [1.0] * records)[0]

    assert alone(1) == "each is the other outlet's best match, narrowly or of hardly any"
    assert alone(2) == alone(4) == "each is the other outlet's best match, clearly or of a few"
    assert alone(5) == "each is the other outlet's best match by far, or its only one of many"


def test_standing_is_silent_among_many_outlets_but_not_in_a_run_too_small_to_tell() -> None:
    pairs = outlets([(i, i + 15, i, i + 15) for i in range(15)])
    assert not standing(pairs, np.ones(15)).any()
    assert standing(pairs.head(14), np.ones(14)).all()


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        ({"minute": 330}, {"minute": 400}, "at most two hours apart"),
        ({"minute": 330}, {"minute": 600}, "two to five hours apart"),
        ({"minute": 330}, {"minute": 800}, "five to nine hours apart"),
        ({"minute": 330}, {"minute": 1230}, "more than nine hours apart"),
        ({"minute": 1400}, {"minute": 20, "day": FIRST_DAY + timedelta(days=1)}, "at most two hours apart"),
        ({"minute": 1400}, {"minute": 20}, "two to five hours apart"),  # one dates the night by its evening
        ({"minute": 330}, {"title": "Gunmen attack in the evening"}, "different parts of the day"),
        ({"title": "Blast at dawn"}, {"title": "Gunmen attack on Monday evening"}, "different parts of the day"),
        ({"title": "Blast at dawn"}, {"title": "Overnight blast"}, "not stated by both"),
        ({"title": "Blast at dawn"}, {"title": "From morning until evening"}, "not stated by both"),
        (
            {"title": "Blast at noon"},
            {"title": "Night raid", "day": FIRST_DAY + timedelta(days=2)},
            "not stated by both",
        ),
        ({"minute": 330}, {"minute": 0}, "not stated by both"),  # midnight sharp is a default
        ({"minute": 330}, {}, "not stated by both"),
    ],
)
def test_hours_are_compared_where_both_state_them(one: dict[str, Any], two: dict[str, Any], words: str) -> None:
    assert level("hours", one, two) == level("hours", two, one) == words


BARE = {"admin1": None, "country": "Mali"}
BOUREM = {"admin1": "Gao", "admin2": "Bourem", "country": "Mali"}
GAO = {"admin1": "Gao", "country": "Mali"}
ANSONGO = {**BOUREM, "admin2": "Ansongo"}
THERE = {"lat": 16.3, "lon": 0.0, "geo_precision_km": 0.0}
TAKEN = {**BOUREM, "abducted": 9, "targets": ["farmers"]}
DEAD = {**BOUREM, "killed": 4, "targets": ["farmers"]}


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        ({**BARE, "place": "Bamba"}, {**BARE, "place": "Gossi"}, "different names; nothing"),
        ({**BARE, "place": "Bamba"}, {**BARE, "place": "Bamba"}, "nothing against"),
        (
            {**BOUREM, "place": "Bamba"},
            {**ANSONGO, "place": "Gossi"},
            "different names; nothing",
        ),
        (
            {**GAO, "place": "Bamba", "killed": 7},
            {**GAO, "place": "Gossi", "killed": 3},
            "different names; nothing",
        ),
        ({**GAO, "place": "Bamba", "killed": 7}, {**GAO, "place": "Gossi", "killed": 7}, "nothing against"),
        ({**GAO, "place": "Bamba", "killed": 7}, {**GAO, "place": "Gossi"}, "nothing against"),
        ({**GAO, "place": "Bamba", "killed": 7}, {**GAO, "place": "Bamba", "killed": 3}, "nothing against"),
        ({**BOUREM, "place": None}, {**ANSONGO, "place": None}, "different names; nothing"),
        ({**BOUREM, "place": "Bamba"}, {**ANSONGO, "place": "Bamba"}, "nothing against"),
        ({**BOUREM, "place": "Bamba"}, {**BOUREM, "admin2": "Bourrem", "place": "Gossi"}, "nothing against"),
        ({**BOUREM, "place": "Bamba", **THERE}, {**ANSONGO, "place": "Gossi", **THERE}, "nothing against"),
        ({**BOUREM, "place": "Bamba"}, {**ANSONGO, "place": "Gossi", "title": "Bamba raided"}, "nothing against"),
        ({**BARE, "place": "Bamba"}, {**BARE, "place": "Gossi", "title": "Bamba raided"}, "nothing against"),
        ({**BARE, "place": "Bamba", "admin2": "Gossi"}, {**BARE, "place": "Gossi"}, "nothing against"),
        ({**BARE, "place": "Bamba", "admin1": "Gao"}, {**BARE, "place": "Gossi", "admin1": "Gao"}, "nothing against"),
        ({**BARE, "place": "Bamba", "lat": 17.0, "lon": -1.4}, {**BARE, "place": "Gossi"}, "different names; nothing"),
        ({**BARE, "place": "Bamba", **THERE}, {**BARE, "place": "Gossi", **THERE}, "nothing against"),
        ({**TAKEN, "place": "Bamba"}, {**DEAD, "place": "Gossi"}, "different names; nothing"),
        ({**TAKEN, "place": "Bamba"}, {**DEAD, "place": "Bamba"}, "nothing against"),
        ({**TAKEN, "place": "Bamba"}, {**TAKEN, "place": "Gossi"}, "nothing against"),
        ({**DEAD, "place": "Bamba"}, {**DEAD, "place": "Gossi"}, "nothing against"),
        ({**TAKEN, "place": "Bamba", "killed": 1}, {**DEAD, "place": "Gossi"}, "nothing against"),
        ({**TAKEN, "place": "Bamba"}, {**DEAD, "place": "Gossi", "title": "Bamba raided"}, "nothing against"),
        ({**TAKEN, "place": "Bamba", **THERE}, {**DEAD, "place": "Gossi", **THERE}, "nothing against"),
        ({"place": "Bani", "admin1": "Gao"}, {"place": "Bani", "admin1": "Mopti"}, "one name in different provinces"),
        ({"place": "Bani", "admin1": "Gao"}, {"place": "Tera", "admin1": "Mopti"}, "different names in different prov"),
        ({"place": "Bani", "admin1": "Nord-Kivu"}, {"place": "Bani", "admin1": "North Kivu"}, "nothing against"),
        ({"place": "Hawija", "admin1": None}, {"place": "Ramadi", "admin1": None}, "far apart in the table of places"),
        ({"place": "Hawija", "admin1": None, **HERE}, {"place": "Ramadi", "admin1": None}, "nothing against"),
    ],
)
def test_names_speak_where_no_coordinates_do(one: dict[str, Any], two: dict[str, Any], words: str) -> None:
    assert level("whereabouts", one, two).startswith(words)
    assert level("whereabouts", two, one) == level("whereabouts", one, two)


def test_a_shared_target_outweighs_two_names_of_a_place() -> None:
    killed = {"targets": ["PKK"]}
    assert level("whereabouts", {**BARE, "place": "Bamba", **killed}, {**BARE, "place": "Gossi", **killed}) == (
        "nothing against"
    )


def test_a_wide_date_is_told_from_an_exact_one() -> None:
    assert level("breadth", {}, {"days": 30}) == "neither wider than a month"
    assert level("breadth", {}, {"days": 31}) == level("breadth", {"days": 91}, {}) == "one wider than a month"
    assert level("breadth", {}, {"days": 364}) == "one wider than a season"
    assert level("breadth", {}, {"day": None}) == "neither wider than a month"


def test_kinds_set_records_apart_where_no_texts_tell_more() -> None:
    one, two = {"event_type": "protest"}, {"event_type": "suicide bombing"}
    assert level("bare_kind", one, two) == "different kinds"
    assert level("bare_kind", one, {**two, "title": "Bomb"}) == "different kinds"
    assert level("bare_kind", {**one, "title": "March"}, {**two, "title": "Bomb"}) == "nothing against"
    assert level("bare_kind", one, {}) == "nothing against"


def test_the_docs_list_every_comparison_by_its_name_and_title() -> None:
    text = (Path(__file__).parent.parent / "docs" / "matching.md").read_text(encoding="utf-8")
    for one in BY_NAME.values():
        assert f"| `{one.name}` | {one.title} | {len(one.levels)} |" in text


@given(st.lists(st.integers(0, 400), max_size=40), st.sampled_from((401, 10**7)))
def test_keys_are_numbered_as_sorting_would(keys: list[int], size: int) -> None:
    key = np.array(keys, dtype=np.int64)
    distinct, back = numbered(key, size)
    expected = np.unique(key, return_inverse=True)
    assert (distinct.tolist(), back.tolist()) == (expected[0].tolist(), expected[1].tolist())


@given(st.lists(st.none() | st.floats(-2, 9) | st.sampled_from((0.5, 2.0)), max_size=20))
def test_grades_are_those_of_a_search(values: list[float | None]) -> None:
    known = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    levels = np.searchsorted(np.array([0.5, 2, 7]), known, "left") + 1
    assert graded(known, (0.5, 2, 7)).tolist() == np.where(np.isnan(known), 0, levels).tolist()


@given(st.lists(st.integers(0, 2), min_size=1, max_size=12))
def test_a_table_gives_what_each_pair_gives(values: list[int]) -> None:
    known = knowledge()
    records = normalized([row(f"r{i:02}", "A", killed=value) for i, value in enumerate(values)])
    run = Run(records, known.actors, known.event_types)
    left, right = (side.ravel() for side in np.indices((len(values), len(values))))
    gap = lambda own: np.abs(numbers[own.left] - numbers[own.right])  # noqa: E731
    numbers = np.array(values)
    pairs = Pairs(run, left, right)
    assert pairs.tabled("gap", run.alike(("killed",)), gap).tolist() == gap(pairs).tolist()


@given(st.lists(st.text("abc d'\u00ea\u0641", max_size=6), min_size=1, max_size=6))
def test_the_word_order_of_one_word_makes_no_difference(values: list[str]) -> None:
    from rapidfuzz import fuzz

    one, two = (side.ravel() for side in np.indices((len(values), len(values))))
    plain = [
        max(fuzz.ratio(values[a], values[b]), fuzz.token_sort_ratio(values[a], values[b])) / 100
        for a, b in zip(one, two, strict=True)
    ]
    assert ratios(Names.of(values), one, two).tolist() == plain
