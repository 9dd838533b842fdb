"""The peer: Splink on DuckDB, set up as its documentation advises, on the columns that a set has.

What follows its guides: several tight equi-join blocking rules instead of a loose one; the prior from
deterministic rules with an assumed recall; u by seeded random sampling; m by expectation maximisation in
several sessions, blocked on different columns so that every comparison is trained; term frequency
adjustments on names; one comparison with levels of name and distance for the place (as in its postcode
comparison), because correlated columns in separate comparisons count twice; TF-IDF vectors compared by
cosine (its comparison for embeddings) for texts; clusters as connected components at a match probability.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import polars as pl
from baselines import event_days, fold, text_vectors

SEED = 20
FILLED = 0.05  # a column takes part if this share of it is stated
VECTOR = 100  # dimensions of the text vectors
MANY_OUTLETS = 10
RECALL = 0.6  # of the deterministic rules, as in the documentation's examples
THRESHOLDS = (0.5, 0.9)
GRID = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999)


def splink_members(records: pl.DataFrame) -> dict[float, pl.DataFrame]:
    """Train on ``records`` (no labels) and cluster them: members for each threshold of `GRID`."""
    from splink import DuckDBAPI, Linker, SettingsCreator

    table, has_place = _table(records)
    api = DuckDBAPI()
    api.duckdb_con.execute("SET threads TO 1")  # sums of floats then come out the same each time
    parts = _datasets(table, records["outlet"])
    settings = SettingsCreator(
        link_type="link_only" if len(parts) > 1 else "dedupe_only",
        unique_id_column_name="record_id",
        blocking_rules_to_generate_predictions=_blocking(has_place),
        comparisons=_comparisons(table, has_place),
    )
    inputs = [api.register(part.to_arrow(), dataset_display_name=f"outlet_{i}") for i, part in enumerate(parts)]
    linker = Linker(inputs, settings, log_level=logging.ERROR)
    _train(linker, has_place, "admin2" in table.columns)
    pairs = linker.inference.predict()
    members = {}
    for threshold in GRID:
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
        rows = pl.DataFrame(found.as_pyarrow_table().select(["record_id", "cluster_id"]))
        members[threshold] = rows.select("record_id", event_id=pl.col("cluster_id").cast(pl.String))
    return members


def _datasets(table: pl.DataFrame, outlet: pl.Series) -> list[pl.DataFrame]:
    """A few outlets are data sets to be linked with one another; many are one data set to be cleared of
    duplicates."""
    if outlet.n_unique() > MANY_OUTLETS:
        return [table]
    return [table.filter(outlet == one) for one in outlet.unique().sort()]


def _table(records: pl.DataFrame) -> tuple[pl.DataFrame, bool]:
    """What Splink gets: a day, and every column that is filled; and whether places are among them."""
    days = event_days(records)
    has_place = days is not None and _filled(records, "place")
    day = records["published_at"].str.slice(0, 10).str.to_date(strict=False) if days is None else days["start"]
    columns: dict[str, Any] = {"record_id": records["record_id"], "day": day, "month": day.dt.truncate("1mo")}
    for name in ("country", "admin1", "admin2", "place", "event_type"):
        if _filled(records, name):
            columns[name] = records[name].map_elements(fold, return_dtype=pl.String)
    if _filled(records, "lat") and _filled(records, "lon"):
        columns |= {"lat": records["lat"], "lon": records["lon"]}
    for name in ("perpetrators", "targets"):
        if _filled(records, name):
            columns[name] = _names(records[name])
    for name in ("killed", "injured"):
        stated = [c for c in (name, f"{name}_low", f"{name}_high") if c in records.columns]
        if stated:
            columns[name] = records.select(pl.coalesce(stated).cast(pl.Float64)).to_series()
    if _filled(records, "text"):
        columns |= _text_columns(records)
    table = pl.DataFrame(columns)
    return table.select("record_id", *(name for name in table.columns[1:] if table[name].n_unique() > 1)), has_place


def _filled(records: pl.DataFrame, name: str) -> bool:
    return name in records.columns and records[name].null_count() <= (1 - FILLED) * records.height


def _names(column: pl.Series) -> pl.Series:
    listed = column.str.split(";") if column.dtype == pl.String else column
    element = pl.element().str.strip_chars().str.to_lowercase()
    clean = listed.list.eval(element.filter(element != ""))
    return pl.select(pl.when(clean.list.len() > 0).then(clean)).to_series()


def _text_columns(records: pl.DataFrame) -> dict[str, pl.Series]:
    """A dense vector of the text, and its most telling word, which serves as a key for blocking."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    tfidf = text_vectors(records)
    size = min(VECTOR, tfidf.shape[1] - 1)
    dense = normalize(TruncatedSVD(size, random_state=SEED).fit_transform(tfidf))
    stated = records["text"].is_not_null().to_numpy() & (np.linalg.norm(dense, axis=1) > 0)
    vectors = [row.tolist() if one else None for row, one in zip(dense, stated, strict=True)]
    words = np.asarray(tfidf.argmax(axis=1)).ravel().tolist()
    keys = [str(word) if one else None for word, one in zip(words, stated, strict=True)]
    return {
        "vector": pl.Series(vectors, dtype=pl.Array(pl.Float64, size)),
        "word": pl.Series(keys, dtype=pl.String),
    }


def _comparisons(table: pl.DataFrame, has_place: bool) -> list[Any]:
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    gaps = [1, 3, 7] if has_place else [1, 3, 7, 14]
    days = ["day"] * len(gaps)
    found = [cl.AbsoluteDateDifferenceAtThresholds("day", input_is_string=False, metrics=days, thresholds=gaps)]
    if "place" in table.columns:
        found.append(_where(table, cll, cl))
    for name in table.columns:
        if name in ("admin1", "event_type"):
            found.append(cl.ExactMatch(name).configure(term_frequency_adjustments=True))
        elif name in ("perpetrators", "targets"):
            found.append(cl.PairwiseStringDistanceFunctionAtThresholds(name, "jaro_winkler", [0.9, 0.8]))
        elif name in ("killed", "injured"):
            near = [cll.AbsoluteDifferenceLevel(name, 1), cll.PercentageDifferenceLevel(name, 0.3)]
            same = cll.ExactMatchLevel(name, term_frequency_adjustments=True)
            levels = [cll.NullLevel(name), same, *near, cll.ElseLevel()]
            found.append(cl.CustomComparison(output_column_name=name, comparison_levels=levels))
    if "vector" in table.columns:
        found.append(cl.CosineSimilarityAtThresholds("vector", [0.9, 0.8, 0.7, 0.5, 0.3]))
    return found


def _where(table: pl.DataFrame, cll: Any, cl: Any) -> Any:
    """Name and distance in one comparison, levels in order of how much they say."""
    null, near = cll.NullLevel("place"), []
    if "lat" in table.columns:
        null = cll.And(null, cll.Or(cll.NullLevel("lat"), cll.NullLevel("lon")))
        near = [cll.DistanceInKMLevel("lat", "lon", km) for km in (3, 10, 30, 100)]
    if "admin2" in table.columns:
        near.append(cll.ExactMatchLevel("admin2"))
    names = [
        cll.ExactMatchLevel("place", term_frequency_adjustments=True),
        cll.JaroWinklerLevel("place", 0.88),
    ]
    return cl.CustomComparison(output_column_name="place", comparison_levels=[null, *names, *near, cll.ElseLevel()])


def _blocking(has_place: bool) -> list[Any]:
    from splink import block_on

    if not has_place:
        return [block_on("word"), *(_shifted(gap) for gap in range(-7, 8))]
    return [*(_shifted(gap) for gap in range(-3, 4)), block_on("place", "month")]


def _shifted(gap: int) -> str:
    return f"l.day = r.day + {gap}"


def _train(linker: Any, has_place: bool, has_district: bool) -> None:
    from splink import block_on

    keys = ("day", "place") if has_place else ("day", "word")
    surest = [block_on(*keys), *([block_on("day", "admin2")] if has_place and has_district else [])]
    linker.training.estimate_probability_two_random_records_match(surest, recall=RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=SEED)
    for key in (["day"], [keys[1], "month"]):
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*key), estimate_without_term_frequencies=True
        )
