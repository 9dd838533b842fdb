"""Rules on the form of files, rows and fields."""

from __future__ import annotations

from typing import Final

from reconcile.rule import Rule

FORM: Final = (
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
        "Not UTF-8, NUL characters, lone surrogates, a value of another kind where a text belongs, too long a text; a "
        "name or title without a single letter.",
        "{what}", "Save the file as UTF-8; state a text.", "byte 0xe9 is not UTF-8",
    ),
    Rule(
        "F012", "bad-claim", "error", "A claim is not built as a claim",
        "What a claim says under another name is lost.",
        "claims are a list of objects with the keys of docs/records.md.",
        "{what}", "Use the keys measure, group, low, best, high, count, scope, quote, attributed_to, as_of.",
        "a key qoute",
    ),
    Rule(
        "F013", "wrong-setting", "error", "The configuration says what cannot be",
        "A setting that is not read is not obeyed, and whoever wrote it believes that it is.",
        "reconcile.toml, or the table [tool.reconcile]: lines that are no TOML, keys that are none, values of another "
        "kind, files that are not there. The data are checked all the same, by the rest of the file, with unknown keys "
        "as they were probably meant; the exit code is 2.",
        "{what}", "See the tables of keys in docs/check.md.", "requird",
    ),
)  # fmt: skip
