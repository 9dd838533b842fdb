"""Names and titles without a letter: a number, or a mark, that slipped into a field of texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reconcile.check.sheet import Draft, Sheet
from reconcile.load.finds import Path
from reconcile.text import clip

_TEXTS: Final = ("outlet", "title", "admin1", "admin2", "place")
_LISTS: Final = ("perpetrators", "targets")


def nameless(sheet: Sheet) -> Iterator[Draft]:
    """Each such text in our own files. What is no country, language or type is found by its table."""
    for row in sheet.rows:
        if not row["kept"] or not sheet.own(row["row"]):
            continue
        given: list[tuple[Path, str]] = [((name,), row[name]) for name in _TEXTS if row[name]]
        given += [((name, at), one) for name in _LISTS for at, one in enumerate(row[name] or ()) if one]
        for path, text in given:
            if not any(char.isalpha() for char in text[:200]):
                values = {"what": f"{path[0]}: '{clip(text, 60)}' has no letter, and so is no name"}
                yield Draft("bad-text", row["row"], (path,), values, "State a text, or nothing.")
