"""Rules on what people say of the records: judgements, expected events, acknowledgements."""

from __future__ import annotations

from typing import Final

from reconcile.rule import Rule

JUDGEMENTS: Final = (
    Rule(
        "J001", "unreadable-judgement", "error", "A line of judgements cannot be read",
        "A verdict that is not read is not obeyed.",
        "JSONL with left, right, verdict (same, different, unsure), and optionally by, at, why.",
        "{what}", "Mend the line.", "verdict sme",
    ),
    Rule(
        "J002", "contradictory-judgements", "error", "Judgements contradict each other",
        "Two records cannot be one event and two.",
        "same and different for one pair, or different for two records that a chain of same joins, or that an expected "
        "event joins; or same for two that must not be one; or expected events that join and part the same two.",
        "{what}", "Take one back with a line whose verdict is unsure.", "",
    ),
    Rule(
        "J003", "unknown-record", "error", "A line names a record that is not there",
        "The verdict or expectation has no effect, and the one that was meant is not obeyed.",
        "An id in a judgement, an expected event or an acknowledgement that no record has.",
        "{what}", "Correct the id, or take the line out.", "rudaw-11",
    ),
    Rule(
        "J004", "unlikely-judgement", "error", "A judgement joins records that are far apart",
        "An id or a verdict was mistyped; the judgement outranks everything that speaks against it.",
        "same, or an expected event, for two records whose dates are more than a week apart, and which name other "
        "places, or lie more than `far-km` apart.",
        "{what}", "Correct the id or the verdict, or acknowledge it if it is meant.", "",
    ),
)  # fmt: skip

EVENTS: Final = (
    Rule(
        "X001", "expected-together", "error", "Records that must be one event are not",
        "What was settled once has come undone.",
        "The groups `same` of the expected events.",
        "{records} must be one event and are {count}: {events}", "Judge the pair, or correct the records.", "",
    ),
    Rule(
        "X002", "expected-apart", "error", "Records that must not be one event are",
        "What was settled once has come undone.",
        "The groups `different` of the expected events: no two of a group in one event.",
        "{records} must not be one event and are: {event}", "Judge the pair, or correct the records.", "",
    ),
    Rule(
        "X003", "unreviewed-merge", "error", "A doubtful merge that nobody has judged",
        "The model is unsure, and no person has looked.",
        "A record's confidence is below `min-confidence` in an event of several records, and no judgement `same` "
        "joins it to another of them. Off unless min-confidence is set.",
        "in {event} with confidence {confidence:.2f}, below {least:g}, and nobody has judged it",
        "Judge it: reconcile review.", "",
    ),
    Rule(
        "X004", "unacknowledged", "error", "A discrepancy that nobody has acknowledged",
        "A disagreement that nobody has looked at may be a mistake of the data.",
        "A discrepancy of a severity at or above `acknowledge` without a line in acknowledged.jsonl. Off unless "
        "acknowledge is set.",
        "{rule} {name} in {event}: {message}", "Look at it, then add the line to acknowledged.jsonl.", "",
    ),
    Rule(
        "X005", "acknowledgement-expired", "error", "What was acknowledged has changed",
        "The line was written for other claims.",
        "A finding of the same rule on the same event or record is there, and its fingerprint is another.",
        "acknowledges {rule} for {subject}, which has changed since", "Look again and replace the fingerprint.", "",
    ),
    Rule(
        "X006", "idle-acknowledgement", "warning", "An acknowledgement of nothing",
        "Lines that no longer say anything hide those that do.",
        "No finding of the rule on the event or record is there.",
        "acknowledges {rule} for {subject}, which is no longer found", "Take the line out.", "",
    ),
    Rule(
        "X007", "unreadable-expectation", "error", "A line of expected events or acknowledgements cannot be read",
        "An expectation that is not read is not checked.",
        "The forms in docs/check.md.",
        "{what}", "Mend the line.", "",
    ),
    Rule(
        "X008", "odd-one-out", "error", "A record stands apart from those said to be the same event",
        "Outlets differ, but not by weeks or by a day's drive: a digit is wrong.",
        "Records of one place that a judgement or an expected event joins, and of which one has a date more than a "
        "week, or a point more than `far-km` and both precisions, from the other's; or a total that its own title and "
        "all the others speak against. The place given is the value that the other records, its publication or its "
        "place speak against.",
        "{what}", "Correct it, or acknowledge it if the outlet says so.", "",
    ),
)  # fmt: skip
