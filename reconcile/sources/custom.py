"""A user's own layout: a TOML file that says which of their columns is which of our fields.

outlet = "Our desk"          # or [fields] outlet = "Column"
prefix = "desk"              # record ids become desk:17
dates = "day first"          # or "month first"; left out: ISO 8601 / EDTF
separator = ","              # between the names in perpetrators and targets; left out: ;
unknown = ["-", "n/k"]       # cells that say nothing

[fields]                     # our field = their column
record_id = "Case"
date = "Day"
killed = "Dead"

[constants]                  # our field = one value for every row
country = "Iraq"

[values.event_type]          # their word = ours
raid = "armed assault"
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from reconcile.errors import ConfigError
from reconcile.lookups import read_toml
from reconcile.sources.base import Cells, Draft, Source, folded_name
from reconcile.sources.cells import day, identifier
from reconcile.tables import LOADED

_KEYS: Final = ("outlet", "prefix", "dates", "separator", "unknown", "fields", "constants", "values")
_FIELDS: Final = tuple(
    name
    for name in LOADED.names()
    if name not in ("published", "date_approximate", "date_minute", "extra", "source", "claims")
    and not name.endswith("_words")
)
_ORDERS: Final = ("day first", "month first")
_DATES: Final = ("date", "date_start", "date_end", "published_at")


def read_mapping(path: str) -> Source:
    """The source that the TOML file at ``path`` describes.

    Raises ``ConfigError`` for a file that cannot be read, an unknown key or field, a wrong type, or a mapping
    without ``record_id``, outlet or date; all problems at once.
    """
    table = read_toml(path)
    problems = [*_wrong(table)]
    if problems:
        raise ConfigError("\n".join(f"{path}: {problem}" for problem in problems))
    fields: dict[str, str] = table["fields"]
    name = table.get("prefix") or Path(path).stem
    columns = frozenset(map(folded_name, fields.values()))
    return Source(
        name=name,
        outlet=table.get("outlet") or name,
        marks=(columns,),
        needs=columns,
        draft=partial(_draft, table=table),
        mapped=True,
    )


def _wrong(table: Mapping[str, Any]) -> list[str]:
    problems = [f"unknown key '{key}' {_hint(key, _KEYS)}" for key in table if key not in _KEYS]
    texts = {key: table[key] for key in ("outlet", "prefix", "separator") if key in table}
    problems += [f"{key} is no text" for key, text in texts.items() if not (isinstance(text, str) and text.strip())]
    if "dates" in table and table["dates"] not in _ORDERS:
        problems.append(f"dates: {table['dates']!r} is neither {' nor '.join(map(repr, _ORDERS))}")
    unknown = table.get("unknown", [])
    if not (isinstance(unknown, list) and all(isinstance(word, str) for word in unknown)):
        problems.append("unknown is no list of texts")
    if not isinstance(table.get("values", {}), dict):
        problems.append("values is no table (write [values.event_type])")
    maps = {name: table.get(name, {}) for name in ("fields", "constants", *_values(table))}
    maps |= {f"values.{name}": words for name, words in _values(table).items()}
    for name in _values(table):
        del maps[name]
        problems += _unknown_field(f"values.{name}", name)
    for name, words in maps.items():
        if not (isinstance(words, dict) and all(isinstance(word, str) and word.strip() for word in words.values())):
            problems.append(f"[{name}] is no table of texts")
        if isinstance(words, dict) and not name.startswith("values."):
            problems += [problem for field in words for problem in _unknown_field(name, field)]
    given = {key for name in ("fields", "constants") if isinstance(maps[name], dict) for key in maps[name]}
    if "record_id" not in (maps["fields"] if isinstance(maps["fields"], dict) else {}):
        problems.append("[fields] names no column for record_id")
    if "outlet" not in table and "outlet" not in given:
        problems.append('no outlet (write outlet = "..." or a column of [fields])')
    if not given.intersection(_DATES):
        problems.append(f"no date (give one of {', '.join(_DATES)})")
    return problems


def _values(table: Mapping[str, Any]) -> dict[str, Any]:
    values = table.get("values", {})
    return values if isinstance(values, dict) else {}


def _unknown_field(where: str, name: str) -> list[str]:
    return [] if name in _FIELDS else [f"[{where}] unknown field '{name}' {_hint(name, _FIELDS)}"]


def _hint(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"(did you mean '{near[0]}'?)" if near else f"(known: {', '.join(known)})"


def _ordered(text: str | None, order: str) -> tuple[str | None]:
    """An ISO day of a day in the user's order; what is none is handed on for the loader to judge."""
    if order == "month first" and text is not None:
        parts = text.replace("-", "/").replace(".", "/").split("/")
        if len(parts) == 3 and len(parts[0]) <= 2 and all(part.isdigit() for part in parts):
            text = "/".join((parts[1], parts[0], parts[2]))
    found = day(text)
    return (text if found is None else found.isoformat(),)


def _draft(cells: Cells, _file: str, *, table: Mapping[str, Any]) -> Draft:
    fields = {ours: folded_name(theirs) for ours, theirs in table["fields"].items()}
    made = {ours: _field(cells, ours, theirs, table) for ours, theirs in fields.items()}
    if "date" in made and "date_end" in made:
        # Beside a date, an end is the last day of an event that lasted; an empty one says nothing.
        first, last = made["date"], made.pop("date_end")
        made["date"] = pl.when(last.is_null()).then(first).otherwise(pl.format("{}/{}", first, last))
    made |= {ours: pl.lit(value) for ours, value in table.get("constants", {}).items()}
    made["id"] = identifier(made.pop("record_id"))
    return Draft(fields={**made}, origin=fields, verbatim=set(fields.values()))


def _field(cells: Cells, ours: str, theirs: str, table: Mapping[str, Any]) -> pl.Expr:
    """The column as the field wants it: its words, its dates and its lists translated."""
    unknown = [word.strip() for word in table.get("unknown", [])]
    text: pl.Expr = pl.when(~pl.col(theirs).is_in(unknown)).then(pl.col(theirs))
    if ours in _values(table):
        words = {folded_name(said): meant for said, meant in _values(table)[ours].items()}
        said = text.str.to_lowercase().str.replace_all(r"[\s-]+", "_")
        text = pl.coalesce(said.replace_strict(words, default=None, return_dtype=pl.String), text)
    if ours in ("perpetrators", "targets") and "separator" in table:
        text = text.str.replace_all(table["separator"], ";", literal=True)
    if ours in _DATES and "dates" in table:
        read = partial(_ordered, order=table["dates"])
        text = pl.lit(cells.derived(text).mapped(("it",), read, {"day": pl.String})["day"])
    return text
