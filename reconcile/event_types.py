"""What kind of event a record's ``event_type`` means: a small taxonomy, and recorders' vocabularies mapped
onto it.

The kinds, their meanings, words and codes are in ``data/event_types.toml``: the vocabularies of ACLED (old
and new), UCDP, GTD, CAMEO, PLOVER and SCAD are matched whole, free text by keywords. A user's TOML of the
same form is merged over it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, Literal

from reconcile.errors import ConfigError
from reconcile.fold import words
from reconcile.lookups import builtin_toml, read_toml

Affinity = Literal["same", "close", "far"]

_TOP: Final[dict[str, type]] = {"kinds": dict, "close": list, "keyword_order": list}
_FIELDS: Final[dict[str, type]] = {"title": str, "meaning": str, "exact": list, "keywords": list}
_NOT_STATED: Final = frozenset({"unknown", "other", "others", "unspecified", "not stated", "n a", "na", "none"})


class EventTypes:
    """The taxonomy: ``kinds`` lists its keys, ``resolve`` maps a text onto one, ``affinity`` compares two."""

    def __init__(self, table: dict[str, Any]) -> None:
        self._kinds: dict[str, dict[str, Any]] = table["kinds"]
        self.kinds: tuple[str, ...] = tuple(self._kinds)
        self._close = {frozenset(pair) for pair in table["close"]}
        self._exact: dict[tuple[str, ...], str] = {
            words(name): key for key, kind in self._kinds.items() for name in (key, *kind["exact"])
        }
        order = [*(key for key in table["keyword_order"] if key in self._kinds)]
        order += [key for key in self.kinds if key not in order]
        ours = [(words(word), key) for key in order for word in self._kinds[key]["keywords"]]
        self._keywords: list[tuple[tuple[str, ...], str]] = [*table.get("first", ()), *ours]
        self.resolve = lru_cache(maxsize=65_536)(self._resolve)

    @classmethod
    def load(cls, path: str | None = None) -> EventTypes:
        """The built-in taxonomy, a user's TOML at ``path`` merged over it.

        A user's words are tried before ours and pairs in ``close`` are added. ``ConfigError`` for an
        unknown field, a wrong type, or a kind in ``close`` or ``keyword_order`` that no table defines.
        """
        table = builtin_toml("event_types.toml")
        if path is not None:
            _merge(table, read_toml(path), path)
        return cls(table)

    def _resolve(self, text: str) -> str | None:
        """The key of the kind that ``text`` means; null when it says nothing or nothing known.

        First the whole text is looked up, then keywords inside it, whole words only.
        """
        whole = words(text)
        if not whole or " ".join(whole) in _NOT_STATED:
            return None
        if whole in self._exact:
            return self._exact[whole]
        padded = f" {' '.join(whole)} "
        return next((key for word, key in self._keywords if f" {' '.join(word)} " in padded), None)

    @property
    def phrases(self) -> tuple[tuple[str, ...], ...]:
        """Every expression of the taxonomy, as words."""
        return (*self._exact, *(phrase for phrase, _ in self._keywords))

    def affinity(self, a_key: str, b_key: str) -> Affinity:
        """Whether two kinds are one, kinds that recorders use for one event, or neither. Symmetric."""
        if a_key == b_key:
            return "same"
        return "close" if frozenset((a_key, b_key)) in self._close else "far"

    def title(self, key: str) -> str:
        """``key`` for a reader; an unknown key is its own title."""
        return str(self._kinds[key]["title"]) if key in self._kinds else key

    def meaning(self, key: str) -> str:
        """One sentence on what a known kind covers."""
        return str(self._kinds[key]["meaning"])


def _merge(table: dict[str, Any], extra: dict[str, Any], path: str) -> None:
    _check(extra, _TOP, path, "the file")
    kinds = table["kinds"]
    for key, kind in extra.get("kinds", {}).items():
        if not isinstance(kind, dict):
            raise ConfigError(f"{path}: kinds.{key} is no table (write [kinds.{key}] with title, exact, keywords)")
        _check(kind, _FIELDS, path, f"kinds.{key}")
        mine = kinds.get(key, {"title": key, "meaning": "", "exact": [], "keywords": []})
        for other in kinds.values():  # an exact name has one meaning: the user's
            taken = {words(name) for name in kind.get("exact", [])}
            other["exact"] = [name for name in other["exact"] if words(name) not in taken]
        lists = {field: [*kind.get(field, []), *mine[field]] for field in ("exact", "keywords")}
        kinds[key] = {**mine, **kind, **lists}
    pairs = extra.get("close", [])
    for pair in pairs:
        if not (
            isinstance(pair, list) and len(pair) == 2 and all(isinstance(key, str) and key in kinds for key in pair)
        ):
            raise ConfigError(f"{path}: close: {pair!r} is no pair of kinds (known: {', '.join(sorted(kinds))})")
    unknown = [key for key in extra.get("keyword_order", []) if key not in kinds]
    if unknown:
        raise ConfigError(f"{path}: keyword_order: unknown kind {unknown[0]!r} (known: {', '.join(sorted(kinds))})")
    users = extra.get("kinds", {}).items()
    table["first"] = [(words(word), key) for key, kind in users for word in kind.get("keywords", [])]
    table["close"] = [*table["close"], *pairs]
    table["keyword_order"] = [*dict.fromkeys([*extra.get("keyword_order", []), *table["keyword_order"]])]


def _check(table: dict[str, Any], fields: dict[str, type], path: str, where: str) -> None:
    for field, value in table.items():
        if field not in fields:
            raise ConfigError(f"{path}: {where}: unknown field {field!r} (known: {', '.join(fields)})")
        if not isinstance(value, fields[field]):
            raise ConfigError(f"{path}: {where}: {field} is no {fields[field].__name__}")
        texts = value if isinstance(value, list) and field != "close" else []
        if not all(isinstance(text, str) and words(text) for text in texts):
            raise ConfigError(f"{path}: {where}: {field} is no list of words")
