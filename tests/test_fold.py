"""Folding: spellings of one name come together, names of two places stay apart."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.fold import (
    any_similar,
    bare,
    bare_each,
    fold,
    fold_each,
    fold_place,
    index_key,
    most_similar,
    name_similarity,
    place_words,
    words,
    words_of_each,
)

ONE_NAME = (
    ("Khanaqin", "Xaneqîn", "خانقين", "خانەقین", "Khanaqeen"),
    ("Kirkuk", "Kerkûk", "كركوك", "کەرکووک", "Karkouk"),
    ("Makhmour", "Mexmûr", "مخمور", "مەخموور", "Makhmoor"),
    ("Daquq", "Dakuk", "داقوق", "Daqouq"),
    ("Tuz Khurmatu", "Tooz Khormato", "طوزخورماتو", "Tuz Xurmatû"),
    ("Hawija", "Al-Hawijah", "الحويجة"),
    ("Mosul", "الموصل", "Mûsil"),
    ("Baquba", "Ba'qubah", "بعقوبة"),
    ("Mekhas", "Mikhas", "میخاس"),
    ("Sulaymaniyah", "السليمانية", "Sulaimaniya"),
    ("Donetsk", "Донецк"),
    ("Samarra", "Samara"),
)


@pytest.mark.parametrize("spellings", ONE_NAME, ids=lambda names: names[0])
def test_the_spellings_of_a_name_in_any_script_are_alike(spellings: tuple[str, ...]) -> None:
    for other in spellings[1:]:
        assert name_similarity(fold(spellings[0]), fold(other)) >= 0.8, other


@pytest.mark.parametrize(("a", "b"), [("Dara", "Daraa"), ("Tuz Khurmatu", "Taza Khurmatu"), ("Rawa", "Rania")])
def test_names_of_two_places_keep_two_folds(a: str, b: str) -> None:
    assert fold(a) != fold(b)
    assert name_similarity(fold(a), fold(b)) < 0.9


def test_sinjar_and_shingal_are_beyond_folding() -> None:
    """Why there is an alias table."""
    assert name_similarity(fold("Sinjar"), fold("Shingal")) < 0.8
    assert name_similarity(fold("Erbil"), fold("Hewlêr")) < 0.8


@given(st.text())
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text(alphabet="aehxcs'- الةهعئqwvoyiuüğبПёh"))
def test_folding_twice_is_folding_once_on_the_letters_that_the_rules_touch(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text())
def test_any_text_has_words_a_bare_form_and_a_key(name: str) -> None:
    assert all(words(name))
    assert set(bare(name)) <= set(name) | {" "}
    assert index_key(name, 3) == index_key(name, 3)
    assert " " not in fold_place(name)


@given(st.text(), st.text())
def test_similarity_is_symmetric_and_between_0_and_1(a: str, b: str) -> None:
    assert name_similarity(a, b) == name_similarity(b, a)
    assert 0.0 <= name_similarity(a, b) <= 1.0


def test_nothing_is_not_like_nothing() -> None:
    assert name_similarity("", "") == 0.0
    assert fold("?! -") == ""


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Dara village", "Dara"),
        ("village of Dara", "Dara"),
        ("Dara village, Khanaqin, Diyala", "Dara"),
        ("Villages near Tikrit", "Tikrit"),
        ("Villages in the Qaraj area", "Qaraj"),
        ("Northern part of Diyala province", "Diyala"),
        ("Qara Tapa (near the border)", "Qara Tapa"),
        ("Qara Tapa- near Kifri", "Qara Tapa"),
        ("Bashir village- 20 km south of Kirkuk", "Bashir"),
        ("Bashir village of Taza", "Bashir"),
        ("35 km south of Kirkuk", "Kirkuk"),
        ("Sinjar District Council", "Sinjar"),
        ("San Vicente department", "San Vicente"),
        ("municipio de Güicán", "Güicán"),
        ("قرية دارا", "دارا"),
        ("گوندی دارا", "دارا"),
        ("La Paz", "La Paz"),
        ("North Dakota", "North Dakota"),
        ("Kajo-Keji", "Kajo-Keji"),
        ("the city", "the city"),
        ("", ""),
    ],
)
def test_words_around_a_place_name_are_left_out(name: str, place: str) -> None:
    assert bare(name) == place


def test_a_name_within_a_longer_name_is_not_the_same() -> None:
    """The reason against partial and token-set ratios."""
    assert name_similarity(fold("Homs"), fold("Homs and Hama crossing")) < 0.5


def test_words_keep_their_script_and_join_initials() -> None:
    assert words("U.S. Army") == ("us", "army")
    assert words("People's Défense") == ("peoples", "defense")
    assert words("گوندی دارا") == ("گوندی", "دارا")


def test_short_names_are_filed_letter_by_letter() -> None:
    assert index_key("CIA", 5) != index_key("KIA", 5)
    assert fold("CIA") == fold("KIA")
    assert index_key("Daesh", 4) == fold("Daesh")


@pytest.mark.parametrize(
    "group", ["kinds", "leading", "articles", "directions", "links", "nearby", "first_level", "second_level"]
)
def test_the_listed_place_words_are_written_as_words_gives_them(group: str) -> None:
    for word in place_words(group):
        assert words(word) == (word,)


AROUND = sorted(place_words("kinds") | place_words("leading") | place_words("directions") | place_words("nearby"))
LETTERS = "aehxcs'- \u0301الةهعئqwvoyiuüğبПёh_.1\n\r\0,(–\u2028ªßΣ"
NAMES = st.lists(
    st.one_of(
        st.text(),
        st.text(alphabet=LETTERS),
        st.lists(st.one_of(st.sampled_from(AROUND), st.text(alphabet=LETTERS))).map(" ".join),
    )
)


@given(NAMES)
def test_names_taken_together_come_out_as_each_alone(names: list[str]) -> None:
    assert fold_each(names) == [fold(name) for name in names]
    assert words_of_each(names) == [" ".join(words(name)) for name in names]
    assert bare_each(names) == [bare(name) for name in names]


@given(NAMES, NAMES)
def test_any_similar_says_whether_most_similar_finds_one(names: list[str], others: list[str]) -> None:
    names, others = (list(filter(None, fold_each(each))) for each in (names, others))
    assert any_similar(names, others, 0.7) == [bool(most_similar(name, others, 0.7)) for name in names]


def by_token(name: str) -> str:
    """The strong rules after transliteration, spelled out one token at a time; for ASCII."""
    text = name.lower().replace("'", "").replace("`", "")
    for rule in ["sch-sh", "tch-ch", "dj-j", "ph-f", "th-t", "dh-d", "gh-g", "ck-k", "x-kh"]:
        text = text.replace(*rule.split("-"))
    text = re.sub(r"\b(al|el|ul|as|ash|ar|at|an|ad|az)-(?=\w)|\b(al|el) (?=\w)", "", text)
    joined = "".join(re.sub("(?<=[aiu])h$", "", token) for token in re.findall(r"[^\W_]+", text))
    joined = re.sub("c(?!h)", "k", joined).translate(str.maketrans("qwvoey", "kuuuii"))
    runs = ((letter, len(list(run))) for letter, run in itertools.groupby(joined))
    single = "".join(letter * (many if letter.isdigit() else 1) for letter, many in runs)
    return re.sub("(?<=[aiu])h$", "", single) + ("a" if joined.endswith("aa") else "")


@given(st.text(alphabet="abcdehklxsqwvoyiujtp'`- _1,\n"))
def test_folding_is_what_its_rules_say_one_token_at_a_time(name: str) -> None:
    once = by_token(name)
    while (again := by_token(once)) != once:
        once = again
    assert fold(name) == once
