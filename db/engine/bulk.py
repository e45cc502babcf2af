"""Many rows at once, by the driver's own `executemany`: what SQLAlchemy does for each value is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ScalarResult, Table, func, insert, select, text

from db.engine.connection import Connection

_SERIAL_IDS = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :number)")


async def insert_rows(c: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """`names`: the columns in the order of the table. Values are as the driver takes them (`storing`)."""
    if not rows:
        return
    statement = insert(table).compile(dialect=c.dialect, column_keys=list(names))
    assert list(statement.positiontup or ()) == list(names), "columns in the order of the table"
    await c.exec_driver_sql(str(statement), list(rows))


def storing(c: Connection, table: Table, name: str) -> Callable[[Any], Any]:
    """From a value of that column, a moment or a list, to how the driver takes it."""
    return table.c[name].type.dialect_impl(c.dialect).bind_processor(c.dialect) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


async def new_ids(c: Connection, table: Table, number: int) -> Sequence[int]:
    """Ids for rows to be inserted in this writing transaction."""
    if c.dialect.name == "postgresql":
        found: ScalarResult[int] = (await c.execute(_SERIAL_IDS, {"name": table.name, "number": number})).scalars()
        return found.all()
    last = (await c.execute(select(func.coalesce(func.max(table.c.id), 0)))).scalar_one()
    return range(last + 1, last + 1 + number)
