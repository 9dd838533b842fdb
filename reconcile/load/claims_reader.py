"""Typed conversion of ``claims``: the full form of what a record says about casualties."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

import polars as pl

from reconcile.dates import parse_published
from reconcile.load.columns import WHITE, Column, shown
from reconcile.load.counting import Triple, bound_value, count_value, widened
from reconcile.load.dating import refusal
from reconcile.load.finds import BadValueError, Finds, Path
from reconcile.load.limits import Limits
from reconcile.load.strict_json import Strict
from reconcile.load.values import kind_of, text_value
from reconcile.tables import CLAIM, MEASURES, SCOPES

_TEXTS: Final = ("group", "attributed_to", "quote")
_KEYS: Final = ("measure", "low", "best", "high", "count", "scope", "as_of", *_TEXTS)


@dataclass
class _Reader:
    finds: Finds
    limits: Limits
    row: int = 0
    wide: bool = False

    def wrong(self, path: Path, bad: BadValueError) -> None:
        """Report ``bad`` at ``path``, which leads down from the record."""
        steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
        self.finds.wrong(self.row, path, f"{''.join(steps)[1:]}: {bad}", bad.hint)

    def cell(self, value: Any) -> list[dict[str, Any]] | None:
        """The claims of one record; those that are wrong are reported and left out."""
        self.wide = False
        if isinstance(value, str):
            value, faults = Strict(self.limits.max_depth).whole(value)
            for fault in faults:
                what = f"character {fault.at + 1}: {fault.what}"
                self.wrong(
                    ("claims",),
                    BadValueError(what, fault.hint or "claims in one cell are a JSON list of objects"),
                )
            if faults:
                return None
        if not isinstance(value, list):
            self.wrong(("claims",), BadValueError(f"expected a list of objects, not {kind_of(value)}"))
            return None
        read = [
            self.claim(claim, ("claims", number)) for number, claim in enumerate(value) if claim is not None
        ]
        return [claim for claim in read if claim is not None] or None

    def claim(self, raw: Any, path: Path) -> dict[str, Any] | None:
        """One claim, or None if it has no measure that we know."""
        if not isinstance(raw, dict):
            self.wrong(path, BadValueError(f"expected an object, not {kind_of(raw)}"))
            return None
        stated = {
            key: value.strip(WHITE) if isinstance(value, str) else value
            for key, value in raw.items()
            if value is not None and value != ""
        }
        stated = {key: value for key, value in stated.items() if value != ""}
        for key in sorted(stated.keys() - set(_KEYS)):
            near = get_close_matches(key[:100], _KEYS, n=1, cutoff=0.6)
            hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(sorted(_KEYS))}"
            self.wrong((*path, key), BadValueError("no such key of a claim", hint))
        claim: dict[str, Any] = {key: self.text(stated, key, path) for key in _TEXTS}
        claim["measure"] = self.measure(stated, path)
        claim["low"], claim["best"], claim["high"] = self.numbers(stated, path)
        claim["scope"] = self.word(stated, path, claim["group"])
        claim["as_of"] = self.as_of(stated, path)
        return claim if claim["measure"] else None

    def text(self, stated: dict[str, Any], key: str, path: Path) -> str | None:
        """A text of the claim."""
        try:
            return text_value(stated[key], self.limits) if key in stated else None
        except BadValueError as bad:
            self.wrong((*path, key), bad)
            return None

    def measure(self, stated: dict[str, Any], path: Path) -> str | None:
        """One of ``MEASURES``; ``wounded`` is ``injured``."""
        known = f"one of {', '.join(MEASURES)}"
        if "measure" not in stated:
            self.wrong(path, BadValueError("states no measure", known))
            return None
        measure = stated["measure"]
        if measure == "wounded":
            return "injured"
        if measure in MEASURES:
            return str(measure)
        near = get_close_matches(str(measure)[:100], MEASURES, n=1, cutoff=0.6)
        hint = f"did you mean '{near[0]}'?" if near else known
        self.wrong((*path, "measure"), BadValueError(f"{shown(measure)} is no measure", hint))
        return None

    def word(self, stated: dict[str, Any], path: Path, group: str | None) -> str:
        """The scope: as stated, else a total where no group is named."""
        scope = stated.get("scope", "total" if group is None else "part")
        if scope in SCOPES:
            return str(scope)
        self.wrong((*path, "scope"), BadValueError(f"{shown(scope)} is not one of {', '.join(SCOPES)}"))
        return "part"

    def as_of(self, stated: dict[str, Any], path: Path) -> str | None:
        """A date or datetime, normalised."""
        text = self.text(stated, "as_of", path)
        try:
            return parse_published(text)[0] if text else None
        except ValueError as error:
            self.wrong((*path, "as_of"), refusal(error, text or ""))
            return None

    def numbers(self, stated: dict[str, Any], path: Path) -> Triple:
        """low, best, high from the keys of these names, or from ``count``; both must agree."""
        given: dict[str, int | None] = {}
        for key in ("low", "best", "high"):
            try:
                given[key] = bound_value(stated[key])[0] if key in stated else None
            except BadValueError as bad:
                self.wrong((*path, key), bad)
        low, best, high = (given.get(key) for key in ("low", "best", "high"))
        if "count" in stated:
            try:
                said = dict(zip(("low", "best", "high"), count_value(stated["count"]), strict=True))
            except BadValueError as bad:
                self.wrong((*path, "count"), bad)
                said = {}
            for key, number in said.items():
                if number is not None and given.get(key) not in (None, number):
                    what = f"{given[key]} contradicts count, {shown(stated['count'])}, which says {number}"
                    self.wrong((*path, key), BadValueError(what))
            low, best, high = (
                said.get(key) if mine is None else mine
                for key, mine in (("low", low), ("best", best), ("high", high))
            )
        wide = widened(low, best, high)
        self.wide = self.wide or wide != (low, best, high)
        return wide


def claims(column: Column | None, height: int, finds: Finds, limits: Limits) -> pl.Series:
    """The column as lists of ``tables.CLAIM``; an empty list is null (not stated)."""
    kind = pl.List(CLAIM)
    if column is None:
        return pl.Series("claims", [None] * height, dtype=kind)
    reader = _Reader(finds, limits)
    read: list[Any] = [None] * height
    wide = []
    for row, value in enumerate(column.to_list() if isinstance(column, pl.Series) else column):
        if value is not None:
            reader.row = row
            read[row] = reader.cell(value)
            if reader.wide:
                wide.append(row)
    finds.note("wide claims", wide, ("claims",), _widened)
    return pl.Series("claims", read, dtype=kind)


def _widened(times: int) -> str:
    records = "one record" if times == 1 else f"{times:,} records"
    return f"claims: low, best and high out of order in {records}; widened to take in every stated number"


def check_totals(frame: pl.DataFrame, names: dict[str, str], finds: Finds) -> None:
    """A flat total must agree with (one of) the totals for everyone that the record's claims state."""
    rows = frame.select(pl.col("claims").is_not_null().arg_true()).to_series().to_list()
    for row in rows:
        record = frame.row(row, named=True)
        for measure in MEASURES:
            flat: Triple = (record[f"{measure}_low"], record[measure], record[f"{measure}_high"])
            if flat == (None, None, None):
                continue
            totals = [
                (number, (claim["low"], claim["best"], claim["high"]))
                for number, claim in enumerate(record["claims"])
                if claim["measure"] == measure and claim["scope"] == "total" and claim["group"] is None
            ]
            if totals and all(_contradict(flat, total) for _, total in totals):
                number, total = totals[0]
                name = names.get(measure, measure)
                finds.wrong(
                    row,
                    ("claims", number),
                    f"claims[{number}]: a total of {_figure(total)} contradicts {name}, {_figure(flat)}",
                    "give the total once",
                )


def _contradict(one: Triple, other: Triple) -> bool:
    if any(a is not None and b is not None and a != b for a, b in zip(one, other, strict=True)):
        return True
    (low, high), (other_low, other_high) = _span(one), _span(other)
    return low > other_high or other_low > high


def _span(triple: Triple) -> tuple[float, float]:
    """What the three numbers allow; a best estimate alone is exact."""
    low, best, high = triple
    if low is None and high is None:
        return (0.0, float("inf")) if best is None else (best, best)
    return 0.0 if low is None else low, float("inf") if high is None else high


def _figure(triple: Triple) -> str:
    low, best, high = triple
    if low is None and high is None:
        return str(best)
    return f"{'?' if low is None else low}-{'?' if high is None else high}" + (
        f" ({best})" if best is not None else ""
    )
