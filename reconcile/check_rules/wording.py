"""Rules on words, URLs and reports that are entered twice."""

from __future__ import annotations

from typing import Final

from reconcile.rule import Rule

WORDING: Final = (
    Rule(
        "V012", "malformed-url", "error", "A URL is malformed",
        "A link that does not open is no provenance.",
        "http or https, a host with a dot, no spaces or control characters, percent signs with two hexadecimal digits. "
        "Nothing is fetched.",
        "url: '{url}' {why}", "Copy it again from the browser.", "htps:/example.org",
    ),
    Rule(
        "V013", "repeated-url", "warning", "Records of one outlet give one URL that cannot be right for both",
        "A URL copied along with a row cites the wrong article.",
        "The same URL, outlet and not the same day of publication, or no such day, or the same date of the event too: "
        "one article may report several incidents of several days.",
        "url: given by {other} of the same outlet as well ({why})", "Give each record its own URL.", "a copied row",
    ),
    Rule(
        "V014", "near-duplicate", "warning", "Two records of one outlet are nearly the same",
        "A report that is entered twice counts twice.",
        "Same outlet, same place, dates at most a day apart, the same day of publication as far as it is stated, and "
        "titles or texts alike in nine tenths (titles in eight, if day, type and all figures are the same; or, without "
        "title and text, every figure and name the same).",
        "nearly the same as {other}, {where}", "Take one of the two out.", "a record copied under a new id",
    ),
    Rule(
        "V017", "unknown-event-type", "warning", "An event type is none that we know",
        "A type that maps onto nothing says nothing when records are matched.",
        "Neither the text nor a word in it is in the taxonomy (reconcile/data/event_types.toml and --event-types).",
        "event_type: '{value}' maps onto no type we know", "Correct it, or extend the taxonomy with --event-types.",
        "armed asault",
    ),
    Rule(
        "V027", "other-outlets-site", "warning", "The URL is on the site of another outlet",
        "The link proves what another outlet says; it was copied with a row, or the outlet was.",
        "A site on which four fifths of the records are of one other outlet, and of that outlet's on it, while as many "
        "of this outlet's other records are on one site of its own; two at least of each.",
        "url: {host} is the site of {owner}, not of {outlet}", "Correct the URL or the outlet.", "",
    ),
    Rule(
        "V025", "nearly-another", "warning", "A name is nearly another one, and not it",
        "Records of one place or outlet under two names do not meet.",
        "A province, district, place, outlet, type or actor that differs in a letter or two (not in a digit, nor in "
        "the first letter of a short name) from one of the place table, or of other records of the same country and "
        "province, file or data set, and that no table has. Another transliteration is found only in a record that "
        "writes both, or as the only one of its kind beside a name of the table. Names whose coordinates lie more "
        "than 25 km apart are never found.",
        "{field}: '{value}' is nearly '{other}'", "Correct it, or list it as a name of its own with --places.",
        "Kikruk",
    ),
    Rule(
        "V019", "unknown-language", "warning", "A language is no language code",
        "The code says by which number words a text is read.",
        "ISO 639: two letters of part 1, or three letters, and subtags as BCP 47 has them.",
        "language: '{value}' is no language code", "Write for example en, ar or ckb.", "english",
    ),
)  # fmt: skip
