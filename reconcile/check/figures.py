"""The figures of one record against each other: quote, claim, total, parts, bounds, and what is plausible.

One slip often shows in several ways: a part mistyped no longer is what its quote says and no longer adds up. So for
each record and measure the rules are asked in an order, from the one that points at the value to the one that only
says that something is wrong, and the first that speaks is the finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from reconcile.check.bounds import bounds, wide
from reconcile.check.quotes import judgeable, said, says
from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.check.stated import Stated, exact, in_text, weight
from reconcile.check.sums import borne_out_total, contradictions, flat_total
from reconcile.check.titles import shared_titles, short_of_title
from reconcile.check.vocabulary import claim_numbers
from reconcile.check_settings import CheckSettings
from reconcile.claims import Claim, complete, stated_claims
from reconcile.counts import load_vague
from reconcile.groups import Groups
from reconcile.load.fields import BOUNDS, meant
from reconcile.load.finds import Path
from reconcile.tables import MEASURES
from reconcile.text import clip
from reconcile.vague import Vague

_OF_AGGREGATES: Final = 10  # times the plausible count
_NUMBERS: Final = ("low", "best", "high")


def figures(sheet: Sheet, settings: CheckSettings, counts: str | None) -> Iterator[Draft]:
    """The findings on the figures of each row of our own; of another recorder's its bounds alone."""
    vague = load_vague(counts)
    out_of_order = wide(sheet)
    shared = shared_titles(sheet)
    sheet.look_up(out_of_order)
    for row in sheet.rows:
        if not row["kept"]:
            continue
        done = set()
        for path, draft in bounds(sheet, row, out_of_order.get(row["row"], set())):
            done.add(path)
            yield draft if sheet.own(row["row"]) else replace(draft, mild=True)
        if not sheet.own(row["row"]):
            continue
        numbers = claim_numbers(sheet, row)
        claims = _once(zip(numbers, row["claims"] or (), strict=False))
        for measure in MEASURES:
            if measure in done:
                continue
            of_measure = [one for one in claims if one[1]["measure"] == measure]
            found = list(_measure(sheet, row, measure, of_measure, settings, vague))
            if not found and not _refused(sheet, row, measure):
                claimed = [claim for _, claim in of_measure]
                found += short_of_title(
                    row, measure, shared, partial(_borne_out_beside, sheet, row, measure, claimed, vague)
                )
            yield from found


def _borne_out_beside(sheet: Sheet, row: Row, measure: str, claims: Sequence[dict[str, Any]], vague: Vague) -> bool:
    """Whether the claims or the text of the record come to its flat total, whatever its title says."""
    flat = flat_total(row, measure)
    figure = exact(flat)
    quoted = any(
        figure is not None and raw["best"] == figure and _borne_out(raw, row["language"], vague) for raw in claims
    )
    return quoted or borne_out_total(sheet, claims, flat) or in_text(row, flat, vague)


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
    whole = not _refused(sheet, row, measure)
    wrong = list(contradictions(sheet, row, measure, stated, vague, whole=whole))
    flat = flat_total(row, measure)
    sides = [_unsaid_side(row, one, flat, stated, sheet.knowledge.groups, vague) for one in unsaid]
    for one, side in zip(unsaid, sides, strict=True):
        yield _unsaid(row, one, side or ("figure" if wrong and whole else "quote"))
    if all(side == "quote" for side in sides):  # then no figure is wrong for this
        yield from wrong[:1]


def _unsaid_side(
    row: Row, one: Stated, flat: Claim, stated: Sequence[Stated], groups: Groups, vague: Vague
) -> str | None:
    """Which is wrong, a figure or the quote that does not say it: the one that less in the record bears out."""
    figure, quoted = exact(one.claim), said(str(one.claim.quote), vague).numbers
    if figure is None or not quoted:
        return None
    ours = weight(figure, one, row, flat, stated, groups)
    theirs = max(weight(number, one, row, flat, stated, groups) for number in {*quoted, sum(quoted)})
    return None if ours == theirs else "figure" if theirs > ours else "quote"


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
