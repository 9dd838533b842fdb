"""A sitting of judgements: the most doubtful first, every verdict on disk at once, undo by appending."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from strategies import row, solve

from reconcile.commands.review import Session
from reconcile.judgements import read_judgements
from reconcile.review import questions

KHANAQIN = str(Path(__file__).parent.parent / "fixtures" / "khanaqin")


def rows() -> list[dict[str, object]]:
    return [row(f"r{n}", f"Outlet {n}", place="Mekhas", killed=n, perpetrators=["ISIS"]) for n in range(4)]


def test_the_most_doubtful_pair_comes_first_and_judged_ones_not_at_all() -> None:
    result = solve(rows())
    asked = questions(result, 100)
    assert len(asked) == result.pairs.height
    doubt = abs(asked[0].probability - 0.5)
    assert doubt == min(abs(one.probability - 0.5) for one in asked)
    first = asked[0]
    again = questions(solve(rows(), (first.left, first.right, "different")), 100)
    assert (first.left, first.right) not in {(one.left, one.right) for one in again}
    assert len(questions(result, 2)) == 2


def sitting(tmp_path: Path, keys: str) -> Path:
    result = solve(rows())
    target = tmp_path / "judgements.jsonl"
    left = iter(keys)
    Session(result, str(target), "ana", "never").ask(questions(result, 100), lambda: next(left, "q"))
    return target


def test_every_key_does_what_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = sitting(tmp_path, "ynu?wsq")
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line["verdict"] for line in lines] == ["same", "different", "unsure"]
    assert {line["by"] for line in lines} == {"ana"}
    text = capsys.readouterr().out
    assert "match weight, log-odds" in text
    assert "3 judgements in" in text


def test_back_takes_a_verdict_back_by_appending(tmp_path: Path) -> None:
    target = sitting(tmp_path, "ybnq")
    assert [json.loads(line)["verdict"] for line in target.read_text().splitlines()] == ["same", "unsure", "different"]
    standing = read_judgements([str(target)])
    assert len(standing.pairs("different")) == 1
    assert standing.pairs("same") == []


def test_a_file_without_a_last_line_break_is_not_damaged(tmp_path: Path) -> None:
    target = tmp_path / "judgements.jsonl"
    target.write_text('{"left": "x", "right": "y", "verdict": "same"}')
    sitting(tmp_path, "yq")
    assert len(read_judgements([str(target)]).standing) == 2


def test_the_command_asks_and_the_next_run_obeys(tmp_path: Path) -> None:
    target = tmp_path / "judgements.jsonl"
    command = [sys.executable, "-m", "reconcile"]
    done = subprocess.run(
        [*command, "review", KHANAQIN, "--judgements", str(target), "--by", "ana"],
        input=b"n\nq\n", capture_output=True, check=False, env={**os.environ, "COLUMNS": "100"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"y same event" in done.stdout
    (one,) = read_judgements([str(target)]).standing
    out = tmp_path / "out" / "events.json"
    out.parent.mkdir()
    subprocess.run([*command, "merge", KHANAQIN, "-o", str(out), "--judgements", str(target)], check=True)
    events = json.loads(out.read_text())["events"]
    assert not any({one.left, one.right} <= set(event["records"]) for event in events)


def test_review_without_a_file_to_write_to_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    from reconcile.app import main

    assert main(["review", KHANAQIN]) == 2
    assert "--judgements FILE" in capsys.readouterr().err
