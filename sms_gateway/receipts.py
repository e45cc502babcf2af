"""Receipts: what a carrier says of a text that it took."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from db.engine.store import Store
from db.residents import dead_numbers
from db.texts import denials, messages
from db.texts.denials import Denial
from sms_gateway.carrier_judgement import CarrierJudge
from sms_gateway.provider import Receipt
from supervision.tasks import Tasks

LOOKS, LOOK_S = 4, 0.25
"""A receipt may be ahead of the response that names its text."""


class Receipts:
    """Stores those of `provider`. One that denies the number is kept, and believed only once `judge` says that it is no
    fault of the carrier's."""

    def __init__(self, store: Store, judge: CarrierJudge, provider: str) -> None:
        self._store, self._judge, self._provider = store, judge, provider
        self._denials = Tasks[str]("denial")

    async def resume(self) -> None:
        """Decide what a program that died left open. Raises StoreError."""
        for each in await denials.undecided(self._store, self._provider):
            self._decide(each, Receipt("", delivered=False))

    async def close(self) -> None:
        await self._denials.close()

    async def take(self, receipt: Receipt, now: datetime) -> bool:
        """Whether it told something new about a text. Returns once it is stored; raises StoreError."""
        if receipt.no_subscriber and (denial := await self._denial(receipt, now)):
            self._decide(denial, receipt)
            return True
        if receipt.delivered:
            self._judge.delivered(receipt.external_id)
        else:
            self._judge.lost(receipt.external_id)
        return await messages.receipt(
            self._store,
            receipt.external_id,
            receipt.delivered,
            provider=self._provider,
            reason=receipt.reason,
            now=now,
            spellings=receipt.spellings,
        )

    async def _denial(self, receipt: Receipt, now: datetime) -> Denial | None:
        for _ in range(LOOKS):
            expected = self._judge.under_way
            if found := await self._noted(receipt, now):
                return found
            if not expected:
                break
            await asyncio.sleep(LOOK_S)
        return None

    async def _noted(self, receipt: Receipt, now: datetime) -> Denial | None:
        return await denials.note(
            self._store,
            receipt.external_id,
            provider=self._provider,
            reason=receipt.reason,
            now=now,
            spellings=receipt.spellings,
        )

    def _decide(self, denial: Denial, receipt: Receipt) -> None:
        async def settle(_: Exception) -> None:
            await denials.send_again(self._store, denial, now=_now())

        self._denials.start(denial.message_id, self._decided(denial, receipt), settle=settle)

    async def _decided(self, denial: Denial, receipt: Receipt) -> None:
        doubted = await dead_numbers.is_doubted(self._store, denial.address, denial.channel)
        stands = await self._judge.denied(receipt.external_id, denial.address, doubted=doubted)
        if stands:
            await denials.believe(self._store, denial, where=receipt.where, now=_now())
        elif stands is not None:
            await denials.send_again(self._store, denial, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
