"""What is checked together: records by path, the settings that govern them, and the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reconcile.check_settings import CheckSettings
from reconcile.config import Settings


@dataclass(frozen=True)
class DataSet:
    """What is checked together: records by path, and the settings that govern them."""

    paths: tuple[str, ...]
    settings: Settings
    check: CheckSettings
    today: date
    skip: tuple[str, ...] = ()
    """Files and folders inside the paths that are no records of this data set."""
    unsure_layout: bool = False
    """Whether the layout of files that are in none we know cannot be told, for its own file has mistakes."""
