"""An Asterisk at the far end of a real WebSocket: it takes every call, lets it ring, answers, plays, and has the
resident press 1. Any one of its answers can be spoilt."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

Spoil = Callable[["FarEnd", str], Awaitable[None]]
"""What is done in place of the answer to one request, given by its number."""


class FarEnd:
    """`spoilt`: the number of the request that is answered by `spoil`, counted from 1 over all about channels; `obeys`:
    it is obeyed all the same."""

    def __init__(self, spoilt: int = 0, spoil: Spoil | None = None, *, obeys: bool = False) -> None:
        self._spoilt, self._spoil, self._obeys = spoilt, spoil, obeys
        self._mute = ""
        self.asked = 0
        self.met = asyncio.Event()
        self.channels: dict[str, str] = {}
        self.placed: list[str] = []
        self.most_open: dict[str, int] = {}
        self._numbers: dict[str, str] = {}
        self._socket: web.WebSocketResponse | None = None
        self._later: set[asyncio.Task[None]] = set()
        self.port = 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[FarEnd]:
        app = web.Application()
        app.router.add_get("/ari/events", self._listen)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            for task in self._later:
                task.cancel()
            await self.hang_up()
            await runner.cleanup()

    async def hang_up(self) -> None:
        """Close the WebSocket."""
        if self._socket is not None:
            await self._socket.close()

    async def send(self, message: dict[str, Any]) -> None:
        if self._socket is not None:
            with contextlib.suppress(ConnectionError):
                await self._socket.send_str(json.dumps(message))

    async def answer(self, number: str, status: int = 200, body: Any = None) -> None:
        if number == self._mute:
            return
        text = "" if body is None else json.dumps(body)
        await self.send({"type": "RESTResponse", "request_id": number, "status_code": status, "message_body": text})

    async def _listen(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._socket = socket
        async for frame in socket:
            asked = json.loads(frame.data)
            query = {each["name"]: each["value"] for each in asked.get("query_strings", ())}
            await self._take(asked["request_id"], asked["method"], asked["uri"], query)
        return socket

    async def _take(self, number: str, method: str, uri: str, query: dict[str, str]) -> None:
        if uri.startswith("channels"):
            self.asked += 1
            if self.asked == self._spoilt and self._spoil is not None:
                self.met.set()
                await self._spoil(self, number)
                if not self._obeys:
                    return
                self._mute = number
        match method, uri.split("/"):
            case "GET", ["channels"]:
                await self.answer(number, 200, [self._channel(id_) for id_ in self.channels])
            case "POST", ["channels", id_]:
                await self.answer(number)
                self._soon(self._ring(id_, query["endpoint"]))
            case "DELETE", ["channels", id_]:
                await self.answer(number, 204 if id_ in self.channels else 404, {"message": "Channel not found"})
                await self._end(id_, 16)
            case _, ["channels", id_, *_] if id_ not in self.channels:
                await self.answer(number, 404, {"message": "Channel not found"})
            case "POST", ["channels", id_, "play", playback]:
                await self.answer(number, 201)
                self._soon(self._play(id_, playback))
            case _:
                await self.answer(number)

    def _soon(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _ring(self, id_: str, endpoint: str) -> None:
        number = endpoint.partition("/")[2].partition("@")[0]
        self.placed.append(number)
        self._numbers[id_] = number
        self.channels[id_] = "Ringing"
        still_open = sum(self._numbers[each] == number for each in self.channels)
        self.most_open[number] = max(still_open, self.most_open.get(number, 0))
        await self._tell("ChannelStateChange", id_)
        await asyncio.sleep(0.01)
        if id_ in self.channels:
            self.channels[id_] = "Up"
            await self._tell("ChannelStateChange", id_)
            await self._tell("StasisStart", id_, args=[])

    async def _play(self, id_: str, playback: str) -> None:
        what = {"id": playback, "target_uri": f"channel:{id_}"}
        await self.send({"type": "PlaybackStarted", "playback": {**what, "state": "playing"}, "timestamp": _now()})
        await asyncio.sleep(0.02)
        await self.send({"type": "PlaybackFinished", "playback": {**what, "state": "done"}, "timestamp": _now()})
        await self._tell("ChannelDtmfReceived", id_, digit="1")

    async def _end(self, id_: str, cause: int) -> None:
        if id_ in self.channels:
            channel = self._channel(id_)
            del self.channels[id_]
            await self.send({"type": "ChannelDestroyed", "channel": channel, "cause": cause, "timestamp": _now()})

    async def _tell(self, event: str, id_: str, **more: Any) -> None:
        if id_ in self.channels:
            await self.send({"type": event, "channel": self._channel(id_), "timestamp": _now(), **more})

    def _channel(self, id_: str) -> dict[str, Any]:
        return {"id": id_, "state": self.channels[id_], "name": f"PJSIP/a-{id_[:8]}"}


def _now() -> str:
    return datetime.now(UTC).isoformat()
