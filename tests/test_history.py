"""What an outlet's own later figure replaces, and what it leaves standing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from strategies import FIRST_DAY, knowledge, normalized, row

from reconcile.claims import figures_of
from reconcile.history import bounds_nothing, replace_own

Fields = dict[str, Any]


def said(published: int | None, killed: int | None = 3, **more: Any) -> Fields:
    """A record of Rudaw's, published so many days after the event, which it puts in Dara on the first day."""
    day = None if published is None else FIRST_DAY + timedelta(days=published)
    return {"outlet": "Rudaw", "place": "Dara", "published": day, "killed": killed} | more


def claim(best: int | None, group: str | None = None, **more: Any) -> Fields:
    base: Fields = dict.fromkeys(("low", "high", "attributed_to", "quote", "as_of"))
    return base | {"measure": "killed", "group": group, "best": best, "scope": "part" if group else "total"} | more


def replaced(*records: Fields, events: tuple[int, ...] | None = None) -> dict[str, str]:
    """By record the one that replaced its total; ``MEASURE GROUP`` is added where it is not the total of the killed."""
    rows = normalized([row(f"r{at}", **one) for at, one in enumerate(records)])
    rows = rows.with_columns(event_id=pl.Series(events or (0,) * len(records), dtype=pl.UInt32))
    figures = figures_of(rows, knowledge().groups).join(rows.select("record_id", "event_id"), on="record_id")
    found = replace_own(figures, rows)
    assert found.select(figures.columns).drop("replaced_by").rows() == figures.drop("replaced_by").rows()
    names = ("record_id", "measure", "group", "replaced_by")
    return {
        " ".join(one for one in (record, measure if measure != "killed" else None, group) if one): by
        for record, measure, group, by in found.select(names).iter_rows()
        if by
    }


@pytest.mark.parametrize(
    ("records", "by"),
    [
        ([said(0), said(1, 5)], {"r0": "r1"}),
        ([said(1), said(0, 5)], {"r1": "r0"}),
        ([said(0), said(1, 5), said(2, 7)], {"r0": "r2", "r1": "r2"}),
        ([said(0), said(1, 5), said(1, 7)], {"r0": "r1"}),  # the first of two of one day
        ([said(0), said(0, 5)], {}),
        ([said(0), said(None, 5)], {}),
        ([said(None), said(0, 5)], {}),
        ([said(0), said(1, 5, outlet="Dawn")], {}),
        ([said(0), said(1, None)], {}),
        ([said(0), said(1, 3)], {"r0": "r1"}),
        ([said(0), said(1, None, injured=4)], {}),
        ([said(0, injured=2), said(1, 5, injured=4)], {"r0": "r1", "r0 injured": "r1"}),
        # A total in one, a part in the other: "at least two" takes no total's place, but gives way to one.
        ([said(0), said(1, None, claims=[claim(2, "children")])], {}),
        ([said(0, None, claims=[claim(2, "children")]), said(1)], {"r0": "r1"}),
        ([said(0), said(1, None, claims=[claim(2, "children"), claim(3, "police")])], {"r0": "r1"}),
        ([said(0), said(1, None, killed_low=5)], {"r0": "r1"}),
        ([said(0, None, claims=[claim(2, "children", scope="total")]),
          said(1, None, claims=[claim(4, "children", scope="total")])], {"r0 children": "r1"}),
        # Rows for several places or days are a table.
        ([said(0), said(1, 5, place="Mekhas")], {}),
        ([said(0), said(1, 5, place=None)], {"r0": "r1"}),
        ([said(0), said(1, 5, place="Mekhas"), said(2, 7)], {"r0": "r2"}),
        ([said(0), said(3, 5, day=FIRST_DAY + timedelta(days=1))], {}),
        ([said(0), said(3, 5, day=FIRST_DAY, days=1)], {"r0": "r1"}),
        ([said(0, days=1), said(3, 5, day=FIRST_DAY + timedelta(days=1))], {"r0": "r1"}),
        ([said(0), said(1, 5), said(3, 7, day=FIRST_DAY + timedelta(days=1))], {"r0": "r1"}),
    ],
)  # fmt: skip
def test_an_outlets_own_later_figure_takes_the_earlier_ones_place(records: list[Fields], by: dict[str, str]) -> None:
    assert replaced(*records) == by


def test_nothing_is_replaced_across_events() -> None:
    assert replaced(said(0), said(1, 5), said(2, 7), events=(0, 1, 1)) == {"r1": "r2"}


@pytest.mark.parametrize(
    ("as_of", "by"),
    [
        ((0, 1), {"r0": "r1"}),
        ((1, 0), {"r1": "r0"}),
        ((None, 8), {"r0": "r1"}),
        ((6, None), {}),
        (("spring", "autumn"), {}),
    ],
)
def test_a_claim_holds_for_the_day_it_names_before_that_of_its_publication(
    as_of: tuple[Any, Any], by: dict[str, str]
) -> None:
    days = [
        one if one is None or isinstance(one, str) else (FIRST_DAY + timedelta(days=one)).isoformat() for one in as_of
    ]
    records = [said(6, None, claims=[claim(at, as_of=day)]) for at, day in enumerate(days)]
    assert replaced(*records) == by


def test_a_records_own_earlier_figure_is_history_and_its_last_one_may_be() -> None:
    first, last = (FIRST_DAY.isoformat(), (FIRST_DAY + timedelta(days=3)).isoformat())
    both = said(3, None, claims=[claim(44, as_of=last), claim(5, as_of=first)])
    for records, expected in (
        ([both], [("r0", 5, "r0"), ("r0", 44, None)]),
        ([both, said(4, 45)], [("r0", 5, "r0"), ("r0", 44, "r1"), ("r1", 45, None)]),
        ([said(2, 12), both], [("r0", 12, "r1"), ("r1", 5, "r1"), ("r1", 44, None)]),
    ):
        rows = normalized([row(f"r{at}", **one) for at, one in enumerate(records)])
        rows = rows.with_columns(event_id=pl.lit(0, dtype=pl.UInt32))
        figures = figures_of(rows, knowledge().groups).join(rows.select("record_id", "event_id"), on="record_id")
        found = replace_own(figures, rows).select("record_id", "best", "replaced_by")
        assert sorted(found.iter_rows()) == expected


def test_none_or_more_bounds_nothing() -> None:
    told = pl.DataFrame(
        {"low": [0, 0, 0, 1, None], "best": [None, 0, None, None, None], "high": [None, None, 3, None, 3]}
    )
    assert told.select(bounds_nothing().fill_null(value=False)).to_series().to_list() == [
        True,
        False,
        False,
        False,
        False,
    ]
