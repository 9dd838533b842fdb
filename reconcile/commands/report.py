"""``reconcile report``."""

from __future__ import annotations

import argparse

from reconcile.commands.common import page, run_pipeline, write_stdout


def run(arguments: argparse.Namespace) -> int:
    """Show the events on stdout."""
    result = run_pipeline(arguments, arguments.paths)
    if arguments.format == "text":
        from reconcile.report.terminal import write_report

        write_report(page(arguments.color), result)
        return 0
    from reconcile.report.formats import chunks

    write_stdout(chunks(result, arguments.format, locate=arguments.locate))
    return 0
