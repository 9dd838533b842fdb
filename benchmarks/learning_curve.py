"""How far judgements lift a set that the model has never seen.

    python benchmarks/learning_curve.py --data DIR [--sets a,b]

For each set: a model is learned from all other sets; then the pairs nearest to even odds among half of the set's
events are judged, and the model learns from them (``reconcile.train.adapt``); the other half of the events is scored.
The judgements serve as lessons only: no pair is joined or parted because a person said so.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import polars as pl  # noqa: E402
from train_default import LabelledSet, clustered, read, with_own_say  # noqa: E402

from reconcile.actors import Actors  # noqa: E402
from reconcile.evaluate import evaluate  # noqa: E402
from reconcile.event_types import EventTypes  # noqa: E402
from reconcile.model import Model, load_model  # noqa: E402
from reconcile.places import Places  # noqa: E402
from reconcile.score import score  # noqa: E402
from reconcile.train import adapt, calibrated, fit  # noqa: E402

STEPS = (0, 50, 100, 200, 400)


def curve(one: LabelledSet, base: Model) -> list[tuple[int, float, float]]:
    """(judgements, CoNLL, pairwise F1) on the events of odd folds, the judged pairs being of even ones."""
    scored = score(base, one.compared, parts=False)
    left, right = (one.compared[side].to_numpy().astype(np.int64) for side in ("left", "right"))
    known = (one.event[left] >= 0) & (one.event[right] >= 0) & (one.fold[left] % 2 == 0) & (one.fold[right] % 2 == 0)
    order = np.flatnonzero(known)
    order = order[np.argsort(np.abs(scored["weight"].to_numpy()[order]), kind="stable")]
    same = one.event[left] == one.event[right]
    truth = pl.DataFrame({"record_id": one.records["record_id"], "event_id": one.event, "fold": one.fold})
    truth = truth.filter((pl.col("event_id") >= 0) & (pl.col("fold") % 2 == 1)).select("record_id", "event_id")
    truth = truth.with_columns(pl.col("event_id").cast(pl.String))
    points = []
    for step in STEPS:
        judged = np.sort(order[:step])
        model = adapt(base, scored[judged], same[judged], np.ones(len(judged)), name="adapted")
        weight = with_own_say(one, score(model, one.compared, parts=False)["weight"].to_numpy())
        result = evaluate(clustered(one, weight, model.threshold, model.unseen), truth)
        points.append((step, result.conll, result.pairwise.f1))
    return points


def main() -> int:
    """Print one row a set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of labelled sets")
    parser.add_argument("--sets", help="only these, separated by commas")
    options = parser.parse_args()
    tables = Actors.load(), Places.load(), EventTypes.load()
    sets = [read(path.parent, *tables) for path in sorted(options.data.glob("*/truth.csv"))]
    line = load_model().training["raw weights calibrated by"]
    print("| set | " + " | ".join(f"{step} judged" for step in STEPS) + " |")
    print("| --- |" + " --- |" * len(STEPS))
    for one in sets:
        if options.sets and one.name not in options.sets.split(","):
            continue
        others = [other for other in sets if other is not one]
        raw = fit([other.lesson() for other in others], name="others")
        base = calibrated(raw, *line)
        cells = [f"{conll:.3f} / {pairwise:.3f}" for _, conll, pairwise in curve(one, base)]
        print(f"| {one.name} | " + " | ".join(cells) + " |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
