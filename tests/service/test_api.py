"""The API on its real socket, by its real client."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import hashlib
import http.client
import socket
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from structlog.testing import capture_logs

from db.alerts import alerts
from db.engine.store import Store
from db.staff import jobs, requests
from records.alerts import AlertRequest, FollowRequest, Listed, Previewed, Sent, Shown
from records.client import SOCKET, Client, Refused, short_path
from records.jobs import JobBegun
from records.problem import MEDIA_TYPE, Problem
from records.residents import Done, FoundResidents, GroupRequest, Groups, Residents, Saved
from records.status import Status
from rules.model import Channel, Language
from rules.policy import Policy
from service import settings, wiring
from service.api import server
from service.api.route import ApiTown
from tests.db.town import NOW, number, people

WATER = {Language.FR: "Faites bouillir l'eau.", Language.EN: "Boil the water."}
ASKED = AlertRequest(title="Eau", texts=WATER, channels=("voice",))
T = TypeVar("T")


def policy() -> Policy:
    return msgspec.structs.replace(wiring.policy(settings.load(None)), channels=frozenset({Channel.VOICE}))


class Api:
    def __init__(self, store: Store, home: Path) -> None:
        self.store, self.home, self.client = store, home, Client(home)
        self.coming: list[object] = []
        self.news = 0
        self.town = ApiTown(store, policy(), home, lambda: NOW, self._is_new, self.coming.append)

    def _is_new(self) -> None:
        self.news += 1

    async def ask(self, what: Callable[[Client], T]) -> T:
        return await asyncio.to_thread(what, self.client)

    async def refused(self, what: Callable[[Client], object]) -> Problem:
        with pytest.raises(Refused) as error:
            await self.ask(what)
        return error.value.problem


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    home = tmp_path / ("a-name-too-long-for-the-address-of-a-socket-" * 4)
    home.mkdir()
    store = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    await people(store, [number(1)], [number(2)])
    made = Api(store, home)
    async with server.served(made.town):
        yield made
    await store.close()


async def test_an_alert_is_sent_in_the_name_of_the_user_at_the_other_end(api: Api) -> None:
    sent = await api.ask(lambda client: client.post("/alerts", ASKED, Sent))
    assert (sent.people, sent.left_out, sent.nobody, sent.running) == (2, 0, False, False)
    stored = await alerts.get(api.store, sent.id)
    assert stored is not None
    assert (stored.created_by, stored.texts) == (getpass.getuser(), WATER)
    assert (api.news, api.coming) == (1, [WATER])


async def test_a_preview_has_its_texts_spoken_and_stores_nothing(api: Api) -> None:
    found = await api.ask(lambda client: client.post("/alerts/preview", ASKED, Previewed))
    assert (found.preview.people, found.preview.reached, found.refusal) == (2, 2, "")
    assert (api.news, api.coming) == (0, [WATER])
    assert (await api.ask(lambda client: client.get("/alerts", Listed))).alerts == ()


async def test_all_that_is_wrong_is_said_at_once(api: Api) -> None:
    asked = msgspec.structs.replace(ASKED, texts={Language.FR: "Eau ✗"}, at="never", until="2020-01-01 10:00")
    problem = await api.refused(lambda client: client.post("/alerts", asked, Sent))
    assert (problem.status, problem.code) == (422, "rejected")
    assert [each.field for each in problem.wrong] == ["text_en", "text_fr", "at", "until"]
    assert (await api.ask(lambda client: client.get("/alerts", Listed))).alerts == ()


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/v1/alerts", b"{", 400, "unreadable"),
        ("POST", "/v1/alerts", b'{"texts": {"fr": "Eau"}, "tittle": "Eau"}', 400, "unreadable"),
        ("POST", "/v1/alerts", b'{"texts": {"de": "Wasser"}}', 400, "unreadable"),
        ("GET", "/v1/alerts?limit=many", b"", 400, "unreadable"),
        ("GET", "/v1/alerts/7", b"", 404, "not_found"),
        ("POST", "/v1/alerts/7/pause", b"", 404, "not_found"),
        ("GET", "/v1/jobs/7", b"", 404, "not_found"),
        ("GET", "/v1/nothing", b"", 404, "http"),
        ("DELETE", "/v1/alerts", b"", 405, "http"),
    ],
)
async def test_errors_have_one_form(api: Api, method: str, path: str, body: bytes, status: int, code: str) -> None:
    def ask() -> tuple[str, bytes]:
        connection = http.client.HTTPConnection("service")
        with contextlib.closing(connection), short_path(api.home) as folder:
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(f"{folder}/{SOCKET}")
            connection.request(method, path, body)
            response = connection.getresponse()
            return response.headers.get_content_type(), response.read()

    kind, told = await asyncio.to_thread(ask)
    problem = msgspec.json.decode(told, type=Problem)
    assert (kind, problem.status, problem.code) == (MEDIA_TYPE, status, code)
    assert problem.detail


async def test_a_fault_of_ours_is_logged_and_its_inside_is_not_told(api: Api) -> None:
    def broken() -> datetime:
        raise ZeroDivisionError("the inside")

    home = api.home / "other"
    home.mkdir()
    with capture_logs() as logs:
        async with server.served(ApiTown(api.store, policy(), home, broken)):
            problem = await Api(api.store, home).refused(lambda client: client.get("/status", Status))
    assert (problem.status, problem.code, "inside" in problem.detail) == (500, "fault", False)
    assert [line["event"] for line in logs] == ["request_failed"]


async def test_a_request_with_a_key_is_done_once(api: Api) -> None:
    one, again = [await api.ask(lambda client: client.post("/alerts", ASKED, Sent, key="k")) for _ in range(2)]
    assert one == again
    assert len((await api.ask(lambda client: client.get("/alerts", Listed))).alerts) == 1


async def test_many_at_once_with_one_key_are_one(api: Api) -> None:
    async def ask() -> str:
        try:
            return str((await api.ask(lambda client: client.post("/alerts", ASKED, Sent, key="k"))).id)
        except Refused as error:
            return error.problem.code

    assert set(await asyncio.gather(*(ask() for _ in range(8)))) <= {"1", "under_way"}
    assert len((await api.ask(lambda client: client.get("/alerts", Listed))).alerts) == 1


async def test_a_key_for_another_request_is_refused(api: Api) -> None:
    await api.ask(lambda client: client.post("/alerts", ASKED, Sent, key="k"))
    other = msgspec.structs.replace(ASKED, title="Feu")
    assert (await api.refused(lambda client: client.post("/alerts", other, Sent, key="k"))).code == "key_reused"


async def test_what_was_refused_may_be_asked_again_with_the_same_key(api: Api) -> None:
    wrong = msgspec.structs.replace(ASKED, to=("sector:Nowhere",))
    for _ in range(2):
        problem = await api.refused(lambda client: client.post("/alerts", wrong, Sent, key="k"))
        assert problem.code == "rejected"


async def test_what_a_killed_service_may_have_done_is_not_done_again(api: Api) -> None:
    digest = hashlib.sha256(b"POST /v1/alerts\n" + msgspec.json.encode(ASKED)).hexdigest()
    assert await requests.begin(api.store, "k", digest, by="x", now=NOW) is None
    problem = await api.refused(lambda client: client.post("/alerts", ASKED, Sent, key="k"))
    assert problem.code == "under_way"
    assert (await api.ask(lambda client: client.get("/alerts", Listed))).alerts == ()


async def test_a_list_is_read_page_by_page(api: Api) -> None:
    ids = [(await api.ask(lambda client: client.post("/alerts", ASKED, Sent))).id for _ in range(5)]
    found, cursor = list[int](), "0"
    while cursor:
        page = await api.ask(lambda client: client.get("/alerts", Listed, limit=2, cursor=cursor))  # noqa: B023
        found += [alert.id for alert in page.alerts]
        cursor = page.next
    assert found == ids[::-1]


async def test_residents_are_looked_up_and_groups_kept(api: Api) -> None:
    page = await api.ask(lambda client: client.get("/residents", Residents, limit=1))
    assert ([each.last_name for each in page.residents], page.next) == (["1"], "1")
    found = await api.ask(lambda client: client.get("/residents/514-555-0002", FoundResidents))
    assert (found.resident.last_name, found.suspected) == ("2", ())
    wanted = GroupRequest(to=("all",), but=("number:514-555-0002",))
    saved = await api.ask(lambda client: client.put("/groups/Vieux%20Bourg", wanted, Saved))
    assert (saved.name, saved.people) == ("Vieux Bourg", 1)
    (group,) = (await api.ask(lambda client: client.get("/groups", Groups))).groups
    assert (group.name, group.target) == ("Vieux Bourg", f"all except number:{number(2)}")
    await api.ask(lambda client: client.delete("/groups/Vieux%20Bourg", Done))
    assert (await api.refused(lambda client: client.delete("/groups/Vieux%20Bourg", Done))).code == "not_found"


@pytest.mark.parametrize("term", ["", "sector:", "group:Nope", "sector:Nowhere", "to whom it may concern"])
async def test_a_group_of_nobody_is_refused(api: Api, term: str) -> None:
    asked = GroupRequest(to=(term,))
    assert (await api.refused(lambda client: client.put("/groups/G", asked, Saved))).code == "rejected"


async def test_everybody_in_an_alert_and_how_the_service_is(api: Api) -> None:
    sent = await api.ask(lambda client: client.post("/alerts", ASKED, Sent))
    shown = await api.ask(lambda client: client.get(f"/alerts/{sent.id}", Shown))
    assert [each.name for each in shown.alert.deliveries] == ["Alix 1", "Alix 2"]
    status = await api.ask(lambda client: client.get("/status", Status))
    assert (status.running, status.queue.calls) == (False, 2)


async def test_after_a_fault_in_the_middle_it_is_not_done_again(api: Api) -> None:
    def broken() -> None:
        raise ZeroDivisionError("after the alert was stored")

    home = api.home / "other"
    home.mkdir()
    async with server.served(ApiTown(api.store, policy(), home, lambda: NOW, broken)):
        other = Api(api.store, home)
        codes = [(await other.refused(lambda client: client.post("/alerts", ASKED, Sent, key="k"))).code for _ in "12"]
    assert codes == ["fault", "under_way"]
    assert len(await alerts.listing(api.store)) == 1


async def test_the_all_clear_asked_for_by_many_at_once_is_one_job(api: Api) -> None:
    sent = await api.ask(lambda client: client.post("/alerts", ASKED, Sent))
    over = FollowRequest(texts=WATER)

    async def ask() -> str:
        try:
            await api.ask(lambda client: client.post(f"/alerts/{sent.id}/all-clear", over, JobBegun))
        except Refused as error:
            return error.problem.code
        return "begun"

    assert sorted(await asyncio.gather(*(ask() for _ in range(6)))) == ["begun", *["not_now"] * 5]
    assert len(await jobs.unfinished(api.store)) == 1
