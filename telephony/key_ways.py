"""The ways by which one call's keys come: as events (RFC 4733, SIP INFO), as sound, or by both at once."""

from __future__ import annotations

LATE_S = 0.6
"""By how much the event of a press may begin after its sound has ended."""


class KeyWays:
    """Which presses are new. Once a key has come as an event, sound counts no more. Moments are seconds of one
    clock."""

    def __init__(self) -> None:
        self._events = False
        self._sounded = ""
        self._sounded_at = 0.0

    def is_new_by_event(self, digit: str, *, began_at: float) -> bool:
        """A press that came as an event: False where it was heard as sound already."""
        first, self._events = not self._events, True
        return not (first and digit == self._sounded and began_at < self._sounded_at + LATE_S)

    def is_new_by_sound(self, digit: str, *, ended_at: float) -> bool:
        self._sounded, self._sounded_at = digit, ended_at
        return not self._events
