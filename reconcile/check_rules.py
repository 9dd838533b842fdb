"""The rules of ``check``: what can be wrong with curated data. ``rules`` joins them to the rules of discrepancies.

F the form of files and fields, V values, J judgements, X events, R regression. A template's values are filled in by
the code that finds the mistake; outlets' text among them leaves through ``text`` like any other.
"""

from __future__ import annotations

from typing import Final

from reconcile.rule import Rule

_FORM: Final = (
    Rule(
        "F001", "unreadable-row", "error", "A row, or a whole document, cannot be read",
        "What cannot be read is missing from every result, and nobody sees that it is.",
        "The readers of CSV, JSON, JSONL and Parquet are strict: a row is as wide as the header, a quote is closed, "
        "JSON is what RFC 8259 says, without doubled keys.",
        "{what}", "Mend the row in the place named.", "an unquoted comma in a title",
    ),
    Rule(
        "F002", "misnamed-column", "error", "A field's name is almost one that we know",
        "The values are kept but not used: the records look as if nothing were stated.",
        "A column or key that is no field of a record and is spelled nearly like one.",
        "unknown field '{name}' is kept but not used", "Rename it.", "kiled instead of killed",
    ),
    Rule(
        "F003", "unknown-column", "warning", "A field's name is none that we know",
        "The values are kept but not used: the records look as if nothing were stated.",
        "A column or key that is no field of a record. Files of known recorders are excepted.",
        "unknown field '{name}' is kept but not used",
        "Use a name of docs/records.md, or switch the rule off if the column is meant for others.",
        "deaths instead of killed",
    ),
    Rule(
        "F004", "missing-field", "error", "A required field is not stated",
        "Without an id a record cannot be cited, without an outlet nobody says it, without a date nothing matches it.",
        "record_id, outlet and one of date, date_start, date_end, published_at; besides them what `required` names.",
        "{what}", "State it.", "outlet is empty",
    ),
    Rule(
        "F005", "duplicate-id", "error", "Two records have one id",
        "Every value of a result names its records by id; with two of one id it names neither.",
        "The same record_id twice in a run.",
        "{what}", "Give the record an id of its own, or take the copy out.", "rudaw-1 on lines 2 and 9",
    ),
    Rule(
        "F006", "bad-date", "error", "A date is none",
        "A date that cannot be read is no date: the record matches nothing.",
        "date is EDTF, published_at and as_of ISO 8601, date_start and date_end days; an end is not before its start.",
        "{what}", "Write for example 2020-06-13, 2020-06-13/2020-06-14, 2018-12 or 2020-05~.", "2021-02-30",
    ),
    Rule(
        "F007", "bad-count", "error", "A count is none",
        "A count that cannot be read is not stated; one that is read wrongly is worse.",
        "A count is a whole number from 0 on, or words that state one (docs/records.md).",
        "{what}", "Write a whole number or words; leave it empty if it is not stated.", "-3",
    ),
    Rule(
        "F008", "bad-coordinates", "error", "A coordinate or its precision is none",
        "A point off the map cannot be compared with any other.",
        "lat lies between -90 and 90, lon between -180 and 180, both are given or neither; a precision is a radius.",
        "{what}", "Write decimal degrees with a point; south and west are negative.", "lat 361.06",
    ),
    Rule(
        "F009", "bad-value", "error", "A value is none of those accepted",
        "The field has a vocabulary; another word states nothing.",
        "attribution, aggregate, and the measure and scope of a claim.",
        "{what}", "Use one of the words accepted.", "attribution suspectd",
    ),
    Rule(
        "F010", "contradiction", "error", "Two fields of one record state different things",
        "One of the two is wrong, and nothing says which.",
        "date beside date_start and date_end, injured beside wounded, words beside their bounds, a flat total beside "
        "the total among the claims. The place given is that of the value which the rest of the record speaks against.",
        "{what}", "State it once.", "killed 7, and a claim with a total of 9",
    ),
    Rule(
        "F011", "bad-text", "error", "A text is none",
        "Bytes that are no text cannot be shown, searched or compared.",
        "Not UTF-8, NUL characters, lone surrogates, a value of another kind where a text belongs, too long a text.",
        "{what}", "Save the file as UTF-8; state a text.", "byte 0xe9 is not UTF-8",
    ),
    Rule(
        "F012", "bad-claim", "error", "A claim is not built as a claim",
        "What a claim says under another name is lost.",
        "claims are a list of objects with the keys of docs/records.md.",
        "{what}", "Use the keys measure, group, low, best, high, count, scope, quote, attributed_to, as_of.",
        "a key qoute",
    ),
)  # fmt: skip

_VALUES: Final = (
    Rule(
        "V001", "future-date", "error", "A date lies in the future",
        "What has not happened cannot have been reported: a digit is wrong.",
        "The whole of date, published_at or as_of lies after today (`--today`, else the day of the run); or "
        "the last day of date by more than a month, where it is stated as a day.",
        "{field}: {value} lies in the future", "Correct the date.", "2031-06-13 for 2021-06-13",
    ),
    Rule(
        "V002", "early-date", "error", "A date lies before the data begin",
        "A digit is wrong, or the record does not belong here.",
        "The whole of date or published_at lies before `earliest-date` (1970-01-01 unless set); or the first "
        "day of date by more than a month, where it is stated as a day.",
        "{field}: {value} lies before {floor}, the earliest date expected", "Correct the date, or set earliest-date.",
        "1021-06-13 for 2021-06-13",
    ),
    Rule(
        "V003", "after-publication", "error", "The event comes after the report of it",
        "An outlet reports what has happened: one of the two dates is wrong.",
        "date begins after the day of published_at, or ends after it where both its ends are days.",
        "{field}: {value} lies after the day of publication, {published}", "Correct one of the two.",
        "date 2020-07-13, published_at 2020-06-14",
    ),
    Rule(
        "V004", "wrong-country", "error", "The place lies outside the stated country",
        "One of the two is wrong, and the record matches the events of another country.",
        "Coordinates farther from the country than their precision and 0.1 degrees allow, by a grid of one degree made "
        "from public domain outlines (ground that two states claim is in both); or a province and a district that the "
        "place table knows in one other country alone. At sea nothing is said within 370 km.",
        "{what}", "Correct the country or the place.", "country Iraq, lat 32.625, lon 36.106 (Syria)",
    ),
    Rule(
        "V005", "far-from-place", "warning", "The coordinates lie far from the place named",
        "One of the two is wrong, or the place is a homonym of the one we know.",
        "The place, else its district, else its province is in the place table and its point lies farther away than "
        "its radius, the stated precision and `far-km` (60) together. Places that the table does not have are silent.",
        "{what}", "Correct one of the two, or add the place with --places.",
        "Khanaqin at 36.19, 44.01",
    ),
    Rule(
        "V006", "swapped-coordinates", "error", "Latitude and longitude are exchanged",
        "The point lies in another part of the world.",
        "The point does not fit the stated country or place, and fits it, on land, with lat and lon exchanged.",
        "lat, lon: {lat:g}, {lon:g} does not lie in {name}; exchanged they do", "Exchange them.", "lat 44.6, lon 34.9",
    ),
    Rule(
        "V007", "null-island", "warning", "The coordinates are 0, 0",
        "That is what software writes for 'unknown'; it is a point in the Gulf of Guinea.",
        "lat and lon are both 0. They are read as unknown.",
        "lat, lon: 0, 0 is read as unknown", "Leave both empty.", "0,0",
    ),
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
        "V015", "stale-data", "warning", "The newest record is old",
        "A feed that has stopped looks like peace.",
        "No record is dated or published within `stale-after-days` before today. Off unless set.",
        "the newest record is of {day}, more than {days} days ago", "See whether the source still delivers.", "",
    ),
    Rule(
        "V016", "unknown-country", "warning", "A country is none that we know",
        "Records of one country under two names do not meet.",
        "Names, codes and spellings of ISO 3166 and their translations; a name that is only similar is read but found.",
        "country: '{value}' is no country we know", "Spell it as ISO 3166 does.", "Iraqq",
    ),
    Rule(
        "V017", "unknown-event-type", "warning", "An event type is none that we know",
        "A type that maps onto nothing says nothing when records are matched.",
        "Neither the text nor a word in it is in the taxonomy (reconcile/data/event_types.toml and --event-types).",
        "event_type: '{value}' maps onto no type we know", "Correct it, or extend the taxonomy with --event-types.",
        "armed asault",
    ),
    Rule(
        "V018", "unknown-group", "warning", "A claim counts a group that we do not know",
        "Figures of a group under two names are never compared.",
        "No word of the claim's group is in the hierarchy (reconcile/data/groups.toml and --groups).",
        "claims[{number}].group: '{value}' is no group we know", "Correct it, or extend the groups with --groups.",
        "civillians",
    ),
    Rule(
        "V019", "unknown-language", "warning", "A language is no language code",
        "The code says by which number words a text is read.",
        "ISO 639: two letters of part 1, or three letters, and subtags as BCP 47 has them.",
        "language: '{value}' is no language code", "Write for example en, ar or ckb.", "english",
    ),
    Rule(
        "V020", "precision-without-point", "warning", "A precision is stated without coordinates",
        "A radius around nothing; the coordinates were probably lost.",
        "geo_precision_km without lat and lon.",
        "geo_precision_km: {value:g} is stated without lat and lon", "State lat and lon, or take it out.", "",
    ),
    Rule(
        "V021", "repeated-claim", "warning", "A record makes one claim twice",
        "Parts that are entered twice are added up twice by whoever reads the file.",
        "Two claims of one record with the same values throughout.",
        "claims[{number}]: the same as claims[{first}]", "Take one out.", "",
    ),
    Rule(
        "V022", "claim-before-event", "warning", "A figure held before the event",
        "as_of is the day on which the figure held: it cannot come before what it counts.",
        "as_of lies before the first day of date.",
        "claims[{number}].as_of: {value} lies before the event, {start}", "Correct one of the two.", "",
    ),
    Rule(
        "V023", "late-report", "warning", "The report comes very long after the event",
        "Mostly a wrong digit in a year.",
        "published_at is more than `late-days` (3,650) after the end of date.",
        "{field}: {value} lies {years} years before publication, {published}", "Correct one of the two.",
        "2011-06-13 published 2021-06-14",
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

_JUDGEMENTS: Final = (
    Rule(
        "J001", "unreadable-judgement", "error", "A line of judgements cannot be read",
        "A verdict that is not read is not obeyed.",
        "JSONL with left, right, verdict (same, different, unsure), and optionally by, at, why.",
        "{what}", "Mend the line.", "verdict sme",
    ),
    Rule(
        "J002", "contradictory-judgements", "error", "Judgements contradict each other",
        "Two records cannot be one event and two.",
        "same and different for one pair, or different for two records that a chain of same joins.",
        "{what}", "Take one back with a line whose verdict is unsure.", "",
    ),
    Rule(
        "J003", "unknown-record", "error", "A line names a record that is not there",
        "The verdict or expectation has no effect, and the one that was meant is not obeyed.",
        "An id in a judgement, an expected event or an acknowledgement that no record has.",
        "names {record}, which is not among the records", "Correct the id, or take the line out.", "rudaw-11",
    ),
)  # fmt: skip

_EVENTS: Final = (
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
)  # fmt: skip

_REGRESSION: Final = (
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

CHECK_RULES: Final = (*_FORM, *_VALUES, *_JUDGEMENTS, *_EVENTS, *_REGRESSION)
