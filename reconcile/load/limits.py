"""How much an input may ask for before it is refused, quickly and by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one input file (``max_rows`` on the run, too); beyond them is an error, never a cut."""

    max_file_bytes: int = 4 << 30
    max_line_bytes: int = 16 << 20
    """One line of CSV or JSONL; a JSON document may be one long line."""
    max_field_chars: int = 1_000_000
    max_document_bytes: int = 128 << 20
    """One JSON document, which is read whole; JSONL has no such limit."""
    max_rows: int = 20_000_000
    max_columns: int = 1_000
    max_depth: int = 64
    """Nested brackets in JSON, the record's own included."""
    max_values: int = 100_000
    """Values in one JSON record of more than a million characters, those inside of others included."""
    max_problems: int = 5_000
    """Errors in one file; what comes after them is not read."""
    max_files: int = 20_000
    """Files of records in one run."""
    max_parquet_bytes: int = 4 << 30
    """Uncompressed, by the file's own metadata before reading and by measure after it."""


DEFAULT: Final = Limits()
