"""Kind of event, and whether one outlet stands behind both records."""

from __future__ import annotations

import numpy as np

from reconcile import terms
from reconcile.compare.base import NOT_STATED, Comparison, Levels, Pairs
from reconcile.compare.words import text_cosine

OTHER_KIND = 4  # level of ``kind``


def kind(pairs: Pairs) -> Levels:
    """Affinity of the event types in the taxonomy; within one kind, whether the outlets' own words agree."""

    return pairs.tabled("kind", pairs.run.alike(("type_key", "event_type")), _kind)


def _kind(pairs: Pairs) -> Levels:
    def make() -> terms.Ints:
        values = pairs.run.codes("type_key")[1]
        rank = {"same": 2, "close": 3, "far": 4}
        return np.array([[rank[pairs.run.event_types.affinity(x, y)] for y in values] for x in values] or [[4]])

    a, b = pairs.both("type_key")
    raw_a, raw_b = pairs.both("event_type")
    known = (a >= 0) & (b >= 0)
    level = np.where(known, pairs.run.keep("affinity", make)[np.maximum(a, 0), np.maximum(b, 0)], 0)
    return np.where(known & (raw_a == raw_b), 1, level).astype(np.int8)


def bare_kind(pairs: Pairs) -> Levels:
    """Whether the kinds differ and no texts tell more: recorders of one event often choose two kinds for it, but where
    nothing else describes it, a protest is no bombing."""
    apart = (pairs.level("kind", kind) == OTHER_KIND) & np.isnan(text_cosine(pairs))
    level: Levels = apart.astype(np.int8)
    return level


def outlet(pairs: Pairs) -> Levels:
    """One outlet, or two; names that differ in spaces and signs alone are one outlet's."""

    return pairs.tabled("outlet", pairs.run.alike(("outlet",)), _outlet)


def _outlet(pairs: Pairs) -> Levels:
    def make() -> terms.Ints:
        plain = ["".join(filter(str.isalnum, name.casefold())) for name in pairs.run.codes("outlet")[1]]
        return np.unique(plain, return_inverse=True)[1] if plain else np.zeros(1, np.int64)

    a, b = pairs.both("outlet")
    code = pairs.run.keep("plain outlets", make)
    near = code[a] == code[b]
    return np.where(a == b, 2, np.where(near, 1, 0)).astype(np.int8)


def url(pairs: Pairs) -> Levels:
    """Whether both records point to one page."""
    return pairs.tabled("url", pairs.run.alike(("url",)), _url)


def _url(pairs: Pairs) -> Levels:
    a, b = pairs.both("url")
    return np.where((a < 0) | (b < 0), 0, np.where(a == b, 1, 2)).astype(np.int8)


COMPARISONS = (
    Comparison(
        "kind",
        "kind of event",
        (NOT_STATED, "same words", "same kind", "kinds that go together", "different kinds"),
        kind,
        (1, 2, 3, 0, 4),
    ),
    Comparison("bare_kind", "kind of event where no texts tell", ("nothing against", "different kinds"), bare_kind),
    Comparison("outlet", "outlets", ("two outlets", "one outlet, its name written in two ways", "one outlet"), outlet),
    Comparison("url", "page referred to", (NOT_STATED, "same page", "different pages"), url),
)
