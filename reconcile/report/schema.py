"""The published JSON Schema of the merged JSON."""

from __future__ import annotations

from importlib import resources


def schema_text() -> str:
    """The schema document (JSON Schema 2020-12) as text."""
    return resources.files("reconcile").joinpath("data/events.schema.json").read_text(encoding="utf-8")
