"""JSON documents to chunks of raw columns."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO, Final

from reconcile.load.columns import Chunk
from reconcile.load.fields import FIELDS
from reconcile.load.finds import Finds, Path, Place
from reconcile.load.json_records import place_in, to_chunks
from reconcile.load.limits import Limits
from reconcile.load.lines import LineIndex, checked
from reconcile.load.raw import RawRow
from reconcile.load.salvage import members
from reconcile.load.strict_json import Fault, Strict, skip_space, walk
from reconcile.load.values import kind_of
from reconcile.text import clip

_WINDOW: Final = 4 << 20  # characters
_FIRST_KEY: Final = re.compile(r'\{[ \t\r\n]*+("[^"\\\r\n]{1,100}")')


class JsonReader:
    """One document: an array of records, or an object with the array under ``records``, or one record."""

    def __init__(self, open_: Callable[[], BinaryIO], finds: Finds, limits: Limits, *, salvage: bool = False) -> None:
        self._open, self._finds = open_, finds
        self._salvage = salvage
        self._limits = limits
        self._strict = Strict(limits.max_depth, limits.max_values)
        self._kept = array("Q")
        self._text = self._window = ""
        self._window_at = 0
        self._index = LineIndex("")
        self.places: dict[str, tuple[int, int]] = {}

    def chunks(self) -> Iterator[Chunk]:
        """The records, some at a time."""
        self._read(self._finds)
        yield from to_chunks(self._records(), self._finds, self._limits)
        self._text = self._window = ""

    def _read(self, finds: Finds) -> None:
        most = self._limits.max_document_bytes
        with self._open() as stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            if size > most:
                hint = "write it as JSONL, one record a line"
                finds.at(None, None, f"{size:,} bytes in one JSON document; the limit is {most:,}", hint)
                self._text, self._index = "", LineIndex("")
                return
            text = stream.read().decode("utf-8-sig", "surrogateescape")
        self._index = LineIndex(text)
        self._text = checked(text, self._index.place, finds)

    def _report(self, fault: Fault) -> None:
        self._finds.at(*self._index.place(fault.at), fault.what, fault.hint)

    def _skip(self, at: int) -> tuple[int, str]:
        """The next character that is not white space."""
        at = skip_space(self._text, at)
        return at, self._text[at : at + 1]

    def _records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        at, mark = self._skip(0)
        if mark == "[":
            at = yield from self._array(at)
            self._check_end(at)
        elif mark == "{":
            yield from self._object(at)
        elif mark:
            value, end, _ = self._strict.decode(self._text, at)
            if end < 0:
                hint = "if it is CSV, name it .csv" if "," in self._text[:1000].splitlines()[0] else None
                self._report(Fault(at, "this is not JSON", hint))
            else:
                self._report(Fault(at, f"expected a list of records, not {kind_of(value)}"))

    def _array(self, at: int) -> Generator[tuple[int, dict[str, Any]], None, int]:
        """The records of the array that opens at ``at``; returns where it ends, or -1."""
        at, mark = self._skip(at + 1)
        if mark == "]":
            return at + 1
        while True:
            value, end, found = self._record(at)
            if end < 0 and self._salvage and (part := self._parts(at)):
                value = {name: each for name, each, _ in part}
                found = [replace(found[0], path=())]
            if self._keeps(at, value, found):
                yield self._index.line(at), value
            elif not found:
                self._report(Fault(at, f"expected an object (one record), not {kind_of(value)}"))
            after, mark = self._skip(end) if end >= 0 else (-1, "")
            if end >= 0 and mark not in (",", "]"):
                self._report(_expected("',' or ']' after a record", end, mark))
            if mark == "]":
                return after + 1
            at = self._skip(after + 1)[0] if mark == "," else self._next_record(at if end < 0 else end - 1)
            if at < 0 or self._finds.full(self._limits.max_problems):
                return -1

    def _keeps(self, at: int, value: Any, found: list[Fault]) -> bool:
        """Whether the value is a record that can be read; what is wrong in it, or with it, is told."""
        readable = isinstance(value, dict) and (self._salvage or all(fault.path for fault in found))
        for fault in found:
            if readable:
                place = self._index.place(fault.at)
                self._finds.wrong_at(len(self._kept), fault.path, place, fault.what, fault.hint)
            else:
                self._report(fault)
        if readable:
            self._kept.append(at)
        return readable

    def _parts(self, at: int) -> list[tuple[str, Any, int]]:
        """What can be read of the broken record at ``at``."""
        stop = self._next_record(at)
        return list(members(self._text, at, len(self._text) if stop < 0 else stop))

    def _next_record(self, broken: int) -> int:
        """Where the next record begins after ``broken``, by the key that records begin with here; -1 if nowhere."""
        key = next(filter(None, (_FIRST_KEY.match(self._text, at) for at in (broken, *self._kept[-1:]))), None)
        if key is None:
            return -1
        pattern = re.compile(r"\{[ \t\r\n]*+" + re.escape(key[1]))
        following = pattern.search(self._text, broken + 1)
        return following.start() if following else -1

    def _record(self, at: int) -> tuple[Any, int, list[Fault]]:
        """The value at ``at``, decoded from a window of the text, so that a huge one is seen before it is decoded."""
        for base in (self._window_at, at):
            if base != self._window_at or not self._window:
                self._window_at, self._window = base, self._text[base : base + _WINDOW]
            found = self._strict.quick(self._window, at - base)
            if found and found[1] < len(self._window):  # a number at the very end may be cut in two
                return found[0], base + found[1], []
        return self._strict.decode(self._text, at)

    def _object(self, start: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """The records under the key ``records``, or the object itself if it is a record."""
        others: list[str] = []
        pending: list[Fault] = []
        wrapped = False
        at, mark = self._skip(start + 1)
        while mark != "}" or others or wrapped:
            key, after = self._key(at)
            if after < 0:
                return
            value_at, mark = self._skip(after)
            if key == "records" and mark == "[":
                if wrapped:
                    self._report(Fault(at, "the key 'records' is given twice in one object"))
                    return
                wrapped = True
                end = yield from self._array(value_at)
            else:
                others.append(key)
                _, end, found = self._strict.decode(self._text, value_at)
                pending += found
            if end < 0:
                for fault in pending:
                    self._report(fault)
                return
            at, mark = self._skip(end)
            if mark == "}":
                break
            if mark != ",":
                self._report(_expected("',' or '}'", at, mark))
                return
            at, mark = self._skip(at + 1)
        self._check_end(at + 1)
        if wrapped:
            for fault in pending:
                self._report(fault)
            if others:
                self._finds.remark(
                    self._index.place(start)[0],
                    None,
                    f"not read beside 'records': {', '.join(sorted(others))}",
                )
        else:
            yield from self._single(start, others)

    def _key(self, at: int) -> tuple[str, int]:
        """The key at ``at`` and where its colon ends; -1 once an error is reported."""
        key, end, found = self._strict.decode(self._text, at)
        if not isinstance(key, str):
            self._report(found[0] if found else Fault(at, "not valid JSON: expected a key in double quotes"))
            return "", -1
        at, mark = self._skip(end)
        if mark != ":":
            self._report(_expected("':' after a key", at, mark))
            return "", -1
        return key, at + 1

    def _single(self, start: int, keys: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
        if not FIELDS & set(keys):
            hint = "this looks like a report, not like records" if "events" in keys else None
            what = "expected a list of records, or an object with that list under 'records'"
            self._report(Fault(start, what, hint))
            return
        value, _, found = self._strict.decode(self._text, start)
        if self._keeps(start, value, found):
            yield self._index.place(start)[0], value

    def _check_end(self, at: int) -> None:
        """Report what comes after the document."""
        if at < 0:
            return
        at, mark = self._skip(at)
        if mark:
            hint = "if it has one object a line, name it .jsonl" if mark == "{" else "one document a file"
            rest = clip(self._text[at : at + 50].splitlines()[0], 40)
            self._report(Fault(at, f"more text after the end of the document: '{rest}'", hint))

    def locate(self, wanted: Mapping[int, set[Path]]) -> dict[tuple[int, Path], Place]:
        """The place of the value at each path."""
        self._read(Finds(self._finds.file))
        found: dict[tuple[int, Path], Place] = {}
        for row, paths in wanted.items():
            for path, at in place_in(self._text, self._kept[row], paths).items():
                found[row, path] = self._index.place(at)
        self._text = ""
        return found

    def raw(self, wanted: Collection[int]) -> dict[int, RawRow]:
        """The wanted records as the file states them."""
        self._read(Finds(self._finds.file))
        found = {}
        for row in wanted:
            start = self._kept[row]
            value, end, _ = self._strict.decode(self._text, start)
            places = {path: self._index.place(at) for path, at in walk(self._text, start)}
            if end < 0:
                value = {}
                for name, each, at in self._parts(start):
                    value[name] = each
                    places |= {(name, *path): self._index.place(inner) for path, inner in walk(self._text, at)}
            found[row] = RawRow(self._index.place(start), value, dict(places))
        self._text = ""
        return found


def _expected(what: str, at: int, mark: str) -> Fault:
    return Fault(at, f"not valid JSON: expected {what}" + ("" if mark else ", but the text ends"))
