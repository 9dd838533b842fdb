"""Several rows of one outlet that together are one figure of another: split by place or day, or spread evenly."""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.claims import Claim
from reconcile.discrepancies.context import Dispute, Said


def split(low: Said, high: Said, dispute: Dispute) -> tuple[str, str] | None:
    """``(rule, remark)`` when either figure is one row of several that come to the other."""
    rows = dispute.rows_by_outlet
    for part, whole in ((low, high), (high, low)):
        mine = rows.get(part.outlet)
        if mine is None:
            continue
        theirs = rows.get(whole.outlet, ())
        summed = dispute.sums[part.outlet]
        equal = _equal(summed, whole)
        fits = equal or (bool(theirs) and _equal_sums(summed, dispute.sums[whole.outlet]))
        # What one row alone says must be less than the whole, or the sum explains nothing.
        evenly = _spread_evenly(mine, whole, dispute)
        if not (fits or evenly):
            continue
        terms = " + ".join(claim.text for claim in mine)
        other = whole.text if equal or not fits else " + ".join(claim.text for claim in theirs)
        if evenly:
            off = "" if fits else f", with rounding {other}"
            remark = (
                f"{part.outlet} spreads one total evenly over {len(mine)} rows: {terms} = {summed.text}{off} "
                f"({whole.outlet})"
            )
            return "even-split", remark
        return "row-split", f"the {len(mine)} rows of {part.outlet} come to {terms} = {other} ({whole.outlet})"
    return None


def _equal(summed: Claim, whole: Said) -> bool:
    if summed.best is not None and whole.best is not None:
        return summed.best == whole.best
    return (summed.low, summed.high) == (whole.low, whole.high)


def _equal_sums(one: Claim, other: Claim) -> bool:
    return (one.low, one.best, one.high) == (other.low, other.best, other.high) and one.low is not None


def _spread_evenly(rows: Sequence[Said], whole: Said, dispute: Dispute) -> bool:
    """Whether each row has the whole divided by their number, and they stand for different places or days."""
    where = {(dispute.rows[row.record_id]["place_key"], dispute.rows[row.record_id]["day_start"]) for row in rows}
    figures = [row.best for row in rows if row.best is not None]
    if len(where) < len(rows) or len(figures) < len(rows) or whole.best is None or whole.best < len(rows):
        return False
    share, rest = divmod(whole.best, len(rows))
    if max(figures) - min(figures) > 1:
        return False
    # Either the rows give the whole back, or each is the share rounded to a whole number.
    rounded = {share + 1} if 2 * rest >= len(rows) else {share}
    return sum(figures) == whole.best or (share >= 2 and set(figures) <= rounded)
