"""What the records of each event come to, and where their outlets disagree: ``members`` to events and discrepancies.

Nearly all of it is said event by event: :func:`compare_events` takes any set of whole events, with all their records,
and gives the rows of just these. What it must know besides, :class:`WholeRun`, is gathered from a few columns of all
figures: which outlets repeat each other's errors, how reliable each outlet is (policy ``estimate``), and which records
of other events lie inside a disputed one. Which events sum up others (:mod:`reconcile.coverage`) is found at the end,
from one narrow row an event.

Inside, ``event_id`` is the number of an event in the order of the ids: numbers sort, group and join far faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import polars as pl

from reconcile.actors import Actors
from reconcile.claims import FIGURED, figures_of
from reconcile.copying import copiers, odd_figures
from reconcile.coverage import Coverage, coverage_of_events, find_coverage, spans_of
from reconcile.discrepancies import Nearby, covering, find_discrepancies, in_order, nearby, records_inside
from reconcile.estimate import Learned, reliabilities
from reconcile.event_types import EventTypes
from reconcile.groups import Groups
from reconcile.history import replace_own
from reconcile.merge import merge
from reconcile.parties import Judge, ties_between
from reconcile.policies import contested, in_claim_order, reconcile_figures, telling
from reconcile.tables import DISCREPANCIES, EVENTS, conform
from reconcile.voices import find_voices, voices_of_events

Watch = Callable[[str], None]
BATCH: Final = 100_000  # records; the memory of a run grows with it, its time hardly falls beyond


@dataclass(frozen=True)
class Names:
    """The tables of names that comparing needs."""

    actors: Actors
    event_types: EventTypes
    groups: Groups


@dataclass(frozen=True)
class WholeRun:
    """What no event can tell by itself."""

    copiers: pl.DataFrame
    """``left, right, count``: outlets that share ``count`` odd figures; see :func:`reconcile.copying.copiers`."""
    learned: Mapping[str, Learned]
    """By measure; empty unless the policy is ``estimate``."""
    nearby: Nearby
    """What lies inside disputed records; see :func:`reconcile.discrepancies.elsewhere.records_inside`."""


class Compared(NamedTuple):
    """Of whole events: EVENTS, DISCREPANCIES, and the spans that coverage is found from; ``event_id`` is a number."""

    events: pl.DataFrame
    discrepancies: pl.DataFrame
    spans: pl.DataFrame


def compare_claims(
    records: pl.DataFrame, members: pl.DataFrame, names: Names, policy: str, watch: Watch, batch: int = BATCH
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """EVENTS and DISCREPANCIES of RECORDS whose ``members`` (``record_id, event_id, confidence`` ...) are settled.

    About ``batch`` records are compared at a time; the result is the same for any number.
    """
    ids = members["event_id"].unique().sort()
    numbered = _numbered(records, members)
    watch("hearing voices")
    batches = list(whole_events(numbered, batch))
    figures = [figures_in(_rows(records, one), names.groups) for one in batches]
    run = whole_run(_rows(records.select(WHERE), numbered), figures, policy, ids)
    compared = []
    for number, one in enumerate(batches):
        watch("hearing voices")
        compared.append(compare_events(_rows(records, one), figures[number], run, names, policy, watch))
        figures[number] = figures[number].clear()
    watch("merging")
    coverage = find_coverage(named(pl.concat(one.spans for one in compared), ids), names.actors)
    found = named(pl.concat(one.discrepancies for one in compared), ids)
    parts = [one.events for one in compared]
    compared.clear()
    events = _all_events(parts, coverage, ids)
    watch("comparing outlets")
    if coverage:
        whole = members.filter(pl.col("event_id").is_in([one.event_id for one in coverage]))
        found = in_order(pl.concat([found, covering(records.join(whole, on="record_id"), coverage)]))
    return events, conform(found, DISCREPANCIES, "discrepancies")


def compare_events(
    rows: pl.DataFrame, figures: pl.DataFrame, run: WholeRun, names: Names, policy: str, watch: Watch = lambda _: None
) -> Compared:
    """The events of ``rows``: RECORDS with ``event_id`` and ``confidence``, sorted by event and record.

    ``figures`` are theirs (FIGURES with ``event_id``, in order of claim). Nothing is said of events not among them.
    """
    voices = find_voices(rows, figures, run.copiers)
    # Nearly every outlet is a voice of its own.
    repeated = voices.table.filter(pl.col("voice") != pl.col("outlet"))
    heard = figures.join(repeated, on=["event_id", "outlet"], how="left", maintain_order="left").with_columns(
        pl.coalesce("voice", "outlet").alias("voice")
    )
    reconciled = reconcile_figures(heard, policy, run.learned)
    watch("merging")
    perpetrators = ties_between(rows, "perpetrators", Judge(names.actors))
    events = merge(rows, reconciled, voices_of_events(voices), perpetrators, names.actors, names.event_types)
    watch("comparing outlets")
    found = find_discrepancies(rows, reconciled, voices, perpetrators, run.nearby, names.actors, names.groups)
    return Compared(events, found, spans_of(rows, reconciled))


WHERE: Final = ["record_id", "outlet", "aggregate", "country_key", "admin1_key", "admin2_key", "place_key",
                 "day_start", "day_end"]  # fmt: skip
HEARD: Final = list(dict.fromkeys((*FIGURED, *WHERE)))  # what figures_in reads, and WHERE
STATED: Final = ["event_id", "measure", "group", "record_id", "outlet", "low", "best", "high", "derivation",
          "replaced_by"]  # fmt: skip


def _numbered(records: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """``row, event_id, confidence``, sorted by event and record; ``row`` counts in ``records``."""
    return (
        records.select("record_id")
        .with_row_index("row")
        .join(members.select("record_id", "event_id", "confidence"), on="record_id")
        .sort("event_id", "record_id")
        .select("row", event_id=pl.col("event_id").rle_id(), confidence="confidence")
    )


def _rows(records: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    return records[numbered["row"]].with_columns(numbered["event_id"].set_sorted(), numbered["confidence"])


def whole_events(numbered: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    """``numbered`` in parts of about ``size`` rows; no event is in two parts."""
    events = numbered["event_id"]
    if events.is_empty():
        yield numbered
    start = 0
    while start < numbered.height:
        last = events[min(start + size, numbered.height) - 1]
        end = int(events.search_sorted(last, side="right"))
        yield numbered[start:end]
        start = end


def figures_in(rows: pl.DataFrame, groups: Groups) -> pl.DataFrame:
    """FIGURES with ``event_id``, in order of claim, of the ``rows`` of whole events."""
    figures = figures_of(rows, groups).join(rows.select("record_id", "event_id"), on="record_id")
    return in_claim_order(replace_own(figures, rows))


def whole_run(rows: pl.DataFrame, figures: Iterable[pl.DataFrame], policy: str, ids: pl.Series) -> WholeRun:
    """What all records of a run say together: ``rows`` have WHERE and ``event_id``, which counts in ``ids``, and
    ``figures`` STATED, those of whole events in each part; the parts are gone through twice."""
    odd, disputed, stated = [], [], []
    for part in figures:
        totals = _totals(part)
        odd.append(odd_figures(totals))
        disputed.append(contested(totals))
        if policy == "estimate":
            stated.append(_standing(part))
    inside = records_inside(rows, pl.concat(disputed))
    meant = inside.select(record_id="record_id_2")
    totals = pl.concat(_totals(part).join(meant, on="record_id", how="semi") for part in figures)
    # Sums of floats depend on the order.
    learned = reliabilities(telling(pl.concat(stated).sort("event_id", maintain_order=True))) if stated else {}
    return WholeRun(copiers(pl.concat(odd)), learned, nearby(inside, totals, ids))


def _standing(figures: pl.DataFrame) -> pl.DataFrame:
    return figures.select(STATED).filter(pl.col("replaced_by").is_null()).drop("replaced_by")


def _totals(figures: pl.DataFrame) -> pl.DataFrame:
    """The standing figures for everyone."""
    return _standing(figures).filter(pl.col("group").is_null())


def named(frame: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """``frame`` with the id of each event in place of its number."""
    return frame.with_columns(ids.gather(frame["event_id"]).alias("event_id"))


def _all_events(parts: list[pl.DataFrame], coverage: Sequence[Coverage], ids: pl.Series) -> pl.DataFrame:
    """The ``events`` table, sorted by date, then id; ``parts`` are used up."""
    keys = pl.concat(part.select("date_start", "date_end", "event_id") for part in parts)
    order = keys.select(pl.arg_sort_by(keys.columns, nulls_last=True)).to_series()
    columns = []
    for name in parts[0].columns:  # one by one, so that no more than a column is held twice
        whole = pl.concat((part[name] for part in parts), rechunk=True)  # nested values in many chunks gather slowly
        columns.append(whole.gather(order))
        parts[:] = [part.drop(name) for part in parts]
    return linked(pl.DataFrame(columns), ids, coverage_of_events(coverage))


def linked(events: pl.DataFrame, ids: pl.Series, links: pl.DataFrame) -> pl.DataFrame:
    """EVENTS of ``compare_events``' with their ids in full and their ``links`` (``event_id, covers, part_of``)."""
    both = named(events, ids).join(links, on="event_id", how="left", maintain_order="left")
    none = pl.lit([], dtype=pl.List(pl.String))
    return conform(
        both.with_columns(pl.col("covers", "part_of").fill_null(none)).select(EVENTS.names()), EVENTS, "events"
    )
