from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from db import schema
from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts, claims
from db.residents import accounts, contacts
from rules.model import Attempt, CallPurpose, Channel, Language, Purpose
from rules.outcome import Announcement, DeliveryOutcome, Disposition, Outcome, Reply
from rules.status import AlertStatus, AttemptStatus
from rules.usable import Refusal
from tests.db.town import (
    ACKNOWLEDGED,
    CONGESTION,
    DEAD,
    HEARD,
    HUNG_UP,
    LEFT_WHOLE,
    NO_ANSWER,
    NOW,
    dead,
    later,
    number,
    outcomes,
    people,
    running,
)

A, B, C = number(1), number(2), number(3)


async def only(store: Store, now: datetime = NOW) -> Attempt:
    (attempt,) = await attempts.claim(store, 10, now=now)
    return attempt


async def status_of(store: Store, id: str) -> str:  # noqa: A002
    async with store.reading() as c:
        return str((await c.execute(select(schema.attempt.c.status).where(schema.attempt.c.id == id))).scalar())


# -- claim --


async def test_claimed_once(store: Store) -> None:
    await running(store, await people(store, [A], [B]))
    claimed = await attempts.claim(store, 10, now=NOW)
    assert {attempt.address for attempt in claimed} == {A, B}
    assert {attempt.status for attempt in claimed} == {AttemptStatus.CLAIMED}
    assert await attempts.claim(store, 10, now=NOW) == []
    assert set(await attempts.open_attempts(store)) == set(claimed)


async def test_no_more_than_asked_for(store: Store) -> None:
    await running(store, await people(store, *([number(n)] for n in range(30))))
    assert await attempts.claim(store, 0, now=NOW) == []
    assert len(await attempts.claim(store, 7, now=NOW)) == 7
    assert len(await attempts.claim(store, 100, now=NOW)) == 23


async def test_many_dialers_never_claim_the_same_call(store: Store, url: str) -> None:
    await running(store, await people(store, *([number(n)] for n in range(200))))
    other = await Store.open(url)
    batches = await asyncio.gather(*(attempts.claim(each, 9, now=NOW) for _ in range(15) for each in (store, other)))
    claimed = Counter(attempt.id for batch in batches for attempt in batch)
    assert len(claimed) == 200
    assert set(claimed.values()) == {1}
    await other.close()


async def test_one_open_call_per_number_in_a_batch_and_after(store: Store) -> None:
    """Two alerts to the same household, and three people who share a number."""
    everyone = await people(store, [A], [A], [A], [B])
    await running(store, everyone)
    await running(store, everyone)
    first = await attempts.claim(store, 10, now=NOW)
    assert sorted(attempt.address for attempt in first) == [A, B]
    assert await attempts.claim(store, 10, now=NOW) == []
    await attempts.finish(store, next(a.id for a in first if a.address == A), ACKNOWLEDGED, now=NOW)
    assert [attempt.address for attempt in await attempts.claim(store, 10, now=NOW)] == [A]


async def test_the_database_itself_refuses_two_open_calls_to_one_number(store: Store) -> None:
    await running(store, await people(store, [A], [A]))
    async with store.writing() as c:
        with pytest.raises(IntegrityError, match=r"UNIQUE|unique"):
            await c.execute(update(schema.attempt).values(status=AttemptStatus.CLAIMED))


async def test_a_small_batch_finds_work_behind_a_busy_household(store: Store) -> None:
    await running(store, await people(store, *([A] for _ in range(10)), [B]))
    for _ in range(2):
        assert len(await attempts.claim(store, 1, now=NOW)) == 1
    assert {attempt.address for attempt in await attempts.open_attempts(store)} == {A, B}
    assert await attempts.claim(store, 1, now=NOW) == []


async def test_most_urgent_first_then_the_longest_due(store: Store) -> None:
    everyone = await people(store, [A], [B], [C])
    await running(store, everyone[:1], purpose=Purpose.INFORMATION)
    await running(store, everyone[1:2], purpose=Purpose.PUBLIC_SERVICE)
    await running(store, everyone[2:], purpose=Purpose.EMERGENCY)
    await attempts.queue_code(store, number(9), language=Language.FR, now=NOW, due_at=NOW)
    claimed = await attempts.claim(store, 10, now=later(10))
    assert [attempt.address for attempt in claimed] == [number(9), C, B, A]
    assert claimed[0].errand is CallPurpose.CODE


@pytest.mark.parametrize("status", [AlertStatus.PAUSED, AlertStatus.CANCELLED])
async def test_nothing_of_an_alert_that_is_stopped(store: Store, status: AlertStatus) -> None:
    alert_id = await running(store, await people(store, [A]))
    await alerts.move(store, alert_id, status, NOW)
    assert await attempts.claim(store, 10, now=NOW) == []
    assert await attempts.next_due(store) is None
    if status is AlertStatus.PAUSED:
        await alerts.steer(store, alert_id, AlertStatus.RUNNING, by="Zoé", now=NOW)
        await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
        assert (await only(store)).address == A


async def test_not_before_it_is_due(store: Store) -> None:
    await running(store, await people(store, [A]))
    first = await only(store)
    assert await attempts.finish(store, first.id, NO_ANSWER, now=later(32)) is None
    assert await attempts.next_due(store) == later(332)
    assert await attempts.claim(store, 10, now=later(331)) == []
    assert (await only(store, later(332))).id != first.id


async def test_opted_out_since_the_plan(store: Store) -> None:
    await running(store, await people(store, [A], [B]))
    async with store.writing() as c:
        await c.execute(insert(schema.opt_out), {"address": A, "channel": Channel.VOICE, "via": "telephone", "at": NOW})
    assert [attempt.address for attempt in await attempts.claim(store, 10, now=NOW)] == [B]


async def test_claiming_costs_the_same_beside_a_million_finished_calls(store: Store) -> None:
    """Not by the clock: the plan of the query must not look at finished rows."""
    values = {"now": NOW, "codes_since": NOW, "look_at": 4, "alert_0": 1, "alert_1": 2}
    claim = select(claims.claimable(((), ("en",)))).params(values)
    async with store.reading() as c:
        query = claim.compile(dialect=c.dialect, compile_kwargs={"literal_binds": True})
        plan = (await c.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")).all()
    steps = [row[-1] for row in plan]
    heads = [step for step in steps if "ix_attempt_waiting (alert_id=? AND due_at<?)" in step]
    assert len(heads) == 3, steps
    assert not any(step.startswith("SCAN attempt") or "ORDER BY" in step for step in steps), steps


# -- the steps of a call --


async def test_a_call_from_claim_to_answer(store: Store) -> None:
    await running(store, await people(store, [A]))
    attempt = await only(store)
    assert await attempts.advance(store, attempt.id, AttemptStatus.PLACED, at=later(1), trunk="north")
    assert await attempts.advance(store, attempt.id, AttemptStatus.RINGING, at=later(2))
    assert await attempts.advance(store, attempt.id, AttemptStatus.ANSWERED, at=later(3))
    (open_,) = await attempts.open_attempts(store)
    assert (open_.trunk, open_.placed_at, open_.answered_at) == ("north", later(1), later(3))


@pytest.mark.parametrize(
    ("to", "allowed"),
    [
        (AttemptStatus.PLACED, True),
        (AttemptStatus.RINGING, False),
        (AttemptStatus.ANSWERED, False),
        (AttemptStatus.WITHDRAWN, False),
        (AttemptStatus.CLAIMED, False),
    ],
)
async def test_only_allowed_moves(store: Store, to: AttemptStatus, allowed: bool) -> None:
    await running(store, await people(store, [A]))
    attempt = await only(store)
    assert await attempts.advance(store, attempt.id, to, at=NOW) is allowed
    assert await status_of(store, attempt.id) == (to if allowed else AttemptStatus.CLAIMED)


async def test_an_unknown_call_goes_nowhere(store: Store) -> None:
    assert not await attempts.advance(store, "0" * 32, AttemptStatus.PLACED, at=NOW)
    assert not await attempts.release(store, "0" * 32)
    assert await attempts.finish(store, "0" * 32, ACKNOWLEDGED, now=NOW) is None


async def test_released_and_claimed_again(store: Store) -> None:
    await running(store, await people(store, [A]))
    attempt = await only(store)
    assert await attempts.release(store, attempt.id)
    assert not await attempts.release(store, attempt.id)
    again = await only(store)
    assert again.id == attempt.id
    await attempts.advance(store, again.id, AttemptStatus.PLACED, at=NOW)
    assert not await attempts.release(store, again.id), "a placed call may be ringing"


async def test_steps_of_many_calls_at_once_all_count(store: Store) -> None:
    await running(store, await people(store, *([number(n)] for n in range(50))))
    claimed = await attempts.claim(store, 50, now=NOW)

    async def live(attempt: Attempt) -> DeliveryOutcome | None:
        for step in (AttemptStatus.PLACED, AttemptStatus.RINGING, AttemptStatus.ANSWERED):
            assert await attempts.advance(store, attempt.id, step, at=NOW)
        assert await attempts.heard(store, attempt.id, 0.5)
        return await attempts.finish(store, attempt.id, ACKNOWLEDGED, now=NOW)

    assert set(await asyncio.gather(*map(live, claimed))) == {DeliveryOutcome.ACKNOWLEDGED}


async def test_asked_for_together_and_taken_in_order(store: Store) -> None:
    await running(store, await people(store, [A]))
    attempt = await only(store)
    done: tuple[object, ...] = await asyncio.gather(
        attempts.advance(store, attempt.id, AttemptStatus.PLACED, at=NOW),
        attempts.advance(store, attempt.id, AttemptStatus.ANSWERED, at=NOW),
        attempts.reply(store, attempt.id, Reply.ACKNOWLEDGED, now=NOW),
        attempts.finish(store, attempt.id, Outcome(Disposition.HUMAN), now=NOW),
        attempts.reply(store, attempt.id, Reply.OPTED_OUT, now=NOW),
    )
    assert list(done) == [True, True, True, DeliveryOutcome.ACKNOWLEDGED, False]


# -- finish --


async def test_no_answer_then_acknowledged(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    assert await attempts.finish(store, (await only(store)).id, NO_ANSWER, now=later(32)) is None
    second = await only(store, later(332))
    assert await attempts.finish(store, second.id, ACKNOWLEDGED, now=later(400)) is DeliveryOutcome.ACKNOWLEDGED
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    assert (alert.status, alert.ended_at) == (AlertStatus.DONE, later(400))


async def test_never_answered(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    moments = []
    now = NOW
    for _ in range(3):
        attempt = await only(store, now)
        moments.append(now)
        await attempts.finish(store, attempt.id, NO_ANSWER, now=now)
        now = await attempts.next_due(store) or now
    assert moments == [NOW, later(300), later(600)]
    assert await outcomes(store, alert_id) == [DeliveryOutcome.UNREACHED]


async def test_what_was_stored_is_kept(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    attempt = await only(store)
    await attempts.finish(store, attempt.id, Outcome(Disposition.MACHINE, heard=1.0, sip=200, cause=16), now=later(9))
    ((delivery,),) = [await alerts.deliveries(store, alert_id)]
    (call,) = delivery.attempts
    assert (call.disposition, call.heard, call.sip, call.cause) == (Disposition.MACHINE, 1.0, 200, 16)
    assert (call.status, call.ended_at) == (AttemptStatus.FINISHED, later(9))


async def test_finished_twice_counts_once(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    attempt = await only(store)
    both = await asyncio.gather(
        attempts.finish(store, attempt.id, NO_ANSWER, now=NOW), attempts.finish(store, attempt.id, HEARD, now=NOW)
    )
    assert set(both) == {None}
    assert await attempts.finish(store, attempt.id, HEARD, now=NOW) is None
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert [call.disposition for call in delivery.attempts] == [Disposition.NO_ANSWER, None]


async def test_tones_of_the_network_told_nobody(store: Store) -> None:
    """However much of the message was played to them; what they said is kept."""
    alert_id = await running(store, await people(store, [A]), channels=(Channel.VOICE,))
    fax = Outcome(Disposition.NETWORK, heard=1.0, sip=200, announcement=Announcement.FAX)
    for moment in (NOW, later(300)):
        assert await attempts.finish(store, (await only(store, moment)).id, fax, now=moment) in (None, "unreached")
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert delivery.outcome is DeliveryOutcome.UNREACHED
    assert [call.announcement for call in delivery.attempts] == [Announcement.FAX, Announcement.FAX]


async def test_the_key_press_counts_whatever_becomes_of_the_call(store: Store) -> None:
    """The program died after the key: nobody who acknowledged is called again."""
    alert_id = await running(store, await people(store, [A]))
    attempt = await only(store)
    await attempts.reply(store, attempt.id, Reply.ACKNOWLEDGED, now=NOW)
    await attempts.heard(store, attempt.id, 0.4)
    await attempts.heard(store, attempt.id, 0.2)
    settled = await attempts.finish(store, attempt.id, Outcome(Disposition.INTERRUPTED), now=NOW)
    assert settled is DeliveryOutcome.ACKNOWLEDGED
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert (delivery.attempts[0].reply, delivery.attempts[0].heard) == (Reply.ACKNOWLEDGED, 0.4)


async def test_a_number_that_does_not_exist_is_suspected_for_everybody_and_the_next_one_is_called(store: Store) -> None:
    everyone = await people(store, [A, B], [A])
    await running(store, everyone[:1])
    await attempts.finish(store, (await only(store)).id, DEAD, now=NOW)
    assert (await only(store)).address == B
    found = [await contacts.get(store, contact.id) for contact in everyone]
    assert [[point.suspected for point in one.points] for one in found if one] == [[True, False], [True]]
    assert not any(point.dead for one in found if one for point in one.points)


async def test_only_dead_numbers(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    assert await attempts.finish(store, (await only(store)).id, DEAD, now=NOW) is DeliveryOutcome.UNREACHED
    assert await outcomes(store, alert_id) == [DeliveryOutcome.UNREACHED]


async def test_congestion_uses_up_no_try(store: Store) -> None:
    await running(store, await people(store, [A]))
    await attempts.finish(store, (await only(store)).id, CONGESTION, now=NOW)
    assert await attempts.next_due(store) == later(5)
    await attempts.finish(store, (await only(store, later(5))).id, CONGESTION, now=later(5))
    assert await attempts.next_due(store) == later(15)


async def test_a_message_on_a_machine_still_tries_the_other_number_once(store: Store) -> None:
    alert_id = await running(store, await people(store, [A, B]))
    assert await attempts.finish(store, (await only(store)).id, LEFT_WHOLE, now=NOW) is None
    second = await only(store)
    assert second.address == B
    assert await attempts.finish(store, second.id, NO_ANSWER, now=NOW) is DeliveryOutcome.LEFT_ON_MACHINE
    assert await outcomes(store, alert_id) == [DeliveryOutcome.LEFT_ON_MACHINE]


async def test_hung_up_early_is_called_once_more(store: Store) -> None:
    await running(store, await people(store, [A]))
    assert await attempts.finish(store, (await only(store)).id, HUNG_UP, now=NOW) is None
    again = await only(store, later(300))
    assert await attempts.finish(store, again.id, HUNG_UP, now=later(300)) is DeliveryOutcome.UNREACHED


async def test_a_cancelled_alert_is_not_tried_again(store: Store) -> None:
    alert_id = await running(store, await people(store, [A, B]))
    attempt = await only(store)
    await alerts.move(store, alert_id, AlertStatus.CANCELLED, NOW)
    assert await outcomes(store, alert_id) == [None], "its call is still open"
    assert await attempts.finish(store, attempt.id, NO_ANSWER, now=NOW) is DeliveryOutcome.UNREACHED


async def test_a_paused_alert_waits_with_its_redials(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    attempt = await only(store)
    await alerts.move(store, alert_id, AlertStatus.PAUSED, NOW)
    assert await attempts.finish(store, attempt.id, NO_ANSWER, now=NOW) is None
    assert await attempts.claim(store, 10, now=later(300)) == []
    await alerts.steer(store, alert_id, AlertStatus.RUNNING, by="Zoé", now=later(600))
    assert (await only(store, later(600))).address == A


async def test_one_bad_outcome_does_not_take_the_others_down(store: Store) -> None:
    await running(store, await people(store, [A], [B]))
    good, bad = await attempts.claim(store, 2, now=NOW)
    naive = NOW.replace(tzinfo=None)
    results = await asyncio.gather(
        attempts.finish(store, good.id, ACKNOWLEDGED, now=NOW),
        attempts.finish(store, bad.id, ACKNOWLEDGED, now=naive),
        return_exceptions=True,
    )
    assert results[0] is DeliveryOutcome.ACKNOWLEDGED
    assert "no time zone" in str(results[1])
    assert await status_of(store, bad.id) == AttemptStatus.CLAIMED


async def test_a_cancelled_caller_does_not_stop_the_writing(store: Store) -> None:
    await running(store, await people(store, [A]))
    attempt = await only(store)
    task = asyncio.ensure_future(attempts.finish(store, attempt.id, ACKNOWLEDGED, now=NOW))
    await asyncio.sleep(0)
    task.cancel()
    await store.close()
    again = await Store.open(f"sqlite:///{store.place}")
    assert await status_of(again, attempt.id) == AttemptStatus.FINISHED
    await again.close()


# -- sweep --


async def test_the_sweep_goes_on_to_the_next_number(store: Store) -> None:
    (contact,) = await people(store, [A, B])
    await running(store, [contact], purpose=Purpose.PUBLIC_SERVICE)
    await dead(store, A)
    assert await attempts.claim(store, 10, now=NOW) == []
    assert await attempts.sweep(store, NOW) == 1
    assert (await only(store)).address == B
    assert await attempts.sweep(store, NOW) == 0


async def test_the_sweep_ends_an_alert_that_nobody_can_hear(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    async with store.writing() as c:
        await c.execute(update(schema.contact_point).values(active=False))
    assert await attempts.sweep(store, NOW) == 1
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    assert alert.status is AlertStatus.DONE
    assert await outcomes(store, alert_id) == [DeliveryOutcome.UNREACHED]


async def test_the_sweep_leaves_alone_what_only_waits(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    await alerts.move(store, alert_id, AlertStatus.PAUSED, NOW)
    assert await attempts.sweep(store, later(3600)) == 0


# -- codes --


async def code_call(store: Store, now: datetime = NOW, to: str = A, caller: str = "") -> str:
    return await attempts.queue_code(store, to, language=Language.EN, now=now, due_at=now, caller=caller)


async def test_a_code_is_called_even_to_who_opted_out(store: Store) -> None:
    await contacts.opt_out(store, A, Channel.VOICE, via="telephone", now=NOW)
    attempt_id = await code_call(store)
    attempt = await only(store)
    assert (attempt.id, attempt.errand, attempt.language) == (attempt_id, CallPurpose.CODE, Language.EN)
    assert await attempts.finish(store, attempt.id, HEARD, now=NOW) is None
    assert await attempts.claim(store, 10, now=NOW) == []


async def test_one_code_call_per_number_at_a_time(store: Store) -> None:
    first = await code_call(store)
    assert await code_call(store) == first
    await only(store)
    assert await code_call(store) == first
    await attempts.finish(store, first, NO_ANSWER, now=NOW)
    assert await code_call(store) != first


async def test_a_code_call_counts_as_one_code(store: Store) -> None:
    for _ in range(3):
        await attempts.finish(store, await code_call(store), HEARD, now=NOW)
        attempt = await only(store)
        assert await accounts.issue_code(store, A, caller="", now=NOW)
        await attempts.finish(store, attempt.id, HEARD, now=NOW)
    with pytest.raises(accounts.TooManyCodes):
        await code_call(store)


async def test_a_caller_cannot_make_the_whole_town_ring(store: Store) -> None:
    for n in range(10):
        await code_call(store, to=number(n), caller="+15145559999")
    with pytest.raises(accounts.TooManyCodes):
        await code_call(store, to=number(10), caller="+15145559999")


async def test_a_code_call_that_cannot_be_placed_is_given_up(store: Store) -> None:
    attempt_id = await code_call(store)
    assert await attempts.sweep(store, later(599)) == 0
    assert await attempts.sweep(store, later(601)) == 1
    assert await status_of(store, attempt_id) == AttemptStatus.WITHDRAWN


async def test_an_exchange_that_is_held_is_passed_over(store: Store) -> None:
    await running(store, await people(store, ["+15145550001"], ["+15145560001"], ["+15145550002"]))
    claimed = await attempts.claim(store, 10, now=NOW, held={"+1514555"})
    assert [attempt.address for attempt in claimed] == ["+15145560001"]
    assert len(await attempts.claim(store, 10, now=NOW)) == 2


async def test_a_call_that_its_trunk_did_not_carry_is_due_at_once(store: Store) -> None:
    await running(store, await people(store, [number(1)]))
    (attempt,) = await attempts.claim(store, 10, now=NOW)
    await attempts.finish(store, attempt.id, CONGESTION, now=later(1))
    assert await attempts.claim(store, 10, now=later(1)) == []
    assert await attempts.hasten(store, attempt, now=later(1))
    assert len(await attempts.claim(store, 10, now=later(1))) == 1
    assert not await attempts.hasten(store, attempt, now=later(2))


@pytest.mark.parametrize(("seconds", "placed"), [(599, 1), (600, 0), (86400, 0)])
async def test_a_code_call_is_not_placed_once_its_code_would_be_over(store: Store, seconds: float, placed: int) -> None:
    await code_call(store)
    assert len(await attempts.claim(store, 10, now=later(seconds))) == placed


# -- numbers that may not be called any more --


async def test_a_call_that_is_refused_goes_on_to_the_next_number(store: Store) -> None:
    alert_id = await running(store, await people(store, [A, B]))
    first = await only(store)
    assert await attempts.refuse(store, [first.id], reason=Refusal.NOT_ALLOWED, now=NOW) == 1
    second = await only(store)
    assert (first.address, second.address) == (A, B)
    await attempts.finish(store, second.id, NO_ANSWER, now=NOW)
    third = await only(store, later(3600))
    assert third.address == B  # the refused number is not tried again
    await attempts.finish(store, third.id, ACKNOWLEDGED, now=later(3600))
    assert await outcomes(store, alert_id) == [DeliveryOutcome.ACKNOWLEDGED]
    (person,) = await alerts.deliveries(store, alert_id)
    assert [(each.status, each.reason) for each in person.attempts if each.address == A] == [
        (AttemptStatus.WITHDRAWN, Refusal.NOT_ALLOWED)
    ]


async def test_whose_only_number_is_refused_is_not_reached(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    call = await only(store)
    assert await attempts.refuse(store, [call.id], reason=Refusal.NOT_ALLOWED, now=NOW) == 1
    assert await attempts.refuse(store, [call.id], reason=Refusal.NOT_ALLOWED, now=NOW) == 0
    assert await outcomes(store, alert_id) == [DeliveryOutcome.UNREACHED]
    stored = await alerts.get(store, alert_id)
    assert stored is not None
    assert stored.status is AlertStatus.DONE


async def test_a_code_to_a_number_that_is_refused_is_withdrawn(store: Store) -> None:
    await code_call(store)
    call = await only(store)
    assert await attempts.refuse(store, [call.id], reason=Refusal.NOT_ALLOWED, now=NOW) == 1
    assert await status_of(store, call.id) == AttemptStatus.WITHDRAWN


async def test_what_is_due_for_a_number_on_a_call_is_due_at_the_end_of_that_call(store: Store) -> None:
    everyone = await people(store, [number(1)])
    for _ in range(2):
        await running(store, everyone)
    (open_call,) = await attempts.claim(store, 5, now=NOW)
    assert await attempts.next_due(store, now=NOW) is None
    await attempts.finish(store, open_call.id, ACKNOWLEDGED, now=NOW)
    assert await attempts.next_due(store, now=NOW) == NOW
