"""A call whose task fails is seen, and let go."""

from __future__ import annotations

import asyncio
from typing import Any

from prometheus_client import REGISTRY

from db.engine.store import Store
from ivr.app import Ivr
from ivr.context import Context
from prompts.studio import Studio
from rules.model import Language
from telephony import ari, events
from tests.db import town


class Asterisk(ari.Ari):
    """Its first answer to a hang-up is one that nobody expects."""

    def __init__(self) -> None:
        super().__init__(ari.AriAddress("127.0.0.1", 9, "", ""), "tocsin")
        self.hung_up = 0
        self.up.set()

    async def command(self, method: str, uri: str, body: Any = None, **query: Any) -> events.Response:
        if method == "DELETE":
            self.hung_up += 1
            if self.hung_up == 1:
                raise ValueError("neither an error of ARI nor a lost link")
        elif uri.endswith("/answer"):
            raise ValueError("nor here")
        return events.Response("", 204)


def failures() -> float:
    return REGISTRY.get_sample_value("tocsin_task_failures_total", {"task": "call_in"}) or 0.0


async def test_a_call_that_could_not_be_let_go_is_let_go_again(store: Store, studio: Studio) -> None:
    context = Context(store, studio, [Language.FR], "Ville", "", frozenset(), lambda: town.NOW)
    link, before = Asterisk(), failures()
    line = Ivr(link, context, {})
    line.take(events.AsteriskChannel(id="1", name="PJSIP/1", state="Ring"))
    async with asyncio.timeout(5):
        while line.open_calls():
            await asyncio.sleep(0.02)
    assert link.hung_up == 2
    assert failures() == before + 1
