"""The figures of one record against each other: quote, claim, total, parts, bounds, and what is plausible.

One slip often shows in several ways: a part mistyped no longer is what its quote says and no longer adds up. So for
each record and measure the rules are asked in an order, from the one that points at the value to the one that only
says that something is wrong, and the first that speaks is the finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconcile.check.quotes import judgeable, said, says
from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.check.titles import shared_titles, short_of_title
from reconcile.check.vocabulary import claim_numbers
from reconcile.check_settings import CheckSettings
from reconcile.claims import Claim, add_up, complete, current, disjoint_parts, stated_claims
from reconcile.counts import load_vague
from reconcile.load.counting import count_value
from reconcile.load.fields import BOUNDS, meant
from reconcile.load.finds import BadValueError, Path
from reconcile.tables import MEASURES
from reconcile.text import clip
from reconcile.vague import Vague

_OF_AGGREGATES: Final = 10  # times the plausible count
_NUMBERS: Final = ("low", "best", "high")


@dataclass(frozen=True, slots=True)
class Stated:
    """One claim of the record: its number in the file, what it says, and whether its quote says so (or none tells)."""

    number: int
    claim: Claim
    borne_out: bool | None

    def path(self) -> tuple[Path, ...]:
        """Where its figure stands."""
        return tuple(("claims", self.number, name) for name in ("best", "count", "low", "high"))


def figures(sheet: Sheet, settings: CheckSettings, counts: str | None) -> Iterator[Draft]:
    """The findings on the figures of each row of our own."""
    vague = load_vague(counts)
    wide = _wide(sheet)
    shared = shared_titles(sheet)
    sheet.look_up([row for row in wide if sheet.own(row)])
    for row in sheet.rows:
        if not row["kept"] or not sheet.own(row["row"]):
            continue
        bounds = set()
        for path, draft in _bounds(sheet, row, wide.get(row["row"], set())):
            bounds.add(path)
            yield draft
        numbers = claim_numbers(sheet, row)
        claims = _once(zip(numbers, row["claims"] or (), strict=False))
        for measure in MEASURES:
            if measure in bounds:
                continue
            of_measure = [one for one in claims if one[1]["measure"] == measure]
            found = list(_measure(sheet, row, measure, of_measure, settings, vague))
            if not found and not _refused(sheet, row, measure):
                found += short_of_title(row, measure, shared)
            yield from found


def _once(claims: Iterable[tuple[int, dict[str, Any]]]) -> list[tuple[int, dict[str, Any]]]:
    """The claims without those that are entered a second time: V021 says that, and their sum need not."""
    first: dict[tuple[object, ...], tuple[int, dict[str, Any]]] = {}
    for number, claim in claims:
        first.setdefault(tuple(claim.values()), (number, claim))
    return list(first.values())


def _measure(
    sheet: Sheet,
    row: Row,
    measure: str,
    claims: Sequence[tuple[int, dict[str, Any]]],
    settings: CheckSettings,
    vague: Vague,
) -> Iterator[Draft]:
    too_many = list(_implausible(row, measure, claims, settings))
    if too_many:
        yield from too_many[:1]
        return
    stated = [
        Stated(number, claim, _borne_out(raw, row["language"], vague))
        for number, raw in claims
        for claim in stated_claims([raw], sheet.knowledge.groups)
    ]
    unsaid = [one for one in stated if one.borne_out is False]
    broken = _refused(sheet, row, measure)
    if broken:
        yield from (_unsaid(row, one, "quote") for one in unsaid)
        return
    wrong = list(_contradictions(sheet, row, measure, stated, vague))
    if unsaid:
        yield from (_unsaid(row, one, "figure" if wrong else "quote") for one in unsaid)
    else:
        yield from wrong[:1]


def _refused(sheet: Sheet, row: Row, measure: str) -> bool:
    """Whether the loader refused something that the sums of the measure hang on."""
    for path, what in sheet.faulty.get(row["row"], ()):
        if ": a total of " in what or not path:
            continue
        if path[0] == "claims":
            if _meant_measure(sheet, row, path) in (measure, None):
                return True
        elif str(path[0]).replace("wounded", "injured").startswith(measure):
            return True
    return False


def _meant_measure(sheet: Sheet, row: Row, path: Path) -> str | None:
    """The measure that a refused claim was probably to state; None where it cannot be told."""
    raw = sheet.raw(row["row"])
    given = raw.value((*path[:2], "measure")) if raw and len(path) > 1 else None
    return meant(given.replace("wounded", "injured"), list(MEASURES)) if isinstance(given, str) else None


def _borne_out(raw: dict[str, Any], language: str | None, vague: Vague) -> bool | None:
    quote = raw["quote"]
    figure = complete(raw["low"], raw["best"], raw["high"])
    if not quote or figure == (None, None, None):
        return None
    if says(said(quote, vague), *figure):
        return True if said(quote, vague).numbers else None
    return False if judgeable(quote, language) else None


def _unsaid(row: Row, one: Stated, wrong: str) -> Draft:
    """``wrong`` says which of the two the rest of the record speaks against."""
    quote = (("claims", one.number, "quote"),)
    values = {"number": one.number, "quote": clip(str(one.claim.quote), 80), "figure": one.claim.text}
    return Draft("quote-without-number", row["row"], one.path() if wrong == "figure" else quote, values)


def _implausible(
    row: Row, measure: str, claims: Sequence[tuple[int, dict[str, Any]]], settings: CheckSettings
) -> Iterator[Draft]:
    limit = settings.max_counts[measure] * (_OF_AGGREGATES if row["aggregate"] else 1)
    for end in BOUNDS:
        value = row[f"{measure}{end}"]
        if value is not None and value > limit:
            values = {"field": f"{measure}{end}", "value": value, "limit": limit}
            yield Draft("implausible-count", row["row"], ((f"{measure}{end}",), (measure,)), values)
    for number, claim in claims:
        for end in _NUMBERS:
            if claim[end] is not None and claim[end] > limit:
                values = {"field": f"claims[{number}].{end}", "value": claim[end], "limit": limit}
                paths: tuple[Path, ...] = (("claims", number, end), ("claims", number, "count"))
                yield Draft("implausible-count", row["row"], paths, values)


def _contradictions(sheet: Sheet, row: Row, measure: str, stated: list[Stated], vague: Vague) -> Iterator[Draft]:
    """Totals that differ, then sums that do not come out."""
    claims = current([one.claim for one in stated])
    totals = [one for one in stated if one.claim in claims and one.claim.scope == "total" and one.claim.group is None]
    flat = Claim(measure, None, *complete(row[f"{measure}_low"], row[measure], row[f"{measure}_high"]))
    if totals and flat.text and not _meet(flat, [one.claim for one in stated if one in totals]):
        yield _two_totals(sheet, row, measure, flat, totals[-1], stated, vague)
        return
    whole = totals[-1].claim if totals else flat
    parts = [one.claim for one in stated if one.claim in claims]
    phases = [one for one in parts if one.scope == "part" and one.group is None]
    grouped = [one for one in disjoint_parts(parts, sheet.knowledge.groups) if one.group is not None]
    for some in (phases, grouped):
        if _mismatch(whole, some, exhaustive=len(some) > 1):
            yield _sum(row, measure, whole, "in all", some, stated, _total_paths(measure, totals, flat), vague)
            return
    for one in stated:
        group = one.claim.group
        if group is None or one.claim not in claims:
            continue
        inside = [part for part in parts if part.group and group in sheet.knowledge.groups.ancestors(part.group)]
        inside = disjoint_parts(inside, sheet.knowledge.groups)
        if _mismatch(one.claim, inside, exhaustive=False):
            yield _sum(row, measure, one.claim, group, inside, stated, one.path(), vague)
            return


def _total_paths(measure: str, totals: Sequence[Stated], flat: Claim) -> tuple[Path, ...]:
    if flat.text:
        return ((measure,), (f"{measure}_low",), (f"{measure}_high",))
    return totals[-1].path() if totals else ()


def _meet(flat: Claim, totals: Sequence[Claim]) -> bool:
    return any(
        (flat.low is None or one.high is None or flat.low <= one.high)
        and (one.low is None or flat.high is None or one.low <= flat.high)
        for one in totals
    )


def _mismatch(whole: Claim, parts: Sequence[Claim], *, exhaustive: bool) -> bool:
    """As the discrepancy C004 has it."""
    if not parts or (whole.low is None and whole.high is None):
        return False
    summed = add_up(parts, None)
    too_many = summed.low is not None and whole.high is not None and summed.low > whole.high
    too_few = exhaustive and summed.high is not None and whole.low is not None and summed.high < whole.low
    return bool(too_many or too_few)


def _two_totals(
    sheet: Sheet, row: Row, measure: str, flat: Claim, total: Stated, stated: list[Stated], vague: Vague
) -> Draft:
    """The flat total against the one among the claims: what else in the record bears out the one or the other?"""
    parts = disjoint_parts([one.claim for one in stated], sheet.knowledge.groups)
    summed = add_up(parts, None) if len(parts) > 1 else None
    for_total = int(total.borne_out is True) + int(summed is not None and summed.text == total.claim.text)
    for_flat = int(summed is not None and summed.text == flat.text)
    words = said(_words(row), vague)
    for_total += int(says_plainly(words.numbers, total.claim))
    for_flat += int(says_plainly(words.numbers, flat))
    what = f"{measure}: {flat.text}, but claims[{total.number}] has a total of {total.claim.text}"
    paths = ((measure,), (f"{measure}_low",), (f"{measure}_high",)) if for_total >= for_flat else total.path()
    return Draft("contradiction", row["row"], paths, {"what": what})


def says_plainly(numbers: Sequence[int], claim: Claim) -> bool:
    """Whether the figure itself is among ``numbers``."""
    return any(one is not None and one in numbers for one in (claim.low, claim.best, claim.high))


def _words(row: Row) -> str:
    return " . ".join(str(row[name]) for name in ("title", "text") if row[name])


def _sum(
    row: Row, measure: str, whole: Claim, name: str, parts: Sequence[Claim], stated: list[Stated],
    paths: tuple[Path, ...], vague: Vague,
) -> Draft:  # fmt: skip
    """The parts against their whole; at a part only if the record's own words single it out."""
    terms = " + ".join(part.text if part.group is None else f"{part.text} {part.group}" for part in parts)
    result = f" = {add_up(parts, None).text}" if len(parts) > 1 else ""
    what = f"{whole.text} {name}, but its parts come to {terms}{result}"
    numbers = said(_words(row), vague).numbers
    of = {id(one.claim): one for one in stated}
    odd = [
        part for part in parts
        if not says_plainly(numbers, part) and id(part) in of and of[id(part)].borne_out is not True
    ]  # fmt: skip
    if says_plainly(numbers, whole) and len(odd) == 1:
        paths = of[id(odd[0])].path()
    return Draft("parts-and-total", row["row"], paths, {"measure": measure, "what": what})


def _wide(sheet: Sheet) -> dict[int, set[str]]:
    """Row -> the measures whose bounds the loader found out of order, or "claims"."""
    rows: dict[int, set[str]] = {}
    for number, file in enumerate(sheet.reading.files):
        at = {read: sheet.starts[number] + place for place, read in enumerate(file.rows)}
        for key, noted in sorted(file.finds.noted().items()):
            if key.startswith("wide "):
                for read in noted:
                    rows.setdefault(at[read], set()).add(key.removeprefix("wide "))
    return rows


def _bounds(sheet: Sheet, row: Row, fields: set[str]) -> Iterator[tuple[str, Draft]]:
    """Low, best and high as the file states them, where they are out of order."""
    raw = sheet.raw(row["row"]) if fields else None
    if raw is None:
        return
    for measure in sorted(fields - {"claims"}):
        paths = [sheet.own_path(row["row"], (f"{measure}{end}",)) for end in ("_low", "", "_high")]
        values = [_one(raw.value(path)) for path in paths]
        yield measure, _out_of_order(row, measure, [(f"{measure}{end}",) for end in ("_low", "", "_high")], values)
    claims = raw.value(("claims",)) if "claims" in fields else ()
    for number, claim in enumerate(claims if isinstance(claims, list) else ()):
        if isinstance(claim, dict):
            values = [_one(claim.get(name)) for name in _NUMBERS]
            given = [value for value in values if value is not None]
            if given != sorted(given):
                paths = [("claims", number, name) for name in _NUMBERS]
                yield str(claim.get("measure")), _out_of_order(row, f"claims[{number}]", paths, values)


def _one(value: Any) -> int | None:
    try:
        return None if value in (None, "") else count_value(value)[1]
    except BadValueError:
        return None


def _out_of_order(row: Row, name: str, paths: Sequence[Path], values: Sequence[int | None]) -> Draft:
    """At the one number without which the others are in order; of several such at the bound."""
    given = [at for at, value in enumerate(values) if value is not None]

    def sound(without: int) -> bool:
        rest = [values[at] for at in given if at != without]
        return rest == sorted(rest, key=lambda value: value or 0)

    low, best, high = 0, 1, 2
    order = (best, low, high) if len(given) == 3 and (values[low] or 0) <= (values[high] or 0) else (low, high, best)
    odd = next((at for at in order if at in given and sound(at)), given[0] if given else low)
    stated = ", ".join(f"{end} {values[at]}" for at, end in enumerate(_NUMBERS) if values[at] is not None)
    field = f"{name}.{_NUMBERS[odd]}" if name.startswith("claims") else str(paths[odd][0])
    return Draft(
        "bounds-out-of-order", row["row"], (paths[odd],), {"field": field, "value": values[odd], "stated": stated}
    )
