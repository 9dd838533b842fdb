"""Words: what the titles and texts share, and all fields together, rare words counting more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile import terms
from reconcile.bags import Bags, Spoken, spoken
from reconcile.compare.base import NOT_STATED, Comparison, Counted, Levels, Pairs, Run, graded, numbered
from reconcile.order import firsts

if TYPE_CHECKING:
    from scipy import sparse

Words = Callable[[Run], pl.DataFrame]
_BEGINNING = 6  # letters by which word forms are taken for one
_UNITS = {"year": "y", "years": "y", "month": "m", "months": "m"}
RARE_LEAST = 6  # a word is rare in up to so many records ...
RARE_SHARE = 0.01  # ... or in this share of them


# What decides a record's words: without texts, the same few fields come again and again.
FIELDS = ("title", "text", "place", "admin2", "admin1", "perpetrators", "targets")
_TEXTS = ("title", "text")


def tokens(run: Run) -> pl.DataFrame:
    """The words of title and text (``terms.tokens``)."""

    def texts() -> pl.DataFrame:
        if not run.has_texts:
            return terms.TOKENS.to_frame()
        return terms.tokens(terms.joined([run.records[name] for name in _TEXTS]))

    result: pl.DataFrame = run.keep("tokens", texts)
    return result


def _stems(words: pl.DataFrame) -> pl.DataFrame:
    return words.with_columns(term=pl.col("term").str.slice(0, _BEGINNING))


def _leads(run: Run) -> pl.DataFrame:
    return _stems(tokens(run).filter(pl.col("at") < terms.LEAD_TERMS))


def _titles(run: Run) -> pl.DataFrame:
    return _stems(terms.tokens(run.records["title"]))


def numbers_of(run: Run) -> pl.DataFrame:
    """The numbers among them."""
    return terms.numbers(tokens(run))


def _lettered(run: Run) -> pl.DataFrame:
    return tokens(run).filter(~pl.col("term").str.contains("^[0-9]"))


def _cosine(
    pairs: Pairs, words: Words, counted: Counted, fields: tuple[str, ...] = _TEXTS, name: str | None = None
) -> terms.Floats:
    """Cosine of each pair, NaN where one record has none of ``words`` (those of ``fields``) or they are in different
    scripts; their rarity in records is ``counted``."""
    run = pairs.run

    def make() -> sparse.csr_array:
        said = words(run)
        return terms.vectors(said, terms.rarity(run.counted(counted, said["term"].unique()), run.total_rows), run.rows)

    matrix = run.keep(f"vectors of {name or counted.kind}", make)
    value = terms.cosine_or_nan(matrix, pairs.left, pairs.right)
    return pairs.within(fields, value) if fields else value


def incidence(coded: pl.DataFrame, rows: int, width: int, value: str | None = None) -> sparse.csr_array:
    """``coded`` (columns row, code and perhaps a ``value``) as a matrix."""
    coded = coded.sort("row", "code")
    starts = np.zeros(rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(coded["row"].to_numpy(), minlength=rows), out=starts[1:])
    data = np.ones(len(coded), dtype=np.float32) if value is None else coded[value].to_numpy()
    code = coded["code"].to_numpy()
    from scipy import sparse  # slow to import; what is refused needs none of it

    return sparse.csr_array((data, terms.slim(code), terms.slim(starts)), shape=(rows, max(width, 1)))


def of_texts(compute: Callable[[Pairs], Levels]) -> Callable[[Pairs], Levels]:
    """``compute``, and where no record has a title or a text, that there is nothing to compare."""

    @wraps(compute)
    def levels(pairs: Pairs) -> Levels:
        return compute(pairs) if pairs.run.has_texts else np.zeros(len(pairs), dtype=np.int8)

    return levels


def text_cosine(pairs: Pairs) -> terms.Floats:
    """Cosine of title and text, kept for the comparisons that rank by it."""
    if not pairs.run.has_texts:
        return np.full(len(pairs), np.nan)
    result: terms.Floats = pairs.keep("text cosine", lambda: _cosine(pairs, tokens, TEXTS))
    return result


@of_texts
def text(pairs: Pairs) -> Levels:
    """Cosine of all words."""
    return graded(text_cosine(pairs), (0.02, 0.05, 0.08, 0.12, 0.17, 0.24, 0.32, 0.45, 0.65))


@of_texts
def lead(pairs: Pairs) -> Levels:
    """Cosine of word beginnings in title and opening sentences."""
    return graded(_cosine(pairs, _leads, LEADS), (0.02, 0.05, 0.1, 0.15, 0.22, 0.3, 0.4, 0.55, 0.75))


@of_texts
def title(pairs: Pairs) -> Levels:
    """Cosine of word beginnings in the titles."""
    return graded(_cosine(pairs, _titles, TITLES, ("title",)), (0.001, 0.08, 0.15, 0.25, 0.4, 0.6))


@of_texts
def names(pairs: Pairs) -> Levels:
    """Cosine of the names in the texts (words that are nearly always capitalized)."""
    return graded(_cosine(pairs, _names, TEXTS, name="names"), (0.001, 0.05, 0.1, 0.18, 0.3, 0.45, 0.65))


def _names(run: Run) -> pl.DataFrame:
    said = tokens(run)
    known = said["term"].unique()
    return terms.names(said, run.counted(CAPITALS, known), run.counted(OCCURRENCES, known))


@of_texts
def numbers(pairs: Pairs) -> Levels:
    """Cosine of the numbers in the texts: tolls, ages."""
    return graded(_cosine(pairs, numbers_of, NUMBERS, fields=()), (0.001, 0.1, 0.2, 0.35, 0.55, 0.8))


def described_cosine(pairs: Pairs) -> terms.Floats:
    """Cosine of the word beginnings of all fields: title, text, place, actors."""
    result: terms.Floats = _descriptions(pairs)[0]
    return result


def fields_of(run: Run) -> Spoken:
    """The words of each field (``FIELDS``)."""
    result: Spoken = run.keep("words of fields", lambda: _spoken(run))
    return result


def _spoken(run: Run) -> Spoken:
    return spoken([run.records[name] for name in FIELDS])


def _description(run: Run) -> Bags:
    """The word beginnings of all fields."""

    # Texts are long: their words are not kept beside the bags.
    make = lambda: (_spoken(run) if run.has_texts else fields_of(run)).bags(_BEGINNING)  # noqa: E731
    result: Bags = run.keep("description", make)
    return result


def _descriptions(pairs: Pairs) -> npt.NDArray[np.float64]:
    """Of the words in any field three rows: cosine; rarity of those that both have; of all those of the record that has
    less (NaN: 0)."""

    def make() -> tuple[sparse.csr_array, terms.Floats, terms.Floats]:
        said = _description(run)
        rarity = terms.rarity(run.counted(DESCRIPTIONS, said.words), run.total_days)
        worth = np.sqrt(said.idf(rarity))
        matrix = said.present(worth)
        return said.vectors(rarity), worth * worth, np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()

    def compute(own: Pairs) -> npt.NDArray[np.float64]:
        least = np.minimum(mass[own.left], mass[own.right])
        cosine, shared = terms.cosine_and_shared(vectors, worth, own.left, own.right)
        return own.within(FIELDS, np.stack([cosine, shared, np.where(least > 0, least, np.nan)])).T

    run = pairs.run
    vectors, worth, mass = run.keep("vectors of descriptions", make)
    result: npt.NDArray[np.float64] = pairs.keep("descriptions", lambda: pairs.once(FIELDS, compute).T)
    return result


def covered(pairs: Pairs) -> Levels:
    """How much of what the terser record says, in any field, the other says too, rare words counting more."""
    _, shared, least = _descriptions(pairs)
    return graded(shared / least, (0.03, 0.08, 0.15, 0.22, 0.3, 0.4, 0.5, 0.65, 0.8))


def common_ground(pairs: Pairs) -> Levels:
    """How much is said by both, in any field: the sum of the shared words' rarity (a word of one day in 100: 4.6)."""
    _, shared, least = _descriptions(pairs)
    return graded(np.where(np.isnan(least), np.nan, shared), (1, 3, 5, 8, 12, 18, 27, 50))


def described(pairs: Pairs) -> Levels:
    """Cosine of all words in any field."""
    return graded(described_cosine(pairs), (0.02, 0.05, 0.1, 0.15, 0.22, 0.3, 0.4, 0.55, 0.75))


@of_texts
def rare_words(pairs: Pairs) -> Levels:
    """Number of rare words that both title and text share: in two records at least and in few."""

    def make() -> tuple[sparse.csr_array, npt.NDArray[np.bool_]]:
        run = pairs.run
        words = _lettered(run)
        present = np.zeros(run.rows, dtype=bool)
        present[words["row"].unique().to_numpy()] = True
        once = words.select("row", "term").unique()
        most = max(RARE_LEAST, int(RARE_SHARE * int(run.counted(LETTERED)["count"].sum())))
        rare = (
            run.counted(TEXTS, once["term"].unique())
            .filter(pl.col("count").is_between(2, most))
            .select(term="key")
            .sort("term")
        )
        rare = rare.with_columns(code=pl.int_range(pl.len(), dtype=pl.Int32))
        return incidence(once.join(rare, on="term"), run.rows, len(rare)), present

    matrix, present = pairs.run.keep("rare words", make)
    count = terms.cosine(matrix, pairs.left, pairs.right)
    shared = pairs.within(_TEXTS, np.where(present[pairs.left] & present[pairs.right], count, np.nan))
    return graded(shared, (0, 1, 2, 3, 5, 8, 14))


@of_texts
def ages(pairs: Pairs) -> Levels:
    """Ages of people in both texts ("37-year-old", "three months old"): how many are shared, or that none is."""

    def make() -> sparse.csr_array:
        words = tokens(pairs.run)
        following = words.select("row", pl.col("at") - 1, unit="term").filter(pl.col("unit").is_in(sorted(_UNITS)))
        stated = terms.numbers(words.join(following, on=["row", "at"])).select(
            "row", term=pl.col("term") + pl.col("unit").replace(_UNITS)
        )
        coded = stated.unique().with_columns(code=pl.col("term").rank("dense").cast(pl.Int64) - 1)
        return incidence(coded, pairs.run.rows, coded["term"].n_unique())

    matrix = pairs.run.keep("ages", make)
    many = np.diff(matrix.indptr)
    fewer = np.minimum(many[pairs.left], many[pairs.right])
    shared = terms.cosine(matrix, pairs.left, pairs.right)
    level = np.select([shared >= 2, (shared == 1) & (fewer == 1), shared == 1, fewer == 1], [1, 2, 3, 4], 5)
    return np.where(fewer == 0, 0, level).astype(np.int8)


def figures(pairs: Pairs) -> Levels:
    """Cosine of all numbers, in the texts and in the casualty fields together."""
    run = pairs.run

    def make() -> sparse.csr_array:
        said = _figures(run)
        return said.vectors(terms.rarity(run.counted(FIGURES, said.words), run.total_rows))

    vectors = run.keep("vectors of figures", make)
    once = lambda own: terms.cosine_or_nan(vectors, own.left, own.right)  # noqa: E731
    value = pairs.once((*_TEXTS, *_counts(run)), once)
    return graded(value, (0.001, 0.1, 0.2, 0.35, 0.55, 0.8))


def _counts(run: Run) -> tuple[str, ...]:
    """The casualty fields."""
    return tuple(name for name, kind in run.records.schema.items() if kind == pl.Int64)


def _figures(run: Run) -> Bags:
    """The numbers in the texts, and those of the casualty fields that are more than one."""

    def make() -> Bags:
        columns = [run.records[name].fill_null(0).to_numpy() for name in _counts(run)]
        row = np.concatenate([np.flatnonzero(column > 1) for column in columns])
        value = np.concatenate([column[column > 1] for column in columns])
        values, which = numbered(value, int(value.max(initial=0)) + 1)
        stated, written = pl.Series(values).cast(pl.String), numbers_of(run)
        words = pl.concat([stated, written["term"]]).unique().sort()
        code, other = (one.cast(pl.Enum(words)).to_physical().to_numpy() for one in (stated, written["term"]))
        width = max(len(words), 1)
        told = np.concatenate([row * width + code[which], written["row"].to_numpy().astype(np.int64) * width + other])
        told.sort()
        key = told[firsts(told)]
        starts = np.searchsorted(key, np.arange(run.rows + 1) * width)
        from scipy import sparse  # slow to import; what is refused needs none of it

        counts = sparse.csr_array((np.ones(len(key), dtype=np.int32), key % width, starts), shape=(run.rows, width))
        return Bags(counts, words)

    result: Bags = run.keep("figures", make)
    return result


TEXTS = Counted("texts", lambda run: terms.frequency(tokens(run)))
LEADS = Counted("leads", lambda run: terms.frequency(_leads(run)))
TITLES = Counted("titles", lambda run: terms.frequency(_titles(run)))
NUMBERS = Counted("numbers", lambda run: terms.frequency(numbers_of(run)))
FIGURES = Counted("figures", lambda run: _figures(run).rows_with())
CAPITALS = Counted("capitals", lambda run: terms.capitals(tokens(run)))
OCCURRENCES = Counted("occurrences", lambda run: terms.occurrences(tokens(run)))
LETTERED = Counted("lettered", lambda run: pl.DataFrame({"key": "", "count": _lettered(run)["row"].n_unique()}))
DESCRIPTIONS = Counted("descriptions", lambda run: _description(run).frequency(run.day))
COUNTED = (
    TEXTS, LEADS, TITLES, NUMBERS, FIGURES, CAPITALS, OCCURRENCES, LETTERED, DESCRIPTIONS,
)  # fmt: skip

_SHARED = (
    "hardly anything shared",
    "very little shared",
    "little shared",
    "some shared",
    "a fair part shared",
    "much shared",
    "very much shared",
    "most shared",
    "nearly all shared",
    "the same words",
)
_FEW = (
    "none shared",
    "hardly any shared",
    "few shared",
    "some shared",
    "many shared",
    "most shared",
    "nearly all shared",
    "all shared",
)
_MANY = ("none", "one", "two", "a few", "some", "several", "many", "very many")

COMPARISONS = (
    Comparison("text", "words of the texts", (NOT_STATED, *_SHARED), text),
    Comparison("lead", "title and opening sentences", (NOT_STATED, *_SHARED), lead),
    Comparison("title", "words of the titles", (NOT_STATED, *_FEW[:7]), title),
    Comparison("names", "names in the texts", (NOT_STATED, *_FEW), names),
    Comparison("numbers", "numbers in the texts", (NOT_STATED, *_FEW[:7]), numbers),
    Comparison(
        "ages",
        "ages of people in both texts",
        (
            NOT_STATED,
            "two or more shared",
            "the only one that one of them gives is shared",
            "one of several shared",
            "not shared, one of them gives only one",
            "none of several shared",
        ),
        ages,
    ),
    Comparison("rare_words", "rare words in both texts", (NOT_STATED, *_MANY), rare_words),
    Comparison("figures", "numbers in texts and casualty fields", (NOT_STATED, *_FEW[:7]), figures),
    Comparison("described", "words of all fields together", (NOT_STATED, *_SHARED), described),
    Comparison("covered", "what the terser record says, said by the other too", (NOT_STATED, *_SHARED), covered),
    Comparison(
        "common_ground",
        "how much both say, in all fields",
        (NOT_STATED, "next to nothing", *_SHARED[1:8], "a great deal"),
        common_ground,
    ),
)
