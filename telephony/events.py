"""ARI events as small frozen records. Names and fields are those of Asterisk's `rest-api/events.json`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class CallerId(msgspec.Struct, frozen=True):
    name: str = ""
    number: str = ""


class Dialplan(msgspec.Struct, frozen=True):
    context: str = ""
    exten: str = ""
    app_name: str = ""
    app_data: str = ""


class AsteriskChannel(msgspec.Struct, frozen=True):
    id: str
    state: str = ""  # Down, Rsrvd, Ring, Ringing, Up, Busy …
    name: str = ""
    caller: CallerId = CallerId()
    dialplan: Dialplan = Dialplan()


class Playback(msgspec.Struct, frozen=True):
    id: str
    target_uri: str = ""
    state: str = ""


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """An event on one channel. `timestamp`: Asterisk's clock."""

    channel: AsteriskChannel
    timestamp: datetime | None = None

    @property
    def subject(self) -> str:
        return self.channel.id


class StasisStart(_Event, frozen=True, tag=True):
    """The channel entered our application: an incoming call, or an outbound one that was answered."""

    args: list[str] = []


class StasisEnd(_Event, frozen=True, tag=True):
    """The channel left our application. Not a hang-up: it may go on in the dialplan and come back."""


class ChannelStateChange(_Event, frozen=True, tag=True):
    pass


class ChannelDtmfReceived(_Event, frozen=True, tag=True):
    """A key came up, after so many milliseconds."""

    digit: str
    duration_ms: int = 0


class ChannelHold(_Event, frozen=True, tag=True):
    """The far side takes no sound from now on: it said sendonly, inactive or 0.0.0.0 (RFC 3264, 8.4). It may say so in
    its answer; the event is then before the channel is up."""


class ChannelUnhold(_Event, frozen=True, tag=True):
    """It takes sound again."""


class ChannelHangupRequest(_Event, frozen=True, tag=True):
    """`tech_cause`: as in ChannelDestroyed."""

    cause: int = 0
    tech_cause: int = 0


class ChannelDestroyed(_Event, frozen=True, tag=True):
    """The end of the channel. `cause`: Q.850. `tech_cause`: the final SIP status, when it was not a success."""

    cause: int = 0
    cause_txt: str = ""
    tech_cause: int = 0


class _PlaybackEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    playback: Playback
    timestamp: datetime | None = None

    @property
    def subject(self) -> str:
        return self.playback.target_uri.removeprefix("channel:")


class PlaybackStarted(_PlaybackEvent, frozen=True, tag=True):
    pass


class PlaybackFinished(_PlaybackEvent, frozen=True, tag=True):
    pass


class Dial(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """How a call that we placed comes along. `dialstatus`: "" when it begins, PROGRESS on a 183 with or without sound,
    RINGING, then ANSWER, BUSY, NOANSWER …"""

    peer: AsteriskChannel
    dialstatus: str = ""
    timestamp: datetime | None = None

    @property
    def subject(self) -> str:
        return self.peer.id


class LinkDropped(msgspec.Struct, frozen=True):
    """Not from Asterisk: the WebSocket is gone, and the events since then with it."""


class Abort(msgspec.Struct, frozen=True):
    """Not from Asterisk: this program wants the call ended."""


Event = (
    StasisStart
    | StasisEnd
    | ChannelStateChange
    | ChannelDtmfReceived
    | ChannelHold
    | ChannelUnhold
    | ChannelHangupRequest
    | ChannelDestroyed
    | PlaybackStarted
    | PlaybackFinished
    | Dial
)
USED = frozenset({*(kind.__name__ for kind in Event.__args__), "RESTResponse"})
"""What is decoded, by its type."""


class _Kind(msgspec.Struct, frozen=True):
    type: str


class Response(msgspec.Struct, frozen=True, tag_field="type", tag="RESTResponse"):
    """The answer to one REST request sent over the WebSocket."""

    request_id: str
    status_code: int
    reason_phrase: str = ""
    message_body: str = ""

    def json(self) -> Any:
        return msgspec.json.decode(self.message_body) if self.message_body else None


_message = msgspec.json.Decoder(Event | Response)
_kind = msgspec.json.Decoder(_Kind)


def decode(text: str | bytes) -> Event | Response | None:
    """One WebSocket message; None for the events that nobody here uses.

    Raises msgspec.ValidationError when Asterisk's answer has not the documented shape.
    """
    try:
        message: Event | Response = _message.decode(text)
    except msgspec.ValidationError:
        if _kind.decode(text).type in USED:
            raise
        return None
    return message
