"""What may weigh strongly against by design, whatever else agrees: geography beyond its precision, unrelated parties.

Labelled sets hold too few such pairs, and too many wrong coordinates, to teach these weights; they are set by hand
(``reconcile.by_hand``) and measured not to cost accuracy.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reconcile.compare import where, who
from reconcile.compare.base import Comparison, Levels, Pairs

BEYOND_KM: Final = 20.0  # net of the stated precision
NO_SLIP_KM: Final = 1000.0  # farther than any wrong coordinate of a true match in the labelled sets


def contradiction(pairs: Pairs) -> Levels:
    """Whether the place disagrees in name, province and coordinates alike; whether the named parties are unrelated."""
    net_km = where.net_km(pairs)
    elsewhere = (net_km > NO_SLIP_KM) | (
        (pairs.level("place", where.place) >= where.DIFFERENT_NAME)
        & (pairs.level("region", where.region) == where.OTHER_PROVINCE)
        & (net_km > BEYOND_KM)
    )
    strangers = pairs.level("sides", who.sides) == who.NOBODY
    level: Levels = (elsewhere * 2 + strangers).astype(np.int8)
    return level


COMPARISONS = (
    Comparison(
        "contradiction",
        "contradictions of place and parties",
        (
            "none",
            "the named parties are unrelated",
            "name, province and coordinates all disagree, or are 1,000 km apart",
            "the same, and the named parties are unrelated",
        ),
        contradiction,
    ),
)
