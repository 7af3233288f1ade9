"""How much one visitor may ask, and how many questions may wait."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LOOK = 0.25  # seconds between two words to who waits: a press on Stop is heeded as soon
REMEMBERED = 10_000  # visitors; of more, those who have been away the longest are forgotten


class DeclinedError(Exception):
    """A question that is not taken in now. `seconds` is when it may be asked again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"try again in {seconds:.0f} s")
        self.seconds = seconds


class TooManyError(DeclinedError):
    """This visitor has asked too much in too short a time."""


class QueueFullError(DeclinedError):
    """Too many are waiting already, or this one has waited too long."""


class Limiter:
    """At most `count` questions a minute from each visitor, evenly refilled.

    Args:
        count: questions a minute, which may also be asked at once.
        clock: seconds, never going back.
    """

    def __init__(self, count: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._count = float(count)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, visitor: str) -> None:
        """Use up one question. Raises TooManyError where none is left."""
        with self._lock:
            now = self._clock()
            left, then = self._left.pop(visitor, (self._count, now))
            left = min(self._count, left + (now - then) * self._count / 60)
            taken = left >= 1
            self._left[visitor] = (left - 1 if taken else left, now)
            if len(self._left) > REMEMBERED:
                self._left.popitem(last=False)
        if not taken:
            raise TooManyError((1 - left) * 60 / self._count)


class Queue:
    """Lets `at_once` through at a time; `waiting` more may wait, each at most `patience` seconds."""

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        self._places = threading.BoundedSemaphore(at_once)
        self._room = at_once + waiting
        self._patience = patience
        self._inside = 0
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, waiting: Callable[[], None] | None = None) -> Iterator[None]:
        """Wait for a place and hold it.

        Args:
            waiting: called over and over while there is none; what it raises ends the wait.

        Raises:
            QueueFullError: there is none to be had.
        """
        with self._lock:
            if self._inside >= self._room:
                raise QueueFullError(self._patience)
            self._inside += 1
        try:
            self._wait(waiting or _silently)
            try:
                yield
            finally:
                self._places.release()
        finally:
            with self._lock:
                self._inside -= 1

    def _wait(self, waiting: Callable[[], None]) -> None:
        until = time.monotonic() + self._patience
        while not self._places.acquire(blocking=False):
            waiting()
            left = until - time.monotonic()
            if left <= 0:
                raise QueueFullError(self._patience)
            if self._places.acquire(timeout=min(LOOK, left)):
                return


def _silently() -> None:
    pass
