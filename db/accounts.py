"""Enrolment and log-in by a code that goes to the number itself.

Six digits, from a cryptographic generator, valid 10 minutes, used once, void after 5 wrong tries, kept only as an HMAC
(NIST SP 800-63B, 3.1.3: at least 20 bits, 10 minutes, rate limits).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from alerts import phone
from alerts.model import Channel, Language
from db import audit, contacts, dead_numbers, opt_outs, reach, rows
from db.code_limits import TooManyCodes, check
from db.connection import Connection
from db.schema import code, consent, contact, contact_point
from db.store import Store

__all__ = ["TooManyCodes", "enrol", "issue_code", "known", "redeem", "refuse_codes"]

CODE_DIGITS = 6
VALID = timedelta(minutes=10)
WRONG_TRIES = 5
REQUEST_STANDS = timedelta(minutes=15)
"""A code asked for by telephone is made when the call is answered, at most so much later."""


async def known(store: Store, number: str) -> bool:
    """Does anybody in the store have this number, pending enrolments included?"""
    async with store.reading() as c:
        return await contacts.holder(c, number) is not None


async def enrol(store: Store, number: str, *, language: Language, wording_version: str, via: str, now: datetime) -> int:
    """Keep the consent, and a pending contact unless somebody has the number; returns the contact's id. Nothing else
    changes before a code proves who holds the number (`redeem`)."""
    async with store.writing() as c:
        contact_id = await contacts.holder(c, number)
        if contact_id is None:
            contact_id = await _pending(c, number, language, now)
        else:
            # Who enrols anew speaks the language of this call; a file that is active changes only once proved.
            pending = contact.c.id == contact_id, ~contact.c.active
            await c.execute(update(contact).where(*pending).values(language=language))
        given = {"contact_id": contact_id, "number": number, "via": via, "given_at": now}
        await c.execute(insert(consent), {**given, "wording_version": wording_version})
    return contact_id


async def _pending(c: Connection, number: str, language: Language, now: datetime) -> int:
    nameless = {"first_name": "", "last_name": "", "active": False, "created_at": now, "changed_at": now}
    new = insert(contact).values({**nameless, "language": language, "language_by": "resident"})
    contact_id = int((await c.execute(new.returning(contact.c.id))).scalar_one())
    await contacts.put_point(c, contact_id, Channel.VOICE, number)
    return contact_id


async def issue_code(store: Store, number: str, *, caller: str, now: datetime) -> str:
    """A new code for the number, in clear: it is never shown again. The one before is void. A request counted by
    `attempts.queue_code` is served without being counted twice. Raises TooManyCodes."""
    plain = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    salt = secrets.token_hex(16)
    made = {"issued_at": now, "salt": salt, "digest": _digest(store, salt, number, plain)}
    async with store.writing() as c:
        request = await _request(c, number, now)
        if request is None:
            await check(c, number, caller, now)
        await _void(c, number, now)
        if request is None:
            await c.execute(insert(code), {"number": number, "caller": caller, "asked_at": now, **made})
        else:
            await c.execute(update(code).where(code.c.id == request).values(made))
    return plain


async def refuse_codes(store: Store, number: str, *, now: datetime) -> None:
    """Whoever has the number asked for none: the code is void, and no other goes there for a while (`code_limits`)."""
    newest = select(code.c.id).where(code.c.number == number).order_by(code.c.id.desc()).limit(1).scalar_subquery()
    async with store.writing() as c:
        await c.execute(update(code).where(code.c.number == number, code.c.ended_at.is_(None)).values(ended_at=now))
        await c.execute(update(code).where(code.c.id == newest).values(refused_at=now))
        await audit.record(c, "resident", "asked for no code", "number", {"number": phone.masked(number)}, now)


async def _request(c: Connection, number: str, now: datetime) -> int | None:
    standing = code.c.number == number, code.c.issued_at.is_(None), code.c.ended_at.is_(None)
    query = select(code.c.id).where(*standing, code.c.asked_at > now - REQUEST_STANDS)
    query = query.order_by(code.c.id.desc()).limit(1)
    found: int | None = (await c.execute(query)).scalar()
    return found


async def _void(c: Connection, number: str, now: datetime) -> None:
    older = code.c.number == number, code.c.issued_at.is_not(None), code.c.ended_at.is_(None)
    await c.execute(update(code).where(*older).values(ended_at=now))


def _digest(store: Store, salt: str, number: str, plain: str) -> str:
    return hmac.new(store.code_key, f"{salt}:{number}:{plain}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class _Nothing:
    """Stands in where no code is: the work, and so the time, is the same."""

    id: int = -1
    salt: str = "0" * 32
    digest: str = "0" * 64
    wrong_tries: int = 0


async def redeem(store: Store, number: str, code: str, *, now: datetime) -> int | None:
    """The contact whose number this code proves; None when it is wrong, used, expired or void. Success makes a pending
    contact active, marks the number verified, confirms the consent and, where there is one, lifts the opt-out."""
    async with store.writing() as c:
        live = await _live(c, number, now) or _Nothing()
        right = hmac.compare_digest(_digest(store, live.salt, number, code), live.digest)
        await _spend(c, live, right, now)
        contact_id = await contacts.holder(c, number)
        if not right or contact_id is None:
            return None
        await _prove(c, contact_id, number, now)
        detail = {"number": phone.masked(number)}
        await audit.record(c, "resident", "proved to hold", f"contact {contact_id}", detail, now)
    return contact_id


async def _live(c: Connection, number: str, now: datetime) -> rows.Row:
    alive = code.c.number == number, code.c.issued_at > now - VALID, code.c.ended_at.is_(None)
    return (await c.execute(select(code).where(*alive).order_by(code.c.id.desc()).limit(1))).first()


async def _spend(c: Connection, live: rows.Row, right: bool, now: datetime) -> None:
    wrong_tries = live.wrong_tries + (not right)
    ended_at = now if right or wrong_tries >= WRONG_TRIES else None
    spent = update(code).where(code.c.id == live.id).values(wrong_tries=wrong_tries, ended_at=ended_at)
    await c.execute(spent)


async def _prove(c: Connection, contact_id: int, number: str, now: datetime) -> None:
    theirs = contact_point.c.contact_id == contact_id, contact_point.c.address == number
    agreed = await c.execute(
        update(consent)
        .where(consent.c.contact_id == contact_id, consent.c.number == number, *_unconfirmed())
        .values(confirmed_at=now)
    )
    if agreed.rowcount:
        await contacts.put_point(c, contact_id, Channel.VOICE, number)
        await opt_outs.lift(c, number, Channel.VOICE, now)
    await c.execute(update(contact_point).where(*theirs).values(verified=True))
    for channel in (Channel.VOICE, Channel.SMS):
        await dead_numbers.clear(c, [number], channel)
    pending = contact.c.id == contact_id, ~contact.c.active
    await c.execute(update(contact).where(*pending).values(active=True, changed_at=now))
    await reach.forget(c, [number])


def _unconfirmed() -> tuple[Any, ...]:
    return consent.c.confirmed_at.is_(None), consent.c.withdrawn_at.is_(None)
