"""``reconcile evaluate``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from reconcile.commands.common import page, run_pipeline, write_stdout
from reconcile.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from reconcile.pipeline import Result


def run(arguments: argparse.Namespace) -> int:
    """Score members against the truth; with records, also the confidences and the worst errors."""
    from reconcile import evaluate

    if bool(arguments.members) == bool(arguments.records):
        raise UsageError("give --members FILE to score a file, or --records PATH... to score a run of ours")
    truth = evaluate.read_truth(arguments.truth)
    if arguments.members:
        result = evaluate.evaluate(evaluate.read_members(arguments.members), truth)
        calibration = mistakes = None
        ours = None
    else:
        ours = run_pipeline(arguments, arguments.records)
        members = ours.members.select("record_id", "event_id")
        result = evaluate.evaluate(members, truth)
        calibration = evaluate.calibration_table(evaluate.judged_members(ours.members, truth))
        mistakes = evaluate.worst_errors(ours.pairs, members, truth, n=arguments.errors)
    if arguments.format == "json":
        write_stdout([evaluate.to_json(result, calibration, mistakes).encode()])
        return 0
    write_stdout([evaluate.to_text(result, calibration, mistakes).encode()])
    if ours is not None and mistakes is not None:
        _waterfalls(arguments, ours, mistakes)
    return 0


def _waterfalls(arguments: argparse.Namespace, ours: Result, mistakes: pl.DataFrame) -> None:
    from reconcile.explain import explain_pair
    from reconcile.report.why import write_pair

    for left, right, kind, _ in mistakes.iter_rows():
        sheet = page(arguments.color)
        sheet.line("")
        sheet.line((kind, "bold red"))
        write_pair(sheet, explain_pair(ours, left, right))
