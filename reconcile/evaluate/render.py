"""An evaluation as text for a reader, or as JSON for a program."""

from __future__ import annotations

import json
from dataclasses import asdict

import polars as pl

from reconcile.evaluate.calibration import calibration_error
from reconcile.evaluate.scores import Evaluation
from reconcile.text import for_json, for_json_text, for_log, for_terminal

SCHEMA = "reconcile-evaluation/1"
_NAMES = {"pairwise": "pairwise", "b_cubed": "B-cubed", "ceaf_e": "CEAF-e", "muc": "MUC"}
_WORDS = {"false-merge": "joined, truly different", "false-split": "kept apart, truly one"}


def to_text(result: Evaluation, calibration: pl.DataFrame | None = None, mistakes: pl.DataFrame | None = None) -> str:
    """Plain text of at most 80 columns (record ids are never cut), ending in a line break.

    ``calibration`` is a `calibration_table`, ``mistakes`` the result of `worst_errors`; each is shown if
    given.
    """
    lines = [
        f"{_count(result.records, 'record')} scored: {_count(result.events_truth, 'true event')}, "
        f"{result.events_found} found",
        *([f"{_count(result.unscored, 'record')} not in the truth, set aside"] if result.unscored else []),
        "",
        f"{'':<10}{'precision':>10}{'recall':>10}{'F1':>10}",
    ]
    for key, name in _NAMES.items():
        score = getattr(result, key)
        lines.append(f"{name:<10}{score.precision:>10.3f}{score.recall:>10.3f}{score.f1:>10.3f}")
    lines.append(f"{'CoNLL':<10}{'':>20}{result.conll:>10.3f}   mean F1 of B-cubed, CEAF-e, MUC")
    if calibration is not None:
        lines += _calibration_lines(calibration)
    if mistakes is not None:
        lines += _mistake_lines(mistakes)
    return "\n".join(lines) + "\n"


def to_json(result: Evaluation, calibration: pl.DataFrame | None = None, mistakes: pl.DataFrame | None = None) -> str:
    """One JSON document with full precision, keys in a fixed order, ending in a line break; null = not
    asked for."""
    document = {
        "schema": SCHEMA,
        **asdict(result),
        "calibration": None
        if calibration is None
        else {"expected_error": calibration_error(calibration), "tenths": calibration.to_dicts()},
        "mistakes": None
        if mistakes is None
        else [
            {key: for_json(value) if isinstance(value, str) else value for key, value in row.items()}
            for row in mistakes.to_dicts()
        ],
    }
    return for_json_text(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)) + "\n"


def _calibration_lines(table: pl.DataFrame) -> list[str]:
    error = calibration_error(table)
    if error is None:
        return ["", "calibration: nothing to judge (no scored event has two records)"]
    lines = ["", f"calibration, expected error {error:.3f}"]
    lines.append(f"{'confidence':<12}{'n':>8}{'mean':>10}{'right':>10}{'gap':>10}")
    for row in table.filter(pl.col("n") > 0).iter_rows(named=True):
        span = f"{row['low']:.1f}-{row['high']:.1f}"
        lines.append(f"{span:<12}{row['n']:>8}{row['confidence']:>10.3f}{row['right']:>10.3f}{row['gap']:>+10.3f}")
    return lines


def _mistake_lines(table: pl.DataFrame) -> list[str]:
    lines: list[str] = []
    for kind, words in _WORDS.items():
        part = table.filter(pl.col("kind") == kind)
        lines += ["", f"{words}: {'none among the pairs compared' if part.is_empty() else 'worst first'}"]
        for left, right, _, weight in part.iter_rows():
            lines.append(for_log(f"  {weight:>+8.2f}  {for_terminal(left)}  {for_terminal(right)}"))
    return lines


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
