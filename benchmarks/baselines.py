"""Simple ways to find events, to know what a clever one is worth.

Each takes records and returns members, or None if the columns that it needs are not there: nothing here knows
any data set by name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

EARTH_KM = 6371.0088
DAYS, KM = 1, 3.0
# The same for every set. Of 21 choices (0.15 to 0.5, 4 to 14 days) the best compromise on the two text-only
# development sets, so what is measured there flatters this baseline a little.
TEXT_DAYS, TEXT_SIMILARITY = 14, 0.25


def date_and_place(records: pl.DataFrame) -> pl.DataFrame | None:
    """One event for each exact date and folded place name; records that lack either stay alone."""
    days = event_days(records)
    if days is None or "place" not in records.columns:
        return None
    place = records["place"].map_elements(fold, return_dtype=pl.String)
    country = records["country"] if "country" in records.columns else pl.lit("")
    keyed = records.select("record_id", country=country, place=place, start=days["start"], end=days["end"])
    known = pl.all_horizontal(pl.col("place", "start", "end").is_not_null())
    # numbered through so that the records without a key are all different
    key = pl.when(known).then(pl.lit(-1)).otherwise(pl.int_range(pl.len()))
    event = pl.struct("country", "place", "start", "end", key).rank("dense")
    return keyed.select("record_id", event_id=event.cast(pl.String))


def single_link(records: pl.DataFrame) -> pl.DataFrame | None:
    """Transitive closure of "at most one day and three kilometres apart"."""
    days = event_days(records)
    if days is None or not {"lat", "lon"} <= set(records.columns):
        return None
    from sklearn.neighbors import BallTree

    table = pl.DataFrame(
        {
            "lat": records["lat"],
            "lon": records["lon"],
            "start": days["start"].to_physical(),
            "end": days["end"].to_physical(),
        }
    ).with_row_index()
    known = table.drop_nulls()
    places = np.radians(known.select("lat", "lon").to_numpy())
    near = BallTree(places, metric="haversine").query_radius(places, KM / EARTH_KM)
    left = np.repeat(np.arange(len(near)), [len(one) for one in near])
    right = np.concatenate(list(near)) if len(near) else left
    start, end = known["start"].to_numpy(), known["end"].to_numpy()
    gap = np.maximum(start[left] - end[right], start[right] - end[left])
    row, kept = known["index"].to_numpy(), gap <= DAYS
    return closure(records, row[left[kept]], row[right[kept]])


def similar_texts(records: pl.DataFrame) -> pl.DataFrame | None:
    """Transitive closure of "published within two weeks, TF-IDF cosine at least 0.25"; for records without
    a place."""
    if "text" not in records.columns or "published_at" not in records.columns or event_days(records) is not None:
        return None
    tfidf = text_vectors(records)
    near = (tfidf @ tfidf.T).tocoo()
    published = records["published_at"].str.slice(0, 10).str.to_date(strict=False).to_physical().cast(pl.Float64)
    day = published.to_numpy()  # null becomes NaN, which is near to nothing
    kept = (near.data >= TEXT_SIMILARITY) & (np.abs(day[near.row] - day[near.col]) <= TEXT_DAYS)
    return closure(records, near.row[kept], near.col[kept])


BASELINES: dict[str, Callable[[pl.DataFrame], pl.DataFrame | None]] = {
    "same date and place": date_and_place,
    "single link, 1 day, 3 km": single_link,
    "TF-IDF, connected components": similar_texts,
}


def event_days(records: pl.DataFrame) -> pl.DataFrame | None:
    """``start`` and ``end`` of each record's date of event; where one end is open, the other. None without
    dates."""
    if "date_start" in records.columns:
        start, end = records["date_start"], records["date_end"]
    elif "date" in records.columns:
        parts = records["date"].str.split("/")
        start, end = parts.list.first(), parts.list.last()
    else:
        return None
    days = pl.DataFrame({"start": start, "end": end}).cast(pl.String)
    days = days.select(pl.all().str.slice(0, 10).str.to_date(strict=False))
    both = days.select(start=pl.coalesce("start", "end"), end=pl.coalesce("end", "start"))
    return None if both["start"].null_count() == both.height else both


def text_vectors(records: pl.DataFrame) -> Any:
    """TF-IDF of title and text: a SciPy sparse matrix, one row of length 1 a record."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    parts = [name for name in ("title", "text") if name in records.columns]
    words = records.select(pl.concat_str(parts, separator=" ", ignore_nulls=True)).to_series()
    model = TfidfVectorizer(stop_words="english", sublinear_tf=True, min_df=2, max_df=0.5)
    return model.fit_transform(words.to_list())


def closure(records: pl.DataFrame, left: np.ndarray, right: np.ndarray) -> pl.DataFrame:
    """Members from pairs of row numbers, by transitive closure."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    edges = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(records.height, records.height))
    _, label = connected_components(edges, directed=False)
    return records.select("record_id", event_id=pl.Series(label).cast(pl.String))


def fold(name: str) -> str:
    """A place name without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in plain if char.isalnum())
