"""A fault at each step of a call: nothing stays open, the number is called again, and the alert comes to its end.

The fault comes from outside: Asterisk's answer to one request is spoilt, one statement of the database fails, the clock
can't be read once.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import event
from structlog.testing import capture_logs

from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts
from dialer.app import Dialer
from dialer.call_policy import CallPolicy
from dialer.trunks import Trunks
from ivr.context import Context
from prompts.studio import Studio
from rules.model import Language
from rules.outcome import DeliveryOutcome
from rules.status import AlertStatus
from supervision.parts import Part, Parts
from telephony import ari
from telephony.trunk import Trunk
from tests.db import town
from tests.dialer.conftest import MakeStudio
from tests.dialer.far_end import FarEnd, Spoil
from tests.prompts.conftest import Toner

AT_ONCE = 12  # towns
QUICKLY = 20  # the clock of these towns: a redial that waits 5 s waits 0.25 s
SETTLED_S = 20.0  # after the fault is over: nothing is open any more; 10 s, and as much again for a busy machine
REDIAL_S = 20.0  # by the clock of these towns
REQUEST_S = 0.5  # for Asterisk's answers
REQUESTS = 10  # about calls until an alert to two people is over
STATEMENTS = 60  # until both are recorded
READINGS = 25


@dataclass
class Came:
    """What became of one town. `fault`: it did come."""

    fault: bool
    outcomes: list[DeliveryOutcome | None]
    open: int
    most_open: int


@contextlib.asynccontextmanager
async def dialing(
    store: Store, voice: Studio, far: FarEnd, clock: Callable[[], datetime], ticks: Callable[[], float]
) -> AsyncIterator[Parts]:
    """The dialer and its link, as the service runs them."""
    context = Context(store, voice, [Language.FR], "Ville", "", frozenset(), clock)
    link = ari.Ari(ari.AriAddress("127.0.0.1", far.port, "tocsin", "secret"), "tocsin", request_s=REQUEST_S)
    dialer = Dialer(
        link, context, Trunks([Trunk("a", "127.0.0.1:9", 5, 50)], ticks), CallPolicy("VILLE", "+14185551000", 1.0)
    )
    parts = Parts(lambda: town.NOW, print)

    async def listening(_: Part) -> None:
        await link.run(on_up=dialer.reconcile, on_stranger=lambda _: None, on_down=dialer.lost)

    async with (
        parts.running("link", listening, vital=True),
        parts.running("dialer", lambda _: dialer.run(), vital=True),
    ):
        yield parts
    await dialer.close(patience_s=0)


async def told(
    store: Store,
    voice: Studio,
    far: FarEnd,
    clock: Callable[[], datetime],
    ticks: Callable[[], float],
    came: Callable[[], bool],
) -> Came:
    """An alert to two people, and what it has come to after SETTLED_S at most."""
    people = await town.people(store, [town.number(1)], [town.number(2)])
    alert_id = await town.running(store, people, redial_delay_s=REDIAL_S)
    async with far.running(), dialing(store, voice, far, clock, ticks):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLED_S):
                while not await _is_over(store, alert_id):
                    await asyncio.sleep(0.05)
    most = max(far.most_open.values(), default=0)
    return Came(came(), await town.outcomes(store, alert_id), len(await attempts.open_attempts(store)), most)


async def _is_over(store: Store, alert_id: int) -> bool:
    try:
        found = await alerts.get(store, alert_id)
        return found is not None and found.status is AlertStatus.DONE
    except (Exception, asyncio.CancelledError):
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return False  # the statement that failed was this one


def quick_clock() -> Callable[[], datetime]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    return lambda: town.NOW + QUICKLY * timedelta(seconds=loop.time() - began)


@pytest.fixture
def voice(studio: MakeStudio) -> Studio:
    return studio(Toner())


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The tracebacks of hundreds of faults are not drawn."""
    with capture_logs():
        yield


async def of_all(work: Callable[[int], Awaitable[Came]], places: Iterable[int]) -> dict[int, Came]:
    """One town for each place of the fault, some at a time."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Came:
        async with free:
            return await work(number)

    tried = list(places)
    return dict(zip(tried, await asyncio.gather(*map(one, tried)), strict=True))


def assert_well(came: dict[int, Came]) -> None:
    assert all(each.fault for number, each in came.items() if number <= 6), "the fault did not come"
    ill = {number: each for number, each in came.items() if not _is_well(each)}
    assert not ill, ill


def _is_well(came: Came) -> bool:
    """A key that was lost with its call is pressed in the next, unless enough of the message was heard."""
    return {*came.outcomes} <= {DeliveryOutcome.ACKNOWLEDGED, DeliveryOutcome.HEARD} and not came.open


@contextlib.asynccontextmanager
async def opened(migrated: Path, folder: Path) -> AsyncIterator[Store]:
    shutil.copytree(migrated.parent, folder)
    store = await Store.open(f"sqlite:///{folder}/{migrated.name}")
    try:
        yield store
    finally:
        await store.close()


# -- Asterisk ----------------------------------------------------------------------------------------------------------


def refuses(status: int) -> Spoil:
    return lambda far, number: far.answer(number, status, {"message": "no"})


async def is_silent(_: FarEnd, __: str) -> None:
    pass


async def hangs_up(far: FarEnd, _: str) -> None:
    await far.hang_up()


async def talks_nonsense(far: FarEnd, number: str) -> None:
    await far.send({"type": "RESTResponse", "request_id": number, "status_code": "fine", "message_body": 7})


async def tells_nonsense(far: FarEnd, number: str) -> None:
    """An answer whose body is no JSON."""
    await far.send({"type": "RESTResponse", "request_id": number, "status_code": 200, "message_body": "{"})


REFUSALS = {f"refuses with {status}": refuses(status) for status in (404, 409, 500)}
SPOILS: dict[str, Spoil] = {
    **REFUSALS,
    "is silent": is_silent,
    "hangs up": hangs_up,
    "talks nonsense": talks_nonsense,
    "tells nonsense": tells_nonsense,
}
LIES = {"tells nonsense"}  # it says that it obeyed


@pytest.mark.parametrize(
    ("kind", "obeys"),
    [(kind, False) for kind in SPOILS if kind not in LIES] + [(kind, True) for kind in SPOILS if kind not in REFUSALS],
)
async def test_asterisk_fails_at_one_request(
    kind: str, *, obeys: bool, voice: Studio, migrated: Path, tmp_path: Path
) -> None:
    async def town_with(number: int) -> Came:
        far = FarEnd(number, SPOILS[kind], obeys=obeys)
        async with opened(migrated, tmp_path / str(number)) as store:
            return await told(store, voice, far, quick_clock(), asyncio.get_running_loop().time, far.met.is_set)

    came = await of_all(town_with, range(1, REQUESTS + 1))
    assert_well(came)
    assert {number: each.most_open for number, each in came.items() if each.most_open > 1} == {}


# -- the store ---------------------------------------------------------------------------------------------------------


@dataclass
class StoreFault:
    """The statement of that number fails, counted from when it is `on`; BEGIN, COMMIT and ROLLBACK count, too."""

    number: int
    error: Callable[[], BaseException]
    on: bool = False
    came: bool = False
    count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def statement(self) -> None:
        if self.on and next(self.count) == self.number:
            self.came = True
            raise self.error()


@pytest.fixture
def faulty() -> Iterator[dict[str, StoreFault]]:
    """The faults of the databases, by their files."""
    faults: dict[str, StoreFault] = {}

    def statement(connection: sqlalchemy.Connection, *_: Any) -> None:
        raw: Any = connection.connection.driver_connection
        (path,) = (row[2] for row in sqlite3.Connection.execute(raw, "PRAGMA database_list") if row[1] == "main")
        if path in faults:
            faults[path].statement()

    kinds = "before_cursor_execute", "commit", "rollback"
    for kind in kinds:
        event.listen(sqlalchemy.Engine, kind, statement)
    yield faults
    for kind in kinds:
        event.remove(sqlalchemy.Engine, kind, statement)


def of_sqlite(kind: type[sqlite3.Error], code: int) -> Callable[[], BaseException]:
    def error() -> BaseException:
        made = kind("as if")
        made.sqlite_errorcode = code
        return made

    return error


STORE_FAULTS: dict[str, Callable[[], BaseException]] = {
    "full": of_sqlite(sqlite3.OperationalError, sqlite3.SQLITE_FULL),
    "constraint": of_sqlite(sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT),
    "value": lambda: ValueError("as if"),
    "cancelled": asyncio.CancelledError,
}


@pytest.mark.parametrize("kind", STORE_FAULTS)
async def test_the_store_fails_at_one_statement(
    kind: str, faulty: dict[str, StoreFault], voice: Studio, migrated: Path, tmp_path: Path
) -> None:
    async def town_with(number: int) -> Came:
        async with opened(migrated, tmp_path / str(number)) as store:
            clock, ticks = quick_clock(), asyncio.get_running_loop().time
            fault = faulty[store.place] = StoreFault(number, STORE_FAULTS[kind])

            def switched_on() -> datetime:
                fault.on = True  # the dialer is at work
                return clock()

            return await told(store, voice, FarEnd(), switched_on, ticks, lambda: fault.came)

    # Each statement fails once, in one way or another: to fail each in every way takes minutes.
    first = list(STORE_FAULTS).index(kind) + 1
    assert_well(await of_all(town_with, range(first, STATEMENTS + 1, len(STORE_FAULTS))))


# -- the clocks: what nothing foresaw, between any two steps -----------------------------------------------------------


class Breaks:
    """A clock that can't be read that one time."""

    def __init__(self, clock: Callable[[], Any], number: int) -> None:
        self._clock, self._number = clock, number
        self._count = itertools.count(1)
        self.came = False

    def __call__(self) -> Any:
        if next(self._count) == self._number:
            self.came = True
            raise OverflowError("as if")
        return self._clock()


@pytest.mark.parametrize("which", ["of the town", "of the trunks"])
async def test_a_clock_fails_once(which: str, voice: Studio, migrated: Path, tmp_path: Path) -> None:
    async def town_with(number: int) -> Came:
        clock, ticks = quick_clock(), asyncio.get_running_loop().time
        broken = Breaks(clock if which == "of the town" else ticks, number)
        async with opened(migrated, tmp_path / str(number)) as store:
            if which == "of the town":
                return await told(store, voice, FarEnd(), broken, ticks, lambda: broken.came)
            return await told(store, voice, FarEnd(), clock, broken, lambda: broken.came)

    assert_well(await of_all(town_with, range(1, READINGS + 1)))
