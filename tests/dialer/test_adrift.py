"""A call whose script lost the link is looked after, even when the link is long back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from alerts.model import Language
from alerts.status import AttemptStatus
from db import attempts
from db.store import Store
from dialer.app import Dialer
from dialer.manner import Manner
from dialer.trunks import Trunks
from ivr.switchboard import Switchboard
from telephony import ari
from telephony.trunk import Trunk
from tests.db import town
from tests.dialer.test_speech import SlowVoice


class Asterisk(ari.Ari):
    """One that has no channel, and takes the second order only."""

    def __init__(self) -> None:
        super().__init__(ari.Address("127.0.0.1", 9, "", ""), "tocsin")
        self.ordered: list[str] = []
        self.twice = asyncio.Event()
        self.up.set()

    async def request(self, method: str, uri: str, body: Any = None, **query: Any) -> Any:
        if uri == "channels":
            return []
        self.ordered.append(uri)
        if len(self.ordered) == 1:
            raise ari.LinkDown("for a moment")
        self.twice.set()
        return None


async def test_a_call_that_nobody_follows_is_placed_again(store: Store, tmp_path: Path) -> None:
    await town.running(store, await town.people(store, [town.number(1)]))
    voice = SlowVoice()
    board = Switchboard(store, voice, [Language.FR], "Ville", "", frozenset(), lambda: town.NOW)
    link = Asterisk()
    loop = asyncio.get_running_loop()
    trunks = Trunks([Trunk("a", "127.0.0.1:9", 5, 50)], loop.time)
    dialer = Dialer(link, board, trunks, Manner("VILLE", "+14185551000", 20.0))
    await dialer.reconcile()
    running = asyncio.create_task(dialer.run())
    try:
        await asyncio.wait_for(link.twice.wait(), 15)
    finally:
        running.cancel()
        await asyncio.wait({running})
        await dialer.close(patience_s=0)
    assert link.ordered[0] == link.ordered[1]
    (attempt,) = await attempts.open_attempts(store)
    assert attempt.status in (AttemptStatus.CLAIMED, AttemptStatus.PLACED)
