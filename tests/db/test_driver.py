"""Each connection's thread and queue, which aiosqlite keeps, on both event loops."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import logging
import os
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
import uvloop
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from db.engine.driver import READERS, SQLite, Threaded
from db.engine.sqlite_file import engine

ROOT = Path(__file__).parents[2]
Loop = Callable[[], asyncio.AbstractEventLoop]
LONG = text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300000) SELECT count(*) FROM n")


@pytest.fixture(params=[asyncio.SelectorEventLoop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def loop(request: pytest.FixtureRequest) -> Loop:
    made: Loop = request.param
    return made


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """Of a file with the table `t`; at the end nobody has it open."""
    made = tmp_path / "tocsin.db"
    with contextlib.closing(sqlite3.connect(made)) as connection:
        connection.execute("CREATE TABLE t (n INTEGER)")
    yield made
    gc.collect()
    assert _ends(lambda: not _open_files(tmp_path))
    assert _ends(lambda: not _threads())


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "sqlite"]


def _open_files(folder: Path) -> list[str]:
    found = []
    for each in os.listdir("/proc/self/fd"):  # noqa: PTH208
        with contextlib.suppress(OSError):
            found.append(os.readlink(f"/proc/self/fd/{each}"))  # noqa: PTH115
    return [name for name in found if name.startswith(str(folder))]


def _ends(reached: Callable[[], bool]) -> bool:
    pause = threading.Event()
    return any(reached() or pause.wait(0.01) for _ in range(500))


def _run(loop: Loop, main: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(main)


def _output(program: str, *arguments: str | Path) -> tuple[int, str, str]:
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return ended.returncode, ended.stdout, ended.stderr


async def _count(database: SQLite) -> int:
    async with database.reading() as c:
        return int((await c.execute(text("SELECT count(*) FROM t"))).scalar_one())


async def _add(database: SQLite, rows: int = 1) -> None:
    async with database.writing() as c:
        for n in range(rows):
            await c.execute(text("INSERT INTO t VALUES (:n)"), {"n": n})


# -- what is used of aiosqlite's private parts: whoever changes its version looks at this first ------------------------


def test_the_private_parts_are_those_known() -> None:
    assert str(inspect.signature(aiosqlite.Connection._execute)) == "(self, fn, *args, **kwargs)"
    assert inspect.iscoroutinefunction(aiosqlite.Connection._execute)
    assert isinstance(inspect.getattr_static(aiosqlite.Connection, "_conn"), property)
    connection = aiosqlite.Connection(lambda: sqlite3.connect(":memory:"), 0)
    assert type(connection._thread) is threading.Thread
    assert connection._thread.ident is None, "it has not begun"


def test_execute_carries_out_in_order_in_one_thread_of_its_own(path: Path, loop: Loop) -> None:
    async def main() -> None:
        connection = await Threaded.open(engine(path, "BEGIN"))
        (thread,) = _threads()
        done: list[int] = []

        def work(n: int, *, by: int) -> int:
            done.append(n)
            assert threading.current_thread() is thread
            return n * by

        def fail() -> None:
            raise ZeroDivisionError

        execute: Any = connection._execute
        assert await asyncio.gather(*(execute(work, n, by=2) for n in range(50))) == [2 * n for n in range(50)]
        assert done == list(range(50))
        with pytest.raises(ZeroDivisionError):
            await execute(fail)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(execute(threading.Event().wait, 0.05), 0.001)
        assert await execute(work, 7, by=1) == 7, "after an error, and after what nobody waited for"
        await connection.close()

    _run(loop, main())


class Counting(asyncio.SelectorEventLoop):
    """Counts how often another thread wakes it."""

    woken = 0

    def call_soon_threadsafe(self, *arguments: Any, **options: Any) -> Any:  # type: ignore[override]
        self.woken += 1
        return super().call_soon_threadsafe(*arguments, **options)


def test_a_statement_is_one_wait(path: Path) -> None:
    async def main() -> list[int]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Counting)
        database = SQLite(path)
        await _count(database)
        await _add(database)
        counts = [loop.woken]
        await _count(database)
        counts.append(loop.woken)
        await _add(database, 5)
        counts.append(loop.woken)
        await database.close()
        return counts

    before, read, written = _run(Counting, main())
    assert read - before == 2, "the statement and the commit"
    assert written - read == 7, "the beginning, five statements and the commit"


# -- opening and closing -----------------------------------------------------------------------------------------------


def test_nothing_is_opened_before_it_is_needed(path: Path, loop: Loop) -> None:
    async def main() -> None:
        database = SQLite(path)
        assert _threads() == []
        await _count(database)
        await _count(database)
        assert len(_threads()) == 1, "the same reader again"
        await _add(database)
        assert len(_threads()) == 2
        assert await asyncio.gather(*(_count(database) for _ in range(50))) == [1] * 50
        assert len(_threads()) <= READERS + 1
        await database.close()

    _run(loop, main())


def test_opening_that_is_cut_costs_nothing(path: Path, loop: Loop) -> None:
    """Another program holds the file, so opening lasts."""

    path.unlink()

    async def main() -> None:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("CREATE TABLE t (n INTEGER)")
            other.execute("BEGIN EXCLUSIVE")
            database = SQLite(path)
            for after_s in (0.0, 0.001, 0.01, 0.1) * 2:
                for work in (_count, _add):
                    with pytest.raises(TimeoutError):
                        async with asyncio.timeout(after_s):
                            await work(database)
            other.execute("COMMIT")
        await _add(database)
        assert await asyncio.gather(*(_count(database) for _ in range(3 * READERS))) == [1] * 3 * READERS
        await database.close()

    _run(loop, main())


def test_a_loop_that_ends_after_a_failed_opening_leaves_no_traceback(tmp_path: Path, loop: Loop) -> None:
    """A traceback of the thread is an error here."""
    (tmp_path / "tocsin.db").write_text("Bonjour" * 1000)

    async def main() -> None:
        await _count(SQLite(tmp_path / "tocsin.db"))

    for _ in range(100):
        with pytest.raises(DatabaseError, match="not a database"):
            _run(loop, main())
    assert _ends(lambda: not _threads())


def test_who_reads_while_it_is_closed_reads_to_the_end(path: Path, loop: Loop) -> None:
    async def main() -> None:
        database = SQLite(path)
        await _add(database, 3)
        async with database.reading() as c:
            await database.close()
            assert (await c.execute(text("SELECT count(*) FROM t"))).scalar_one() == 3
            assert await asyncio.to_thread(_ends, lambda: len(_threads()) == 1), "the writer is closed"
        assert await asyncio.to_thread(_ends, lambda: not _threads())
        assert await _count(database) == 3, "it opens again"
        await database.close()

    _run(loop, main())


def test_closing_waits_for_the_writer(path: Path, loop: Loop) -> None:
    async def main() -> None:
        database = SQLite(path)
        writing = asyncio.create_task(_add(database, 50))
        await asyncio.sleep(0.005)
        await database.close()
        await writing
        assert await _count(database) == 50
        await database.close()

    _run(loop, main())


NEVER_CLOSED = """
import asyncio, sys
from pathlib import Path
from sqlalchemy import text
from db.engine.driver import SQLite

kept = SQLite(Path(sys.argv[1]))

async def main():
    async with kept.writing() as c:
        await c.execute(text("INSERT INTO t VALUES (1)"))
    async with kept.reading() as c:
        await c.execute(text("SELECT 1"))
    print("done")

asyncio.run(main())
"""


def test_a_program_that_closes_nothing_ends(path: Path) -> None:
    assert _output(NEVER_CLOSED, path) == (0, "done\n", "")


# -- cancellation ------------------------------------------------------------------------------------------------------


def test_who_is_cut_takes_nobody_along(path: Path, loop: Loop) -> None:
    """Half of 200 are cut, some twice; all others get their turn, and what is stored is whole."""
    dice = random.Random(3)

    async def main() -> None:
        database = SQLite(path)
        tasks = [asyncio.create_task(_add(database, 3) if n % 2 else _count(database)) for n in range(200)]
        cut = set(dice.sample(tasks, 100))
        for task in cut:
            await asyncio.sleep(dice.random() * 0.004)
            task.cancel()
            if dice.random() < 0.5:
                await asyncio.sleep(0)
                task.cancel()
        async with asyncio.timeout(30):
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            stored = await _count(database)
        assert all(isinstance(end, asyncio.CancelledError | int | None) for end in ends)
        assert not [task for task in tasks if task not in cut and task.cancelled()]
        written = sum(not task.cancelled() for n, task in enumerate(tasks) if n % 2)
        assert stored % 3 == 0
        assert stored >= 3 * written
        await asyncio.gather(*(_count(database) for _ in range(2 * READERS)), _add(database))
        await database.close()

    _run(loop, main())


def test_what_is_cut_twice_is_rolled_back_before_the_next(path: Path, loop: Loop) -> None:
    async def cut(database: SQLite) -> None:
        async with database.writing() as c:
            await c.execute(text("INSERT INTO t VALUES (1)"))
            await c.execute(LONG)

    async def main() -> None:
        database = SQLite(path)
        for pause_s in (0.0, 0.002, 0.01, 0.02):
            task = asyncio.create_task(cut(database))
            await asyncio.sleep(pause_s)
            for _ in range(3):
                task.cancel()
                await asyncio.sleep(0)
            with contextlib.suppress(asyncio.CancelledError):
                await task
            assert await _count(database) == 0
            await _add(database)
            async with database.writing() as c:
                await c.execute(text("DELETE FROM t"))
        await database.close()

    _run(loop, main())


INTERRUPTED = """
import asyncio, os, signal, sys, threading, time
from pathlib import Path
import uvloop
from sqlalchemy import text
from db.engine.driver import SQLite

def press(connection):
    threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
    threading.Timer(0.15, os.kill, (os.getpid(), signal.SIGINT)).start()
    time.sleep(0.3)

async def main():
    async with SQLite(Path(sys.argv[1])).writing() as c:
        await c.execute(text("INSERT INTO t VALUES (1)"))
        await c.run_sync(press)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its background jobs ignore it
try:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if sys.argv[2] == "uvloop" else None) as runner:
        runner.run(main())
except KeyboardInterrupt:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on a slow machine the second comes only now
    time.sleep(0.5)
    print("interrupted")
"""


@pytest.mark.parametrize("kind", ["asyncio", "uvloop"])
def test_interrupting_twice_leaves_no_traceback_of_the_thread(path: Path, kind: str) -> None:
    """The loop is closed while a statement is under way; its transaction is not stored."""
    assert _output(INTERRUPTED, path, kind) == (0, "interrupted\n", "")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


# -- what others must not see ------------------------------------------------------------------------------------------


def test_the_log_shows_no_parameters_at_any_level(path: Path, loop: Loop, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        database = SQLite(path)
        async with database.writing() as c:
            await c.execute(text("INSERT INTO t VALUES (:n)"), {"n": 5145550101})
        await database.close()

    with caplog.at_level(logging.DEBUG):
        _run(loop, main())
    assert "5145550101" not in caplog.text
