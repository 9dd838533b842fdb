"""Rules on what has changed since an expected result."""

from __future__ import annotations

from typing import Final

from reconcile.rule import Rule

REGRESSION: Final = (
    Rule(
        "R001", "joined", "error", "Events that were apart are one", "A merge changes every figure built on it.",
        "Against the merged JSON of --against, on the records that both have.",
        "{old} are one event now: {new}", "Judge the pair if it is wrong; --update if it is right.", "",
    ),
    Rule(
        "R002", "split", "error", "An event has come apart", "A split counts the victims twice.",
        "Against the merged JSON of --against, on the records that both have.",
        "{old} has come apart: {new}", "Judge the pair if it is wrong; --update if it is right.", "",
    ),
    Rule(
        "R003", "moved", "error", "Records have changed their events", "Every figure of both events has changed.",
        "Events on both sides that overlap each other several ways.",
        "{what}", "Judge the pairs if it is wrong; --update if it is right.", "",
    ),
    Rule(
        "R004", "figure-changed", "error", "A reconciled figure has changed",
        "It is the number that readers take from us.",
        "low, best, high or status of a measure and group of an event with the same records, or some more or fewer.",
        "{event}: {figure} was {old}, is {new}", "--update if it is right.", "",
    ),
    Rule(
        "R005", "new-discrepancy", "error", "A discrepancy is new", "Either the data or the outlets have changed.",
        "A rule and field of an event that the expected document does not have.",
        "{event}: {rule} {name} ({field}) is new: {message}", "--update if it is right.", "",
    ),
    Rule(
        "R006", "vanished-discrepancy", "error", "A discrepancy has vanished",
        "Either it was settled or we no longer see it.",
        "A rule and field of an event that only the expected document has.",
        "{event}: {rule} {name} ({field}) is gone: {message}", "--update if it is right.", "",
    ),
    Rule(
        "R007", "new-event", "warning", "An event is new", "Its records are.",
        "No record of it is in the expected document.",
        "new: {event}", "--update if it is right.", "",
    ),
    Rule(
        "R008", "vanished-event", "error", "An event has vanished", "Its records have.",
        "No record of it is left.",
        "gone: {event}", "--update if it is right.", "",
    ),
    Rule(
        "R009", "below-floor", "error", "Accuracy has fallen below its floor",
        "A change of data, tables or model made the matching worse.",
        "F1 against `truth`, for each score in [check.floors].",
        "{score} F1 is {value:.4f}, below {floor:g}", "See reconcile evaluate --records for the worst errors.", "",
    ),
    Rule(
        "R010", "unreadable-expected", "error", "The expected document cannot be read", "Nothing can be compared.",
        "The file of --against is no merged JSON of reconcile merge.",
        "{what}", "Write it anew with --update.", "",
    ),
)  # fmt: skip
