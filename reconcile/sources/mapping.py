"""The TOML file of a user's own layout: what it says, as far as it can be guessed, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from reconcile.errors import Problem
from reconcile.lookups import read_text
from reconcile.tables import LOADED
from reconcile.toml_places import place_of
from reconcile.toml_repair import HopelessError, repaired

ORDERS: Final = ("day first", "month first")
DATES: Final = ("date", "date_start", "date_end", "published_at")
_KEYS: Final = ("outlet", "prefix", "dates", "separator", "unknown", "fields", "constants", "values")
_FIELDS: Final = tuple(
    name
    for name in LOADED.names()
    if name not in ("published", "date_approximate", "date_minute", "extra", "source", "claims")
    and not name.endswith("_words")
)
_TEXTS: Final = ("outlet", "prefix", "separator")


@dataclass
class Inspected:
    """A mapping under inspection."""

    path: str
    text: str
    table: dict[str, Any]
    """As it was probably meant; without what cannot be guessed."""
    problems: list[Problem] = field(default_factory=list)
    usable: bool = True
    """Whether records can be read by it: it says where their ids and dates are."""

    def place(self, *keys: str, value: bool = True) -> tuple[int | None, int | None]:
        """Where a setting stands."""
        return place_of(self.text, keys, value=value)

    def wrong(self, what: str, *keys: str, value: bool = True) -> None:
        """Add a problem with the setting under ``keys``; none keys: with the file. One a line is enough."""
        line, column = self.place(*keys, value=value) if keys else (None, None)
        if line is None or all(one.line != line for one in self.problems):
            self.problems.append(Problem(self.path, line, column, what))


def inspect_mapping(path: str) -> Inspected:
    """What the file says, and every problem. Raises ``ConfigError`` for one that cannot be read."""
    text = read_text(path)
    try:
        table, slips, _ = repaired(text)
    except RecursionError:
        return Inspected(path, text, {}, [Problem(path, None, None, "not TOML: nested too deeply")], usable=False)
    except HopelessError as error:
        slips = error.slips
        problems = [Problem(path, *place, f"not TOML: {what}") for place, what in slips]
        return Inspected(path, text, {}, problems, usable=False)
    found = Inspected(path, text, _known(table, _KEYS))
    found.problems += [Problem(path, *place, f"not TOML: {what}") for place, what in slips]
    for key in table:
        if key not in _KEYS:
            found.wrong(f"unknown key '{key}' {_hint(key, _KEYS)}", key, value=False)
    _settings(found)
    _tables(found)
    _absences(found)
    return found


def _known(table: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """``table`` with its unknown keys as they were probably meant, or left out."""
    meant = {key: value for key, value in table.items() if key in known}
    for key, value in table.items():
        if key not in known and (near := _near(key, known)):
            meant.setdefault(near, value)
    return meant


def _settings(found: Inspected) -> None:
    """The settings at the top."""
    table = found.table
    for key in _TEXTS:
        if key in table and not (isinstance(table[key], str) and table[key].strip()):
            found.wrong(f"{key} is no text", key)
            del table[key]
    if "dates" in table and table["dates"] not in ORDERS:
        found.wrong(f"dates: {table['dates']!r} is neither {' nor '.join(map(repr, ORDERS))}", "dates")
        near = _near(str(table.pop("dates")), ORDERS)
        table |= {"dates": near} if near else {}
    unknown = table.get("unknown", [])
    if not (isinstance(unknown, list) and all(isinstance(word, str) for word in unknown)):
        found.wrong("unknown is no list of texts", "unknown")
        table["unknown"] = [unknown] if isinstance(unknown, str) else []


def _tables(found: Inspected) -> None:
    """``[fields]``, ``[constants]`` and ``[values.FIELD]``: texts under the names of fields."""
    table = found.table
    values = table.get("values", {})
    if not isinstance(values, dict):
        found.wrong("values is no table (write [values.event_type])", "values")
        values = {}
    for name in ("fields", "constants"):
        table[name] = _texts(found, table.get(name, {}), name)
        for word in [word for word in table[name] if word not in _FIELDS]:
            found.wrong(f"[{name}] unknown field '{word}' {_hint(word, _FIELDS)}", name, word, value=False)
        table[name] = _known(table[name], _FIELDS)
    for name in values:
        if name not in _FIELDS:
            found.wrong(f"[values.{name}] unknown field '{name}' {_hint(name, _FIELDS)}", "values", name, value=False)
    table["values"] = _known({name: _texts(found, words, "values", name) for name, words in values.items()}, _FIELDS)


def _texts(found: Inspected, words: Any, *keys: str) -> dict[str, str]:
    """The texts of a table."""
    good = {name: word for name, word in words.items() if isinstance(word, str) and word.strip()} if isinstance(
        words, dict
    ) else {}  # fmt: skip
    if not isinstance(words, dict) or len(good) < len(words):
        odd = next((name for name in words if name not in good), None) if isinstance(words, dict) else None
        found.wrong(f"[{'.'.join(keys)}] is no table of texts", *keys, *([odd] if odd else []))
    return good


def _absences(found: Inspected) -> None:
    """What no mapping can be without."""
    table = found.table
    given = {*table["fields"], *table["constants"]}
    unknown = any(" unknown field " in one.what and one.what.startswith("[fields]") for one in found.problems)
    if "record_id" not in table["fields"]:
        if not unknown:
            found.wrong("[fields] names no column for record_id")
        found.usable = False
    if "outlet" not in table and "outlet" not in given:
        found.wrong('no outlet (write outlet = "..." or a column of [fields])')
    if not given.intersection(DATES):
        if not unknown:
            found.wrong(f"no date (give one of {', '.join(DATES)})")
        found.usable = False


def _near(name: str, known: Collection[str]) -> str | None:
    return next(iter(get_close_matches(name, sorted(known), n=1, cutoff=0.6)), None)


def _hint(name: str, known: Collection[str]) -> str:
    near = _near(name, known)
    return f"(did you mean '{near}'?)" if near else f"(known: {', '.join(known)})"
