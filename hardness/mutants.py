"""Mutation testing where a wrong line gives a wrong number: ``python hardness/mutants.py [MODULE...]``.

Each mutant changes one place of a module: a comparison, a sum, a constant, ``and`` for ``or``, a condition turned
round, a result dropped. The tests named for the module in ``hardness/mutants.toml`` run in a forked process that
imports the mutant in the module's place; a mutant that fails no test survives. Survivors that were looked at and
change nothing that can be seen are listed there with the reason. ``--sample N`` takes N mutants of each
module by an even stride, ``--list`` shows them.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib.machinery
import os
import signal
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 90  # seconds; a mutant that hangs is killed

_COMPARE = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change: where, what it was, what it is; the changed module."""

    line: int
    was: str
    now: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its text."""
    tree = ast.parse(source)
    quiet = _quiet(tree)
    nodes = [node for node in ast.walk(tree) if id(node) not in quiet]
    for number, node in enumerate(ast.walk(tree)):
        node._number = number  # type: ignore[attr-defined]
    for node in sorted(nodes, key=_line):
        for changed in _changes(node):
            whole = copy.deepcopy(tree)
            for parent in ast.walk(whole):
                for name, value in ast.iter_fields(parent):
                    if getattr(value, "_number", None) == node._number:  # type: ignore[attr-defined]
                        setattr(parent, name, changed)
                    elif isinstance(value, list):
                        value[:] = [changed if getattr(one, "_number", None) == node._number else one for one in value]  # type: ignore[attr-defined]
            yield Mutant(
                _line(node),
                ast.unparse(node).split("\n")[0][:70],
                ast.unparse(changed).split("\n")[0][:70],
                ast.fix_missing_locations(whole),
            )


def _line(node: ast.AST) -> int:
    return next((one.lineno for one in ast.walk(node) if hasattr(one, "lineno")), 0)


def _quiet(tree: ast.Module) -> set[int]:
    """Nodes that say nothing at run time, or only words: annotations, docstrings, messages of errors, decorators."""
    roots: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            roots += [one for one in (node.returns, *node.decorator_list) if one is not None]
            roots += [one.annotation for one in ast.walk(node.args) if isinstance(one, ast.arg) and one.annotation]
        elif isinstance(node, ast.AnnAssign):
            roots.append(node.annotation)
        elif isinstance(node, ast.ClassDef):
            roots += node.decorator_list
        elif isinstance(node, ast.JoinedStr):  # the words of messages
            roots += [part for part in node.values if isinstance(part, ast.Constant)]
        elif (
            (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
            or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
            or (isinstance(node, ast.keyword) and node.arg in ("strict", "maxsize", "slots", "frozen"))
        ):
            roots.append(node)
    return {id(inner) for root in roots for inner in ast.walk(root)}


def _changes(node: ast.AST) -> Iterator[ast.AST]:  # noqa: C901 - one branch for each kind of change
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARE:
        yield _with(node, ops=[_COMPARE[type(node.ops[0])](), *node.ops[1:]])
    elif isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        if not any(isinstance(side, ast.JoinedStr) for side in (node.left, node.right)):
            yield _with(node, op=_ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield _with(node, value=not node.value)
        elif isinstance(node.value, int | float):
            yield _with(node, value=node.value + 1)
        elif isinstance(node.value, str) and node.value:
            yield _with(node, value=node.value + "x")
        elif node.value is None:
            yield _with(node, value=0)
    elif isinstance(node, ast.If | ast.While | ast.IfExp):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield _with(node, value=ast.Constant(None))
    elif isinstance(node, ast.Break | ast.Continue):
        yield ast.Pass(lineno=node.lineno, col_offset=node.col_offset)
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield _with(node, ifs=node.ifs[1:])


def _with(node: ast.AST, **changes: Any) -> ast.AST:
    made = copy.copy(node)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def survives(path: Path, mutant: Mutant | None, tests: list[str]) -> bool:
    """Whether the tests pass with the mutant in the module's place."""
    child = os.fork()
    if child == 0:
        signal.alarm(PATIENCE)
        with contextlib.suppress(BaseException):
            os._exit(_run(path, mutant, tests))
        os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _run(path: Path, mutant: Mutant | None, tests: list[str]) -> int:
    import pytest

    plain = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: Any, name: str) -> Any:
        if mutant is not None and loader.path == str(path):
            return compile(mutant.tree, str(path), "exec")
        return plain(loader, name)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign,assignment]
    for number in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]))


def main() -> int:
    """Kill what can be killed; 1 if a mutant survives that is not explained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    known = tomllib.loads((ROOT / "hardness" / "mutants.toml").read_text(encoding="utf-8"))
    import polars
    import pytest
    import rich.console

    for loaded in (polars, pytest, rich.console):
        sys.modules[loaded.__name__] = loaded  # loaded once, before the forks
    alive = killed = excused = 0
    for module in arguments.modules or known:
        path = ROOT / "reconcile" / f"{module}.py"
        every = list(mutants(path.read_text(encoding="utf-8")))
        step = max(len(every) // arguments.sample, 1) if arguments.sample else 1
        chosen = every[::step]
        if arguments.list:
            print(*(f"{module}:{one.line}: {one.was} -> {one.now}" for one in chosen), sep="\n")
            continue
        begun = time.monotonic()
        if not survives(path, None, known[module]["tests"]):
            raise SystemExit(f"{module}: its tests fail without any mutant")
        excuses = known[module].get("explained", {})
        here = 0
        for one in chosen:
            if survives(path, one, known[module]["tests"]):
                if excuse := excuses.get(f"{one.was} -> {one.now}"):
                    excused += 1
                    print(f"  explained  {module}:{one.line}: {one.was} -> {one.now}  ({excuse})", flush=True)
                else:
                    alive += 1
                    print(f"  SURVIVES   {module}:{one.line}: {one.was} -> {one.now}", flush=True)
            else:
                here += 1
        killed += here
        print(f"{module}: {here} of {len(chosen)} mutants killed, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{killed} killed, {excused} explained, {alive} survive")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
