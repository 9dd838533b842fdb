"""The lines of a small JSONL file, and the columns of what stands in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reconcile.load.strict_json import skip_space, walk


class LineError(ValueError):
    """What is wrong with a line that is JSON, and the key at whose value it is seen; None = the line as a whole."""

    def __init__(self, what: str, key: str | None = None) -> None:
        self.key = key
        super().__init__(what)


class Lines:
    """The lines of ``path``, numbered from 1. Raises ``OSError`` and ``UnicodeDecodeError``."""

    def __init__(self, path: str) -> None:
        self._lines = Path(path).read_text(encoding="utf-8-sig").split("\n")

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return ((number, line) for number, line in enumerate(self._lines, start=1) if line.strip())

    def column(self, number: int, *path: str | int) -> int | None:
        """The column of the value at ``path`` of the object in a line, else where the line's text begins."""
        line = self._line(number)
        if line is None:
            return None
        start = skip_space(line, 0)
        return dict(walk(line, start)).get(path, start) + 1

    def column_of(self, number: int, value: str) -> int | None:
        """The column of the first text ``value`` in a line, else where the line's text begins."""
        line = self._line(number)
        if line is None:
            return None
        start = skip_space(line, 0)
        for path, at in walk(line, start):
            if path and line[at : at + 1] == '"' and _text(line, at) == value:
                return at + 1
        return start + 1

    def fault(self, number: int, error: Exception) -> tuple[str, int | None]:
        """What ``error`` says of a line, and the column where it is seen."""
        if isinstance(error, json.JSONDecodeError):
            return f"not JSON: {error.msg}", error.pos + 1
        key = error.key if isinstance(error, LineError) else None
        return str(error), self.column(number, *([key] if key else []))

    def _line(self, number: int) -> str | None:
        return self._lines[number - 1] if 0 < number <= len(self._lines) else None


def _text(line: str, at: int) -> Any:
    try:
        return json.JSONDecoder().raw_decode(line, at)[0]
    except ValueError:
        return None
