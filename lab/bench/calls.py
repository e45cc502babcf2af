"""Calls a second and processor time per call: the bare loop, Tocsin, and call files in Asterisk's spool."""

from __future__ import annotations

import asyncio
import resource
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from lab.bench import far_side, stand
from lab.bench.bare import Bare
from lab.stage import Installation
from tocsin import settings, wiring

LINES = 100
CALLS = 1500
FILES = 300
WARM_UP = 100
TALK_S = 0.45  # the far side hangs up after so long, in the middle of the beep or of the first words
UNLIMITED = 1000.0


@dataclass(frozen=True, slots=True)
class Figures:
    """`…_mb`: resident memory at the end."""

    calls_per_second: float
    cpu_ms_per_call: float
    asterisk_ms_per_call: float
    asterisk_mb: float
    service_mb: float = 0.0


async def measure(home: Path) -> dict[str, Figures]:
    """`bare`, `tocsin`, `listening` and `call_files`, on one far side."""
    async with far_side.sipp(home, lambda sink: far_side.hangs_up_after(TALK_S, sink)) as host:
        people = [(n, "warm" if n < WARM_UP else "bench") for n in range(WARM_UP + CALLS)]
        found: dict[str, Figures] = {}
        for name, answering in (("tocsin", "off"), ("listening", "on")):
            play = stand.installation(
                home / name, host, lines=LINES, calls_per_second=UNLIMITED, TOCSIN_ANSWERING=answering
            )
            await stand.import_people(play, people)
            async with stand.running(play) as service:
                if not found:
                    await bare(play, host, WARM_UP)
                    found["bare"] = await bare(play, host, CALLS)
                await stand.alert(play, "warm")
                found[name] = await tocsin(play, service)
                if name == "tocsin":
                    found["call_files"] = await call_files(play, host)
    return found


async def bare(play: Installation, host: str, calls: int) -> Figures:
    endpoints = [f"PJSIP/{stand.TRUNK}/sip:{stand.number(n)}@{host}" for n in range(calls)]
    began, used, theirs = time.perf_counter(), _own_cpu_s(), stand.cpu_s(play.asterisk_pid())
    await Bare(stand.address(play), endpoints, LINES, f"sound:{_beep()}").run()
    took = time.perf_counter() - began
    return _figures(play, calls, took, _own_cpu_s() - used, theirs)


async def tocsin(play: Installation, service: int) -> Figures:
    used, theirs = stand.cpu_s(service), stand.cpu_s(play.asterisk_pid())
    await stand.alert(play, "bench")
    calls = stand.calls(play)
    took = max(end for _, end in calls) - calls[0][0]
    return _figures(play, len(calls), took, stand.cpu_s(service) - used, theirs, stand.rss_mb(service))


async def call_files(play: Installation, host: str) -> Figures:
    """What an administrator would do by hand: a file for each call, moved into the spool."""
    spool = play.home / "asterisk/spool"
    for folder in (spool / "outgoing", spool / "made"):
        folder.mkdir(parents=True, exist_ok=True)
    await _ask(play, "asterisk/modules/pbx_spool.so")
    theirs, began = stand.cpu_s(play.asterisk_pid()), time.perf_counter()
    for n in range(FILES):
        file = spool / "made" / f"{n}.call"
        endpoint = f"PJSIP/{stand.TRUNK}/sip:{stand.number(n)}@{host}"
        file.write_text(f"Channel: {endpoint}\nApplication: Playback\nData: {_beep()}\nWaitTime: 20\n")
        file.rename(spool / "outgoing" / file.name)
    while any((spool / "outgoing").iterdir()):
        await asyncio.sleep(0.05)
    return _figures(play, FILES, time.perf_counter() - began, 0.0, theirs)


async def _ask(play: Installation, path: str) -> None:
    address = stand.address(play)
    url = f"http://{address.host}:{address.port}/ari/{path}"
    async with aiohttp.ClientSession(headers=address.headers) as session, session.post(url) as answer:
        assert answer.status < 300, await answer.text()


def _figures(
    play: Installation, calls: int, took: float, used: float, theirs: float, service_mb: float = 0.0
) -> Figures:
    asterisk = play.asterisk_pid()
    in_asterisk = stand.cpu_s(asterisk) - theirs
    return Figures(calls / took, 1000 * used / calls, 1000 * in_asterisk / calls, stand.rss_mb(asterisk), service_mb)


def _own_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _beep() -> Path:
    return wiring.sounds(settings.load(None)) / "en_US_f_Allison/beep"
