"""Calls a second and processor time per call: the bare loop, Tocsin, and call files in Asterisk's spool."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import aiohttp

from lab.bench import far_side, stand
from lab.bench.bare import Bare
from lab.bench.far_side import FarSide
from lab.bench.part import BenchPart, NotMeasured
from lab.stage import Installation
from service import settings, wiring

FIGURES = ("calls_per_second_ratio", "calls_per_second_listening_ratio", "cpu_per_call_ratio")

LINES = 300
"""So many that the processor is the limit, and not the lines: 300 calls of a second would be 300 a second."""

CALLS = 1000
TURNS = 3  # of Tocsin's, a turn of the bare loop before and after each: the machine is not as quick in each minute
LISTENED = 2000
FILES = 300
WARM_UP = 200
TALK_S = 1.0  # the far side hangs up after so long, after the beep, or in the middle of the first words
UNLIMITED = 1000.0
ENOUGH = 0.98  # of the calls answered
HALF = 0.5  # of the call files, which nobody paces: how many were answered is told
BEEPS = 0.5  # of the bare loop's calls: the far side hangs up before those that come late, which spares it work


@dataclass(frozen=True, slots=True)
class Figures:
    """`…_mb`: resident memory at the end; `answered`: of the calls, as the far side saw it."""

    calls_per_second: float
    cpu_ms_per_call: float
    asterisk_ms_per_call: float
    asterisk_mb: float
    answered: str
    service_mb: float = 0.0
    beeps: int = 0


@dataclass(frozen=True, slots=True)
class Meter:
    """What stood before some calls."""

    far: FarSide
    play: Installation
    through: int
    asterisk_s: float

    @classmethod
    async def read(cls, far: FarSide, play: Installation) -> Meter:
        return cls(far, play, await far.through(), stand.cpu_s(play.asterisk_pid()))

    async def figures(
        self, calls: int, ends: Sequence[float], used_s: float, service_mb: float = 0.0, *, least: float = ENOUGH
    ) -> Figures:
        """`ends`: when each call was over, in seconds from the first. The rate is that of the first ENOUGH of them: the
        few that lost a packet ring on. Raises NotMeasured where too many calls were not answered."""
        pid = self.play.asterisk_pid()
        in_asterisk, memory = stand.cpu_s(pid) - self.asterisk_s, stand.rss_mb(pid)
        answered = await self.far.through() - self.through
        if answered < least * calls:
            raise NotMeasured(f"only {answered} of {calls} calls were answered and hung up by the far side")
        told = f"{answered}/{calls} answered"
        counted = round(ENOUGH * calls)
        if len(ends) < counted:
            raise NotMeasured(f"only {len(ends)} of {calls} calls came to an end")
        rate = counted / sorted(ends)[counted - 1]
        return Figures(rate, 1000 * used_s / calls, 1000 * in_asterisk / calls, memory, told, service_mb)


async def measure(home: Path) -> BenchPart:
    async with far_side.sipp(home, lambda sink: far_side.hangs_up_after(TALK_S, sink)) as far:
        floor, ours, files = await _off(home / "off", far)
        listening = await _listening(home / "listening", far)
    rate, floor_ms = _means(floor)
    our_rate, our_ms = _means(ours)
    ratios = our_rate / rate, listening.calls_per_second / rate, our_ms / floor_ms
    turns = [("bare loop", floor[0])]
    for one, after in zip(ours, floor[1:], strict=True):
        turns += [("tocsin", one), ("bare loop", after)]
    found = *turns, ("call files", files), ("tocsin, listening", listening)
    return BenchPart(dict(zip(FIGURES, ratios, strict=True)), tuple((name, _told(each)) for name, each in found))


def _means(turns: Sequence[Figures]) -> tuple[float, float]:
    """Calls a second; milliseconds of processor time per call."""
    return fmean(each.calls_per_second for each in turns), fmean(each.cpu_ms_per_call for each in turns)


async def _off(home: Path, far: FarSide) -> tuple[list[Figures], list[Figures], Figures]:
    """Without answering detection: the bare loop and Tocsin on one Asterisk, in turns; then call files."""
    play = await _installed(home, far, "off")
    async with stand.running(play) as service:
        await _loop(play, far, WARM_UP).run()
        await stand.alert(play, "warm")
        floor, ours = [await bare(play, far, CALLS)], []
        for turn in range(TURNS):
            ours.append(await tocsin(play, far, service, f"turn {turn}", CALLS))
            floor.append(await bare(play, far, CALLS))
        beeps, calls = sum(each.beeps for each in floor), CALLS * len(floor)
        if beeps < BEEPS * calls:
            raise NotMeasured(f"only {beeps} of the bare loop's {calls} calls lasted until their beep: too much load")
        return floor, ours, await call_files(play, far)


async def _listening(home: Path, far: FarSide) -> Figures:
    play = await _installed(home, far, "on")
    async with stand.running(play) as service:
        await stand.alert(play, "warm")
        return await tocsin(play, far, service, "listened", LISTENED)


async def _installed(home: Path, far: FarSide, answering: str) -> Installation:
    play = stand.installation(home, far.host, lines=LINES, calls_per_second=UNLIMITED, TOCSIN_ANSWERING=answering)
    sectors = {"warm": WARM_UP, "listened": LISTENED} | {f"turn {turn}": CALLS for turn in range(TURNS)}
    people = [sector for sector, number in sectors.items() for _ in range(number)]
    await stand.import_people(play, list(enumerate(people)))
    return play


async def bare(play: Installation, far: FarSide, calls: int) -> Figures:
    loop, meter, used = _loop(play, far, calls), await Meter.read(far, play), _own_cpu_s()
    ends = await loop.run()
    figures = await meter.figures(calls, ends, _own_cpu_s() - used)
    return replace(figures, answered=f"{figures.answered}, {loop.played} beeps", beeps=loop.played)


def _loop(play: Installation, far: FarSide, calls: int) -> Bare:
    endpoints = [f"PJSIP/{stand.TRUNK}/sip:{stand.number(n)}@{far.host}" for n in range(calls)]
    return Bare(stand.address(play), endpoints, LINES, f"sound:{_beep()}")


async def tocsin(play: Installation, far: FarSide, service: int, sector: str, number: int) -> Figures:
    meter = await Meter.read(far, play)
    used = stand.cpu_s(service)
    await stand.alert(play, sector)
    used_s, calls = stand.cpu_s(service) - used, stand.calls(play)
    if len(calls) != number:
        raise NotMeasured(f"the store holds {len(calls)} calls in place of {number}")
    ends = [call.ended - calls[0].placed for call in calls]
    return await meter.figures(len(calls), ends, used_s, stand.rss_mb(service))


async def call_files(play: Installation, far: FarSide) -> Figures:
    """What an administrator would do by hand: a file for each call, moved into the spool. The silence after the beep
    has the far side hang up here, too."""
    spool = play.home / "asterisk/spool"
    for folder in (spool / "outgoing", spool / "made"):
        folder.mkdir(parents=True, exist_ok=True)
    await _ask(play, "asterisk/modules/pbx_spool.so")
    meter = await Meter.read(far, play)
    sounds = f"{_beep()}&{_sound('silence/3')}"
    began = time.perf_counter()
    for n in range(FILES):
        file = spool / "made" / f"{n}.call"
        endpoint = f"PJSIP/{stand.TRUNK}/sip:{stand.number(n)}@{far.host}"
        file.write_text(f"Channel: {endpoint}\nApplication: Playback\nData: {sounds}\nWaitTime: 20\n")
        file.rename(spool / "outgoing" / file.name)
    while any((spool / "outgoing").iterdir()):
        await asyncio.sleep(0.05)
    return await meter.figures(FILES, [time.perf_counter() - began] * FILES, 0.0, least=HALF)


async def _ask(play: Installation, path: str) -> None:
    address = stand.address(play)
    url = f"http://{address.host}:{address.port}/ari/{path}"
    async with aiohttp.ClientSession(headers=address.headers) as session, session.post(url) as answer:
        if answer.status >= 300:
            raise NotMeasured(f"Asterisk answers {answer.status} to {path}: {await answer.text()}")


def _told(each: Figures) -> str:
    own = f"{each.cpu_ms_per_call:.2f} ms a call, " if each.cpu_ms_per_call else ""
    memory = f"; {each.service_mb:.0f} MB" if each.service_mb else ""
    asterisk = f"Asterisk {each.asterisk_ms_per_call:.2f} ms a call, {each.asterisk_mb:.0f} MB"
    return f"{each.calls_per_second:.0f} calls/s, {own}{asterisk}{memory}; {each.answered}"


def _own_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _beep() -> Path:
    return _sound("beep")


def _sound(name: str) -> Path:
    return wiring.sounds(settings.load(None)) / "en_US_f_Allison" / name
