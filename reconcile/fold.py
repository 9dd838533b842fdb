"""One comparable form for a name in any script and any transliteration; for comparison only, never for
output.

Two strengths: ``words`` (light: case, diacritics and punctuation go, words stay) and ``fold`` (strong: one
string in a small Latin alphabet). The strong form writes as one what transliterators write in many ways (x
= kh, q = k, w = v = u = o, e = y = i, double letters, the Arabic article, a final h), so that plain edit
distance (``rapidfuzz.fuzz.ratio``) finds the spellings of one name. It cannot tell homonyms apart:
geography does that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Final

from rapidfuzz import fuzz, process

from reconcile.lookups import builtin_toml

_TABLES: Final = builtin_toml("letters.toml")


def _letters(when: str) -> dict[int, str]:
    scripts = _TABLES[when].values()
    return {ord(letter): latin for script in scripts for latin, letters in script.items() for letter in letters}


# Modifier letters that stand for ain and hamza, and the apostrophes: they join, where other punctuation
# parts.
_JOINING: Final = dict.fromkeys(map(ord, "'’‘`´ʼʻʿʾʹʺ\u200c\u200d\u0640"), "")
_BEFORE: Final = _letters("before")
_AFTER: Final = _letters("after")

# A pattern that begins with a letter is looked for many times as fast as one that begins by looking behind.
_INITIALS: Final = re.compile(r"\.(?<=\b\w\.)(?=\w\b)")  # U.S. -> US
_ARTICLE: Final = re.compile(
    r"[aeu](?<=\b[aeu])(?:(?:(?<=a)(?:[lrtndz]|sh?)|(?<=[eu])l)[-‐‑]|(?<=[ae])l )(?=\w)"
)  # al- el- ul- as- ash- ar- at- an- ad- az-, "al " and "el "
_ARABIC_ARTICLE: Final = re.compile(r"\bال(?=\w\w\w)")
_AIN_FIRST: Final = re.compile(r"\bع(?![اويىەێۆ])")
_DIGRAPHS: Final = (
    ("sch", "sh"), ("tch", "ch"), ("dj", "j"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("gh", "g"),
    ("ck", "k"), ("x", "kh"),
)  # fmt: skip
_LETTERS: Final = str.maketrans({"q": "k", "w": "u", "v": "u", "o": "u", "e": "i", "y": "i"})
_HARD_C: Final = re.compile(r"c(?!h)")
_DOUBLED: Final = re.compile(r"([^\d\n])(?=\1)")
_H_AFTER_WORD: Final = re.compile(r"h(?<=[aiu]h)(?![^\W_])")
_H_AT_END: Final = re.compile(r"h(?<=[aiu]h)$", re.MULTILINE)
_AA_AT_END: Final = re.compile(r"aa$", re.MULTILINE)
_AT_ONCE: Final = 4_096  # names compared with a whole table at a time
_BETWEEN_WORDS: Final = re.compile(r"(?:[^\w\n]|_)+")
# The same of ASCII, without a pattern.
_SPACED: Final = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) != "\n"}
_LEFT_OUT: Final = dict.fromkeys(_SPACED, "")
_MANY: Final = 1_000  # letters from which an array is worth its making

# "X (Y)", "X, Y", "X - Y", "X village-Y", "X-15 km east of Y": X is the place.
_HEAD: Final = re.compile(r"[(\[,;]|\s[-–—]|[-–—][\s\d]|(?<=\bvillage)[-–—]|(?<=\btown)[-–—]", re.IGNORECASE)
_MARK: Final = re.compile(r"[(\[,;–—-]")  # without one of these there is no other head than the whole


def _by_line(names: Sequence[str], rules: Callable[[str], str]) -> list[str]:
    """What ``rules`` make of each name. They get many at once, one a line, and never look beyond a line's end.

    A call for each name and rule is what takes the time. ASCII goes by itself: on it they are several times as fast.
    """
    done = list(names)
    for plain in (True, False):
        rows = [row for row, name in enumerate(names) if name.isascii() is plain]
        text = "\n".join([names[row] for row in rows])
        if text.count("\n") >= max(len(rows), 1):
            text = "\n".join([_line(names[row]) for row in rows])
        for row, line in zip(rows, rules(text).split("\n") if rows else (), strict=True):
            done[row] = line
    return done


def _line(name: str) -> str:
    return name.replace("\n", "\t")


def _plain(text: str) -> str:
    """NFKC, casefold, no diacritics; the scripts are kept."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFKD", text)
    return "".join([char for char in text if not unicodedata.combining(char)])


def words_of_each(names: Sequence[str]) -> list[str]:
    """``words`` of each name, with spaces between them."""
    return [line.strip(" ") for line in _by_line(names, _in_words)]


def _in_words(text: str) -> str:
    return _parted(_INITIALS.sub("", _plain(text.translate(_JOINING))))


def _parted(text: str) -> str:
    """``text`` with one space for all that stands between two words."""
    if not text.isascii():
        return _BETWEEN_WORDS.sub(" ", text)
    text = text.translate(_SPACED)
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _joined(text: str) -> str:
    """``text`` without what stands between its words."""
    return text.translate(_LEFT_OUT) if text.isascii() else _BETWEEN_WORDS.sub("", text)


def _undoubled(text: str) -> str:
    """``text`` with one letter for each run of it."""
    if len(text) < _MANY or not text.isascii():
        return _DOUBLED.sub("", text)
    import numpy as np

    codes = np.frombuffer(text.encode(), dtype=np.uint8)
    keep = np.ones(len(codes), dtype=bool)
    keep[:-1] = (codes[1:] != codes[:-1]) | (codes[1:] < ord("A"))  # digits and ends of lines stay
    return codes[keep].tobytes().decode()


@lru_cache(maxsize=1_048_576)
def words(name: str) -> tuple[str, ...]:
    """The words of ``name`` in their own script, casefolded, without diacritics ("U.S. army" -> us, army)."""
    return tuple(_in_words(_line(name)).split())


def _transliterated(text: str) -> str:
    if text.isascii():
        return text.lower().translate(_JOINING)
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _AIN_FIRST.sub("a", _ARABIC_ARTICLE.sub("", text.translate(_JOINING)))
    return _plain(text.translate(_BEFORE)).translate(_AFTER)


def _step(text: str) -> str:
    """One pass of the strong rules, which shorten or map into the small alphabet: passes come to an end."""
    text = _transliterated(text)
    for long, short in _DIGRAPHS:
        text = text.replace(long, short)
    text = _joined(_H_AFTER_WORD.sub("", _ARTICLE.sub("", text)))
    text = _HARD_C.sub("k", text).translate(_LETTERS)
    # A final aa stays: it is all that parts Daraa from Dara. The mark keeps its second letter apart.
    text = _undoubled(_AA_AT_END.sub("aa\0", text))
    return _H_AT_END.sub("", text).replace("\0", "a")


def fold_each(names: Sequence[str]) -> list[str]:
    """``fold`` of each name, many times as fast as one by one."""
    folded = list(names)
    rows = list(range(len(folded)))
    while rows:
        again = _by_line([folded[row] for row in rows], _step)
        changed = [(row, name) for row, name in zip(rows, again, strict=True) if name != folded[row]]
        for row, name in changed:
            folded[row] = name
        rows = [row for row, _ in changed]
    return folded


@lru_cache(maxsize=1_048_576)
def fold(name: str) -> str:
    """The strong folded form of ``name``: one word, no spaces; ``""`` when no letter or digit is left.

    ``fold(fold(name)) == fold(name)`` for every string.
    """
    text = _step(_line(name))
    while (again := _step(text)) != text:
        text = again
    return text


@cache
def place_words(group: str) -> frozenset[str]:
    """One of the lists of ``data/place_words.toml``."""
    return frozenset(builtin_toml("place_words.toml")[group])


@lru_cache(maxsize=1_048_576)
def bare(name: str) -> str:
    """``name`` without the words for kinds of places: ``"village of X (Y)"``, ``"X town"``, ``"near X, Y"``
    -> ``X``.

    What follows a bracket, comma or dash is left out, and so is what follows "near", "in" or "outside" in
    the middle. When nothing but such words is there, they are the name.
    """
    return bare_each([name])[0]


def bare_each(names: Sequence[str]) -> list[str]:
    """``bare`` of each name, many times as fast as one by one."""
    heads = [(_head(name) if _MARK.search(name) else name).split() for name in names]
    distinct = list(dict.fromkeys(chain.from_iterable(heads)))
    plain = dict(zip(distinct, words_of_each(distinct), strict=True))
    known = _words_around()
    around = {
        token for token, said in plain.items()
        if said in known or said.isdigit() or not said or (" " in said and known.issuperset(said.split()))
    }  # fmt: skip
    return [" ".join(tokens if around.isdisjoint(tokens) else _bare(tokens, plain)) for tokens in heads]


def _head(name: str) -> str:
    return next((head for part in _HEAD.split(name) if (head := part.strip())), "")


@cache
def _words_around() -> frozenset[str]:
    """Every word that may not be part of a bare name."""
    return frozenset().union(
        *(place_words(group) for group in ("kinds", "leading", "articles", "directions", "nearby"))
    )


def _bare(tokens: list[str], plain_of: Mapping[str, str]) -> list[str]:
    """The tokens of a bare name; all of them when none is left."""
    plain = [plain_of[token] for token in tokens]
    start, end = 0, len(tokens)
    while start < end and _leads(plain, start):
        start += 1
    end = next((at for at in range(start + 1, end) if _leads_away(plain, at)), end)
    while end > start and _is_kind(plain[end - 1]):
        end -= 1
    return tokens[start:end] or tokens


def _is_kind(token: str) -> bool:
    return all(word in place_words("kinds") for word in token.split())  # also "sub-district", and a token without words


def _leads_away(plain: list[str], at: int) -> bool:
    """Whether what begins at ``at`` says where the name before it lies: "near Y", "(village) of Y"."""
    return plain[at] in place_words("nearby") or (plain[at] == "of" and _is_kind(plain[at - 1]))


def _leads(plain: list[str], at: int) -> bool:
    """Whether the word at ``at`` only leads up to the name."""
    token, after = plain[at], plain[at + 1] if at + 1 < len(plain) else ""
    if token in place_words("directions"):
        return after in place_words("links")
    if token in place_words("articles") and at == 0:
        return False
    return _is_kind(token) or token in place_words("leading") or (token.isdigit() and after in place_words("leading"))


def fold_place(name: str) -> str:
    """``fold`` of the bare place name: the key under which an unlisted place is compared."""
    return fold(bare(name))


def index_key(name: str, exact_up_to: int) -> str:
    """The key under which an alias table files ``name``: its fold, but short names letter by letter.

    Folding makes one of many spellings and so also of many abbreviations (ME and MI, CIA and KIA): names of
    at most ``exact_up_to`` ASCII letters are only casefolded and marked with ``=``, which no fold contains.
    """
    plain = "".join(words(name))
    return spelled_key(plain) if plain.isascii() and 0 < len(plain) <= exact_up_to else fold(name)


def spelled_key(letters: str) -> str:
    """The key of a name that is filed letter by letter; ``letters`` are its words without the spaces between."""
    return f"={letters}"


def name_similarity(a: str, b: str) -> float:
    """How alike two *folded* names are, 0..1 (normalized indel similarity); 0 when either is empty."""
    return fuzz.ratio(a, b) / 100.0 if a and b else 0.0


def most_similar(name: str, names: Sequence[str], least: float) -> list[tuple[str, float]]:
    """Those of the *folded* ``names`` that are at least ``least`` alike to ``name``, and how alike they are."""
    found = process.extract(name, names, scorer=fuzz.ratio, score_cutoff=least * 100 - 1e-9, limit=None)
    likely = ((other, name_similarity(name, other)) for other, _, _ in found)
    return [(other, likeness) for other, likeness in likely if likeness >= least]


def any_similar(names: Sequence[str], others: Sequence[str], least: float) -> list[bool]:
    """Whether ``most_similar`` finds any of the *folded* ``others`` for each of the *folded* ``names``, none empty."""
    found: list[bool] = []
    for start in range(0, len(names), _AT_ONCE):
        part = names[start : start + _AT_ONCE]
        likeness = process.cdist(part, others, scorer=fuzz.ratio, score_cutoff=least * 100 - 1e-9)
        found.extend(bool(best) for best in likeness.max(axis=1, initial=0))
    return found
