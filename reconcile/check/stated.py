"""A claim as the file has it, and how much else in its record bears a figure out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconcile.check.quotes import said
from reconcile.check.sheet import Row
from reconcile.claims import Claim, add_up, disjoint_parts
from reconcile.groups import Groups
from reconcile.load.finds import Path
from reconcile.vague import VAGUE, Vague


@dataclass(frozen=True, slots=True)
class Stated:
    """One claim of the record: its number in the file, what it says, and whether its quote says so (or none tells)."""

    number: int
    claim: Claim
    borne_out: bool | None

    @property
    def total(self) -> bool:
        """Whether it counts everyone."""
        return self.claim.scope == "total" and self.claim.group is None

    def path(self) -> tuple[Path, ...]:
        """Where its figure stands."""
        return tuple(("claims", self.number, name) for name in ("best", "count", "low", "high"))


def exact(claim: Claim) -> int | None:
    """The one number that a claim states; None for a range, or half of one."""
    return claim.low if claim.low == claim.high else None


def weight(value: int, one: Stated, row: Row, flat: Claim, stated: Sequence[Stated], groups: Groups) -> int:
    """How much in the record, apart from the claim ``one``, says that its figure is ``value``.

    The words of title and text count once, and sums that then come out twice.
    """
    others = [other.claim for other in stated if other is not one]
    parts = disjoint_parts(others, groups)
    totals = [flat, *(other.claim for other in stated if other.total and other is not one)]
    known: set[int | None] = {exact(total) for total in totals if total.text}
    rest = exact(add_up(parts, None)) if parts else None
    wanted: set[int | None] = {whole - rest for whole in known if whole is not None and rest is not None}
    if one.total and len(parts) > 1:
        wanted = {rest}
    agree = value in known if one.total else False
    return int(value in told(row)) + 2 * int(agree) + 2 * int(value in wanted)


def told(row: Row, vague: Vague = VAGUE) -> tuple[int, ...]:
    """The numbers in the record's title and text."""
    return said(" . ".join(str(row[name]) for name in ("title", "text") if row[name]), vague).numbers


def in_text(row: Row, claim: Claim, vague: Vague) -> bool:
    """Whether the record's text, apart from its title, says the figure, in one number or in several."""
    quote = said(str(row["text"] or ""), vague)
    return bool(quote.numbers) and exact(claim) is not None and exact(claim) in (*quote.numbers, sum(quote.numbers))


def says_plainly(numbers: Iterable[int], claim: Claim) -> bool:
    """Whether the figure itself is among ``numbers``."""
    return not {claim.low, claim.best, claim.high}.isdisjoint(numbers)
