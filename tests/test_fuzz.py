"""The fuzz targets on their corpus, on what fuzzing once found, and on a few hundred mutations."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fuzz.run import corpus, mutated
from fuzz.targets import TARGETS
from reconcile.config import read_config
from reconcile.errors import ConfigError
from reconcile.vague import load_vague


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_the_corpus_and_its_mutations_break_nothing(name: str) -> None:
    pool, chance = corpus(name), random.Random(0)
    assert pool
    for data in pool:
        TARGETS[name](data)
    for _ in range(150):
        TARGETS[name](mutated(chance.choice(pool), pool, chance))


@pytest.mark.parametrize("text", ["x = " + "[" * 3_000, "x = " + "9" * 5_000, "x = " + "{a=" * 3_000])
def test_toml_that_is_too_deep_or_too_long_to_parse_is_the_users_to_mend(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text)
    for read in (read_config, load_vague):
        with pytest.raises(ConfigError, match="not TOML"):
            read(str(path))
    path.write_text("#" * 1_100_000)
    with pytest.raises(ConfigError, match="larger than 1 MB"):
        read_config(str(path))
