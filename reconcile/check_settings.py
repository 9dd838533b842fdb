"""The settings of ``check``: the table ``[check]`` of the configuration file."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from reconcile.check_rules import CHECK_RULES
from reconcile.config_file import underscored, unknown_keys
from reconcile.errors import ConfigError
from reconcile.rule import SEVERITIES
from reconcile.tables import MEASURES, TEXT_FIELDS

SCORES: Final = ("pairwise", "b3", "ceaf")
_REQUIRABLE: Final = (*TEXT_FIELDS, "published_at", "date", "lat", "lon", "geo_precision_km", "perpetrators", "targets",
                      "attribution", "claims", *MEASURES)  # fmt: skip
_MAX_COUNTS: Final = MappingProxyType(
    {"killed": 1_000, "injured": 5_000, "abducted": 5_000, "missing": 5_000, "detained": 10_000}
)


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """What ``check`` holds the data against. Paths are relative to the configuration file; ``None`` = off or none."""

    fail_on: str = "error"
    """The least severity for which the exit code is 1: error, warning or info."""
    severity: Mapping[str, str] = field(default_factory=dict)
    """Rule code or name -> error, warning, info or off."""
    required: tuple[str, ...] = ()
    """Fields that every record must state, besides those that it must state anyway."""
    earliest_date: date = date(1970, 1, 1)
    """V002."""
    late_days: int = 3_650
    """V023."""
    far_km: float = 60.0
    """V005."""
    max_counts: Mapping[str, int] = field(default_factory=lambda: _MAX_COUNTS)
    """V010, by measure."""
    stale_after_days: int | None = None
    """V015."""
    min_confidence: float | None = None
    """X003."""
    acknowledge: str | None = None
    """X004: the least severity of a discrepancy that must be acknowledged."""
    acknowledged: str | None = None
    """JSONL of acknowledgements; else ``acknowledged.jsonl`` in a checked folder."""
    expected_events: str | None = None
    """JSONL or TOML of records that must, or must not, be one event; else ``expected-events.jsonl`` or ``.toml``."""
    against: str | None = None
    """The merged JSON to compare with."""
    truth: str | None = None
    """CSV or Parquet record_id,event_id."""
    floors: Mapping[str, float] = field(default_factory=dict)
    """R009: least F1 by score: pairwise, b3, ceaf."""

    def severity_of(self, code: str) -> str:
        """The severity of a rule as configured; ``off`` for none."""
        return self.severity.get(code) or next(rule.severity for rule in CHECK_RULES if rule.code == code)


_RULES: Final = {name: rule.code for rule in CHECK_RULES for name in (rule.code, rule.name)}


def parse_check(table: Any, path: str) -> CheckSettings:
    """The settings in ``table``. Raises :class:`ConfigError` with everything that is wrong."""
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: check must be a table")
    table = underscored(table, path)
    known = {one.name for one in fields(CheckSettings)}
    problems = unknown_keys(table.keys(), known, path, "check.")
    values: dict[str, Any] = {}
    for key in sorted(table.keys() & known):
        try:
            values[key] = _READ[key](table[key], Path(path).parent)
        except _KeysError as error:
            problems += [f"{path}: {what}" for what in error.args[0]]
        except ValueError as error:
            problems.append(f"{path}: check.{key}: {error}")
    if not problems and values.get("floors") and not values.get("truth"):
        problems.append(f"{path}: check.floors needs check.truth, the file with the true events")
    if problems:
        raise ConfigError("\n".join(problems))
    return CheckSettings(**values)


class _KeysError(ValueError):
    """Several things are wrong in a table."""


def _severity(value: Any, _: Path) -> str:
    if value not in SEVERITIES:
        raise ValueError(f"must be one of {', '.join(SEVERITIES)}")
    return str(value)


def _severities(value: Any, _: Path) -> dict[str, str]:
    table = _table(value)
    unknown = [what.removeprefix("config: ") for what in unknown_keys(table, _RULES, "config", "check.severity.")]
    wrong = [
        f"check.severity.{key}: must be one of {', '.join(SEVERITIES)}, off"
        for key, one in sorted(table.items())
        if key in _RULES and one not in (*SEVERITIES, "off")
    ]
    if unknown or wrong:
        raise _KeysError(unknown + wrong)
    return {_RULES[key]: str(one) for key, one in sorted(table.items())}


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be a table")
    return value


def _required(value: Any, _: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("must be a list of fields")
    if problems := unknown_keys(value, _REQUIRABLE, "config", "check.required."):
        raise _KeysError([what.removeprefix("config: ") for what in problems])
    return tuple(sorted(set(value)))


def _day(value: Any, _: Path) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("must be a day, for example 2014-01-01") from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a day, for example 2014-01-01")
    return value


def _whole(value: Any, _: Path) -> int:
    if type(value) is not int or not 0 <= value <= 1_000_000:
        raise ValueError("must be a whole number from 0 to 1,000,000")
    return value


def _number(least: float, most: float) -> Callable[[Any, Path], float]:
    def read(value: Any, _: Path) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            raise ValueError("must be a number")
        if not least <= value <= most:
            raise ValueError(f"must be between {least:g} and {most:g}")
        return float(value)

    return read


def _counts(value: Any, folder: Path) -> dict[str, int]:
    table = _table(value)
    if problems := unknown_keys(table, MEASURES, "config", "check.max_counts."):
        raise _KeysError([what.removeprefix("config: ") for what in problems])
    return {**_MAX_COUNTS, **{measure: _whole(count, folder) for measure, count in sorted(table.items())}}


def _floors(value: Any, folder: Path) -> dict[str, float]:
    table = _table(value)
    if problems := unknown_keys(table, SCORES, "config", "check.floors."):
        raise _KeysError([what.removeprefix("config: ") for what in problems])
    return {score: _number(0, 1)(floor, folder) for score, floor in sorted(table.items())}


def _path(value: Any, folder: Path) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be a path")
    return str(folder / value)


_READ: Final[dict[str, Callable[[Any, Path], Any]]] = {
    "fail_on": _severity,
    "severity": _severities,
    "required": _required,
    "earliest_date": _day,
    "late_days": _whole,
    "far_km": _number(0, 20_040),
    "max_counts": _counts,
    "stale_after_days": _whole,
    "min_confidence": _number(0, 1),
    "acknowledge": _severity,
    "acknowledged": _path,
    "expected_events": _path,
    "against": _path,
    "truth": _path,
    "floors": _floors,
}
