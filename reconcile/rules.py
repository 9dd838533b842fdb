"""The rules by which outlets disagree: one table for the text, the JSON, the docs and ``explain``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SEVERITIES: Final = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of disagreement: its code and name never change their meaning once published."""

    code: str
    name: str
    severity: str
    title: str
    why: str
    how: str


RULES: Final = (
    Rule(
        "C001", "count-conflict", "error",
        "Outlets give totals that cannot both be true",
        "The toll is what an event is remembered by. Quoting one outlet hides that another one says otherwise.",
        "For each measure the stated total of every record is an interval (7 is 7-7, 'at least five' is 5 and up). "
        "The rule fires when two outlets' intervals do not meet. Where one outlet's total is what another gives for a "
        "part alone, the message says so with the arithmetic: the first may have reported before the rest was known.",
    ),
    Rule(
        "C002", "count-range", "info",
        "Outlets give totals that differ but can both be true",
        "'At least five' and 'seven' do not contradict each other, but they are not the same statement either.",
        "Fires when the totals for a measure come from two or more outlets, are not all the same, and all meet in at "
        "least one number.",
    ),
    Rule(
        "C003", "group-conflict", "warning",
        "Outlets agree on the total but split it differently",
        "Who was killed decides how an attack is classified: one soldier more is one civilian fewer.",
        "For each group of people that two or more outlets count (civilians, security forces ...), fires when their "
        "figures do not meet while their totals do. Groups have a hierarchy: policemen are security forces.",
    ),
    Rule(
        "C004", "arithmetic", "warning",
        "An outlet's own parts do not add up to its total",
        "Either a part or the total is wrong, or someone was counted twice. Every sum built on them is wrong as well.",
        "Adds up the parts of one record that do not contain each other and compares the sum with the record's stated "
        "total. A single part smaller than the total is a detail and not an error.",
    ),
    Rule(
        "D001", "date-conflict", "warning",
        "Outlets date the event to days that do not meet",
        "A wrong day separates reports that belong together, and may hide a second attack.",
        "Every stated date is an interval of days. Fires when two outlets' intervals have no day in common. A moment "
        "before 06:00 belongs to the night before as well: 01:30 on the 14th meets the night of the 13th.",
    ),
    Rule(
        "P001", "place-conflict", "warning",
        "Outlets put the event in different places",
        "Two villages may be two attacks, and a map shows only one of them.",
        "Fires when two outlets' coordinates are farther apart than their stated precisions together allow, or, "
        "without coordinates, when they name different districts, provinces or countries, or places whose names are "
        "not spellings of one name.",
    ),
    Rule(
        "A001", "perpetrator-conflict", "error",
        "Outlets name different perpetrators",
        "Attribution is an accusation. A merged event must not pass one outlet's suspect off as everyone's.",
        "Fires when two outlets name perpetrators none of which is the same as, or part of, one that the other names. "
        "'Unidentified gunmen' contradicts nobody.",
    ),
    Rule(
        "S001", "single-source", "info",
        "One outlet alone reports the event",
        "Nothing confirms it: the figures are as good as that outlet.",
        "Fires when all records of the event come from one outlet and the event is not an aggregate.",
    ),
)  # fmt: skip

BY_CODE: Final = {rule.code: rule for rule in RULES}
BY_NAME: Final = {rule.name: rule for rule in RULES}


def find_rule(text: str) -> Rule | None:
    """The rule of a code or a name, in any case; ``None`` when there is none."""
    return BY_CODE.get(text.upper()) or BY_NAME.get(text.lower())
