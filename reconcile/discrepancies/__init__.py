"""Where the outlets of one event disagree. The rules are described in :mod:`reconcile.rules`."""

from __future__ import annotations

import polars as pl

from reconcile.actors import Actors
from reconcile.discrepancies.arithmetic import arithmetic
from reconcile.discrepancies.counts import count_discrepancies
from reconcile.discrepancies.elsewhere import Nearby, nearby, records_inside
from reconcile.discrepancies.facts import fact_discrepancies, single_source
from reconcile.discrepancies.finding import as_table
from reconcile.discrepancies.links import copied, covering
from reconcile.groups import Groups
from reconcile.parties import Ties
from reconcile.rules import SEVERITIES
from reconcile.voices import Voices

__all__ = ["Nearby", "covering", "find_discrepancies", "in_order", "nearby", "records_inside"]


def find_discrepancies(
    rows: pl.DataFrame,
    reconciled: pl.DataFrame,
    voices: Voices,
    perpetrators: Ties,
    nearby: Nearby,
    actors: Actors,
    groups: Groups,
) -> pl.DataFrame:
    """DISCREPANCIES of some events, in order; what sums up other events (:func:`covering`) is not among them.

    ``rows`` are their records with ``event_id``, sorted by event and record.
    """
    tables, counted = count_discrepancies(rows, reconciled, nearby, groups)
    found = [
        *counted,
        *arithmetic(rows, groups),
        *fact_discrepancies(rows, perpetrators, actors, groups),
        *copied(rows, voices),
    ]
    return in_order(pl.concat([*tables, as_table(found, rows.schema["event_id"]), single_source(rows)]))


def in_order(found: pl.DataFrame) -> pl.DataFrame:
    """Discrepancies sorted by event, severity, rule and field."""
    rank = pl.col("severity").replace_strict({one: place for place, one in enumerate(SEVERITIES)}, return_dtype=pl.Int8)
    return found.sort("event_id", rank, "rule", "field", "records", maintain_order=True)
