"""Totals and parts of one record and measure against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.check.stated import Stated, exact, says_plainly, told
from reconcile.claims import (
    Claim,
    add_up,
    complete,
    current,
    disjoint_parts,
    missed_text,
    misses,
    phases,
    stated_claims,
)
from reconcile.load.finds import Path
from reconcile.vague import Vague


def flat_total(row: Row, measure: str) -> Claim:
    """What the flat columns state."""
    return Claim(measure, None, *complete(row[f"{measure}_low"], row[measure], row[f"{measure}_high"]))


def contradictions(
    sheet: Sheet, row: Row, measure: str, stated: list[Stated], vague: Vague, *, whole: bool
) -> Iterator[Draft]:
    """Totals that differ; then sums that do not come out, if the record's claims are there as a ``whole``."""
    claims = current([one.claim for one in stated], row["published_at"])
    totals = [one for one in stated if one.claim in claims and one.total]
    flat = flat_total(row, measure)
    if totals and flat.text and not _meet(flat, [one.claim for one in stated if one in totals]):
        yield _two_totals(sheet, row, measure, flat, totals[-1], stated, vague)
        return
    if whole:
        yield from _sums(sheet, row, measure, stated, claims, totals, flat, vague)


def _sums(
    sheet: Sheet, row: Row, measure: str, stated: list[Stated], claims: list[Claim], totals: list[Stated], flat: Claim,
    vague: Vague,
) -> Iterator[Draft]:  # fmt: skip
    whole = totals[-1].claim if totals else flat
    parts = [one.claim for one in stated if one.claim in claims]
    for some in (phases(parts), disjoint_parts(parts, sheet.knowledge.groups)):
        if misses(whole, some, sheet.knowledge.groups, exhaustive=len(some) > 1):
            yield _sum(row, measure, whole, "in all", some, stated, _total_paths(measure, totals, flat), vague)
            return
    for one in stated:
        group = one.claim.group
        if group is None or one.claim not in claims:
            continue
        inside = [part for part in parts if part.group and group in sheet.knowledge.groups.ancestors(part.group)]
        inside = disjoint_parts(inside, sheet.knowledge.groups)
        if misses(one.claim, inside, sheet.knowledge.groups, exhaustive=False):
            yield _sum(row, measure, one.claim, group, inside, stated, one.path(), vague)
            return


def borne_out_total(sheet: Sheet, claims: Sequence[dict[str, Any]], flat: Claim) -> bool:
    """Whether the claims of the record come to its flat total: by a total of their own, or by their sum."""
    said = stated_claims(claims, sheet.knowledge.groups)
    parts = disjoint_parts(said, sheet.knowledge.groups)
    totals = [one for one in said if one.scope == "total" and one.group is None]
    sums = [*totals, *([add_up(parts, None)] if len(parts) > 1 else [])]
    return exact(flat) is not None and any(exact(one) == exact(flat) for one in sums)


def _total_paths(measure: str, totals: Sequence[Stated], flat: Claim) -> tuple[Path, ...]:
    if flat.text:
        return ((measure,), (f"{measure}_low",), (f"{measure}_high",))
    return totals[-1].path() if totals else ()


def _meet(flat: Claim, totals: Sequence[Claim]) -> bool:
    return any(
        (flat.low is None or one.high is None or flat.low <= one.high)
        and (one.low is None or flat.high is None or one.low <= flat.high)
        for one in totals
    )


def _two_totals(
    sheet: Sheet, row: Row, measure: str, flat: Claim, total: Stated, stated: list[Stated], vague: Vague
) -> Draft:
    """The flat total against the one among the claims: what else in the record bears out the one or the other?"""
    claims = [one.claim for one in stated]
    parts = disjoint_parts(claims, sheet.knowledge.groups) or phases(claims)
    summed = add_up(parts, None) if len(parts) > 1 else None
    for_total = int(total.borne_out is True) + int(summed is not None and summed.text == total.claim.text)
    for_flat = int(summed is not None and summed.text == flat.text)
    numbers = told(row, vague)
    for_total += int(says_plainly(numbers, total.claim))
    for_flat += int(says_plainly(numbers, flat))
    what = f"{measure}: {flat.text}, but claims[{total.number}] has a total of {total.claim.text}"
    paths = ((measure,), (f"{measure}_low",), (f"{measure}_high",)) if for_total >= for_flat else total.path()
    return Draft("contradiction", row["row"], paths, {"what": what})


def _sum(
    row: Row, measure: str, whole: Claim, name: str, parts: Sequence[Claim], stated: list[Stated],
    paths: tuple[Path, ...], vague: Vague,
) -> Draft:  # fmt: skip
    """The parts against their whole; at a part only if the record's own words single it out."""
    what = missed_text(whole, name, parts)
    numbers = told(row, vague)
    of = {id(one.claim): one for one in stated}
    odd = [
        part for part in parts
        if not says_plainly(numbers, part) and id(part) in of and of[id(part)].borne_out is not True
    ]  # fmt: skip
    if says_plainly(numbers, whole) and len(odd) == 1:
        paths = of[id(odd[0])].path()
    return Draft("parts-and-total", row["row"], paths, {"measure": measure, "what": what})
