"""Who names whom: how two names of a side go together, and which records name somebody whom others do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations, product
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import knowledge, normalized, row

from reconcile.actors import Actors
from reconcile.groups import Groups
from reconcile.parties import Judge, Named, Party, Tie, disputed_perpetrators, named_by_outlet, sides, ties_between

CLOSENESS: Final = ("same", "part", "related", "unrelated")
PERPETRATORS = Judge(knowledge().actors)
TARGETS = Judge(knowledge().actors, knowledge().groups)


def party(judge: Judge, name: str, year: int | None = None) -> Party:
    found = judge.party(name, year)
    assert found is not None
    return found


def tie(judge: Judge, one: str, other: str) -> Tie:
    """The tie between two names, which is the same from either side."""
    found = judge.tie(party(judge, one), party(judge, other))
    assert judge.tie(party(judge, other), party(judge, one)) == found
    return found


# ------------------------------------------------------------------------------------------------- whom a name means


@pytest.mark.parametrize("name", ["gunmen", "unidentified gunmen", "three men", "militants"])
@pytest.mark.parametrize("judge", [PERPETRATORS, TARGETS])
def test_who_may_be_anybody_is_no_party(judge: Judge, name: str) -> None:
    assert judge.party(name, None) is None


def test_all_names_of_one_actor_make_one_party() -> None:
    one = party(PERPETRATORS, "ISIS", 2016)
    assert (one.key, one.name, one.type, one.group, one.wholes) == ("islamic state", "Islamic State", "rebel", None, ())
    assert all(party(PERPETRATORS, name, year) is one for name in ("Daesh", "IS", "داعش") for year in (None, 2020))
    assert party(PERPETRATORS, "PKK") is not one


def test_who_holds_a_name_hangs_on_the_year() -> None:
    assert party(PERPETRATORS, "SPLA", 2009).name == "Sudan People's Liberation Army"
    assert party(PERPETRATORS, "SPLA", 2015).name == "Military Forces of South Sudan"


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("shoppers", "civilians"),
        ("six policemen", "police"),
        ("Iraqi soldiers", "army"),
        ("Peshmerga fighters", "peshmerga"),
        # Words that no group lists, of organs that are one
        ("TSK", "army"),
        ("الشرطة العراقية", "police"),
        ("sheriff", "police"),
        # An organ that is no group, a class, a community, a name
        ("Iraqi government", None),
        ("hotel", None),
        ("Clan, police", None),
        ("PKK", None),
        ("the Zanubia compound", None),
    ],
)
def test_the_group_of_people_that_a_name_means(name: str, group: str | None) -> None:
    assert party(TARGETS, name).group == group
    assert party(PERPETRATORS, name).group is None


def test_an_organ_is_of_its_group_though_the_table_of_groups_has_no_word_for_it() -> None:
    bare = {"title": "", "words": []}
    judge = Judge(knowledge().actors, Groups({"army": bare, "police": bare, "security forces": bare}))
    found = {name: party(judge, name).group for name in ("Iraqi troops", "Iraqi policemen", "Iraqi officers", "nurses")}
    assert found == {
        "Iraqi troops": "army", "Iraqi policemen": "police", "Iraqi officers": "security forces", "nurses": None,
    }  # fmt: skip


# ---------------------------------------------------------------------------------------- whom a name says it is of


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("ISIS Diyala cell", "islamic state"),
        ("the Diyala wolves of Boko Haram", "boko haram"),
        ("Boko Haram wolves", "boko haram"),
        ("Boko Haram Diyala wolves", "boko haram"),
        ("the ISIS wolves", "islamic state"),
        # A hyphen is between two words
        ("Diyala-ISIS wolves", "islamic state"),
        ("ISIS-Diyala wolves", "islamic state"),
        # The longest listed name, and of those the first
        ("PKK wolves beside Boko Haram elders", "boko haram"),
        ("PKK wolves beside KRG", "kurdistan workers party"),
        ("KRG wolves beside PKK", "kurdistan regional government"),
        # "is" is a word, "IS" is a name
        ("the Hamrin wolves, IS, Diyala", "islamic state"),
        ("Hamrin is Diyala", None),
        ("Hamrin wolves of pkk Diyala", "kurdistan workers party"),
        # Its enemies and those who left are no part of it
        *((f"Diyala {word} PKK wolves", None) for word in (
            "anti", "against", "former", "ex", "pro", "versus", "rival", "opposed"
        )),
        ("Anti-PKK wolves of Diyala", None),
        ("Diyala wolves", None),
        # Twelve words are looked at; what is no word is none of them
        ("Ab Cd Ef Gh Ij Kl Mn Op Qr St Uv PKK", "kurdistan workers party"),
        ("Ab Cd Ef Gh Ij Kl Mn Op Qr St Uv Wy PKK", None),
        ("Ab & Cd – Ef – Gh – Ij – Kl – Mn – Op – PKK wolves", "kurdistan workers party"),
    ],
)  # fmt: skip
def test_a_name_in_no_table_is_of_the_actor_that_it_names(name: str, whole: str | None) -> None:
    for judge in (PERPETRATORS, TARGETS):
        found = party(judge, name)
        assert found.type == "unknown"
        assert found.wholes == ((whole,) if whole else ())


def test_a_listed_actor_is_of_nobody_but_its_parents_in_the_table() -> None:
    assert party(PERPETRATORS, "Islamic State West Africa Province").wholes == ()
    assert party(PERPETRATORS, "Iraqi army").wholes == ()


def test_whom_a_name_is_of_hangs_on_the_year() -> None:
    assert party(PERPETRATORS, "SPLA Diyala wolves", 2009).wholes == ("sudan peoples liberation army",)
    assert party(PERPETRATORS, "SPLA Diyala wolves", 2015).wholes == (party(PERPETRATORS, "SSPDF").key,)


def test_a_name_may_be_of_an_actor_in_the_users_table(tmp_path: Path) -> None:
    table = tmp_path / "actors.csv"
    table.write_text("name,alias\nBlue Phoenix,BP\nXerox,\n", encoding="utf-8")
    judge = Judge(Actors.load(str(table)))
    assert party(judge, "Blue Phoenix Diyala wolves").wholes == ("blue phoenix",)
    assert party(judge, "Diyala wolves of the (BP), Hamrin").wholes == ("blue phoenix",)
    assert party(judge, "Xerox Diyala wolves").wholes == ("xerox",)


# --------------------------------------------------------------------------------------------- how perpetrators compare


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("ISIS", "Daesh", "same"),
        ("Lakurawa", "Lakurawwa", "same"),
        ("soldiers", "Iraqi army", "same"),
        ("policemen", "Turkish police", "same"),
        ("police", "security forces", "part"),
        ("Iraqi army", "Iraqi government", "part"),
        ("Boko Haram", "ISWAP", "part"),
        ("Peshmerga", "KRG", "part"),
        ("ISIS", "ISIS Diyala cell", "part"),
        ("ISIS", "ISKP Nangarhar wolves", "part"),
        ("US-led coalition", "United States", "part"),
        ("US warplanes", "coalition forces", "part"),
        ("NATO", "US troops", "part"),
        ("Saudi-led coalition", "UAE", "part"),
        ("Saudi warplanes", "UAE warplanes", "related"),
        ("NATO", "Turkish army", "unrelated"),
        ("US-led coalition", "Saudi-led coalition", "unrelated"),
        # A name in no table may be short for the other's
        ("the coalition", "Saudi-led coalition", "part"),
        ("Hamrin Wolves", "the Hamrin Wolves of Diyala", "part"),
        ("Hamrin Wolves", "Wolves (Hamrin)", "part"),
        ("Hamrin Wolves", "anti Hamrin Wolves", "unrelated"),
        ("Hamrin Wolves of Diyala", "Hamrin Foxes of Diyala", "unrelated"),
        ("ISKP", "ISWAP", "related"),
        ("Iraqi army", "Iraqi police", "related"),
        ("ISIS Diyala cell", "ISIS Kirkuk cell", "related"),
        ("ISIS Diyala cell", "PKK", "unrelated"),
        ("ISIS Diyala cell", "Hamrin wolves", "unrelated"),
        ("ISIS Diyala cell", "PKK Diyala wolves", "unrelated"),
        ("ISIS", "Turkish army", "unrelated"),
        ("Iraqi army", "Turkish army", "unrelated"),
        ("Iraqi army", "Turkish police", "unrelated"),
        ("Taliban", "Pakistani Taliban", "unrelated"),
        ("ISIS", "PKK", "unrelated"),
        ("bandits", "Boko Haram", "unrelated"),
        # By actors alone the words for people and things are strangers
        ("market", "shoppers", "unrelated"),
        ("soldiers", "Peshmerga", "unrelated"),
        ("Hamrin wolves", "PKK", "unrelated"),
    ],
)
def test_perpetrators_are_compared_by_the_table_of_actors(one: str, other: str, expected: Tie) -> None:
    assert tie(PERPETRATORS, one, other) == expected


# -------------------------------------------------------------------------------------------------- how targets compare


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("PKK", "Kurdistan Workers' Party", "same"),
        ("villagers", "farmers", "same"),
        ("soldiers", "Iraqi army", "same"),
        ("hotel", "market", "same"),
        # The people, and what is hit with the people in it
        ("doctors", "villagers", "part"),
        ("market", "shoppers", "part"),
        ("market", "students", "part"),
        ("bus", "students", "part"),
        ("house", "students", "part"),
        ("pipeline", "journalists", "part"),
        ("market", "Kakai villagers", "part"),
        ("students", "Hazara", "part"),
        ("Dinka", "Rup Dinka", "part"),
        ("bus", "hotel", "related"),
        ("house", "pipeline", "related"),
        ("students", "journalists", "related"),
        ("Yazidi", "Kakai", "related"),
        ("mayor", "journalists", "related"),
        # Officials and their government
        ("mayor", "Iraqi government", "part"),
        ("mayor", "Iraqi army", "unrelated"),
        ("Iraqi government", "ISIS", "unrelated"),
        # Those in uniform
        ("police", "security forces", "part"),
        ("Peshmerga", "security forces", "part"),
        ("bodyguards", "Peshmerga", "part"),
        ("police", "army", "related"),
        ("soldiers", "Peshmerga", "related"),
        ("Shammar tribal fighters", "Peshmerga", "related"),
        # Two with a name of their own are told apart by the table of actors
        ("US troops", "Iraqi army", "unrelated"),
        ("Peshmerga", "Iraqi army", "related"),
        ("Peshmerga", "KRG", "part"),
        ("ISIS", "PKK", "unrelated"),
        # Those who kill and those who do not
        ("soldiers", "villagers", "unrelated"),
        ("soldiers", "market", "unrelated"),
        ("police", "Kakai villagers", "unrelated"),
        ("Al-Shabaab militants", "civilians", "unrelated"),
        # A name that no table knows may be anything, unless it says who they are
        ("the Zanubia compound", "soldiers", "part"),
        ("the Zanubia compound", "PKK", "part"),
        ("ISIS Diyala cell", "ISIS", "part"),
        ("Hamrin Wolves fighters", "villagers", "unrelated"),
        ("Hamrin Wolves fighters", "ISIS", "part"),
    ],
)
def test_targets_are_compared_by_groups_of_people_too(one: str, other: str, expected: Tie) -> None:
    assert tie(TARGETS, one, other) == expected


# --------------------------------------------------------------------------------------------------- several of a side

WORLD: Final = ("ISIS", "ISIS Diyala cell", "ISIS Kirkuk cell", "ISKP", "PKK", "HPG", "Turkish army", "soldiers")
LISTS = st.lists(st.sampled_from(WORLD), max_size=3, unique=True)


def parties(names: Iterable[str]) -> tuple[Party, ...]:
    return tuple(party(PERPETRATORS, name) for name in names)


@given(LISTS, LISTS)
def test_the_closest_tie_is_the_closest_of_all_between_the_two(left: list[str], right: list[str]) -> None:
    ranks = [CLOSENESS.index(tie(PERPETRATORS, a, b)) for a, b in product(left, right)]
    found = PERPETRATORS.closest(parties(left), parties(right))
    assert found == CLOSENESS[min(ranks, default=0)]
    assert PERPETRATORS.closest(parties(right), parties(left)) == found


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (["ISIS"], ["PKK"], "unrelated"),
        (["ISIS", "PKK"], ["PKK"], "same"),
        (["ISIS", "PKK"], ["Turkish army", "PKK"], "same"),
        (["PKK", "ISIS"], ["ISKP", "Turkish army"], "part"),
        (["PKK", "ISKP"], ["ISWAP", "Turkish army"], "related"),
        ([], ["PKK"], "same"),
        ([], [], "same"),
    ],
)
def test_who_shares_one_of_several_contradicts_nobody(left: list[str], right: list[str], expected: Tie) -> None:
    assert PERPETRATORS.closest(parties(left), parties(right)) == expected


# ------------------------------------------------------------------------------------------------------ by outlet

FIRST, SECOND = ["ISIS"], ["PKK"]


def frame(records: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Records as the pipeline sees them: ``event`` 1 and ids a, b, c ... unless they say so."""
    made = [
        row(one.get("id", "abcdefgh"[at]), one.get("outlet", "Rudaw"), **{k: v for k, v in one.items() if k in KEPT})
        for at, one in enumerate(records)
    ]
    events = {line["record_id"]: one.get("event", 1) for line, one in zip(made, records, strict=True)}
    rows = normalized(made)
    number = pl.Series("event_id", [events[one] for one in rows["record_id"]], dtype=pl.UInt32)
    return rows.with_columns(number)


KEPT: Final = ("perpetrators", "targets", "attribution", "day", "published")


def said_by(*records: Mapping[str, Any], field: str = "perpetrators") -> list[tuple[int, list[tuple[Any, ...]]]]:
    """By event and outlet: the canonical names, and each record with its words; whatever the order of the rows."""
    rows = frame(records)
    judge = TARGETS if field == "targets" else PERPETRATORS

    def told(rows: pl.DataFrame) -> list[tuple[int, list[tuple[Any, ...]]]]:
        return [
            (event, [(one.outlet, [party.name for party in one.parties], list(one.said)) for one in named])
            for event, named in named_by_outlet(rows, field, judge)
        ]

    found = told(rows)
    assert told(rows.reverse()) == found
    return found


def by(outlet: str, *names: str, **more: Any) -> dict[str, Any]:
    return {"outlet": outlet, "perpetrators": list(names), **more}


def test_each_outlet_is_told_with_all_its_names_and_records() -> None:
    found = said_by(
        by("Rudaw", "PKK"), by("Dawn", "ISIS", "PKK"), by("Dawn", "Daesh"), by("AFP", "Turkish army"),
    )  # fmt: skip
    assert found == [
        (1, [
            ("AFP", ["Military Forces of Turkey"], [("d", "Turkish army")]),
            ("Dawn", ["Islamic State", "Kurdistan Workers' Party"], [("b", "ISIS, PKK"), ("c", "Daesh")]),
            ("Rudaw", ["Kurdistan Workers' Party"], [("a", "PKK")]),
        ]),
    ]  # fmt: skip


def test_each_event_is_told_apart() -> None:
    found = said_by(
        by("Rudaw", "PKK", event=2), by("Dawn", "ISIS", event=2),
        by("Rudaw", "HPG", event=7), by("AFP", "TSK", event=7),
        by("Dawn", "ISIS", event=3), by("AFP", "ISIS", event=3),
    )  # fmt: skip
    assert [(event, [outlet for outlet, _, _ in named]) for event, named in found] == [
        (2, ["Dawn", "Rudaw"]),
        (7, ["AFP", "Rudaw"]),
    ]


@pytest.mark.parametrize(
    "records",
    [
        [by("Rudaw", "ISIS")],
        [by("Rudaw", "ISIS"), by("Rudaw", "PKK")],
        [by("Rudaw", "ISIS"), by("Dawn", "Daesh")],
        [by("Rudaw", "ISIS", "PKK"), by("Dawn", "PKK", "Daesh")],
        [by("Rudaw", "ISIS"), by("Dawn", "gunmen")],
        [by("Rudaw", "ISIS"), by("Rudaw", "PKK"), by("Dawn", "gunmen")],
        [by("Rudaw", "ISIS"), by("Dawn")],
        [by("Rudaw", "gunmen"), by("Dawn", "militants")],
        [by("Rudaw", "ISIS"), by("Dawn", "PKK", event=2)],
    ],
)
def test_nothing_is_told_where_one_outlet_alone_names_anybody_or_all_name_the_same(records: list[Any]) -> None:
    assert said_by(*records) == []


def test_gunmen_are_left_out_beside_names() -> None:
    found = said_by(
        by("Rudaw", "ISIS", "gunmen"), by("Rudaw", "militants"), by("Dawn", "PKK"), by("AFP", "gunmen"),
    )  # fmt: skip
    assert found == [
        (1, [
            ("Dawn", ["Kurdistan Workers' Party"], [("c", "PKK")]),
            ("Rudaw", ["Islamic State"], [("a", "ISIS, gunmen")]),
        ]),
    ]  # fmt: skip


def test_how_sure_an_outlet_is_is_told_of_perpetrators_only() -> None:
    both = {"targets": ["Peshmerga"], "attribution": "claimed"}
    records = [by("Rudaw", "ISIS", **both), by("Dawn", "PKK", targets=["villagers"])]
    assert [one[2] for one in said_by(*records)[0][1]] == [[("b", "PKK")], [("a", "ISIS (claimed)")]]
    found = said_by(*records, field="targets")
    assert [one[2] for one in found[0][1]] == [[("b", "villagers")], [("a", "Peshmerga")]]


def test_a_name_means_who_held_it_in_the_year_of_its_record() -> None:
    records = [by("Rudaw", "SPLA", day=date(2010, 12, 31)), by("Dawn", "SPLA", day=date(2011, 1, 1))]
    assert [one[1] for one in said_by(*records)[0][1]] == [
        ["Military Forces of South Sudan"],
        ["Sudan People's Liberation Army"],
    ]


def test_a_record_without_a_day_means_who_held_the_name_when_it_was_published() -> None:
    day = date(2009, 5, 1)
    records = [by("Rudaw", "SPLA", day=day), by("Dawn", "SPLA", day=None, published=day), by("AFP", "SPLA", "PKK")]
    records[2]["day"] = day
    assert ties_between(frame(records), "perpetrators", PERPETRATORS) == []


# ----------------------------------------------------------------------------------------- between outlets of an event

NAMES: Final = (*WORLD, "Daesh", "gunmen")
RECORDS = st.lists(
    st.tuples(
        st.integers(1, 2), st.sampled_from(("Rudaw", "Dawn", "AFP")), st.lists(st.sampled_from(NAMES), max_size=2)
    ),
    max_size=7,
)


def lean(records: Sequence[tuple[int, str, Sequence[str]]]) -> pl.DataFrame:
    """Just the columns that the outlets' names are read from."""
    keys = [sorted({one.key for name in names if (one := PERPETRATORS.party(name, 2020))}) for *_, names in records]
    return pl.DataFrame(
        {
            "event_id": [event for event, _, _ in records],
            "outlet": [outlet for _, outlet, _ in records],
            "record_id": [f"r{at}" for at in range(len(records))],
            "attribution": None,
            "date_start": date(2020, 6, 1),
            "date_end": None,
            "published": None,
            "perpetrators": [list(names) for *_, names in records],
            "perpetrator_keys": keys,
        },
        schema_overrides={
            "event_id": pl.UInt32, "outlet": pl.String, "record_id": pl.String, "attribution": pl.String,
            "date_start": pl.Date, "date_end": pl.Date, "published": pl.Date,
            "perpetrators": pl.List(pl.String), "perpetrator_keys": pl.List(pl.String),
        },
    )  # fmt: skip


@given(RECORDS)
def test_every_two_outlets_of_an_event_that_do_not_name_the_same_are_held_against_each_other(
    records: list[tuple[int, str, list[str]]],
) -> None:
    naming = [
        (event, outlet, f"r{at}", [name for name in names if name != "gunmen"])
        for at, (event, outlet, names) in enumerate(records)
    ]
    expected: dict[int, list[tuple[str, str, str]]] = {}
    disputed: set[str] = set()
    for event in (1, 2):
        by_outlet: dict[str, list[str]] = {}
        for of, outlet, _, names in sorted(naming):
            if of == event and names:
                by_outlet.setdefault(outlet, []).extend(names)
        for one, other in combinations(sorted(by_outlet), 2):
            pairs = product(by_outlet[one], by_outlet[other])
            closest = CLOSENESS[min(CLOSENESS.index(tie(PERPETRATORS, a, b)) for a, b in pairs)]
            if closest != "same":
                expected.setdefault(event, []).append((one, other, closest))
            if closest == "unrelated":
                disputed |= {id_ for of, who, id_, names in naming if of == event and who in (one, other) and names}
    ties = ties_between(lean(records), "perpetrators", PERPETRATORS)
    assert [(event, [(a.outlet, b.outlet, how) for a, b, how in pairs]) for event, pairs in ties] == list(
        expected.items()
    )
    assert disputed_perpetrators(ties) == sorted(disputed)


@pytest.mark.parametrize(
    ("records", "disputed"),
    [
        ([by("Rudaw", "ISIS"), by("Dawn", "PKK")], ["a", "b"]),
        ([by("Rudaw", "ISIS"), by("Rudaw", "Daesh"), by("Dawn", "PKK")], ["a", "b", "c"]),
        ([by("Rudaw", "ISIS"), by("Rudaw", "gunmen"), by("Dawn", "PKK")], ["a", "c"]),
        ([by("Rudaw", "ISIS"), by("Dawn", "Daesh"), by("AFP", "PKK")], ["a", "b", "c"]),
        # Who names a part, or one of two, disputes nothing
        ([by("Rudaw", "ISIS"), by("Dawn", "ISKP")], []),
        ([by("Rudaw", "ISKP"), by("Dawn", "ISWAP")], []),
        ([by("Rudaw", "ISIS", "PKK"), by("Dawn", "PKK")], []),
        ([by("Rudaw", "ISIS"), by("Rudaw", "PKK"), by("Dawn", "PKK")], []),
        ([by("Rudaw", "ISIS"), by("Dawn", "ISIS Diyala cell"), by("AFP", "PKK", "ISIS")], []),
        # One who names both stands between two strangers
        ([by("Rudaw", "ISIS"), by("Dawn", "ISIS", "PKK"), by("AFP", "PKK")], ["a", "c"]),
        ([by("Rudaw", "ISIS"), by("Dawn", "PKK", event=2)], []),
        ([], []),
    ],
)
def test_whose_perpetrators_are_disputed(records: list[dict[str, Any]], disputed: list[str]) -> None:
    assert disputed_perpetrators(ties_between(frame(records), "perpetrators", PERPETRATORS)) == disputed


# ---------------------------------------------------------------------------------------------------------- sides


def named(outlet: str, *names: str) -> Named:
    return Named(outlet, parties(names), ())


@pytest.mark.parametrize(
    ("outlets", "expected"),
    [
        ([named("Rudaw", "ISIS"), named("Dawn", "PKK")],
         {"Islamic State": ["Rudaw"], "Kurdistan Workers' Party": ["Dawn"]}),
        ([named("Rudaw", "ISIS"), named("Dawn", "Daesh")], {"Islamic State": ["Dawn", "Rudaw"]}),
        ([named("Rudaw", "ISIS"), named("Dawn", "ISKP")],
         {"Islamic State, Islamic State Khorasan Province": ["Dawn", "Rudaw"]}),
        # Two parts of one thing are one side only if somebody names the whole
        ([named("Rudaw", "ISKP"), named("Dawn", "ISIS Diyala cell"), named("AFP", "ISIS")],
         {"ISIS Diyala cell, Islamic State, Islamic State Khorasan Province": ["AFP", "Dawn", "Rudaw"]}),
        ([named("Rudaw", "ISKP"), named("Dawn", "ISWAP")],
         {"Islamic State Khorasan Province": ["Rudaw"], "Islamic State West Africa Province": ["Dawn"]}),
        # The side of most outlets comes first, then the shortest name, then the first by letter
        ([named("Rudaw", "TSK"), named("Dawn", "PKK"), named("AFP", "TSK")],
         {"Military Forces of Turkey": ["AFP", "Rudaw"], "Kurdistan Workers' Party": ["Dawn"]}),
        ([named("Rudaw", "Wolves"), named("Dawn", "Ravens"), named("AFP", "Kin")],
         {"Kin": ["AFP"], "Ravens": ["Dawn"], "Wolves": ["Rudaw"]}),
        ([], {}),
    ],
)  # fmt: skip
def test_outlets_that_name_one_actor_or_its_parts_are_one_side(outlets: list[Named], expected: dict[str, Any]) -> None:
    for some in (outlets, outlets[::-1]):
        assert list(sides(some, PERPETRATORS).items()) == list(expected.items())


@given(st.lists(LISTS.filter(bool), max_size=5))
def test_two_outlets_are_of_one_side_when_names_lead_from_the_one_to_the_other(said: list[list[str]]) -> None:
    outlets = [named(f"o{at}", *names) for at, names in enumerate(said)]
    reached = {one.outlet: {one.outlet} for one in outlets}
    for _ in outlets:
        for a, b in product(outlets, outlets):
            if PERPETRATORS.closest(a.parties, b.parties) in ("same", "part"):
                reached[a.outlet] |= reached[b.outlet]
    expected: dict[str, list[str]] = {}
    for of in sorted({tuple(sorted(one)) for one in reached.values()}):
        names = {party.name for one in outlets if one.outlet in of for party in one.parties}
        expected[", ".join(sorted(names))] = list(of)
    assert sides(outlets, PERPETRATORS) == expected
