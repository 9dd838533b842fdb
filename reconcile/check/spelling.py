"""Names that are spelled nearly as another one: of the place table, or of other records beside it.

A name is held against those that could stand in its place: provinces of the same country, districts and places of
the same province, outlets of the same file, types of events and actors anywhere. A transliteration is no slip, so a
spelling that folds like another is found only where its own outlet, or its own record, otherwise writes that other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from reconcile.check.likeness import alike, transliterates
from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.fold import fold_place, words
from reconcile.geo import distance_km
from reconcile.load.finds import Path
from reconcile.pipeline import Knowledge
from reconcile.text import clip

_OFTEN: Final = 3  # times as often as the slip stands what was meant, where no table has it
_FEW: Final = 2  # times that a slip may be made alike
_MOST: Final = 3_000  # names of one scope
_NEAR_KM: Final = 25.0
_CLIP: Final = 10_000
_ANYWHERE: Final = "?"  # stands for the province of places that are stated without one
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
    if ("type",) in scopes:
        phrases = (" ".join(phrase) for phrase in known.event_types.phrases)
        scopes["type",].listed.update({spelled(phrase): (phrase, None, None) for phrase in phrases})
    drafts = []
    for scope, names in sorted(scopes.items()):
        if len(names.uses) + len(names.listed) <= _MOST:
            drafts += list(_slips(scope, names, known))
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
        if country and row[level] and (unit or not row["admin1"]):
            yield ("place", country, unit or _ANYWHERE), _Use(row, (level,), row[level])
    if row["event_type"]:
        yield ("type",), _Use(row, ("event_type",), row["event_type"])
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
        anywhere = ("place", country or "", _ANYWHERE)
        for one in (scope, anywhere) if place.level != 1 else (scope,):
            if one in scopes:
                for name, written in places.spellings(place).items():
                    scopes[one].listed.setdefault(name, (written, place.lat, place.lon))


def _slips(scope: Scope, names: _Names, known: Knowledge) -> Iterator[Draft]:
    kind, others = scope[0], sorted(names.uses.keys() | names.listed.keys())
    for name in sorted(names.uses.keys() - names.listed.keys()):
        near = process.extract(name, others, scorer=OSA.distance, score_cutoff=2, limit=8)
        for other, _, _ in sorted(near, key=lambda one: (one[1], one[0])):
            slips = _meant(kind, name, other, names, known) if alike(name, other, listed=other in names.listed) else []
            if scope[-1] == _ANYWHERE:  # a country has many names: only what the record itself has, too
                slips = [use for use in slips if other in _places_of(use.row) or _told(use.row, other)]
            meant = clip(names.written(other), 60)
            for use in slips:
                values = {"field": use.path[0], "value": clip(use.text, 60), "other": meant}
                yield Draft("nearly-another", use.row["row"], (use.path,), values, f"did you mean '{meant}'?")
            if slips:
                break


def _meant(kind: str, name: str, other: str, names: _Names, known: Knowledge) -> list[_Use]:
    """The uses of ``name`` that were to be ``other``, if the records speak for that."""
    uses, theirs, listed = names.uses[name], names.uses.get(other, []), other in names.listed
    if kind in ("admin1", "place"):
        some = _meant_place(kind, name, other, names, known)
        return uses if some and len(uses) <= _FEW else some
    if kind == "actor":
        return uses if len(uses) == 1 and _is_actor(other, known) and not _is_actor(name, known) else []
    said = len(theirs) == len(uses) == 1 and any(_told(use.row, other) for use in (*uses, *theirs))
    return uses if len(theirs) >= 2 * len(uses) or (len(uses) == 1 and (listed or said)) else []


def _meant_place(kind: str, name: str, other: str, names: _Names, known: Knowledge) -> list[_Use]:
    uses, theirs, listed = names.uses[name], names.uses.get(other, []), other in names.listed
    beside = [use for use in uses if other in _places_of(use.row) and (listed or _rather(use, name, other, theirs))]
    if transliterates(name, other):
        alone = len(uses) == 1 and listed and len(theirs) > 1 and not known.places.spells(name)
        return beside if beside and kind == "place" else uses if alone else []
    if known.places.spells(name):
        return []
    if fold_place(name) == fold_place(other):  # a letter doubled, or two exchanged
        here, there = (Counter(use.row["outlet"] for use in some) for some in (uses, theirs))
        strange = [use for use in uses if there[use.row["outlet"]] >= here[use.row["outlet"]] + (not listed)]
        few = len(uses) <= _FEW and (listed or len(theirs) > len(uses))
        return beside or (strange if len(strange) <= _FEW else []) or (uses if few else [])
    level = sum(use.path == uses[0].path for use in theirs)
    often = level >= _OFTEN * len(uses)
    once = len(uses) == 1 and (beside or (level > 1 and kind == "place"))
    if not (often or once or (listed and len(uses) <= _FEW)):
        return []
    return (beside or uses) if kind == "admin1" or _near(uses, theirs, names, other) else []


def _rather(use: _Use, name: str, other: str, theirs: Sequence[_Use]) -> bool:
    """Whether, of two names in one record, it is ``name`` that is the slip."""
    if _told(use.row, name) != _told(use.row, other):
        return _told(use.row, other)
    elsewhere = sum(one.row["row"] != use.row["row"] for one in theirs)
    return elsewhere > 0 or use.path == ("place",)


def _told(row: Row, name: str) -> bool:
    """Whether the record's title or text has the name."""
    return any(name in spelled(row[field][:_CLIP]) for field in ("title", "text") if row[field])


def _is_actor(name: str, known: Knowledge) -> bool:
    """Whether the table or the grammar reads the name as it stands."""
    return known.actors.listed(name) is not None or known.actors.grammar.read(name) is not None


def _places_of(row: Row) -> set[str]:
    return {spelled(row[level]) for level in _LEVELS if row[level]}


def _near(uses: Sequence[_Use], theirs: Sequence[_Use], names: _Names, other: str) -> bool:
    """Whether the coordinates, where they are stated, allow that the two names are one place's."""
    ours, there = ([(use.row["lat"], use.row["lon"]) for use in some] for some in (uses, theirs[:100]))
    if other in names.listed:
        there.append(names.listed[other][1:])
    ours, there = ([point for point in some if _on_the_globe(*point)] for some in (ours, there))
    gaps = [distance_km(*one, *two) for one in ours for two in there]
    return not gaps or min(gaps) <= _NEAR_KM


def _on_the_globe(lat: float | None, lon: float | None) -> bool:
    return lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180
