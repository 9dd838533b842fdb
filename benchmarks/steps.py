"""Steps that `speed.py` runs as processes of their own: the floor, and the scores of members.

python benchmarks/steps.py floor IN.parquet OUT.parquet      read, sort by record_id, write
python benchmarks/steps.py score MEMBERS TRUTH               pairwise precision, recall and F1 as JSON
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # from a checkout, installed or not

import polars as pl


def floor(source: str, target: str) -> None:
    """The least that any program does that reads records and writes them in order."""
    pl.read_parquet(source).sort("record_id").write_parquet(target)


def score(members: str, truth: str) -> None:
    """Pairwise scores from the counts of the contingency table: no pair is ever made."""
    from reconcile.evaluate.scores import contingency, pairwise_score

    true, found = (_members(Path(path)) for path in (truth, members))
    both = true.join(found, on="record_id", how="left", suffix="_found")
    if both["event_id_found"].null_count():
        raise SystemExit(f"{members}: lacks {both['event_id_found'].null_count()} records of the truth")
    pairs = pairwise_score(contingency(both["event_id_found"], both["event_id"]))
    print(json.dumps({"precision": pairs.precision, "recall": pairs.recall, "f1": pairs.f1}))


def _members(path: Path) -> pl.DataFrame:
    frame = pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.read_parquet(path)
    return frame.select("record_id", "event_id")


if __name__ == "__main__":
    {"floor": floor, "score": score}[sys.argv[1]](*sys.argv[2:])
