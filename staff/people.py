"""People who run it: their telephones, roles and PINs."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from db.engine.connection import Connection
from db.engine.store import Store
from db.staff import journal, members
from db.staff.members import Member, Taken
from records.problem import WrongField
from records.rejected import Rejected
from records.staff import MemberRequest, MemberView
from rules import phone, pins, visible
from rules.operator_error import NotThere
from rules.roles import StaffRole

LONGEST_NAME = 80
TAKEN = {
    "name": "is somebody's already: `tocsin staff list` shows who there is",
    "number": "is the telephone of somebody else: each has one of their own",
}


async def add(store: Store, asked: MemberRequest, *, by: str, now: datetime) -> Member:
    """Somebody new; without a PIN they can do nothing by telephone. Raises Rejected."""
    missing = [field for field in ("name", "number", "roles") if not getattr(asked, field)]
    if missing:
        raise Rejected([WrongField(field=_option(field), detail="is needed.") for field in missing])
    values = _checked(asked)
    async with store.writing() as c:
        with _free(asked):
            await members.add(c, values["name"], values["number"], asked.roles, now)
        await _record(c, by, "added", values["name"], values, now)
        return await _known(c, values["name"])


async def change(store: Store, name: str, asked: MemberRequest, *, by: str, now: datetime) -> Member:
    """What is asked of. Raises NotThere, Rejected."""
    values = _checked(asked)
    if not values:
        raise Rejected([WrongField(field="", detail="Nothing is to be changed: give a name, a number or roles.")])
    async with store.writing() as c:
        found = await _known(c, name)
        with _free(asked):
            await members.change(c, found.id, values)
        await _record(c, by, "changed", found.name, values, now)
        return await _known(c, values.get("name", found.name))


async def remove(store: Store, name: str, *, by: str, now: datetime) -> None:
    """They may do nothing any more; what they did stays in the journal. Raises NotThere."""
    async with store.writing() as c:
        found = await _known(c, name)
        await members.change(c, found.id, {"active": False, "salt": "", "digest": ""})
        await _record(c, by, "removed", found.name, {}, now)


async def set_pin(store: Store, name: str, pin: str, *, by: str, now: datetime) -> None:
    """Raises NotThere, Rejected."""
    async with store.reading() as c:
        found = await _known(c, name)
    try:
        pins.check(pin, found.number)
    except pins.BadPin as error:
        raise Rejected([WrongField(field="", detail=str(error))]) from None
    salt = secrets.token_hex(16)
    digest = await digest_of(store, salt, pin)
    async with store.writing() as c:
        await members.change(c, found.id, {"salt": salt, "digest": digest, "pin_set_at": now})
        await _record(c, by, "set the PIN of", found.name, {}, now)


async def digest_of(store: Store, salt: str, pin: str) -> str:
    """Slow to compute, and under the key of the codes: a copy of the database alone gives no PIN away."""
    slow = await asyncio.to_thread(hashlib.scrypt, pin.encode(), salt=salt.encode(), n=2**14, r=8, p=1)
    return hmac.new(store.code_key, slow, hashlib.sha256).hexdigest()


def told(found: Member) -> MemberView:
    """As the API tells it."""
    return MemberView(
        name=found.name,
        number=found.number,
        roles=found.roles,
        created_at=found.created_at.isoformat(),
        pin_set_at=found.pin_set_at.isoformat() if found.pin_set_at else None,
    )


async def _known(c: Connection, name: str) -> Member:
    found = await members.named(c, name)
    if found is None:
        raise NotThere(f"Nobody on the staff is called “{name}”: `tocsin staff list` shows who there is.")
    return found


def _checked(asked: MemberRequest) -> dict[str, Any]:
    """What is given, as it is stored. Raises Rejected."""
    values: dict[str, Any] = {"roles": list(dict.fromkeys(asked.roles))} if asked.roles else {}
    wrong = []
    if name := " ".join(visible.text(asked.name).split()):
        values["name"] = name
        if len(name) > LONGEST_NAME:
            wrong.append(WrongField(field="name", detail=f"is longer than {LONGEST_NAME} characters."))
    if asked.number:
        try:
            values["number"] = phone.parse(asked.number)
        except phone.BadNumber as error:
            wrong.append(WrongField(field="number", detail=str(error)))
    if wrong:
        raise Rejected(wrong)
    return values


@contextmanager
def _free(asked: MemberRequest) -> Iterator[None]:
    """What is somebody else's is refused in words."""
    try:
        yield
    except Taken as error:
        detail = f"“{getattr(asked, error.field)}” {TAKEN[error.field]}"
        raise Rejected([WrongField(field=error.field, detail=detail)]) from None


def _option(field: str) -> str:
    return {"roles": "role"}.get(field, field)


async def _record(c: Connection, by: str, what: str, name: str, values: Mapping[str, Any], now: datetime) -> None:
    number = {"number": phone.masked(values["number"])} if "number" in values else {}
    roles = {"roles": [StaffRole(each) for each in values["roles"]]} if "roles" in values else {}
    await journal.record(c, by, what, f"staff {name}", roles, now, personal=number or None)
