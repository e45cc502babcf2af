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

from sms_gateway.errors import Reason, SendFailed, described
from sms_gateway.providers.smpp import units
from sms_gateway.providers.smpp.units import LAST_SEQUENCE, RESPONSE, Reader, Unit

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

MOST_WAITING = 1_000
"""Deliveries that wait for the store; the carrier is asked to send more of them later."""

MOST_UNREAD_BYTES = 1_000_000
"""Of our answers: a carrier that reads none of them is gone."""

DELIVERIES = (SmppCommand.DELIVER_SM, SmppCommand.DATA_SM)

Deliver = Callable[[Unit], Awaitable[SmppCommandStatus]]
"""Keeps one deliver_sm or data_sm; its answer goes back to the carrier."""


class SmppLinkLost(Exception):
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


class SmppLink:
    """`run` keeps the connection; `submit` uses it. One task runs it, any number may submit."""

    def __init__(
        self,
        account: Account,
        *,
        response_s: float = RESPONSE_S,
        enquire_s: float = ENQUIRE_S,
        rest_s: float = units.REST_S,
    ) -> None:
        self._account, self._response_s, self._enquire_s, self._rest_s = account, response_s, enquire_s, rest_s
        self._writer: asyncio.StreamWriter | None = None
        self._responses: dict[int, tuple[int, asyncio.Future[Unit]]] = {}
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
        except (ConnectionError, SmppLinkLost) as error:
            raise SendFailed(Reason.NO_RESPONSE, str(error)) from None

    async def run(self, deliver: Deliver) -> None:
        """Connect, serve, and start again when the connection is lost. Ends by cancellation: unbinds first."""
        while True:
            try:
                async with self._connection() as (reader, writer):
                    await self._bind(reader, writer)
                    await self._serve(reader, writer, deliver)
            except (OSError, EOFError, SmppLinkLost) as error:
                why = str(error) or type(error).__name__
                log.warning("sms_link_lost", host=self._account.host, why=why, again_in_s=self._pause_s, remedy=REMEDY)
            except Exception as error:
                log.error("sms_link_failed", remedy=REMEDY, **described(error))
            await asyncio.sleep(self._pause_s)
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[Reader, asyncio.StreamWriter]]:
        context = ssl.create_default_context() if self._account.tls else None
        opening = asyncio.open_connection(self._account.host, self._account.port, ssl=context)
        reader, writer = await asyncio.wait_for(opening, CONNECT_S)
        try:
            yield Reader(reader, rest_s=self._rest_s), writer
        finally:
            self._let_go()
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), UNBIND_S)

    async def _bind(self, reader: Reader, writer: asyncio.StreamWriter) -> None:
        account, sequence = self._account, next(self._sequences)
        message = units.bind(account.system_id, account.password, account.system_type)
        writer.write(units.written(message, sequence))
        response = await self._bind_response(reader, writer, sequence)
        if response.status or response.command == SmppCommand.GENERIC_NACK:
            name = units.status_name(response.status)
            log.error("sms_bind_refused", status=name, remedy=Reason.BAD_SESSION.for_operator)
            self._pause_s = REFUSED_PAUSE_S
            raise SmppLinkLost(f"bind refused: {name}")
        self._writer, self._pause_s, self._heard = writer, FIRST_PAUSE_S, _clock()
        self._bound.set()
        log.info("sms_link_up", host=account.host, port=account.port)

    async def _bind_response(self, reader: Reader, writer: asyncio.StreamWriter, sequence: int) -> Unit:
        """Ours by its number: some carriers speak of other things first."""
        answers = (SmppCommand.BIND_TRANSCEIVER_RESP, SmppCommand.GENERIC_NACK)
        try:
            async with asyncio.timeout(self._response_s):
                while True:
                    unit = await reader.next()
                    if unit.command in answers and unit.sequence == sequence:
                        return unit
                    if not unit.is_response:
                        writer.write(units.answer(unit, SmppCommandStatus.ESME_RINVBNDSTS))
        except TimeoutError:
            raise SmppLinkLost(f"no answer to the bind within {self._response_s:g} s") from None

    async def _serve(self, reader: Reader, writer: asyncio.StreamWriter, deliver: Deliver) -> None:
        inbox: asyncio.Queue[Unit] = asyncio.Queue(MOST_WAITING)
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
        with contextlib.suppress(OSError, TimeoutError, SmppLinkLost):
            await self._ask(writer, Unbind(), UNBIND_S)

    def _let_go(self) -> None:
        self._bound.clear()
        self._doubt.clear()
        self._writer = None
        for _, response in self._responses.values():
            if not response.done():
                response.set_exception(SmppLinkLost("connection lost"))

    async def _ask(self, writer: asyncio.StreamWriter, message: SmppMessage, limit_s: float) -> Unit:
        sequence = next(self._sequences)
        octets = units.written(message, sequence)
        response: asyncio.Future[Unit] = asyncio.get_running_loop().create_future()
        self._responses[sequence] = (message.smpp_command | RESPONSE, response)
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

    async def _read(self, reader: Reader, writer: asyncio.StreamWriter, inbox: asyncio.Queue[Unit]) -> None:
        while True:
            unit = await reader.next()
            if unit.command in units.KNOWN:
                self._heard = _clock()
            if unit.is_response:
                self._respond(unit)
            elif unit.command not in DELIVERIES:
                writer.write(units.answer(unit))
            elif inbox.full():
                writer.write(units.answer(unit, SmppCommandStatus.ESME_RX_T_APPN))
            else:
                inbox.put_nowait(unit)
            if unit.command == SmppCommand.UNBIND:
                raise SmppLinkLost("the carrier unbound")
            if writer.transport.get_write_buffer_size() > MOST_UNREAD_BYTES:
                raise SmppLinkLost("the carrier reads nothing that we answer")

    def _respond(self, unit: Unit) -> None:
        command, response = self._responses.get(unit.sequence, (0, None))
        if response is None or unit.command not in (command, SmppCommand.GENERIC_NACK):
            log.warning("sms_response_too_late", command=f"0x{unit.command:08X}", status=units.status_name(unit.status))
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
                raise SmppLinkLost(f"no answer to enquire_link within {ENQUIRE_RESPONSE_S:g} s") from None
            self._bound.set()


async def _hand_over(inbox: asyncio.Queue[Unit], writer: asyncio.StreamWriter, deliver: Deliver) -> None:
    """A fault in a unit is that unit's alone."""
    while True:
        unit = await inbox.get()
        try:
            status = await deliver(unit)
        except Exception as error:
            log.error("sms_delivery_failed", **described(error))
            status = SmppCommandStatus.ESME_RX_T_APPN
        writer.write(units.answer(unit, status))


def _clock() -> float:
    return asyncio.get_running_loop().time()
