"""Event types: recorders' vocabularies and free words onto one small taxonomy."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.errors import ConfigError
from reconcile.event_types import EventTypes
from reconcile.fold import words
from reconcile.lookups import builtin_toml

TYPES = EventTypes.load()
TABLE = builtin_toml("event_types.toml")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Battle-No change of territory", "armed-clash"),
        ("Explosions/Remote violence", "bombing-explosion"),
        ("Air/drone strike", "air-drone-strike"),
        ("Shelling/artillery/missile attack", "shelling-artillery"),
        ("Violence against civilians", "armed-assault"),
        ("Abduction/forced disappearance", "abduction"),
        ("Strategic developments", "non-violent"),
        ("Riots/Protests", "riot-mob"),
        ("Peaceful protest", "protest"),
        ("state-based violence", "armed-violence"),
        ("one-sided violence", "armed-assault"),
        ("1", "armed-violence"),
        ("3", "armed-assault"),
        ("Armed Assault", "armed-assault"),
        ("Hostage Taking (Kidnapping)", "abduction"),
        ("Facility/Infrastructure Attack", "arson-property"),
        ("14", "protest"),
        ("186", "assassination"),
        ("COERCE", "state-force"),
        ("spontaneous violent riot", "riot-mob"),
        ("KIDNAPPING", "abduction"),
        ("BOMBING", "bombing-explosion"),
        ("ROBBERY", "arson-property"),
        ("drone strike on a convoy", "air-drone-strike"),
        ("mass shooting", "armed-assault"),
        ("police killing: Gunshot", "state-force"),
        ("police killing: Bomb", "state-force"),
        ("IED attack", "bombing-explosion"),
        ("attack on a village", "armed-violence"),
        ("secuestro", "abduction"),
        ("هجوم مسلح", "armed-violence"),
    ],
)
def test_vocabularies_and_free_words_name_their_kind(text: str, key: str) -> None:
    assert TYPES.resolve(text) == key


@pytest.mark.parametrize("text", ["", "???", "Unknown", "Other", "zogbing"])
def test_a_text_that_says_nothing_has_no_kind(text: str) -> None:
    assert TYPES.resolve(text) is None


def test_keywords_are_whole_words() -> None:
    assert TYPES.resolve("mobile") is None  # no mob


@pytest.mark.parametrize(("a", "b"), list(product(TYPES.kinds, repeat=2)))
def test_affinity_is_symmetric_and_same_only_with_itself(a: str, b: str) -> None:
    assert TYPES.affinity(a, b) == TYPES.affinity(b, a)
    assert (TYPES.affinity(a, b) == "same") == (a == b)


def test_the_broad_class_is_close_to_violence_and_far_from_talks() -> None:
    assert TYPES.affinity("armed-violence", "bombing-explosion") == "close"
    assert TYPES.affinity("armed-violence", "non-violent") == "far"
    assert TYPES.affinity("abduction", "air-drone-strike") == "far"


@pytest.mark.parametrize("key", TYPES.kinds)
def test_each_kind_is_well_formed_and_names_itself(key: str) -> None:
    kind = TABLE["kinds"][key]
    assert set(kind) == {"title", "meaning", "exact", "keywords"}
    assert kind["meaning"].endswith(".")
    assert TYPES.resolve(key) == key
    assert all(TYPES.resolve(name) == key for name in kind["exact"])
    assert TYPES.title(key) == kind["title"]
    assert TYPES.meaning(key) == kind["meaning"]


def test_the_table_is_consistent() -> None:
    assert sorted(TABLE["keyword_order"]) == sorted(TYPES.kinds)
    assert all(len(pair) == 2 and set(pair) <= set(TYPES.kinds) and pair[0] != pair[1] for pair in TABLE["close"])
    named = [words(name) for kind in TABLE["kinds"].values() for name in kind["exact"]]
    assert len(set(named)) == len(named)
    spoken = [words(word) for kind in TABLE["kinds"].values() for word in kind["keywords"]]
    assert len(set(spoken)) == len(spoken)


@given(st.text())
def test_any_text_has_a_known_kind_or_none(text: str) -> None:
    assert TYPES.resolve(text) in {None, *TYPES.kinds}


def test_a_users_types_are_merged_over_ours(tmp_path: Path) -> None:
    path = tmp_path / "types.toml"
    path.write_text(
        'close = [["poisoning", "armed-assault"]]\n[kinds.poisoning]\ntitle = "Poisoning"\n'
        'exact = ["Chemical weapon"]\nkeywords = ["poison attack"]\n',
        encoding="utf-8",
    )
    types = EventTypes.load(str(path))
    assert types.resolve("a poison attack") == "poisoning"  # before our "attack"
    assert types.resolve("Chemical weapon") == "poisoning"
    assert types.affinity("armed-assault", "poisoning") == "close"
    assert types.resolve("attack") == "armed-violence"
    assert types.title("poisoning") == "Poisoning"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind = 3", "unknown field 'kind'"),
        ("[kinds.protest]\nword = []", "unknown field 'word'"),
        ("[kinds.protest]\nexact = 'x'", "exact is no list"),
        ("[kinds.protest]\nkeywords = [1]", "no list of words"),
        ("[kinds]\nprotest = 1", "is no table"),
        ('close = [["protest", "x"]]', "no pair of kinds"),
        ("close = [[[], []]]", "no pair of kinds"),
        ('keyword_order = ["x"]', "unknown kind 'x'"),
    ],
)
def test_a_wrong_table_of_types_is_the_users_to_mend(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "types.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        EventTypes.load(str(path))
