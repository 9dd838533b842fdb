"""How many independent voices an event has: outlets that quote one source or repeat each other are one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from reconcile.attribution import credited_agency, named_sources, own_key
from reconcile.copying import LINKS, same_address, same_name, same_odd_figures, same_words


@dataclass(frozen=True)
class Voices:
    """``table``: the voice of each outlet in each event, named after its first outlet; ``links``: why they are one."""

    table: pl.DataFrame
    links: pl.DataFrame


def find_voices(rows: pl.DataFrame, figures: pl.DataFrame, found: pl.DataFrame) -> Voices:
    """The voices of each event; ``rows`` are records and ``figures`` FIGURES, both with ``event_id``.

    ``found`` are the :func:`reconcile.copying.copiers` of the whole run.

    Outlets are joined when they have one name ("RUDAW", "Rudaw"), when all named sources that one cites are among those
    the other cites (or are the other), when they give one URL, when most of their words are the same, or when over the
    whole run they repeat each other's odd figures. Generic attributions ("a security source") join nobody.
    """
    told = rows.select("event_id", "record_id", "outlet", "url", "text")
    several = told.filter(pl.col("outlet").n_unique().over("event_id") > 1)
    totals = figures.select("event_id", "measure", "group", "outlet", "best", "replaced_by").filter(
        pl.col("group").is_null() & pl.col("replaced_by").is_null()
    )
    links = pl.concat(
        [
            same_name(several),
            _one_source(several, figures),
            same_address(several),
            same_words(several),
            same_odd_figures(totals, found),
        ]
    ).unique(["event_id", "left", "right"], keep="first", maintain_order=True)
    links = links.sort("event_id", "left", "right")
    joined = _table(_components(links), ("event_id", "outlet", "voice"), rows)
    table = (
        rows.select("event_id", "outlet")
        .unique()
        .join(joined, on=["event_id", "outlet"], how="left")
        .with_columns(pl.coalesce("voice", "outlet").alias("voice"))
        .sort("event_id", "outlet")
    )
    return Voices(table, links)


def _table(found: Iterable[tuple[Any, ...]], columns: Sequence[str], rows: pl.DataFrame) -> pl.DataFrame:
    schema = dict.fromkeys(columns, pl.String) | {"event_id": rows.schema["event_id"]}
    return pl.DataFrame(list(found), schema=schema, orient="row")


def _one_source(rows: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """LINKS of outlets of which one cites no named source that the other does not cite, too."""
    cited: dict[str, dict[str, set[str]]] = {}
    attributed = (
        figures.filter(pl.col("attributed_to").is_not_null())
        .select("event_id", "outlet", "attributed_to")
        .join(rows.select("event_id").unique(), on="event_id", how="semi")
        .unique()
        .sort("event_id", "outlet", "attributed_to")
    )
    for event, outlet, words in attributed.iter_rows():
        if sources := named_sources(words):
            cited.setdefault(event, {}).setdefault(outlet, set()).update(sources)
    credited = rows.filter(pl.col("text").str.slice(0, 200).str.contains(r"\([A-Za-z -]{2,40}\)"))
    for event, outlet, text in (
        credited.select("event_id", "outlet", "text").sort("event_id", "outlet", "text").iter_rows()
    ):
        if agency := credited_agency(text):
            cited.setdefault(event, {}).setdefault(outlet, set()).add(agency)
    outlets = (
        rows.filter(pl.col("event_id").is_in(list(cited)))
        .select("event_id", "outlet")
        .unique()
        .sort("event_id", "outlet")
    )
    found = [
        (event, *link)
        for event, members in groupby(outlets.iter_rows(), key=itemgetter(0))
        for link in _sharing(cited[event], [outlet for _, outlet in members])
    ]
    return _table(found, LINKS, rows)


def _sharing(cited: Mapping[str, set[str]], outlets: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    known = {outlet: cited.get(outlet, set()) | {own_key(outlet)} for outlet in outlets}
    holders: dict[str, list[str]] = {}
    for outlet, sources in known.items():
        for source in sorted(sources):
            holders.setdefault(source, []).append(outlet)
    for outlet, sources in cited.items():
        rarest = min(sorted(sources), key=lambda source: len(holders.get(source, ())))
        for other in holders.get(rarest, ()):
            if other != outlet and sources <= known[other]:
                left, right = sorted((outlet, other))
                said = ", ".join(sorted(sources))
                why = f"{outlet} cites {other}" if sources == {own_key(other)} else f"both cite one source ({said})"
                yield left, right, why


def _components(links: pl.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Every linked outlet with the first outlet of its component."""
    for event, pairs in groupby(links.select("event_id", "left", "right").iter_rows(), key=itemgetter(0)):
        root: dict[str, str] = {}

        def find(outlet: str, root: dict[str, str] = root) -> str:
            while (above := root.setdefault(outlet, outlet)) != outlet:
                outlet = root[outlet] = root.setdefault(above, above)
            return outlet

        for _, left, right in pairs:
            first, second = sorted((find(left), find(right)))
            root[second] = first
        for outlet in sorted(root):
            yield event, outlet, find(outlet)


def voices_of_events(voices: Voices) -> pl.DataFrame:
    """``event_id, voices``: the outlets of each voice, in order of the first of them."""
    return (
        voices.table.sort("event_id", "voice", "outlet")
        .group_by("event_id", "voice", maintain_order=True)
        .agg("outlet")
        .group_by("event_id", maintain_order=True)
        .agg(voices=pl.col("outlet"))
    )
