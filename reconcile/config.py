"""The settings of a run: defaults, then a configuration file, then the command line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from reconcile.config_file import Complaint, Table, read_table, underscored, unknown_keys
from reconcile.errors import ConfigError, Problem
from reconcile.memory import parse_size

if TYPE_CHECKING:
    from reconcile.check_settings import CheckSettings

POLICIES: Final = ("range", "conservative", "latest-credible", "majority-of-voices", "estimate")
_FILES: Final = ("actors", "places", "event_types", "groups", "counts", "source", "model")
_MOST: Final = 200  # things that are wrong in one file


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

    memory: int | None = None
    """Bytes that a run may take, as far as its pairs decide it; ``None`` = no limit."""

    def updated(self, changes: Mapping[str, Any]) -> Self:
        """These settings with the given ones that are not ``None`` or empty."""
        return replace(self, **{name: value for name, value in changes.items() if value not in (None, ())})


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a configuration file says, as far as it is sound or can be guessed, and what is wrong in it."""

    settings: Settings
    check: CheckSettings
    problems: tuple[Problem, ...]


def inspect_config(path: str, *, files: bool = False) -> Configuration:
    """The settings in a TOML file, and every problem; of ``files`` that are named and not there too.

    Raises :class:`ConfigError` for one that cannot be read.
    """
    from reconcile.check_settings import CheckSettings, inspect_check  # --help must not need polars

    table = read_table(path)
    known = {field.name for field in fields(Settings)}
    given, misplaced = _in_their_tables(table, known, {field.name for field in fields(CheckSettings)})
    meant, complaints = unknown_keys(given, {*known, "check"})
    complaints += misplaced
    values: dict[str, Any] = {}
    for key in sorted(meant.keys() & known):
        try:
            values[key] = _value(key, meant[key], Path(path).parent)
        except ValueError as error:
            complaints.append(Complaint((key,), f"{key}: {error}"))
    check, more = inspect_check(meant.get("check", {}), path)
    if files:
        complaints += _missing(values, Path(path).parent)
        check, gone = _without_missing(check)
        complaints += gone
    # A line that is no TOML is wrong once; where one is left out, the rest may have come under another table.
    slips = {one.line for one in table.problems}
    others = [table.problem(one) for one in [*complaints, *more][:_MOST]] if table.mended else []
    problems = (*table.problems, *(one for one in others if one.line is None or one.line not in slips))
    return Configuration(Settings(**values), check, problems)


def _in_their_tables(
    table: Table, known: Collection[str], checks: Collection[str]
) -> tuple[dict[str, Any], list[Complaint]]:
    """The settings, with those of ``[check]`` that stand above it, and others in it, where they belong."""
    given, complaints = dict(table.settings), []
    check = given.get("check", {})
    if not isinstance(check, dict):
        return given, []
    check = underscored(check, table.path)
    above = [key for key in given if key in checks and key not in known]
    inside = [key for key in check if key in known and key not in checks]
    for keys, under, what in ((above, (), "under [check]"), (inside, ("check",), "above [check]")):
        if keys:
            named = f"{', '.join(keys)} {'belongs' if len(keys) == 1 else 'belong'} {what}"
            complaints.append(Complaint((*under, keys[0]), named, value=False))
    moved = {key: check.pop(key) for key in inside}
    check = {key: given.pop(key) for key in above} | check
    return moved | given | ({"check": check} if check else {}), complaints


def _missing(values: dict[str, Any], folder: Path) -> list[Complaint]:
    """A complaint for each file that a setting names and that is not there; it is taken out of the setting."""
    complaints = []
    for key, value in sorted(values.items()):
        named = value if key == "judgements" else (value,) if key in _FILES and _is_path(key, value) else ()
        gone = [one for one in named if not Path(one).is_file()]
        stated = [one.removeprefix(f"{folder}/") for one in gone]
        complaints += [Complaint((key,), f"{key}: there is no file {one}", item=one) for one in stated]
        if gone:
            values[key] = tuple(one for one in named if one not in gone) if key == "judgements" else None
    return complaints


def _without_missing(check: CheckSettings) -> tuple[CheckSettings, list[Complaint]]:
    """The same for the files that people keep for ``check``."""
    complaints = []
    if check.acknowledged and not Path(check.acknowledged).is_file():
        complaints.append(
            Complaint(("check", "acknowledged"), f"check.acknowledged: there is no file {check.acknowledged}")
        )
        check = replace(check, acknowledged=None)
    if check.expected_events and not Path(check.expected_events).is_file():
        what = f"check.expected_events: there is no file {check.expected_events}"
        complaints.append(Complaint(("check", "expected_events"), what))
        check = replace(check, expected_events=None)
    return check, complaints


def _is_path(key: str, value: str) -> bool:
    return key != "source" or value.endswith(".toml")


def _sound(path: str) -> Configuration:
    found = inspect_config(path)
    if found.problems:
        raise ConfigError("\n".join(map(str, found.problems)))
    return found


def read_config(path: str) -> Settings:
    """Settings from a TOML file. Raises :class:`ConfigError` for an unreadable file, an unknown key, a wrong type."""
    return _sound(path).settings


def read_check(path: str) -> CheckSettings:
    """The settings of ``check`` in the same file. Raises :class:`ConfigError`."""
    return _sound(path).check


def _value(key: str, value: Any, folder: Path) -> Any:
    if key == "threshold":
        if isinstance(value, bool) or not isinstance(value, int | float) or not -100 <= value <= 100:
            raise ValueError("must be a number between -100 and 100 (log-odds)")
        return float(value)
    if key == "memory":
        return parse_size(value if isinstance(value, str) else str(value))
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
