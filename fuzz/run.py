"""Fuzz one target: ``python fuzz/run.py csv --seconds 3600``; ``all`` takes each in turn.

Inputs are mutations of the corpus (``fuzz/corpus/TARGET``) and of what was found on the way to reach new lines of the
code. The property: nothing but our own errors for the user comes out, and what is read obeys its schema and comes back
as it was. An input that breaks it is written to ``fuzz/found/`` and the run ends with 1; every one that was ever found
is mended and kept as a test. With ``--atheris`` libFuzzer drives instead (``pip install atheris``).
"""

from __future__ import annotations

import argparse
import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from fuzz.targets import TARGETS  # noqa: E402 - the path above leads there

_LONGEST = 4_000
_TOKENS = (
    b'"', b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
    b"{", b"}", b"[", b"]", b":", b"null", b"true", b"NaN", b"1e999", b"-0", b"0", b"-1", b"9" * 30,
    b"\\ud800", b"\\u0000",
    b"..", b"/", b"~", b"?", b"%", b"X", b"2020-06-13", b"2020-13-45", b"T24:00", b"Z", b"about ", b"dozens",
    b"at least ",
    b"between ", b" and ", b"half a million", b"one hundred", "٣".encode(), "–".encode(), "½".encode(), b"record_id",
    b"outlet", b"date", b"killed", b"claims", b"same", b"different", b"=", b"[tool.reconcile]", b"policy",
    b"\xe2\x80\xa8",
)  # fmt: skip


def mutated(data: bytes, pool: list[bytes], chance: random.Random) -> bytes:
    """``data`` changed in one to six places."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(out))
        match chance.randrange(7):
            case 0:
                out[at:at] = chance.choice(_TOKENS)
            case 1:
                out[at : at + chance.randint(1, 8)] = b""
            case 2 if at < len(out):
                out[at] = chance.randrange(256)
            case 3 if at < len(out):
                out[at] ^= 1 << chance.randrange(8)
            case 4:
                other = chance.choice(pool)
                start = chance.randint(0, len(other))
                out[at:at] = other[start : start + chance.randint(1, 60)]
            case 5:
                size = chance.randint(1, 40)
                out[at:at] = out[at : at + size] * chance.randint(1, 5)
            case _:
                out[at : at + 8] = chance.choice(_TOKENS)
    return bytes(out[:_LONGEST])


class Lines:
    """Which lines of the package a call reaches; only one call in some is traced, because tracing is slow."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int]] = set()
        self._new = False

    def _trace(self, frame: FrameType, _event: str, _: Any) -> Any:
        if "reconcile" not in frame.f_code.co_filename:
            return None
        key = (frame.f_code.co_filename, frame.f_lineno)
        if key not in self.seen:
            self.seen.add(key)
            self._new = True
        return self._trace

    def reaches_new(self, target: Callable[[bytes], None], data: bytes) -> bool:
        """Run the target; whether it came to a line that nothing before came to."""
        self._new = False
        sys.settrace(self._trace)
        try:
            target(data)
        finally:
            sys.settrace(None)
        return self._new


def corpus(name: str) -> list[bytes]:
    """The committed inputs of a target."""
    return [path.read_bytes() for path in sorted((HERE / "corpus" / name).iterdir())]


def fuzz(name: str, seconds: float, seed: int) -> int:
    """Fuzz one target; 1 at the first input that breaks the property."""
    target, chance, pool, lines = TARGETS[name], random.Random(seed), corpus(name), Lines()
    begun = time.monotonic()
    runs = 0
    data = b""
    try:
        for data in list(pool):
            lines.reaches_new(target, data)
        while time.monotonic() - begun < seconds:
            data = mutated(chance.choice(pool), pool, chance)
            runs += 1
            if runs % 8:
                target(data)
            elif lines.reaches_new(target, data):
                pool.append(data)
    except Exception as error:  # noqa: BLE001 - any error is a finding
        found = HERE / "found"
        found.mkdir(exist_ok=True)
        path = found / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}"
        path.write_bytes(data)
        import traceback

        traceback.print_exc()
        print(f"{name}: {type(error).__name__} after {runs:,} inputs; the input is in {path}", flush=True)
        return 1
    print(
        f"{name}: {runs:,} inputs in {time.monotonic() - begun:.0f} s, seed {seed}, "
        f"{len(lines.seen):,} lines reached, no crash",
        flush=True,
    )
    return 0


def guided(name: str, seconds: float, seed: int) -> int:
    """Let libFuzzer mutate one target's corpus, in a process of its own; 1 if an input breaks the property."""
    words = [str(word) for word in (HERE / "guided.py", name, max(int(seconds), 1), seed, _LONGEST)]
    return int(subprocess.call([sys.executable, *words]) != 0)


def main() -> int:
    """Read the arguments and fuzz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--atheris", action="store_true")
    arguments = parser.parse_args()
    names = list(TARGETS) if arguments.target == "all" else [arguments.target]
    drive = guided if arguments.atheris else fuzz
    return max(drive(name, arguments.seconds, arguments.seed) for name in names)


if __name__ == "__main__":
    sys.exit(main())
