"""Reading the tables of names: the built-in ones shipped in ``reconcile/data`` and the user's own."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable, Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any, Final

from reconcile.errors import ConfigError, Problem

_MOST_BYTES: Final = 64 * 1024 * 1024
_MOST_TOML: Final = 1024 * 1024
_MOST_PROBLEMS: Final = 50

Row = dict[str, str]


def builtin_rows(name: str) -> list[tuple[int, Row]]:
    """The rows of the built-in CSV ``name``, as ``read_rows`` gives them."""
    return list(_rows(_builtin_text(name), name))


def builtin_toml(name: str) -> dict[str, Any]:
    """The built-in TOML ``name``."""
    return tomllib.loads(_builtin_text(name))


def read_rows(path: str, required: Iterable[str], allowed: Iterable[str]) -> list[tuple[int, Row]]:
    """The rows of a user's CSV as (line, {column: stripped text}); absent columns read as ``""``.

    Raises ``ConfigError`` for a file that cannot be read, an unknown or missing column, a row of another
    length.
    """
    rows = list(_rows(_text(path), path))
    columns, allowed = (list(rows[0][1]) if rows else []), list(allowed)
    unknown = [column for column in columns if column not in allowed]
    missing = [column for column in required if rows and column not in columns]
    if unknown or missing:
        what = f"unknown column {unknown[0]!r}" if unknown else f"no column {missing[0]!r}"
        raise ConfigError(str(Problem(path, 1, None, what, f"the columns are: {', '.join(allowed)}")))
    return [(line, {column: row.get(column, "") for column in allowed}) for line, row in rows]


def read_text(path: str) -> str:
    """The text of a user's TOML file; ``ConfigError`` when it cannot be read."""
    return _text(path, _MOST_TOML)


def read_toml(path: str) -> dict[str, Any]:
    """A user's TOML file; ``ConfigError`` when it cannot be read or is no TOML."""
    try:
        return tomllib.loads(read_text(path))
    except RecursionError:
        raise ConfigError(f"{path}: not TOML: nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError, or a number of more digits than Python reads
        raise ConfigError(f"{path}: not TOML: {error}") from None


def each_row(path: str, rows: Iterable[tuple[int, Row]], parse: Callable[[Row], None]) -> None:
    """Give every row to ``parse``; its ``ValueError``s become one ``ConfigError`` that names each line."""
    problems = []
    for line, row in rows:
        try:
            parse(row)
        except ValueError as error:
            problems.append(str(Problem(path, line, None, str(error))))
    if problems:
        more = [f"... and {len(problems) - _MOST_PROBLEMS} more"] if len(problems) > _MOST_PROBLEMS else []
        raise ConfigError("\n".join(problems[:_MOST_PROBLEMS] + more))


def _builtin_text(name: str) -> str:
    return resources.files("reconcile").joinpath("data", name).read_text(encoding="utf-8")


def _text(path: str, most: int = _MOST_BYTES) -> str:
    try:
        if Path(path).stat().st_size > most:
            raise ConfigError(f"{path}: larger than {most // 1024**2} MB (a table of names is small)")
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: cannot be read: it is not UTF-8 text (save it as UTF-8)") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise ConfigError(f"{path}: cannot be read: {reason}") from None


def _rows(text: str, path: str) -> Iterator[tuple[int, Row]]:
    # A NUL or an unclosed quote is an error to this reader only in strict mode.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
                if len(set(header)) != len(header):
                    raise ConfigError(str(Problem(path, start, None, "a column is named twice")))
                continue
            if len(cells) != len(header):
                what = f"{len(cells)} cells where the header has {len(header)}"
                raise ConfigError(str(Problem(path, start, None, what, "quote cells that hold commas")))
            yield start, dict(zip(header, (cell.strip() for cell in cells), strict=True))
    except csv.Error as error:
        raise ConfigError(str(Problem(path, line, None, f"not CSV: {error}"))) from None
