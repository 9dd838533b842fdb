"""Words: what the titles and texts share, rare words counting more; what one text says of the other's fields."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse

from reconcile import terms
from reconcile.compare.base import NOT_STATED, Comparison, Levels, Pairs, graded


_UNITS = {"year": "y", "years": "y", "month": "m", "months": "m"}
RARE_LEAST = 6  # a word is rare in up to so many records ...
RARE_SHARE = 0.01  # ... or in this share of them


def _tokens(pairs: Pairs) -> pl.DataFrame:
    texts = lambda: terms.tokens(terms.joined([pairs.records["title"], pairs.records["text"]]))  # noqa: E731
    result: pl.DataFrame = pairs.keep("tokens", texts)
    return result


def _stems(words: pl.DataFrame) -> pl.DataFrame:
    return words.with_columns(term=pl.col("term").str.slice(0, 6))


def _cosine(pairs: Pairs, words: pl.DataFrame, *, by_day: bool = False) -> terms.Floats:
    """Cosine of each pair, NaN where one record has none of ``words``; rarity in records or in days."""
    matrix = terms.vectors(words, pairs.day if by_day else np.arange(pairs.rows))
    empty = np.diff(matrix.indptr) == 0
    value = terms.cosine(matrix, pairs.left, pairs.right)
    return np.where(empty[pairs.left] | empty[pairs.right], np.nan, value)


def text_cosine(pairs: Pairs) -> terms.Floats:
    """Cosine of title and text, kept for the comparisons that rank by it."""
    result: terms.Floats = pairs.keep("text cosine", lambda: _cosine(pairs, _tokens(pairs)))
    return result


def text(pairs: Pairs) -> Levels:
    """Cosine of all words."""
    return graded(text_cosine(pairs), (0.02, 0.05, 0.08, 0.12, 0.17, 0.24, 0.32, 0.45, 0.65))


def lead(pairs: Pairs) -> Levels:
    """Cosine of word beginnings in title and opening sentences."""
    words = _stems(_tokens(pairs).filter(pl.col("at") < terms.LEAD_TERMS))
    return graded(_cosine(pairs, words), (0.02, 0.05, 0.1, 0.15, 0.22, 0.3, 0.4, 0.55, 0.75))


def title(pairs: Pairs) -> Levels:
    """Cosine of word beginnings in the titles."""
    words = _stems(terms.tokens(pairs.records["title"]))
    return graded(_cosine(pairs, words), (0.001, 0.08, 0.15, 0.25, 0.4, 0.6))


def names(pairs: Pairs) -> Levels:
    """Cosine of the names in the texts (words that are nearly always capitalized)."""
    return graded(_cosine(pairs, terms.names(_tokens(pairs))), (0.001, 0.05, 0.1, 0.18, 0.3, 0.45, 0.65))


def numbers(pairs: Pairs) -> Levels:
    """Cosine of the numbers in the texts: tolls, ages."""
    return graded(_cosine(pairs, terms.numbers(_tokens(pairs))), (0.001, 0.1, 0.2, 0.35, 0.55, 0.8))


def described_cosine(pairs: Pairs) -> terms.Floats:
    """Cosine of the word beginnings of all fields: title, text, place, actors."""

    result: terms.Floats = pairs.keep("described cosine", lambda: _cosine(pairs, _description(pairs), by_day=True))
    return result


def _description(pairs: Pairs) -> pl.DataFrame:
    def make() -> pl.DataFrame:
        columns = [pairs.records[name] for name in ("title", "text", "place", "admin2", "admin1")]
        columns += [pairs.records[name].list.join("; ") for name in ("perpetrators", "targets")]
        return _stems(terms.tokens(terms.joined(columns)))

    result: pl.DataFrame = pairs.keep("description", make)
    return result


def _overlap(pairs: Pairs) -> tuple[terms.Floats, terms.Floats]:
    """Rarity of the words in any field that both have, and of all words of the record that has less (NaN: none)."""

    def make() -> tuple[terms.Floats, terms.Floats]:
        once = _description(pairs).select("row", "term").unique()
        rarity = terms.rarity(once, pairs.day)
        coded = once.join(rarity, on="term").sort("row", "code")
        starts = np.zeros(pairs.rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(coded["row"].to_numpy(), minlength=pairs.rows), out=starts[1:])
        root = np.sqrt(coded["idf"].to_numpy())
        matrix = sparse.csr_array((root, coded["code"].to_numpy(), starts), shape=(pairs.rows, max(len(rarity), 1)))
        mass = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
        least = np.minimum(mass[pairs.left], mass[pairs.right])
        return terms.cosine(matrix, pairs.left, pairs.right), np.where(least > 0, least, np.nan)

    result: tuple[terms.Floats, terms.Floats] = pairs.keep("overlap", make)
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


def _shared(pairs: Pairs, words: pl.DataFrame) -> terms.Floats:
    """How many rare terms each pair shares: in two records at least and in few; NaN where one has no words at all."""
    present = np.zeros(pairs.rows, dtype=bool)
    present[words["row"].unique().to_numpy()] = True
    once = words.select("row", "term").unique()
    most = max(RARE_LEAST, int(RARE_SHARE * int(present.sum())))
    rare = once.group_by("term").len("df").filter(pl.col("df").is_between(2, most)).sort("term")
    rare = rare.select("term", code=pl.int_range(pl.len(), dtype=pl.Int32))
    coded = once.join(rare, on="term").sort("row", "code")
    starts = np.zeros(pairs.rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(coded["row"].to_numpy(), minlength=pairs.rows), out=starts[1:])
    shape = (pairs.rows, max(len(rare), 1))
    matrix = sparse.csr_array((np.ones(len(coded), dtype=np.float32), coded["code"].to_numpy(), starts), shape=shape)
    count = terms.cosine(matrix, pairs.left, pairs.right)
    return np.where(present[pairs.left] & present[pairs.right], count, np.nan)


def rare_words(pairs: Pairs) -> Levels:
    """Number of rare words that both title and text share."""
    words = _tokens(pairs).filter(~pl.col("term").str.contains("^[0-9]"))
    return graded(_shared(pairs, words), (0, 1, 2, 3, 5, 8, 14))


def ages(pairs: Pairs) -> Levels:
    """Ages of people in both texts ("37-year-old", "three months old"): how many are shared, or that none is."""
    words = _tokens(pairs)
    following = words.select("row", pl.col("at") - 1, unit="term").filter(pl.col("unit").is_in(sorted(_UNITS)))
    stated = terms.numbers(words.join(following, on=["row", "at"])).select(
        "row", term=pl.col("term") + pl.col("unit").replace(_UNITS)
    )
    stated = stated.unique().sort("row", "term")
    if not len(stated):
        return np.zeros(len(pairs), dtype=np.int8)
    code = stated["term"].rank("dense").to_numpy().astype(np.int32) - 1
    starts = np.zeros(pairs.rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(stated["row"].to_numpy(), minlength=pairs.rows), out=starts[1:])
    matrix = sparse.csr_array((np.ones(len(code), dtype=np.float32), code, starts), shape=(pairs.rows, int(code.max()) + 1))
    many = np.diff(starts)
    fewer = np.minimum(many[pairs.left], many[pairs.right])
    shared = terms.cosine(matrix, pairs.left, pairs.right)
    level = np.select([shared >= 2, (shared == 1) & (fewer == 1), shared == 1, fewer == 1], [1, 2, 3, 4], 5)
    return np.where(fewer == 0, 0, level).astype(np.int8)


def figures(pairs: Pairs) -> Levels:
    """Cosine of all numbers, in the texts and in the casualty fields together."""
    columns = [name for name, kind in pairs.records.schema.items() if kind == pl.Int64]
    stated = pairs.records.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"), *columns).unpivot(index="row")
    stated = stated.filter(pl.col("value") > 1).select("row", term=pl.col("value").cast(pl.String)).unique()
    written = terms.numbers(_tokens(pairs)).select("row", "term").unique()
    words = pl.concat([stated, written]).unique().sort("row", "term")
    return graded(_cosine(pairs, words), (0.001, 0.1, 0.2, 0.35, 0.55, 0.8))


def toll_mentioned(pairs: Pairs) -> Levels:
    """Whether one record's number of killed, injured or abducted (two or more) stands in the other's text."""
    written = terms.numbers(_tokens(pairs)).select("row", pl.col("term").cast(pl.Int64)).unique()
    size = 1000
    has = np.zeros(pairs.rows, dtype=bool)
    has[written["row"].to_numpy()] = True
    said = np.unique(written["row"].to_numpy().astype(np.int64) * size + written["term"].to_numpy())
    level = np.zeros(len(pairs), dtype=np.int8)
    for measure in ("killed", "injured", "abducted"):
        for end in ("", "_low", "_high"):
            toll = pairs.records[f"{measure}{end}"].fill_null(-1).to_numpy()
            for one, two in ((pairs.left, pairs.right), (pairs.right, pairs.left)):
                asked = (toll[one] >= 2) & (toll[one] < size) & has[two]
                hit = np.zeros(len(pairs), dtype=bool)
                hit[asked] = np.isin(two[asked] * size + toll[one][asked], said)
                found = np.where(hit, np.where(toll[one] >= 5, 4, np.where(toll[one] >= 3, 3, 2)), asked)
                level = np.maximum(level, found).astype(np.int8)
    return level


def _mention(pairs: Pairs, fields: tuple[str, ...]) -> Levels:
    """Share of the words (by weight) of one record's ``fields`` that stand in the other's text: the better direction."""
    stated = [
        pairs.records[name].list.join("; ") if pairs.records[name].dtype == pl.List else pairs.records[name]
        for name in fields
    ]
    asked = terms.tokens(terms.joined(stated)).select("row", "term").unique(maintain_order=True)
    asked = asked.filter(~pl.col("term").is_in(sorted(terms.COMMON)))
    said = _tokens(pairs).select("row", "term").unique(maintain_order=True)
    if not len(asked) or not len(said):
        return np.zeros(len(pairs), dtype=np.int8)
    every = pl.concat([asked, said]).select("term").unique().sort("term").with_row_index("code")
    share = terms.rarity(pl.concat([asked, said]).unique(), pairs.day).select(
        "term", pl.col("idf").clip(lower_bound=0.1)
    )
    weight = every.join(share, on="term", how="left", maintain_order="left")

    def matrix(words: pl.DataFrame, *, weighted: bool) -> sparse.csr_array:
        coded = words.join(weight, on="term", how="left", maintain_order="left").sort("row", "code")
        value = coded["idf"].to_numpy() if weighted else np.ones(len(coded))
        starts = np.zeros(pairs.rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(coded["row"].to_numpy(), minlength=pairs.rows), out=starts[1:])
        return sparse.csr_array(
            (value, coded["code"].to_numpy().astype(np.int32), starts), shape=(pairs.rows, len(every))
        )

    field, body = matrix(asked, weighted=True), matrix(said, weighted=False)
    whole = np.asarray(field.sum(axis=1)).ravel()
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
        ("nothing to look for", "not there", "two, and it is there", "three or four, and it is there", "five or more, and it is there"),
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
