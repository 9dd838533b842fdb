"""Low, best and high of a figure, as the file states them, where they are out of order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from reconcile.check.sheet import Draft, Row, Sheet
from reconcile.check.stated import told
from reconcile.load.counting import count_value
from reconcile.load.finds import BadValueError, Path

_NUMBERS: Final = ("low", "best", "high")
_OFF, _TIMES = 2, 1.5


def wide(sheet: Sheet) -> dict[int, set[str]]:
    """Row -> the measures whose bounds the loader found out of order, or "claims"."""
    rows: dict[int, set[str]] = {}
    for number, file in enumerate(sheet.reading.files):
        at = {read: sheet.starts[number] + place for place, read in enumerate(file.rows)}
        for key, noted in sorted(file.finds.noted().items()):
            if key.startswith("wide "):
                for read in noted:
                    rows.setdefault(at[read], set()).add(key.removeprefix("wide "))
    return rows


def bounds(sheet: Sheet, row: Row, fields: set[str]) -> Iterator[tuple[str, Draft]]:
    """Low, best and high as the file states them, where they are out of order."""
    raw = sheet.raw(row["row"]) if fields else None
    if raw is None:
        return
    for measure in sorted(fields - {"claims"}):
        paths = [sheet.own_path(row["row"], (f"{measure}{end}",)) for end in ("_low", "", "_high")]
        values = [_one(raw.value(path)) for path in paths]
        given = [value for value in values if value is not None]
        if given != sorted(given) and (sheet.own(row["row"]) or grossly(given)):
            yield measure, _out_of_order(row, measure, [(f"{measure}{end}",) for end in ("_low", "", "_high")], values)
    claims = raw.value(("claims",)) if "claims" in fields else ()
    for number, claim in enumerate(claims if isinstance(claims, list) else ()):
        if isinstance(claim, dict):
            values = [_one(claim.get(name)) for name in _NUMBERS]
            given = [value for value in values if value is not None]
            if given != sorted(given):
                paths = [("claims", number, name) for name in _NUMBERS]
                yield str(claim.get("measure")), _out_of_order(row, f"claims[{number}]", paths, values)


def grossly(given: Sequence[int]) -> bool:
    """Whether by more than recorders let pass, whose bounds are at times off by one, or of different sources."""
    return any(
        one - other > _OFF and one >= _TIMES * other for at, one in enumerate(given) for other in given[at + 1 :]
    )


def _one(value: Any) -> int | None:
    try:
        return None if value in (None, "") else count_value(value)[1]
    except BadValueError:
        return None


def _out_of_order(row: Row, name: str, paths: Sequence[Path], values: Sequence[int | None]) -> Draft:
    """At the one number without which the others are in order; of several such at one that the words do not say."""
    given = [at for at, value in enumerate(values) if value is not None]
    words = told(row)

    def sound(without: int) -> bool:
        rest = [values[at] for at in given if at != without]
        return rest == sorted(rest, key=lambda value: value or 0)

    low, best, high = 0, 1, 2
    order = (best, low, high) if len(given) == 3 and (values[low] or 0) <= (values[high] or 0) else (low, high, best)
    able = [at for at in order if at in given and sound(at)] or given or [low]
    odd = min(able, key=lambda at: values[at] in words)
    stated = ", ".join(f"{end} {values[at]}" for at, end in enumerate(_NUMBERS) if values[at] is not None)
    field = f"{name}.{_NUMBERS[odd]}" if name.startswith("claims") else str(paths[odd][0])
    return Draft(
        "bounds-out-of-order", row["row"], (paths[odd],), {"field": field, "value": values[odd], "stated": stated}
    )
