"""Policies: what low, best and high are made of, and the laws that hold over random claim trees under each of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from cases_reader import figure
from hypothesis import given
from hypothesis import strategies as st
from strategies import FIRST_DAY, OUTLETS, claim_lists, knowledge, normalized, row, solve

from reconcile.claims import figure_text
from reconcile.config import POLICIES
from reconcile.estimate import COVERAGE, estimated, reliabilities
from reconcile.pipeline import compare_claims
from reconcile.policies import contested, in_claim_order, reconcile_figures, telling
from reconcile.tables import FIGURES

Rows = list[dict[str, Any]]
INFINITE = 2**60


def as_one_event(rows: Rows, policy: str = "range") -> dict[tuple[str, str | None], dict[str, Any]]:
    """The casualties of one event made of ``rows``, by measure and group; nobody's silence is left out."""
    records = normalized(rows)
    members = records.select("record_id", event_id=pl.lit("ev-a"), confidence=pl.lit(1.0))
    events, _ = compare_claims(records, members, knowledge(), policy)
    return {(one["measure"], one["group"]): one for one in events["casualties"][0].to_list() if one["claims"]}


def reconciled(rows: Rows, policy: str) -> str:
    one = as_one_event(rows, policy)["killed", None]
    return f"{figure_text(one['low'], one['best'], one['high'])} {one['best']} {one['status']}"


def told(outlet: str, day: int | None, killed: int | None = None, **more: Any) -> dict[str, Any]:
    published = None if day is None else FIRST_DAY + timedelta(days=day)
    name = f"{outlet} {day} {killed} {sorted(more.items())}"
    return row(name, outlet, published=published, killed=killed, place="Dara", **more)


A, B, C, D = OUTLETS


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("range", "3-7 3 disputed"),
        ("conservative", "3 3 disputed"),
        ("latest-credible", "7 7 disputed"),
        ("majority-of-voices", "3-7 3 disputed"),
    ],
)
def test_policies_choose_among_the_claims(policy: str, expected: str) -> None:
    assert reconciled([told(A, 0, 3), told(B, 0, 5), told(C, 2, 7)], policy) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("range", "4-7 7 disputed"),
        ("conservative", "4 4 disputed"),
        ("latest-credible", "4-7 7 disputed"),
        ("majority-of-voices", "7 7 disputed"),
    ],
)
def test_a_majority_of_voices_is_the_figure(policy: str, expected: str) -> None:
    assert reconciled([told(A, None, 4), told(B, None, 7), told(C, None, 7)], policy) == expected


def test_one_voice_of_two_outlets_is_no_majority() -> None:
    quoting = {"measure": "killed", "group": None, "low": 7, "best": 7, "high": 7, "scope": "total", "quote": None,
               "attributed_to": "AFP", "as_of": None}  # fmt: skip
    rows = [told(A, None, 4), told(B, None, None, claims=[quoting]), told(C, None, None, claims=[quoting])]
    assert reconciled(rows, "majority-of-voices") == "4-7 7 disputed"
    assert reconciled([*rows, told(D, None, 7)], "majority-of-voices") == "7 7 disputed"


def test_a_bound_is_conservative_and_stays_open() -> None:
    assert reconciled([told(A, 0, 7), told(B, 0, killed_low=5)], "conservative") == "5+ 5 compatible"
    assert reconciled([told(A, 0, killed_high=7)], "conservative") == "up to 7 None single-source"


def test_a_part_is_no_update_of_the_whole() -> None:
    part = {"measure": "killed", "group": "children", "low": 2, "best": 2, "high": 2, "scope": "part", "quote": None,
            "attributed_to": None, "as_of": None}  # fmt: skip
    assert reconciled([told(A, 0, 7), told(B, 3, None, claims=[part])], "latest-credible") == "7 7 compatible"
    own = [told(A, 0, 7), told(A, 3, None, claims=[part])]
    assert reconciled(own, "range") == "7 7 single-source"
    assert [claim["replaced_by"] for claim in as_one_event(own)["killed", None]["claims"]] == [None, None]
    more = [told(A, 0, 1), told(A, 3, None, claims=[part])]
    assert reconciled(more, "range") == "1+ 1 single-source"
    assert reconciled([told(A, 0, 7), told(B, 3, None, claims=[part])], "range") == "2+ 7 compatible"


def test_the_rows_of_a_data_set_yield_to_one_figure() -> None:
    rows = [told(A, None, 4), told(A, None, 3), told(B, None, 7)]
    assert reconciled(rows, "range") == "3-7 7 disputed"
    assert reconciled([*rows, told(C, None, 4)], "range") == "3-7 4 disputed"
    assert reconciled(rows[1:], "range") == "3-7 3 disputed"


def test_a_part_is_no_conservative_figure_of_the_whole() -> None:
    part = {"measure": "killed", "group": "children", "low": 2, "best": 2, "high": 2, "scope": "part", "quote": None,
            "attributed_to": None, "as_of": None}  # fmt: skip
    few = told(C, 3, None, claims=[part])
    assert reconciled([told(A, 0, 7), told(B, 0, 5), few], "conservative") == "5 5 disputed"
    assert reconciled([few], "conservative") == "2+ 2 single-source"
    assert reconciled([few, told(A, 0, killed_high=7)], "conservative") == "2+ 2 compatible"


@st.composite
def claim_trees(draw: st.DrawFn, outlets: tuple[str, ...] = OUTLETS, most: int = 6) -> Rows:
    """Records of one event with totals, parts, ranges and open bounds, some of them later ones of one outlet."""
    rows = []
    for number in range(draw(st.integers(1, most))):
        day = draw(st.none() | st.integers(0, 3))
        killed = draw(st.none() | st.integers(0, 9))
        rows.append(
            row(
                f"r{number}",
                draw(st.sampled_from(outlets)),
                published=None if day is None else FIRST_DAY + timedelta(days=day),
                place=draw(st.sampled_from(["Dara", None])),
                killed=killed,
                injured=draw(st.none() | st.integers(0, 9)),
                claims=draw(claim_lists()) if killed is None else [],
            )
        )
    return rows


def bounds_nothing(claim: dict[str, Any]) -> bool:
    """None or more."""
    return (claim["low"], claim["best"], claim["high"]) == (0, None, None)


def span(one: dict[str, Any]) -> tuple[int, int]:
    """The range as numbers. Where every claim is "none or more" nobody states an upper end, and any may follow."""
    low = -1 if one["low"] is None else one["low"]
    if all(bounds_nothing(claim) for claim in one["claims"] if claim["replaced_by"] is None):
        return low, -1
    return low, (INFINITE if one["high"] is None else one["high"])


@given(claim_trees(), claim_trees(("Fifth Outlet", "Sixth Outlet"), most=2))
def test_another_outlet_never_narrows_the_range(rows: Rows, others: Rows) -> None:
    """And so taking one away never widens it. An outlet's own later record may do either."""
    before = as_one_event(rows)
    after = as_one_event([*rows, *({**one, "record_id": f"x{one['record_id']}"} for one in others)])
    for key, one in before.items():
        low, high = span(one)
        wider_low, wider_high = span(after[key])
        assert wider_low <= low
        assert wider_high >= high


@given(claim_trees(), st.sampled_from(POLICIES))
def test_unknown_is_not_zero_and_nothing_is_invented_under_any_policy(rows: Rows, policy: str) -> None:
    """Laws 1 and 3: what no standing claim states stays null, and the best figure is one that a claim states."""
    by_range = as_one_event(rows)
    for one in as_one_event(rows, policy).values():
        standing = [claim for claim in one["claims"] if claim["replaced_by"] is None]
        bests = {claim["best"] for claim in standing} - {None}
        bounds = {claim["low"] for claim in standing} - {None}
        assert standing
        if policy == "conservative":
            assert one["best"] is None or one["best"] in bests | bounds
        else:
            assert (one["best"] in bests) if bests and policy != "latest-credible" else True
            assert one["best"] is None or one["best"] in bests
        if policy != "estimate":  # whose interval is of the estimate
            assert one["low"] is None or one["low"] in bounds | bests
            assert one["high"] is None or one["high"] in {claim["high"] for claim in standing} | bests
        figures = [figure for figure in (one["low"], one["best"], one["high"]) if figure is not None]
        assert figures == sorted(figures)
        assert one["status"] == by_range[one["measure"], one["group"]]["status"]


@given(claim_trees(most=4))
def test_figures_that_disagree_are_no_veto(rows: Rows) -> None:
    """Law 5: whatever two outlets count, records told alike in every other way stay one event."""
    same = {"place": "Dara", "admin2": "Khanaqin", "event_type": "armed assault", "perpetrators": ["ISIS"]}
    two = [
        {**one, **same, "outlet": outlet, "record_id": outlet, "published": None, "published_at": None}
        for one, outlet in zip(rows[:2], OUTLETS, strict=False)
    ]
    assert solve(two).events.height == 1


def simulated(seed: int, toll: float = 2.0, events: int = 400, outlets: int = 6) -> tuple[pl.DataFrame, dict[str, int]]:
    """Figures of outlets with biases and errors of their own, and the true tolls."""
    random = np.random.default_rng(seed)
    truth = np.round(random.lognormal(toll, 1.0, events)).astype(int) + 1
    bias, error = random.normal(0, 0.15, outlets), random.uniform(0.05, 0.4, outlets)
    rows = []
    for event, killed in enumerate(truth):
        for outlet in range(outlets):
            if random.random() < 0.6:
                count = round(float(np.expm1(np.log1p(killed) + bias[outlet] + random.normal(0, error[outlet]))))
                rows.append((f"ev{event:04}", f"o{outlet}", max(count, 0)))
    figures = pl.DataFrame(rows, schema=["event_id", "outlet", "best"], orient="row").with_columns(
        measure=pl.lit("killed"),
        group=pl.lit(None, dtype=pl.String),
        low="best",
        high="best",
        voice="outlet",
        figure="event_id",
        derivation=pl.lit(None, dtype=pl.String),
    )
    return figures, {f"ev{event:04}": int(toll) for event, toll in enumerate(truth)}


def covered(figures: pl.DataFrame, truth: dict[str, int]) -> float:
    found = estimated(figures, reliabilities(figures))
    return float(np.mean([row["low"] <= truth[row["figure"]] <= row["high"] for row in found.iter_rows(named=True)]))


def test_the_interval_covers_what_it_promises_and_no_more() -> None:
    """On tolls so large that rounding to whole people does not matter."""
    shares = [covered(*simulated(seed, toll=6.0)) for seed in range(10)]
    assert abs(np.mean(shares) - COVERAGE) < 0.03


@pytest.mark.parametrize("seed", range(5))
def test_small_tolls_are_covered_too_and_the_estimate_beats_the_lowest_figure(seed: int) -> None:
    figures, truth = simulated(seed)
    assert covered(figures, truth) >= COVERAGE - 0.04
    best = dict(estimated(figures, reliabilities(figures)).select("figure", "best").iter_rows())
    lowest = dict(figures.group_by("event_id").agg(pl.col("best").min()).iter_rows())

    def missed(chosen: dict[str, int]) -> float:
        return float(np.mean([abs(np.log1p(figure) - np.log1p(truth[event])) for event, figure in chosen.items()]))

    assert missed(best) < missed(lowest)


def test_an_outlet_that_scatters_counts_for_less() -> None:
    random = np.random.default_rng(7)
    rows = []
    for event in range(60):
        toll = int(random.integers(5, 60))
        rows += [(f"ev{event:03}", "steady", toll), (f"ev{event:03}", "exact", toll)]
        rows.append((f"ev{event:03}", "wild", int(toll * random.choice([0.4, 0.6, 1.7, 2.5]))))
    rows += [("ev999", "steady", 20), ("ev999", "wild", 60)]
    figures = pl.DataFrame(rows, schema=["event_id", "outlet", "best"], orient="row").with_columns(
        measure=pl.lit("killed"),
        group=pl.lit(None, dtype=pl.String),
        low="best",
        high="best",
        voice="outlet",
        figure="event_id",
        derivation=pl.lit(None, dtype=pl.String),
    )
    last = estimated(figures, reliabilities(figures)).filter(pl.col("figure") == "ev999").row(0, named=True)
    assert last["best"] == 20
    assert last["low"] <= 20 <= last["high"] < 60


def test_a_bare_part_is_no_figure_of_the_whole_for_the_estimate() -> None:
    whole = ["A 9", "B 9", "A 30 injured"]
    plain, beside = (in_claim_order(said(*whole, *more)) for more in ([], ["C 1+ part", "A 2+ part"]))
    of = ["measure", "low", "best", "high"]
    found = [reconcile_figures(one, "estimate", reliabilities(plain)).select(of).rows() for one in (plain, beside)]
    assert found[0] == found[1]
    alone = said("C 1+ part")
    assert reconcile_figures(alone, "estimate", reliabilities(alone)).select("low", "best").rows() == [(0, None)]


def test_without_any_figure_there_is_no_estimate() -> None:
    empty = pl.DataFrame(schema={"event_id": pl.String, "voice": pl.String, "figure": pl.UInt32, **FIGURES})
    assert estimated(empty, reliabilities(empty)).height == 0


def test_the_policy_is_named_in_the_settings() -> None:
    assert solve([row("a", A, killed=3)], policy="conservative").settings["policy"] == "conservative"


def said(*sayings: str) -> pl.DataFrame:
    """Claims as ``OUTLET[=VOICE] FIGURE [@DAY] [part] [MEASURE[/GROUP]]``, of one event."""
    rows = []
    for number, words in enumerate(sayings):
        who, what, *more = words.split(" ")
        outlet, _, voice = who.partition("=")
        measure, _, group = next((one for one in more if one[0] not in "@p"), "killed").partition("/")
        low, best, high = figure(what)
        rows.append({
            "event_id": "e", "record_id": f"r{number}", "outlet": outlet, "voice": voice or outlet, "measure": measure,
            "group": group or None, "low": low, "best": best, "high": high,
            "derivation": "two children" if "part" in more else None,
            "published_at": next((f"2020-06-{one[1:]}" for one in more if one[0] == "@"), None),
        })  # fmt: skip
    schema = {"event_id": pl.String, "voice": pl.String, **FIGURES}
    return pl.DataFrame(rows, schema=schema)


def settled(policy: str, *sayings: str) -> str:
    one = reconcile_figures(said(*sayings), policy).row(0, named=True)
    return f"{figure_text(one['low'], one['best'], one['high'])} {one['best']} {one['status']}"


SETTLED = [
    ("range", ["A 5", "B 5"], "5 5 agreed"),
    ("range", ["A 5", "A 5"], "5 5 single-source"),
    ("range", ["A 5", "A 6"], "5-6 5 single-source"),
    ("range", ["A 5", "B=A 5"], "5 5 single-source"),
    ("range", ["A 5", "B=A 6"], "5-6 5 disputed"),
    ("range", ["A 5+", "B 7"], "5+ 7 compatible"),
    ("range", ["A 5-7", "B 7-9"], "5-9 None compatible"),
    ("range", ["A 5-6", "B 7"], "5-7 7 disputed"),
    ("range", ["A <5", "B 3"], "up to 5 3 compatible"),
    ("range", ["A <5", "B 6"], "up to 6 6 disputed"),
    ("range", ["A <5", "B <7"], "up to 7 None compatible"),
    ("range", ["A <0", "B <3"], "up to 3 None compatible"),
    ("range", ["A 5+", "B 3+"], "3+ None compatible"),
    ("range", ["A 0+", "B 3"], "0-3 3 compatible"),
    ("range", ["A 0+", "B 3-4"], "0-4 None compatible"),
    ("range", ["A 0+"], "0+ None single-source"),
    ("range", ["A 0+", "B 0+"], "0+ None agreed"),
    ("range", ["A 0", "B 0"], "0 0 agreed"),
    ("range", ["A 6(5-7)", "B 5-7"], "5-7 6 agreed"),
    ("range", ["A 6(5-7)", "B 5(5-7)"], "5-7 5 compatible"),
    ("range", ["A 3", "B 4", "C 4"], "3-4 4 disputed"),
    ("range", ["A 4", "B=A 4", "C=A 4", "D 3", "E 3"], "3-4 3 disputed"),
    ("range", ["A 3", "B 5", "C=B 5"], "3-5 5 disputed"),
    ("range", ["A 9", "B 2", "C 4"], "2-9 2 disputed"),
    ("conservative", ["A 5", "B 3"], "3 3 disputed"),
    ("conservative", ["A 3-9", "B 3-5"], "3-5 3 compatible"),
    ("conservative", ["A 3-9", "B 3+"], "3-9 3 compatible"),
    ("conservative", ["A 5+", "B 7"], "5+ 5 compatible"),
    ("conservative", ["A 0+", "B 3"], "3 3 compatible"),
    ("conservative", ["A 0+"], "0+ None single-source"),
    ("conservative", ["A 0", "B 3"], "0 0 disputed"),
    ("conservative", ["A <7"], "up to 7 None single-source"),
    ("conservative", ["A <7", "B 4"], "4 4 compatible"),
    ("latest-credible", ["A 3 @01", "B 5 @02", "C 6 @02"], "5-6 5 disputed"),
    ("latest-credible", ["A 9", "B 5 @02", "C 3 @01"], "5 5 disputed"),
    ("latest-credible", ["A 3 @01T10:00", "B 5 @02T09:00"], "5 5 disputed"),
    ("latest-credible", ["A 9", "B 5"], "5-9 5 disputed"),
    ("latest-credible", ["A 2+ @03 part", "B 7 @01"], "7 7 compatible"),
    ("latest-credible", ["A 2+ @03 part", "B 3+ @01 part"], "2+ None compatible"),
    ("latest-credible", ["A 0+ @03", "B 7 @01"], "7 7 compatible"),
    ("majority-of-voices", ["A 4", "B 7", "C 7"], "7 7 disputed"),
    ("majority-of-voices", ["A 4", "B 7"], "4-7 4 disputed"),
    ("majority-of-voices", ["A 4", "A 4", "B 7"], "4-7 4 disputed"),
    ("majority-of-voices", ["A 4", "B=A 7", "C 7"], "7 7 disputed"),
    ("majority-of-voices", ["A 4", "B=A 7"], "4 4 disputed"),
    ("majority-of-voices", ["A 7", "B 7", "C 7", "D=A 4", "E=B 4"], "7 7 disputed"),
    ("majority-of-voices", ["A 5(4-6)", "B=A 4(4-6)"], "4-6 4 compatible"),
    ("majority-of-voices", ["A 4(4-6)", "B=A 4(4-5)"], "4-5 4 compatible"),
    ("majority-of-voices", ["A 4+", "B=A 4"], "4 4 compatible"),
    ("majority-of-voices", ["A 5-7", "B 5-7", "C 6"], "5-7 None compatible"),
    ("majority-of-voices", ["A 4", "B 4", "C 6", "D 7"], "4-7 4 disputed"),
]


@pytest.mark.parametrize(("policy", "sayings", "expected"), SETTLED)
def test_what_each_policy_makes_of_claims(policy: str, sayings: list[str], expected: str) -> None:
    assert settled(policy, *[one.strip() for one in sayings]) == expected


def test_figures_come_out_in_the_order_of_their_claims_however_many_they_are() -> None:
    one = said("A 5", "B 3", "A 1 injured", "B 2 killed/police")
    several = in_claim_order(pl.concat([one.with_columns(event_id=pl.lit(f"e{at:04}")) for at in range(2_000)]))
    figure = ["event_id", "measure", "group"]
    found = reconcile_figures(several, "range").select(figure)
    assert found.equals(several.select(figure).unique(maintain_order=True))


def test_contested_are_the_disputed_totals_event_by_event() -> None:
    tables = [said(*sayings).with_columns(event_id=pl.lit(f"e{at:02}")) for at, (_, sayings, _) in enumerate(SETTLED)]
    several = said("A 5", "B 3", "A 5 injured", "B 5+ injured", "A 1 missing", "B 2 missing")
    figures = in_claim_order(pl.concat([*tables, several.with_columns(event_id=pl.lit("f"))]))
    disputed = reconcile_figures(figures, "range").filter(pl.col("status") == "disputed")
    assert {"e00", "f"}.difference(disputed["event_id"]) == {"e00"}
    assert contested(figures).rows() == disputed.select("event_id", "measure").rows()


@pytest.mark.parametrize("policy", POLICIES)
def test_a_replaced_claim_is_history_and_each_measure_and_group_stands_alone(policy: str) -> None:
    claims = said(
        "B 5", "A 9", "A 4 @02", "A 4 @01", "C 1 injured", "C 2 killed/police", "C 8 killed/civilians", "C 3 missing"
    )  # fmt: skip
    replaced = claims.with_columns(replaced_by=pl.when(pl.col("record_id") == "r1").then(pl.lit("r2")))
    standing = replaced.filter(pl.col("replaced_by").is_null())
    learned = reliabilities(telling(standing)) if policy == "estimate" else {}
    found = reconcile_figures(in_claim_order(replaced.reverse()), policy, learned)
    assert found.columns == ["event_id", "measure", "group", "low", "best", "high", "status", "claims"]
    assert found.select("measure", "group").rows() == [
        ("killed", None), ("killed", "civilians"), ("killed", "police"), ("injured", None), ("missing", None)
    ]  # fmt: skip
    assert [claim["record_id"] for claim in found["claims"][0]] == ["r3", "r2", "r1", "r0"]
    assert found["status"].to_list() == ["disputed", *["single-source"] * 4]
    if policy != "estimate":
        assert found["best"].to_list() == [4, 8, 2, 1, 3]
        assert found["high"][0] == (4 if policy in ("conservative", "latest-credible") else 5)
