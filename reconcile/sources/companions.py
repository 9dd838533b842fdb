"""Tables that come with a source but hold no incidents: recognised, so that a whole folder can be given."""

from __future__ import annotations

from typing import Final

from reconcile.sources.base import Cells, Draft, Source


def _nothing(_cells: Cells, _file: str) -> Draft:
    raise AssertionError("a companion table has no records")


def _companion(name: str, outlet: str, what: str, *columns: str) -> Source:
    return Source(name, outlet, (frozenset(columns),), frozenset(), _nothing, companion=what)


_INCIDENTS: Final = "give the table of incidents"

COMPANIONS: Final = (
    _companion(
        "ibc", "IBC", f"Iraq Body Count's individuals, a list of victims; {_INCIDENTS}",
        "ibc_code", "name_or_identifying_details", "age", "sex",
    ),
    _companion(
        "airwars", "Airwars", f"Airwars' victims, a list of names; {_INCIDENTS}",
        "code", "name", "age", "gender", "killed_or_injured",
    ),
    _companion(
        "airwars", "Airwars", f"Airwars' victims, a list of names; {_INCIDENTS}",
        "incident_id", "victim_id", "killed_or_injured",
    ),
    _companion(
        "airwars", "Airwars", f"Airwars' casualties by group; {_INCIDENTS}, whose columns hold the same figures",
        "code", "casualty_type_slug", "killed_min", "killed_max",
    ),
    _companion(
        "airwars", "Airwars", f"Airwars' sources, a list of links; {_INCIDENTS}",
        "code", "archive_url", "language", "media",
    ),
    _companion(
        "gdelt", "GDELT", "GDELT's mentions, a list of articles; give the table of events",
        "globaleventid", "mentiontype", "mentionsourcename",
    ),
)  # fmt: skip
