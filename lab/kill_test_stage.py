"""The installation that the kill test kills: Tocsin's service on the residents' network, with tones for prompts."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np

from lab import resident, town
from lab.kill_test_people import RungTown, TownVoices
from lab.kill_test_phone import SECONDS, TONES, tone, ulaw
from lab.stage import Installation, on_free_ports
from prompts.fingerprint import fingerprint
from rules.model import Language
from service import settings, wiring

MESSAGE = "Essai."
REDIALS = 1
RING_S = 3
GREETING_S = 3.0  # the first words are enough
BEEP_HZ = 1950
BEEP_S = 0.5
RTP_PORTS = 800


@contextlib.asynccontextmanager
async def stage(home: Path, *, channels: int, calls_per_second: float) -> AsyncIterator[tuple[Installation, RungTown]]:
    """The network is up; the service is not started yet."""
    async with RungTown(voices(home / "lab")).running() as people:
        trunk = {"name": "town", "host": people.host, "channels": channels, "calls_per_second": calls_per_second}
        play = Installation(home / "tocsin", settings.load(None).cache, _settings(trunk))
        _write_tones(play.home)
        try:
            yield play, people
        finally:
            await play.clear()


def voices(home: Path) -> TownVoices:
    """What residents say, and their machines."""
    ours = settings.load(None)
    town.studio(home, ours.cache / "speech", wiring.binary(ours)).build()
    spoken = {key: ulaw(resident.samples(home / "voices/fr" / f"{key}.wav")) for key in ("hello", "voice_mail")}
    tone(home / "beep.wav", BEEP_HZ, BEEP_S)
    gap = np.zeros(4000, np.int16)
    beep = np.concatenate([gap, resident.samples(home / "beep.wav")])
    return TownVoices(spoken["hello"], spoken["voice_mail"][: int(GREETING_S * 8000)], ulaw(beep))


def _settings(trunk: dict[str, object]) -> dict[str, str]:
    return on_free_ports(
        trunk,
        rtp_ports=RTP_PORTS,
        TOCSIN_ORGANIZATION="Valmont",
        TOCSIN_LANGUAGES="fr",
        TOCSIN_REDIALS=str(REDIALS),
        TOCSIN_REDIAL_DELAY_S="2",
        TOCSIN_RING_S=str(RING_S),
        TOCSIN_LOG_LEVEL="debug",
    )


def _write_tones(home: Path) -> None:
    message = home / "audio/alerts" / f"fr-{fingerprint(Language.FR, MESSAGE)}.wav"
    for key, hertz in TONES.items():
        path = message if key == "message" else home / "recordings/fr" / f"{key}.wav"
        tone(path, hertz, SECONDS[key])
