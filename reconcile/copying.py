"""Signs that one outlet repeats another: the same name, address or words, the same odd figures over a whole run.

After Dong, Berti-Equille and Srivastava, "Integrating conflicting data: the role of source dependence" (VLDB 2009):
sharing a true value says little, sharing values that everyone else contradicts says much.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from reconcile.order import runs

_CLIP: Final = 1_500
_WORDS: Final = 5  # of a shingle
_BASE: Final = 1_000_003
_LEAST_SHARED: Final = 12  # shingles; fewer are a common phrase or a quoted sentence
_LEAST_SHARE: Final = 0.6  # of the shorter text
_MOST_HOLDERS: Final = 12  # outlets compared per shingle, so that the cost stays linear
# Pairs of outlets over the whole run.
_LEAST_AGREEING: Final = 3  # outlets against which another is odd: two against two are even
_LEAST_ODD: Final = 5  # figures that both give and all others contradict
_LEAST_ODD_SHARE: Final = 0.8  # of the figures that either gives against the others, where both report
_LEAST_OFFSETS: Final = 3  # a constant difference is another way of counting, and no copying

LINKS: Final = ("event_id", "left", "right", "why")


def _pairs(holders: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Every two outlets (``left`` < ``right``) that hold the same ``by``; at most ``_MOST_HOLDERS`` a value."""
    capped = (
        holders.select(*by, "outlet")
        .unique()
        .sort(*by, "outlet")
        .filter(pl.col("outlet").cum_count().over(by) <= _MOST_HOLDERS)
    )
    return (
        capped.join(capped, on=by, suffix="_2")
        .filter(pl.col("outlet") < pl.col("outlet_2"))
        .rename({"outlet": "left", "outlet_2": "right"})
    )


def same_name(rows: pl.DataFrame) -> pl.DataFrame:
    """LINKS of outlets that are one name but for case, spaces and signs; ``rows`` as for :func:`same_address`."""
    name = pl.col("outlet").str.normalize("NFKC").str.to_lowercase().str.replace_all(r"[^\p{L}\p{M}\p{N}]", "")
    names = rows.select("outlet").unique().with_columns(name=name)
    twice = names.filter((pl.col("name") != "") & (pl.len().over("name") > 1))
    found = _pairs(rows.join(twice, on="outlet"), ["event_id", "name"])
    return (
        found.select("event_id", "left", "right", why=pl.lit("one name in two spellings"))
        .unique()
        .sort("event_id", "left", "right")
    )


def same_address(rows: pl.DataFrame) -> pl.DataFrame:
    """LINKS of outlets that give one URL; ``rows`` are the records of events with several outlets."""
    address = (
        pl.col("url")
        .str.strip_chars()
        .str.replace(r"^https?://(www\.)?", "")
        .str.replace(r"#.*$", "")
        .str.replace_all(r"[?&](?:utm_\w+|fbclid|gclid)=[^&]*", "")  # by which way the reader came
        .str.replace(r"^([^?&]*)&", "${1}?")
        .str.strip_chars_end("/")
    )
    found = _pairs(rows.filter(pl.col("url").is_not_null()).with_columns(address=address), ["event_id", "address"])
    return (
        found.select("event_id", "left", "right", why=pl.lit("both give one URL"))
        .unique()
        .sort("event_id", "left", "right")
    )


def same_words(rows: pl.DataFrame) -> pl.DataFrame:
    """LINKS of outlets whose texts share most of their five-word shingles (measured on the shorter text)."""
    # Only whether two shingles are equal matters, so that a rolling hash will do: 64 bits, wrapping, inside one event.
    shingle = pl.sum_horizontal(
        pl.col("code").shift(-place).over("record_id") * pl.lit(pow(_BASE, place, 2**64), dtype=pl.UInt64)
        for place in range(_WORDS)
    )
    whole = pl.col("code").shift(1 - _WORDS).over("record_id").is_not_null()
    shingles = (
        rows.filter(pl.col("text").str.len_chars() > 60)
        .select(
            "event_id",
            "outlet",
            "record_id",
            word=pl.col("text").str.slice(0, _CLIP).str.to_lowercase().str.extract_all(r"[\p{L}\p{N}]+"),
        )
        .filter(pl.col("outlet").n_unique().over("event_id") > 1)
        .explode("word", empty_as_null=True)
        .with_columns(code=pl.col("word").hash())
        .select("event_id", "outlet", shingle=pl.when(whole).then(shingle))
        .filter(pl.col("shingle").is_not_null())
        .unique()
    )
    size = shingles.group_by("event_id", "outlet").len("size")
    held_twice = shingles.filter(pl.len().over("event_id", "shingle") > 1)
    shared = _pairs(held_twice, ["event_id", "shingle"]).group_by("event_id", "left", "right").len("shared")
    return (
        shared.filter(pl.col("shared") >= _LEAST_SHARED)
        .join(size.rename({"outlet": "left"}), on=["event_id", "left"])
        .join(size.rename({"outlet": "right", "size": "size_2"}), on=["event_id", "right"])
        .filter(pl.col("shared") >= _LEAST_SHARE * pl.min_horizontal("size", "size_2"))
        .select("event_id", "left", "right", why=pl.lit("the same words"))
        .sort("event_id", "left", "right")
    )


def odd_figures(totals: pl.DataFrame) -> pl.DataFrame:
    """``outlet, outlet_2, offset, len``: how often two outlets are odd, one or both, in some events of a run.

    ``totals`` are the standing figures for everyone (FIGURES with ``event_id``) of whole events, one event and measure
    after the other. For each event and measure on which three or more outlets agree, more than on any other figure, an
    outlet that says otherwise is *odd*. ``offset``: how far from the others two outlets with one odd figure are; null:
    theirs differ.
    """
    key = ["event_id", "measure"]
    stated = (
        totals.filter(pl.len().over(runs(totals, *key)) > _LEAST_AGREEING)
        .filter(pl.col("best").is_not_null())
        .select(*key, "outlet", "best")
        .unique()
        # An outlet that gives several figures of one measure copies none of them as a whole.
        .filter(pl.len().over(*key, "outlet") == 1)
        .filter(pl.col("outlet").n_unique().over(key) > _LEAST_AGREEING)
        .with_columns(backing=pl.col("outlet").n_unique().over(*key, "best"))
    )
    agreed = (
        stated.select(*key, "best", "backing")
        .unique()
        .filter((pl.col("backing") == pl.col("backing").max().over(key)) & (pl.col("backing") >= _LEAST_AGREEING))
        .filter(pl.len().over(key) == 1)
        .select(*key, agreed="best")
    )
    odd = stated.join(agreed, on=key).with_columns(odd=pl.col("best") != pl.col("agreed"))
    same = (pl.col("best") == pl.col("best_2")) & pl.col("odd")
    return (
        odd.join(odd, on=key, suffix="_2")
        .filter((pl.col("outlet") < pl.col("outlet_2")) & (pl.col("odd") | pl.col("odd_2")))
        .group_by("outlet", "outlet_2", offset=pl.when(same).then(pl.col("best") - pl.col("agreed")))
        .len()
    )


def copiers(odd: pl.DataFrame) -> pl.DataFrame:
    """``left, right, count``: outlets that over the whole run repeat ``count`` figures which all others contradict.

    ``odd`` are the :func:`odd_figures` of all parts of a run. Two outlets are one voice, wherever they give one figure,
    when at least five of their odd figures are the same, these are at least four fifths of all odd figures that either
    gives where both report, and the differences from the others are not always the same number.
    """
    same = pl.col("offset").is_not_null()
    return (
        odd.group_by("outlet", "outlet_2")
        .agg(
            same=pl.col("len").filter(same).sum(),
            odd=pl.col("len").sum(),
            offsets=pl.col("offset").drop_nulls().n_unique(),
        )
        .filter(
            (pl.col("same") >= _LEAST_ODD)
            & (pl.col("same") >= _LEAST_ODD_SHARE * pl.col("odd"))
            & (pl.col("offsets") >= _LEAST_OFFSETS)
        )
        .select(left="outlet", right="outlet_2", count="same")
        .sort("left", "right")
    )


def same_odd_figures(totals: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """LINKS of the :func:`copiers` ``found`` in a run, wherever they give one figure in ``totals``."""
    stated = totals.filter(pl.col("best").is_not_null())
    if found.is_empty():
        stated = stated.clear()
    return (
        _pairs(stated, ["event_id", "measure", "best"])
        .join(found, on=["left", "right"])
        .select(
            "event_id", "left", "right", why=pl.format("{} figures of this run that all others contradict", "count")
        )
        .unique()
        .sort("event_id", "left", "right")
    )
