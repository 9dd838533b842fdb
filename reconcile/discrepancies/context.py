"""What is known of one disputed total: the claims that stand, and what their records say besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from reconcile.claims import Claim, figure_text, stated_claims
from reconcile.dates import describe, parse_edtf
from reconcile.groups import Groups

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
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

    def meets(self, other: Said) -> bool:
        """Whether both figures can be true."""
        return (other.high is None or (self.low or 0) <= other.high) and (
            self.high is None or (other.low or 0) <= self.high
        )

    def before(self, other: Said) -> bool:
        """Whether this was certainly claimed earlier: by the day, on one day by the hour where both give it."""
        if self.day is None or other.day is None:
            return False
        if self.day != other.day:
            return self.day < other.day
        both = self.moment is not None and other.moment is not None
        return both and self.moment < other.moment  # type: ignore[operator]

    @property
    def when(self) -> str:
        """The day of the claim in words."""
        return "" if self.day is None else describe(parse_edtf(self.day.isoformat()))


@dataclass(frozen=True)
class Dispute:
    """A measure of one event: ``claims`` on the total, and by record what else its explanation may need."""

    event_id: str
    measure: str
    claims: Sequence[Said]
    replaced: Sequence[tuple[Said, str]]
    stated: Mapping[str, Sequence[Claim]]
    """By record: all its stated claims, of every measure and group."""
    rows: Mapping[str, Row]
    """By record: its place, its days, and ``told``, the words of its title and text."""
    totals: Mapping[tuple[str, str], Said]
    """By record and measure: the record's other totals."""
    groups: Groups
    texts: tuple[str, ...] = ()

    def label(self, figure: str) -> str:
        """``5 (KirkukNow, Rudaw)``: a figure with all outlets that give it."""
        outlets = sorted({claim.outlet for claim in self.claims if claim.text == figure})
        return f"{figure} ({', '.join(outlets)})"

    def last_day(self) -> date | None:
        """The last day on which the event may have happened, as far as anyone says."""
        days = [row["date_end"] for row in self.rows.values() if row["date_end"] is not None]
        return max(days, default=None)


def said(claim: Row) -> Said:
    """A claim of a reconciled figure as :class:`Said`."""
    as_of, published = claim["as_of"], claim["published_at"]
    chosen = as_of if _day(as_of) is not None else published
    return Said(
        claim["record_id"], claim["outlet"], claim["low"], claim["best"], claim["high"], _day(chosen), _moment(chosen),
        claim["quote"],
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text[:10])
    except ValueError:
        return None


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


_ROW = ("record_id", "outlet", "place", "place_key", "date_end", "day_start", "day_end")
_TEXTS = ("event_type", "title", "text")


def disputes(rows: pl.DataFrame, reconciled: pl.DataFrame, groups: Groups) -> Iterator[Dispute]:
    """One :class:`Dispute` for each event and measure whose total is disputed or was replaced by its own outlet."""
    totals = reconciled.filter(pl.col("group").is_null())
    was_replaced = pl.col("claims").list.eval(pl.element().struct.field("replaced_by").is_not_null()).list.any()
    chosen = totals.filter((pl.col("status") == "disputed") | was_replaced)
    several = totals.join(chosen.select("event_id").unique(), on="event_id", how="semi")
    known: dict[str, dict[tuple[str, str], Said]] = {}
    for event, measure, claims in several.select("event_id", "measure", "claims").iter_rows():
        mine = known.setdefault(event, {})
        for claim in claims:
            mine[claim["record_id"], measure] = said(claim)
    inside = rows.join(chosen.select("event_id").unique(), on="event_id", how="semi").sort("event_id", "record_id")
    records: dict[str, dict[str, Row]] = {}
    words: dict[str, list[str]] = {}
    stated: dict[str, list[Claim]] = {}
    columns = ["event_id", *_ROW, *_TEXTS, "perpetrators", "claims"]
    for row in inside.select(columns).iter_rows(named=True):
        told = " ".join(row[name].lower() for name in ("title", "text") if row[name])
        records.setdefault(row["event_id"], {})[row["record_id"]] = {name: row[name] for name in _ROW} | {"told": told}
        texts = [*(row[name] for name in _TEXTS), *(row["perpetrators"] or ())]
        words.setdefault(row["event_id"], []).extend(text for text in texts if text)
        if row["claims"]:
            stated[row["record_id"]] = stated_claims(row["claims"], groups)
    for event, measure, claims in chosen.select("event_id", "measure", "claims").iter_rows():
        yield Dispute(
            event,
            measure,
            [said(claim) for claim in claims if claim["replaced_by"] is None],
            [(said(claim), claim["replaced_by"]) for claim in claims if claim["replaced_by"] is not None],
            {record: stated[record] for record in records[event] if record in stated},
            records[event],
            known[event],
            groups,
            tuple(dict.fromkeys(words.get(event, ()))),
        )
