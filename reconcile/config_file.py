"""The configuration file: where it is found, and its table as TOML.

It is ``reconcile.toml``, or ``pyproject.toml`` with a table ``[tool.reconcile]``, in the folder that all PATHs have
in common (for files their folder, for ``-`` the working directory) or the nearest folder above it that has one.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from reconcile.errors import ConfigError
from reconcile.lookups import read_toml

NAME: Final = "reconcile.toml"
SHARED: Final = "pyproject.toml"


def find_config(paths: Sequence[str]) -> str | None:
    """The configuration file that governs ``paths``, relative to the working directory if it lies below it."""
    folder = common_folder(paths)
    for place in (folder, *folder.parents):
        if found := config_in(place):
            return _shown(found)
    return None


def config_in(folder: Path) -> Path | None:
    """The configuration file in ``folder`` itself, if it has one."""
    own, shared = folder / NAME, folder / SHARED
    if own.is_file():
        return own
    return shared if shared.is_file() and _speaks_of_us(shared) else None


def common_folder(paths: Iterable[str]) -> Path:
    """The folder that all ``paths`` have in common."""
    folders = []
    for path in paths:
        place = Path.cwd() if path == "-" else Path(path).resolve()
        folders.append(place if place.is_dir() else place.parent)
    return Path(os.path.commonpath(folders)) if folders else Path.cwd()


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _speaks_of_us(path: Path) -> bool:
    """Whether a shared file has our table; one that is no TOML at all is not ours to complain of."""
    try:
        tools = read_toml(str(path)).get("tool")
    except ConfigError:
        return False
    return isinstance(tools, dict) and "reconcile" in tools


def read_table(path: str) -> dict[str, Any]:
    """The settings in the file, dashes in their names as underscores. Raises :class:`ConfigError`."""
    document = read_toml(path)
    tools = document.get("tool")
    nested = isinstance(tools, dict) and "reconcile" in tools
    if Path(path).name == SHARED and not nested:
        raise ConfigError(f"{path}: has no table [tool.reconcile]")
    table = tools["reconcile"] if nested and isinstance(tools, dict) else document
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.reconcile must be a table")
    return underscored(table, path)


def underscored(table: dict[str, Any], path: str) -> dict[str, Any]:
    """``table`` with ``fail-on`` as ``fail_on``; both spellings at once are an error."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name in found:
            raise ConfigError(f"{path}: {key!r} is there twice, in two spellings")
        found[name] = value
    return found


def unknown_keys(table: Collection[str], known: Collection[str], path: str, where: str = "") -> list[str]:
    """A message for each key that is not ``known``, with what was probably meant."""
    problems = []
    for key in sorted(set(table) - set(known)):
        close = difflib.get_close_matches(key, sorted(known), n=1)
        hint = f"did you mean {close[0]}?" if close else f"known keys: {', '.join(sorted(known))}"
        problems.append(f"{path}: unknown key {where}{key!r} ({hint})")
    return problems
