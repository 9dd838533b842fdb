"""A figure in a title that the record's own total falls short of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from reconcile.check.quotes import judgeable
from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.discrepancies.told import stated_in
from reconcile.load.finds import Path
from reconcile.text import clip

_UNSURE: Final = re.compile(
    r"\b(?:up to|feared|(?:may|might|could) (?:be|have)|nearly|almost|as many as|over|more than)\b"
)


def shared_titles(sheet: Sheet) -> frozenset[tuple[str | None, str]]:
    """Outlet and title of reports that several records are of: such a title may sum them up."""
    times = Counter((row["outlet"], row["title"]) for row in sheet.rows if row["title"])
    return frozenset(key for key, count in times.items() if count > 1)


def short_of_title(
    row: Row, measure: str, shared: frozenset[tuple[str | None, str]], borne_out: Callable[[], bool]
) -> Iterator[Draft]:
    """The total of ``measure`` where the English title alone says more, in its own voice.

    A title may well say less than the record: it may name the police alone, or be the older. Where the total is
    borne out by the record's claims, it is the title that is wrong.
    """
    title = row["title"]
    total = max((row[name] for name in (measure, f"{measure}_high") if row[name] is not None), default=None)
    if not title or total is None or row["aggregate"] or (row["outlet"], title) in shared:
        return
    lower = title.lower()
    if not judgeable(title, row["language"]) or _UNSURE.search(lower):
        return
    numbers = stated_in(lower, measure).own
    if numbers and min(numbers) > total:
        paths: tuple[Path, ...] = ((measure,), (f"{measure}_high",), (f"{measure}_low",))
        paths = (("title",), *paths) if borne_out() else paths
        values = {"measure": measure, "value": total, "stated": min(numbers), "title": clip(title, 80)}
        yield Draft("short-of-title", row["row"], paths, values)
