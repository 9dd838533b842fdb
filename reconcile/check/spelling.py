"""Names that are spelled nearly as another one: of the place table, or of other records beside it.

A name is held against those that could stand in its place: provinces of the same country, districts and places of
the same province, outlets of the same file, actors anywhere. A transliteration is no slip, so a spelling that folds
like another is found only where its own outlet, or its own record, otherwise writes that other one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.fold import fold_place, words
from reconcile.load.finds import Path
from reconcile.pipeline import Knowledge
from reconcile.places.resolve import distance_km
from reconcile.text import clip

_SHORT: Final = 5  # letters from which a name may be a slip of another
_LONG: Final = 10  # ... in two letters
_WORD: Final = 4  # letters of a word that may be one
_OFTEN: Final = 3  # times as often as the slip stands what was meant, where no table has it
_MOST: Final = 3_000  # names of one scope
_NEAR_KM: Final = 25.0
_LEVELS: Final = ("admin1", "admin2", "place")
_ACTORS: Final = ("perpetrators", "targets")

Scope = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Use:
    """A name where a record states it."""

    row: Row
    path: Path
    text: str


@dataclass(slots=True)
class _Names:
    """The names of one scope, by their spelling."""

    uses: dict[str, list[_Use]] = field(default_factory=lambda: defaultdict(list))
    listed: dict[str, tuple[str, float | None, float | None]] = field(default_factory=dict)
    """Those of the place table: as written there, lat, lon."""

    def written(self, name: str) -> str:
        """The spelling as it is mostly written."""
        if name in self.listed:
            return self.listed[name][0]
        return min(Counter(use.text for use in self.uses[name]).items(), key=lambda one: (-one[1], one[0]))[0]


def spelling(sheet: Sheet) -> Iterator[Draft]:
    """Each name that is probably a slip of another, at the first record that has it."""
    scopes = _scopes(sheet)
    known = sheet.knowledge
    _list_places(scopes, known)
    drafts = []
    for scope, names in sorted(scopes.items()):
        if len(names.uses) + len(names.listed) <= _MOST:
            drafts += list(_slips(scope[0], names, known))
    yield from sorted(drafts, key=lambda draft: (draft.row, str(draft.paths)))


def _scopes(sheet: Sheet) -> dict[Scope, _Names]:
    scopes: dict[Scope, _Names] = defaultdict(_Names)
    for row in sheet.rows:
        if row["kept"] and sheet.own(row["row"]):
            for scope, use in _stated(row, sheet.file_of(row["row"]).name):
                scopes[scope].uses[spelled(use.text)].append(use)
    return scopes


def _stated(row: Row, file: str) -> Iterator[tuple[Scope, _Use]]:
    """The names of a row, and the scope of each."""
    country, unit = row["country_key"], row["admin1_key"]
    if row["outlet"]:
        yield ("outlet", file), _Use(row, ("outlet",), row["outlet"])
    if country and row["admin1"]:
        yield ("admin1", country), _Use(row, ("admin1",), row["admin1"])
    for level in ("admin2", "place"):
        if country and unit and row[level]:
            yield ("place", country, unit), _Use(row, (level,), row[level])
    for name in _ACTORS:
        for at, actor in enumerate(row[name] or ()):
            yield ("actor",), _Use(row, (name, at), actor)


def spelled(name: str) -> str:
    """The name as it is written, but for case, space, accents and punctuation."""
    return " ".join(words(name))


def _list_places(scopes: Mapping[Scope, _Names], known: Knowledge) -> None:
    places = known.places
    for place in places.listed():
        country = places.country(place.country) if place.country else None
        unit = places.admin1(place.admin1, country) if place.admin1 else None
        scope = ("admin1", country or "") if place.level == 1 else ("place", country or "", unit or "")
        if scope in scopes:
            scopes[scope].listed.setdefault(spelled(place.name), (place.name, place.lat, place.lon))


def _slips(kind: str, names: _Names, known: Knowledge) -> Iterator[Draft]:
    others = sorted(names.uses.keys() | names.listed.keys())
    for name in sorted(names.uses.keys() - names.listed.keys()):
        near = process.extract(name, others, scorer=OSA.distance, score_cutoff=2, limit=8)
        for other, _, _ in sorted(near, key=lambda one: (one[1], one[0])):
            use = _slip(kind, name, other, names, known) if other != name and alike(name, other) else None
            if use is not None:
                meant = clip(names.written(other), 60)
                values = {"field": use.path[0], "value": clip(use.text, 60), "other": meant}
                yield Draft("nearly-another", use.row["row"], (use.path,), values, f"did you mean '{meant}'?")
                break


def alike(name: str, other: str) -> bool:
    """Whether one may be a slip of the finger for the other: in one word, by a letter or two, none of them a digit."""
    if [char for char in name if char.isdigit()] != [char for char in other if char.isdigit()]:
        return False
    ours, theirs = name.split(), other.split()
    if len(ours) != len(theirs):
        return "".join(ours) == "".join(theirs) and len(name) >= _SHORT
    differ = [(one, two) for one, two in zip(ours, theirs, strict=True) if one != two]
    if len(differ) != 1 or (differ[0][0][0] != differ[0][1][0] and min(map(len, differ[0])) < _LONG):
        return False
    one, two = differ[0]
    short, steps = min(len(one), len(two)), OSA.distance(one, two, score_cutoff=2)
    changed = sum(((Counter(one) - Counter(two)) + (Counter(two) - Counter(one))).values())
    if short < (_SHORT if len(ours) == 1 else _WORD if changed else _WORD - 1) or _singular(one) == _singular(two):
        return False
    return steps <= (2 if short >= _LONG or changed < 2 or fold_place(one) == fold_place(two) else 1)


def _singular(word: str) -> str:
    return re.sub(r"men$", "man", word).removesuffix("s")


def _slip(kind: str, name: str, other: str, names: _Names, known: Knowledge) -> _Use | None:
    """The use of ``name`` that was to be ``other``, if the records speak for that."""
    uses, theirs, listed = names.uses[name], names.uses.get(other, []), other in names.listed
    beside = [use for use in uses if other in _places_of(use.row) and (listed or _rather(use, name, other, theirs))]
    if transliterates(name, other):
        return next(iter(beside), None) if kind == "place" else None
    if fold_place(name) == fold_place(other):  # a letter doubled, or two exchanged
        here, there = (Counter(use.row["outlet"] for use in some) for some in (uses, theirs))
        strange = [use for use in uses if there[use.row["outlet"]] >= here[use.row["outlet"]] + (not listed)]
        alone = uses if len(uses) == 1 and (len(theirs) > 1 or listed) else []
        return next(iter(beside or strange or alone), None)
    if kind == "actor":
        return uses[0] if len(uses) == 1 and _is_actor(other, known) and not _is_actor(name, known) else None
    level = sum(use.path == uses[0].path for use in theirs)
    often = level >= _OFTEN * len(uses)
    if not (often or (len(uses) == 1 and (beside or listed or (level > 1 and kind == "place")))):
        return None
    if kind in ("admin1", "place") and _is_place(uses[0].row, name, known):
        return None
    if kind == "place" and not _near(uses, theirs, names, other):
        return None
    return next(iter(beside or uses))


def _rather(use: _Use, name: str, other: str, theirs: Sequence[_Use]) -> bool:
    """Whether, of two names in one record, it is ``name`` that is the slip."""
    told = spelled(" ".join(str(use.row[field]) for field in ("title", "text") if use.row[field]))
    if (name in told) != (other in told):
        return other in told
    elsewhere = sum(one.row["row"] != use.row["row"] for one in theirs)
    return elsewhere > 0 or use.path == ("place",)


def transliterates(name: str, other: str) -> bool:
    """Whether the two are one name in two transliterations: they fold alike, by more than order and doubling."""
    return fold_place(name) == fold_place(other) and _letters(name) != _letters(other)


def _letters(name: str) -> list[str]:
    """The letters of the name, sorted, one of each run."""
    return sorted(letter for letter, _ in groupby(name) if letter.isalnum())


def _is_actor(name: str, known: Knowledge) -> bool:
    """Whether the table or the grammar reads the name as it stands."""
    return known.actors.listed(name) is not None or known.actors.grammar.read(name) is not None


def _is_place(row: Row, name: str, known: Knowledge) -> bool:
    """Whether the table has a place of the country under this very name, wherever it lies."""
    return bool(known.places.known(name, row["country"]))


def _places_of(row: Row) -> set[str]:
    return {spelled(row[level]) for level in _LEVELS if row[level]}


def _near(uses: Sequence[_Use], theirs: Sequence[_Use], names: _Names, other: str) -> bool:
    """Whether the coordinates, where they are stated, allow that the two names are one place's."""
    ours, there = ([(use.row["lat"], use.row["lon"]) for use in some] for some in (uses, theirs[:100]))
    if other in names.listed:
        there.append(names.listed[other][1:])
    gaps = [distance_km(*one, *two) for one in ours for two in there if None not in (*one, *two)]
    return not gaps or min(gaps) <= _NEAR_KM
