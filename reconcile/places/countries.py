"""Countries by any usual name, code or spelling, and the adjectives that go with them."""

from __future__ import annotations

from typing import Final

from reconcile.fold import fold, fold_place, name_similarity, words
from reconcile.lookups import builtin_rows

_MISSPELT: Final = 0.88  # Argentinia; Austria and Australia are 0.87 alike
_LONG: Final = 7  # folded letters from which a misspelt name may be recognized


class Countries:
    """The countries of ISO 3166 and Kosovo. A country's key is its folded English short name."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}  # key -> English name
        self.words: dict[tuple[str, ...], str] = {}  # words of a name or adjective ("Iraqi") -> key
        self.adjectives: set[tuple[str, ...]] = set()  # those of them that are no names
        self._by_name: dict[str, str] = {}
        rows = [row for _, row in builtin_rows("countries.csv")]
        # The names first: "S. Sudan", folded, is another country's.
        self._by_fold = {fold(row["name"]): fold(row["name"]) for row in rows}
        for row in rows:
            self._add(row)

    def _add(self, row: dict[str, str]) -> None:
        key = fold(row["name"])
        self.names[key] = row["name"]
        for code in filter(None, (row["alpha2"], row["alpha3"])):
            self._by_name.setdefault(code.casefold(), key)
        for name in [row["name"], *filter(None, row["aliases"].split(";"))]:
            self._by_name[" ".join(words(name))] = key
            self._by_fold.setdefault(fold(name), key)
            self.words.setdefault(words(name), key)
        for adjective in filter(None, row["demonyms"].split(";")):
            if words(adjective) not in self.words:
                self.words[words(adjective)] = key
                self.adjectives.add(words(adjective))

    def key(self, name: str) -> str | None:
        """The key of the country that ``name`` means, or its fold; null if nothing is left of it."""
        found = self._by_name.get(" ".join(words(name))) or self._by_fold.get(fold(name))
        if found is None:
            folded = fold_place(name)
            found = self._by_fold.get(folded) or self._misspelt(folded) or folded
        return found or None

    def is_code(self, name: str) -> bool:
        """Whether ``name`` is a country's name, alias or code as it stands, case and accents aside."""
        return " ".join(words(name)) in self._by_name

    def _misspelt(self, folded: str) -> str | None:
        if len(folded) < _LONG:
            return None
        near = {key for known, key in self._by_fold.items() if name_similarity(known, folded) >= _MISSPELT}
        return near.pop() if len(near) == 1 else None
