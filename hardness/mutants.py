"""Mutation testing where a wrong line gives a wrong number: ``python hardness/mutants.py [MODULE...]``.

Each mutant (:mod:`mutate`) changes one place of a module: a comparison, a sum, a constant, ``and`` for ``or``, a
condition turned round, a result dropped. The tests named for the module in ``hardness/mutants.toml`` are run once to
learn which reach which line and how long each takes. Then

- a mutant inside a function is put into a forked copy of a process that has imported everything; the tests that reach
  its line run, cheapest and deadliest first, until one fails;
- a mutant of what is computed on import, and a survivor whose line also runs on import, is imported afresh in a process
  of its own, and all tests of the list run;
- a mutant that takes five times the processor time of its tests (and 5 s) hangs, which is noticed: it is killed.

A mutant that fails no test survives. Survivors that were looked at and change nothing that can be seen are listed in
``hardness/mutants.toml`` with the reason. ``--sample N`` takes N mutants of each module by an even stride, ``--list``
shows them, ``--again LOG`` takes those that an earlier output calls survivors. ``--budget SECONDS`` runs only as many
tests for each mutant as take so much processor time: quicker, and never kinder.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import importlib.machinery
import itertools
import json
import math
import os
import resource
import select
import signal
import sys
import time
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import coverage
import hypothesis
import numpy
import polars
import pytest
import rich.console
from mutate import Mutant, mutants

WARM = (numpy, polars, rich.console)  # loaded once, before the forks; never used before them
ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "hardness" / "mutants.toml"
MEMORY = 8 << 30  # bytes; a mutant may try to fill it
QUIET = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:faulthandler",
         "-W", "ignore::pytest.PytestAssertRewriteWarning"]  # fmt: skip
HANGS = "it hangs"
OUT = os.dup(1)  # where progress goes, whatever a child does with its own


@dataclass
class Reach:
    """What a run without mutants showed: processor seconds by test, and by line the tests (or files) that reach it."""

    seconds: dict[str, float]
    by_line: dict[int, set[str]]
    kills: Counter[str]
    budget: float
    rarity: Counter[str] = field(default_factory=Counter)
    killed_in: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for names in self.by_line.values():
            for name in names:
                self.rarity[name] += 1 / len(names)  # type: ignore[assignment]

    def order(self, names: Sequence[str], function: str = "") -> list[str]:
        """First what is cheap, has killed before (most of all in this function) or reaches what few others do.

        As far as the budget goes.
        """
        here = self.killed_in.get(function, Counter())
        worth = {name: 0.01 + self.kills[name] + 100 * here[name] + self.rarity[name] for name in names}
        ordered = sorted(names, key=lambda name: (self.seconds.get(name, 60.0) / worth[name], name))
        spent = itertools.accumulate(self.seconds.get(name, 60.0) for name in ordered)
        return ordered[: max(sum(seconds <= self.budget for seconds in spent), 1)]

    def of(self, mutant: Mutant) -> tuple[list[str], bool]:
        """The tests that reach a mutant's statement, and whether importing does."""
        reached = set().union(*(self.by_line.get(line, set()) for line in mutant.lines))
        return self.order(
            [name for name in self.seconds if {name, name.partition("::")[0]} & reached], mutant.function
        ), "" in reached

    def note(self, mutant: Mutant, killer: str) -> None:
        """Remember what killed a mutant."""
        self.kills[killer] += 1
        self.killed_in.setdefault(mutant.function, Counter())[killer] += 1

    def patience(self, names: Sequence[str]) -> float:
        """Seconds of processor time that the tests may take."""
        return 5 + 5 * sum(self.seconds.get(name, 0.0) for name in names)


# ---------------------------------------------------------------------------------------------------- processes


def in_child(work: Callable[[], str], patience: float) -> str:
    """What ``work`` returns in a forked process; HANGS if it takes more than ``patience`` seconds (CPU)."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        said = "it ends"
        try:
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            signal.setitimer(signal.ITIMER_PROF, patience)
            for number in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), number)
            said = work()
        except BaseException as error:  # noqa: BLE001 - whatever a mutant throws
            said = f"it ends: {error!r}"
        with os.fdopen(into, "w", encoding="utf-8") as pipe:
            pipe.write(f"{said}\0")
        os._exit(0)
    os.close(into)
    said, deadline = b"", time.monotonic() + 60 + 20 * patience
    while select.select([out], [], [], max(deadline - time.monotonic(), 0))[0] and (more := os.read(out, 1 << 16)):
        said += more
    os.close(out)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return said[:-1].decode() if said.endswith(b"\0") else HANGS


class Suite:
    """A pytest plugin for all runs: no shrinking of what fails, nothing written."""

    def pytest_collection(self) -> None:
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile("mutants", hypothesis.settings.default, phases=phases, database=None)
        hypothesis.settings.load_profile("mutants")


def forget(paths: Iterable[Path]) -> None:
    """Empty the caches of the modules and of the test files: what a test reaches must not hang on who ran before."""
    names = {str(path.relative_to(ROOT).with_suffix("")).replace("/", ".") for path in paths}
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper):
            module = one.__module__ or ""
            if module in names or module.startswith("test_"):
                one.cache_clear()


# ------------------------------------------------------------------------------------- mutants inside functions


class Inside(Suite):
    """Collects once, then forks: first to learn without a mutant, then for each mutant of each module.

    ``verdicts`` says by module what became of its mutants: the test that fails, or "" for a survivor.
    """

    def __init__(self, chosen: Mapping[Path, Sequence[Mutant]], budget: float, seen: coverage.Coverage) -> None:
        self.chosen, self.budget, self.seen = chosen, budget, seen
        self.learned: Any = "nothing was collected"
        self.verdicts: list[list[str]] = []
        self.test = ""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.session = session
        told = in_child(self.learn, 3600)
        self.seen.stop()
        self.learned = json.loads(told) if told.startswith("[") else told
        if isinstance(self.learned, list):
            for path, reach in reaches(self.chosen, self.learned, self.budget).items():
                self.verdicts.append([self.verdict(path, mutant, reach) for mutant in self.chosen[path]])
        return True

    def learn(self) -> str:
        """Which test takes how long and reaches which line; a fixture that several share counts for its whole file."""
        seconds = {}
        for name in self.items:
            forget(self.chosen)
            self.test = name
            self.seen.switch_context(name)
            begun = time.process_time()
            failed = self.run([name])
            seconds[name] = time.process_time() - begun
            if failed:
                return f"{name} fails without any mutant"
        self.seen.stop()
        return json.dumps([seconds, [self.seen.get_data().contexts_by_lineno(str(path)) for path in self.chosen]])

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, object, object]:
        shared = self.test and fixturedef.scope != "function"
        if shared:
            self.seen.switch_context(self.test.partition("::")[0])
        try:
            return (yield)
        finally:
            if shared:
                self.seen.switch_context(self.test)

    def verdict(self, path: Path, mutant: Mutant, reach: Reach) -> str:
        """Put the mutant into the functions of its module in a forked process, and run what reaches it."""

        def work() -> str:
            codes = {_place(code): code for code in _codes(mutant.code)}
            for one in gc.get_objects():
                if (
                    isinstance(one, FunctionType)
                    and one.__code__.co_filename == str(path)
                    and one.__name__ != "<lambda>"
                ):
                    one.__code__ = codes[_place(one.__code__)]
            forget([path])
            return self.run(names)

        names, _ = reach.of(mutant)
        killer = in_child(work, reach.patience(names)) if names else ""
        reach.note(mutant, killer)
        if not killer:
            os.write(OUT, f"    ... {path.stem}:{mutant.line}: {mutant.name}\n".encode())
        return killer

    def run(self, names: Sequence[str]) -> str:
        """The first test that fails."""
        for name, following in zip(names, [*names[1:], None], strict=True):
            later = None if following is None else self.items[following]
            self.session.config.hook.pytest_runtest_protocol(item=self.items[name], nextitem=later)
            if self.session.testsfailed:
                return name
        return ""


def reaches(paths: Iterable[Path], learned: Any, budget: float) -> dict[Path, Reach]:
    """By module what was learned."""
    seconds, lines = learned
    kills: Counter[str] = Counter()
    return {
        path: Reach(seconds, {int(line): set(names) for line, names in mine.items()}, kills, budget)
        for path, mine in zip(paths, lines, strict=True)
    }


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType) and one.co_name != "<lambda>":  # two may be on one line
            yield one
            yield from _codes(one)


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def inside(
    chosen: Mapping[Path, Sequence[Mutant]], tests: Sequence[str], budget: float
) -> tuple[dict[Path, Reach], list[list[str]]]:
    """What was learned, and the verdicts on the mutants of each module."""

    def work() -> str:
        seen = coverage.Coverage(data_file=None, include=list(map(str, chosen)), branch=False, config_file=False)
        seen.start()
        plugin = Inside(chosen, budget, seen)
        pytest.main([*QUIET, *tests], plugins=[plugin])
        return json.dumps([plugin.learned, plugin.verdicts])

    said = in_child(work, 36_000)
    learned, verdicts = json.loads(said) if said.startswith("[") else (said, [])
    if len(verdicts) != len(chosen):
        raise SystemExit(f"{' '.join(tests)}: {learned if isinstance(learned, str) else said}")
    return reaches(chosen, learned, budget), verdicts


# -------------------------------------------------------------------------------------- mutants seen on import


class Fresh(Suite):
    """Cheapest and deadliest first; remembers what failed."""

    def __init__(self, reach: Reach) -> None:
        self.reach, self.failed = reach, ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        named = {item.nodeid: item for item in items}
        items[:] = [named[name] for name in self.reach.order(list(named))]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = report.nodeid


def afresh(path: Path, mutant: Mutant, reach: Reach, tests: Sequence[str]) -> str:
    """As ``inside``, for one mutant that is imported in the module's place."""

    def work() -> str:
        plain = importlib.machinery.SourceFileLoader.get_code

        def get_code(loader: Any, name: str) -> Any:
            return mutant.code if loader.path == str(path) else plain(loader, name)

        importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign,assignment]
        plugin = Fresh(reach)
        failed = int(pytest.main([*QUIET, "-x", *tests], plugins=[plugin]))
        return plugin.failed or ("it cannot be imported" if failed else "")

    killer = in_child(work, 30 + reach.patience(list(reach.seconds)))
    reach.note(mutant, killer)
    return killer


# ------------------------------------------------------------------------------------------------------- the run


def survivors(
    chosen: Mapping[Path, Sequence[Mutant]], tests: Sequence[str], budget: float
) -> Iterator[tuple[Path, list[Mutant]]]:
    """By module the mutants that no test kills."""
    functional = {path: [one for one in mine if one.function] for path, mine in chosen.items()}
    learned, verdicts = inside(functional, tests, budget)
    for (path, mine), said in zip(chosen.items(), verdicts, strict=True):
        killers = dict(zip(map(id, functional[path]), said, strict=True))
        alive = [one for one in mine if not killers.get(id(one))]
        fresh = [one for one in alive if not one.function or learned[path].of(one)[1]]
        killed = {id(one) for one in fresh if afresh(path, one, learned[path], tests)}
        yield path, [one for one in alive if id(one) not in killed]


def tests_by_module(listed: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The tests of each module; a name that ends in ``*`` stands for all modules of a folder."""
    folder = ROOT / "reconcile"
    return {
        str(path.relative_to(folder).with_suffix("")): tests
        for name, tests in listed.items()
        for path in sorted(folder.glob(f"{name}.py"))
    }


def _path(module: str) -> Path:
    return ROOT / "reconcile" / f"{module}.py"


def _told(module: str, tried: int, whole: int, alive: Sequence[Mutant], excuses: Sequence[Any]) -> tuple[int, ...]:
    """Print what became of a module's mutants: tried, killed, explained, surviving."""
    known = {name for one in excuses if one["module"] == module for name in one["mutants"]}
    for one in alive:
        print(f"  {'explained' if one.name in known else 'SURVIVES '}  {module}:{one.line}: {one.name}")
    if tried == whole:
        for name in sorted(known - {one.name for one in alive}):
            print(f"  stale explanation  {module}: {name}")
    explained = sum(one.name in known for one in alive)
    row = (tried, tried - len(alive), explained, len(alive) - explained)
    print(
        "{}: {} mutants of {}, {} killed, {} explained, {} survive".format(module, tried, whole, *row[1:]), flush=True
    )
    return row


def main() -> int:
    """Kill what can be killed; 1 if a mutant survives that is not explained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--budget", type=float, default=math.inf, metavar="SECONDS")
    parser.add_argument("--again", type=Path, metavar="LOG")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    warnings.simplefilter("ignore", SyntaxWarning)  # "x is 0", where it was "x is None"
    known = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    again = arguments.again.read_text(encoding="utf-8").splitlines() if arguments.again else None
    tested = tests_by_module(known["modules"])
    named = arguments.modules or list(tested)
    chosen: dict[str, list[Mutant]] = {}
    whole: dict[str, int] = {}
    for module in named:
        every = list(mutants(_path(module).read_text(encoding="utf-8"), str(_path(module))))
        some = every[:: max(len(every) // arguments.sample, 1) if arguments.sample else 1]
        if again is not None:
            some = [one for one in some if any(f" {module}:" in line and line.endswith(one.name) for line in again)]
        chosen[module], whole[module] = some, len(every)
    if arguments.list:
        print(*(f"{module}:{one.line}: {one.name}" for module, mine in chosen.items() for one in mine), sep="\n")
        return 0
    table: list[tuple[int, ...]] = []
    for tests in dict.fromkeys(tuple(tested[module]) for module in named):
        mine = {_path(module): chosen[module] for module in named if tuple(tested[module]) == tests}
        for path, alive in survivors(mine, tests, arguments.budget):
            module = next(name for name in named if _path(name) == path)
            table.append(_told(module, len(chosen[module]), whole[module], alive, known["explained"]))
    sums = [sum(row[at] for row in table) for at in range(4)]
    print("all: {} mutants, {} killed, {} explained, {} survive".format(*sums))
    return 1 if sums[3] else 0


if __name__ == "__main__":
    sys.exit(main())
