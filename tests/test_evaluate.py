"""Scores against a reference implementation and the definitions; files, calibration, mistakes, rendering."""

from __future__ import annotations

import doctest
import importlib
import itertools
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from corefeval import Document
from corefeval.metric import Metric
from corefeval.metrics import b_cubed, ceafe, muc
from hypothesis import given
from hypothesis import strategies as st

from reconcile.errors import ConfigError, InputErrors
from reconcile.evaluate import (
    Evaluation,
    Score,
    assignment,
    calibration_error,
    calibration_table,
    evaluate,
    judged_members,
    judged_pairs,
    read_members,
    read_truth,
    to_json,
    to_text,
    worst_errors,
)

SCORES = ("pairwise", "b_cubed", "ceaf_e", "muc")
# the event of each of up to 14 records, in two partitions at once
PARTITIONS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=14)


def frame(events: list[object], ids: list[str] | None = None) -> pl.DataFrame:
    names = ids or [f"r{number:03}" for number in range(len(events))]
    return pl.DataFrame({"record_id": names, "event_id": [str(event) for event in events]})


def scored(rows: list[tuple[int, int]]) -> Evaluation:
    return evaluate(frame([found for found, _ in rows]), frame([true for _, true in rows]))


def groups(events: list[int], copies: int = 1) -> list[list[tuple[int, int]]]:
    sets: dict[int, list[tuple[int, int]]] = {}
    for record, event in enumerate(events):
        sets.setdefault(event, []).extend((record, copy) for copy in range(copies))
    return list(sets.values())


def reference(metric: object, rows: list[tuple[int, int]], copies: int) -> tuple[float, float, float]:
    scorer = Metric(metric)
    scorer.update(Document(groups([f for f, _ in rows], copies), groups([t for _, t in rows], copies)))
    return scorer.get_prf()


def as_tuple(score: Score) -> tuple[float, float, float]:
    return score.precision, score.recall, score.f1


# ---- scores


@given(PARTITIONS)
def test_b_cubed_and_ceaf_e_agree_with_the_reference(rows: list[tuple[int, int]]) -> None:
    """The reference drops singletons. Taking every record twice leaves none and changes no score."""
    result = scored(rows)
    assert as_tuple(result.b_cubed) == pytest.approx(reference(b_cubed, rows, copies=2), abs=1e-12)
    assert as_tuple(result.ceaf_e) == pytest.approx(reference(ceafe, rows, copies=2), abs=1e-12)


@given(PARTITIONS)
def test_muc_agrees_with_the_reference_wherever_there_is_a_link(rows: list[tuple[int, int]]) -> None:
    precision, recall, f1 = reference(muc, rows, copies=1)
    links_found, links_true = (len(rows) - len({row[side] for row in rows}) for side in (0, 1))
    ours = scored(rows).muc
    assert ours.precision == pytest.approx(precision if links_found else 1.0)
    assert ours.recall == pytest.approx(recall if links_true else 1.0)
    assert ours.f1 == pytest.approx(f1 if links_found or links_true else 1.0)


@given(PARTITIONS)
def test_pairwise_is_what_counting_every_pair_gives(rows: list[tuple[int, int]]) -> None:
    found, true = (
        {p for p in itertools.combinations(range(len(rows)), 2) if rows[p[0]][s] == rows[p[1]][s]} for s in (0, 1)
    )
    precision = len(found & true) / len(found) if found else 1.0
    recall = len(found & true) / len(true) if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    assert as_tuple(scored(rows).pairwise) == pytest.approx((precision, recall, f1))


@given(PARTITIONS)
def test_ceaf_e_tries_every_assignment(rows: list[tuple[int, int]]) -> None:
    found, true = (
        [{r for r, row in enumerate(rows) if row[s] == e} for e in sorted({row[s] for row in rows})] for s in (0, 1)
    )
    few, many = sorted((found, true), key=len)
    phi4 = [[2 * len(a & b) / (len(a) + len(b)) for b in many] for a in few]
    best = max(
        sum(phi4[i][j] for i, j in enumerate(choice)) for choice in itertools.permutations(range(len(many)), len(few))
    )
    assert scored(rows).ceaf_e.precision == pytest.approx(best / len(found))
    assert scored(rows).ceaf_e.recall == pytest.approx(best / len(true))


def test_the_definitions_give_the_worked_example_of_the_ceaf_paper() -> None:
    """Luo (2005), figure 1, response (a): truth of 5, 2 and 5 mentions, the last two events joined."""
    result = evaluate(frame(list("aaaaabbbbbbb")), frame(list("aaaaabbccccc")))
    assert as_tuple(result.muc) == pytest.approx((9 / 10, 1.0, 0.947), abs=5e-4)
    assert result.b_cubed.f1 == pytest.approx(0.865, abs=5e-4)
    assert result.b_cubed.recall == 1.0
    assert result.ceaf_e.f1 == pytest.approx(0.733, abs=5e-4)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=20))
def test_a_partition_scores_one_against_itself_under_any_names(events: list[int]) -> None:
    result = evaluate(frame([f"found-{event}" for event in events]), frame([-event for event in events]))
    assert {as_tuple(getattr(result, name)) for name in SCORES} == {(1.0, 1.0, 1.0)}
    assert result.conll == 1.0


@given(PARTITIONS)
def test_precision_and_recall_change_places_with_the_partitions(rows: list[tuple[int, int]]) -> None:
    there, back = scored(rows), scored([(true, found) for found, true in rows])
    for name in ("pairwise", "b_cubed", "muc"):
        one, other = getattr(there, name), getattr(back, name)
        assert (one.precision, one.recall) == (other.recall, other.precision)
    assert there.ceaf_e.precision == pytest.approx(back.ceaf_e.recall)
    assert there.conll == pytest.approx(back.conll)


@given(PARTITIONS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing_at_all(rows: list[tuple[int, int]], random: object) -> None:
    members, truth = frame([found for found, _ in rows]), frame([true for _, true in rows])
    orders = [list(range(len(rows))) for _ in range(2)]
    for order in orders:
        random.shuffle(order)
    assert evaluate(members[orders[0]], truth[orders[1]]) == evaluate(members, truth)


@given(PARTITIONS)
def test_every_score_lies_between_zero_and_one_and_conll_is_the_mean_of_three(
    rows: list[tuple[int, int]],
) -> None:
    result = scored(rows)
    assert all(0 <= value <= 1 + 1e-12 for name in SCORES for value in as_tuple(getattr(result, name)))
    assert result.conll == pytest.approx((result.b_cubed.f1 + result.ceaf_e.f1 + result.muc.f1) / 3)


def test_singletons_only_claim_nothing_so_nothing_of_it_is_wrong() -> None:
    apart, joined = frame([1, 2, 3]), frame([1, 1, 1])
    assert as_tuple(evaluate(apart, joined).muc) == (1.0, 0.0, 0.0)
    assert as_tuple(evaluate(joined, apart).pairwise) == (0.0, 1.0, 0.0)
    assert as_tuple(evaluate(apart, apart).muc) == (1.0, 1.0, 1.0)


def test_b_cubed_weighs_by_record_and_not_by_event() -> None:
    """Nine records rightly joined, two wrongly: by record precision is 10/11, by event it would be 3/4."""
    result = evaluate(frame([1] * 9 + [2, 2]), frame([1] * 9 + [2, 3]))
    assert result.b_cubed.precision == pytest.approx(10 / 11)


@given(PARTITIONS, st.integers(1, 5))
def test_records_outside_the_truth_are_counted_and_change_no_score(rows: list[tuple[int, int]], extra: int) -> None:
    plain = scored(rows)
    members = pl.concat([frame([f for f, _ in rows]), frame([rows[0][0]] * extra, [f"x{n}" for n in range(extra)])])
    more = evaluate(members, frame([true for _, true in rows]))
    assert asdict(more) == {**asdict(plain), "unscored": extra}


def test_true_records_that_are_missing_from_the_members_are_listed() -> None:
    with pytest.raises(InputErrors) as caught:
        evaluate(frame([1], ["a"]), frame([1, 1, 2], ["c", "a", "b"]))
    assert [problem.what for problem in caught.value.problems] == [
        "record 'b' is not in members",
        "record 'c' is not in members",
    ]
    with pytest.raises(InputErrors, match=r"80 more records are not in members \(100 of them in all\)"):
        evaluate(frame([]), frame(list(range(100))))


def test_frames_that_are_no_partition_are_refused() -> None:
    good = frame([1, 2])
    with pytest.raises(InputErrors, match="record 'a' has more than one row"):
        evaluate(frame([1, 2], ["a", "a"]), good)
    with pytest.raises(InputErrors, match="truth: 1 rows have an empty"):
        evaluate(good, pl.DataFrame({"record_id": ["a", None], "event_id": ["1", "2"]}))
    with pytest.raises(ConfigError, match="members: no column event_id"):
        evaluate(good.select("record_id"), good)
    with pytest.raises(InputErrors, match="nothing to score"):
        evaluate(good, frame([]))


# ---- the assignment behind CEAF-e

CELLS = st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 6)), st.integers(1, 20), max_size=25)


@given(CELLS)
def test_the_dense_and_the_sparse_assignment_agree_with_each_other(cells: dict[tuple[int, int], int]) -> None:
    rows, columns = (np.array([cell[side] for cell in cells], dtype=np.int64) for side in (0, 1))
    weights = np.array([weight / 20 for weight in cells.values()])
    dense = assignment.best_total(rows, columns, weights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "DENSE_CELLS", 0)
        assert assignment.best_total(rows, columns, weights) == pytest.approx(dense)


# ---- files


def test_csv_and_parquet_read_alike_and_further_columns_are_ignored(tmp_path: Path) -> None:
    table = pl.DataFrame({"note": ["x, y", "z"], "event_id": [7, 8], "record_id": ["b", "a"]})
    table.write_csv(tmp_path / "m.csv")
    table.write_parquet(tmp_path / "m.parquet")
    expected = pl.DataFrame({"record_id": ["a", "b"], "event_id": ["8", "7"]})
    assert read_members(tmp_path / "m.csv").equals(expected)
    assert read_truth(str(tmp_path / "m.parquet")).equals(expected)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1), min_size=1, unique=True))
def test_any_id_survives_a_csv_file(tmp_path_factory: pytest.TempPathFactory, ids: list[str]) -> None:
    path = tmp_path_factory.mktemp("ids") / "m.csv"
    frame([1] * len(ids), ids).write_csv(path, quote_style="always")
    assert read_members(path)["record_id"].to_list() == sorted(ids, key=lambda name: name.encode())


def test_every_wrong_row_is_reported_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "truth.csv"
    path.write_bytes(b'record_id,event_id\na,"1\n1"\n\nb\nc,1,2\n,1\nd,\na,2\n')
    with pytest.raises(InputErrors) as caught:
        read_truth(path)
    assert [(problem.line, problem.what) for problem in caught.value.problems] == [
        (5, "1 fields where the header has 2"),
        (6, "3 fields where the header has 2"),
        (7, "empty record_id"),
        (8, "empty event_id"),
        (9, "record 'a' again (first on line 2)"),
    ]


def test_a_flood_of_problems_is_counted_and_cut(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("record_id,event_id\n" + "a\n" * 250)
    with pytest.raises(InputErrors) as caught:
        read_members(path)
    assert len(caught.value.problems) == 101
    assert "250 problems" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.csv", b"record_id,event\na,1\n", "no column event_id"),
        ("m.csv", b"record_id,event_id,event_id\na,1,2\n", "2 columns are named event_id"),
        ("m.csv", b"", "no column record_id .the header is: empty"),
        ("m.csv", "record_id,event_id\na,1\n".encode("utf-16"), "not UTF-8"),
        ("m.csv", b'record_id,event_id\n"a"x,1\n', "not a readable CSV file"),
        ("m.parquet", b"record_id,event_id\na,1\n", "not a readable Parquet file"),
        ("m.json", b"{}", "are .csv or .parquet files"),
    ],
)
def test_files_of_another_form_are_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        read_members(tmp_path / name)


def test_a_file_that_is_not_there_is_a_users_error(tmp_path: Path) -> None:
    for name in ("m.csv", "m.parquet"):
        with pytest.raises(ConfigError, match=r"[Nn]o such file"):
            read_members(tmp_path / name)


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_bytes("\ufeffrecord_id,event_id\na,1\n".encode())
    assert read_members(tmp_path / "m.csv").rows() == [("a", "1")]


# ---- calibration


def test_calibration_has_ten_tenths_and_one_is_in_the_last() -> None:
    table = calibration_table(pl.DataFrame({"confidence": [0.0, 0.1, 1.0, None], "right": [False, True, True, True]}))
    assert table["n"].to_list() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert table["right"].to_list()[1:3] == [1.0, None]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_calibration_loses_no_row_and_its_error_is_the_weighted_gap(rows: list[tuple[float, bool]]) -> None:
    table = calibration_table(pl.DataFrame(rows, schema=["confidence", "right"], orient="row"))
    assert table["n"].sum() == len(rows)
    gaps = [abs(sum(r - c for c, r in rows if min(int(c * 10), 9) == tenth)) for tenth in range(10)]
    assert calibration_error(table) == pytest.approx(sum(gaps) / len(rows))


def test_a_confidence_that_is_none_is_refused() -> None:
    for value in (1.01, -0.1, float("nan")):
        with pytest.raises(ValueError, match="outside 0 to 1"):
            calibration_table(pl.DataFrame({"confidence": [value], "right": [True]}))
    assert calibration_error(calibration_table(pl.DataFrame({"confidence": [], "right": []}))) is None


def test_a_membership_is_right_as_far_as_its_fellows_belong_with_it() -> None:
    members = frame([1, 1, 1, 2, 2]).with_columns(confidence=pl.Series([0.9, 0.8, 0.3, 0.7, 0.6]))
    truth = frame(["A", "A", "B", "C"])  # the last record is outside the truth: r003 is alone
    assert judged_members(members, truth).rows() == [(0.9, 0.5), (0.8, 0.5), (0.3, 0.0)]


def test_pairs_with_a_record_outside_the_truth_are_not_judged() -> None:
    pairs = pl.DataFrame({"left": [0, 0, 1], "right": [1, 2, 2], "confidence": [0.9, 0.2, 0.4]})
    judged = judged_pairs(pairs, frame([1, 1, 2])[::-1], frame(["A", "B"]))
    assert judged.rows() == [(0.9, False)]


# ---- mistakes

PAIRS = pl.DataFrame({"left": [0, 0, 1, 1, 2], "right": [1, 2, 2, 3, 3], "weight": [1.0, 5.0, 1.0, -3.0, -7.0]})


def test_the_mistakes_of_which_the_weights_were_surest_come_first() -> None:
    members, truth = frame([1, 1, 1, 2]), frame(["A", "B", "C", "B"])
    assert worst_errors(PAIRS, members, truth, 2).rows() == [
        ("r000", "r002", "false-merge", 5.0),
        ("r000", "r001", "false-merge", 1.0),
        ("r001", "r003", "false-split", -3.0),
    ]


@given(PARTITIONS, st.randoms(use_true_random=False))
def test_mistakes_are_the_pairs_on_which_the_partitions_differ(rows: list[tuple[int, int]], random: object) -> None:
    every = list(itertools.combinations(range(len(rows)), 2))
    random.shuffle(every)
    pairs = pl.DataFrame(
        {"left": [a for a, _ in every], "right": [b for _, b in every], "weight": [0.5] * len(every)},
        schema={"left": pl.Int64, "right": pl.Int64, "weight": pl.Float64},
    )
    listed = worst_errors(pairs, frame([f for f, _ in rows]), frame([t for _, t in rows]), n=len(every) + 1)
    wrong = {k: [] for k in ("false-merge", "false-split")}
    for a, b in sorted(every):
        found, true = (rows[a][side] == rows[b][side] for side in (0, 1))
        if found != true:
            wrong["false-merge" if found else "false-split"].append((f"r{a:03}", f"r{b:03}"))
    for kind, expected in wrong.items():
        assert listed.filter(pl.col("kind") == kind).select("left", "right").rows() == expected


# ---- rendering


def test_the_text_fits_eighty_columns_and_lets_no_escape_code_out() -> None:
    members, truth = frame([1, 1, 2], ["\x1b[31m", "b", "c"]), frame([1, 2, 2], ["\x1b[31m", "b", "c"])
    pairs = pl.DataFrame({"left": [0, 1], "right": [1, 2], "weight": [2.0, -1.0]})
    table = calibration_table(pl.DataFrame({"confidence": [0.95], "right": [True]}))
    text = to_text(evaluate(members, truth), table, worst_errors(pairs, members, truth))
    assert text.splitlines()[0] == "3 records scored: 2 true events, 2 found"
    assert "\x1b" not in text
    assert "\\x1b[31m" in text
    assert "0.9-1.0" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_calibration_of_nothing_is_said_to_be_of_nothing() -> None:
    nothing = calibration_table(pl.DataFrame({"confidence": [], "right": []}))
    assert "calibration: nothing to judge" in to_text(evaluate(frame([1]), frame([1])), nothing)


def test_the_text_says_how_many_records_were_set_aside() -> None:
    assert "1 record not in the truth, set aside" in to_text(evaluate(frame([1, 2]), frame([1])))
    assert "set aside" not in to_text(evaluate(frame([1]), frame([1])))


def test_the_json_holds_every_number_in_full_and_only_json() -> None:
    members, truth = frame([1, 1, 2]), frame([1, 2, 2])
    result = evaluate(members, truth)
    document = json.loads(to_json(result, calibration_table(pl.DataFrame({"confidence": [], "right": []}))))
    assert list(document) == ["schema", *asdict(result), "calibration", "mistakes"]
    assert document["b_cubed"] == asdict(result.b_cubed)
    assert document["calibration"]["expected_error"] is None
    assert document["mistakes"] is None
    pairs = pl.DataFrame({"left": [0], "right": [1], "weight": [2.0]})
    listed = json.loads(to_json(result, mistakes=worst_errors(pairs, members, truth)))["mistakes"]
    assert listed == [{"left": "r000", "right": "r001", "kind": "false-merge", "weight": 2.0}]


@pytest.mark.parametrize("module", ["assignment", "calibration", "mistakes", "scores"])
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"reconcile.evaluate.{module}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0
