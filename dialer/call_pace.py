"""How many calls a trunk may carry and begin: open lines, and calls per second; fewer while it is congested."""

from __future__ import annotations

import math

from dialer.congestion import CUT, Share

BURST_S = 0.2  # calls saved up while the loop did something else
SLOWEST = 0.1  # of a trunk's calls per second, however congested it is
MANY_LINES = 0.5  # of a trunk's lines: with fewer open it is not the lines that are short
ROUNDING = 1e-6
LINES_RECOVERY_S = 300.0  # a carrier that grants fewer lines than were agreed on is asked for more only now and then


class Rate:
    """Calls per second, made less by congestion. `now` is a monotonic clock in seconds."""

    def __init__(self, calls_per_second: float, *, slowest: float, cut: float = CUT) -> None:
        self.calls_per_second = calls_per_second
        self.share = Share(floor=min(1.0, slowest / calls_per_second) if calls_per_second else 1.0, cut=cut)
        self._saved = 1.0
        self._seen = 0.0

    def at(self, now: float) -> float:
        return self.calls_per_second * self.share.at(now)

    def room(self, now: float) -> int:
        """Calls that may begin at this moment."""
        rate = self.at(now)
        self._saved = min(1.0 + rate * BURST_S, self._saved + (now - self._seen) * rate)
        self._seen = now
        return max(0, math.floor(self._saved))

    def take(self) -> None:
        self._saved -= 1


class CallPace:
    """One trunk's limits."""

    def __init__(self, *, channels: int, calls_per_second: float) -> None:
        self.channels = channels
        self.rate = Rate(calls_per_second, slowest=SLOWEST * calls_per_second)
        self.open = 0
        self._lines = Share(floor=0.0, recovery_s=LINES_RECOVERY_S)

    def room(self, now: float) -> int:
        """Calls that may begin at this moment."""
        return max(0, min(self.lines(now) - self.open, self.rate.room(now)))

    def lines(self, now: float) -> int:
        """Calls that may be open at once."""
        return max(min(1, self.channels), math.floor(self.channels * self._lines.at(now) + ROUNDING))

    def take(self) -> None:
        self.rate.take()
        self.open += 1

    def give_back(self) -> None:
        self.open -= 1

    def congested(self, now: float) -> None:
        """A call was: fewer calls per second; no more lines than are open, when those are many."""
        self.rate.share.cut(now)
        if self.open >= MANY_LINES * self.channels:
            self._lines.cut(now, to=self.open / self.channels if self.channels else 1.0)

    def limit(self, lines: int, now: float) -> None:
        """The carrier was found to grant no more lines than these."""
        self._lines.cut(now, to=lines / self.channels if self.channels else 1.0)

    def is_slowed(self, now: float) -> bool:
        return not self.rate.share.is_whole(now)
