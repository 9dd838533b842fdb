"""How often outlets disagree on one event, and how much of it is explained, on every labelled set of a folder.

    python benchmarks/discrepancies.py --data DIR [--sets a,b] [--markdown]

A set is a folder in DIR with ``records.parquet`` and ``truth.csv``, as for accuracy.py. The records of one true event
are put together as the truth says, so that no error of matching is counted as a disagreement; then claims, merging and
discrepancies run as they do for a user. For each set and measure: events with figures of two or more outlets, those
whose figures do not meet (*disputed*), those of them with a pair that no explanation covers (*conflict*), and how often
each rule fired.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # from a checkout, installed or not

import polars as pl  # noqa: E402
from accuracy import labelled_sets  # noqa: E402

from reconcile.config import Settings  # noqa: E402
from reconcile.ids import event_ids  # noqa: E402
from reconcile.load import load  # noqa: E402
from reconcile.normalize import normalize  # noqa: E402
from reconcile.pipeline import Knowledge, compare_claims  # noqa: E402

MEASURES = ("killed", "injured")
RULES = (
    "vague", "toll-update", "partial-count", "perpetrator-included", "status-shift", "row-split", "even-split",
    "self-contradiction",
)  # fmt: skip
HEADER = ("set", "measure", "several outlets", "disputed", "conflict", "off by one", "of them conflict", *RULES)


def main() -> int:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of labelled sets")
    parser.add_argument("--sets", help="only these, separated by commas")
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    options = parser.parse_args()
    known = Knowledge.of(Settings())
    rows: list[tuple[str, ...]] = [HEADER]
    for one in labelled_sets(options.data, options.sets.split(",") if options.sets else None):
        rows += measured(one.name, one.path / "records.parquet", one.truth, known)
    print(aligned(rows, options.markdown))
    return 0


def measured(name: str, path: Path, truth: pl.DataFrame, known: Knowledge) -> Iterator[tuple[str, ...]]:
    """The rows of one set."""
    records = normalize(load([str(path)]).records, known.places, known.actors, known.event_types)
    members = (
        records.select("record_id")
        .join(truth.select("record_id", label=pl.col("event_id").cast(pl.String)), on="record_id", how="left")
        .with_columns(label=pl.coalesce("label", "record_id"))
        .with_columns(first=pl.col("record_id").min().over("label"))
    )
    names = members["first"].unique().sort()
    ids = pl.DataFrame({"first": names, "event_id": event_ids(names.to_list())})
    members = members.join(ids, on="first").select("record_id", "event_id", confidence=pl.lit(1.0)).sort("record_id")
    events, found = compare_claims(records, members, known, "range")
    totals = (
        events.select("event_id", "casualties")
        .explode("casualties", empty_as_null=True)
        .unnest("casualties")
        .filter(pl.col("group").is_null())
    )
    for measure in MEASURES:
        mine = totals.filter(pl.col("measure") == measure)
        several = mine.filter(pl.col("status").is_in(["agreed", "compatible", "disputed"]))
        if several.height == 0:
            continue
        fired = found.filter(pl.col("field") == measure)
        disputed = mine.filter(pl.col("status") == "disputed")
        conflicts = fired.filter(pl.col("name") == "count-conflict")["event_id"]
        near = disputed.filter(pl.col("high") - pl.col("low") == 1)
        counts = [several.height, disputed.height, conflicts.len(), near.height]
        counts.append(near.filter(pl.col("event_id").is_in(conflicts.to_list())).height)
        counts += [fired.filter(pl.col("name") == rule).height for rule in RULES]
        yield name, measure, *(str(count) for count in counts)


def aligned(rows: list[tuple[str, ...]], markdown: bool) -> str:
    """Rows of cells, the first a header, as aligned text or as Markdown."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADER))]
    sides = ["<", "<", *">" * (len(HEADER) - 2)]
    lines = [[f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True)] for row in rows]
    if not markdown:
        return "\n".join("  ".join(line).rstrip() for line in lines)
    rule = ["-" * width if side == "<" else "-" * (width - 1) + ":" for side, width in zip(sides, widths, strict=True)]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])


if __name__ == "__main__":
    raise SystemExit(main())
