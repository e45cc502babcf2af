"""Listening in on open calls while Asterisk plays to them: docs/decisions/0008-a-snoop-channel-and-audiosocket.md.

A snoop channel of each call runs [tap] of dialplans/extensions.conf, which sends what the far side says, 8 kHz slin,
over one TCP connection to this program, on loopback only. All connections are read together, a few times a second, and
judged together; what is heard goes to the call's line. A tap that does not come, or breaks, is told as if it had been
heard that somebody should be spoken to: nobody is left in silence.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import structlog

from supervision.tasks import Tasks
from telephony import ari, events
from telephony.answering.ears import Ears
from telephony.answering.signs import Heard, Sign
from telephony.answering.tuning import Tuning
from telephony.audiosocket import AudioConnection

TICK_S = 0.06
COME_S = 1.5  # from the order to the first audio; 0.02 s is usual
FAREWELL_S = 1.0
LOST_GREETING_S = 5.0  # what is left of a machine's greeting, when it can't be heard any more
CONTEXT = "tap"  # of dialplans/extensions.conf
VARIABLE = "TOCSIN_EARS"  # dialplan's global: where this program listens
LOOPBACK = "127.0.0.1"
WAITING_AT_ONCE = 256

log = structlog.get_logger()


class Tap:
    """The ear on one call. `token` is what its connection must show."""

    def __init__(self, call: str, tell: Callable[[Heard], None]) -> None:
        self.call = call
        self.token = uuid.uuid4()
        self.only_keys_at = float("inf")
        self.connection: AudioConnection | None = None
        self._tell = tell
        self._comes_by = time.monotonic() + COME_S
        self._last: Sign | None = None

    def only_keys_in(self, seconds: float) -> None:
        """Judge no longer than that who is there; keys are heard on."""
        self.only_keys_at = min(self.only_keys_at, time.monotonic() + seconds)

    @property
    def only_keys(self) -> bool:
        return time.monotonic() >= self.only_keys_at

    def tell(self, heard: Heard) -> None:
        self._last = self._last if heard.sign is Sign.KEY else heard.sign
        self._tell(heard)

    def late(self, now: float) -> bool:
        return self.connection is None and now > self._comes_by

    def lost(self) -> None:
        """What was not heard is told as if it had been: before any word a person, in a greeting its end."""
        if self.only_keys:
            return
        if self._last is None:
            self.tell(Heard(Sign.PERSON, 0.0))
        elif self._last is Sign.MACHINE:
            limit = Heard(Sign.LIMIT, LOST_GREETING_S)
            asyncio.get_running_loop().call_later(LOST_GREETING_S, self.tell, limit)


class Taps:
    """All taps: one server, one pair of ears."""

    def __init__(self, tuning: Tuning | None = None) -> None:
        self.rounds = 0  # how often all that had come was judged
        self._ears = Ears(tuning)
        self._taps: dict[uuid.UUID, Tap] = {}
        self._newcomers: list[AudioConnection] = []
        self._leaving: list[AudioConnection] = []
        self._door = socket.create_server((LOOPBACK, 0), backlog=WAITING_AT_ONCE)
        self._door.setblocking(False)

    @property
    def address(self) -> str:
        """host:port for Asterisk."""
        host, port = self._door.getsockname()
        return f"{host}:{port}"

    @property
    def open_taps(self) -> int:
        return len(self._taps)

    def open(self, call: str, tell: Callable[[Heard], None]) -> Tap:
        """Expect a connection; `tell` gets what is heard."""
        tap = Tap(call, tell)
        self._taps[tap.token] = tap
        self._ears.open(str(tap.token))
        return tap

    def close(self, tap: Tap) -> None:
        """Listen no longer; nothing more is told. A tap that is closed already stays so."""
        if self._taps.pop(tap.token, None) is None:
            return
        self._ears.close(str(tap.token))
        if tap.connection is not None:
            tap.connection.say_goodbye()
            self._leaving.append(tap.connection)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Taps]:
        listening = Tasks[str]("taps")
        listening.keep("rounds", self._run)
        try:
            yield self
        finally:
            await listening.close()
            for connection in self._connections():
                connection.close()
            self._door.close()

    def _connections(self) -> Iterator[AudioConnection]:
        yield from self._newcomers
        yield from self._leaving
        yield from (tap.connection for tap in self._taps.values() if tap.connection is not None)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            try:
                self._tick(time.monotonic())
            except Exception:
                log.exception("listening_failed", calls=len(self._taps))
                self._lose(list(self._taps.values()))
            self.rounds += 1

    def _tick(self, now: float) -> None:
        self._admit(now)
        self._see_off(now)
        self._lose([tap for tap in self._taps.values() if tap.late(now)])
        for token, tap in self._taps.items():
            if now >= tap.only_keys_at:
                self._ears.only_keys(str(token))
        self._hear()

    def _admit(self, now: float) -> None:
        """Connections that show the token of an open tap; others are closed."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self._newcomers.append(AudioConnection(self._door.accept()[0]))
        waiting, self._newcomers = self._newcomers, []
        for connection in waiting:
            alive = connection.read() and now - connection.since < COME_S
            token = connection.identity()
            tap = self._taps.get(token) if token else None
            if tap is not None and tap.connection is None:
                tap.connection = connection
            elif token is None and alive:
                self._newcomers.append(connection)
            else:
                connection.close()

    def _see_off(self, now: float) -> None:
        leaving, self._leaving = self._leaving, []
        for connection in leaving:
            if connection.read() and now - connection.since < FAREWELL_S:
                self._leaving.append(connection)
            else:
                connection.close()

    def _lose(self, taps: list[Tap]) -> None:
        for tap in taps:
            if not tap.only_keys:
                log.warning("tap_lost", call=tap.call, connected=tap.connection is not None)
            self.close(tap)
            tap.lost()

    def _hear(self) -> None:
        audio: dict[str, bytes] = {}
        broken = []
        for token, tap in self._taps.items():
            if tap.connection is None:
                continue
            if not tap.connection.read():
                broken.append(tap)
            audio[str(token)] = tap.connection.audio()
        self._tell(self._ears.feed(audio))
        self._lose([tap for tap in broken if tap.token in self._taps])

    def _tell(self, heard: list[tuple[str, Heard]]) -> None:
        by_token: Mapping[str, Tap] = {str(token): tap for token, tap in self._taps.items()} if heard else {}
        for token, one in heard:
            log.debug("heard", call=by_token[token].call, sign=one.sign, at_s=one.at_s)
            by_token[token].tell(one)


async def attach(link: ari.Ari, tap: Tap) -> None:
    """Have Asterisk connect the tap. Raises what `ari.Ari.request` does, TimeoutError when the snoop channel does not
    come."""
    channel_id = f"{tap.call}-tap-{tap.token.hex[:8]}"
    with link.listen(channel_id) as line:
        await link.snoop(tap.call, channel_id)
        async with asyncio.timeout(COME_S):
            while not isinstance(event := await line.next(), events.StasisStart):
                if isinstance(event, events.LinkDropped):
                    raise ari.LinkDown("the link to Asterisk was lost")
    try:
        await link.go_on(channel_id, CONTEXT, str(tap.token))
    except ari.AriError as error:
        raise TimeoutError(str(error)) from error  # it is the snoop channel that is gone, not the call
