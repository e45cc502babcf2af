"""What happens on one call, in order: keys are noted, a hold is waited out; a hang-up is an exception."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from telephony import ari, events
from telephony.answering.signs import Heard, Sign
from telephony.hearing import GONE, Hearing
from telephony.hold import Hold
from telephony.key_ways import KeyWays
from telephony.keypad import Keypad

GONE_S = 3.0  # for Asterisk to end a channel
WHY_S = 0.5  # for the event that says why a channel is gone
SOUND_LATE_S = 0.12  # from the end of a key's sound until it is told here
LEFT = GONE | {409}  # no longer in our application, which only its end takes it from

log = structlog.get_logger()


class Hangup(Exception):
    """The call is over. `cause`: Q.850; `sip`: the final SIP status, 0 when there was none."""

    def __init__(self, cause: int = 16, sip: int = 0) -> None:
        super().__init__(f"hung up, cause {cause}")
        self.cause = cause
        self.sip = sip


class LinkLost(Exception):
    """Asterisk can't be heard any more; the call may live on."""


class CallAborted(Exception):
    """This program wants the call ended."""


class Followed:
    """A call whose events are followed. `held`: the answer takes no sound.

    Raises from every method that waits: Hangup, LinkLost, or CallAborted.
    """

    def __init__(self, link: ari.Ari, channel: events.AsteriskChannel, line: ari.Line, *, held: bool = False) -> None:
        self.id = channel.id
        self.caller = channel.caller.number
        self.called = channel.dialplan.exten
        self._link = link
        self._line = line
        self.hold = Hold(line.clock, on=held)
        self._clock = self.hold.now
        self._keys = Keypad()
        self._last: events.Event | None = None
        self._playing = ""
        self._ahead_s = 0.0  # Asterisk's clock before ours
        self._ways = KeyWays()
        self.hearing = Hearing(link, channel.id, line.put)

    async def hang_up(self) -> None:
        """End the call: returns when Asterisk has taken the order, without raising Hangup."""
        try:
            await self._link.hang_up(self.id)
        except (ari.AriError, ari.LinkDown, TimeoutError) as error:
            log.warning("hang_up_failed", call=self.id, error=str(error))

    async def ended(self, limit_s: float) -> None:
        """Wait for the end of the call, which raises Hangup; returns only when it is not over in time."""
        ends_at = self._line.clock() + limit_s
        while (left := ends_at - self._line.clock()) > 0:
            await self._come(left)

    async def _next_key(self, limit_s: float) -> str:
        ends_at = self._clock() + limit_s
        while not self._keys.waits:
            left = ends_at - self._clock()
            if left <= 0:
                return ""
            await self._next(left)
        return self._keys.take()

    async def _next(self, limit_s: float) -> events.Event | Heard | None:
        """The next event; None when there is none within the limit. Time on hold does not count."""
        await self._until_sound()
        event = await self._come(limit_s)
        await self._until_sound()
        return event

    async def _until_sound(self) -> None:
        """What plays is paused while the call is on hold. Raises Hangup where that lasts too long."""
        if self.hold.on:
            await self._control(self._link.pause_playing)
            while self.hold.on:
                await self._held()
            await self._control(self._link.go_on_playing)

    async def _held(self) -> None:
        event = await self._come(self.hold.left_s)
        if isinstance(event, events.PlaybackStarted):
            await self._control(self._link.pause_playing)  # it was ordered just before the hold
        elif event is None:
            log.info("call_on_hold", call=self.id, mute=self.hold.mute)
            await self.hang_up()
            await self.ended(GONE_S)
            raise Hangup

    async def _control(self, order: Callable[[str], Awaitable[None]]) -> None:
        if self._playing:
            try:
                await order(self._playing)
            except ari.LinkDown as error:
                raise LinkLost from error
            except ari.AriError as error:
                log.debug("not_controlled", call=self.id, error=str(error))  # it is over, or has not begun

    async def _come(self, limit_s: float) -> events.Event | Heard | None:
        """The next event; None when there is none within the limit. Keys are noted on the way."""
        self._last = None
        event = await self._line.next(limit_s)
        if event is None:
            return None
        if isinstance(event, events.LinkDropped):
            raise LinkLost
        if isinstance(event, events.Abort):
            raise CallAborted
        self._last = None if isinstance(event, Heard) else event
        if self._last is not None:
            self._ahead_s = self._since(self._last) - self._clock()
        match event:
            case events.ChannelDestroyed(cause=cause, tech_cause=sip):
                raise Hangup(cause, sip)
            case events.ChannelHangupRequest(cause=cause, tech_cause=sip):
                # ChannelDestroyed follows, but a script has nothing more to say to anybody.
                raise Hangup(cause or 16, sip)
            case events.ChannelHold() | events.ChannelUnhold():
                self.hold.note(event)
            case events.ChannelDtmfReceived(digit=digit, duration_ms=held_ms):
                self._press_by_event(digit, self._since(event), held_ms / 1000)
            case Heard(sign=Sign.KEY, digit=digit, held_s=held_s):
                self._press_by_sound(digit, self._clock() + self._ahead_s - SOUND_LATE_S, held_s)
            case Heard():
                self.hearing.note(event)
        return event

    def _press_by_event(self, digit: str, ended_at: float, held_s: float) -> None:
        """Where keys come like this, sound says nothing more."""
        new = self._ways.is_new_by_event(digit, began_at=ended_at - held_s)
        if new:
            self._keys.press(digit, ended_at=ended_at, held_s=held_s)
        try:
            self.hearing.note_key()
        finally:
            self.hearing.close()

    def _press_by_sound(self, digit: str, ended_at: float, held_s: float) -> None:
        if self._ways.is_new_by_sound(digit, ended_at=ended_at):
            self._keys.press(digit, ended_at=ended_at, held_s=held_s)
            self.hearing.note_key()

    def _since(self, event: events.Event) -> float:
        """The moment of an event: by Asterisk's clock, since a program that was stalled sees late what happened."""
        return event.timestamp.timestamp() if event.timestamp else self._clock()

    async def _ask(self, command: Awaitable[None]) -> None:
        """A command to a channel that is gone is a hang-up."""
        try:
            await command
        except ari.LinkDown as error:
            raise LinkLost from error
        except ari.AriError as error:
            if error.status in LEFT:
                await self.ended(WHY_S)
                await self.hang_up()  # should it live on: the number may be called again from now on
                raise Hangup(cause=16) from error
            raise
