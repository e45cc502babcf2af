"""The limit that Tocsin is held against: the least that a program in asyncio can do to place calls over ARI."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from collections.abc import Sequence
from typing import Any

import aiohttp

from telephony import ari

QUIET_S = 8.0
"""Without any event for so long, what is still open has no far side any more: too much was lost on the way."""


class Bare:
    """Originate, play a beep once answered, and see the end; as many calls open at once as there are lines.
    `played`: how many beeps began."""

    def __init__(self, address: ari.AriAddress, endpoints: Sequence[str], lines: int, sound: str) -> None:
        self.played = 0
        self._address = address
        self._waiting = iter(endpoints)
        self._lines = lines
        self._sound = sound
        self._open: set[str] = set()
        self._numbers = itertools.count()

    async def run(self) -> list[float]:
        """When each call was over, in seconds from the first."""
        ends: list[float] = []
        async with (
            aiohttp.ClientSession(headers=self._address.headers) as session,
            session.ws_connect(self._address.url("bare"), max_msg_size=0) as socket,
        ):
            began = time.perf_counter()
            for _ in range(self._lines):
                await self._place(socket)
            try:
                while self._open:
                    if await self._take(socket, await socket.receive_json(timeout=QUIET_S)):
                        ends.append(time.perf_counter() - began)
            except TimeoutError:
                for channel in self._open:
                    await self._ask(socket, "DELETE", f"channels/{channel}")
        return ends

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, event: dict[str, Any]) -> bool:
        """Whether a call ended."""
        match event["type"]:
            case "StasisStart":
                await self._ask(socket, "POST", f"channels/{event['channel']['id']}/play", media=self._sound)
            case "PlaybackStarted":
                self.played += 1
            case "ChannelDestroyed":
                self._open.discard(event["channel"]["id"])
                await self._place(socket)
                return True
        return False

    async def _place(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        endpoint = next(self._waiting, "")
        if endpoint:
            self._open.add(channel := uuid.uuid4().hex)
            query = {"endpoint": endpoint, "app": "bare", "callerId": "<4185551000>", "timeout": "20"}
            await self._ask(socket, "POST", f"channels/{channel}", **query)

    async def _ask(self, socket: aiohttp.ClientWebSocketResponse, method: str, uri: str, **query: str) -> None:
        request = {"type": "RESTRequest", "request_id": str(next(self._numbers)), "method": method, "uri": uri}
        strings = [{"name": name, "value": value} for name, value in query.items()]
        await socket.send_str(json.dumps(request | {"query_strings": strings}))
