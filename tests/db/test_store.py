from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from db import schema
from db.engine import errors, heartbeat
from db.engine.errors import StoreDamaged, StoreError, StoreFull, StoreLocked, StoreNewer, StoreNotWritable
from db.engine.store import Store
from db.queue import attempts
from db.staff import journal
from db.texts import messages
from rules.model import Channel
from tests.db.town import NOW

ROOT = Path(__file__).parents[2]


async def write(store: Store, who: str) -> None:
    await journal.record(store, who, "tried", "the store", {}, NOW)


async def lines(store: Store) -> list[str]:
    async with store.reading() as c:
        return list((await c.execute(select(schema.journal.c.who).order_by(schema.journal.c.id))).scalars())


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+aiosqlite"])
async def test_a_plain_address_is_enough_and_folders_are_made(tmp_path: Path, driver: str) -> None:
    store = await Store.open(f"{driver}:///{tmp_path}/new/folders/tocsin.db")
    await write(store, "me")
    await store.close()
    assert (tmp_path / "new/folders/tocsin.db").exists()


async def test_what_is_written_is_there_when_opened_again(url: str) -> None:
    for _ in range(2):
        store = await Store.open(url)
        await write(store, "me")
        await store.close()
    store = await Store.open(url)
    assert await lines(store) == ["me", "me"]
    await store.close()


async def test_sqlite_is_set_for_several_programs(store: Store) -> None:
    async with store.writing() as c:
        settings = [
            (await c.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 15000]


async def test_an_error_undoes_the_whole_transaction(store: Store) -> None:
    async def fail() -> None:
        async with store.writing() as c:
            await journal.record(c, "me", "tried", "the store", {}, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await lines(store) == []


async def test_a_cancelled_writer_leaves_the_store_usable(store: Store) -> None:
    """Calls are cancelled at any moment: neither the turn nor the connection may be lost."""

    async def slow(who: str) -> None:
        async with store.writing() as c:
            for _ in range(20):
                await journal.record(c, who, "tried", "the store", {}, NOW)

    for pause_s in [0.0, 0.001, 0.002, 0.004, 0.008, 0.016] * 3:
        tasks = [asyncio.create_task(slow(str(n))) for n in range(3)]
        await asyncio.sleep(pause_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await write(store, "me")
    written = await lines(store)
    assert written[-1] == "me"
    assert (len(written) - 1) % 20 == 0, "a transaction is stored whole or not at all"


async def test_a_commit_that_fails_leaves_the_store_usable(store: Store) -> None:
    async def orphan() -> None:
        async with store.writing() as c:
            await c.execute(text("PRAGMA defer_foreign_keys = ON"))
            await journal.record(c, "me", "tried", "the store", {}, NOW)
            await c.execute(text("INSERT INTO delivery (alert_id, name, language) VALUES (99, '', 'fr')"))

    for _ in range(2):
        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            await orphan()
        assert await lines(store) == []
    await write(store, "me")
    assert await lines(store) == ["me"]


async def test_what_was_cancelled_is_rolled_back_before_the_next(store: Store) -> None:
    async def cut(after_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(after_s), store.writing() as c:
                await c.execute(
                    text(
                        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300000) "
                        "SELECT count(*) FROM n"
                    )
                )
                await journal.record(c, "cut", "tried", "the store", {}, NOW)
                await asyncio.sleep(10)

    for after_s in (0.0, 0.001, 0.01, 0.1, 0.3):
        await cut(after_s)
        await write(store, "me")
    assert await lines(store) == ["me"] * 5


async def test_closing_twice_is_closing_once(url: str) -> None:
    store = await Store.open(url)
    await store.close()
    await asyncio.wait_for(store.close(), 5)
    await write(store, "me")  # it opens again
    assert await lines(store) == ["me"]
    await store.close()


async def test_many_read_at_once(store: Store) -> None:
    await write(store, "me")
    assert await asyncio.gather(*(lines(store) for _ in range(50))) == [["me"]] * 50


async def test_readers_see_no_half_written_transaction(store: Store) -> None:
    async with store.writing() as c:
        await journal.record(c, "me", "tried", "the store", {}, NOW)
        assert await lines(store) == []
    assert await lines(store) == ["me"]


async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="has no time zone: pass UTC-aware times"):
        await heartbeat.beat(store, datetime(2026, 3, 4))  # noqa: DTZ001


async def test_errors_do_not_show_what_was_stored(store: Store) -> None:
    """A log must show neither numbers nor codes."""
    with pytest.raises(Exception, match="NOT NULL") as caught:
        async with store.writing() as c:
            await c.execute(insert(schema.code), {"number": "+15145550101", "caller": "", "digest": "secret"})
    assert "secret" not in str(caught.value)
    assert "5550101" not in str(caught.value)


WRITER = """
import asyncio, sys
from db.staff import journal
from db.engine.store import Store
from datetime import UTC, datetime

async def main():
    store = await Store.open(sys.argv[1])
    for _ in range(60):
        await journal.record(store, sys.argv[2], "wrote", "the store", {}, datetime.now(UTC))
    await store.close()

asyncio.run(main())
"""


def python(code: str, *arguments: str, cwd: Path | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def test_three_programs_open_a_new_store_and_write_at_once(url: str, tmp_path: Path) -> None:
    """None sees an error, none loses a line; nothing is printed, and no file is looked for in the working folder."""
    others = [python(WRITER, url, who, cwd=tmp_path) for who in ("first", "second")]
    store = await Store.open(url)
    for _ in range(60):
        await write(store, "third")
    ends = await asyncio.gather(*(asyncio.to_thread(other.communicate, timeout=60) for other in others))
    assert ends == [("", ""), ("", "")]
    written = await lines(store)
    assert {who: written.count(who) for who in written} == {"first": 60, "second": 60, "third": 60}
    await store.close()


async def test_the_key_is_made_once_and_readable_by_its_owner_only(url: str, tmp_path: Path) -> None:
    stores = await asyncio.gather(*(Store.open(url) for _ in range(3)))
    assert len({store.code_key for store in stores}) == 1
    assert len(stores[0].code_key) == 32
    for store in stores:
        await store.close()
    key = tmp_path / "tocsin.db.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [name for name in sorted(os.listdir(tmp_path)) if ".key" in name] == ["tocsin.db.key"]  # noqa: PTH208


async def test_locked_by_another_program_for_too_long(store: Store, url: str) -> None:
    other = await Store.open(url)
    async with store.writing() as c:
        await c.execute(text("PRAGMA busy_timeout = 50"))
    async with other.writing():
        with pytest.raises(StoreLocked, match=r"stayed locked for more than 15 s: end the other program"):
            await write(store, "me")
    await write(store, "me")
    await other.close()


async def test_looking_for_work_waits_for_no_other_program(store: Store, url: str) -> None:
    other = await Store.open(url)
    async with other.writing(), asyncio.timeout(5):
        assert await attempts.next_due(store, now=NOW) is None
        assert await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=NOW) == []
    await other.close()


async def test_disk_full(store: Store) -> None:
    async with store.writing() as c:
        pages = (await c.execute(text("PRAGMA page_count"))).scalar()
        await c.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StoreFull, match=r"no room is left on the disk of .*tocsin\.db: free some"):
        await journal.record(store, "me", "tried", "x" * 100_000, {}, NOW)
    async with store.writing() as c:
        await c.execute(text("PRAGMA max_page_count = 1000000"))
    await write(store, "me")


async def test_not_writable(store: Store) -> None:
    with pytest.raises(StoreNotWritable, match="is read-only for this user: give the user write access"):
        async with store.reading() as c:
            await journal.record(c, "me", "tried", "the store", {}, NOW)


async def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(StoreNotWritable, match=r"cannot be opened \(Is a directory: .*: give this user write access"):
        await Store.open(f"sqlite:///{tmp_path}")


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreNotWritable, match=r"cannot be opened \(.* or choose another"):
        await Store.open(f"sqlite:///{tmp_path}/file/tocsin.db")


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "tocsin.db").write_text("Bonjour" * 1000)
    with pytest.raises(StoreDamaged, match=r"is not a database: move it away"):
        await Store.open(f"sqlite:///{tmp_path}/tocsin.db")


async def test_a_database_of_a_newer_program(url: str) -> None:
    store = await Store.open(url)
    async with store.writing() as c:
        await c.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await store.close()
    with pytest.raises(StoreNewer, match=r"has migration 9999, this program knows .*: install the newer version"):
        await Store.open(url)


@pytest.mark.parametrize(
    "address", ["", "tocsin.db", "sqlite://", "sqlite:///:memory:", "sqlite:////tmp/a?timeout=9", "oracle9://x/y"]
)
async def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(StoreError, match="sqlite"):
        await Store.open(address)


async def test_postgresql_needs_a_key_from_outside() -> None:
    with pytest.raises(StoreError, match=r"asyncpg|pass the key"):
        await Store.open("postgresql://tocsin:secret@127.0.0.1:1/tocsin")


def test_every_refusal_of_sqlite_says_what_to_do() -> None:
    assert all(":" in told for _, told in errors._SQLITE.values())
