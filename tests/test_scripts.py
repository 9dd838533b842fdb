"""Scripts: which one a text is in, and what is compared across two of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import knowledge, normalized, row

from reconcile.compare import BY_NAME, compare
from reconcile.compare.who import NOBODY
from reconcile.scripts import apart, script, scripts

TEXTS = st.lists(st.none() | st.text(st.sampled_from("aZé 7.жЇبگαह中")) | st.text(max_size=8), min_size=1, max_size=6)
LATIN = {"place": "Sarqala", "title": "Drones hit the mill of Sarqala", "perpetrators": ["Zogbian army"]}
BARE = {"place": None, "admin1": None, "admin2": None, "perpetrators": None, "targets": None}
WORDS = ("text", "lead", "title", "names", "rare_words", "described", "covered", "common_ground")


def levels(a: dict[str, Any], b: dict[str, Any]) -> dict[str, int]:
    """The level of each comparison of two records."""
    pair = pl.DataFrame({"left": [0], "right": [1]}, schema={"left": pl.UInt32, "right": pl.UInt32})
    known = knowledge()
    found = compare(
        normalized([row("a", "Rudaw", **a), row("b", "KirkukNow", **b)]), pair, known.actors, known.event_types
    )
    return {name: found[name][0] for name in BY_NAME if name in found.columns}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Two dead in Îzmîr", "latin"),
        ("Двоє загиблих", "cyrillic"),
        ("قتلى في الموصل", "arabic"),
        ("удар IS по", "cyrillic"),
        ("ዓዲ ግራት", "ethiopic"),
        ("东京", "east asian"),
        ("7, 12-13", None),
        ("", None),
    ],
)
def test_a_text_is_of_the_script_of_most_of_its_letters(text: str, name: str | None) -> None:
    assert script(text) == name


@given(TEXTS)
def test_a_column_has_the_scripts_of_its_texts(texts: list[str | None]) -> None:
    found = scripts([pl.Series(texts, dtype=pl.String)])
    alone = [scripts([pl.Series([text], dtype=pl.String)])[0] for text in texts]
    assert found.tolist() == alone
    names = [script(text or "") for text in texts]
    for one, number in zip(names, found, strict=True):
        assert (one is None) == (number == 0)
        for two, other in zip(names, found, strict=True):
            assert (one == two) == (number == other)


def test_fields_are_taken_together_and_lists_are_joined() -> None:
    names = pl.Series([["Zogbian army", "жж"], None], dtype=pl.List(pl.String))
    texts = pl.Series(["Отряд армии вошёл в село", "7"])
    assert scripts([names, texts])[0] == scripts([texts])[0]
    assert scripts([names, texts])[1] == 0


def test_only_two_known_scripts_are_apart() -> None:
    one, two = np.array([1, 1, 0, 0], dtype=np.int8), np.array([1, 2, 2, 0], dtype=np.int8)
    assert apart(one, two).tolist() == [False, True, False, False]


@pytest.mark.parametrize("title", ["Дрони влучили у млин", "مسيرات تقصف الطاحونة", "无人机袭击磨坊"])
def test_texts_in_two_scripts_have_nothing_to_compare(title: str) -> None:
    found = levels({"title": LATIN["title"], **BARE}, {"title": title, **BARE})
    assert {name: found[name] for name in WORDS} == dict.fromkeys(WORDS, 0)
    same = levels({"title": LATIN["title"], **BARE}, {"title": "Bakers strike for higher wages", **BARE})
    assert all(same[name] > 0 for name in ("text", "title", "described", "covered"))


def test_numbers_are_compared_across_scripts() -> None:
    found = levels({"title": "At least 17 dead in the mill"}, {"title": "На млині загинули 17 людей"})
    assert BY_NAME["numbers"].levels[found["numbers"]] == "nearly all shared"
    assert found["text"] == 0
    assert levels({"killed": 17}, {"title": "На млині загинули 17 людей"})["toll_mentioned"] == 4


def test_all_fields_together_are_of_the_script_of_most_of_their_letters() -> None:
    foreign = LATIN | {"title": "Дрони влучили у млин у селі Саркала вночі, є загиблі та поранені мешканці"}
    assert levels(LATIN, foreign)["covered"] == 0
    assert levels(LATIN, LATIN | {"title": "Млин"})["covered"] > 1
    assert levels(foreign, foreign)["covered"] == len(BY_NAME["covered"].levels) - 1


def test_a_name_in_another_script_than_the_text_is_not_missing_in_it() -> None:
    place = {"place": "Саркала"}
    assert levels(place, {"title": LATIN["title"]})["place_mentioned"] == 0
    assert levels({"place": "Bawa Mahmud"}, {"title": LATIN["title"]})["place_mentioned"] == 1
    actor = {"perpetrators": ["загін Зогбія"]}
    assert levels(actor, {"title": LATIN["title"]})["actor_mentioned"] == 0
    assert levels(actor, {"perpetrators": ["Lakurawa"]})["actor_words"] == 0


@pytest.mark.parametrize("known", ["ISIS", "Iraqi army", "Lakurawa", "Kakai villagers"])
def test_an_unknown_actor_in_another_script_contradicts_nobody(known: str) -> None:
    foreign = levels({"perpetrators": [known]}, {"perpetrators": ["загін Зогбія"]})
    assert (foreign["perpetrator"], foreign["sides"], foreign["contradiction"]) == (0, 0, 0)
    latin = levels({"perpetrators": [known]}, {"perpetrators": ["Zogbian unit"]})
    assert latin["perpetrator"] > 0


def test_unknown_actors_in_one_script_are_compared() -> None:
    found = levels({"perpetrators": ["загін Зогбія"]}, {"perpetrators": ["братство Лямпа"]})
    assert found["sides"] == NOBODY
    same = levels({"perpetrators": ["Лакурава"]}, {"perpetrators": ["Lakurawa"]})
    assert same["perpetrator"] == 1  # one name in two scripts
