"""Voices: named sources join, generic ones never do; copying shows in words, addresses and shared odd figures."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.attribution import credited_agency, named_sources
from reconcile.copying import copiers, odd_figures, same_address, same_name, same_odd_figures, same_words
from reconcile.voices import find_voices, voices_of_events


@pytest.mark.parametrize(
    "text",
    [
        "a security source", "police", "Police and witnesses", "local officials", "hospital sources", "residents",
        "a military spokesman", "an official who asked not to be named", "the army", "medical sources; residents", "",
    ],
)  # fmt: skip
def test_generic_attributions_name_nobody(text: str) -> None:
    assert named_sources(text) == frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AFP", "Agence France-Presse"),
        ("Reuters", "Reuters news agency"),
        ("AP", "the Associated Press"),
        ("Kadhim Pirouli, village council member", "council member Kadhim Pirouli"),
        ("the Interior Ministry", "Interior Ministry (spokesman)"),
        ("Khanaqin police", "police in Khanaqin"),
    ],
)
def test_one_source_in_two_spellings_is_one(one: str, other: str) -> None:
    assert named_sources(one) == named_sources(other) != frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [("AFP", "Reuters"), ("Khanaqin police", "Khanaqin hospital"), ("Ahmed Salih", "Ahmed Karim"), ("AFP", "a source")],
)
def test_other_sources_are_others(one: str, other: str) -> None:
    assert named_sources(one).isdisjoint(named_sources(other))


def test_the_credit_is_read_at_the_beginning_only() -> None:
    assert credited_agency("MOSUL, Iraq (Reuters) - Gunmen ...") == "reuters"
    assert credited_agency("Gunmen (three of them) came. " + "x" * 300 + " (AFP)") is None


def texts(*records: tuple[str, str, str]) -> pl.DataFrame:
    columns = ["event_id", "outlet", "text"]
    frame = pl.DataFrame(list(records), schema=columns, orient="row")
    return frame.with_row_index("n").with_columns(record_id=pl.format("r{}", "n")).drop("n")


WORDS = " ".join(f"word{number}" for number in range(80))


def test_the_same_words_join_and_a_quoted_sentence_does_not() -> None:
    longer = WORDS + " and " + " ".join(f"more{number}" for number in range(40))
    found = same_words(texts(("e", "A", WORDS), ("e", "B", longer), ("f", "A", WORDS), ("f", "A", WORDS)))
    assert found.select("event_id", "left", "right").rows() == [("e", "A", "B")]
    quoting = " ".join(f"other{number}" for number in range(80)) + " " + " ".join(WORDS.split()[:15])
    assert same_words(texts(("e", "A", WORDS), ("e", "B", quoting))).height == 0


def test_one_address_joins_however_it_is_written() -> None:
    rows = pl.DataFrame(
        {"event_id": ["e", "e", "e"], "outlet": ["A", "B", "C"],
         "url": ["https://www.rudaw.net/1", "http://rudaw.net/1/#top", "https://rudaw.net/2"]}
    )  # fmt: skip
    assert same_address(rows).select("left", "right").rows() == [("A", "B")]


def test_how_a_reader_came_to_an_address_is_no_part_of_it() -> None:
    urls = ["https://rudaw.net/a?utm_source=x&id=5&fbclid=7", "https://rudaw.net/a?id=5", "https://rudaw.net/a?id=6"]
    rows = pl.DataFrame({"event_id": ["e"] * 3, "outlet": ["A", "B", "C"], "url": urls})
    assert same_address(rows).select("left", "right").rows() == [("A", "B")]


def test_an_outlet_in_two_spellings_is_one_voice() -> None:
    names = ["RUDAW", "Rudaw", "Kurdistan 24", "Kurdistan-24", "Rudaw English", "—", "!"]
    rows = pl.DataFrame({"event_id": ["e"] * len(names), "outlet": names})
    assert same_name(rows).select("left", "right").rows() == [("Kurdistan 24", "Kurdistan-24"), ("RUDAW", "Rudaw")]
    assert same_name(pl.DataFrame({"event_id": ["e", "f"], "outlet": ["RUDAW", "Rudaw"]})).is_empty()


def run(odd: dict[int, tuple[int, int]], events: int = 12) -> pl.DataFrame:
    """Figures of a run: C, D and E say 10 of every event; A and B say 10, or what ``odd`` gives for them."""
    rows = []
    for event in range(events):
        a, b = odd.get(event, (10, 10))
        rows += [
            (f"e{event:02}", outlet, figure) for outlet, figure in (("A", a), ("B", b), ("C", 10), ("D", 10), ("E", 10))
        ]
    return pl.DataFrame(rows, schema=["event_id", "outlet", "best"], orient="row").with_columns(
        measure=pl.lit("killed"), group=pl.lit(None, dtype=pl.String), replaced_by=pl.lit(None, dtype=pl.String)
    )


def test_five_shared_odd_figures_make_one_voice() -> None:
    shared = {0: (7, 7), 1: (12, 12), 2: (3, 3), 3: (25, 25), 4: (8, 8)}
    found = same_odd_figures(run(shared), copiers(odd_figures(run(shared))))
    assert set(found.select("left", "right").iter_rows()) == {("A", "B")}
    assert found["event_id"].n_unique() == 12


@pytest.mark.parametrize(
    "odd",
    [
        {0: (7, 7), 1: (12, 12), 2: (3, 3), 3: (25, 25)},  # four: too few
        {0: (11, 11), 1: (11, 11), 2: (11, 11), 3: (11, 11), 4: (11, 11)},  # always one more: another way of counting
        {
            0: (7, 7),
            1: (12, 12),
            2: (3, 3),
            3: (25, 25),
            4: (8, 8),
            5: (9, 4),
            6: (5, 10),
        },  # and two errors of their own
    ],
)
def test_less_than_that_is_no_copying(odd: dict[int, tuple[int, int]]) -> None:
    assert copiers(odd_figures(run(odd))).height == 0
    assert same_odd_figures(run(odd), copiers(odd_figures(run(odd)))).height == 0


@given(
    st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from([None, "AFP", "Reuters; AFP", "police"])), min_size=1)
)
def test_every_outlet_has_exactly_one_voice(said: list[tuple[str, str | None]]) -> None:
    rows = pl.DataFrame(
        [
            {"event_id": "e", "record_id": f"r{number}", "outlet": outlet, "url": None, "text": None}
            for number, (outlet, _) in enumerate(said)
        ],
        schema={
            "event_id": pl.String,
            "record_id": pl.String,
            "outlet": pl.String,
            "url": pl.String,
            "text": pl.String,
        },
    )
    figures: list[dict[str, Any]] = [
        {"event_id": "e", "outlet": outlet, "measure": "killed", "group": None, "best": 1, "replaced_by": None,
         "attributed_to": source}
        for outlet, source in said
    ]  # fmt: skip
    schema = dict.fromkeys(figures[0], pl.String) | {"best": pl.Int64}
    stated = pl.DataFrame(figures, schema=schema)
    voices = voices_of_events(find_voices(rows, stated, copiers(odd_figures(stated))))["voices"].to_list()[0]
    assert sorted(outlet for voice in voices for outlet in voice) == sorted({outlet for outlet, _ in said})
    assert voices == sorted(voices)
