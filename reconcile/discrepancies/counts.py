"""Disagreements of number: between outlets' totals, between their splits, and inside one record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import polars as pl

from reconcile.claims import Claim, add_up, complete, current, disjoint_parts, figure_text, stated_claims
from reconcile.discrepancies.finding import Finding, against, finding
from reconcile.groups import Groups
from reconcile.tables import MEASURES

Row = Mapping[str, Any]
# Sums of parts are searched up to this many parts: more would be a search for coincidences.
_MOST_PARTS = 8


def count_discrepancies(rows: pl.DataFrame, reconciled: pl.DataFrame, groups: Groups) -> Iterator[Finding]:
    """Count-conflict, count-range, group-conflict and arithmetic; ``rows`` are records with their ``event_id``."""
    stated = _claims_of(rows, groups)
    totals = reconciled.filter(pl.col("group").is_null() & pl.col("status").is_in(["disputed", "compatible"]))
    for total in totals.iter_rows(named=True):
        yield _total(total, stated)
    settled = reconciled.filter(pl.col("group").is_null() & (pl.col("status") != "disputed"))
    split = reconciled.filter(pl.col("group").is_not_null() & (pl.col("status") == "disputed")).join(
        settled.select("event_id", "measure"), on=["event_id", "measure"], how="semi"
    )
    for (event_id, measure), disputed in split.group_by("event_id", "measure", maintain_order=True):
        yield _split(str(event_id), str(measure), disputed.rows(named=True))
    yield from _arithmetic(rows, stated, groups)


def _claims_of(rows: pl.DataFrame, groups: Groups) -> dict[str, list[Claim]]:
    """The stated claims of the records that go beyond flat totals."""
    detailed = rows.filter(pl.col("claims").list.len() > 0).select("record_id", "claims")
    return {record: stated_claims(claims, groups) for record, claims in detailed.iter_rows()}


def _figure(claim: Row) -> str:
    return figure_text(claim["low"], claim["best"], claim["high"])


def _total(total: Row, stated: Mapping[str, Sequence[Claim]]) -> Finding:
    measure, claims = total["measure"], total["claims"]
    said = [(claim["outlet"], _figure(claim)) for claim in claims]
    if total["status"] == "disputed":
        name = "count-conflict"
        message = ". ".join([f"{measure}: {against(said)}", *_partial_counts(measure, claims, stated)])
    else:
        name = "count-range"
        message = f"{measure}: {against(said, ' beside ')}, which can all be true"
    return finding(
        total["event_id"], name, measure, message, [(claim["record_id"], _figure(claim)) for claim in claims]
    )


def _partial_counts(measure: str, claims: Sequence[Row], stated: Mapping[str, Sequence[Claim]]) -> Iterator[str]:
    """Remarks on totals that equal what another outlet gives for a part alone."""
    seen = set()
    for whole in claims:
        parts = [
            claim
            for claim in current([claim for claim in stated.get(whole["record_id"], ()) if claim.measure == measure])
            if claim.scope == "part" and claim.low is not None
        ][:_MOST_PARTS]
        for other in claims:
            if other["outlet"] == whole["outlet"] or _meets(other, whole):
                continue
            chosen = _sum_that_gives(other, parts)
            if chosen is None:
                continue
            same = sorted({claim["outlet"] for claim in claims if _figure(claim) == _figure(other)})
            remark = _remark(_figure(other), same, whole, parts, chosen)
            if remark not in seen:
                seen.add(remark)
                yield remark


def _sum_that_gives(other: Row, parts: Sequence[Claim]) -> Sequence[Claim] | None:
    """The fewest parts, in their stated order, that add up to the other outlet's total."""
    for size in range(1, len(parts)):
        for chosen in combinations(parts, size):
            summed = add_up(chosen, None)
            if (summed.low, summed.high) == (other["low"], other["high"]):
                return chosen
    return None


def _remark(figure: str, outlets: Sequence[str], whole: Row, parts: Sequence[Claim], chosen: Sequence[Claim]) -> str:
    sum_text = " + ".join(part.text for part in parts)
    words = [f'"{part.quote}"' for part in chosen if part.quote]
    quoted = f" ({', '.join(words)})" if words else ""
    kind = "a part" if len(chosen) == 1 else " + ".join(part.text for part in chosen)
    adds_up = add_up(parts, None).text == _figure(whole)
    arithmetic = f": {sum_text} = {_figure(whole)}" if adds_up else ""
    same = f"{figure} ({', '.join(outlets)})"
    return f"{same} is what {whole['outlet']} gives for {kind} of its {_figure(whole)} alone{quoted}{arithmetic}"


def _meets(a: Row, b: Row) -> bool:
    return (b["high"] is None or (a["low"] or 0) <= b["high"]) and (a["high"] is None or (b["low"] or 0) <= a["high"])


def _split(event_id: str, measure: str, disputed: Sequence[Row]) -> Finding:
    each: dict[str, list[str]] = {}
    for row in disputed:
        for claim in row["claims"]:
            each.setdefault(claim["record_id"], []).append(f"{_figure(claim)} {row['group']}")
    parts = [
        f"{row['group']} {against((claim['outlet'], _figure(claim)) for claim in row['claims'])}" for row in disputed
    ]
    message = f"{measure}: the totals agree, their split does not: {'; '.join(parts)}"
    return finding(event_id, "group-conflict", measure, message, [(record, ", ".join(v)) for record, v in each.items()])


def _arithmetic(rows: pl.DataFrame, stated: Mapping[str, Sequence[Claim]], groups: Groups) -> Iterator[Finding]:
    detailed = rows.filter(pl.col("record_id").is_in(list(stated))).sort("record_id")
    for record in detailed.iter_rows(named=True):
        for measure in MEASURES:
            claims = [claim for claim in stated[record["record_id"]] if claim.measure == measure]
            for message in sorted(_wrong_sums(record, measure, current(claims), groups)):
                said = [(record["record_id"], message)]
                yield finding(
                    record["event_id"],
                    "arithmetic",
                    measure,
                    f"{measure}: {record['outlet']} gives {message}",
                    said,
                )


def _wrong_sums(record: Row, measure: str, claims: Sequence[Claim], groups: Groups) -> Iterator[str]:
    """Each sum of one record that contradicts the whole it belongs to."""
    total = next((claim for claim in reversed(claims) if claim.scope == "total" and claim.group is None), None)
    if total is None:
        bounds = complete(record[f"{measure}_low"], record[measure], record[f"{measure}_high"])
        total = Claim(measure, None, bounds[0], record[measure], bounds[1])
    phases = [claim for claim in claims if claim.scope == "part" and claim.group is None]
    grouped = [claim for claim in disjoint_parts(claims, groups) if claim.group is not None]
    for parts in (phases, grouped):
        yield from _mismatch(total, parts, "in all", exhaustive=len(parts) > 1)
    for whole in (claim for claim in claims if claim.group is not None):
        inside = [claim for claim in claims if claim.group and whole.group in groups.ancestors(claim.group)]
        yield from _mismatch(whole, disjoint_parts(inside, groups), str(whole.group), exhaustive=False)


def _mismatch(whole: Claim, parts: Iterable[Claim], name: str, *, exhaustive: bool) -> Iterator[str]:
    parts = list(parts)
    if not parts or (whole.low is None and whole.high is None):
        return
    summed = add_up(parts, None)
    too_many = summed.low is not None and whole.high is not None and summed.low > whole.high
    too_few = exhaustive and summed.high is not None and whole.low is not None and summed.high < whole.low
    if too_many or too_few:
        terms = " + ".join(part.text if part.group is None else f"{part.text} {part.group}" for part in parts)
        result = f" = {summed.text}" if len(parts) > 1 else ""
        yield f"{whole.text} {name}, but its parts come to {terms}{result}"
