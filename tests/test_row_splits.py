"""Several rows of one outlet that together are one figure of another, in one event and across events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any

import polars as pl
import pytest
from dispute_reader import dispute, explained
from strategies import normalized, row, solve

from reconcile.discrepancies.elsewhere import Elsewhere, nearby, records_inside, split_elsewhere


def rule(*lines: str) -> str | None:
    found = explained(*lines)
    return found and found[0]


def rows_of(*figures: str, whole: str, places: bool = False) -> tuple[str, str] | None:
    """The lowest of GTD's rows against another outlet's ``whole``."""
    first, *more = (f"GTD #{f'Village {at}' if places else 'Dara'}: killed {one}" for at, one in enumerate(figures))
    return explained(first, f"ACLED: killed {whole}", *more)


def test_rows_that_come_to_the_others_figure() -> None:
    assert rows_of("6", "7", whole="13") == ("row-split", "the 2 rows of GTD come to 6 + 7 = 13 (ACLED)")
    assert rows_of("6", "7", whole="14") is None
    assert rows_of("2-3", "3-4", whole="5-7") == ("row-split", "the 2 rows of GTD come to 2-3 + 3-4 = 5-7 (ACLED)")
    assert rows_of("2-3", "3-4", whole="5-8") is None
    assert rows_of("2", "3", whole="5-5") == ("row-split", "the 2 rows of GTD come to 2 + 3 = 5 (ACLED)")
    assert rows_of("2", "3", whole="4-6") is None
    assert rows_of("2-3", "3", whole="5(5-6)") is not None
    # Of two best estimates that differ the bounds prove nothing.
    assert rows_of("3(1-3)", "4(4-6)", whole="8(5-9)") is None
    assert rows_of("3(1-3)", "4(4-6)", whole="7(5-9)") is not None
    assert rows_of("0", "3", whole="3") == ("row-split", "the 2 rows of GTD come to 0 + 3 = 3 (ACLED)")
    assert rows_of("6", whole="13") is None


def test_rows_of_both_outlets_that_come_to_the_same() -> None:
    told = ("row-split", "the 2 rows of GTD come to 2 + 7 = 4 + 5 (ACLED)")
    assert explained("GTD: killed 2", "ACLED: killed 4", "GTD: killed 7", "ACLED: killed 5") == told
    assert explained("GTD: killed 2", "ACLED: killed 4", "GTD: killed 7", "ACLED: killed 6") is None
    # Of neither sum is anything known: that is no agreement.
    assert explained("GTD: killed <3", "ACLED: killed 9+", "GTD: killed 5+", "ACLED: killed <2") is None


@pytest.mark.parametrize(
    ("figures", "whole", "told"),
    [
        (("4", "4", "4"), "12", "GTD spreads one total evenly over 3 rows: 4 + 4 + 4 = 12 (ACLED)"),
        (("1", "1", "1"), "3", "GTD spreads one total evenly over 3 rows: 1 + 1 + 1 = 3 (ACLED)"),
        (("4", "4", "5"), "13", "GTD spreads one total evenly over 3 rows: 4 + 4 + 5 = 13 (ACLED)"),
        (("2", "2", "2"), "7", "GTD spreads one total evenly over 3 rows: 2 + 2 + 2 = 6, with rounding 7 (ACLED)"),
        (("3", "3"), "5", "GTD spreads one total evenly over 2 rows: 3 + 3 = 6, with rounding 5 (ACLED)"),
        (("2", "4"), "6", "the 2 rows of GTD come to 2 + 4 = 6 (ACLED)"),
        (("2", "2"), "3", None),  # a share of one and a half
        (("2", "2"), "5", None),
        (("3", "3", "3"), "7", None),
        (("1", "1"), "1-5", None),
        (("2-3", "2-3"), "9", None),
        (("2-3", "2-3", "3"), "9", None),
        (("2", "2"), "5-7", None),
        (("0", "1", "1"), "2", "the 3 rows of GTD come to 0 + 1 + 1 = 2 (ACLED)"),
    ],
)
def test_one_total_spread_evenly_over_villages(figures: tuple[str, ...], whole: str, told: str | None) -> None:
    found = rows_of(*figures, whole=whole, places=True)
    assert (found and found[1]) == told
    if found:
        assert found[0] == ("even-split" if "evenly" in found[1] else "row-split")


def test_equal_rows_of_one_village_are_no_spread() -> None:
    assert rows_of("4", "4", whole="8") == ("row-split", "the 2 rows of GTD come to 4 + 4 = 8 (ACLED)")
    assert rows_of("2", "2", "2", whole="7") is None


# ------------------------------------------------------------------------------------------------ across events


def across(total: str, here: Sequence[str], elsewhere: Sequence[int | None], **more: str) -> tuple[str, str] | None:
    """Rudaw's ``total`` against GTD's figures ``here`` (the first is compared) and in other events."""
    first, *others = (f"GTD: killed {one}" for one in here)
    made = dispute(first, f"Rudaw: killed {total}", *others)
    there = [Elsewhere(f"ev-{at}", f"x{at}", more.get("outlet", "GTD"), one) for at, one in enumerate(elsewhere)]
    return split_elsewhere(made.totals["r0", "killed"], made.totals["r1", "killed"], made, {(1, "killed", "r1"): there})


def test_a_total_that_another_outlet_lists_as_several_events() -> None:
    assert across("20", ["8"], [7, 5]) == (
        "row-split", "Rudaw gives one total for what GTD lists as 3 records, here and in ev-0, ev-1: 8 + 7 + 5 = 20"
    )  # fmt: skip
    assert across("20", ["8", "1"], [7, 4]) is not None


@pytest.mark.parametrize(
    ("total", "here", "elsewhere", "holds"),
    [
        ("21", ["8"], [7, 5], False),
        ("20", ["8"], [], False),
        ("20", ["8"], [12, None], False),
        ("20", ["7-8"], [12], False),
        ("20-21", ["8"], [12], False),
        ("5", ["4"], [1], True),
        ("4", ["3"], [1], False),  # small sums fit by chance
        ("20", ["0"], [20], False),
        ("20", ["0"], [20, 0], False),
        ("20", ["0"], [19, 1], True),
        ("20", ["9"], [1] * 11, True),
        ("20", ["8"], [1] * 12, False),
    ],
)
def test_a_sum_across_events_must_be_known_large_and_of_few(
    total: str, here: list[str], elsewhere: list[int | None], holds: bool
) -> None:
    assert (across(total, here, elsewhere) is not None) is holds


def test_records_of_a_third_outlet_are_not_added() -> None:
    assert across("20", ["8"], [12], outlet="ACLED") is None
    assert across("20", ["8"], [12]) is not None


def inside(whole: dict[str, Any], *others: dict[str, Any]) -> list[int | None]:
    """The figures of GTD's records, each an event of its own, that lie inside Rudaw's record."""
    base = {"country": "Iraq", "admin1": None, "admin2": None, "place": None}
    rows = [row("w", "Rudaw", killed=20, **base | whole)]
    rows += [
        row(f"x{at:03}", **{"outlet": "GTD"} | base | {"killed": at + 1} | one) for at, one in enumerate(others)
    ]  # fmt: skip
    made = normalized(rows).with_columns(event_id=pl.int_range(pl.len(), dtype=pl.UInt32))
    low, high = pl.coalesce("killed_low", "killed"), pl.coalesce("killed_high", "killed")
    totals = made.filter(low.is_not_null()).select("record_id", measure=pl.lit("killed"), low=low, high=high)
    disputed = pl.DataFrame({"event_id": [0], "measure": ["killed"]}, schema_overrides={"event_id": pl.UInt32})
    ids = pl.Series([f"ev-{at:03}" for at in range(len(rows))])
    found = nearby(records_inside(made, disputed), totals, ids)
    assert set(found) <= {(0, "killed", "w")}
    return [one.figure for one in found.get((0, "killed", "w"), ())]


HERE = {"admin1": "Diyala", "admin2": "Khanaqin"}


@pytest.mark.parametrize(
    ("whole", "other", "holds"),
    [
        (HERE, HERE | {"place": "Dara"}, True),
        (HERE, HERE, True),
        ({"admin2": "Khanaqin"}, HERE | {"place": "Dara"}, True),
        ({"admin1": "Diyala"}, HERE, True),
        ({}, HERE, True),
        ({"place": "Dara"}, {"place": "Dara"}, True),
        (HERE | {"place": "Dara"}, HERE, False),
        (HERE, {"admin1": "Diyala"}, False),
        (HERE, {"admin1": "Diyala", "admin2": "Kifri"}, False),
        ({"admin1": "Diyala"}, {"admin1": "Kirkuk"}, False),
        ({}, {"country": "Syria"}, False),
        (HERE, HERE | {"aggregate": True}, False),
        (HERE | {"aggregate": True}, HERE, False),
        (HERE, HERE | {"day": None}, False),
        (HERE | {"day": None}, HERE | {"day": None}, False),
        (HERE, HERE | {"date_end": None}, False),
        (HERE, HERE | {"date_start": None}, False),
        (HERE, HERE | {"days": 1}, False),
        (HERE | {"days": 1}, HERE | {"days": 1}, True),
        (HERE | {"days": 6}, HERE | {"days": 6}, True),
        (HERE | {"days": 7}, HERE, False),
        (HERE, HERE | {"outlet": "Rudaw"}, False),
    ],
)
def test_a_record_lies_inside_another_by_day_and_by_every_place_it_states(
    whole: dict[str, Any], other: dict[str, Any], holds: bool
) -> None:
    assert inside(whole, other) == ([1] if holds else [])


def test_a_range_elsewhere_is_no_figure_to_add_and_none_killed_is_one() -> None:
    assert inside(HERE, HERE | {"killed": None, "killed_low": 2, "killed_high": 3}) == [None]
    assert inside(HERE, HERE | {"killed": None}, HERE | {"killed": 0}) == [None, 0]


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_in_how_many_stretches_of_days_others_are_looked_for_changes_nothing(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [HERE | {"day": date(2020, 6, day), "days": days} for days in (0, 1, 3) for day in range(12, 21)]
    spans = [HERE | {"day": date(2020, 6, day), "days": 6} for day in (12, 14, 19)]
    whole = [inside(one, *others) for one in spans]
    assert [len(one) for one in whole] == [17, 17, 6]
    monkeypatch.setattr("reconcile.discrepancies.elsewhere._AT_ONCE", at_once)
    assert [inside(one, *others) for one in spans] == whole


@pytest.mark.parametrize(("others", "seen"), [(99, 99), (100, 0)])
def test_where_more_than_a_hundred_records_are_no_sum_is_looked_for(others: int, seen: int) -> None:
    assert len(inside(HERE, *([HERE] * others))) == seen


def villages(total: int, third: int | None = 5, **more: Any) -> dict[str, dict[str, Any]]:
    """One outlet's ``total`` for the district, put together with the first of another's three villages."""
    rows = [row("total", "Kurdistan 24", admin2="Khanaqin", killed=total) | more]
    for name, place, killed in (("a1", "Dara", 8), ("a2", "Mekhas", 7), ("a3", "Qara Tapa", third)):
        rows.append(row(name, "Rudaw", admin2="Khanaqin", place=place, killed=killed))
    ids = ("a1", "a2", "a3", "total")
    judged = [(x, y, "same" if (x, y) == ("a1", "total") else "different") for x, y in combinations(ids, 2)]
    result = solve(rows, *judged)
    return {one["name"]: one for one in result.discrepancies.filter(field="killed").iter_rows(named=True)}


def test_a_total_that_another_outlet_lists_as_records_of_several_events_is_a_row_split() -> None:
    found_ = villages(20)
    assert set(found_) == {"row-split"}
    assert "8 + 7 + 5 = 20" in found_["row-split"]["message"]
    assert "lists as 3 records, here and in ev-" in found_["row-split"]["message"]


@pytest.mark.parametrize(
    ("total", "more"), [(21, {}), (20, {"place": "Dara"}), (20, {"country": "Syria"}), (15, {})]
)  # fmt: skip
def test_records_elsewhere_explain_nothing_unless_all_inside_add_up(total: int, more: dict[str, Any]) -> None:
    assert "row-split" not in villages(total, **more)


@pytest.mark.parametrize(("third", "total", "split"), [(5, 20, True), (0, 15, True), (None, 15, False)])
def test_a_village_without_a_figure_proves_no_sum_and_one_without_dead_does(
    third: int | None, total: int, split: bool
) -> None:
    assert ("row-split" in villages(total, third=third)) is split
