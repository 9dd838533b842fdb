"""Groups of casualties: words onto a hierarchy."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.errors import ConfigError
from reconcile.fold import words
from reconcile.groups import Groups
from reconcile.lookups import builtin_toml

GROUPS = Groups.load()
TABLES = builtin_toml("groups.toml")


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Kakai villagers", "civilians"),
        ("six Kakai villagers", "civilians"),
        ("civilians (unarmed)", "civilians"),
        ("locals", "civilians"),
        ("one member of the security forces", "security forces"),
        ("Iraqi officer", "security forces"),
        ("two of the Iraqi forces", "security forces"),
        ("policeman", "police"),
        ("police officers", "police"),
        ("Army officer", "army"),
        ("Peshmerga fighters", "peshmerga"),
        ("members of the Hashd al-Shaabi", "popular mobilization forces"),
        ("ISIS militants", "attackers"),
        ("a suicide bomber", "attackers"),
        ("Women and children", "civilians"),
        ("policemen and soldiers", "security forces"),
        ("boys", "boys"),
        ("Mujeres", "women"),
        ("unidentified", "unknown"),
    ],
)
def test_phrases_name_their_group(text: str, group: str) -> None:
    assert GROUPS.resolve(text) == group


def test_words_that_are_not_known_come_back_squeezed() -> None:
    assert GROUPS.resolve("  Zogbian   Weavers ") == "zogbian weavers"
    assert GROUPS.resolve("soldiers and civilians") == "soldiers and civilians"  # no group holds both
    assert GROUPS.parent("zogbian weavers") is None
    assert GROUPS.ancestors("zogbian weavers") == ()
    assert GROUPS.title("zogbian weavers") == "zogbian weavers"


def test_the_hierarchy_is_walked_from_the_nearest_up() -> None:
    assert GROUPS.parent("police") == "security forces"
    assert GROUPS.ancestors("children") == ("civilians",)
    assert GROUPS.title("aid workers") == "Aid workers"


def test_no_expression_belongs_to_two_groups() -> None:
    listed = Counter(words(word) for table in TABLES.values() for word in table["words"])
    assert [word for word, times in listed.items() if times > 1] == []


@pytest.mark.parametrize("key", sorted(TABLES))
def test_each_group_is_well_formed_and_names_itself(key: str) -> None:
    table = TABLES[key]
    assert set(table) <= {"title", "parent", "words"}
    assert table["title"]
    assert table.get("parent") in {None, *TABLES}
    assert GROUPS.resolve(key) == key
    assert GROUPS.resolve(table["title"]) == key or key == "unknown"


@given(st.text())
def test_any_text_gives_a_group_that_resolves_to_itself(text: str) -> None:
    group = GROUPS.resolve(text)
    assert GROUPS.resolve(group) == group


def test_a_users_groups_are_merged_over_ours(tmp_path: Path) -> None:
    path = tmp_path / "groups.toml"
    path.write_text('[shepherds]\ntitle = "Shepherds"\nparent = "civilians"\nwords = ["shepherd"]\n', encoding="utf-8")
    groups = Groups.load(str(path))
    assert groups.resolve("three shepherds") == "shepherds"
    assert groups.ancestors("shepherds") == ("civilians",)
    assert groups.resolve("farmers") == "civilians"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[police]\nwrods = ["x"]', "unknown field 'wrods'"),
        ("[police]\nwords = 3", "words is no list of words"),
        ('[police]\nwords = ["?"]', "words is no list of words"),
        ('[police]\nparent = "polcie"', "unknown parent 'polcie'"),
        ('[police]\nparent = "police"', "its own ancestor"),
        ('police = "x"', "is no table"),
        ("[police", "not TOML"),
    ],
)
def test_a_wrong_table_of_groups_is_the_users_to_mend(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "groups.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        Groups.load(str(path))
    with pytest.raises(ConfigError, match="cannot be read"):
        Groups.load(str(tmp_path / "absent.toml"))
