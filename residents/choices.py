"""What a resident chooses, once they have proved who they are."""

from __future__ import annotations

from db.residents import contacts, opt_outs
from residents.town import Town
from rules import channels
from rules.model import Language


async def language(town: Town, contact_id: int, chosen: Language) -> None:
    await contacts.set_language(town.store, contact_id, chosen, now=town.now())


async def texts_on(town: Town, contact_id: int, number: str) -> None:
    """Alerts by text at this number; an opt-out there is lifted."""
    await contacts.add_point(town.store, contact_id, channels.TEXT, number, now=town.now())


async def texts_off(town: Town, number: str, *, via: str) -> None:
    await opt_outs.opt_out(town.store, number, channels.TEXT, via=via, now=town.now())


async def calls_off(town: Town, number: str, *, via: str) -> None:
    """On a call that we placed there, or once its code was given."""
    await opt_outs.opt_out(town.store, number, channels.CALL, via=via, now=town.now())
