"""A call on an Asterisk that answers over a real WebSocket as the test says."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import socket
import struct
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from aiohttp import WSMsgType, web

from lab import ports
from telephony import ari, events
from telephony.answering.signs import Heard, Sign
from telephony.answering.tuning import Tuning
from telephony.audiosocket import AUDIO, IDENTITY
from telephony.call import Call
from telephony.followed import Hangup
from telephony.hearing import Interrupted
from telephony.playback import PLAYBACK_IDS
from telephony.tap import TICK_S, Taps

Answer = Callable[[str, str], int]
SILENCE_S = 1.0
CHANNEL = events.AsteriskChannel(id="a" * 32, state="Up")


@contextlib.asynccontextmanager
async def asterisk(answer: Answer) -> AsyncIterator[ari.Ari]:
    """A client that is connected; `answer`: the status of each command, by method and path."""

    async def events_socket(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                asked = json.loads(frame.data)
                status = answer(asked["method"], asked["uri"])
                reply = {"type": "RESTResponse", "request_id": asked["request_id"], "status_code": status}
                await socket.send_str(json.dumps(reply))
                if "/snoop/" in asked["uri"]:
                    come = {"type": "StasisStart", "channel": {"id": asked["uri"].rpartition("/")[2]}}
                    await socket.send_str(json.dumps(come))
        return socket

    program = web.Application()
    program.router.add_get("/ari/events", events_socket)
    runner = web.AppRunner(program)
    await runner.setup()
    port = ports.free()
    await web.TCPSite(runner, ports.LOOPBACK, port).start()
    link = ari.Ari(ari.AriAddress(ports.LOOPBACK, port, "u", "p"), "tocsin")
    listening = asyncio.create_task(link.run(on_up=nothing, on_stranger=lambda _: None))
    try:
        await link.up.wait()
        yield link
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await runner.cleanup()


async def nothing() -> None:
    pass


@contextlib.contextmanager
def far_end(taps: Taps, token: uuid.UUID) -> Iterator[socket.socket]:
    """The connection of an AudioSocket channel."""
    host, port = taps.address.split(":")
    with socket.create_connection((host, int(port))) as far:
        far.sendall(struct.pack(">BH", IDENTITY, 16) + token.bytes)
        yield far


def speech(seconds: float, level: int) -> bytes:
    """A tone of 1000 Hz, in messages of 20 ms."""
    tone = [int(level * math.sin(2 * math.pi * at / 8)) for at in range(160)]
    return (struct.pack(">BH", AUDIO, 320) + struct.pack("<160h", *tone)) * round(seconds / 0.02)


async def test_a_playback_that_ended_by_itself_is_no_hang_up() -> None:
    stopped: list[str] = []

    def answer(method: str, uri: str) -> int:
        if uri.startswith("playbacks/"):
            stopped.append(method)
            return 404
        return 204

    async with asterisk(answer) as link:
        with link.listen(CHANNEL.id) as line:
            await Call(link, CHANNEL, line).stop_playing()
    assert stopped == ["DELETE"] * PLAYBACK_IDS


@pytest.mark.parametrize("status", [404, 409, 412])
async def test_a_command_to_a_call_that_is_ending_is_a_hang_up(status: int) -> None:
    async with asterisk(lambda method, uri: 204 if uri.startswith("asterisk/") else status) as link:
        with link.listen(CHANNEL.id) as line, pytest.raises(Hangup):
            await Call(link, CHANNEL, line).send_keys("1")


@contextlib.asynccontextmanager
async def on_a_machine() -> AsyncIterator[tuple[Call, ari.Line, Taps]]:
    """A call that is listened to, and whose far side is known to be a machine."""
    async with asterisk(lambda method, uri: 204) as link, Taps(Tuning()).running() as taps:
        with link.listen(CHANNEL.id) as line:
            call = Call(link, CHANNEL, line)
            await call.listen(taps)
            call.hearing.speak_to(Sign.MACHINE)
            yield call, line, taps


async def test_after_the_rest_of_a_greeting_the_beep_of_the_machine_is_awaited() -> None:
    async with on_a_machine() as (call, line, _):
        line.put(Heard(Sign.PERSON, 0.8))
        asyncio.get_running_loop().call_later(0.2, line.put, Heard(Sign.BEEP, 1.5))
        with pytest.raises(Interrupted) as cut:
            await call.greeting_over()
    assert cut.value.sign is Sign.BEEP


async def test_a_beep_that_came_while_the_program_was_stalled_is_heard_before_the_call_ends() -> None:
    async with on_a_machine() as (call, _, taps):
        (tap,) = taps._taps.values()
        with far_end(taps, tap.token) as far:
            await asyncio.sleep(3 * TICK_S)
            await call.hear_out()
            far.sendall(speech(SILENCE_S, 0) + speech(0.4, 8000) + speech(SILENCE_S, 0))
            with pytest.raises(Interrupted) as cut:
                await call.hear_out()
    assert cut.value.sign is Sign.BEEP


async def test_nobody_is_heard_out_whom_nobody_listens_to() -> None:
    async with asterisk(lambda method, uri: 204) as link:
        with link.listen(CHANNEL.id) as line:
            began = time.monotonic()
            await Call(link, CHANNEL, line).hear_out()
            assert time.monotonic() - began < 0.05


async def test_it_is_known_for_how_long_asterisk_hung() -> None:
    hung = asyncio.Event()

    def slow(method: str, uri: str) -> int:
        if not hung.is_set():
            hung.set()
            time.sleep(0.8)  # the whole program hangs, as when its machine does
        return 204

    async with asterisk(slow) as link:
        await hung.wait()
        await asyncio.sleep(0.1)
        assert link.stalled_s > 0.4
