"""Receipts that deny a number: believed, or the carrier's fault; what follows for the text, its alert, its number."""

from __future__ import annotations

from db.alerts import alerts, endings
from db.engine.store import Store
from db.residents import contacts, doubts
from db.texts import denials, messages
from db.texts.denials import Denial
from rules.model import Channel, Language
from rules.outcome import DeliveryOutcome
from rules.status import AlertStatus, MessageStatus
from tests.db.test_messages import A, only, text_of, texting
from tests.db.town import NOW, later, outcomes


async def sent(store: Store, *ids: str) -> str:
    message = await only(store)
    await messages.sent(store, message.id, provider="smpp", external_ids=ids, parts=len(ids), now=NOW)
    return message.id


async def denied(store: Store, external_id: str = "a") -> Denial:
    found = await denials.note(store, external_id, provider="smpp", reason="UNDELIV", now=later(1))
    assert found is not None
    return found


async def status_of(store: Store, alert_id: int) -> AlertStatus:
    found = await alerts.get(store, alert_id)
    assert found is not None
    return found.status


async def test_until_it_is_decided_the_text_stays_sent_and_a_new_program_finds_it(store: Store) -> None:
    alert_id = await texting(store, A)
    await sent(store, "a")
    denial = await denied(store)
    assert await denials.note(store, "a", provider="smpp", reason="UNDELIV", now=later(2)) is None, (
        "the same receipt again"
    )
    assert await denials.undecided(store, "smpp") == [denial]
    assert (await text_of(store, alert_id)).status is MessageStatus.SENT


async def test_a_text_that_is_to_be_sent_again_opens_its_alert_again(store: Store) -> None:
    alert_id = await texting(store, A)
    await sent(store, "a", "b")
    assert await status_of(store, alert_id) is AlertStatus.DONE
    assert await denials.send_again(store, await denied(store), now=later(2))
    assert await status_of(store, alert_id) is AlertStatus.RUNNING
    assert await outcomes(store, alert_id) == [None]
    assert not await messages.receipt(store, "b", True, provider="smpp", reason="", now=later(3)), (
        "of the text as it was sent before"
    )
    (again,) = await messages.claim(store, 5, channel=Channel.SMS, provider="smpp", now=later(3))
    await messages.sent(store, again.id, provider="smpp", external_ids=["c"], parts=1, now=later(3))
    assert await messages.receipt(store, "c", True, provider="smpp", reason="", now=later(4))
    assert await outcomes(store, alert_id) == [DeliveryOutcome.DELIVERED]
    assert await status_of(store, alert_id) is AlertStatus.DONE
    assert (await doubts.tally(store)).suspected == 0


async def test_a_text_that_waits_again_ends_with_its_alert(store: Store) -> None:
    alert_id = await texting(store, A)
    await sent(store, "a")
    await denials.send_again(store, await denied(store), now=later(2))
    await alerts.give_end(store, alert_id, later(60))
    await endings.sweep(store, later(61))
    assert (await text_of(store, alert_id)).status is MessageStatus.WITHDRAWN
    assert await outcomes(store, alert_id) == [DeliveryOutcome.UNREACHED]


async def test_a_code_is_not_kept_and_so_not_sent_again(store: Store) -> None:
    await texting(store, A)
    await sent(store, "alert")
    await messages.queue(store, A, "123456", channel=Channel.SMS, language=Language.FR, now=NOW, secret=True)
    await sent(store, "a")
    assert not await denials.send_again(store, await denied(store), now=later(2))
    assert await denials.undecided(store, "smpp") == []
    assert (await doubts.tally(store)).suspected == 0


async def test_what_is_believed_is_evidence_once(store: Store) -> None:
    await texting(store, A)
    await sent(store, "a")
    denial = await denied(store)
    told = [await denials.believe(store, denial, where="carrier:2775", now=later(2)) for _ in range(2)]
    assert told == [True, False]
    person = await contacts.find(store, A)
    assert person is not None
    assert (person.points[0].suspected, person.points[0].dead) == (True, False)


async def test_an_alert_that_is_over_goes_on_by_no_command(store: Store) -> None:
    alert_id = await texting(store, A)
    await sent(store, "a")
    assert not await alerts.steer(store, alert_id, AlertStatus.RUNNING, by="test", now=later(1))
    assert not await alerts.move(store, alert_id, AlertStatus.RUNNING, later(1))
    assert await status_of(store, alert_id) is AlertStatus.DONE
