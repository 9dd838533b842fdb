"""The straight line, readable aloud: records -> pairs -> members -> events -> discrepancies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.actors import Actors
from reconcile.block import CLOSEST, MOST, candidate_pairs
from reconcile.cluster import cluster
from reconcile.compare import PART, compare
from reconcile.comparing import Names
from reconcile.comparing import compare_claims as compare_by_names
from reconcile.config import Settings
from reconcile.counts import load_vague
from reconcile.errors import InputErrors, Problem
from reconcile.event_types import EventTypes
from reconcile.groups import Groups
from reconcile.ids import event_ids
from reconcile.judgements import Judgements, read_judgements
from reconcile.load import load
from reconcile.memory import in_use, part_size
from reconcile.model import Model, load_model
from reconcile.normalize import normalize
from reconcile.own_say import with_own_say
from reconcile.places import Places
from reconcile.score import score
from reconcile.tables import MEMBERS, RECORDS, conform

Watch = Callable[[str], None]
DEFAULTS: Final = Settings()


@dataclass(frozen=True)
class Knowledge:
    """The tables of names and the model that a run is done with."""

    actors: Actors
    places: Places
    event_types: EventTypes
    groups: Groups
    model: Model
    judgements: Judgements

    @classmethod
    def of(cls, settings: Settings) -> Knowledge:
        """Read everything that ``settings`` name. Raises :class:`ConfigError` or :class:`InputErrors`."""
        return cls(
            Actors.load(settings.actors),
            Places.load(settings.places),
            EventTypes.load(settings.event_types),
            Groups.load(settings.groups),
            load_model(settings.model),
            read_judgements(settings.judgements),
        )


@dataclass(frozen=True, eq=False)
class Result:
    """The tables of a run, each sorted by its key, and what the user should know besides."""

    records: pl.DataFrame
    pairs: pl.DataFrame
    members: pl.DataFrame
    events: pl.DataFrame
    discrepancies: pl.DataFrame
    knowledge: Knowledge
    settings: dict[str, Any]
    notes: tuple[Problem, ...]


def run(
    paths: Sequence[str],
    settings: Settings = DEFAULTS,
    *,
    stdin: BinaryIO | None = None,
    watch: Watch = lambda _: None,
) -> Result:
    """Read ``paths`` and reconcile what they hold. Raises :class:`ReconcileError` for anything the user can mend."""
    watch("reading")
    knowledge = Knowledge.of(settings)
    loaded = load(paths, stdin=stdin, vague=load_vague(settings.counts), source=settings.source)
    watch("normalizing")
    notes = loaded.notes
    records = normalize(loaded.records, knowledge.places, knowledge.actors, knowledge.event_types)
    del loaded  # a third of a gigabyte for a million records
    return reconcile(records, knowledge, settings, notes=notes, watch=watch)


def reconcile(
    records: pl.DataFrame,
    knowledge: Knowledge,
    settings: Settings = DEFAULTS,
    *,
    notes: tuple[Problem, ...] = (),
    watch: Watch = lambda _: None,
) -> Result:
    """Reconcile normalized records: RECORDS in, a :class:`Result` out."""
    records = conform(records, RECORDS, "records")
    model = knowledge.model
    threshold = model.threshold if settings.threshold is None else settings.threshold
    watch("blocking")
    crowded: list[npt.NDArray[np.int64]] = []
    candidates = candidate_pairs(records, model.window, crowded.append)
    watch("scoring")
    threads = pl.thread_pool_size()
    size = part_size(PART, threads, candidates.height, in_use(int(records.estimated_size())), settings.memory)
    compared = compare(records, candidates, knowledge.actors, knowledge.event_types, size)
    del candidates
    pairs, knowledge = weighed(compared, knowledge, records.height)
    del compared
    watch("clustering")
    members, unknown = settled(records, pairs, knowledge, threshold)
    events, discrepancies = compare_claims(records, members, knowledge, settings.policy, watch)
    effective = {
        "policy": settings.policy,
        "model": {"name": model.name, "hash": model.hash},
        "threshold": round(threshold, 6),
        "judgements": {verdict: len(knowledge.judgements.pairs(verdict)) for verdict in ("same", "different")},
    }
    several = [records["record_id"].gather(np.unique(np.concatenate(crowded)))] if crowded else []
    return Result(
        records,
        pairs,
        members,
        events,
        discrepancies,
        knowledge,
        effective,
        (*notes, *unknown, *crowd_note(several)),
    )


def weighed(compared: pl.DataFrame, knowledge: Knowledge, records: int) -> tuple[pl.DataFrame, Knowledge]:
    """PAIRS of all ``compared`` pairs of a run of so many ``records``, under the model that the run has had its say
    in; and the knowledge with that model."""
    scored = score(knowledge.model, compared, parts=False)
    knowledge = replace(knowledge, model=with_own_say(knowledge.model, scored, records))
    compared = scored.drop("weight", "probability")
    del scored
    pairs = score(knowledge.model, compared, parts=False).select("left", "right", "weight", "probability")
    return pairs, knowledge


def settled(
    records: pl.DataFrame, pairs: pl.DataFrame, knowledge: Knowledge, threshold: float
) -> tuple[pl.DataFrame, list[Problem]]:
    """MEMBERS, and notes on judgements without effect. Of ``records`` only ``record_id`` and ``aggregate`` count."""
    must, cannot, unknown = verdicts(records, knowledge.judgements)
    clustered = cluster(
        records.height,
        pairs,
        threshold=threshold,
        unseen=knowledge.model.unseen,
        must=must,
        cannot=cannot,
        aggregate=records["aggregate"].to_numpy(),
        calibration=knowledge.model.membership,
    )
    return conform(_members(records, clustered), MEMBERS, "members"), unknown


def compare_claims(
    records: pl.DataFrame, members: pl.DataFrame, knowledge: Knowledge, policy: str, watch: Watch = lambda _: None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """EVENTS and DISCREPANCIES of RECORDS whose ``members`` (``record_id, event_id, confidence`` ...) are settled."""
    names = Names(knowledge.actors, knowledge.event_types, knowledge.groups)
    return compare_by_names(records, members, names, policy, watch)


def verdicts(
    records: pl.DataFrame, judgements: Judgements
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], list[Problem]]:
    """The judged pairs as row numbers: must-link, cannot-link, and notes on pairs that name absent records.

    Of ``records`` only ``record_id`` and ``aggregate`` are looked at. Raises :class:`InputErrors` for 'same' between an
    aggregate and a single incident.
    """
    named = {record for one in judgements.standing for record in (one.left, one.right)}
    at = records["record_id"].is_in(pl.Series(sorted(named), dtype=pl.String).implode()).arg_true()
    rows = dict(zip(records["record_id"].gather(at), at, strict=True))
    aggregate = records["aggregate"]
    links: dict[str, list[tuple[int, int]]] = {"same": [], "different": [], "unsure": []}
    notes, problems = [], []
    for one in judgements.standing:
        absent = [record for record in (one.left, one.right) if record not in rows]
        if absent:
            what = f"judges {' and '.join(absent)}, not among these records"
            notes.append(Problem(one.file, one.line, None, what, "the judgement has no effect on this run"))
            continue
        left, right = rows[one.left], rows[one.right]
        if one.verdict == "same" and aggregate[left] != aggregate[right]:
            what = f"'same' for an aggregate and a single incident ({one.left}, {one.right})"
            problems.append(
                Problem(
                    one.file,
                    one.line,
                    None,
                    what,
                    "an aggregate sums several incidents; see the field aggregate",
                )
            )
        links[one.verdict].append((left, right))
    if problems:
        raise InputErrors(problems)
    return links["same"], links["different"], notes


def crowd_note(crowded: Sequence[pl.Series]) -> list[Problem]:
    """A note on the ``crowded`` records: so many are around them that they were compared with the closest only."""
    if not crowded:
        return []
    which = pl.concat(crowded).unique().sort()
    names = ", ".join(which[:3]) + (", ..." if len(which) > 3 else "")
    what = f"{len(which):,} records have more than {MOST:,} others near them in time and place: {names}"
    hint = f"each was compared with the {CLOSEST} closest in day, place and figures; look for a default date or place"
    return [Problem("crowded", None, None, what, hint)]


def _members(records: pl.DataFrame, clustered: pl.DataFrame) -> pl.DataFrame:
    """Name the clusters: ``clustered`` has one row a record (``row``), labelled by the smallest row in its cluster."""
    clustered = clustered.sort("row")
    label = clustered["cluster"].to_numpy()
    first = label == np.arange(len(label))
    ids = event_ids(records["record_id"].filter(first).to_list())
    number = pl.Series((np.cumsum(first) - 1)[label], dtype=pl.UInt32)  # of the event of each record
    return clustered.select(
        record_id=records["record_id"],
        event_id=ids.gather(number),
        confidence="confidence",
        runner_up=ids.gather(number.gather(clustered["runner_up"])),
        runner_up_weight="runner_up_weight",
    )
