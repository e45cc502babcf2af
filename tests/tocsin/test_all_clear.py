"""The all clear is given to its end, whoever goes away in the middle of it."""

from __future__ import annotations

import asyncio
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts
from db.staff import jobs
from records.alerts import FollowRequest, Shown
from records.client import Client, Unanswered
from records.jobs import JobBegun
from rules.model import Language
from rules.status import AlertStatus
from tests.db.town import ACKNOWLEDGED, number, people, running
from tests.tocsin.served import SOON_S, Served, until

MOMENTS = 10
PEOPLE, TOLD = 40, 30
TEXTS = {Language.FR: "L'eau est bonne.", Language.EN: "The water is safe."}
OVER = FollowRequest(texts=TEXTS)
OPTIONS = ("--text-fr", TEXTS[Language.FR], "--text-en", TEXTS[Language.EN])


class Home(Served):
    """An alert reached TOLD of PEOPLE; the others wait."""

    def __init__(self, path: Path) -> None:
        trunks = '[{"name": "carrier", "host": "127.0.0.1:5999", "channels": 2, "calls_per_second": 1}]'
        super().__init__(path, TOCSIN_TRUNKS=trunks)
        self.alert = asyncio.run(self._sent())

    def begin(self) -> int:
        return self.client.post(f"/alerts/{self.alert}/all-clear", OVER, JobBegun, key="once").job.id

    async def _sent(self) -> int:
        store, now = await Store.open(self.url), datetime.now(UTC)
        try:
            alert_id = await running(store, await people(store, *([number(n)] for n in range(PEOPLE))))
            for call in await attempts.claim(store, TOLD, now=now):
                await attempts.finish(store, call.id, ACKNOWLEDGED, now=now)
            return alert_id
        finally:
            await store.close()

    def settled(self) -> tuple[AlertStatus, list[int]]:
        """How the first alert is, and whom each of the others is for, once no job is left."""
        until(lambda: not asyncio.run(self._read())[2])
        status, following, _ = asyncio.run(self._read())
        return status, following

    async def _read(self) -> tuple[AlertStatus, list[int], int]:
        store = await Store.open(self.url)
        try:
            found = {each.id: each for each in await alerts.listing(store)}
            others = [len(await alerts.deliveries(store, each)) for each in found if each != self.alert]
            return found[self.alert].status, others, len(await jobs.unfinished(store))
        finally:
            await store.close()


@pytest.fixture(scope="module")
def lasts_s(tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long it takes when nobody goes away."""
    home = Home(tmp_path_factory.mktemp("undisturbed"))
    with home.service():
        began = time.monotonic()
        home.begin()
        assert home.settled() == (AlertStatus.CANCELLED, [TOLD])
        return time.monotonic() - began


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_the_service_is_killed(moment: int, lasts_s: float, tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.service() as process:
        home.begin()
        time.sleep(lasts_s * moment / MOMENTS)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with home.service():
        assert home.settled() == (AlertStatus.CANCELLED, [TOLD])


@pytest.fixture(scope="module")
def command_s(tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long the command takes when nobody kills it."""
    home = Home(tmp_path_factory.mktemp("command"))
    with home.service(), home.started("-m", "tocsin", "alert", "end", str(home.alert), *OPTIONS) as command:
        began = time.monotonic()
        assert command.wait() == 0
        return time.monotonic() - began


def test_the_terminal_is_killed(command_s: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Before it was asked for, nothing changes; after, all of it is done."""
    ends = set()
    for moment in range(1, MOMENTS + 1):
        home = Home(tmp_path_factory.mktemp("terminal"))
        with home.service(), home.started("-m", "tocsin", "alert", "end", str(home.alert), *OPTIONS) as command:
            time.sleep(1.5 * command_s * moment / MOMENTS)
            command.kill()
            command.wait()
            end = home.settled()
        assert end in [(AlertStatus.RUNNING, []), (AlertStatus.CANCELLED, [TOLD])]
        ends.add(end[0])
    assert AlertStatus.CANCELLED in ends


def test_asked_for_twice_it_is_given_once(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.service():
        assert home.begin() == home.begin()
        assert home.settled() == (AlertStatus.CANCELLED, [TOLD])


def test_whoever_watches_an_alert_outlasts_the_service(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.service() as process:
        watching = home.started("-m", "tocsin", "alert", "show", str(home.alert), "--watch")
        time.sleep(2.0)
        process.kill()
        process.wait()
    with watching, home.service():
        time.sleep(1.5)
        assert watching.poll() is None
        home.client.post(f"/alerts/{home.alert}/cancel", None, Shown)
        assert watching.wait(SOON_S) == 0


def test_a_service_that_is_gone_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unanswered):
        Client(tmp_path).get("/status", Shown)
