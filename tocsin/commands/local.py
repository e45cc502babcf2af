"""Commands that do their work by themselves, in the store: settings, store, errors in words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from db.engine.store import Store
from service import logs, settings
from service.bad_settings import BadSettings
from tocsin.commands import common

T = TypeVar("T")


def loaded(*, log_level: str = "") -> settings.Settings:
    """The settings, or the reason why they can't be used; logging is configured by them."""
    try:
        ours = settings.load()
    except BadSettings as error:
        common.fail("\n".join(["These settings can't be used:", *(f"  {problem}" for problem in error.problems)]))
    logs.configure(log_level or ours.log_level, ours.log_format)
    return ours


def with_store(ours: settings.Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    """Open the store, do the work, close it."""

    async def run() -> T:
        store = await Store.open(ours.database_url)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())
