"""The gateway for texts: out of the store to the carrier, and back.

provider = providers.from_url(TOCSIN_SMS_URL, TOCSIN_SMS_SENDER)
await Gateway(store, provider, organization="Ville de …", telephone="+1514…").run()
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence, Set
from datetime import UTC, datetime, timedelta

import structlog

from db.engine.store import Store
from db.texts import messages
from rules import phone
from rules.english import English
from rules.model import Language
from sms_gateway import auto_reply
from sms_gateway.auto_reply import AutoReply
from sms_gateway.carrier_judgement import CarrierJudge
from sms_gateway.metrics import TEXTS
from sms_gateway.outbox import Outbox
from sms_gateway.provider import Incoming, Provider, Receipt
from sms_gateway.receipts import Receipts
from sms_gateway.reply_texts import ReplyLimit, ReplyTexts
from supervision.parts import Part

log = structlog.get_logger()


class Gateway:
    """`organization` signs the answers to residents; `telephone` (E.164) is where they reach a person. The first of
    `languages` answers who is not on file. Numbers outside `area_codes` get no text; an answer that waited longer than
    `answers_wait` is not sent. `english`: who is answered in it. `part` shows that the carrier is at fault. Raises
    BadSetting."""

    def __init__(
        self,
        store: Store,
        provider: Provider,
        *,
        organization: str,
        telephone: str,
        languages: Sequence[Language] = tuple(Language),
        area_codes: Set[str] = phone.CANADIAN_AREA_CODES,
        answers_wait: timedelta = messages.DIRECT_WAITS,
        english: English = English.EVERYONE,
        part: Part | None = None,
    ) -> None:
        self._store, self._provider, self._area_codes = store, provider, area_codes
        answers = ReplyTexts(organization, telephone)
        self._judge = CarrierJudge(part)
        self._receipts = Receipts(store, self._judge, provider.name)
        self._replies = AutoReply(store, provider, answers, ReplyLimit(), languages, area_codes, answers_wait, english)

    async def run(self) -> None:
        """For ever; ends by cancellation: texts under way are recorded first, then the carrier is told goodbye."""
        link = asyncio.create_task(self._provider.run(self._take))
        outbox = asyncio.create_task(Outbox(self._store, self._provider, self._area_codes, judge=self._judge).run())
        try:
            await self._receipts.resume()
            await asyncio.wait({link, outbox}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (outbox, link):  # in this order: texts under way still need the link
                task.cancel()
                await asyncio.wait({task})
            await self._receipts.close()
        for task in (outbox, link):
            if not task.cancelled():
                task.result()

    async def _take(self, event: Receipt | Incoming) -> None:
        if isinstance(event, Incoming):
            await auto_reply.take(self._replies, event, _now())
            return
        news = await self._receipts.take(event, _now())
        TEXTS.labels("delivered" if event.delivered else "not_delivered").inc()
        # An id that no text has may be a garbled receipt's number or text.
        part = event.external_id if news else auto_reply.HIDDEN
        log.info("sms_receipt", part=part, delivered=event.delivered, reason=event.reason, news=news)


def _now() -> datetime:
    return datetime.now(UTC)
