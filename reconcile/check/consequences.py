"""An expected event that comes apart because of a value that is only warned of: one slip, and one finding of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from reconcile.check.acknowledged import Acknowledgement, acknowledges
from reconcile.check.finding import Finding, settled
from reconcile.check_settings import CheckSettings

# What records are compared by: a slip in these takes a record out of its event.
_COMPARED: Final = ("country", "admin1", "admin2", "place", "lat", "lon", "date", "date_start", "date_end")


def consequences(
    findings: Sequence[Finding],
    about_events: Sequence[Finding],
    lines: Sequence[Acknowledgement],
    wanted: CheckSettings,
) -> tuple[list[Finding], list[Finding]]:
    """Both, where a warning on a compared value of a record stands for the expected event that this record broke.

    The warning is then as bad as the broken event, so that nothing passes that did not before. A warning that is
    acknowledged, or of a rule whose severity is set, explains nothing.
    """
    causes = {}
    for one in settled(findings, wanted):
        if one.severity != "error" and one.field in _COMPARED and one.rule not in wanted.severity:
            if acknowledges(lines, one):
                continue
            causes[one.where, one.rule] = one
    left, raised = [], {}
    for one in about_events:
        cause = None
        if one.rule == "X001":
            cause = next((where for where, other in causes.items() if set(other.records[:1]) & set(one.records)), None)
        if cause is None:
            left.append(one)
        else:
            raised[cause] = wanted.severity.get(one.rule, one.severity)
    return [
        replace(one, severity=raised[one.where, one.rule]) if (one.where, one.rule) in raised else one
        for one in findings
    ], left  # fmt: skip
