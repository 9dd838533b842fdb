"""An outlet that contradicts itself: parts that do not add up to its total, and totals that differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from reconcile.claims import (
    Claim,
    complete,
    contradict,
    current,
    disjoint_parts,
    missed_text,
    misses,
    one_total,
    phases,
    stated_claims,
)  # fmt: skip
from reconcile.discrepancies.finding import Finding, finding
from reconcile.groups import Groups
from reconcile.tables import MEASURES

Row = Mapping[str, Any]


def arithmetic(rows: pl.DataFrame, groups: Groups) -> Iterator[Finding]:
    """One finding for each sum or total of a record that contradicts another figure of it."""
    detailed = rows.filter(pl.col("claims").list.len() > 0).sort("record_id")
    for record in detailed.iter_rows(named=True):
        stated = stated_claims(record["claims"], groups, struck=record["struck"])
        published = record["published"] and record["published"].isoformat()
        for measure in MEASURES:
            claims = current([claim for claim in stated if claim.measure == measure], published)
            yield from _contradictions(record, measure, claims)
            for message in sorted(_wrong_sums(record, measure, claims, groups)):
                said = [(record["record_id"], message)]
                yield finding(
                    record["event_id"],
                    "arithmetic",
                    measure,
                    f"{measure}: {record['outlet']} gives {message}",
                    said,
                )


def _contradictions(record: Row, measure: str, claims: Sequence[Claim]) -> Iterator[Finding]:
    """Totals of one record for one group, with no later ``as_of`` among them, that cannot all be true."""
    for group in sorted({claim.group or "" for claim in claims}):
        totals = [claim for claim in claims if claim.scope == "total" and (claim.group or "") == group]
        if not contradict(totals):
            continue
        said = [claim.text + (f' ("{claim.quote}")' if claim.quote else "") for claim in totals]
        of = f" of {group}" if group else ""
        message = (
            f"{measure}: {record['outlet']} gives two totals{of}, {' and '.join(dict.fromkeys(said))}, which cannot "
            f"both be true; its claim is taken as {one_total(totals).text}"
        )
        values = [(record["record_id"], " or ".join(dict.fromkeys(claim.text for claim in totals)))]
        yield finding(record["event_id"], "self-contradiction", measure, message, values)


def _wrong_sums(record: Row, measure: str, claims: Sequence[Claim], groups: Groups) -> Iterator[str]:
    """Each sum of one record that contradicts the whole it belongs to."""
    totals = [claim for claim in claims if claim.scope == "total" and claim.group is None]
    if totals:
        total = one_total(totals)
    else:
        bounds = complete(record[f"{measure}_low"], record[measure], record[f"{measure}_high"])
        total = Claim(measure, None, *bounds)
    for parts in (phases(claims), disjoint_parts(claims, groups)):
        yield from _mismatch(total, parts, "in all", groups, exhaustive=len(parts) > 1)
    for whole in claims:
        inside = [claim for claim in claims if claim.group and whole.group in groups.ancestors(claim.group)]
        yield from _mismatch(whole, disjoint_parts(inside, groups), str(whole.group), groups, exhaustive=False)


def _mismatch(whole: Claim, parts: Sequence[Claim], name: str, groups: Groups, *, exhaustive: bool) -> Iterator[str]:
    if misses(whole, parts, groups, exhaustive=exhaustive):
        yield missed_text(whole, name, parts)
