"""Texts over SMPP 3.4: `smpp://user:secret@host:2775`, or `smpps://` for TLS."""

from __future__ import annotations

import asyncio
import functools
import secrets
from dataclasses import replace
from itertools import count

import structlog
from aiosmpplib import SmppCommand, SmppCommandStatus, SubmitSm

from rules.model import Channel
from sms_gateway import errors, text_parts
from sms_gateway.errors import Reason, SendFailed
from sms_gateway.provider import Accepted, Incoming, Receipt, Take
from sms_gateway.providers.smpp import deliveries, units
from sms_gateway.providers.smpp import url as urls
from sms_gateway.providers.smpp.ids import Ids
from sms_gateway.providers.smpp.link import ENQUIRE_S, RESPONSE_S, SmppLink
from sms_gateway.providers.smpp.units import NotSmpp
from sms_gateway.text_pace import TextPace
from sms_gateway.text_parts import TextPart
from supervision.tasks import Tasks

log = structlog.get_logger()

NAME = "smpp"
UDHI = 0x40
WANT_RECEIPT = 0x01
REST_S = 60.0
"""How long the rest of a long text may wait for the carrier, once its first part was taken."""

REST_PAUSE_S = 0.5
NOT_KEPT = "sms_delivery_not_kept"
OVERDUE_S = 5.0
"""How often incomplete texts are looked at."""

_Status = SmppCommandStatus
REASONS: dict[int, Reason] = {
    _Status.ESME_RTHROTTLED: Reason.THROTTLED,
    _Status.ESME_RMSGQFUL: Reason.QUEUE_FULL,
    _Status.ESME_RX_T_APPN: Reason.TEMPORARY,
    _Status.ESME_RSYSERR: Reason.TEMPORARY,
    _Status.ESME_RINVBNDSTS: Reason.TEMPORARY,
    _Status.ESME_RINVDSTADR: Reason.BAD_NUMBER,
    _Status.ESME_RX_P_APPN: Reason.REFUSED,
    _Status.ESME_RX_R_APPN: Reason.REFUSED,
    _Status.ESME_RSUBMITFAIL: Reason.TEMPORARY,  # the centre's own trouble: says nothing of the number
    _Status.ESME_RUNKNOWNERR: Reason.TEMPORARY,
    _Status.ESME_RINVSRCADR: Reason.BAD_SENDER,
    _Status.ESME_RINVSRCTON: Reason.BAD_SENDER,
    _Status.ESME_RINVSRCNPI: Reason.BAD_SENDER,
    _Status.ESME_RINVSYSID: Reason.BAD_SESSION,
    _Status.ESME_RINVPASWD: Reason.BAD_SESSION,
    _Status.ESME_RINVSYSTYP: Reason.BAD_SESSION,
    _Status.ESME_RINVMSGLEN: Reason.BAD_MESSAGE,
    _Status.ESME_RINVCMDLEN: Reason.BAD_MESSAGE,
    _Status.ESME_RINVCMDID: Reason.BAD_MESSAGE,
    _Status.ESME_RINVDSTTON: Reason.BAD_MESSAGE,
    _Status.ESME_RINVDSTNPI: Reason.BAD_MESSAGE,
    _Status.ESME_RINVESMCLASS: Reason.BAD_MESSAGE,
    _Status.ESME_RINVSERTYP: Reason.BAD_MESSAGE,
    _Status.ESME_RINVREGDLVFLG: Reason.BAD_MESSAGE,
    _Status.ESME_RINVEXPIRY: Reason.BAD_MESSAGE,
    _Status.ESME_RINVPARLEN: Reason.BAD_MESSAGE,
    _Status.ESME_RINVOPTPARSTREAM: Reason.BAD_MESSAGE,
}
"""The carrier's statuses and our reasons (SMPP 3.4, 5.1.3). Those above 0x400 are each carrier's own."""


class Smpp:
    """The provider. `url` and `sender`: TOCSIN_SMS_URL and TOCSIN_SMS_SENDER; raises BadSetting. Limits in seconds."""

    def __init__(
        self,
        url: str,
        sender: str,
        *,
        response_s: float = RESPONSE_S,
        enquire_s: float = ENQUIRE_S,
        rest_s: float = units.REST_S,
    ) -> None:
        account, options = urls.parse(url)
        self._where = f"{account.host}:{account.port}"
        self._link = SmppLink(account, response_s=response_s, enquire_s=enquire_s, rest_s=rest_s)
        self._sender, self._options = urls.sender(sender), options
        self._ids = Ids()
        self._room = asyncio.Semaphore(options.window)
        self._turns = asyncio.Lock()
        self._pace = TextPace(options.per_second)
        self._references = count(secrets.randbelow(256))
        self._joiner = deliveries.Joiner()

    @property
    def name(self) -> str:
        return NAME

    @property
    def channel(self) -> Channel:
        return Channel.SMS

    @property
    def window(self) -> int:
        return self._options.window

    async def run(self, take: Take) -> None:
        beside = Tasks[str]("overdue_texts")
        beside.keep("look", lambda: self._hand_over_overdue(take))
        try:
            await self._link.run(functools.partial(self._deliver, take))
        finally:
            await beside.close()

    async def _hand_over_overdue(self, take: Take) -> None:
        """Long texts whose missing parts no longer come."""
        while True:
            await asyncio.sleep(OVERDUE_S)
            try:
                while overdue := self._joiner.overdue(_clock()):
                    await take(overdue[1])
                    self._joiner.forget(overdue[0])
            except Exception as error:
                log.error(NOT_KEPT, **errors.described(error))

    async def connected(self) -> None:
        await self._link.bound()

    async def send(self, address: str, body: str) -> Accepted:
        """Raises SendFailed. A long text goes part by part: what was taken is not sent again."""
        try:
            first, *rest = text_parts.cut(body, next(self._references) % 256)
        except ValueError as error:
            raise SendFailed(Reason.TOO_LONG, str(error)) from None
        taken = [await self._submit(address, first)]
        taken += [await self._submit_rest(address, part) for part in rest]
        return Accepted(tuple(taken))

    async def _submit_rest(self, address: str, part: TextPart) -> str:
        """Go on trying: the telephone has the beginning already."""
        try:
            async with asyncio.timeout(REST_S):
                return await self._submit_until_taken(address, part)
        except TimeoutError:
            raise SendFailed(Reason.INCOMPLETE, f"not within {REST_S:g} s") from None

    async def _submit_until_taken(self, address: str, part: TextPart) -> str:
        while True:
            try:
                return await self._submit(address, part)
            except SendFailed as failure:
                if not failure.reason.retry:
                    raise SendFailed(Reason.INCOMPLETE, str(failure)) from None
            await asyncio.sleep(REST_PAUSE_S)
            await self._link.bound()

    async def _submit(self, address: str, part: TextPart) -> str:
        async with self._room:
            submitted = await self._turn()
            response = await self._link.submit(self._message(address, part))
        if response.status == _Status.ESME_ROK and response.command != SmppCommand.GENERIC_NACK:
            self._pace.accepted(_clock())
            return self._ids.given(response.message_id)
        reason = REASONS.get(response.status, Reason.UNKNOWN_CODE) if response.status else Reason.TEMPORARY
        if reason in (Reason.THROTTLED, Reason.QUEUE_FULL):
            self._pace.throttled(_clock(), submitted)
        raise SendFailed(reason, units.status_name(response.status), where=self._where)

    async def _turn(self) -> float:
        """Wait for the pace; the time at which the submission leaves."""
        async with self._turns:
            while left := self._pace.left(_clock()):
                await asyncio.sleep(left)
            now = _clock()
            self._pace.take(now)
        return now

    def _message(self, address: str, part: TextPart) -> SubmitSm:
        message = SubmitSm(
            short_message=" ",  # aiosmpplib wants a text; the octets below are what leaves
            source=self._sender,
            destination=self._options.destination(address),
            esm_class=UDHI if part.joined else 0,
            registered_delivery=WANT_RECEIPT,
            encoding="ucs2" if part.ucs2 else None,
        )
        message.set_encoded_message(part.data)
        return message

    async def _deliver(self, take: Take, unit: units.Unit) -> SmppCommandStatus:
        try:
            delivery = deliveries.parse(unit.body, unit.command)
            event = self._event(delivery)
        except NotSmpp as error:
            log.error("sms_delivery_cut_short", why=str(error))
            return _Status.ESME_RINVCMDLEN
        except ValueError as error:
            # Accepted all the same: refused, the carrier would deliver it again and again.
            log.error("sms_delivery_not_understood", why=str(error))
            return _Status.ESME_ROK
        if event is None:
            return _Status.ESME_ROK
        try:
            await take(event)
        except Exception as error:
            log.error(NOT_KEPT, **errors.described(error))
            self._joiner.not_kept(delivery)
            return _Status.ESME_RX_T_APPN
        self._joiner.kept(delivery, _clock())
        return _Status.ESME_ROK

    def _event(self, delivery: deliveries.CarrierDelivery) -> Receipt | Incoming | None:
        if not deliveries.is_receipt(delivery):
            acknowledges = delivery.kind and not delivery.data  # a telephone's or its owner's: nothing to keep
            return None if acknowledges else self._joiner.take(delivery, _clock())
        receipt = deliveries.receipt(delivery)
        return receipt and replace(self._ids.spelled(receipt, deliveries.ids(delivery)), where=self._where)


def _clock() -> float:
    return asyncio.get_running_loop().time()
