"""Signs of two places where the records state no coordinates: other names, other provinces, the table of places.

Labelled sets state coordinates, provinces or long texts, so that they cannot teach what bare names are worth; the
weights are set by hand (``reconcile.by_hand``). What ``contradiction`` weighs is not weighed again here.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reconcile.compare import alike, contradiction, mentions, where, who
from reconcile.compare.base import Comparison, Levels, Pairs

OTHER_NAME: Final = 0.6  # two spellings of one province are more alike than this, two provinces seldom
FAINTLY, SAME_NAME = 7, 3  # levels of ``place``: from here on hardly alike; up to here the same

_BOTH: Final = 3  # one record that counts the one, and one that counts the other


def whereabouts(pairs: Pairs) -> Levels:
    """What the names say of two places that no coordinates compare; 0 where they do, or where nothing speaks."""
    place, region = pairs.level("place", where.place), pairs.level("region", where.region)
    net_km = where.net_km(pairs)
    lat, other_lat = pairs.number("lat")
    listed = np.isnan(lat) & np.isnan(other_lat) & (net_km > contradiction.BEYOND_KM)
    differs = place > FAINTLY
    unknown = np.isnan(net_km)
    crossed = pairs.level("crossed_place", where.crossed) > 0
    elsewhere = unknown & ~crossed & (region == where.OTHER_PROVINCE) & _other_names(pairs, "admin1_key")
    districts = np.isin(region, where.OTHER_DISTRICT) & ((place == 0) | differs) & _other_names(pairs, "admin2_key")
    # In one province two names may be of one place, unless the tolls differ too.
    killed, other_killed = pairs.number("killed")
    tolls = (region == where.ONE_PROVINCE) & (np.abs(killed - other_killed) > 0)
    places = differs & (pairs.level("area", where.area) == 0)
    apart = districts | (places & ((region == 0) | tolls))
    bare = pairs.level("place_mentioned", mentions.place_mentioned) == 0
    # Two names for the place of one murder are not rare; that its victim has a namesake is.
    victim = np.isin(pairs.level("target", who.target), who.ALIKE)
    others = places & _taken_and_killed(pairs)
    found = [
        pairs.level("contradiction", contradiction.contradiction) > 1,
        listed & (place >= where.DIFFERENT_NAME) & ~crossed & ((region == 0) | (region >= where.DISTRICTS)),
        elsewhere & differs,
        elsewhere & (place > 0) & (place <= SAME_NAME),
        unknown & ~crossed & bare & ((apart & ~victim) | others),
    ]
    return np.select(found, [0, 4, 3, 2, 1], 0).astype(np.int8)


def _taken_and_killed(pairs: Pairs) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether the one counts only people abducted, and the other only people killed."""

    def of_records() -> np.ndarray[tuple[int], np.dtype[np.int8]]:
        taken, killed = (pairs.run.numbers(name) > 0 for name in ("abducted", "killed"))
        return (taken & ~killed) * np.int8(1) + (killed & ~taken) * np.int8(2)

    only = pairs.run.keep("taken or killed", of_records)
    apart: np.ndarray[tuple[int], np.dtype[np.bool_]] = only[pairs.left] + only[pairs.right] == _BOTH
    return apart


def _other_names(pairs: Pairs, units: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether the names of the provinces (of other ``units``) are so unlike that they are hardly spellings of one."""
    other: np.ndarray[tuple[int], np.dtype[np.bool_]] = alike.similarity(pairs, units) < OTHER_NAME
    return other


COMPARISONS = (
    Comparison(
        "whereabouts",
        "places without coordinates",
        (
            "nothing against",
            "different names; nothing says where, districts or tolls differ, or one counts abducted, one killed people",
            "one name in different provinces",
            "different names in different provinces",
            "far apart in the table of places",
        ),
        whereabouts,
    ),
)
