"""The link to an Asterisk that takes commands and does not answer them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from telephony import ari

SOON_S = 10.0


class Deaf:
    """`met`: how many links it has taken; its answers are left out."""

    def __init__(self) -> None:
        self.met = 0
        self.port = 0

    async def listen(self, request: web.Request) -> web.WebSocketResponse:
        self.met += 1
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for _ in socket:
            pass
        return socket


@pytest_asyncio.fixture
async def deaf() -> AsyncIterator[Deaf]:
    there = Deaf()
    app = web.Application()
    app.router.add_get("/ari/events", there.listen)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    there.port = runner.addresses[0][1]
    yield there
    await runner.cleanup()


async def test_what_is_not_answered_fails_and_the_link_is_opened_anew(deaf: Deaf) -> None:
    link = ari.Ari(ari.AriAddress("127.0.0.1", deaf.port, "tocsin", "secret"), "tocsin", request_s=0.2)
    lost: list[None] = []

    async def up() -> None:
        pass

    running = asyncio.create_task(link.run(on_up=up, on_stranger=lambda event: None, on_down=lambda: lost.append(None)))
    try:
        async with asyncio.timeout(SOON_S):
            await link.up.wait()
            asked = [asyncio.create_task(link.answer(each)) for each in ("a", "b")]
            with pytest.raises(ari.LinkDown, match="did not answer"):
                await asked[0]
            with pytest.raises(ari.LinkDown):
                await asked[1]
            while deaf.met < 2:
                await asyncio.sleep(0.05)
        assert lost
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_the_pulse_goes_on_after_an_answer_that_nobody_expects() -> None:
    pings = 0

    async def listen(request: web.Request) -> web.WebSocketResponse:
        nonlocal pings
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for frame in socket:
            asked = json.loads(frame.data)
            pings += asked["uri"] == "asterisk/ping"
            told = {"type": "RESTResponse", "request_id": asked["request_id"], "status_code": 200}
            await socket.send_json(told | ({"message_body": "{"} if pings == 1 else {}))
        return socket

    app = web.Application()
    app.router.add_get("/ari/events", listen)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    link = ari.Ari(ari.AriAddress("127.0.0.1", runner.addresses[0][1], "tocsin", "secret"), "tocsin")

    async def up() -> None:
        pass

    running = asyncio.create_task(link.run(on_up=up, on_stranger=lambda event: None))
    try:
        async with asyncio.timeout(SOON_S):
            while pings < 3:
                await asyncio.sleep(0.05)
        assert link.up.is_set()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.cleanup()
