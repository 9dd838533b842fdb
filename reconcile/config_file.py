"""The configuration file: where it is found, and its table as TOML.

It is ``reconcile.toml``, or ``pyproject.toml`` with a table ``[tool.reconcile]``, in the folder that all PATHs have
in common (for files their folder, for ``-`` the working directory) or the nearest folder above it that has one.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reconcile.errors import ConfigError, Problem
from reconcile.lookups import read_text, read_toml
from reconcile.toml_places import Place, place_of
from reconcile.toml_repair import HopelessError, repaired

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


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a setting, before it is looked up where that stands."""

    keys: tuple[str, ...]
    """Lead to the setting from the top of our table."""
    what: str
    hint: str | None = None
    value: bool = True
    """Whether it is the value that is wrong, or the key."""
    item: str | None = None
    """Which of a list of texts is wrong."""

    def __str__(self) -> str:
        return self.what + (f" ({self.hint})" if self.hint else "")


class ComplaintsError(ValueError):
    """What is wrong with the parts of a value, and the value without them."""

    def __init__(self, complaints: Iterable[Complaint], rest: Any) -> None:
        self.complaints, self.rest = list(complaints), rest
        super().__init__("; ".join(map(str, self.complaints)))


@dataclass(frozen=True, slots=True)
class Table:
    """The settings of a file, dashes in their names as underscores, and what is wrong with its form."""

    path: str
    text: str
    under: tuple[str, ...]
    settings: dict[str, Any]
    problems: tuple[Problem, ...] = ()
    mended: bool = True
    """Whether every line that is no TOML is read as it was probably meant."""

    def problem(self, one: Complaint) -> Problem:
        """The complaint with its place."""
        keys = (*self.under, *one.keys)
        return Problem(self.path, *place_of(self.text, keys, value=one.value, item=one.item), one.what, one.hint)


def read_table(path: str) -> Table:
    """The settings in the file; lines that are no TOML are problems. Raises :class:`ConfigError`."""
    text = read_text(path)
    document, problems, mended = _salvaged(text, path)
    tools = document.get("tool")
    nested = isinstance(tools, dict) and "reconcile" in tools
    if Path(path).name == SHARED and not nested:
        raise ConfigError(f"{path}: has no table [tool.reconcile]")
    table = tools["reconcile"] if nested and isinstance(tools, dict) else document
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.reconcile must be a table")
    return Table(path, text, ("tool", "reconcile") if nested else (), underscored(table, path), tuple(problems), mended)


def _salvaged(text: str, path: str) -> tuple[dict[str, Any], list[Problem], bool]:
    """The document as it was probably meant, a problem for each line that is no TOML, and whether all are mended."""
    try:
        document, slips, mended = repaired(text)
    except RecursionError:
        raise ConfigError(f"{path}: not TOML: nested too deeply") from None
    except HopelessError as error:
        slips = error.slips
        raise ConfigError("\n".join(str(_slip(path, place, what)) for place, what in slips)) from None
    return document, [_slip(path, place, what) for place, what in slips], mended


def _slip(path: str, place: Place, what: str) -> Problem:
    return Problem(path, *place, f"not TOML: {what}")


def underscored(table: Mapping[str, Any], path: str) -> dict[str, Any]:
    """``table`` with ``fail-on`` as ``fail_on``; both spellings at once are an error."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name in found:
            raise ConfigError(f"{path}: {key!r} is there twice, in two spellings")
        found[name] = value
    return found


def unknown_keys(
    table: Mapping[str, Any], known: Collection[str], under: tuple[str, ...] = ()
) -> tuple[dict[str, Any], list[Complaint]]:
    """``table`` as it was probably meant, and a complaint for each key that is not ``known``."""
    complaints, meant = [], {key: value for key, value in table.items() if key in known}
    for key in sorted(table.keys() - set(known)):
        near, one = unknown(key, known, under)
        complaints.append(one)
        if near:
            meant.setdefault(near, table[key])
    return meant, complaints


def unknown(
    key: str, known: Collection[str], under: tuple[str, ...], *, item: bool = False
) -> tuple[str | None, Complaint]:
    """What was probably meant by a key, or an item of a list, that is not ``known``; and what to say of it."""
    close = difflib.get_close_matches(key, sorted(known), n=1)
    hint = f"did you mean {close[0]}?" if close else f"known keys: {', '.join(sorted(known))}"
    what = f"unknown key {''.join(f'{name}.' for name in under)}{key!r}"
    if item:
        return (close[0] if close else None), Complaint(under, what, hint, item=key)
    return (close[0] if close else None), Complaint((*under, key), what, hint, value=False)
