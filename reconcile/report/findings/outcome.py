"""What every rendering of the findings starts from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.check import Finding, at_or_above
from reconcile.check_settings import CheckSettings
from reconcile.rule import SEVERITIES, Rule
from reconcile.rules import BY_CODE, CHECK_RULES


@dataclass(frozen=True)
class Outcome:
    """The findings of a run over one or more data sets, the worst first."""

    findings: Sequence[Finding]
    records: int
    """Rows read."""
    events: int | None
    held_back: int
    settings: CheckSettings
    """Those of the data set that holds the others; they say what fails."""
    failing: int
    """How many findings fail the run, each by its own data set's setting."""

    def counts(self) -> dict[str, int]:
        """How many findings of each severity."""
        found = Counter(one.severity for one in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}

    def by_rule(self) -> list[tuple[Rule, str, int]]:
        """Each rule that found something, its severity and how often, the worst first."""
        found = Counter((SEVERITIES.index(one.severity), one.rule) for one in self.findings)
        return [(BY_CODE[code], SEVERITIES[rank], count) for (rank, code), count in sorted(found.items())]

    def fails(self, one: Finding) -> bool:
        """Whether this finding is as bad as what fails the run."""
        return at_or_above(one.severity, self.settings.fail_on)

    def rules(self) -> list[tuple[Rule, str]]:
        """Every rule of ``check`` with its configured severity."""
        return [(rule, self.settings.severity.get(rule.code, rule.severity)) for rule in CHECK_RULES]


def headline(outcome: Outcome) -> str:
    """``30 findings in 1,000 records: 25 errors, 5 warnings``."""
    if not outcome.findings:
        return f"no findings in {outcome.records:,} record{'' if outcome.records == 1 else 's'}"
    counts = outcome.counts()
    words = {"error": "error", "warning": "warning", "info": "note"}
    told = [
        f"{counts[kind]:,} {word}{'' if counts[kind] == 1 else 's'}" for kind, word in words.items() if counts[kind]
    ]
    number = len(outcome.findings)
    return (
        f"{number:,} finding{'' if number == 1 else 's'} in {outcome.records:,} "
        f"record{'' if outcome.records == 1 else 's'}: {', '.join(told)}"
    )
