"""Work in parts, on as many threads as polars uses."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import polars as pl

Part = TypeVar("Part")


def each(parts: Iterable[Part], work: Callable[[Part], None]) -> None:
    """Call ``work`` for every part; parts write to places of their own. The first error ends it and is raised."""
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


class Hands:
    """Threads that work on what they are given, while the giver goes on: it waits when all have enough to do.

    A context: at its end all work is done. The first error is raised, at the next ``give`` or at the end.
    """

    def __init__(self) -> None:
        self._threads = self.at_once()
        self._pool = ThreadPoolExecutor(self._threads)
        self._running: deque[Future[None]] = deque()

    @staticmethod
    def at_once() -> int:
        """How many parts are at work at a time: one more than threads, as now and then two want the interpreter."""
        return pl.thread_pool_size() + 1

    def give(self, work: Callable[[Part], None], part: Part) -> None:
        """Have ``work`` done on ``part``."""
        if len(self._running) >= self._threads:
            self._running.popleft().result()
        self._running.append(self._pool.submit(work, part))

    def __enter__(self) -> Hands:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            while self._running and kind is None:
                self._running.popleft().result()
        finally:
            self._pool.shutdown(cancel_futures=True)


def blocks(length: int, size: int) -> list[slice]:
    """0 .. ``length`` in slices of ``size``."""
    return [slice(start, min(start + size, length)) for start in range(0, length, size)]
