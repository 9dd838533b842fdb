"""Every way out for text that an outlet wrote: what it says stays, what it could do does not.

One function a medium. Nothing else in the package may hand outlets' text to a terminal, a spreadsheet or a log.

=============================   ===============================================
a line on a terminal            ``for_terminal``, and ``for_log`` on the whole line
a cell of CSV or Excel          ``for_cell`` (back: ``from_cell``)
a string in JSON                ``for_json``; the document: ``for_json_text``
JSON inside ``<script>``        ``for_script`` on the document
HTML text or attribute          ``for_html``; a link: ``web_address`` first
XML text or attribute           ``for_xml``
Markdown                        ``for_markdown``
a GitHub workflow command       ``for_workflow_command``, ``for_workflow_property``
=============================   ===============================================
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

# Categories that act on a terminal or hide from a reader: controls, formats, surrogates, private use, unassigned,
# line and paragraph separators. ZWNJ and ZWJ are kept: Persian and Hindi cannot be spelled without them.
_ACTING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT = frozenset({"\u200c", "\u200d"})
# Letters and marks by category, yet nothing to see: fillers of Hangul and Khmer, and the grapheme joiner.
_HIDDEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
# What makes a spreadsheet compute, at the start of a cell, of a line in it, or behind a semicolon: where the list
# separator is a semicolon, as in most of Europe, a spreadsheet ends the cell there and minds no quotes in the middle.
# "::" begins a command to a CI runner that shows the file.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_STARTS: Final = "[=+\\-@\uff1d\uff0b\uff0d\uff20]|::"
_ARMED: Final = re.compile(rf"(?:^|(?<=[;\n]))(?=[^\S\n]*'*(?:{_STARTS}))")
_DISARMED: Final = re.compile(rf"(?:^|(?<=[;\n]))'(?=[^\S\n]*'*(?:{_STARTS}))")
_COMMAND: Final = re.compile(r"#(?='*#(?:vso|teamcity)?\[)")
_NO_COMMAND: Final = re.compile(r"#'(?='*#(?:vso|teamcity)?\[)")


def _acts(char: str) -> bool:
    """Whether ``char`` would do something, or would not be seen."""
    return char not in _KEPT and (unicodedata.category(char) in _ACTING or char in _HIDDEN)


@lru_cache(maxsize=65_536)
def _spelled(char: str) -> str:
    if not _acts(char):
        return char
    if char in _NAMED:
        return _NAMED[char]
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def for_terminal(value: str) -> str:
    """``value`` on one line with every acting character spelled out (``\\x1b``); letters of any script stay."""
    if value.isascii() and value.isprintable():
        return value
    return "".join(map(_spelled, value))


def for_log(line: str) -> str:
    """A whole line of output that a CI runner cannot take for a command: ``::error``, ``##[group]`` and their like.

    Runners look for ``::`` behind leading spaces too, and for ``##[``, ``##vso[``, ``##teamcity[`` anywhere.
    """
    body = line.lstrip()
    if body.startswith("::"):
        line = line[: len(line) - len(body)] + "\\x3a" + body[1:]
    return _COMMAND.sub(r"\\x23", line) if "##" in line else line


def for_uri(path: str) -> str:
    """A file's path as a relative URI reference (RFC 3986)."""
    parts = path.encode("utf-8", "replace")
    return "".join(chr(byte) if chr(byte) in _UNRESERVED else f"%{byte:02X}" for byte in parts)


def for_cell(value: str) -> str:
    """``value`` for a CSV or Excel cell: inert to a spreadsheet (a ``'`` disarms what could be a formula).

    Line breaks inside a cell are legal CSV and are kept; other acting characters are spelled out.
    """
    clean = _ARMED.sub("'", "\n".join(map(for_terminal, _lines(value))))
    return _COMMAND.sub("#'", clean) if "#" in clean else clean


def from_cell(value: str) -> str:
    """What ``for_cell`` was given, where it only disarmed it: ids survive the way through a spreadsheet."""
    return _NO_COMMAND.sub("#", _DISARMED.sub("", value))


def for_json(value: str) -> str:
    """``value`` for a JSON document: lone surrogates, which are not Unicode text, become U+FFFD."""
    return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def for_json_text(text: str) -> str:
    """A serialized JSON document in which acting characters are written as escapes, which mean the same.

    ``json.dumps`` escapes only what JSON demands; a C1 control or a bidirectional override would still act on a
    terminal that shows the document, and ``##[`` on a CI runner.
    """
    lines = (line if _json_inert(line) else "".join(map(_json_char, line)) for line in text.split("\n"))
    return _COMMAND.sub(r"\\u0023", "\n".join(lines)) if "##" in text else "\n".join(lines)


def _json_inert(line: str) -> bool:
    return line.isprintable() and (line.isascii() or _HIDDEN.isdisjoint(line))


@lru_cache(maxsize=65_536)
def _json_char(char: str) -> str:
    if not _acts(char):
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def for_script(text: str) -> str:
    """A serialized JSON document for inside ``<script>``: it means the same and can end no element."""
    safe = for_json_text(text)
    return safe.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def for_html(value: str) -> str:
    """``value`` for HTML text or a quoted attribute. Line breaks are kept: HTML shows them as spaces."""
    return html.escape("\n".join(map(for_terminal, _lines(value)))).replace("`", "&#96;")


def web_address(value: str) -> str | None:
    """``value`` if it is an http or https address and nothing else, for a link; ``for_html`` it still needs."""
    plain = value.isascii() and value.isprintable() and " " not in value
    return value if plain and value[:8].lower().startswith(("http://", "https://")) else None


def for_xml(value: str) -> str:
    """``value`` for XML 1.0 text or a quoted attribute; line breaks are written as references, which both keep."""
    escaped = html.escape("\n".join(map(for_terminal, _lines(value)))).replace("\n", "&#10;")
    return _COMMAND.sub("&#35;", escaped)


def for_markdown(value: str) -> str:
    """``value`` on one line of Markdown, as text and never as markup: punctuation is written as references."""
    return "".join(
        char if char.isalnum() or not char.isascii() or char in " ," else f"&#{ord(char)};"
        for char in for_terminal(value)
    )


def for_workflow_command(value: str) -> str:
    """``value`` as the message of a GitHub workflow command (``::error ...::MESSAGE``); line breaks stay."""
    return "%0A".join(for_terminal(line).replace("%", "%25") for line in _lines(for_log(value)))


def for_workflow_property(value: str) -> str:
    """``value`` as a property of a GitHub workflow command (``::error file=PROPERTY::``)."""
    return for_workflow_command(value).replace(":", "%3A").replace(",", "%2C")


def _lines(value: str) -> list[str]:
    return value.replace("\r\n", "\n").split("\n")


def clip(value: str, width: int) -> str:
    """``value`` cut to ``width`` characters with an ellipsis; for labels only, never for provenance."""
    return value if len(value) <= width else value[: max(width - 1, 0)].rstrip() + "…"
