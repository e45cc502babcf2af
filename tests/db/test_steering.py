"""What is looked at when a call is claimed, and how an alert ends before everybody was tried."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update

from db import schema
from db.alerts import alerts, endings, ring_back
from db.engine.store import Store
from db.queue import attempts
from db.residents import contacts, opt_outs
from db.texts import messages
from rules.audience import Planned, Target
from rules.model import Channel, Contact, Household, Numbers, Purpose
from rules.outcome import REACHED, DeliveryOutcome, Disposition, Outcome, Reply, of_call
from rules.status import AlertStatus, AttemptStatus, MessageStatus
from tests.db.town import (
    ACKNOWLEDGED,
    LEFT_WHOLE,
    NO_ANSWER,
    NOW,
    draft,
    later,
    number,
    outcomes,
    people,
    running,
)

A, B, C = number(1), number(2), number(3)
EVERY = frozenset(Purpose)


async def claimed(store: Store, now: datetime = NOW, **limits: Any) -> list[str]:
    return [each.address for each in await attempts.claim(store, 10, now=now, **limits)]


async def test_outside_the_hours_only_emergencies_ring(store: Store) -> None:
    everyone = await people(store, [A], [B])
    await running(store, everyone[:1], purpose=Purpose.INFORMATION)
    await running(store, everyone[1:])
    night = {Purpose.EMERGENCY}
    assert await claimed(store, purposes=night) == [B]
    assert await attempts.next_due(store, now=NOW, purposes=night) is None
    assert await attempts.next_due(store, now=NOW, purposes=EVERY) == NOW
    assert await claimed(store) == [A]


async def test_not_before_it_starts_nor_once_it_expired(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]), starts_at=later(60), expires_at=later(120))
    assert await claimed(store, later(59)) == []
    assert await attempts.next_due(store, now=NOW) == later(60)
    assert await claimed(store, later(120)) == []
    assert await claimed(store, later(119)) == [A]
    (call,) = await attempts.open_attempts(store)
    settled = await attempts.finish(store, call.id, NO_ANSWER, now=later(130))
    assert settled is DeliveryOutcome.UNREACHED, "the redial would come too late"
    alert = await alerts.get(store, alert_id)
    assert alert
    assert alert.status is AlertStatus.DONE


@pytest.mark.parametrize("held", [None, AlertStatus.PAUSED])
async def test_an_expired_alert_ends_by_itself(store: Store, held: AlertStatus | None) -> None:
    everyone = [*await people(store, [A], [B]), *await people(store, [C], channel=Channel.SMS)]
    alert_id = await running(store, everyone, expires_at=later(120))
    if held:
        assert await alerts.move(store, alert_id, held, NOW)
    await attempts.sweep(store, later(119))
    assert set(await outcomes(store, alert_id)) == {None}
    await attempts.sweep(store, later(120))
    assert set(await outcomes(store, alert_id)) == {DeliveryOutcome.UNREACHED}
    alert = await alerts.get(store, alert_id)
    assert alert
    assert alert.status is AlertStatus.DONE


async def test_texts_are_not_sent_once_expired(store: Store) -> None:
    await running(store, await people(store, [C], channel=Channel.SMS), expires_at=later(120))
    assert await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=later(121)) == []
    assert len(await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=later(119))) == 1


async def test_a_number_is_not_called_all_day_long(store: Store) -> None:
    everyone = await people(store, [A], [B])
    for minute in range(2):
        await running(store, everyone[:1], purpose=Purpose.INFORMATION)
        (call,) = await attempts.claim(store, 10, now=later(60 * minute), calls_an_hour=2)
        await attempts.advance(store, call.id, AttemptStatus.PLACED, at=later(60 * minute))
        await attempts.finish(store, call.id, ACKNOWLEDGED, now=later(60 * minute + 30))
    await running(store, everyone, purpose=Purpose.INFORMATION)
    assert await claimed(store, later(180), calls_an_hour=2) == [B]
    assert await attempts.next_due(store) == later(3600), "an hour after the first of the two"
    await running(store, everyone[:1])
    assert await claimed(store, later(181), calls_an_hour=2) == [A], "an emergency goes"


@pytest.mark.parametrize("disposition", list(Disposition))
async def test_calls_that_never_rang_do_not_count_among_those_of_the_hour(
    store: Store, disposition: Disposition
) -> None:
    (who,) = await people(store, [A])
    await running(store, [who], purpose=Purpose.INFORMATION)
    (call,) = await attempts.claim(store, 10, now=NOW, calls_an_hour=1)
    await attempts.advance(store, call.id, AttemptStatus.PLACED, at=NOW)
    await attempts.finish(store, call.id, Outcome(disposition, heard=1.0), now=later(1))
    await running(store, [who], purpose=Purpose.INFORMATION, starts_at=later(2))
    never_rang = {Disposition.CONGESTION, Disposition.TRUNK_FAULT}
    assert bool(await claimed(store, later(60), calls_an_hour=1)) == (disposition in never_rang)


async def test_cancelled_in_small_steps(store: Store) -> None:
    alert_id = await running(store, await people(store, *([number(n)] for n in range(30))))
    open_calls = await attempts.claim(store, 3, now=NOW)
    async with store.writing() as c:
        assert await alerts._move(c, alert_id, AlertStatus.CANCELLED, NOW)
    await endings.clear(store, alert_id, NOW, reason="cancelled", chunk=7)
    found = await alerts.counts(store, alert_id)
    assert (found["ringing"], found["waiting"], found["unreached"]) == (3, 0, 27)
    await attempts.finish(store, open_calls[0].id, ACKNOWLEDGED, now=later(9))
    await attempts.finish(store, open_calls[1].id, NO_ANSWER, now=later(9))
    found = await alerts.counts(store, alert_id)
    assert (found["ringing"], found["acknowledged"], found["unreached"]) == (1, 1, 28)


async def test_what_a_dead_program_left_of_a_cancelled_alert_is_cleared(store: Store) -> None:
    alert_id = await running(store, [*await people(store, [A], [B]), *await people(store, [C], channel=Channel.SMS)])
    async with store.writing() as c:
        assert await alerts._move(c, alert_id, AlertStatus.CANCELLED, NOW)
    assert await claimed(store) == []
    await attempts.sweep(store, later(5))
    assert set(await outcomes(store, alert_id)) == {DeliveryOutcome.UNREACHED}
    texts = [each.status for one in await alerts.deliveries(store, alert_id) for each in one.messages]
    assert set(texts) == {MessageStatus.WITHDRAWN}


async def test_hanging_up_is_asked_for_once(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    await attempts.claim(store, 1, now=NOW)
    assert await alerts.to_hang_up(store, [alert_id]) == set()
    assert await alerts.hang_up(store, alert_id, by="test", now=NOW)
    assert await alerts.to_hang_up(store, [alert_id, 99]) == {alert_id}
    assert not await alerts.hang_up(store, alert_id, by="test", now=NOW)


async def test_a_household_is_told_through_one_of_them(store: Store) -> None:
    zoe, max_, ada = await people(store, [A], [B], [C])
    home = [Planned(zoe, zoe.points + max_.points, told_with=(max_,)), Planned(ada, ada.points)]
    alert_id = await alerts.create(store, draft(household=Household.ONCE), home, [], by="test", now=NOW)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    first, other = sorted(await attempts.claim(store, 10, now=NOW), key=lambda each: each.address)
    assert (first.address, other.address) == (A, C)
    await attempts.finish(store, first.id, NO_ANSWER, now=NOW)
    (second,) = await attempts.claim(store, 10, now=NOW)
    assert second.address == B
    await attempts.finish(store, second.id, ACKNOWLEDGED, now=NOW)
    await attempts.finish(store, other.id, LEFT_WHOLE, now=NOW)
    told = {each.contact_id: (each.outcome, each.reason) for each in await alerts.deliveries(store, alert_id)}
    assert told[zoe.id] == (DeliveryOutcome.ACKNOWLEDGED, "")
    assert told[max_.id] == (DeliveryOutcome.ACKNOWLEDGED, f"told with {zoe.name}")
    assert told[ada.id][0] is DeliveryOutcome.LEFT_ON_MACHINE
    alert = await alerts.get(store, alert_id)
    assert alert
    assert alert.status is AlertStatus.DONE


@pytest.mark.parametrize(
    ("second_call", "told"),
    [
        (ACKNOWLEDGED, [DeliveryOutcome.ACKNOWLEDGED] * 2),
        (Outcome(Disposition.HUMAN, heard=1.0), [DeliveryOutcome.HEARD] * 2),
        (LEFT_WHOLE, [DeliveryOutcome.LEFT_ON_MACHINE] * 2),
        (NO_ANSWER, [DeliveryOutcome.OPTED_OUT, DeliveryOutcome.UNREACHED]),
    ],
)
async def test_who_gives_up_alerts_does_not_do_so_for_their_household(
    second_call: Outcome, told: list[DeliveryOutcome], store: Store
) -> None:
    zoe, max_ = await people(store, [A], [B])
    home = [Planned(zoe, zoe.points + max_.points, told_with=(max_,))]
    alert_id = await alerts.create(store, draft(household=Household.ONCE, redials=0), home, [], by="test", now=NOW)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    (first,) = await attempts.claim(store, 10, now=NOW)
    await opt_outs.opt_out(store, A, Channel.VOICE, via="alert", now=NOW)
    await attempts.finish(store, first.id, Outcome(Disposition.HUMAN, Reply.OPTED_OUT, heard=1.0), now=NOW)
    (second,) = await attempts.claim(store, 10, now=NOW)
    assert second.address == B
    await attempts.finish(store, second.id, second_call, now=NOW)
    assert await outcomes(store, alert_id) == told


@pytest.mark.parametrize("channels", [(Channel.VOICE,), (Channel.SMS,), (Channel.VOICE, Channel.SMS)])
async def test_a_household_whose_first_person_lacks_a_channel(store: Store, channels: tuple[Channel, ...]) -> None:
    """Calls and texts to anybody at home count for all of them."""
    (zoe,) = await people(store, [A], channel=Channel.SMS if Channel.VOICE in channels else Channel.VOICE)
    (max_,) = await people(store, [B], channel=Channel.VOICE if Channel.VOICE in channels else Channel.SMS)
    voice, texts = (
        tuple(each for each in zoe.points + max_.points if each.channel is c and c in channels)
        for c in (Channel.VOICE, Channel.SMS)
    )
    home = [Planned(zoe, voice + texts, told_with=(max_,))]
    alert_id = await alerts.create(
        store, draft(household=Household.ONCE, channels=channels), home, [], by="test", now=NOW
    )
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    for call in await attempts.claim(store, 9, now=NOW):
        await attempts.finish(store, call.id, ACKNOWLEDGED, now=NOW)
    for text in await messages.claim(store, 9, channel=Channel.SMS, provider="smpp", now=NOW):
        await messages.sent(store, text.id, provider="smpp", external_ids=[text.id], parts=1, now=NOW)
    told = DeliveryOutcome.ACKNOWLEDGED if Channel.VOICE in channels else DeliveryOutcome.TEXTED
    assert await outcomes(store, alert_id) == [told, told]
    first, other = await alerts.deliveries(store, alert_id)
    assert (len(first.attempts), len(first.messages)) == (len(voice), len(texts))
    assert (other.attempts, other.messages) == ((), ())
    alert = await alerts.get(store, alert_id)
    assert alert
    assert alert.status is AlertStatus.DONE


async def test_anybody_of_a_household_may_ring_back(store: Store) -> None:
    zoe, max_ = await people(store, [A], [B])
    home = [Planned(zoe, zoe.points + max_.points, told_with=(max_,))]
    alert_id = await alerts.create(store, draft(household=Household.ONCE), home, [], by="test", now=NOW)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    for _ in range(2):
        (call,) = await attempts.claim(store, 9, now=NOW)
        await attempts.finish(store, call.id, NO_ANSWER, now=NOW)
    (called,) = await ring_back.called_for(store, B, now=NOW)
    assert (called.alert.id, called.acknowledged) == (alert_id, False)
    assert await ring_back.acknowledge(store, B, alert_id, now=NOW) == 1
    assert await outcomes(store, alert_id) == [None] * 2, "a caller's number stands for that number alone"
    for hour in (1, 2):
        (call,) = await attempts.claim(store, 9, now=later(hour * 3600))
        assert call.address == A
        await attempts.finish(store, call.id, NO_ANSWER, now=later(hour * 3600))
    assert await outcomes(store, alert_id) == [DeliveryOutcome.ACKNOWLEDGED] * 2
    (called,) = await ring_back.called_for(store, B, now=NOW)
    assert called.acknowledged


async def test_a_household_of_a_cancelled_alert_shares_the_outcome(store: Store) -> None:
    zoe, max_ = await people(store, [A], [B])
    home = [Planned(zoe, zoe.points, told_with=(max_,))]
    alert_id = await alerts.create(store, draft(household=Household.ONCE), home, [], by="test", now=NOW)
    await alerts.move(store, alert_id, AlertStatus.CANCELLED, NOW)
    assert await outcomes(store, alert_id) == [DeliveryOutcome.UNREACHED] * 2


async def test_every_number_is_called(store: Store) -> None:
    alert_id = await running(store, await people(store, [A, B]), numbers=Numbers.EVERY)
    first = (await attempts.claim(store, 10, now=NOW))[0]
    assert await attempts.finish(store, first.id, ACKNOWLEDGED, now=NOW) is None
    second = (await attempts.claim(store, 10, now=NOW))[0]
    assert (first.address, second.address) == (A, B)
    assert await attempts.finish(store, second.id, LEFT_WHOLE, now=NOW) is DeliveryOutcome.ACKNOWLEDGED
    assert await outcomes(store, alert_id) == [DeliveryOutcome.ACKNOWLEDGED]


async def test_a_follow_up_goes_to_exactly_those_who_were_reached(store: Store) -> None:
    everyone = await people(store, [A], [B], [C])
    alert_id = await running(store, everyone, redials=0)
    results = (ACKNOWLEDGED, NO_ANSWER, LEFT_WHOLE)
    for call, result in zip(await attempts.claim(store, 3, now=NOW), results, strict=True):
        await attempts.finish(store, call.id, result, now=NOW)
    told = [one.contact_id for one in await alerts.deliveries(store, alert_id) if one.outcome != "unreached"]

    async def who(text: str) -> list[int]:
        found: list[Contact] = await contacts.matching(store, Target.parse(text))
        return [each.id for each in found]

    assert await who(f"reached:{alert_id}") == told
    assert len(told) == 2
    assert await who(f"all except alert:{alert_id}") == []
    assert await who(f"alert:{alert_id}") == [each.id for each in everyone]
    assert len(await who(f"all except reached:{alert_id}")) == 1


CALLS = [
    *(
        Outcome(disposition, reply, heard)
        for disposition in Disposition
        for reply in Reply
        for heard in (0.0, 0.85, 1.0)
    ),
]


async def test_told_is_also_who_has_more_to_come(store: Store) -> None:
    """Every way in which a first call can end, while the second number is still to be called."""
    everyone = await people(store, *([number(2 * n), number(2 * n + 1)] for n in range(len(CALLS))))
    alert_id = await running(store, everyone, numbers=Numbers.EVERY)
    by_address = {number(2 * n): result for n, result in enumerate(CALLS)}
    for call in await attempts.claim(store, 999, now=NOW):
        await attempts.finish(store, call.id, by_address[call.address], now=NOW)
    async with store.writing() as c:
        await c.execute(update(schema.delivery).values(outcome=None))
    told = await contacts.matching(store, Target.parse(f"reached:{alert_id}"))
    expected = [who.id for who, result in zip(everyone, CALLS, strict=True) if of_call(result) in REACHED]
    assert [who.id for who in told] == expected


async def test_told_is_also_who_is_in_the_call_and_who_has_the_text(store: Store) -> None:
    listens, rings, hangs, waits = await people(store, [A], [B], [C], [number(4)])
    texted, waiting, lost = await people(store, *([number(n)] for n in (5, 6, 7)), channel=Channel.SMS)
    reads = [Planned(who, who.points) for who in (texted, waiting, lost)]
    alert_id = await alerts.create(
        store,
        draft(),
        [*(Planned(who, who.points) for who in (listens, rings, hangs, waits)), *reads],
        [],
        by="test",
        now=NOW,
    )
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    calls = {each.address: each.id for each in await attempts.claim(store, 9, now=NOW)}
    await attempts.heard(store, calls[A], 0.9)
    await attempts.heard(store, calls[C], 0.5)
    texts = {
        each.address: each.id for each in await messages.claim(store, 3, channel=Channel.SMS, provider="smpp", now=NOW)
    }
    await messages.sent(store, texts[number(5)], provider="smpp", external_ids=["1"], parts=1, now=NOW)
    await messages.failed(store, texts[number(7)], reason="no such number", now=NOW)
    async with store.writing() as c:
        await c.execute(update(schema.delivery).values(outcome=None))
    told = await contacts.matching(store, Target.parse(f"reached:{alert_id}"))
    assert [who.id for who in told] == [listens.id, texted.id]


async def test_told_is_also_their_household(store: Store) -> None:
    zoe, max_ = await people(store, [A], [B])
    home = [Planned(zoe, zoe.points + max_.points, told_with=(max_,))]
    options = {"household": Household.ONCE, "numbers": Numbers.EVERY}
    alert_id = await alerts.create(store, draft(**options), home, [], by="test", now=NOW)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    first = (await attempts.claim(store, 9, now=NOW))[0]
    assert await attempts.finish(store, first.id, LEFT_WHOLE, now=NOW) is None
    told = await contacts.matching(store, Target.parse(f"reached:{alert_id}"))
    assert [who.id for who in told] == [zoe.id, max_.id]
