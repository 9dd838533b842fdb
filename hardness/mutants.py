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
shows them, ``--again LOG`` takes those that an earlier output calls survivors.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import importlib.machinery
import json
import os
import resource
import select
import signal
import sys
import time
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
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


@dataclass
class Reach:
    """What a run without mutants showed: processor seconds by test, and by line the tests (or files) that reach it."""

    seconds: dict[str, float]
    by_line: dict[int, set[str]]
    kills: Counter[str]

    def order(self, names: Sequence[str]) -> list[str]:
        """Cheapest and deadliest first."""
        return sorted(names, key=lambda name: (self.seconds.get(name, 60.0) / (1 + self.kills[name]), name))

    def of(self, mutant: Mutant) -> tuple[list[str], bool]:
        """The tests that reach a mutant's statement, and whether importing does."""
        reached = set().union(*(self.by_line.get(line, set()) for line in mutant.lines))
        return self.order([name for name in self.seconds if {name, name.partition("::")[0]} & reached]), "" in reached

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


def forget(paths: Sequence[Path]) -> None:
    """Empty the caches of the modules and of the test files: what a test reaches must not hang on who ran before."""
    names = {str(path.relative_to(ROOT).with_suffix("")).replace("/", ".") for path in paths}
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper):
            module = one.__module__ or ""
            if module in names or module.startswith("test_"):
                one.cache_clear()


# ------------------------------------------------------------------------------------------------ one run to learn


class Learn(Suite):
    """Which test reaches which line; a fixture that several tests share counts for its whole file."""

    def __init__(self, seen: coverage.Coverage, paths: Sequence[Path]) -> None:
        self.seen, self.paths = seen, paths
        self.seconds: dict[str, float] = {}
        self.test = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        forget(self.paths)
        self.test = item.nodeid
        self.seen.switch_context(self.test)
        begun = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[self.test] = time.process_time() - begun
            self.seen.switch_context("")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, object, object]:
        shared = fixturedef.scope != "function"
        if shared:
            self.seen.switch_context(self.test.partition("::")[0])
        try:
            return (yield)
        finally:
            if shared:
                self.seen.switch_context(self.test)


def learn(paths: Sequence[Path], tests: Sequence[str]) -> dict[Path, Reach]:
    """Run the tests of some modules without a mutant, in a process of their own."""

    def work() -> str:
        seen = coverage.Coverage(data_file=None, include=list(map(str, paths)), branch=False, config_file=False)
        plugin = Learn(seen, paths)
        seen.start()
        failed = int(pytest.main([*QUIET, "-x", *tests], plugins=[plugin]))
        seen.stop()
        return json.dumps([failed, plugin.seconds, [seen.get_data().contexts_by_lineno(str(path)) for path in paths]])

    said = in_child(work, 3600)
    failed, seconds, lines = json.loads(said) if said.startswith("[") else (said, {}, [])
    if failed or not seconds:
        raise SystemExit(f"{' '.join(tests)} fail without any mutant ({failed})")
    kills: Counter[str] = Counter()
    return {
        path: Reach(seconds, {int(line): set(names) for line, names in mine.items()}, kills)
        for path, mine in zip(paths, lines, strict=True)
    }


# ------------------------------------------------------------------------------------- mutants inside functions


class Inside(Suite):
    """Collects once, then forks for each mutant; ``verdicts`` says what became of it ("" = it survives).

    That the tests pass in such a process without a mutant is tried first, unless ``trusted``.
    """

    def __init__(self, path: Path, chosen: Sequence[Mutant], reach: Reach, trusted: bool) -> None:
        self.path, self.chosen, self.reach, self.trusted = path, chosen, reach, trusted
        self.verdicts: list[str] = []
        self.wrong = ""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        functions = [
            one for one in gc.get_objects()
            if isinstance(one, FunctionType) and one.__code__.co_filename == str(self.path)
        ]  # fmt: skip

        def run(names: Sequence[str], mutant: Mutant | None) -> str:
            codes = {} if mutant is None else {_place(code): code for code in _codes(mutant.code)}
            for one in functions:
                one.__code__ = codes.get(_place(one.__code__), one.__code__)
            forget([self.path])
            for name, following in zip(names, [*names[1:], None], strict=True):
                later = None if following is None else items[following]
                session.config.hook.pytest_runtest_protocol(item=items[name], nextitem=later)
                if session.testsfailed:
                    return name
            return ""

        every = self.reach.order(list(items))
        self.wrong = "" if self.trusted else in_child(lambda: run(every, None), self.reach.patience(every))
        if self.wrong:
            return True
        for mutant in self.chosen:
            names, _ = self.reach.of(mutant)
            killer = in_child(functools.partial(run, names, mutant), self.reach.patience(names)) if names else ""
            self.reach.kills[killer] += 1
            self.verdicts.append(killer)
        return True


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def inside(path: Path, chosen: Sequence[Mutant], reach: Reach, tests: Sequence[str], trusted: bool) -> list[str]:
    """What became of each mutant: the test that fails, HANGS, or "" for a survivor."""

    def work() -> str:
        plugin = Inside(path, chosen, reach, trusted)
        pytest.main([*QUIET, *tests], plugins=[plugin])
        return json.dumps([plugin.verdicts, reach.kills, plugin.wrong])

    said = in_child(work, 36_000)
    verdicts, kills, wrong = json.loads(said) if said.startswith("[") else ([], {}, said)
    if len(verdicts) != len(chosen):
        raise SystemExit(f"{path}: its tests fail without any mutant in a forked process ({wrong})")
    reach.kills.update(kills)
    return list(verdicts)


# -------------------------------------------------------------------------------------- mutants seen on import


class Fresh(Suite):
    """Cheapest and deadliest first; remembers what failed."""

    def __init__(self, reach: Reach) -> None:
        self.reach, self.failed = reach, ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        place = {name: at for at, name in enumerate(self.reach.order([item.nodeid for item in items]))}
        items.sort(key=lambda item: place[item.nodeid])

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
        return (
            plugin.failed if int(pytest.main([*QUIET, "-x", *tests], plugins=[plugin])) == 0 else plugin.failed or "-"
        )

    killer = in_child(work, 30 + reach.patience(list(reach.seconds)))
    reach.kills[killer] += 1
    return killer


# ------------------------------------------------------------------------------------------------------- the run


def verdicts(
    path: Path, chosen: Sequence[Mutant], tests: Sequence[str], reach: Reach, trusted: bool
) -> Iterator[tuple[Mutant, str]]:
    """Every mutant with the test that kills it, or "" for a survivor."""
    functional = [one for one in chosen if one.function]
    found = dict(zip(map(id, functional), inside(path, functional, reach, tests, trusted), strict=True))
    for one in chosen:
        killer = found.get(id(one), "")
        if not killer and (not one.function or reach.of(one)[1]):
            killer = afresh(path, one, reach, tests)
        yield one, killer


def _path(module: str) -> Path:
    return ROOT / "reconcile" / f"{module}.py"


def main() -> int:
    """Kill what can be killed; 1 if a mutant survives that is not explained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--again", type=Path, metavar="LOG")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    warnings.simplefilter("ignore", SyntaxWarning)  # "x is 0", where it was "x is None"
    known = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    again = arguments.again.read_text(encoding="utf-8").splitlines() if arguments.again else None
    table = []
    named = arguments.modules or list(known["modules"])
    lists = {name: tuple(known["modules"][name]) for name in named}
    learned: dict[tuple[str, ...], dict[Path, Reach]] = {}
    for module, tests in lists.items():
        path = _path(module)
        every = list(mutants(path.read_text(encoding="utf-8"), str(path)))
        chosen = every[:: max(len(every) // arguments.sample, 1) if arguments.sample else 1]
        if again is not None:
            chosen = [one for one in chosen if any(f" {module}:" in line and line.endswith(one.name) for line in again)]
        if arguments.list:
            print(*(f"{module}:{one.line}: {one.name}" for one in chosen), sep="\n")
            continue
        begun = time.monotonic()
        trusted = tests in learned
        if not trusted:
            learned[tests] = learn([_path(name) for name in named if lists[name] == tests], tests)
        excuses = {name: one["why"] for one in known["explained"] if one["module"] == module for name in one["mutants"]}
        found = verdicts(path, chosen, tests, learned[tests][path], trusted)
        alive = [one for one, killer in found if not killer]
        for one in alive:
            shown = "explained" if one.name in excuses else "SURVIVES "
            print(f"  {shown}  {module}:{one.line}: {one.name}", flush=True)
        if len(chosen) == len(every):
            for name in excuses.keys() - {one.name for one in alive}:
                print(f"  stale explanation  {module}: {name}", flush=True)
        explained = sum(one.name in excuses for one in alive)
        row = (len(chosen), len(chosen) - len(alive), explained, len(alive) - explained)
        table.append((module, *row))
        told = "{} mutants of {}, {} killed, {} explained, {} survive".format(row[0], len(every), *row[1:])
        print(f"{module}: {told}, {time.monotonic() - begun:.0f} s", flush=True)
    sums = [sum(row[at] for row in table) for at in range(1, 5)]
    print("all: {} mutants, {} killed, {} explained, {} survive".format(*sums))
    return 1 if sums[3] else 0


if __name__ == "__main__":
    sys.exit(main())
