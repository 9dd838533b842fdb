"""What people have said of the records against each other: judgements against expected events, and these among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconcile.check.expected import Expectation
from reconcile.check.finding import Finding, found
from reconcile.check.lines import Lines
from reconcile.check.oddly import odd_column
from reconcile.check.sheet import Row, Sheet
from reconcile.check.siblings import days_apart, elsewhere
from reconcile.judgements import Judgements

_BOTH = "Correct one of the two."


def opposed(judgements: Judgements, groups: Sequence[Expectation], sheet: Sheet) -> list[Finding]:
    """Each judgement and each group that another group contradicts: at the one that the records speak against."""
    rows = sheet.by_id
    return [*_opposed(judgements, groups, rows), *_at_odds(groups, rows)]


def _opposed(judgements: Judgements, groups: Sequence[Expectation], rows: Mapping[str | None, Row]) -> list[Finding]:
    """Judgements that an expected event contradicts: at the verdict, or at the group if the records bear that out."""
    findings = []
    for line in judgements.standing:
        if line.verdict not in ("same", "different"):
            continue
        group = next((one for one in groups if one.together == (line.verdict == "different")
                      and {line.left, line.right} <= set(one.records)), None)  # fmt: skip
        if group is None:
            continue
        one, other = rows.get(line.left), rows.get(line.right)
        wanted = "same" if group.together else "different"
        if one and other and (line.verdict == "different") == (days_apart(one, other) > 1 or elsewhere(one, other)):
            what = f"'{wanted}' for {line.left} and {line.right} contradicts '{line.verdict}' at {line.where}"
            place = (group.file, group.line, odd_column(group, (line.left, line.right), rows))
        else:
            what = f"'{line.verdict}' for {line.left} and {line.right} contradicts '{wanted}' at {group.where}"
            place = (line.file, line.line, Lines(line.file).column(line.line, "verdict"))
        key = (line.left, line.right, line.verdict)
        findings.append(
            found("contradictory-judgements", place, {"what": what}, hint=_BOTH,
                  records=(line.left, line.right), key=key)
        )  # fmt: skip
    return findings


def _at_odds(groups: Sequence[Expectation], rows: Mapping[str | None, Row]) -> list[Finding]:
    """Groups that must be one event and groups that must not, with two records in common."""
    findings = []
    for same in groups:
        for different in groups if same.together else ():
            both = sorted(set(same.records) & set(different.records))
            if different.together or len(both) < 2:
                continue
            one, other = rows.get(both[0]), rows.get(both[1])
            apart = one is not None and other is not None and (days_apart(one, other) > 1 or elsewhere(one, other))
            wrong, right = (same, different) if apart else (different, same)
            words = ("same", "different") if apart else ("different", "same")
            what = f"'{words[0]}' for {both[0]} and {both[1]} contradicts '{words[1]}' at {right.where}"
            place, key = (wrong.file, wrong.line, odd_column(wrong, both[:2], rows)), (*both, words[0])
            findings.append(
                found("contradictory-judgements", place, {"what": what}, hint=_BOTH, records=tuple(both[:2]), key=key)
            )
    return findings
