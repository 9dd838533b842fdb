"""Rows as a file states them, each value with its line and column: a second look at the few rows that need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconcile.load.finds import Path, Place


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row. Places count from 1: of a CSV cell where it begins, of a JSON value where it begins."""

    begins: Place
    values: Mapping[str, Any]
    places: Mapping[Path, Place]

    def place(self, path: Path) -> Place:
        """Where the value at ``path`` begins, or the nearest one above it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, self.begins)

    def states(self, path: Path) -> bool:
        """Whether the row states something at ``path``; an empty cell and null do not."""
        return self.value(path) not in (None, "", [])

    def value(self, path: Path) -> Any:
        """What the row states at ``path``; None where it has no such value."""
        value: Any = self.values
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value.strip() if isinstance(value, str) else value
