"""What every comparison stands on: its table row, the run's records as arrays, and pairs of their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile import block, terms
from reconcile.actors import Actors
from reconcile.event_types import EventTypes
from reconcile.order import firsts, ordered
from reconcile.scripts import Scripts, apart, scripts

Levels = npt.NDArray[np.int8]
NOT_STATED = "not stated by both"
Valued = tuple[terms.Ints, terms.Ints]  # a code of each row, and a row of each code
_TABLED: Final = 4  # possible pairs of values a record, up to which all of them are compared beforehand
_DENSE: Final = 4_000_000  # so many possible pairs of values are numbered by a table, more by sorting


Gathered = tuple[npt.NDArray[Any], ...]


@dataclass(frozen=True, slots=True)
class Among:
    """How a value of a pair is graded by the values of all pairs of its two records.

    ``gather`` takes the ends of the pairs (one or more arrays of keys 0 .. size - 1), their values and the size: what
    it returns of a key depends on the values of that key alone. ``grade`` takes values and what was gathered of their
    left and of their right ends.
    """

    gather: Callable[[Sequence[npt.NDArray[Any]], npt.NDArray[Any], int], Gathered]
    grade: Callable[[npt.NDArray[Any], Gathered, Gathered], Levels]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One way to compare two records. Level 0 means that there is nothing to compare; the order is that of
    ``levels``. Where ``among`` is given, ``compute`` gives the value that it grades."""

    name: str
    title: str
    levels: tuple[str, ...]
    compute: Callable[[Pairs], npt.NDArray[Any]]
    order: tuple[int, ...] = ()
    among: Among | None = None
    dtype: type[np.generic] = np.int8


@dataclass(frozen=True, slots=True)
class Counted:
    """What must be known of all records of a run, as counts that add up over its parts: ``count`` gives columns
    key, count.

    Counts of days add up over parts that share no day.
    """

    kind: str
    count: Callable[[Run], pl.DataFrame]


COUNTS: Final = pl.Schema({"kind": pl.String, "key": pl.String, "count": pl.Int64})
RECORDS: Final = Counted("records", lambda run: pl.DataFrame({"key": "", "count": len(run.records)}))
DAYS: Final = Counted("days", lambda run: valued(pl.Series(run.day)))


def valued(values: pl.Series) -> pl.DataFrame:
    """How often each of the known ``values`` comes: columns key, count."""
    frame = pl.DataFrame({"key": values.drop_nulls()})
    return frame.group_by("key").agg(count=pl.len().cast(pl.Int64)).with_columns(pl.col("key").cast(pl.String))


def _of_keys(counts: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
    """The rows of ``counts``, sorted by key, of distinct ``keys``.

    A search: a join would go through all keys of a run for each of its parts.
    """
    at = counts["key"].search_sorted(keys)
    known = at < len(counts)
    rows = counts[at.filter(known)]
    return rows.filter(rows["key"] == keys.filter(known))


class _Kept:
    """Values made once and kept by name, whichever thread asks first."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}
        self._lock = RLock()

    def keep(self, key: str, make: Callable[[], Any]) -> Any:
        """What ``make`` returns, made once under ``key``."""
        if key not in self._kept:
            with self._lock:
                if key not in self._kept:
                    self._kept[key] = make()
        return self._kept[key]


class Run(_Kept):
    """The records of a run, a row each, and what is derived from all of them: codes, rates, word vectors.

    ``counts`` (by kind: key, count, sorted by key) are those of a larger run of which these records are a part; without
    them, its own count.
    """

    def __init__(
        self,
        records: pl.DataFrame,
        actors: Actors,
        event_types: EventTypes,
        counts: Mapping[str, pl.DataFrame] | None = None,
    ) -> None:
        super().__init__()
        self._counts = counts
        self.records: pl.DataFrame = records
        self.rows: int = len(records)
        self.actors = actors
        self.event_types = event_types

    @cached_property
    def prepared(self) -> dict[str, npt.NDArray[Any]]:
        """The columns of ``block.prepare`` as float arrays (NaN where not known)."""
        # What a stated day can mean; how far apart a model lets records be compared is another matter.
        frame = block.prepare(self.records, block.Window(), pl.repeat(value=False, n=self.rows, eager=True))
        return {
            name: frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
            for name in ("start", "end", "lat", "lon", "km", "anchor")
        }

    def counted(self, what: Counted, among: pl.Series | None = None) -> pl.DataFrame:
        """``what`` in all records of the run: columns key, count. It need say nothing of keys that are not ``among``
        these."""

        def make() -> pl.DataFrame:
            if self._counts is None:
                return what.count(self)
            return self._counts[what.kind] if what.kind in self._counts else COUNTS.to_frame().select("key", "count")

        result: pl.DataFrame = self.keep(f"counted {what.kind}", make)
        return result if among is None or self._counts is None else _of_keys(result, among)

    @cached_property
    def total_rows(self) -> int:
        """How many records the run has."""
        return int(self.counted(RECORDS)["count"].sum())

    @cached_property
    def total_days(self) -> int:
        """On how many days its records were."""
        return len(self.counted(DAYS))

    @cached_property
    def day(self) -> terms.Ints:
        """The day each record belongs to when words are counted: of the event, else of publication."""
        result: terms.Ints = np.nan_to_num(self.prepared["anchor"], nan=-1e6).astype(np.int64)
        return result

    @cached_property
    def has_texts(self) -> bool:
        """Whether any record has a title or a text."""
        return any(self.records[name].null_count() < self.rows for name in ("title", "text"))

    def codes(self, name: str) -> tuple[terms.Ints, list[str]]:
        """Column ``name`` as integers (-1 where null) and the values they stand for, in alphabetical order."""

        def make() -> tuple[terms.Ints, list[str]]:
            values = self.records[name].drop_nulls().unique().sort()
            code = pl.DataFrame({name: values, "code": np.arange(len(values))})
            joined = self.records.select(name).join(code, on=name, how="left", maintain_order="left")
            return joined["code"].fill_null(-1).to_numpy().astype(np.int64), values.to_list()

        result: tuple[terms.Ints, list[str]] = self.keep(f"codes {name}", make)
        return result

    def numbers(self, name: str) -> terms.Floats:
        """Column ``name`` as floats, NaN where null."""
        result: terms.Floats = self.keep(
            f"numbers {name}", lambda: self.records[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        )
        return result

    def scripts(self, fields: tuple[str, ...]) -> Scripts:
        """The script of each record's ``fields`` taken together."""
        result: Scripts = self.keep(f"scripts of {fields}", lambda: scripts([self.records[name] for name in fields]))
        return result

    @cached_property
    def days(self) -> pl.DataFrame:
        """``day`` as a frame: row, day."""
        return terms.days_of(self.day)

    def alike(self, columns: tuple[str, ...]) -> tuple[terms.Ints, terms.Ints]:
        """Rows with the same values in all ``columns`` share a code: the code of each row, and a row of each code."""

        def make() -> tuple[terms.Ints, terms.Ints]:
            rows = self.records.select(*columns, row=pl.int_range(pl.len(), dtype=pl.Int64))
            groups = rows.group_by(columns, maintain_order=True).agg(first=pl.col("row").first(), rows="row")
            code = np.empty(self.rows, dtype=np.int64)
            many = groups["rows"].list.len().to_numpy()
            code[groups["rows"].explode(empty_as_null=False).to_numpy()] = np.repeat(np.arange(len(groups)), many)
            return code, groups["first"].to_numpy()

        result: tuple[terms.Ints, terms.Ints] = self.keep(f"alike {columns}", make)
        return result

    def alike_numbers(self, name: str, values: terms.Floats) -> Valued:
        """The same for rows with the same of ``values`` (NaN is one of them), kept by ``name``."""

        def make() -> Valued:
            distinct, code = np.unique(values, return_inverse=True)
            rows = np.empty(len(distinct), dtype=np.int64)
            rows[code] = np.arange(len(code))
            return code, rows

        result: Valued = self.keep(f"alike numbers {name}", make)
        return result

    def days_alike(self, columns: tuple[str, ...]) -> pl.DataFrame:
        """The days of the records that share a code of ``alike``: row (the code), day."""
        code = self.alike(columns)[0].astype(np.uint32)
        return pl.DataFrame({"row": code, "day": self.day}).unique()


class Pairs(_Kept):
    """The pairs to compare: rows ``left`` and ``right`` of the records of a run."""

    def __init__(self, run: Run, left: npt.NDArray[Any], right: npt.NDArray[Any]) -> None:
        super().__init__()
        self.run = run
        self.left = left.astype(np.int64, copy=False)
        self.right = right.astype(np.int64, copy=False)

    def __len__(self) -> int:
        return len(self.left)

    def level(self, name: str, compute: Callable[[Pairs], Levels]) -> Levels:
        """The levels of comparison ``name``, computed once."""
        result: Levels = self.keep(f"level {name}", lambda: compute(self))
        return result

    def both(self, name: str) -> tuple[terms.Ints, terms.Ints]:
        """Codes of column ``name`` for the left and the right record of each pair."""
        code = self.run.codes(name)[0]
        return code[self.left], code[self.right]

    def number(self, name: str) -> tuple[terms.Floats, terms.Floats]:
        """Column ``name`` as floats (NaN where null) for the left and the right record of each pair."""
        values = self.run.numbers(name)
        return values[self.left], values[self.right]

    def within(self, fields: tuple[str, ...], values: terms.Floats) -> terms.Floats:
        """``values`` (of each pair, in the last axis), and NaN where the two records' ``fields`` are in different
        scripts: no word could be shared."""
        script = self.run.scripts(fields)
        stated = script[script > 0]
        if len(stated) and stated.min() < stated.max():  # most runs are in one script
            values[..., apart(script[self.left], script[self.right])] = np.nan
        return values

    def once(self, columns: tuple[str, ...], compute: Callable[[Pairs], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """``compute`` for pairs of which ``columns`` are all that counts: done once for each two values of them."""
        code, rows = self.run.alike(columns)
        if 2 * len(rows) > self.run.rows:  # hardly any value comes twice: telling them apart would only cost
            return compute(self)

        def make() -> tuple[Pairs, terms.Ints]:
            size = len(rows)
            distinct, back = numbered(code[self.left] * size + code[self.right], size * size)
            return Pairs(self.run, rows[distinct // size], rows[distinct % size]), back

        pairs, back = self.keep(f"once {columns}", make)
        result: npt.NDArray[Any] = compute(pairs)[back]
        return result

    def tabled(self, name: str, values: Valued, compute: Callable[[Pairs], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """``compute`` for pairs of which ``values`` (as ``Run.alike`` gives them) are all that counts: looked up where
        they are so few that every two of them can be compared beforehand. ``name`` tells tables apart."""
        code, rows = values
        size = len(rows)
        if size * size > _TABLED * self.run.rows:
            return compute(self)
        every = lambda: compute(Pairs(self.run, np.repeat(rows, size), np.tile(rows, size)))  # noqa: E731
        table = self.run.keep(f"table {name}", every)
        at = code[self.left] * size
        at += code[self.right]
        result: npt.NDArray[Any] = table[at]
        return result


def numbered(key: terms.Ints, size: int) -> tuple[terms.Ints, terms.Ints]:
    """The distinct values of ``key`` (0 .. ``size`` - 1), ascending, and the place of each key among them."""
    if size > _DENSE or size > 16 * len(key):
        found, order = ordered(key, max(size, 1))
        starts = firsts(found)
        new = np.zeros(len(key), dtype=np.int64)
        new[starts[1:]] = 1
        back = np.empty(len(key), dtype=np.int64)
        back[order] = np.cumsum(new, out=new)
        return found[starts], back
    seen = np.zeros(size, dtype=bool)
    seen[key] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[key]


def graded(values: terms.Floats, bounds: tuple[float, ...], known: npt.NDArray[np.bool_] | None = None) -> Levels:
    """Level 1 up to ``bounds[0]`` (inclusive), 2 up to ``bounds[1]`` ...; 0 where NaN or not ``known``."""
    level = beyond(values, bounds)
    level += 1
    level *= ~np.isnan(values)
    return level if known is None else level * known


def beyond(values: npt.NDArray[Any], bounds: tuple[float, ...]) -> Levels:
    """How many of the ascending ``bounds`` each value exceeds (NaN: none): for a few of them faster than a search."""
    level = np.zeros(len(values), dtype=np.int8)
    for bound in bounds:
        level += values > bound
    return level
