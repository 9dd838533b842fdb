"""EDTF against an oracle that enumerates the calendar, and the laws of reading and writing dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconcile.dates import Interval, describe, format_edtf, parse_day, parse_edtf, parse_published
from reconcile.text import for_terminal

# The oracle: every day from 1900 to 2099 as text; a mask of digits and X is a search through it.
CALENDAR = "\n".join((date(1900, 1, 1) + timedelta(days=n)).isoformat() for n in range(73_049))
DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 31))


def days_matching(mask: str) -> tuple[date, date] | None:
    """First and last day whose text begins with the mask."""
    found = re.findall("^" + mask.replace("X", "[0-9]") + ".*$", CALENDAR, re.MULTILINE)
    return (date.fromisoformat(found[0]), date.fromisoformat(found[-1])) if found else None


def two_digits(most: int) -> st.SearchStrategy[str]:
    known = st.integers(0, most + 2).map("{:02}".format)
    return st.one_of(known, known, st.just("XX"), st.sampled_from(["0X", "1X", "2X", "3X", "X1", "X9"]))


@st.composite
def masks(draw: st.DrawFn) -> str:
    years = ["19XX", "20XX", "202X", "20X0", "19X9", "1999", "2000", "2019", "2020", "2021"]
    parts = [draw(st.sampled_from(years)), draw(two_digits(12)), draw(two_digits(31))]
    return "-".join(parts[: draw(st.integers(1, 3))])


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    first, last = sorted(draw(st.tuples(DAYS, DAYS)))
    kind = draw(st.sampled_from(["day", "moment", "span", "before", "after"]))
    approximate = draw(st.booleans())
    if kind == "moment":
        return Interval(first, first, approximate, draw(st.integers(0, 1439)))
    start, end = {
        "day": (first, first),
        "span": (first, last),
        "before": (None, last),
        "after": (first, None),
    }[kind]
    return Interval(start, end, approximate)


def outcome(read: Callable[[str], object], text: str) -> tuple[object, str | None]:
    """What a reader makes of the text: its value, or what it says to the user."""
    try:
        return read(text), None
    except ValueError as error:
        return None, str(error)


@settings(max_examples=300)
@given(masks())
@example("2020-XX-13")
@example("2021-02-XX")
@example("2020-XX-30")
@example("19XX-02-29")
def test_a_date_of_any_precision_is_the_hull_of_the_days_that_match_it(mask: str) -> None:
    expected = days_matching(mask)
    if mask[5:7].isdigit() and 21 <= int(mask[5:7]) <= 41:
        return  # a season: its own table below
    if expected is None:
        with pytest.raises(ValueError, match=r"has no such|matches no day"):
            parse_edtf(mask)
    else:
        assert parse_edtf(mask) == Interval(*expected)


@settings(max_examples=100)
@given(masks(), masks())
def test_an_interval_runs_from_the_first_day_of_its_start_to_the_last_day_of_its_end(first: str, last: str) -> None:
    begin, finish = days_matching(first), days_matching(last)
    if begin is None or finish is None:
        return
    if begin[0] > finish[1]:
        with pytest.raises(ValueError, match="before it begins"):
            parse_edtf(f"{first}/{last}")
    else:
        assert parse_edtf(f"{first}/{last}") == Interval(begin[0], finish[1])
    assert parse_edtf(f"[{first},{last}]") == Interval(min(begin[0], finish[0]), max(begin[1], finish[1]))
    assert parse_edtf(f"../{last}") == parse_edtf(f"/{last}") == Interval(None, finish[1])
    assert parse_edtf(f"{first}/..") == parse_edtf(f"{first}/") == Interval(begin[0], None)


@given(intervals())
def test_reading_what_was_written_gives_the_interval_back(interval: Interval) -> None:
    assert parse_edtf(format_edtf(interval)) == interval


@given(intervals())
def test_the_canonical_spelling_is_a_fixed_point(interval: Interval) -> None:
    spelling = format_edtf(interval)
    assert format_edtf(parse_edtf(spelling)) == spelling


@settings(max_examples=1000)
@given(st.one_of(st.text(max_size=120), st.text("0123X-/.~?%[]{},TZ:+ ", max_size=24)))
@example("0XXX-21")
@example("[")
@example("2020-06-13\x00")
def test_any_text_is_read_or_refused_with_advice(text: str) -> None:
    for read in (parse_edtf, parse_published, parse_day):
        value, refusal = outcome(read, text)
        if refusal is not None:
            assert re.search("write|leave|format", refusal)
            assert for_terminal(refusal) == refusal
        if isinstance(value, Interval):
            assert value.start or value.end
            assert not (value.start and value.end) or value.start <= value.end
            assert all(1000 <= day.year <= 3000 for day in (value.start, value.end) if day)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2020-21", "2020-03-01", "2020-05-31"),
        ("2020-22", "2020-06-01", "2020-08-31"),
        ("2020-23", "2020-09-01", "2020-11-30"),
        ("2020-24", "2020-12-01", "2021-02-28"),
        ("2019-24", "2019-12-01", "2020-02-29"),
        ("2020-28", "2020-12-01", "2021-02-28"),
        ("2020-29", "2020-09-01", "2020-11-30"),
        ("2020-30", "2020-12-01", "2021-02-28"),
        ("2020-32", "2020-06-01", "2020-08-31"),
        ("2020-33", "2020-01-01", "2020-03-31"),
        ("2020-36", "2020-10-01", "2020-12-31"),
        ("2020-38", "2020-05-01", "2020-08-31"),
        ("2020-41", "2020-07-01", "2020-12-31"),
        ("202X-34", "2020-04-01", "2029-06-30"),
        ("2018-12/2019-01", "2018-12-01", "2019-01-31"),
        ("2020-06-13T22:00/2020-06-14T02:00:00Z", "2020-06-13", "2020-06-14"),
        ("2020-06-13/2020-06-14T01:30", "2020-06-13", "2020-06-14"),
        ("[2020-06-14,2020-06-13]", "2020-06-13", "2020-06-14"),
        ("{2020-06-13..2020-06-15,2020-07}", "2020-06-13", "2020-07-31"),
        (" 2020-06-13 / 2020-06-14 ", "2020-06-13", "2020-06-14"),
        ("2020-06-15/2020-06", "2020-06-15", "2020-06-30"),
        ("2XXX", "2000-01-01", "2999-12-31"),
    ],
)
def test_the_other_ways_to_state_an_interval(text: str, start: str, end: str) -> None:
    assert parse_edtf(text) == Interval(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize("text", ["[..2020-06-13]", "{..2020-06-13}", "[2020-06-01,..2020-06-13]"])
def test_a_set_without_a_first_day_is_open(text: str) -> None:
    assert parse_edtf(text) == Interval(None, date(2020, 6, 13))


@pytest.mark.parametrize("mark", ["?", "~", "%"])
@pytest.mark.parametrize(
    "pattern",
    ["2020-06-13{}", "{}2020-06-13", "2020{}-06-13", "2020-{}06-13", "2020-06{}-13", "2020-06-{}13"],
)
def test_a_mark_of_doubt_anywhere_makes_the_date_approximate_and_moves_no_day(pattern: str, mark: str) -> None:
    day = date(2020, 6, 13)
    assert parse_edtf(pattern.format(mark)) == Interval(day, day, approximate=True)
    assert parse_edtf(f"2020-06-01/{pattern.format(mark)}") == Interval(date(2020, 6, 1), day, approximate=True)


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("2020-06-14T01:30", 90),
        ("2020-06-14 01:30", 90),
        ("2020-06-14T01:30:59.999", 90),
        ("2020-06-14T01:30:00+03:00", 90),
        ("2020-06-14T23:59:59", 1439),
        ("2020-06-14T00:00", 0),
        ("2020-06-14T00:00:01", 0),
        ("2020-06-14T00:00:00", None),
        ("2020-06-14 00:00:00.000", None),
        ("2020-06-14 00:00:00 UTC", None),
        ("2020-06-14", None),
    ],
)
def test_a_moment_keeps_its_time_as_stated_but_a_spreadsheets_midnight_is_a_day(text: str, minute: int | None) -> None:
    assert parse_edtf(text) == Interval(date(2020, 6, 14), date(2020, 6, 14), minute=minute)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("  \t", "is empty"),
        ("2020-02-30", "February 2020 has 29"),
        ("2019-02-29", "February 2019 has 28"),
        ("2020-13", r"no such month \(13\)"),
        ("2020-00-10", r"no such month \(00\)"),
        ("2020-06-00", "no such day"),
        ("2020-21-05", r"no such month \(21\)"),
        ("2020-06-14/2020-06-13", "before it begins"),
        ("2020-06-14T02:00/2020-06-14T01:00", "before it begins"),
        ("0999-12-31", "outside 1000-2999"),
        ("3000", "outside 1000-2999"),
        ("XXXX-06-13", "leaves the year open"),
        ("../..", "states no day"),
        ("/", "states no day"),
        ("2020/2021/2022", "more than one"),
        ("[2020-06-13", "does not close"),
        ("[2020-06-13,]", "empty place"),
        ("2020-06-13T25:00", "impossible time"),
        ("2020-06-13T12:60", "impossible time"),
        ("2020-06-13T12:00+25:00", "impossible offset"),
        ("2020-06-13~~", "not an ISO 8601"),
        ("2020-W24-6", "not an ISO 8601"),
        ("2020-06-13/P2D", "not an ISO 8601"),
        ("٢٠٢٠-٠٦-١٣", "digits are 0-9"),
        ("2020–2021", "plain hyphen"),
        ("2020-06-13" * 11, "longer than 100"),
    ],
)
def test_what_is_no_date_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_edtf(text)


@given(DAYS)
def test_common_spellings_with_one_reading_are_refused_with_the_right_one(day: date) -> None:
    spellings = [f"{day:%Y/%m/%d}", f"{day:%Y.%m.%d}", f"{day:%Y%m%d}", f"{day:%d %B %Y}", f"{day:%B %d, %Y}"]
    spellings += [f"{day:%d-%b-%Y}", f"{day:%A, %d %b %Y}", f"{day.day}th of {day:%B %Y}"]
    if day.day > 12:
        spellings += [
            f"{day:%d/%m/%Y}",
            f"{day:%m/%d/%Y}",
            f"{day:%d.%m.%Y}",
            f"{day.day}-{day.month}-{day.year}",
        ]
    for spelling in spellings:
        with pytest.raises(ValueError, match=f"; write {day}$"):
            parse_edtf(spelling)


@given(DAYS.filter(lambda day: day.day <= 12 and day.day != day.month))
def test_a_day_and_a_month_that_could_be_swapped_are_called_ambiguous(day: date) -> None:
    swapped = day.replace(month=day.day, day=day.month)
    with pytest.raises(ValueError, match=f"ambiguous: write {day} or {swapped}"):
        parse_edtf(f"{day:%d/%m/%Y}")


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("13/06/20", "four digits"),
        ("13 June 20", "four digits"),
        ("June 2020", "write 2020-06$"),
        ("06/2020", "write 2020-06$"),
        ("2020/06", "write 2020-06$"),
        ("2020-06-13/14", "write both ends in full: 2020-06-13/2020-06-14$"),
        ("2020-06?~", "'%'"),
        ("2020-06-14T24:00", "next day"),
        ("2020-06-14 24:00:00", "next day"),
        ("43995", "serial number"),
        ("N/A", "leave it empty"),
        ("31/02/2020", "for example"),
        ("sometime in June 2020", "for example"),
    ],
)
def test_other_advice_for_what_people_type(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        parse_edtf(text)


@pytest.mark.parametrize(
    ("text", "normalised", "day"),
    [
        ("2020-06-14", "2020-06-14", "2020-06-14"),
        (" 2020-06-14T22:30:00Z ", "2020-06-14T22:30:00Z", "2020-06-14"),
        ("2020-06-14 22:30", "2020-06-14T22:30", "2020-06-14"),
        ("2020-06-14t22:30:00,25z", "2020-06-14T22:30:00.25Z", "2020-06-14"),
        ("2020-06-14T23:30:00-11:00", "2020-06-14T23:30:00-11:00", "2020-06-14"),
        ("2020-06-14T00:30:00+0300", "2020-06-14T00:30:00+03:00", "2020-06-14"),
        ("2020-06-14 00:30:00 UTC", "2020-06-14T00:30:00Z", "2020-06-14"),
        ("2020-06-14 00:00:00", "2020-06-14T00:00:00", "2020-06-14"),
    ],
)
def test_a_publication_keeps_the_day_that_it_states(text: str, normalised: str, day: str) -> None:
    assert parse_published(text) == (normalised, date.fromisoformat(day))
    assert parse_published(normalised) == (normalised, date.fromisoformat(day))
    assert parse_day(text) == date.fromisoformat(day)


@pytest.mark.parametrize("text", ["", "2020-06", "2020-06-14~", "2020-06-14T10:00~", "2020-06-31", "13/06/2020", "now"])
def test_a_publication_that_is_no_day_is_refused(text: str) -> None:
    for read in (parse_published, parse_day):
        with pytest.raises(ValueError, match="write"):
            read(text)


@pytest.mark.parametrize(
    ("edtf", "canonical", "words"),
    [
        ("2020-06-13", "2020-06-13", "13 June 2020"),
        ("2020-06-13/2020-06-14", "2020-06-13/2020-06-14", "13–14 June 2020"),
        ("2020-06-30/2020-07-02", "2020-06-30/2020-07-02", "30 June – 2 July 2020"),
        ("2020-12-31/2021-01-01", "2020-12-31/2021-01-01", "31 December 2020 – 1 January 2021"),
        ("2018-12", "2018-12", "December 2018"),
        ("2018-12-01/2018-12-31", "2018-12", "December 2018"),
        ("2020-03/2020-05", "2020-03/2020-05", "March – May 2020"),
        ("2018-12/2019-01", "2018-12/2019-01", "December 2018 – January 2019"),
        ("2018", "2018", "2018"),
        ("2018/2019", "2018/2019", "2018 – 2019"),
        ("../2020-05-03", "../2020-05-03", "on or before 3 May 2020"),
        ("2020-05-03/..", "2020-05-03/..", "on or after 3 May 2020"),
        ("2020-05?", "2020-05~", "about May 2020"),
        ("2020-05-01~/2020-05-02", "2020-05-01~/2020-05-02~", "about 1–2 May 2020"),
        ("../2020-05-03~", "../2020-05-03~", "on or before about 3 May 2020"),
        ("2020-06-14T01:30", "2020-06-14T01:30", "14 June 2020, 01:30"),
    ],
)
def test_intervals_are_shown_in_edtf_and_in_words(edtf: str, canonical: str, words: str) -> None:
    assert format_edtf(parse_edtf(edtf)) == canonical
    assert describe(parse_edtf(edtf)) == words


def test_an_interval_that_states_nothing_is_described_and_has_no_edtf() -> None:
    assert describe(Interval(None, None)) == "date not stated"
    with pytest.raises(ValueError, match="open at both ends"):
        format_edtf(Interval(None, None))


@pytest.mark.parametrize(
    ("text", "days"),
    [("2020-06-14T01:30Z", (13, 14)), ("2020-06-13T21:30Z", (13, 14)), ("2020-06-13T11:00Z", (12, 14)),
     ("2020-06-14T01:30+03:00", (14, 14)), ("2020-06-14T01:30", (14, 14))],
)  # fmt: skip
def test_a_time_in_utc_can_be_two_days_where_it_happened(text: str, days: tuple[int, int]) -> None:
    interval = parse_edtf(text)
    assert interval.start is not None
    assert interval.end is not None
    assert (interval.start.day, interval.end.day) == days
