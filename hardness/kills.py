"""Kill a process at random moments while it writes, and look for torn files.

``python hardness/kills.py [KILLS] [SEED]`` (1,000 kills by default) prints how many files were torn: neither the whole
old content nor the whole new one, of one output or of two written together.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_WRITER = """
import sys
from reconcile.files import write_all_atomically
print("ready", flush=True)
for turn in range(1_000_000):
    content = [(b"%08d" % turn) * 8192] * 16
    write_all_atomically([(sys.argv[1], content), (sys.argv[2], content)])
"""


def torn_after_kills(kills: int, folder: Path, seed: int = 0) -> tuple[int, list[str]]:
    """Start a writer and SIGKILL it, so many times; the kills that hit a living writer, and what was torn."""
    chance = random.Random(seed)
    outputs = [folder / "events.json", folder / "members.csv"]
    torn: list[str] = []
    hit = 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for number in range(kills):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, *map(str, outputs)], stdout=subprocess.PIPE, env=environment
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(chance.uniform(0, 0.02))
        writer.send_signal(signal.SIGKILL)
        hit += writer.wait() == -signal.SIGKILL
        writer.stdout.close()
        for path in outputs:
            data = path.read_bytes() if path.exists() else None
            if data is not None and (len(data) != 1 << 20 or data != data[:8] * (1 << 17)):
                torn.append(f"kill {number}: {path.name}, {len(data)} bytes")
        for left in folder.glob(".*.part"):  # a killed process cannot tidy up; its parts never look like records
            left.unlink()
    return hit, torn


def main() -> int:
    """Print the figures; 1 if a file was torn."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        hit, torn = torn_after_kills(kills, Path(folder), seed)
    print(f"{hit} kills while writing, {len(torn)} torn files, {time.monotonic() - begun:.0f} s", *torn, sep="\n")
    return 1 if torn or hit < kills else 0


if __name__ == "__main__":
    sys.exit(main())
