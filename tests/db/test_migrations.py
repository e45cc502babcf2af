from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, DateTime, create_engine, make_url, select
from sqlalchemy.schema import CreateIndex, CreateTable

from db import migrations, schema
from db.engine.moment import Moment
from db.engine.store import Store
from db.texts import messages
from rules.model import Channel
from tests.db.town import NOW


def _differs(
    context: object, found: object, declared: object, found_type: object, declared_type: object
) -> bool | None:
    """None: compare as usual. A moment is declared as a date with time, and bound as text under SQLite."""
    return not isinstance(found_type, DateTime) if isinstance(declared_type, Moment) else None


def _defaults_differ(context: object, column: object, declared: object, found: str | None, *rest: str | None) -> bool:
    """One side has quotes and brackets, the other has not."""
    return (found or "").strip("()'") != (rest[-1] or "").strip("()'")


async def test_the_migrations_make_the_tables_of_the_schema(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        opts = {"compare_type": _differs, "compare_server_default": _defaults_differ}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, schema.metadata))

    async with store.reading() as c:
        assert await c.run_sync(differences) == []


async def test_partial_indexes_are_those_of_the_schema(store: Store) -> None:
    """Alembic does not compare their conditions, and SQLite passes over an index whose condition differs."""

    def conditions(connection: Connection) -> dict[str, str]:
        found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%WHERE%'")
        return {name: sql.split(" WHERE ")[1] for name, sql in found}

    async with store.reading() as c:
        migrated = await c.run_sync(conditions)
    declared = {
        index.name: str(index.dialect_options["sqlite"]["where"].compile(compile_kwargs={"literal_binds": True}))
        for table in schema.metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    assert migrated == {name: where.split(".", 1)[1] for name, where in declared.items()}


def test_the_program_knows_its_newest_migration() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert script.get_current_head() == schema.REVISION
    numbers = sorted(revision.revision for revision in script.walk_revisions())
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]


def test_the_tables_are_those_of_postgresql_too() -> None:
    dialect = make_url("postgresql+asyncpg://").get_dialect()()
    for table in schema.metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert ("WHERE" in str(CreateIndex(index).compile(dialect=dialect))) == (
                index.dialect_options["sqlite"]["where"] is not None
            )


COLUMNS = "target, title, texts, purpose, channels, status, redials, redial_delay_s, created_at, created_by"
VALUES = "'x', '{}', 'emergency', '[]', 'done', 2, 300, '2026-01-01', 'x'"
TARGETS = {
    "all": True,
    "number:+15145550101": False,
    "sector:Nord": True,
    "group:berge": True,
    "group:Gone": False,
    "reached:1": True,
    "alert:2": False,
    "reached:2 reached:3": True,
}


def _before(name: str) -> str:
    (path,) = Path(migrations.__file__).parent.glob(f"versions/*_{name}.py")
    return f"{int(path.name[:4]) - 1:04d}"


def _upgraded(connection: Connection, to: str) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, to)


async def test_which_alerts_are_public_is_known_of_those_from_before(tmp_path: Path) -> None:
    with create_engine(f"sqlite:///{tmp_path}/tocsin.db").begin() as connection:
        _upgraded(connection, _before("public_alerts"))
        group = "INSERT INTO target_group VALUES ('Berge', 'street:rue Principale', '2026-01-01', 'x')"
        connection.exec_driver_sql(group)
        for target in TARGETS:
            connection.exec_driver_sql(f"INSERT INTO alert ({COLUMNS}) VALUES (?, {VALUES})", (target,))
    opened = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    async with opened.reading() as c:
        found = (await c.execute(select(schema.alert.c.public).order_by(schema.alert.c.id))).scalars().all()
    await opened.close()
    assert dict(zip(TARGETS, found, strict=True)) == TARGETS


TEXT = "INSERT INTO message (id, status, lane, address, body, language, created_at, due_at, tries, parts)"
PART = "INSERT INTO message_part (message_id, provider_id, at) VALUES (?, ?, '2026-03-04 15:00:00.000000')"
AT = "'2026-03-04 15:00:00.000000'"


async def test_receipts_of_texts_from_before_are_still_theirs(tmp_path: Path) -> None:
    with create_engine(f"sqlite:///{tmp_path}/tocsin.db").begin() as connection:
        _upgraded(connection, _before("message_channels"))
        for number, status in enumerate(("sent", "sent", "waiting"), start=1):
            text = f"VALUES ('{number}', '{status}', 0, '+1514555010{number}', 'x', 'fr', {AT}, {AT}, 1, 2)"
            connection.exec_driver_sql(f"{TEXT} {text}")
        # The carrier began its numbering again between the two.
        for message, external_id in (("1", "a"), ("1", "b"), ("2", "a"), ("2", "c")):
            connection.exec_driver_sql(PART, (message, external_id))
    opened = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    for external_id in ("a", "c"):
        assert await messages.receipt(opened, external_id, True, provider="smpp", reason="", now=NOW)
    (waits,) = await messages.claim(opened, 9, channel=Channel.SMS, provider="smpp", now=NOW)
    async with opened.reading() as c:
        found = await c.exec_driver_sql("SELECT id, status, channel, provider FROM message ORDER BY id")
        texts = [tuple(row) for row in found]
        parts = await c.exec_driver_sql(
            "SELECT message_id, number, provider, external_id FROM message_part ORDER BY id"
        )
        assert [tuple(row) for row in parts] == [
            ("1", 1, "smpp", "a"),
            ("1", 2, "smpp", "b"),
            ("2", 1, "smpp", "a"),
            ("2", 2, "smpp", "c"),
        ]
    await opened.close()
    assert waits.id == "3"
    assert [status for _, status, *_ in texts] == ["sent", "delivered", "sending"]
    assert {(channel, provider) for *_, channel, provider in texts} == {("sms", "smpp")}
