"""Names for events that stay the same as far as they can."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

_SHORT: Final = 10  # characters of base 32: 50 bits ...
_BYTES, _LETTERS = 10, 16  # ... of so many bytes, which make so many characters and no rest


def event_ids(anchors: Sequence[str]) -> list[str]:
    """An id for each event from its anchor, the smallest of its record ids.

    No two events share a record, so no two share an anchor, and an event keeps its id when records join it (unless a
    new one sorts first). Should two short ids collide, both are written out in full.
    """
    shorts = short_ids(anchors)
    taken = Counter(shorts)
    return [short if taken[short] == 1 else long_id(anchor) for short, anchor in zip(shorts, anchors, strict=True)]


def short_ids(anchors: Sequence[str]) -> list[str]:
    """The id of each event from the smallest of its record ids, unless another event has it too."""
    letters = _base32(b"".join(_digest(anchor)[:_BYTES] for anchor in anchors))  # in one go: a third of the time
    return [f"ev-{letters[at : at + _SHORT]}" for at in range(0, len(letters), _LETTERS)]


def long_id(anchor: str) -> str:
    """The id that no other event can have."""
    return f"ev-{_base32(_digest(anchor))}"


def _digest(anchor: str) -> bytes:
    return hashlib.sha256(anchor.encode("utf-8", "surrogatepass")).digest()


def _base32(digest: bytes) -> str:
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()
