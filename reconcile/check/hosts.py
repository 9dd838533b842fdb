"""A URL of the site of another outlet: of the two, the URL or the outlet was copied from elsewhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
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
    by_outlet: dict[str, Counter[str]] = defaultdict(Counter)
    by_host: dict[str, Counter[str]] = defaultdict(Counter)
    for row, host in rows:
        by_outlet[row["outlet"]][host] += 1
        by_host[host][row["outlet"]] += 1
    sites, owners = _mostly(by_outlet), _mostly(by_host)
    for row, host in rows:
        outlet = row["outlet"]
        if by_outlet[outlet][host] != 1 or host not in owners or outlet not in sites or owners[host] == outlet:
            continue
        owner = owners[host]
        if sites[outlet] == host or sites.get(owner) != host:
            continue
        paths = (("outlet",),) if _in_file_of(row, owner, sheet) else (("url",),)
        values = {"host": clip(host, 60), "owner": clip(owner, 60), "outlet": clip(outlet, 60)}
        yield Draft("other-outlets-site", row["row"], paths, values)


def _mostly(counted: Mapping[str, Counter[str]]) -> dict[str, str]:
    """The value that each key has twice and nearly always, one time left out."""
    found = {}
    for key, values in counted.items():
        times, most = max((times, one) for one, times in values.items())
        if times >= max(_FEW, _NEARLY * (values.total() - 1)):
            found[key] = most
    return found


def _in_file_of(row: Row, owner: str, sheet: Sheet) -> bool:
    """Whether all other records of the file are the owner's."""
    file = sheet.file_of(row["row"]).name
    others = {one["outlet"] for one in sheet.rows if one is not row and sheet.file_of(one["row"]).name == file}
    return others == {owner}
