"""Names for events that stay the same as far as they can."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

_SHORT: Final = 10  # characters of base 32: 50 bits ...
_BYTES: Final = 10  # ... of these bytes, which make whole characters


def event_ids(anchors: Sequence[str]) -> list[str]:
    """An id for each event from its anchor, the smallest of its record ids.

    No two events share a record, so no two share an anchor, and an event keeps its id when records join it (unless a
    new one sorts first). Should two short ids collide, both are written out in full.
    """
    shorts = [short_id(anchor) for anchor in anchors]
    taken = Counter(shorts)
    return [short if taken[short] == 1 else long_id(anchor) for short, anchor in zip(shorts, anchors, strict=True)]


def short_id(anchor: str) -> str:
    """The id of an event whose smallest record id is ``anchor``, unless another event has it too."""
    return f"ev-{_base32(_digest(anchor)[:_BYTES])[:_SHORT]}"


def long_id(anchor: str) -> str:
    """The id that no other event can have."""
    return f"ev-{_base32(_digest(anchor))}"


def _digest(anchor: str) -> bytes:
    return hashlib.sha256(anchor.encode("utf-8", "surrogatepass")).digest()


def _base32(digest: bytes) -> str:
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()
