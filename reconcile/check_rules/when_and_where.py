"""Rules on dates, coordinates and the names of places."""

from __future__ import annotations

from typing import Final

from reconcile.rule import Rule

WHEN_AND_WHERE: Final = (
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
        "date begins after the day of published_at, or ends after it where both its ends are days. The place given is "
        "as in late-report.",
        "{what}", "Correct one of the two.",
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
        "V026", "wrong-province", "warning", "A district or town lies in another province",
        "One of the two is wrong, and the record does not meet those of the place it means.",
        "A district, or its chief town, that the place table knows in the stated country, and there in other provinces "
        "alone; a village only if title and text name another place of the record and not it. The place given is the "
        "province, unless the point or the other names speak for it.",
        "{what}", "Correct one of the two, or add the place with --places.", "Mosul in Kirkuk",
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
        "V015", "stale-data", "warning", "The newest record is old",
        "A feed that has stopped looks like peace.",
        "No record is dated or published within `stale-after-days` before today. Off unless set.",
        "the newest record is of {day}, more than {days} days ago", "See whether the source still delivers.", "",
    ),
    Rule(
        "V016", "unknown-country", "warning", "A country is none that we know",
        "Read as no country at all: its records are compared with those of any.",
        "Names, codes and spellings of ISO 3166 and their translations; a name that is only similar is read but found.",
        "country: '{value}' is no country we know", "Spell it as ISO 3166 does.", "Iraqq",
    ),
    Rule(
        "V020", "precision-without-point", "warning", "A precision is stated without coordinates",
        "A radius around nothing; the coordinates were probably lost.",
        "geo_precision_km without lat and lon.",
        "geo_precision_km: {value:g} is stated without lat and lon", "State lat and lon, or take it out.", "",
    ),
    Rule(
        "V022", "claim-before-event", "warning", "A figure held before the event, or after the report of it",
        "as_of is the day on which the figure held: it cannot come before what it counts, nor after who tells it.",
        "as_of lies before the first day of date, or more than a day after published_at.",
        "{what}", "Correct one of the two.", "",
    ),
    Rule(
        "V023", "late-report", "warning", "The report comes very long after the event",
        "Mostly a wrong digit in a year or a month.",
        "published_at is more than `late-days` (3,650) after the end of date; or more than 20 days where of eight "
        "reports and more all but two, or three in a hundred, come within three days, and this is the outlet's only "
        "one of its day. The place given is the date that the record's words, the records said to be the same, and "
        "the order of the file speak against.",
        "{what}", "Correct one of the two.",
        "2011-06-13 published 2021-06-14",
    ),
)  # fmt: skip
