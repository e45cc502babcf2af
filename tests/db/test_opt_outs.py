from __future__ import annotations

from sqlalchemy import select

from db import schema
from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts
from db.residents import contacts
from db.texts import messages
from rules.audience import Planned
from rules.model import Channel, Contact
from rules.outcome import DeliveryOutcome, Disposition, Outcome, Reply
from rules.status import AlertStatus, MessageStatus
from tests.db.town import NO_ANSWER, NOW, draft, later, number, outcomes, people, running

A, B = number(1), number(2)


async def stop(store: Store, address: str = A, channel: Channel = Channel.VOICE) -> bool:
    return await contacts.opt_out(store, address, channel, via="telephone", now=NOW)


async def with_texts(store: Store, contact: Contact) -> Planned:
    """The person with their first number for texts, too."""
    await contacts.add_point(store, contact.id, Channel.SMS, contact.points[0].address, now=NOW)
    found = await contacts.get(store, contact.id)
    assert found is not None
    texts = tuple(point for point in found.points if point.channel is Channel.SMS)
    return Planned(found, contact.points + texts)


async def test_kept_once(store: Store) -> None:
    assert await stop(store)
    assert not await stop(store)
    assert await contacts.opted_out(store, A, Channel.VOICE)
    assert not await contacts.opted_out(store, A, Channel.SMS)
    assert await contacts.opt_outs(store) == {(A, Channel.VOICE)}


async def test_the_only_number_given_up_closes_the_delivery(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    await stop(store)
    assert await outcomes(store, alert_id) == [DeliveryOutcome.OPTED_OUT]
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    assert alert.status is AlertStatus.DONE


async def test_given_up_between_two_calls(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    (call,) = await attempts.claim(store, 1, now=NOW)
    await attempts.finish(store, call.id, NO_ANSWER, now=NOW)
    await stop(store)
    assert await outcomes(store, alert_id) == [DeliveryOutcome.OPTED_OUT]


async def test_the_other_number_is_still_called(store: Store) -> None:
    alert_id = await running(store, await people(store, [A, B]))
    await stop(store)
    assert await outcomes(store, alert_id) == [None]
    assert [attempt.address for attempt in await attempts.claim(store, 10, now=NOW)] == [B]


async def test_everybody_who_shares_the_number_is_concerned(store: Store) -> None:
    first = await running(store, await people(store, [A]))
    second = await running(store, await people(store, [A], [B]))
    await stop(store)
    assert await outcomes(store, first) == [DeliveryOutcome.OPTED_OUT]
    assert await outcomes(store, second) == [DeliveryOutcome.OPTED_OUT, None]


async def test_stop_by_text_withdraws_the_text_and_leaves_the_calls(store: Store) -> None:
    (contact,) = await people(store, [A])
    planned = await with_texts(store, contact)
    alert_id = await alerts.create(store, draft(), [planned], [], by="test", now=NOW)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    await stop(store, A, Channel.SMS)
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert [(text.status, text.reason) for text in delivery.messages] == [(MessageStatus.WITHDRAWN, "opted out")]
    assert delivery.outcome is None
    assert len(await attempts.claim(store, 10, now=NOW)) == 1
    assert await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=NOW) == []


async def test_the_ninth_key_during_the_call(store: Store) -> None:
    """The script stores the opt-out, then the call ends: the delivery says so, and no redial follows."""
    alert_id = await running(store, await people(store, [A, B]))
    (call,) = await attempts.claim(store, 1, now=NOW)
    await attempts.reply(store, call.id, Reply.OPTED_OUT, now=NOW)
    await stop(store)
    ended = Outcome(Disposition.HUMAN, Reply.OPTED_OUT, heard=0.5)
    assert await attempts.finish(store, call.id, ended, now=NOW) is DeliveryOutcome.OPTED_OUT
    assert await attempts.claim(store, 10, now=later(3600)) == []
    assert await outcomes(store, alert_id) == [DeliveryOutcome.OPTED_OUT]


async def test_who_heard_the_alert_and_stops_afterwards_has_heard_it(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    (call,) = await attempts.claim(store, 1, now=NOW)
    await attempts.finish(store, call.id, Outcome(Disposition.HUMAN, heard=1.0), now=NOW)
    await stop(store)
    assert await outcomes(store, alert_id) == [DeliveryOutcome.HEARD]


async def test_consent_ends_with_the_last_channel(store: Store) -> None:
    (contact,) = await people(store, [A])
    await with_texts(store, contact)
    consent = schema.consent
    async with store.writing() as c:
        given = {"contact_id": contact.id, "number": A, "via": "telephone", "wording_version": "1", "given_at": NOW}
        await c.execute(consent.insert(), given)

    async def withdrawn() -> bool:
        async with store.reading() as c:
            return (await c.execute(select(consent.c.withdrawn_at))).scalar() is not None

    await stop(store, A, Channel.SMS)
    assert not await withdrawn()
    await stop(store, A, Channel.VOICE)
    assert await withdrawn()


async def test_a_text_planned_while_the_stop_came_in_is_swept(store: Store) -> None:
    (contact,) = await people(store, [A])
    planned = await with_texts(store, contact)
    await stop(store, A, Channel.SMS)
    alert_id = await alerts.create(
        store, draft(), [Planned(planned.contact, planned.on(Channel.SMS))], [], by="t", now=NOW
    )
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    assert await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=NOW) == []
    assert await attempts.sweep(store, NOW) == 1
    assert await outcomes(store, alert_id) == [DeliveryOutcome.OPTED_OUT]
