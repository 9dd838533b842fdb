"""The determinism matrix: one hash, whatever the threads, hash seed, order, files, time zone, locale and folder.

``python hardness/matrix.py`` reconciles the fixtures in every cell of the matrix, each in a process of its own, and
prints one hash over all outputs; 1 and the cells that differ if there is more than one.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_RUN = """
import sys
from reconcile.app import main
out, paths = sys.argv[1], sys.argv[2:]
for form in ("json", "jsonl", "csv", "parquet", "geojson"):
    assert main(["merge", "-q", *paths, "-o", f"{out}/events.{form}", "--members", f"{out}/members-{form}.csv"]) == 0
for form in ("ged", "claims"):
    assert main(["merge", "-q", *paths, "-o", f"{out}/{form}.csv", "--format", form]) == 0
"""


def records() -> list[dict[str, Any]]:
    """The records of the fixtures that are in our own layout as JSON."""
    found: list[dict[str, Any]] = []
    for path in sorted((ROOT / "fixtures").glob("khanaqin/*.json")):
        found.extend(json.loads(path.read_text(encoding="utf-8")))
    for path in sorted((ROOT / "fixtures").glob("*/*.jsonl")):
        found.extend(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return found


def cells(*, small: bool) -> Iterator[dict[str, str]]:
    """The environment of each cell."""
    zones = ("UTC", "Asia/Kathmandu", "America/Los_Angeles")
    locales = ("C", "C.UTF-8", "tr_TR.UTF-8")
    for threads in ("1", "2", "4"):
        for seed in ("0", "1", "4294967295"):
            for number, (zone, locale) in enumerate(zip(zones, locales, strict=True)):
                if small and (int(threads), int(seed) % 7, number) not in ((1, 0, 0), (4, 1, 1)):
                    continue
                yield {
                    "POLARS_MAX_THREADS": threads, "OMP_NUM_THREADS": threads, "PYTHONHASHSEED": seed, "TZ": zone,
                    "LC_ALL": locale,
                }  # fmt: skip


def split(rows: list[dict[str, Any]], folder: Path, chance: random.Random) -> list[str]:
    """The rows shuffled, with shuffled keys, in one to five files in a random order; the paths."""
    rows = [dict(chance.sample(sorted(row.items()), len(row))) for row in chance.sample(rows, len(rows))]
    cuts = sorted(chance.choices(range(len(rows)), k=chance.randint(0, 4)))
    paths = []
    for number, (start, stop) in enumerate(zip([0, *cuts], [*cuts, len(rows)], strict=True)):
        if part := rows[start:stop]:
            path = folder / f"{chance.randrange(10**6):06}-{number}.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in part), encoding="utf-8")
            paths.append(path.name)
    return chance.sample(paths, len(paths))


def digest(environment: dict[str, str], seed: int, work: Path) -> str:
    """The hash of all outputs of one cell; its files lie in a folder of their own, which is the current one."""
    home, out = work / f"cell {seed}", work / f"out {seed}"
    home.mkdir()
    out.mkdir()
    paths = split(records(), home, random.Random(seed))
    subprocess.run(
        [sys.executable, "-c", _RUN, str(out), *paths], check=True, cwd=home, stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    whole = hashlib.sha256()
    for path in sorted(out.iterdir()):
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def hashes(*, small: bool = False) -> dict[str, list[dict[str, str]]]:
    """Hash -> the cells that gave it."""
    found: dict[str, list[dict[str, str]]] = {}
    with tempfile.TemporaryDirectory() as work:
        for seed, environment in enumerate(cells(small=small)):
            found.setdefault(digest(environment, seed, Path(work)), []).append(environment)
    return found


def main() -> int:
    """Print the hash and the number of cells."""
    found = hashes(small="--small" in sys.argv)
    for number, (whole, environments) in enumerate(found.items()):
        print(f"{whole}  {len(environments)} cells")
        if number:
            print(*environments, sep="\n")
    return 0 if len(found) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
