"""Which pairs a person should judge next: those whose judgement would teach the most.

A pair teaches most where the model is least sure (uncertainty sampling, Lewis and Gale 1994) and where the verdict
changes an event. Of many pairs between the same two events one is asked for; the others follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reconcile.pipeline import Result


@dataclass(frozen=True, slots=True)
class Question:
    """A pair to judge: record ids, the model's probability that they are one event, and what it did with them."""

    left: str
    right: str
    probability: float
    joined: bool


def questions(result: Result, most: int) -> list[Question]:
    """At most ``most`` pairs not yet judged, the most instructive first; ties in the order of ids."""
    ids = result.records["record_id"]
    events = result.members["event_id"]
    judged = {(one.left, one.right) for one in result.knowledge.judgements.standing}
    pairs = result.pairs.select(
        left=ids.gather(result.pairs["left"]),
        right=ids.gather(result.pairs["right"]),
        left_event=events.gather(result.pairs["left"]),
        right_event=events.gather(result.pairs["right"]),
        probability=result.pairs["probability"],
    ).with_columns(doubt=(pl.col("probability") - 0.5).abs())
    between = [pl.min_horizontal("left_event", "right_event"), pl.max_horizontal("left_event", "right_event")]
    ranked = (
        pairs.sort("doubt", "left", "right")
        .with_columns(turn=pl.int_range(pl.len()).over(*between))
        .sort("turn", "doubt", "left", "right")
    )
    found: list[Question] = []
    for row in ranked.iter_rows(named=True):
        if len(found) == most:
            break
        if (row["left"], row["right"]) not in judged:
            joined = row["left_event"] == row["right_event"]
            found.append(Question(row["left"], row["right"], row["probability"], joined))
    return found
