"""Work on long arrays in parts, on as many threads as polars uses; parts write to places of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import polars as pl

Part = TypeVar("Part")


def each(parts: Iterable[Part], work: Callable[[Part], None]) -> None:
    """Call ``work`` for every part. The first error ends it and is raised."""
    parts = list(parts)
    threads = min(pl.thread_pool_size(), len(parts))
    if threads <= 1:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(threads) as pool:
        try:
            for _ in pool.map(work, parts):
                pass
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def blocks(length: int, size: int) -> list[slice]:
    """0 .. ``length`` in slices of ``size``."""
    return [slice(start, min(start + size, length)) for start in range(0, length, size)]
