"""Whole events in any batches, and the plain disputes settled as the long way would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.comparing import Names, compare_claims
from reconcile.config import POLICIES
from reconcile.discrepancies import counts
from reconcile.discrepancies.context import claims_of
from reconcile.discrepancies.plain import settle_plain
from reconcile.ids import event_ids
from reconcile.tables import DISCREPANCIES
from tests.strategies import ACTORS, FIRST_DAY, OUTLETS, knowledge, normalized, row

Told = list[tuple[dict[str, Any], int]]


@st.composite
def told(draw: st.DrawFn) -> Told:
    """Up to twelve records, mostly bare, each with the number of its event."""
    found = []
    for number in range(draw(st.integers(1, 12))):
        published = draw(st.none() | st.integers(0, 120))
        killed = draw(st.sampled_from([None, 0, 1, 3, 5, 7, 40]))
        missing = draw(st.sampled_from([None, 0, 2, 4]))
        fields: dict[str, Any] = {
            "killed": killed,
            "killed_high": None if killed is None else draw(st.none() | st.just(killed + 3)),
            "injured_low" if draw(st.integers(0, 4)) == 0 else "injured": draw(st.sampled_from([None, 1, 4, 6, 30])),
            "missing": missing,
            "event_type": draw(st.sampled_from([None, None, None, "suicide bombing"])),
            "title": draw(st.sampled_from([None] * 9 + ["Five killed"])),
            "killed_words": draw(st.sampled_from([None] * 9 + ["dozens"])),
            "perpetrators": list(draw(st.sampled_from(ACTORS))),
            "published": None if published is None else FIRST_DAY + timedelta(days=published),
            "place": "Dara",
        }
        outlet = draw(st.sampled_from(OUTLETS))
        day = FIRST_DAY + timedelta(days=draw(st.integers(0, 2)))
        found.append((row(f"r{number:02}", outlet, day=day, **fields), draw(st.integers(0, 2))))
    return found


def compared(records: Told, policy: str = "range", batch: int = 1000) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = normalized([fields for fields, _ in records])
    first = {event: fields["record_id"] for fields, event in reversed(records)}
    ids = dict(zip(first, event_ids(list(first.values())), strict=True))
    members = pl.DataFrame(
        {"record_id": [one["record_id"] for one, _ in records], "event_id": [ids[event] for _, event in records]}
    ).with_columns(confidence=pl.lit(0.9))
    known = knowledge()
    names = Names(known.actors, known.event_types, known.groups)
    return compare_claims(rows, members, names, policy, lambda _: None, batch)


@given(told(), st.sampled_from(POLICIES), st.integers(1, 5))
def test_batches_of_whole_events_change_nothing(records: Told, policy: str, batch: int) -> None:
    events, found = compared(records, policy)
    in_batches = compared(records, policy, batch)
    assert in_batches[0].equals(events)
    assert in_batches[1].equals(found)


def nothing_is_plain(claims: pl.DataFrame, *_: object) -> tuple[pl.DataFrame, pl.Series]:
    return pl.DataFrame(schema={**DISCREPANCIES, "event_id": pl.UInt32}), claims.filter("contested")["of"].unique()


@given(told())
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
    assert left_for_the_long_way(bare[0] | {"injured": 9}, bare[1] | {"injured": 3}) == 2  # who was hurt may have died


def test_claims_are_told_once_and_in_order() -> None:
    claims = claims_of(pl.DataFrame(schema=_RECONCILED))
    assert claims.is_empty()
    assert {"of", "claim", "contested", "text"} <= set(claims.columns)


_CLAIM = pl.Struct(
    dict.fromkeys(("record_id", "outlet", "quote", "as_of", "published_at", "replaced_by"), pl.String)
    | dict.fromkeys(("low", "best", "high"), pl.Int64)
)
_RECONCILED = pl.Schema(
    {"event_id": pl.UInt32, "measure": pl.String, "group": pl.String, "status": pl.String, "claims": pl.List(_CLAIM)}
)


def test_a_part_of_unknown_size_spoils_no_estimate() -> None:
    """Of one part, "up to three", neither end of the total follows; it teaches nothing about any outlet."""
    part = dict.fromkeys(("group", "low", "best", "attributed_to", "quote", "as_of"))
    odd = row("a", "Rudaw", claims=[part | {"measure": "killed", "high": 3, "scope": "part"}])
    others = [(row(f"b{number}", outlet, killed=7), 1) for number, outlet in enumerate(OUTLETS)]
    events, _ = compared([(odd, 0), *others], "estimate")
    killed = {
        one["event_id"]: next(row for row in one["casualties"] if row["measure"] == "killed")
        for one in events.iter_rows(named=True)
    }
    silent, told = sorted(killed.values(), key=lambda one: len(one["claims"]))
    assert (silent["low"], silent["best"], silent["high"]) == (None, None, None)
    assert told["best"] == 7
    assert told["low"] <= 7 <= told["high"]


def test_no_estimate_passes_the_largest_figure_there_is() -> None:
    wild = [
        (row(f"r{event:02}{number}", outlet, killed=killed), event)
        for event in range(6)
        for number, (outlet, killed) in enumerate(zip(OUTLETS, (0, 10_000_000, 1, 9_000_000), strict=True))
    ]
    events, _ = compared(wild, "estimate")
    for one in events["casualties"].explode():
        if one["high"] is not None:
            assert 0 <= one["low"] <= one["high"] <= 10_000_000
