"""Speed and memory of whole runs, from Parquet to merged events in Parquet, in one table.

    python benchmarks/speed.py --sizes 10k,100k,1M --density constant,growing [--peer] [--repeat 3] [--members-only]
    python benchmarks/speed.py --sizes 1M --density constant --profile        # the stages as a Markdown table

Each run is a process of its own; its time is wall time, its memory the peak of the process or of any that it started
(the kernel's count). Synthetic records are made for it, in a folder that goes away unless ``--keep DIR`` names one:
sets that are already there are used again. How to read the table is in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent
DENSITIES: Final = ("constant", "growing")
HEADER: Final = (
    "density", "records", "seconds", "GB", "F1", "a doubling", "Splink s", "GB", "F1", "ratio", "floor s", "GB",
    "ratio",
)  # fmt: skip
LAST_STAGE_OF_MEMBERS: Final = "clustering"
_STAGE: Final = re.compile(r"^(\S[^\t]*?) +([0-9]+\.[0-9]+) s$")
_GB: Final = 1e6  # kB, as the kernel counts them


@dataclass(frozen=True)
class Run:
    """One process: wall seconds, peak GB, and the seconds of its stages as it told them."""

    seconds: float
    gb: float
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def members_seconds(self) -> float:
        """The stages up to the members: what remains to compare with a tool that goes no further."""
        names = list(self.stages)
        if LAST_STAGE_OF_MEMBERS not in names:
            return self.seconds
        return sum(self.stages[name] for name in names[: names.index(LAST_STAGE_OF_MEMBERS) + 1])


@dataclass(frozen=True)
class Method:
    """The median run of a method on a set, and its pairwise F1 where it makes members."""

    run: Run
    f1: float | None = None


def process(command: Sequence[str]) -> Run:
    """Run ``command`` from the checkout; raises `RuntimeError` with its last words when it fails.

    This process stays small on purpose: Linux counts the memory of whoever starts a process as that process's own.
    """
    with tempfile.TemporaryFile() as told:
        begun = time.perf_counter()
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=told)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        lines = told.read().decode(errors="replace").splitlines()
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit code {child.returncode}: {' '.join(lines[-5:])}")
    return Run(seconds, usage.ru_maxrss / _GB, stages_of(lines))


def stages_of(lines: Sequence[str]) -> dict[str, float]:
    """The stage timings that ``-v`` writes, in their order; a stage told twice counts twice."""
    stages: dict[str, float] = {}
    for line in lines:
        found = _STAGE.match(line)
        if found:
            stages[found[1]] = stages.get(found[1], 0.0) + float(found[2])
    return stages


def median_run(runs: Sequence[Run]) -> Run:
    """The run in the middle by time (the slower one of two), with the greatest memory of all."""
    middle = sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]
    return Run(statistics.median(run.seconds for run in runs), max(run.gb for run in runs), middle.stages)


def synthetic(folder: Path, size: str, density: str, seed: int) -> Path:
    """The folder of a set, made unless it is there."""
    found = folder / f"{size}-{density}"
    if not (found / "truth.csv").exists():
        script = str(HERE / "synthetic.py")
        command = [sys.executable, script, str(found), "--records", size, "--density", density, "--seed", str(seed)]
        process(command)
    return found


def score(members: Path, truth: Path) -> float:
    """Pairwise F1, reckoned in a process of its own."""
    command = [sys.executable, str(HERE / "steps.py"), "score", str(members), str(truth)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise RuntimeError(answer.stderr.strip()[-500:])
    return float(json.loads(answer.stdout)["f1"])


def measure(one: Path, options: argparse.Namespace, scratch: Path) -> dict[str, Method]:
    """Every method on one set. The repeats take turns, so that a busy spell of the machine meets all of them."""
    records, truth = str((one / "records.parquet").resolve()), one / "truth.csv"
    members = {name: scratch / f"{name}.parquet" for name in ("ours", "peer")}
    commands = {
        "ours": [sys.executable, "-m", "reconcile", "merge", records, "-o", str(scratch / "events.parquet"),
                 "--members", str(members["ours"]), "-v"],
        "floor": [sys.executable, str(HERE / "steps.py"), "floor", records, str(scratch / "sorted.parquet")],
    }  # fmt: skip
    if options.peer:
        commands["peer"] = [options.peer_python, str(HERE / "peer_speed.py"), records, str(members["peer"])]
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(options.repeat):
        for name, command in commands.items():
            run = process(command)
            runs[name].append(run)
            print(f"{one.name}: {name} {number + 1}: {run.seconds:.2f} s, {run.gb:.2f} GB", file=sys.stderr, flush=True)
    return {
        name: Method(median_run(done), score(members[name], truth) if name in members else None)
        for name, done in runs.items()
    }


def cells(
    size: int, density: str, found: dict[str, Method], before: tuple[int, float] | None, *, members_only: bool
) -> tuple[str, ...]:
    """One row of the table; ``before`` are records and seconds of the size before."""
    ours, peer, floor = found["ours"], found.get("peer"), found["floor"]
    seconds = seconds_of(ours.run, members_only=members_only)
    theirs = ("", "", "", "")
    if peer:
        theirs = (
            f"{peer.run.seconds:.2f}",
            f"{peer.run.gb:.2f}",
            f"{peer.f1:.3f}",
            f"{peer.run.seconds / seconds:.2f}",
        )
    return (
        density, f"{size:,}", f"{seconds:.2f}", f"{ours.run.gb:.2f}", f"{ours.f1:.3f}", doubling(size, seconds, before),
        *theirs, f"{floor.run.seconds:.2f}", f"{floor.run.gb:.2f}", f"{seconds / floor.run.seconds:.1f}",
    )  # fmt: skip


def seconds_of(run: Run, *, members_only: bool) -> float:
    """What counts of a run."""
    return run.members_seconds if members_only else run.seconds


def doubling(size: int, seconds: float, before: tuple[int, float] | None) -> str:
    """By how much the time grows each time the records double, since the size before."""
    if before is None or before[0] == size:
        return ""
    return f"x {(seconds / before[1]) ** (1 / math.log2(size / before[0])):.2f}"


def profile(run: Run) -> list[tuple[str, ...]]:
    """The stages of a run with their shares; what no stage accounts for is starting, writing and ending."""
    rest = run.seconds - sum(run.stages.values())
    stages = {**run.stages, "start, writing, end": max(rest, 0.0)}
    rows = [(name, f"{seconds:.2f}", f"{seconds / run.seconds:.0%}") for name, seconds in stages.items()]
    return [("stage", "seconds", "share"), *rows, ("all", f"{run.seconds:.2f}", "100%")]


def table(rows: Sequence[Sequence[str]], *, markdown: bool, words: int = 1) -> str:
    """Rows of cells, the first a header; the first ``words`` columns to the left, numbers to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    sides = ["<" if i < words else ">" for i in range(len(widths))]
    lines = [[f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True)] for row in rows]
    if not markdown:
        return "\n".join("  ".join(line).rstrip() for line in lines)
    rule = ["-" * width if side == "<" else "-" * (width - 1) + ":" for side, width in zip(sides, widths, strict=True)]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])


def number(text: str) -> int:
    """``10k``, ``1M`` or ``2500`` as a number."""
    found = re.fullmatch(r"([1-9][0-9]{0,8})([kM]?)", text, re.ASCII)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size like 10k, 1M or 2500")
    return int(found[1]) * {"": 1, "k": 1_000, "M": 1_000_000}[found[2]]


def wanted(options: argparse.Namespace) -> Iterator[tuple[str, list[str]]]:
    """Each density with its sizes, the small ones first."""
    for density in options.density.split(","):
        if density not in DENSITIES:
            raise SystemExit(f"--density {density}: one of {', '.join(DENSITIES)}")
        yield density, sorted(options.sizes.split(","), key=number)


def main() -> int:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10k,100k", help="records, separated by commas: 10k,100k,1M,10M")
    parser.add_argument("--density", default="constant", help="constant, growing or constant,growing")
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="runs of each method; the median counts")
    parser.add_argument("--peer", action="store_true", help="also run Splink")
    parser.add_argument("--peer-python", default=sys.executable, metavar="FILE", help="a Python that has Splink")
    parser.add_argument("--members-only", action="store_true", help="count only the stages up to the members")
    parser.add_argument("--profile", action="store_true", help="print the stages of each set, in Markdown")
    parser.add_argument("--markdown", action="store_true", help="print the table in Markdown")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the synthetic sets in DIR")
    parser.add_argument("--seed", type=int, default=1, help="of the synthetic records")
    options = parser.parse_args()
    plan = list(wanted(options))
    rows: list[Sequence[str]] = [HEADER]
    profiles = []
    with tempfile.TemporaryDirectory() as scratch:
        for density, sizes in plan:
            before = None
            for size in sizes:
                one = synthetic(options.keep or Path(scratch) / "sets", size, density, options.seed)
                found = measure(one, options, Path(scratch))
                rows.append(cells(number(size), density, found, before, members_only=options.members_only))
                before = number(size), seconds_of(found["ours"].run, members_only=options.members_only)
                profiles.append((f"{number(size):,} records, {density} density", profile(found["ours"].run)))
    print(table(rows, markdown=options.markdown))
    if options.profile:
        for title, lines in profiles:
            print(f"\n{title}\n\n{table(lines, markdown=True)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
