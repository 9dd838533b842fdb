"""What an outlet wrote stays readable and can do nothing."""

from __future__ import annotations

import html
import json
import re
import sys
import unicodedata
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.text import (
    clip,
    for_cell,
    for_html,
    for_json,
    for_json_text,
    for_log,
    for_markdown,
    for_script,
    for_terminal,
    for_uri,
    for_workflow_command,
    for_workflow_property,
    for_xml,
    from_cell,
    web_address,
)

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
# Text that tries: what markup, formulas and commands are made of, between anything else.
TRYING = st.lists(
    st.sampled_from(
        ["<", ">", "&", '"', "'", "`", "]]>", "</script>", "<!--", "=", "+", "-", "@", ";", ",", ":", "::error::",
         "##[", "##vso[", "#", "%", "%0A", "\n", "\r\n", "\r", "\t", " ", "\xa0", "a", "é", "\x1b", "\u202e", "\\", "*"]
    )
    | st.characters(codec=None, exclude_categories=()),
    max_size=12,
).map("".join)  # fmt: skip
EVERY = [chr(code) for code in range(sys.maxunicode + 1)]
PARTS = ["".join(EVERY[start : start + 64]) for start in range(0, len(EVERY), 64)]


def acting(text: str) -> list[str]:
    """The characters of ``text`` that do something or are not seen, by a list of our own."""
    unseen = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
    return [
        char
        for char in set(text)
        if (unicodedata.category(char)[0] == "C" or unicodedata.category(char) in ("Zl", "Zp") or char in unseen)
        and char not in "\u200c\u200d"
    ]


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


def test_there_are_as_many_code_points_as_unicode_has() -> None:
    assert len(EVERY) == 1_114_112


@pytest.mark.parametrize(
    ("way_out", "allowed"),
    [
        (for_terminal, ""),
        (for_cell, "\n"),
        (for_html, "\n"),
        (for_xml, ""),
        (for_markdown, ""),
        (for_workflow_command, ""),
        (for_workflow_property, ""),
        (lambda part: for_json_text(for_json(part)), "\n"),
        (lambda part: for_script(for_json(part)), "\n"),
    ],
    ids=["terminal", "cell", "html", "xml", "markdown", "command", "property", "json", "script"],
)
def test_no_code_point_gets_out_and_acts(way_out: Callable[[str], str], allowed: str) -> None:
    shown = "".join(map(way_out, PARTS))
    assert not [char for char in acting(shown) if char not in allowed]
    shown.encode()


def test_every_code_point_comes_back_from_xml_html_and_json() -> None:
    for way_out, read in ((for_xml, lambda t: ElementTree.fromstring(f"<t a='{t}'>{t}</t>").text),
                          (for_html, html.unescape)):  # fmt: skip
        for start in range(0, len(EVERY), 4096):
            part = "a" + "".join(EVERY[start : start + 4096]) + "b"
            assert read(way_out(part)) == "\n".join(map(for_terminal, part.split("\n")))
    for part in PARTS:
        document = json.dumps(for_json(part), ensure_ascii=False)
        assert json.loads(for_script(document)) == json.loads(for_json_text(document)) == for_json(part)


@given(TRYING)
def test_no_line_of_a_cell_and_nothing_behind_a_semicolon_is_a_formula(text: str) -> None:
    for part in re.split("[;\n]", for_cell(text)):
        assert not part.strip().startswith(
            ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20", "::")
        )
    assert "##[" not in for_cell(text)


@given(TRYING)
def test_a_cell_gives_back_every_text_that_is_only_disarmed(text: str) -> None:
    if not acting(text.replace("\n", "")):
        assert from_cell(for_cell(text)) == text


@given(TRYING)
def test_html_and_xml_hold_no_markup(text: str) -> None:
    for shown in (for_html(text), for_xml(text)):
        assert not set(shown) & set("<>\"'`") - (set("`") if shown == for_xml(text) else set())
        assert html.unescape(shown) == "\n".join(map(for_terminal, text.replace("\r\n", "\n").split("\n")))
    for place in (f"<t>{for_xml(text)}</t>", f'<t a="{for_xml(text)}"/>', f"<t a='{for_xml(text)}'/>"):
        node = ElementTree.fromstring(place)
        assert (node.get("a") or node.text or "") == html.unescape(for_xml(text))
        assert not list(node)
    assert "##[" not in for_xml(text)


@given(TRYING)
def test_a_document_in_a_script_element_cannot_end_it(text: str) -> None:
    written = for_script(json.dumps(for_json(text), ensure_ascii=False))
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == for_json(text)


@given(TRYING)
def test_markdown_is_left_with_words_only(text: str) -> None:
    shown = for_markdown(text)
    assert re.fullmatch(r"(?:[^\W_]|[^\x00-\x7f]|[ ,]|&#[0-9]+;)*", shown)
    assert html.unescape(shown) == for_terminal(text)


@given(TRYING, TRYING)
def test_a_workflow_command_is_one_line_with_the_properties_given(title: str, message: str) -> None:
    line = f"::error title={for_workflow_property(title)},line=7::{for_workflow_command(message)}"
    assert len(line.splitlines()) == 1
    # The runner's own grammar: command, properties up to the next "::", the message; then its unescaping.
    command, properties, data = re.fullmatch("::([a-z]+) (.*?)::(.*)", line).groups()  # type: ignore[union-attr]
    assert command == "error"
    given = dict(one.split("=", 1) for one in properties.split(","))
    assert list(given) == ["title", "line"]
    assert given["line"] == "7"

    def read(value: str) -> str:
        for escape, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            value = value.replace(escape, char)
        return value

    assert read(data) == "\n".join(map(for_terminal, for_log(message).replace("\r\n", "\n").split("\n")))
    assert "##[" not in line


def test_only_an_address_of_the_web_becomes_a_link() -> None:
    assert web_address("https://example.org/a?b=c#d") == "https://example.org/a?b=c#d"
    assert web_address("HTTP://example.org") == "HTTP://example.org"
    for text in ("javascript:alert(1)", " https://x", "data:text/html,x", "https://x y", "//x", "https:x",
                 "java\nscript:", "https://x\u202e", "https://é", ""):  # fmt: skip
        assert web_address(text) is None


@given(TRYING)
def test_a_line_for_a_log_is_no_command_of_any_runner(text: str) -> None:
    shown = for_log(for_terminal(text))
    assert not shown.lstrip().startswith("::")
    assert not re.search(r"##(?:vso|teamcity)?\[", shown)


@pytest.mark.parametrize(
    ("way_out", "text", "written"),
    [
        (for_terminal, "a\tb\rc\nd", "a\\tb\\rc\\nd"),
        (for_terminal, "\x00\x7f\x9b\xad\u200b\U000e0001", "\\x00\\x7f\\x9b\\xad\\u200b\\U000e0001"),
        (for_terminal, "é\u200d x\u2028\u2029\u034f\uffa0", "é\u200d x\\u2028\\u2029\\u034f\\uffa0"),
        (for_terminal, "می\u200cخواهم \u3164", "می\u200cخواهم \\u3164"),
        (for_log, "::error::x", "\\x3a:error::x"),
        (for_log, "  ::x", "  \\x3a:x"),
        (for_log, "::a ##[b", "\\x3a:a \\x23#[b"),
        (for_log, "###[a ##vso[b ##teamcity[c ##d", "#\\x23#[a \\x23#vso[b \\x23#teamcity[c ##d"),
        (for_log, "a: ::b #c", "a: ::b #c"),
        (for_uri, "a b/c~d-e_f.g%é[", "a%20b/c~d-e_f.g%25%C3%A9%5B"),
        (for_uri, "x\ud800", "x%3F"),
        (for_cell, "=a\r\n  @b; '+c;d\x1b", "'=a\n'  @b;' '+c;d\\x1b"),
        (for_cell, "::y\n##[y ##z", "'::y\n#'#[y ##z"),
        (for_json, "a\ud7ff\ud800\udfff\ue000b", "a\ud7ff\ufffd\ufffd\ue000b"),
        (for_json_text, '"\x7f\u202e\U000e0001 ##[é"', '"\\u007f\\u202e\\udb40\\udc01 \\u0023#[é"'),
        (for_json_text, '"\u3164"\n"a"', '"\\u3164"\n"a"'),
        (for_json_text, '"##["\n"a"', '"\\u0023#["\n"a"'),
        (for_json_text, '"\ud800"', '"\\ud800"'),
        (for_script, '"<&>\x9b"', '"\\u003c\\u0026\\u003e\\u009b"'),
        (for_html, "<a b='c'>`\r\n\x1b", "&lt;a b=&#x27;c&#x27;&gt;&#96;\n\\x1b"),
        (for_xml, "<&\n##[a", "&lt;&amp;&#10;&#35;#[a"),
        (for_markdown, "a, *b_ é", "a, &#42;b&#95; é"),
        (for_workflow_command, "100%\r\n::a, b", "100%25%0A::a, b"),
        (for_workflow_property, "a:b,c%\n", "a%3Ab%2Cc%25%0A"),
    ],
)
def test_what_each_way_out_writes(way_out: Callable[[str], str], text: str, written: str) -> None:
    assert way_out(text) == written


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("Rudaw", 5, "Rudaw"), ("Rudaw", 4, "Rud…"), ("a bc", 3, "a…"), ("Rudaw", 1, "…"), ("Rudaw", 0, "…"), ("", 0, "")],
)
def test_a_label_is_as_wide_as_it_may_be(text: str, width: int, shown: str) -> None:
    assert clip(text, width) == shown


def test_an_address_is_recognised_by_its_first_letters_in_any_case() -> None:
    for text in ("http://a", "https://a", "HTTPS://a", "http:///"):
        assert web_address(text) == text
    for text in ("http:/a.b.c.d", "httpx://a.b", "https:/a.b.c", "ftp://a.b.c.d", "https://a b", "https://a\x7f"):
        assert web_address(text) is None
