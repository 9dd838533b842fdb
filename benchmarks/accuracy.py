"""Accuracy on every labelled set of a folder, beside simple baselines and, on request, beside a peer.

    python benchmarks/accuracy.py --data DIR [--sets a,b] [--peer] [--markdown]

A set is a folder in DIR with ``records.parquet`` and ``truth.csv``. The program runs as a user would run
it: as a process, with its default model and no option that depends on the set. Which baselines apply
follows from the columns.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # from a checkout, installed or not

import polars as pl  # noqa: E402
from baselines import BASELINES  # noqa: E402

from reconcile.evaluate import Evaluation, evaluate, read_members, read_truth  # noqa: E402

HEADER = ("set", "records", "scored", "method", "CoNLL", "pairwise", "P", "R", "seconds")
LEFT = {"set", "method"}


@dataclass(frozen=True)
class LabelledSet:
    """One folder: its records, its truth and where they lie."""

    name: str
    path: Path
    records: pl.DataFrame
    truth: pl.DataFrame


@dataclass(frozen=True)
class Outcome:
    """What one method reached on one set; ``result`` is None when the method failed, and ``failure`` says
    why."""

    one: LabelledSet
    method: str
    result: Evaluation | None
    seconds: float
    failure: str = ""

    def cells(self) -> tuple[str, ...]:
        """The cells of this outcome's row."""
        head = (self.one.name, str(self.one.records.height), str(self.one.truth.height), self.method)
        if self.result is None:
            return (*head, "failed", "", "", "", f"{self.seconds:.1f}")
        pairs = self.result.pairwise
        scores = (self.result.conll, pairs.f1, pairs.precision, pairs.recall)
        return (*head, *(f"{score:.3f}" for score in scores), f"{self.seconds:.1f}")


def main() -> int:
    """Measure, print one table, and return 1 if any method failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of labelled sets")
    parser.add_argument("--sets", help="only these, separated by commas")
    parser.add_argument("--peer", action="store_true", help="also run Splink (see benchmarks/README.md)")
    parser.add_argument("--baselines-only", action="store_true", help="do not run reconcile itself")
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    options = parser.parse_args()
    outcomes: list[Outcome] = []
    for one in labelled_sets(options.data, options.sets.split(",") if options.sets else None):
        for outcome in measure(one, ours=not options.baselines_only, peer=options.peer):
            print(f"{one.name}: {outcome.method}: {outcome.failure or 'done'}", file=sys.stderr, flush=True)
            outcomes.append(outcome)
    print(table([HEADER, *(outcome.cells() for outcome in outcomes)], options.markdown))
    return 1 if any(outcome.failure for outcome in outcomes) else 0


def labelled_sets(folder: Path, wanted: list[str] | None) -> Iterator[LabelledSet]:
    """The sets of ``folder`` in the order of their names; a wanted name that is not there ends the run."""
    names = sorted(
        path.parent.name for path in folder.glob("*/records.parquet") if path.with_name("truth.csv").exists()
    )
    absent = sorted(set(wanted or []) - set(names))
    if absent or not names:
        raise SystemExit(
            f"{folder}: no set {', '.join(absent) or 'at all'} (records.parquet and truth.csv in a folder)"
        )
    for name in names:
        if wanted is None or name in wanted:
            path = folder / name
            yield LabelledSet(name, path, pl.read_parquet(path / "records.parquet"), read_truth(path / "truth.csv"))


def measure(one: LabelledSet, ours: bool, peer: bool) -> Iterator[Outcome]:
    """Every method that applies to ``one``, one after the other."""
    methods: list[tuple[str, Callable[[], pl.DataFrame | None]]] = []
    if ours:
        methods.append(("reconcile", partial(run_ours, one)))
    methods += [(name, partial(method, one.records)) for name, method in BASELINES.items()]
    for name, method in methods:
        outcome = attempt(one, name, method)
        if outcome is not None:
            yield outcome
    if peer:
        yield from measure_peer(one)


def attempt(one: LabelledSet, name: str, method: Callable[[], pl.DataFrame | None]) -> Outcome | None:
    """Time and score one method; None if it does not apply to the set's columns."""
    start = time.perf_counter()
    try:
        members = method()
    except Exception as error:  # noqa: BLE001 - one method that fails must not hide what the others reach
        return Outcome(one, name, None, time.perf_counter() - start, f"{type(error).__name__}: {str(error)[-300:]}")
    seconds = time.perf_counter() - start
    return None if members is None else Outcome(one, name, evaluate(members, one.truth), seconds)


def run_ours(one: LabelledSet) -> pl.DataFrame:
    """``reconcile merge`` as a process, with nothing but its defaults."""
    with tempfile.TemporaryDirectory() as folder:
        members = Path(folder) / "members.csv"
        command = [sys.executable, "-m", "reconcile", "merge", str((one.path / "records.parquet").resolve())]
        command += ["-o", str(Path(folder) / "events.json"), "--members", str(members)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if run.returncode:
            raise RuntimeError(f"exit code {run.returncode}: {run.stderr.strip()}")
        return read_members(members)


def measure_peer(one: LabelledSet) -> Iterator[Outcome]:
    """Splink at its usual thresholds, and at the one that the truth itself says is best: more than a user
    can know."""
    from peer import THRESHOLDS, splink_members

    start = time.perf_counter()
    try:
        found = splink_members(one.records)
    except Exception as error:  # noqa: BLE001
        yield Outcome(one, "Splink", None, time.perf_counter() - start, f"{type(error).__name__}: {str(error)[-300:]}")
        return
    seconds = time.perf_counter() - start
    results = {threshold: evaluate(members, one.truth) for threshold, members in found.items()}
    for threshold in THRESHOLDS:
        yield Outcome(one, f"Splink, {threshold}", results[threshold], seconds)
    best = max(results, key=lambda threshold: results[threshold].conll)
    yield Outcome(one, f"Splink, best on the truth ({best})", results[best], seconds)


def table(rows: list[tuple[str, ...]], markdown: bool) -> str:
    """Rows of cells, the first a header, as aligned text or as Markdown; words to the left, numbers to the
    right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADER))]
    sides = ["<" if name in LEFT else ">" for name in HEADER]
    lines = [[f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True)] for row in rows]
    if not markdown:
        return "\n".join("  ".join(line).rstrip() for line in lines)
    rule = ["-" * width if side == "<" else "-" * (width - 1) + ":" for side, width in zip(sides, widths, strict=True)]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])


if __name__ == "__main__":
    raise SystemExit(main())
