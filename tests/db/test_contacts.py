from __future__ import annotations

import pytest

from db.engine.store import Store
from db.queue import attempts
from db.residents import accounts, contacts
from rules import audience, phone
from rules.audience import Target
from rules.model import Channel, Contact, Language
from rules.outcome import DeliveryOutcome
from tests.db.town import NOW, WORDS, draft, number, outcomes, people, running

A, B, C = number(1), number(2), number(3)


async def enrolled(store: Store, address: str, *, finished: bool = True) -> int:
    begun = await accounts.enrol(store, address, language=Language.FR, wording=WORDS, via="telephone", now=NOW)
    if finished:
        code = await accounts.issue_code(store, address, caller="", now=NOW, consent_id=begun.consent_id)
        assert await accounts.redeem(store, address, code, now=NOW) == begun.contact_id
    return begun.contact_id


async def got(store: Store, contact_id: int) -> Contact:
    contact = await contacts.get(store, contact_id)
    assert contact is not None
    return contact


async def test_found_by_number_and_channel(store: Store) -> None:
    first, second = await people(store, [A, B], [C])
    assert await contacts.find(store, B) == first
    assert await contacts.find(store, C, channel=Channel.VOICE) == second
    assert await contacts.find(store, C, channel=Channel.SMS) is None
    assert await contacts.find(store, number(9)) is None
    assert await contacts.get(store, 99) is None


async def test_of_a_household_the_active_one_is_found(store: Store) -> None:
    await enrolled(store, A, finished=False)
    (active,) = await people(store, [A])
    found = await contacts.find(store, A)
    assert found is not None
    assert found.id == active.id


async def test_numbers_come_in_the_resident_s_order(store: Store) -> None:
    (contact,) = await people(store, [C, A, B])
    assert [point.address for point in (await got(store, contact.id)).points] == [C, A, B]


async def test_listing_by_name_page_by_page(store: Store) -> None:
    await people(store, *([number(n)] for n in range(5)))
    assert [contact.last_name for contact in await contacts.listing(store, limit=2, offset=1)] == ["2", "3"]


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("all", ["1", "2", "3"]),
        ("sector:Île-Nord", ["2"]),
        ("sector:île-nord", ["2"]),
        (f"sector:Île-Nord number:{C}", ["2", "3"]),
        (f"number:{A} number:{B}", ["1", "2"]),
    ],
)
async def test_who_is_in_a_target(store: Store, target: str, names: list[str]) -> None:
    _, second, _ = await people(store, [A], [B], [C])
    async with store.writing() as c:
        await c.exec_driver_sql("UPDATE contact SET sector = 'Île-Nord' WHERE id = ?", (second.id,))
    await enrolled(store, number(9), finished=False)
    assert [contact.last_name for contact in await contacts.matching(store, Target.parse(target))] == names
    if target.startswith("sector:") and " " not in target:
        listed = await contacts.listing(store, sector=target.removeprefix("sector:"))
        assert [contact.last_name for contact in listed] == names


async def test_only_the_points_on_the_channels_of_an_alert_come_along(store: Store) -> None:
    both, texts, off = await people(store, [A], [], [B])
    for who in (both, texts, off):
        await contacts.add_point(store, who.id, Channel.SMS, C, now=NOW)
    await contacts.deactivate_point(store, off.points[0].id, now=NOW)
    found = await contacts.matching(store, Target(everyone=True), [Channel.VOICE])
    assert [[point.channel for point in who.points] for who in found] == [
        [Channel.VOICE],
        [Channel.SMS],  # without a number to call: what there is tells why they are left out
        [Channel.VOICE, Channel.SMS],
    ]
    every = await contacts.matching(store, Target(everyone=True))
    for channels in ((Channel.VOICE,), (Channel.SMS,), (Channel.VOICE, Channel.SMS)):
        some = await contacts.matching(store, Target(everyone=True), channels)
        assert planned(some, channels) == planned(every, channels)


def planned(people: list[Contact], channels: tuple[Channel, ...]) -> tuple[list[object], list[object]]:
    going, left_out = audience.plan(people, draft(channels=channels), set(), phone.CANADIAN_AREA_CODES)
    return (
        [(one.contact.id, one.points) for one in going],
        [(one.contact.id, one.reason, one.kind) for one in left_out],
    )


async def test_a_pending_enrolment_is_found_only_by_its_number(store: Store) -> None:
    await enrolled(store, A, finished=False)
    assert await contacts.matching(store, Target(everyone=True)) == []
    (found,) = await contacts.matching(store, Target(numbers=(A,)))
    assert not found.active


async def test_texts_too_at_the_number_that_was_proved(store: Store) -> None:
    contact_id = await enrolled(store, A)
    point_id = await contacts.add_point(store, contact_id, "sms", A, now=NOW)
    other_id = await contacts.add_point(store, contact_id, "sms", B, now=NOW)
    texts = [point for point in (await got(store, contact_id)).points if point.channel is Channel.SMS]
    assert [(point.id, point.position, point.verified) for point in texts] == [
        (point_id, 0, True),
        (other_id, 1, False),
    ]


async def test_asked_for_twice_is_there_once(store: Store) -> None:
    contact_id = await enrolled(store, A)
    first = await contacts.add_point(store, contact_id, "sms", A, now=NOW)
    await contacts.deactivate_point(store, first, now=NOW)
    assert await contacts.add_point(store, contact_id, "sms", A, now=NOW) == first
    assert len((await got(store, contact_id)).points) == 2
    assert all(point.active for point in (await got(store, contact_id)).points)


async def test_asking_for_texts_again_lifts_the_opt_out(store: Store) -> None:
    contact_id = await enrolled(store, A)
    await contacts.opt_out(store, A, Channel.SMS, via="sms", now=NOW)
    await contacts.add_point(store, contact_id, Channel.SMS, A, now=NOW)
    assert not await contacts.opted_out(store, A, Channel.SMS)


async def test_a_number_switched_off_is_left_for_the_next_one(store: Store) -> None:
    (contact,) = await people(store, [A, B])
    await running(store, [contact])
    point = contact.points[0]
    done = [await contacts.deactivate_point(store, point.id, now=NOW) for _ in range(2)]
    assert done == [True, False]
    assert [attempt.address for attempt in await attempts.claim(store, 10, now=NOW)] == [B]


async def test_the_last_number_switched_off_ends_the_delivery(store: Store) -> None:
    (contact,) = await people(store, [A])
    alert_id = await running(store, [contact])
    await contacts.deactivate_point(store, contact.points[0].id, now=NOW)
    assert await outcomes(store, alert_id) == [DeliveryOutcome.UNREACHED]


async def test_an_unknown_contact_has_no_language_to_set(store: Store) -> None:
    assert not await contacts.set_language(store, 99, Language.EN, now=NOW)


async def test_the_journal_tells_who_did_what_with_numbers_masked(store: Store) -> None:
    contact_id = await enrolled(store, A)
    await contacts.add_point(store, contact_id, "sms", A, now=NOW)
    await contacts.set_language(store, contact_id, Language.EN, now=NOW)
    await contacts.opt_out(store, A, Channel.SMS, via="telephone", now=NOW)
    async with store.reading() as c:
        told = (await c.exec_driver_sql("SELECT who, what, detail FROM journal ORDER BY id")).all()
    assert [(row.who, row.what) for row in told] == [
        ("resident", "proved to hold"),
        ("resident", "added"),
        ("resident", "chose language"),
        ("resident", "opted out"),
    ]
    assert not any("5550001" in row.detail for row in told)
