from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from db import schema
from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts
from db.residents import accounts, contacts, wordings
from db.residents.accounts import TooManyCodes
from db.residents.code_limits import Scope
from rules.audience import LeftOut
from rules.model import Channel, Language, Wording
from tests.db.town import NOW, dead, later, number, people, running

A, B = number(1), number(2)
CALLER = number(99)
ELSEWHERE = "+14185550101"


WORDS = Wording("consent", Language.EN, "v3", "You may withdraw at any time.")


async def begin(store: Store, address: str = A, now: datetime = NOW) -> accounts.ConsentBegun:
    return await accounts.enrol(store, address, language=Language.EN, wording=WORDS, via="telephone", now=now)


async def enrol(store: Store, address: str = A, now: datetime = NOW) -> int:
    return (await begin(store, address, now)).contact_id


async def issue(store: Store, address: str = A, now: datetime = NOW, caller: str = "") -> str:
    """For the consent that was given last."""
    consent = schema.consent.c
    given = select(consent.id).where(consent.number == address, consent.confirmed_at.is_(None))
    async with store.reading() as c:
        consent_id = (await c.execute(given.order_by(consent.id.desc()).limit(1))).scalar()
    return await accounts.issue_code(store, address, caller=caller, now=now, consent_id=consent_id)


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


# -- what a code is for --


async def test_a_code_confirms_only_the_consent_that_it_was_asked_for(store: Store) -> None:
    """A stranger's consent for the same number stays unconfirmed."""
    stranger, holder = await begin(store), await begin(store)
    code = await accounts.issue_code(store, A, caller="", now=NOW, consent_id=holder.consent_id)
    assert await redeem(store, code, now=later(1)) == holder.contact_id
    assert await confirmed(store) == {stranger.consent_id: None, holder.consent_id: later(1)}


async def test_logging_in_confirms_nothing_and_opens_no_pending_file(store: Store) -> None:
    begun = await begin(store)
    code = await accounts.issue_code(store, A, caller="", now=NOW)
    assert await redeem(store, code) == begun.contact_id
    assert await confirmed(store) == {begun.consent_id: None}
    contact = await contacts.get(store, begun.contact_id)
    assert contact is not None
    assert not contact.active


async def test_logging_in_lifts_no_opt_out_beside_a_strangers_consent(store: Store) -> None:
    await people(store, [A])
    await contacts.opt_out(store, A, Channel.VOICE, via="telephone", now=NOW)
    await begin(store)
    await redeem(store, await accounts.issue_code(store, A, caller="", now=NOW))
    assert await contacts.opted_out(store, A, Channel.VOICE)


async def test_who_agrees_on_the_call_that_gives_the_code_is_believed(store: Store) -> None:
    """The code was asked for by somebody else, to log in."""
    begun = await begin(store)
    code = await accounts.issue_code(store, A, caller="", now=NOW)
    assert await accounts.redeem(store, A, code, now=NOW, consent_id=begun.consent_id) == begun.contact_id
    assert await confirmed(store) == {begun.consent_id: NOW}


async def test_a_consent_ends_with_its_code(store: Store) -> None:
    begun = await begin(store)
    code = await accounts.issue_code(store, A, caller="", now=later(24 * 60), consent_id=begun.consent_id)
    await redeem(store, code, now=later(26 * 60))
    assert await confirmed(store) == {begun.consent_id: None}


async def test_enrolments_that_nobody_finishes_are_gone_with_their_code(store: Store) -> None:
    (imported,) = await people(store, [B])
    for n in range(20, 40):
        await begin(store, number(n))
    await begin(store, B)
    finished = await begin(store, A)
    await redeem(store, await issue(store))
    await attempts.sweep(store, later(24 * 60))
    assert len(await confirmed(store)) == 22
    await attempts.sweep(store, later(26 * 60))
    assert await confirmed(store) == {finished.consent_id: NOW}
    assert {each.id for each in await contacts.listing(store)} == {imported.id, finished.contact_id}


async def test_an_enrolment_left_out_of_an_alert_is_gone_all_the_same(store: Store) -> None:
    begun = await begin(store)
    contact = await contacts.get(store, begun.contact_id)
    assert contact is not None
    alert_id = await running(store, await people(store, [B]), [LeftOut(contact, "enrolment not finished")])
    await attempts.sweep(store, later(3600))
    assert await contacts.get(store, begun.contact_id) is None
    assert [each.reason for each in await alerts.deliveries(store, alert_id)] == ["", "enrolment not finished"]


async def test_who_asks_for_too_many_codes_leaves_nothing_behind(store: Store) -> None:
    for n in range(10):
        await issue(store, number(n), caller=CALLER)
    with pytest.raises(TooManyCodes):
        await accounts.enrol(
            store, number(50), language=Language.EN, wording=WORDS, via="telephone", now=NOW, caller=CALLER
        )
    assert not await accounts.known(store, number(50))


async def test_a_wording_that_is_edited_stays_as_it_was_agreed_to(store: Store) -> None:
    edited = Wording("consent", Language.EN, "v4", "You may never withdraw.")
    for each in (WORDS, WORDS, edited):
        await accounts.enrol(store, A, language=Language.EN, wording=each, via="telephone", now=NOW)
    assert await wordings.text(store, "v3") == WORDS.text
    assert await wordings.text(store, "v4") == edited.text
    assert await wordings.text(store, "v5") is None


async def confirmed(store: Store) -> dict[int, datetime | None]:
    columns = schema.consent.c
    async with store.reading() as c:
        return {row.id: row.confirmed_at for row in await c.execute(select(columns.id, columns.confirmed_at))}
