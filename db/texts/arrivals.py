"""Texts that come in."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import insert, select

from db.engine.connection import Connection
from db.engine.store import Store
from db.schema import contact, contact_point, message, message_part
from rules.model import Channel, Language
from rules.priority import CODE_LANE
from rules.status import MessageStatus


async def received(
    store: Store, address: str, body: str, *, channel: Channel, provider: str, now: datetime, external_id: str = ""
) -> str:
    """Keep a text that came in; returns its id. Its language is that of the contact who has the number, else French.
    `external_id`: by which the provider names it, where it does: the same again is kept once."""
    language = (
        select(contact.c.language)
        .join(contact_point, contact_point.c.contact_id == contact.c.id)
        .where(contact_point.c.address == address)
        .order_by(contact.c.id)
        .limit(1)
    )
    async with store.writing() as c:
        if external_id and (before := await _brought(c, provider, external_id)):
            return before
        row = {
            "id": uuid4().hex,
            "channel": channel,
            "provider": provider,
            "status": MessageStatus.RECEIVED,
            "lane": CODE_LANE,
            "address": address,
            "body": body,
            "language": (await c.execute(language)).scalar() or Language.FR,
            "created_at": now,
            "due_at": now,
            "ended_at": now,
        }
        await c.execute(insert(message), row)
        if external_id:
            await _keep_id(c, str(row["id"]), provider, external_id, now)
    return str(row["id"])


async def _brought(c: Connection, provider: str, external_id: str) -> str | None:
    """The text that the provider brought under this id."""
    named = message_part.c.provider == provider, message_part.c.external_id == external_id
    query = select(message_part.c.message_id).where(*named, message_part.c.incoming.is_(True))
    found: str | None = (await c.execute(query)).scalar()
    return found


async def _keep_id(c: Connection, id: str, provider: str, external_id: str, now: datetime) -> None:  # noqa: A002
    row = {"message_id": id, "number": 1, "provider": provider, "external_id": external_id}
    await c.execute(insert(message_part), {**row, "incoming": True, "at": now})
