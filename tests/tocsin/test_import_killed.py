"""An import is done to its end or not at all, whatever is killed in the middle of it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.engine.store import Store
from db.residents import import_log
from db.schema import contact
from db.staff import jobs
from records.imports import ImportRequest, Uploaded
from records.jobs import JobBegun, JobView
from tests.tocsin.served import SOON_S, Served, until

PEOPLE = 6000
MOMENTS = (0.4, 0.7, 0.95)
"""As shares of what an undisturbed import takes."""


class Home(Served):
    def __init__(self, path: Path) -> None:
        super().__init__(path / "home")
        (path / "home").mkdir()
        self.file = path / "people.csv"
        lines = [f"P{n};514-556-{n:04d}" for n in range(PEOPLE)]
        self.file.write_text("\n".join(["Nom;Téléphone", *lines]))

    def begin(self) -> int:
        with self.file.open("rb") as file:
            asked = ImportRequest(upload=self.client.send("/uploads", file, Uploaded).id)
        return self.client.post("/imports", asked, JobBegun, key="once").job.id

    def job(self, job_id: int) -> JobView:
        return self.client.get(f"/jobs/{job_id}", JobView)

    def kept(self) -> list[Path]:
        """Files of imports."""
        return list((self.file.parent / "home/imports").iterdir())

    def command(self) -> subprocess.Popen[bytes]:
        return self.started("-m", "tocsin", "contacts", "import", str(self.file))

    def stored(self) -> tuple[int, int, int]:
        """People, imports, and jobs that are not at their end."""
        return asyncio.run(self._stored())

    async def _stored(self) -> tuple[int, int, int]:
        store = await Store.open(self.url)
        try:
            async with store.reading() as c:
                people = (await c.execute(select(func.count()).select_from(contact))).scalar_one()
            return people, len(await import_log.listing(store)), len(await jobs.unfinished(store))
        finally:
            await store.close()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture(scope="module")
def lasts_s(tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long it takes when nothing is killed."""
    home = Home(tmp_path_factory.mktemp("undisturbed"))
    with home.service():
        began = time.monotonic()
        job_id = home.begin()
        until(lambda: home.job(job_id).ended_at)
        assert home.stored() == (PEOPLE, 1, 0)
        return time.monotonic() - began


def programs(service: subprocess.Popen[bytes]) -> list[int]:
    """Those that it has started."""
    return [int(each) for each in Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text().split()]


def ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_service_is_killed(moment: float, lasts_s: float, home: Home) -> None:
    with home.service() as service:
        job_id = home.begin()
        time.sleep(lasts_s * moment)
        started = programs(service)
        service.kill()
        service.wait(SOON_S)
    until(lambda: all(map(ended, started)))
    assert home.stored() in [(0, 0, 1), (PEOPLE, 1, 0)]
    with home.service():
        until(lambda: home.job(job_id).ended_at)
        assert home.job(job_id).error is None
    assert home.stored() == (PEOPLE, 1, 0)


def test_the_program_that_carries_it_out_is_killed(home: Home) -> None:
    with home.service() as service:
        job_id = home.begin()
        until(lambda: programs(service))
        os.kill(programs(service)[0], signal.SIGKILL)
        until(lambda: home.job(job_id).ended_at)
        assert "(signal 9): nothing was imported" in (home.job(job_id).error or "")
        until(lambda: home.kept() == [])
        assert home.stored() == (0, 0, 0)


def test_the_service_is_stopped(home: Home) -> None:
    """Its program ends with it; the next service does it all."""
    with home.service() as service:
        home.begin()
        until(lambda: programs(service))
        started = programs(service)
        service.send_signal(signal.SIGINT)
        service.wait(SOON_S)
    until(lambda: all(map(ended, started)))
    with home.service():
        until(lambda: home.stored() == (PEOPLE, 1, 0))


def test_the_terminal_is_killed(home: Home) -> None:
    with home.service(), home.command() as command:
        until(lambda: home.stored()[2])
        command.kill()
        command.wait(SOON_S)
        until(lambda: home.stored() == (PEOPLE, 1, 0))


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGKILL])
def test_without_a_service_it_ends_with_its_command(home: Home, interrupt: signal.Signals) -> None:
    """Interrupted, it is given up; killed, the next service does it."""
    with home.command() as command:
        until(lambda: home.stored()[2] or command.poll())
        command.send_signal(interrupt)
        assert command.wait(SOON_S) != 0
    waits = interrupt is signal.SIGKILL
    assert home.stored() == (0, 0, waits)
    assert bool(home.kept()) == waits


@pytest.fixture(autouse=True)
def _nothing_is_left(home: Home) -> Iterator[None]:
    yield
    assert not list((home.file.parent / "home").glob("imports/*.new"))
