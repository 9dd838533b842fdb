"""Reads tests/cases/*.toml: one small event a case, told by a few outlets, with what must be found in it.

A record is one line, ``OUTLET @PUBLISHED #PLACE ^DATE !PERPETRATORS >TARGETS: fact, fact | text``, in which all but the
outlet and the colon may be left out; several names are parted by ``;``. A fact is ``MEASURE FIGURE GROUP part|total by
SOURCE``: ``killed 7``, ``injured 5+``, ``killed 5-7``, ``killed 0(0-13)`` (best 0, between 0 and 13), ``killed <9`` (up
to nine), ``killed 6 villagers``, ``injured 2 part``, ``killed a_few_dozen`` (the outlet's words, read as the loader
reads them).
``~`` at the beginning of a line flags the record as an aggregate.

``rules`` lists everything that must be found, and nothing else may be: ``toll-update`` concerns the killed, other
fields are named (``status-shift injured``). ``killed`` and ``injured`` are the reconciled figures under ``range``,
as a reader writes them: ``5-7, best 5``. ``apart`` keeps the records from being one event. ``severity`` is the gravest
of all findings.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from strategies import row

from reconcile.counts import parse_count
from reconcile.tables import MEASURES

FOLDER = Path(__file__).parent / "cases"
_FIGURE = re.compile(r"(?:(\d+)\((\d+)-(\d+)\)|(\d+)\+|(\d+)-(\d+)|<(\d+)|(\d+))")
_FACT = re.compile(r"(\w+) (\S+)((?: (?!by |part$|total$|part |total )\S+)*)(?: (part|total))?(?: by (.+))?")
_NEXT = re.compile(rf", (?=(?:{'|'.join(MEASURES)}) )")
Case = dict[str, Any]


def cases() -> list[Case]:
    """Every case of every file, with its file's name."""
    return [
        case | {"file": path.stem}
        for path in sorted(FOLDER.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


def figure(text: str) -> tuple[int | None, int | None, int | None]:
    """Low, best and high of a written figure."""
    found = _FIGURE.fullmatch(text)
    if found is None:
        said = parse_count(text.replace("_", " "))
        return said.low, said.best, said.high
    best, low, high, at_least, start, end, most, exact = (
        None if part is None else int(part) for part in found.groups()
    )
    if exact is not None:
        return exact, exact, exact
    if at_least is not None:
        return at_least, None, None
    if most is not None:
        return None, None, most
    return (low, best, high) if best is not None else (start, None, end)


def record(number: int, line: str, case: Case) -> dict[str, Any]:
    """One line of a case as a loaded record."""
    head, facts = re.split(r": |:$", line, maxsplit=1)
    facts, _, text = facts.partition(" | ")
    aggregate, head = head.startswith("~"), head.lstrip("~")
    marks = dict(re.findall(r" ([@#^!>])([^@#^!>]+?)(?= [@#^!>]|$)", head))
    outlet = re.split(r" [@#^!>]", head)[0]
    fields: dict[str, Any] = {
        "place": marks.get("#", case.get("place", "Dara")),
        "event_type": case.get("kind", "attack"),
    }
    fields |= {"text": text or None, "aggregate": aggregate, "perpetrators": case.get("by", [])}
    for mark, name in (("!", "perpetrators"), (">", "targets")):
        if mark in marks:
            fields[name] = [one.strip() for one in marks[mark].split(";")]
    fields["admin2"] = case.get("district", "Khanaqin")
    if fields["place"] == "-":
        fields["place"] = None
    start, _, end = (marks.get("^") or case.get("on", "2020-06-13")).partition("/")
    first = date.fromisoformat(start[:10])
    fields |= {"day": first, "days": (date.fromisoformat(end) - first) // timedelta(days=1) if end else 0}
    if "T" in start:
        fields["minute"] = int(start[11:13]) * 60 + int(start[14:16])
    if "@" in marks:
        fields |= {"published_at": marks["@"]}
    found = row(f"r{number}", outlet, **{name: value for name, value in fields.items() if name != "published_at"})
    if "@" in marks:
        found |= {"published_at": marks["@"], "published": date.fromisoformat(marks["@"][:10])}
    found["claims"] = [_claim(fact) for fact in re.split(_NEXT, facts) if fact]
    return found


def _claim(fact: str) -> dict[str, Any]:
    parts = _FACT.fullmatch(fact)
    assert parts, fact
    assert parts[1] in MEASURES, fact
    low, best, high = figure(parts[2])
    group = parts[3].strip() or None
    quote = None if _FIGURE.fullmatch(parts[2]) else parts[2].replace("_", " ")
    return {
        "measure": parts[1], "group": group, "low": low, "best": best, "high": high,
        "scope": parts[4] or ("part" if group else "total"), "attributed_to": parts[5], "quote": quote, "as_of": None,
    }  # fmt: skip
