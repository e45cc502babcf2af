"""Enrolment: a consent, and a code that shows whose number it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.residents import accounts, contacts
from residents import codes
from residents.town import Town
from rules.model import Contact, Language, Wording


class Way(StrEnum):
    """How the code is given. `HERE`: read or shown to whoever asks."""

    HERE = "here"
    TEXT = "text"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class EnrolmentBegun:
    """An enrolment that waits for its code. `code`: in clear, where it is given HERE."""

    consent_id: int
    way: Way
    code: str = ""


async def way_for(town: Town, number: str, *, called_from: str, by_text: bool = False) -> Way:
    """A number in the store is claimed only by a call or text that we place, since a caller's number can be forged:
    HERE is only for a new number that calls us. `called_from`: E.164, "" for a door that shows no number."""
    if by_text:
        return Way.TEXT
    is_new = not await accounts.known(town.store, number)
    return Way.HERE if is_new and number == called_from else Way.CALL


async def begin(
    town: Town,
    number: str,
    way: Way,
    *,
    language: Language,
    wording: Wording,
    via: str,
    asked_from: str,
    due_at: datetime | None = None,
) -> EnrolmentBegun:
    """Keep the consent and give the code; nothing else changes before the code is proved. `via`: the door, for the
    journal of consents; `asked_from`: who asks, for the limits; `due_at`: when the number may be called. Raises
    TooManyCodes: then nothing is kept."""
    now = town.now()
    begun = await accounts.enrol(
        town.store, number, language=language, wording=wording, via=via, now=now, caller=asked_from
    )
    consent_id = begun.consent_id
    if way is Way.TEXT:
        await codes.by_text(town, number, language=language, asked_from=asked_from, consent_id=consent_id)
    elif way is Way.CALL:
        await codes.by_call(
            town, number, language=language, asked_from=asked_from, due_at=due_at, consent_id=consent_id
        )
    else:
        plain = await accounts.issue_code(town.store, number, caller=asked_from, now=now, consent_id=consent_id)
        return EnrolmentBegun(consent_id, way, plain)
    return EnrolmentBegun(consent_id, way)


async def agree(town: Town, contact: Contact, number: str, *, wording: Wording, via: str) -> None:
    """Somebody who has just logged in, and whose enrolment is not finished, agrees: the file is active."""
    await accounts.agree(town.store, contact.id, number, wording=wording, via=via, now=town.now())


async def file(town: Town, contact_id: int | None) -> Contact | None:
    """Of somebody who has proved who they are."""
    return None if contact_id is None else await contacts.get(town.store, contact_id)


async def was_active(town: Town, number: str) -> bool:
    """There is a finished file with this number."""
    contact = await contacts.find(town.store, number)
    return contact is not None and contact.active
