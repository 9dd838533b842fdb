"""Makes a :class:`Dispute` of a few lines as ``cases_reader`` reads them, without a run around it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
from cases_reader import record
from strategies import knowledge, normalized

from reconcile.claims import one_total, stated_claims
from reconcile.discrepancies.context import Dispute, Said
from reconcile.discrepancies.explanations import explain
from reconcile.groups import Groups
from reconcile.ids import event_ids
from reconcile.pipeline import compare_claims
from reconcile.tables import MEASURES

GROUPS = Groups.load(None)


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
    (event,) = event_ids([rows[0]["record_id"]])
    members = pl.DataFrame({"record_id": [one["record_id"] for one in rows], "event_id": event, "confidence": 0.9})
    _, found = compare_claims(normalized(rows), members, knowledge(), "range")
    return {one["name"]: one for one in found.filter(pl.col("field").is_in(MEASURES)).iter_rows(named=True)}
