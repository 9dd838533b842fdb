"""One target under libFuzzer: ``python fuzz/run.py TARGET --atheris`` starts this (``pip install atheris``).

Atheris instruments the package as it is imported, so that libFuzzer sees which branches an input takes. What it keeps
on the way goes to a folder that is deleted, and the committed corpus is only read; an input that breaks the property is
written to ``fuzz/found/``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

with atheris.instrument_imports(include=["reconcile"]):
    from fuzz.targets import TARGETS


def main() -> None:
    """Fuzz; libFuzzer ends the process: 0 after the time, else its own code for what it found."""
    name, seconds, seed, longest = sys.argv[1:]
    found, kept = HERE / "found", tempfile.TemporaryDirectory(prefix="reconcile-fuzz-")
    found.mkdir(exist_ok=True)
    options = {
        "max_total_time": seconds, "seed": int(seed) + 1, "max_len": longest, "artifact_prefix": f"{found}/{name}-",
        "timeout": 20, "rss_limit_mb": 4096, "print_final_stats": 1, "verbosity": 0,
    }  # fmt: skip
    flags = [f"-{option}={value}" for option, value in options.items()]
    atheris.Setup([sys.argv[0], *flags, kept.name, str(HERE / "corpus" / name)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
