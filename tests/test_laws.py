"""The laws that hold everywhere, over random records."""

from __future__ import annotations

import json
import random
from itertools import combinations, pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import FIRST_DAY, OUTLETS, records, row, solve

from reconcile.claims import figures_of
from reconcile.pipeline import Result
from reconcile.report.document import document_chunks

Rows = list[dict[str, Any]]


def document(result: Result) -> bytes:
    return b"".join(document_chunks(result))


def partition(result: Result) -> set[frozenset[str]]:
    return {frozenset(members) for members in result.events["records"].to_list()}


@given(records())
def test_unknown_is_not_zero(rows: Rows) -> None:
    """Law 1: a figure appears exactly where some record states one, and a stated 0 is kept."""
    result = solve(rows)
    figures = figures_of(result.records, result.knowledge.groups)
    for event in json.loads(document(result))["events"]:
        mine = figures.filter(pl.col("record_id").is_in(event["records"]))
        stated = {(measure, group) for measure, group in mine.select("measure", "group").iter_rows()}
        for row_ in event["casualties"]:
            claims = row_["claims"]
            assert ((row_["measure"], row_["group"]) in stated) == bool(claims)
            if not claims:
                assert (row_["low"], row_["best"], row_["high"], row_["status"]) == (
                    None,
                    None,
                    None,
                    "unknown",
                )
            if any(claim["low"] == 0 for claim in claims if claim["replaced_by"] is None):
                assert row_["low"] == 0


@given(records())
def test_no_record_is_lost_or_doubled(rows: Rows) -> None:
    """Law 2."""
    result = solve(rows)
    ids = sorted(row["record_id"] for row in rows)
    assert result.members["record_id"].to_list() == ids
    assert sorted(record for event in result.events["records"].to_list() for record in event) == ids
    assert result.members["event_id"].null_count() == 0
    assert set(result.members["event_id"]) == set(result.events["event_id"])


@given(records())
def test_nothing_is_invented(rows: Rows) -> None:
    """Law 3: each merged value is one that a record behind it states; each count lies within the claims."""
    by_id = {row["record_id"]: row for row in rows}
    for event in json.loads(document(solve(rows)))["events"]:
        behind = [by_id[record] for record in event["records"]]
        for value, records_, field in (
            (event["date"]["edtf"], event["date"]["records"], "date"),
            (event["place"]["name"], event["place"]["records"], "place"),
        ):
            if value is not None:
                assert value in {by_id[record][field] for record in records_}
        point = (event["place"]["lat"], event["place"]["lon"])
        assert point == (None, None) or point in {(row["lat"], row["lon"]) for row in behind}
        for actor in event["perpetrators"]:
            assert set(actor["stated_as"]) <= {
                name for record in actor["records"] for name in by_id[record]["perpetrators"]
            }
        for row_ in event["casualties"]:
            standing = [claim for claim in row_["claims"] if claim["replaced_by"] is None]
            assert bool(standing) == bool(row_["claims"])
            lows = [claim["low"] for claim in standing]
            bests = [claim["best"] for claim in standing if claim["best"] is not None]
            if row_["claims"]:
                assert row_["low"] == (None if None in lows else min(lows))
                # "None or more" opens no upper end.
                nothing = (0, None, None)
                ends = [one["high"] for one in standing if (one["low"], one["best"], one["high"]) != nothing]
                assert row_["high"] == (None if None in ends or not ends else max(ends))
                assert (row_["best"] in bests) if bests else (row_["best"] is None)
                assert {claim["record_id"] for claim in row_["claims"]} <= set(event["records"])
                replacing = {claim["replaced_by"] for claim in row_["claims"]} - {None}
                assert replacing <= {claim["record_id"] for claim in standing}


@given(records(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_byte(rows: Rows, shuffler: random.Random) -> None:
    """Law 4, in one process; tests/test_determinism.py holds threads, hash seeds, files and time zones."""
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    assert document(solve(rows)) == document(solve(shuffled))


def test_disagreement_is_evidence_and_no_veto() -> None:
    """Law 5: other numbers and another spelling stay one event; another named, unrelated perpetrator weighs against."""
    same = {"place": "Mekhas", "admin2": "Khanaqin", "event_type": "armed assault", "day": FIRST_DAY}
    rows = [
        row("a", OUTLETS[0], **same, perpetrators=["ISIS"], killed=7, injured=5),
        row("b", OUTLETS[1], **{**same, "place": "Mikhas"}, perpetrators=["Daesh"], killed=9, injured=2),
    ]
    agreeing = solve(rows)
    assert len(partition(agreeing)) == 1
    other = [rows[0], {**rows[1], "perpetrators": ["Turkish army"]}]
    weights = [result.pairs["weight"].item() for result in (agreeing, solve(other))]
    assert weights[1] < weights[0] - 1


@given(st.integers(8, 25))
@settings(max_examples=5)
def test_one_chain_does_not_make_an_event(length: int) -> None:
    """Law 6: attacks day after day in one village, each like the next, are not one event."""
    from datetime import timedelta

    rows = [
        row(f"r{n:02}", OUTLETS[n % 4], day=FIRST_DAY + timedelta(days=n), place="Mekhas", admin2="Khanaqin",
            perpetrators=["ISIS"], event_type="armed assault", killed=n % 5)
        for n in range(length)
    ]  # fmt: skip
    result = solve(rows)
    for members in partition(result):
        days = sorted(int(record[1:]) for record in members)
        assert days[-1] - days[0] <= 3


@given(records(), st.data())
def test_a_human_outranks_the_model(rows: Rows, data: st.DataObject) -> None:
    """Law 7: whatever the model thinks, `same` joins and `different` parts, as far as they do not contradict."""
    rows = [{**row, "aggregate": False} for row in rows]
    pairs = list(combinations(sorted(row["record_id"] for row in rows), 2))
    judged: list[tuple[str, str, str]] = []
    group = {row["record_id"]: row["record_id"] for row in rows}
    for a, b in data.draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)) if pairs else []:
        verdict = data.draw(st.sampled_from(["same", "different"]))
        joined = {name: group[a] if label == group[b] else label for name, label in group.items()}
        if verdict == "same" and all(joined[x] != joined[y] for x, y, word in judged if word == "different"):
            group = joined
            judged.append((a, b, verdict))
        elif verdict == "different" and group[a] != group[b]:
            judged.append((a, b, verdict))
    result = solve(rows, *judged)
    event = dict(result.members.select("record_id", "event_id").iter_rows())
    for a, b, verdict in judged:
        assert (event[a] == event[b]) == (verdict == "same")


@given(records())
def test_aggregates_stay_alone(rows: Rows) -> None:
    by_id = {row["record_id"]: row for row in rows}
    for members in partition(solve(rows)):
        assert len(members) == 1 or not any(by_id[record]["aggregate"] for record in members)


@given(records(most=5), st.sampled_from(OUTLETS), st.integers(0, 12))
def test_another_outlets_figure_never_narrows_the_range(rows: Rows, outlet: str, killed: int) -> None:
    rows = [{**row, "aggregate": False} for row in rows]
    # An outlet's own total does narrow what it said of a part alone.
    extra = row("zz", "Fifth Estate" if outlet in {row["outlet"] for row in rows} else outlet, killed=killed)
    ids = [row["record_id"] for row in rows]
    chain = [(a, b, "same") for a, b in pairwise(ids)]
    before = solve(rows, *chain)
    after = solve([*rows, extra], *chain, (ids[-1], "zz", "same"))

    def total(result: Result) -> dict[str, Any]:
        event = next(e for e in json.loads(document(result))["events"] if ids[0] in e["records"])
        return next(c for c in event["casualties"] if c["measure"] == "killed" and c["group"] is None)

    old, new = total(before), total(after)
    telling = [claim for claim in old["claims"] if (claim["low"], claim["best"], claim["high"]) != (0, None, None)]
    if telling:  # where all say "none or more" nobody states an upper end
        assert old["low"] is None or new["low"] <= old["low"] if new["low"] is not None else True
        assert new["high"] is None or (old["high"] is not None and new["high"] >= old["high"])


def test_contradictory_judgement_on_an_aggregate_is_refused() -> None:
    from reconcile.errors import InputErrors

    rows = [row("a", "Rudaw", aggregate=True), row("b", "KirkukNow")]
    with pytest.raises(InputErrors, match="aggregate"):
        solve(rows, ("a", "b", "same"))
