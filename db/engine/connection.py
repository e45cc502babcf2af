"""What the queries of the store are given: a transaction, on any of its databases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar, TypeVarTuple, overload

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import CursorResult, Dialect, Executable
from sqlalchemy.sql.selectable import TypedReturnsRows

Columns = TypeVarTuple("Columns")
T = TypeVar("T")
Found = CursorResult[*tuple[Any, ...]]


class Connection(Protocol):
    """As SQLAlchemy's AsyncConnection, which is one."""

    @property
    def dialect(self) -> Dialect: ...

    @overload
    def execute(
        self, statement: TypedReturnsRows[*Columns], parameters: Any = None
    ) -> Awaitable[CursorResult[*Columns]]: ...

    @overload
    def execute(self, statement: Executable, parameters: Any = None) -> Awaitable[Found]: ...

    def exec_driver_sql(self, statement: str, parameters: Any = None) -> Awaitable[Found]: ...

    def run_sync(self, work: Callable[[SyncConnection], T]) -> Awaitable[T]: ...


class Database(Protocol):
    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """One consistent view."""

    def writing(self) -> AbstractAsyncContextManager[Connection]:
        """One transaction, and no other writer until its end."""

    async def write_back(self) -> None: ...

    async def close(self) -> None: ...
