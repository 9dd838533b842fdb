"""One command, one file, one function: parsed arguments in, an exit code out."""

from __future__ import annotations

import argparse
from importlib import import_module


def run(arguments: argparse.Namespace) -> int:
    """Run the command that ``arguments`` name; only its own file is imported."""
    return int(import_module(f"reconcile.commands.{arguments.command}").run(arguments))
