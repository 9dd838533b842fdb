"""Which source a file is of: by the names of its columns, or, without a header, by the shape of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from reconcile.errors import UsageError
from reconcile.sources.acled import ACLED, ACLED_DELETED
from reconcile.sources.airwars import AIRWARS
from reconcile.sources.base import Names, Source, folded_name
from reconcile.sources.companions import COMPANIONS
from reconcile.sources.custom import read_mapping
from reconcile.sources.gdelt import GDELT
from reconcile.sources.gtd import GTD
from reconcile.sources.ibc import IBC
from reconcile.sources.ucdp_ged import UCDP_GED

SOURCES: Final = {source.name: source for source in (ACLED, UCDP_GED, GTD, GDELT, IBC, AIRWARS)}
# The feed of deletions and the companions come first: their headers say more.
_ORDER: Final = (ACLED_DELETED, ACLED, UCDP_GED, GTD, GDELT, IBC, AIRWARS, *COMPANIONS)
_OUR_OWN: Final = frozenset({"record_id", "outlet"})
OWN: Final = "own"


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file's source; ``names`` are its columns where it has no header."""

    source: Source
    names: Names | None = None


def recognise(
    header: Sequence[str] | None, rows: Sequence[Sequence[str]] = (), given: Source | None = None
) -> Recognised | None:
    """The source whose columns ``header`` names; with ``header`` None, the one whose rows look like ``rows``.

    None for our own layout and for any that we do not know. ``given`` is tried before all others, and for it
    the columns that it cannot do without are enough.
    """
    if header is None:
        for source in (given, UCDP_GED, GDELT):
            if source and source.without_header and (names := source.without_header(rows)):
                return Recognised(source, names)
        return None
    if {folded_name(name) for name in header} >= _OUR_OWN:
        return None
    if given is not None and (given.recognises(header) or given.needs <= given.canonical(header)):
        # A table of another kind of the same source is still what it is.
        feed = ACLED_DELETED.recognises(header) and given is ACLED
        return Recognised(ACLED_DELETED if feed else given)
    found = next((Recognised(source) for source in _ORDER if source.recognises(header)), None)
    if found is None and given is not None and given.mapped and _nearly(given, header):
        return Recognised(given)
    return found


def _nearly(given: Source, header: Sequence[str]) -> bool:
    """Whether the header has most of the columns that a user's mapping names: a name in one of the two has a slip."""
    return 3 * len(given.needs & given.canonical(header)) >= 2 * len(given.needs) > 2


def missing(source: Source, header: Sequence[str]) -> str:
    """What keeps a file with this header from being read as ``source``."""
    lacking = sorted(source.needs - source.canonical(header))
    return f"no column {', '.join(map(repr, lacking))}, which {source.outlet}'s rows need"


def named(name: str, *, salvage: bool = False) -> Source | None:
    """The source that ``--source NAME`` means: a known name, or a path to a TOML mapping; None for ``own``.

    With ``salvage`` a mapping with mistakes is read as it was probably meant; None if nothing can be read by it.
    Raises ``UsageError`` for an unknown name and ``ConfigError`` for a mapping that is wrong.
    """
    if name == OWN:
        return None
    if name in SOURCES:
        return SOURCES[name]
    if name.lower().endswith(".toml"):
        return read_mapping(name, salvage=salvage)
    near = get_close_matches(name.lower(), SOURCES, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else "or the path of a mapping, which ends in .toml"
    raise UsageError(f"--source: '{name}' is none of {', '.join((*SOURCES, OWN))} ({hint})")
