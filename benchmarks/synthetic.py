"""Synthetic incident records with their truth: any size, the same bytes for the same seed.

    python benchmarks/synthetic.py DIR --records 1M [--density constant|growing] [--seed 1] [--texts]

writes ``DIR/records.parquet`` and ``DIR/truth.csv``. With *constant* density places and days grow with the records (200
provinces and 3,000 days for 100,000 of them); with *growing* density they stay those of 100,000 records, so that the
pairs near each other grow with the square. What is in the records, and what is not, is in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from speed import number
from synthetic_world import (
    ACTORS,
    COUNTRIES,
    DISTRICTS_EACH,
    GENERIC,
    KIND_SHARES,
    KINDS,
    OUTLETS,
    PROVINCES_EACH,
    TARGETS,
    VILLAGES_EACH,
    Floats,
    Ints,
    World,
    build,
)  # fmt: skip
from synthetic_world import ARABIC as LAST_SPELLING

DENSITIES: Final = ("constant", "growing")
UNIT: Final = 100_000  # records that the reference geography is for
UNIT_PROVINCES, UNIT_DAYS, MOST_PROVINCES = 200, 3_000, 8_000
FIRST_DAY: Final = 14_610  # 2010-01-01
CHUNK: Final = 250_000  # events made at once: what bounds the memory
ROWS_GROUP: Final = 122_880
_PRIME: Final = 2_147_483_647  # record numbers are scattered modulo this prime

SHARE_FOLLOW_UP: Final = 0.06  # attacks that come days after another in the same village, by the same actor
SHARE_CAMPAIGN: Final = 0.003  # events that open a week of CAMPAIGN more in their district
CAMPAIGN: Final = 12
SHARE_UPDATE: Final = 0.05  # reports that their outlet brings again, with a toll at least as high
OUTLETS_AN_EVENT: Final = (0.38, 0.35, 0.19, 0.08)  # 1, 2, 3, 4 of them


@dataclass(frozen=True)
class Plan:
    """What is to be made."""

    records: int
    density: str = "constant"
    seed: int = 1
    texts: bool = False

    @property
    def provinces(self) -> int:
        """How many provinces the world has."""
        if self.density == "growing":
            return UNIT_PROVINCES
        return int(np.clip(round(UNIT_PROVINCES * self.records / UNIT), 4, MOST_PROVINCES))

    @property
    def days(self) -> int:
        """Over how many days the events are spread."""
        if self.density == "growing":
            return UNIT_DAYS
        return max(30, round(UNIT_DAYS * self.records / UNIT * UNIT_PROVINCES / self.provinces))


@dataclass(frozen=True)
class Events:
    """The truth, one element an event."""

    village: Ints
    day: Ints  # since 1970-01-01
    night: Any  # bool: the night that begins on this day
    actor: Ints
    kind: Ints
    target: Ints
    killed: Ints
    injured: Ints

    def picked(self, rows: Ints, **changed: Any) -> Events:
        """The events ``rows``, some of their fields ``changed``."""
        return Events(**{name: changed.get(name, value[rows]) for name, value in vars(self).items()})

    def __len__(self) -> int:
        return len(self.day)


def chunks(plan: Plan) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Records and truth (``record_id, event_id``), some at a time; each chunk has a random stream of its own."""
    if plan.density not in DENSITIES or plan.records < 1:
        raise ValueError(f"{plan}: density is one of {', '.join(DENSITIES)}, and there is at least one record")
    world = build(plan.provinces, np.random.default_rng([plan.seed, 0]))
    made, events_before, number = 0, 0, 0
    while made < plan.records:
        number += 1
        rng = np.random.default_rng([plan.seed, number])
        events = happen(world, plan, min(CHUNK, (plan.records - made) // 2 + 1), rng)
        event, outlet, update = reported(events, rng)
        event, outlet, update = (part[: plan.records - made] for part in (event, outlet, update))
        frame = written(world, events, event, outlet, update, rng, texts=plan.texts)
        ids = _record_ids(np.arange(made, made + len(event)), plan.seed)
        truth = pl.select(record_id=ids, event_id=pl.format("e{}", pl.lit(pl.Series(event + events_before))))
        shuffled = pl.Series(rng.permutation(len(event)))
        yield frame.insert_column(0, ids.alias("record_id"))[shuffled], truth[shuffled]
        made, events_before = made + len(event), events_before + len(events)


def _record_ids(numbers: Ints, seed: int) -> pl.Series:
    """Distinct ids whose order says nothing: the numbers scattered over a prime field."""
    factor = 1_103_515_245 + 2 * (seed % 1_000_000)
    scattered = (numbers + 1) * factor % _PRIME
    return pl.select(pl.format("r{}", pl.lit(pl.Series(scattered)).cast(pl.String).str.zfill(10))).to_series()


def happen(world: World, plan: Plan, many: int, rng: np.random.Generator) -> Events:
    """About ``many`` events, of which some follow up on others or belong to a campaign."""
    most = max(round(many / (1 + SHARE_FOLLOW_UP + SHARE_CAMPAIGN * CAMPAIGN)), 1)
    village = np.minimum(np.searchsorted(world.chances, rng.random(most)), len(world.lat) - 1)
    province = village // (DISTRICTS_EACH * VILLAGES_EACH)
    rank = rng.choice(6, most, p=(0.42, 0.24, 0.14, 0.1, 0.06, 0.04))
    base = Events(
        village,
        FIRST_DAY + rng.integers(0, plan.days, most),
        rng.random(most) < 0.25,
        world.actors[province, rank],
        rng.choice(len(KINDS), most, p=KIND_SHARES),
        rng.choice(len(TARGETS), most, p=(0.4, 0.2, 0.25, 0.1, 0.05)),
        *_tolls(most, rng),
    )
    again = np.flatnonzero(rng.random(most) < SHARE_FOLLOW_UP)
    centre = np.repeat(np.flatnonzero(rng.random(most) < SHARE_CAMPAIGN), CAMPAIGN)
    beside = village[centre] // VILLAGES_EACH * VILLAGES_EACH + rng.integers(0, VILLAGES_EACH, len(centre))
    more = np.concatenate([again, centre])
    where = np.concatenate([village[again], np.where(rng.random(len(centre)) < 0.25, village[centre], beside)])
    later = np.concatenate([rng.integers(2, 10, len(again)), rng.integers(0, 7, len(centre))])
    killed, injured = _tolls(len(more), rng)
    other = rng.random(len(more)) < 0.4
    extra = base.picked(
        more,
        village=where,
        day=base.day[more] + later,
        night=rng.random(len(more)) < 0.25,
        kind=np.where(other, rng.choice(len(KINDS), len(more), p=KIND_SHARES), base.kind[more]),
        killed=killed,
        injured=injured,
    )
    return Events(**{name: np.concatenate([vars(base)[name], vars(extra)[name]]) for name in vars(base)})


def _tolls(many: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Killed and injured: mostly few, sometimes many."""
    scale = np.exp(0.9 * rng.standard_normal(many))
    return rng.poisson(1.6 * scale), rng.poisson(2.0 * scale * np.exp(0.5 * rng.standard_normal(many)))


def reported(events: Events, rng: np.random.Generator) -> tuple[Ints, Ints, Any]:
    """Who reports what: for each record its event, its outlet, and whether it is the outlet's later word."""
    how_many = rng.choice(len(OUTLETS_AN_EVENT), len(events), p=OUTLETS_AN_EVENT) + 1
    coverage = np.array([one.coverage for one in OUTLETS])
    # The first k of a weighted random order, by the exponential race.
    order = np.argsort(rng.exponential(size=(len(events), len(OUTLETS))) / coverage, axis=1)[:, : len(OUTLETS_AN_EVENT)]
    taken = np.arange(order.shape[1]) < how_many[:, None]
    event, outlet = np.repeat(np.arange(len(events)), how_many), order[taken]
    again = rng.random(len(event)) < SHARE_UPDATE
    twice = np.repeat(np.arange(len(event)), 1 + again)
    update = np.concatenate([[False], twice[1:] == twice[:-1]])
    return event[twice], outlet[twice], update


def written(
    world: World, events: Events, event: Ints, outlet: Ints, update: Any, rng: np.random.Generator, *, texts: bool
) -> pl.DataFrame:
    """The records as the outlets write them, all troubles included."""
    dates, published = _dates(events, event, update, rng)
    places = _places(world, events.village[event], outlet, rng)
    killed = _count(events.killed[event], update, rng, "killed", null=0.08)
    injured = _count(events.injured[event], update, rng, "injured", null=0.2)
    kinds = _kinds(events.kind[event], rng)
    columns: dict[str, Any] = {
        "outlet": pl.Series([one.name for one in OUTLETS]).gather(outlet),
        "published_at": published,
        "date": dates,
        **places,
        "perpetrators": _perpetrators(events.actor[event], rng),
        "targets": _targets(events.target[event], rng),
        "event_type": kinds,
        **killed,
        **injured,
    }
    frame = pl.DataFrame(columns)
    if texts:
        toll = pl.when(pl.col("killed") > 0).then(pl.format(" leaves {} dead", "killed")).otherwise(pl.lit(""))
        what = pl.coalesce("event_type", pl.lit("attack"))
        title = pl.format("{} in {}{}", what, pl.coalesce("place", "admin2", "admin1", "country"), toll)
        frame = frame.insert_column(1, frame.select(title=title).to_series())
    return frame


def _dates(events: Events, event: Ints, update: Any, rng: np.random.Generator) -> tuple[pl.Series, pl.Series]:
    """EDTF dates, shifted, spread over a night or missing, and the day of publication, which is never missing."""
    many, day, night = len(event), events.day[event], events.night[event]
    kind = rng.random(many)
    known = day + (night & (rng.random(many) < 0.15))  # the night's second day
    off = np.where(kind < 0.025, np.where(rng.random(many) < 0.7, 1, -1), 0)
    off = np.where((kind >= 0.025) & (kind < 0.03), rng.integers(2, 5, many), off)  # the day it became known
    published = np.maximum(day + rng.geometric(0.65, many) - 1, known + off) + update * rng.integers(1, 5, many)
    spread = night & (rng.random(many) < 0.3) & (off == 0)
    frame = pl.DataFrame({"day": known + off, "first": day, "published": published}).cast(pl.Int32).cast(pl.Date)
    exact = pl.col("day").cast(pl.String)
    interval = pl.format("{}/{}", pl.col("first"), pl.col("first").dt.offset_by("1d"))
    absent, month = pl.Series((kind >= 0.1) & (kind < 0.13)), pl.Series((kind >= 0.2) & (kind < 0.202))
    stated = (
        pl.when(absent).then(None)
        .when(month).then(exact.str.slice(0, 7))
        .when(pl.Series(spread)).then(interval)
        .otherwise(exact)
    )  # fmt: skip
    found = frame.select(date=stated, published=pl.col("published").cast(pl.String))
    return found["date"], found["published"]


def _places(world: World, village: Ints, outlet: Ints, rng: np.random.Generator) -> dict[str, Any]:
    """Names and coordinates, of a wrong village now and then, coarse or missing as the outlet is."""
    many = len(village)
    size = DISTRICTS_EACH * VILLAGES_EACH
    wrong = rng.random(many)
    within = village // VILLAGES_EACH * VILLAGES_EACH + rng.integers(0, VILLAGES_EACH, many)
    nearby = village // size * size + rng.integers(0, size, many)
    village = np.where(wrong < 0.015, within, np.where(wrong < 0.02, nearby, village))
    district, province = village // VILLAGES_EACH, village // size
    habit = np.array([one.spelling for one in OUTLETS])[outlet]
    other = rng.random(many) < 0.08
    spelling = np.where(other, rng.integers(0, LAST_SPELLING, many), habit)
    flat = pl.concat([world.spellings[name] for name in world.spellings.columns])
    name = flat.gather(spelling * len(world.lat) + village)
    coarse, no_point = (np.array([getattr(one, what) for one in OUTLETS])[outlet] for what in ("coarse", "no_point"))
    draw = rng.random(many)
    by_province, by_district = draw < coarse * 0.4, (draw >= coarse * 0.4) & (draw < coarse)
    lost = (draw >= coarse) & (draw < coarse + no_point)
    lat = np.select(
        [by_province, by_district], [world.province_lat[province], world.district_lat[district]], world.lat[village]
    )
    lon = np.select(
        [by_province, by_district], [world.province_lon[province], world.district_lon[district]], world.lon[village]
    )
    exact = ~(by_province | by_district)
    spread = 0.8 / 111.2 * (exact & (rng.random(many) < 0.5))
    decimals = np.array([one.decimals for one in OUTLETS])[outlet]
    lat, lon = (_rounded(x + spread * rng.standard_normal(many), decimals) for x in (lat, lon))
    precision = np.select([by_province, by_district], [60.0, 25.0], np.where(rng.random(many) < 0.3, 2.0, np.nan))
    gone = rng.random((4, many))
    frame = pl.DataFrame({
        "country": pl.Series(COUNTRIES).gather(province // PROVINCES_EACH),
        "admin1": world.provinces.gather(province),
        "admin2": world.districts.gather(district),
        "place": name,
        "lat": lat, "lon": lon, "geo_precision_km": precision,
    })  # fmt: skip
    # Nobody who knows the point names a whole province as the place; who knows neither is rare.
    hidden = {
        "admin1": gone[0] < np.where(lost, 0.002, 0.03),
        "admin2": gone[1] < 0.06,
        "place": by_province | (by_district & (gone[2] < 0.5)) | (gone[2] < 0.03),
        "lat": lost, "lon": lost, "geo_precision_km": lost | np.isnan(precision),
    }  # fmt: skip
    shown = [pl.when(~pl.Series(mask)).then(pl.col(column)).alias(column) for column, mask in hidden.items()]
    return frame.with_columns(shown).to_dict()


def _rounded(values: Floats, decimals: Ints) -> Floats:
    power = 10.0**decimals
    rounded: Floats = np.round(values * power) / power
    return rounded


def _count(true: Ints, update: Any, rng: np.random.Generator, name: str, *, null: float) -> dict[str, pl.Series]:
    """A figure as an outlet gives it: right, off by a little or a lot, as a range, or not at all."""
    many, kind = len(true), rng.random(len(true))
    near = np.maximum(true + rng.integers(-1, 2, many), 0)
    far = np.round(true * rng.uniform(0.5, 1.6, many)).astype(np.int64)
    best = np.select([kind < 0.75, kind < 0.92], [true, near], far) + update * rng.integers(0, 3, many)
    absent, vague = rng.random(many) < null, rng.random(many) < 0.06
    low, high = np.maximum(best - rng.integers(0, 3, many), 0), best + rng.integers(1, 4, many)
    frame = pl.DataFrame({"best": best, "low": low, "high": high})
    open_end = pl.Series(rng.random(many) < 0.5)
    told, ranged = pl.Series(~absent), pl.Series(~absent & vague)
    found = frame.select(
        pl.when(told & ~ranged).then("best").alias(name),
        pl.when(ranged).then("low").alias(f"{name}_low"),
        pl.when(ranged & ~open_end).then("high").alias(f"{name}_high"),
    )
    return found.to_dict()


def _spoken(names: tuple[tuple[str, ...], ...], code: Ints, rng: np.random.Generator) -> pl.Series:
    """One of the names of each ``code``, the first ones more often."""
    sizes = np.array([len(one) for one in names])
    start = np.cumsum(sizes) - sizes
    pick = np.floor(sizes[code] * rng.random(len(code)) ** 3).astype(np.int64)
    return pl.Series([name for one in names for name in one]).gather(start[code] + pick)


def _perpetrators(actor: Ints, rng: np.random.Generator) -> pl.Series:
    kind, many = rng.random(len(actor)), len(actor)
    someone = np.where(kind < 0.02, rng.integers(0, len(ACTORS), many), actor)
    frame = pl.DataFrame({
        "named": _spoken(ACTORS, someone, rng),
        "generic": pl.Series(GENERIC).gather(rng.integers(0, len(GENERIC), many)),
    })  # fmt: skip
    unknown, silent = pl.Series((kind > 0.79) & (kind <= 0.85)), pl.Series(kind > 0.85)
    stated = pl.when(silent).then(None).when(unknown).then("generic").otherwise("named")
    return _listed(frame.select(name=stated).to_series())


def _targets(target: Ints, rng: np.random.Generator) -> pl.Series:
    silent = pl.Series(rng.random(len(target)) < 0.15)
    names = _spoken(TARGETS, target, rng)
    return _listed(pl.select(name=pl.when(~silent).then(names)).to_series())


def _listed(names: pl.Series) -> pl.Series:
    frame = names.alias("name").to_frame()
    return frame.select(pl.when(pl.col("name").is_not_null()).then(pl.concat_list("name"))).to_series()


def _kinds(kind: Ints, rng: np.random.Generator) -> pl.Series:
    draw = rng.random(len(kind))
    alike = np.array([close for _, close in KINDS])[kind, rng.integers(0, 2, len(kind))]
    words = _spoken(tuple(words for words, _ in KINDS), np.where(draw < 0.06, alike, kind), rng)
    return pl.select(name=pl.when(pl.Series(draw < 0.96)).then(words)).to_series()


def write(plan: Plan, folder: Path) -> tuple[Path, Path]:
    """Write the records (Parquet) and their truth (CSV) of ``plan`` into ``folder``; memory is that of one chunk."""
    folder.mkdir(parents=True, exist_ok=True)
    records, truth = folder / "records.parquet", folder / "truth.csv"
    with tempfile.TemporaryDirectory(dir=folder) as parts, truth.open("wb") as lines:
        for number, (frame, events) in enumerate(chunks(plan)):
            frame.write_parquet(Path(parts) / f"{number:05}.parquet", row_group_size=ROWS_GROUP)
            events.write_csv(lines, include_header=number == 0)
        made = sorted(Path(parts).glob("*.parquet"))
        if len(made) == 1:
            made[0].replace(records)
        else:
            pl.scan_parquet(made).sink_parquet(records, row_group_size=ROWS_GROUP, maintain_order=True)
    return records, truth


def main() -> int:
    """Write one set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to; records.parquet and truth.csv are replaced")
    parser.add_argument("--records", type=number, required=True, metavar="N", help="how many: 10k, 1M, 2500")
    parser.add_argument("--density", choices=DENSITIES, default="constant")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts", action="store_true", help="add short titles")
    options = parser.parse_args()
    for path in write(Plan(options.records, options.density, options.seed, options.texts), options.folder):
        print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
