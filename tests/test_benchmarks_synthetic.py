"""The synthetic records of the benchmarks: the same bytes for the same seed, a truth that fits, all troubles there."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import polars as pl
import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import speed  # noqa: E402
import synthetic  # noqa: E402
import synthetic_world  # noqa: E402

from reconcile.actors import Actors  # noqa: E402
from reconcile.event_types import EventTypes  # noqa: E402
from reconcile.load import load  # noqa: E402

SIZE = 4_000


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic")
    records, truth = synthetic.write(synthetic.Plan(SIZE, texts=True), folder)
    return records, truth


@pytest.fixture(scope="module")
def joined(made):
    records, truth = made
    return pl.read_parquet(records).join(pl.read_csv(truth, infer_schema=False), on="record_id")


def day(column: str) -> pl.Expr:
    return pl.col(column).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(made, tmp_path):
    again = synthetic.write(synthetic.Plan(SIZE, texts=True), tmp_path / "again")
    other = synthetic.write(synthetic.Plan(SIZE, seed=2, texts=True), tmp_path / "other")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in made]
    assert all(a.read_bytes() != b.read_bytes() for a, b in zip(other, made, strict=True))


@pytest.mark.parametrize("density", synthetic.DENSITIES)
def test_many_chunks_keep_ids_apart_and_are_the_same_each_time(density, monkeypatch, tmp_path):
    monkeypatch.setattr(synthetic, "CHUNK", 300)
    plan = synthetic.Plan(2_000, density)
    assert len(list(synthetic.chunks(plan))) > 2
    first, second = (synthetic.write(plan, tmp_path / name) for name in ("a", "b"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    records, truth = pl.read_parquet(first[0]), pl.read_csv(first[1], infer_schema=False)
    assert records["record_id"].n_unique() == len(records) == plan.records
    assert records["record_id"].to_list() == truth["record_id"].to_list()
    # no event goes over from one chunk to the next
    assert truth["event_id"].n_unique() == sum(part["event_id"].n_unique() for _, part in synthetic.chunks(plan))


def test_the_truth_names_every_record_once_and_events_have_one_to_four_outlets(made, joined):
    truth = pl.read_csv(made[1], infer_schema=False)
    assert truth.columns == ["record_id", "event_id"]
    assert truth["record_id"].is_unique().all()
    assert len(joined) == SIZE
    outlets = joined.group_by("event_id").agg(pl.col("outlet").n_unique(), pl.len())
    assert set(outlets["outlet"].to_list()) == {1, 2, 3, 4}
    assert 1.9 < outlets["len"].mean() < 2.3


def test_the_records_load_without_a_problem(made):
    loaded = load([str(made[0])])
    assert len(loaded.records) == SIZE
    assert loaded.records["extra"].null_count() == SIZE  # every column is a field of ours


def test_the_troubles_of_real_records_are_there(joined):
    events = joined.group_by("event_id").agg(
        pl.len(),
        pl.col("outlet").n_unique().alias("outlets"),
        pl.col("place").drop_nulls().n_unique().alias("spellings"),
        pl.col("killed").drop_nulls().n_unique().alias("tolls"),
        (day("date").max() - day("date").min()).dt.total_days().alias("days"),
        pl.col("perpetrators").list.first().drop_nulls().n_unique().alias("actors"),
    )
    share = {
        "updates by the same outlet": (events["len"] > events["outlets"]).mean(),
        "several spellings": (events["spellings"] > 1).mean(),
        "several tolls": (events["tolls"] > 1).mean(),
        "shifted dates": (events["days"] > 0).mean(),
        "aliases": (events["actors"] > 1).mean(),
        "Arabic script": joined["place"].str.contains(r"\p{Arabic}").mean(),
        "no coordinates": joined["lat"].is_null().mean(),
        "coarse coordinates": (joined["geo_precision_km"] >= 25).mean(),
        "the middle of the province": (joined["geo_precision_km"] == 60).mean(),
        "no date": joined["date"].is_null().mean(),
        "nights": joined["date"].str.contains("/", literal=True).mean(),
        "ranges": joined["killed_low"].is_not_null().mean(),
        "no toll": (joined["killed"].is_null() & joined["killed_low"].is_null()).mean(),
        "nobody named": joined["perpetrators"].is_null().mean(),
    }
    assert {name: value for name, value in share.items() if not 0.003 < value < 0.6} == {}


def test_some_attacks_follow_others_in_the_same_village_by_the_same_actor():
    world = synthetic_world.build(10, synthetic.np.random.default_rng(1))
    events = synthetic.happen(world, synthetic.Plan(2_000), 1_000, synthetic.np.random.default_rng(2))
    frame = pl.DataFrame({"village": events.village, "actor": events.actor, "day": events.day}).sort("day")
    gaps = frame.select(pl.col("day").diff().over("village", "actor")).to_series()
    assert ((gaps >= 2) & (gaps < 10)).sum() > 30


def test_some_villages_of_other_provinces_share_their_names():
    world = synthetic_world.build(20, synthetic.np.random.default_rng(1))
    size = synthetic.DISTRICTS_EACH * synthetic.VILLAGES_EACH
    frame = pl.DataFrame({"name": world.spellings["plain"], "village": range(len(world.lat))})
    provinces = frame.group_by("name").agg((pl.col("village") // size).n_unique())
    assert (provinces["village"] > 1).sum() > 20


def test_growing_density_keeps_the_world_and_constant_density_lets_it_grow():
    small, large = (synthetic.Plan(size, "growing") for size in (10_000, 1_000_000))
    assert (small.provinces, small.days) == (large.provinces, large.days)
    for size in (10_000, 100_000, 1_000_000, 10_000_000):
        plan = synthetic.Plan(size)
        assert plan.provinces * plan.days / size == pytest.approx(small.provinces * small.days / synthetic.UNIT)


def test_the_tables_know_the_actors_that_they_should_know_and_every_kind_of_event():
    actors, kinds = Actors.load(None), EventTypes.load(None)
    listed = {
        number: {actors.resolve(name).key for name in names} for number, names in enumerate(synthetic_world.ACTORS)
    }
    known = [keys for number, keys in listed.items() if number < synthetic_world.KNOWN_ACTORS]
    others = [keys for number, keys in listed.items() if number >= synthetic_world.KNOWN_ACTORS]
    assert [keys for keys in known if len(keys) != 1 or None in keys] == []
    assert set().union(*known).isdisjoint(set().union(*others))
    assert all(actors.resolve(name).key is None for name in synthetic_world.GENERIC)
    assert all(kinds.resolve(word) is not None for words, _ in synthetic_world.KINDS for word in words)


@pytest.mark.parametrize("text", ["", "0", "k", "-5", "1.5M", "10 k", "٣k", "1G"])
def test_what_is_not_a_size_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="is not a size"):
        speed.number(text)


@pytest.mark.parametrize(("text", "size"), [("10k", 10_000), ("1M", 1_000_000), ("2500", 2_500)])
def test_sizes_are_read(text, size):
    assert speed.number(text) == size


def test_stage_timings_are_read_and_what_is_no_timing_is_not():
    lines = ["reading                 0.206 s", "note: 3 records   1.0 s late", "hearing voices          0.083 s"]
    stages = speed.stages_of(lines)
    assert stages == {"reading": 0.206, "hearing voices": 0.083}


def test_only_the_stages_up_to_clustering_count_for_the_members():
    run = speed.Run(9.0, 1.0, {"reading": 1.0, "clustering": 2.0, "merging": 3.0})
    assert run.members_seconds == 3.0
    assert speed.Run(9.0, 1.0).members_seconds == 9.0


def test_growth_is_told_per_doubling():
    assert speed.doubling(400, 9.0, (100, 1.0)) == "x 3.00"
    assert speed.doubling(400, 9.0, None) == ""


def test_a_process_that_fails_is_told_with_its_last_words():
    with pytest.raises(RuntimeError, match="exit code 3: gone"):
        speed.process([sys.executable, "-c", "import sys; sys.stderr.write('gone'); sys.exit(3)"])
