"""A trunk of few calls a second gets all of them, also while nothing else happens."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from db.engine.store import Store
from dialer.app import Dialer
from dialer.call_policy import CallPolicy
from dialer.trunks import Trunks
from ivr.context import Context
from rules.model import Language
from telephony import ari, events
from telephony.trunk import Trunk
from tests.db import town
from tests.dialer.conftest import MakeStudio
from tests.prompts.conftest import Toner

CALLS_PER_SECOND = 3.0
CALLS = 12
LIMIT_S = 5.0  # for 3.5 at that pace, and 7 when the trunk is asked twice a second only


class Asterisk(ari.Ari):
    """Where every telephone rings."""

    def __init__(self) -> None:
        super().__init__(ari.AriAddress("127.0.0.1", 9, "", ""), "tocsin")
        self.ordered = 0
        self.enough = asyncio.Event()
        self.up.set()

    async def request(self, method: str, uri: str, body: Any = None, **query: Any) -> Any:
        return []

    async def command(self, method: str, uri: str, body: Any = None, **query: Any) -> events.Response:
        self.ordered += 1
        if self.ordered == CALLS:
            self.enough.set()
        return events.Response("", 204)


async def test_all_calls_of_a_slow_trunk_are_placed(store: Store, studio: MakeStudio) -> None:
    await town.running(store, await town.people(store, *[[town.number(n)] for n in range(1, CALLS + 1)]))
    loop = asyncio.get_running_loop()
    began = loop.time()
    clock = lambda: town.NOW + timedelta(seconds=loop.time() - began)  # noqa: E731
    context = Context(store, studio(Toner()), [Language.FR], "Ville", "", frozenset(), clock)
    link = Asterisk()
    trunks = Trunks([Trunk("a", "127.0.0.1:9", 100, CALLS_PER_SECOND)], loop.time)
    dialer = Dialer(link, context, trunks, CallPolicy("VILLE", "+14185551000", 60.0))
    await dialer.reconcile()
    running = asyncio.create_task(dialer.run())
    try:
        await asyncio.wait_for(link.enough.wait(), LIMIT_S)
        assert link.ordered == CALLS
    finally:
        running.cancel()
        await asyncio.wait({running})
        await dialer.close(patience_s=0)
