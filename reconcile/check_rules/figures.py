"""Rules on what a record counts: totals, parts, bounds, quotes."""

from __future__ import annotations

from typing import Final

from reconcile.rule import Rule

FIGURES: Final = (
    Rule(
        "V008", "parts-and-total", "error", "The parts of a record do not add up to its total",
        "Either a part or the total is wrong, or someone was counted twice.",
        "As the discrepancy C004: parts that do not contain each other come to more than the whole, or two and more of "
        "them to less. The place given is the total, unless the record's own title and text bear out the total and all "
        "parts but one.",
        "{measure}: {what}", "Correct the part or the total.", "killed 7, parts 5 and 3",
    ),
    Rule(
        "V009", "bounds-out-of-order", "error", "low, best and high are out of order",
        "A best estimate lies between its bounds; one of the three is wrong.",
        "low > best, best > high or low > high as the file states them. They are widened before they are used.",
        "{field}: {value} is out of order ({stated})", "Correct it.", "killed_low 9, killed 7, killed_high 8",
    ),
    Rule(
        "V010", "implausible-count", "warning", "A count is implausibly large",
        "A slipped key makes 7 a 77,777.",
        "More than `max-counts` says for the measure (killed 1,000, injured, abducted and missing 5,000, detained "
        "10,000), for an aggregate ten times that.",
        "{field}: {value:,} is more than the {limit:,} that are plausible",
        "Correct it, or acknowledge it if it is true.", "killed 70000",
    ),
    Rule(
        "V011", "quote-without-number", "warning", "A quote does not contain the number it is quoted for",
        "The quote is the proof of the figure. Either the figure was mistyped or the wrong words were copied.",
        "Figures in digits of any script and English number words, alone or summed, and vague words by their range. "
        "Quotes in other languages are judged by nothing else than a match, and never found wrong. One person may go "
        "without saying.",
        "claims[{number}]: the quote '{quote}' does not say {figure}", "Correct the figure or the quote.",
        "best 6, 'seven villagers'",
    ),
    Rule(
        "V018", "unknown-group", "warning", "A claim counts a group that we do not know",
        "Figures of a group under two names are never compared.",
        "No word of the claim's group is in the hierarchy (reconcile/data/groups.toml and --groups).",
        "claims[{number}].group: '{value}' is no group we know", "Correct it, or extend the groups with --groups.",
        "civillians",
    ),
    Rule(
        "V021", "repeated-claim", "warning", "A record makes one claim twice",
        "Parts that are entered twice are added up twice by whoever reads the file.",
        "Two claims of one record with the same values throughout.",
        "claims[{number}]: the same as claims[{first}]", "Take one out.", "",
    ),
    Rule(
        "V024", "short-of-title", "warning", "A total is less than its own title says",
        "The title is the outlet's own sum; a total below it was mistyped, or left from an earlier report.",
        "An English title that states a number of killed or injured in so many words (no 'up to', 'feared', 'over'), "
        "of one record alone that is no aggregate. Titles that say less are fine: they may name some of the victims.",
        "{measure}: {value}, but the title says {stated}: '{title}'", "Correct the figure.",
        "killed 1, 'Two killed at Mikhas'",
    ),
)  # fmt: skip
