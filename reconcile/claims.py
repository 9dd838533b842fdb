"""What each record says about casualties: stated claims, and the figures that follow from them.

A record states totals and parts. Its *figure* for a measure and a group is the total it states, else the sum of the
parts it states. A sum of parts is exact only when the record's parts account for its whole total; otherwise the
group has *at least* that many, and the figure stays open upwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import polars as pl

from reconcile.groups import Groups, in_role
from reconcile.tables import FIGURES, MEASURES, conform


@dataclass(frozen=True, slots=True)
class Claim:
    """One casualty statement of one record; ``group`` canonical, ``None`` = everyone; a null bound is not stated.

    ``low`` with ``high`` null is open upwards ("at least five").
    """

    measure: str
    group: str | None
    low: int | None
    best: int | None
    high: int | None
    scope: str = "total"
    quote: str | None = None
    attributed_to: str | None = None
    as_of: str | None = None
    derivation: str | None = None
    stated_group: str | None = None
    """The outlet's own words for the group ("villagers" of civilians)."""

    @property
    def text(self) -> str:
        """The figure as a reader writes it: ``7``, ``5-7``, ``5+``, ``up to 7``."""
        return figure_text(self.low, self.best, self.high)


@lru_cache(maxsize=65_536)
def figure_text(low: int | None, best: int | None, high: int | None) -> str:
    """Write low, best and high as one short figure; an empty string when nothing is stated."""
    if low is None and high is None:
        return "" if best is None else str(best)
    if low is None:
        return f"up to {high}"
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}-{high}"


def figure_text_of(low: pl.Expr, best: pl.Expr, high: pl.Expr) -> pl.Expr:
    """:func:`figure_text` of whole columns."""
    return (
        pl.when(low.is_null() & high.is_null())
        .then(best.cast(pl.String).fill_null(""))
        .when(low.is_null())
        .then(pl.format("up to {}", high))
        .when(high.is_null())
        .then(pl.format("{}+", low))
        .when(low == high)
        .then(low.cast(pl.String))
        .otherwise(pl.format("{}-{}", low, high))
    )


def group_text(group: str | None, stated: str | None) -> str:
    """``civilians ("villagers")``: a group with the outlet's own words, where they are others."""
    if group is None or stated is None or stated.casefold() == group:
        return group or ""
    return f'{group} ("{stated}")'


def complete(low: int | None, best: int | None, high: int | None) -> tuple[int | None, int | None, int | None]:
    """Fill the bounds that a lone best estimate implies: ``7`` alone means exactly seven."""
    if best is not None:
        low = best if low is None else low
        high = best if high is None else high
    return low, best, high


def stated_claims(claims: Iterable[Mapping[str, Any]], groups: Groups, *, struck: bool | None = False) -> list[Claim]:
    """The ``claims`` list of one record, groups resolved, bounds completed.

    ``struck`` (the column of RECORDS) = its fighters are no attackers.
    A claim without a figure states none, and the same claim twice is one.
    """
    found: list[Claim] = []
    for claim in {tuple(sorted(claim.items(), key=str)): claim for claim in claims}.values():
        low, best, high = complete(claim["low"], claim["best"], claim["high"])
        if (low, best, high) == (None, None, None):
            continue
        group = None if claim["group"] is None else in_role(groups.resolve(claim["group"]), struck=bool(struck))
        found.append(
            Claim(
                claim["measure"], group, low, best, high, claim["scope"],
                claim["quote"], claim["attributed_to"], claim["as_of"], None, claim["group"],
            )
        )  # fmt: skip
    return found


def _plus(values: Sequence[int | None]) -> int | None:
    """The sum, or null as soon as one summand is not stated: unknown is not zero."""
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _joined(values: Iterable[str | None], separator: str) -> str | None:
    return separator.join(dict.fromkeys(value for value in values if value)) or None


def add_up(parts: Sequence[Claim], group: str | None = None) -> Claim:
    """The sum of disjoint parts as one claim on ``group`` (null: everyone), with its arithmetic in ``derivation``."""
    if len(parts) == 1 and parts[0].group == group:
        return replace(parts[0], scope="total")
    words = [part.text if part.group in (None, group) else f"{part.text} {part.group}" for part in parts]
    return Claim(
        parts[0].measure,
        group,
        _plus([part.low for part in parts]),
        _plus([part.best for part in parts]),
        _plus([part.high for part in parts]),
        "total",
        _joined((part.quote for part in parts), " … "),
        _joined((part.attributed_to for part in parts), "; "),
        parts[-1].as_of,
        " + ".join(words),
        _joined((part.stated_group for part in parts), ", ") if group is not None else None,
    )


def _at_least(summed: Claim) -> Claim:
    """The same figure as a lower bound: what was added up need not be all there is."""
    return replace(summed, best=None, high=None, derivation=summed.derivation or f"{summed.text} as a part")


def may_overlap(parts: Sequence[Claim], groups: Groups) -> bool:
    """Whether some people may be in two of the parts: a group that is in no table may be inside another's."""
    return len(parts) > 1 and any(_of_no_table(part, groups) for part in parts)


def _of_no_table(part: Claim, groups: Groups) -> bool:
    return part.group is not None and not groups.knows(part.group)


def least(parts: Sequence[Claim], groups: Groups) -> Claim:
    """What parts come to at the least: their sum, or where they may overlap the largest of the known ones together and
    of each group that is in no table."""
    if not may_overlap(parts, groups):
        return add_up(parts)
    apart: dict[str | None, list[Claim]] = {}
    for part in parts:
        apart.setdefault(part.group if _of_no_table(part, groups) else None, []).append(part)
    sums = sorted((add_up(some) for some in apart.values()), key=lambda one: -(one.low or 0))
    most, *others = (one.derivation or one.text for one in sums)
    said = f"{most}, with or without {' and '.join(others)}"
    return replace(add_up(parts), low=sums[0].low, best=None, high=None, derivation=said)


def misses(whole: Claim, parts: Sequence[Claim], groups: Groups, *, exhaustive: bool) -> bool:
    """Whether ``parts`` are more than their ``whole``; where they are ``exhaustive``, also whether they are fewer."""
    if not parts:
        return False
    low, high = least(parts, groups).low, add_up(parts).high
    too_many = low is not None and whole.high is not None and low > whole.high
    return too_many or (exhaustive and high is not None and whole.low is not None and high < whole.low)


def missed_text(whole: Claim, name: str, parts: Sequence[Claim]) -> str:
    """What is said of a ``whole`` (of ``name``) that its parts miss."""
    terms = " + ".join(part.text if part.group is None else f"{part.text} {part.group}" for part in parts)
    result = f" = {add_up(parts).text}" if len(parts) > 1 else ""
    return f"{whole.text} {name}, but its parts come to {terms}{result}"


def current(claims: Sequence[Claim], published: str | None = None) -> list[Claim]:
    """The claims without those that a later ``as_of`` of the same record, group and scope replaces.

    A claim without ``as_of`` held on the day of ``published``. Where that is the day of the other's ``as_of``, or not
    stated, a total stands beside the other, and a part, which would be added to it, gives way.
    """
    by_key: dict[tuple[str | None, str], list[Claim]] = {}
    for claim in claims:
        by_key.setdefault((claim.group, claim.scope), []).append(claim)
    standing = {key: _standing(mine, key[1], (published or "")[:10]) for key, mine in by_key.items()}
    return [claim for claim in claims if claim.as_of in standing[claim.group, claim.scope]]


def _standing(claims: Sequence[Claim], scope: str, day: str) -> tuple[str | None, ...]:
    """The ``as_of`` of the claims of one group and scope that no other one replaces; ``day`` of publication, or ""."""
    latest = max((claim.as_of for claim in claims if claim.as_of is not None), default=None)
    if latest is None or all(claim.as_of is not None for claim in claims):
        return (latest,)
    if day > latest[:10]:
        return (None,)
    return (latest, None) if scope == "total" and day in ("", latest[:10]) else (latest,)


def contradict(totals: Sequence[Claim]) -> bool:
    """Whether no one number agrees with all of ``totals``."""
    highs = [claim.high for claim in totals if claim.high is not None]
    return bool(highs) and max(claim.low or 0 for claim in totals) > min(highs)


def one_total(totals: Sequence[Claim]) -> Claim:
    """What several totals of one record for one group come to.

    Where all can be true the narrowest, of equals the last. Where they contradict each other the claim is their hull,
    without a best estimate unless all share one: which of them it stands by is not for us to say.
    """
    if not contradict(totals):
        return min(reversed(totals), key=lambda claim: (claim.high is None, (claim.high or 0) - (claim.low or 0)))
    last = totals[-1]
    lows, highs, bests = ([getattr(claim, end) for claim in totals] for end in ("low", "high", "best"))
    low = None if None in lows else min(lows)
    high = None if None in highs else max(highs)
    if low is None and high is None:  # "up to three" and "at least five" have no hull
        return last
    return replace(
        last,
        low=low,
        best=bests[0] if len(set(bests)) == 1 else None,
        high=high,
        quote=_joined((claim.quote for claim in totals), " … "),
        attributed_to=_joined((claim.attributed_to for claim in totals), "; "),
        stated_group=_joined((claim.stated_group for claim in totals), ", "),
        derivation=" or ".join(dict.fromkeys(claim.text for claim in totals)),
    )


def phases(claims: Sequence[Claim]) -> list[Claim]:
    """The parts of no group: phases of an attack. They count the same people as the parts by group."""
    return [claim for claim in claims if claim.scope == "part" and claim.group is None]


def disjoint_parts(claims: Sequence[Claim], groups: Groups) -> list[Claim]:
    """The parts by group that may be added up: those whose group is not inside another group that is stated too.

    Farmers are inside the civilians of the same record, whom the table takes for one group.
    """
    grouped = [claim for claim in claims if claim.scope == "part" and claim.group is not None]
    stated = {part.group for part in grouped}
    outermost = [part for part in grouped if not stated.intersection(groups.ancestors(part.group or ""))]
    by_group: dict[str | None, list[Claim]] = {}
    for part in outermost:
        by_group.setdefault(part.group, []).append(part)
    inside = [part for mine in by_group.values() for part in _inside(mine, groups)]
    return [part for part in outermost if not any(part is one for one in inside)]


def _as_whole(parts: Sequence[Claim], groups: Groups) -> Claim:
    """What parts of one kind say of everyone: two or more that overlap nowhere are read as the whole."""
    summed = least(parts, groups)
    return summed if len(parts) > 1 and not may_overlap(parts, groups) else _at_least(summed)


def _greatest(sums: Sequence[Claim]) -> Claim:
    """The total that follows from phases and from groups: the greater sum, at the least, where they contradict."""
    return _at_least(max(sums, key=lambda one: one.low or 0)) if contradict(sums) else one_total(sums)


def _inside(parts: Sequence[Claim], groups: Groups) -> list[Claim]:
    """Of the parts of one group those inside what it gives under the group's own name: civilians, some of them farmers.

    None where it gives more farmers than civilians.
    """
    whole = [part for part in parts if groups.is_own_name(part.group or "", part.stated_group or "")]
    others = [part for part in parts if part not in whole]
    if not whole or not others:
        return []
    most, least = add_up(whole, whole[0].group).high, add_up(others, whole[0].group).low
    return others if most is None or most >= (least or 0) else []


def record_figures(claims: Sequence[Claim], groups: Groups, published: str | None = None) -> list[Claim]:
    """The figures of one record and measure: its total first (stated, else added up), then one a stated group.

    ``claims`` are of one measure; ``published`` is the record's ``published_at``. A group that only its subgroups
    state gets their sum, so that "two policemen" can be compared with another outlet's "two of the security forces":
    an exact one where the parts make up the whole, and none is of people who may be anyone ("ten of unknown
    identity" may be policemen too).
    """
    claims = current(claims, published)
    parts = disjoint_parts(claims, groups)
    totals = [claim for claim in claims if claim.scope == "total" and claim.group is None]
    whole_sums = [_as_whole(some, groups) for some in (phases(claims), parts) if some]
    figures = [one_total(totals) if totals else _greatest(whole_sums)] if totals or whole_sums else []
    # Of parts alone, one says only that there were at least so many, and two or more are read as the whole.
    exhaustive = bool(parts) and (bool(totals) or len(parts) > 1) and add_up(parts).low == figures[0].low
    exhaustive = exhaustive and all(groups.says_who(part.group or "") for part in parts)
    stated = {claim.group for claim in claims if claim.group is not None}
    for group in sorted(stated.union(*(groups.ancestors(name) for name in stated))):
        whole = [claim for claim in claims if claim.group == group and claim.scope == "total"]
        own = [claim for claim in claims if claim.group == group and claim.scope == "part"]
        if whole:
            figures.append(one_total(whole))
        elif own:
            figures.append(add_up(disjoint_parts(own, groups), group))
        else:
            inside = [claim for claim in claims if claim.group and group in groups.ancestors(claim.group)]
            summed = add_up(disjoint_parts([replace(claim, scope="part") for claim in inside], groups), group)
            figures.append(summed if exhaustive else _at_least(summed))
    return figures


def earlier_figures(claims: Sequence[Claim], groups: Groups, published: str | None = None) -> list[Claim]:
    """The figures that :func:`record_figures` leaves out because the record itself has later ones of the same groups.

    What an earlier part alone said of the whole is none of them.
    """
    standing = {id(claim) for claim in current(claims, published)}
    by_day: dict[str, list[Claim]] = {}
    for claim in claims:
        if id(claim) not in standing:
            by_day.setdefault(claim.as_of or "", []).append(claim)
    replaced = {claim.group for old in by_day.values() for claim in old}
    figures = [figure for _, old in sorted(by_day.items()) for figure in record_figures(old, groups)]
    return [one for one in figures if one.group in replaced and (one.derivation is None or one.high is not None)]


_CONTEXT = ("record_id", "outlet", "url", "published_at", "source")
_OF_CLAIM = ("measure", "group", "low", "best", "high", "derivation", "quote", "attributed_to", "as_of",
             "stated_group")  # fmt: skip
FIGURED: Final = (
    *_CONTEXT,
    *(f"{m}{end}" for m in MEASURES for end in ("", "_low", "_high", "_words")),
    "claims",
    "struck",
)
"""The columns of RECORDS that :func:`figures_of` reads."""


def _flat_totals(records: pl.DataFrame) -> pl.DataFrame:
    """The flat columns (``killed``, ``killed_low`` ...) as claims on the total, one row each."""
    frames = []
    for measure in MEASURES:
        best, low, high = pl.col(measure), pl.col(f"{measure}_low"), pl.col(f"{measure}_high")
        frames.append(
            records.select(
                *_CONTEXT,
                measure=pl.lit(measure),
                low=pl.coalesce(low, best),
                best=best,
                high=pl.coalesce(high, best),
                quote=f"{measure}_words",
            ).filter(pl.any_horizontal(pl.col("low", "best", "high").is_not_null()))
        )
    return pl.concat(frames)


def figures_of(records: pl.DataFrame, groups: Groups) -> pl.DataFrame:
    """The ``figures`` table, in no certain order: one row a record, measure and group, and those that the record itself
    has replaced; ``records`` have FIGURED."""
    flat = _flat_totals(records)
    rows: list[dict[str, Any]] = []
    spoken_for: list[dict[str, str]] = []
    detailed = records.filter(pl.col("claims").list.len() > 0)
    stated_flat = {
        (row["record_id"], row["measure"]): row
        for row in flat.join(detailed.select("record_id"), on="record_id", how="semi").iter_rows(named=True)
    }
    for record in detailed.select(*_CONTEXT, "claims", "struck").iter_rows(named=True):
        claims = stated_claims(record["claims"], groups, struck=record["struck"])
        for measure in sorted({claim.measure for claim in claims}):
            mine = [claim for claim in claims if claim.measure == measure]
            plain = stated_flat.get((record["record_id"], measure))
            if plain and not any(claim.scope == "total" and claim.group is None for claim in mine):
                mine.insert(0, Claim(measure, None, plain["low"], plain["best"], plain["high"], quote=plain["quote"]))
            context, published = {name: record[name] for name in _CONTEXT}, record["published_at"]
            spoken_for.append({"record_id": record["record_id"], "measure": measure})
            told = [(figure, None) for figure in record_figures(mine, groups, published)]
            told += [(figure, record["record_id"]) for figure in earlier_figures(mine, groups, published)]
            rows.extend(
                context | {name: getattr(figure, name) for name in _OF_CLAIM} | {"replaced_by": by}
                for figure, by in told
            )
    if spoken_for:
        flat = flat.join(pl.DataFrame(spoken_for), on=["record_id", "measure"], how="anti")
    figures = pl.concat([pl.DataFrame(rows, schema=FIGURES), flat], how="diagonal").select(FIGURES.names())
    return conform(figures, FIGURES, "figures")
