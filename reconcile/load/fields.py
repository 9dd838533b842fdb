"""The names and kinds of the fields that a record may have."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from reconcile.tables import MEASURES, TEXT_FIELDS

REQUIRED: Final = ("record_id", "outlet")
TEXTS: Final = (*REQUIRED, *TEXT_FIELDS)
DATES: Final = ("date", "date_start", "date_end", "published_at")
LISTS: Final = ("perpetrators", "targets")
BOUNDS: Final = ("", "_low", "_high")
COUNTS: Final = tuple(f"{measure}{bound}" for measure in MEASURES for bound in BOUNDS)
ALIASES: Final = {f"wounded{bound}": f"injured{bound}" for bound in BOUNDS}

FIELDS: Final = frozenset(
    {*TEXTS, *DATES, *LISTS, *COUNTS, *ALIASES, "lat", "lon", "geo_precision_km"}
    | {"attribution", "claims", "aggregate"}
)
_SORTED: Final = sorted(FIELDS)


def meant(name: str, known: tuple[str, ...] | list[str] | None = None) -> str | None:
    """The known name that ``name`` is probably a slip of, or None."""
    folded = name[:100].strip().lower().replace(" ", "_").replace("-", "_")
    close = get_close_matches(folded, _SORTED if known is None else known, n=1, cutoff=0.8)
    return close[0] if close else None
