"""Who is named on one side of an event, and how two outlets' names go together.

Perpetrators are compared by the table of actors; targets also by the groups of people, as "market" and "shoppers", or
"soldiers" and "security forces", are two words for one thing. What nobody can tell apart contradicts nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, groupby
from operator import itemgetter
from typing import Final, Literal

import polars as pl

from reconcile.actors import AGAINST, Actors
from reconcile.fold import words
from reconcile.groups import Groups, in_role
from reconcile.normalize import YEAR

Tie = Literal["same", "part", "related", "unrelated"]
"""``part``: one is part of the other or its faction; ``related``: both are part of a third."""

_CLOSENESS: Final[Sequence[Tie]] = ("same", "part", "related", "unrelated")
_CIVILIANS: Final = "class:civilians"
# What is hit with the people in it: a hotel and its guests are one target.
_PROPERTY: Final = frozenset({"class:business", "class:transport", "class:utilities", "class:homes"})
_GROUP_OF_ORGAN: Final = {"military": "army", "police": "police", "forces": "security forces"}
_NO_PART: Final = AGAINST | {"rival"}
_SHORT: Final = 3  # letters; a shorter name inside another must be in capitals: "IS cell", not "is cell"
_MOST_WORDS: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class Party:
    """One stated name: its key and canonical name; ``wholes`` are the actors that the name itself says it is of.

    A judge makes each only once, so that they are told apart by identity, which is quick.
    """

    key: str
    name: str
    type: str
    group: str | None
    wholes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """What one outlet names on one side of one event."""

    outlet: str
    parties: tuple[Party, ...]
    said: tuple[tuple[str, str], ...]
    """Each record and its own words."""


class Judge:
    """Resolves names and compares them; ``groups`` null = by actors alone."""

    def __init__(self, actors: Actors, groups: Groups | None = None) -> None:
        self._actors, self._groups = actors, groups
        self._made: dict[tuple[str, str, str, str | None, tuple[str, ...]], Party] = {}
        self.party = lru_cache(maxsize=65_536)(self._party)
        self.tie = lru_cache(maxsize=65_536)(self._tie)

    def closest(self, left: Sequence[Party], right: Sequence[Party]) -> Tie:
        """The closest tie between anyone of ``left`` and anyone of ``right``."""
        if len(left) == len(right) == 1:
            return self.tie(left[0], right[0])
        return min((self.tie(a, b) for a in left for b in right), key=_CLOSENESS.index, default="same")

    def _party(self, stated: str, year: int | None) -> Party | None:
        """The party of a stated name; null for a generic one ("gunmen"), who may be anybody."""
        actor = self._actors.resolve(stated, year)
        if actor.key is None:
            return None
        group = None
        if self._groups is not None:
            found = self._groups.resolve(stated)
            group = in_role(found) if self._groups.knows(found) else _GROUP_OF_ORGAN.get(self._organ(actor.key) or "")
        wholes = self._wholes(stated, year) if actor.type == "unknown" else ()
        made = (actor.key, actor.name, actor.type, group, wholes)
        return self._made.setdefault(made, Party(*made))

    def _wholes(self, stated: str, year: int | None) -> tuple[str, ...]:
        """The listed actors inside a name that is itself in no table: "the Diyala cell of ISIS" is of ISIS."""
        tokens = [token for token in stated.replace("-", " ").split() if words(token)][:_MOST_WORDS]
        if _NO_PART.intersection(words(stated)):
            return ()
        for size in range(len(tokens) - 1, 0, -1):
            for at in range(len(tokens) - size + 1):
                run = " ".join(tokens[at : at + size]).strip("()[],;:\"'")
                if len(run) < _SHORT and not run.isupper():
                    continue
                key = self._actors.listed(run, year)
                if key is not None:
                    return (key,)
        return ()

    def _tie(self, a: Party, b: Party) -> Tie:
        if self._groups is None:
            return self._by_actors(a, b)
        return self._as_targets(a, b, self._groups)

    def _by_actors(self, a: Party, b: Party) -> Tie:
        relation = self._actors.relation(a.key, b.key)
        if relation == "same" or (relation == "parent" and self._organ(a.key) == self._organ(b.key) is not None):
            return "same"  # "soldiers" are the army of whatever country the other names
        if relation == "parent":
            return "part"
        for one, other in ((a, b), (b, a)):
            if any(self._actors.relation(whole, other.key) in ("same", "parent") for whole in one.wholes):
                return "part"
            if one.type == "unknown" and _short_for(one.key, other.name):
                return "part"
        if relation == "sibling" or set(a.wholes) & set(b.wholes):
            return "related"
        return "unrelated"

    def _as_targets(self, a: Party, b: Party, groups: Groups) -> Tie:
        tie = self._by_actors(a, b)
        if tie in ("same", "part"):
            return tie
        if self._civilian(a) and self._civilian(b):
            return _among_civilians(a, b)
        if {a.key, b.key} & {"class:officials"} and "government" in (self._organ(a.key), self._organ(b.key)):
            return "part"
        # Two that both have a name of their own are told apart by the table of actors alone.
        if not (_has_a_name(a) and _has_a_name(b)) and a.group is not None and b.group is not None:
            ours, theirs = (a.group, *groups.ancestors(a.group)), (b.group, *groups.ancestors(b.group))
            if a.group in theirs or b.group in ours:
                return "part"
            if set(ours) & set(theirs):
                return "related"
        # A name that no table knows ("the Al Noor compound") may be anything.
        unknown = any(party.type == "unknown" and party.group is None for party in (a, b))
        return "part" if unknown else tie

    def _organ(self, key: str) -> str | None:
        return key.partition(":")[2] if self._actors.grammar.is_organ(key) else None

    def _civilian(self, party: Party) -> bool:
        line = (party.key, *self._actors.parents(party.key))
        return _CIVILIANS in line or party.key in _PROPERTY


def _short_for(key: str, name: str) -> bool:
    """Whether ``key`` says nothing that ``name`` does not: "the coalition" is whichever coalition the other names."""
    long = set(words(name))
    return set(words(key)) <= long and not _NO_PART & long


def _among_civilians(a: Party, b: Party) -> Tie:
    """Christians may be students, and a market full of shoppers; a bus is no hotel, and students are no doctors."""
    kinds = {("people" if one.key.startswith("communal:") else one.key) for one in (a, b)}
    if _CIVILIANS in kinds or (len(kinds) == 2 and ("people" in kinds or len(kinds & _PROPERTY) == 1)):
        return "part"
    return "related"


def _has_a_name(party: Party) -> bool:
    """Whether a party is one body: a listed actor, or an organ of a stated country."""
    return not party.key.startswith(("*:", "class:", "communal:")) and party.type != "unknown"


def named_by_outlet(rows: pl.DataFrame, field: str, judge: Judge) -> Iterator[tuple[int, list[Named]]]:
    """Each event whose outlets name different parties in ``field`` (perpetrators or targets), with what each names.

    ``rows`` are records with ``event_id``; outlets and records come sorted. An outlet that only says "gunmen" is left
    out.
    """
    keys = f"{field[:-1]}_keys"
    several = (
        rows.select("event_id", "outlet", "record_id", "attribution", YEAR, field, keys)
        .filter(pl.col(keys).list.len() > 0)
        .filter(pl.col("outlet").n_unique().over("event_id") > 1)
        .filter(pl.col(keys).n_unique().over("event_id") > 1)
        .sort("event_id", "outlet", "record_id")
        .select("event_id", "outlet", "record_id", "attribution", "year", field)
    )
    for event_id, event in groupby(several.iter_rows(), key=itemgetter(0)):
        found: dict[str, tuple[dict[Party, None], list[tuple[str, str]]]] = {}
        for _, outlet, record, attribution, year, names in event:
            parties, said = found.setdefault(outlet, ({}, []))
            parties.update(dict.fromkeys(one for name in names if (one := judge.party(name, year)) is not None))
            sure = f" ({attribution})" if attribution and field == "perpetrators" else ""
            said.append((record, ", ".join(names) + sure))
        yield event_id, [Named(outlet, tuple(parties), tuple(said)) for outlet, (parties, said) in found.items()]


Ties = Sequence[tuple[int, Sequence[tuple[Named, Named, Tie]]]]
"""Events, and every two outlets in them whose closest tie is not "same"."""


def ties_between(rows: pl.DataFrame, field: str, judge: Judge) -> Ties:
    """How the outlets of each event go together in ``field``, as far as they do not name the same."""
    found = []
    for event_id, named in named_by_outlet(rows, field, judge):
        pairs = ((a, b, judge.closest(a.parties, b.parties)) for a, b in combinations(named, 2))
        if apart := [pair for pair in pairs if pair[2] != "same"]:
            found.append((event_id, apart))
    return found


def sides(named: Sequence[Named], judge: Judge) -> Mapping[str, Sequence[str]]:
    """Label -> outlets. Names of one actor, or of its parts, are one side, called by all its canonical names."""
    groups: list[list[Named]] = []
    for one in named:
        near = [
            group
            for group in groups
            if any(judge.closest(one.parties, other.parties) in ("same", "part") for other in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append([*(other for group in near for other in group), one])
    labelled = {_label(group): sorted({one.outlet for one in group}) for group in groups}
    order = sorted(labelled, key=lambda label: (-len(labelled[label]), len(label), label))
    return {label: labelled[label] for label in order}


def _label(group: Sequence[Named]) -> str:
    names: dict[str, str] = {}
    for one in group:
        for party in one.parties:
            names.setdefault(party.key, party.name)
    return ", ".join(sorted(set(names.values())))


def disputed_perpetrators(ties: Ties) -> list[str]:
    """The records, sorted, whose outlet names other perpetrators than some other outlet of the event."""
    found = {
        record for _, pairs in ties for a, b, tie in pairs if tie == "unrelated" for record, _ in (*a.said, *b.said)
    }
    return sorted(found)
