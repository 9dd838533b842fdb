"""Counts: number words against a generator that knows nothing of the reader, and the laws of bounds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconcile.counts import (
    MAX_COUNT,
    NOT_STATED,
    VAGUE,
    Count,
    describe,
    load_vague,
    parse_count,
    vague_word,
)
from reconcile.errors import ConfigError
from reconcile.text import for_terminal

UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
UNITS += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBERS = st.integers(0, MAX_COUNT)


def below_hundred(number: int) -> str:
    if number < 20:
        return UNITS[number]
    ten, unit = divmod(number, 10)
    return TENS[ten - 2] + (f" {UNITS[unit]}" if unit else "")


def spellings(number: int) -> Iterator[str]:
    """Every usual way to write a number below a million in English, without hyphens."""
    if number < 100:
        yield below_hundred(number)
        return
    thousands, rest = divmod(number, 1000)
    if thousands:
        tails = [f"{joint}{tail}" for joint in (" ", " and ") for tail in spellings(rest)] if rest else [""]
        heads = [*spellings(thousands), *(["a"] if thousands == 1 else [])]
        yield from (f"{head} thousand{tail}" for head in heads for tail in tails)
    hundreds, rest = divmod(number, 100)
    if hundreds < 100 and hundreds % 10:
        tails = [""] if not rest else [f" {below_hundred(rest)}", f" and {below_hundred(rest)}"]
        heads = [below_hundred(hundreds), *(["a"] if hundreds == 1 else [])]
        yield from (f"{head} hundred{tail}" for head in heads for tail in tails)


def exactly(number: int) -> Count:
    return Count(number, number, number)


def outcome(text: str) -> tuple[Count | None, str | None]:
    """What is made of the text: the count, or what is said to the user."""
    try:
        return parse_count(text), None
    except ValueError as error:
        return None, str(error)


def test_every_spelling_of_every_number_to_three_thousand_is_read() -> None:
    for number in range(3000):
        for words in spellings(number):
            assert parse_count(words) == exactly(number), words


@given(st.integers(0, 999_999))
def test_spellings_of_larger_numbers_are_read_with_or_without_hyphens_and_capitals(number: int) -> None:
    for words in spellings(number):
        assert parse_count(words) == exactly(number), words
        assert parse_count(words.replace(" ", "-", 1).capitalize()) == exactly(number), words


def test_no_other_sequence_of_number_words_is_a_number() -> None:
    short = {words: number for number in range(100_000) for words in spellings(number) if words.count(" ") <= 2}
    short |= {f"{head} thousand": n * 1000 for n in range(100, 1000) for head in spellings(n) if head.count(" ") < 2}
    vocabulary = [*UNITS, *TENS, "hundred", "thousand", "and", "a"]
    for length in (1, 2, 3):
        for chosen in product(vocabulary, repeat=length):
            words = " ".join(chosen)
            expected = exactly(short[words]) if words in short else None
            assert outcome(words)[0] == expected, words


@given(NUMBERS)
def test_figures_are_read_however_they_are_grouped(number: int) -> None:
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    extended = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    plain, grouped = str(number), f"{number:,}"
    for text in (
        plain,
        grouped,
        grouped.replace(",", " "),
        grouped.replace(",", "\u202f"),
        f" {plain}\t",
        f"{plain}.0",
    ):
        assert parse_count(text) == exactly(number)
    for digits in (arabic, extended):
        assert parse_count(plain.translate(digits)) == exactly(number)
        assert parse_count(grouped.replace(",", "٬").translate(digits)) == exactly(number)


@given(NUMBERS, NUMBERS)
def test_a_range_keeps_both_ends_and_invents_no_best(one: int, other: int) -> None:
    low, high = sorted((one, other))
    texts = [f"{low}-{high}", f"{low}–{high}", f"{low} - {high}", f"{low} to {high}", f"{low:,} or {high:,}"]
    texts += [f"between {low} and {high}", f"from {low} to {high}"]
    for text in texts:
        assert parse_count(text) == Count(low, low if low == high else None, high)
    if low < high:
        with pytest.raises(ValueError, match="runs backwards"):
            parse_count(f"{high}-{low}")


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_a_range_in_words_is_read_or_called_ambiguous(one: int, other: int) -> None:
    low, high = sorted((one, other))
    left, right = next(spellings(low)), next(spellings(high))
    for text in (f"between {left} and {right}", f"{left} to {right}"):
        count, refusal = outcome(text)
        assert count == Count(low, low if low == high else None, high) or "ambiguous" in str(refusal)


AT_LEAST = (
    "at least {}", "no fewer than {}", "no less than {}", "not fewer than {}", "not less than {}", "minimum of {}",
    "min {}", "a minimum of {}", "minimum {}", "upwards of {}", ">={}", "≥ {}", "{} or more", "{} or above",
    "{} and above", "{} at least", "{}+", "{}＋", "At Least {:,}",
)  # fmt: skip
MORE = ("more than {}", "over {}", "above {}", "in excess of {}", "greater than {}", "exceeding {}", "> {}")
AT_MOST = (
    "at most {}", "up to {}", "no more than {}", "not more than {}", "as many as {}", "maximum of {}", "max {}",
    "a maximum of {}", "maximum {}", "<= {}", "≤{}", "{} or fewer", "{} or less", "{} at most",
)  # fmt: skip
FEWER = ("less than {}", "fewer than {}", "under {}", "below {}", "<{}")


@given(st.integers(1, MAX_COUNT - 1))
def test_bounds_say_what_they_say_and_no_more(number: int) -> None:
    for text in AT_LEAST:
        assert parse_count(text.format(number)) == Count(number, None, None)
    for text in MORE:
        assert parse_count(text.format(number)) == Count(number + 1, None, None)
    for text in AT_MOST:
        assert parse_count(text.format(number)) == Count(None, None, number)
    for text in FEWER:
        assert parse_count(text.format(number)) == Count(None, None, number - 1)


ABOUT = (
    "about {}", "around {}", "approximately {}", "approx. {}", "approx {}", "roughly {}", "some {}", "circa {}",
    "ca. {}", "ca {}", "c. {}", "an estimated {}", "estimated {}", "~{}", "～{}", "≈ {}",
)  # fmt: skip


@given(st.integers(0, MAX_COUNT * 3 // 4))
def test_about_a_number_is_a_range_around_it_that_never_reaches_none(number: int) -> None:
    for text in ABOUT:
        count = parse_count(text.format(number))
        assert count.low is not None
        assert count.high is not None
        assert count.best == number
        assert min(number, 1) <= count.low <= number <= count.high
        assert (count.low < number < count.high) == (number > 1)
        assert count.high - number <= number / 4 + 1
    for text in ("nearly {}", "almost {}", "close to {}", "just under {}"):
        assert parse_count(text.format(number)) == Count(count.low, number, number)


@st.composite
def counts(draw: st.DrawFn) -> Count:
    low, best, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    shape = draw(st.sampled_from(["exact", "range", "ranged best", "least", "most", "best under", "best over", "none"]))
    return {
        "exact": exactly(best),
        "range": Count(low, low if low == high else None, high),
        "ranged best": Count(low, best, high),
        "least": Count(low, None, None),
        "most": Count(None, None, high),
        "best under": Count(None, best, high),
        "best over": Count(low, best, None),
        "none": NOT_STATED,
    }[shape]


@given(counts())
def test_reading_a_description_gives_the_count_back(count: Count) -> None:
    assert parse_count(describe(count)) == count


def assert_sane_or_refused(text: str) -> None:
    count, refusal = outcome(text)
    if count is None:
        assert refusal is not None
        assert "write for example" in refusal
        assert for_terminal(refusal) == refusal
        return
    stated = [number for number in (count.low, count.best, count.high) if number is not None]
    assert stated == sorted(stated)
    assert all(0 <= number <= MAX_COUNT for number in stated)


@settings(max_examples=1000)
@given(st.one_of(st.text(max_size=110), st.text("0123 -–.,+~<>()e_٧", max_size=20), st.from_regex(r"[0-9]{1,40}")))
@example("9" * 100)
@example("1 (" * 33)
@example("one (at least 2 (3))")
def test_any_text_is_a_sane_count_or_refused_with_advice(text: str) -> None:
    assert_sane_or_refused(text)


WORDS = ["five", "to", "at", "least", "about", "one", "hundred", "and", "thousand", "between", "or", "more"]
WORDS += ["dozens", "a", "20", "-", "(", ")", "+"]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_any_sentence_of_our_own_words_is_a_sane_count_or_refused(text: str) -> None:
    assert_sane_or_refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "?", "??", "؟", "-", "–", "--", "N/A", "na", "n.a.", "TBC", "tbd", "Unknown", "unknown number",
        "an unknown number", "not yet known", "not known", "not reported", "not stated", "not given", "not available",
        "no reports", "no casualties reported", "no casualties reported yet", "no immediate reports of casualties",
        "unclear", "unspecified", "unreported", "undisclosed",
    ],
)  # fmt: skip
def test_not_stated_is_not_zero(text: str) -> None:
    assert parse_count(text) == NOT_STATED == Count(None, None, None)
    assert describe(NOT_STATED) == "not stated"


@pytest.mark.parametrize(
    "text", ["0", "zero", "none", "NONE", "no", "nobody", "no one", "no-one", "nil", "0.0", "٠", "00"]
)
def test_none_is_zero_and_not_unknown(text: str) -> None:
    assert parse_count(text) == Count(0, 0, 0)
    assert describe(Count(0, 0, 0)) == "0"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a couple", Count(2, 2, 3)),
        ("a few", Count(2, None, 9)),
        ("Several", Count(3, None, 9)),
        ("several dozen", Count(36, None, 99)),
        ("a dozen", Count(10, 12, 14)),
        ("dozens", Count(24, None, 99)),
        ("dozens of", Count(24, None, 99)),
        ("scores", Count(40, None, 199)),
        ("hundreds", Count(200, None, 999)),
        ("thousands", Count(2000, None, 9999)),
        ("many", Count(3, None, None)),
        ("a number of", Count(2, None, None)),
        ("some", Count(2, None, None)),
        ("at least a dozen", Count(12, None, None)),
        ("more than a dozen", Count(13, None, None)),
        ("up to a dozen", Count(None, None, 12)),
        ("at least dozens", Count(24, None, None)),
        ("about dozens", Count(24, None, 99)),
        ("nearly 20", Count(15, 20, 20)),
        ("about 0", exactly(0)),
        ("about 1000", Count(750, 1000, 1250)),
        ("at least 0", Count(0, None, None)),
        ("more than zero", Count(1, None, None)),
        ("up to 0", Count(None, None, 0)),
        ("fewer than one", Count(None, None, 0)),
        ("up to dozens", Count(None, None, 99)),
        ("between 5-7", Count(5, None, 7)),
        ("from 5-7", Count(5, None, 7)),
        ("0 (0-13)", Count(0, 0, 13)),
        ("5 (5 or more)", Count(5, 5, None)),
        ("7 (up to 7)", Count(None, 7, 7)),
        ("one hundred to one thousand", Count(100, None, 1000)),
        ("about 1", Count(1, 1, 2)),
        ("about 2", Count(1, 2, 3)),
        ("about 4", Count(3, 4, 5)),
        ("about 5", Count(3, 5, 7)),
        ("about 21", Count(15, 21, 27)),
        ("20 (15–25)", Count(15, 20, 25)),
        ("1,00,000", exactly(100_000)),
        ("٣٫٠", exactly(3)),
        ("fifteen hundred", exactly(1500)),
        ("between one hundred and fifty and two hundred", Count(150, None, 200)),
        ("between one hundred and two hundred and fifty", Count(100, None, 250)),
        ("between one hundred and one thousand and five", Count(100, None, 1005)),
        ("ninety to a hundred", Count(90, None, 100)),
        ("one to one hundred", Count(1, None, 100)),
        ("twenty-two", exactly(22)),
        ("twenty-thirty", Count(20, None, 30)),
        ("five-seven", Count(5, None, 7)),
    ],
)
def test_words_for_counts(text: str, expected: Count) -> None:
    assert parse_count(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-3", "is negative"),
        ("−3", "is negative"),
        ("3.5", "not a whole number"),
        ("1,5", "not a whole number"),
        ("1,20", "not a whole number"),
        ("1.200", r"is ambiguous \(a decimal, or thousands with points\)"),
        ("1.000", "ambiguous"),
        ("between two thousand and five hundred and twenty thousand", "ambiguous"),
        ("five to six hundred", "ambiguous"),
        ("two to three thousand", "ambiguous"),
        ("one hundred to two hundred thousand", "ambiguous"),
        ("ten hundred", "not a count"),
        ("twenty hundred", "not a count"),
        ("twenty ten", "not a count"),
        ("twenty zero", "not a count"),
        ("5 (50", "not a count"),
        ("(5)", "not a count"),
        ("x (5)", "not a count"),
        ("5 (unknown)", "not a count"),
        ("6 (up to 5)", "outside its range"),
        ("7-5", "runs backwards"),
        ("5-7-9", "not a count"),
        ("10000001", "absurdly large"),
        ("9" * 100, "absurdly large"),
        ("more than 10,000,000", "absurdly large"),
        ("about 9,000,000", "absurdly large"),
        ("7" * 101, "longer than 100"),
        ("fewer than 0", "no upper bound"),
        ("up to many", "no upper bound"),
        ("9 (15-25)", "outside its range"),
        ("nan", "not a count"),
        ("inf", "not a count"),
        ("1e3", "not a count"),
        ("1_000", "not a count"),
        ("0x10", "not a count"),
        ("true", "not a count"),
        ("²", "not a count"),
        ("½", "not a count"),
        ("५", "not a count"),
        ("seven villagers", "not a count"),
        ("overfive", "not a count"),
        ("7\x00", "not a count"),
        ("=1+1", "not a count"),
    ],
)
def test_what_is_no_count_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=rf"{reason}(?:[ :][^;]*)?; write for"):
        parse_count(text)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (exactly(7), "7"),
        (exactly(1200), "1,200"),
        (Count(5, None, 7), "5–7"),
        (Count(5, 6, 7), "6 (5–7)"),
        (Count(5, 5, None), "5 (5 or more)"),
        (Count(6, None, None), "6 or more"),
        (Count(None, None, 7), "up to 7"),
        (Count(24, None, 99), "24–99"),
        (Count(None, 7, None), "7"),
    ],
)
def test_counts_in_words(count: Count, words: str) -> None:
    assert describe(count) == words


# --- the table of vague words ------------------------------------------------------------------------------


def test_every_word_of_the_built_in_table_is_read_as_the_table_says() -> None:
    for word, entry in VAGUE.words.items():
        assert parse_count(word) == Count(entry.low, entry.best, entry.high)
        assert parse_count(f"{word.upper()} of") == Count(entry.low, entry.best, entry.high)


def test_a_recorders_figure_for_a_word_is_there_where_its_rule_is_public() -> None:
    dozens, several = vague_word("Dozens of"), vague_word("several")
    assert dozens is not None
    assert several is not None
    assert dozens.recorders == {"ACLED": 12}
    assert several.recorders == {}
    assert vague_word("seven") is None
    assert vague_word("dozens".ljust(100)) == dozens
    assert vague_word("dozens".ljust(101)) is None
    assert vague_word("dozens".ljust(200) + "x") is None


def test_a_users_table_extends_the_built_in_one_and_wins(tmp_path: Path) -> None:
    path = tmp_path / "counts.toml"
    path.write_text(
        "about_percent = 10\n[words]\nDozens = { low = 12, high = 60, recorders = { Ours = 30 } }\n"
        '"a busload" = { low = 20, best = 40, high = 60 }\nunclear = { low = 1 }\n',
        encoding="utf-8",
    )
    vague = load_vague(str(path))
    assert parse_count("dozens", vague) == Count(12, None, 60)
    assert parse_count("at least a busload", vague) == Count(40, None, None)
    assert parse_count("unclear", vague) == Count(1, None, None)
    assert parse_count("several", vague) == parse_count("several")
    assert parse_count("about 100", vague) == Count(90, 100, 110)
    assert parse_count("dozens") == Count(24, None, 99)
    assert load_vague(None) == VAGUE


@pytest.mark.parametrize(
    ("toml", "text", "expected"),
    [
        ("", "about 100", Count(75, 100, 125)),
        ("about_percent = 0", "about 100", Count(99, 100, 101)),
        ("about_percent = 100", "about 100", Count(1, 100, 200)),
        ("[words]\nlots = { low = 0 }", "lots", Count(0, None, None)),
        ("[words]\nlots = { high = 10000000 }", "lots of", Count(None, None, 10_000_000)),
        ("[words]\nlots = { low = 3, best = 3, high = 3 }", "lots", exactly(3)),
    ],
)
def test_what_a_users_table_may_say(tmp_path: Path, toml: str, text: str, expected: Count) -> None:
    path = tmp_path / "counts.toml"
    path.write_text(toml, encoding="utf-8")
    assert parse_count(text, load_vague(str(path))) == expected


def test_a_word_with_one_bound_only_gives_no_other(tmp_path: Path) -> None:
    path = tmp_path / "counts.toml"
    path.write_text("[words]\nlots = { high = 9 }\nplenty = { low = 3 }\n", encoding="utf-8")
    vague = load_vague(str(path))
    for text, bound in (("at least lots", "lower"), ("more than lots", "lower"), ("up to plenty", "upper")):
        with pytest.raises(ValueError, match=f"states no {bound} bound"):
            parse_count(text, vague)
    assert parse_count("about lots", vague) == Count(None, None, 9)


def test_a_long_text_is_shown_by_its_beginning() -> None:
    assert f"'{'x' * 60}' is not a count;" in str(outcome("x" * 60)[1])
    assert f"'{'x' * 59}…' is not a count;" in str(outcome("x" * 61)[1])
    assert outcome("7".rjust(100))[0] == exactly(7)


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("words = 3", "words must be a table"),
        ("vague = 3", "unknown key 'vague'"),
        ("about_percent = 2.5", "about_percent"),
        ("about_percent = true", "about_percent"),
        ("about_percent = 101", "about_percent"),
        ("[words]\nlots = 7", "words.'lots' must be a table"),
        ("[words]\nlots = {}", "words.'lots' must give low or high"),
        ("[words]\nlots = { best = 7 }", "words.'lots' must give low or high"),
        ("[words]\nlots = { low = 7, high = 3 }", "words.'lots'"),
        ("[words]\nlots = { low = 7, best = 9, high = 8 }", "words.'lots'"),
        ("[words]\nlots = { low = -1 }", "words.'lots'.low"),
        ("[words]\nlots = { low = 1.5 }", "words.'lots'.low"),
        ("[words]\nlots = { low = true }", "words.'lots'.low"),
        ("[words]\nlots = { high = 10000001 }", "words.'lots'.high"),
        ("[words]\nlots = { low = 1, most = 3 }", "unknown key 'most'"),
        ("[words]\nlots = { low = 1, recorders = 3 }", "words.'lots'.recorders"),
        ("[words]\nlots = { low = 1, recorders = { Ours = '3' } }", "words.'lots'.recorders.Ours"),
        ("[words]\nseven = { low = 1 }", "words.'seven' is not a vague word"),
        ("[words]\n'7' = { low = 1 }", "words.'7' is not a vague word"),
        ("[words]\nlots = { low = 1 }\nLots = { low = 2 }", "words.'Lots' is there twice"),
        ("[words", "not TOML"),
    ],
)
def test_a_users_table_with_a_mistake_is_refused_by_file_and_key(tmp_path: Path, toml: str, named: str) -> None:
    path = tmp_path / "counts.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"{re.escape(str(path))}.*{re.escape(named)}"):
        load_vague(str(path))


def test_a_users_table_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9\n")
    for name in ("latin.toml", "missing.toml", "nul\x00.toml", "."):
        with pytest.raises(ConfigError, match="cannot be read"):
            load_vague(str(tmp_path / name))


def test_a_character_is_a_number_where_unicode_calls_it_a_decimal_digit_of_latin_or_arabic() -> None:
    for code in (*range(0x250), *range(0x600, 0x700), *range(0x2000, 0x2300), *range(0xFE00, 0x10000)):
        found, digit = outcome(chr(code))[0], unicodedata.decimal(chr(code), None)
        wanted = exactly(digit) if digit is not None and code < 0x700 else None
        assert found in (wanted, NOT_STATED if wanted is None else wanted), hex(code)


def test_a_null_written_by_a_program_is_not_read_as_zero() -> None:
    with pytest.raises(ValueError, match="may mean that there were none or that nobody says"):
        parse_count("None")
