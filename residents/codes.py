"""Codes: how a resident shows that a number is theirs. Each goes to the number itself, by a text or a call of ours."""

from __future__ import annotations

from datetime import datetime, timedelta

from db.queue import attempts
from db.residents import accounts
from db.residents.accounts import TooManyCodes
from db.texts import messages
from residents.town import Town
from rules import channels, code
from rules.code import VALID
from rules.model import Language

__all__ = ["TooManyCodes", "by_call", "by_text", "not_asked", "prove", "to_read"]

TEXT = {
    Language.FR: "{organization} : votre code est {code}. Valide {minutes} minutes. Rien demandé ? Ignorez ce texto.",
    Language.EN: "{organization}: your code is {code}. Valid {minutes} minutes. Did not ask for it? Ignore this text.",
}


async def by_text(
    town: Town, number: str, *, language: Language, asked_from: str, consent_id: int | None = None
) -> None:
    """`asked_from`: who asks, for the limits; `consent_id`: what the code confirms, None: it is to log in. Raises
    TooManyCodes."""
    now = town.now()
    plain = await accounts.issue_code(town.store, number, caller=asked_from, now=now, consent_id=consent_id)
    minutes = VALID // timedelta(minutes=1)
    body = TEXT[language].format(organization=town.organization, code=plain, minutes=minutes)
    await messages.queue(
        town.store, number, body, channel=channels.TEXT, language=language, now=now, secret=True, waits=VALID
    )


async def by_call(
    town: Town,
    number: str,
    *,
    language: Language,
    asked_from: str,
    due_at: datetime | None = None,
    consent_id: int | None = None,
) -> None:
    """The code is made when the call is answered (`to_read`). `due_at`: when the line may be called, None for now.
    Raises TooManyCodes."""
    now = town.now()
    await attempts.queue_code(
        town.store,
        number,
        language=language,
        now=now,
        due_at=due_at or now,
        caller=asked_from,
        consent_id=consent_id,
    )


async def to_read(town: Town, number: str) -> str:
    """In clear, on a call that we placed for it: its validity begins when it is heard. Raises TooManyCodes."""
    return await accounts.issue_code(town.store, number, caller="", now=town.now())


async def prove(town: Town, number: str, keyed: str, *, consent_id: int | None = None) -> int | None:
    """The contact that the code opens; None when it is wrong, used, expired or void. `consent_id`: given by whoever
    keys it in; confirmed, it makes an enrolment active."""
    if not code.whole(keyed):
        return None
    return await accounts.redeem(town.store, number, keyed, now=town.now(), consent_id=consent_id)


async def not_asked(town: Town, number: str) -> None:
    """Whoever has the number asked for nothing: no code goes there for a day."""
    await accounts.refuse_codes(town.store, number, now=town.now())
