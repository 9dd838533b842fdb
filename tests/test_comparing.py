"""Whole events in any batches."""

from __future__ import annotations

import polars as pl
from dispute_reader import Told, compared, told_by_few
from hypothesis import given
from hypothesis import strategies as st
from strategies import OUTLETS, row

from reconcile.config import POLICIES
from reconcile.discrepancies.context import claims_of


@given(told_by_few(), st.sampled_from(POLICIES), st.integers(1, 5))
def test_batches_of_whole_events_change_nothing(records: Told, policy: str, batch: int) -> None:
    events, found = compared(records, policy)
    in_batches = compared(records, policy, batch)
    assert in_batches[0].equals(events)
    assert in_batches[1].equals(found)


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
