from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.engine.store import Store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/tocsin.db"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store; copying it is quicker than making its tables for each test."""

    async def make(path: Path) -> None:
        await (await Store.open(f"sqlite:///{path}")).close()

    path = tmp_path_factory.mktemp("migrated") / "tocsin.db"
    asyncio.run(make(path))
    return path


@pytest.fixture
async def store(url: str, migrated: Path, tmp_path: Path) -> AsyncIterator[Store]:
    shutil.copy(migrated, tmp_path)
    opened = await Store.open(url)
    yield opened
    await opened.close()
