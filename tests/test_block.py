"""Blocking: nothing inside the window is missed and nothing outside it is paired."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import FIRST_DAY, normalized, row

from reconcile import terms
from reconcile.block import Window, candidate_pairs, is_candidate, prepare
from reconcile.geo import kilometres

TIGHT = Window(
    near_days=3, near_km=30, far_days=1, far_most=4, open_days=10, text_days=20, text_best=2, text_far_best=1
)
WORDS = ("bridge", "harvest", "Salim", "seven", "attack", "village", "orchard", "Karim")


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Records of every kind that the window treats in its own way: open, wide, undated, at night, unlocated,
    aggregate."""
    some = []
    for number in range(draw(st.integers(2, 14))):
        fields: dict[str, Any] = {}
        kind = draw(st.sampled_from(("day", "day", "span", "night", "open start", "open end", "undated", "slip")))
        day = FIRST_DAY + timedelta(days=draw(st.integers(0, 14)))
        if kind == "undated":
            fields |= {"day": None, "published": day}
        elif kind in ("open start", "open end"):
            fields |= {"day": None, "date_start" if kind == "open end" else "date_end": day}
        elif kind == "slip":
            fields |= {"day": day + timedelta(days=365), "published": day + timedelta(days=1)}
        else:
            fields |= {"day": day, "days": draw(st.integers(0, 20)) if kind == "span" else 0}
            if kind == "night":
                fields["minute"] = draw(st.sampled_from((0, 90, 700, 1200, 1439)))
        if draw(st.booleans()):
            lat, lon = draw(st.sampled_from(((34.3, 45.3), (34.5, 45.5), (34.3, 179.9), (34.3, -179.9), (-89.9, 0.0))))
            fields |= {"lat": lat + draw(st.floats(-0.2, 0.2)) * (abs(lat) < 80), "lon": lon}
            fields["geo_precision_km"] = draw(st.sampled_from((None, 1.0, 14.0, 200.0)))
        fields["country"] = draw(st.sampled_from(("Iraq", "Iraq", "Syria", None)))
        fields["admin1"] = draw(st.sampled_from(("Diyala", "Kirkuk", None)))
        fields["place"] = draw(st.sampled_from((None, "Sarqala", "Zhala", "Zhala")))
        fields["aggregate"] = draw(st.sampled_from((False, False, False, True)))
        fields["text"] = draw(st.sampled_from((None, "", " ".join(draw(st.lists(st.sampled_from(WORDS), max_size=6))))))
        some.append(row(f"r{number:02}", "Rudaw", **fields))
    return some


def oracle(records: pl.DataFrame, window: Window) -> set[tuple[int, int]]:
    """Every pair, one by one; for the texts' tier, every similarity, one by one."""
    frame = prepare(records, window)
    shown = frame.to_dicts()
    n = len(shown)
    pairs = {(i, j) for i in range(n) for j in range(i + 1, n) if is_candidate(shown[i], shown[j], window)}
    words = terms.tokens(terms.joined([records["title"], records["text"]]))
    if not len(words):
        return pairs
    share = terms.rarity(terms.frequency(words), n)
    matrix = terms.vectors(words, share, n, limit=window.text_terms).toarray().astype(np.float32)
    for days, best in ((window.text_days, window.text_best), (window.text_far_days, window.text_far_best)):
        for i in range(n):
            near = [
                j
                for j in range(n)
                if i != j
                and shown[i]["anchor"] is not None
                and shown[j]["anchor"] is not None
                and not shown[i]["aggregate"]
                and not shown[j]["aggregate"]
                and abs(shown[i]["anchor"] - shown[j]["anchor"]) <= days
            ]
            alike = {j: round(float(np.dot(matrix[i], matrix[j])), 6) for j in near}
            ranked = sorted((j for j in near if alike[j] >= window.text_least), key=lambda j: (-alike[j], j))
            pairs |= {(min(i, j), max(i, j)) for j in ranked[:best] if shown[i]["loose"] or shown[j]["loose"]}
    return pairs


@settings(max_examples=60)
@given(rows(), st.sampled_from((TIGHT, Window(), replace(TIGHT, far_most=100), replace(TIGHT, near_km=300))))
def test_the_pairs_are_those_of_brute_force(some: list[dict[str, Any]], window: Window) -> None:
    records = normalized(some)
    found = candidate_pairs(records, window)
    assert set(found.rows()) == oracle(records, window)


@settings(max_examples=25)
@given(rows())
def test_pairs_are_sorted_distinct_and_the_smaller_row_is_left(some: list[dict[str, Any]]) -> None:
    found = candidate_pairs(normalized(some), Window())
    assert found.equals(found.unique().sort("left", "right"))
    assert (found["left"] < found["right"]).all()
    assert found.schema == {"left": pl.UInt32, "right": pl.UInt32}


def pair(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return len(candidate_pairs(normalized([row("a", "Rudaw", **a), row("b", "KirkukNow", **b)]), Window())) == 1


HERE = {"lat": 34.3, "lon": 45.3, "geo_precision_km": 1.0}
FAR = {"lat": 36.9, "lon": 42.9, "geo_precision_km": 1.0}


def test_a_week_apart_in_one_place_is_compared_and_a_month_is_not() -> None:
    assert pair({**HERE}, {**HERE, "day": FIRST_DAY + timedelta(days=7)})
    assert not pair({**HERE}, {**HERE, "day": FIRST_DAY + timedelta(days=30)})


def test_wrong_coordinates_do_not_hide_a_report_of_the_same_day() -> None:
    assert pair({**HERE}, {**FAR})
    assert not pair({**HERE}, {**FAR, "day": FIRST_DAY + timedelta(days=5)})


@pytest.mark.parametrize("country", ["Zogbia", "Зогбія", None, "Irak", "العراق"])
def test_a_country_that_no_table_knows_rules_nothing_out(country: str | None) -> None:
    assert pair({"place": "Zzyz"}, {"place": "Zzyz", "country": country})


@pytest.mark.parametrize("country", ["Syria", "Syrie", "سوريا", "Сирия"])
def test_another_country_rules_out_in_any_language(country: str) -> None:
    assert not pair({"place": "Zzyz"}, {"place": "Zzyz", "country": country})


def test_a_radius_brings_a_distant_point_near() -> None:
    later = FIRST_DAY + timedelta(days=5)
    assert not pair({**HERE}, {**HERE, "lat": 35.3, "day": later})
    assert pair({**HERE}, {**HERE, "lat": 35.3, "day": later, "geo_precision_km": 80.0})


def test_a_year_slip_is_seen_when_the_event_follows_its_report() -> None:
    slip = {"day": FIRST_DAY + timedelta(days=365), "published": FIRST_DAY + timedelta(days=1)}
    assert pair({**HERE}, {**HERE, **slip})
    assert not pair({**HERE}, {**HERE, "day": FIRST_DAY + timedelta(days=365)})


def test_an_aggregate_is_compared_with_nothing() -> None:
    assert not pair({**HERE}, {**HERE, "aggregate": True})


def test_articles_without_date_or_place_meet_by_their_rare_words() -> None:
    article = {"day": None, "published": date(2020, 6, 1), "admin1": None, "country": None}
    late = {**article, "published": date(2020, 7, 20)}
    same = {"text": "Karim Salim of Zhala was shot beside the old orchard"}
    assert pair({**article, **same}, {**late, **same})
    assert not pair({**article, **same}, {**late, "text": "Football results"})


def test_distance_is_that_of_the_great_circle() -> None:
    assert kilometres(0, 0, 0, 180) == pytest.approx(20015.1, abs=0.2)
    assert kilometres(36.19, 44.01, 33.31, 44.37) == pytest.approx(322, abs=2)


def test_no_records_give_no_pairs() -> None:
    assert candidate_pairs(normalized([]), Window()).is_empty()


def test_in_a_crowd_each_record_is_compared_with_its_closest_and_the_run_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reconcile.block.meet.MOST", 30)
    monkeypatch.setattr("reconcile.block.meet.CLOSEST", 8)
    tolls = [n // 2 for n in range(80)]
    crowd = [row(f"c{n:02}", f"outlet {n % 2}", **HERE, killed=toll) for n, toll in enumerate(tolls)]
    alone = [row("x1", "Rudaw", **FAR), row("x2", "KirkukNow", **FAR)]
    records = normalized([*crowd, *alone])
    told: list[np.ndarray[Any, Any]] = []
    found = candidate_pairs(records, replace(Window(), far_most=0), told.append)
    assert {(2 * n, 2 * n + 1) for n in range(40)} < set(found.rows()), "equal tolls stand next to each other"
    assert (80, 81) in found.rows()
    assert len(found) <= 80 * 8
    assert set(np.concatenate(told).tolist()) == set(range(80))
