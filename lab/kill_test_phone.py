"""A telephone of the kill test: it knows by their tones what it hears, speaks, and presses keys as telephones do."""

from __future__ import annotations

import asyncio
import contextlib
import re
import struct
import time
import wave
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.carrier import RTP_HEADER, Carrier, CarrierLeg, SipMessage, is_sound
from prompts.keys import Key

SDP = (
    "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
)
FRAME = 160
FRAME_S = 0.02
ULAW, KEYS = 0, 101
KEY_FRAMES, KEY_END_FRAMES = 5, 3
KEY_LEVEL = 10
BIN_HZ = 8000 / FRAME
NEAR_BINS = 1
LOUD_RMS = 300.0
SILENCE = b"\xff" * FRAME
HEARD_S = 0.1  # shorter sounds are clicks

HUNG_UP, CANCELLED = "resident hung up", Key.CANCELLED
TONES = {Key.ALERT_WHO: 400, "message": 700, Key.ALERT_MENU: 1000, Key.ALERT_THANKS: 1300, Key.ALERT_END: 1600}
"""What each prompt sounds like, in Hz; other sounds are `voice`."""

SECONDS = {Key.ALERT_WHO: 0.4, "message": 1.6, Key.ALERT_MENU: 0.4, Key.ALERT_THANKS: 0.6, Key.ALERT_END: 0.4}


def _ulaw_to_linear() -> NDArray[np.float64]:
    """ITU-T G.711."""
    code = ~np.arange(256) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.float64)


LINEAR = _ulaw_to_linear()


def ulaw(samples: NDArray[np.int16]) -> bytes:
    """The nearest code of each sample; the order of magnitudes makes it a search."""
    order = np.argsort(LINEAR, kind="stable")
    levels = LINEAR[order]
    at = np.clip(np.searchsorted(levels, samples), 1, 255)
    nearer = np.where(samples - levels[at - 1] <= levels[at] - samples, at - 1, at)
    return bytes(order[nearer].astype(np.uint8))


def tone(path: Path, hertz: float, seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = 6000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * 8000)) / 8000)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.astype("<i2").tobytes())


def name_of(payload: bytes) -> str:
    """What 20 ms of sound are: a prompt's name, `voice`, or "" for silence."""
    samples = LINEAR[np.frombuffer(payload, np.uint8)]
    if np.sqrt(np.square(samples).mean()) < LOUD_RMS:
        return ""
    spectrum = np.abs(np.fft.rfft(samples))
    peak = spectrum.argmax() * (8000 / len(samples))
    return next((name for name, hertz in TONES.items() if abs(peak - hertz) <= NEAR_BINS * BIN_HZ), "voice")


@dataclass(slots=True)
class PhoneHeard:
    """One sound on end."""

    name: str
    at: float
    seconds: float


class Phone(CarrierLeg):
    """Times are monotonic seconds. `end`: how the call ended, as the far side saw it; "" while it is open."""

    sound = SDP

    def __init__(self, network: Carrier, invite: SipMessage) -> None:
        super().__init__(network, invite)
        self.number = invite.number
        self.began = invite.at
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.how = ""
        self.heard: list[PhoneHeard] = []
        self.pressed: list[float] = []
        self.packet_at = 0.0
        self.greeted_at: float | None = None
        self._out: deque[tuple[int, bytes, bool]] = deque()
        self._sequence, self._stamp, self._key_stamp = 0, 0, 0
        self._to = _sound_address(invite.body)

    # -- the call -----------------------------------------------------------------------------------------------------

    async def answer(self) -> None:
        self.answered_at = self.packet_at = time.monotonic()
        await super().answer()

    def refuse(self, status: int) -> None:
        self.say(status)
        self._ended(str(status))

    def hang_up(self) -> None:
        self._hear_the_rest()
        super().hang_up()
        self._ended(HUNG_UP)

    def cancel(self) -> None:
        self._ended(CANCELLED)
        super().cancel()

    def end(self) -> None:
        self._hear_the_rest()
        self._ended("Tocsin hung up")
        super().end()

    def close(self) -> None:
        self._ended("test over")
        super().close()

    def _ended(self, how: str) -> None:
        if self.ended_at is None:
            self.ended_at, self.how = time.monotonic(), how

    # -- hearing ------------------------------------------------------------------------------------------------------

    def hear(self, packet: bytes) -> None:
        if not is_sound(packet):
            return
        now = time.monotonic()
        self.packet_at = now
        if packet[1] & 0x7F != ULAW:
            return
        name = name_of(packet[RTP_HEADER:])
        if self.heard and self.heard[-1].name == name:
            self.heard[-1].seconds += FRAME_S
        else:
            self.heard.append(PhoneHeard(name, now, FRAME_S))

    def _hear_the_rest(self) -> None:
        """What has come already and waits: this program may have been kept from hearing it."""
        with contextlib.suppress(OSError):  # no more of it, or the ear is closed
            while True:
                self.hear(self._ear.recv(2048))

    def seconds_of(self, name: str, since: float = 0.0) -> float:
        return sum(each.seconds for each in self.heard if each.name == name and each.at >= since)

    def longest(self, name: str, since: float = 0.0) -> float:
        """The longest share of one play, 0 to 1."""
        plays = (each.seconds for each in self.heard if each.name == name and each.at >= since)
        return max(plays, default=0.0) / SECONDS[name]

    def quiet_s(self) -> float:
        """For how long nothing but silence has come."""
        loud = [each.at + each.seconds for each in self.heard if each.name and each.seconds >= HEARD_S]
        return time.monotonic() - max([*loud, self.greeted_at or self.answered_at or 0.0])

    def dead_s(self) -> float:
        """For how long no sound at all has come, not even silence."""
        return time.monotonic() - self.packet_at

    # -- speaking -----------------------------------------------------------------------------------------------------

    async def speak(self, sound: bytes) -> None:
        self._out.extend((ULAW, sound[at : at + FRAME], False) for at in range(0, len(sound) - FRAME + 1, FRAME))
        while self._out and not self.over.is_set():
            await asyncio.sleep(FRAME_S)
        self.greeted_at = time.monotonic()

    def press(self, key: str) -> None:
        """As an event among the sound (RFC 4733)."""
        self.pressed.append(time.monotonic())
        frames = [(at * FRAME, 0) for at in range(1, KEY_FRAMES + 1)]
        frames += [((KEY_FRAMES + 1) * FRAME, 0x80)] * KEY_END_FRAMES
        for number, (duration, end) in enumerate(frames):
            event = struct.pack("!BBH", "0123456789*#".index(key), end | KEY_LEVEL, duration)
            self._out.append((KEYS, event, number == 0))

    def send_frame(self) -> None:
        """The next 20 ms: what is to be said, else silence."""
        kind, payload, first = self._out.popleft() if self._out else (ULAW, SILENCE, False)
        self._sequence, self._stamp = (self._sequence + 1) & 0xFFFF, (self._stamp + FRAME) & 0xFFFFFFFF
        if first:
            self._key_stamp = self._stamp
        stamp = self._key_stamp if kind == KEYS else self._stamp
        header = struct.pack("!BBHII", 0x80, kind | (0x80 if first else 0), self._sequence, stamp, 0x7C51)
        with contextlib.suppress(OSError):  # their Asterisk was killed
            self._ear.sendto(header + payload, self._to)


def _sound_address(sdp: str) -> tuple[str, int]:
    host, port = re.search(r"c=IN IP4 (\S+)", sdp), re.search(r"m=audio (\d+)", sdp)
    assert host
    assert port
    return host[1], int(port[1])


async def keep_speaking(phones: Iterable[Phone], late: Callable[[float], None]) -> None:
    """20 ms of sound from every telephone in `phones`, again and again, in step with the clock; `late` is told by how
    many seconds it is behind."""
    due = time.monotonic()
    while True:
        late(time.monotonic() - due)
        for phone in list(phones):
            phone.send_frame()
        due = max(due + FRAME_S, time.monotonic() - 5 * FRAME_S)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
