"""Where a resident lives."""

from __future__ import annotations

from datetime import datetime

from db.engine.store import Store
from db.residents import addresses
from db.residents.register import PLACE
from records.problem import WrongField
from records.rejected import Rejected
from records.streets import AddressRequest, Moved
from rules import contact_cells, given
from rules.civic_address import Address
from rules.contact_cells import UnreadableCell
from rules.operator_error import NotThere


async def change(store: Store, contact_id: int, asked: AddressRequest, *, by: str, now: datetime) -> Moved:
    """By the resident, once they have proved who they are, or by staff. The sector is that of the street, unless it is
    said. Raises Rejected, NotThere."""
    read, wrong = {}, []
    for field in (*PLACE, "sector"):
        try:
            read[field] = str(contact_cells.READERS[field](getattr(asked, field)))
        except UnreadableCell as error:
            wrong += [WrongField(field=field, detail=_told(*each)) for each in error.wrong]
    if not read.get("street") and not wrong:
        wrong = [WrongField(field="street", detail="is empty: give the name of the street")]
    if wrong:
        raise Rejected(wrong)
    sector, given_by = read.pop("sector"), given.by(by)
    found = await addresses.change(store, contact_id, Address(**read), sector=sector, given_by=given_by, by=by, now=now)
    if found is None:
        raise NotThere(f"There is no resident {contact_id}.")
    return Moved(id=contact_id, sector=found)


def _told(value: str, why: str, nearest: str) -> str:
    return f"“{value}” {why}" + (f" (did you mean “{nearest}”?)" if nearest else "")
