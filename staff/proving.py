"""Showing by telephone that one is of the staff: the registered number and its PIN."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

import structlog

from db.engine.store import Store
from db.staff import members
from db.staff.members import Member
from rules import phone
from staff import people

WINDOW = timedelta(hours=1)
FREE_TRIES = 2
"""Wrong PINs that cost no wait: fingers slip."""

LONGEST_S = 32.0
MANY = 20
"""Wrong PINs within the window, from wherever, of which an alarm tells."""

REMEDY = (
    "see who calls (`tocsin staff list` has the registered telephones), and give a new PIN: `tocsin staff pin NAME`"
)

log = structlog.get_logger()


async def wait_s(store: Store, number: str, *, caller: str, now: datetime) -> float:
    """How long the answer to a PIN is to be kept back: twice as long after each wrong one. The right one is taken
    however many were wrong: nobody can lock somebody else out."""
    member = await members.of_number(store, number)
    if member is None:
        return 0.0
    wrong = await members.wrong_tries(store, member.id, now - WINDOW, caller)
    return min(2.0 ** (wrong - FREE_TRIES), LONGEST_S) if wrong > FREE_TRIES else 0.0


async def prove(store: Store, number: str, pin: str, *, caller: str, now: datetime) -> Member | None:
    """Who that is; None where the number is nobody's, has no PIN or has another one: which, is not said. `caller`: the
    number called from, "" where it is hidden."""
    member = await members.of_number(store, number)
    salt, digest = await members.secret(store, member.id) if member else ("", "")
    found = await people.digest_of(store, salt, pin)  # takes as long whether somebody has the number or not
    if member is None:
        return None
    accepted = bool(digest) and hmac.compare_digest(found, digest)
    wrong = await members.tried(store, member.id, caller, now, now - WINDOW, accepted=accepted)
    if not accepted and wrong == MANY:
        log.error("pins_are_guessed", of=member.name, caller=phone.masked(caller), remedy=REMEDY)
    return member if accepted else None
