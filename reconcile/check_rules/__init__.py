"""The rules of ``check``: what can be wrong with curated data. ``rules`` joins them to the rules of discrepancies.

F the form of files and fields, V values, J judgements, X events, R regression. A template's values are filled in by
the code that finds the mistake; outlets' text among them leaves through ``text`` like any other.
"""

from __future__ import annotations

from typing import Final

from reconcile.check_rules.figures import FIGURES
from reconcile.check_rules.form import FORM
from reconcile.check_rules.people import EVENTS, JUDGEMENTS
from reconcile.check_rules.regression import REGRESSION
from reconcile.check_rules.when_and_where import WHEN_AND_WHERE
from reconcile.check_rules.wording import WORDING
from reconcile.rule import Rule

__all__ = ["CHECK_RULES"]

_VALUES: Final = sorted((*WHEN_AND_WHERE, *FIGURES, *WORDING), key=lambda rule: rule.code)
CHECK_RULES: Final[tuple[Rule, ...]] = (*FORM, *_VALUES, *JUDGEMENTS, *EVENTS, *REGRESSION)
