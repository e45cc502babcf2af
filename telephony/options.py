"""Asks the far end of a trunk whether it is there: one OPTIONS (RFC 3261, section 11), beside Asterisk."""

from __future__ import annotations

import asyncio
import ssl
import uuid
from typing import Any

from telephony.trunk import Transport, Trunk

ANSWER_S = 4.0
RETRANSMIT_S = (0.5, 1.0, 1.5)


class NoAnswer(Exception):
    """Nothing came back; the message says why, as far as that is known."""


async def ask(trunk: Trunk) -> str:
    """The status line that came back: whatever it says, something is there. Raises NoAnswer."""
    try:
        async with asyncio.timeout(ANSWER_S):
            return await (_by_udp(trunk) if trunk.transport is Transport.UDP else _by_stream(trunk))
    except TimeoutError:
        raise NoAnswer(f"nothing came back within {ANSWER_S:g} s") from None
    except ssl.SSLError as error:
        raise NoAnswer(f"TLS failed: {error.reason or error}") from error
    except OSError as error:
        raise NoAnswer(error.strerror or str(error)) from error


class _Socket(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if not self.answer.done() and data.startswith(b"SIP/2.0"):
            self.answer.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(exc)


async def _by_udp(trunk: Trunk) -> str:
    host, port = _place(trunk)
    transport, far_end = await asyncio.get_running_loop().create_datagram_endpoint(_Socket, remote_addr=(host, port))
    try:
        request = _request(trunk, transport.get_extra_info("sockname"))
        for wait_s in RETRANSMIT_S:
            transport.sendto(request)
            done, _ = await asyncio.wait([far_end.answer], timeout=wait_s)
            if done:
                break
        return _status(await far_end.answer)
    finally:
        far_end.answer.cancel()
        transport.close()


async def _by_stream(trunk: Trunk) -> str:
    host, port = _place(trunk)
    tls = ssl.create_default_context() if trunk.transport is Transport.TLS else None
    reader, writer = await asyncio.open_connection(host, port, ssl=tls)
    try:
        writer.write(_request(trunk, writer.get_extra_info("sockname")))
        await writer.drain()
        return _status(await reader.readuntil(b"\r\n"))
    except asyncio.IncompleteReadError:
        raise NoAnswer("it closed the connection") from None
    finally:
        writer.close()


def _place(trunk: Trunk) -> tuple[str, int]:
    host, _, port = trunk.host.rpartition(":")
    return host.strip("[]"), int(port)


def _request(trunk: Trunk, local: tuple[str, int]) -> bytes:
    me, via = f"{local[0]}:{local[1]}", str(trunk.transport).upper()
    tag, branch = uuid.uuid4().hex[:10], uuid.uuid4().hex[:16]
    lines = [
        f"OPTIONS sip:{trunk.host} SIP/2.0",
        f"Via: SIP/2.0/{via} {me};rport;branch=z9hG4bK{branch}",
        f"From: <sip:tocsin@{me}>;tag={tag}",
        f"To: <sip:{trunk.host}>",
        f"Call-ID: {uuid.uuid4().hex}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:tocsin@{me}>",
        "Max-Forwards: 70",
        "Accept: application/sdp",
        "User-Agent: Tocsin",
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _status(data: bytes) -> str:
    return data.split(b"\r\n")[0].decode(errors="replace").removeprefix("SIP/2.0 ")
