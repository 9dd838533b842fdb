"""The errors themselves: which records were wrongly joined, which wrongly kept apart."""

from __future__ import annotations

from typing import Final

import polars as pl

from reconcile.evaluate.files import checked

MISTAKES: Final = pl.Schema({"left": pl.String, "right": pl.String, "kind": pl.String, "weight": pl.Float64})


def worst_errors(pairs: pl.DataFrame, members: pl.DataFrame, truth: pl.DataFrame, n: int = 10) -> pl.DataFrame:
    """The ``n`` worst false merges, then the ``n`` worst false splits: those about which the weights were
    most wrong.

    ``pairs`` has ``left``, ``right`` (row numbers in ``members`` sorted by ``record_id``, as in the table
    of pairs) and the match weight ``weight`` (log-odds). A ``false-merge`` is a pair in one event found
    that truly is two, the greatest weight first; a ``false-split`` a pair in two events found that truly is
    one, the smallest weight first. Ties are in the order of the ids. Pairs that were never compared have no
    weight and are not listed; pairs with a record outside ``truth`` are no errors. The result has ``left,
    right`` (record ids), ``kind``, ``weight``.

    >>> members = pl.DataFrame({"record_id": ["a", "b", "c"], "event_id": ["1", "1", "2"]})
    >>> truth = pl.DataFrame({"record_id": ["a", "b", "c"], "event_id": ["A", "B", "B"]})
    >>> pairs = pl.DataFrame({"left": [0, 1, 0], "right": [1, 2, 2], "weight": [2.5, -0.5, -4.0]})
    >>> worst_errors(pairs, members, truth).rows()
    [('a', 'b', 'false-merge', 2.5), ('b', 'c', 'false-split', -0.5)]
    """
    known = checked(members, "members").join(
        checked(truth, "truth"), on="record_id", how="left", suffix="_true", maintain_order="left"
    )
    sides = {side: known[pairs[side]] for side in ("left", "right")}
    found, true = (sides["left"][name] == sides["right"][name] for name in ("event_id", "event_id_true"))
    judged = pl.DataFrame(
        {
            "left": sides["left"]["record_id"],
            "right": sides["right"]["record_id"],
            "weight": pairs["weight"].cast(pl.Float64),
            "found": found,
            "true": true,
        }
    ).filter(pl.col("found") != pl.col("true"))  # null where a record is outside the truth: not kept
    merges = judged.filter("found").sort("weight", "left", "right", descending=[True, False, False])
    splits = judged.filter(~pl.col("found")).sort("weight", "left", "right")
    kinds = ((merges, "false-merge"), (splits, "false-split"))
    return pl.concat(part.head(n).select("left", "right", kind=pl.lit(kind), weight="weight") for part, kind in kinds)
