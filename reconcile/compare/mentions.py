"""Mentions: what one record's title and text say of the other's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile import terms
from reconcile.compare.base import NOT_STATED, Comparison, Counted, Levels, Pairs, Run, graded
from reconcile.compare.words import FIELDS, fields_of, incidence, of_texts, tokens
from reconcile.scripts import apart

if TYPE_CHECKING:
    from scipy import sparse

Fields: TypeAlias = tuple[str, ...]
_PLACE: Final[Fields] = ("place",)
_ACTORS: Final[Fields] = ("perpetrators", "targets")
_COMMON: Final = sorted(terms.COMMON)


@of_texts
def toll_mentioned(pairs: Pairs) -> Levels:
    """Whether one record's number of killed, injured or abducted (two or more) stands in the other's text."""
    size = 1000

    def make() -> tuple[npt.NDArray[np.bool_], terms.Ints, list[terms.Ints]]:
        written = terms.numbers(tokens(pairs.run)).select("row", pl.col("term").cast(pl.Int64)).unique()
        has = np.zeros(pairs.run.rows, dtype=bool)
        has[written["row"].to_numpy()] = True
        said = np.unique(written["row"].to_numpy().astype(np.int64) * size + written["term"].to_numpy())
        ends = [f"{measure}{end}" for measure in ("killed", "injured", "abducted") for end in ("", "_low", "_high")]
        return has, said, [pairs.run.records[name].fill_null(-1).to_numpy() for name in ends]

    has, said, tolls = pairs.run.keep("tolls", make)
    level = np.zeros(len(pairs), dtype=np.int8)
    for toll in tolls if len(said) else ():
        for one, two in ((pairs.left, pairs.right), (pairs.right, pairs.left)):
            asked = (toll[one] >= 2) & (toll[one] < size) & has[two]
            hit = np.zeros(len(pairs), dtype=bool)
            hit[asked] = np.isin(two[asked] * size + toll[one][asked], said)
            found = np.where(hit, np.where(toll[one] >= 5, 4, np.where(toll[one] >= 3, 3, 2)), asked)
            level = np.maximum(level, found).astype(np.int8)
    return level


def _asked(run: Run, fields: Fields) -> pl.DataFrame:
    """The words of ``fields`` that are worth looking for, of records with the same fields once: row (a code of
    ``run.alike``), term."""
    rows = run.alike(fields)[1]
    several = [run.records[name].gather(rows) for name in fields]
    stated = [one.list.join("; ") if one.dtype == pl.List else one for one in several]
    asked = terms.tokens(terms.joined(stated)).select("row", "term").unique(maintain_order=True)
    return asked.filter(~pl.col("term").is_in(_COMMON))


def _said(run: Run) -> pl.DataFrame:
    return tokens(run).select("row", "term").unique(maintain_order=True)


def _counted(fields: Fields) -> Counted:
    def count(run: Run) -> pl.DataFrame:
        if fields == _PLACE and not run.has_texts:
            often = fields_of(run).bags(only=FIELDS.index("place")).frequency(run.day)
            return often.filter(~pl.col("key").is_in(_COMMON))
        asked = _asked(run, fields).join(run.days_alike(fields), on="row").select("term", "day")
        said = _said(run).join(run.days, on="row").select("term", "day")
        return terms.frequency(pl.concat([asked, said]).rename({"day": "row"}))

    return Counted(f"mentions of {', '.join(fields)}", count)


def _mention(pairs: Pairs, fields: Fields) -> Levels:
    """Share of the words (by weight) of one record's ``fields`` that stand in the other's text: the better
    direction."""

    def make() -> tuple[sparse.csr_array, sparse.csr_array, terms.Floats] | None:
        run = pairs.run
        alike = pl.DataFrame({"row": pl.int_range(run.rows, dtype=pl.UInt32, eager=True), "code": run.alike(fields)[0]})
        asked = alike.join(_asked(run, fields).rename({"row": "code"}), on="code").select("row", "term")
        said = _said(run)
        if not len(asked) or not len(said):
            return None
        every = pl.concat([asked, said]).select("term").unique().sort("term").with_row_index("code")
        share = terms.rarity(run.counted(_COUNTED[fields], every["term"]), run.total_days)
        weight = every.join(
            share.select("term", pl.col("idf").clip(lower_bound=0.1)), on="term", how="left", maintain_order="left"
        )
        field = incidence(asked.join(weight, on="term", how="left"), run.rows, len(every), "idf")
        ones = said.join(weight, on="term", how="left").with_columns(one=pl.lit(1.0))
        body = incidence(ones, run.rows, len(every), "one")
        return field, body, np.asarray(field.sum(axis=1)).ravel()

    made = pairs.run.keep(f"mentions of {fields}", make) if pairs.run.has_texts else None
    if made is None:
        return np.zeros(len(pairs), dtype=np.int8)
    field, body, whole = made
    has_text = np.diff(body.indptr) > 0
    named, written = (pairs.run.scripts(columns) for columns in (fields, ("title", "text")))
    best = np.full(len(pairs), np.nan)
    for one, two in ((pairs.left, pairs.right), (pairs.right, pairs.left)):
        share_said = terms.cosine(field, one, two, other=body) / np.where(whole[one] > 0, whole[one], np.nan)
        could = has_text[two] & ~apart(named[one], written[two])
        best = np.fmax(best, np.where(could, share_said, np.nan))
    return graded(best, (0.001, 0.34, 0.6, 0.9))


def place_mentioned(pairs: Pairs) -> Levels:
    """Whether one record's text names the other's place."""
    return _mention(pairs, _PLACE)


def actor_mentioned(pairs: Pairs) -> Levels:
    """Whether one record's text names the other's actors."""
    return _mention(pairs, _ACTORS)


_COUNTED: Final = {fields: _counted(fields) for fields in (_PLACE, _ACTORS)}
COUNTED = tuple(_COUNTED.values())

_MENTION = (NOT_STATED, "not mentioned", "a little of it", "half of it", "most of it", "all of it")

COMPARISONS = (
    Comparison(
        "toll_mentioned",
        "one's casualties in the other's text",
        (
            "nothing to look for",
            "not there",
            "two, and it is there",
            "three or four, and it is there",
            "five or more, and it is there",
        ),
        toll_mentioned,
    ),
    Comparison("place_mentioned", "one's place in the other's text", _MENTION, place_mentioned),
    Comparison("actor_mentioned", "one's actors in the other's text", _MENTION, actor_mentioned),
)
