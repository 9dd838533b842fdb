"""``reconcile merge``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from reconcile.commands.common import Progress, inputs_of, run_pipeline, settings_of, tell_notes, write_stdout
from reconcile.errors import UsageError
from reconcile.files import refuse_to_overwrite_inputs, workroom, write_all_atomically

LARGE: Final = 200_000  # records from which on a run keeps them on disk
EVENTS = ("json", "jsonl", "csv", "parquet", "geojson", "xlsx")


def run(arguments: argparse.Namespace) -> int:
    """Write the merged events, and the members if asked for. Outputs are checked before any work is done."""
    if arguments.engine == "spark":
        return _on_spark(arguments)
    if arguments.master or arguments.spark:
        raise UsageError("--master and --spark go with --engine spark")
    form = arguments.format or ("json" if arguments.output == "-" else _suffix(arguments.output, EVENTS))
    members_form = _suffix(arguments.members, ("csv", "parquet")) if arguments.members else None
    for output in (arguments.output, arguments.members):
        if output and output != "-":
            refuse_to_overwrite_inputs(output, inputs_of(arguments))
    if arguments.members and Path(arguments.members).resolve() == Path(arguments.output).resolve():
        raise UsageError("-o and --members name the same file")
    if _is_large(arguments, form) and _on_disk(arguments, members_form):
        return 0
    result = run_pipeline(arguments, arguments.paths)

    from reconcile.report.formats import chunks, members_chunks

    events = chunks(result, form, locate=arguments.locate)
    outputs = [] if arguments.output == "-" else [(arguments.output, events)]
    if members_form:
        outputs.append((arguments.members, members_chunks(result.members, members_form)))
    write_all_atomically(outputs)
    if arguments.output == "-":
        write_stdout(events)
    return 0


def _is_large(arguments: argparse.Namespace, form: str) -> bool:
    """Whether the records are better not all in memory, and the output is one that can be written bit by bit."""
    from reconcile.load.size import records_about

    return (
        form == "parquet"
        and "-" not in (*arguments.paths, arguments.output)
        and records_about(arguments.paths) >= LARGE
    )


def _on_disk(arguments: argparse.Namespace, members_form: str | None) -> bool:
    """Merge with the records on disk, if that can be done with these."""
    from reconcile.engines.disk import merge
    from reconcile.report.formats import members_chunks
    from reconcile.report.tabular import events_parquet

    progress = Progress(verbose=arguments.verbose)
    try:
        with workroom() as folder:
            merged = merge(arguments.paths, settings_of(arguments), folder, progress)
            if merged is None:
                return False
            progress("writing")
            outputs = [(arguments.output, events_parquet(merged.events, locate=arguments.locate))]
            if members_form:
                outputs.append((arguments.members, members_chunks(merged.members, members_form)))
            write_all_atomically(outputs)
    finally:
        progress.done()
    if not arguments.quiet:
        tell_notes(merged.notes)
    return True


def _on_spark(arguments: argparse.Namespace) -> int:
    """Write the members as Parquet, wherever Spark can write."""
    for option in ("format", "members", "locate"):
        if getattr(arguments, option):
            raise UsageError(f"--{option} does not go with --engine spark, which writes a folder of Parquet")
    if arguments.output == "-" or "-" in arguments.paths:
        raise UsageError("--engine spark reads and writes Parquet, not stdin and stdout")
    conf = [one.partition("=") for one in arguments.spark or ()]
    for key, sign, _ in conf:
        if not sign or not key.startswith("spark."):
            raise UsageError(f"--spark {key}{sign}: say spark.some.key=value")
    try:
        from reconcile.engines import spark
    except ImportError as error:
        raise UsageError(f"--engine spark needs the extra of that name ({error.name} is missing)") from None
    settings = settings_of(arguments)
    progress = Progress(verbose=arguments.verbose)
    try:
        spark.merge(
            arguments.paths,
            settings,
            arguments.output,
            arguments.master,
            [(key, value) for key, _, value in conf],
            progress,
        )
    finally:
        progress.done()
    return 0


def _suffix(path: str, known: tuple[str, ...]) -> str:
    suffix = Path(path).suffix.lower().lstrip(".")
    if suffix not in known:
        endings = ", ".join(f".{name}" for name in known)
        raise UsageError(f"{path}: its suffix must say the format: one of {endings}")
    return suffix
