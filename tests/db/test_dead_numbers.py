"""Numbers that networks say do not exist: who is still called, when, and after whom."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from db.alerts import alerts, preview, store_alert
from db.engine.store import Store
from db.queue import attempts
from db.residents import accounts, contact_import, contacts, dead_numbers, doubts
from db.staff import journal
from db.texts import messages
from rules.contact_rows import ContactRow, PhoneLine
from rules.dead_numbers import Evidence, Standing
from rules.model import Channel, Language, Purpose
from rules.outcome import Disposition, Outcome
from rules.status import AlertStatus, AttemptStatus
from tests.db.town import DEAD, HEARD, NO_ANSWER, NOW, WORDS, dead, draft, later, number, people, running, suspected

A, B, C = number(1), number(2), number(3)
DAY = timedelta(days=1)
AREA_CODES = frozenset({"514"})
HOST, OTHER_HOST = "sip.a.example:5060", "sip.b.example:5060"


async def point(store: Store, address: str, channel: Channel = Channel.VOICE) -> tuple[bool, bool]:
    """Suspected, dead."""
    found = await contacts.find(store, address, channel=channel)
    assert found
    (mine,) = [each for each in found.points if (each.address, each.channel) == (address, channel)]
    return mine.suspected, mine.dead


async def answered(
    store: Store, outcome: Outcome, *, now: datetime = NOW, where: str = HOST, rang: bool = False
) -> str:
    """The next call ends like this; the number."""
    (call,) = await attempts.claim(store, 1, now=now + timedelta(seconds=1))
    if rang:
        await attempts.advance(store, call.id, AttemptStatus.PLACED, at=now)
        await attempts.advance(store, call.id, AttemptStatus.RINGING, at=now)
    await attempts.finish(store, call.id, outcome, now=now + timedelta(seconds=1), where=where)
    return call.address


async def send(store: Store, *, now: datetime = NOW, **changes: object) -> int:
    created = await store_alert.create(store, draft(**changes), AREA_CODES, by="test", now=now, organization="Ville")
    await alerts.move(store, created.id, AlertStatus.RUNNING, now)
    return created.id


async def test_the_same_in_another_alert_a_day_later(store: Store) -> None:
    await people(store, [A])
    await send(store)
    await answered(store, DEAD)
    assert await point(store, A) == (True, False)
    await send(store, now=later(3600))
    await answered(store, DEAD, now=later(3600))
    assert await point(store, A) == (True, False)
    await send(store, now=NOW + 2 * DAY)
    await answered(store, DEAD, now=NOW + 2 * DAY)
    assert await point(store, A) == (False, True)


async def test_over_another_trunk_to_another_host(store: Store) -> None:
    await people(store, [A])
    for where, expected in ((HOST, (True, False)), (HOST, (True, False)), (OTHER_HOST, (False, True))):
        await send(store)
        await answered(store, DEAD, where=where)
        assert await point(store, A) == expected


@pytest.mark.parametrize(("sip", "cause"), [(484, 28), (484, 1), (404, 28)])
async def test_a_number_that_is_written_wrong_is_not_suspected(store: Store, sip: int, cause: int) -> None:
    await people(store, [A])
    for days in range(3):
        await send(store, now=NOW + days * DAY)
        await answered(store, Outcome(Disposition.DEAD_NUMBER, sip=sip, cause=cause), now=NOW + days * DAY)
    assert await point(store, A) == (False, False)


@pytest.mark.parametrize(("outcome", "rang"), [(HEARD, True), (NO_ANSWER, True), (Outcome(Disposition.BUSY), False)])
@pytest.mark.parametrize("believed", [dead, suspected])
async def test_a_sign_of_life_clears(store: Store, outcome: Outcome, rang: bool, believed: object) -> None:
    await people(store, [A])
    await (dead if believed is dead else suspected)(store, A)
    await send(store)
    await answered(store, outcome, rang=rang)
    assert await point(store, A) == (False, False)
    await send(store, now=NOW + 2 * DAY)
    await answered(store, DEAD, now=NOW + 2 * DAY)
    assert await point(store, A) == (True, False), "what was said before the sign of life does not count"


async def test_no_answer_without_a_ring_proves_nothing(store: Store) -> None:
    await people(store, [A])
    await suspected(store, A)
    await send(store)
    await answered(store, NO_ANSWER)
    assert await point(store, A) == (True, False)


@pytest.mark.parametrize("sector", ["", "Nord"])
async def test_suspected_numbers_are_called_after_the_others_dead_ones_last(store: Store, sector: str) -> None:
    numbers = [number(place) for place in range(1, 13)]
    await people(store, *[[each] for each in numbers])
    for each in numbers[:4]:
        await dead(store, each)
    for each in numbers[4:8]:
        await suspected(store, each)
    await send(store, purpose=Purpose.EMERGENCY)
    called = [await answered(store, HEARD) for _ in numbers]
    assert [sorted(called[place : place + 4]) for place in (0, 4, 8)] == [numbers[8:], numbers[4:8], numbers[:4]]


async def test_dead_numbers_are_left_out_unless_it_is_an_emergency(store: Store) -> None:
    await people(store, [A], [B])
    await dead(store, A)
    wanted = draft(purpose=Purpose.PUBLIC_SERVICE)
    assert (await preview.preview(store, wanted, AREA_CODES)).left_out == {"dead number": 1}
    assert (await preview.preview(store, draft(), AREA_CODES)).left_out == {}
    await send(store, purpose=Purpose.PUBLIC_SERVICE)
    assert await answered(store, HEARD) == B
    assert await attempts.claim(store, 9, now=later(60)) == []


async def test_of_one_person_the_number_that_may_not_exist_comes_last(store: Store) -> None:
    await people(store, [A, B])
    await suspected(store, A)
    await send(store)
    assert [await answered(store, each) for each in (DEAD, HEARD)] == [B, A]


async def test_a_call_waiting_for_a_number_that_died_goes_out_in_an_emergency(store: Store) -> None:
    (who,) = await people(store, [A])
    await running(store, [who])
    await dead(store, A)
    assert await attempts.sweep(store, NOW) == 0
    assert await answered(store, DEAD) == A
    assert await attempts.claim(store, 9, now=later(600)) == [], "once in an alert"


async def test_after_ninety_days_a_dead_number_is_called_again(store: Store) -> None:
    await people(store, [A])
    await dead(store, A)
    assert await dead_numbers.expire(store, NOW + 89 * DAY) == 0
    assert await dead_numbers.expire(store, NOW + 90 * DAY) == 1
    assert await point(store, A) == (True, False)
    await send(store, now=NOW + 91 * DAY, purpose=Purpose.PUBLIC_SERVICE)
    await answered(store, DEAD, now=NOW + 91 * DAY)
    assert await point(store, A) == (False, True), "the old answer and the new one are of different days"


async def test_who_gets_a_dead_number_later_has_a_dead_number(store: Store) -> None:
    """A file brings nothing back to life by itself, nor does an enrolment that is not proved."""
    await people(store, [A], [B])
    await dead(store, A)
    await suspected(store, B)
    row = ContactRow(1, "Zoé", "Roy", Language.FR, (PhoneLine(A), PhoneLine(B)), ())
    await contact_import.import_rows(store, [row], by="test", now=NOW)
    (zoe,) = [each for each in await contacts.listing(store) if each.first_name == "Zoé"]
    assert [(each.suspected, each.dead) for each in zoe.points] == [(False, True), (True, False)]
    await accounts.enrol(store, A, language=Language.FR, wording=WORDS, via="telephone", now=NOW)
    assert await point(store, A) == (False, True)


async def test_who_proves_a_number_by_a_code_brings_it_back(store: Store) -> None:
    await people(store, [A])
    await dead(store, A)
    plain = await accounts.issue_code(store, A, caller="", now=NOW)
    assert await accounts.redeem(store, A, plain, now=NOW)
    assert await point(store, A) == (False, False)


async def text(store: Store, now: datetime = NOW) -> str:
    await send(store, now=now, channels=(Channel.SMS,))
    (found,) = await messages.claim(store, 9, channel=Channel.SMS, provider="smpp", now=now + timedelta(seconds=1))
    return found.id


async def test_texts_need_evidence_too_and_a_receipt_clears(store: Store) -> None:
    await people(store, [A], channel=Channel.SMS)
    for moment, expected in ((NOW, (True, False)), (NOW + 2 * DAY, (False, True))):
        await messages.failed(store, await text(store, moment), "no such number", now=moment, dead_number=True)
        assert await point(store, A, Channel.SMS) == expected
    await messages.sent(store, await text(store, later(9)), provider="smpp", external_ids=["1"], parts=1, now=later(10))
    assert await point(store, A, Channel.SMS) == (False, True), "taken by the carrier is not on the telephone"
    await messages.receipt(store, "1", True, provider="smpp", reason="", now=later(11))
    assert await point(store, A, Channel.SMS) == (False, False)


async def test_a_text_says_nothing_about_calls(store: Store) -> None:
    await people(store, [A])
    await dead(store, A, Channel.SMS)
    assert await point(store, A) == (False, False)


async def test_what_is_recorded_is_told(store: Store) -> None:
    await people(store, [A])
    async with store.writing() as c:
        first = await dead_numbers.record(c, A, Channel.VOICE, where=HOST, now=NOW)
        second = await dead_numbers.record(c, A, Channel.VOICE, where=HOST, now=NOW, evidence=Evidence.BOTH)
    assert (first, second) == (Standing.SUSPECTED, Standing.DEAD)


async def test_revived_by_number_by_alert_and_by_moment(store: Store) -> None:
    await people(store, [A], [B], [C])
    alert_id = await send(store)
    for _ in range(3):
        await answered(store, DEAD)
    await dead(store, C, now=NOW + DAY)
    tally = await doubts.tally(store)
    assert (tally.suspected, tally.dead, tally.newest) == (2, 1, NOW + DAY)
    assert (tally.some[0], set(tally.some)) == (C, {A, B, C})
    found = await doubts.find(store, doubts.of_alert(alert_id))
    assert [(each.address, each.standing) for each in found] == [
        (A, Standing.SUSPECTED),
        (B, Standing.SUSPECTED),
        (C, Standing.DEAD),
    ]
    ways = (doubts.of_number(A), [A]), (doubts.since(NOW + DAY / 2), [C]), (doubts.of_alert(alert_id), [B])
    for which, numbers in ways:
        revived = await doubts.revive(store, which, by="Anne", now=NOW + DAY)
        assert [each.address for each in revived] == numbers
        assert await point(store, numbers[0]) == (False, False)
    assert [line["detail"]["numbers"] for line in await journal.about(store, "numbers")] == [1, 1, 1]
    assert await doubts.revive(store, doubts.of_alert(alert_id), by="Anne", now=NOW + DAY) == []
    assert await doubts.tally(store) == doubts.Tally()


async def test_a_revived_number_is_called_by_the_next_alert_of_any_kind(store: Store) -> None:
    await people(store, [A])
    await dead(store, A)
    await doubts.revive(store, doubts.of_number(A), by="Anne", now=NOW)
    await send(store, purpose=Purpose.PUBLIC_SERVICE)
    assert await answered(store, HEARD) == A
