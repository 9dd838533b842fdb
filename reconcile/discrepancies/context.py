"""What is known of one disputed total: the claims that stand, and what their records say besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

import polars as pl

from reconcile.claims import Claim, add_up, figure_text, figure_text_of, stated_claims
from reconcile.dates import describe, parse_edtf
from reconcile.groups import Groups

Row = Mapping[str, Any]
# Longer sums that fit are coincidences.
_MOST_ROWS: Final = 12


class Said(NamedTuple):
    """One outlet's standing figure for a total: its bounds, its words and the moment it was claimed."""

    record_id: str
    outlet: str
    low: int | None
    best: int | None
    high: int | None
    day: date | None
    moment: datetime | None
    quote: str | None = None

    @property
    def text(self) -> str:
        """The figure as a reader writes it."""
        return figure_text(self.low, self.best, self.high)

    @property
    def exact(self) -> int | None:
        """The one number this claim allows, else ``None``."""
        return self.low if self.low == self.high else None

    @property
    def floor(self) -> int:
        """The least number this claim allows."""
        return self.low or 0

    def meets(self, other: Said) -> bool:
        """Whether both figures can be true."""
        return (other.high is None or self.floor <= other.high) and (self.high is None or other.floor <= self.high)

    def before(self, other: Said) -> bool:
        """Whether this was certainly claimed earlier: by the hour where both give it, else by the day."""
        if self.moment is not None and other.moment is not None:
            return self.moment < other.moment  # days of two zones may be the other way round
        return self.day is not None and other.day is not None and self.day < other.day

    @property
    def when(self) -> str:
        """The day of the claim in words."""
        return "" if self.day is None else _in_words(self.day)


@lru_cache(maxsize=65_536)
def _in_words(day: date) -> str:
    return describe(parse_edtf(day.isoformat()))


@dataclass(frozen=True)
class Dispute:
    """A measure of one event: ``claims`` on the total, and by record what else its explanation may need."""

    event_id: int
    measure: str
    claims: Sequence[Said]
    replaced: Sequence[tuple[Said, str]]
    stated: Mapping[str, Sequence[Claim]]
    """By record: all its stated claims, of every measure and group."""
    rows: Mapping[str, Row]
    """By record: its outlet, place and days, and ``told``, the words of its title and text."""
    totals: Mapping[tuple[str, str], Said]
    """By record and measure: the record's other totals."""
    groups: Groups
    texts: tuple[str, ...] = ()

    def label(self, figure: str) -> str:
        """``5 (KirkukNow, Rudaw)``: a figure with all outlets that give it."""
        outlets = sorted({claim.outlet for claim in self.claims if claim.text == figure})
        return f"{figure} ({', '.join(outlets)})"

    def exact(self, record_id: str, measure: str) -> int | None:
        """The one number that a record's total for a measure allows, if it gives one."""
        said = self.totals.get((record_id, measure))
        return None if said is None else said.exact

    def last_day(self) -> date | None:
        """The last day on which the event may have happened, as far as anyone says."""
        days = [row["date_end"] for row in self.rows.values() if row["date_end"] is not None]
        return max(days, default=None)

    @cached_property
    def rows_by_outlet(self) -> Mapping[str, Sequence[Said]]:
        """The standing figures of each outlet that has several, in order of record."""
        found: dict[str, list[Said]] = {}
        for claim in sorted(self.claims, key=lambda claim: claim.record_id):
            found.setdefault(claim.outlet, []).append(claim)
        return {outlet: rows for outlet, rows in found.items() if 1 < len(rows) <= _MOST_ROWS}

    @cached_property
    def sums(self) -> Mapping[str, Claim]:
        """What the :attr:`rows_by_outlet` of each outlet come to."""
        return {
            outlet: add_up([Claim(self.measure, None, row.low, row.best, row.high) for row in rows])
            for outlet, rows in self.rows_by_outlet.items()
        }


@lru_cache(maxsize=65_536)
def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text[:10])
    except ValueError:
        return None


@lru_cache(maxsize=65_536)
def _moment(text: str | None) -> datetime | None:
    """The stated hour, in UTC where a zone is given; hours of unlike kinds are not compared."""
    if text is None or "T" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    offset = moment.utcoffset()
    return None if offset is None else (moment - offset).replace(tzinfo=None)


def claims_of(reconciled: pl.DataFrame) -> pl.DataFrame:
    """The claims on all totals of the events whose outlets give several figures of some measure, in order.

    ``of`` numbers the totals and ``claim`` the claims; ``contested``: the total is disputed, or a claim on it was
    replaced. ``reconciled`` comes in order of event.
    """
    total = pl.col("group").is_null()
    several = (total & (pl.col("claims").list.len() > 1)).any().over("event_id")
    field = pl.col("claims").struct.field
    names = ("record_id", "outlet", "low", "best", "high", "quote", "as_of", "published_at", "replaced_by")
    bounds = (pl.col("low"), pl.col("best"), pl.col("high"))
    return (
        reconciled.select(
            "event_id", "measure", "status", "claims", of=total.cum_sum().cast(pl.UInt32) - 1, wanted=total & several
        )
        # All in one piece: to choose among nested claims takes longer than to write out what few of them say.
        .explode("claims", empty_as_null=True)
        .select("of", "event_id", "measure", "status", "wanted", *(field(name) for name in names))
        .filter("wanted")
        .drop("wanted")
        .with_columns(
            contested=(pl.col("status") == "disputed") | pl.col("replaced_by").is_not_null().any().over("of"),
            text=figure_text_of(*bounds),
        )
        .with_row_index("claim")
    )


def _said(claims: pl.DataFrame) -> Iterator[tuple[int, int, str, str | None, Said]]:
    """Event, total, measure, the record that replaced it, and the claim."""
    names = ("event_id", "of", "measure", "replaced_by", "record_id", "outlet", "low", "best", "high", "quote", "as_of",
             "published_at")  # fmt: skip
    for event, of, measure, replaced, record, outlet, low, best, high, quote, as_of, published in claims.select(
        names
    ).iter_rows():
        chosen = as_of if _day(as_of) is not None else published
        said = Said(record, outlet, low, best, high, _day(chosen), _moment(chosen), quote)
        yield event, of, measure, replaced, said


_ROW: Final = ("outlet", "place_key", "date_end", "day_start", "published")


def disputes(claims: pl.DataFrame, chosen: pl.Series, rows: pl.DataFrame, groups: Groups) -> Iterator[Dispute]:
    """One :class:`Dispute` for each of the totals ``chosen`` (``of``) of the ``claims`` (:func:`claims_of`).

    They come in order of event, so that one event at a time is held. ``rows`` are records with ``event_id``, sorted by
    event and record.
    """
    wanted = set(chosen)
    events = claims.filter(pl.col("of").is_in(chosen.implode())).select("event_id").unique()
    columns = ["event_id", "record_id", "event_type", "title", "text", "perpetrators", *_ROW]
    inside = rows.select(*columns, "claims", "struck").join(events, on="event_id", how="semi", maintain_order="left")
    detailed = inside.filter(pl.col("claims").list.len() > 0).select("record_id", "claims", "struck")
    stated = {record: stated_claims(claims, groups, struck=struck) for record, claims, struck in detailed.iter_rows()}
    of_event = itemgetter(0)
    for (event, said), (_, mine) in zip(
        groupby(_said(claims.join(events, on="event_id", how="semi", maintain_order="left")), of_event),
        groupby(inside.select(columns).iter_rows(), of_event),
        strict=True,
    ):
        flat = list(said)
        # What a record says now, if it gives an earlier figure as well.
        known = {(said.record_id, measure): said for _, _, measure, by, said in flat if by != said.record_id}
        records: dict[str, Row] = {}
        words: dict[str, None] = {}
        for _, record, kind, title, text, perpetrators, *row in mine:
            told = " ".join(part.lower() for part in (title, text) if part)
            records[record] = dict(zip(_ROW, row, strict=True), told=told)
            words |= dict.fromkeys(one for one in (kind, title, text, *(perpetrators or ())) if one)
        detail = {record: stated[record] for record in records if record in stated}
        texts = tuple(words)
        for (of, measure), claimed in groupby(flat, key=itemgetter(1, 2)):
            if of in wanted:
                each = [(said, replaced) for _, _, _, replaced, said in claimed]
                standing = [said for said, replaced in each if replaced is None]
                history = [(said, replaced) for said, replaced in each if replaced is not None]
                yield Dispute(event, measure, standing, history, detail, records, known, groups, texts)
