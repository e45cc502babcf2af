"""Whether the far side of a call takes sound, and a clock that stands still while it does not.

A far side says sendonly, inactive or 0.0.0.0, in its answer or later (RFC 3264, 8.4). Asterisk then sends nothing, and
says so (ChannelHold; before the channel is up where the answer said it).
"""

from __future__ import annotations

from collections.abc import Callable

from telephony import events

MUTE_S = 5.0  # for a far side whose answer takes no sound to take some
HELD_S = 60.0  # for one that put the call on hold to come back


class Hold:
    """Of one call. `clock`: seconds. `on`: no sound is taken at this moment; `mute`: none ever was."""

    def __init__(self, clock: Callable[[], float], *, on: bool) -> None:
        self._clock = clock
        self._since, self._over_s = clock(), 0.0
        self.on = self.mute = on

    def found(self, *, on: bool) -> None:
        """What came before was not seen."""
        self._since, self.on = self._clock(), on

    def note(self, event: events.ChannelHold | events.ChannelUnhold) -> None:
        if isinstance(event, events.ChannelHold) and not self.on:
            self.on, self._since = True, self._clock()
        elif isinstance(event, events.ChannelUnhold) and self.on:
            self._over_s = self.seconds
            self.on = self.mute = False

    @property
    def seconds(self) -> float:
        """On hold so far, in all."""
        return self._over_s + (self._clock() - self._since if self.on else 0.0)

    @property
    def left_s(self) -> float:
        """Until nobody waits any longer."""
        return self._since + (MUTE_S if self.mute else HELD_S) - self._clock()

    def now(self) -> float:
        """Seconds, by a clock that stands still while the call is on hold."""
        return self._clock() - self.seconds
