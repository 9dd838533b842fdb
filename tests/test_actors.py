"""Actors: aliases, years, the grammar of systematic names, and how keys compare."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.actors import Actor, Actors
from reconcile.actors.grammar import TYPES
from reconcile.errors import ConfigError
from reconcile.lookups import builtin_rows

ACTORS = Actors.load()
ROWS = builtin_rows("actors.csv")
NAMES = (
    "ISIS", "Peshmerga", "PMF", "Kataib Hezbollah", "Iraqi army", "Iraqi police", "Police", "Government of Iraq", "PKK",
    "HPG", "gunmen", "civilians", "journalists", "Kakai villagers", "Rup Dinka", "Dinka Ethnic Militia (Sudan)",
    "Lakurawa", "Lakurawwa", "PDP", "People's Democratic Party", "Turkish army", "criminals", "Fulani", "US forces",
    "CIA", "bandits",
)  # fmt: skip
ANY_KEY = st.sampled_from(sorted({actor.key for name in NAMES if (actor := ACTORS.resolve(name)).key})) | st.text(
    max_size=8
)


def key(name: str, year: int | None = None) -> str | None:
    return ACTORS.resolve(name, year).key


@pytest.mark.parametrize(
    "names",
    [
        ("Islamic State", "IS", "ISIS", "ISIL", "Daesh", "Da'esh", "داعش", "دولة اسلامية", "suspected ISIS militants",
         "Islamic State (ISIS)", "Islamic State of Iraq and Syria (ISIS) gunmen"),
        ("Boko Haram", "Boko Haram: Jama'atu Ahlis Sunna Lidda'awati wal-Jihad", "Boko Haram - Shekau faction"),
        ("PMF", "Hashd al-Shaabi", "Popular Mobilisation Forces", "الحشد الشعبي", "Hashd al-Shaabi militia"),
        ("Peshmerga", "Pêşmerge", "پێشمەرگە", "Kurdistan Region Peshmerga", "Peshmerga forces"),
        ("Military Forces of Iraq (2014-2018)", "Iraqi army", "Army (Iraq)", "Iraqi soldiers", "الجيش العراقي"),
        ("Police Forces of Iraq (2014-)", "Iraqi policemen", "An Iraqi policeman was targeted", "Iraqi federal police"),
        ("United States (drone)", "Government of the United States (2017-2021)", "US", "U.S. government"),
        ("Civilians (Iraq)", "villagers", "farmers", "three peasants", "Civilians", "residents of the village"),
        ("Kakai villagers", "Kakai farmers", "Kakais", "Kakai Ethnic Group (Iraq)"),
        ("FARC", "two men of the 99th Front of the FARC", "Fuerzas Armadas Revolucionarias de Colombia"),
        ("Sendero Luminoso", "Shining Path fighters", "group of Shining Path militants"),
    ],
    ids=lambda names: names[0],
)  # fmt: skip
def test_the_names_of_one_actor_have_one_key(names: tuple[str, ...]) -> None:
    assert key(names[0]) is not None
    assert {name: key(name) for name in names} == dict.fromkeys(names, key(names[0]))


@pytest.mark.parametrize(
    "names",
    [
        ("Government of Russia", "Росія", "Россия", "روسيا", "Russie", "Rusia", "РФ"),
        ("Russian army", "армия России", "російські війська", "Вооружённые силы РФ", "ВС РФ", "الجيش الروسي",
         "armée russe"),
        ("Ukrainian army", "ВСУ", "ЗСУ", "Збройні сили України", "украинские военные", "forces armées ukrainiennes"),
        ("Sudanese Armed Forces", "SAF", "الجيش السوداني", "القوات المسلحة السودانية", "armée soudanaise"),
        ("Malian army", "FAMa", "armée malienne", "soldats maliens", "Forces armées maliennes"),
        ("Congolese army", "FARDC", "militaires congolais", "Forces armées de la République démocratique du Congo"),
        ("Colombian army", "Ejército colombiano", "soldados colombianos"),
        ("Syrian army", "Syrian Arab Army", "الجيش العربي السوري", "Syrian Arab Army (SAA)"),
        ("Myanmar military", "Tatmadaw"),
        ("Israeli army", "IDF", "IOF", "Israeli air force in Gaza"),
        ("Israeli forces", "Israeli forces in the West Bank", "Israeli forces in the Gaza Strip"),
        ("police", "policía", "полиция", "поліція", "policiers", "الشرطة"),
        ("Malian security forces", "forces de sécurité maliennes"),
        ("ADF", "rebelles des ADF", "ADF rebels", "combattants rebelles ADF"),
        ("M23", "Mouvement du 23 mars", "rebelles du M23", "March 23 Movement (M23)"),
        ("CODECO", "miliciens CODECO", "miliciens de la CODECO"),
        ("PKK", "PKK terrorists", "members of the PKK"),
        ("RSF", "قوات الدعم السريع", "Forces de soutien rapide"),
        ("Houthis", "Ansar Allah", "أنصار الله", "хуситы"),
        ("ISIS", "ИГИЛ", "боевики ИГИЛ", "Daech", "تنظيم داعش"),
        ("JNIM", "GSIM", "terroristes du GSIM"),
        ("Fulani", "Peuls", "Fulani herders", "bergers peuls"),
    ],
    ids=lambda names: names[0],
)  # fmt: skip
def test_names_in_other_languages_have_the_key_of_the_english_one(names: tuple[str, ...]) -> None:
    assert key(names[0]) is not None
    assert {name: key(name) for name in names} == dict.fromkeys(names, key(names[0]))


@pytest.mark.parametrize(
    "name",
    ["rebelles", "rebelles présumés", "miliciens", "terroristes", "combattants", "hommes armés", "hombres armados",
     "бойцы", "боевики", "вооружённые люди", "المتمردون", "عناصر مسلحة", "milicianos", "khawarij", "armed herders",
     "armed villagers"],
)  # fmt: skip
def test_words_for_nobody_in_particular_have_no_key_in_any_language(name: str) -> None:
    assert key(name) is None


def test_initials_are_found_only_among_words_that_name_nobody() -> None:
    assert key("Real IRA") != key("IRA")
    assert key("anti PKK fighters") != key("PKK")
    assert key("SOUTHERN PKK RELIEF") != key("PKK")  # a name in capitals has no initials
    assert key("PKK and ADF rebels") not in (key("PKK"), key("ADF"))


def test_a_group_is_part_of_the_one_it_split_from() -> None:
    assert ACTORS.relation(key("Jamaat-ul-Ahrar") or "", key("TTP") or "") == "parent"
    assert ACTORS.relation(key("junta troops") or "", key("Myanmar military") or "") == "parent"


@pytest.mark.parametrize("name", ["Des Moines Police Department", "La Vivienda", "Abd al-Rahman", "Marina Gil"])
def test_words_of_other_languages_do_not_swallow_names(name: str) -> None:
    assert key(name) is not None
    assert ":" not in (key(name) or "")


@pytest.mark.parametrize("word", ["anti", "against", "former", "ex", "pro", "versus", "opposed to"])
def test_who_is_against_an_actor_is_another(word: str) -> None:
    assert key("wolves of ISIS") == key("ISIS")
    assert key(f"wolves {word} ISIS") != key("ISIS")


@pytest.mark.parametrize(
    "name",
    ["unidentified gunmen", "Unidentified Armed Group (Iraq)", "Unknown", "terrorists", "guerrillas", "militants",
     "TWO MEN",
     "men wearing military uniforms", "urban commandos", "مسلحون مجهولون", "???", ""],
)  # fmt: skip
def test_a_generic_actor_has_no_key(name: str) -> None:
    assert ACTORS.resolve(name) == Actor(None, name, "unknown")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Iraqi army", "state"), ("police", "state"), ("ISIS", "rebel"), ("PMF", "militia"),
        ("Fulani herdsmen", "communal"),
        ("villagers", "civilian"), ("cattle rustlers", "criminal"), ("Wagner Group", "external"),
        ("Lakurawa", "unknown"),
    ],
)  # fmt: skip
def test_the_type_of_an_actor_is_known(name: str, kind: str) -> None:
    assert ACTORS.resolve(name).type == kind


def test_rebels_with_an_army_in_their_name_are_no_army() -> None:
    for name in (
        "Free Syrian Army",
        "Syrian Democratic Forces",
        "Lord's Resistance Army",
        "Zogbian Liberation Army (Syria)",
    ):
        assert ACTORS.relation(key(name) or "", key("Syrian army") or "") == "unrelated"


def test_a_person_named_after_a_country_is_no_government() -> None:
    assert key("Georgia Rodriguez") == "georgia rodriguez"
    assert key("Iraqis") == "class:civilians"


def test_the_year_decides_between_holders_of_one_name() -> None:
    assert key("SPLA", 1995) == "sudan peoples liberation army"
    assert key("SPLA", 2015) == key("Military Forces of South Sudan (2011-)")
    assert ACTORS.resolve("SPLA", 1995).type == "rebel"


def test_parents_are_listed_from_the_nearest_up() -> None:
    assert ACTORS.resolve("Kataib Hezbollah").parents == ("popular mobilization forces", key("Government of Iraq"))
    assert ACTORS.resolve("Iraqi police").parents == ("irak:forces", "irak:government")


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("ISIS", "Daesh", "same"),
        ("Kataib Hezbollah", "PMF", "parent"),
        ("Peshmerga", "Government of Iraq", "parent"),
        ("PKK", "HPG", "parent"),
        ("Iraqi army", "Government of Iraq", "parent"),
        ("Iraqi army", "Iraqi forces", "parent"),
        ("Iraqi army", "army", "parent"),
        ("Iraqi army", "Iraqi police", "sibling"),
        ("Kataib Hezbollah", "Badr Organization", "sibling"),
        ("journalists", "civilians", "parent"),
        ("Kakai villagers", "civilians", "parent"),
        ("Rup Dinka", "Dinka Ethnic Militia (South Sudan)", "parent"),
        ("Lakurawa", "Lakurawwa", "same"),
        ("PDP", "People's Democratic Party", "same"),
        ("ISIS", "PKK", "unrelated"),
        ("Iraqi army", "Syrian army", "unrelated"),
        ("Islamic State", "Islamic Jihad Union", "unrelated"),
        ("CIA", "KIA", "unrelated"),
    ],
)  # fmt: skip
def test_how_two_actors_go_together(a: str, b: str, relation: str) -> None:
    assert ACTORS.relation(key(a) or "", key(b) or "") == relation


@given(ANY_KEY, ANY_KEY)
def test_relation_is_symmetric_and_same_with_itself(a: str, b: str) -> None:
    assert ACTORS.relation(a, b) == ACTORS.relation(b, a)
    assert ACTORS.relation(a, a) == "same"


@given(st.lists(ANY_KEY, max_size=4), st.lists(ANY_KEY, max_size=4))
def test_similarity_is_symmetric_bounded_and_blind_to_order(a: list[str], b: list[str]) -> None:
    score = ACTORS.similarity(a, b)
    assert score == ACTORS.similarity(b, a)
    assert score == ACTORS.similarity(a[::-1], [*b, *b])
    assert (score is None) == (not a or not b)
    assert score is None or 0.0 <= score <= 1.0
    if a:
        assert ACTORS.similarity(a, a) == 1.0


def test_similarity_is_graded() -> None:
    def alike(a: str, b: str) -> float:
        score = ACTORS.similarity([key(a) or ""], [key(b) or ""])
        assert score is not None
        return score

    assert (
        alike("ISIS", "Daesh") > alike("PKK", "HPG") > alike("Iraqi army", "Iraqi police") > alike("ISIS", "PKK") == 0
    )
    assert alike("ISIS", "bandits") > 0  # a class against a name is weak evidence


def test_naming_more_actors_is_hardly_a_difference() -> None:
    score = ACTORS.similarity(["islamic state"], ["islamic state", "class:criminals"])
    assert score is not None
    assert 0.75 < score < 1


@given(st.text(max_size=40), st.none() | st.integers(1900, 2100))
def test_resolving_any_text_is_deterministic(name: str, year: int | None) -> None:
    first = ACTORS.resolve(name, year)
    assert first == ACTORS._resolve(name, year)  # past the cache
    assert first.type in TYPES
    assert first.key != ""


def test_the_table_is_well_formed() -> None:
    listed = {row["name"] for _, row in ROWS}
    assert len(listed) >= 40
    for line, row in ROWS:
        assert row["type"] in TYPES, line
        assert row["parent"] in listed | {""} or row["parent"].startswith(("Government of ", "Military Forces of ")), (
            line
        )


def test_each_alias_names_its_actor_in_its_years() -> None:
    for line, row in ROWS:
        stated = [int(row[end]) for end in ("valid_from", "valid_to") if row[end]] or [2016]
        for year in stated:
            assert key(row["alias"] or row["name"], year) == key(row["name"], year) is not None, line


def test_one_actor_has_one_type_and_one_parent_unless_it_split_off() -> None:
    split_off = {
        "Islamic State West Africa Province": {"Islamic State", "Boko Haram"},
        "Government of United States": {"International Coalition", "NATO"},  # a member of both
    }
    for (_, a), (_, b) in combinations(ROWS, 2):
        if a["name"] == b["name"]:
            assert a["type"] == b["type"], a["name"]
            parents = {a["parent"], b["parent"]}
            assert len(parents) == 1 or parents == split_off.get(a["name"]), a["name"]


def test_a_splinter_is_part_of_both_its_parents_and_does_not_make_them_one() -> None:
    assert ACTORS.relation("islamic state west africa province", "boko haram") == "parent"
    assert ACTORS.relation("islamic state west africa province", "islamic state") == "parent"
    assert ACTORS.relation("boko haram", "islamic state") == "unrelated"


def test_a_users_actors_extend_the_table_and_win(tmp_path: Path) -> None:
    path = tmp_path / "actors.csv"
    path.write_text(
        "name,alias,parent,type\nZogbian Front,ZF,,rebel\nZogbian Front,PKK,,rebel\n"
        "ZF Youth,ZFY,Zogbian Front,militia\n",
        encoding="utf-8",
    )
    actors = Actors.load(str(path))
    assert actors.resolve("suspected ZF fighters").key == "zogbian front"
    assert actors.resolve("PKK").key == "zogbian front"
    assert actors.resolve("Kurdistan Workers' Party").key == "kurdistan workers party"
    assert actors.resolve("ZFY").parents == ("zogbian front",)
    assert actors.relation("zf youth", "zogbian front") == "parent"


def test_name_and_alias_are_all_that_a_users_row_needs(tmp_path: Path) -> None:
    path = tmp_path / "actors.csv"
    path.write_text("name,alias\nIslamic State,Zogbis\n", encoding="utf-8")
    assert Actors.load(str(path)).resolve("Zogbis") == ACTORS.resolve("ISIS")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,alias,type\nA,B,rebbel", r"actors.csv:2: type 'rebbel' is none of"),
        ("name,alias\n,B", r"actors.csv:2: an actor needs a name"),
        ("name,alias\nA,?", r"actors.csv:2: '\?' has no letter"),
        ("name,alias,valid_from\nA,B,soon", r"actors.csv:2: valid_from 'soon' is no year"),
        ("name,alias,valid_from,valid_to\nA,B,2010,2000", r"actors.csv:2: valid_from is after valid_to"),
        ("name,alias,parent\nA,,B\nB,,A", r"actors.csv:2: 'A' is part of itself"),
        ("name,alias,colour\nA,B,red", "unknown column 'colour'"),
        ("name\nA", "no column 'alias'"),
        ("name,alias\nA", "1 cells where the header has 2"),
        ("name,alias,alias\nA,B,C", "named twice"),
        ('name,alias\nA,"B', "not CSV"),
    ],
)
def test_a_wrong_table_of_actors_is_the_users_to_mend(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "actors.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        Actors.load(str(path))


def test_every_bad_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "actors.csv"
    path.write_text("name,alias,type\nA,B,x\nC,D,rebel\nE,F,y\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Actors.load(str(path))
    assert [line.split(": ")[0].rpartition(":")[2] for line in str(caught.value).splitlines()] == ["2", "4"]


def test_a_table_that_is_no_text_is_the_users_to_mend(tmp_path: Path) -> None:
    path = tmp_path / "actors.csv"
    path.write_bytes(b"\xff\xfen\x00a\x00")
    with pytest.raises(ConfigError, match="UTF-8"):
        Actors.load(str(path))
