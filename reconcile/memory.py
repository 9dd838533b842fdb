"""How much memory the pairs of a run take, and whether that is allowed.

Figures measured on structured records (docs/speed.md); a run that would need more than the user allows ends before its
costly half, not in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from reconcile.errors import UsageError

PAIR: Final = 170  # bytes for each candidate pair where most are held: levels and sums, then the clustering's arrays
ON_DISK: Final = 60  # bytes for each where their levels are on disk
COMPARED: Final = 700  # bytes for each pair that a thread is comparing
_STATUS: Final = Path("/proc/self/statm")
_PAGE: Final = 4096
_UNITS: Final = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}


def parse_size(text: str) -> int:
    """Bytes in ``"4G"``, ``"500 MB"`` or ``"2000000"``. Raises ``ValueError``."""
    plain = text.strip().lower().removesuffix("b").removesuffix("i").strip()
    number, unit = (plain[:-1], plain[-1]) if plain[-1:] in _UNITS and plain else (plain, "")
    try:
        size = float(number) * _UNITS[unit] if "_" not in number else -1.0
    except ValueError:
        size = -1.0
    if not 1e8 <= size <= 1e15:
        raise ValueError(f"{text!r} is no size of at least 100 MB, such as 4G or 500M")
    return int(size)


def in_use(records: int) -> int:
    """Bytes that this process holds, as the system tells; elsewhere what ``records`` bytes of records come to."""
    try:
        return int(_STATUS.read_text("ascii").split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 200_000_000 + 4 * records


def part_size(most: int, threads: int, pairs: int, held: int, allowed: int | None, each: int = PAIR) -> int:
    """How many pairs a thread compares at a time: ``most``, or fewer where ``allowed`` bytes leave no more.

    ``held`` bytes are in use before, a pair will take ``each``. Raises :class:`UsageError` when ``pairs`` do not fit in
    at all.
    """
    if allowed is None:
        return most
    least = 10_000
    rest = allowed - held - pairs * each
    if rest < least * COMPARED * threads:
        need = held + pairs * each + least * COMPARED * threads
        raise UsageError(
            f"--memory {_shown(allowed)}: {pairs:,} candidate pairs need about {_shown(need)}; "
            "allow more, or split the records by country or year"
        )
    return min(most, rest // (COMPARED * threads))


def _shown(size: int) -> str:
    return f"{size / 1e9:.1f}G" if size >= 1e9 else f"{size / 1e6:.0f}M"
