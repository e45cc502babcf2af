"""How far to slow down when the network says that it has no circuit, and how to come back: pure, no clock.

Additive increase, multiplicative decrease (RFC 5681 does the same for TCP): several senders that share a network settle
on fair shares of it, and whoever slowed down for a passing trouble is back by itself.
"""

from __future__ import annotations

CUT = 0.7  # what is left after a congested call: two of them halve it
DEAF_S = 2.0  # after a cut: what was placed before it still comes back congested and says nothing new
RECOVERY_S = 60.0  # from nothing to all


class Share:
    """What may be used of a limit, from `floor` to 1. `now`: seconds of a monotonic clock."""

    def __init__(self, *, floor: float, cut: float = CUT, recovery_s: float = RECOVERY_S) -> None:
        self._floor, self._cut, self._recovery_s = floor, cut, recovery_s
        self._share, self._since = 1.0, 0.0

    def at(self, now: float) -> float:
        return min(1.0, self._share + (now - self._since) / self._recovery_s)

    def is_whole(self, now: float) -> bool:
        return self.at(now) >= 1.0

    def cut(self, now: float, *, to: float | None = None) -> None:
        """A call was congested. `to`: the share that is left, where that is known better."""
        if self._share < 1.0 and now - self._since < DEAF_S:
            return
        left = self._cut * self.at(now) if to is None else min(to, self.at(now))
        self._share, self._since = max(self._floor, left), now
