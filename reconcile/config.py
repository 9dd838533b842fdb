"""The settings of a run: defaults, then a configuration file, then the command line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Self

from reconcile.errors import ConfigError
from reconcile.lookups import read_toml

POLICIES: Final = ("range", "conservative", "latest-credible", "majority-of-voices", "estimate")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run depends on besides its records. Paths are as the user gave them; ``None`` = built in.

    In a configuration file (TOML, at the top level or under ``[tool.reconcile]``) the same names are used, and
    relative paths are relative to that file.
    """

    judgements: tuple[str, ...] = ()
    """JSONL files of human verdicts, which outrank the model."""
    actors: str | None = None
    """CSV ``name,alias[,parent,type,valid_from,valid_to]`` that extends the built-in actors and wins over them."""
    places: str | None = None
    """CSV ``name,alias[,admin2,admin1,country,lat,lon,radius_km]`` that extends the built-in places."""
    event_types: str | None = None
    """TOML that extends the built-in event types."""
    groups: str | None = None
    """TOML that extends the built-in casualty groups."""
    counts: str | None = None
    """TOML that extends the table of vague number words."""
    source: str | None = None
    """Layout of files that are not recognised: the name of a recorder, ``own``, or a TOML mapping."""
    model: str | None = None
    """JSON file of the match model."""
    threshold: float | None = None
    """Match weight (log-odds) from which records are merged; ``None`` = the model's own."""

    policy: str = "range"
    """How low, best and high come from the claims: one of ``POLICIES``, see docs/reconciling.md."""

    def updated(self, changes: Mapping[str, Any]) -> Self:
        """These settings with the given ones that are not ``None`` or empty."""
        return replace(self, **{name: value for name, value in changes.items() if value not in (None, ())})


def read_config(path: str) -> Settings:
    """Settings from a TOML file. Raises :class:`ConfigError` for an unreadable file, an unknown key, a wrong type."""
    document = read_toml(path)
    nested = document.get("tool", {}) if isinstance(document.get("tool", {}), dict) else {}
    table = nested.get("reconcile") if "reconcile" in nested else document
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.reconcile must be a table")
    known = {field.name for field in fields(Settings)}
    problems = []
    for key in sorted(table.keys() - known):
        close = difflib.get_close_matches(key, known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known keys: {', '.join(sorted(known))}"
        problems.append(f"{path}: unknown key {key!r} ({hint})")
    values: dict[str, Any] = {}
    for key in sorted(table.keys() & known):
        try:
            values[key] = _value(key, table[key], Path(path).parent)
        except ValueError as error:
            problems.append(f"{path}: {key}: {error}")
    if problems:
        raise ConfigError("\n".join(problems))
    return Settings(**values)


def _value(key: str, value: Any, folder: Path) -> Any:
    if key == "threshold":
        if isinstance(value, bool) or not isinstance(value, int | float) or not -100 <= value <= 100:
            raise ValueError("must be a number between -100 and 100 (log-odds)")
        return float(value)
    if key == "judgements":
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) and item for item in items):
            raise ValueError("must be a path or a list of paths")
        return tuple(str(folder / item) for item in items)
    if key == "policy":
        if value not in POLICIES:
            raise ValueError(f"must be one of {', '.join(POLICIES)}")
        return str(value)
    if not isinstance(value, str) or not value:
        raise ValueError("must be a path" if key != "source" else "must be a name or a path")
    return value if key == "source" and not value.endswith(".toml") else str(folder / value)
