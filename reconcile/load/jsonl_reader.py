"""JSONL files to chunks of raw columns."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, BinaryIO, Final

from reconcile.load.columns import Chunk
from reconcile.load.finds import Finds, Path, Place
from reconcile.load.json_records import place_in, to_chunks
from reconcile.load.limits import Limits
from reconcile.load.lines import read_lines
from reconcile.load.raw import RawRow
from reconcile.load.salvage import members
from reconcile.load.strict_json import Strict, skip_space, walk
from reconcile.load.values import kind_of

_DOCUMENT: Final = "if it is one JSON document, name it .json"


class JsonlReader:
    """One object a line."""

    def __init__(self, open_: Callable[[], BinaryIO], finds: Finds, limits: Limits, *, salvage: bool = False) -> None:
        self._open, self._finds, self._limits = open_, finds, limits
        self._salvage = salvage
        self._kept = array("Q")
        self.places: dict[str, tuple[int, int]] = {}

    def chunks(self) -> Iterator[Chunk]:
        """The records, some at a time."""
        return to_chunks(self._records(), self._finds, self._limits)

    def _records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        strict = Strict(self._limits.max_depth, self._limits.max_values)
        begun = False
        with self._open() as stream:
            for number, line in read_lines(stream, self._finds, self._limits):
                if not line.strip():
                    continue
                value, faults = strict.whole(line)
                if faults and not begun and self._is_something_else(number, line):
                    return
                begun = True
                if isinstance(value, dict) and all(fault.path for fault in faults):
                    for fault in faults:
                        place = (number, fault.at + 1)
                        self._finds.wrong_at(len(self._kept), fault.path, place, fault.what, fault.hint)
                    self._kept.append(number)
                    yield number, value
                    continue
                if faults and self._salvage and (part := _parts(line)):
                    place = (number, faults[0].at + 1)
                    self._finds.wrong_at(len(self._kept), (), place, faults[0].what, faults[0].hint)
                    self._kept.append(number)
                    yield number, part
                    continue
                for fault in faults:
                    self._finds.at(number, fault.at + 1, fault.what, fault.hint)
                if faults:
                    if self._finds.full(self._limits.max_problems):
                        return
                    continue
                hint = _DOCUMENT if isinstance(value, list) else None
                at = skip_space(line, 0) + 1
                self._finds.at(number, at, f"expected an object (one record), not {kind_of(value)}", hint)
                if self._finds.full(self._limits.max_problems):
                    return

    def _is_something_else(self, number: int, line: str) -> bool:
        """Whether the first line shows that the file is no JSONL at all; if so, that is the one thing to say."""
        if line.strip() in ("{", "[", "[{"):
            self._finds.at(number, 1, "expected one whole object a line", _DOCUMENT)
        elif line.lstrip()[0] not in "{[":
            self._finds.at(number, 1, "this is not JSON", "if it is CSV, name it .csv" if "," in line else None)
        else:
            return False
        return True

    def locate(self, wanted: Mapping[int, set[Path]]) -> dict[tuple[int, Path], Place]:
        """The place of the value at each path."""
        rows = {self._kept[row]: row for row in wanted}
        found: dict[tuple[int, Path], Place] = {}
        with self._open() as stream:
            for number, line in read_lines(stream, Finds(self._finds.file), self._limits):
                if number in rows:
                    row = rows.pop(number)
                    for path, at in place_in(line, skip_space(line, 0), wanted[row]).items():
                        found[row, path] = (number, at + 1)
                    if not rows:
                        break
        return found

    def raw(self, wanted: Collection[int]) -> dict[int, RawRow]:
        """The wanted records as the file states them."""
        rows = {self._kept[row]: row for row in wanted}
        strict = Strict(self._limits.max_depth)
        found: dict[int, RawRow] = {}
        with self._open() as stream:
            for number, line in read_lines(stream, Finds(self._finds.file), self._limits):
                if number in rows:
                    start = skip_space(line, 0)
                    places: dict[Path, Place] = {path: (number, at + 1) for path, at in walk(line, start)}
                    value, faults = strict.whole(line)
                    if not isinstance(value, dict) or any(not fault.path for fault in faults):
                        value = {}
                        for name, each, at in members(line, 0, len(line)):
                            value[name] = each
                            places |= {(name, *path): (number, inner + 1) for path, inner in walk(line, at)}
                    found[rows.pop(number)] = RawRow((number, start + 1), value, places)
                    if not rows:
                        break
        return found


def _parts(line: str) -> dict[str, Any]:
    """What can be read of a broken line."""
    return {name: value for name, value, _ in members(line, 0, len(line))}
