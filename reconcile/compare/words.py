"""Words: what the titles and texts share, rare words counting more; what one text says of the other's fields."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from reconcile import terms
from reconcile.compare.base import NOT_STATED, Comparison, Levels, Pairs, Run, graded

Words = Callable[[Run], pl.DataFrame]
_UNITS = {"year": "y", "years": "y", "month": "m", "months": "m"}
RARE_LEAST = 6  # a word is rare in up to so many records ...
RARE_SHARE = 0.01  # ... or in this share of them


# What decides a record's words: without texts, the same few fields come again and again.
_FIELDS = ("title", "text", "place", "admin2", "admin1", "perpetrators", "targets")
_TEXTS = ("title", "text")


def _tokens(run: Run) -> pl.DataFrame:
    texts = lambda: terms.tokens(terms.joined([run.records[name] for name in _TEXTS]))  # noqa: E731
    result: pl.DataFrame = run.keep("tokens", texts)
    return result


def _stems(words: pl.DataFrame) -> pl.DataFrame:
    return words.with_columns(term=pl.col("term").str.slice(0, 6))


def _cosine(pairs: Pairs, name: str, words: Words) -> terms.Floats:
    """Cosine of each pair, NaN where one record has none of ``words``; rarity in records."""
    run = pairs.run
    make = lambda: terms.vectors(words(run), terms.days_of(np.arange(run.rows)), run.rows)  # noqa: E731
    return terms.cosine_or_nan(run.keep(f"vectors of {name}", make), pairs.left, pairs.right)


def _incidence(coded: pl.DataFrame, rows: int, width: int, value: str | None = None) -> sparse.csr_array:
    """``coded`` (columns row, code and perhaps a ``value``) as a matrix."""
    coded = coded.sort("row", "code")
    starts = np.zeros(rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(coded["row"].to_numpy(), minlength=rows), out=starts[1:])
    data = np.ones(len(coded), dtype=np.float32) if value is None else coded[value].to_numpy()
    return sparse.csr_array((data, coded["code"].to_numpy().astype(np.int32), starts), shape=(rows, max(width, 1)))


def text_cosine(pairs: Pairs) -> terms.Floats:
    """Cosine of title and text, kept for the comparisons that rank by it."""
    result: terms.Floats = pairs.keep("text cosine", lambda: _cosine(pairs, "texts", _tokens))
    return result


def text(pairs: Pairs) -> Levels:
    """Cosine of all words."""
    return graded(text_cosine(pairs), (0.02, 0.05, 0.08, 0.12, 0.17, 0.24, 0.32, 0.45, 0.65))


def lead(pairs: Pairs) -> Levels:
    """Cosine of word beginnings in title and opening sentences."""
    words = lambda run: _stems(_tokens(run).filter(pl.col("at") < terms.LEAD_TERMS))  # noqa: E731
    return graded(_cosine(pairs, "leads", words), (0.02, 0.05, 0.1, 0.15, 0.22, 0.3, 0.4, 0.55, 0.75))


def title(pairs: Pairs) -> Levels:
    """Cosine of word beginnings in the titles."""
    words = lambda run: _stems(terms.tokens(run.records["title"]))  # noqa: E731
    return graded(_cosine(pairs, "titles", words), (0.001, 0.08, 0.15, 0.25, 0.4, 0.6))


def names(pairs: Pairs) -> Levels:
    """Cosine of the names in the texts (words that are nearly always capitalized)."""
    words = lambda run: terms.names(_tokens(run))  # noqa: E731
    return graded(_cosine(pairs, "names", words), (0.001, 0.05, 0.1, 0.18, 0.3, 0.45, 0.65))


def numbers(pairs: Pairs) -> Levels:
    """Cosine of the numbers in the texts: tolls, ages."""
    words = lambda run: terms.numbers(_tokens(run))  # noqa: E731
    return graded(_cosine(pairs, "numbers", words), (0.001, 0.1, 0.2, 0.35, 0.55, 0.8))


def described_cosine(pairs: Pairs) -> terms.Floats:
    """Cosine of the word beginnings of all fields: title, text, place, actors."""
    run = pairs.run
    code, rows = run.alike(_FIELDS)
    make = lambda: terms.vectors(_description(run), run.days_alike(_FIELDS), len(rows))  # noqa: E731
    vectors = run.keep("vectors of descriptions", make)
    once = lambda own: terms.cosine_or_nan(vectors, code[own.left], code[own.right])  # noqa: E731
    result: terms.Floats = pairs.keep("described cosine", lambda: pairs.once(_FIELDS, once))
    return result


def _description(run: Run) -> pl.DataFrame:
    """The words of all fields, those of records with the same fields once: ``row`` is a code of ``run.alike``."""

    def make() -> pl.DataFrame:
        rows = run.alike(_FIELDS)[1]
        columns = [run.records[name].gather(rows) for name in _FIELDS]
        texts = [one.list.join("; ") if one.dtype == pl.List else one for one in columns]
        return _stems(terms.tokens(terms.joined(texts)))

    result: pl.DataFrame = run.keep("description", make)
    return result


def _overlap(pairs: Pairs) -> npt.NDArray[np.float64]:
    """Two rows: rarity of the words in any field that both have; of all words of the record that has less (NaN: 0)."""

    def make() -> tuple[sparse.csr_array, terms.Floats]:
        once = _description(run).select("row", "term").unique()
        rarity = terms.rarity(once, run.days_alike(_FIELDS))
        coded = once.join(rarity.with_columns(root=pl.col("idf").sqrt()), on="term")
        matrix = _incidence(coded, len(rows), len(rarity), "root")
        return matrix, np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()

    def compute(own: Pairs) -> npt.NDArray[np.float64]:
        left, right = code[own.left], code[own.right]
        least = np.minimum(mass[left], mass[right])
        shared = terms.cosine(matrix, left, right)
        return np.column_stack([shared, np.where(least > 0, least, np.nan)])

    run = pairs.run
    code, rows = run.alike(_FIELDS)
    matrix, mass = run.keep("rarities", make)
    result: npt.NDArray[np.float64] = pairs.keep("overlap", lambda: pairs.once(_FIELDS, compute).T)
    return result


def covered(pairs: Pairs) -> Levels:
    """How much of what the terser record says, in any field, the other says too, rare words counting more."""
    shared, least = _overlap(pairs)
    return graded(shared / least, (0.03, 0.08, 0.15, 0.22, 0.3, 0.4, 0.5, 0.65, 0.8))


def common_ground(pairs: Pairs) -> Levels:
    """How much is said by both, in any field: the sum of the shared words' rarity (a word of one day in 100: 4.6)."""
    shared, least = _overlap(pairs)
    return graded(np.where(np.isnan(least), np.nan, shared), (1, 3, 5, 8, 12, 18, 27, 50))


def described(pairs: Pairs) -> Levels:
    """Cosine of all words in any field."""
    return graded(described_cosine(pairs), (0.02, 0.05, 0.1, 0.15, 0.22, 0.3, 0.4, 0.55, 0.75))


def rare_words(pairs: Pairs) -> Levels:
    """Number of rare words that both title and text share: in two records at least and in few."""

    def make() -> tuple[sparse.csr_array, npt.NDArray[np.bool_]]:
        words = _tokens(pairs.run).filter(~pl.col("term").str.contains("^[0-9]"))
        present = np.zeros(pairs.run.rows, dtype=bool)
        present[words["row"].unique().to_numpy()] = True
        once = words.select("row", "term").unique()
        most = max(RARE_LEAST, int(RARE_SHARE * int(present.sum())))
        rare = once.group_by("term").len("df").filter(pl.col("df").is_between(2, most)).sort("term")
        rare = rare.select("term", code=pl.int_range(pl.len(), dtype=pl.Int32))
        return _incidence(once.join(rare, on="term"), pairs.run.rows, len(rare)), present

    matrix, present = pairs.run.keep("rare words", make)
    count = terms.cosine(matrix, pairs.left, pairs.right)
    shared = np.where(present[pairs.left] & present[pairs.right], count, np.nan)
    return graded(shared, (0, 1, 2, 3, 5, 8, 14))


def ages(pairs: Pairs) -> Levels:
    """Ages of people in both texts ("37-year-old", "three months old"): how many are shared, or that none is."""

    def make() -> sparse.csr_array:
        words = _tokens(pairs.run)
        following = words.select("row", pl.col("at") - 1, unit="term").filter(pl.col("unit").is_in(sorted(_UNITS)))
        stated = terms.numbers(words.join(following, on=["row", "at"])).select(
            "row", term=pl.col("term") + pl.col("unit").replace(_UNITS)
        )
        coded = stated.unique().with_columns(code=pl.col("term").rank("dense").cast(pl.Int64) - 1)
        return _incidence(coded, pairs.run.rows, coded["term"].n_unique())

    matrix = pairs.run.keep("ages", make)
    many = np.diff(matrix.indptr)
    fewer = np.minimum(many[pairs.left], many[pairs.right])
    shared = terms.cosine(matrix, pairs.left, pairs.right)
    level = np.select([shared >= 2, (shared == 1) & (fewer == 1), shared == 1, fewer == 1], [1, 2, 3, 4], 5)
    return np.where(fewer == 0, 0, level).astype(np.int8)


def figures(pairs: Pairs) -> Levels:
    """Cosine of all numbers, in the texts and in the casualty fields together."""
    columns = tuple(name for name, kind in pairs.run.records.schema.items() if kind == pl.Int64)

    def words(run: Run) -> pl.DataFrame:
        stated = run.records.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"), *columns).unpivot(index="row")
        stated = stated.filter(pl.col("value") > 1).select("row", term=pl.col("value").cast(pl.String)).unique()
        written = terms.numbers(_tokens(run)).select("row", "term").unique()
        return pl.concat([stated, written]).unique().sort("row", "term")

    value = pairs.once((*_TEXTS, *columns), lambda own: _cosine(own, "figures", words))
    return graded(value, (0.001, 0.1, 0.2, 0.35, 0.55, 0.8))


def toll_mentioned(pairs: Pairs) -> Levels:
    """Whether one record's number of killed, injured or abducted (two or more) stands in the other's text."""
    size = 1000

    def make() -> tuple[npt.NDArray[np.bool_], terms.Ints, list[terms.Ints]]:
        written = terms.numbers(_tokens(pairs.run)).select("row", pl.col("term").cast(pl.Int64)).unique()
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


def _mention(pairs: Pairs, fields: tuple[str, ...]) -> Levels:
    """Share of the words (by weight) of one record's ``fields`` that stand in the other's text: the better
    direction."""

    def make() -> tuple[sparse.csr_array, sparse.csr_array, terms.Floats] | None:
        run = pairs.run
        stated = [
            run.records[name].list.join("; ") if run.records[name].dtype == pl.List else run.records[name]
            for name in fields
        ]
        asked = terms.tokens(terms.joined(stated)).select("row", "term").unique(maintain_order=True)
        asked = asked.filter(~pl.col("term").is_in(sorted(terms.COMMON)))
        said = _tokens(run).select("row", "term").unique(maintain_order=True)
        if not len(asked) or not len(said):
            return None
        every = pl.concat([asked, said]).select("term").unique().sort("term").with_row_index("code")
        share = terms.rarity(pl.concat([asked, said]).unique(), run.days)
        weight = every.join(
            share.select("term", pl.col("idf").clip(lower_bound=0.1)), on="term", how="left", maintain_order="left"
        )
        field = _incidence(asked.join(weight, on="term", how="left"), run.rows, len(every), "idf")
        ones = said.join(weight, on="term", how="left").with_columns(one=pl.lit(1.0))
        body = _incidence(ones, run.rows, len(every), "one")
        return field, body, np.asarray(field.sum(axis=1)).ravel()

    made = pairs.run.keep(f"mentions of {fields}", make) if pairs.run.has_texts else None
    if made is None:
        return np.zeros(len(pairs), dtype=np.int8)
    field, body, whole = made
    has_text = np.diff(body.indptr) > 0
    best = np.full(len(pairs), np.nan)
    for one, two in ((pairs.left, pairs.right), (pairs.right, pairs.left)):
        share_said = terms.cosine(field, one, two, other=body) / np.where(whole[one] > 0, whole[one], np.nan)
        best = np.fmax(best, np.where(has_text[two], share_said, np.nan))
    return graded(best, (0.001, 0.34, 0.6, 0.9))


def place_mentioned(pairs: Pairs) -> Levels:
    """Whether one record's text names the other's place."""
    return _mention(pairs, ("place",))


def actor_mentioned(pairs: Pairs) -> Levels:
    """Whether one record's text names the other's actors."""
    return _mention(pairs, ("perpetrators", "targets"))


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
_MENTION = (NOT_STATED, "not mentioned", "a little of it", "half of it", "most of it", "all of it")

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
    Comparison("described", "words of all fields together", (NOT_STATED, *_SHARED), described),
    Comparison("covered", "what the terser record says, said by the other too", (NOT_STATED, *_SHARED), covered),
    Comparison(
        "common_ground",
        "how much both say, in all fields",
        (NOT_STATED, "next to nothing", *_SHARED[1:8], "a great deal"),
        common_ground,
    ),
    Comparison("place_mentioned", "one's place in the other's text", _MENTION, place_mentioned),
    Comparison("actor_mentioned", "one's actors in the other's text", _MENTION, actor_mentioned),
)
