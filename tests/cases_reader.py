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
from itertools import combinations
from pathlib import Path
from typing import Any

from strategies import row, solve

from reconcile.claims import figure_text
from reconcile.counts import parse_count
from reconcile.pipeline import Result
from reconcile.tables import MEASURES

FOLDER = Path(__file__).parent / "cases"
GOLDEN = Path(__file__).parent / "golden" / "cases.txt"
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


def solved(case: Case) -> Result:
    """The result for one case, its records judged to be one event, or none."""
    rows = [record(number, line, case) for number, line in enumerate(case["say"])]
    verdict = "different" if case.get("apart") else "same"
    pairs = [
        (a["record_id"], b["record_id"]) for a, b in combinations(rows, 2) if not a["aggregate"] and not b["aggregate"]
    ]
    return solve(rows, *((a, b, verdict) for a, b in pairs))


def reconciled(row: dict[str, Any]) -> str:
    """A reconciled figure as a reader writes it: ``5-7, best 5``."""
    text = figure_text(row["low"], row["best"], row["high"])
    return f"{text}, best {row['best']}" if row["best"] is not None and row["low"] != row["high"] else text


def told(result: Result) -> list[str]:
    """What a reader learns from a result, one line for each figure and each discrepancy of each event."""
    lines = []
    for event in result.events.iter_rows(named=True):
        who = " / ".join(" + ".join(voice) for voice in event["voices"])
        lines.append(f"{event['event_id']} {event['title']}, {event['date']}, of {' '.join(event['records'])}: {who}")
        for one in event["casualties"]:
            claims = [claim["record_id"] + " replaced" * bool(claim["replaced_by"]) for claim in one["claims"]]
            group = f" {one['group']}" if one["group"] else ""
            lines.append(f"  {one['measure']}{group}: {reconciled(one)} {one['status']} ({', '.join(claims)})")
        for name in ("covers", "part_of"):
            lines += [f"  {name} {' '.join(event[name])}"] * bool(event[name])
    for one in result.discrepancies.iter_rows(named=True):
        behind = ", ".join(f"{a} {b}" for a, b in zip(one["records"], one["values"], strict=True))
        lines.append(f"{one['event_id']} {one['severity']} {one['name']} {one['field']}: {one['message']} [{behind}]")
    return lines


def golden() -> dict[str, list[str]]:
    """By case the lines that a reader must see."""
    sections = GOLDEN.read_text(encoding="utf-8").split("\n\n")
    return {lines[0]: lines[1:] for lines in (section.strip("\n").split("\n") for section in sections)}


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
