"""The terminal report: what is agreed and what is not at a glance, then the reason, then the words and their source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reconcile.claims import figure_text
from reconcile.dates import describe, parse_edtf, parse_published
from reconcile.pipeline import Result
from reconcile.report.document import event_documents, summary
from reconcile.report.layout import Column, Page, Piece, table

Json = Mapping[str, Any]

_STATUS_STYLE: Final = {"agreed": "green", "compatible": "cyan", "disputed": "bold red"}
_SEVERITY_STYLE: Final = {"error": "bold red", "warning": "yellow", "info": "cyan"}
_NOT_STATED: Final = "–"


def write_report(page: Page, result: Result) -> None:
    """Print every event of ``result``, in order of date."""
    records = {row["record_id"]: row for row in result.records.iter_rows(named=True)}
    page.sentence(_headline(result), style="bold")
    for event in event_documents(result):
        page.blank()
        _event(page, event, records)


def _count(number: int, noun: str) -> str:
    many = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number} {noun if number == 1 else many}"


def _headline(result: Result) -> str:
    total = summary(result)
    several = sum(len(outlets) > 1 for outlets in result.events["outlets"])
    aggregates = int(result.events["aggregate"].sum())
    kinds = [f"{several} of several outlets"] + ([_count(aggregates, "aggregate")] if aggregates else [])
    return (
        f"{_count(total['records'], 'record')} from {_count(total['outlets'], 'outlet')} -> "
        f"{_count(total['events'], 'event')} ({', '.join(kinds)}), "
        f"{_count(total['discrepancies'], 'discrepancy')}"
    )


def _event(page: Page, event: Json, records: Mapping[str, Json]) -> None:
    width = len(event["event_id"]) + 2
    page.row(event["event_id"], event["title"], indent=0, label_width=width, style="bold cyan", text_style="bold")
    page.sentence(" · ".join(_facts(event)), indent=2)
    page.row("outlets", ", ".join(event["outlets"]), indent=2, label_width=9, style="dim")
    for label, events in (("covers", event["covers"]), ("part of", event["part_of"])):
        if events:
            page.row(label, ", ".join(events), indent=2, label_width=9, style="dim")
    if any(row["claims"] for row in event["casualties"]):
        page.blank()
        _casualties(page, event)
    else:
        page.line("casualties: not stated by anyone", indent=2)
    for discrepancy in event["discrepancies"]:
        page.blank()
        _discrepancy(page, event, discrepancy, records)
    page.blank()
    page.line(("sources", "dim"), indent=2)
    for record_id in event["records"]:
        _source(page, records[record_id])


def _facts(event: Json) -> list[str]:
    date = event["date"]["edtf"]
    facts = [describe(parse_edtf(date)) if date else "date not stated"]
    if event["aggregate"]:
        facts.append("aggregate of several incidents, never merged with a single one")
    for actor in event["perpetrators"]:
        sure = ", ".join(filter(None, (actor["attribution"], "disputed" if actor["disputed"] else None)))
        facts.append(f"by {actor['name']} ({sure})" if sure else f"by {actor['name']}")
    if event["targets"]:
        facts.append("against " + ", ".join(actor["name"] for actor in event["targets"]))
    if len(event["outlets"]) > 1:
        facts.append(_voices(event["voices"]))
    facts.append(f"confidence {event['confidence']:.2f}")
    return facts


def _voices(voices: Sequence[Sequence[str]]) -> str:
    shared = [" and ".join(outlets) for outlets in voices if len(outlets) > 1]
    joined = f" ({'; '.join(shared)} as one)" if shared else ""
    return f"{len(voices)} independent voices{joined}" if len(voices) > 1 else f"one voice{joined}"


def _casualties(page: Page, event: Json) -> None:
    rows = event["casualties"]
    labels = [(f"  {row['group']}" if row["group"] else row["measure"], "" if row["group"] else "bold") for row in rows]
    columns = [Column(outlet, [_cell(row, outlet) for row in rows]) for outlet in event["outlets"]]
    conflicts = {one["field"] for one in event["discrepancies"] if one["name"] == "count-conflict"}
    reconciled = Column("reconciled", [_reconciled(row, row["measure"] in conflicts) for row in rows])
    table(page, labels, columns, reconciled, indent=4)


def _cell(row: Json, outlet: str) -> tuple[str, str]:
    """What one outlet says; in a disputed row the figure that departs from the best estimate says so in words."""
    every = [claim for claim in row["claims"] if claim["outlet"] == outlet]
    if not every:
        return _NOT_STATED, "dim"
    mine = [claim for claim in every if claim["replaced_by"] is None]
    figures = _figures(mine)
    if len(mine) < len(every):
        figures = f"{_figures([claim for claim in every if claim['replaced_by'] is not None])}, then {figures}"
    best = row["best"]
    departs = row["status"] == "disputed" and any(
        best is None or best < (claim["low"] or 0) or (claim["high"] is not None and claim["high"] < best)
        for claim in mine
    )
    return (f"differs {figures}", "bold red") if departs else (figures, "")


def _figures(claims: Sequence[Json]) -> str:
    return " / ".join(dict.fromkeys(figure_text(claim["low"], claim["best"], claim["high"]) for claim in claims))


def _reconciled(row: Json, in_conflict: bool) -> tuple[str, str]:
    if not row["claims"]:
        return "not stated", "dim"
    figure = figure_text(row["low"], row["best"], row["high"])
    if row["best"] is not None and row["low"] != row["high"]:
        figure += f", best {row['best']}"
    if row["status"] == "disputed" and row["group"] is None and not in_conflict:
        return f"{figure}  disputed, explained", "yellow"
    return f"{figure}  {row['status']}", _STATUS_STYLE.get(row["status"], "")


def _discrepancy(page: Page, event: Json, discrepancy: Json, records: Mapping[str, Json]) -> None:
    severity = discrepancy["severity"]
    head: list[Piece] = [
        (severity, _SEVERITY_STYLE[severity]),
        f"  {discrepancy['name']} ({discrepancy['rule']})",
    ]
    if discrepancy["name"] in ("single-source", "copied", "part-of"):
        page.line(*head, f"  {discrepancy['message']}", indent=2)
        return
    page.line(*head, indent=2)
    page.sentence(discrepancy["message"], indent=4)
    claims = _on_totals(event, discrepancy["field"])
    parts: dict[str, list[str]] = {}
    for row in event["casualties"]:
        if row["measure"] == discrepancy["field"] and row["group"] is not None:
            for claim in row["claims"]:
                if claim["quote"]:
                    parts.setdefault(claim["record_id"], []).append(claim["quote"])
    for record_id, value in zip(discrepancy["records"], discrepancy["values"], strict=True):
        record = records[record_id]
        quotes = parts.get(record_id, []) if discrepancy["name"] in ("group-conflict", "arithmetic") else []
        claim = claims.get((record_id, value)) or claims.get((record_id, None), {})
        if not quotes and claim.get("quote"):
            quotes = [claim["quote"]]
        said = [value + _held(claim, record), *(f'"{quote}"' for quote in dict.fromkeys(quotes))]
        if claim.get("attributed_to"):
            said.append(f"according to {claim['attributed_to']}")
        page.sentence(f"{record['outlet']}{_published(record)}: {', '.join(said)}{_no_url(record)}", indent=6, hang=2)
        _url(page, record, indent=8)


def _on_totals(event: Json, measure: str) -> Mapping[tuple[str, str | None], Json]:
    """The claims on the total of a measure by record and figure; by record and null the one that stands."""
    claims: dict[tuple[str, str | None], Json] = {}
    for row in event["casualties"]:
        if row["measure"] == measure and row["group"] is None:
            # What a record has replaced itself comes first, so that what stands takes its place.
            for claim in sorted(row["claims"], key=lambda one: bool(one["replaced_by"] != one["record_id"])):
                for figure in (figure_text(claim["low"], claim["best"], claim["high"]), None):
                    claims[claim["record_id"], figure] = claim
    return claims


def _published(record: Json) -> str:
    if record["published"] is None:
        return ""
    return f", {_day(record['published_at'])}"


def _held(claim: Json, record: Json) -> str:
    """The day as of which a figure held, where it is not that of publication."""
    as_of = claim.get("as_of")
    if as_of is None or as_of[:10] == (record["published_at"] or "")[:10]:
        return ""
    return f" as of {_day(as_of)}"


def _day(text: str) -> str:
    return describe(parse_edtf(parse_published(text)[1].isoformat()))


def _source(page: Page, record: Json) -> None:
    published = f", published {_day(record['published_at'])}" if record["published"] else ""
    title = f': "{record["title"]}"' if record["title"] else ""
    page.sentence(f"{record['outlet']}{published}{title}", indent=4, hang=2)
    page.sentence(f"{record['record_id']}, {record['source']}{_no_url(record)}", indent=6, hang=2, style="dim")
    _url(page, record, indent=6)


def _no_url(record: Json) -> str:
    return "" if record["url"] else " (no URL recorded)"


def _url(page: Page, record: Json, *, indent: int) -> None:
    if record["url"]:
        page.line((record["url"], "dim"), indent=indent)
