"""What goes wrong in a town hall: what is said, what is kept, and how it goes on.

Three homes are at work at once: one whose disk is filled in mid-alert, one whose database another program locks until
the service complains, and one that is started in every wrong way.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sqlite3
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from lab import ports
from lab.carrier import CarrierLeg, carrier
from lab.stage import Installation, Printed
from tests.live.alone import alert, alone, known
from tests.live.conftest import calls, residents, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_S = 60.0
PEOPLE = [f"41855501{middle:02}" for middle in range(6)]
LINES = 2
LOCKED = "stayed locked for more than 15 s: end the other program that has it open for writing"
FULL_S = 6.0
SMALL = "40m"
LISTENS_S = 6.0  # before the key: longer than it takes to tell a person from a machine


# -- a disk and a database in trouble ----------------------------------------------------------------------------------


class Town:
    """People who answer, listen and press 1."""

    def __init__(self) -> None:
        self.called: Counter[str] = Counter()
        self.cut_off: list[str] = []
        self.listening = asyncio.Event()

    async def person(self, leg: CarrierLeg) -> None:
        self.called[leg.invite.number] += 1
        leg.say(180)
        await leg.answer()
        self.listening.set()
        try:
            await asyncio.wait_for(leg.over.wait(), LISTENS_S)
            self.cut_off.append(leg.invite.number)
        except TimeoutError:
            leg.press("1")


@dataclass
class Survived:
    """An alert that met trouble half way."""

    result: dict[str, Any]
    log: str
    town: Town
    meanwhile: list[Printed] = field(default_factory=list)


@contextlib.asynccontextmanager
async def under_way(home: Path) -> AsyncIterator[tuple[Installation, Town, int]]:
    """A service that calls PEOPLE over LINES; the first of them have answered."""
    town = Town()
    async with (
        carrier(lambda _: town.person) as network,
        alone(home, {"host": network.host, "channels": LINES}) as play,
    ):
        await asyncio.gather(play.start(), known(play, PEOPLE))
        sent = await alert(play, PEOPLE)
        await asyncio.wait_for(town.listening.wait(), PATIENCE_S)
        yield play, town, sent["id"]


async def filled(folder: Path) -> Survived:
    """No room is left while people listen; then there is room again. So many new residents need more of the disk than
    the store has already."""
    many = residents(folder / "many.csv", [f"418557{n:04d}" for n in range(3000)])
    with small_disk(folder / "disk") as disk:
        async with under_way(disk / "home") as (play, town, alert_id):
            fill(disk / "filler")
            others = await asyncio.gather(
                play.tocsin("contacts", "import", str(many)),
                play.tocsin("alert", "cancel", str(alert_id)),
            )
            await asyncio.sleep(FULL_S)
            (disk / "filler").unlink()
            result = await shown(play, alert_id, "--watch")
            await well_again(play)
            return Survived(result, play.log.read_text(), town, list(others))


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own; needs root, or sudo without a password."""
    folder.mkdir()
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    subprocess.run([*sudo, "mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=777", "tocsin", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*sudo, "umount", "--lazy", folder], check=True)


def fill(path: Path) -> None:
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


async def locked(folder: Path) -> Survived:
    """Another program begins a transaction and takes its time: a backup, a database browser."""
    async with under_way(folder / "home") as (play, town, alert_id):
        with contextlib.closing(sqlite3.connect(play.home / "tocsin.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await until_said(play, LOCKED)
            other.execute("COMMIT")
        result = await shown(play, alert_id, "--watch")
        await well_again(play)
        return Survived(result, play.log.read_text(), town)


async def until_said(play: Installation, words: str) -> None:
    """Until the log has them: on a busy machine SQLite's 15 s take longer."""
    async with asyncio.timeout(PATIENCE_S):
        while words not in play.log.read_text():
            await asyncio.sleep(0.2)


async def well_again(play: Installation) -> None:
    """Until the log says so of what it complained of, if it ever does."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while told(log := play.log.read_text()) > log.count("store_well_again"):
                await asyncio.sleep(0.2)


def told(log: str) -> int:
    """How often the heartbeat told of trouble; the dialer, for one, tells of its own."""
    return log.count(" store_trouble ")


# -- wrong starts ------------------------------------------------------------------------------------------------------


async def started_wrongly(folder: Path) -> dict[str, Printed]:
    async with alone(folder / "home", {"host": "127.0.0.1:9"}) as play:
        await play.start()
        said = {"same home": await up(play), "status": await play.tocsin("status")}
        said["same ports"] = await up(play, TOCSIN_HOME=str(folder / "other"))
        await play.stop()
        for setting, kind in (("TOCSIN_ARI_PORT", socket.SOCK_STREAM), ("TOCSIN_SIP_BIND", socket.SOCK_DGRAM)):
            with taken(int(play.settings[setting].rpartition(":")[2]), kind):
                said[setting] = await up(play)
        said["no Asterisk"] = await up(play, TOCSIN_CACHE=str(folder / "empty"), TOCSIN_ASTERISK="own")
        said["home"] = await up(play, TOCSIN_HOME=str(play.log))
        said["settings"] = await up(play, TOCSIN_RTP_PORTS="20000-19000", TOCSIN_CALLER_ID_NUMBER="911")
        said["dialplan"] = await play.tocsin("dialplan", "check", str(with_typos(folder / "dialplans")))
        (play.home / "asterisk/run/asterisk.pid").write_text(str(os.getpid()))
        await play.start()  # on the stale file
        said["after all"] = await play.tocsin("status")
        return said


async def up(play: Installation, **settings: str) -> Printed:
    async with asyncio.timeout(PATIENCE_S):
        return await play.tocsin("up", **settings)


@contextlib.contextmanager
def taken(port: int, kind: socket.SocketKind) -> Iterator[None]:
    """By another program."""
    with socket.socket(socket.AF_INET, kind) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((ports.LOOPBACK, port))
        if kind is socket.SOCK_STREAM:
            other.listen()
        yield


def with_typos(folder: Path) -> Path:
    folder.mkdir()
    for source in (Path(__file__).parents[2] / "dialplans").iterdir():
        text = source.read_text()
        if source.name == "extensions.conf":
            text = text.replace("Playback(", "Plaback(", 1).replace("Goto(line,s,1)", "Goto(lines,s,1)", 1)
        if source.name == "pjsip.conf":
            text = text.replace("allow = ulaw", "alow = ulaw")
        (folder / source.name).write_text(text)
    return folder


# -- what was said, and what was kept ----------------------------------------------------------------------------------


@dataclass
class Troubles:
    filled: Survived
    locked: Survived
    said: dict[str, Printed]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def troubles(tmp_path_factory: pytest.TempPathFactory) -> Troubles:
    folders = [tmp_path_factory.mktemp(name) for name in ("filled", "locked", "wrong")]
    jobs: list[Awaitable[Any]] = [filled(folders[0]), locked(folders[1]), started_wrongly(folders[2])]
    return Troubles(*await asyncio.gather(*jobs))


@pytest.mark.parametrize("trouble", ["filled", "locked"])
async def test_everybody_is_called_once_and_nothing_is_lost(trouble: str, troubles: Troubles) -> None:
    survived: Survived = getattr(troubles, trouble)
    assert survived.town.called == dict.fromkeys(PEOPLE, 1)
    assert survived.town.cut_off == []
    assert [each["outcome"] for each in survived.result["deliveries"]] == ["acknowledged"] * len(PEOPLE)
    for delivery in survived.result["deliveries"]:
        (call,) = calls(delivery)
        assert call["placed_at"] < call["answered_at"] < call["ended_at"]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [("filled", "no room is left on the disk of"), ("locked", LOCKED)],
)
async def test_the_trouble_is_said_once_and_its_end(trouble: str, words: str, troubles: Troubles) -> None:
    log = getattr(troubles, trouble).log
    assert words in log
    assert told(log) == log.count("store_well_again") <= 1
    assert "Traceback" not in log


async def test_commands_say_that_the_disk_is_full(troubles: Troubles) -> None:
    for printed in troubles.filled.meanwhile:
        assert printed.status == 1
        assert_one_line(printed.errors, "no room is left on the disk of", "free some, then try again")


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        ("same home", ["a service runs on", "already (telephone, process ", "stop it first, or give this one"]),
        ("same ports", ["TOCSIN_ARI_PORT: port", "TOCSIN_SIP_BIND: port", "another program has it: `ss -lntup`"]),
        ("TOCSIN_ARI_PORT", ["TOCSIN_ARI_PORT: port", "another program has it: `ss -lntup` names it; end it, or"]),
        ("TOCSIN_SIP_BIND", ["TOCSIN_SIP_BIND: port", "another program has it: `ss -lntup` names it; end it, or"]),
        ("no Asterisk", ["There is no Asterisk on this machine. Run `make setup`, which gets one."]),
        ("home", ["a file is in the place of a folder: move it away, or choose another folder with TOCSIN_HOME"]),
    ],
)
async def test_a_start_that_can_not_be_is_refused_in_one_line(
    situation: str, words: list[str], troubles: Troubles
) -> None:
    printed = troubles.said[situation]
    assert printed.status == 1
    assert_one_line(printed.errors, *words)


async def test_wrong_settings_are_listed_with_value_and_what_was_expected(troubles: Troubles) -> None:
    printed = troubles.said["settings"]
    assert printed.status == 1
    assert printed.errors.splitlines() == [
        "tocsin: These settings can't be used:",
        "  TOCSIN_RTP_PORTS is “20000-19000”; expected first-last, from 1024 up, such as 10000-10999",
        "  TOCSIN_CALLER_ID_NUMBER is “911”; expected a ten-digit number that can be dialled: 514 555 0100",
    ]


async def test_typos_in_dialplans_are_found_with_file_line_and_remedy(troubles: Troubles) -> None:
    printed = troubles.said["dialplan"]
    assert printed.status == 1
    _, *problems = printed.errors.splitlines()
    assert [problem.partition(" line ")[0].strip() for problem in problems] == ["extensions.conf"] * 2 + ["pjsip.conf"]
    assert "Goto() leads to lines,s,1, which is not there; correct one of the two" in problems[0]
    assert "there is no application Plaback(); check its spelling, or load its module" in problems[1]
    assert "there is no option alow; check its spelling" in problems[2]


async def test_the_service_goes_on_in_spite_of_a_second_one_and_of_a_stale_file(troubles: Troubles) -> None:
    for situation in ("status", "after all"):
        assert troubles.said[situation].output.startswith("The service is running (process ")


def assert_one_line(errors: str, *words: str) -> None:
    """The complaint; before it the log may have said how far the start came."""
    assert "Traceback" not in errors
    (line,) = [line for line in errors.splitlines() if line.startswith("tocsin: ")]
    assert all(word in line for word in words), line
