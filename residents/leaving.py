"""Leaving: no more alerts at a number. What the real holder can't undo is confirmed at the number itself."""

from __future__ import annotations

from datetime import datetime

from db.residents import leaving, opt_outs
from db.residents.leaving import AskedAlready
from residents.town import Town
from rules import channels
from rules.model import Channel, Language

__all__ = ["AskedAlready", "ask", "by_text", "confirmed"]

TEXT = {
    Language.FR: "{organization} : ne plus recevoir d'alertes à ce numéro ? Répondez ARRET. Sinon, ignorez ce texto.",
    Language.EN: "{organization}: no more alerts at this number? Reply STOP. If not, ignore this text.",
}


async def confirmed(town: Town, number: str, *, via: str) -> None:
    """By a key or a word at the number itself, or by whoever has given its code."""
    await opt_outs.leave(town.store, number, via=via, now=town.now())


async def channel_to_ask(town: Town, number: str) -> Channel:
    """How the number is asked whether it wants to leave."""
    by_text = town.texts and await leaving.takes_texts(town.store, number)
    return channels.TEXT if by_text else channels.CALL


async def ask(
    town: Town, number: str, channel: Channel, *, language: Language, asked_from: str, due_at: datetime | None = None
) -> None:
    """Ask the number itself: until it confirms, nothing changes. `due_at`: when it may be called. Raises AskedAlready,
    TooManyCodes."""
    now = town.now()
    if channels.TRAITS[channel].spoken:
        await leaving.ask_by_call(
            town.store, number, language=language, caller=asked_from, now=now, due_at=due_at or now
        )
    else:
        body = TEXT[language].format(organization=town.organization)
        await leaving.ask_by_text(town.store, number, body, language=language, caller=asked_from, now=now)


async def by_text(town: Town, address: str) -> bool:
    """A text that says stop: no more texts; where the number was asked whether it wants to leave, no more calls either.
    Whether that was so."""
    if await leaving.stands(town.store, address, now=town.now()):
        await confirmed(town, address, via="sms")
        return True
    await opt_outs.opt_out(town.store, address, channels.TEXT, via="sms", now=town.now())
    return False
