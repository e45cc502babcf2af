"""Which of a person's numbers may be used, and why another is not. `db/residents/usable.py` says the same in SQL."""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum

from rules import channels, phone
from rules.model import Channel, ContactPoint, Purpose


class Refusal(StrEnum):
    """Why a number that is switched on is not used. Of several reasons the first one is said."""

    DEAD = "dead number"
    OPTED_OUT = "opted out"
    NOT_ALLOWED = "number not allowed"
    SHARED = "same number"  # somebody who enrolled earlier has it, too, and is told there


def refusal(
    point: ContactPoint, *, with_dead: bool, opted_out: bool, allowed: bool = True, shared: bool = False
) -> Refusal | None:
    """Of a number that is switched on; None where it is used. `with_dead`: dead ones are used, too (`calls_dead`)."""
    if point.dead and not with_dead:
        return Refusal.DEAD
    if opted_out:
        return Refusal.OPTED_OUT
    if not allowed:
        return Refusal.NOT_ALLOWED
    return Refusal.SHARED if shared else None


def stands(point: ContactPoint, *, with_dead: bool, opted_out: bool) -> bool:
    """A number that was planned may still be used. Its area code is looked at whenever it is, and the plan of its alert
    has given it to nobody else."""
    return point.active and refusal(point, with_dead=with_dead, opted_out=opted_out) is None


def calls_dead(purpose: Purpose) -> bool:
    """In an emergency a number that is believed to be dead is tried all the same, after all others."""
    return purpose is Purpose.EMERGENCY


def allowed(channel: Channel, address: str, area_codes: Set[str]) -> bool:
    """May this be called or written to at all? Only telephone numbers have area codes."""
    return not channels.TRAITS[channel].numbers or phone.allowed(address, area_codes)
