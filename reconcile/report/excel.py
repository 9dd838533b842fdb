"""Events and claims as an Excel workbook; needs the extra ``excel``."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import polars as pl

from reconcile.errors import UsageError
from reconcile.pipeline import Result
from reconcile.report.claims_table import claims_table
from reconcile.report.tabular import flat_events
from reconcile.text import for_cell

_MOST_CELL = 32_767  # characters that Excel can hold
_MOST_ROWS = 1_048_575


def excel_chunks(result: Result) -> Iterator[bytes]:
    """One workbook with the sheets ``events`` and ``claims``. Text is written as text and never as a formula."""
    try:
        import xlsxwriter
    except ImportError:
        raise UsageError("Excel files need one more package: pip install 'incident-reconcile[excel]'") from None
    buffer = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, plain) as book:
        # No clock in outputs: the same records give the same bytes.
        book.set_properties({"created": datetime(2000, 1, 1)})
        _sheet(book, "events", flat_events(result))
        _sheet(book, "claims", claims_table(result))
    yield buffer.getvalue()


def _sheet(book: Any, name: str, frame: pl.DataFrame) -> None:
    if frame.height > _MOST_ROWS:
        raise UsageError(
            f"{frame.height:,} {name} do not fit an Excel sheet ({_MOST_ROWS:,} rows); write .csv or .parquet"
        )
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    for column, title in enumerate(frame.columns):
        sheet.write_string(0, column, title, bold)
    for number, row in enumerate(frame.iter_rows(), start=1):
        for column, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_boolean(number, column, value)
            elif isinstance(value, str):
                sheet.write_string(number, column, for_cell(value)[:_MOST_CELL])
            elif value is not None:
                sheet.write_number(number, column, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, frame.height, frame.width - 1)
