"""The table of actors: aliases, parents, types, years; resolving names and comparing keys."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from rapidfuzz import fuzz, process

from reconcile.actors.grammar import TYPES, Grammar, Reading, variants
from reconcile.fold import fold, index_key, name_similarity, words
from reconcile.lookups import Row, builtin_rows, each_row, read_rows
from reconcile.scripts import script

Relation = Literal["same", "parent", "sibling", "unrelated"]

COLUMNS: Final = ("name", "alias", "parent", "type", "valid_from", "valid_to")

_EXACT: Final = 5  # "CIA" is not "KIA"
_SAME_NAME: Final = 0.90  # similarity of folded names from which two are one
# "Former members of X", "the anti-X front", "tribes opposed to X": nobody of X.
AGAINST: Final = frozenset({"anti", "against", "former", "ex", "pro", "versus", "opposed"})
_NAMES_ALONE: Final = 4  # letters of a one-word alias that may be found inside a longer name
_WORDS: Final = re.compile(r"\w{3,}")
_LONG: Final = 8  # folded letters from which a misspelt name may be recognized
_GRADES: Final = {"same": 1.0, "parent": 0.75, "sibling": 0.4, "unrelated": 0.0}
_UNNAMED: Final = 0.25  # a class ("criminals") against a name, two communities: weak evidence against


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor; ``key`` null = generic. ``parents`` are the keys that it is part of, the nearest first."""

    key: str | None
    name: str
    type: str
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Alias:
    key: str
    valid_from: int | None
    valid_to: int | None

    def holds(self, year: int) -> bool:
        return (self.valid_from is None or self.valid_from <= year) and (self.valid_to is None or year <= self.valid_to)


class Actors:
    """The table and the grammar: ``resolve`` names, compare keys with ``relation`` and ``similarity``."""

    def __init__(self) -> None:
        self.grammar = Grammar()
        self._names: dict[str, str] = {}
        self._types: dict[str, str] = {}
        self._parents: dict[str, list[str]] = {}
        self._aliases: dict[str, list[_Alias]] = defaultdict(list)
        self._long: list[str] = []  # index keys that are long enough to be recognized when misspelt
        self.resolve = lru_cache(maxsize=131_072)(self._resolve)
        self.relation = lru_cache(maxsize=131_072)(self._relation)

    @classmethod
    def load(cls, path: str | None = None) -> Actors:
        """The built-in table and the user's CSV at ``path``; ``ConfigError`` (file:line) for bad rows."""
        table = cls()
        each_row("actors.csv", builtin_rows("actors.csv"), table._add)
        if path is not None:
            rows = read_rows(path, ("name", "alias"), COLUMNS)
            each_row(path, rows, table._claim)
            each_row(path, rows, table._add)
            each_row(path, rows, table._check_line)
        table._long = sorted(key for key, held in table._aliases.items() if held and len(key) >= _LONG)
        return table

    def _resolve(self, name: str, year: int | None = None) -> Actor:
        """The actor that ``name`` means; ``year`` decides between holders of one name (SPLA before and
        after 2011).

        A name that the table does not list and the grammar does not read is its own key, of type "unknown".
        """
        forms = variants(name, self.grammar)
        for form in forms:
            if (key := self._listed(form, year)) is not None:
                return self._actor(key)
        if (key := self._initials(name, year)) is not None:
            return self._actor(key)
        if (reading := self.grammar.read(name)) is not None:
            return self._from_grammar(reading)
        for form in forms:
            if (key := self._misspelt(form) or self._contained(form, year)) is not None:
                return self._actor(key)
        base = " ".join(words(forms[-1] if forms else name))
        return Actor(base or None, name, "unknown")

    def _relation(self, a_key: str, b_key: str) -> Relation:
        """How two keys go together; symmetric. "parent": one is part of the other; "sibling": both of a
        third.

        Organs of any state ("*:police") are part of every state's like organ. Names that the table does not
        know are "same" when their folded forms are nearly equal or one is the other's initials.
        """
        if a_key == b_key:
            return "same"
        a_line, b_line = (a_key, *self.parents(a_key)), (b_key, *self.parents(b_key))
        if a_key in b_line or b_key in a_line or self.grammar.may_be_part(a_key, b_key):
            return "parent"
        if a_key.startswith("communal:") and b_key.startswith("communal:"):
            return _communities(a_key, b_key)
        if set(a_line[1:]) & set(b_line[1:]):
            return "sibling"
        return "same" if self._same_name(a_key, b_key) else "unrelated"

    def similarity(self, a: Sequence[str], b: Sequence[str]) -> float | None:
        """How far two lists of keys name the same actors: 1 the same, 0 unrelated; null when either is empty or nothing
        in it can be held against the other (see ``_tells``).

        Each key is graded against the best of the other list (same 1, parent 0.75, sibling 0.4, alike names
        up to 0.6). The shorter list counts three quarters: an outlet that names more actors does not
        contradict.
        """
        a, b = [x for x in a if self._tells(x, b)], [y for y in b if self._tells(y, a)]
        if not a or not b:
            return None
        short, long = sorted((sorted(set(a)), sorted(set(b))), key=len)
        grades = [[self._grade(x, y) for y in long] for x in short]
        ours = sum(max(row) for row in grades) / len(short)
        theirs = sum(max(row[at] for row in grades) for at in range(len(long))) / len(long)
        share = 0.5 if len(short) == len(long) else 0.75
        return share * ours + (1 - share) * theirs

    def parents(self, key: str) -> tuple[str, ...]:
        """The keys that ``key`` is part of, the nearest first."""
        above: list[str] = []
        waiting = [key]
        while waiting:
            inner = waiting.pop(0)
            of_grammar = self.grammar.part_of(inner)
            for outer in [of_grammar] if of_grammar else self._parents.get(inner, ()):
                if outer not in above:
                    above.append(outer)
                    waiting.append(outer)
        return tuple(above)

    def listed(self, name: str, year: int | None = None) -> str | None:
        """The key of the actor that the tables list under exactly this name; null when they list none."""
        return self._listed(name, year)

    # -- filling the table --

    def _key_of(self, name: str) -> str:
        return self.grammar.organ_key(name) or " ".join(words(name))

    def _add(self, row: Row) -> None:
        name, kind = row["name"], row["type"] or None
        if not words(name):
            raise ValueError("an actor needs a name")
        if kind and kind not in TYPES:
            raise ValueError(f"type {kind!r} is none of {', '.join(TYPES)}")
        alias = _Alias(self._key_of(name), _year(row, "valid_from"), _year(row, "valid_to"))
        if alias.valid_from is not None and alias.valid_to is not None and alias.valid_from > alias.valid_to:
            raise ValueError("valid_from is after valid_to")
        self._names.setdefault(alias.key, name)
        if kind or alias.key not in self._types:
            self._types[alias.key] = kind or "unknown"
        if row["parent"]:
            above = self._parents.setdefault(alias.key, [])
            if (outer := self._key_of(row["parent"])) not in above:
                above.append(outer)
        self._file(name, _Alias(alias.key, None, None))
        if row["alias"]:
            self._file(row["alias"], alias)

    def _file(self, name: str, alias: _Alias) -> None:
        if not (key := index_key(name, _EXACT)):
            raise ValueError(f"{name!r} has no letter or digit")
        if alias not in self._aliases[key]:
            self._aliases[key].append(alias)

    def _claim(self, row: Row) -> None:
        """Take the user's names from their built-in holders; a parent of theirs replaces ours."""
        mine = self._key_of(row["name"]) if words(row["name"]) else ""
        for name in filter(None, (row["name"], row["alias"])):
            key = index_key(name, _EXACT)
            self._aliases[key] = [alias for alias in self._aliases[key] if alias.key == mine]
        if row["parent"]:
            self._parents.pop(mine, None)

    def _check_line(self, row: Row) -> None:
        key = self._key_of(row["name"])
        if key in self.parents(key):
            raise ValueError(f"{row['name']!r} is part of itself")

    # -- looking up --

    def _listed(self, name: str, year: int | None) -> str | None:
        found = self._aliases.get(index_key(name, _EXACT), [])
        if year is not None:
            found = [alias for alias in found if alias.holds(year)] or found
        # Without a year, or outside all of them, the latest holder of the name.
        return max(found, key=lambda alias: (alias.valid_from or 0, alias.key)).key if found else None

    def _misspelt(self, name: str) -> str | None:
        folded = fold(name)
        if len(folded) < _LONG:
            return None
        near = process.extract(folded, self._long, scorer=fuzz.ratio, score_cutoff=100 * _SAME_NAME, limit=None)
        best = max((score for _, score, _ in near), default=0.0)
        holders = {alias.key for known, score, _ in near if score == best for alias in self._aliases[known]}
        return holders.pop() if len(holders) == 1 else None

    def _contained(self, name: str, year: int | None) -> str | None:
        """The listed actor whose one-word name ends ``name`` ("Kurdistan Region Peshmerga"), or stands in
        its middle among words that do not name ("front 12 of the FARC")."""
        tokens = words(name)
        if AGAINST.intersection(tokens):
            return None
        for at in range(len(tokens) - 1, -1, -1):
            if len(tokens[at]) >= _NAMES_ALONE and (key := self._listed(tokens[at], year)):
                rest = tokens[at + 1 :]
                return key if all(self.grammar.says_nobody(token) for token in rest) else None
        return None

    def _initials(self, name: str, year: int | None) -> str | None:
        """The listed actor whose initials stand in capitals among words that name nobody ("rebelles des ADF")."""
        if name.upper() == name or AGAINST.intersection(tokens := words(name)):
            return None
        capitals = {words(part) for part in _WORDS.findall(name) if part.isupper()}
        rest = [token for token in tokens if (token,) not in capitals]
        if not all(self.grammar.says_nobody(token) or token in self.grammar.around for token in rest):
            return None
        found = {key for one in sorted(capitals) if (key := self._listed(" ".join(one), year))}
        return found.pop() if len(found) == 1 and len(capitals) == 1 else None

    def _actor(self, key: str) -> Actor:
        return Actor(key, self._names.get(key, key), self._types.get(key, "unknown"), self.parents(key))

    def _from_grammar(self, reading: Reading) -> Actor:
        if reading.key is None:
            return Actor(None, reading.name, reading.type)
        name, kind = self._names.get(reading.key, reading.name), self._types.get(reading.key, reading.type)
        return Actor(reading.key, name, kind, self.parents(reading.key))

    # -- comparing --

    def _tells(self, key: str, others: Sequence[str]) -> bool:
        """Whether ``key`` can be held against any of ``others``: a name that no table knows, in another script than
        Latin, may be one of the names that the table knows, and one in another script than its own."""
        mine = self._foreign(key)
        return any(mine == self._foreign(other) or self.relation(key, other) != "unrelated" for other in others)

    def _foreign(self, key: str) -> str | None:
        """The script of a name that neither the table nor the grammar knows, if it is another than Latin."""
        known = ":" in key or key in self._names
        return None if known or key.isascii() or (written := script(key)) == "latin" else written

    def _grade(self, a_key: str, b_key: str) -> float:
        relation = self.relation(a_key, b_key)
        if relation != "unrelated":
            return _GRADES[relation]
        if a_key.startswith("class:") != b_key.startswith("class:"):
            other = b_key if a_key.startswith("class:") else a_key
            return 0.0 if self.grammar.is_organ(other) else _UNNAMED
        if a_key.startswith("communal:") and b_key.startswith("communal:"):
            return _UNNAMED  # a people and a religion may be two names of one side
        if ":" in a_key or ":" in b_key:
            return 0.0
        return max(0.0, 2.0 * name_similarity(fold(a_key), fold(b_key)) - 1.2)

    def _same_name(self, a_key: str, b_key: str) -> bool:
        a, b = (key.removeprefix("communal:") for key in (a_key, b_key))
        if ":" in a or ":" in b or (a_key in self._names and b_key in self._names):
            return False
        short, long = sorted((a, b), key=len)
        if " " not in short and 2 <= len(short) <= 8 and short == "".join(word[0] for word in long.split()):
            return " " in long
        folded, other = fold(short), fold(long)
        return folded == other or (min(len(folded), len(other)) >= 5 and name_similarity(folded, other) >= _SAME_NAME)


def _communities(a_key: str, b_key: str) -> Relation:
    """The Rup Dinka are part of the Dinka; Rup and Agar Dinka are siblings."""
    a, b = (set(key.removeprefix("communal:").split()) for key in (a_key, b_key))
    if a <= b or b <= a:
        return "parent"
    if a & b:
        return "sibling"
    alike = name_similarity(fold(" ".join(sorted(a))), fold(" ".join(sorted(b))))
    return "same" if alike >= _SAME_NAME else "unrelated"


def _year(row: Row, field: str) -> int | None:
    text = row[field]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise ValueError(f"{field} {text!r} is no year (four digits)")
    return int(text)
