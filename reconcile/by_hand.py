"""Weights that are set by hand, one a level: what the labelled sets cannot teach.

The reasons stand in :mod:`reconcile.compare.contradiction`, ``whereabouts``, ``hours``, ``when.breadth`` and
``what.bare_kind``.
"""

from __future__ import annotations

from typing import Final

BY_HAND: Final = {
    "bare_kind": (0.0, -1.5),
    "breadth": (0.0, -1.0, -3.0),
    "contradiction": (0.0, -1.5, -7.0, -8.5),
    "whereabouts": (0.0, -3.5, -3.5, -4.5, -6.0),
    "hours": (0.0, 0.5, 0.0, -1.0, -3.5, -3.0),
}
# Of them those that rest on no labelled pair: calibration leaves them out.
UNTAUGHT: Final = ("bare_kind", "breadth", "hours", "whereabouts")
