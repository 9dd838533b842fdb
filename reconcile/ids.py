"""Names for events that stay the same as far as they can."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

_SHORT: Final = 10  # characters of base 32: 50 bits ...
_BYTES: Final = 8  # ... of so many bytes
_PREFIX: Final = b"ev-"
_LETTERS: Final = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)


def event_ids(anchors: Sequence[str]) -> pl.Series:
    """An id for each event from its anchor, the smallest of its record ids.

    No two events share a record, so no two share an anchor, and an event keeps its id when records join it (unless a
    new one sorts first). Should two short ids collide, both are written out in full.
    """
    ids = short_ids(anchors)
    taken = ids.is_duplicated().arg_true().to_list()
    return ids.scatter(taken, [long_id(anchors[at]) for at in taken]) if taken else ids


def short_ids(anchors: Sequence[str]) -> pl.Series:
    """The id of each event from the smallest of its record ids, unless another event has it too: the first 50 bits of
    the digest in base 32, as ``long_id`` has them, made in whole columns."""
    digests = np.frombuffer(b"".join([_digest(anchor)[:_BYTES] for anchor in anchors]), dtype=">u8").astype(np.uint64)
    lines = np.full((len(digests), len(_PREFIX) + _SHORT + 1), ord("\n"), dtype=np.uint8)
    lines[:, : len(_PREFIX)] = list(_PREFIX)
    for at in range(_SHORT):
        lines[:, len(_PREFIX) + at] = _LETTERS[digests >> np.uint64(64 - 5 * (at + 1)) & np.uint64(31)]
    return pl.Series(lines.tobytes().decode("ascii").split(), dtype=pl.String)


def long_id(anchor: str) -> str:
    """The id that no other event can have."""
    return f"ev-{base64.b32encode(_digest(anchor)).decode('ascii').rstrip('=').lower()}"


def _digest(anchor: str) -> bytes:
    return hashlib.sha256(anchor.encode("utf-8", "surrogatepass")).digest()
