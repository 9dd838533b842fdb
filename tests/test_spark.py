"""The Spark engine, on two workers of this machine: the members of the local engine, and errors as clear as its."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pyspark.sql import SparkSession
from strategies import ACTORS, FIRST_DAY, OUTLETS, PLACES

from reconcile import pipeline
from reconcile.app import main
from reconcile.config import Settings
from reconcile.engines.belonging import members_of
from reconcile.engines.job import Job
from reconcile.engines.pairing import weigh_pairs
from reconcile.engines.reading import read_records
from reconcile.engines.spark import session
from reconcile.errors import InputErrors

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark's own, of the libraries it stands on


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    made = session("local[2]", [("spark.sql.shuffle.partitions", "3"), ("spark.default.parallelism", "2")])
    yield made
    made.stop()


def incidents(number: int) -> pl.DataFrame:
    """Incidents of some months, told by one outlet or more; some undated with a text, some long, some aggregates."""
    chance = random.Random(7)
    rows = []
    for event in range(number // 2):
        place, admin2, lat, lon = chance.choice(PLACES)
        day = FIRST_DAY + timedelta(days=chance.randrange(150))
        killed = chance.randrange(9)
        for outlet in chance.sample(OUTLETS, chance.choice((1, 1, 2, 3))):
            start = day + timedelta(days=chance.choice((0, 0, 0, 1)))
            long = chance.random() < 0.05
            undated = chance.random() < 0.05
            rows.append(
                {
                    "record_id": f"r{chance.randrange(10**9):09}-{event}", "outlet": outlet,
                    "date": None if undated else f"{start}/{start + timedelta(days=60)}" if long else str(start),
                    "published_at": str(start + timedelta(days=1)), "country": "Iraq", "admin1": "Diyala",
                    "admin2": admin2, "place": place, "lat": lat, "lon": lon,
                    "perpetrators": list(chance.choice(ACTORS)), "killed": killed + chance.choice((0, 0, 1)),
                    "title": f"{killed} killed in {place}, event {event}" if undated or chance.random() < 0.3 else None,
                    "aggregate": chance.random() < 0.03,
                }
            )  # fmt: skip
    return pl.DataFrame(
        rows, schema_overrides={"perpetrators": pl.List(pl.String), "lat": pl.Float64, "lon": pl.Float64}
    )


def test_members_are_those_of_the_local_engine_whatever_the_seams(spark: SparkSession, tmp_path: Path) -> None:
    frame = incidents(240)
    path, judged = tmp_path / "records.parquet", tmp_path / "judgements.jsonl"
    frame.write_parquet(path)
    ids = frame.filter(~pl.col("aggregate"))["record_id"].sort()
    lines = [
        {"left": ids[0], "right": ids[len(ids) // 2], "verdict": "same", "by": "ana"},
        {"left": ids[3], "right": ids[4], "verdict": "different", "by": "ana"},
    ]
    judged.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    settings = Settings(judgements=(str(judged),))
    expected = pipeline.run([str(path)], settings).members
    job = Job(spark, settings, shard=20, bucket=13)
    records = read_records(job, [str(path)])
    found = members_of(job, records, weigh_pairs(job, records))
    out = tmp_path / "members"
    found.write.parquet(str(out))
    members = pl.read_parquet(out / "*.parquet").sort("record_id")
    assert len(members["event_id"].unique()) < len(members)
    assert_frame_equal(members, expected, check_exact=True)


def test_what_is_wrong_is_named_with_its_row(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    frame = incidents(20)
    first = frame["record_id"][0]
    frame = frame.with_columns(
        lat=pl.when(pl.int_range(pl.len()) == 3).then(134.0).otherwise(34.0), lon=pl.lit(45.0),
        record_id=pl.when(pl.int_range(pl.len()).is_in([9, 10])).then(pl.lit(first)).otherwise("record_id"),
    )  # fmt: skip
    frame = frame.filter(pl.int_range(pl.len()) != 0)
    frame.write_parquet(path)
    with pytest.raises(InputErrors) as raised:
        read_records(Job(spark, Settings()), [str(path)])
    found = [str(problem) for problem in raised.value.problems]
    assert found[0].startswith(f"{path}:3: lat: 134 is not between -90 and 90 degrees")
    assert found[1].startswith(f"{path}:10: record_id: '{first}' was given before, at {path}:9")
    assert len(found) == 2


def test_the_command_refuses_what_spark_cannot_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = tmp_path / "records.csv"
    records.write_text("record_id\n")
    assert main(["merge", "--engine", "spark", str(records), "-o", "-"]) == 2
    assert "stdin and stdout" in capsys.readouterr().err
    assert main(["merge", "--engine", "spark", str(records), "-o", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["merge", str(records), "-o", str(tmp_path / "x.json"), "--master", "local"]) == 2
    assert "--engine spark" in capsys.readouterr().err
