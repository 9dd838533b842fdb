"""Settings shared by all tests."""

from __future__ import annotations

import importlib.util

from hypothesis import HealthCheck, settings

COMMON = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
# Derandomized: a run of the suite gives the same verdict everywhere; fuzzing has its own door.
settings.register_profile("suite", COMMON, derandomize=True, max_examples=60)
# `pytest --hypothesis-profile deep` looks farther, and elsewhere every time.
settings.register_profile("deep", COMMON, max_examples=1000)
settings.load_profile("suite")

# The Spark engine is an extra, and needs Java besides: its tests run where `pip install -e '.[dev,spark]'` was done.
collect_ignore = [] if importlib.util.find_spec("pyspark") else ["test_spark.py"]
