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
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from reconcile.errors import ConfigError
from reconcile.sources.base import Cells, Draft, Source, folded_name
from reconcile.sources.cells import day, identifier
from reconcile.sources.mapping import DATES, inspect_mapping


def read_mapping(path: str, *, salvage: bool = False) -> Source | None:
    """The source that the TOML file at ``path`` describes.

    Raises ``ConfigError`` for a file that cannot be read, an unknown key or field, a wrong type, or a mapping
    without ``record_id``, outlet or date; all problems at once. With ``salvage`` it is read as it was probably meant,
    and None if that is not enough to read records by.
    """
    found = inspect_mapping(path)
    if found.problems and not salvage:
        raise ConfigError("\n".join(map(str, found.problems)))
    if not found.usable:
        return None
    table = found.table
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
    text: pl.Expr = pl.when(~cells.text(theirs).is_in(unknown)).then(cells.text(theirs))
    if ours in table.get("values", {}):
        words = {folded_name(said): meant for said, meant in table.get("values", {})[ours].items()}
        said = text.str.to_lowercase().str.replace_all(r"[\s-]+", "_")
        text = pl.coalesce(said.replace_strict(words, default=None, return_dtype=pl.String), text)
    if ours in ("perpetrators", "targets") and "separator" in table:
        text = text.str.replace_all(table["separator"], ";", literal=True)
    if ours in DATES and "dates" in table:
        read = partial(_ordered, order=table["dates"])
        text = pl.lit(cells.derived(text).mapped(("it",), read, {"day": pl.String})["day"])
    return text
