"""When one outlet repeats another: by whose words, addresses, sources and odd figures, at the limits of each."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from reconcile.copying import copiers, odd_figures, same_address, same_odd_figures, same_words
from reconcile.voices import find_voices, voices_of_events

Link = tuple[str, str]


def pairs(links: pl.DataFrame) -> list[Link]:
    return links.select("left", "right").rows()


# ---------------------------------------------------------------------------------------------------- the words


def texts(*told: tuple[str, str, str]) -> pl.DataFrame:
    frame = pl.DataFrame(list(told), schema=["event_id", "outlet", "text"], orient="row")
    return frame.with_columns(record_id=pl.format("r{}", pl.int_range(pl.len())))


def words(start: int, end: int) -> str:
    return " ".join(f"word{number}" for number in range(start, end))


def changed(every: int, new: str) -> str:
    """45 words, each ``every``-th of them another."""
    return " ".join(f"{'word' if number % every else new}{number}" for number in range(45))


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        # n words in a row are n - 4 runs of five.
        (words(0, 16), words(0, 16), True),
        (words(0, 15), words(0, 15), False),  # eleven runs are a quoted sentence
        (words(0, 24), words(8, 32), True),  # twelve of twenty: three fifths
        (words(0, 25), words(9, 34), False),  # twelve of twenty-one
        (words(0, 24), words(8, 90), True),  # of the shorter text
        (words(0, 90), words(66, 82), True),
        (words(0, 16), words(0, 16).upper() + "!", True),
        (words(0, 16), words(0, 16).replace(" ", ", "), True),
        (words(0, 16), " ".join(reversed(words(0, 16).split())), False),
        # Between two others eight words hold four runs of five (20 of 41), and twelve hold eight (25 of 41).
        (changed(9, "one"), changed(9, "other"), False),
        (changed(13, "one"), changed(13, "other"), True),
        (words(0, 8) + " " + words(0, 8), words(0, 8) + " x " + words(0, 8), False),  # repeats count once
        (" ".join("abcdefghijklmnopqrst"), " ".join("abcdefghijklmnopqrst"), False),  # 39 characters
        (" ".join("abcdefghijklmnopqrstuvwxyz01234"), " ".join("abcdefghijklmnopqrstuvwxyz01234"), True),  # 61
        ("-" * 22 + " ".join("abcdefghijklmnopqrst")[:-1], "-" * 22 + " ".join("abcdefghijklmnopqrst")[:-1], False),
        ("-" * 1_390 + words(0, 16), "-" * 1_390 + words(0, 16), True),
        ("-" * 1_404 + words(0, 15) + " x", "-" * 1_404 + words(0, 15) + " x", True),  # it is the 1,500th character
        ("-" * 1_405 + words(0, 15) + " x", "-" * 1_405 + words(0, 15) + " x", False),
        ("-" * 1_410 + words(0, 16), "-" * 1_410 + words(0, 16), False),  # the sixteenth begins beyond 1,500
    ],
)
def test_outlets_share_most_runs_of_five_words(one: str, other: str, joined: bool) -> None:
    rows = texts(("e", "A", one), ("e", "B", other), ("f", "A", one), ("f", "A", other))
    found = same_words(rows)
    assert found.select("event_id", "left", "right").rows() == ([("e", "A", "B")] if joined else [])
    assert set(found["why"]) <= {"the same words"}


def test_words_are_compared_inside_one_event_and_runs_inside_one_record() -> None:
    assert pairs(same_words(texts(("e", "A", words(0, 20)), ("f", "B", words(0, 20))))) == []
    halves = (("e", "A", words(0, 14)), ("e", "A", words(14, 28)))
    assert pairs(same_words(texts(*halves, ("e", "B", words(7, 21))))) == []
    assert pairs(same_words(texts(*halves, ("e", "B", words(0, 14)), ("e", "B", words(14, 28))))) == [("A", "B")]


def test_of_very_many_outlets_with_one_text_the_first_twelve_are_compared() -> None:
    outlets = [f"Outlet {number:02}" for number in range(14)]
    found = pairs(same_words(texts(*(("e", outlet, words(0, 30)) for outlet in outlets))))
    assert len(found) == 12 * 11 // 2
    assert {one for pair in found for one in pair} == set(outlets[:12])


# -------------------------------------------------------------------------------------------------- the address


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        ("https://rudaw.net/1", "https://rudaw.net/1", True),
        ("http://rudaw.net/1", "https://www.rudaw.net/1/", True),
        (" https://rudaw.net/1 ", "https://rudaw.net/1#comments", True),
        ("https://rudaw.net/1", "https://rudaw.net/2", False),
        ("https://rudaw.net/1?a=1", "https://rudaw.net/1?a=2", False),
        ("https://rudaw.net/www.1", "https://rudaw.net/1", False),
        ("https://rudaw.net/x", "https://rudaw.net/", False),
    ],
)
def test_outlets_give_one_address(one: str, other: str, joined: bool) -> None:
    told = [("e", "B", one), ("e", "A", other), ("e", "C", None), ("e", "D", None), ("f", "C", one)]
    found = same_address(pl.DataFrame(told, schema=["event_id", "outlet", "url"], orient="row"))
    assert found.rows() == ([("e", "A", "B", "both give one URL")] if joined else [])


# -------------------------------------------------------------------------------------------------- odd figures


def run(*events: str) -> pl.DataFrame:
    """A run whose events give a figure to each outlet A, B, C ... in turn: ``7 7 10 10 10``, ``-`` for none."""
    rows = [
        (f"e{event:02}", "killed", "ABCDEFGH"[at], int(figure))
        for event, told in enumerate(events)
        for at, said in enumerate(told.split())
        for figure in said.split("+")
        if figure != "-"
    ]
    return pl.DataFrame(rows, schema=["event_id", "measure", "outlet", "best"], orient="row")


ODD = ["7 7 10 10 10", "12 12 10 10 10", "3 3 10 10 10", "25 25 10 10 10", "8 8 10 10 10"]


@pytest.mark.parametrize(
    ("events", "count"),
    [
        (ODD, 5),
        (ODD[:4], None),
        ([*ODD, "10 10 10 10 10"], 5),
        ([*ODD, "9 10 10 10 10"], 5),  # five of six
        ([*ODD, "9 10 10 10 10", "10 9 10 10 10"], None),  # five of seven
        ([*ODD, *ODD[:3], "9 10 10 10 10", "9 4 10 10 10"], 8),  # eight of ten: four fifths
        ([*ODD, *ODD[:2], "9 10 10 10 10", "9 4 10 10 10"], None),  # seven of nine
        ([*ODD, "9 - 10 10 10", "- 9 10 10 10", "9 - 10 10 10"], 5),  # only where both report
        (["11 11 10 10 10", "12 12 10 10 10"] * 4, None),  # two differences: another way of counting
        (["11 11 10 10 10", "12 12 10 10 10", "13 13 10 10 10"] * 2, 6),
        ([told[: told.index(" 10 10 10")] + " 10 10" for told in ODD], None),  # two against two
        ([told[: told.index(" 10 10 10")] + " 10 10 4" for told in ODD], None),
        ([told + " 4 4 4" for told in ODD], None),  # three against three
        ([told + " 4 4" for told in ODD], 5),
        ([*ODD[:4], "8+8 8 10 10 10"], 5),
        ([*ODD[:4], "8+9 8 10 10 10"], None),  # no figure of its own to copy
        ([*ODD[:4], "10 10 10 10 10"], None),
        ([*ODD, "9 4 10 10 3", "9 4 10 10 3"], 5),  # where two agree nobody is odd
        ([*ODD, "8 9 10 10 10 10 8 8", "8 9 10 10 10 10 8 8"], None),  # four against three
        (["11 11 10 10 10", "21 21 20 20 20", "31 31 30 30 30"] * 2, None),  # always one more
    ],
)
def test_five_figures_that_all_others_contradict(events: list[str], count: int | None) -> None:
    assert copiers(odd_figures(run(*events))).rows() == ([] if count is None else [("A", "B", count)])


def test_copiers_are_one_voice_wherever_they_give_one_figure() -> None:
    events = run(*ODD, "10 10 10 10 10", "9 10 10 10 10", "6 6 - - -")
    found = same_odd_figures(events, copiers(odd_figures(events)))
    assert found["event_id"].to_list() == ["e00", "e01", "e02", "e03", "e04", "e05", "e07"]
    assert set(pairs(found)) == {("A", "B")}
    assert set(found["why"]) == {"5 figures of this run that all others contradict"}
    assert same_odd_figures(events, copiers(odd_figures(events)).clear()).is_empty()


def test_only_standing_figures_for_everyone_make_copiers_one_voice() -> None:
    told = run(*ODD, "6 5 - - -", "6 5 - - -").with_columns(group=None, replaced_by=None)
    of_a_group = pl.DataFrame(
        {"event_id": "e05", "measure": "killed", "outlet": ["A", "B"], "best": [4, 4], "group": "police"}
    )
    withdrawn = pl.DataFrame({"event_id": "e06", "measure": "killed", "outlet": ["A"], "best": [5], "replaced_by": "r"})
    rows = told.select("event_id", "outlet", record_id=pl.format("r{}", pl.int_range(pl.len())), url=None, text=None)
    texts = rows.cast({"url": pl.String, "text": pl.String})
    columns = {"group": pl.String, "replaced_by": pl.String}
    figures = pl.concat([told.cast(columns), of_a_group, withdrawn], how="diagonal").with_columns(attributed_to=None)
    links = find_voices(texts, figures.cast({"attributed_to": pl.String}), copiers(odd_figures(told))).links
    assert links["event_id"].to_list() == [f"e{number:02}" for number in range(5)]


# -------------------------------------------------------------------------------------------------- the sources


def voices(*told: tuple[str, str | None] | tuple[str, str | None, str]) -> tuple[list[list[str]], dict[Link, str]]:
    """The voices of one event, and why; each record is an outlet, whom it cites, and its text."""
    rows: list[dict[str, Any]] = [
        {
            "event_id": "e",
            "record_id": f"r{at}",
            "outlet": one[0],
            "url": None,
            "text": one[2] if len(one) > 2 else None,
        }
        for at, one in enumerate(told)
    ]
    figures = [
        {"event_id": "e", "outlet": one[0], "measure": "killed", "group": None, "best": None, "replaced_by": None,
         "attributed_to": one[1]} for one in told
    ]  # fmt: skip
    texts = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    stated = pl.DataFrame(figures, schema=dict.fromkeys(figures[0], pl.String) | {"best": pl.Int64})
    found = find_voices(texts, stated, copiers(odd_figures(stated)))
    said = {(left, right): why for left, right, why in found.links.select("left", "right", "why").iter_rows()}
    return voices_of_events(found)["voices"].to_list()[0], said


@pytest.mark.parametrize(
    ("told", "heard", "why"),
    [
        ([("Dawn", "AFP"), ("Geo", "AFP")], [["Dawn", "Geo"]], {("Dawn", "Geo"): "both cite one source (afp)"}),
        ([("Dawn", "AFP"), ("Geo", "Reuters")], [["Dawn"], ["Geo"]], {}),
        ([("Dawn", "police"), ("Geo", "police")], [["Dawn"], ["Geo"]], {}),
        ([("Dawn", "AFP"), ("Geo", None)], [["Dawn"], ["Geo"]], {}),
        ([("Dawn", "AFP; Reuters"), ("Geo", "AFP")], [["Dawn", "Geo"]],
         {("Dawn", "Geo"): "both cite one source (afp)"}),
        ([("Dawn", "AFP; Reuters"), ("Geo", "AFP; AP")], [["Dawn"], ["Geo"]], {}),
        ([("Dawn", "Reuters; AFP"), ("Geo", "AFP; Reuters")], [["Dawn", "Geo"]],
         {("Dawn", "Geo"): "both cite one source (afp, reuters)"}),
        ([("Geo", "Dawn"), ("Dawn", None)], [["Dawn", "Geo"]], {("Dawn", "Geo"): "Geo cites Dawn"}),
        ([("Geo", "Dawn; AFP"), ("Dawn", "AFP")], [["Dawn", "Geo"]], None),
        ([("Geo", "Dawn; AFP"), ("Dawn", None)], [["Dawn"], ["Geo"]], {}),
        ([("Geo", "Geo"), ("Dawn", None)], [["Dawn"], ["Geo"]], {}),
        ([("A", "AFP"), ("B", "AFP"), ("C", "AFP"), ("D", "AP")], [["A", "B", "C"], ["D"]], None),
        ([("A", "D"), ("B", "D"), ("C", "B"), ("D", None)], [["A", "B", "C", "D"]], None),
        ([("Dawn", None, "BAGHDAD (AFP) - Five"), ("Geo", "AFP")], [["Dawn", "Geo"]], None),
        ([("Dawn", None, "BAGHDAD (AFP) - Five"), ("Geo", None, "ERBIL (Reuters) - Five")], [["Dawn"], ["Geo"]], {}),
        ([("Dawn", None, "(AFP) - Five"), ("Geo", "AFP")], [["Dawn", "Geo"]], None),
        ([("Dawn", "AP", "BAGHDAD (AFP) - Five"), ("Geo", "AFP")], [["Dawn", "Geo"]], None),
        ([("Dawn", None, "five (of them men) died"), ("Geo", "AFP")], [["Dawn"], ["Geo"]], {}),
        ([("Dawn", "AFP"), ("Dawn", "Reuters"), ("Geo", "Reuters")], [["Dawn", "Geo"]], None),
        ([("Dawn", "AFP"), ("Dawn", "Reuters"), ("Geo", "AP")], [["Dawn"], ["Geo"]], {}),
    ],
)  # fmt: skip
def test_outlets_that_cite_one_source_are_one_voice(told: Any, heard: list[list[str]], why: Any) -> None:
    for given in (told, told[::-1]):
        found, said = voices(*given)
        assert found == heard
        assert why is None or said == why


def test_chains_of_links_are_one_voice_called_by_its_first_outlet() -> None:
    a, b, c, d, e, f, g = ("Avesta", "Basnews", "Cihan", "Dawn", "Elaph", "Firat", "Geo")
    found, _ = voices((e, d), (d, None), (c, b), (b, a), (a, None), (f, c), (g, None))
    assert found == [[a, b, c, f], [d, e], [g]]
    found, _ = voices((e, d), (d, c), (c, None), (b, e), (a, d))
    assert found == [[a, b, c, d, e]]
