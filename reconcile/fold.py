"""One comparable form for a name in any script and any transliteration; for comparison only, never for output.

Two strengths: ``words`` (light: case, diacritics and punctuation go, words stay) and ``fold`` (strong: one string in
a small Latin alphabet). The strong form writes as one what transliterators write in many ways (x = kh, q = k,
w = v = u = o, e = y = i, double letters, the Arabic article, a final h), so that plain edit distance
(``rapidfuzz.fuzz.ratio``) finds the spellings of one name. It cannot tell homonyms apart: geography does that.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

_LATIN: Final = {
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ə": "a", "ħ": "h", "ŋ": "n",
    "ç": "ch", "ş": "sh", "ș": "sh", "š": "sh", "č": "ch", "ž": "zh", "ğ": "gh", "ẍ": "gh",
}  # fmt: skip

# Arabic, Persian, Sorani and Urdu letters. Short vowels are not written, so nothing stands for them; what Sorani
# writes as a full vowel (ە ێ ۆ) becomes one. Hamza and ain carry no letter in most transliterations.
_ARABIC: Final = {
    "ا": "a", "آ": "a", "أ": "a", "إ": "i", "ٱ": "a", "ب": "b", "پ": "p", "ت": "t", "ث": "t", "ج": "j", "چ": "ch",
    "ح": "h", "خ": "kh", "د": "d", "ذ": "d", "ر": "r", "ڕ": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s",
    "ض": "d", "ط": "t", "ظ": "z", "ع": "", "غ": "gh", "ف": "f", "ڤ": "v", "ق": "q", "ك": "k", "ک": "k", "گ": "g",
    "ل": "l", "ڵ": "l", "م": "m", "ن": "n", "ں": "n", "ه": "h", "ھ": "h", "ہ": "h", "ة": "a", "ە": "a", "ۀ": "a",
    "و": "u", "ؤ": "u", "ۆ": "u", "ۊ": "u", "ۇ": "u", "ي": "i", "ی": "i", "ێ": "i", "ې": "i", "ے": "i", "ى": "a",
    "ئ": "", "ء": "", "ـ": "", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ټ": "t", "ډ": "d", "ړ": "r", "ښ": "sh", "ږ": "g",
    "ڼ": "n", "ړ": "r", "ځ": "z", "څ": "ts", "ۍ": "i",
}  # fmt: skip

_CYRILLIC: Final = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщыэюяіїєґўёћђљњџј",
        "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch y e yu ya i yi ye g w yo ch dj l n dj j".split(),
        strict=True,
    )
)
_GREEK: Final = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψως",
        "a v g d e z i th i k l m n ks o p r s t y f kh ps o s".split(),
        strict=True,
    )
)

# Modifier letters that stand for ain and hamza, and the apostrophes: they join, where other punctuation parts.
_JOINING: Final = dict.fromkeys(map(ord, "'’‘`´ʼʻʿʾʹʺ\u200c\u200d\u0640"), "")
_BEFORE: Final = str.maketrans({**_LATIN, **_ARABIC})  # before decomposition, which would lose ç and ئ
_AFTER: Final = str.maketrans({**_CYRILLIC, **_GREEK, "ъ": "", "ь": ""})

_WORD: Final = re.compile(r"[^\W_]+")
_INITIALS: Final = re.compile(r"(?<=\b\w)\.(?=\w\b)")  # U.S. -> US
_ARTICLE: Final = re.compile(r"\b(?:al|el|ul|as|ash|ar|at|an|ad|az)[-‐‑](?=\w)|\b(?:al|el) (?=\w)")
_ARABIC_ARTICLE: Final = re.compile(r"\bال(?=\w\w\w)")
_AIN_FIRST: Final = re.compile(r"\bع(?![اويىەێۆ])")
_DIGRAPHS: Final = (
    ("sch", "sh"), ("tch", "ch"), ("dj", "j"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("gh", "g"), ("ck", "k"),
    ("x", "kh"),
)  # fmt: skip
_LETTERS: Final = str.maketrans({"q": "k", "w": "u", "v": "u", "o": "u", "e": "i", "y": "i"})
_HARD_C: Final = re.compile(r"c(?!h)")
_DOUBLED: Final = re.compile(r"([^\d])\1+")
_FINAL_H: Final = re.compile(r"(?<=[aiu])h$")

# Words that say what kind of place a name is, or where near it, and are left out by one outlet and put in by another.
_KIND: Final = frozenset(
    """
    village villages town township city area areas district districts subdistrict sub county lga state province
    governorate region department municipality municipal agency locality neighborhood neighbourhood neighborhoods
    suburb suburbs local government council environs outskirts vicinity countryside oblast raion rayon tehsil taluk
    nahiya nahiyah nahia qada qadha qaza gund gundi qarya qaryat muhafazat madinat sharestan rusta
    koyu ilcesi mahallesi
    ciudad pueblo municipio departamento provincia distrito canton caserio aldea barrio vereda corregimiento zona
    ville quartier commune departement arrondissement cidade aldeia bairro
    قرية قريه القرية مدينة قضاء ناحية محافظة منطقة حي گوندی گوند شاری شار قەزای قەزا ناحیەی ناحیە پارێزگای روستای شهر شهرستان
    استان منطقه село город район область
    """.split()
)
_LEADING: Final = frozenset(
    """
    near in at the of outside around close to by from inside within north south east west northern southern eastern
    western northeast northwest southeast southwest central part parts de del la las los du des da do dos cerca
    pres perto en kilometers kilometres km miles mile قرب نزدیک
    """.split()
)
_ARTICLES: Final = frozenset("la las los do da dos de del du des".split())  # part of a name when they open it
_DIRECTIONS: Final = frozenset(
    "north south east west northern southern eastern western northeast northwest southeast southwest central".split()
)
_NEARBY: Final = frozenset("near in outside around close cerca pres perto قرب نزدیک".split())
# "X (Y)", "X, Y", "X - Y", "X village-Y", "X-15 km east of Y": X is the place.
_HEAD: Final = re.compile(r"[(\[,;]|\s[-–—]|[-–—][\s\d]|(?<=\bvillage)[-–—]|(?<=\btown)[-–—]", re.IGNORECASE)


def _plain(name: str) -> str:
    """NFKC, casefold, no diacritics; the scripts are kept."""
    text = unicodedata.normalize("NFKC", name).casefold()
    text = unicodedata.normalize("NFKD", text)
    return "".join(char for char in text if not unicodedata.combining(char))


@lru_cache(maxsize=131_072)
def words(name: str) -> tuple[str, ...]:
    """The words of ``name``, casefolded and without diacritics, in their own script (``"U.S. forces" -> us, forces``)."""
    text = _INITIALS.sub("", _plain(name.translate(_JOINING)))
    return tuple(_WORD.findall(text))


def _transliterated(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    text = _AIN_FIRST.sub("a", _ARABIC_ARTICLE.sub("", text.translate(_JOINING)))
    return _plain(text.translate(_BEFORE)).translate(_AFTER)


def _step(text: str) -> str:
    """One pass of the strong rules; they only shorten or map into the small alphabet, so passes come to an end."""
    text = _transliterated(text)
    for long, short in _DIGRAPHS:
        text = text.replace(long, short)
    tokens = [_FINAL_H.sub("", token) for token in _WORD.findall(_ARTICLE.sub("", text))]
    joined = _HARD_C.sub("k", "".join(tokens)).translate(_LETTERS)
    # A final aa stays: it is all that parts Daraa from Dara.
    tail = "a" if joined.endswith("aa") else ""
    return _FINAL_H.sub("", _DOUBLED.sub(r"\1", joined)) + tail


@lru_cache(maxsize=131_072)
def fold(name: str) -> str:
    """The strong folded form of ``name``: one word, no spaces; ``""`` when no letter or digit is left.

    ``fold(fold(name)) == fold(name)`` for every string.
    """
    text = _step(name)
    while (again := _step(text)) != text:
        text = again
    return text


@lru_cache(maxsize=131_072)
def bare(name: str) -> str:
    """``name`` without the words for kinds of places: ``"village of X (Y)"``, ``"X town"``, ``"near X, Y"`` -> ``X``.

    What follows a bracket or comma is left out, and so is what follows "near", "in" or "outside" in the middle. When
    nothing but such words is there, they are the name.
    """
    heads = (part.strip() for part in _HEAD.split(name))
    tokens = next((head for head in heads if head), "").split()
    plain = [" ".join(words(token)) for token in tokens]
    start, end = 0, len(tokens)
    while start < end and _leads(plain, start):
        start += 1
    end = next((at for at in range(start + 1, end) if _leads_away(plain, at)), end)
    while end > start and _is_kind(plain[end - 1]):
        end -= 1
    return " ".join(tokens[start:end]) or " ".join(tokens)


def _is_kind(token: str) -> bool:
    return all(
        word in _KIND for word in token.split()
    )  # true for "sub-district", and for a token without words


def _leads_away(plain: list[str], at: int) -> bool:
    """Whether what begins at ``at`` says where the name before it lies: "near Y", "(village) of Y"."""
    return plain[at] in _NEARBY or (plain[at] == "of" and _is_kind(plain[at - 1]))


def _leads(plain: list[str], at: int) -> bool:
    """Whether the word at ``at`` only leads up to the name. "Northern" does so before "of", not in "Northern Bahr"."""
    token, after = plain[at], plain[at + 1] if at + 1 < len(plain) else ""
    if token in _DIRECTIONS:
        return after in {"of", "part", "parts", "near", "de"}
    if token in _ARTICLES and at == 0:
        return False
    return _is_kind(token) or token in _LEADING or (token.isdigit() and after in _LEADING)


def fold_place(name: str) -> str:
    """``fold`` of the bare place name: the key under which an unlisted place is compared."""
    return fold(bare(name))


def index_key(name: str, exact_up_to: int) -> str:
    """The key under which an alias table files ``name``: its fold, but short names letter by letter.

    Folding makes one of many spellings and so also of many abbreviations (ME and MI, CIA and KIA): names of at most
    ``exact_up_to`` ASCII letters are only casefolded and marked with ``=``, which no fold contains.
    """
    plain = "".join(words(name))
    return f"={plain}" if plain.isascii() and len(plain) <= exact_up_to else fold(name)


def name_similarity(a: str, b: str) -> float:
    """How alike two *folded* names are, 0..1 (normalized indel similarity); 0 when either is empty."""
    return fuzz.ratio(a, b) / 100.0 if a and b else 0.0
