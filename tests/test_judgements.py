"""A human's verdicts: obeyed, cross-checked, never guessed at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.errors import InputErrors
from reconcile.judgements import read_judgements


def written(folder: Path, *lines: str | dict[str, object], name: str = "judgements.jsonl") -> str:
    path = folder / name
    path.write_text("".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines), encoding="utf-8")
    return str(path)


def verdict(left: str, right: str, word: str, **more: str) -> dict[str, object]:
    return {"left": left, "right": right, "verdict": word, **more}


def messages(caught: pytest.ExceptionInfo[InputErrors]) -> str:
    return "\n".join(str(problem) for problem in caught.value.problems)


def test_verdicts_are_read_with_who_when_and_why(tmp_path: Path) -> None:
    path = written(tmp_path, verdict("b", "a", "same", by="ana", at="2026-01-02", why="same photo"), "")
    one = read_judgements([path]).find("a", "b")
    assert one is not None
    assert (one.left, one.right, one.verdict, one.by, one.why, one.line) == (
        "a",
        "b",
        "same",
        "ana",
        "same photo",
        1,
    )


def test_a_contradiction_names_both_lines(tmp_path: Path) -> None:
    path = written(tmp_path, verdict("a", "b", "same"), verdict("b", "a", "different"))
    with pytest.raises(InputErrors) as caught:
        read_judgements([path])
    assert f"{path}:2" in messages(caught)
    assert f"{path}:1" in messages(caught)


def test_a_contradiction_through_others_names_the_whole_chain(tmp_path: Path) -> None:
    path = written(tmp_path, verdict("a", "b", "same"), verdict("b", "c", "same"), verdict("a", "c", "different"))
    with pytest.raises(InputErrors) as caught:
        read_judgements([path])
    assert f"{path}:3: 'different'" in messages(caught)
    assert f"{path}:1, {path}:2" in messages(caught)


def test_unsure_takes_an_earlier_verdict_back(tmp_path: Path) -> None:
    path = written(tmp_path, verdict("a", "b", "same"), verdict("a", "b", "unsure"), verdict("a", "b", "different"))
    found = read_judgements([path])
    assert found.pairs("different") == [("a", "b")]
    assert found.pairs("same") == []


def test_the_order_of_files_is_theirs_but_pairs_come_sorted(tmp_path: Path) -> None:
    first = written(tmp_path, verdict("x", "y", "same"), name="1.jsonl")
    second = written(tmp_path, verdict("a", "b", "same"), name="2.jsonl")
    assert read_judgements([first, second]).pairs("same") == [("a", "b"), ("x", "y")]
    assert read_judgements([first, second]).pairs("same") == read_judgements([second, first]).pairs("same")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"left":"a","right":"b","verdict":"maybe"}', "'maybe' is none of same, different, unsure"),
        ('{"left":"a","right":"a","verdict":"same"}', "against itself"),
        ('{"left":"a","verdict":"same"}', "names no pair"),
        ('{"left":"a","right":"b","verdict":"same","who":"x"}', "unknown field 'who'"),
        ('{"left":1,"right":"b","verdict":"same"}', "must be a text"),
        ('{"left":"a","left":"c","right":"b","verdict":"same"}', "names a field twice"),
        ("[" * 50_000, "nested too deeply"),
        ("x" * 200_000, "longer than"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, what: str) -> None:
    path = written(tmp_path, verdict("a", "b", "same"), line)
    with pytest.raises(InputErrors) as caught:
        read_judgements([path])
    assert f"{path}:2: " in messages(caught)
    assert what in messages(caught)


def test_all_broken_lines_are_named_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "{", "[]", verdict("a", "b", "same"), "7")
    with pytest.raises(InputErrors) as caught:
        read_judgements([path])
    assert [problem.line for problem in caught.value.problems] == [1, 2, 4]


def test_a_file_that_is_not_there_or_not_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b"\xff\xfe{}")
    with pytest.raises(InputErrors) as caught:
        read_judgements([str(tmp_path / "none.jsonl"), str(tmp_path / "latin.jsonl")])
    assert "cannot be read" in messages(caught)
    assert "not UTF-8" in messages(caught)


PAIRS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.sampled_from(["same", "different"])),
    max_size=12,
)


@given(PAIRS)
def test_judgements_stand_exactly_when_some_partition_obeys_them(pairs: list[tuple[str, str, str]]) -> None:
    """Oracle: with the `same` pairs joined, no `different` pair may lie inside one group."""
    import tempfile

    pairs = [(a, b, word) for a, b, word in pairs if a != b]
    group = {name: name for name in "abcdef"}
    for a, b, word in pairs:
        if word == "same":
            old, new = group[a], group[b]
            group = {name: new if label == old else label for name, label in group.items()}
    consistent = all(group[a] != group[b] for a, b, word in pairs if word == "different")
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), *(verdict(a, b, word) for a, b, word in pairs))
        if consistent:
            assert {(a, b) for a, b in read_judgements([path]).pairs("same")} == {
                (min(a, b), max(a, b)) for a, b, word in pairs if word == "same"
            }
        else:
            with pytest.raises(InputErrors):
                read_judgements([path])
