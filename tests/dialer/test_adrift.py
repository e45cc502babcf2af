"""A call whose script lost the link is looked after, even when the link is long back."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from db.engine.store import Store
from db.schema import attempt
from dialer.app import Dialer
from dialer.call_policy import CallPolicy
from dialer.trunks import Trunks
from ivr.context import Context
from rules.model import Language
from rules.outcome import Disposition
from rules.status import AttemptStatus
from telephony import ari, events
from telephony.trunk import Trunk
from tests.db import town
from tests.dialer.conftest import MakeStudio
from tests.prompts.conftest import Toner

QUICKLY = 20  # the clock of this town


class Asterisk(ari.Ari):
    """One that has no channel, and takes the second order only."""

    def __init__(self) -> None:
        super().__init__(ari.AriAddress("127.0.0.1", 9, "", ""), "tocsin")
        self.ordered: list[str] = []
        self.twice = asyncio.Event()
        self.up.set()

    async def request(self, method: str, uri: str, body: Any = None, **query: Any) -> Any:
        assert uri == "channels"
        return []

    async def command(self, method: str, uri: str, body: Any = None, **query: Any) -> events.Response:
        self.ordered.append(uri)
        if len(self.ordered) == 1:
            raise ari.LinkDown("for a moment")
        self.twice.set()
        return events.Response("", 204)


async def test_a_call_that_nobody_follows_may_have_rung_and_is_made_again(
    store: Store, studio: MakeStudio, tmp_path: Path
) -> None:
    await town.running(store, await town.people(store, [town.number(1)]))
    voice = studio(Toner())
    loop = asyncio.get_running_loop()
    began = loop.time()

    def clock() -> datetime:
        return town.NOW + QUICKLY * timedelta(seconds=loop.time() - began)

    context = Context(store, voice, [Language.FR], "Ville", "", frozenset(), clock)
    link = Asterisk()
    trunks = Trunks([Trunk("a", "127.0.0.1:9", 5, 50)], loop.time)
    dialer = Dialer(link, context, trunks, CallPolicy("VILLE", "+14185551000", 20.0))
    await dialer.reconcile()
    running = asyncio.create_task(dialer.run())
    try:
        await asyncio.wait_for(link.twice.wait(), 15)
    finally:
        running.cancel()
        await asyncio.wait({running})
        await dialer.close(patience_s=0)
    assert link.ordered[0] != link.ordered[1]
    async with store.reading() as c:
        gone, again = (await c.execute(select(attempt).order_by(attempt.c.due_at))).all()
    assert (gone.status, gone.disposition) == (AttemptStatus.FINISHED, Disposition.INTERRUPTED)
    assert again.status in (AttemptStatus.CLAIMED, AttemptStatus.PLACED)
