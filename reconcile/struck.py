"""In which records fighters are those who were struck: an air strike on militants has no dead attackers among them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import polars as pl

from reconcile.actors import Actors
from reconcile.groups import FIGHTERS, Groups

_STATES: Final = frozenset({"state", "external"})
_ARMED: Final = frozenset({"rebel", "militia", "criminal"})


def struck(frame: pl.DataFrame, year: pl.Expr, actors: Actors) -> pl.Series:
    """``struck`` of each row of ``frame``, which has ``perpetrators``, ``targets`` and what ``year`` reads.

    Null where neither names anybody. Asked once for each distinct set of names.
    """
    stated = frame.select(year, "perpetrators", "targets")
    distinct = stated.unique()
    found = [
        None if perpetrators is None and targets is None else were_struck(perpetrators or (), targets or (), at, actors)
        for at, perpetrators, targets in distinct.iter_rows()
    ]
    known = distinct.with_columns(pl.Series("struck", found, dtype=pl.Boolean))
    return stated.join(known, on=stated.columns, how="left", nulls_equal=True, maintain_order="left")["struck"]


def were_struck(perpetrators: Sequence[str], targets: Sequence[str], year: int | None, actors: Actors) -> bool:
    """Whether the targets name fighters of no state, or all perpetrators of whom anything is known are of a state or a
    coalition of states."""
    if any(_fight(name, year, actors) for name in targets):
        return True
    known = [actor for name in perpetrators if (actor := actors.resolve(name, year)).key is not None]
    return bool(known) and all(actor.type in _STATES for actor in known)


def _fight(name: str, year: int | None, actors: Actors) -> bool:
    actor = actors.resolve(name, year)
    if actor.type == "unknown":  # nobody in particular, or a name that no table lists: "Zogbian militants"
        return _builtin().resolve(name) == FIGHTERS
    of_a_state = any(actors.grammar.is_organ(key) for key in actor.parents)
    return actor.type in _ARMED and not of_a_state


@cache
def _builtin() -> Groups:
    return Groups.load()
