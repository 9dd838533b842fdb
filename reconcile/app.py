"""The command line: arguments, exit codes, streams. Each command's work is done below; nothing heavy is imported here.

Exit codes: 0 fine; 1 findings; 2 usage, configuration or input; 3 our bug; 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import sys
from collections.abc import Sequence
from datetime import date
from typing import NoReturn

from reconcile import __version__
from reconcile.config import POLICIES
from reconcile.errors import InputErrors, ReconcileError
from reconcile.memory import parse_size
from reconcile.text import for_log, for_terminal

FINE, FINDINGS, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130
_MOST_PROBLEMS = 1000
# What reconcile.report.formats can write as text; named here because --help must not import it.
TEXT_FORMATS = ("json", "jsonl", "csv", "geojson", "ged", "claims")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: error: {for_terminal(message)}\n")


def build_parser() -> _Parser:
    """All commands with their options."""
    parser = _Parser(
        prog="reconcile",
        description="Find the incident records that describe one event, merge them, and flag where outlets disagree.",
        epilog="Exit codes: 0 fine, 1 findings, 2 usage or input error, 3 bug, 130 interrupted.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"reconcile {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    shared = _shared_options()

    report = commands.add_parser(
        "report", parents=[shared], allow_abbrev=False,
        help="show the events and where outlets disagree",
        description="Show every event: what is agreed, what is disputed, who says what and where.",
    )  # fmt: skip
    report.add_argument("paths", nargs="+", metavar="PATH", help="a file or folder of records, or - for stdin")
    report.add_argument(
        "--format",
        choices=["text", *TEXT_FORMATS],
        default="text",
        help="what to print (default: text)",
    )
    report.add_argument("--locate", action="store_true", help="json, jsonl: add the file:line of each claim")

    merge = commands.add_parser(
        "merge", parents=[shared], allow_abbrev=False,
        help="write the merged events to a file",
        description="Write the merged events; the suffix of FILE (.json .jsonl .csv .parquet .geojson .xlsx) picks the "
        "format, unless --format names it: ged is a CSV in the layout of UCDP GED, claims a CSV with one row a claim.",
    )  # fmt: skip
    merge.add_argument("paths", nargs="+", metavar="PATH", help="a file or folder of records, or - for stdin")
    merge.add_argument("-o", "--output", required=True, metavar="FILE", help="where to; - writes JSON to stdout")
    merge.add_argument("--format", choices=[*TEXT_FORMATS, "parquet", "xlsx"], help="instead of the suffix of FILE")
    merge.add_argument("--members", metavar="FILE", help="also write record_id,event_id (.csv or .parquet)")
    merge.add_argument("--locate", action="store_true", help="json, jsonl: add the file:line of each claim")
    merge.add_argument(
        "--engine", choices=["local", "spark"], default="local",
        help="spark: Parquet in, a folder of Parquet out, on a cluster (docs/spark.md; default: local)",
    )  # fmt: skip
    merge.add_argument("--master", metavar="URL", help="spark: the cluster (default: all cores of this machine)")
    merge.add_argument("--spark", action="append", metavar="KEY=VALUE", help="spark: a setting of Spark's, repeatable")

    check = commands.add_parser(
        "check", parents=[shared], allow_abbrev=False,
        help="the gate for curated data: name every mistake, with file, line and column",
        description="Check curated data: records, judgements, expected events, and what they come to. Configured by "
        "[check] in reconcile.toml or pyproject.toml (docs/check.md). Exit code 1 for findings at --fail-on or worse.",
    )  # fmt: skip
    check.add_argument("paths", nargs="+", metavar="PATH", help="a file or folder of records, or - for stdin")
    check.add_argument("--format", choices=["text", "json", "github", "sarif", "junit"], default="text")
    check.add_argument("-o", "--output", metavar="FILE", help="where to, instead of stdout")
    check.add_argument("--all", action="store_true", help="text: every finding in full, not the ten worst")
    check.add_argument("--fail-on", choices=["error", "warning", "info"], help="what fails the run (default: error)")
    check.add_argument("--against", metavar="FILE", help="merged JSON of an earlier run: what has changed since")
    check.add_argument("--update", action="store_true", help="write the file of --against anew")
    check.add_argument("--truth", metavar="FILE", help="record_id,event_id (.csv or .parquet), for [check.floors]")
    check.add_argument("--today", type=_day, metavar="DATE", help="the day that 'future' is measured from")

    explain = commands.add_parser(
        "explain", parents=[shared], allow_abbrev=False,
        help="say why: an event, a pair of records, or a rule",
        description="Explain an event (its pairs and their match weights), one record, two records (why joined or "
        "not), or a rule (by code or name; no PATH needed).",
    )  # fmt: skip
    explain.add_argument("subject", nargs="+", metavar="ID [ID] PATH", help="what to explain, and the records")

    review = commands.add_parser(
        "review", parents=[shared], allow_abbrev=False,
        help="judge the pairs that would teach the most",
        description="Show pairs side by side, the most doubtful first; one key each: y same, n different, u unsure, "
        "s skip, w why, b back, q quit. Verdicts are appended to the last --judgements FILE at once.",
    )  # fmt: skip
    review.add_argument("paths", nargs="+", metavar="PATH", help="a file or folder of records")
    review.add_argument("--most", type=_natural, default=100, metavar="N", help="how many pairs (default: 100)")
    review.add_argument("--by", metavar="NAME", help="who judges (default: the user's name)")

    train = commands.add_parser(
        "train", parents=[shared], allow_abbrev=False,
        help="learn a match model from judgements or truth",
        description="Learn a match model: move the current one (--model, else the built-in) towards --judgements or "
        "--truth, or adapt it to these records without labels (--unsupervised, by expectation maximization).",
    )  # fmt: skip
    train.add_argument("paths", nargs="+", metavar="PATH", help="the records that the labels speak of")
    train.add_argument("-o", "--output", required=True, metavar="FILE", help="where the model (JSON) goes")
    train.add_argument("--truth", metavar="FILE", help="record_id,event_id (.csv or .parquet)")
    train.add_argument("--unsupervised", action="store_true", help="no labels: adapt to these records")
    train.add_argument("--afresh", action="store_true", help="with --truth: do not start from the current model")
    train.add_argument("--name", default="trained", metavar="NAME", help="the model's name (default: trained)")

    commands.add_parser(
        "schema", allow_abbrev=False, help="print the JSON Schema of the merged JSON",
        description="Print the JSON Schema that the merged JSON obeys.",
    )  # fmt: skip

    evaluate = commands.add_parser(
        "evaluate", parents=[shared], allow_abbrev=False,
        help="score members against the truth",
        description="Score a partition of records against the true one: pairwise, B-cubed (weighted by record), "
        "CEAF-e, MUC and CoNLL. With --records the records are reconciled first, and the calibration of the "
        "confidences and the worst errors are shown too.",
    )  # fmt: skip
    evaluate.add_argument("--members", metavar="FILE", help="record_id,event_id (.csv or .parquet)")
    evaluate.add_argument("--records", nargs="+", metavar="PATH", help="instead of --members: records to reconcile")
    evaluate.add_argument("--truth", required=True, metavar="FILE", help="record_id,event_id (.csv or .parquet)")
    evaluate.add_argument(
        "--errors", type=_natural, default=5, metavar="N", help="how many errors to show (default: 5)"
    )
    evaluate.add_argument("--format", choices=["text", "json"], default="text")
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day, for example 2026-11-21") from None


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 999999")
    return int(text)


def _size(text: str) -> int:
    try:
        return parse_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _log_odds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -100 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number between -100 and 100 (log-odds)")
    return value


def _shared_options() -> _Parser:
    """The options of every command that clusters."""
    shared = _Parser(add_help=False)
    group = shared.add_argument_group("what is known")
    group.add_argument("--config", metavar="FILE", help="TOML with any of the settings below")
    group.add_argument(
        "--judgements", action="append", metavar="FILE", help="JSONL of verdicts: same, different, unsure"
    )
    group.add_argument("--actors", metavar="FILE", help="CSV name,alias[,parent,type,valid_from,valid_to]")
    group.add_argument("--places", metavar="FILE", help="CSV name,alias[,admin2,admin1,country,lat,lon,radius_km]")
    group.add_argument("--event-types", metavar="FILE", help="TOML that extends the event types")
    group.add_argument("--groups", metavar="FILE", help="TOML that extends the casualty groups")
    group.add_argument("--counts", metavar="FILE", help="TOML that extends the vague number words")
    group.add_argument(
        "--source",
        metavar="NAME",
        help="layout of files that do not give theirs away: acled, ucdp, gtd, gdelt, ibc, airwars, "
        "own, or a mapping.toml",
    )
    group.add_argument("--model", metavar="FILE", help="JSON match model (default: the built-in one)")
    group.add_argument("--threshold", type=_log_odds, metavar="W", help="merge from this match weight (log-odds) on")
    group.add_argument("--memory", type=_size, metavar="SIZE", help="refuse early what would need more, such as 4G")
    group.add_argument("--policy", choices=POLICIES, help="how low, best and high are reconciled (default: range)")
    look = shared.add_argument_group("how it looks")
    look.add_argument("--color", choices=["auto", "always", "never"], default="auto", help="colour (default: auto)")
    look.add_argument("-v", "--verbose", action="store_true", help="stage timings on stderr")
    look.add_argument("-q", "--quiet", action="store_true", help="no notes on stderr")
    return shared


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code and never lets an exception out."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - for the whole run
    try:
        arguments = build_parser().parse_args(argv)
        from reconcile import commands

        code = commands.run(arguments)
        sys.stdout.flush()  # here, where a full disk can still be answered for
        return code
    except SystemExit as leaving:  # argparse: --help, --version or a wrong option
        return leaving.code if isinstance(leaving.code, int) else USAGE
    except InputErrors as error:
        _tell(
            [str(problem) for problem in error.problems],
            f"{len(error.problems)} problems; nothing was written",
        )
        return USAGE
    except ReconcileError as error:
        _tell(str(error).split("\n"), None)
        return USAGE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:
        _drop_stdout()  # the reader went away, as `head` does
        return FINE
    except OSError as error:
        _tell([f"cannot write the output: {error.strerror or error}"], None)
        _drop_stdout()
        return USAGE
    except Exception:  # noqa: BLE001 - the last door: whatever arrives here is our bug
        import traceback

        trace = [for_terminal(line) for line in traceback.format_exc().rstrip().split("\n")]
        _tell(trace, f"this is a bug in reconcile {__version__}; please report it with the lines above")
        return BUG


def _drop_stdout() -> None:
    """Send what is still buffered nowhere: Python would complain of it once more while closing stdout."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(lines: Sequence[str], last: str | None) -> None:
    shown = [for_log(for_terminal(line)) for line in lines[:_MOST_PROBLEMS]]
    if len(lines) > _MOST_PROBLEMS:
        shown.append(f"... and {len(lines) - _MOST_PROBLEMS} more")
    for line in shown + ([last] if last and len(lines) > 1 else []):
        sys.stderr.write(line + "\n")
