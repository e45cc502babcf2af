"""Targets saved under a name."""

from __future__ import annotations

from datetime import datetime

from alerts.compose import target
from db.alerts import targets
from db.engine.store import Store
from db.residents import contacts
from records.problem import WrongField
from records.rejected import Rejected
from records.residents import GroupRequest
from rules.operator_error import NotThere
from rules.target import BadTarget


async def save(store: Store, name: str, asked: GroupRequest, *, by: str, now: datetime) -> int:
    """Keep it, or change it: how many people are in it now. Who is in it is looked up again for each alert. Raises
    Rejected."""
    wanted = target(asked.to, asked.but)
    try:
        await targets.save_group(store, name, wanted, by=by, now=now)
    except BadTarget as error:
        raise Rejected([WrongField(field="", detail=str(error))]) from error
    return len(await contacts.matching(store, wanted))


async def delete(store: Store, name: str, *, by: str, now: datetime) -> None:
    """Forget it; its people stay. Raises NotThere."""
    if not await targets.delete_group(store, name, by=by, now=now):
        raise NotThere(f"There is no group “{name}”. `tocsin contacts group list` shows those that are.")
