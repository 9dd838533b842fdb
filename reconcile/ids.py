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
    digests = [hashlib.sha256(anchor.encode("utf-8", "surrogatepass")).digest() for anchor in anchors]
    shorts = [_base32(digest[:_BYTES])[:_SHORT] for digest in digests]
    taken = Counter(shorts)
    return [
        f"ev-{short if taken[short] == 1 else _base32(digest)}" for short, digest in zip(shorts, digests, strict=True)
    ]


def _base32(digest: bytes) -> str:
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()
