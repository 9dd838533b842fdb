"""The docs tell the truth: pictures are output, commands exist, links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from golden_files import files, without_confidence

from reconcile.app import build_parser
from reconcile.load import load
from reconcile.tables import MEASURES

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("fixtures/*.md"), *ROOT.glob("benchmarks/*.md")]
)


@pytest.mark.parametrize("path", sorted(files()), ids=lambda path: path.name)
def test_generated_text_is_what_the_program_says(path: Path) -> None:
    assert without_confidence(path.read_text(encoding="utf-8")) == without_confidence(files()[path])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    choices = next(action for action in build_parser()._actions if action.choices and "report" in action.choices)
    assert choices.choices is not None
    for command in choices.choices:
        assert f"`reconcile {command}" in text, command


def test_the_readmes_commands_work(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    csv = re.search(r"```csv\n(.*?)```", text, re.S)
    assert csv is not None
    (tmp_path / "records.csv").write_text(csv[1], encoding="utf-8")
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    shell = [line for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines()]
    lines = [line for line in shell if line.startswith(("reconcile ", "echo "))]
    assert len(lines) >= 6
    for line in lines:
        program = (
            line.replace("reconcile ", f"{shlex.quote(sys.executable)} -m reconcile ", 1)
            if "echo" not in line
            else line
        )
        done = subprocess.run(["bash", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stderr}"


def test_the_readmes_records_are_one_event(tmp_path: Path) -> None:
    from reconcile.pipeline import run

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    csv = re.search(r"```csv\n(.*?)```", text, re.S)
    assert csv is not None
    path = tmp_path / "records.csv"
    path.write_text(csv[1], encoding="utf-8")
    assert load([str(path)]).notes == ()
    assert run([str(path)]).events.height == 1


def test_every_field_is_documented() -> None:
    from reconcile.load.fields import FIELDS

    text = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
    for name in FIELDS:
        if not name.endswith(("_low", "_high")) and name not in MEASURES:
            assert f"`{name}`" in text, name
