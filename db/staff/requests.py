"""Requests that must not be done twice: the key that the asker gave, and what was answered (Idempotency-Key, IETF
draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from db.engine.store import Store
from db.schema import request

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier request with the same key. `answer`: None while it is under way, or where the service ended before it
    was known to be done."""

    digest: str
    answer: bytes | None


async def begin(store: Store, key: str, digest: str, *, by: str, now: datetime) -> Before | None:
    """None when the key is new: the request may be done. Older ones are forgotten."""
    async with store.writing() as c:
        await c.execute(delete(request).where(request.c.at < now - KEPT))
        found = (await c.execute(select(request).where(request.c.key == key))).first()
        if found is None:
            await c.execute(insert(request).values(key=key, digest=digest, who=by, at=now))
    return Before(found.digest, found.answer) if found else None


async def done(store: Store, key: str, answer: bytes) -> None:
    """What was answered."""
    async with store.writing() as c:
        await c.execute(update(request).where(request.c.key == key).values(answer=answer))


async def forget(store: Store, key: str) -> None:
    """Nothing was done: it may be asked again."""
    async with store.writing() as c:
        await c.execute(delete(request).where(request.c.key == key))
