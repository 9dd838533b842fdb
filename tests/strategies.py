"""Random incident records, and the shortest way from them to a result. Shared by the tests of laws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import polars as pl
from hypothesis import strategies as st

from reconcile.config import Settings
from reconcile.dates import Interval, format_edtf
from reconcile.judgements import Judgement, Judgements
from reconcile.normalize import normalize
from reconcile.pipeline import Knowledge, Result, reconcile
from reconcile.tables import LOADED, MEASURES

FIRST_DAY = date(2020, 6, 1)
OUTLETS = ("Rudaw", "Kurdistan 24", "KirkukNow", "Shafaq News")
# name, admin2, lat, lon: two neighbours, two homonyms far apart, and nothing at all
PLACES = (
    ("Dara", "Khanaqin", None, None),
    ("Mekhas", "Khanaqin", None, None),
    ("Tuz Khurmatu", "Tuz Khurmatu", 34.888, 44.632),
    ("Taza Khurmatu", "Kirkuk", 35.296, 44.329),
    (None, "Khanaqin", 34.348, 45.391),
    (None, None, None, None),
)
ACTORS = ((), ("ISIS",), ("Daesh",), ("unidentified gunmen",), ("PKK",), ("Turkish army",))
GROUPS = (None, "civilians", "children", "police", "security forces")


def row(record_id: str, outlet: str, **fields: Any) -> dict[str, Any]:
    """One loaded record with defaults for everything not given; ``day`` and ``days`` make its date."""
    base: dict[str, Any] = dict.fromkeys(LOADED.names())
    start = fields.pop("day", FIRST_DAY)
    if start is not None:
        end = start + timedelta(days=fields.pop("days", 0))
        minute = fields.pop("minute", None)
        base |= {
            "date_start": start, "date_end": end, "date_minute": minute,
            "date": format_edtf(Interval(start, end, minute=minute)),
        }  # fmt: skip
    published = fields.pop("published", None)
    if published is not None:
        base |= {"published": published, "published_at": published.isoformat()}
    base |= {
        "record_id": record_id,
        "outlet": outlet,
        "country": "Iraq",
        "admin1": "Diyala",
        "aggregate": False,
    }
    return base | {"date_approximate": False, "source": f"memory:{record_id}"} | fields


def loaded(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Rows as the loader hands them on: declared types, sorted by id."""
    return pl.DataFrame(list(rows), schema=LOADED, strict=False).sort("record_id")


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """The built-in tables and model, read once."""
    return Knowledge.of(Settings())


def normalized(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Rows as the pipeline sees them."""
    known = knowledge()
    return normalize(loaded(rows), known.places, known.actors, known.event_types)


def solve(rows: Sequence[dict[str, Any]], *judged: tuple[str, str, str], **settings: Any) -> Result:
    """Reconcile rows; ``judged`` are (left, right, verdict)."""
    from dataclasses import replace

    standing = tuple(
        Judgement(min(a, b), max(a, b), verdict, "memory", line)
        for line, (a, b, verdict) in enumerate(sorted(judged), start=1)
    )
    known = replace(knowledge(), judgements=Judgements(standing))
    return reconcile(normalized(rows), known, Settings(**settings))


@st.composite
def claim_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Claims of one record: totals (also several) and parts with exact, ranged and open figures, none or more too."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        low = draw(st.integers(0, 12))
        best = draw(st.none() | st.just(low))
        high = draw(st.none() | st.integers(low, low + 4))
        if best is None and high is None and draw(st.booleans()):
            best = low
        group = draw(st.sampled_from(GROUPS))
        found.append(
            {
                "measure": draw(st.sampled_from(MEASURES[:2])), "group": group, "low": low, "best": best, "high": high,
                "scope": draw(st.sampled_from(["total", "part"])), "attributed_to": None,
                "quote": draw(st.none() | st.just(f"{low} people")), "as_of": None,
            }
        )  # fmt: skip
    return found


@st.composite
def records(draw: st.DrawFn, most: int = 8) -> list[dict[str, Any]]:
    """Up to ``most`` records in one district and month, so that some describe one event and some nearly do."""
    rows = []
    for number in range(draw(st.integers(1, most))):
        place, admin2, lat, lon = draw(st.sampled_from(PLACES))
        killed = draw(st.none() | st.integers(0, 9))
        rows.append(
            row(
                f"r{number:02}",
                draw(st.sampled_from(OUTLETS)),
                day=draw(st.none() | st.integers(0, 12).map(lambda days: FIRST_DAY + timedelta(days=days))),
                published=draw(st.just(FIRST_DAY + timedelta(days=14)) | st.just(FIRST_DAY)),
                place=place, admin2=admin2, lat=lat, lon=lon,
                perpetrators=list(draw(st.sampled_from(ACTORS))),
                killed=killed,
                injured=draw(st.none() | st.integers(0, 9)),
                claims=[] if killed is not None else draw(claim_lists()),
                aggregate=draw(st.integers(0, 7)) == 0,
            )
        )  # fmt: skip
    return rows
