"""Calls every recorded voice, by Tocsin's real service and by Asterisk's AMD(), side by side on one network."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import re
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.alerts import alerts
from db.engine.store import Store
from lab import answering_voices, ports
from lab.answering_voices import RecordedVoice
from lab.stage import Stage, stage
from rules import contact_rows
from rules.status import AttemptStatus
from service import places, settings, wiring
from telephony import ari, asterisk, layout, site
from telephony.trunk import Trunk

TOCSIN = "tocsin"
CALLERS = {TOCSIN: "4185551000", "asterisk_default": "4185551003", "asterisk_tuned": "4185551004"}
"""The systems, each known to the far side by the number that it shows."""

LINES = 24
CALLS_PER_SECOND = 3
AMD_LINES = 12  # of each of the two
AMD_EVERY_S = 0.3
LOOK_S = 1.0
RING_S = 20
MESSAGE_S = 60.0  # for the audio of the alert to be made
ALERT = ("--title", "Essai", "--text-fr", "L'eau est coupée ce matin.", "--text-en", "The water is off this morning.")

UP_S = 15.0  # for the second Asterisk to take commands
SPARE_S = 120.0
CALL_S = 60.0  # what a call lasts longer than its recording: rings, the quiet after it, our message

Tick = Callable[[str, int], None]
"""Told how many calls of a system are over."""


class CallsLost(Exception):
    """The calls did not come through: the figures would be wrong."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """What each system says: paths without extension."""

    who: Path
    message: Path


@dataclass(frozen=True, slots=True)
class Bench:
    """The stage with the voices on it. `folder` holds what the far side plays and hears."""

    play: Stage
    folder: Path
    binary: layout.Binary

    @property
    def prompts(self) -> Prompts:
        return Prompts(self.folder / "who", self.folder / "message")


@contextlib.asynccontextmanager
async def bench(home: Path, voices: Sequence[RecordedVoice], dialplan: str) -> AsyncIterator[Bench]:
    """The network with a number for each voice, and Tocsin's service, started."""
    folder = home / "bench"
    for name in ("voices", "heard"):
        (folder / name).mkdir(parents=True)
    for voice in voices:
        (folder / f"voices/{voice.number}.ulaw").write_bytes(answering_voices.prolonged(voice))
    (home / "lab/asterisk/etc/site").mkdir(parents=True)
    (home / "lab/asterisk/etc/site/voices.conf").write_text(dialplan)
    ours = settings.load(None)
    binary = wiring.binary(ours)
    patient = {"TOCSIN_REDIALS": "0", "TOCSIN_REDIAL_DELAY_S": "3600", "TOCSIN_LOG_LEVEL": "debug"}
    async with stage(home, ours.cache, binary, start=False, **patient) as play:
        with_lines(play, LINES, CALLS_PER_SECOND)
        await play.start()
        yield Bench(play, folder, binary)


def with_lines(play: Stage, lines: int, calls_per_second: float) -> None:
    """What the trunk carries, from the service's next start on."""
    (trunk,) = json.loads(play.settings["TOCSIN_TRUNKS"])
    play.settings["TOCSIN_TRUNKS"] = json.dumps([trunk | {"channels": lines, "calls_per_second": calls_per_second}])


# -- Tocsin -----------------------------------------------------------------------------------------------------------


async def send(at: Bench, numbers: Sequence[str]) -> int:
    """Import the numbers and send them the alert; its id."""
    rows = [f"R,{number},fr,{number},,,{n},rue Principale,,Valmont,,Village," for n, number in enumerate(numbers, 1)]
    file = at.folder / f"residents-{numbers[0]}.csv"
    file.write_text("\n".join([",".join(contact_rows.COLUMNS), *rows]), encoding="utf-8")
    printed = await at.play.tocsin("contacts", "import", str(file))
    to = [word for number in numbers for word in ("--to", f"number:{number}")]
    sent = (
        printed
        if printed.status
        else await at.play.tocsin(
            "alert", "send", *ALERT, *to, "--channels", "voice", "--purpose", "emergency", "--json"
        )
    )
    if sent.status:
        raise RuntimeError(sent.errors or sent.output)
    return int(sent.data()["id"])


async def tocsin_calls(at: Bench, voices: Sequence[RecordedVoice], tick: Tick) -> Mapping[str, str]:
    """Number -> disposition, once every voice has answered its call."""
    alert_id = await send(at, [voice.number for voice in voices])
    await _keep_prompts(at)
    store = await Store.open(f"sqlite:///{at.play.home}/tocsin.db")
    try:
        while True:
            people = await alerts.deliveries(store, alert_id)
            tries = [attempt for person in people for attempt in person.attempts]
            over = {a.address[-10:]: str(a.disposition) for a in tries if a.status is AttemptStatus.FINISHED}
            tick(TOCSIN, len(over))
            if len(over) == len(people):
                return over
            await asyncio.sleep(LOOK_S)
    finally:
        await store.close()


async def _keep_prompts(at: Bench) -> None:
    """The very audio that Tocsin plays, for the others and for finding it again."""
    audio = at.play.home / "audio"
    async with asyncio.timeout(MESSAGE_S):
        while not (made := list((audio / "alerts").glob("fr-*.wav"))):
            await asyncio.sleep(0.1)
    shutil.copy(audio / "fr/alert_who.wav", at.prompts.who.with_suffix(".wav"))
    shutil.copy(made[0], at.prompts.message.with_suffix(".wav"))


# -- Asterisk's AMD() -------------------------------------------------------------------------------------------------


async def amd_calls(at: Bench, voices: Sequence[RecordedVoice], tick: Tick) -> Mapping[str, Mapping[str, str]]:
    """System -> number -> verdict."""
    while not at.prompts.message.with_suffix(".wav").exists():
        await asyncio.sleep(0.1)
    async with _amd(at) as (link, trunk, folder):
        systems = [system for system in CALLERS if system != TOCSIN]
        await asyncio.gather(*(_ring(link, trunk, system, voices, tick) for system in systems))
        log = (folder.log / "messages.log").read_text()
    return {system: dict(re.findall(rf"verdict {CALLERS[system]} (\d+) (\w+)", log)) for system in systems}


@contextlib.asynccontextmanager
async def _amd(at: Bench) -> AsyncIterator[tuple[ari.Ari, Trunk, layout.Folder]]:
    """A second Asterisk in front of the same network."""
    plans = at.folder / "amd"
    shutil.copytree(places.DIALPLANS, plans)
    shutil.copy(Path(__file__).parent / "amd/extensions.conf", plans)
    with (plans / "modules.conf").open("a") as modules:
        modules.write("load = app_amd.so\nload = app_verbose.so\nload = app_waitforsilence.so\n")
    folder = layout.Folder(at.folder.parent / "amd")
    address = ari.AriAddress(ports.LOOPBACK, ports.free(), layout.ARI_USER, folder.password())
    trunk = Trunk("town", at.play.town.sip, 2 * AMD_LINES, 100)
    values = {"BENCH_WHO": str(at.prompts.who), "BENCH_MESSAGE": str(at.prompts.message)}
    bind = f"{ports.LOOPBACK}:{ports.free(socket.SOCK_DGRAM)}"
    files = site.files([trunk], sip_bind=bind, rtp_ports=ports.free_rtp_range(), address=address, values=values)
    folder.lay_out(at.binary, plans, files)
    own = asterisk.Asterisk(at.binary, folder, address)
    await own.start()
    link = ari.Ari(address, "bench")
    listening = asyncio.create_task(link.run(on_up=_nothing, on_stranger=lambda _: None))
    try:
        await asyncio.wait_for(link.up.wait(), UP_S)
        yield link, trunk, folder
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await own.stop()


async def _ring(link: ari.Ari, trunk: Trunk, system: str, voices: Sequence[RecordedVoice], tick: Tick) -> None:
    """Each voice once, AMD_LINES at a time. A call's channel id begins with its system."""
    waiting = [voice.number for voice in voices]
    while True:
        mine = [channel for channel in await link.channels() if channel.id.startswith(system)]
        tick(system, len(voices) - len(waiting) - len(mine))
        if not waiting and not mine:
            return
        for _ in range(min(AMD_LINES - len(mine), len(waiting))):
            number = waiting.pop(0)
            query: dict[str, Any] = {"context": system, "extension": number, "priority": 1, "timeout": RING_S}
            caller = f'"AMD" <{CALLERS[system]}>'
            endpoint = trunk.dial(f"+1{number}")
            await link.request("POST", f"channels/{system}-{number}", endpoint=endpoint, callerId=caller, **query)
            await asyncio.sleep(AMD_EVERY_S)
        await asyncio.sleep(LOOK_S)


async def _nothing() -> None:
    pass


async def side_by_side(at: Bench, voices: Sequence[RecordedVoice], tick: Tick) -> Mapping[str, Mapping[str, str]]:
    """System -> number -> verdict: every system calls every voice. Raises CallsLost when it takes far too long."""
    ours: Awaitable[Mapping[str, str]] = tocsin_calls(at, voices, tick)
    limit_s = _limit_s(voices)
    try:
        async with asyncio.timeout(limit_s):
            tocsin, amd = await asyncio.gather(ours, amd_calls(at, voices, tick))
    except TimeoutError:
        raise CallsLost(f"the calls were not over within {limit_s:.0f} s: nothing is measured") from None
    return {TOCSIN: tocsin, **amd}


def _limit_s(voices: Sequence[RecordedVoice]) -> float:
    longest_s = max(voice.file.stat().st_size for voice in voices) / answering_voices.RATE
    rounds = math.ceil(len(voices) / min(LINES, AMD_LINES))
    return SPARE_S + len(voices) * AMD_EVERY_S + rounds * (longest_s + CALL_S)
