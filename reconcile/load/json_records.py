"""JSON records brought into columns, and the places of their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from reconcile.load.columns import Chunk
from reconcile.load.finds import Finds, Path
from reconcile.load.limits import Limits
from reconcile.load.strict_json import walk

_FIRST, _CHUNK = 8_000, 20_000  # records; a small first chunk shows early that a file is not worth reading


def to_chunks(records: Iterable[tuple[int, dict[str, Any]]], finds: Finds, limits: Limits) -> Iterator[Chunk]:
    """Records with their first lines, brought into columns; a key that comes late is null before."""
    names: dict[str, None] = {}
    first = 0
    rows: list[dict[str, Any]] = []
    lines: list[int] = []

    def chunk() -> Chunk:
        return Chunk(first, len(rows), {name: [row.get(name) for row in rows] for name in names}, lines)

    for line, record in records:
        if not record.keys() <= names.keys():
            names.update(dict.fromkeys(record))
            if len(names) > limits.max_columns:
                finds.at(line, None, f"more than {limits.max_columns:,} different keys in the file's records")
                return
        rows.append(record)
        lines.append(line)
        if len(rows) == (_CHUNK if first else min(_FIRST, _CHUNK)):
            yield chunk()
            first += len(rows)
            rows, lines = [], []
    if rows:
        yield chunk()


def place_in(text: str, start: int, wanted: set[Path]) -> dict[Path, int]:
    """Where in ``text`` the value at each path of the record at ``start`` begins, or the nearest above it."""
    places = dict(walk(text, start))
    found = {}
    for path in wanted:
        nearest = path
        while nearest and nearest not in places:
            nearest = nearest[:-1]
        found[path] = places.get(nearest, start)
    return found
