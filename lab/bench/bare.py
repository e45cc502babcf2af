"""The limit that Tocsin is held against: the least that a program in asyncio can do to place calls over ARI."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Sequence
from typing import Any

import aiohttp

from telephony import ari


class Bare:
    """Originate, play a beep once answered, and see the end; as many calls open at once as there are lines."""

    def __init__(self, address: ari.Address, endpoints: Sequence[str], lines: int, sound: str) -> None:
        self._address = address
        self._waiting = iter(endpoints)
        self._left = len(endpoints)
        self._lines = lines
        self._sound = sound
        self._numbers = itertools.count()

    async def run(self) -> None:
        async with (
            aiohttp.ClientSession(headers=self._address.headers) as session,
            session.ws_connect(self._address.url("bare"), max_msg_size=0) as socket,
        ):
            for _ in range(self._lines):
                await self._place(socket)
            async for frame in socket:
                event = json.loads(frame.data)
                if event["type"] == "StasisStart":
                    channel = event["channel"]["id"]
                    await self._ask(socket, f"channels/{channel}/play", media=self._sound)
                elif event["type"] == "ChannelDestroyed":
                    self._left -= 1
                    if not self._left:
                        return
                    await self._place(socket)

    async def _place(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        endpoint = next(self._waiting, "")
        if endpoint:
            query = {"endpoint": endpoint, "app": "bare", "callerId": "<4185551000>", "timeout": "20"}
            await self._ask(socket, f"channels/{uuid.uuid4().hex}", **query)

    async def _ask(self, socket: aiohttp.ClientWebSocketResponse, uri: str, **query: str) -> None:
        request: dict[str, Any] = {"type": "RESTRequest", "request_id": str(next(self._numbers)), "method": "POST"}
        strings = [{"name": name, "value": value} for name, value in query.items()]
        await socket.send_str(json.dumps(request | {"uri": uri, "query_strings": strings}))
