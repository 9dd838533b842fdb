"""``reconcile merge``."""

from __future__ import annotations

import argparse
from pathlib import Path

from reconcile.commands.common import inputs_of, run_pipeline, write_stdout
from reconcile.errors import UsageError
from reconcile.files import refuse_to_overwrite_inputs, write_all_atomically

EVENTS = ("json", "jsonl", "csv", "parquet", "geojson", "xlsx")


def run(arguments: argparse.Namespace) -> int:
    """Write the merged events, and the members if asked for. Outputs are checked before any work is done."""
    form = arguments.format or ("json" if arguments.output == "-" else _suffix(arguments.output, EVENTS))
    members_form = _suffix(arguments.members, ("csv", "parquet")) if arguments.members else None
    for output in (arguments.output, arguments.members):
        if output and output != "-":
            refuse_to_overwrite_inputs(output, inputs_of(arguments))
    if arguments.members and Path(arguments.members).resolve() == Path(arguments.output).resolve():
        raise UsageError("-o and --members name the same file")
    result = run_pipeline(arguments, arguments.paths)

    from reconcile.report.formats import chunks, members_chunks

    events = chunks(result, form, locate=arguments.locate)
    outputs = [] if arguments.output == "-" else [(arguments.output, events)]
    if members_form:
        outputs.append((arguments.members, members_chunks(result, members_form)))
    write_all_atomically(outputs)
    if arguments.output == "-":
        write_stdout(events)
    return 0


def _suffix(path: str, known: tuple[str, ...]) -> str:
    suffix = Path(path).suffix.lower().lstrip(".")
    if suffix not in known:
        endings = ", ".join(f".{name}" for name in known)
        raise UsageError(f"{path}: its suffix must say the format: one of {endings}")
    return suffix
