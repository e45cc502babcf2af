"""The carrier takes what real networks send besides calls."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from lab.carrier import Carrier, CarrierLeg, SipMessage, carrier
from lab.kill_test_phone import Phone

SDP = "c=IN IP4 127.0.0.1\r\nm=audio 9 RTP/AVP 0\r\n"
INVITE = SipMessage("INVITE sip:4185550101@town SIP/2.0", {"call-id": "1", "to": "x"}, SDP, ("127.0.0.1", 9), 0.0)
SENDER_REPORT = bytes([0x80, 200]) + bytes(26)
LOUD = bytes([0x80, 0]) + bytes(10) + b"\x20" * 160


@pytest_asyncio.fixture
async def network() -> AsyncIterator[Carrier]:
    async with carrier(lambda _: _nothing) as network:
        yield network


async def _nothing(_: CarrierLeg) -> None:
    pass


async def _exchange(network: Carrier, *datagrams: bytes) -> list[bytes]:
    """What comes back within a moment."""
    host, _, port = network.host.partition(":")
    answers = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.setblocking(False)
        for datagram in datagrams:
            line.sendto(datagram, (host, int(port)))
            await asyncio.sleep(0.05)
        with contextlib.suppress(BlockingIOError):
            while True:
                answers.append(line.recv(2048))
    return answers


def _request(method: str) -> bytes:
    lines = [f"{method} sip:1@town SIP/2.0", "Via: v", "From: f", "To: t", "Call-ID: nobody's", f"CSeq: 1 {method}"]
    return "\r\n".join([*lines, "", ""]).encode()


async def test_rtcp_and_what_belongs_to_no_call_do_no_harm(network: Carrier) -> None:
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
    requests = [_request(method) for method in ("ACK", "CANCEL", "BYE")]
    answers = await _exchange(network, b"\x81\xc9\x00\x07\xff", *requests)
    assert faults == []
    assert [answer.split()[1] for answer in answers] == [b"481", b"481"]
    assert len(network.seen) == 3


@pytest.mark.parametrize("kind", [CarrierLeg, Phone])
async def test_the_port_above_a_leg_is_its_own_until_it_is_closed(kind: type[CarrierLeg], network: Carrier) -> None:
    leg = kind(network, INVITE)
    port = leg._ear.getsockname()[1]
    assert port % 2 == 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port + 1))
        leg.close()
        leg.close()
        other.bind(("127.0.0.1", port + 1))


async def test_reports_are_no_sound(network: Carrier) -> None:
    leg, phone = CarrierLeg(network, INVITE), Phone(network, INVITE)
    for each in (leg, phone):
        each.hear(SENDER_REPORT)
        each.hear(b"\x80")
    assert leg.first_sound is None
    assert (phone.packet_at, phone.heard) == (0.0, [])
    for each in (leg, phone):
        each.hear(LOUD)
        each.close()
    assert leg.first_sound is not None
    assert phone.packet_at > 0.0
