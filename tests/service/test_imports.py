"""Imports, previews and undos by the API: stored jobs, with the files that are sent for them."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from structlog.testing import capture_logs

from db.engine.store import Store
from db.residents import contacts
from db.staff import jobs
from records.client import Client, Refused
from records.imports import FileSeen, ImportRequest, Imports, Objection, Stayed, Uploaded
from records.jobs import JobBegun, JobView
from records.problem import Problem
from records.residents import Erased
from residents.imports import acts, kept, work
from rules.operator_error import OperatorError
from service import clock, settings, wiring
from service.api import server
from service.api.route import ApiTown
from service.jobs import Jobs
from supervision.tasks import Tasks

FILE = "Nom;Prénom;Téléphone\nRoy;Zoé;514-555-0101\nCôté;Max;514-555-0102\n"
ONE_WRONG = FILE + "Dubé;Ève;555-0103\n"
T = TypeVar("T")


class Api:
    def __init__(self, store: Store, home: Path) -> None:
        self.store, self.home, self.client = store, home, Client(home)

    async def ask(self, what: Callable[[Client], T]) -> T:
        return await asyncio.to_thread(what, self.client)

    async def refused(self, what: Callable[[Client], object]) -> Problem:
        with pytest.raises(Refused) as error:
            await self.ask(what)
        return error.value.problem

    async def sent(self, text: str) -> str:
        path = self.home.parent / "residents.csv"
        path.write_text(text)

        def send(client: Client) -> Uploaded:
            with path.open("rb") as file:
                return client.send("/uploads", file, Uploaded)

        return (await self.ask(send)).id

    async def begun(self, text: str, path: str = "/imports", *, key: str = "", **options: Any) -> JobBegun:
        asked = ImportRequest(upload=await self.sent(text), file="residents.csv", **options)
        return await self.ask(lambda client: client.post(path, asked, JobBegun, key=key))

    async def ended(self, begun: JobBegun) -> JobView:
        while True:
            job = await self.ask(lambda client: client.get(f"/jobs/{begun.job.id}", JobView))
            if job.ended_at:
                return job
            await asyncio.sleep(0.01)

    async def done(self, text: str, path: str = "/imports", **options: Any) -> JobView:
        return await self.ended(await self.begun(text, path, **options))

    async def seen(self, job: JobView) -> FileSeen:
        return await self.ask(lambda client: client.get(f"/jobs/{job.id}/seen", FileSeen))

    async def people(self) -> list[str]:
        return [each.last_name for each in await contacts.listing(self.store, limit=100)]

    def kept(self) -> list[str]:
        return sorted(path.name for path in (self.home / kept.FOLDER).iterdir())


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    yield opened
    await opened.close()


@pytest.fixture
async def api(store: Store, tmp_path: Path) -> AsyncIterator[Api]:
    home = tmp_path / "home"
    home.mkdir()
    policy = wiring.policy(settings.load(None))
    jobs_ = Jobs(store, policy, clock.now, lambda: None, lambda id_: work.carry_out(store, home, id_, clock.now))
    working = Tasks[str]("jobs")
    working.keep("jobs", jobs_.run)
    async with server.served(ApiTown(store, policy, home, clock.now, job=lambda _: jobs_.look())):
        yield Api(store, home)
    await working.close()


async def test_a_file_is_sent_imported_and_forgotten(api: Api) -> None:
    upload = kept.upload(api.home, await api.sent(FILE))
    assert (upload.read_text(), upload.stat().st_mode & 0o777) == (FILE, 0o600)
    assert upload.parent.stat().st_mode & 0o077 == 0
    job = await api.done(FILE)
    assert job.result == {"id": 1, "created": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert (job.kind, job.by, job.progress) == (
        *("import", getpass.getuser()),
        {"tries": 1, "phase": "storing", "read": 2, "rows": 2},
    )
    assert await api.people() == ["Côté", "Roy"]
    assert api.kept() == sorted([f"{job.id}.json", upload.name])
    (past,) = (await api.ask(lambda client: client.get("/imports", Imports))).imports
    assert (past.file, past.who, past.created, past.can_be_undone) == ("residents.csv", getpass.getuser(), 2, True)


async def test_asked_twice_with_one_key_it_is_done_once(api: Api) -> None:
    asked = ImportRequest(upload=await api.sent(FILE))
    one, again = [await api.ask(lambda client: client.post("/imports", asked, JobBegun, key="k")) for _ in range(2)]
    assert one.job.id == again.job.id
    await api.ended(one)
    found = await api.ask(lambda client: client.get("/imports", Imports))
    assert (len(found.imports), found.jobs) == (1, ())


async def test_a_preview_changes_nothing(api: Api) -> None:
    job = await api.done(ONE_WRONG, "/imports/preview")
    assert job.result == {"created": 2, "changed": 0, "unchanged": 0, "refused": 1}
    seen = await api.seen(job)
    assert [(each.line, each.first_name) for each in seen.new] == [(2, "Zoé"), (3, "Max")]
    assert (seen.objection, [each.line for each in seen.errors]) == (Objection.WRONG, [4])
    assert (await api.people(), api.kept()) == ([], [f"{job.id}.json"])


async def test_what_is_wrong_with_a_file_is_kept_apart_from_the_job(api: Api) -> None:
    """The job stays; what names people does not."""
    job = await api.done(ONE_WRONG)
    assert (job.result, job.error) == (
        *(None,),
        "Nothing was imported: correct 1 place in the file, and import it again.",
    )
    (wrong,) = (await api.seen(job)).errors
    assert (wrong.line, wrong.column, wrong.value) == (4, "Téléphone", "555-0103")
    assert await api.people() == []
    (told,) = (await api.ask(lambda client: client.get("/imports", Imports))).jobs
    assert told == job


async def test_the_rows_that_were_refused(api: Api) -> None:
    job = await api.done(ONE_WRONG, skip_refused=True)
    assert job.result
    assert (job.result["created"], job.result["refused"]) == (2, 1)
    rest = (await api.ask(lambda client: client.octets(f"/jobs/{job.id}/refused.csv"))).decode("utf-8-sig")
    assert rest.splitlines()[1].startswith("Dubé;Ève;555-0103;4;")
    other = await api.done(FILE, skip_refused=True)
    assert (await api.refused(lambda client: client.octets(f"/jobs/{other.id}/refused.csv"))).code == "not_found"


async def test_an_undo(api: Api) -> None:
    await api.done(FILE)
    await api.done(FILE.replace("0102", "0102 / 514-555-0104") + "Dubé;Ève;514-555-0103\n")
    first = await api.ended(await api.ask(lambda client: client.post("/imports/1/undo", None, JobBegun)))
    assert first.result == {"removed": 1, "switched_off": 0, "restored": 0, "left": 1}
    (left,) = (await api.ask(lambda client: client.get(f"/jobs/{first.id}/left", Stayed))).left
    assert (left.name, left.why) == ("Max Côté", "was changed by import 2 since: undo that one first")
    second = await api.ended(await api.ask(lambda client: client.post("/imports/2/undo", None, JobBegun)))
    again = await api.ended(await api.ask(lambda client: client.post("/imports/2/undo", None, JobBegun)))
    assert second.result
    assert (again.result, (again.error or "")[:49]) == (None, "Nothing was undone: import 2 is undone already, s")


@pytest.mark.parametrize("upload", ["", "../tocsin.db", "0" * 32])
async def test_a_file_that_is_not_there(api: Api, upload: str) -> None:
    asked = ImportRequest(upload=upload)
    assert (await api.refused(lambda client: client.post("/imports", asked, JobBegun))).code == "not_found"
    assert await jobs.unfinished(api.store) == []


async def test_columns_that_cannot_be(api: Api) -> None:
    asked = ImportRequest(upload=await api.sent(FILE), map=("Nom=last_name", "Nom=surname", "voice"))
    problem = await api.refused(lambda client: client.post("/imports/preview", asked, JobBegun))
    assert (problem.status, [each.field for each in problem.wrong]) == (422, ["map", "map"])


async def test_imports_are_done_in_their_order(api: Api) -> None:
    begun = [await api.begun(FILE.replace("Zoé", f"Zoé{n}")) for n in range(4)]
    found = [(await api.ended(each)).result for each in begun]
    assert [each["id"] for each in found if each] == [1, 2, 3, 4]


async def test_what_a_file_showed_goes_when_somebody_is_erased(api: Api) -> None:
    job = await api.done(FILE)
    await api.ask(lambda client: client.post("/residents/514-555-0101/erase", None, Erased))
    assert (await api.refused(lambda client: client.get(f"/jobs/{job.id}/seen", FileSeen))).code == "not_found"


async def pieces(*octets: bytes) -> AsyncIterator[bytes]:
    for each in octets:
        yield each


async def test_of_a_file_that_is_too_large_only_the_size_is_kept(tmp_path: Path) -> None:
    kept_ = await kept.keep(tmp_path, pieces(b"x" * 8192, b"y" * 8192), most=10_000)
    found = kept.upload(tmp_path, kept_.id).stat()
    assert (kept_.octets, found.st_size, found.st_blocks) == (16384, 16384, 0)


async def test_a_home_that_takes_no_file(tmp_path: Path) -> None:
    (tmp_path / kept.FOLDER).touch()
    with pytest.raises(OperatorError, match="right to write there"):
        await kept.keep(tmp_path, pieces(b"x"))


async def test_a_disk_without_room(tmp_path: Path) -> None:
    path = kept.seen(tmp_path, 7)
    kept.write(path, b"{}")
    path.with_suffix(".new").symlink_to("/dev/full")
    with pytest.raises(OperatorError, match=r"no room is left on the disk of .*: free some, then try again"):
        kept.write(path, b"{}")


async def test_a_file_that_stops_in_the_middle_is_not_kept(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x"
        raise ConnectionResetError

    with pytest.raises(OperatorError):
        await kept.keep(tmp_path, broken())
    assert list((tmp_path / kept.FOLDER).iterdir()) == []


async def stored(store: Store, home: Path) -> int:
    upload = (await kept.keep(home, pieces(FILE.encode()))).id
    return await acts.begin(store, home, ImportRequest(upload=upload), by="Anne", now=clock.now())


async def test_files_go_after_an_hour_but_for_a_job_that_is_to_be_done(store: Store, tmp_path: Path) -> None:
    job_id, other = await stored(store, tmp_path), await kept.keep(tmp_path, pieces(b"x"))
    kept.write(kept.seen(tmp_path, 7), b"{}")
    for later, left in ((kept.KEPT - timedelta(minutes=1), 3), (kept.KEPT + timedelta(minutes=1), 1)):
        await acts.purge(store, tmp_path, clock.now() + later)
        assert len(list((tmp_path / kept.FOLDER).iterdir())) == left, other
    await acts.withdraw(store, tmp_path, [job_id], now=clock.now())
    assert list((tmp_path / kept.FOLDER).iterdir()) == []


async def test_what_was_begun_too_often_is_given_up(store: Store, tmp_path: Path) -> None:
    job_id = await stored(store, tmp_path)
    await jobs.get_on(store, job_id, {"tries": work.MOST_TRIES})
    await work.carry_out(store, tmp_path, job_id, clock.now)
    job = await jobs.get(store, job_id)
    assert job
    assert (job.error, await contacts.listing(store, limit=1)) == (work.TOO_OFTEN, [])


async def test_a_fault_of_ours_is_logged_and_ends_it(store: Store, tmp_path: Path) -> None:
    async with store.writing() as c:
        job_id = await jobs.create(c, acts.IMPORT, "file", {"nothing": "known"}, by="Anne", now=clock.now())
    with capture_logs() as logs:
        await work.carry_out(store, tmp_path, job_id, clock.now)
    job = await jobs.get(store, job_id)
    assert job
    assert (job.error, [line["event"] for line in logs]) == (work.FAULT, ["import_failed"])


async def test_a_file_that_went_before_its_job(store: Store, tmp_path: Path) -> None:
    job_id = await stored(store, tmp_path)
    for path in (tmp_path / kept.FOLDER).iterdir():
        path.unlink()
    await work.carry_out(store, tmp_path, job_id, clock.now)
    job = await jobs.get(store, job_id)
    assert job
    assert "Send it again" in (job.error or "")


async def test_one_job_in_two_programs_is_done_once(store: Store, tmp_path: Path) -> None:
    """As a new service finds what a program of the one before it still does."""
    job_id = await stored(store, tmp_path)
    await asyncio.gather(*(work.carry_out(store, tmp_path, job_id, clock.now) for _ in range(3)))
    found, _ = await acts.past(store, limit=9, now=clock.now())
    assert len(found) == 1
