"""Where the outlets of one event disagree. The rules are described in :mod:`reconcile.rules`."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reconcile.actors import Actors
from reconcile.coverage import Coverage
from reconcile.discrepancies.arithmetic import arithmetic
from reconcile.discrepancies.counts import count_discrepancies
from reconcile.discrepancies.facts import fact_discrepancies, single_source
from reconcile.discrepancies.finding import as_table
from reconcile.discrepancies.links import link_findings
from reconcile.groups import Groups
from reconcile.rules import SEVERITIES
from reconcile.tables import DISCREPANCIES, conform
from reconcile.voices import Voices


def find_discrepancies(
    rows: pl.DataFrame,
    reconciled: pl.DataFrame,
    voices: Voices,
    coverage: Sequence[Coverage],
    actors: Actors,
    groups: Groups,
) -> pl.DataFrame:
    """The ``discrepancies`` table, sorted by event, severity, rule and field.

    ``rows`` are records with ``event_id``.
    """
    found = [
        *count_discrepancies(rows, reconciled, groups),
        *arithmetic(rows, groups),
        *fact_discrepancies(rows, actors, groups),
        *link_findings(rows, voices, coverage),
    ]
    rank = pl.col("severity").replace_strict({one: place for place, one in enumerate(SEVERITIES)}, return_dtype=pl.Int8)
    table = pl.concat([as_table(found), single_source(rows)]).sort(
        "event_id", rank, "rule", "field", "records", maintain_order=True
    )
    return conform(table, DISCREPANCIES, "discrepancies")
