"""How fast to submit: never above the agreed rate, slower when the carrier says so, faster again with time."""

from __future__ import annotations

FIRST_GAP_S = 0.01
LONGEST_GAP_S = 2.0
SETTLE_S = 1.0
"""A whole window may be throttled at once: that is one reason to slow down, not fifty."""

RECOVERY_PER_S = 0.75
"""The gap shrinks to this share of itself each second without throttling: twice as fast in 2.4 s."""

UNNOTICED_GAP_S = 0.0005


class Pace:
    """A gap between submissions, in seconds. Clock readings are arguments: monotonic seconds."""

    def __init__(self, per_second: float | None = None) -> None:
        self._agreed_gap = 1 / per_second if per_second else 0.0
        self._gap = self._agreed_gap
        self._next = 0.0
        self._changed = 0.0
        self._throttled = float("-inf")

    @property
    def gap(self) -> float:
        return self._gap

    def wait(self, now: float) -> float:
        """Take the next turn; the seconds to wait for it."""
        turn = max(now, self._next)
        self._next = turn + self._gap
        return turn - now

    def throttled(self, now: float) -> None:
        """The carrier wants fewer: half as fast, and silence for one gap."""
        if now - self._throttled < SETTLE_S:
            return
        self._throttled = self._changed = now
        self._gap = min(LONGEST_GAP_S, max(FIRST_GAP_S, 2 * self._gap))
        self._next = max(self._next, now + self._gap)

    def accepted(self, now: float) -> None:
        """The carrier took one: a little faster, by the time that has passed."""
        if self._gap > self._agreed_gap:
            shorter = self._gap * RECOVERY_PER_S ** (now - self._changed)
            self._gap = max(self._agreed_gap, shorter if shorter > UNNOTICED_GAP_S else 0.0)
        self._changed = now
