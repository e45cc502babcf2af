"""PostgreSQL, for a region."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.engine.connection import Connection
from db.engine.errors import StoreError

_ONE_WRITER = text("SELECT pg_advisory_xact_lock(86276246)")
"""Here, too, writers take turns: what is read in a transaction stands until its end. The number is ours."""


class Server:
    def __init__(self, address: URL) -> None:
        """Raises StoreError."""
        self._engine = _engine(address)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        async with self._engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        async with self._turn, self._engine.begin() as connection:
            await connection.execute(_ONE_WRITER)
            yield connection

    async def write_back(self) -> None:
        """PostgreSQL does so by itself (autovacuum)."""

    async def close(self) -> None:
        await self._engine.dispose()


def _engine(address: URL) -> AsyncEngine:
    try:
        return create_async_engine(address, pool_pre_ping=True, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise StoreError(
            f"{error.name} is not installed, which this database needs: pip install {error.name}, or use sqlite"
        ) from error
