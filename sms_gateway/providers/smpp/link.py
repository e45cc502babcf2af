"""One connection to a carrier over SMPP 3.4: bound, kept alive, lost, made again."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import cycle

import structlog
from aiosmpplib import EnquireLink, SmppCommand, SmppCommandStatus, SmppMessage, Unbind

from sms_gateway.errors import Reason, SendFailed
from sms_gateway.providers.smpp import units
from sms_gateway.providers.smpp.units import NotSmpp, Unit

log = structlog.get_logger()

CONNECT_S = 10.0
RESPONSE_S = 10.0
"""A submission without a response after this time may or may not have been taken."""

ENQUIRE_S = 30.0
"""Silence from the carrier after which we ask whether it is there."""

ENQUIRE_RESPONSE_S = 5.0
UNBIND_S = 1.0
DELIVERIES_AT_ONCE = 50
"""The store keeps receipts that come together in one transaction."""

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 5.0
REFUSED_PAUSE_S = 30.0
"""Carriers lock accounts that knock too often with a wrong password."""

REMEDY = "Tocsin connects again by itself; if this lasts, check TOCSIN_SMS_URL and ask the carrier"

LAST_SEQUENCE = 0x7FFF_FFFF

Deliver = Callable[[Unit], Awaitable[SmppCommandStatus]]
"""Keeps one deliver_sm; its answer goes back to the carrier."""


class LinkLost(Exception):
    """The connection ended; the text says why."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where and as whom to bind."""

    host: str
    port: int
    system_id: str
    password: str
    system_type: str = ""
    tls: bool = False


class Link:
    """`run` keeps the connection; `submit` uses it. One task runs it, any number may submit."""

    def __init__(self, account: Account, *, response_s: float = RESPONSE_S, enquire_s: float = ENQUIRE_S) -> None:
        self._account, self._response_s, self._enquire_s = account, response_s, enquire_s
        self._writer: asyncio.StreamWriter | None = None
        self._responses: dict[int, asyncio.Future[Unit]] = {}
        self._sequences = cycle(range(1, LAST_SEQUENCE + 1))
        self._bound = asyncio.Event()
        self._doubt = asyncio.Event()
        self._heard = 0.0
        self._pause_s = FIRST_PAUSE_S

    async def bound(self) -> None:
        await self._bound.wait()

    async def submit(self, message: SmppMessage) -> Unit:
        """The carrier's response. Raises SendFailed: NOT_CONNECTED (nothing was written) or NO_RESPONSE."""
        writer = self._writer
        if writer is None or writer.is_closing() or not self._bound.is_set():
            raise SendFailed(Reason.NOT_CONNECTED)
        try:
            return await self._ask(writer, message, self._response_s)
        except TimeoutError:
            self._bound.clear()
            self._doubt.set()
            raise SendFailed(Reason.NO_RESPONSE, f"within {self._response_s:g} s") from None
        except (ConnectionError, LinkLost) as error:
            raise SendFailed(Reason.NO_RESPONSE, str(error)) from None

    async def run(self, deliver: Deliver) -> None:
        """Connect, serve, and start again when the connection is lost. Ends by cancellation: unbinds first."""
        while True:
            try:
                async with self._connection() as (reader, writer):
                    await self._bind(reader, writer)
                    await self._serve(reader, writer, deliver)
            except (OSError, EOFError, NotSmpp, LinkLost) as error:
                why = str(error) or type(error).__name__
                log.warning("sms_link_lost", host=self._account.host, why=why, again_in_s=self._pause_s, remedy=REMEDY)
            await asyncio.sleep(self._pause_s)
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        context = ssl.create_default_context() if self._account.tls else None
        opening = asyncio.open_connection(self._account.host, self._account.port, ssl=context)
        reader, writer = await asyncio.wait_for(opening, CONNECT_S)
        try:
            yield reader, writer
        finally:
            self._let_go()
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), UNBIND_S)

    async def _bind(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        account = self._account
        message = units.bind(account.system_id, account.password, account.system_type)
        writer.write(units.written(message, next(self._sequences)))
        response = await asyncio.wait_for(units.read(reader), self._response_s)
        if response.status:
            name = units.status_name(response.status)
            log.error("sms_bind_refused", status=name, remedy=Reason.BAD_SESSION.for_operator)
            self._pause_s = REFUSED_PAUSE_S
            raise LinkLost(f"bind refused: {name}")
        self._writer, self._pause_s, self._heard = writer, FIRST_PAUSE_S, _clock()
        self._bound.set()
        log.info("sms_link_up", host=account.host, port=account.port)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, deliver: Deliver) -> None:
        inbox: asyncio.Queue[Unit] = asyncio.Queue()
        work = [
            asyncio.create_task(self._read(reader, writer, inbox)),
            asyncio.create_task(self._keep_alive(writer)),
            *(asyncio.create_task(_hand_over(inbox, writer, deliver)) for _ in range(DELIVERIES_AT_ONCE)),
        ]
        try:
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except asyncio.CancelledError:
            await self._unbind(writer)
            raise
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    async def _unbind(self, writer: asyncio.StreamWriter) -> None:
        self._bound.clear()
        with contextlib.suppress(OSError, TimeoutError, LinkLost):
            await self._ask(writer, Unbind(), UNBIND_S)

    def _let_go(self) -> None:
        self._bound.clear()
        self._doubt.clear()
        self._writer = None
        for response in self._responses.values():
            if not response.done():
                response.set_exception(LinkLost("connection lost"))

    async def _ask(self, writer: asyncio.StreamWriter, message: SmppMessage, limit_s: float) -> Unit:
        sequence = next(self._sequences)
        octets = units.written(message, sequence)
        response: asyncio.Future[Unit] = asyncio.get_running_loop().create_future()
        self._responses[sequence] = response
        try:
            writer.write(octets)
            async with asyncio.timeout(limit_s):
                await writer.drain()
                return await response
        finally:
            del self._responses[sequence]
            # The link may be lost while `drain` waits: then nobody reads the exception set here.
            if not response.cancel() and not response.cancelled():
                response.exception()

    async def _read(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, inbox: asyncio.Queue[Unit]
    ) -> None:
        while True:
            unit = await units.read(reader)
            self._heard = _clock()
            if unit.is_response:
                self._respond(unit)
            elif unit.command == SmppCommand.DELIVER_SM:
                inbox.put_nowait(unit)
            else:
                writer.write(units.answer(unit))
            if unit.command == SmppCommand.UNBIND:
                raise LinkLost("the carrier unbound")

    def _respond(self, unit: Unit) -> None:
        response = self._responses.get(unit.sequence)
        if response is None:
            log.warning("sms_response_too_late", status=units.status_name(unit.status))
        elif not response.done():
            response.set_result(unit)

    async def _keep_alive(self, writer: asyncio.StreamWriter) -> None:
        """Ask after a silence, and at once when a submission got no response: nothing more is submitted until the
        answer is there. No answer: the link is dead."""
        while True:
            silence = _clock() - self._heard
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._doubt.wait(), max(0.0, self._enquire_s - silence))
            if not self._doubt.is_set() and _clock() - self._heard < self._enquire_s:
                continue
            self._doubt.clear()
            try:
                await self._ask(writer, EnquireLink(), ENQUIRE_RESPONSE_S)
            except TimeoutError:
                raise LinkLost(f"no answer to enquire_link within {ENQUIRE_RESPONSE_S:g} s") from None
            self._bound.set()


async def _hand_over(inbox: asyncio.Queue[Unit], writer: asyncio.StreamWriter, deliver: Deliver) -> None:
    while True:
        unit = await inbox.get()
        writer.write(units.answer(unit, await deliver(unit)))


def _clock() -> float:
    return asyncio.get_running_loop().time()
