"""Makes a :class:`Dispute` of a few lines as ``cases_reader`` reads them, without a run around it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from cases_reader import record
from hypothesis import strategies as st
from strategies import ACTORS, FIRST_DAY, OUTLETS, knowledge, normalized, row

from reconcile.claims import one_total, stated_claims
from reconcile.comparing import Names, compare_claims
from reconcile.discrepancies.context import Dispute, Said
from reconcile.discrepancies.explanations import explain
from reconcile.groups import Groups
from reconcile.ids import event_ids
from reconcile.tables import MEASURES

GROUPS = Groups.load(None)
Told = list[tuple[dict[str, Any], int]]
"""Records, each with the number of its event."""


def dispute(*lines: str, measure: str = "killed", **case: Any) -> Dispute:
    """The dispute about one measure of an event that ``lines`` tell of; record ``r0`` is the first of them."""
    told = [record(number, line, case) for number, line in enumerate(lines)]
    places = {one["record_id"]: one for one in normalized(told).iter_rows(named=True)}
    stated = {one["record_id"]: stated_claims(one["claims"], GROUPS) for one in told if one["claims"]}
    totals = {}
    for one in told:
        published = one["published_at"]
        day = None if published is None else date.fromisoformat(published[:10])
        moment = datetime.fromisoformat(published) if published and "T" in published else None
        for name in MEASURES:
            mine = [claim for claim in stated.get(one["record_id"], ()) if claim.measure == name]
            if whole := [claim for claim in mine if claim.scope == "total" and claim.group is None]:
                total = one_total(whole)
                totals[one["record_id"], name] = Said(
                    one["record_id"], one["outlet"], total.low, total.best, total.high, day, moment, total.quote
                )
    rows = {
        one["record_id"]: {name: places[one["record_id"]][name] for name in ("place_key", "date_end", "day_start")}
        | {"outlet": one["outlet"], "told": (one["text"] or "").lower()}
        for one in told
    }
    texts = tuple(dict.fromkeys(text for one in told for text in (one["event_type"], one["text"]) if text))
    claims = [said for (_, name), said in totals.items() if name == measure]
    return Dispute(1, measure, claims, (), stated, rows, totals, GROUPS, texts)


def explained(*lines: str, measure: str = "killed", **case: Any) -> tuple[str, str] | None:
    """How the first line's figure, the lower, goes with the second's; more lines are others' reports."""
    made = dispute(*lines, measure=measure, **case)
    return explain(made.totals["r0", measure], made.totals["r1", measure], made)


def findings(*told: str | dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is found in the figures of one event, by rule; a record is a line or a loaded row."""
    rows = [record(number, one, {}) if isinstance(one, str) else one for number, one in enumerate(told)]
    _, found = compared([(one, 0) for one in rows])
    return {one["name"]: one for one in found.filter(pl.col("field").is_in(MEASURES)).iter_rows(named=True)}


def compared(records: Told, policy: str = "range", batch: int = 1000) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = normalized([fields for fields, _ in records])
    first = {event: fields["record_id"] for fields, event in reversed(records)}
    ids = dict(zip(first, event_ids(list(first.values())), strict=True))
    members = pl.DataFrame(
        {"record_id": [one["record_id"] for one, _ in records], "event_id": [ids[event] for _, event in records]}
    ).with_columns(confidence=pl.lit(0.9))
    known = knowledge()
    names = Names(known.actors, known.event_types, known.groups)
    return compare_claims(rows, members, names, policy, lambda _: None, batch)


@st.composite
def told_by_few(draw: st.DrawFn) -> Told:
    """Up to twelve records, mostly bare, each with the number of its event."""
    found = []
    for number in range(draw(st.integers(1, 12))):
        published = draw(st.none() | st.integers(0, 120))
        killed = draw(st.sampled_from([None, 0, 1, 3, 5, 7, 40]))
        missing = draw(st.sampled_from([None, 0, 2, 4]))
        fields: dict[str, Any] = {
            "killed": killed,
            "killed_high": None if killed is None else draw(st.none() | st.just(killed + 3)),
            "injured_low" if draw(st.integers(0, 4)) == 0 else "injured": draw(st.sampled_from([None, 1, 4, 6, 30])),
            "missing": missing,
            "event_type": draw(st.sampled_from([None, None, None, "suicide bombing"])),
            "title": draw(st.sampled_from([None] * 9 + ["Five killed"])),
            "killed_words": draw(st.sampled_from([None] * 9 + ["dozens"])),
            "perpetrators": list(draw(st.sampled_from(ACTORS))),
            "published": None if published is None else FIRST_DAY + timedelta(days=published),
            "place": "Dara",
        }
        outlet = draw(st.sampled_from(OUTLETS))
        day = FIRST_DAY + timedelta(days=draw(st.integers(0, 2)))
        found.append((row(f"r{number:02}", outlet, day=day, **fields), draw(st.integers(0, 2))))
    return found
