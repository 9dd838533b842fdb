"""Imports point down, and each heavy library stays in its own rooms."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "reconcile"
# From top to bottom; a module may import from its own floor and from those below it.
FLOORS = (
    ("__main__",),
    ("app",),
    ("commands",),
    ("report", "review"),
    ("engines",),
    ("explain", "check", "train", "labels"),
    ("pipeline",),
    ("comparing",),
    ("discrepancies", "evaluate"),
    ("merge", "event_actors", "claims", "rules", "voices", "copying", "coverage"),
    ("policies", "estimate", "history", "parties"),
    ("cluster", "score", "own_say"),
    ("pair_sums",),
    ("model", "by_hand"),
    ("compare", "block"),
    ("normalize", "load"),
    ("sources",),
    ("struck",),
    ("places", "actors", "attribution", "event_types", "groups", "judgements"),
    ("group_phrases",),
    ("bags",),
    ("terms",),
    (
        "fold",
        "lookups",
        "dates",
        "counts",
        "vague",
        "date_hints",
        "number_words",
        "geo",
        "ids",
        "config",
        "config_file",
        "toml_repair",
        "toml_places",
        "check_settings",
        "check_rules",
        "rule",
        "files",
    ),
    ("tables", "parallel", "order", "scripts"),
    ("memory",),
    ("errors", "text"),
)
HEAVY = {
    "pyspark": {"engines"},
    "pyarrow": {"engines"},
    "rich": {"report", "commands", "review"},
    "sklearn": {"train", "compare", "evaluate"},
    "scipy": {"train", "compare", "cluster", "evaluate", "block", "terms", "bags"},
}


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            found.add(node.module)
            if node.module == "reconcile":
                found.update(f"reconcile.{alias.name}" for alias in node.names)
    return found


MODULES = sorted(PACKAGE.rglob("*.py"))


def module_room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def floor(name: str) -> int:
    return next(number for number, names in enumerate(FLOORS) if name in names)


def test_every_room_has_a_floor() -> None:
    known = {name for names in FLOORS for name in names}
    assert {module_room(path) for path in MODULES} - {"__init__"} <= known


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    here = module_room(path)
    if here == "__init__":
        return
    for name in imports(path):
        if name.startswith("reconcile.") and room(name) not in (here, "__version__"):
            assert floor(room(name)) > floor(here) or (floor(room(name)) == floor(here) and here != room(name)), (
                f"{here} imports {name}, which lies above it"
            )


def test_there_are_no_import_cycles() -> None:
    graph = {}
    for path in MODULES:
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        graph[name] = imports(path)
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"import cycle: {' -> '.join([*trail[trail.index(name) :], name])}"
        if name in done or name not in graph:
            return
        for target in sorted(graph[name]):
            # A package's own __init__ is imported with each of its modules; that is no cycle of ours.
            if target != name and not name.startswith(f"{target}."):
                visit(target, (*trail, name))
        done.add(name)

    for name in sorted(graph):
        visit(name, ())


@pytest.mark.parametrize("library", sorted(HEAVY))
def test_heavy_libraries_stay_in_their_rooms(library: str) -> None:
    users = {module_room(path) for path in MODULES if any(name.split(".")[0] == library for name in imports(path))}
    assert users <= HEAVY[library]


def test_nothing_unpickles_evaluates_or_calls_out() -> None:
    banned = {
        "pickle",
        "marshal",
        "shelve",
        "socket",
        "urllib",
        "http",
        "requests",
        "httpx",
        "subprocess",
        "ctypes",
    }
    for path in MODULES:
        assert not {name.split(".")[0] for name in imports(path)} & banned, path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec", "compile", "__import__"}, path


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["report", "--help"], ["explain", "--help"]])
def test_help_needs_no_heavy_library(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from reconcile.app import main\n"
        f"code = main({arguments!r})\n"
        "heavy = {'polars', 'sklearn', 'numpy', 'rich', 'scipy', 'rapidfuzz'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "raise SystemExit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "reconcile" in done.stdout
