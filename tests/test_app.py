"""The command line: exit codes, streams, and no traceback for a user's mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reconcile.app import main

ROOT = Path(__file__).parent.parent
KHANAQIN = str(ROOT / "fixtures" / "khanaqin")


def run(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "reconcile", *arguments],
        input=stdin, capture_output=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_report_goes_to_stdout_and_notes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", KHANAQIN]) == 0
    streams = capsys.readouterr()
    assert "Dara" in streams.out
    assert streams.err == ""


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["frobnicate"], ["report"], ["report", KHANAQIN, "--colour", "never"], ["merge", KHANAQIN],
        ["report", "no/such/file.csv"], ["merge", KHANAQIN, "-o", "out.docx"],
        ["merge", KHANAQIN, "-o", f"{KHANAQIN}/out.json"], ["merge", KHANAQIN, "-o", f"{KHANAQIN}/rudaw.json"],
        ["report", KHANAQIN, "--config", "no.toml"], ["report", KHANAQIN, "--model", "no.json"],
        ["report", KHANAQIN, "--actors", "no.csv"], ["report", KHANAQIN, "--judgements", "no.jsonl"],
        ["explain", "no-such-id", KHANAQIN], ["explain", "C999"], ["explain", "ev-aaaa"],
        ["evaluate", "--members", "no.csv", "--truth", "no.csv"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_users_mistake_exits_2_with_a_message_and_no_traceback(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err.strip()
    assert "Traceback" not in streams.err


def test_a_bug_exits_3_and_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("\x1b[31mboom")

    monkeypatch.setattr("reconcile.pipeline.run", broken)
    assert main(["report", KHANAQIN]) == 3
    error = capsys.readouterr().err
    assert "this is a bug in reconcile" in error
    assert "\x1b" not in error


def test_an_interruption_exits_130(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reconcile.pipeline.run", interrupted)
    assert main(["merge", KHANAQIN, "-o", str(tmp_path / "out.json")]) == 130
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_goes_away_is_no_error() -> None:
    program = f"{sys.executable} -m reconcile report {KHANAQIN} | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", program], capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stderr == b""


def test_stdin_is_read_as_a_file_is() -> None:
    text = (Path(KHANAQIN) / "kirkuknow.json").read_bytes()
    done = run("merge", "-", "-o", "-", stdin=text)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["summary"]["records"] == 3


def test_data_on_stdout_is_utf8_whatever_the_locale() -> None:
    arguments = ("report", str(ROOT / "fixtures" / "scripts"), "--format", "json")
    posix = run(*arguments, LC_ALL="POSIX", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert posix.returncode == 0, posix.stderr
    assert posix.stdout == run(*arguments).stdout
    assert "داعش" in posix.stdout.decode()


def test_a_terminal_that_cannot_show_a_letter_gets_it_spelled_out() -> None:
    done = run("report", str(ROOT / "fixtures" / "scripts"), PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert b"\\u062e" in done.stdout


def test_all_input_errors_are_shown_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("record_id,outlet,date,killed\na,X,2020-02-30,1\nb,X,2020-06-13,-3\n")
    done = run("report", str(path))
    assert done.returncode == 2
    assert f"{path}:2:5: ".encode() in done.stderr
    assert f"{path}:3:".encode() in done.stderr
    assert done.stdout == b""


def test_an_output_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    done = run("merge", KHANAQIN, "-o", str(tmp_path / "missing" / "out.json"))
    assert done.returncode == 2
    assert b"cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["json", "jsonl", "csv", "parquet"])
def test_merge_writes_every_format_and_the_members(suffix: str, tmp_path: Path) -> None:
    import polars as pl

    out, members = tmp_path / f"events.{suffix}", tmp_path / "members.csv"
    assert main(["merge", KHANAQIN, "-o", str(out), "--members", str(members)]) == 0
    table = pl.read_csv(members)
    assert table.columns[:2] == ["record_id", "event_id"]
    assert table.height == 8
    assert table["event_id"].n_unique() == 5
    if suffix == "parquet":
        assert pl.read_parquet(out).height == 5
    elif suffix == "csv":
        assert pl.read_csv(out).filter(pl.col("killed_best") == 7)["injured_high"].to_list() == [7]
    elif suffix == "jsonl":
        assert [json.loads(line)["event_id"] for line in out.read_text().splitlines()]
    else:
        assert json.loads(out.read_text())["schema"] == "reconcile-events/1"


def test_a_configuration_file_sets_what_options_can(tmp_path: Path) -> None:
    config = tmp_path / "reconcile.toml"
    config.write_text("threshold = 90\n")
    out = tmp_path / "out" / "x.json"
    out.parent.mkdir()
    assert main(["merge", KHANAQIN, "-o", str(out), "--config", str(config)]) == 0
    assert json.loads(out.read_text())["summary"]["events"] == 8
    assert main(["merge", KHANAQIN, "-o", str(out), "--config", str(config), "--threshold", "0"]) == 0
    assert json.loads(out.read_text())["summary"]["events"] == 5


def test_an_unknown_setting_gets_a_suggestion(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "reconcile.toml"
    config.write_text("[tool.reconcile]\nacters = 'x.csv'\nthreshold = true\n")
    assert main(["report", KHANAQIN, "--config", str(config)]) == 2
    error = capsys.readouterr().err
    assert "unknown key 'acters' (did you mean actors?)" in error
    assert "threshold: must be a number" in error


def test_verbose_says_what_took_how_long(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", KHANAQIN, "-v"]) == 0
    error = capsys.readouterr().err
    for stage in (
        "reading",
        "normalizing",
        "blocking",
        "scoring",
        "clustering",
        "merging",
        "comparing outlets",
    ):
        assert stage in error


def test_the_three_doors_are_one() -> None:
    doors = ([sys.executable, "-m", "reconcile"], [sys.executable, str(ROOT / "cli.py")])
    outputs = {subprocess.run([*door, "schema"], capture_output=True, check=True, cwd=ROOT).stdout for door in doors}
    assert len(outputs) == 1


BROKEN = sorted(
    path for path in (ROOT / "tests" / "broken").iterdir() if path.name not in ("expected.toml", ".gitattributes")
)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_broken_input_never_gets_a_traceback(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["report", str(path)])
    streams = capfd.readouterr()
    assert code in (0, 2)
    assert "Traceback" not in streams.err
    assert not any(char in streams.out + streams.err for char in "\x1b\x00\x07\u202e\x9b")
    if code == 2:
        assert streams.out == ""
        assert path.name in streams.err


def test_all_broken_files_at_once_are_all_reported(capfd: pytest.CaptureFixture[str]) -> None:
    assert len(BROKEN) >= 40
    assert main(["report", str(ROOT / "tests" / "broken")]) == 2
    assert len(capfd.readouterr().err.splitlines()) > 40


@pytest.mark.parametrize(
    "option", ["--judgements", "--actors", "--places", "--config", "--model", "--groups", "--counts"]
)
def test_no_input_of_any_kind_is_overwritten(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "precious.json"
    target.write_text("")
    assert main(["merge", KHANAQIN, "-o", str(target), option, str(target)]) == 2
    assert "never overwritten" in capsys.readouterr().err
    assert target.read_text() == ""


def test_truth_is_not_overwritten_by_a_model(tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text("record_id,event_id\na,1\n")
    assert main(["train", KHANAQIN, "--truth", str(truth), "-o", str(truth)]) == 2
    assert truth.read_text().startswith("record_id")


def test_events_are_not_written_when_the_members_cannot_be(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert main(["merge", KHANAQIN, "-o", str(out), "--members", str(tmp_path / "no" / "members.csv")]) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_device_is_written_to_and_not_replaced() -> None:
    before = Path("/dev/null").stat()
    assert main(["merge", KHANAQIN, "-o", "/dev/null", "--format", "json"]) == 0
    assert Path("/dev/null").stat().st_mode == before.st_mode


def test_a_read_only_file_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.json"
    out.write_text("mine")
    out.chmod(0o444)
    assert main(["merge", KHANAQIN, "-o", str(out)]) == 2
    assert "read-only" in capsys.readouterr().err
    assert out.read_text() == "mine"


@pytest.mark.parametrize("threshold", ["nan", "inf", "-inf", "1e999", "101", "x"])
def test_a_threshold_is_a_finite_number(threshold: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", KHANAQIN, f"--threshold={threshold}"]) == 2
    assert "not a number between -100 and 100" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("redirect", "code"),
    [(">&-", 0), ("2>&-", 0), (">/dev/full", 2), ("--format json >/dev/full", 2), ("- <&-", 2)],
)
def test_closed_and_full_streams_get_no_traceback(redirect: str, code: int) -> None:
    paths = "" if redirect.startswith("-") and "<" in redirect else KHANAQIN
    program = f"{sys.executable} -m reconcile report {paths} {redirect}"
    done = subprocess.run(["bash", "-c", program], capture_output=True, check=False, text=True)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_an_id_that_is_also_a_files_name_is_an_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rudaw-2020-06-14-dara").mkdir()
    assert main(["explain", "rudaw-2020-06-14-dara", KHANAQIN]) == 0


def test_ids_survive_the_way_through_our_own_members(tmp_path: Path) -> None:
    records, members, truth = tmp_path / "in.csv", tmp_path / "members.csv", tmp_path / "truth.csv"
    records.write_text("record_id,outlet,date\n-5,A,2020-01-01\n@x,B,2021-01-01\n=1+1,C,2022-01-01\n")
    truth.write_text("record_id,event_id\n-5,1\n@x,2\n=1+1,3\n")
    out = tmp_path / "out" / "events.csv"
    out.parent.mkdir()
    assert main(["merge", str(records), "-o", str(out), "--members", str(members)]) == 0
    assert main(["evaluate", "--members", str(members), "--truth", str(truth)]) == 0
