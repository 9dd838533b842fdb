"""What the package does not do: run text as code, unpickle, start processes, use the network, hang on a pattern."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "reconcile").rglob("*.py"))
BANNED_IMPORTS = {
    "pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "socket", "ssl", "urllib", "http", "ftplib", "smtplib",
    "requests", "httpx", "aiohttp", "subprocess", "multiprocessing", "ctypes", "code", "codeop", "runpy", "webbrowser",
    "xmlrpc", "telnetlib", "asyncio", "pty",
}  # fmt: skip
BANNED_NAMES = {"eval", "exec", "compile", "__import__", "breakpoint", "input"}
BANNED_ATTRIBUTES = {
    "system", "popen", "execv", "execve", "execvp", "spawnv", "spawnl", "startfile", "fork", "posix_spawn",
    "sql", "map_batches", "deserialize", "read_database", "urlopen", "allow_pickle",
}  # fmt: skip


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in MODULES:
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def dangers(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names if one.name.split(".")[0] in BANNED_IMPORTS]
        elif isinstance(node, ast.ImportFrom):
            found += [node.module or ""] if (node.module or "").split(".")[0] in BANNED_IMPORTS else []
        elif isinstance(node, ast.Name) and node.id in BANNED_NAMES:
            found.append(node.id)
        elif isinstance(node, ast.Attribute) and node.attr in BANNED_ATTRIBUTES:
            found.append(f".{node.attr}")
        elif isinstance(node, ast.keyword) and node.arg in {"allow_pickle", "shell"}:
            found.append(f"{node.arg}=")
    return found


def test_no_module_runs_text_unpickles_starts_processes_or_talks_to_anyone() -> None:
    assert {name: found for name, tree in trees() if (found := dangers(tree))} == {}


@pytest.mark.parametrize(
    "source", ["import pickle", "from urllib import request", "eval('1')", "import os; os.system('x')", "f(shell=True)"]
)
def test_the_search_for_dangers_finds_them(source: str) -> None:
    assert dangers(ast.parse(source))


# --- regular expressions ------------------------------------------------------------------------------------


OF_AN_EXTRA = {
    f"reconcile.engines.{name}" for name in ("arrow", "belonging", "job", "pairing", "reading", "spark")
}  # cannot be imported without it


def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern of the package: those that are constants of a module, and those written inside functions."""
    found: dict[str, re.Pattern[str]] = {}
    for path in MODULES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if name.endswith("__main__"):
            continue
        if name in OF_AN_EXTRA:
            assert "\nimport re\n" not in path.read_text(encoding="utf-8")
            continue
        module = import_module(name.removesuffix(".__init__"))
        for key, value in vars(module).items():
            if isinstance(value, re.Pattern):
                found[f"{name}.{key}"] = value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re"):
                continue
            if isinstance(node.args[0], ast.Constant):
                text = str(node.args[0].value)
                if text not in {pattern.pattern for pattern in found.values()}:
                    found[f"{name}: {text}"] = re.compile(text)
            elif node.func.attr != "escape":
                known = {ast.unparse(node.args[0])} & {"WHOLE"}
                in_constant = node.func.attr == "compile"
                assert known or in_constant, f"{name}:{node.lineno}: a pattern that this test cannot see"
    return found


Charset = frozenset[str]
# One character for each way in which characters differ to the patterns of this package.
SAMPLE = [chr(code) for code in range(1, 0x180)] + list(" ا٣ع中Ж\u2010\u2011–—“”«»éêşـ\ue000\U0001f600")


def matching(op: Any, value: Any, flags: int) -> Charset:
    """The characters of the sample that one step of a pattern takes."""
    key = (str(op), repr(value), flags)
    if key not in _SEEN:
        _SEEN[key] = frozenset(SAMPLE) if op is codes.ANY else _matching(op, value, flags)
    return _SEEN[key]


_SEEN: dict[tuple[str, str, int], Charset] = {}


def _matching(op: Any, value: Any, flags: int) -> Charset:
    state = parser.State()
    state.flags = flags
    piece = parser.SubPattern(state, [(op, value)])
    compiled = re._compiler.compile(piece, flags & ~re.DEBUG)  # type: ignore[attr-defined]
    return frozenset(char for char in SAMPLE if compiled.fullmatch(char))


SINGLE = (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY)
ZERO = (codes.AT, codes.ASSERT, codes.ASSERT_NOT)
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)
MANY = 64  # a repeat of at most so many is a constant factor


def characters(steps: Any, flags: int) -> Charset:
    """Every character that may occur in what ``steps`` match."""
    found: Charset = frozenset()
    for op, value in steps:
        if op in SINGLE:
            found |= matching(op, value, flags)
        elif op is codes.SUBPATTERN:
            found |= characters(value[3], flags | value[1])
        elif op is codes.BRANCH:
            for branch in value[1]:
                found |= characters(branch, flags)
        elif op in (*REPEATS, codes.POSSESSIVE_REPEAT):
            found |= characters(value[2], flags)
        elif op is codes.ATOMIC_GROUP:
            found |= characters(value, flags)
        elif op is codes.GROUPREF:
            found |= frozenset(SAMPLE)
        else:
            assert op in ZERO, op
    return found


def first(steps: Any, flags: int) -> tuple[Charset, bool]:
    """The characters with which ``steps`` may begin, and whether they may match nothing."""
    found: Charset = frozenset()
    for op, value in steps:
        if op in SINGLE:
            return found | matching(op, value, flags), False
        if op in ZERO:
            continue
        if op is codes.SUBPATTERN:
            begin, empty = first(value[3], flags | value[1])
        elif op is codes.BRANCH:
            parts = [first(branch, flags) for branch in value[1]]
            begin, empty = frozenset().union(*(part[0] for part in parts)), any(part[1] for part in parts)
        elif op in REPEATS:
            begin, empty = first(value[2], flags)
            empty = empty or value[0] == 0
        else:
            return frozenset(SAMPLE), True
        found |= begin
        if not empty:
            return found, False
    return found, True


def faults(steps: Any, flags: int) -> list[str]:  # noqa: C901 - one branch for each kind of step
    """Ways in which matching ``steps`` could take more than linear time from one start.

    An unbounded repeat is fine if what it repeats holds no other unbounded repeat or, if it does, begins with a
    character that the inner one does not take; and if no unbounded repeat that can follow it directly takes the
    same characters.
    """
    found: list[str] = []
    steps = list(steps)
    running: Charset = frozenset()  # characters of the unbounded repeats that can still be running here
    for op, value in steps:
        if op in REPEATS:
            low, high, body = value
            found += faults(body, flags)
            taken = characters(body, flags)
            if high > MANY:
                if running & taken:
                    found.append(f"two repeats in a row of {sorted(running & taken)[:5]}")
                for inner in unbounded(body, flags):
                    begin, empty = first(body, flags)
                    if empty or inner & begin:
                        found.append(f"a repeat in a repeat of {sorted(inner)[:5]}")
                running |= taken
            elif low > 0 and not taken & running:
                running = frozenset()
            elif low > 0:
                running &= taken
        elif op in SINGLE:
            running &= matching(op, value, flags)
        elif op is codes.SUBPATTERN:
            inner = list(value[3])
            found += faults(inner, flags | value[1])
            ends = unbounded(inner, flags | value[1])
            running = (running & characters(inner, flags)) | frozenset().union(*ends)
        elif op is codes.BRANCH:
            for branch in value[1]:
                found += faults(branch, flags)
            ends = [one for branch in value[1] for one in unbounded(branch, flags)]
            running = (running & characters([(op, value)], flags)) | frozenset().union(*ends)
        elif op in (codes.ASSERT, codes.ASSERT_NOT):
            found += faults(value[1], flags)
    return found


def unbounded(steps: Any, flags: int) -> list[Charset]:
    """The characters of each unbounded repeat in ``steps``, however deep."""
    found = []
    for op, value in steps:
        if op in REPEATS:
            found += [characters(value[2], flags)] if value[1] > MANY else []
            found += unbounded(value[2], flags)
        elif op is codes.SUBPATTERN:
            found += unbounded(value[3], flags | value[1])
        elif op is codes.BRANCH:
            for branch in value[1]:
                found += unbounded(branch, flags)
    return found


def restarts(steps: Any, flags: int) -> list[str]:
    """Repeats that a search would run through again from every character of what they repeat."""
    steps = list(steps)
    if steps and steps[0][0] is codes.ASSERT_NOT and steps[0][1][0] == -1:
        return []  # begins only where the repeated characters do
    if steps and steps[0][0] is codes.BRANCH:
        return [fault for branch in steps[0][1][1] for fault in restarts([*branch, *steps[1:]], flags)]
    begin, _ = first(steps, flags)
    found = []
    for step in steps[:-1]:  # a repeat at the very end cannot fail any more
        found += [f"from each of {sorted(one & begin)[:5]}" for one in unbounded([step], flags) if one & begin]
    return found


def searched() -> set[str]:
    """The names of the patterns that are used to search, and not only to match from the beginning."""
    calls = {"search", "sub", "subn", "split", "findall", "finditer"}
    return {
        f"{module.removesuffix('.py').replace('/', '.')}.{node.value.id}"
        for module, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in calls and isinstance(node.value, ast.Name)
    }


def check(pattern: re.Pattern[str], *, search: bool = False) -> list[str]:
    steps = parser.parse(pattern.pattern, pattern.flags)
    return faults(steps, pattern.flags) + (restarts(steps, pattern.flags) if search else [])


def test_every_pattern_of_the_package_is_looked_at() -> None:
    assert len(PATTERNS) > 40


PATTERNS = patterns()
# Searches that could begin again within a word, in texts that are short by another limit.
SHORT = {
    "reconcile.check.quotes._TOKEN": "texts are clipped to 2,000 characters first",
    "reconcile.discrepancies.attackers._HOW_MANY": "texts are clipped to 4,000 characters first",
    "reconcile.sources.ucdp_ged._RELEASE": "a file's name has at most 255 bytes",
}


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_a_pattern_takes_linear_time_from_each_start(name: str) -> None:
    search = name in searched() and name not in SHORT
    assert check(PATTERNS[name], search=search) == []


@pytest.mark.parametrize(
    "pattern", [r"(a+)+$", r"(a|a)*b" "x(a*)*", r"\d+\d+x", r"(\w+\s?)+!", r"\s*\s*x", r"(?:a*b*)*c"]
)
def test_the_check_finds_patterns_that_explode(pattern: str) -> None:
    assert check(re.compile(pattern))


@pytest.mark.parametrize("pattern", [r"\s+and", r"a|\s+x", r"\(.*\)", r"[a-z]+[0-9]"])
def test_the_check_finds_searches_that_begin_again_and_again(pattern: str) -> None:
    assert check(re.compile(pattern), search=True)


# --- without a network --------------------------------------------------------------------------------------

NO_NETWORK = """
import socket, _socket, sys
def refuse(*arguments, **named):
    sys.stderr.write("NETWORK USED\\n")
    raise OSError("no network in this test")
for module in (socket, _socket):
    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname", "socketpair"):
        if hasattr(module, name):
            setattr(module, name, refuse)
"""


@pytest.mark.parametrize(
    "arguments",
    [["report"], ["report", "--format", "json"], ["merge", "-o", "out.json", "--members", "members.csv"],
     ["merge", "-o", "out.xlsx"], ["merge", "-o", "out.parquet"], ["explain", "C001"], ["schema"]],
    ids=" ".join,
)  # fmt: skip
def test_the_commands_need_no_network(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    paths = [] if arguments[0] in ("explain", "schema") else [str(ROOT / "fixtures" / "khanaqin")]
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-m", "reconcile", *arguments, *paths],
        capture_output=True, text=True, check=False, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "NETWORK" not in done.stderr


def test_the_door_to_the_network_is_really_shut(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert "NETWORK USED" in done.stderr
