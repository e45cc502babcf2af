from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from db import schema
from db.alerts import alerts, ring_back, unspoken
from db.engine.store import Store
from db.queue import attempts
from db.residents import contacts
from db.staff import journal
from db.texts import messages
from rules.audience import LeftOut, Planned, Target
from rules.model import Channel, Language, Purpose
from rules.outcome import DeliveryOutcome
from rules.status import AlertStatus, AttemptStatus, MessageStatus
from tests.db.town import ACKNOWLEDGED, NO_ANSWER, NOW, draft, later, number, outcomes, people, running

A, B, C = number(1), number(2), number(3)


async def both_channels(store: Store, *numbers: str) -> list[Planned]:
    """People with voice and texts at one number."""
    planned = []
    for contact in await people(store, *([each] for each in numbers)):
        await contacts.add_point(store, contact.id, Channel.SMS, contact.points[0].address, now=NOW)
        found = await contacts.get(store, contact.id)
        assert found is not None
        planned.append(Planned(found, found.points[:2]))
    return planned


async def test_an_alert_as_it_was_written(store: Store) -> None:
    alert_id = await alerts.create(store, draft(), [], [], by="Zoé", now=NOW)
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    assert alert.texts == {Language.FR: "Faites bouillir l'eau.", Language.EN: "Boil the water."}
    assert (alert.title, alert.purpose, alert.target, alert.status) == ("Eau", Purpose.EMERGENCY, "all", "queued")
    assert (alert.channels, alert.redials, alert.redial_delay_s) == ((Channel.VOICE, Channel.SMS), 2, 300.0)
    assert (alert.created_at, alert.created_by, alert.ended_at) == (NOW, "Zoé", None)
    assert await alerts.get(store, alert_id + 1) is None


async def test_everybody_gets_a_delivery(store: Store) -> None:
    first, second = await both_channels(store, A, B)
    (third,) = await people(store, [C])
    left_out = [LeftOut(third, "same number as Zoé")]
    alert_id = await alerts.create(store, draft(), [first, second], left_out, by="Zoé", now=NOW, organization="Ville")
    reached, other, out = await alerts.deliveries(store, alert_id)
    assert (reached.name, reached.language, reached.outcome) == ("Alix 1", Language.FR, None)
    assert [(call.address, call.status, call.due_at) for call in reached.attempts] == [(A, "waiting", NOW)]
    assert [(text.address, text.status, text.body) for text in reached.messages] == [
        (A, "waiting", "Ville : Faites bouillir l'eau.")
    ]
    assert [call.address for call in other.attempts] == [B]
    assert (out.outcome, out.reason, out.attempts) == (DeliveryOutcome.LEFT_OUT, "same number as Zoé", ())


async def test_the_ids_of_first_calls_are_as_long_as_the_others(store: Store) -> None:
    """Asterisk refuses an id that begins like another one: all have 32 digits."""
    alert_id = await running(store, await people(store, [A], [B]))
    deliveries = await alerts.deliveries(store, alert_id)
    ids = {call.id for delivery in deliveries for call in delivery.attempts}
    assert len(ids) == 2
    assert all(len(id_) == 32 and set(id_) <= set("0123456789abcdef") for id_ in ids)


async def test_nothing_is_claimed_before_the_audio_is_made(store: Store) -> None:
    planned = [Planned(contact, contact.points) for contact in await people(store, [A])]
    alert_id = await alerts.create(store, draft(), planned, [], by="Zoé", now=NOW)
    assert await attempts.claim(store, 10, now=NOW) == []
    assert await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    assert len(await attempts.claim(store, 10, now=NOW)) == 1


@pytest.mark.parametrize(
    ("moves", "done"),
    [
        ([AlertStatus.RUNNING, AlertStatus.PAUSED, AlertStatus.QUEUED], [True, True, True]),
        ([AlertStatus.PAUSED, AlertStatus.RUNNING], [True, False]),
        ([AlertStatus.CANCELLED, AlertStatus.RUNNING], [True, False]),
        ([AlertStatus.RUNNING, AlertStatus.RUNNING], [True, False]),
        ([AlertStatus.RUNNING, AlertStatus.QUEUED], [True, False]),
    ],
)
async def test_only_allowed_moves(store: Store, moves: list[AlertStatus], done: list[bool]) -> None:
    planned = [Planned(contact, contact.points) for contact in await people(store, [A])]
    alert_id = await alerts.create(store, draft(), planned, [], by="Zoé", now=NOW)
    assert [await alerts.move(store, alert_id, move, NOW) for move in moves] == done


async def test_two_hands_on_one_alert(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    done = await asyncio.gather(*(alerts.move(store, alert_id, AlertStatus.CANCELLED, NOW) for _ in range(5)))
    assert sorted(done) == [False] * 4 + [True]


async def test_an_alert_to_nobody_is_over_at_once(store: Store) -> None:
    alert_id = await alerts.create(store, draft(), [], [], by="Zoé", now=NOW)
    assert await alerts.move(store, alert_id, AlertStatus.RUNNING, later(5))
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    assert (alert.status, alert.ended_at) == (AlertStatus.DONE, later(5))


async def test_cancelled_while_some_ring(store: Store) -> None:
    planned = await both_channels(store, A, B)
    alert_id = await alerts.create(store, draft(), planned, [], by="Zoé", now=NOW)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    (ringing,) = await attempts.claim(store, 1, now=NOW)
    assert await alerts.move(store, alert_id, AlertStatus.CANCELLED, later(1))
    deliveries = await alerts.deliveries(store, alert_id)
    assert sorted(call.status for each in deliveries for call in each.attempts) == ["claimed", "withdrawn"]
    assert {text.status for each in deliveries for text in each.messages} == {MessageStatus.WITHDRAWN}
    assert sorted(map(str, await outcomes(store, alert_id))) == ["None", "unreached"]
    assert await attempts.finish(store, ringing.id, ACKNOWLEDGED, now=later(9)) is DeliveryOutcome.ACKNOWLEDGED
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    assert (alert.status, alert.ended_at) == (AlertStatus.CANCELLED, later(1))


async def test_counts_follow_the_calls(store: Store) -> None:
    everyone = await people(store, [A], [B], [C])
    (fourth,) = await people(store, [number(4)])
    alert_id = await running(store, everyone, [LeftOut(fourth, "opted out")])
    first, _ = await attempts.claim(store, 2, now=NOW)
    await attempts.finish(store, first.id, ACKNOWLEDGED, now=NOW)
    counts = await alerts.counts(store, alert_id)
    assert {name: n for name, n in counts.items() if n} == {
        "acknowledged": 1,
        "ringing": 1,
        "waiting": 1,
        "left_out": 1,
    }
    assert set(counts) == {*DeliveryOutcome, "waiting", "ringing"}


async def test_texts_waiting_keep_an_alert_open(store: Store) -> None:
    planned = await both_channels(store, A)
    alert_id = await alerts.create(store, draft(), planned, [], by="Zoé", now=NOW)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    (call,) = await attempts.claim(store, 1, now=NOW)
    assert await attempts.finish(store, call.id, ACKNOWLEDGED, now=NOW) is DeliveryOutcome.ACKNOWLEDGED
    assert not await alerts.settle(store, alert_id, NOW)
    (text,) = await messages.claim(store, 1, channel=Channel.SMS, provider="smpp", now=NOW)
    assert not await alerts.settle(store, alert_id, NOW)
    await messages.sent(store, text.id, provider="smpp", external_ids=["1"], parts=1, now=later(2))
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    assert alert.status is AlertStatus.DONE
    assert not await alerts.settle(store, alert_id, NOW)


async def test_what_callers_may_hear(store: Store) -> None:
    everyone = await people(store, [A])
    queued = await alerts.create(store, draft(), [], [], by="Zoé", now=NOW)
    begins = await running(store, everyone, starts_at=later(7200))
    runs = await running(store, everyone)
    cancelled = await running(store, everyone)
    await alerts.move(store, cancelled, AlertStatus.CANCELLED, NOW)
    done = await running(store, [])
    assert [alert.id for alert in await alerts.current(store, later(3600))] == [done, runs]
    assert [alert.id for alert in await alerts.current(store, later(25 * 3600))] == [runs, begins]
    assert [alert.id for alert in await alerts.current(store, later(25 * 3600), most=1)] == [runs]
    assert [alert.id for alert in await alerts.listing(store)] == [done, cancelled, runs, begins, queued]
    assert [alert.id for alert in await unspoken.waiting(store)] == [queued]
    assert [alert.id for alert in await alerts.listing(store, limit=1, offset=1)] == [cancelled]


@pytest.mark.parametrize("named", [0, 1], ids=["the alert", "its update"])
async def test_after_the_all_clear_callers_hear_only_that(store: Store, named: int) -> None:
    alert_id = await running(store, await people(store, [A]))
    update = await running(store, [], follows=alert_id)
    other = await running(store, [])
    await alerts.all_clear(store, [alert_id, update][named], now=NOW)
    clear = await running(store, [], follows=[alert_id, update][named])
    assert [alert.id for alert in await alerts.current(store, later(60))] == [clear, other]
    assert await ring_back.called_for(store, A, now=later(60)) == []


@pytest.mark.parametrize(
    ("target", "public"),
    [
        ("all", True),
        (f"all except number:{A}", True),
        (f"sector:Nord number:{A}", True),
        (f"number:{A}", False),
        ("group:Maison", False),
        ("group:Gone", False),
        ("group:Round", False),
        ("group:Nord", True),
        ("topic:Eau", True),
        ("reached:1", True),
        ("reached:2", False),
        ("alert:2 alert:1", True),
    ],
)
async def test_only_alerts_to_places_and_topics_are_told_to_anybody(store: Store, target: str, public: bool) -> None:
    await running(store, await people(store, [A]), target=Target(everyone=True), starts_at=later(9999))
    await running(store, [], target=Target(numbers=(A,)), starts_at=later(9999))
    async with store.writing() as c:
        common = {"changed_at": NOW, "changed_by": "test"}
        groups = {"Maison": f"number:{A}", "Nord": "sector:Nord", "Round": "reached:3"}
        saved = [{"name": name, "target": held, **common} for name, held in groups.items()]
        await c.execute(insert(schema.target_group), saved)
    alert_id = await running(store, [], target=Target.parse(target))
    assert [alert.id for alert in await alerts.current(store, NOW)] == ([alert_id] if public else [])


async def test_an_alert_paused_before_its_audio_is_made_waits_for_it_again(store: Store) -> None:
    alert_id = await alerts.create(store, draft(), await both_channels(store, A), [], by="Zoé", now=NOW)
    assert await alerts.steer(store, alert_id, AlertStatus.PAUSED, by="Zoé", now=NOW)
    assert not await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW), "its audio is made"
    assert await alerts.steer(store, alert_id, AlertStatus.RUNNING, by="Zoé", now=NOW)
    assert await status(store, alert_id) is AlertStatus.QUEUED
    assert not await alerts.steer(store, alert_id, AlertStatus.RUNNING, by="Zoé", now=NOW), "it does not pause"
    assert await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    await attempts.claim(store, 1, now=NOW)
    for to in (AlertStatus.PAUSED, AlertStatus.RUNNING):
        assert await alerts.steer(store, alert_id, to, by="Zoé", now=NOW)
        assert await status(store, alert_id) is to


async def status(store: Store, alert_id: int) -> AlertStatus:
    alert = await alerts.get(store, alert_id)
    assert alert
    return alert.status


async def test_what_is_asked_for_and_the_journal_are_one(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    async with store.writing() as c:
        await c.exec_driver_sql(
            "CREATE TRIGGER no BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'no journal'); END"
        )
    for what in (
        alerts.steer(store, alert_id, AlertStatus.PAUSED, by="Zoé", now=NOW),
        alerts.hang_up(store, alert_id, by="Zoé", now=NOW),
    ):
        with pytest.raises(IntegrityError, match="no journal"):
            await what
    assert await status(store, alert_id) is AlertStatus.RUNNING


async def test_what_changes_nothing_is_not_in_the_journal(store: Store) -> None:
    alert_id = await running(store, [])
    assert await status(store, alert_id) is AlertStatus.DONE
    assert not await alerts.hang_up(store, alert_id, by="Zoé", now=NOW)
    assert not await alerts.steer(store, alert_id, AlertStatus.CANCELLED, by="Zoé", now=NOW)
    assert [line["what"] for line in await journal.about(store, f"alert {alert_id}")] == ["created"]


async def test_a_resident_s_language_decides(store: Store) -> None:
    (first,) = await both_channels(store, A)
    await contacts.set_language(store, first.contact.id, Language.EN, now=NOW)
    found = await contacts.get(store, first.contact.id)
    assert found is not None
    planned = [Planned(found, first.points)]
    alert_id = await alerts.create(store, draft(), planned, [], by="Zoé", now=NOW)
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert (delivery.attempts[0].language, delivery.messages[0].body) == (Language.EN, "Boil the water.")


async def test_a_whole_town_or_nothing(store: Store) -> None:
    """More people than fit in one statement; the last of them unknown to the store."""
    everyone = await people(store, *([number(n)] for n in range(1200)))
    alert_id = await running(store, everyone)
    assert (await alerts.counts(store, alert_id))["waiting"] == 1200
    assert len(await attempts.claim(store, 1500, now=NOW)) == 1200
    with pytest.raises(Exception, match=r"UNIQUE|unique"):
        await alerts.create(store, draft(), [Planned(everyone[0]), Planned(everyone[0])], [], by="Zoé", now=NOW)
    assert len(await alerts.listing(store)) == 1
    async with store.reading() as c:
        assert (await c.execute(select(func.count()).select_from(schema.delivery))).scalar() == 1200


async def test_withdrawn_calls_are_shown(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]))
    (call,) = await attempts.claim(store, 1, now=NOW)
    await attempts.finish(store, call.id, NO_ANSWER, now=NOW)
    await alerts.move(store, alert_id, AlertStatus.CANCELLED, NOW)
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert [each.status for each in delivery.attempts] == [AttemptStatus.FINISHED, AttemptStatus.WITHDRAWN]
    assert delivery.outcome is DeliveryOutcome.UNREACHED
