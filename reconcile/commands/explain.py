"""``reconcile explain``."""

from __future__ import annotations

import argparse
from pathlib import Path

from reconcile.commands.common import page, run_pipeline
from reconcile.errors import UsageError
from reconcile.rules import ALL_RULES, find_rule

_MOST_WATERFALLS = 10


def run(arguments: argparse.Namespace) -> int:
    """Explain a rule, or an event, a record or two records among the records at the given paths."""
    # The first word is an id even where a file has the same name; a second one only if there is no such file.
    first, *others = arguments.subject
    paths = [text for text in others if text == "-" or Path(text).exists()]
    ids = [first, *(text for text in others if text not in paths)]
    if not paths and len(ids) == 1 and (rule := find_rule(ids[0])):
        from reconcile.report.rulebook import write_rule

        write_rule(page(arguments.color), rule)
        return 0
    if not 1 <= len(ids) <= 2:
        raise UsageError("name one or two ids and the records: reconcile explain ID [ID] PATH...")
    if not paths:
        known = ", ".join(rule.code for rule in ALL_RULES)
        raise UsageError(
            f"{ids[0]}: no such rule (known: {known}), and no records are given for it to be an event or a record: "
            "reconcile explain ID [ID] PATH..."
        )
    _explain(arguments, ids, paths)
    return 0


def _explain(arguments: argparse.Namespace, ids: list[str], paths: list[str]) -> None:
    result = run_pipeline(arguments, paths)

    from reconcile.explain import explain_event, explain_pair, find_event
    from reconcile.report.why import write_event, write_event_pairs, write_pair

    sheet = page(arguments.color)
    if len(ids) == 2:
        write_pair(sheet, explain_pair(result, ids[0], ids[1]))
        return
    of_record = dict(result.members.select("record_id", "event_id").iter_rows())
    event_id = find_event(result, ids[0]) or of_record.get(ids[0])
    if event_id is None:
        raise UsageError(f"{ids[0]}: neither an event, nor a record, nor a rule")
    event = explain_event(result, event_id)
    write_event(sheet, event)
    if not arguments.verbose:
        return
    compared = [(left, right) for left, right, weight in event.pairs if weight is not None][:_MOST_WATERFALLS]
    write_event_pairs(sheet, [explain_pair(result, left, right) for left, right in compared])
