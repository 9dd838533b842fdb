"""``reconcile check``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.check_settings import CheckSettings
from reconcile.commands.common import Progress, config_of, inputs_of, page, settings_of, write_stdout
from reconcile.config import Configuration, Settings, inspect_config
from reconcile.config_file import config_in
from reconcile.errors import Problem, UsageError
from reconcile.files import refuse_to_overwrite_inputs, write_atomically
from reconcile.text import for_log, for_terminal

if TYPE_CHECKING:
    from reconcile.check import Checked, DataSet
    from reconcile.pipeline import Result
    from reconcile.report.findings.outcome import Outcome


def run(arguments: argparse.Namespace) -> int:
    """Check every data set, print the findings, and say by the exit code whether one of them fails the run."""
    from reconcile.check import at_or_above, check, wrong_settings
    from reconcile.report.findings.outcome import Outcome

    sets, wrong = _data_sets(arguments)
    for problem in wrong:
        sys.stderr.write(for_log(for_terminal(str(problem))) + "\n")
    if arguments.output:
        refuse_to_overwrite_inputs(arguments.output, inputs_of(arguments, sets[0].settings))
    if arguments.update and wrong:
        raise UsageError("--update: not while the configuration is wrong")
    if arguments.update and not sets[0].check.against:
        raise UsageError("--update needs --against FILE, the merged JSON that it writes anew (it may be new)")
    progress = Progress(verbose=arguments.verbose)
    stdin = sys.stdin.buffer if "-" in arguments.paths and sys.stdin else None
    try:
        done = [(one, check(one, _document, update=arguments.update, stdin=stdin, watch=progress)) for one in sets]
    finally:
        progress.done()
    if arguments.update:
        _update(done)
    found = [*wrong_settings(wrong), *(one for _, checked in done for one in checked.findings)]
    findings = sorted(found, key=lambda one: one.rank)
    failing = sum(at_or_above(one.severity, data.check.fail_on) for data, checked in done for one in checked.findings)
    made = [checked.events for _, checked in done if checked.events is not None]
    outcome = Outcome(
        findings,
        sum(checked.rows for _, checked in done),
        sum(made) if made else None,
        sum(checked.held_back for _, checked in done),
        sets[0].check,
        failing + len(wrong),
    )
    _show(arguments, outcome)
    return 2 if wrong else 1 if failing else 0


def _data_sets(arguments: argparse.Namespace) -> tuple[list[DataSet], list[Problem]]:
    """The paths as one data set; then each folder below them that has a configuration of its own, by itself.

    Also what is wrong in the configurations: the data are checked all the same, by what can be read of these.
    """
    from dataclasses import replace

    from reconcile.check import DataSet

    config = config_of(arguments)
    given = {"fail_on": arguments.fail_on, "against": arguments.against, "truth": arguments.truth}
    governing = inspect_config(config, files=True) if config else Configuration(Settings(), CheckSettings(), ())
    settings, wrong = settings_of(arguments, governing.settings), list(governing.problems)
    sets = []
    base = replace(governing.check, **{name: value for name, value in given.items() if value is not None})
    today = arguments.today or date.today()
    odd, unsure = _of_the_layout(settings, wrong)
    wrong += odd
    nested = [] if arguments.config else _nested(arguments.paths, config)
    skip = tuple(str(path) for path, _ in nested)
    own = tuple(path for path in arguments.paths if path == "-" or Path(path).resolve() not in _resolved(skip))
    if own and not (nested and all(_holds_only(path, skip) for path in own)):
        sets.append(DataSet(own, settings, base, today, skip, unsure))
    for folder, found in nested:
        inner = inspect_config(str(found), files=True)
        odd, unsure = _of_the_layout(inner.settings, inner.problems)
        wrong += [*inner.problems, *odd]
        check = replace(inner.check, fail_on=arguments.fail_on) if arguments.fail_on else inner.check
        others = tuple(name for name in skip if name != str(folder))
        sets.append(DataSet((str(folder),), inner.settings, check, today, others, unsure))
    return sets, wrong


def _of_the_layout(settings: Settings, problems: Sequence[Problem]) -> tuple[list[Problem], bool]:
    """What is wrong in a layout of the user's own, and whether it can be told at all what the layout is."""
    gone = any(one.what.startswith("source: ") for one in problems)
    if settings.source is None or not settings.source.endswith(".toml"):
        return [], gone
    from reconcile.sources.mapping import inspect_mapping

    found = inspect_mapping(settings.source)
    return found.problems, gone or not found.usable


def _resolved(paths: tuple[str, ...]) -> set[Path]:
    return {Path(path).resolve() for path in paths}


def _nested(paths: list[str], config: str | None) -> list[tuple[Path, Path]]:
    """Folders at or below the paths that have a configuration file other than the one that governs the run."""
    governing = Path(config).resolve() if config else None
    found: dict[Path, tuple[Path, Path]] = {}
    for path in sorted({path for path in paths if path != "-" and Path(path).is_dir()}):
        for folder, folders, _ in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            own = config_in(Path(folder))
            if own is not None and own.resolve() != governing:
                found.setdefault(Path(folder).resolve(), (Path(folder), own))
    return [found[key] for key in sorted(found)]


def _holds_only(path: str, skip: tuple[str, ...]) -> bool:
    """Whether a folder has no file of records outside the folders in ``skip``."""
    from reconcile.load.limits import DEFAULT
    from reconcile.load.paths import find

    return Path(path).is_dir() and not find([path], DEFAULT, None, skip).sources


def _document(result: Result) -> bytes:
    from reconcile.report.document import document_chunks

    return b"".join(document_chunks(result))


def _update(done: list[tuple[DataSet, Checked]]) -> None:
    for data, checked in done:
        if data.check.against is None:
            continue
        if checked.document is None:
            raise UsageError(f"{data.check.against}: not written anew: there are records that cannot be read")
        write_atomically(data.check.against, [checked.document])
        events = len(json.loads(checked.document)["events"])
        sys.stderr.write(for_log(for_terminal(f"{data.check.against}: written anew, {events:,} events")) + "\n")


def _show(arguments: argparse.Namespace, outcome: Outcome) -> None:
    """The findings in the format asked for, on stdout or in a file."""
    if arguments.format == "text":
        _show_text(arguments, outcome)
        return
    data = _rendered(arguments.format, outcome)
    if arguments.output:
        write_atomically(arguments.output, [data])
    else:
        write_stdout([data])
    if arguments.format == "github" and (target := os.environ.get("GITHUB_STEP_SUMMARY")):
        from reconcile.report.findings.github import summary

        try:
            with Path(target).open("ab") as stream:
                stream.write(summary(outcome).encode())
        except OSError as error:
            raise UsageError(f"{target}: the step summary cannot be written: {error.strerror or error}") from error


def _show_text(arguments: argparse.Namespace, outcome: Outcome) -> None:
    from reconcile.report.findings.text import write_findings

    if not arguments.output:
        write_findings(page(arguments.color), outcome, everything=arguments.all)
        return
    import io

    from reconcile.commands.common import page_on

    stream = io.StringIO()
    write_findings(page_on(stream, coloured=False, width=100), outcome, everything=arguments.all)
    write_atomically(arguments.output, [stream.getvalue().encode("utf-8", "backslashreplace")])


def _rendered(form: str, outcome: Outcome) -> bytes:
    if form == "json":
        from reconcile.report.findings.document import findings_json

        return findings_json(outcome)
    if form == "sarif":
        from reconcile.report.findings.sarif import sarif

        return sarif(outcome)
    if form == "junit":
        from reconcile.report.findings.junit import junit

        return junit(outcome)
    from reconcile.report.findings.github import commands

    return commands(outcome).encode()
