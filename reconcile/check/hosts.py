"""A URL of the site of another outlet: of the two, the URL or the outlet was copied from elsewhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.text import clip

_FEW: Final = 2  # other records that show whose a site is
_NEARLY: Final = 0.8
_HOST: Final = re.compile(r"https?://(?:www\.)?([^/?#]+)", re.IGNORECASE)


def hosts(sheet: Sheet) -> Iterator[Draft]:
    """Records whose URL is on the one site of another outlet, while all else of their own outlet is on its own."""
    rows = [
        (row, match[1].lower()) for row in sheet.rows
        if row["kept"] and row["outlet"] and row["url"] and sheet.own(row["row"]) and (match := _HOST.match(row["url"]))
    ]  # fmt: skip
    by_outlet: dict[str, list[str]] = defaultdict(list)
    by_host: dict[str, list[str]] = defaultdict(list)
    for row, host in rows:
        by_outlet[row["outlet"]].append(host)
        by_host[host].append(row["outlet"])
    for row, host in rows:
        own, owner = _alone(by_outlet[row["outlet"]], host), _alone(by_host[host], row["outlet"])
        if own is None or owner is None or by_outlet[owner].count(host) < _NEARLY * len(by_outlet[owner]):
            continue
        paths = (("outlet",),) if _in_file_of(row, owner, sheet) else (("url",),)
        values = {"host": clip(host, 60), "owner": clip(owner, 60), "outlet": clip(row["outlet"], 60)}
        yield Draft("other-outlets-site", row["row"], paths, values)


def _alone(some: list[str], without: str) -> str | None:
    """The one value that nearly all of ``some`` but a single ``without`` have; None if there are more, or few."""
    others = Counter(one for one in some if one != without)
    if not others or len(some) != others.total() + 1:
        return None
    times, most = max((times, one) for one, times in others.items())
    return most if times >= max(_FEW, _NEARLY * others.total()) else None


def _in_file_of(row: Row, owner: str, sheet: Sheet) -> bool:
    """Whether all other records of the file are the owner's."""
    file = sheet.file_of(row["row"]).name
    others = {one["outlet"] for one in sheet.rows if one is not row and sheet.file_of(one["row"]).name == file}
    return others == {owner}
