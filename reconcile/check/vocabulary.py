"""Words that the tables do not know: countries, event types, groups, languages; and fields that must be stated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.check.slips import Slips
from reconcile.check_settings import CheckSettings
from reconcile.fold import words
from reconcile.places import Countries
from reconcile.tables import MEASURES
from reconcile.text import clip

_LANGUAGE: Final = re.compile(r"([a-z]{2,3})(?:[-_][A-Za-z0-9]{1,8}){0,4}", re.IGNORECASE)
_CODES: Final = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee "
    "el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is "
    "it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms "
    "mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk "
    "sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
    "yo za zh zu "
)
_TWO_LETTERS: Final = frozenset(_CODES.split())
_UNSAID: Final = frozenset({"unknown", "other", "others", "unspecified", "not stated", "n a", "na", "none"})


def vocabulary(sheet: Sheet) -> Iterator[Draft]:
    """Each word in our own files that its table does not know."""
    countries = Countries()
    for row in sheet.rows:
        if not row["kept"] or not sheet.own(row["row"]):
            continue
        yield from _country(row, countries)
        kind = row["event_type"]
        if kind and row["type_key"] is None and " ".join(words(kind)) not in _UNSAID:
            near = get_close_matches(" ".join(words(kind))[:100], _types(sheet), n=1, cutoff=0.75)
            hint = f"did you mean '{near[0]}'?" if near else None
            yield Draft("unknown-event-type", row["row"], (("event_type",),), {"value": clip(kind, 60)}, hint)
        if row["language"] and not is_language(row["language"]):
            yield Draft("unknown-language", row["row"], (("language",),), {"value": clip(row["language"], 60)})
        yield from _claims(sheet, row)


def _types(sheet: Sheet) -> list[str]:
    types = sheet.knowledge.event_types
    return sorted({" ".join(phrase) for phrase in types.phrases})


def _country(row: Row, countries: Countries) -> Iterator[Draft]:
    name = row["country"]
    if not name:
        return
    folded = " ".join(words(name))
    key = row["country_key"]
    if key in countries.names and (countries.is_code(name) or not folded.isascii()):
        return
    near = countries.names.get(key or "")
    hint = f"did you mean {near}?" if near else None
    yield Draft("unknown-country", row["row"], (("country",),), {"value": clip(name, 60)}, hint)


def is_language(text: str) -> bool:
    """Whether the text is a code of ISO 639, with subtags or without."""
    match = _LANGUAGE.fullmatch(text)
    return match is not None and (len(match[1]) == 3 or match[1].lower() in _TWO_LETTERS)


def _claims(sheet: Sheet, row: Row) -> Iterator[Draft]:
    groups = sheet.knowledge.groups
    first: dict[tuple[object, ...], int] = {}
    numbers = claim_numbers(sheet, row)
    for number, claim in zip(numbers, row["claims"] or (), strict=False):
        if claim["group"] and not groups.knows(groups.resolve(claim["group"])):
            near = groups.nearest(claim["group"])
            hint = f"did you mean '{near}'?" if near else None
            values = {"number": number, "value": clip(claim["group"], 60)}
            yield Draft("unknown-group", row["row"], (("claims", number, "group"),), values, hint)
        key = tuple(claim.values())
        if key in first:
            values = {"number": number, "first": first[key]}
            yield Draft("repeated-claim", row["row"], (("claims", number),), values)
        first.setdefault(key, number)


def claim_numbers(sheet: Sheet, row: Row) -> list[int]:
    """The place in the file's list of each claim that was read: those that were refused are not among them."""
    count = len(row["claims"] or ())
    if not any(path[:1] == ("claims",) for path, _ in sheet.faulty.get(row["row"], ())):
        return list(range(count))
    raw = sheet.raw(row["row"])
    given = raw.value(("claims",)) if raw else None
    measures = (*MEASURES, "wounded")
    read = [
        number
        for number, claim in enumerate(given if isinstance(given, list) else ())
        if isinstance(claim, dict) and str(claim.get("measure") or "").strip() in measures
    ]
    return read if len(read) == count else list(range(count))


def required(sheet: Sheet, settings: CheckSettings, slips: Slips) -> Iterator[Draft]:
    """Fields that the configuration wants stated."""
    sheet.look_up([
        row["row"] for row in sheet.rows for name in settings.required
        if row[name] is None and slips.misnames(sheet.file_of(row["row"]).name, name)
    ])  # fmt: skip
    for row in sheet.rows:
        for name in settings.required if row["kept"] else ():
            if row[name] is not None or slips.lost(row["row"], name):
                continue
            if not any(path[:1] == (name,) for path, _ in sheet.faulty.get(row["row"], ())):
                paths = ((name,), ("date_start",)) if name == "date" else ((name,),)
                yield Draft("missing-field", row["row"], paths, {"what": f"{name}: is not stated"})
