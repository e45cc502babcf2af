"""The files of residents, to be looked at."""

from __future__ import annotations

from db.engine.store import Store
from db.residents import contacts
from records.residents import Point, Resident
from rules import phone
from rules.model import Contact
from rules.operator_error import NotThere


async def page(store: Store, *, sector: str, limit: int, offset: int) -> tuple[list[Contact], bool]:
    """And whether there are more."""
    found = await contacts.listing(store, sector=sector or None, limit=limit + 1, offset=offset)
    return found[:limit], len(found) > limit


async def find(store: Store, number: str) -> Contact:
    """Whoever has the number (E.164). Raises NotThere."""
    contact = await contacts.find(store, number)
    if contact is None:
        raise NotThere(f"No resident has the number {phone.national(number)}.")
    return contact


def told(contact: Contact) -> Resident:
    """As the API tells it."""
    return Resident(
        id=contact.id,
        first_name=contact.first_name,
        last_name=contact.last_name,
        language=contact.language,
        active=contact.active,
        civic_number=contact.civic_number,
        street=contact.street,
        unit=contact.unit,
        city=contact.city,
        postal_code=contact.postal_code,
        sector=contact.sector,
        topics=tuple(contact.topics),
        points=tuple(
            Point(
                channel=point.channel,
                address=point.address,
                extension=point.extension,
                order=point.position,
                active=point.active,
                verified=point.verified,
                dead=point.dead,
                description=point.description,
            )
            for point in contact.points
        ),
    )
