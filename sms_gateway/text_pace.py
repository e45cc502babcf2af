"""How fast to submit: never above the agreed rate, slower when the carrier says so, faster again with time."""

from __future__ import annotations

from collections import deque

REST_S = 1.0
"""Silence after a refusal: carriers count by the second."""

SLOWER = 1.5
LONGEST_GAP_S = 2.0
RECOVERY_PER_S = 0.9
"""The gap shrinks to this share of itself each second: twice as fast in 6.6 s."""

UNNOTICED_GAP_S = 0.0005


class TextPace:
    """A gap between submissions, in seconds. Clock readings are arguments: monotonic seconds."""

    def __init__(self, per_second: float | None = None) -> None:
        self._agreed_gap = 1 / per_second if per_second else 0.0
        self._gap = self._agreed_gap
        self._next = self._changed = 0.0
        self._slowed = float("-inf")
        self._accepted: deque[float] = deque()

    @property
    def gap(self) -> float:
        return self._gap

    def left(self, now: float) -> float:
        """Seconds until the next submission may leave; 0 when it may leave now."""
        return max(0.0, self._next - now)

    def take(self, now: float) -> None:
        """One leaves now. If it leaves a little late, the next one need not."""
        self._next = max(self._next, now - self._gap / 2) + self._gap

    def throttled(self, now: float, submitted: float) -> None:
        """The carrier wants fewer: two for three, or, where we went as fast as we could, what it took in a second.

        A whole window may be refused at once: what was submitted before we slowed down is no reason to slow down more.
        """
        if submitted < self._slowed:
            return
        self._slowed = self._changed = now
        slower = SLOWER * self._gap if self._gap else 1 / max(1, self._taken(now))
        self._gap = min(LONGEST_GAP_S, slower)
        self._next = max(self._next, now + REST_S)

    def accepted(self, now: float) -> None:
        """The carrier took one: a little faster, by the time that has passed."""
        self._accepted.append(now)
        if self._gap > self._agreed_gap:
            shorter = self._gap * RECOVERY_PER_S ** (now - self._changed)
            self._gap = max(self._agreed_gap, shorter if shorter > UNNOTICED_GAP_S else 0.0)
        self._changed = now
        self._taken(now)

    def _taken(self, now: float) -> int:
        """In the last second."""
        while self._accepted and self._accepted[0] <= now - 1:
            self._accepted.popleft()
        return len(self._accepted)
