"""Learn the shipped model from labelled sets, and measure what it reaches on parts it has not seen.

    python benchmarks/train_default.py --data DIR [--left-out] [--write]

DIR holds one folder a set with ``records.parquet`` and ``truth.csv`` (``record_id,event_id``). The tables of
docs/matching.md are printed: folds grouped by event, calibration, and with ``--left-out`` each set left out in turn.
``--write`` writes the model into the package. Everything follows from the data and the seed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import polars as pl  # noqa: E402

from reconcile.actors import Actors  # noqa: E402
from reconcile.block import Window, candidate_pairs  # noqa: E402
from reconcile.by_hand import BY_HAND, UNTAUGHT  # noqa: E402
from reconcile.cluster import cluster  # noqa: E402
from reconcile.compare import compare  # noqa: E402
from reconcile.evaluate import evaluate  # noqa: E402
from reconcile.event_types import EventTypes  # noqa: E402
from reconcile.load import load  # noqa: E402
from reconcile.model import to_json  # noqa: E402
from reconcile.normalize import normalize  # noqa: E402
from reconcile.own_say import moves_of, weights_moved  # noqa: E402
from reconcile.pair_sums import sums_of  # noqa: E402
from reconcile.places import Places  # noqa: E402
from reconcile.score import score  # noqa: E402
from reconcile.train import SEED, Lesson, calibrated, fit, line_of  # noqa: E402

FOLDS = 5
NEGATIVES = 12_000  # of one set; what is drawn stands for all
MASS = 200.0  # of all pairs that are one event, in each set alike
MODEL = ROOT / "reconcile" / "models" / "default.json"


@dataclass(frozen=True)
class LabelledSet:
    """One set, compared: its pairs, and the event (a code, -1 = not scored) and fold of each record."""

    name: str
    records: pl.DataFrame
    compared: pl.DataFrame
    event: np.ndarray
    fold: np.ndarray

    def lesson(self, keep: np.ndarray | None = None) -> Lesson:
        """What there is to learn from the pairs of scored records in ``keep`` (default: all)."""
        left, right = (self.compared[side].to_numpy().astype(np.int64) for side in ("left", "right"))
        keep = self.event >= 0 if keep is None else keep & (self.event >= 0)
        judged = keep[left] & keep[right]
        same = judged & (self.event[left] == self.event[right])
        size = np.bincount(self.event[self.event >= 0])
        weight = np.zeros(len(same))
        weight[same] = 2.0 / size[self.event[left[same]]]  # a large event is one event, however many pairs it has
        others = np.flatnonzero(judged & ~same)
        drawn = np.sort(np.random.default_rng(SEED).permutation(others)[:NEGATIVES])
        weight[drawn] = len(others) / max(len(drawn), 1)
        return Lesson(self.compared, same, weight * MASS / max(weight[same].sum(), 1.0), self.fold)


def read(folder: Path, actors: Actors, places: Places, types: EventTypes) -> LabelledSet:
    """The labelled set in ``folder``, through the package's own reading, blocking and comparing."""
    records = normalize(load([str(folder / "records.parquet")]).records, places, actors, types)
    compared = compare(records, candidate_pairs(records, Window()), actors, types)
    truth = pl.read_csv(folder / "truth.csv", infer_schema_length=0).select("record_id", "event_id")
    events = truth["event_id"].unique().sort()
    code = pl.DataFrame({"event_id": events, "code": np.arange(len(events))})
    joined = records.select("record_id").join(
        truth.join(code, on="event_id"), on="record_id", how="left", maintain_order="left"
    )
    event = joined["code"].fill_null(-1).to_numpy().astype(np.int64)
    folds = np.random.default_rng(SEED).permutation(len(events)) % (FOLDS * 3)  # three scouts' folds within each
    fold = np.where(event >= 0, folds[np.maximum(event, 0)], np.arange(len(event)) % (FOLDS * 3))
    return LabelledSet(folder.name, records, compared, event, fold.astype(np.int64))


def held_back(sets: Sequence[LabelledSet]) -> dict[str, np.ndarray]:
    """Weights of all pairs, each from a model that has seen neither of its records' events."""
    weights = {one.name: np.zeros(len(one.compared)) for one in sets}
    for number in range(FOLDS):
        model = fit([one.lesson(one.fold % FOLDS != number) for one in sets], name="fold")
        for one in sets:
            left = one.compared["left"].to_numpy()
            mine = one.fold[left] % FOLDS == number
            weights[one.name][mine] = score(model, one.compared, parts=False)["weight"].to_numpy()[mine]
    return weights


def left_out(sets: Sequence[LabelledSet]) -> dict[str, np.ndarray]:
    """Weights of all pairs of each set from a model that has seen only the other sets."""
    weights = {}
    for one in sets:
        model = fit([other.lesson() for other in sets if other is not one], name="others")
        weights[one.name] = score(model, one.compared, parts=False)["weight"].to_numpy()
    return weights


def with_own_say(one: LabelledSet, weight: np.ndarray) -> np.ndarray:
    """``weight`` moved by what the set's own pairs say, as every run does it."""
    return weights_moved(one.compared, weight, moves_of(sums_of(one.compared, weight, len(one.records))))


def show(
    title: str, sets: Sequence[LabelledSet], weights: dict[str, np.ndarray], threshold: float, unseen: float
) -> None:
    """Print CoNLL and pairwise F1 of each set under ``weights``."""
    print(f"\n{title} (threshold {threshold}, unseen {unseen})\n")
    print("| set | CoNLL | pairwise | P | R |\n| --- | --- | --- | --- | --- |")
    for one in sets:
        members = clustered(one, weights[one.name], threshold, unseen)
        truth = pl.DataFrame({"record_id": one.records["record_id"], "event_id": one.event}).filter(
            pl.col("event_id") >= 0
        )
        result = evaluate(members, truth.with_columns(pl.col("event_id").cast(pl.String)))
        pairs = result.pairwise
        print(
            f"| {one.name} | {result.conll:.3f} | {pairs.f1:.3f} | {pairs.precision:.3f} | {pairs.recall:.3f} |",
            flush=True,
        )


def clustered(one: LabelledSet, weight: np.ndarray, threshold: float, unseen: float) -> pl.DataFrame:
    """Members (record_id, event_id) of ``one`` under ``weight``."""
    pairs = one.compared.select("left", "right").with_columns(weight=pl.Series(weight))
    found = cluster(
        len(one.records), pairs, threshold=threshold, unseen=unseen, aggregate=one.records["aggregate"].to_numpy()
    )
    return pl.DataFrame({"record_id": one.records["record_id"], "event_id": found["cluster"].cast(pl.String)})


def pair_line(sets: Sequence[LabelledSet], weights: dict[str, np.ndarray]) -> tuple[float, float]:
    """Calibration of held-back pair weights, every set counting alike; the clear pairs, however many, do not count,
    nor do the parts that rest on no labelled pair: they would move the line for all others."""
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for one in sets:
        left, right = (one.compared[side].to_numpy().astype(np.int64) for side in ("left", "right"))
        untaught = sum(np.array(BY_HAND[name])[one.compared[name].to_numpy()] for name in UNTAUGHT)
        weight = weights[one.name] - untaught
        known = (one.event[left] >= 0) & (one.event[right] >= 0) & (np.abs(weight) < 6)
        same = (one.event[left] == one.event[right])[known].astype(float)
        found.append((weight[known], same, np.full(int(known.sum()), 1.0 / known.sum())))
    return line_of(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def member_line(
    sets: Sequence[LabelledSet], weights: dict[str, np.ndarray], threshold: float, unseen: float
) -> tuple[float, float]:
    """Calibration of the mean weight of a record towards its event, every set counting alike."""
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for one in sets:
        mean, right = memberships(one, weights[one.name], threshold, unseen)
        found.append((mean, right, np.full(len(mean), 1.0 / len(mean))))
    return line_of(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def memberships(one: LabelledSet, weight: np.ndarray, threshold: float, unseen: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean weight of each scored record towards its event, and the share of its scored fellows that belong with it."""
    pairs = one.compared.select("left", "right").with_columns(weight=pl.Series(weight))
    found = cluster(len(one.records), pairs, threshold=threshold, unseen=unseen)
    confidence = np.clip(found["confidence"].to_numpy(), 1e-9, 1 - 1e-9)
    table = pl.DataFrame(
        {"cluster": found["cluster"], "event": one.event, "mean": np.log(confidence / (1 - confidence))}
    )
    table = table.filter(pl.col("event") >= 0).with_columns(
        fellows=pl.len().over("cluster") - 1, right=pl.len().over("cluster", "event") - 1
    )
    table = table.filter(pl.col("fellows") > 0)
    return table["mean"].to_numpy(), (table["right"] / table["fellows"]).to_numpy()


def reliability(sets: Sequence[LabelledSet], weights: dict[str, np.ndarray], line: tuple[float, float]) -> None:
    """Print, for each tenth of the confidence scale, the share of held-back memberships that was right."""
    columns = [memberships(one, weights[one.name], 0.0, -2.0) for one in sets]
    mean, right = (np.concatenate(part) for part in zip(*columns, strict=True))
    confidence = 1 / (1 + np.exp(-(line[0] * mean + line[1])))
    tenth = np.minimum((confidence * 10).astype(int), 9)
    print(
        "\nMemberships of held-back records\n\n| confidence | memberships | mean | right |\n| --- | --- | --- | --- |"
    )
    for number in range(10):
        inside = tenth == number
        if inside.any():
            row = f"{confidence[inside].mean():.2f} | {right[inside].mean():.2f}"
            print(f"| {number / 10:.1f}-{(number + 1) / 10:.1f} | {int(inside.sum())} | {row} |")


def main() -> int:
    """Train, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of labelled sets")
    parser.add_argument("--left-out", action="store_true", help="also leave out each set in turn")
    parser.add_argument("--write", action="store_true", help="write the model into the package")
    options = parser.parse_args()
    tables = Actors.load(), Places.load(), EventTypes.load()
    folders = sorted(path.parent for path in options.data.glob("*/truth.csv"))
    sets = [read(folder, *tables) for folder in folders]
    held = held_back(sets)
    slope, intercept = pair_line(sets, held)
    weights = {one.name: with_own_say(one, slope * held[one.name] + intercept) for one in sets}
    model = calibrated(fit([one.lesson() for one in sets], name="default", report=report(sets)), slope, intercept)
    line = member_line(sets, weights, model.threshold, model.unseen)
    learned = {**model.training, "raw weights calibrated by": [round(slope, 4), round(intercept, 4)]}
    model = replace(model, membership=(round(line[0], 4), round(line[1], 4)), training=learned)
    show("Folds grouped by event", sets, weights, model.threshold, model.unseen)
    reliability(sets, weights, line)
    if options.left_out:
        raw = left_out(sets)
        others = {one.name: with_own_say(one, slope * raw[one.name] + intercept) for one in sets}
        show("Each set left out", sets, others, model.threshold, model.unseen)
    if options.write:
        MODEL.write_text(json.dumps(to_json(model), ensure_ascii=False) + "\n", "utf-8")
    print(
        f"\n{model.name} {model.hash}: {len(model.parts)} parts; raw weights calibrated by {slope:.3f}, {intercept:.3f}"
    )
    return 0


def report(sets: Sequence[LabelledSet]) -> dict[str, object]:
    """What the model was learned on; sets by kind and size only, no record of them."""
    lessons = [one.lesson() for one in sets]
    return {
        "seed": SEED,
        "procedure": "benchmarks/train_default.py; see docs/matching.md",
        "sets": len(sets),
        "records": sum(len(one.records) for one in sets),
        "pairs": int(sum((lesson.weight > 0).sum() for lesson in lessons)),
        "same": int(sum((lesson.same & (lesson.weight > 0)).sum() for lesson in lessons)),
    }


if __name__ == "__main__":
    raise SystemExit(main())
