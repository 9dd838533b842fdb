"""How many branches of the package the tests take, also those in the processes that they start.

``python hardness/branches.py`` runs the whole suite under coverage.py, prints the modules that are not covered wholly,
and fails below the floor of ``pyproject.toml`` (``fail_under``). Arguments go to pytest: ``python hardness/branches.py
-n 2``, or ``tests/test_merge.py`` to see what one file reaches; the floor holds for the whole suite alone.

Python 3.14 measures branches with ``sys.monitoring``; before, the tracer takes 1.75 times the processor time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str]) -> int:
    """Measure, and return 1 where a test fails, 2 below the floor."""
    part = any(Path(one.partition("::")[0]).exists() for one in arguments)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COVERAGE_FILE": str(Path(folder) / "data")}

        def coverage(*command: str) -> int:
            started = [sys.executable, "-m", "coverage", *command]
            return subprocess.run(started, cwd=ROOT, env=environment, check=False).returncode

        failed = coverage("run", "-m", "pytest", "-q", *arguments)
        coverage("combine", "--quiet")
        below = coverage("report", *(["--fail-under=0"] if part else []))
        if page := os.environ.get("BRANCHES_HTML"):
            coverage("html", "--quiet", "-d", page, "--fail-under=0")
        if wanted := os.environ.get("BRANCHES_JSON"):
            coverage("json", "--quiet", "-o", wanted, "--fail-under=0")
    return 1 if failed else below


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
