"""What listening costs: many calls at once to far sides that talk without end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from lab import ports
from lab.answering_run import Bench, send, with_lines
from lab.answering_voices import RATE, RecordedVoice
from telephony import ari, layout

CALLS = 60
CALLS_PER_SECOND = 10
FIRST_NUMBER = 4183000000
TALK = "talk"  # the recording that all of them play
TALK_S = 40.0  # within the time after which a machine is spoken to
SETTLE_S = 5.0
MEASURE_S = 15.0
ANSWERED_S = 12.0  # on a busy machine it is measured with those that have answered by then
LOOK_S = 0.3
TICKS_S = os.sysconf("SC_CLK_TCK")


def numbers() -> list[str]:
    return [str(FIRST_NUMBER + place) for place in range(CALLS)]


def dialplan(folder: Path) -> str:
    return (
        "\n".join(f"exten => {number},1,Answer()\n same => n,Playback({folder}/{TALK})" for number in numbers()) + "\n"
    )


def write_talk(folder: Path, voices: Sequence[RecordedVoice]) -> None:
    """Greetings without their ends, one after the other."""
    longest = sorted(voices, key=lambda voice: (voice.condition != "clean", -voice.words_end_s))[:6]
    talk = b"".join(voice.file.read_bytes()[: max(1, int(voice.words_end_s * RATE))] for voice in longest)
    length = int(TALK_S * RATE)
    (folder / f"{TALK}.ulaw").write_bytes((talk * (length // len(talk) + 1))[:length])


async def percent_per_call(at: Bench) -> float | None:
    """CPU of the service and its Asterisk, in per cent of a core, for each call that is only listened to; None where no
    call came through."""
    await at.play.stop()
    with_lines(at.play, CALLS, CALLS_PER_SECOND)
    await at.play.start()
    service = at.play.service
    assert service is not None
    await send(at, numbers())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ANSWERED_S):
            while await _taps(at) < CALLS:
                await asyncio.sleep(LOOK_S)
    await asyncio.sleep(SETTLE_S)
    pids = (service.pid, at.play.asterisk_pid())
    before, began, taps = sum(map(_cpu_s, pids)), time.monotonic(), await _taps(at)
    await asyncio.sleep(MEASURE_S)
    used, passed = sum(map(_cpu_s, pids)) - before, time.monotonic() - began
    open_calls = (taps + await _taps(at)) / 2
    return 100 * used / passed / open_calls if open_calls else None


async def _taps(at: Bench) -> int:
    """Calls listened to at this moment."""
    password = layout.Folder(at.play.home / "asterisk").password()
    address = ari.AriAddress(ports.LOOPBACK, int(at.play.settings["TOCSIN_ARI_PORT"]), layout.ARI_USER, password)
    url = f"http://{address.host}:{address.port}/ari/channels"
    async with aiohttp.ClientSession(headers=address.headers) as session, session.get(url) as response:
        return sum("-tap-" in channel["id"] for channel in await response.json())


def _cpu_s(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_S
