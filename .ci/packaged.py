"""Build the wheel, install it beside nothing else, and run it where the checkout cannot be imported."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Fail unless the wheel carries the data files and runs on the fixtures."""
    work = Path(sys.argv[1])
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(work), str(ROOT)], check=True
    )
    wheel = next(work.glob("*.whl"))
    venv.create(work / "bare", with_pip=True, system_site_packages=False)
    python = work / "bare" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True)
    out = work / "packaged.json"
    subprocess.run(
        [python, "-m", "reconcile", "merge", str(ROOT / "fixtures" / "khanaqin"), "-o", str(out)],
        check=True,
        cwd=work,
    )
    if b'"events": 5' not in out.read_bytes():
        raise SystemExit("the installed wheel does not find five events in fixtures/khanaqin")


if __name__ == "__main__":
    main()
