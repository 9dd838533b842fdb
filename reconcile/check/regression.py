"""The events against those of an earlier merged JSON: what a reviewer would want to know of the difference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconcile.check.finding import Finding, found
from reconcile.claims import figure_text
from reconcile.text import clip

Event = Mapping[str, Any]
_SCHEMA: Final = "reconcile-events/"


@dataclass(frozen=True)
class Document:
    """A merged JSON: its events, and where each stands in the file."""

    path: str
    events: tuple[Event, ...]
    places: Mapping[str, tuple[int, int]]

    def place(self, event: str | None) -> tuple[str, int | None, int | None]:
        """Where the file names the event."""
        return (self.path, *self.places.get(event or "", (1, 1)))


class UnreadableError(ValueError):
    """The file is no merged JSON."""


def parse_document(path: str, data: bytes) -> Document:
    """Raises :class:`UnreadableError`."""
    try:
        text = data.decode("utf-8-sig")
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"not JSON: {clip(str(error), 120)}") from None
    if not isinstance(document, dict) or not str(document.get("schema", "")).startswith(_SCHEMA):
        raise UnreadableError("not the JSON of reconcile merge: its schema is missing")
    events = document.get("events")
    if not isinstance(events, list) or not all(map(_sound, events)):
        raise UnreadableError("not the JSON of reconcile merge: an event lacks its fields")
    places: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        key, _, value = line.strip().partition(": ")
        if key == '"event_id"' and line.startswith('      "'):
            places.setdefault(value.strip('",'), (number, line.index(value) + 1))
    return Document(path, tuple(events), places)


def _sound(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and isinstance(event.get("event_id"), str)
        and isinstance(event.get("records"), list)
        and all(isinstance(record, str) for record in event["records"])
        and all(isinstance(event.get(name), list) and all(isinstance(one, dict) for one in event[name])
                for name in ("casualties", "discrepancies"))
    )  # fmt: skip


def differences(old: Document, new: Sequence[Event]) -> Iterator[Finding]:
    """Joined, split, moved; then what has changed in the events that are still the same."""
    before = {record: event for event in old.events for record in event["records"]}
    after = {record: event for event in new for record in event["records"]}
    pairs = sorted({(before[one]["event_id"], after[one]["event_id"]) for one in before.keys() & after.keys()})
    old_of = {event["event_id"]: event for event in old.events}
    new_of = {event["event_id"]: event for event in new}
    for ours, theirs in _components(pairs):
        if len(ours) == len(theirs) == 1:
            yield from _changes(old, old_of[ours[0]], new_of[theirs[0]])
        else:
            yield _regrouped(old, [old_of[one] for one in ours], [new_of[one] for one in theirs], before, after)
    linked_old, linked_new = {one for one, _ in pairs}, {other for _, other in pairs}
    for event in new:
        if event["event_id"] not in linked_new:
            values = {"event": named(event)}
            yield found(
                "new-event", old.place(None), values, records=tuple(event["records"]), event=event["event_id"], key=()
            )
    for event in old.events:
        if event["event_id"] not in linked_old:
            values = {"event": named(event)}
            yield found(
                "vanished-event", old.place(event["event_id"]), values,
                records=tuple(event["records"]), event=event["event_id"], key=(),
            )  # fmt: skip


def named(event: Event) -> str:
    """An event for a reader: its title and its records."""
    records = event["records"]
    shown = ", ".join(records[:6]) + (f" and {len(records) - 6} more" if len(records) > 6 else "")
    return f"{clip(str(event.get('title')), 100)} [{event['event_id']}: {shown}]"


def _components(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[list[str], list[str]]]:
    """Old and new events that share records, taken together; sorted."""
    news: dict[str, list[str]] = {}
    olds: dict[str, list[str]] = {}
    for old, new in pairs:
        news.setdefault(old, []).append(new)
        olds.setdefault(new, []).append(old)
    done: set[str] = set()
    for first in sorted(news):
        if first in done:
            continue
        ours, theirs, queue = {first}, set[str](), [first]
        while queue:
            for new in news[queue.pop()]:
                theirs.add(new)
                fresh = [old for old in olds[new] if old not in ours]
                ours.update(fresh)
                queue += fresh
        done |= ours
        yield sorted(ours), sorted(theirs)


def _regrouped(
    old: Document,
    ours: Sequence[Event],
    theirs: Sequence[Event],
    before: Mapping[str, Event],
    after: Mapping[str, Event],
) -> Finding:
    place = old.place(ours[0]["event_id"])
    records = sorted({one for event in (*ours, *theirs) for one in event["records"]})
    common = {"records": tuple(records), "event": theirs[0]["event_id"]}
    if len(theirs) == 1:
        values = {"old": " and ".join(map(named, ours)), "new": named(theirs[0])}
        return found("joined", place, values, key=(), **common)
    if len(ours) == 1:
        values = {"old": named(ours[0]), "new": " and ".join(map(named, theirs))}
        return found("split", place, values, key=(), **common)
    routes: dict[tuple[str, str], list[str]] = {}
    for record in records:
        if record in before and record in after:
            routes.setdefault((before[record]["event_id"], after[record]["event_id"]), []).append(record)
    told = [
        f"{', '.join(some)} from {source} to {target}" for (source, target), some in sorted(routes.items())
        if source != target
    ]  # fmt: skip
    return found("moved", place, {"what": "; ".join(told) or "the records are grouped anew"}, key=(), **common)


def _changes(old: Document, before: Event, after: Event) -> Iterator[Finding]:
    place = old.place(before["event_id"])
    common: dict[str, Any] = {
        "records": tuple(sorted({*before["records"], *after["records"]})),
        "event": after["event_id"],
    }
    label = f"{clip(str(after.get('title')), 80)} [{after['event_id']}]"
    ours, theirs = _figures(before), _figures(after)
    for key in sorted(ours.keys() | theirs.keys()):
        was, now = ours.get(key, "not stated"), theirs.get(key, "not stated")
        if was != now:
            values = {"event": label, "figure": "/".join(filter(None, key)), "old": was, "new": now}
            yield found(
                "figure-changed", place, values, key=(*key, was, now), field="/".join(filter(None, key)), **common
            )
    was_found, now_found = _discrepancies(before), _discrepancies(after)
    for rule, one, other in (
        ("new-discrepancy", now_found, was_found), ("vanished-discrepancy", was_found, now_found)
    ):  # fmt: skip
        for key in sorted(one.keys() - other.keys()):
            row = one[key]
            values = {"event": label, **{name: str(row.get(name)) for name in ("rule", "name", "field", "message")}}
            yield found(rule, place, values, key=key, field=key[1], **common)


def _figures(event: Event) -> dict[tuple[str, str], str]:
    figures = {}
    for row in event["casualties"]:
        text = figure_text(row.get("low"), row.get("best"), row.get("high")) or "not stated"
        best = row.get("best")
        best_text = f", best {best}" if best is not None and text != str(best) else ""
        figures[str(row.get("measure")), str(row.get("group") or "")] = f"{text}{best_text} ({row.get('status')})"
    return figures


def _discrepancies(event: Event) -> dict[tuple[str, str], Event]:
    return {(str(row.get("rule")), str(row.get("field"))): row for row in event["discrepancies"]}
