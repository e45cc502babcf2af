"""A telephone network that is no Asterisk: SIP over UDP (RFC 3261) by hand, one script for each call.

It answers no OPTIONS and sends no sound of its own; everything else is up to the script.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import socket
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Peer = tuple[str, int]
SOUND = "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\n"
CHALLENGE = 'Digest realm="carrier", nonce="5f2c", algorithm=MD5, qop="auth"'
NO_HEADERS: Mapping[str, str] = {}
RTP_HEADER = 12
RTP_VERSION = 0x80  # an octet of this or more begins RTP and RTCP, never SIP
RTCP = range(192, 224)  # packet types (RFC 5761, 4)
LOUD = 0x60  # a μ-law octet below this, its sign apart, is more than a murmur


@dataclass(frozen=True, slots=True)
class SipMessage:
    """One SIP message as it came; header names in lower case."""

    first_line: str
    headers: Mapping[str, str]
    body: str
    sender: Peer
    at: float

    @property
    def method(self) -> str:
        return self.first_line.partition(" ")[0]

    @property
    def number(self) -> str:
        """Who is called: the user part of the request line."""
        found = re.match(r"\S+ sip:([^@;>\s]*)@", self.first_line)
        return found[1] if found else ""

    @property
    def call_id(self) -> str:
        return self.headers["call-id"]


def read(data: bytes, sender: Peer) -> SipMessage:
    head, _, body = data.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return SipMessage(first, headers, body, sender, time.monotonic())


def is_sound(packet: bytes) -> bool:
    """Whether it is RTP, and not the RTCP beside it."""
    return len(packet) >= RTP_HEADER and packet[1] not in RTCP


def ears(host: str) -> tuple[socket.socket, socket.socket]:
    """A socket on a free even port, and one that holds the port above it, where RTCP goes (RFC 3605)."""
    while True:
        sound, control = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        sound.bind((host, 0))
        port = sound.getsockname()[1]
        with contextlib.suppress(OSError):
            if port % 2 == 0:
                control.bind((host, port + 1))
                return sound, control
        sound.close()
        control.close()


class CarrierLeg:
    """One call as the carrier has it."""

    sound = SOUND

    def __init__(self, network: Carrier, invite: SipMessage) -> None:
        self.invite = invite
        self.acknowledged, self.cancelled, self.over = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.first_sound: float | None = None
        self.last = b""
        self._network = network
        self._tag = uuid.uuid4().hex[:8]
        self._requests = 0
        self._ear, self._control = ears(invite.sender[0])
        self._ear.setblocking(False)

    def say(self, status: int, *, sound: bool = False, port: int = 0, headers: Mapping[str, str] = NO_HEADERS) -> None:
        """Answer the INVITE; `sound`: say where sound may be sent, to our ear or to another `port`."""
        ip, ours = self._ear.getsockname()
        body = self.sound.format(ip=ip, port=port or ours) if sound else ""
        self.last = self._network.answer(self.invite, status, body, tag=self._tag, headers=headers)

    async def answer(self) -> None:
        self.say(200, sound=True)
        asyncio.get_running_loop().add_reader(self._ear, self._receive)
        await self.acknowledged.wait()

    def press(self, key: str) -> None:
        """A key, as SIP INFO: there is no sound to carry it."""
        self._ask("INFO", f"Signal={key}\r\nDuration=160\r\n", "Content-Type: application/dtmf-relay")

    def hang_up(self) -> None:
        self._ask("BYE")
        self.over.set()

    def cancel(self) -> None:
        """The caller gives up."""
        self.cancelled.set()

    def end(self) -> None:
        """The caller hangs up."""
        self.over.set()

    def close(self) -> None:
        """Hear no more; a second time is as good as once."""
        if self._ear.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._ear)
        self._ear.close()
        self._control.close()

    def _receive(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self.hear(self._ear.recv(2048))

    def hear(self, packet: bytes) -> None:
        """One packet (RTP, RFC 3550)."""
        if not is_sound(packet):
            return
        sound = packet[RTP_HEADER:]
        if self.first_sound is None and sum(octet & 0x7F < LOUD for octet in sound) > len(sound) // 8:
            self.first_sound = time.monotonic()

    def _ask(self, method: str, body: str = "", *headers: str) -> None:
        self._requests += 1
        theirs = self.invite.headers
        contact = re.search(r"<([^>]*)>", theirs["contact"])
        assert contact
        lines = [
            f"{method} {contact[1]} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._network.host};branch=z9hG4bK{uuid.uuid4().hex[:12]}",
            f"From: {theirs['to']};tag={self._tag}",
            f"To: {theirs['from']}",
            f"Call-ID: {theirs['call-id']}",
            f"CSeq: {self._requests} {method}",
            "Max-Forwards: 70",
            *headers,
        ]
        self._network.send(lines, body, self.invite.sender)


Script = Callable[[CarrierLeg], Awaitable[None]]
NewLeg = Callable[["Carrier", SipMessage], CarrierLeg]


@dataclass
class Carrier(asyncio.DatagramProtocol):
    """`script_of`: what a call to that number meets. `password_of`: who may register. `leg`: how a call is kept."""

    script_of: Callable[[str], Script]
    password_of: Mapping[str, str] = field(default_factory=dict)
    leg: NewLeg = CarrierLeg
    host: str = ""
    seen: list[SipMessage] = field(default_factory=list)
    legs: dict[str, CarrierLeg] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._scripts: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.host = ":".join(map(str, transport.get_extra_info("sockname")))

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        if data[:1] >= bytes([RTP_VERSION]):
            return
        message = read(data, addr)
        self.seen.append(message)
        leg = self.legs.get(message.headers.get("call-id", ""))
        match message.method:
            case "INVITE":
                self._invited(message)
            case "REGISTER":
                self._registered(message)
            case "ACK" if leg:
                leg.acknowledged.set()
            case "CANCEL" | "BYE":
                self.answer(message, 200 if leg else 481)
                if leg:
                    (leg.cancel if message.method == "CANCEL" else leg.end)()

    def _invited(self, invite: SipMessage) -> None:
        before = self.legs.get(invite.call_id)
        if before and before.invite.headers["cseq"] == invite.headers["cseq"]:
            if before.last:
                self._transport.sendto(before.last, invite.sender)
            return
        if before:
            before.close()
        self.legs[invite.call_id] = leg = self.leg(self, invite)
        script = asyncio.ensure_future(self.script_of(invite.number)(leg))
        self._scripts.add(script)
        script.add_done_callback(self._scripts.discard)

    def _registered(self, message: SipMessage) -> None:
        if knows(message, "authorization", self.password_of):
            self.answer(message, 200, headers={"Expires": "600"})
        else:
            self.answer(message, 401, headers={"WWW-Authenticate": CHALLENGE})

    def answer(
        self,
        request: SipMessage,
        status: int,
        body: str = "",
        *,
        tag: str = "",
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> bytes:
        theirs = request.headers
        lines = [
            f"SIP/2.0 {status} -",
            *(f"{name.title()}: {theirs[name]}" for name in ("via", "from", "call-id", "cseq")),
            f"To: {theirs['to']}" + (f";tag={tag}" if tag else ""),
            f"Contact: <sip:{self.host}>",
            *(f"{name}: {value}" for name, value in headers.items()),
            *(["Content-Type: application/sdp"] if body else []),
        ]
        return self.send(lines, body, request.sender)

    def send(self, lines: list[str], body: str, to: Peer) -> bytes:
        data = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()
        self._transport.sendto(data, to)
        return data

    def requests(self, method: str) -> Iterator[SipMessage]:
        return (message for message in self.seen if message.method == method)

    def forget(self, over: Callable[[CarrierLeg], bool]) -> None:
        """Close the legs of calls that are over, and keep them no more."""
        for call_id, leg in list(self.legs.items()):
            if over(leg):
                leg.close()
                del self.legs[call_id]

    def close(self) -> None:
        for script in self._scripts:
            script.cancel()
        for leg in self.legs.values():
            leg.close()
        self._transport.close()


def knows(request: SipMessage, header: str, password_of: Mapping[str, str]) -> bool:
    """Whether a request carries the right answer to CHALLENGE (RFC 2617, 3.2.2)."""
    given = dict(re.findall(r'(\w+)="?([^",]+)"?', request.headers.get(header, "")))
    if given.get("username") not in password_of:
        return False
    secret = _md5(f"{given['username']}:carrier:{password_of[given['username']]}")
    asked = _md5(f"{request.method}:{given['uri']}")
    answer = _md5(f"{secret}:{given['nonce']}:{given['nc']}:{given['cnonce']}:auth:{asked}")
    return answer == str(given["response"])


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


@contextlib.asynccontextmanager
async def carrier(
    script_of: Callable[[str], Script],
    password_of: Mapping[str, str] | None = None,
    *,
    leg: Callable[[Carrier, SipMessage], CarrierLeg] = CarrierLeg,
) -> AsyncIterator[Carrier]:
    """A carrier on a free port of loopback."""
    loop = asyncio.get_running_loop()
    _, network = await loop.create_datagram_endpoint(
        lambda: Carrier(script_of, password_of or {}, leg), local_addr=("127.0.0.1", 0)
    )
    try:
        yield network
    finally:
        network.close()
