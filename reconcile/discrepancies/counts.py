"""Disagreements of number between outlets: totals, explained as far as the evidence goes, and splits by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, groupby
from operator import itemgetter
from typing import Any, Final

import polars as pl

from reconcile.claims import figure_text, group_text
from reconcile.discrepancies.context import Dispute, Said, claims_of, disputes
from reconcile.discrepancies.elsewhere import Nearby, split_elsewhere
from reconcile.discrepancies.explanations import explain
from reconcile.discrepancies.finding import Finding, against, as_discrepancies, finding, told_by
from reconcile.discrepancies.makeup import opposed
from reconcile.discrepancies.plain import CONFLICT, MOST_ALIKE, MOST_REMARKS, UPDATE, settle_plain
from reconcile.discrepancies.wording import vague_word
from reconcile.groups import UNKNOWN, Groups

Row = Mapping[str, Any]
_COLUMNS: Final = ("event_id", "record_id", "outlet", "event_type", "title", "text", "perpetrators", "place_key",
                   "date_end", "published", "day_start", "claims", "struck")  # fmt: skip


def count_discrepancies(
    rows: pl.DataFrame, reconciled: pl.DataFrame, nearby: Nearby, groups: Groups
) -> tuple[list[pl.DataFrame], Iterator[Finding]]:
    """What is wrong between outlets' figures; ``rows`` are records with ``event_id``, sorted by event and record.

    Whole columns tell the usual cases, given as tables, and the others come one by one.
    """
    claims = claims_of(reconciled)
    rows = rows.select(_COLUMNS)
    inside = rows.join(claims.filter("contested").select("event_id").unique(), on="event_id", how="semi")
    plain, rest = settle_plain(claims, inside, nearby)
    return [_compatible(claims), plain], _one_by_one(claims, rest, rows, reconciled, nearby, groups)


def _one_by_one(
    claims: pl.DataFrame, rest: pl.Series, rows: pl.DataFrame, reconciled: pl.DataFrame, nearby: Nearby, groups: Groups
) -> Iterator[Finding]:
    for dispute in disputes(claims, rest, rows, groups):
        yield from _explained(dispute, nearby)
    # Nobody says of whom the "people" of two outlets are the rest.
    split = reconciled.filter((pl.col("group") != UNKNOWN) & (pl.col("status") == "disputed"))
    if not split.is_empty():
        settled = reconciled.select("event_id", "measure", "group", "status").filter(
            pl.col("group").is_null() & (pl.col("status") != "disputed")
        )
        split = split.join(settled, on=["event_id", "measure"], how="semi", maintain_order="left")
    for (event_id, measure), disputed in groupby(split.iter_rows(named=True), key=itemgetter("event_id", "measure")):
        yield _split(event_id, measure, list(disputed))
    yield from opposed(reconciled, groups)


def _figure(claim: Row) -> str:
    return figure_text(claim["low"], claim["best"], claim["high"])


def _standing(row: Row) -> list[Row]:
    return [claim for claim in row["claims"] if claim["replaced_by"] is None]


def _compatible(claims: pl.DataFrame) -> pl.DataFrame:
    """DISCREPANCIES of the totals on which figures differ and can all be true."""
    standing = claims.filter((pl.col("status") == "compatible") & pl.col("replaced_by").is_null())
    told = told_by(standing.with_columns(value="text"), ["of", "event_id", "measure"], " beside ")
    message = pl.format("{}: {}, which can all be true", "measure", "told")
    return as_discrepancies(told.with_columns(message=message, field="measure"), "vague")


def _explained(dispute: Dispute, nearby: Nearby) -> Iterator[Finding]:
    """One finding for each explanation, and ``count-conflict`` for the pairs of figures that none explains."""
    remarks: dict[str, list[str]] = {}
    behind: dict[str, dict[Said, None]] = {}
    for old, record in dispute.replaced:
        new = dispute.totals[record, dispute.measure]
        if old.text != new.text:
            remark = f"{old.outlet} replaced its own {old.text} ({old.when}) by {new.text} ({new.when})"
            _note(remarks, behind, UPDATE, remark, (old, new))
    rises: dict[Said, list[tuple[str, Said]]] = {}
    open_pairs = []
    for low, high in _apart(dispute.claims):
        found = explain(low, high, dispute)
        if found is None:
            found = split_elsewhere(low, high, dispute, nearby)
        if found is None:
            open_pairs.append((low, high))
        else:
            _note(remarks, behind, *found, (low, high))
            rises.setdefault(low, []).append((found[0], high))
    # Two explanations in a row also explain: 3 rose to 5, and 5 with the attackers is 7.
    loose = True
    for low, high in open_pairs:
        if not leads(rises, low, high):
            loose = loose and (vague_word(low) or vague_word(high)) is not None
            remarks.setdefault(CONFLICT, []).extend(_sums_of(low, high, dispute))
            behind.setdefault(CONFLICT, {}).update(dict.fromkeys((low, high)))
    for name in sorted(behind):
        said = behind[name]
        sides = against((claim.outlet, claim.text) for claim in said)
        told = list(dict.fromkeys(remarks.get(name, ())))
        more = [f"and {len(told) - MOST_REMARKS} more of the kind"] if len(told) > MOST_REMARKS else []
        message = ". ".join([f"{dispute.measure}: {sides}", *told[:MOST_REMARKS], *more])
        # A word is no count: that it goes badly with a number is no contradiction of two counts.
        severity = "warning" if name == CONFLICT and loose else None
        values = [(claim.record_id, claim.text) for claim in said]
        yield finding(dispute.event_id, name, dispute.measure, message, values, severity)


def _note(
    remarks: dict[str, list[str]], behind: dict[str, dict[Said, None]], name: str, remark: str, pair: Sequence[Said]
) -> None:
    remarks.setdefault(name, []).append(remark)
    behind.setdefault(name, {}).update(dict.fromkeys(pair))


def leads(rises: Mapping[Said, Sequence[tuple[str, Said]]], low: Said, high: Said) -> bool:
    """Whether explained steps, each from a lower to a higher claim, lead from ``low`` to ``high``.

    A toll may rise more than once; of the other explanations each can be given once only, as the same attackers cannot
    be left out twice.
    """
    waiting: list[tuple[Said, frozenset[str]]] = [(low, frozenset())]
    seen = set(waiting)
    while waiting:
        claim, used = waiting.pop()
        for name, above in rises.get(claim, ()):
            if name in used:
                continue
            if above == high:
                return True
            step = (above, used if name == UPDATE else used | {name})
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return False


def _sums_of(low: Said, high: Said, dispute: Dispute) -> Iterator[str]:
    """What the rows of an outlet come to, though it explains nothing."""
    for outlet, rows in dispute.rows_by_outlet.items():
        if outlet in (low.outlet, high.outlet):
            summed = dispute.sums[outlet]
            yield f"the {len(rows)} rows of {outlet} come to {summed.derivation} = {summed.text}"


def _apart(claims: Sequence[Said]) -> Iterator[tuple[Said, Said]]:
    """Every two claims of different outlets that do not meet, the lower one first."""
    alike: dict[str, list[Said]] = {}
    for claim in claims:
        alike.setdefault(claim.text, []).append(claim)
    kept = [claim for same in alike.values() for claim in same[:MOST_ALIKE]]
    for one, two in combinations(kept, 2):
        if one.outlet != two.outlet and not one.meets(two):
            low, high = sorted((one, two), key=lambda claim: claim.floor)
            yield low, high


def _split(event_id: int, measure: str, disputed: Sequence[Row]) -> Finding:
    each: dict[str, list[str]] = {}
    for row in disputed:
        for claim in _standing(row):
            said = f"{_figure(claim)} {group_text(row['group'], claim['stated_group'])}"
            each.setdefault(claim["record_id"], []).append(said)
    parts = [
        f"{row['group']} {against((claim['outlet'], _figure(claim)) for claim in _standing(row))}" for row in disputed
    ]
    message = f"{measure}: the totals agree, their split does not: {'; '.join(parts)}"
    return finding(event_id, "group-conflict", measure, message, [(record, ", ".join(v)) for record, v in each.items()])
