"""Totals that agree, of wholly different people: thirty fighters, says the army, and the village thirty civilians."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, groupby
from operator import itemgetter
from typing import Any, Final

import polars as pl

from reconcile.claims import group_text
from reconcile.discrepancies.finding import Finding, against, finding
from reconcile.groups import APART, Groups, in_role

Row = Mapping[str, Any]
_OF: Final = ("event_id", "measure")


def opposed(reconciled: pl.DataFrame, groups: Groups) -> Iterator[Finding]:
    """One finding for each figure of which two outlets count nobody alike, though either says who all of them were.

    ``reconciled`` is that of :func:`reconcile.policies.reconcile_figures`.
    """
    field = pl.col("claims").struct.field
    said = (
        _candidates(reconciled)
        .explode("claims", empty_as_null=True)
        .filter(field("replaced_by").is_null() & (field("low") == field("high")))
        .select(*_OF, "group", *(field(name) for name in ("record_id", "outlet", "low", "stated_group")))
    )
    for (event_id, measure), rows in groupby(said.iter_rows(named=True), key=itemgetter(*_OF)):
        whole = _whole(list(rows), groups)
        if any(_apart(one, two) for one, two in combinations(whole.values(), 2)):
            values = [(record, ", ".join(_figure(row) for row in parts)) for record, parts in whole.items()]
            told = against((whole[record][0]["outlet"], value) for record, value in values)
            message = f"{measure}: the totals agree, who they were does not: {told}"
            yield finding(event_id, "group-conflict", measure, message, values)


def _candidates(reconciled: pl.DataFrame) -> pl.DataFrame:
    """The totals and the top groups where two of these are counted and no figure is disputed."""
    top = pl.col("group").is_in(APART)
    several = (top.sum().over(_OF) > 1) & ~(pl.col("status") == "disputed").any().over(_OF)
    return reconciled.filter((top | pl.col("group").is_null()) & several)


def _whole(rows: list[Row], groups: Groups) -> dict[str, list[Row]]:
    """By record, of those whose groups make up its total, the groups that count anybody."""
    totals = {row["record_id"]: row["low"] for row in rows if row["group"] is None}
    split: dict[str, list[Row]] = {}
    for row in rows:
        if row["group"] is not None and row["low"]:
            split.setdefault(row["record_id"], []).append(row)
    return {
        record: parts
        for record, parts in split.items()
        if sum(part["low"] for part in parts) == totals.get(record)
        and all(groups.says_which_side(part["stated_group"]) for part in parts)
    }


def _apart(one: list[Row], two: list[Row]) -> bool:
    sides = [{in_role(part["group"]) for part in parts} for parts in (one, two)]
    return one[0]["outlet"] != two[0]["outlet"] and sides[0].isdisjoint(sides[1])


def _figure(row: Row) -> str:
    return f"{row['low']} {group_text(row['group'], row['stated_group'])}"
