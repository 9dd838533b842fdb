"""How large a run will be, told from the outside of its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reconcile.load.limits import DEFAULT, Limits
from reconcile.load.parquet_footer import read_footer
from reconcile.load.paths import find

_RECORD: Final = 500  # bytes of text that a record takes, about


def records_about(paths: Sequence[str], *, limits: Limits = DEFAULT) -> int:
    """About how many records ``paths`` lead to; what cannot be read counts as none, and is for ``load`` to tell."""
    total = 0
    for one in find(paths, limits, None).sources:
        try:
            with one.open() as stream:
                total += read_footer(stream).rows if one.kind == "parquet" else stream.seek(0, 2) // _RECORD
        except (OSError, ValueError):
            continue
    return total
