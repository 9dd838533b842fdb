"""Number words of Arabic and Sorani Kurdish up to 999, as titles and quotes write them.

They bear figures out. Against a figure they are held only where nothing else in the text can count: see ``alone``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

LANGUAGES: Final = frozenset({"ar", "ara", "ckb", "ku", "kur"})

_SAME: Final = str.maketrans({
    "أ": "ا", "إ": "ا", "آ": "ا", "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ە": "ه", "ئ": "ی",
    "ڕ": "ر", "ڵ": "ل", "ـ": None, "\u200c": None,
} | dict.fromkeys(map(chr, range(0x064B, 0x0653))))  # fmt: skip


def _folded(word: str) -> str:
    return word.translate(_SAME)


def _table(words: str, first: int = 1, step: int = 1) -> dict[str, int]:
    """``"a/b c"`` from ``first`` on: a and b are the first number, c the next."""
    return {
        _folded(form): first + step * number
        for number, forms in enumerate(words.split()) for form in forms.split("/")
    }  # fmt: skip


_UNITS: Final = _table(
    "واحد/واحدة اثنان/اثنين/اثنتان/اثنتين ثلاثة/ثلاث أربعة/أربع خمسة/خمس ستة/ست سبعة/سبع ثمانية/ثماني/ثمان تسعة/تسع"
) | _table("یەک دوو سێ چوار پێنج شەش حەوت هەشت نۆ")
_TEENS: Final = _table(
    "دە/عشرة/عشر یازدە/یانزە دوازدە/دوانزە سێزدە/سیانزە چواردە پازدە/پانزدە/پانزە شازدە/شانزدە/شانزە حەڤدە هەژدە نۆزدە",
    10,
)
_TENS: Final = _table(
    "عشرون/عشرين ثلاثون/ثلاثين أربعون/أربعين خمسون/خمسين ستون/ستين سبعون/سبعين ثمانون/ثمانين تسعون/تسعين", 20, 10
) | _table("بیست سی چل پەنجا شەست حەفتا هەشتا نەوەد", 20, 10)
_HUNDREDS: Final = _table("مئة/مائة/سەد مئتان/مئتين/مائتان/مائتين", 100, 100)
_TEN: Final = (_folded("عشر"), _folded("عشرة"))
_ELEVEN: Final = _table("أحد/إحدى اثنا/اثني/اثنتا/اثنتي")
# "dozens", "several", "more than", "about", "at least": with them a figure may be any other.
_UNSURE: Final = (
    "عشرات العشرات عدة عدد بضع بضعة أكثر نحو حوالي قرابة مئات المئات آلاف الأقل زهاء "
    "دەیان دەیەها چەند چەندین زیاتر زۆرتر نزیکەی نزیک سەدان هەزاران کەمتر لانیکەم"
)
_VAGUE: Final = frozenset(map(_folded, _UNSURE.split()))
_AND: Final = "و"


def read_other(tokens: Sequence[str]) -> int | None:
    """The number that all ``tokens`` together are; None if they are none."""
    words = [_folded(token) for token in tokens]
    if not words or words[0].isascii():
        return None
    if words[0] in _HUNDREDS:
        rest = _after_and(words[1:])
        low = 0 if not words[1:] else _below_hundred(rest) if rest else None
        return None if low is None else _HUNDREDS[words[0]] + low
    if len(words) > 1 and words[1] == _folded("سەد") and 2 <= _UNITS.get(words[0], 0) <= 9:
        low = read_other([tokens[1], *tokens[2:]])
        return None if low is None else _UNITS[words[0]] * 100 + low - 100
    return _below_hundred(words)


def _below_hundred(words: Sequence[str]) -> int | None:
    if len(words) == 1:
        return next((table[words[0]] for table in (_UNITS, _TEENS, _TENS) if words[0] in table), None)
    if len(words) == 2 and words[1] in _TEN:  # three ten
        unit = _ELEVEN.get(words[0], _UNITS.get(words[0], 0))
        return unit + 10 if 1 <= unit <= 9 else None
    rest = _after_and(words[1:])
    if len(rest) != 1:
        return None
    if words[0] in _TENS and rest[0] in _UNITS:  # Kurdish: twenty and five
        return _TENS[words[0]] + _UNITS[rest[0]]
    return (
        _UNITS[words[0]] + _TENS[rest[0]] if words[0] in _UNITS and rest[0] in _TENS else None
    )  # Arabic: five and twenty


def _after_and(words: Sequence[str]) -> list[str]:
    """The words after "and", which is a word by itself or the first letter of the next; none, if there is no "and"."""
    if words and words[0] == _AND:
        return list(words[1:])
    return [words[0][1:], *words[1:]] if words and words[0].startswith(_AND) and len(words[0]) > 1 else []


def alone(tokens: Sequence[str]) -> bool:
    """Whether the words, less those of their one number, leave no other count open: no "and", no vague word."""
    words = [_folded(token) for token in tokens]
    return not any(word in _VAGUE or word == _AND or (word.startswith(_AND) and len(word) > 3) for word in words)
