"""Two records beside each other, for a person to judge."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, Final

from rich.cells import cell_len

from reconcile.claims import figure_text
from reconcile.dates import describe, parse_edtf
from reconcile.report.layout import Page, pad, wrap
from reconcile.tables import MEASURES
from reconcile.text import clip, for_terminal

_LABEL: Final = 11
_MOST_TEXT: Final = 600  # an article's opening says what it is about


def write_side_by_side(page: Page, left: Mapping[str, Any], right: Mapping[str, Any]) -> None:
    """Print two rows of RECORDS; what differs is marked with ``≠`` as well as by colour."""
    room = max((min(page.width, 160) - _LABEL - 4) // 2, 16)
    for name, show in _FIELDS:
        a, b = show(left), show(right)
        if not a and not b:
            continue
        differs = bool(a and b) and a != b and name not in ("text", "title", "record", "url")
        cells = zip_longest(_cell(a, room), _cell(b, room), fillvalue="")
        for number, (one, two) in enumerate(cells):
            mark = "≠ " if differs and number == 0 else "  "
            style = "yellow" if differs else ""
            page.line(
                (pad(name if number == 0 else "", _LABEL), "dim"),
                (pad(one, room), style),
                (mark, "bold yellow"),
                (two, style),
            )


def _cell(text: str, room: int) -> list[str]:
    lines = []
    for line in wrap(for_terminal(text), room, room):
        # A word longer than the column is broken here: columns must not run together. Only the head is measured, so
        # that a very long word takes linear time.
        while len(line) > 4 * room or cell_len(line) > room:
            cut = room
            while cell_len(line[:cut]) > room:
                cut -= 1
            lines.append(line[:cut])
            line = line[cut:]
        lines.append(line)
    return lines


def _date(row: Mapping[str, Any]) -> str:
    return describe(parse_edtf(row["date"])) if row["date"] else ""


def _time(row: Mapping[str, Any]) -> str:
    minute = row["date_minute"]
    return "" if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def _place(row: Mapping[str, Any]) -> str:
    return ", ".join(row[name] for name in ("place", "admin2", "admin1", "country") if row[name])


def _point(row: Mapping[str, Any]) -> str:
    if row["lat"] is None:
        return ""
    radius = f" within {row['geo_precision_km']:g} km" if row["geo_precision_km"] is not None else ""
    return f"{row['lat']:.4f}, {row['lon']:.4f}{radius}"


def _counts(row: Mapping[str, Any]) -> str:
    found = []
    for measure in MEASURES:
        low, best, high = row[f"{measure}_low"], row[measure], row[f"{measure}_high"]
        text = figure_text(best if low is None else low, best, best if high is None else high)
        if text:
            found.append(f"{measure} {text}")
    return ", ".join(found)


def _list(name: str) -> Any:
    return lambda row: ", ".join(row[name] or ())


def _text(name: str, most: int = 10_000) -> Any:
    return lambda row: clip(row[name] or "", most)


_FIELDS: Final = (
    ("record", _text("record_id")),
    ("outlet", _text("outlet")),
    ("published", _text("published_at")),
    ("title", _text("title")),
    ("date", _date),
    ("time", _time),
    ("place", _place),
    ("point", _point),
    ("by", _list("perpetrators")),
    ("against", _list("targets")),
    ("type", _text("event_type")),
    ("casualties", _counts),
    ("text", _text("text", _MOST_TEXT)),
    ("url", _text("url")),
)
