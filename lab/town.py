"""The telephone network in a box: a second Asterisk whose numbers behave as their last two digits say.

The behaviours are in lab/dialplans/extensions.conf.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import uuid
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np

from lab import network_tones, ports
from lab.handset import Handset
from prompts import engines
from prompts.studio import Studio
from telephony import ari, asterisk, layout, site
from telephony.trunk import Trunk

HERE = Path(__file__).parent
APP = "lab"
CHANNELS = 100
RING_S = 0.5
BEEP_S, BEEP_HZ, BEEP_LEVEL = 0.4, 1000, 8000
RATE = 8000
HALF_WAY_S = 10.0  # of who is calling, and some of the message


def studio(home: Path, cache: Path, binary: layout.Binary) -> Studio:
    """The voices of the town's people and machines."""
    folders = HERE / "catalogue", home / "recordings", home / "voices", cache
    return Studio(*folders, engines.named(engines.NAMES), binary.sounds, {})


class LabTown:
    """A running town. `sip` is where its network takes calls; `tocsin_sip` is where it places its own."""

    def __init__(self, home: Path, binary: layout.Binary, *, tocsin_sip: str, sip: str = "") -> None:
        self.home = home
        self.sip = sip or f"{ports.LOOPBACK}:{ports.free(socket.SOCK_DGRAM)}"
        self.tocsin = Trunk("tocsin", tocsin_sip, CHANNELS, CHANNELS)
        folder = layout.Folder(home / "asterisk")
        self._address = ari.AriAddress(ports.LOOPBACK, ports.free(), layout.ARI_USER, folder.password())
        self._lay_out(folder, binary)
        self.asterisk = asterisk.Asterisk(binary, folder, self._address)
        self.link = ari.Ari(self._address, APP)

    def _lay_out(self, folder: layout.Folder, binary: layout.Binary) -> None:
        for name in ("heard", "voices"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        beep(self.home / "voices/beep.wav")
        network_tones.write(self.home / "voices")
        values = {
            "TOWN_HEARD": str(self.home / "heard"),
            "TOWN_VOICES": str(self.home / "voices"),
            "TOWN_RING_S": str(RING_S),
            "TOWN_HALF_WAY": str(HALF_WAY_S),
        }
        rtp = ports.free_rtp_range()
        files = site.files([self.tocsin], sip_bind=self.sip, rtp_ports=rtp, address=self._address, values=values)
        folder.lay_out(binary, HERE / "dialplans", files)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[LabTown]:
        await self.asterisk.start()
        listening = asyncio.create_task(self.link.run(on_up=_nothing, on_stranger=lambda _: None))
        try:
            await self.link.up.wait()
            yield self
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await self.asterisk.stop()

    @contextlib.asynccontextmanager
    async def handset(self, caller: str, *, dialled: str = "4185551000") -> AsyncIterator[Handset]:
        """A telephone of number `caller` (ten digits) calls Tocsin. Raises lab.handset.Busy."""
        channel_id = uuid.uuid4().hex
        recording = self.home / "heard" / f"handset-{caller}-{channel_id[:8]}"
        with self.link.listen(channel_id) as line:
            await self._call_tocsin(channel_id, caller, dialled, recording)
            handset = Handset(self.link, channel_id, line, recording.with_suffix(".sln"))
            try:
                await handset.answered()
                yield handset
            finally:
                await handset.hang_up()

    async def _call_tocsin(self, channel_id: str, caller: str, dialled: str, recording: Path) -> None:
        query = {"endpoint": self.tocsin.dial(dialled), "context": "handset", "extension": "s", "priority": 1}
        body = {"variables": {"HANDSET_FILE": str(recording)}}
        await self.link.request(
            "POST", f"channels/{channel_id}", body, callerId=f'"{caller}" <{caller}>', timeout=10, **query
        )

    def heard_by(self, number: str) -> list[Path]:
        """What the telephone of this number (ten digits) heard, one recording a call, oldest first."""
        found = (self.home / "heard").glob(f"{number}-*.wav")
        return sorted(path for path in found if not path.name.endswith((".both.wav", ".left.wav")))

    def left_on(self, number: str) -> list[Path]:
        """The messages that the machine of this number holds."""
        return sorted((self.home / "heard").glob(f"{number}-*.left.wav"))


def beep(path: Path) -> None:
    """What a machine of the town beeps: Asterisk's own `beep` lies in another folder on every host."""
    times = np.arange(int(BEEP_S * RATE)) / RATE
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((BEEP_LEVEL * np.sin(2 * np.pi * BEEP_HZ * times)).astype("<i2").tobytes())


async def _nothing() -> None:
    pass
