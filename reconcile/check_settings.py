"""The settings of ``check``: the table ``[check]`` of the configuration file."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from reconcile.check_rules import CHECK_RULES
from reconcile.config_file import Complaint, ComplaintsError, underscored, unknown, unknown_keys
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
    """JSONL of acknowledgements; else ``acknowledged.jsonl`` in or below a checked folder."""
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
    settings, complaints = inspect_check(table, path)
    if complaints:
        raise ConfigError("\n".join(f"{path}: {one}" for one in complaints))
    return settings


def inspect_check(table: Any, path: str) -> tuple[CheckSettings, list[Complaint]]:
    """The settings in ``table``, as far as they are sound or can be guessed, and everything that is wrong.

    Raises :class:`ConfigError` for one key in two spellings.
    """
    if not isinstance(table, dict):
        return CheckSettings(), [Complaint(("check",), "check must be a table")]
    known = {one.name for one in fields(CheckSettings)}
    meant, complaints = unknown_keys(underscored(table, path), known, ("check",))
    values: dict[str, Any] = {}
    for key in sorted(meant):
        try:
            values[key] = _READ[key](meant[key], Path(path).parent)
        except ComplaintsError as error:
            values[key] = error.rest
            complaints += error.complaints
        except ValueError as error:
            complaints.append(Complaint(("check", key), f"check.{key}: {error}"))
    if not complaints and values.get("floors") and not values.get("truth"):
        what = "check.floors needs check.truth, the file with the true events"
        complaints.append(Complaint(("check", "floors"), what, value=False))
    if not values.get("truth"):
        values.pop("floors", None)
    return CheckSettings(**values), complaints


def _severity(value: Any, _: Path) -> str:
    if value not in SEVERITIES:
        raise ValueError(f"must be one of {', '.join(SEVERITIES)}")
    return str(value)


def _severities(value: Any, _: Path) -> dict[str, str]:
    meant, complaints = unknown_keys(_table(value), _RULES, ("check", "severity"))
    for key in sorted(meant):
        if meant[key] not in (*SEVERITIES, "off"):
            what = f"check.severity.{key}: must be one of {', '.join(SEVERITIES)}, off"
            complaints.append(Complaint(("check", "severity", key.replace("-", "_")), what))
            # Until it is known what the rule is to be, it is not judged by it: the run fails by the complaint.
            near = get_close_matches(str(meant[key]).lower(), (*SEVERITIES, "off"), n=1, cutoff=0.65)
            meant[key] = near[0] if near else "off"
    return _sound({_RULES[key]: str(one) for key, one in sorted(meant.items())}, complaints)


_T = TypeVar("_T")


def _sound(value: _T, complaints: list[Complaint]) -> _T:
    """``value``, unless there are complaints about parts of it."""
    if complaints:
        raise ComplaintsError(complaints, value)
    return value


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be a table")
    return value


def _required(value: Any, _: Path) -> tuple[str, ...]:
    if isinstance(value, str):
        meant = {one.strip() for one in value.split(",")} & set(_REQUIRABLE)
        raise ComplaintsError(
            [Complaint(("check", "required"), "check.required: must be a list of fields")], tuple(sorted(meant))
        )
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("must be a list of fields")
    wrong = [unknown(one, _REQUIRABLE, ("check", "required"), item=True) for one in value if one not in _REQUIRABLE]
    meant = {one for one in value if one in _REQUIRABLE} | {near for near, _ in wrong if near}
    return _sound(tuple(sorted(meant)), [one for _, one in wrong])


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
    counts, complaints = _each(value, MEASURES, "max_counts", lambda count: _whole(count, folder))
    return _sound({**_MAX_COUNTS, **counts}, complaints)


def _floors(value: Any, folder: Path) -> dict[str, float]:
    return _sound(*_each(value, SCORES, "floors", lambda floor: _number(0, 1)(floor, folder)))


def _each(
    value: Any, known: Collection[str], name: str, read: Callable[[Any], _T]
) -> tuple[dict[str, _T], list[Complaint]]:
    """The table of numbers ``name`` as it was probably meant, and what is wrong in it."""
    meant, complaints = unknown_keys(_table(value), known, ("check", name))
    found = {}
    for key in sorted(meant):
        try:
            found[key] = read(meant[key])
        except ValueError as error:
            complaints.append(Complaint(("check", name, key), f"check.{name}.{key}: {error}"))
    return found, complaints


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
