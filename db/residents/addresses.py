"""Where residents live, as they or the town's staff say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import streets
from db.schema import contact
from db.staff import journal
from rules import street_names, stretches
from rules.civic_address import Address
from rules.given import GivenBy


async def change(
    store: Store, contact_id: int, address: Address, *, sector: str, given_by: GivenBy, by: str, now: datetime
) -> str | None:
    """`sector`: "" for that of the street. No file changes it from now on. Returns the
    sector, "" where it is not known; None where there is no such contact."""
    async with store.writing() as c:
        before = (await c.execute(select(contact).where(contact.c.id == contact_id))).first()
        if before is None:
            return None
        stays = street_names.same_door(before, address)
        found = sector or await _of_street(c, address) or (before.sector if stays else "")
        values = {**address._asdict(), "sector": found, "address_by": given_by, "changed_at": now}
        values |= {} if stays else {"latitude": None, "longitude": None}
        await c.execute(update(contact).where(contact.c.id == contact_id).values(values))
        said = address._asdict()
        await journal.record(c, by, "gave address", f"contact {contact_id}", {"sector": found}, now, personal=said)
    return found


async def _of_street(c: Connection, its: Address) -> str:
    known = await streets.of_name(c, its.street)
    return stretches.sector_of(known, street=its.street, civic_number=its.civic_number, postal_code=its.postal_code)
