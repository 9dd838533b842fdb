"""What is done in each part of the data: tables in, tables out, the same functions as in a run on one machine.

``row`` is the number of a record among all records of the run, sorted by record_id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile import terms
from reconcile.block import Pairs, Window, by_time, by_words, prepare
from reconcile.cluster import in_units
from reconcile.compare import BY_NAME, COMPARISONS, count, standing, values
from reconcile.compare.alternatives import best_two
from reconcile.compare.base import RECORDS as ALL_RECORDS
from reconcile.compare.words import TEXTS
from reconcile.engines.plan import WORDS, duration_class
from reconcile.model import Model
from reconcile.pair_sums import sums_of
from reconcile.pipeline import Knowledge
from reconcile.score import score, weigh
from reconcile.tables import RECORDS

# What no comparison looks at: it stays where it is.
_HEAVY: Final = {"claims", "extra", "source", "published_at", "date"}
COMPARED: Final = pl.Schema(
    (name, kind) for name, kind in RECORDS.items() if name not in _HEAVY and not name.endswith("_words")
)
OUTLETS: Final = "outlets"
_AMONG: Final = tuple(one for one in COMPARISONS if one.among is not None)
_PLAIN: Final = tuple(one for one in COMPARISONS if one.among is None)
_VALUES: Final[dict[Any, type[pl.DataType]]] = {np.float32: pl.Float32, np.bool_: pl.Boolean}

SPANS: Final = pl.Schema({"start": pl.Int32, "anchor": pl.Int32, "duration": pl.Int32, "loose": pl.Boolean})
_ENDS: Final = pl.Schema(
    {"left": pl.Int64, "right": pl.Int64, "left_outlet": pl.Int32, "right_outlet": pl.Int32, "single": pl.Boolean}
)
PAIRS: Final = pl.Schema([*_ENDS.items(), ("levels", pl.Binary), *((one.name, _VALUES[one.dtype]) for one in _AMONG)])
LEVELS: Final = pl.Schema([*_ENDS.items(), ("levels", pl.Binary), ("weight", pl.Float64)])
WEIGHTS: Final = pl.Schema({"left": pl.Int64, "right": pl.Int64, "single": pl.Boolean, "units": pl.Int32})
ENDS: Final = pl.Schema([("row", pl.Int64), *((one.name, _VALUES[one.dtype]) for one in _AMONG)])


def spans(records: pl.DataFrame, window: Window) -> pl.DataFrame:
    """``records`` and the days by which shards are cut (SPANS)."""
    frame = prepare(records, window, pl.repeat(value=False, n=len(records), eager=True))
    return pl.concat(
        [
            records,
            frame.select(
                pl.col("start").cast(pl.Int32),
                pl.col("anchor").cast(pl.Int32),
                duration_class(pl.col("start"), pl.col("end")).alias("duration"),
                "loose",
            ),
        ],
        how="horizontal",
    )


def counted(records: pl.DataFrame, knowledge: Knowledge) -> pl.DataFrame:
    """What comparisons must know of the run, of the ``records`` of some whole days, and how many each outlet has."""
    outlets = records.group_by(key="outlet").agg(count=pl.len().cast(pl.Int64))
    found = count(records.select(COMPARED.names()), knowledge.actors, knowledge.event_types)
    return pl.concat([found, outlets.select(pl.lit(OUTLETS).alias("kind"), "key", "count")])


@dataclass(frozen=True)
class Whole:
    """What a part knows of the whole run: the sums of ``counted``."""

    counts: pl.DataFrame

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """By kind: key, count, sorted by key."""
        kinds = self.counts.sort("key").partition_by("kind", as_dict=True, include_key=False)
        return {str(kind): table for (kind,), table in kinds.items()}

    @cached_property
    def outlets(self) -> pl.DataFrame:
        """The outlets as numbers: outlet, code."""
        names = self.counts.filter(kind=OUTLETS)["key"].sort()
        return pl.DataFrame({"outlet": names, "code": np.arange(len(names), dtype=np.int32)})

    @property
    def records(self) -> int:
        """How many records the run has."""
        return int(self.counts.filter(kind=ALL_RECORDS.kind)["count"].sum())

    @cached_property
    def share(self) -> pl.DataFrame:
        """How rare the words of the texts are."""
        return terms.rarity(self.counts.filter(kind=TEXTS.kind).select("key", "count"), self.records)


def pairs(part: pl.DataFrame, tier: str, whole: Whole, knowledge: Knowledge) -> pl.DataFrame:
    """PAIRS of a shard: ``part`` has COMPARED and row, busy, home."""
    part = part.sort("row")
    records, home, row = part.select(COMPARED.names()), part["home"].to_numpy(), part["row"].to_numpy()
    window = knowledge.model.window
    frame = prepare(records, window, part["busy"])
    met = Pairs()
    tiers = (
        by_words(records, frame, window, whole.share, home)
        if tier == WORDS
        else by_time(records, frame, window, lambda _: None, home)
    )
    for low, high in tiers:
        met.add(low, high)
    candidates = met.table()
    found = values(records, candidates, knowledge.actors, knowledge.event_types, counts=whole.tables)
    outlet = part.join(whole.outlets, on="outlet", how="left", maintain_order="left")["code"].to_numpy()
    left, right = (candidates[name].to_numpy() for name in ("left", "right"))
    levels = np.column_stack([found[one.name] for one in _PLAIN]).astype(np.uint8)
    return pl.DataFrame(
        {
            "left": row[left], "right": row[right], "left_outlet": outlet[left], "right_outlet": outlet[right],
            "single": ~part["aggregate"].to_numpy()[left], "levels": _packed(levels),
            **{one.name: found[one.name] for one in _AMONG},
        },
        schema=PAIRS,
    )  # fmt: skip


def _packed(levels: npt.NDArray[np.uint8]) -> pl.Series:
    """One text of bytes a row."""
    width = levels.shape[1]
    data = np.ascontiguousarray(levels).tobytes()
    return pl.Series([data[at : at + width] for at in range(0, len(data), width)], dtype=pl.Binary)


def _unpacked(levels: pl.Series, width: int) -> npt.NDArray[np.int8]:
    """One row of ``width`` numbers for each text of bytes."""
    return np.frombuffer(b"".join(levels.to_list()), dtype=np.int8).reshape(len(levels), width)


def gathered(some: pl.DataFrame) -> pl.DataFrame:
    """What each record gathers from all its pairs: row, and a column for each number of each comparison."""
    row = some["row"].to_numpy()
    rows, key = np.unique(row, return_inverse=True)
    columns: dict[str, npt.NDArray[Any]] = {"row": rows}
    for one in _AMONG:
        if one.among is not None:
            numbers = one.among.gather((key,), some[one.name].to_numpy(), len(rows))
            columns |= {
                name: number.astype(np.float64) for name, number in zip(_slots(one.name), numbers, strict=False)
            }
    return pl.DataFrame(columns, schema={"row": pl.Int64, **dict.fromkeys(list(columns)[1:], pl.Float64)})


def _slots(name: str) -> tuple[str, str]:
    return f"{name}_1", f"{name}_2"


GATHERED: Final = gathered(ENDS.to_frame()).schema


def graded(found: pl.DataFrame, knowledge: Knowledge) -> pl.DataFrame:
    """LEVELS of pairs with all levels but ``standing``; ``weight`` is the model's scout's. ``found`` has PAIRS and what
    the left and the right record gathered, with the suffixes _left and _right."""
    model = knowledge.model
    columns = dict(zip((one.name for one in _PLAIN), _unpacked(found["levels"], len(_PLAIN)).T, strict=True))
    for one in _AMONG:
        if one.among is not None:
            left, right = (
                tuple(found[f"{slot}_{end}"].to_numpy() for slot in _slots(one.name) if slot in GATHERED)
                for end in ("left", "right")
            )
            columns[one.name] = one.among.grade(found[one.name].to_numpy(), left, right)
    table = pl.DataFrame({name: np.ascontiguousarray(column) for name, column in columns.items()})
    weight = np.zeros(len(found)) if model.scout is None else weigh(table, *model.scout)
    every = np.column_stack([columns[one.name] for one in COMPARISONS]).astype(np.uint8)
    return found.select(_ENDS.names()).with_columns(levels=_packed(every), weight=pl.Series(weight))


BEST: Final = pl.Schema({"row": pl.Int64, "outlet": pl.Int32, "best": pl.Float64, "second": pl.Float64})


def bests(some: pl.DataFrame) -> pl.DataFrame:
    """BEST: the two best weights of each record among those of each outlet; ``some`` has row, outlet (the
    other's) and weight."""
    keys = some.select("row", "outlet").unique().sort("row", "outlet").with_row_index("key")
    key = some.join(keys, on=["row", "outlet"], how="left", maintain_order="left")["key"].to_numpy()
    best, second = best_two((key,), some["weight"].to_numpy(), len(keys))
    return keys.select("row", "outlet", best=pl.Series(best), second=pl.Series(second))


def weighed(found: pl.DataFrame, records_of: Sequence[int] | None, knowledge: Knowledge) -> pl.DataFrame:
    """LEVELS of pairs with all levels, and the model's weight. ``found`` are LEVELS; where outlets count as recorders
    also best_left, second_left, best_right, second_right (BEST of the two ends), and ``records_of`` says how many
    records in any pair each outlet has."""
    level = np.zeros(len(found), dtype=np.int8)
    if records_of is not None:
        one, two = ((found[f"best_{end}"].to_numpy(), found[f"second_{end}"].to_numpy()) for end in ("left", "right"))
        of = [np.asarray(records_of, dtype=np.int64)[found[f"{end}_outlet"].to_numpy()] for end in ("left", "right")]
        level = standing.grade(found["weight"].to_numpy(), one, two, *of)
    levels = np.column_stack([_unpacked(found["levels"], len(COMPARISONS)), level])
    packed = found.select(_ENDS.names()).with_columns(levels=_packed(levels.astype(np.uint8)))
    scored = score(knowledge.model, _table(packed), parts=False)
    return packed.with_columns(weight=scored["weight"])


def summed(found: pl.DataFrame, records: int) -> pl.DataFrame:
    """SLOTS of what pairs say of their comparisons; ``found`` are those of ``weighed``, of a run of so many records."""
    return sums_of(_table(found), found["weight"].to_numpy(), records).table


def weights(found: pl.DataFrame, model: Model) -> pl.DataFrame:
    """WEIGHTS of pairs under the model that the run has had its say in; ``found`` are those of ``weighed``."""
    scored = score(model, _table(found), parts=False)
    return found.select("left", "right", "single", units=pl.Series(in_units(scored["weight"].to_numpy())))


def _table(found: pl.DataFrame) -> pl.DataFrame:
    """One column a comparison, ``standing`` too."""
    levels = _unpacked(found["levels"], len(BY_NAME))
    return pl.DataFrame({name: np.ascontiguousarray(levels[:, at]) for at, name in enumerate(BY_NAME)})


def many_outlets(records_of: Sequence[int]) -> bool:
    """Whether outlets with so many records each are news outlets: then nobody's alternatives are compared."""
    return standing.many_outlets(np.asarray(records_of, dtype=np.int64))
