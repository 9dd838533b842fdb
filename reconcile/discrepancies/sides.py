"""Outlets that name different perpetrators or different targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from reconcile.actors import Actors
from reconcile.discrepancies.finding import Finding, finding
from reconcile.groups import Groups
from reconcile.parties import Judge, Named, Tie, Ties, sides, ties_between


def party_findings(rows: pl.DataFrame, perpetrators: Ties, actors: Actors, groups: Groups) -> Iterator[Finding]:
    """Findings on ``perpetrators`` and on targets; ``rows`` are the records, with ``event_id``, of the same events."""
    judge = Judge(actors)
    for event_id, pairs in perpetrators:
        if against := _with_tie(pairs, "unrelated"):
            yield _finding(event_id, "perpetrator-conflict", "perpetrators", against, judge)
        if beside := _with_tie(pairs, "part", "related"):
            yield _level(event_id, beside)
    judge = Judge(actors, groups)
    for event_id, pairs in ties_between(rows, "targets", judge):
        if against := _with_tie(pairs, "unrelated", "related"):
            strangers = any(tie == "unrelated" for _, _, tie in against)
            yield _finding(event_id, "target-conflict", "targets", against, judge, None if strangers else "info")


def _with_tie(pairs: Iterable[tuple[Named, Named, Tie]], *ties: Tie) -> list[tuple[Named, Named, Tie]]:
    return [pair for pair in pairs if pair[2] in ties]


def _finding(
    event_id: int,
    rule: str,
    field: str,
    against: Sequence[tuple[Named, Named, Tie]],
    judge: Judge,
    severity: str | None = None,
) -> Finding:
    involved = _involved(against)
    told = " against ".join(f"{label} ({', '.join(who)})" for label, who in sides(involved, judge).items())
    said = [one for named in involved for one in named.said]
    return finding(event_id, rule, field, f"{field[:-1]}: {told}", said, severity)


def _level(event_id: int, beside: Sequence[tuple[Named, Named, Tie]]) -> Finding:
    """One finding for everyone who names a part where another names the whole, or another part."""
    involved = _involved(beside)
    told: dict[str, list[str]] = {}
    for one in involved:
        told.setdefault(", ".join(party.name for party in one.parties), []).append(one.outlet)
    names = " beside ".join(f"{name} ({', '.join(outlets)})" for name, outlets in sorted(told.items()))
    parts = any(tie == "part" for _, _, tie in beside)
    why = "one is part of the other" if parts else "both are parts of one"
    said = [one for named in involved for one in named.said]
    return finding(event_id, "perpetrator-level", "perpetrators", f"perpetrator: {names}: {why}", said)


def _involved(pairs: Sequence[tuple[Named, Named, Tie]]) -> list[Named]:
    return list(dict.fromkeys(sorted((one for a, b, _ in pairs for one in (a, b)), key=lambda one: one.outlet)))
