"""Space: distance net of what the outlets state, names of places, regions, and how telling a shared name is."""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile import terms
from reconcile.compare import alike
from reconcile.compare.base import NOT_STATED, Comparison, Counted, Levels, Pairs, Run, graded, valued
from reconcile.geo import arc, haversine

COMMON_PLACE = 0.1  # records a day of one place, over the run's span
RARE_PLACE = 0.02
DIFFERENT_NAME, DISTRICTS, OTHER_PROVINCE = 4, 4, 5  # levels: names differ from here on; districts; provinces do
ONE_PROVINCE, OTHER_DISTRICT = 2, (3, 4)  # levels of ``region``
_NAMES = ("place_key", "admin1_key", "admin2_key")


def net_km(pairs: Pairs) -> terms.Floats:
    """Distance in km less both radii, at least 0; NaN where one has no coordinates."""

    radius = pairs.run.prepared["km"]
    result: terms.Floats = pairs.keep(
        "net_km", lambda: np.maximum(_apart(pairs) - radius[pairs.left] - radius[pairs.right], 0.0)
    )
    return result


def _apart(pairs: Pairs) -> terms.Floats:
    """Distance in km between the stated points."""

    def make() -> terms.Floats:
        at, a, b = pairs.run.keep("points", points_of), pairs.left, pairs.right
        return arc(haversine(*(one[a] for one in at), *(one[b] for one in at)))

    def points_of() -> tuple[terms.Floats, terms.Floats, terms.Floats]:
        lat, lon = (np.radians(pairs.run.prepared[name]) for name in ("lat", "lon"))
        return lat, lon, np.cos(lat)

    result: terms.Floats = pairs.keep("apart", make)
    return result


def distance(pairs: Pairs) -> Levels:
    """Distance in km less both radii, graded."""
    return graded(net_km(pairs), (0.5, 2, 5, 10, 20, 40, 80, 160, 320))


def points(pairs: Pairs) -> Levels:
    """Distance between the coordinates as they are: recorders often share a gazetteer."""
    return graded(_apart(pairs), (0.2, 1, 2.5, 5, 10, 20, 40, 100))


def area(pairs: Pairs) -> Levels:
    """Whether a stated place is only a region: its name is that of its own district or province."""

    def make() -> terms.Ints:
        place, admin1, admin2 = (pairs.run.records[name].fill_null("") for name in _NAMES)
        wide = ((place == admin1) | (place == "")).to_numpy()
        middle = (place == admin2).to_numpy()
        return np.where(wide, 2, np.where(middle, 1, 0))

    score = pairs.run.keep("area", make)
    level: Levels = np.maximum(score[pairs.left], score[pairs.right]).astype(np.int8)
    return level


PLACES = Counted("places", lambda run: valued(run.records["place_key"]))
STARTS = Counted("starts", lambda run: valued(pl.Series(run.prepared["start"]).fill_nan(None).cast(pl.Int64)))


def often(run: Run) -> terms.Floats:
    """How many records a day share each record's place, over the run's span of days; 0 where no place is stated."""

    def make() -> terms.Floats:
        starts = run.counted(STARTS)["key"].cast(pl.Int64).to_numpy()
        span = float(starts.max() - starts.min()) + 1 if len(starts) else 1.0
        names = run.records.select(key="place_key")
        places = run.counted(PLACES, names["key"].drop_nulls().unique())
        names = names.join(places, on="key", how="left", maintain_order="left")
        rate: terms.Floats = names["count"].fill_null(0).to_numpy() / max(span, 30.0)
        return rate

    result: terms.Floats = run.keep("place rates", make)
    return result


def place(pairs: Pairs) -> Levels:
    """Similarity of the folded place names; where they are the same, how often the run names that place."""
    return pairs.once(_NAMES, _place)


def _place(pairs: Pairs) -> Levels:
    a, b = pairs.both("place_key")
    similar = alike.similarity(pairs, "place_key")
    contained = alike.contained(pairs, "place_key")
    rate = often(pairs.run)[pairs.left]
    same = np.select([rate <= RARE_PLACE, rate <= COMMON_PLACE], [1, 2], 3)
    other = np.select([similar >= 0.85, contained, similar >= 0.7, similar >= 0.5], [4, 5, 6, 7], 8)
    return np.where((a < 0) | (b < 0), 0, np.where(a == b, same, other)).astype(np.int8)


def region(pairs: Pairs) -> Levels:
    """Agreement of the districts and provinces, the finer level speaking first."""
    return pairs.once(_NAMES, _region)


def _region(pairs: Pairs) -> Levels:
    a1, b1 = pairs.both("admin1_key")
    a2, b2 = pairs.both("admin2_key")
    near1 = (alike.similarity(pairs, "admin1_key") >= 0.85) | alike.contained(pairs, "admin1_key")
    near2 = (alike.similarity(pairs, "admin2_key") >= 0.85) | alike.contained(pairs, "admin2_key")
    known1, known2 = (a1 >= 0) & (b1 >= 0), (a2 >= 0) & (b2 >= 0)
    level = np.select([known2 & near2, known1 & known2 & near1, known1 & near1, known1, known2], [1, 3, 2, 5, 4], 0)
    return level.astype(np.int8)


def crossed(pairs: Pairs) -> Levels:
    """Whether one record's place carries the name of the other's district or province."""
    return pairs.once(_NAMES, _crossed)


def _crossed(pairs: Pairs) -> Levels:
    level = np.zeros(len(pairs), dtype=np.int8)
    for mine, yours in (("place_key", "admin1_key"), ("place_key", "admin2_key")):
        for one, two in ((pairs.left, pairs.right), (pairs.right, pairs.left)):
            hit = alike.same_across(pairs, mine, yours, one, two)
            level = np.maximum(level, np.where(hit, 2 if yours == "admin2_key" else 1, 0))
    return level.astype(np.int8)


COUNTED = (PLACES, STARTS)

COMPARISONS = (
    Comparison(
        "distance",
        "distance beyond the stated precision",
        (
            NOT_STATED,
            "within the stated precision",
            "up to 2 km",
            "up to 5 km",
            "up to 10 km",
            "up to 20 km",
            "up to 40 km",
            "up to 80 km",
            "up to 160 km",
            "up to 320 km",
            "more than 320 km",
        ),
        distance,
    ),
    Comparison(
        "points",
        "distance between the coordinates as stated",
        (
            NOT_STATED,
            "the same point",
            "up to 1 km",
            "up to 2.5 km",
            "up to 5 km",
            "up to 10 km",
            "up to 20 km",
            "up to 40 km",
            "up to 100 km",
            "more than 100 km",
        ),
        points,
    ),
    Comparison(
        "area",
        "how exactly the places are named",
        ("both name a place", "one names only a district", "one names only a province or nothing"),
        area,
    ),
    Comparison(
        "place",
        "name of the place",
        (
            NOT_STATED,
            "same name, seldom in these records",
            "same name",
            "same name, very common in these records",
            "nearly the same spelling",
            "one name contains the other",
            "similar spelling",
            "faintly similar spelling",
            "different names",
        ),
        place,
    ),
    Comparison(
        "region",
        "district and province",
        (
            NOT_STATED,
            "same district",
            "same province, district not stated by both",
            "same province, different districts",
            "different districts, province not stated by both",
            "different provinces",
        ),
        region,
        (1, 2, 0, 3, 4, 5),
    ),
    Comparison(
        "crossed_place",
        "one's place as the other's district",
        ("no", "one's place is the other's province", "one's place is the other's district"),
        crossed,
    ),
)
