"""Typed conversion of ``claims``: the full form of what a record says about casualties.

All claims of a chunk are laid out as one flat table, a row a claim, whose columns the other modules convert.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any, Final

import polars as pl

from reconcile.dates import parse_published
from reconcile.load.columns import Column, by_distinct, is_null, nulls, rows_where, shown, tidy
from reconcile.load.counting import bound_column, check_words, count_and_words, widen
from reconcile.load.dating import refusal
from reconcile.load.finds import SHOWN, BadValueError, Finds, Path
from reconcile.load.limits import Limits
from reconcile.load.strict_json import Strict
from reconcile.load.values import kind_of, text_column
from reconcile.tables import CLAIM, MEASURES, SCOPES
from reconcile.vague import Vague

_TEXTS: Final = ("group", "attributed_to", "quote", "as_of")
_NUMBERS: Final = ("low", "best", "high")
_KEYS: Final = ("measure", "scope", "count", *_NUMBERS, *_TEXTS)


@dataclass
class _Flat:
    """The claims of a chunk, a row a claim; tells errors of a claim to the record it is of."""

    rows: list[int]
    numbers: list[int]
    columns: dict[str, Column]
    finds: Finds

    @property
    def height(self) -> int:
        return len(self.rows)

    def each(self, rows: Iterable[int], path: Path, say: Callable[[int], BadValueError]) -> None:
        """As ``Finds.each``, with rows of the flat table."""
        for count, row in enumerate(rows):
            if count >= SHOWN:
                self.finds.more += 1
                continue
            bad, number = say(row), self.numbers[row]
            what = f"claims[{number}]{'.' if path else ': '}{bad}"
            self.finds.wrong(self.rows[row], ("claims", number, *path), what, bad.hint)


def claims(column: Column | None, height: int, finds: Finds, limits: Limits, vague: Vague) -> pl.Series:
    """The column as lists of ``tables.CLAIM``; an empty list is null (not stated)."""
    kind = pl.List(CLAIM)
    if column is None:
        return nulls("claims", height, kind)
    flat = _typed_lists(column, finds) or _flattened(column, finds, limits)
    table = _typed(flat, limits, vague)
    structs = table.select(pl.struct(field.name for field in CLAIM.fields).cast(CLAIM).alias("claims")).to_series()
    known = pl.DataFrame({"row": pl.Series(flat.rows, dtype=pl.UInt32), "claims": structs}).filter(
        pl.col("claims").struct.field("measure").is_not_null()
    )
    lists = known.group_by("row", maintain_order=True).agg("claims")
    rows = pl.DataFrame({"row": pl.int_range(height, dtype=pl.UInt32, eager=True)})
    return rows.join(lists, on="row", how="left", maintain_order="left")["claims"].cast(kind)


def _typed_lists(column: Column, finds: Finds) -> _Flat | None:
    """The flat table of a column that is typed as lists of objects; None for any other."""
    if not isinstance(column, pl.Series) or not isinstance(column.dtype, pl.List):
        return None
    if not isinstance(column.dtype.inner, pl.Struct):
        return None
    each = pl.col("claims")
    flat = (
        pl.DataFrame({"row": pl.int_range(len(column), eager=True), "claims": column})
        .filter(each.list.len() > 0)
        .with_columns(number=pl.int_ranges(each.list.len()))
        .explode("claims", "number")
        .filter(each.is_not_null())
    )
    columns = {one.name: tidy(one) for one in flat["claims"].struct.unnest().get_columns()}
    return _Flat(flat["row"].to_list(), flat["number"].to_list(), columns, finds)


def _flattened(column: Column, finds: Finds, limits: Limits) -> _Flat:
    """The flat table of any other column: lists of objects, or their JSON in a text."""
    rows: list[int] = []
    numbers: list[int] = []
    found: list[dict[str, Any]] = []
    for row, value in enumerate(column.to_list() if isinstance(column, pl.Series) else column):
        for number, claim in enumerate(_list_of(value, row, finds, limits)):
            if isinstance(claim, dict):
                rows.append(row)
                numbers.append(number)
                found.append(claim)
            elif claim is not None:
                what = f"claims[{number}]: expected an object, not {kind_of(claim)}"
                finds.wrong(row, ("claims", number), what)
    names = dict.fromkeys(name for claim in found for name in claim)
    return _Flat(rows, numbers, {name: tidy([claim.get(name) for claim in found]) for name in names}, finds)


def _list_of(value: Any, row: int, finds: Finds, limits: Limits) -> list[Any]:
    """The claims of one record, raw; none if they are not a list, which is then reported."""
    if value is None:
        return []
    if isinstance(value, str):
        value, faults = Strict(limits.max_depth).whole(value)
        for fault in faults:
            hint = fault.hint or "claims in one cell are a JSON list of objects"
            finds.wrong(row, ("claims",), f"claims: character {fault.at + 1}: {fault.what}", hint)
        if faults:
            return []
    if isinstance(value, list):
        return value
    finds.wrong(row, ("claims",), f"claims: expected a list of objects, not {kind_of(value)}")
    return []


def _typed(flat: _Flat, limits: Limits, vague: Vague) -> pl.DataFrame:
    """The flat table with the fields of ``CLAIM``; a claim whose measure is unknown has none."""
    columns = flat.columns
    _refuse_other_keys(flat)
    series = {
        name: text_column(columns[name], name, flat, limits) if name in columns else nulls(name, flat.height, pl.String)
        for name in _TEXTS
    }
    series["as_of"] = by_distinct(series["as_of"], _moment, {"as_of": pl.String}, flat, "as_of")["as_of"]
    bare = nulls("", flat.height, pl.String)
    measure = columns.get("measure", bare)
    missing = BadValueError("states no measure", f"one of {', '.join(MEASURES)}")
    flat.each(rows_where(is_null(measure)), (), lambda _: missing)
    series["measure"] = by_distinct(measure, _measure, {"measure": pl.String}, flat, "measure")["measure"]
    scope = by_distinct(columns.get("scope", bare), _scope, {"scope": pl.String}, flat, "scope")["scope"]
    usual = pl.select(pl.when(series["group"].is_null()).then(pl.lit("total")).otherwise(pl.lit("part"))).to_series()
    series["scope"] = scope.fill_null(usual)
    numbers = _numbers(flat, vague)
    # A count in words is a quotation, where no longer one is given.
    series["quote"] = pl.select(pl.coalesce(series["quote"], numbers.pop("words"))).to_series().alias("quote")
    return pl.DataFrame({**series, **numbers})


def _refuse_other_keys(flat: _Flat) -> None:
    for key in sorted(flat.columns.keys() - set(_KEYS)):
        near = get_close_matches(key[:100], _KEYS, n=1, cutoff=0.6)
        hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(sorted(_KEYS))}"
        bad = BadValueError(f"{key}: no such key of a claim", hint)
        flat.each(rows_where(~is_null(flat.columns[key])), (key,), lambda _, bad=bad: bad)  # type: ignore[misc]


def _measure(value: Any) -> tuple[str]:
    """One of ``MEASURES``; ``wounded`` is ``injured``."""
    if value == "wounded":
        return ("injured",)
    if value in MEASURES:
        return (str(value),)
    near = get_close_matches(str(value)[:100], MEASURES, n=1, cutoff=0.6)
    hint = f"did you mean '{near[0]}'?" if near else f"one of {', '.join(MEASURES)}"
    raise BadValueError(f"{shown(value)} is no measure", hint)


def _scope(value: Any) -> tuple[str]:
    if value in SCOPES:
        return (str(value),)
    raise BadValueError(f"{shown(value)} is not one of {', '.join(SCOPES)}")


def _moment(value: str) -> tuple[str]:
    try:
        return (parse_published(value)[0],)
    except ValueError as error:
        raise refusal(error, value) from None


def _numbers(flat: _Flat, vague: Vague) -> dict[str, pl.Series]:
    """low, best, high from the keys of these names, or from ``count``; both must agree; and a count's ``words``."""
    given = {
        name: bound_column(flat.columns[name], name, flat)
        if name in flat.columns
        else nulls(name, flat.height, pl.Int64)
        for name in _NUMBERS
    }
    if "count" in flat.columns:
        words = flat.columns["count"]
        kinds = {**{name: pl.Int64() for name in _NUMBERS}, "words": pl.String()}
        said = by_distinct(words, partial(count_and_words, vague=vague), dict(kinds), flat, "count")
        in_words = said["words"]
        for name in _NUMBERS:
            given[name] = check_words(words, "count", said[name], given[name], name, flat)
    else:
        in_words = nulls("words", flat.height, pl.String)
    table, wide = widen(pl.DataFrame([given[name].alias(name) for name in _NUMBERS]), *_NUMBERS)
    rows = sorted({flat.rows[row] for row in rows_where(wide)})
    flat.finds.note("wide claims", rows, ("claims",), _widened)
    return {**{name: table[name] for name in _NUMBERS}, "words": in_words}


def _widened(times: int) -> str:
    records = "one record" if times == 1 else f"{times:,} records"
    return f"claims: low, best and high out of order in {records}; widened to take in every stated number"


def check_totals(frame: pl.DataFrame, names: dict[str, str], finds: Finds) -> None:
    """A flat total must agree with (one of) the totals for everyone that the record's claims state.

    ``names`` maps a measure to the name that the file uses for it, where that is another.
    """
    flat = (
        frame.with_row_index("row")
        .filter(pl.col("claims").list.len() > 0)
        .with_columns(number=pl.int_ranges(pl.col("claims").list.len()))
        .explode("claims", "number")
        .filter(pl.col("claims").struct.field("scope") == "total", pl.col("claims").struct.field("group").is_null())
    )
    for measure in MEASURES:
        totals = flat.filter(pl.col("claims").struct.field("measure") == measure)
        for row, number, total, stated in _contradictions(totals, measure):
            name = names.get(measure, measure)
            what = f"claims[{number}]: a total of {_figure(*total)} contradicts {name}, {_figure(*stated)}"
            finds.wrong(row, ("claims", number), what, "give the total once")


_Triple = tuple[int | None, int | None, int | None]


def _contradictions(totals: pl.DataFrame, measure: str) -> Iterator[tuple[int, int, _Triple, _Triple]]:
    """Record, number of its first total, that total and the flat one, where no total agrees with the flat one."""
    flat = [f"{measure}_low", measure, f"{measure}_high"]
    claim = [pl.col("claims").struct.field(name).alias(f"claim_{name}") for name in _NUMBERS]
    table = totals.select("row", "number", *claim, *flat).filter(pl.any_horizontal(pl.col(flat).is_not_null()))
    ours, theirs = ([pl.col(name) for name in names] for names in (flat, [f"claim_{name}" for name in _NUMBERS]))
    differ = pl.any_horizontal((mine != other).fill_null(value=False) for mine, other in zip(ours, theirs, strict=True))
    (low, high), (other_low, other_high) = _span(*ours), _span(*theirs)
    apart = ((low > other_high) | (other_low > high)).fill_null(value=False)
    table = table.filter((differ | apart).all().over("row")).unique("row", keep="first", maintain_order=True)
    for row, number, *figures in table.iter_rows():
        yield row, number, (figures[0], figures[1], figures[2]), (figures[3], figures[4], figures[5])


def _span(low: pl.Expr, best: pl.Expr, high: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """What three numbers allow; a best estimate alone is exact, a null bound is open."""
    alone = low.is_null() & high.is_null()
    return pl.when(alone).then(best).otherwise(low), pl.when(alone).then(best).otherwise(high)


def _figure(low: int | None, best: int | None, high: int | None) -> str:
    if low is None and high is None:
        return str(best)
    return f"{'?' if low is None else low}-{'?' if high is None else high}" + (f" ({best})" if best is not None else "")
