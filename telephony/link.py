"""One WebSocket to Asterisk carries commands and events.

Commands travel as RESTRequest on the event socket (Asterisk 22, docs.asterisk.org "ARI REST over WebSocket").
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import math
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec
import structlog

from rules import phone
from supervision.tasks import Tasks
from telephony import events, wire
from telephony.line import Line

REQUEST_S = 10.0  # Asterisk answers within milliseconds; longer means that it hangs
WATCH_S = 0.5
HEARTBEAT_S = 10.0
PULSE_S = 0.25  # how finely it is known for how long Asterisk hung
BACK_OFF_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

log = structlog.get_logger()


class AriError(Exception):
    """Asterisk refused a command. `status` is the HTTP status: 404 no such channel, 409 the id is taken."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"Asterisk answered {status}: {message}")
        self.status = status


class LinkDown(Exception):
    """There is no WebSocket to Asterisk at this moment; whether the command was carried out is not known."""


@dataclass(frozen=True, slots=True)
class AriAddress:
    """Where ARI answers, and with which credentials."""

    host: str
    port: int
    user: str
    password: str

    def url(self, app: str) -> str:
        return f"ws://{self.host}:{self.port}/ari/events?app={app}&subscribeAll=false"

    @property
    def headers(self) -> dict[str, str]:
        credentials = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {credentials}"}


class AriLink:
    """A client for one application. Events of a channel go to whoever listens to it, in order."""

    def __init__(self, address: AriAddress, app: str, *, request_s: float = REQUEST_S) -> None:
        """`request_s`: after so long without an answer Asterisk hangs."""
        self.address = address
        self._request_s = request_s
        self.app = app
        self.up = asyncio.Event()
        self._socket: wire.Socket | None = None
        self._answers: dict[str, tuple[float, asyncio.Future[events.Response]]] = {}  # when asked, the oldest first
        self._lines: defaultdict[str, list[Line]] = defaultdict(list)
        self._numbers = itertools.count(1)
        self._on_down: Callable[[], None] = lambda: None
        self._stalled_s = 0.0
        self._pulse_at: float | None = None

    async def run(
        self,
        *,
        on_up: Callable[[], Awaitable[None]],
        on_stranger: Callable[[events.StasisStart], None],
        on_down: Callable[[], None] = lambda: None,
    ) -> None:
        """Stay connected until cancelled. `on_up` runs after each connection, beside the reading of events, again
        until it succeeds; `on_stranger` gets the calls that enter the application and that nobody listens to;
        `on_down` is told when the link is lost, before any script is."""
        self._on_down = on_down
        failures = 0
        while True:
            beside = Tasks[str]("asterisk_link")
            try:
                async with self._connected() as socket:
                    failures = 0
                    self._start_beside(beside, socket, on_up)
                    await self._read(socket, on_stranger)
                log.warning("asterisk_link_lost")
            except (aiohttp.ClientError, OSError) as error:
                log.debug("asterisk_link_failed", error=str(error))
            finally:
                await beside.close()
            delay = BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
            failures += 1
            await asyncio.sleep(delay)

    def _start_beside(self, beside: Tasks[str], socket: wire.Socket, on_up: Callable[[], Awaitable[None]]) -> None:
        beside.keep("reconcile", lambda: _until_done(on_up))
        beside.keep("pulse", self._feel_pulse)
        beside.keep("answers", lambda: self._watch_answers(socket))

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[wire.Socket]:
        async with (
            aiohttp.ClientSession(headers=self.address.headers) as session,
            session.ws_connect(
                self.address.url(self.app), heartbeat=HEARTBEAT_S, max_msg_size=0, decode_text=False
            ) as socket,
        ):
            used = wire.command("0", "PUT", f"applications/{self.app}/eventFilter", wire.ONLY_USED, {})
            await socket.send_frame(used, aiohttp.WSMsgType.TEXT)
            self._socket = socket
            self.up.set()
            log.info("asterisk_link_up", host=self.address.host, port=self.address.port)
            try:
                yield socket
            finally:
                self._drop()

    def _drop(self) -> None:
        self._socket = None
        self.up.clear()
        self._on_down()
        self._fail_answers("the link to Asterisk was lost")
        for lines in self._lines.values():
            for line in lines:
                line.put(events.LinkDropped())

    def _fail_answers(self, why: str) -> None:
        answers, self._answers = self._answers, {}
        for _, answer in answers.values():
            if not answer.done():
                answer.set_exception(LinkDown(why))

    async def _read(self, socket: wire.Socket, on_stranger: Callable[[events.StasisStart], None]) -> None:
        # Only queues, never waits for a script: Asterisk closes a socket left unread after about 4 MB.
        async for frame in socket:
            if frame.type is not aiohttp.WSMsgType.TEXT:
                continue
            try:
                self._dispatch(events.decode(frame.data), on_stranger)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                log.error(
                    "asterisk_message_not_understood",
                    error=str(error),
                    message=phone.masked_in(frame.data[:300].decode(errors="replace")),
                )

    def _dispatch(
        self, message: events.Event | events.Response | None, on_stranger: Callable[[events.StasisStart], None]
    ) -> None:
        if message is None:
            return
        if isinstance(message, events.Response):
            _, answer = self._answers.pop(message.request_id, (0.0, None))
            if answer is not None and not answer.done():
                answer.set_result(message)
            return
        lines = self._lines.get(message.subject)
        if lines:
            for line in lines:
                line.put(message)
        elif isinstance(message, events.StasisStart):
            on_stranger(message)

    @property
    def stalled_s(self) -> float:
        """For how long, since the start, Asterisk gave no sign of life: it played nothing then."""
        return self._stalled_s + self._late_s()

    def _late_s(self) -> float:
        return 0.0 if self._pulse_at is None else max(0.0, time.monotonic() - self._pulse_at - PULSE_S)

    async def _feel_pulse(self) -> None:
        with contextlib.suppress(LinkDown, AriError):
            while True:
                self._pulse_at = time.monotonic()
                try:
                    await self.request("GET", "asterisk/ping")
                finally:
                    self._stalled_s, self._pulse_at = self.stalled_s, None
                await asyncio.sleep(PULSE_S)

    async def _watch_answers(self, socket: wire.Socket) -> None:
        """Asterisk answers one command after the other: without an answer for so long it hangs."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(WATCH_S)
            asked_at, _ = next(iter(self._answers.values()), (math.inf, None))
            if asked_at < loop.time() - self._request_s:
                log.error("asterisk_does_not_answer", after_s=self._request_s)
                self._fail_answers(f"Asterisk did not answer within {self._request_s:g} s")
                await socket.close()

    @contextlib.contextmanager
    def listen(self, channel_id: str) -> Iterator[Line]:
        """The events of one channel from now on. Listen before acting: no fast event is lost."""
        line = Line()
        self._lines[channel_id].append(line)
        try:
            yield line
        finally:
            line.close()
            self._lines[channel_id].remove(line)
            if not self._lines[channel_id]:
                del self._lines[channel_id]

    async def request(self, method: str, uri: str, body: Mapping[str, Any] | None = None, **query: Any) -> Any:
        """Send one command; the decoded answer. Raises what `command` does."""
        return (await self.command(method, uri, body, **query)).json()

    async def command(
        self, method: str, uri: str, body: Mapping[str, Any] | None = None, **query: Any
    ) -> events.Response:
        """Send one command; the answer, which is not decoded. Raises AriError when refused, LinkDown when there is no
        link, or no answer in time: the link is then closed and opened again, so that there is one way of recovery."""
        if self._socket is None:
            raise LinkDown("not connected to Asterisk")
        number = str(next(self._numbers))
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[events.Response] = loop.create_future()
        self._answers[number] = loop.time(), answer
        try:
            await self._socket.send_frame(wire.command(number, method, uri, body, query), aiohttp.WSMsgType.TEXT)
            response = await answer
        except (ConnectionError, aiohttp.ClientError) as error:
            raise LinkDown(str(error)) from error
        finally:
            self._answers.pop(number, None)
        if response.status_code >= 400:
            raise AriError(response.status_code, _reason(response))
        return response


def _reason(response: events.Response) -> str:
    body = response.json()
    return str(body.get("message", body)) if isinstance(body, dict) else response.reason_phrase


async def _until_done(work: Callable[[], Awaitable[None]]) -> None:
    for delay in itertools.chain(BACK_OFF_S, itertools.repeat(BACK_OFF_S[-1])):
        try:
            await work()
            break
        except LinkDown:
            break  # once it is up again, it is done again
        except Exception:
            log.exception("asterisk_reconcile_failed", again_in_s=delay)
        await asyncio.sleep(delay)


async def answers(address: AriAddress, *, limit_s: float = 2.0) -> bool:
    """Whether an Asterisk answers ARI there with these credentials, fully booted."""
    url = f"http://{address.host}:{address.port}/ari/asterisk/ping"
    try:
        async with (
            aiohttp.ClientSession(headers=address.headers, timeout=aiohttp.ClientTimeout(total=limit_s)) as session,
            session.get(url) as response,
        ):
            return response.status == 200
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False
