"""What the commands share: settings from the arguments, progress and notes on stderr, pages on stdout."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reconcile.config import Settings, read_config
from reconcile.config_file import find_config
from reconcile.errors import Problem, UsageError
from reconcile.text import for_log, for_terminal

if TYPE_CHECKING:
    from reconcile.pipeline import Result
    from reconcile.report.layout import Page

_PIPE_WIDTH = 100
_MOST_NOTES = 20


def config_of(arguments: argparse.Namespace) -> str | None:
    """The configuration file: the one that is named, else the nearest one above the records."""
    if arguments.config:
        return str(arguments.config)
    paths = getattr(arguments, "paths", None) or getattr(arguments, "records", None)
    if paths is None:  # explain ID [ID] PATH...
        paths = [text for text in getattr(arguments, "subject", [])[1:] if text == "-" or Path(text).exists()]
    return find_config(paths)


def settings_of(arguments: argparse.Namespace, base: Settings | None = None) -> Settings:
    """The configuration file's settings (``base``, if they are read), overridden by the options on the command line."""
    if base is None:
        config = config_of(arguments)
        base = read_config(config) if config else Settings()
    given = {field.name: getattr(arguments, field.name) for field in fields(Settings)}
    given["judgements"] = tuple(given["judgements"] or ())
    return base.updated(given)


def inputs_of(arguments: argparse.Namespace, settings: Settings | None = None) -> list[str]:
    """Everything that a run reads: records, configuration, judgements, tables, model; none of it is overwritten."""
    settings = settings or settings_of(arguments)
    named = [getattr(settings, field.name) for field in fields(Settings) if field.name != "judgements"]
    files = [name for name in named if isinstance(name, str)]
    config = config_of(arguments)
    return [*arguments.paths, *settings.judgements, *files, *([config] if config else [])]


class Progress:
    """Says on stderr what is being done: with ``-v`` at the end the seconds of every stage, which may come and go many
    times; else a passing line on a terminal."""

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose
        self._terminal = sys.stderr.isatty() and not verbose
        self._begun = self._since = time.monotonic()
        self._stage: str | None = None
        self._seconds: dict[str, float] = {}

    def __call__(self, stage: str) -> None:
        """Note that ``stage`` begins."""
        self._finish_stage()
        self._stage = stage
        if self._terminal and time.monotonic() - self._begun > 1:
            sys.stderr.write(f"\r\x1b[K{stage} …")
            sys.stderr.flush()

    def done(self) -> None:
        """Note that the last stage is over."""
        self._finish_stage()
        if self._verbose:
            sys.stderr.writelines(f"{stage:<20} {seconds:8.3f} s\n" for stage, seconds in self._seconds.items())
        if self._terminal and time.monotonic() - self._begun > 1:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _finish_stage(self) -> None:
        now = time.monotonic()
        if self._stage is not None:
            self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + now - self._since
        self._since = now
        self._stage = None


def run_pipeline(arguments: argparse.Namespace, paths: Sequence[str]) -> Result:
    """Run the straight line over ``paths`` with the settings of ``arguments``, telling of it on stderr."""
    from reconcile import pipeline

    progress = Progress(verbose=arguments.verbose)
    stdin = sys.stdin.buffer if "-" in paths and sys.stdin else None
    if "-" in paths and stdin is None:
        raise UsageError("-: stdin is closed")
    try:
        result = pipeline.run(paths, settings_of(arguments), stdin=stdin, watch=progress)
    finally:
        progress.done()
    if not arguments.quiet:
        tell_notes(result.notes)
    return result


def tell_notes(notes: Sequence[Problem]) -> None:
    """Notes to stderr, the first twenty in full."""
    for note in notes[:_MOST_NOTES]:
        sys.stderr.write(for_log(f"note: {for_terminal(str(note))}") + "\n")
    if len(notes) > _MOST_NOTES:
        sys.stderr.write(f"note: ... and {len(notes) - _MOST_NOTES} more notes\n")


def page(color: str) -> Page:
    """A page on stdout: as wide as the terminal or ``COLUMNS``, else 100; coloured as asked for."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    terminal = sys.stdout.isatty()
    coloured = color == "always" or (color == "auto" and terminal and not os.environ.get("NO_COLOR"))
    width = shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns if terminal or "COLUMNS" in os.environ else _PIPE_WIDTH
    return page_on(sys.stdout, coloured=coloured, width=width)


def page_on(stream: TextIO, *, coloured: bool, width: int) -> Page:
    """A page on any stream of text."""
    from rich.console import Console

    from reconcile.report.layout import Page

    class _Console(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # ours to answer, in app.main; rich would exit with 1

    console = _Console(
        file=stream,
        force_terminal=coloured,
        no_color=not coloured,
        color_system="standard" if coloured else None,
        width=100_000,  # lines are laid out by Page; rich must neither wrap nor cut them
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    return Page(console, max(width, 40))


def write_stdout(chunks: Iterable[bytes]) -> None:
    """Bytes to stdout as they are: data is UTF-8 whatever the locale."""
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()
