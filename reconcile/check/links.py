"""URLs that are none, or stand where they cannot; and reports that were entered twice."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Final

from rapidfuzz import fuzz

from reconcile.check.quotes import said
from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.number_words import normalised
from reconcile.tables import MEASURES
from reconcile.text import clip
from reconcile.vague import VAGUE

_ALIKE: Final = 90.0  # per cent
_LESS_ALIKE: Final = 80.0  # where all figures are the same
_CLIP: Final = 1_000
_NUMBER: Final = re.compile(r"[0-9]+")
_AHEAD: Final = 25  # rows of one outlet and place that a row is compared with
_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_LABEL: Final = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_TOP: Final = re.compile(r"[^\W\d_]{2,63}|xn--[a-z0-9-]{1,59}", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_FORBIDDEN: Final = re.compile(r'[\s\x00-\x20\x7f<>"{}|\\^`]')
_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def why_malformed(url: str) -> str | None:
    """What is wrong with ``url``; None if it could be opened. Letters of any script are fine (RFC 3987)."""
    if not _SCHEME.match(url):
        return "does not begin with http:// or https://"
    if _FORBIDDEN.search(url) or not url.isprintable():
        return "has a character that no URL has"
    if _PERCENT.search(url):
        return "has a percent sign without two hexadecimal digits"
    authority = re.split(r"[/?#]", _SCHEME.sub("", url, count=1), maxsplit=1)[0]
    host, _, port = authority.rpartition("@")[2].partition(":")
    if port and not (port.isascii() and port.isdigit() and int(port[:9]) < 65_536):
        return "has a port that is none"
    if authority.endswith(":") or not host:
        return "names no host"
    if _ADDRESS.fullmatch(host):
        return None if all(int(part) < 256 for part in host.split(".")) else "has an address that is none"
    labels = host.removesuffix(".").split(".")
    if len(labels) < 2 or len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return "has a host that is none"
    return None if _TOP.fullmatch(labels[-1]) else "has a host that is none"


def links(sheet: Sheet, misdated: Collection[int] = ()) -> Iterator[Draft]:
    """Malformed URLs, near-duplicates, and URLs repeated without being near-duplicates.

    The dates of events in the rows ``misdated`` are wrong by another finding, and tell no two reports apart.
    """
    rows = _with_outlets(sheet, [row for row in sheet.rows if row["kept"] and sheet.own(row["row"])])
    for row in rows:
        if row["url"] and (why := why_malformed(row["url"])):
            yield Draft("malformed-url", row["row"], (("url",),), {"url": clip(row["url"], 80), "why": why})
    first: dict[str, Row] = {}
    single = []
    for row in rows:  # a doubled id is a finding by itself
        if row["record_id"] is None or row["record_id"] not in first:
            single.append(row)
        if row["record_id"] is not None:
            first.setdefault(row["record_id"], row)
    twins: set[tuple[int, int]] = set()
    for one, other in _once([*_near_duplicates(single), *_misdated_copies(single, misdated)]):
        twins.add((one["row"], other["row"]))
        values = {"other": _name(one), "where": one["source"]}
        key = (_name(one),)
        yield Draft("near-duplicate", other["row"], (("record_id",),), values, others=_ids(one), key=key)
    yield from _repeated(single, twins)


def _with_outlets(sheet: Sheet, rows: Sequence[Row]) -> list[Row]:
    """The rows; one without an outlet is of the only outlet of its file, if there is but one."""
    outlets: dict[str, set[str]] = {}
    for row in rows:
        if row["outlet"]:
            outlets.setdefault(sheet.file_of(row["row"]).name, set()).add(row["outlet"])
    found = []
    for row in rows:
        known = outlets.get(sheet.file_of(row["row"]).name, set())
        if row["outlet"] or len(known) == 1:
            found.append(row if row["outlet"] else {**row, "outlet": min(known)})
    return found


def _name(row: Row) -> str:
    return clip(str(row["record_id"]), 80) if row["record_id"] is not None else str(row["source"])


def _ids(row: Row) -> tuple[str, ...]:
    return () if row["record_id"] is None else (row["record_id"],)


def _near_duplicates(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Pairs in the files' order; a row is the copy of one other only."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        if not row["aggregate"] and row["date_start"] is not None and row["date_end"] is not None:
            groups.setdefault((row["outlet"], row["country_key"]), []).append(row)
    for group in groups.values():
        group.sort(key=lambda row: (row["date_start"], row["row"]))
        copies = set()
        for at, one in enumerate(group):
            for other in group[at + 1 : at + 1 + _AHEAD]:
                if other["date_start"] - one["date_start"] > timedelta(days=1):
                    break
                first, second = sorted((one, other), key=lambda row: row["row"])
                same_days = abs(first["date_end"] - second["date_end"]) <= timedelta(days=1)
                if second["row"] not in copies and same_days and _nearly_the_same(first, second):
                    copies.add(second["row"])
                    yield first, second


def _misdated_copies(rows: Sequence[Row], misdated: Collection[int]) -> Iterator[tuple[Row, Row]]:
    """Pairs of one day of publication, of which at least one has a wrong date of the event."""
    wrong = set(misdated)
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        if row["published"] is not None and row["title"] and not row["aggregate"]:
            groups.setdefault((row["outlet"], row["country_key"], row["published"]), []).append(row)
    for group in groups.values():
        for at, one in enumerate(group):
            for other in group[at + 1 : at + 1 + _AHEAD]:
                if {one["row"], other["row"]} & wrong and _nearly_the_same(one, other):
                    yield one, other


def _once(pairs: Sequence[tuple[Row, Row]]) -> Iterator[tuple[Row, Row]]:
    """The pairs, each copy in its first."""
    copies = set()
    for one, other in pairs:
        if other["row"] not in copies:
            copies.add(other["row"])
            yield one, other


def _nearly_the_same(one: Row, other: Row) -> bool:
    if one["place_key"] != other["place_key"] and None not in (one["place_key"], other["place_key"]):
        return False
    if one["published"] and other["published"] and one["published"] != other["published"]:
        return False  # an outlet's own later report
    if one["title"] and other["title"]:
        if _similar(one["title"], other["title"], _LESS_ALIKE if _same_figures(one, other) else _ALIKE):
            return one["title"] == other["title"] or _figures_alike(one, other)
        return bool(one["text"] and other["text"]) and len(one["text"]) > 40 and _similar(one["text"], other["text"])
    if one["title"] or other["title"]:
        return False
    if one["text"] and other["text"]:
        return _similar(one["text"], other["text"])
    fields = (
        "place_key",
        "admin2_key",
        "date",
        "perpetrators",
        "targets",
        "type_key",
        "claims",
        "lat",
        "lon",
        *MEASURES,
    )
    stated = sum(one[name] is not None for name in (*MEASURES, "perpetrators", "targets"))
    return stated > 0 and all(one[name] == other[name] for name in fields) and one["url"] == other["url"]


def _figures_alike(one: Row, other: Row) -> bool:
    """Whether neither the titles' numbers nor the counts tell two reports apart: "kills five" and "kills six" do."""
    if _NUMBER.findall(normalised(one["title"])) != _NUMBER.findall(normalised(other["title"])):
        return False
    if said(one["title"], VAGUE).numbers != said(other["title"], VAGUE).numbers:
        return False
    differ = sum(None not in (one[name], other[name]) and one[name] != other[name] for name in MEASURES)
    return bool(differ < 2)


def _same_figures(one: Row, other: Row) -> bool:
    """Whether both state the same figures, some above zero, for one day and one known place."""
    fields = ("place_key", "date_start", "date_end", "type_key", *MEASURES)
    return one["place_key"] is not None and any(one[name] for name in MEASURES) and all(
        one[name] == other[name] for name in fields
    )  # fmt: skip


def _similar(one: str, other: str, least: float = _ALIKE) -> bool:
    return fuzz.ratio(one[:_CLIP], other[:_CLIP], score_cutoff=least) > 0


def _repeated(rows: Sequence[Row], twins: set[tuple[int, int]]) -> Iterator[Draft]:
    first: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if not row["url"]:
            continue
        before = first.setdefault((row["outlet"], _canonical(row["url"])), [])
        for one in before[:_AHEAD]:
            if (one["row"], row["row"]) in twins:
                break
            if why := _cannot_share(one, row):
                values = {"other": _name(one), "why": why}
                key = (_name(one), why)
                yield Draft("repeated-url", row["row"], (("url",),), values, others=_ids(one), key=key)
                break
        before.append(row)


def _canonical(url: str) -> str:
    """The URL without what does not change the page."""
    bare = _SCHEME.sub("", url.partition("#")[0], count=1).rstrip("/")
    host, slash, path = bare.partition("/")
    return host.lower().removeprefix("www.") + slash + path


def _cannot_share(one: Row, other: Row) -> str | None:
    """Why two records cannot come from one page; None if they can."""
    if one["published"] is None or other["published"] is None:
        return "a day of publication is missing"
    if one["published"] != other["published"]:
        return f"published {one['published']} and {other['published']}"
    if one["date"] == other["date"] and one["place_key"] == other["place_key"]:
        return "of one day and place"
    return None
