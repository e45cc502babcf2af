"""The lab's short-message centre: SMPP 3.4 on loopback, telephones behind it, outages on demand.

    centre = smsc.Centre()
    await centre.start()
    … TOCSIN_SMS_URL=centre.url …
    await centre.say("+15145550180", "STOP")  # a subscriber writes to the town
    await centre.stop()                       # an outage: connections are cut, what waits is kept
    await centre.start()                      # back, on the same port
    centre.phone("+15145550101").texts        # what that telephone received

What waits for the town (receipts, replies) is sent again until it is acknowledged, also after an outage.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from smpplib import consts

from lab import smsc_pdus, text_phones
from lab.text_phones import LINK_CUT, Behaviour, Phone, ReceivedPart

ACKNOWLEDGE_S = 5.0
"""A receipt or reply that is not acknowledged within this time is sent again."""

AGAIN_S = 0.2
"""And one that the town could not keep, after this time."""

WINDOW = 50
"""Receipts and replies under way at once."""


@dataclass(eq=False)
class Waiting:
    """A receipt or reply for the town."""

    unit: Any
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False)
class Session:
    """One connection of the town."""

    writer: asyncio.StreamWriter
    bound: bool = False
    under_way: dict[int, Waiting] = field(default_factory=dict)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def write(self, octets: bytes) -> None:
        if not self.writer.is_closing():
            self.writer.write(octets)


class Centre:
    """`per_second`: submissions taken in a second, the rest throttled. Delays in seconds."""

    def __init__(
        self,
        *,
        system_id: str = "tocsin",
        password: str = "secret",
        per_second: int | None = None,
        response_s: float = 0.0,
        receipt_s: float = 0.05,
        reply_s: float = 0.1,
    ) -> None:
        self.system_id, self.password = system_id, password
        self.per_second, self.response_s, self.receipt_s, self.reply_s = per_second, response_s, receipt_s, reply_s
        self.port = 0
        self.deaf = False
        """True: connections stay open, but nothing is answered any more."""
        self.denies = ""
        """That every number exists: in its "responses", its "receipts", or receipts "ahead" of the response."""
        self.phones: dict[str, Phone] = {}
        self.submissions: list[Any] = []
        """Every submit_sm, as decoded by smpplib, refused ones included."""
        self.refusals: list[int] = []
        self.faults: list[str] = []
        """What the town sent and no centre would understand."""
        self.open, self.most_open = 0, 0
        """Texts taken and not answered yet; the most there ever were."""
        self.enquiries = 0
        self.binds = 0
        self.returned = 0
        """Receipts and replies that the town said it could not keep."""
        self._server: asyncio.Server | None = None
        self._sessions: set[Session] = set()
        self._outbox: deque[Waiting] = deque()
        self._later: set[asyncio.Task[None]] = set()
        # A later run must not give out the ids of an earlier one: the town's store may remember them.
        self._ids = count(int(time.time()) << 8 & 0x7FFF_FFFF)
        self._sequences = count(1)
        self._taken: deque[float] = deque()

    @property
    def url(self) -> str:
        return f"smpp://{self.system_id}:{self.password}@127.0.0.1:{self.port}"

    def phone(self, number: str) -> Phone:
        """The telephone with this number (E.164)."""
        number = "+" + number.lstrip("+")
        return self.phones.setdefault(number, Phone(number))

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; a second start keeps the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port or self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cut every connection at once, without a word, and refuse new ones."""
        if self._server:
            self._server.close()
        for session in list(self._sessions):
            session.writer.transport.abort()
            await session.ended.wait()

    async def close(self) -> None:
        """Stop for good, with what was still to happen."""
        await self.stop()
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    async def say(self, number: str, body: str, *, to: str = "15145550100") -> None:
        """A subscriber writes to the town; waits until the town's gateway has acknowledged each part."""
        waiting = [Waiting(unit) for unit in smsc_pdus.from_subscriber(number, to.lstrip("+"), body)]
        self._outbox.extend(waiting)
        self._push()
        for each in waiting:
            await each.acknowledged.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(writer)
        self._sessions.add(session)
        try:
            while True:
                await self._answer(session, await smsc_pdus.read(reader))
        except ValueError as error:
            self.faults.append(str(error))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._sessions.discard(session)
            self._outbox.extendleft(reversed(session.under_way.values()))
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
            session.ended.set()

    async def _answer(self, session: Session, pdu: Any) -> None:
        if self.deaf:
            return
        match pdu.command:
            case "bind_transceiver":
                self._bind(session, pdu)
            case "submit_sm":
                self.open += 1
                self.most_open = max(self.most_open, self.open)
                self._after(self.response_s, self._submission(session, pdu))
            case "deliver_sm_resp":
                self._acknowledge(session, pdu)
            case "enquire_link":
                self.enquiries += 1
                session.write(smsc_pdus.response(pdu))
            case "unbind":
                session.bound = False
                session.write(smsc_pdus.response(pdu))
            case "unbind_resp" | "enquire_link_resp" | "generic_nack":
                pass
            case unknown:
                raise ValueError(f"the lab does not speak {unknown}")

    def _acknowledge(self, session: Session, pdu: Any) -> None:
        waiting = session.under_way.pop(pdu.sequence, None)
        if waiting and pdu.status == consts.SMPP_ESME_ROK:
            waiting.acknowledged.set()
        elif waiting:
            self.returned += 1
            asyncio.get_running_loop().call_later(AGAIN_S, self._offer, waiting)
        self._push()

    def _offer(self, waiting: Waiting) -> None:
        self._outbox.append(waiting)
        self._push()

    def _bind(self, session: Session, pdu: Any) -> None:
        known = (pdu.system_id.decode(), pdu.password.decode()) == (self.system_id, self.password)
        status = consts.SMPP_ESME_ROK if known else consts.SMPP_ESME_RINVPASWD
        session.write(smsc_pdus.response(pdu, status, system_id="lab"))
        session.bound = known
        self.binds += known
        self._push()

    async def _submission(self, session: Session, pdu: Any) -> None:
        self.open -= 1
        phone = self.phone(pdu.destination_addr.decode())
        acts = text_phones.behaviour(phone.number)
        self.submissions.append(pdu)
        status = self._status(phone, acts)
        if status == LINK_CUT:
            session.writer.transport.abort()
        elif status:
            self.refusals.append(status)
            session.write(smsc_pdus.response(pdu, status))
        else:
            await self._accept(session, pdu, phone, acts)

    def _status(self, phone: Phone, acts: Behaviour) -> int:
        if self._too_fast():
            return int(consts.SMPP_ESME_RTHROTTLED)
        phone.submissions += 1
        if self.denies == "responses":
            return int(consts.SMPP_ESME_RINVDSTADR)
        nth = phone.submissions - 1
        return acts.statuses[nth] if nth < len(acts.statuses) else 0

    def _too_fast(self) -> bool:
        now = time.monotonic()
        while self._taken and self._taken[0] <= now - 1:
            self._taken.popleft()
        if self.per_second is not None and len(self._taken) >= self.per_second:
            return True
        self._taken.append(now)
        return False

    async def _accept(self, session: Session, pdu: Any, phone: Phone, acts: Behaviour) -> None:
        message_id = f"{next(self._ids):08X}"
        if self.denies:
            unit = smsc_pdus.denial(message_id, pdu)
            delays_s = (0.0, 0.1) if self.denies == "ahead" else (self.receipt_s, 0.0)
            self._after(delays_s[0], self._later_offer(unit))
            self._after(delays_s[1], self._respond(session, smsc_pdus.response(pdu, message_id=message_id)))
            return
        if acts.receipt_first:
            await self._receipts(message_id, pdu, acts, 0)
        if acts.responds:
            session.write(smsc_pdus.response(pdu, message_id=message_id))
        if acts.receipts and not acts.receipt_first and pdu.registered_delivery:
            self._after(self.receipt_s, self._receipts(message_id, pdu, acts, self.receipt_s))
        joined = bool(pdu.esm_class & smsc_pdus.UDHI)
        text = phone.take(ReceivedPart(pdu.source_addr.decode(), pdu.short_message, pdu.data_coding, joined))
        if text and acts.reply and (acts.answers_all or len(phone.texts) == 1):
            self._after(self.reply_s, self.say(phone.number, acts.reply, to=text.sender))

    async def _respond(self, session: Session, octets: bytes) -> None:
        session.write(octets)

    async def _later_offer(self, unit: Any) -> None:
        self._offer(Waiting(unit))

    async def _receipts(self, message_id: str, pdu: Any, acts: Behaviour, apart_s: float) -> None:
        for word in acts.receipts:
            self._offer(Waiting(smsc_pdus.receipt(message_id, word, pdu, acts.receipt_form, datetime.now(UTC))))
            await asyncio.sleep(apart_s)

    def _push(self) -> None:
        """Send what waits to the first bound connection, within the window."""
        session = next((each for each in self._sessions if each.bound and not each.writer.is_closing()), None)
        while session and self._outbox and len(session.under_way) < WINDOW:
            waiting, sequence = self._outbox.popleft(), next(self._sequences)
            session.under_way[sequence] = waiting
            session.write(smsc_pdus.written(waiting.unit, sequence))
            asyncio.get_running_loop().call_later(ACKNOWLEDGE_S, self._again, session, sequence)

    def _again(self, session: Session, sequence: int) -> None:
        if session in self._sessions and sequence in session.under_way:
            self._offer(session.under_way.pop(sequence))

    def _after(self, delay_s: float, action: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_delayed(delay_s, action))
        self._later.add(task)
        task.add_done_callback(self._later.discard)


async def _delayed(delay_s: float, action: Coroutine[Any, Any, None]) -> None:
    try:
        await asyncio.sleep(delay_s)
    except asyncio.CancelledError:
        action.close()
        raise
    await action
