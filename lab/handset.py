"""A resident's telephone: calls Tocsin through the town's network, presses keys, records what it hears."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from telephony import ari, events

RATE = 8000
QUIET_PEAK = 60  # of 16-bit samples; the silence of the line itself is digital
ANSWER_S = 10.0
WRITTEN_S = 20.0
POLL_S = 0.05
STILL_THE_OLD_S = 0.25  # a key needs this long to stop what plays
KEY_MS, KEY_GAP_MS = 120, 130  # a brisk finger
FRAME = RATE // 50

Pcm = NDArray[np.int16]


class Busy(Exception):
    """The line did not answer the handset."""


class Handset:
    """One call to Tocsin. `position` is how far, in seconds, it has been listened to."""

    def __init__(self, link: ari.Ari, channel_id: str, line: ari.Line, recording: Path) -> None:
        self._link = link
        self._id = channel_id
        self._line = line
        self._written_s = 0.0
        self._looked_at = 0.0
        self._began = 0.0  # the moment of the recording's first sample, by the monotonic clock
        self.recording = recording
        self.position = 0.0
        self.over = False

    async def answered(self) -> None:
        """Raises Busy."""
        try:
            async with asyncio.timeout(ANSWER_S):
                while not isinstance(await self._line.next(), events.StasisStart):
                    pass
        except TimeoutError:
            raise Busy("the line did not answer") from None
        self._began = time.monotonic()
        # A real telephone sends sound all the time; the keys travel in that stream.
        await self._link.silence(self._id)

    def pcm(self, start_s: float = 0.0) -> Pcm:
        """What was heard so far, from `start_s` on."""
        self._look()
        if not self.recording.exists():
            return np.zeros(0, np.int16)
        with self.recording.open("rb") as file:
            file.seek(int(start_s * RATE) * 2)
            raw = file.read()
        return np.frombuffer(raw[: len(raw) // 2 * 2], "<i2")

    async def whole(self) -> Pcm:
        """Hangs up; all that was heard. Until then Asterisk keeps back up to two seconds of it. Raises TimeoutError."""
        await self.hang_up()
        async with asyncio.timeout(WRITTEN_S):
            while not self.recording.with_suffix(".whole").exists():
                await asyncio.sleep(POLL_S)
        return self.pcm()

    def _recorded_s(self) -> float:
        """How long the recording is at this moment: Asterisk writes it two seconds at a time."""
        self._look()
        return time.monotonic() - self._began

    def _look(self) -> None:
        """Set the clock of the recording by a write that has just been made: a machine that stalls records less."""
        now = time.monotonic()
        written_s = self.recording.stat().st_size // 2 / RATE if self.recording.exists() else 0.0
        if written_s > self._written_s and now - self._looked_at < 2 * POLL_S:
            self._began = now - written_s
        self._written_s, self._looked_at = written_s, now

    async def press(self, keys: str) -> None:
        """Press keys; listening goes on from this moment."""
        await self._link.send_dtmf(self._id, keys, between_ms=KEY_GAP_MS, duration_ms=KEY_MS)
        await asyncio.sleep(len(keys) * (KEY_GAP_MS + KEY_MS) / 1000 + STILL_THE_OLD_S)
        self.position = self._recorded_s()

    async def listen(self, quiet_s: float, limit_s: float = 60.0) -> Pcm:
        """Until the line has spoken and then been quiet for `quiet_s`, or hung up; what was heard since the last
        key or the last listening."""
        ends_at = time.monotonic() + limit_s
        while time.monotonic() < ends_at and not self.hung_up():
            heard = self.pcm(self.position)
            if _loud(heard) and len(heard) > quiet_s * RATE and not _loud(heard[-int(quiet_s * RATE) :]):
                break
            await asyncio.sleep(POLL_S)
        heard = self.pcm(self.position)
        self.position += len(heard) / RATE
        return heard

    async def until_speaking(self, for_s: float, limit_s: float = 15.0) -> bool:
        """Until the line has spoken for so long since the last key; False when it did not."""
        ends_at = time.monotonic() + limit_s
        while time.monotonic() < ends_at and not self.hung_up():
            if _loud_seconds(self.pcm(self.position)) >= for_s:
                return True
            await asyncio.sleep(POLL_S)
        return False

    async def until_hung_up(self, limit_s: float) -> bool:
        """Whether the line hung up within the limit."""
        ends_at = time.monotonic() + limit_s
        while not self.hung_up() and time.monotonic() < ends_at:
            await asyncio.sleep(POLL_S)
        return self.hung_up()

    def hung_up(self) -> bool:
        while (event := self._line.take()) is not None:
            self.over |= isinstance(event, events.ChannelHangupRequest | events.ChannelDestroyed | events.StasisEnd)
        return self.over

    async def hang_up(self) -> None:
        await self._link.hang_up(self._id)


def _loud_seconds(pcm: Pcm) -> float:
    frames = pcm[: len(pcm) // FRAME * FRAME].reshape(-1, FRAME)
    return float(np.count_nonzero(np.abs(frames.astype(np.int32)).max(axis=1, initial=0) > QUIET_PEAK) * FRAME / RATE)


def _loud(pcm: Pcm) -> bool:
    return bool(len(pcm)) and float(np.abs(pcm.astype(np.int32)).max()) > QUIET_PEAK
