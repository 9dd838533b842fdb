"""What an outlet wrote stays readable and can do nothing."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.text import clip, for_cell, for_json, for_json_text, for_log, for_terminal, from_cell

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


def test_no_code_point_acts_on_a_terminal() -> None:
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        shown = for_terminal(char)
        if shown == char:
            assert unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}, hex(code)
            assert unicodedata.category(char) != "Cf" or char in "\u200c\u200d", hex(code)
        else:
            assert shown.isascii()
            assert shown.isprintable()


def test_letters_of_every_script_stay_as_they_are() -> None:
    for word in ("خانەقین", "ديالى", "Hewlêr", "Хасавюрт", "村", "می‌خواهم", "हिन्दी"):
        assert for_terminal(word) == word


def test_escape_codes_are_spelled_out() -> None:
    assert for_terminal("\x1b[31mred\x07") == "\\x1b[31mred\\x07"
    assert for_terminal("a\u202eb") == "a\\u202eb"
    assert for_terminal("two\nlines") == "two\\nlines"


@given(ANY_TEXT)
def test_terminal_text_is_one_line_and_settled(text: str) -> None:
    shown = for_terminal(text)
    assert len(shown.splitlines()) <= 1
    assert for_terminal(shown) == shown
    shown.encode()


@given(ANY_TEXT)
def test_no_cell_is_a_formula(text: str) -> None:
    cell = for_cell(text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    cell.encode()


def test_a_harmless_cell_is_left_alone() -> None:
    assert for_cell("Dara, Khanaqin\nsecond line") == "Dara, Khanaqin\nsecond line"
    assert for_cell("=HYPERLINK(1)") == "'=HYPERLINK(1)"


@given(ANY_TEXT)
def test_json_text_can_always_be_encoded(text: str) -> None:
    assert len(for_json(text)) == len(text)
    for_json(text).encode()


def test_a_clipped_label_says_that_it_is_clipped() -> None:
    assert clip("Kurdistan 24", 6) == "Kurdi…"
    assert clip("Rudaw", 6) == "Rudaw"


@given(ANY_TEXT)
def test_json_text_holds_the_same_value_and_nothing_that_acts(text: str) -> None:
    import json

    clean = for_json(text)
    written = for_json_text(json.dumps(clean, ensure_ascii=False))
    assert json.loads(written) == clean
    assert all(unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} for char in written)
    assert all(unicodedata.category(char) != "Cf" or char in "\u200c\u200d" for char in written)


def test_what_a_cell_disarmed_is_given_back() -> None:
    for text in ("-5", "@x", "=1+1", "plain", "'quoted'"):
        assert from_cell(for_cell(text)) == text


@pytest.mark.parametrize("line", ["::error file=x::y", "   ::set-output name=a::b", "x ##[error]y"])
def test_no_line_is_a_command_to_a_runner(line: str) -> None:
    shown = for_log(line)
    assert not shown.lstrip().startswith("::")
    assert "##[" not in shown
    assert for_log("a :: b") == "a :: b"
