"""Receipts: what a carrier says of a text that it took."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from db.engine.store import Store
from db.residents import dead_numbers
from db.texts import denials, messages
from db.texts.denials import Denial
from rules.model import Channel
from sms_gateway.judgement import CarrierJudge
from sms_gateway.provider import Receipt
from supervision.tasks import Tasks

LOOKS, LOOK_S = 4, 0.25
"""A receipt may be ahead of the response that names its text."""


class Receipts:
    """Stores them. One that denies the number is kept, and believed only once `judge` says that it is no fault of the
    carrier's."""

    def __init__(self, store: Store, judge: CarrierJudge) -> None:
        self._store, self._judge = store, judge
        self._denials = Tasks[str]("denial")

    async def resume(self) -> None:
        """Decide what a program that died left open. Raises StoreError."""
        for each in await denials.undecided(self._store):
            self._decide(each, Receipt("", delivered=False))

    async def close(self) -> None:
        await self._denials.close()

    async def take(self, receipt: Receipt, now: datetime) -> bool:
        """Whether it told something new about a text. Returns once it is stored; raises StoreError."""
        if receipt.no_subscriber and (denial := await self._denial(receipt, now)):
            self._decide(denial, receipt)
            return True
        if receipt.delivered:
            self._judge.delivered(receipt.provider_id)
        else:
            self._judge.lost(receipt.provider_id)
        return await messages.receipt(
            self._store,
            receipt.provider_id,
            receipt.delivered,
            reason=receipt.reason,
            now=now,
            spellings=receipt.spellings,
        )

    async def _denial(self, receipt: Receipt, now: datetime) -> Denial | None:
        ids, spellings = receipt.provider_id, receipt.spellings
        for _ in range(LOOKS):
            expected = self._judge.under_way
            if found := await denials.note(self._store, ids, reason=receipt.reason, now=now, spellings=spellings):
                return found
            if not expected:
                break
            await asyncio.sleep(LOOK_S)
        return None

    def _decide(self, denial: Denial, receipt: Receipt) -> None:
        async def settle(_: Exception) -> None:
            await denials.send_again(self._store, denial, now=_now())

        self._denials.start(denial.message_id, self._decided(denial, receipt), settle=settle)

    async def _decided(self, denial: Denial, receipt: Receipt) -> None:
        doubted = await dead_numbers.is_doubted(self._store, denial.address, Channel.SMS)
        stands = await self._judge.denied(receipt.provider_id, denial.address, doubted=doubted)
        if stands:
            await denials.believe(self._store, denial, where=receipt.where, now=_now())
        elif stands is not None:
            await denials.send_again(self._store, denial, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
