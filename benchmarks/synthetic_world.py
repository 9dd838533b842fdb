"""The invented world of the synthetic records: places with their spellings, actors, kinds of events, outlets.

Country and actor names are real, so that the tables of names are put to work; provinces, districts and villages are
made of syllables, lie where no such country lies, and no event of it ever happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PROVINCES_EACH: Final = 200  # of a country: 10 x 20, each about 100 km x 100 km
DISTRICTS_EACH: Final = 6  # of a province: 2 x 3
VILLAGES_EACH: Final = 20  # of a district
KM_DEGREE: Final = 111.2
HOMONYMS: Final = 0.06  # share of villages that bear the name of one in another province, besides chance

COUNTRIES: Final = (
    "Iraq", "Syria", "Afghanistan", "Yemen", "Somalia", "Nigeria", "Mali", "Sudan", "Libya", "Pakistan",
    "Colombia", "Ethiopia", "Burkina Faso", "Niger", "Chad", "Cameroon", "Mozambique", "Kenya", "Egypt", "Lebanon",
    "Turkey", "Iran", "India", "Myanmar", "Philippines", "Thailand", "Mexico", "Peru", "Ukraine", "Georgia",
    "Azerbaijan", "Armenia", "Tunisia", "Algeria", "South Sudan", "Uganda", "Burundi", "Rwanda", "Bangladesh", "Nepal",
)  # fmt: skip

# Latin and Arabic spelling of what begins a syllable, of its vowel, and of what may close it.
_ONSETS: Final = (
    ("b", "ب"), ("d", "د"), ("f", "ف"), ("h", "ه"), ("j", "ج"), ("k", "ك"), ("kh", "خ"), ("l", "ل"), ("m", "م"),
    ("n", "ن"), ("q", "ق"), ("r", "ر"), ("s", "س"), ("sh", "ش"), ("t", "ت"), ("w", "و"), ("z", "ز"), ("gh", "غ"),
    ("ch", "چ"), ("zh", "ژ"),
)  # fmt: skip
_VOWELS: Final = (("a", "ا"), ("i", "ي"), ("u", "و"), ("ee", "ي"), ("ou", "و"))
_CODAS: Final = (("", ""), ("", ""), ("", ""), ("n", "ن"), ("r", "ر"), ("l", "ل"), ("m", "م"), ("sh", "ش"), ("d", "د"))

# The spellings of a village, in this order, and how often each outlet writes which.
PLAIN, SWAPPED, DOUBLED, DRESSED, SLIPPED, ARABIC = range(6)
_SWAPS: Final = (("kh", "x"), ("gh", "g"), ("q", "k"), ("ou", "o"), ("ee", "î"), ("sh", "ş"), ("w", "v"), ("zh", "j"))
_DOUBLES: Final = (("a", "aa"), ("i", "ee"), ("u", "oo"), ("k", "q"), ("w", "u"))

# Names that actors go by; the first half are in the package's table, the others in no table.
ACTORS: Final = (
    ("ISIS", "Islamic State", "ISIL", "Daesh", "داعش", "Islamic State of Iraq and the Levant"),
    ("PKK", "Kurdistan Workers' Party"),
    ("Taliban", "Afghan Taliban"),
    ("Al-Shabaab", "Harakat al-Shabaab al-Mujahideen"),
    ("Boko Haram", "JAS"),
    ("Houthis", "Ansar Allah"),
    ("Hayat Tahrir al-Sham", "HTS"),
    ("PMF", "Popular Mobilization Forces", "Hashd al-Shaabi", "الحشد الشعبي"),
    ("ELN", "National Liberation Army (Colombia)"),
    ("Lord's Resistance Army", "LRA"),
    ("Sahra Liberation Column", "Sahra Column"),
    ("Brigade of the Two Rivers", "Two Rivers Brigade"),
    ("Northern Hills Defence Committee", "Northern Hills Defense Committee", "NHDC"),
    ("Red Plain Volunteers", "Volunteers of the Red Plain"),
    ("Lions of the Valley", "Valley Lions"),
    ("Guardians of Mount Zar", "Mount Zar Guardians"),
)
KNOWN_ACTORS: Final = 10
GENERIC: Final = ("unidentified gunmen", "unknown gunmen", "armed men")
TARGETS: Final = (
    ("civilians", "villagers", "residents"),
    ("police", "police officers"),
    ("soldiers", "security forces", "army"),
    ("farmers", "civilians"),
    ("journalists", "press"),
)
# Words that outlets have for a kind, and the kinds that are easily taken for it.
KINDS: Final = (
    (("armed assault", "shooting", "Violence against civilians", "attack"), (1, 2)),
    (("armed clash", "Battles", "clashes", "firefight"), (0, 3)),
    (("bombing", "IED", "Explosions/Remote violence", "roadside bomb", "blast"), (3, 4)),
    (("shelling", "Shelling/artillery/missile attack", "mortar fire", "artillery"), (2, 4)),
    (("air strike", "Air/drone strike", "drone strike", "airstrike"), (3, 2)),
    (("kidnapping", "Abduction/forced disappearance", "abduction"), (0, 6)),
    (("looting", "arson", "Looting/property destruction"), (0, 5)),
)
KIND_SHARES: Final = (0.3, 0.22, 0.2, 0.1, 0.08, 0.06, 0.04)


@dataclass(frozen=True)
class Outlet:
    """How an outlet works: how much it covers, how it spells places, and how exact its coordinates are."""

    name: str
    coverage: float
    spelling: int
    decimals: int
    no_point: float  # share of its records without coordinates
    coarse: float  # share with the middle of the district or province


OUTLETS: Final = (
    Outlet("Evening Wire", 1.6, PLAIN, 4, 0.05, 0.02),
    Outlet("River News", 1.3, PLAIN, 4, 0.10, 0.03),
    Outlet("Conflict Ledger", 1.5, SWAPPED, 4, 0.0, 0.10),
    Outlet("Highland Post", 0.8, PLAIN, 2, 0.15, 0.05),
    Outlet("Border Monitor", 0.9, DOUBLED, 3, 0.05, 0.12),
    Outlet("Al-Sahil", 0.5, ARABIC, 4, 0.20, 0.03),
    Outlet("Valley Radio", 0.6, DRESSED, 2, 0.25, 0.05),
    Outlet("Incident Register", 1.0, PLAIN, 3, 0.0, 0.15),
)


@dataclass(frozen=True)
class World:
    """Where things happen. Villages of one district, and of one province, follow each other."""

    lat: Floats  # of each village
    lon: Floats
    chances: Floats  # cumulated over the villages: how much happens there
    spellings: pl.DataFrame  # of each village, a column each
    districts: pl.Series
    provinces: pl.Series
    province_lat: Floats
    province_lon: Floats
    district_lat: Floats
    district_lon: Floats
    actors: Ints  # province x rank: who is active there


def build(provinces: int, rng: np.random.Generator) -> World:
    """A world of so many ``provinces``, filling one country after the other."""
    province, district = np.arange(provinces), np.arange(provinces * DISTRICTS_EACH)
    if provinces > len(COUNTRIES) * PROVINCES_EACH:
        raise ValueError(f"{provinces} provinces: at most {len(COUNTRIES) * PROVINCES_EACH} fit into this world")
    slot, inside = province // PROVINCES_EACH, province % PROVINCES_EACH
    # Countries lie in fields of 10 by 30 degrees, those that follow each other far apart.
    side = 100 / KM_DEGREE
    south, west = -38.0 + 10 * (slot % 9), -176.0 + 30 * (slot // 9)
    province_lat = south + side * (inside // 20 + 0.5)
    stretch = 1 / np.cos(np.radians(province_lat))
    province_lon = west + side * stretch * (inside % 20 + 0.5)
    of = district // DISTRICTS_EACH
    row, column = district % DISTRICTS_EACH // 2, district % 2
    district_lat = province_lat[of] + side * ((row + 0.5) / 3 - 0.5)
    district_lon = province_lon[of] + side * stretch[of] * ((column + 0.5) / 2 - 0.5)
    home = np.repeat(district, VILLAGES_EACH)
    lat = district_lat[home] + side / 3 * rng.uniform(-0.5, 0.5, len(home))
    lon = district_lon[home] + side * stretch[of][home] / 2 * rng.uniform(-0.5, 0.5, len(home))
    weight = np.exp(0.5 * rng.standard_normal(provinces))[of][home]
    weight *= np.exp(0.5 * rng.standard_normal(len(district)))[home] * np.exp(rng.standard_normal(len(home)))
    latin, arabic = _names(len(home), rng, (2, 3))
    elsewhere = np.flatnonzero(rng.random(len(home)) < HOMONYMS)
    namesake = np.arange(len(home))
    namesake[elsewhere] = rng.integers(0, len(home), len(elsewhere))
    latin, arabic = latin.gather(namesake), arabic.gather(namesake)
    return World(
        lat, lon, np.cumsum(weight) / weight.sum(), _spellings(latin, arabic, rng),
        _names(len(district), rng, (2, 3))[0], _names(provinces, rng, (3, 3))[0],
        province_lat, province_lon, district_lat, district_lon, _active(provinces, rng),
    )  # fmt: skip


def _active(provinces: int, rng: np.random.Generator) -> Ints:
    """Six actors of each country; in each province others of them come first."""
    countries = -(-provinces // PROVINCES_EACH)
    known = rng.permuted(np.tile(np.arange(KNOWN_ACTORS), (countries, 1)), axis=1)[:, :4]
    unknown = rng.permuted(np.tile(np.arange(KNOWN_ACTORS, len(ACTORS)), (countries, 1)), axis=1)[:, :2]
    national = np.hstack([known, unknown])[np.arange(provinces) // PROVINCES_EACH]
    ranked: Ints = rng.permuted(national, axis=1)
    return ranked


def _names(many: int, rng: np.random.Generator, syllables: tuple[int, int]) -> tuple[pl.Series, pl.Series]:
    """Names of two or three syllables, in Latin and in Arabic letters."""
    parts: dict[str, list[Any]] = {"latin": [], "arabic": []}
    long = rng.random(many) < (0.7 if syllables[0] < syllables[1] else 1.0)
    for number in range(syllables[1]):
        for table in (_ONSETS, _VOWELS, _CODAS) if number == syllables[1] - 1 else (_ONSETS, _VOWELS):
            pick = rng.integers(0, len(table), many)
            for side, letters in enumerate(parts.values()):
                one = pl.Series([entry[side] for entry in table]).gather(pick)
                letters.append(
                    pl.select(pl.when(pl.lit(long) | (number != 1)).then(one).otherwise(pl.lit(""))).to_series()
                )
    frame = pl.select(**{name: pl.concat_str(letters) for name, letters in parts.items()})
    return frame["latin"].str.to_titlecase(), frame["arabic"]


def _spellings(latin: pl.Series, arabic: pl.Series, rng: np.random.Generator) -> pl.DataFrame:
    """Six ways to write each village, all of them its name; see ``PLAIN`` ff."""
    lower = latin.str.to_lowercase()
    swapped, doubled = lower, lower
    for old, new in _SWAPS:
        swapped = swapped.str.replace_all(old, new, literal=True)
    for old, new in _DOUBLES:
        doubled = doubled.str.replace(old, new, literal=True)
    dress = pl.Series(rng.integers(0, 3, len(latin)))
    cut = pl.Series(rng.integers(1, 4, len(latin)))
    frame = pl.DataFrame({"latin": latin, "cut": cut, "dress": dress})
    slipped = pl.concat_str(pl.col("latin").str.slice(0, pl.col("cut")), pl.col("latin").str.slice(pl.col("cut") + 1))
    dressed = (
        pl.when(pl.col("dress") == 0).then(pl.format("{} village", "latin"))
        .when(pl.col("dress") == 1).then(pl.format("Al-{}", "latin"))
        .otherwise(pl.format("near {}", "latin"))
    )  # fmt: skip
    return frame.select(
        plain="latin",
        swapped=swapped.str.to_titlecase(),
        doubled=doubled.str.to_titlecase(),
        dressed=dressed,
        slipped=slipped,
        arabic=arabic,
    )
