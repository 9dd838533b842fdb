"""Bombs: small or hostile inputs that ask for too much. Each must be refused by name, in a second and 200 MB.

``python hardness/bombs.py`` runs ``reconcile report`` on each in a process of its own and prints the wall time and the
most memory that the process held (both with the start of Python and the reading of our own tables).
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HEADER = "record_id,outlet,date,title\n"
SECONDS, MEGABYTES, PATIENCE = 1.0, 200, 20.0


@dataclass(frozen=True)
class Bomb:
    """One input: how it is made, and words of the refusal."""

    kind: str
    name: str
    build: Callable[[Path], object]
    refusal: str


def _write(data: Callable[[], bytes]) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data())


def _record(**fields: object) -> bytes:
    return json.dumps({"record_id": "r1", "outlet": "Rudaw", "date": "2020-06-13", **fields}).encode()


def _long_line(path: Path) -> None:
    with path.open("wb") as file:
        file.write(HEADER.encode() + b"r1,Rudaw,2020-06-13,")
        for _ in range(200):
            file.write(b"x" * 1_000_000)


def _long_json(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'[{"record_id":"r1","outlet":"Rudaw","date":"2020-06-13","title":"')
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b'"}]')


def _rows(path: Path) -> None:
    with path.open("wb") as file:
        file.write(HEADER.encode())
        for _ in range(100):
            file.write(b"r1,Rudaw,2020-06-13,x\n" * 250_000)


def _objects(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"[{}")
        for _ in range(27):
            file.write(b",{}" * 250_000)
        file.write(b"]")


def _parquet(rows: int, text: str, columns: int = 1) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        import polars as pl

        frame = pl.DataFrame({"record_id": pl.repeat(text, rows, eager=True)})
        frame = frame.with_columns(pl.col("record_id").alias(f"c{number}") for number in range(columns - 1))
        frame.write_parquet(path, compression="zstd")

    return make


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file, file.open("a.csv", "w", force_zip64=True) as inner:
        for _ in range(1_000):
            inner.write(b"\0" * 1_000_000)


def _gzip(path: Path) -> None:
    import gzip

    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as file:
        for _ in range(300):
            file.write(b"\0" * 1_000_000)
    path.write_bytes(buffer.getvalue())


def _wide_parquet(path: Path) -> None:
    import polars as pl

    pl.DataFrame({f"c{number}": [0] for number in range(20_000)}).write_parquet(path)


EXPANDING = (
    {"date": "0000-01-01/9999-12-31"},
    {"date": "[" + ",".join(["XXXX-XX-XX"] * 2_000) + "]"},
    {"date": "1XXX-XX-XX/2XXX-XX-XX" * 5},
    {"killed": "1e400"},
    {"killed": "9" * 4_000},
    {"killed": "9999999999999999999"},
    {"killed": "million " * 1_000},
    {"killed": "one hundred thousand million billion trillion"},
    {"injured": "1-" * 100_000},
    {"lat": 1e308, "lon": "1e999"},
    {"geo_precision_km": 1e308},
    {"date_start": "2020-01-01", "date_end": "+19999-01-01"},
    {"perpetrators": "(" * 1_000_001},
    {"claims": [{"measure": "killed", "best": 10**30}]},
)


def _expanding(path: Path) -> None:
    records = [
        {"record_id": f"r{n}", "outlet": "Rudaw", "date": "2020-06-13", **one} for n, one in enumerate(EXPANDING)
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


BOMBS = (
    Bomb(
        "wide",
        "columns.csv",
        _write(lambda: b"record_id," + b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n"),
        "columns; the limit is 1,000",
    ),
    Bomb(
        "wide",
        "quoted.csv",
        _write(lambda: b'"record_id",' + b",".join(b'"c%d"' % n for n in range(1_000_000)) + b"\n"),
        "more than 1,000 columns",
    ),
    Bomb(
        "wide",
        "keys.jsonl",
        lambda path: path.write_bytes(_record(**{f"k{n}": 1 for n in range(1_000_000)})),
        "more than 100,000 values",
    ),
    Bomb(
        "wide",
        "keys.json",
        lambda path: path.write_bytes(b"[" + _record(**{f"k{n}": 1 for n in range(1_000_000)}) + b"]"),
        "more than 100,000 values",
    ),
    Bomb("wide", "columns.parquet", _wide_parquet, "columns; the limit is 1,000"),
    Bomb("wide", "cells.csv", _write(lambda: HEADER.encode() + b"r1" + b"," * 5_000_000 + b"\n"), "5,000,001 cells"),
    Bomb("deep", "deep.json", _write(lambda: b"[" * 100_000), "nested more than 64 levels deep"),
    Bomb("deep", "nested.json", _write(lambda: b'{"records":' * 100_000), "nested more than 64 levels deep"),
    Bomb(
        "deep",
        "value.jsonl",
        _write(lambda: _record()[:-1] + b',"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"),
        "nested more than 64 levels deep",
    ),
    Bomb(
        "deep",
        "many.jsonl",
        _write(lambda: (_record()[:-1] + b',"x":' + b"[" * 65 + b"]" * 65 + b"}\n") * 20_000),
        "nested more than 64 levels deep",
    ),
    Bomb("long", "line.csv", _long_line, "the line is longer than 16,777,216 bytes"),
    Bomb("long", "cell.json", _long_json, "the limit is"),
    Bomb(
        "long",
        "quote.csv",
        _write(lambda: HEADER.encode() + b'r1,Rudaw,2020-06-13,"' + b"x\n" * 10_000_000),
        "the quoted cell is longer than 1,000,000 characters",
    ),
    Bomb(
        "long",
        "digits.json",
        _write(lambda: b'[{"record_id":' + b"9" * 10_000_000 + b"}]"),
        "a number of 10,000,000 digits",
    ),
    Bomb(
        "repeated",
        "key.jsonl",
        _write(lambda: b"{" + b",".join([b'"record_id":"r1"'] * 500_000) + b"}\n"),
        "more than 100,000 values",
    ),
    Bomb(
        "repeated", "header.csv", _write(lambda: b"record_id," + b",".join([b"title"] * 900) + b"\n"), "is named twice"
    ),
    Bomb("repeated", "row.csv", _rows, "5,000 problems or more"),
    Bomb("repeated", "objects.json", _objects, "5,000 problems or more"),
    Bomb("compressed", "rows.parquet", _parquet(200_000_000, "r"), "200,000,000 rows; the limit is 20,000,000"),
    Bomb("compressed", "text.parquet", _parquet(100_000, "x" * 100_000), "bytes once unpacked"),
    Bomb("compressed", "zip.csv", _zip, "a ZIP or Excel file"),
    Bomb("compressed", "gzip.csv", _gzip, "a gzip file"),
    Bomb("expanding", "values.jsonl", _expanding, ": "),
)


@dataclass(frozen=True)
class Outcome:
    """What a bomb did: exit code, stderr, seconds on the clock and on a core, megabytes."""

    code: int
    said: str
    seconds: float
    busy: float
    megabytes: float


# The most memory of a process counts what its parent held when it was born, so a small one stands between.
_LAUNCH = """
import os, sys, threading, time
begun = time.monotonic()
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
threading.Timer(float(sys.argv[1]), os.kill, (pid, 9)).start()
_, status, usage = os.wait4(pid, 0)
print(os.waitstatus_to_exitcode(status), time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss,
      file=sys.stdout, flush=True)
os._exit(0)
"""


def set_off(path: Path) -> Outcome:
    """Run ``reconcile report`` on the file in a process of its own."""
    command = [
        sys.executable,
        "-S",
        "-c",
        _LAUNCH,
        str(PATIENCE),
        sys.executable,
        "-m",
        "reconcile",
        "report",
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, check=True)
    code, seconds, busy, most = done.stdout.split(b"\n")[-2].split()
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Outcome(int(code), done.stderr.decode(), float(seconds), float(busy), int(most) / scale)


def make(bomb: Bomb, path: Path) -> None:
    """Make the bomb in a process of its own, which takes its memory with it."""
    subprocess.run([sys.executable, __file__, "--make", bomb.name, str(path)], check=True)


def main() -> int:
    """Set off every bomb; 1 if one is not refused in time and space."""
    if sys.argv[1:2] == ["--make"]:
        next(bomb for bomb in BOMBS if bomb.name == sys.argv[2]).build(Path(sys.argv[3]))
        return 0
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for bomb in BOMBS:
            if len(sys.argv) > 1 and bomb.kind not in sys.argv and bomb.name not in sys.argv:
                continue
            path = Path(folder, bomb.name)
            make(bomb, path)
            size = path.stat().st_size
            out = set_off(path)
            path.unlink()
            first = out.said.replace(folder + "/", "").split("\n")[0][:90]
            refused = out.code == 2 and bomb.refusal in out.said
            fine = refused and out.busy < SECONDS and out.megabytes < MEGABYTES
            bad += not fine
            print(
                f"{'ok ' if fine else 'BAD'} {bomb.kind:<10} {bomb.name:<16} {size / 1e6:8.2f} MB  "
                f"{out.seconds:5.2f} s ({out.busy:.2f} on a core) {out.megabytes:5.0f} MB  exit {out.code}  {first}",
                flush=True,
            )
    print(f"{bad} not refused in {SECONDS:g} s and {MEGABYTES} MB")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
