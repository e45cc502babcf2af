"""Tones before the answer: what a network says as sound (early media after SIP 183, RFC 3960) in place of a status, or
before it. A snoop channel hears a channel that is not up, too."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

import structlog

from rules.outcome import Announcement
from telephony import ari
from telephony.answering.signs import Heard, Sign
from telephony.tap import Tap, Taps, attach

MOST_AT_ONCE = 100
"""Taps on all calls: beyond, what is not answered is not listened to, and its status alone decides."""

STATUS_S: Mapping[Announcement, float] = {
    Announcement.BUSY: 2.0,
    Announcement.REORDER: 2.0,
    Announcement.NO_CIRCUIT: 2.0,
    # The status, which may say the same and makes the number dead, comes when the recorded voice is over.
    Announcement.INTERCEPT: 15.0,
    Announcement.VACANT: 15.0,
    Announcement.FAX: math.inf,  # it answers next
}
"""For so long after its tones the network may still say as a status what they mean; then nobody waits any more."""

log = structlog.get_logger()


class EarlyMedia:
    """The ear on one call until it is answered; without `taps` it hears nothing. Ringing,
    words and beeps say nothing."""

    def __init__(self, link: ari.Ari, call: str, taps: Taps | None) -> None:
        self.announcement: Announcement | None = None
        self._link = link
        self._call = call
        self._taps = taps
        self._tap: Tap | None = None
        self._heard_at = math.inf

    @property
    def on(self) -> bool:
        return self._tap is not None

    @property
    def over(self) -> bool:
        """The tones have said that nobody will answer, and no status came."""
        return self.announcement is not None and time.monotonic() - self._heard_at >= STATUS_S[self.announcement]

    async def listen(self) -> None:
        """Sound may come from now on; told again, it is listened to once. Raises ari.LinkDown."""
        if self._taps is None or self._tap is not None or self._taps.open_taps >= MOST_AT_ONCE:
            return
        self._tap = self._taps.open(self._call, self._note)
        try:
            await attach(self._link, self._tap)
        except (ari.AriError, TimeoutError) as error:
            log.debug("early_media_not_heard", error=str(error))  # the call's own end is told by an event
            self.close()

    def forget(self) -> None:
        """Its telephone rings: what was said before came on the way to it."""
        self.announcement, self._heard_at = None, math.inf

    def close(self) -> None:
        """Listen no longer; what was heard stays known."""
        if self._taps is not None and self._tap is not None:
            self._taps.close(self._tap)
            self._taps = self._tap = None

    def _note(self, heard: Heard) -> None:
        if heard.sign is Sign.NETWORK:
            log.debug("early_media_heard", call=self._call, announcement=heard.announcement)
            self.announcement, self._heard_at = heard.announcement, time.monotonic()
