"""Scores that compare the events found with the true events.

Both are partitions of the same records. ``n`` is the number of scored records, ``F`` runs over the events
found, ``T`` over the true events, ``|F & T|`` is the number of records that they share. Records of
``members`` that are not in ``truth`` are set aside first, so that an event found counts with its scored
records only. Singletons are events like any other and count everywhere, which the coreference scorers that
drop them do not do.

Where nothing was claimed nothing is wrong: a ratio 0/0 is 1 (precision of a partition of singletons, recall
against one), in pairwise scores and in MUC, the only two where it can occur.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.errors import InputErrors, Problem
from reconcile.evaluate.assignment import best_total
from reconcile.evaluate.files import checked

_LISTED = 20  # absent records named in one error message


@dataclass(frozen=True, slots=True)
class Score:
    """A precision, a recall and their harmonic mean, all between 0 and 1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What `evaluate` found: ``records`` were scored, ``unscored`` ones of the members are not in truth."""

    pairwise: Score
    b_cubed: Score
    ceaf_e: Score
    muc: Score
    conll: float
    records: int
    events_truth: int
    events_found: int  # events with at least one scored record
    unscored: int


@dataclass(frozen=True, slots=True)
class Contingency:
    """How two partitions of the same records overlap; ``found[i], true[i], shared[i]`` is one cell."""

    found: npt.NDArray[np.int64]  # number of the event found, 0 ... ; cells are sorted by (found, true)
    true: npt.NDArray[np.int64]
    shared: npt.NDArray[np.int64]  # |F & T|
    found_sizes: npt.NDArray[np.int64]  # |F|
    true_sizes: npt.NDArray[np.int64]  # |T|

    @property
    def records(self) -> int:
        """The number of records."""
        return int(self.shared.sum())

    def swapped(self) -> Contingency:
        """The same with found and true exchanged: the precision of one is the recall of the other."""
        return Contingency(self.true, self.found, self.shared, self.true_sizes, self.found_sizes)


def evaluate(members: pl.DataFrame, truth: pl.DataFrame) -> Evaluation:
    """Score ``members`` against ``truth``, both frames of ``record_id, event_id`` (further columns are
    ignored).

    Raises `InputErrors` for null or repeated ids, an empty truth, and true records that ``members`` lacks:
    a record without an event is a broken input, not a wrong answer.

    >>> members = pl.DataFrame({"record_id": ["a", "b", "c", "x"], "event_id": ["1", "1", "1", "2"]})
    >>> truth = pl.DataFrame({"record_id": ["a", "b", "c"], "event_id": ["A", "A", "B"]})
    >>> result = evaluate(members, truth)
    >>> result.records, result.unscored, result.events_found, result.events_truth
    (3, 1, 1, 2)
    >>> result.muc
    Score(precision=0.5, recall=1.0, f1=0.6666666666666666)
    >>> round(result.conll, 4)
    0.6381
    """
    members, truth = checked(members, "members"), checked(truth, "truth")
    if truth.is_empty():
        raise InputErrors([Problem("truth", None, None, "no records: there is nothing to score")])
    both = truth.join(members, on="record_id", how="left", suffix="_found")
    _refuse_absent(both.filter(pl.col("event_id_found").is_null())["record_id"])
    table = contingency(both["event_id_found"], both["event_id"])
    b_cubed, ceaf_e, muc = b_cubed_score(table), ceaf_e_score(table), muc_score(table)
    return Evaluation(
        pairwise=pairwise_score(table),
        b_cubed=b_cubed,
        ceaf_e=ceaf_e,
        muc=muc,
        conll=(b_cubed.f1 + ceaf_e.f1 + muc.f1) / 3,
        records=table.records,
        events_truth=len(table.true_sizes),
        events_found=len(table.found_sizes),
        unscored=members.height - truth.height,
    )


def contingency(found: pl.Series, true: pl.Series) -> Contingency:
    """Count the overlaps of two partitions, given as the event of each record, in the same order of records.

    >>> contingency(pl.Series(["1", "1", "2"]), pl.Series(["A", "B", "B"])).shared.tolist()
    [1, 1, 1]
    """
    codes = pl.DataFrame({"found": found.rank("dense"), "true": true.rank("dense")}).cast(pl.Int64) - 1
    cells = codes.group_by("found", "true").len("shared").sort("found", "true").cast(pl.Int64)
    sizes = [np.bincount(codes[side].to_numpy()).astype(np.int64) for side in ("found", "true")]
    return Contingency(*(cells[name].to_numpy() for name in ("found", "true", "shared")), *sizes)


def pairwise_score(table: Contingency) -> Score:
    """Over pairs of records: of the pairs joined, the share truly of one event; of the true pairs, the
    share joined.

    ``precision = sum C(|F & T|, 2) / sum C(|F|, 2)``, ``recall = sum C(|F & T|, 2) / sum C(|T|, 2)``.
    An event of 10 records weighs 45 times one of 2. 0/0 is 1.

    >>> pairwise_score(contingency(pl.Series([1, 1, 1]), pl.Series([1, 1, 2])))
    Score(precision=0.3333333333333333, recall=1.0, f1=0.5)
    """
    right = _pairs(table.shared)
    return _score(right, _pairs(table.found_sizes), right, _pairs(table.true_sizes))


def b_cubed_score(table: Contingency) -> Score:
    """B-cubed, *weighted by record*: the mean over records of the share of the record's event that is
    rightly there.

    ``precision = 1/n sum |F & T|^2 / |F|``, ``recall = 1/n sum |F & T|^2 / |T|`` (Bagga and Baldwin 1998,
    every record weighing the same, the record itself included). The name is also used for means over
    *events*, which differ. Never 0/0.

    >>> b_cubed_score(contingency(pl.Series([1, 1, 1]), pl.Series([1, 1, 2])))
    Score(precision=0.5555555555555555, recall=1.0, f1=0.7142857142857143)
    """
    return _score(_own_share(table), table.records, _own_share(table.swapped()), table.records)


def ceaf_e_score(table: Contingency) -> Score:
    """CEAF-e: each event found is paired with at most one true event so that the total similarity is
    greatest.

    Similarity is ``phi4(F, T) = 2 |F & T| / (|F| + |T|)``; ``precision = total / number of F``, ``recall =
    total / number of T`` (Luo 2005). Every event weighs the same, whatever its size. The assignment is the
    optimal one, not a greedy one. Never 0/0.

    >>> ceaf_e_score(contingency(pl.Series([1, 1, 1]), pl.Series([1, 1, 2])))
    Score(precision=0.8, recall=0.4, f1=0.5333333333333333)
    """
    phi4 = 2 * table.shared / (table.found_sizes[table.found] + table.true_sizes[table.true])
    total = best_total(table.found, table.true, phi4)
    return _score(total, len(table.found_sizes), total, len(table.true_sizes))


def muc_score(table: Contingency) -> Score:
    """MUC: counts the links that hold events together; an event of k records has k - 1.

    ``recall = sum (|T| - number of F that T is spread over) / sum (|T| - 1)``, precision the same with the
    roles exchanged (Vilain et al. 1995). Both numerators are ``n`` less the number of overlapping ``(F,
    T)``. Singletons have no link, so a partition of singletons has no MUC of its own: 0/0 is 1 (some
    scorers print 0; F1 differs only where both partitions are all singletons, where it is 1 here).

    >>> muc_score(contingency(pl.Series([1, 1, 1, 2]), pl.Series([1, 1, 2, 2])))
    Score(precision=0.5, recall=0.5, f1=0.5)
    """
    right = table.records - len(table.shared)
    return _score(right, table.records - len(table.found_sizes), right, table.records - len(table.true_sizes))


def _own_share(table: Contingency) -> float:
    # fsum is exact, so that neither the order of the rows nor the names of the events can show in the last
    # digit
    return math.fsum((table.shared * table.shared / table.found_sizes[table.found]).tolist())


def _pairs(sizes: npt.NDArray[np.int64]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _score(right: float, claimed: float, met: float, wanted: float) -> Score:
    precision = right / claimed if claimed else 1.0
    recall = met / wanted if wanted else 1.0
    both = precision + recall
    return Score(precision, recall, 2 * precision * recall / both if both else 0.0)


def _refuse_absent(absent: pl.Series) -> None:
    if absent.is_empty():
        return
    named = absent.sort().head(_LISTED).to_list()
    hint = "every true record must be among the members: were all its records given to the run?"
    problems = [Problem("truth", None, None, f"record {name!r} is not in members", hint) for name in named]
    if len(absent) > _LISTED:
        more = f"{len(absent) - _LISTED} more records are not in members ({len(absent)} of them in all)"
        problems.append(Problem("truth", None, None, more))
    raise InputErrors(problems)
