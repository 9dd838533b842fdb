"""The plain disputes, settled all at once as the long way would settle them one by one."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from cases_reader import figure
from dispute_reader import Told, compared, told_by_few
from hypothesis import given
from strategies import FIRST_DAY, OUTLETS, row

from reconcile.discrepancies import counts
from reconcile.discrepancies.plain import settle_plain
from reconcile.tables import DISCREPANCIES


def nothing_is_plain(claims: pl.DataFrame, *_: object) -> tuple[pl.DataFrame, pl.Series]:
    return pl.DataFrame(schema={**DISCREPANCIES, "event_id": pl.UInt32}), claims.filter("contested")["of"].unique()


@given(told_by_few())
def test_a_plain_dispute_is_settled_as_the_long_way_would(records: Told) -> None:
    short = compared(records)[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts, "settle_plain", nothing_is_plain)
        long = compared(records)[1]
    assert short.rows() == long.rows()


def left_for_the_long_way(*records: dict[str, Any]) -> int:
    """How many disputes of one event are not plain."""
    seen = []

    def watching(*arguments: Any) -> tuple[pl.DataFrame, pl.Series]:
        found = settle_plain(*arguments)
        seen.append(found[1].len())
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts, "settle_plain", watching)
        compared([(fields, 0) for fields in records])
    return sum(seen)


def test_bare_figures_and_days_are_plain_and_words_are_not() -> None:
    early, late = FIRST_DAY, FIRST_DAY + timedelta(days=2)
    bare = [row("a", "Rudaw", killed=3, published=early), row("b", "KirkukNow", killed=9, published=late)]
    assert left_for_the_long_way(*bare) == 0
    assert "toll-update" in compared([(fields, 0) for fields in bare])[1]["name"].to_list()
    assert left_for_the_long_way(bare[0], bare[1] | {"title": "Nine killed"}) == 1
    assert left_for_the_long_way(*bare, row("c", "KirkukNow", killed=6, published=late)) == 1  # rows that may add up
    assert left_for_the_long_way(bare[0] | {"injured": 9}, bare[1] | {"injured": 3}) == 0  # who was hurt may have died


def both_ways(records: Told) -> list[tuple[Any, ...]]:
    """What is found of ``records``, the same in both ways."""
    short = compared(records)[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts, "settle_plain", nothing_is_plain)
        long = compared(records)[1]
    assert short.rows() == long.rows()
    return short.rows()


FIGURES = (
    "", "0", "1", "3", "1-3", "0(0-3)", "1(0-3)", "2(1-3)", "6", "7", "6+", "7+", "6-20", "7-20", "9(6-20)", "30", "31",
    "20-30", "<1",
)  # fmt: skip
DAYS = ("", "0", "1", "2", "3", "7", "8", "90", "91", "-1", "0T08:00:00Z", "0T09:00:00Z", "0T09:00:00+03:00", "0T09:00")


def bare(name: str, outlet: str, figures: dict[str, str], day: str, **more: Any) -> dict[str, Any]:
    """A record of nothing but ``figures`` and the day of publication, counted from that of the event."""
    fields: dict[str, Any] = {"place": "Dara", **more}
    for measure, written in figures.items():
        if written:
            low, best, high = figure(written)
            fields |= {f"{measure}_low": low, measure: best, f"{measure}_high": high}
    if day:
        days, hour, time = day.partition("T")
        published = FIRST_DAY + timedelta(days=int(days))
        fields |= {"published": published, "published_at": published.isoformat() + hour + time}
    made = row(name, outlet, **{key: value for key, value in fields.items() if key != "published_at"})
    return made | ({"published_at": fields["published_at"]} if day else {})


def test_a_thousand_bare_disputes_are_settled_as_the_long_way_would() -> None:
    """Figures and days at the limits of every condition, two or three outlets, the killed, the injured, the missing."""
    chance = random.Random(1)
    told: Told = []
    for event in range(1000):
        measures = chance.choice((("killed",), ("missing",), ("killed", "injured"), ("killed", "missing")))
        for number in range(chance.choice((2, 2, 3))):
            few = ("3", "6", "9") if event % 4 == 0 else FIGURES
            figures = {measure: chance.choice(few) for measure in measures}
            one = bare(
                f"r{event:04}{number}", OUTLETS[number], figures, chance.choice(DAYS), days=chance.choice((0, 1))
            )
            told.append((one, event))
    names = [found[2] for found in both_ways(told)]
    assert min(names.count(name) for name in ("toll-update", "count-conflict", "vague", "status-shift")) > 20


@pytest.mark.parametrize("other", ["injured", "missing"])
@pytest.mark.parametrize("later", ["0", "2", "-2", ""])
@pytest.mark.parametrize(("gap", "found"), [(1, True), (10, True), (11, False)])
def test_who_died_between_two_reports_is_told_as_the_long_way_would(
    other: str, later: str, gap: int, found: bool
) -> None:
    """Ten and no more may have died, one or several, and not before they were hurt."""
    fewer = bare("a", "Rudaw", {"killed": "3", other: str(gap + 4)}, "0")
    more = bare("b", "KirkukNow", {"killed": str(3 + gap), other: "4"}, later)
    assert left_for_the_long_way(fewer, more) == 0
    names = {row[2] for row in both_ways([(fewer, 0), (more, 0)])}
    assert ("status-shift" in names) == (found and later != "-2")


def test_many_outlets_are_compared_as_the_long_way_would() -> None:
    """Nine outlets and more with one figure, sixty-four claims and more, and remarks by the dozen."""
    told: Told = []
    for event, (many, few) in enumerate(
        ((7, 1), (8, 1), (9, 1), (9, 9), (10, 3), (5, 4), (4, 4), (6, 5), (62, 2), (62, 3))
    ):
        for number in range(many + few):
            day = str(0 if number < many else 1)
            figures = {"killed": "3" if number < many else "5"}
            told.append((bare(f"r{event}{number:03}", f"Outlet {number}", figures, day), event))
    for event in (10, 11):
        for number in range(event - 6):
            told.append((bare(f"s{event}{number}", f"Outlet {number}", {"killed": str(number)}, "0"), event))
            told.append((bare(f"t{event}{number}", f"Outlet {number}", {"killed": "9"}, "1"), event))
    assert {found[2] for found in both_ways(told) if found[3] == "killed"} == {"toll-update"}


def test_of_the_outlets_that_give_one_figure_eight_are_compared() -> None:
    crowd = [bare(f"r{at:02}", f"Outlet {at:02}", {"killed": "3" if at else "9"}, "0") for at in range(11)]
    (found,) = (one for one in both_ways([(one, 0) for one in crowd]) if one[2] == "count-conflict")
    assert found[6] == [f"r{at:02}" for at in range(9)]


LOW, HIGH = {"killed": "3"}, {"killed": "9"}


@pytest.mark.parametrize(
    ("records", "left"),
    [
        ([(LOW, "0", {}), (HIGH, "1", {})], 0),
        ([(LOW, "0", {}), (HIGH, "", {})], 0),
        ([(LOW, "0T08:00:00Z", {}), (HIGH, "1T08:00:00Z", {})], 0),
        ([(LOW, "0T08:00:00Z", {}), (HIGH, "0", {})], 0),
        ([(LOW, "0T08:00:00Z", {}), (HIGH, "", {})], 0),
        ([(LOW, "0T08:00:00Z", {}), (HIGH, "0T09:00:00Z", {})], 1),
        ([(LOW, "0", {}), (HIGH, "1", {"published_at": "June 2020"})], 1),
        ([(LOW, "0", {"title": ""}), (HIGH, "1", {"text": ""})], 0),
        ([(LOW, "0", {"claims": []}), (HIGH, "1", {})], 0),
        ([(LOW, "0", {"title": "A raid"}), (HIGH, "1", {})], 1),
        ([(LOW, "0", {}), (HIGH, "1", {"text": "A raid"})], 1),
        ([(LOW, "0", {"event_type": "attack"}), (HIGH, "1", {"event_type": "battle"})], 0),
        ([(LOW, "0", {"event_type": "suicide bombing"}), (HIGH, "1", {})], 1),
        ([(LOW, "0", {"perpetrators": ["ISIS"]}), (HIGH, "1", {"perpetrators": ["PKK"]})], 0),
        ([(LOW, "0", {"perpetrators": ["PKK", "gunmen"]}), (HIGH, "1", {})], 0),
        ([(LOW, "0", {"perpetrators": ["PKK", "the suicide squad"]}), (HIGH, "1", {})], 1),
        ([(LOW, "0", {"outlet": "Gunmen News"}), (HIGH, "1", {})], 0),
        ([(LOW, "0", {"outlet": "ACLED"}), (HIGH, "1", {})], 1),
        ([(LOW, "0", {}), (HIGH, "1", {"outlet": "the Acled data"})], 1),
        ([(LOW, "0", {"killed_words": "three"}), (HIGH, "1", {})], 0),
        ([({"killed": "2-3"}, "0", {"killed_words": "several"}), (HIGH, "1", {})], 1),
        ([({"killed": "2-3"}, "0", {}), (HIGH, "1", {})], 0),
        ([(LOW, "0", {}), ({"killed": "9+"}, "1", {})], 0),
        ([(LOW, "0", {}), ({"killed": "9+"}, "1", {"killed_words": "at least nine"})], 1),
        ([(LOW, "0", {}), ({"killed": "20-99"}, "1", {})], 1),
        ([(LOW, "0", {}), ({"killed": "19-99"}, "1", {})], 0),
        ([(LOW, "0", {}), ({"killed": "20+"}, "1", {})], 0),
        ([(LOW, "0", {}), ({"killed": "50(20-99)"}, "1", {})], 0),
        ([({"killed": "<2"}, "0", {"killed_words": "up to two"}), (HIGH, "1", {})], 0),
        ([(LOW, "0", {}), (HIGH, "1", {}), ({"killed": "6"}, "1", {"outlet": "Outlet 1"})], 1),
        ([(LOW, "0", {}), (HIGH, "1", {}), ({"killed": "9"}, "1", {})], 0),
        ([({"killed": "3", "injured": "9"}, "0", {}), ({"killed": "9", "injured": "3"}, "1", {})], 0),
        ([({"killed": "3", "injured": "9"}, "0", {}), ({"killed": "9", "injured": "4"}, "1", {})], 0),
        ([({"killed": "2-3", "injured": "9"}, "0", {}), ({"killed": "9", "injured": "2"}, "1", {})], 0),
        ([({"killed": "3", "injured": "9"}, "0", {}), ({"killed": "9-10", "injured": "3"}, "1", {})], 0),
        ([({"killed": "3", "injured": "9"}, "0", {}), ({"killed": "4", "injured": "8"}, "1", {})], 0),
        ([({"killed": "3", "injured": "13"}, "0", {}), ({"killed": "13", "injured": "3"}, "1", {})], 0),
        ([({"killed": "3", "injured": "3"}, "0", {}), ({"killed": "9", "injured": "9"}, "1", {})], 0),
        ([({"killed": "3", "injured": "14"}, "0", {}), ({"killed": "14", "injured": "3"}, "1", {})], 0),
        ([({"killed": "3", "injured": "8-9"}, "0", {}), ({"killed": "9", "injured": "3"}, "1", {})], 0),
        ([({"killed": "2-3", "injured": "9"}, "0", {}), ({"killed": "9", "injured": "3"}, "1", {})], 0),
        ([({"missing": "3", "killed": "9"}, "0", {}), ({"missing": "9", "killed": "3"}, "1", {})], 0),
        ([({"missing": "3", "injured": "9"}, "0", {}), ({"missing": "9", "injured": "3"}, "1", {})], 0),
        ([(LOW, "0", {}), (HIGH, "8", {}), ({"killed": "5"}, "1", {})], 0),
        ([(LOW, "0", {}), ({"killed": "20"}, "4", {}), ({"killed": "40"}, "5", {})], 1),  # two rises in a row
        ([({"killed": "3", "injured": "9"}, "0", {}), ({"killed": "5", "injured": "7"}, "0", {}),
          ({"killed": "40"}, "1", {})], 1),  # two died, and the toll rose
    ],
)  # fmt: skip
def test_only_what_may_be_explained_by_more_than_days_is_left_for_the_long_way(records: Any, left: int) -> None:
    made = [
        bare(
            f"r{at}",
            more.get("outlet", f"Outlet {at}"),
            figures,
            day,
            **{k: v for k, v in more.items() if k not in ("outlet", "published_at")},
        )
        | {key: value for key, value in more.items() if key == "published_at"}
        for at, (figures, day, more) in enumerate(records)
    ]
    assert left_for_the_long_way(*made) == left
    both_ways([(one, 0) for one in made])


@pytest.mark.parametrize(("claims", "left"), [(64, 0), (65, 1)])
def test_a_crowd_is_left_for_the_long_way(claims: int, left: int) -> None:
    crowd = [bare(f"r{at:02}", f"Outlet {at}", {"killed": "3" if at else "9"}, "0") for at in range(claims)]
    assert left_for_the_long_way(*crowd) == left


def test_one_stated_part_is_left_for_the_long_way() -> None:
    part = dict.fromkeys(("low", "high", "attributed_to", "quote", "as_of"))
    part |= {"measure": "injured", "group": "children", "best": 3, "scope": "part"}
    made = [bare("a", "Rudaw", LOW, "0"), bare("b", "Dawn", HIGH, "1", claims=[part])]
    assert left_for_the_long_way(*made) == 1
