"""Names for events that stay the same as far as they can."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

_SHORT: Final = 10  # characters of base 32: 50 bits


def event_ids(anchors: Sequence[str]) -> list[str]:
    """An id for each event from its anchor, the smallest of its record ids.

    No two events share a record, so no two share an anchor, and an event keeps its id when records join it (unless a
    new one sorts first). Should two short ids collide, both are written out in full.
    """
    digests = [
        base64.b32encode(hashlib.sha256(anchor.encode("utf-8", "surrogatepass")).digest()).decode("ascii").lower()
        for anchor in anchors
    ]
    taken = Counter(digest[:_SHORT] for digest in digests)
    return [f"ev-{digest[:_SHORT] if taken[digest[:_SHORT]] == 1 else digest.rstrip('=')}" for digest in digests]
