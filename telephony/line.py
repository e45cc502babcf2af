"""What happens on one call, in order, for the one who follows it."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque

from telephony import events
from telephony.answering.signs import Heard

Happening = events.Event | events.LinkDropped | events.Abort | Heard


class Line:
    """A queue for one reader, whose waits have limits. A timer for each wait would cost more than the waiting: one that
    is set already rings on, and is set again only if it rings too early."""

    clock = staticmethod(time.monotonic)
    """In which whoever reads it counts."""

    def __init__(self) -> None:
        self._come: deque[Happening] = deque()
        self._reader: asyncio.Future[None] | None = None
        self._due = math.inf
        self._alarm: asyncio.TimerHandle | None = None
        self._rings_at = math.inf

    def put(self, what: Happening) -> None:
        self._come.append(what)
        self._wake()

    def take(self) -> Happening | None:
        """The next thing that has happened; None when there is none yet."""
        return self._come.popleft() if self._come else None

    async def next(self, limit_s: float = math.inf) -> Happening | None:
        """The next thing that happens; None when nothing does within the limit."""
        if not self._come:
            loop = asyncio.get_running_loop()
            self._reader = reader = loop.create_future()
            self._set_alarm(loop, loop.time() + limit_s)
            try:
                await reader
            finally:
                if self._reader is reader:  # else another has begun to wait since this wait was cancelled
                    self._reader, self._due = None, math.inf
        return self.take()

    def close(self) -> None:
        """Nobody waits any more."""
        self._rings_at = math.inf
        if self._alarm is not None:
            self._alarm.cancel()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _set_alarm(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        self._due = due
        if due < self._rings_at:
            self.close()
            self._rings_at, self._alarm = due, loop.call_at(due, self._ring, loop)

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        self._rings_at = math.inf
        if self._due > loop.time():
            self._set_alarm(loop, self._due)
        else:
            self._wake()
