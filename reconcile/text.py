"""Every way out for text that an outlet wrote: what it says stays, what it could do does not.

One function a medium. Nothing else in the package may hand outlets' text to a terminal, a spreadsheet or a log.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Categories that act on a terminal or hide from a reader: controls, formats, surrogates, private use, unassigned,
# line and paragraph separators. ZWNJ and ZWJ are kept: Persian and Hindi cannot be spelled without them.
_ACTING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT = frozenset({"\u200c", "\u200d"})
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_MARKDOWN = frozenset("\\`*_{}[]()<>#+-!|&~@:=^$\"'/")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@lru_cache(maxsize=65_536)
def _spelled(char: str) -> str:
    if char in _KEPT or unicodedata.category(char) not in _ACTING:
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

    Runners look for ``::`` behind leading spaces too, and for ``##[`` anywhere.
    """
    body = line.lstrip()
    if body.startswith("::"):
        line = line[: len(line) - len(body)] + "\\x3a" + body[1:]
    return line.replace("##[", "\\x23#[")


def for_xml(value: str) -> str:
    """``value`` for the text or an attribute of an XML document: inert, and well-formed whatever it was."""
    return "".join(_MARKUP.get(char, char) for char in for_terminal(value))


def for_command(value: str, *, is_property: bool = False) -> str:
    """``value`` for a workflow command of a CI runner (``::error file=...::message``), escaped as the runner undoes it.

    A property (``file``, ``title``) must not hold a colon or a comma either. Line breaks are spelled out before.
    """
    escaped = for_terminal(value).replace("%", "%25")
    return escaped.replace(":", "%3A").replace(",", "%2C") if is_property else escaped


def for_markdown(value: str) -> str:
    """``value`` for one line of Markdown with HTML: no link, image, mention, table cell or tag can come of it."""
    return "".join(f"&#{ord(char)};" if char in _MARKDOWN else char for char in for_terminal(value))


def for_uri(path: str) -> str:
    """A file's path as a relative URI reference (RFC 3986)."""
    parts = path.encode("utf-8", "replace")
    return "".join(chr(byte) if chr(byte) in _UNRESERVED else f"%{byte:02X}" for byte in parts)


def for_cell(value: str) -> str:
    """``value`` for a CSV or Excel cell: inert to a spreadsheet (a leading ``'`` disarms what could be a formula).

    Line breaks inside a cell are legal CSV and are kept; other acting characters are spelled out.
    """
    parts = value.replace("\r\n", "\n").split("\n")
    clean = "\n".join(for_terminal(part) for part in parts)
    return f"'{clean}" if clean.lstrip(" ").startswith(_FORMULA) else clean


def from_cell(value: str) -> str:
    """What ``for_cell`` was given, where it only disarmed a formula: ids survive the way through a spreadsheet."""
    return value[1:] if value.startswith("'") and value[1:].lstrip(" ").startswith(_FORMULA) else value


def for_json(value: str) -> str:
    """``value`` for a JSON document: lone surrogates, which are not Unicode text, become U+FFFD."""
    return value.encode("utf-8", "replace").decode("utf-8") if any("\ud800" <= c <= "\udfff" for c in value) else value


def for_json_text(text: str) -> str:
    """A serialized JSON document in which acting characters are written as escapes, which mean the same.

    ``json.dumps`` escapes only what JSON demands; a C1 control or a bidirectional override would still act on a
    terminal that shows the document.
    """
    return "\n".join(line if line.isprintable() else "".join(map(_json_char, line)) for line in text.split("\n"))


@lru_cache(maxsize=65_536)
def _json_char(char: str) -> str:
    if char in _KEPT or unicodedata.category(char) not in _ACTING:
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def clip(value: str, width: int) -> str:
    """``value`` cut to ``width`` characters with an ellipsis; for labels only, never for provenance."""
    return value if len(value) <= width else value[: max(width - 1, 0)].rstrip() + "…"
