"""Commands that do their work by themselves, in the store: settings, store, errors in words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from db.engine.store import Store
from records.upkeep import DoctorRequest, Finding
from service import logs, settings, wiring
from service.bad_settings import BadSettings
from tocsin.commands import common
from upkeep.doctor import examine
from upkeep.equipment import UnusableSettings

T = TypeVar("T")


def loaded(*, log_level: str = "") -> settings.Settings:
    """The settings, or the reason why they can't be used; logging is configured by them."""
    try:
        ours = settings.load()
    except BadSettings as error:
        common.fail(str(UnusableSettings(map(str, error.problems))))
    logs.configure(log_level or ours.log_level, ours.log_format)
    return ours


def examined(asked: DoctorRequest) -> Sequence[Finding]:
    """By the doctor, without a service and whatever the settings are."""
    logs.configure("critical", "console")
    return asyncio.run(examine.examine(wiring.equipment_now, asked))


def with_store(ours: settings.Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    """Open the store, do the work, close it."""

    async def run() -> T:
        store = await Store.open(ours.database_url)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())
