"""Enrolment and log-in by a code that goes to the number itself.

From a cryptographic generator, used once, kept only as an HMAC; its figures are in `rules/code.py`. A code is for one
purpose: to enrol it confirms the one consent that it was asked for, to log in it changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from db.engine import rows
from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import contacts, dead_numbers, opt_outs, reach, wordings
from db.residents.code_limits import TooManyCodes, check
from db.schema import code, consent, contact, contact_point
from db.staff import journal
from rules import channels, phone
from rules.code import CONSENT_STANDS, DIGITS, REQUEST_STANDS, VALID, WRONG_TRIES, CodePurpose
from rules.model import Language, Wording

__all__ = ["TooManyCodes", "agree", "enrol", "issue_code", "known", "redeem", "refuse_codes"]


async def known(store: Store, number: str) -> bool:
    """Does anybody in the store have this number, pending enrolments included?"""
    async with store.reading() as c:
        return await contacts.holder(c, number) is not None


@dataclass(frozen=True, slots=True)
class ConsentBegun:
    """An enrolment that waits for its code."""

    contact_id: int
    consent_id: int


async def enrol(
    store: Store, number: str, *, language: Language, wording: Wording, via: str, now: datetime, caller: str = ""
) -> ConsentBegun:
    """Keep the consent, and a pending contact unless somebody has the number. Nothing else changes before a code proves
    who holds the number (`redeem`), and both end with that code (`db/residents/pending.py`). `caller`: who asks, for
    the limits of codes. Raises TooManyCodes: then nothing is kept."""
    async with store.writing() as c:
        await check(c, number, caller, now)
        contact_id = await contacts.holder(c, number)
        if contact_id is None:
            contact_id = await _pending(c, number, language, now)
        else:
            # Who enrols again speaks the language of this call; a file that is active changes only once proved.
            pending = contact.c.id == contact_id, ~contact.c.active
            await c.execute(update(contact).where(*pending).values(language=language))
        return ConsentBegun(contact_id, await _consent(c, contact_id, number, wording, via, now))


async def _consent(
    c: Connection,
    contact_id: int,
    number: str,
    wording: Wording,
    via: str,
    now: datetime,
) -> int:
    await wordings.keep(c, wording, now)
    given = {"contact_id": contact_id, "number": number, "via": via, "given_at": now}
    new = insert(consent).values({**given, "wording_version": wording.version}).returning(consent.c.id)
    return int((await c.execute(new)).scalar_one())


async def agree(store: Store, contact_id: int, number: str, *, wording: Wording, via: str, now: datetime) -> None:
    """Somebody who has just shown that the number is theirs agrees: the file is active."""
    async with store.writing() as c:
        await _agreed(c, contact_id, number, await _consent(c, contact_id, number, wording, via, now), now)
        await reach.forget(c, [number])


async def _pending(c: Connection, number: str, language: Language, now: datetime) -> int:
    nameless = {"first_name": "", "last_name": "", "active": False, "created_at": now, "changed_at": now}
    new = insert(contact).values({**nameless, "language": language, "language_by": "resident"})
    contact_id = int((await c.execute(new.returning(contact.c.id))).scalar_one())
    await contacts.put_point(c, contact_id, channels.CALL, number)
    return contact_id


async def issue_code(store: Store, number: str, *, caller: str, now: datetime, consent_id: int | None = None) -> str:
    """A new code for the number, in clear: it is never shown again. The one before is void. `consent_id`: what it
    confirms; None: it is to log in. A request counted by `attempts.queue_code` is served as it was asked for, without
    being counted twice. Raises TooManyCodes."""
    plain = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    salt = secrets.token_hex(16)
    made = {"issued_at": now, "salt": salt, "digest": _digest(store, salt, number, plain)}
    async with store.writing() as c:
        request = await _request(c, number, now)
        if request is None:
            await check(c, number, caller, now)
        await _void(c, number, now)
        if request is None:
            asked = {"number": number, "caller": caller, "asked_at": now, "consent_id": consent_id}
            await c.execute(insert(code), {**asked, "purpose": purpose(consent_id), **made})
        else:
            await c.execute(update(code).where(code.c.id == request).values(made))
    return plain


def purpose(consent_id: int | None) -> CodePurpose:
    return CodePurpose.LOG_IN if consent_id is None else CodePurpose.ENROL


async def refuse_codes(store: Store, number: str, *, now: datetime) -> None:
    """Whoever has the number asked for none: the code is void, and no other goes there for a while (`code_limits`)."""
    newest = select(code.c.id).where(code.c.number == number).order_by(code.c.id.desc()).limit(1).scalar_subquery()
    async with store.writing() as c:
        await c.execute(update(code).where(code.c.number == number, code.c.ended_at.is_(None)).values(ended_at=now))
        await c.execute(update(code).where(code.c.id == newest).values(refused_at=now))
        personal = {"number": phone.masked(number)}
        await journal.record(c, "resident", "asked for no code", "number", {}, now, personal=personal)


async def _request(c: Connection, number: str, now: datetime) -> int | None:
    standing = code.c.number == number, code.c.issued_at.is_(None), code.c.ended_at.is_(None)
    query = select(code.c.id).where(
        *standing, code.c.purpose != CodePurpose.LEAVE, code.c.asked_at > now - REQUEST_STANDS
    )
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
    consent_id: int | None = None


async def redeem(store: Store, number: str, code: str, *, now: datetime, consent_id: int | None = None) -> int | None:
    """The contact whose number this code proves; None when it is wrong, used, expired or void. The number is marked
    verified. `consent_id`: a consent given by who keys in the code. It is confirmed, else the one that the code was
    asked for, else none: a confirmed consent makes a pending contact active and lifts the opt-out, if there is one."""
    async with store.writing() as c:
        live = await _live(c, number, now) or _Nothing()
        right = hmac.compare_digest(_digest(store, live.salt, number, code), live.digest)
        await _spend(c, live, right, now)
        contact_id = await contacts.holder(c, number)
        if not right or contact_id is None:
            return None
        await _prove(c, contact_id, number, live.consent_id if consent_id is None else consent_id, now)
        personal = {"number": phone.masked(number)}
        await journal.record(c, "resident", "proved to hold", f"contact {contact_id}", {}, now, personal=personal)
    return contact_id


async def _live(c: Connection, number: str, now: datetime) -> rows.Row:
    alive = code.c.number == number, code.c.issued_at > now - VALID, code.c.ended_at.is_(None)
    return (await c.execute(select(code).where(*alive).order_by(code.c.id.desc()).limit(1))).first()


async def _spend(c: Connection, live: rows.Row, right: bool, now: datetime) -> None:
    wrong_tries = live.wrong_tries + (not right)
    ended_at = now if right or wrong_tries >= WRONG_TRIES else None
    spent = update(code).where(code.c.id == live.id).values(wrong_tries=wrong_tries, ended_at=ended_at)
    await c.execute(spent)


async def _prove(c: Connection, contact_id: int, number: str, consent_id: int | None, now: datetime) -> None:
    theirs = contact_point.c.contact_id == contact_id, contact_point.c.address == number
    if consent_id is not None:
        await _agreed(c, contact_id, number, consent_id, now)
    await c.execute(update(contact_point).where(*theirs).values(verified=True))
    for channel in channels.OF_NUMBERS:
        await dead_numbers.clear(c, [number], channel)
    await reach.forget(c, [number])


async def _agreed(c: Connection, contact_id: int, number: str, consent_id: int, now: datetime) -> None:
    """A consent that was withdrawn, confirmed or ended meanwhile changes nothing."""
    this = consent.c.id == consent_id, consent.c.contact_id == contact_id, consent.c.number == number
    open_ = consent.c.confirmed_at.is_(None), consent.c.withdrawn_at.is_(None)
    in_time = consent.c.given_at > now - CONSENT_STANDS
    agreed = await c.execute(update(consent).where(*this, *open_, in_time).values(confirmed_at=now))
    if agreed.rowcount:
        await contacts.put_point(c, contact_id, channels.CALL, number)
        await opt_outs.lift(c, number, channels.CALL, now)
        pending = contact.c.id == contact_id, ~contact.c.active
        await c.execute(update(contact).where(*pending).values(active=True, changed_at=now))
