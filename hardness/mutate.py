"""The mutants of a module: each changes one place of its text, and says where, what was there and what is there now."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

_COMPARE = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_WORDS = 90


@dataclass(frozen=True)
class Mutant:
    """One change: its line and its statement's lines, the function it is in ("" = none), what was and what is there."""

    line: int
    lines: range
    function: str
    was: str
    now: str
    code: CodeType

    @property
    def name(self) -> str:
        """How the mutant is called, whatever line it is on."""
        return f"{self.function or 'module'}: {self.was} -> {self.now}"


@dataclass(frozen=True)
class _Place:
    """A node, where it hangs (``parent.field``, or its element ``at``), its function, statement and expression."""

    node: ast.AST
    parent: ast.AST
    field: str
    at: int | None
    function: str
    statement: ast.AST
    around: ast.AST

    def put(self, node: ast.AST) -> None:
        if self.at is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.at] = node


def mutants(source: str, path: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its text."""
    tree = ast.parse(source)
    quiet = _quiet(tree)
    for place in sorted(_places(tree), key=lambda place: _line(place.node)):
        node = place.node
        small = isinstance(node, ast.Constant | ast.comprehension) and place.around is not place.statement
        for changed in () if id(node) in quiet else _changes(node):
            was = ast.unparse(place.around if small else node)
            place.put(ast.fix_missing_locations(ast.copy_location(changed, node)))
            now = ast.unparse(place.around if small else changed)
            code = compile(tree, path, "exec")
            place.put(node)
            yield Mutant(_line(node), _lines(place.statement), place.function, *_shown(was, now), code)


def _places(tree: ast.Module) -> Iterator[_Place]:
    waiting: list[tuple[ast.AST, str, str, ast.AST, ast.AST]] = [(tree, "", "", tree, tree)]
    while waiting:
        node, scope, function, statement, around = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            scope = f"{scope}.{node.name}".lstrip(".")
        if isinstance(node, ast.expr):
            around = node
        for field, value in ast.iter_fields(node):
            inside = isinstance(node, ast.FunctionDef) and field == "body" and not function
            for at, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(child, ast.AST):
                    own = child if isinstance(child, ast.stmt) else statement
                    near = own if isinstance(child, ast.stmt) else around
                    within = scope if inside else function
                    yield _Place(child, node, field, at, within, own, near)
                    waiting.append((child, scope, within, own, near))


def _shown(was: str, now: str) -> tuple[str, str]:
    """Both on one line, cut so that the difference is seen."""
    one, two = (" ".join(text.split()) for text in (was, now))
    same = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    start = max(same - _WORDS // 2, 0) if max(len(one), len(two)) > _WORDS else 0
    return one[start : start + _WORDS], two[start : start + _WORDS]


def _line(node: ast.AST) -> int:
    return next((one.lineno for one in ast.walk(node) if hasattr(one, "lineno")), 0)


def _lines(statement: ast.AST) -> range:
    """The lines of a statement; of one with a body, those before it."""
    start = getattr(statement, "lineno", 0)
    body = getattr(statement, "body", None)
    end = max(body[0].lineno - 1, start) if body else getattr(statement, "end_lineno", start)
    return range(start, end + 1)


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
        elif isinstance(node, ast.Raise):
            roots += [part for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        elif (
            (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
            or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            or (isinstance(node, ast.Assign | ast.AugAssign) and ast.unparse(node).startswith("__all__"))
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
