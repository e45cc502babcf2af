"""What is due for a number that is on a call waits for the end of that call, and is not claimed again and again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy
from sqlalchemy import event

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

WATCHED_S = 3.0
MOST_CLAIMS = 4
"""Two that place something, and little more."""


class Asterisk(ari.Ari):
    """One whose calls ring for ever."""

    def __init__(self) -> None:
        super().__init__(ari.AriAddress("127.0.0.1", 9, "", ""), "tocsin")
        self.ordered: list[str] = []
        self.up.set()

    async def request(self, method: str, uri: str, body: Any = None, **query: Any) -> Any:
        return []

    async def command(self, method: str, uri: str, body: Any = None, **query: Any) -> events.Response:
        self.ordered.append(uri)
        return events.Response("", 204)


@contextlib.contextmanager
def claims() -> Iterator[list[str]]:
    """The statements that claim calls."""
    seen: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE attempt") and "RETURNING" in statement:
            seen.append(statement)

    event.listen(sqlalchemy.Engine, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        event.remove(sqlalchemy.Engine, "before_cursor_execute", look)


async def test_a_busy_number_costs_no_claims(store: Store, studio: MakeStudio) -> None:
    people = await town.people(store, [town.number(1)])
    for _ in range(2):
        await town.running(store, people)
    context = Context(store, studio(Toner()), [Language.FR], "Ville", "", frozenset(), lambda: town.NOW)
    link = Asterisk()
    dialer = Dialer(
        link,
        context,
        Trunks([Trunk("a", "127.0.0.1:9", 5, 50)], asyncio.get_running_loop().time),
        CallPolicy("VILLE", "+14185551000", 60.0),
    )
    await dialer.reconcile()
    running = asyncio.create_task(dialer.run())
    try:
        with claims() as seen:
            await asyncio.sleep(WATCHED_S)
    finally:
        running.cancel()
        await asyncio.wait({running})
        await dialer.close(patience_s=0)
    assert len(link.ordered) >= 1
    assert 1 <= len(seen) <= MOST_CLAIMS
