"""The administrator's requests on the real socket of the API, and answers in lines."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from db.engine.store import Store
from records.client import SOCKET, Client, Refused, Unanswered, short_path
from records.progress import Progress
from records.status import Status
from records.upkeep import (
    Built,
    Check,
    Checked,
    Condition,
    DialplanRequest,
    DoctorRequest,
    Examination,
    Plans,
    Sheet,
    SheetForm,
)
from service import settings, wiring
from service.api import server
from service.api.lines import Works
from service.api.route import ApiTown
from service.trunk_settings import TrunkSettings
from tests.db.town import NOW
from tests.prompts.conftest import MakeStudio, studio
from tests.upkeep.installation import SOON_S, Waiting, equipment
from upkeep.equipment import Equipment, Tell, UnusableSettings, Upkeep

__all__ = ["studio"]
T = TypeVar("T")


class Api:
    """`load` can be changed by a test."""

    def __init__(self, store: Store, home: Path, load: Callable[[], Equipment]) -> None:
        self.home, self.load, self.client = home, load, Client(home)
        policy = wiring.policy(settings.load(None))
        self.town = ApiTown(store, policy, home, lambda: NOW, upkeep=Upkeep(lambda: self.load()))

    async def ask(self, what: Callable[[Client], T]) -> T:
        return await asyncio.to_thread(what, self.client)

    async def refused(self, what: Callable[[Client], object]) -> str:
        with pytest.raises(Refused) as error:
            await self.ask(what)
        return f"{error.value.problem.code}: {error.value}"


@pytest.fixture
async def api(tmp_path: Path, studio: MakeStudio) -> AsyncIterator[Api]:
    store = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    made = Api(store, tmp_path, lambda: equipment(tmp_path, studio))
    async with server.served(made.town):
        yield made
    await store.close()


async def test_a_build_tells_how_far_it_is(api: Api) -> None:
    told: list[Progress] = []
    done = await api.ask(lambda client: client.followed("/prompts/build", None, Built, told.append))
    assert (done.built, told[-1].done, told[-1].of) == (len(told), len(told), len(told))


async def test_a_build_goes_on_without_whoever_asked_and_holds_up_nobody(
    api: Api,
    studio: MakeStudio,
    tmp_path: Path,
) -> None:
    engine = Waiting()
    api.load = lambda: equipment(tmp_path, lambda: studio(engine))

    def ask_and_leave() -> None:
        connection = http.client.HTTPConnection("service")
        with contextlib.closing(connection), short_path(api.home) as folder:
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(f"{folder}/{SOCKET}")
            connection.request("POST", "/v1/prompts/build")
            assert engine.asked.wait(SOON_S)

    await asyncio.to_thread(ask_and_leave)
    assert not (await api.ask(lambda client: client.get("/status", Status))).running  # it answers in the meantime
    with capture_logs() as logs:
        engine.go.set()
        done = await api.ask(lambda client: client.followed("/prompts/build", None, Built))
    assert (done.built, done.kept > 0, logs) == (0, True, [])


async def test_what_goes_wrong_on_the_way_is_told_as_any_error(api: Api) -> None:
    def broken() -> Equipment:
        raise ZeroDivisionError("the inside")

    api.load = broken
    for path in ("/prompts/build", "/doctor"):
        told = await api.refused(lambda client: client.followed(path, DoctorRequest(), Built))  # noqa: B023
        assert (told.startswith("fault: "), "inside" in told) == (True, False)


async def test_settings_that_can_not_be_used(api: Api) -> None:
    def unusable() -> Equipment:
        raise UnusableSettings(["TOCSIN_RING_S is “soon”"])

    api.load = unusable
    said = "trouble: These settings can't be used:\n  TOCSIN_RING_S is “soon”"
    assert await api.refused(lambda client: client.get("/prompts/check", Checked)) == said
    assert await api.refused(lambda client: client.followed("/prompts/build", None, Built)) == said
    (finding,) = (
        await api.ask(lambda client: client.followed("/doctor", DoctorRequest(), Examination))
    ).findings  # of all that it looks at
    assert (finding.check, finding.state, finding.said) == ("settings", Condition.WRONG, "TOCSIN_RING_S is “soon”")


async def test_what_is_missing_and_the_sheet(api: Api) -> None:
    assert (await api.ask(lambda client: client.get("/prompts/check", Checked))).problems
    sheet = await api.ask(lambda client: client.get("/prompts/sheet", Sheet, form=SheetForm.MARKDOWN))
    assert sheet.text.startswith("| key |")
    told = await api.refused(lambda client: client.get("/prompts/sheet", Sheet, form="pdf"))
    assert told.startswith("unreadable: 'pdf' is not a valid SheetForm")


async def test_files_are_sent_since_the_service_may_not_read_them(api: Api) -> None:
    asked = DialplanRequest(plans=Plans(name="~/plans", files={"menus.yaml": b"?"}))
    found = await api.ask(lambda client: client.followed("/dialplan/check", asked, Checked))
    assert "~/plans/menus.yaml" in found.problems[0]
    assert "pjsip.conf is missing: put it back" in found.problems
    asked = DialplanRequest(plans=Plans(name="~/plans", files={"../menus.yaml": b"?"}))
    told = await api.refused(lambda client: client.followed("/dialplan/check", asked, Checked))
    assert told.startswith("unreadable: “../menus.yaml” is no name of a file")


async def test_some_checks_in_the_doctors_order(api: Api) -> None:
    asked = DoctorRequest(only=(Check.NUMBERS, Check.DISK))
    told: list[Progress] = []
    found = await api.ask(lambda client: client.followed("/doctor", asked, Examination, told.append))
    assert [finding.check for finding in found.findings] == ["disk", "numbers"]
    assert sorted(each.what for each in told) == ["disk", "numbers"]


async def test_a_trunk_without_an_address(api: Api, tmp_path: Path, studio: MakeStudio) -> None:
    trunk = TrunkSettings(name="typo", host="sip.invalid:5060", channels=1, calls_per_second=1).for_telephony()
    api.load = lambda: replace(equipment(tmp_path, studio), trunks=[trunk])
    asked = DoctorRequest(only=(Check.TRUNKS,))
    (found,) = (await api.ask(lambda client: client.followed("/doctor", asked, Examination))).findings
    assert (found.state, "has no address" in found.said) == (Condition.WRONG, True)


@contextlib.asynccontextmanager
async def answering(
    home: Path, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> AsyncIterator[Client]:
    """Somebody at the socket that answers in lines."""
    app = web.Application()
    app.router.add_post("/v1/work", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.UnixSite(runner, str(home / SOCKET)).start()
    yield Client(home)
    await runner.cleanup()


async def test_an_empty_line_says_that_the_work_goes_on(tmp_path: Path) -> None:
    async def slow(tell: Tell) -> int:
        await asyncio.sleep(0.2)
        return 7

    async def answer(request: web.Request) -> web.StreamResponse:
        return await Works(quiet_s=0.02).answer(request, slow)

    async with answering(tmp_path, answer) as client:
        assert await asyncio.to_thread(client.followed, "/work", None, int) == 7


async def test_a_service_that_ends_in_the_middle(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b'{"progress": {"done": 1, "of": 2, "what": "fr/greeting"}}\n{"result": 1')
        assert request.transport is not None
        request.transport.close()
        return response

    async with answering(tmp_path, answer) as client:
        with pytest.raises(Unanswered):
            await asyncio.to_thread(client.followed, "/work", None, int)


async def test_a_program_that_ends_is_not_held_up(tmp_path: Path, studio: MakeStudio) -> None:
    engine = Waiting()
    store = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    api = Api(store, tmp_path, lambda: equipment(tmp_path, lambda: studio(engine)))
    async with asyncio.timeout(SOON_S / 2):
        async with server.served(api.town):
            asked = asyncio.create_task(api.ask(lambda client: client.followed("/prompts/build", None, Built)))
            assert await asyncio.to_thread(engine.asked.wait, SOON_S)
        with pytest.raises(Unanswered):
            await asked
    engine.go.set()
    await store.close()


async def test_a_service_that_does_not_begin_to_answer(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / SOCKET))
        deaf.listen()
        with pytest.raises(Unanswered):
            await asyncio.to_thread(Client(tmp_path).followed, "/doctor", None, Examination, begins_s=0.1)
