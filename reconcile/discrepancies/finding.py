"""One discrepancy, the table of many, and the words that every rule shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from reconcile.rules import BY_NAME
from reconcile.tables import DISCREPANCIES

if TYPE_CHECKING:
    from polars._typing import PolarsDataType


EventId = int | str


class Finding(NamedTuple):
    """A row of DISCREPANCIES; ``said`` pairs each record with what it says, in order."""

    event_id: EventId
    rule: str
    name: str
    field: str
    severity: str
    message: str
    said: Sequence[tuple[str, str]]


def finding(
    event_id: EventId,
    name: str,
    field: str,
    message: str,
    said: Iterable[tuple[str, str]],
    severity: str | None = None,
) -> Finding:
    """A finding by the rule ``name``; ``said`` pairs each record with what it says."""
    rule = BY_NAME[name]
    return Finding(
        event_id, rule.code, name, field, rule.severity if severity is None else severity, message, sorted(set(said))
    )


def as_table(found: Sequence[Finding], event_id: PolarsDataType) -> pl.DataFrame:
    """DISCREPANCIES of ``found``, in the same order, but for the type of ``event_id``."""
    lone = pl.DataFrame(
        {name: [getattr(one, name) for one in found] for name in Finding._fields[:-1]},
        schema={**dict.fromkeys(Finding._fields[:-1], pl.String), "event_id": event_id},
    )
    # Both lists of all findings as one column each: a series for each finding would cost more than all the rules.
    said = pl.DataFrame(
        {
            "row": [row for row, one in enumerate(found) for _ in one.said],
            "records": [record for one in found for record, _ in one.said],
            "values": [value for one in found for _, value in one.said],
        },
        schema={"row": pl.Int64, "records": pl.String, "values": pl.String},
    )
    lists = said.group_by("row", maintain_order=True).agg("records", "values")
    if lists.height != lone.height:
        raise TypeError("a finding has no record")
    return pl.concat([lone, lists.drop("row")], how="horizontal").select(DISCREPANCIES.names())


def sides(said: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """From (outlet, value) to value -> outlets, the value of most outlets first, then in sorted order."""
    by_value: dict[str, set[str]] = {}
    for outlet, value in said:
        by_value.setdefault(value, set()).add(outlet)
    order = sorted(by_value, key=lambda value: (-len(by_value[value]), len(value), value))
    return {value: sorted(by_value[value]) for value in order}


def against(said: Iterable[tuple[str, str]], between: str = " against ") -> str:
    """``5 (KirkukNow, Rudaw) against 7 (Kurdistan 24)``."""
    return between.join(f"{value} ({', '.join(outlets)})" for value, outlets in sides(said).items())


def told_by(said: pl.DataFrame, by: Sequence[str], between: str) -> pl.DataFrame:
    """One row a group: what :func:`against` writes of it (``told``), and its ``records`` and ``values``.

    ``said`` has the columns ``by``, ``record_id``, ``outlet`` and ``value``; the groups come in no certain order.
    """
    first = by[0]
    sides = (
        said.select(first, "value", "outlet")
        .unique()
        .sort(first, "value", "outlet")
        .group_by(first, "value", maintain_order=True)
        .agg(outlets="outlet", votes=pl.len())
        .with_columns(pl.col("outlets").list.join(", "))
        .sort(first, "votes", pl.col("value").str.len_chars(), "value", descending=[False, True, False, False])
        .select(first, told=pl.format("{} ({})", "value", "outlets"))
        .group_by(first, maintain_order=True)
        .agg("told")
        .with_columns(pl.col("told").list.join(between))
    )
    return (
        said.select(*by, "record_id", "value")
        .unique()
        .sort(first, "record_id", "value")
        .group_by(by, maintain_order=True)
        .agg(records="record_id", values="value")
        .join(sides, on=first)
    )


def as_discrepancies(found: pl.DataFrame, name: str, *more: str) -> pl.DataFrame:
    """``event_id, field, message, records, values`` as DISCREPANCIES by the rule ``name``; columns ``more`` stay."""
    rule = BY_NAME[name]
    named = {"rule": rule.code, "name": rule.name, "severity": rule.severity}
    return found.with_columns(pl.lit(text).alias(column) for column, text in named.items()).select(
        *more, *DISCREPANCIES.names()
    )
