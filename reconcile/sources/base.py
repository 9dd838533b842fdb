"""What a source is: a layout known by its columns, and how its rows become our fields.

A source never reads a file and never checks a value that the loader checks: it renames, decodes and combines
cells, and hands on text under our field names, so that every value is checked in one place. What it cannot
read at all is a ``Finding`` at a row and a column of the original.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import polars as pl

from reconcile.lookups import builtin_toml
from reconcile.tables import CLAIM, LOADED

Names = tuple[str, ...]
ClaimColumns = dict[str, pl.Expr]
"""One claim of each row: the fields of ``tables.CLAIM``, and ``stated``, whether the row makes it."""

# How R, pandas, SQL and spreadsheets write an empty cell.
_EMPTY: Final = ("NA", "N/A", "#N/A", "NaN", "nan", "NULL", "null", "None", "<NA>")
# Names that the loader reads itself: a column of the source with such a name is kept under another one.
_OURS: Final = frozenset({*LOADED.names(), "wounded", "wounded_low", "wounded_high"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about some rows: ``column`` as the file names it; in ``what``, ``{value}`` is the row's cell
    and ``{rows}`` the number of rows. An error stands for every row, a note for all together."""

    rows: list[int]
    column: str | None
    what: str
    hint: str | None = None
    error: bool = False
    key: str | None = None
    """By what ``check`` knows a note."""


@dataclass(frozen=True)
class Translated:
    """Rows of a source under our field names."""

    fields: pl.DataFrame
    """One row a record: our fields as text (``claims`` as ``tables.CLAIM`` lists), then the columns kept for
    ``extra``."""
    rows: pl.Series
    """The row of the table that each record was, ascending."""
    version: pl.Series
    """Int64: of several rows of one id the greatest version holds; null = the source gives none."""
    origin: dict[str, str]
    """Our field -> the column that it was read from."""
    findings: list[Finding] = field(default_factory=list)
    deleted: pl.DataFrame | None = None
    """``record_id`` and ``version``: what a feed of deletions takes back."""


class Cells:
    """The cells of a table by their canonical column names; every cell is stripped text or null."""

    def __init__(self, table: pl.DataFrame, aliases: Mapping[str, str]) -> None:
        self.names: dict[str, str] = {}  # canonical -> as the file has it
        for name in table.columns:
            folded = folded_name(name)
            self.names.setdefault(aliases.get(folded, folded), name)
        clean = [
            pl.when(pl.col(name).is_in(_EMPTY)).then(None).otherwise(pl.col(name)).alias(canonical)
            for canonical, name in self.names.items()
        ]
        self.table = table
        self.frame = table.select(clean)

    def text(self, name: str) -> pl.Expr:
        """The column, null where the file has none."""
        return pl.col(name) if name in self.names else pl.lit(None, pl.String)

    def derived(self, value: pl.Expr) -> Cells:
        """The one column ``it``: what ``value`` makes of the cells."""
        return Cells(self.frame.select(value.cast(pl.String).alias("it")), {})

    def add(self, name: str, value: pl.Expr) -> pl.Expr:
        """Work ``value`` out once, for the several places that use it."""
        self.frame = self.frame.with_columns(value.alias(f" {name}"))
        return pl.col(f" {name}")

    def rows(self, condition: pl.Expr) -> list[int]:
        """The rows for which ``condition`` holds (null does not), ascending."""
        return self.frame.select(condition.fill_null(value=False).alias("it"))["it"].arg_true().to_list()

    def finding(
        self, condition: pl.Expr, column: str, what: str, hint: str | None = None, *, error: bool = False
    ) -> list[Finding]:
        """One finding on the rows for which ``condition`` holds, or none."""
        rows = self.rows(condition)
        return [Finding(rows, self.names.get(column), what, hint, error)] if rows else []

    def mapped(
        self, names: Sequence[str], read: Callable[..., tuple[Any, ...]], schema: Mapping[str, Any]
    ) -> pl.DataFrame:
        """``read`` of the cells of the columns ``names``, called once for each distinct combination."""
        each = self.frame.with_columns(self.text(name).alias(name) for name in names).select(names)
        distinct = each.unique(maintain_order=True)
        table = pl.DataFrame([read(*row) for row in distinct.iter_rows()], schema=schema, orient="row")
        joined = each.join(
            pl.concat([distinct, table], how="horizontal"),
            on=list(names),
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        return joined.select(list(schema))


@dataclass
class Draft:
    """What a source's own code makes of the cells; ``Source.translate`` completes it."""

    fields: dict[str, pl.Expr | pl.Series]
    """``id`` (without the source's prefix) and our fields."""
    origin: dict[str, str]
    """Our field -> canonical column."""
    verbatim: set[str] = field(default_factory=set)
    """Canonical columns that a field carries whole, so that ``extra`` need not."""
    claims: list[ClaimColumns] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    keep: pl.Expr | None = None
    """The rows that are records; the source says in ``findings`` what the others are."""
    version: pl.Expr | pl.Series | None = None


@dataclass(frozen=True)
class Source:
    """One layout, or several that differ in spelling."""

    name: str
    outlet: str
    marks: tuple[frozenset[str], ...]
    """A header that has all names of one of these sets is this source's."""
    needs: frozenset[str]
    """The columns without which its rows cannot be read."""
    draft: Callable[[Cells, str], Draft]
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other spellings of columns, folded -> canonical."""
    without_header: Callable[[Sequence[Sequence[str]]], Names | None] | None = None
    """The column names of a file without a header, if its first rows can be no other's."""
    deletions: bool = False
    """Whether its rows take records back, instead of being records."""
    mapped: bool = False
    """Whether a user's own mapping describes it: then the people whose data are read wrote it themselves."""
    companion: str | None = None
    """Set for a table that goes with the source but holds no incidents: what it is and what to give."""

    def canonical(self, header: Iterable[str]) -> set[str]:
        """The names of ``header`` as this source knows them."""
        folded = map(folded_name, header)
        return {self.aliases.get(name, name) for name in folded}

    def recognises(self, header: Iterable[str]) -> bool:
        """Whether ``header`` is one of its own."""
        names = self.canonical(header)
        return any(mark <= names for mark in self.marks)

    def translate(self, table: pl.DataFrame, file: str = "") -> Translated:
        """The rows of ``table`` (text columns, named as in the file) as records.

        ``file`` is the file's name: some sources write their release only there.
        """
        cells = Cells(table, self.aliases)
        draft = self.draft(cells, file)
        repeated = pl.lit(value=False)
        key = draft.origin["record_id"]
        if key in cells.names:
            repeated = (pl.col(key).str.to_lowercase() == folded_name(cells.names[key])).fill_null(value=False)
        findings = draft.findings + cells.finding(repeated, key, "the header is repeated in {rows}, left out")
        keep = ~repeated if draft.keep is None else ~repeated & draft.keep.fill_null(value=False)
        fields = {name: value for name, value in draft.fields.items() if name not in ("id", "outlet")}
        if draft.claims:
            fields["claims"] = _listed(cells.frame, draft.claims)
        whole = cells.frame.select(
            pl.format(f"{self.name}:{{}}", draft.fields["id"]).alias("record_id"),
            pl.coalesce(draft.fields.get("outlet", pl.lit(None, pl.String)), pl.lit(self.outlet)).alias("outlet"),
            *(value.alias(name) for name, value in fields.items()),
            (pl.lit(None) if draft.version is None else draft.version).cast(pl.Int64).alias(" version"),
            keep.alias(" keep"),
        )
        whole = whole.with_columns(self._rest(cells, draft)).with_row_index(" row").filter(pl.col(" keep"))
        if self.deletions:
            gone = whole.select("record_id", pl.col(" version").alias("version"))
            nothing = whole.clear().drop(" keep", " version", " row")
            none = pl.Series([], dtype=pl.Int64)
            return Translated(nothing, none, none, {}, findings, gone)
        return Translated(
            whole.drop(" keep", " version", " row"),
            whole[" row"],
            whole[" version"],
            {ours: cells.names[theirs] for ours, theirs in draft.origin.items() if theirs in cells.names},
            findings,
        )

    def _rest(self, cells: Cells, draft: Draft) -> list[pl.Series]:
        """Every column that no field carries whole, under a name that is none of ours."""
        carried = {cells.names[name] for name in draft.verbatim if name in cells.names}
        canonical = {name: cleaned for cleaned, name in cells.names.items()}
        rest = []
        for name in cells.table.columns:
            if name in carried:
                continue
            column = cells.frame[canonical[name]] if name in canonical else cells.table[name]
            rest.append(column.alias(f"{self.name}_{name}" if name in _OURS else name))
        return rest


def _listed(frame: pl.DataFrame, claims: Sequence[ClaimColumns]) -> pl.Series:
    """The stated claims of each row, in their order; null where there is none."""
    rows = frame.with_row_index(" row")
    each = [rows.select(" row", **one).filter("stated").with_columns(order=at) for at, one in enumerate(claims)]
    names = [one.name for one in CLAIM.fields]
    stated = pl.concat(each).sort(" row", "order")
    lists = stated.group_by(" row", maintain_order=True).agg(pl.struct(names).alias("claims"))
    return rows.select(" row").join(lists, on=" row", how="left", maintain_order="left")["claims"]


def folded_name(name: str) -> str:
    """A column's name without case and outer space; inner spaces and hyphens become ``_``."""
    return "_".join(name.strip("\ufeff \t\"'").lower().replace("-", " ").split())


@lru_cache(maxsize=1)
def tables() -> dict[str, Any]:
    """The code tables of the sources, ``data/sources.toml``."""
    return builtin_toml("sources.toml")
