"""Same records, same settings, same bytes: whatever the order, the files, the threads, the hash seed, the time zone."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
FORMATS = ("json", "jsonl", "csv", "parquet")


def all_records() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted((FIXTURES / "khanaqin").glob("*.json")):
        found.extend(json.loads(path.read_text(encoding="utf-8")))
    for path in sorted(FIXTURES.glob("*/*.jsonl")):
        found.extend(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return found


def outputs(folder: Path, paths: list[Path], **environment: str) -> dict[str, bytes]:
    """Every output of one run, as bytes."""
    found = {}
    for form in FORMATS:
        out, members = folder / f"out.{form}", folder / f"members-{form}.csv"
        command = [
            sys.executable,
            "-m",
            "reconcile",
            "merge",
            *map(str, paths),
            "-o",
            str(out),
            "--members",
            str(members),
        ]
        done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, **environment})
        assert done.returncode == 0, done.stderr.decode()
        found[form], found[f"members-{form}"] = out.read_bytes(), members.read_bytes()
    return found


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("expected")
    path = folder / "all.json"
    path.write_text(json.dumps(all_records()), encoding="utf-8")
    return outputs(folder, [path])


@pytest.mark.parametrize(
    "environment",
    [
        {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu"},
        {"POLARS_MAX_THREADS": "2", "PYTHONHASHSEED": "2", "TZ": "America/Los_Angeles", "LC_ALL": "C"},
        {"POLARS_MAX_THREADS": "7", "PYTHONHASHSEED": "3", "PYTHONUTF8": "0"},
    ],
    ids=lambda environment: " ".join(f"{name}={value}" for name, value in environment.items()),
)
def test_threads_hash_seed_and_time_zone_change_no_byte(
    environment: dict[str, str], expected: dict[str, bytes], tmp_path: Path
) -> None:
    records = all_records()
    random.Random(7).shuffle(records)
    path = tmp_path / "all.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    assert outputs(tmp_path, [path], **environment) == expected


def test_splitting_shuffling_and_another_format_change_no_byte(expected: dict[str, bytes], tmp_path: Path) -> None:
    records = all_records()
    random.Random(11).shuffle(records)
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "z.json").write_text(json.dumps({"records": records[:5]}), encoding="utf-8")
    (folder / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records[5:9]), encoding="utf-8")
    last = tmp_path / "last.jsonl"
    last.write_text("".join(json.dumps(r) + "\n" for r in records[9:]), encoding="utf-8")
    assert outputs(tmp_path, [last, folder]) == expected
    assert outputs(tmp_path, [folder, last]) == expected


def test_a_corner_of_the_matrix_gives_one_hash() -> None:
    from hardness.matrix import hashes

    found = hashes(small=True)
    assert [len(cells) for cells in found.values()] == [2]
