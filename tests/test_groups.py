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
        ("ISIS militants", "fighters"),
        ("gunmen and militants", "attackers"),
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


# Nouns that say who someone is, and what of them a phrase may go on to say.
WHO = {
    "children": "children", "relatives": "civilians", "two wives": "women", "the mother": "women", "a son": "civilians",
    "families": "civilians", "drivers": "civilians", "hostages": "civilians", "passers-by": "civilians",
    "several bystanders": "civilians", "victims": "unknown", "bodyguards": "security forces",
    "five guards": "security forces", "police officers": "police", "soldiers": "army", "gunmen": "attackers",
}  # fmt: skip
OTHERS = (
    "policemen",
    "the soldiers",
    "a suicide bomber",
    "the mayor",
    "civilians",
    "two federal police officers",
    "Zogbians",
)
BETWEEN = (
    "of",
    "from",
    "killed by",
    "hit by",
    "near",
    "fleeing",
    "in a house of",
    "at a camp for",
    "against",
    "who were with",
)


@pytest.mark.parametrize("between", BETWEEN)
def test_a_noun_that_says_who_they_are_is_not_taken_for_those_it_has_to_do_with(between: str) -> None:
    for noun, group in WHO.items():
        for other in OTHERS:
            assert GROUPS.resolve(f"{noun} {between} {other}") == group
            assert other == "Zogbians" or GROUPS.resolve(f"{noun} {between} {other} and policemen") == group


@pytest.mark.parametrize(
    "noun", ["members", "two", "23", "a dozen", "at least two members", "elements", "a number", "remains"]
)
def test_a_noun_that_says_nothing_yields_to_what_it_is_of(noun: str) -> None:
    for other in OTHERS[:-1]:
        assert GROUPS.resolve(f"{noun} of {other}") == GROUPS.resolve(other)
        assert GROUPS.resolve(f"{noun} killed by {other}") == f"{noun} killed by {other}".casefold()


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("members of the security forces", "security forces"),
        ("officers of the police", "police"),
        ("commanders of the Peshmerga", "peshmerga"),
        ("fighters of the Hashd al-Shaabi", "popular mobilization forces"),
        ("officers of the health ministry", "security forces"),  # of whom nothing is known
        ("members of the army and the police", "security forces"),
        ("members of a family of policemen", "civilians"),
        ("bodies of two women", "women"),
        ("people of unknown identity", "unknown"),
        ("men of the Kakai community", "men"),  # are no less men for being civilians
        ("Ministry of Defence employees", "civilians"),
        ("two soldiers near Dara and three policemen", "security forces"),  # who are counted for themselves
        ("soldiers on patrol and policemen", "security forces"),
        ("prisoners of the Taliban", "prisoners of the taliban"),  # who may be anybody
        ("six civils, dont deux enfants", "civilians"),
    ],
)
def test_what_follows_a_noun_may_say_more_than_it(text: str, group: str) -> None:
    assert GROUPS.resolve(text) == group


MEMBERS = st.lists(
    st.sampled_from(["men", "women", "children", "policemen", "soldiers", "gunmen", "a judge"]), min_size=3, max_size=5
)


@given(MEMBERS, st.sampled_from([" and ", ", and ", ", "]), st.booleans())
def test_a_list_of_three_or_more_is_all_its_members(members: list[str], last: str, counted: bool) -> None:
    said = [f"{member} ({at})" if counted else member for at, member in enumerate(members, start=1)]
    text = ", ".join(said[:-1]) + last + said[-1]
    lines = [(key, *GROUPS.ancestors(key)) for key in map(GROUPS.resolve, members)]
    common = [key for key in lines[0] if all(key in line for line in lines)]
    if common:
        assert GROUPS.resolve(text) == common[0]
    else:
        assert not GROUPS.knows(GROUPS.resolve(text))


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("policemen, among them an officer and a colonel", "police"),
        ("villagers, shot by policemen and soldiers", "civilians"),
        ("civilians, not soldiers", "civilians"),
        ("Kakai villagers, Iraq", "civilians"),
        ("soldiers, police said, and left", "army"),
        ("women, children", "women"),
    ],
)
def test_an_aside_after_a_comma_is_no_list(text: str, group: str) -> None:
    assert GROUPS.resolve(text) == group


@pytest.mark.parametrize(
    ("group", "texts"),
    [
        ("children", "enfants, дети, двое детей, crianças, Kinder, çocuklar, діти, niña|girls"),
        ("women", "femmes, trois femmes, женщины, жінки, mulheres, Frauen, kadınlar"),
        ("civilians", "civils, six civils, мирные жители, цивільні, civis, Zivilisten, siviller, habitants du village"),
        ("army", "soldats, militaires, военные, солдаты, військові, militares, Soldaten, askerler"),
        ("police", "policiers, gendarmes, полицейские, поліцейські, policiais, Polizisten, polisler, guardias civiles"),
        ("security forces", "forces de l'ordre, membres des forces de sécurité, силовики, Sicherheitskräfte"),
        ("journalists", "journalistes, журналисты, jornalistas, Journalisten, gazeteciler"),
    ],
)
def test_groups_are_known_in_other_languages(group: str, texts: str) -> None:
    for text in texts.split(", "):
        said, _, other = text.partition("|")
        assert GROUPS.resolve(said) == (other or group)


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
