"""Shards: the same pairs, weights and members as in one piece, wherever the seams are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import one_process
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from strategies import FIRST_DAY, OUTLETS, PLACES, knowledge, normalized, row, solve

from reconcile.block import Window
from reconcile.cluster import in_units
from reconcile.engines.plan import TIME, WORDS, plan

TITLES = (None, "Seven killed in Dara", "Two farmers killed near Khanaqin", "Karim Salim buried in Dara", "Raid")


@st.composite
def spread(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Records over some weeks: some undated, some lasting long, some of no place, some aggregates, some with words."""
    rows = []
    for number in range(draw(st.integers(2, 14))):
        place, admin2, lat, lon = draw(st.sampled_from(PLACES))
        day = draw(st.none() | st.integers(0, 60).map(lambda later: FIRST_DAY + timedelta(days=later)))
        lasts = {} if day is None else {"days": draw(st.sampled_from((0, 0, 0, 1, 9, 40, 200)))}
        rows.append(
            row(
                f"r{number:02}",
                draw(st.sampled_from(OUTLETS)),
                day=day,
                **lasts,
                published=draw(st.none() | st.integers(0, 90).map(lambda later: FIRST_DAY + timedelta(days=later))),
                place=place, admin2=admin2, lat=lat, lon=lon,
                perpetrators=draw(st.sampled_from((None, ["ISIS"], ["gunmen"], ["PKK"]))),
                killed=draw(st.none() | st.integers(0, 9)),
                title=draw(st.sampled_from(TITLES)),
                aggregate=draw(st.sampled_from((False, False, False, True))),
            )
        )  # fmt: skip
    return rows


@settings(max_examples=40)
@given(spread(), st.sampled_from((1, 2, 5)), st.sampled_from((1, 3, 100)))
def test_pairs_weights_and_members_do_not_depend_on_the_seams(
    rows: list[dict[str, Any]], size: int, bucket: int
) -> None:
    whole = solve(rows)
    weights, _ = one_process.pairs(whole.records, knowledge(), size)
    expected = whole.pairs.select(
        pl.col("left", "right").cast(pl.Int64), units=pl.Series(in_units(whole.pairs["weight"].to_numpy()))
    )
    assert_frame_equal(weights.select("left", "right", "units"), expected, check_exact=True)
    assert_frame_equal(
        one_process.members(whole.records, weights, whole.knowledge, bucket), whole.members, check_exact=True
    )


def test_a_run_large_enough_to_have_a_say_has_the_same_in_shards() -> None:
    rows = [
        row(f"{outlet}{number}", outlet, day=FIRST_DAY + timedelta(days=2 * number), place=PLACES[0][0],
            lat=PLACES[0][2], lon=PLACES[0][3], killed=number % 7)
        for number in range(80) for outlet in OUTLETS[:2]
    ]  # fmt: skip
    whole = solve(rows)
    assert whole.knowledge.model.hash != knowledge().model.hash
    weights, shards = one_process.pairs(whole.records, knowledge(), 20)
    assert shards > 3
    assert weights["units"].to_list() == in_units(whole.pairs["weight"].to_numpy()).tolist()


@settings(max_examples=25)
@given(spread(), st.data())
def test_judgements_hold_across_buckets(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    ids = [one["record_id"] for one in rows]
    kind = {one["record_id"]: one["aggregate"] for one in rows}
    pairs = st.tuples(st.sampled_from(ids), st.sampled_from(ids)).filter(lambda two: two[0] < two[1])
    judged = {
        pair: verdict
        for pair in data.draw(st.lists(pairs, max_size=4))
        if (verdict := data.draw(st.sampled_from(("same", "different")))) == "different"
        or kind[pair[0]] == kind[pair[1]]
    }
    whole = solve(rows, *((a, b, verdict) for (a, b), verdict in judged.items()))
    place = {one: at for at, one in enumerate(sorted(ids))}
    must, cannot = (
        sorted((place[a], place[b]) for (a, b), said in judged.items() if said == verdict)
        for verdict in ("same", "different")
    )
    weights, _ = one_process.pairs(whole.records, knowledge(), 3)
    found = one_process.members(whole.records, weights, whole.knowledge, 2, must, cannot)
    assert_frame_equal(found, whole.members, check_exact=True)


@settings(max_examples=25)
@given(spread(), st.integers(1, 30))
def test_counts_of_parts_add_up_to_those_of_the_run(rows: list[dict[str, Any]], days: int) -> None:
    records = normalized(rows)
    assert_frame_equal(one_process.counts(records, knowledge(), days), one_process.counts(records, knowledge(), 10**9))


@given(
    st.dictionaries(st.integers(-50, 50), st.integers(1, 30), min_size=1),
    st.integers(1, 40),
    st.sampled_from((TIME, WORDS)),
)
def test_every_day_is_at_home_once_and_no_shard_is_larger_than_asked(
    days: dict[int, int], size: int, tier: str
) -> None:
    shards = plan([(tier, 2, day, count) for day, count in days.items()], Window(), size)
    assert [one.shard for one in shards] == list(range(len(shards)))
    for day in days:
        homes = [one for one in shards if one.first <= day <= one.last]
        assert [one.part for one in homes] == list(range(homes[0].parts))
    for one in shards:
        held = sum(count for day, count in days.items() if one.first <= day <= one.last)
        assert held <= size * one.parts
        assert one.since <= one.first <= one.last < one.until


def test_a_day_of_too_many_records_is_cut_into_parts_and_quiet_days_are_put_together() -> None:
    shards = plan([(TIME, 0, 1, 100), (TIME, 0, 2, 10), (TIME, 0, 9, 5)], Window(), 40)
    assert [(one.first, one.last, one.part, one.parts) for one in shards] == [
        (1, 1, 0, 3),
        (1, 1, 1, 3),
        (1, 1, 2, 3),
        (2, 9, 0, 1),
    ]
