"""The actors of canonical events: who is named on either side, and under which of its names.

Inside, names and the words for them are numbers in sorted order: numbers sort, group and join far faster.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import polars as pl

from reconcile.actors import Actors
from reconcile.normalize import YEAR
from reconcile.parties import Ties, disputed_perpetrators

# From the most cautious to the boldest: between equals an event is attributed cautiously.
_CAUTION: Final = {"unknown": 0, "suspected": 1, "stated": 2, "claimed": 3}
_OF: Final = ["event_id", "who"]


class _Named(NamedTuple):
    """One row a record and actor that it names, in order of event and record."""

    rows: pl.DataFrame
    """``event_id, record_id, outlet, attribution, who, word``."""
    names: pl.Series
    """The names of actors, in which ``who`` counts."""
    words: pl.Series
    """What records call them, in which ``word`` counts."""


def perpetrators_of(rows: pl.DataFrame, ties: Ties, actors: Actors) -> pl.DataFrame:
    """``event_id, perpetrators``; ``rows`` are records with ``event_id``, sorted by event and record."""
    named = _named_actors(rows, "perpetrators", actors)
    disputed = pl.Series(disputed_perpetrators(ties), dtype=pl.String)
    stated = named.rows.with_columns(disputed=pl.col("record_id").is_in(disputed.implode()))
    words = stated.select(*_OF, "word").unique().sort(*_OF, "word")
    words = words.select(*_OF, stated_as=named.words.gather(words["word"]))
    # The same events and actors in the same order.
    both = pl.concat(
        [
            _by_actor(stated, pl.col("disputed").any()),
            words.group_by(_OF, maintain_order=True).agg("stated_as").select("stated_as"),
        ],
        how="horizontal",
    )
    sure = both.join(_attributions(stated), on=_OF, how="left", maintain_order="left")
    return _nested(
        sure, named.names, "perpetrators", "name", "stated_as", "attribution", "disputed", "records"
    )  # fmt: skip


def targets_of(rows: pl.DataFrame, actors: Actors) -> pl.DataFrame:
    """``event_id, targets``; ``rows`` are records with ``event_id``, sorted by event and record."""
    named = _named_actors(rows, "targets", actors)
    return _nested(_by_actor(named.rows), named.names, "targets", "name", "records")


def _named_actors(rows: pl.DataFrame, field: str, actors: Actors) -> _Named:
    """The stated actors of each event; generic ones ("gunmen") only where nobody names one."""
    stated = (
        rows.select(
            "event_id", "record_id", "outlet", "attribution", YEAR, word=field
        )
        .explode("word", empty_as_null=True)
        .filter(pl.col("word").is_not_null())
    )  # fmt: skip
    words = stated["word"].unique().sort()
    coded = stated.with_columns(_code("word", words), _code("outlet", stated["outlet"].unique()))
    distinct = coded.select("word", "year").unique().sort("word", "year")
    resolved = [actors.resolve(words[word], year) for word, year in distinct.iter_rows()]
    names = pl.Series(sorted({actor.name for actor in resolved}), dtype=pl.String)
    number = {name: at for at, name in enumerate(names)}
    same: dict[str, int] = {}
    alike = [same.setdefault(one.name if one.key is None else one.key, len(same)) for one in resolved]
    known = distinct.with_columns(
        who=pl.Series([number[one.name] for one in resolved], dtype=pl.UInt32),
        same=pl.Series(alike, dtype=pl.UInt32),
        generic=pl.Series([one.key is None for one in resolved], dtype=pl.Boolean),
    )
    named = coded.join(known, on=["word", "year"], how="left", nulls_equal=True, maintain_order="left")
    several = known.filter(pl.col("who").n_unique().over("same") > 1)["same"].unique()
    if len(several):
        named = _called(named, several)
    if named["generic"].any():
        named = named.filter(~pl.col("generic") | pl.col("generic").all().over("event_id"))
    return _Named(named.select("event_id", "record_id", "outlet", "attribution", "who", "word"), names, words)


def _code(column: str, values: pl.Series) -> pl.Expr:
    return pl.col(column).cast(pl.Enum(values)).to_physical()


def _called(named: pl.DataFrame, several: pl.Series) -> pl.DataFrame:
    """``named`` where an actor outside the tables, one of ``several`` names, is called what most records of the event
    call it, so that two spellings are not two actors."""
    called = (
        named.filter(pl.col("same").is_in(several.implode()))
        .group_by("event_id", "same", "who")
        .len()
        .sort("event_id", "same", "len", "who", descending=[False, False, True, False])
        .unique(["event_id", "same"], keep="first", maintain_order=True)
        .select("event_id", "same", called="who")
    )
    both = named.join(called, on=["event_id", "same"], how="left", maintain_order="left")
    return both.with_columns(who=pl.coalesce("called", "who"))


def _by_actor(named: pl.DataFrame, *more: pl.Expr) -> pl.DataFrame:
    """One row an event and actor, sorted: its ``votes`` (outlets) and its ``records``, in order."""
    ordered = named.sort(_OF, maintain_order=True)
    # A record may give one actor two names.
    new = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in (*_OF, "record_id"))
    return (
        ordered.filter(new)
        .group_by(_OF, maintain_order=True)
        .agg(*more, votes=pl.col("outlet").n_unique(), records=pl.col("record_id"))
    )


def _attributions(stated: pl.DataFrame) -> pl.DataFrame:
    """How sure most outlets are of each actor; between equals the more cautious."""
    caution = pl.col("attribution").replace_strict(_CAUTION, return_dtype=pl.Int8)
    return (
        stated.filter(pl.col("attribution").is_not_null())
        .group_by(*_OF, "attribution")
        .agg(votes=pl.col("outlet").n_unique())
        .sort(*_OF, "votes", caution, descending=[False, False, True, False])
        .unique(_OF, keep="first", maintain_order=True)
        .select(*_OF, "attribution")
    )


def _nested(actors: pl.DataFrame, names: pl.Series, field: str, *members: str) -> pl.DataFrame:
    """``event_id`` and ``field``: the list of its actors, those of most votes first."""
    if actors["event_id"].is_duplicated().any():
        actors = actors.sort("event_id", "votes", "who", descending=[False, True, False])
    return (
        actors.with_columns(name=names.gather(actors["who"]))
        .group_by("event_id", maintain_order=True)
        .agg(pl.struct(*members).alias(field))
    )
