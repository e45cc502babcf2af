"""Tocsin without the lab's town, on a network of a test's own."""

from __future__ import annotations

import contextlib
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np

from lab.stage import Installation, on_free_ports
from prompts.keys import Key
from service import settings
from tests.live import clear_log
from tests.live.conftest import residents, send

SHORT = (Key.ALERT_WHO, Key.ALERT_MENU, Key.ALERT_END, Key.ALERT_THANKS)  # said in full elsewhere
TRUNK = {"name": "foreign", "channels": 40, "calls_per_second": 50}


@contextlib.asynccontextmanager
async def alone(home: Path, trunk: dict[str, Any], **values: str) -> AsyncIterator[Installation]:
    """Tocsin on this trunk, with short prompts; the service is not started yet."""
    given = on_free_ports(
        TRUNK | trunk,
        TOCSIN_ORGANIZATION="Valmont",
        TOCSIN_REDIALS="0",
        TOCSIN_REDIAL_DELAY_S="1",
    )
    play = Installation(home, settings.load(None).cache, given | values)
    for key in SHORT:
        tone(home / "recordings/fr" / f"{key}.wav")
    try:
        yield play
    finally:
        await play.clear()
    clear_log.check(play.home)


def tone(path: Path) -> None:
    """Half a second of sound, in place of a prompt."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = 6000 * np.sin(2 * np.pi * 440 * np.arange(4000) / 8000)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.astype("<i2").tobytes())


async def known(play: Installation, numbers: list[str]) -> None:
    file = residents(play.home / "people.csv", numbers)
    assert (await play.tocsin("contacts", "import", str(file))).status == 0


async def alert(play: Installation, numbers: list[str], *arguments: str) -> dict[str, Any]:
    to = [word for number in numbers for word in ("--to", f"number:{number}")]
    return await send(play, "--channels", "voice", "--text-fr", "Essai.", "--text-en", "Test.", *to, *arguments)
