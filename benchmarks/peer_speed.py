"""Splink on DuckDB for speed: records in (Parquet), members out (Parquet), with blocking that scales.

    python benchmarks/peer_speed.py IN.parquet MEMBERS.parquet [--threshold P] [--truth TRUTH.csv]

`peer.py` blocks on whole days, which suits some thousand records; here a day comes with a cell of the map, a
district or a name, so that the pairs grow no faster than they must. Duplicates are searched in all outlets at once: an
outlet reports some events twice. With ``--truth`` the members at each threshold of ``GRID`` are scored afterwards.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from typing import Any, Final

import polars as pl
from baselines import fold

SEED: Final = 20
THRESHOLD: Final = 0.5  # the best of GRID on 100,000 synthetic records
GRID: Final = (0.1, 0.3, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)
RECALL: Final = 0.6  # of the deterministic rules
CELL: Final = 0.5  # degrees


def table(path: str) -> pl.DataFrame:
    """What Splink compares: a day, names folded, the first party of each side, a figure for each count."""
    records = pl.read_parquet(path)
    day = pl.coalesce(
        pl.col("date").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
        pl.col("published_at").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
    )
    cell = [(pl.col(name) / CELL).floor().cast(pl.Int32) for name in ("lat", "lon")]
    return records.select(
        "record_id",
        *(_folded(records[name]) for name in ("admin1", "admin2", "place", "event_type")),
        "lat",
        "lon",
        day=day,
        cell=cell[0] * 1000 + cell[1],
        perpetrator=pl.col("perpetrators").list.first().str.to_lowercase(),
        target=pl.col("targets").list.first().str.to_lowercase(),
        killed=pl.coalesce("killed", "killed_low").cast(pl.Float64),
        injured=pl.coalesce("injured", "injured_low").cast(pl.Float64),
    )


def _folded(column: pl.Series) -> pl.Series:
    """Each distinct name folded once."""
    distinct = column.drop_nulls().unique()
    folded = distinct.map_elements(fold, return_dtype=pl.String)
    return column.replace_strict(distinct, folded, default=None, return_dtype=pl.String).alias(column.name)


def comparisons() -> list[Any]:
    """Day, place (name and distance as levels of one comparison), region, parties, kind, counts."""
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    def count(name: str) -> Any:
        near = [cll.AbsoluteDifferenceLevel(name, 1), cll.PercentageDifferenceLevel(name, 0.3)]
        same = cll.ExactMatchLevel(name, term_frequency_adjustments=True)
        levels = [cll.NullLevel(name), same, *near, cll.ElseLevel()]
        return cl.CustomComparison(output_column_name=name, comparison_levels=levels)

    nowhere = cll.And(cll.NullLevel("place"), cll.Or(cll.NullLevel("lat"), cll.NullLevel("lon")))
    names = [cll.ExactMatchLevel("place", term_frequency_adjustments=True), cll.JaroWinklerLevel("place", 0.88)]
    near = [cll.DistanceInKMLevel("lat", "lon", km) for km in (3, 10, 30)]
    where = [nowhere, *names, *near, cll.ExactMatchLevel("admin2"), cll.ElseLevel()]
    return [
        cl.AbsoluteDateDifferenceAtThresholds("day", input_is_string=False, metrics=["day", "day"], thresholds=[1, 3]),
        cl.CustomComparison(output_column_name="place", comparison_levels=where),
        cl.JaroWinklerAtThresholds("perpetrator", [0.88]).configure(term_frequency_adjustments=True),
        cl.ExactMatch("target").configure(term_frequency_adjustments=True),
        cl.ExactMatch("event_type").configure(term_frequency_adjustments=True),
        count("killed"),
        count("injured"),
    ]


def blocking() -> list[str]:
    """The same cell up to a day apart, the same district up to a day, the same name and province up to three."""
    near = [f"l.cell = r.cell and l.day = r.day + {gap}" for gap in (0, -1, 1)]
    region = [f"l.admin2 = r.admin2 and l.admin1 = r.admin1 and l.day = r.day + {gap}" for gap in (0, -1, 1)]
    named = [f"l.place = r.place and l.admin1 = r.admin1 and l.day = r.day + {gap}" for gap in (-3, -2, 2, 3)]
    return [*near, *region, *named, "l.place = r.place and l.day = r.day"]


def link(path: str) -> tuple[Any, Any]:
    """The linker, trained on the records themselves, and the scored pairs."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        blocking_rules_to_generate_predictions=blocking(),
        comparisons=comparisons(),
    )
    api = DuckDBAPI()
    linker = Linker(
        [api.register(table(path).to_arrow(), dataset_display_name="records")], settings, log_level=logging.ERROR
    )
    train = linker.training
    train.estimate_probability_two_random_records_match([block_on("day", "place")], recall=RECALL)
    train.estimate_u_using_random_sampling(max_pairs=2e6, seed=SEED)
    for keys in (("day", "cell"), ("place", "admin1", "perpetrator")):
        train.estimate_parameters_using_expectation_maximisation(
            block_on(*keys), estimate_without_term_frequencies=True
        )
    return linker, linker.inference.predict(threshold_match_probability=GRID[0])


def members(linker: Any, pairs: Any, threshold: float) -> pl.DataFrame:
    """Connected components at match probability ``threshold``."""
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
    rows = pl.DataFrame(found.as_pyarrow_table().select(["record_id", "cluster_id"]))
    return rows.select("record_id", event_id=pl.col("cluster_id").cast(pl.String))


def main() -> int:
    """Link, cluster, write; then, if asked, compare the thresholds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records")
    parser.add_argument("members")
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    parser.add_argument("--truth")
    options = parser.parse_args()
    begun = time.perf_counter()
    linker, pairs = link(options.records)
    print(f"linked {time.perf_counter() - begun:8.3f} s", file=sys.stderr)
    members(linker, pairs, options.threshold).write_parquet(options.members)
    print(f"all    {time.perf_counter() - begun:8.3f} s", file=sys.stderr)
    if options.truth:
        from steps import score

        for threshold in GRID:
            members(linker, pairs, threshold).write_parquet(options.members)
            print(threshold, end=" ", flush=True)
            score(options.members, options.truth)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
