"""A channel is data: what the table of traits says of e-mail is enough for an alert to go out by it.

Nothing carries e-mail yet. The store plans, counts and queues it as any other channel, and a gateway that takes texts
never gets one.
"""

from __future__ import annotations

import pytest

from alerts import result
from db.alerts import alerts, preview, store_alert
from db.engine.store import Store
from db.queue import attempts
from db.residents import contact_import, contacts
from db.texts import messages
from rules import channels, phone
from rules.contact_rows import ContactRow, PhoneLine
from rules.model import Channel, Household, Language
from rules.outcome import DeliveryOutcome
from rules.status import AlertStatus
from tests.db.town import NOW, draft, later, number

EMAIL, CARRIER = "zoe@exemple.test", "post"
FILE = [
    ContactRow(1, "Zoé", "Roy", Language.FR, (PhoneLine(number(1)),), (PhoneLine(number(1)),), email=(EMAIL,)),
    ContactRow(2, "Max", "Roy", Language.EN, (PhoneLine(number(2)),), (), email=("max@exemple.test",)),
    ContactRow(3, "Ada", "Cyr", Language.FR, (PhoneLine(number(3)),), ()),
]


async def sent(store: Store, *by: Channel, **changes: object) -> int:
    await contact_import.import_rows(store, FILE, by="test", now=NOW)
    wanted = draft(channels=by, **changes)
    areas = phone.CANADIAN_AREA_CODES
    created = await store_alert.create(store, wanted, areas, by="test", now=NOW, organization="Ville")
    await alerts.move(store, created.id, AlertStatus.RUNNING, NOW)
    return created.id


@pytest.mark.parametrize("household", Household)
async def test_a_preview_counts_who_is_written_to(store: Store, household: Household) -> None:
    await contact_import.import_rows(store, FILE, by="test", now=NOW)
    wanted = draft(channels=(Channel.EMAIL,), household=household)
    found = await preview.preview(store, wanted, phone.CANADIAN_AREA_CODES)
    assert (found.people, found.planned) == (3, 2)
    assert found.left_out == {"no active number": 1}
    assert found.on(Channel.EMAIL) == {Language.FR: 1, Language.EN: 1}
    assert (found.calls, found.texts.total()) == (0, 0), "no line is called, no part is charged"


async def test_only_a_gateway_for_it_gets_its_messages(store: Store) -> None:
    alert_id = await sent(store, *Channel)
    texts = await messages.claim(store, 9, channel=Channel.SMS, provider="smpp", now=NOW)
    assert [(each.channel, each.address) for each in texts] == [(Channel.SMS, number(1))]
    assert await messages.lost_track(store, NOW, channel=Channel.EMAIL) == 0, "another gateway sends it"
    letters = await messages.claim(store, 9, channel=Channel.EMAIL, provider=CARRIER, now=NOW)
    assert sorted((each.address, each.provider) for each in letters) == [
        ("max@exemple.test", CARRIER),
        (EMAIL, CARRIER),
    ]
    calls = await attempts.claim(store, 9, now=NOW)
    assert sorted(each.address for each in calls) == [number(1), number(2), number(3)]
    zoe, *_ = await alerts.deliveries(store, alert_id)
    assert {one["channel"] for one in result.tries(zoe)} == set(channels.TRAITS)


async def test_what_became_of_it(store: Store) -> None:
    alert_id = await sent(store, Channel.EMAIL)
    for each in await messages.claim(store, 9, channel=Channel.EMAIL, provider=CARRIER, now=NOW):
        await messages.sent(store, each.id, provider=CARRIER, external_ids=[each.address], parts=1, now=later(1))
    assert await messages.receipt(store, EMAIL, True, provider=CARRIER, reason="", now=later(2))
    zoe, max_, ada = await alerts.deliveries(store, alert_id)
    assert [each.outcome for each in (zoe, max_, ada)] == [
        DeliveryOutcome.DELIVERED,
        DeliveryOutcome.TEXTED,
        DeliveryOutcome.LEFT_OUT,
    ]
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    assert alert.status is AlertStatus.DONE


async def test_whoever_gives_it_up_gets_no_more(store: Store) -> None:
    alert_id = await sent(store, Channel.EMAIL, Channel.SMS)
    await contacts.opt_out(store, EMAIL, Channel.EMAIL, via="email", now=NOW)
    letters = await messages.claim(store, 9, channel=Channel.EMAIL, provider=CARRIER, now=NOW)
    assert [each.address for each in letters] == ["max@exemple.test"]
    assert len(await messages.claim(store, 9, channel=Channel.SMS, provider="smpp", now=NOW)) == 1
    await contacts.opt_out(store, "max@exemple.test", Channel.EMAIL, via="email", now=NOW)
    again = await preview.preview(store, draft(channels=(Channel.EMAIL,)), phone.CANADIAN_AREA_CODES)
    assert again.left_out == {"opted out": 2, "no active number": 1}
    assert alert_id
