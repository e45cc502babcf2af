"""How many calls a trunk may carry and begin: open lines, and calls per second."""

from __future__ import annotations

import math

BURST_S = 0.1  # calls saved up while the loop did something else


class Pace:
    """One trunk's limits. `now` is a monotonic clock in seconds."""

    def __init__(self, *, channels: int, calls_per_second: float) -> None:
        self.channels = channels
        self.calls_per_second = calls_per_second
        self.open = 0
        self._saved = 1.0
        self._seen = 0.0

    def room(self, now: float) -> int:
        """Calls that may begin at this moment."""
        most = 1.0 + self.calls_per_second * BURST_S
        self._saved = min(most, self._saved + (now - self._seen) * self.calls_per_second)
        self._seen = now
        return max(0, min(self.channels - self.open, math.floor(self._saved)))

    def take(self) -> None:
        self._saved -= 1
        self.open += 1

    def give_back(self) -> None:
        self.open -= 1
