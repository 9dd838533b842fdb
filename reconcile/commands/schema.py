"""``reconcile schema``."""

from __future__ import annotations

import argparse

from reconcile.commands.common import write_stdout


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - every command has this shape
    """Print the JSON Schema of the merged JSON."""
    from reconcile.report.schema import schema_text

    write_stdout([schema_text().encode()])
    return 0
