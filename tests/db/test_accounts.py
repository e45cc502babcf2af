from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from alerts.model import Channel, Language
from db import accounts, contacts, schema
from db.accounts import TooManyCodes
from db.code_limits import Scope
from db.store import Store
from tests.db.town import NOW, dead, later, number, people

A, B = number(1), number(2)
CALLER = number(99)
ELSEWHERE = "+14185550101"


async def enrol(store: Store, address: str = A, now: datetime = NOW) -> int:
    return await accounts.enrol(store, address, language=Language.EN, wording_version="v3", via="telephone", now=now)


async def issue(store: Store, address: str = A, now: datetime = NOW, caller: str = "") -> str:
    return await accounts.issue_code(store, address, caller=caller, now=now)


async def redeem(store: Store, code: str, address: str = A, now: datetime = NOW) -> int | None:
    return await accounts.redeem(store, address, code, now=now)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_a_new_resident(store: Store) -> None:
    assert not await accounts.known(store, A)
    contact_id = await enrol(store)
    assert await accounts.known(store, A)
    pending = await contacts.get(store, contact_id)
    assert pending is not None
    assert (pending.active, pending.language) == (False, Language.EN)
    assert await redeem(store, await issue(store)) == contact_id
    contact = await contacts.get(store, contact_id)
    assert contact is not None
    (point,) = contact.points
    assert (contact.active, point.address, point.channel, point.verified) == (True, A, Channel.VOICE, True)


async def test_hung_up_before_the_code_and_called_back(store: Store) -> None:
    first = await enrol(store)
    code = await issue(store)
    assert await enrol(store, now=later(60)) == first
    assert await redeem(store, code, now=later(599)) == first


async def test_consent_is_stored_and_confirmed_by_the_code(store: Store) -> None:
    await enrol(store)
    columns = schema.consent.c
    query = select(columns.number, columns.wording_version, columns.via, columns.given_at, columns.confirmed_at)

    async def kept() -> tuple[object, ...]:
        async with store.reading() as c:
            return tuple((await c.execute(query)).one())

    assert await kept() == (A, "v3", "telephone", NOW, None)
    await redeem(store, await issue(store), now=later(30))
    assert (await kept())[-1] == later(30)


async def test_an_imported_resident_who_enrols_keeps_their_file(store: Store) -> None:
    (imported,) = await people(store, [A, B])
    assert await enrol(store) == imported.id
    unchanged = await contacts.get(store, imported.id)
    assert unchanged == imported, "nothing changes before the code"
    assert await redeem(store, await issue(store)) == imported.id
    found = await contacts.get(store, imported.id)
    assert found is not None
    assert [point.verified for point in found.points] == [True, False]
    assert found.language is Language.FR


async def test_enrolling_again_lifts_the_opt_out_once_proved(store: Store) -> None:
    await people(store, [A])
    await contacts.opt_out(store, A, Channel.VOICE, via="telephone", now=NOW)
    await enrol(store)
    assert await contacts.opted_out(store, A, Channel.VOICE), "anybody may key in somebody else's number"
    await redeem(store, await issue(store))
    assert not await contacts.opted_out(store, A, Channel.VOICE)


async def test_logging_in_does_not_lift_the_opt_out(store: Store) -> None:
    (contact,) = await people(store, [A])
    await contacts.opt_out(store, A, Channel.VOICE, via="telephone", now=NOW)
    assert await redeem(store, await issue(store)) == contact.id
    assert await contacts.opted_out(store, A, Channel.VOICE)


async def test_a_number_thought_dead_is_alive_when_its_code_comes_back(store: Store) -> None:
    (contact,) = await people(store, [A])
    await dead(store, A)
    await redeem(store, await issue(store))
    found = await contacts.get(store, contact.id)
    assert found is not None
    assert not found.points[0].dead


async def test_six_digits_zeros_included(store: Store) -> None:
    codes = {await issue(store, number(n)) for n in range(40)}
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(codes) > 35


async def test_used_once(store: Store) -> None:
    await enrol(store)
    code = await issue(store)
    assert await redeem(store, code) is not None
    assert await redeem(store, code) is None


async def test_used_by_two_callers_at_once(store: Store) -> None:
    await enrol(store)
    code = await issue(store)
    results = await asyncio.gather(*(redeem(store, code) for _ in range(8)))
    assert sum(result is not None for result in results) == 1


@pytest.mark.parametrize(("after_s", "works"), [(599, True), (600, False), (86400, False)])
async def test_valid_ten_minutes(store: Store, after_s: int, works: bool) -> None:
    await enrol(store)
    code = await issue(store)
    assert (await redeem(store, code, now=later(after_s)) is not None) is works


async def test_void_after_five_wrong_tries(store: Store) -> None:
    await enrol(store)
    code = await issue(store)
    for _ in range(5):
        assert await redeem(store, other_than(code)) is None
    assert await redeem(store, code) is None


async def test_four_wrong_tries_are_forgiven(store: Store) -> None:
    await enrol(store)
    code = await issue(store)
    for _ in range(4):
        await redeem(store, other_than(code))
    assert await redeem(store, code) is not None


async def test_a_new_code_voids_the_older(store: Store) -> None:
    await enrol(store)
    old, new = await issue(store), await issue(store)
    if old != new:
        assert await redeem(store, old) is None
    assert await redeem(store, new) is not None


async def test_a_code_opens_only_its_own_number(store: Store) -> None:
    await enrol(store, A)
    await enrol(store, B)
    code = await issue(store, A)
    await issue(store, B)
    assert await redeem(store, code, B) in (None, 2)
    assert await redeem(store, code, A) == 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "000000"])
async def test_an_unknown_number_answers_like_a_known_one(store: Store, code: str) -> None:
    assert await redeem(store, code) is None


async def test_only_a_keyed_hash_is_stored(store: Store, tmp_path: object) -> None:
    code = await issue(store)
    async with store.reading() as c:
        row = (await c.execute(select(schema.code))).one()
    assert code not in str(row)
    assert len(row.digest) == 64
    assert len(row.salt) == 32


@pytest.mark.parametrize(
    ("moments_s", "next_s", "until_s"),
    [
        ([0, 0, 0], 0, 600),
        ([0, 300, 500], 599, 600),
        ([0, 700, 1400, 2100, 2800], 3600, 86400),
    ],
)
async def test_limits_per_number(store: Store, moments_s: list[int], next_s: int, until_s: int) -> None:
    for moment_s in moments_s:
        await issue(store, now=later(moment_s))
    with pytest.raises(TooManyCodes) as refused:
        await issue(store, now=later(next_s))
    assert refused.value.until == later(until_s)
    await issue(store, now=refused.value.until)
    await issue(store, B, now=later(next_s))


async def test_limits_per_caller(store: Store) -> None:
    for n in range(10):
        await issue(store, number(n), caller=CALLER)
    with pytest.raises(TooManyCodes) as refused:
        await issue(store, number(10), caller=CALLER)
    assert refused.value.until - NOW == timedelta(hours=1)
    await issue(store, number(10), caller=number(98))
    await issue(store, number(11), caller="")


async def test_the_hourly_ceiling(store: Store) -> None:
    asked = [
        {"number": number(n), "caller": "", "asked_at": NOW, "issued_at": NOW, "salt": "", "digest": ""}
        for n in range(500)
    ]
    async with store.writing() as c:
        await c.execute(schema.code.insert(), asked)
    with pytest.raises(TooManyCodes) as refused:
        await issue(store, ELSEWHERE, now=later(3599))
    assert refused.value.flood
    await issue(store, ELSEWHERE, now=later(3600))


async def test_the_ceiling_of_an_exchange(store: Store) -> None:
    for n in range(250):
        await issue(store, number(n))
    with pytest.raises(TooManyCodes) as refused:
        await issue(store, number(250))
    assert (refused.value.flood, refused.value.scope) == (True, Scope.EXCHANGE)
    await issue(store, ELSEWHERE)


async def test_a_refused_code_leaves_the_one_before_alone(store: Store) -> None:
    await enrol(store)
    codes = [await issue(store) for _ in range(3)]
    with pytest.raises(TooManyCodes):
        await issue(store)
    assert await redeem(store, codes[-1]) is not None
