"""Who is at the far end of one call, as far as it was heard, and whether that cuts short what is being said."""

from __future__ import annotations

import math
from collections.abc import Callable

import structlog

from telephony import ari
from telephony.answering.signs import Heard, Sign
from telephony.tap import Tap, Taps, attach

GONE = {404, 412}  # no such channel; it is ending

log = structlog.get_logger()


class Interrupted(Exception):
    """Somebody else is to be spoken to, or from the first word: a machine after its BEEP, or a PERSON, who pressed a
    key while a machine was spoken to."""

    def __init__(self, sign: Sign) -> None:
        super().__init__(sign)
        self.sign = sign


class NetworkTones(Exception):
    """Tones of the network or of a fax: whatever is said, nobody hears it. `heard`: what they were."""

    def __init__(self, heard: Heard) -> None:
        super().__init__(heard.announcement)
        self.heard = heard


class Hearing:
    """The ear on one call; `tell` gets what is heard."""

    def __init__(self, link: ari.Ari, call: str, tell: Callable[[Heard], None]) -> None:
        self._link = link
        self._call = call
        self._tell = tell
        self._taps: Taps | None = None
        self._tap: Tap | None = None
        self._spoken_to: Sign | None = None
        self._listens = False
        self._judges = False

    @property
    def on(self) -> bool:
        """Whether it will be told who is there."""
        return self._tap is not None and self._judges

    @property
    def rounds(self) -> float:
        """How often all that had come from the far side was judged; endless once nobody listens."""
        return self._taps.rounds if self._taps is not None and self._listens else math.inf

    async def begin(self, taps: Taps, *, only_keys: bool = False) -> None:
        """`only_keys`: nothing else is told. Where Asterisk can't listen in, that is told as if somebody waited to be
        spoken to. Raises ari.AriError when the call is gone, ari.LinkDown."""
        self._taps, self._tap = taps, taps.open(self._call, self._tell)
        self._listens = self._judges = not only_keys
        if only_keys:
            self._tap.only_keys_in(0.0)
        try:
            await attach(self._link, self._tap)
        except (ari.AriError, TimeoutError) as error:
            taps.close(self._tap)
            if isinstance(error, ari.AriError) and error.status in GONE:
                raise
            log.warning("tap_failed", error=str(error))
            self._tap.lost()

    def speak_to(self, whom: Sign) -> None:
        """From now on a beep interrupts, and where a machine is spoken to, a key."""
        self._spoken_to = whom

    def end_in(self, seconds: float) -> None:
        if self._tap is not None:
            self._tap.only_keys_in(seconds)

    def end(self) -> None:
        """Nothing is heard any more but keys, and nothing interrupts."""
        self._spoken_to = None
        self._listens = False
        self.end_in(0.0)

    def close(self) -> None:
        """Nothing is heard any more."""
        self.end()
        if self._taps is not None and self._tap is not None:
            self._taps.close(self._tap)

    def note(self, heard: Heard) -> None:
        """Raises Interrupted, NetworkTones."""
        if self._listens and heard.sign is Sign.NETWORK:
            self.end()
            raise NetworkTones(heard)
        if self._listens and heard.sign is Sign.BEEP and self._spoken_to is not None:
            raise Interrupted(heard.sign)

    def note_key(self) -> None:
        """A machine presses none: from now on nothing interrupts. Raises Interrupted where a machine was spoken to."""
        spoken_to = self._spoken_to
        self.end()
        if spoken_to is not None and spoken_to is not Sign.PERSON:
            raise Interrupted(Sign.PERSON)
