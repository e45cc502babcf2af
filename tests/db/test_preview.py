"""The database counts what `audience.plan` decides person by person: whatever the town, they agree."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from db import schema
from db.alerts import preview, targets
from db.engine.store import Store
from db.residents import contact_import, contacts, dead_numbers, opt_outs, reach
from rules import audience, phone
from rules.audience import BadTarget, Draft, Target
from rules.contact_rows import ContactRow, PhoneLine
from rules.dead_numbers import Evidence
from rules.model import Channel, Household, Language, Purpose
from rules.preview import Counts
from rules.usable import Refusal
from tests.db.town import NOW, draft

ABROAD = "+12125550101"
LINES = [*(f"+1514555010{n}" for n in range(4)), ABROAD, "+15149760101", "+15145551212", "+14189589999"]

POINT = st.fixed_dictionaries(
    {
        "channel": st.sampled_from([Channel.VOICE, Channel.SMS, Channel.EMAIL]),
        "address": st.sampled_from(LINES),
        "active": st.sampled_from([True, True, False]),
        "extension": st.sampled_from(["", "", "12"]),
    }
).map(lambda point: point if point["channel"] is Channel.VOICE else {**point, "extension": ""})
PERSON = st.fixed_dictionaries(
    {
        "language": st.sampled_from(list(Language)),
        "active": st.sampled_from([True, True, True, False]),
        "sector": st.sampled_from(["Nord", "Sud"]),
        "civic_number": st.sampled_from(["", "1", "2"]),
        "points": st.lists(POINT, max_size=3, unique_by=lambda p: (p["channel"], p["address"], p["extension"])),
    }
)
EVIDENCE = st.sampled_from([Evidence.NOT_EXIST, Evidence.BOTH])
NEIGHBOURS: list[dict[str, Any]] = [
    {"language": Language.FR, "active": True, "sector": sector, "points": []} for sector in ("Nord", "Sud")
]
"""So that each sector is there."""

OPT_OUTS = st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(Channel)), unique=True)
DOUBTS = st.dictionaries(st.tuples(st.sampled_from(LINES), st.sampled_from([Channel.VOICE, Channel.SMS])), EVIDENCE)
"""Numbers that the network said do not exist."""

TARGETS = ["all", "sector:nord", f"sector:Sud number:{LINES[0]}", "all except sector:Sud", f"number:{ABROAD}"]
CHANNELS = [(Channel.VOICE,), (Channel.SMS,), (Channel.VOICE, Channel.SMS), (Channel.EMAIL,), tuple(Channel)]
DRAFTS = st.lists(st.sampled_from(list(itertools.product(TARGETS, CHANNELS))), min_size=4, max_size=4, unique=True)


async def settle(
    store: Store,
    town: list[dict[str, Any]],
    gone: list[tuple[str, Channel]],
    doubts: Mapping[tuple[str, Channel], Evidence] = MappingProxyType({}),
) -> None:
    common = {"first_name": "A", "last_name": "B", "language_by": "import", "created_at": NOW, "changed_at": NOW}
    street = {"street": "Rue Haute"}
    async with store.writing() as c:
        for number, person in enumerate(town, start=1):
            row = {key: value for key, value in person.items() if key != "points"}
            await c.execute(insert(schema.contact), {"id": number, **common, **street, **row})
            for place, point in enumerate(person["points"]):
                new = {"contact_id": number, "position": place, "decided_by": "import", **point}
                await c.execute(insert(schema.contact_point), new)
        for address, channel in gone:
            row = {"address": address, "channel": channel, "via": "sms", "at": NOW}
            await c.execute(insert(schema.opt_out), row)
        for (address, channel), evidence in doubts.items():
            await dead_numbers.record(c, address, channel, where="", now=NOW, evidence=evidence)


async def person_by_person(store: Store, wanted: Draft) -> Counts:
    people = await contacts.matching(store, wanted.target)
    stopped = await opt_outs.opt_outs(store)
    planned, left_out = audience.plan(people, wanted, stopped, phone.CANADIAN_AREA_CODES)
    counts = Counts(people=len(people), planned=len(planned))
    for one in planned:
        for channel in wanted.channels:
            counts.reached[channel, one.contact.language] += bool(one.on(channel))
        counts.calls += bool(one.on(Channel.VOICE))
        counts.numbers += len(one.on(Channel.VOICE))
        for channel in (Channel.SMS, Channel.EMAIL):
            counts.messages[channel, one.contact.language] += len(one.on(channel))
    counts.left_out = Counter(in_order(each.reason) for each in left_out)
    return counts


def in_order(reason: str) -> str:
    """Reasons in the order of the preview, and without the name of who has the number."""
    several = {each.split(" as ")[0] for each in reason.split(", ")}
    order = list(map(str, Refusal))
    return ", ".join([*(each for each in order if each in several), *(several - set(order))])


def same(one: Counts, other: Counts) -> bool:
    return all(
        (+value if isinstance(value, Counter) else value)
        == (+getattr(other, name) if isinstance(value, Counter) else getattr(other, name))
        for name, value in vars(one).items()
    )


@given(
    town=st.lists(PERSON, max_size=6),
    gone=OPT_OUTS,
    doubts=DOUBTS,
    drafts=DRAFTS,
    purpose=st.sampled_from([Purpose.EMERGENCY, Purpose.INFORMATION]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counted_as_planned(
    town: list[dict[str, Any]],
    gone: list[tuple[str, Channel]],
    doubts: dict[tuple[str, Channel], Evidence],
    drafts: list[tuple[str, tuple[Channel, ...]]],
    purpose: Purpose,
    migrated: Path,
    tmp_path: Path,
) -> None:
    async def run() -> None:
        path = tmp_path / "town.db"
        shutil.copy(migrated, path)
        store = await Store.open(f"sqlite:///{path}")
        try:
            await settle(store, [*town, *NEIGHBOURS], gone, doubts)
            for to, channels in drafts:
                wanted = draft(target=Target.parse(to), channels=channels, purpose=purpose)
                found = await preview.preview(store, wanted, phone.CANADIAN_AREA_CODES)
                expected = await person_by_person(store, wanted)
                assert same(found, expected), (to, channels, found, expected)
        finally:
            await store.close()

    asyncio.run(run())


async def counted(store: Store, **changes: object) -> Counts:
    return await preview.preview(store, draft(**changes), phone.CANADIAN_AREA_CODES)


def person(*points: tuple[Channel, str], **values: Any) -> dict[str, Any]:
    return {
        "language": Language.FR,
        "active": True,
        **values,
        "points": [{"channel": channel, "address": address} for channel, address in points],
    }


async def test_every_reason_for_leaving_out(store: Store) -> None:
    a, b, c, d = LINES[:4]
    voice, sms = Channel.VOICE, Channel.SMS
    off = person((sms, c))
    off["points"][0]["active"] = False
    town = [
        person((sms, a), language=Language.EN),
        person((sms, a)),
        person((sms, b)),
        off,
        person((voice, c)),
        person((sms, d)),
        person((sms, ABROAD)),
        person((sms, LINES[3]), active=False),
    ]
    await settle(store, town, [(d, sms)], {(b, sms): Evidence.BOTH})
    target = Target(everyone=True, numbers=(d,))
    assert (await counted(store, channels=(sms,), target=target)).planned == 2, "an emergency tries dead numbers, too"
    found = await counted(store, channels=(sms,), target=target, purpose=Purpose.INFORMATION)
    assert found.left_out == {
        "same number": 1,
        "dead number": 1,
        "no active number": 1,
        "landline and text only": 1,
        "opted out": 1,
        "number not allowed": 1,
        "enrolment not finished": 1,
    }
    assert (found.people, found.planned) == (8, 1)
    assert found.on(sms) == {Language.FR: 0, Language.EN: 1}


async def test_what_changes_is_counted_anew(store: Store) -> None:
    a, b = LINES[:2]
    await settle(store, [person((Channel.VOICE, a)), person((Channel.VOICE, a)), person((Channel.VOICE, b))], [])
    assert (await counted(store)).planned == 2
    first = await contacts.get(store, 1)
    assert first is not None
    await contacts.deactivate_point(store, first.points[0].id, now=NOW)
    assert (await counted(store)).planned == 2, "the second has the number for themselves now"
    await contacts.opt_out(store, b, Channel.VOICE, via="sms", now=NOW)
    assert (await counted(store)).planned == 1
    await contacts.add_point(store, 3, Channel.VOICE, b, now=NOW)
    assert (await counted(store)).planned == 2
    await contacts.add_point(store, 1, Channel.VOICE, a, now=NOW)
    found = await counted(store)
    assert (found.planned, found.left_out) == (2, {"same number": 1})


async def test_nothing_is_reckoned_twice(store: Store) -> None:
    await settle(store, [person((Channel.VOICE, LINES[0]))] * 3, [])
    assert await reach.compute(store) == 3
    assert await reach.compute(store) == 0


@pytest.mark.parametrize("to", ["all", "sector:Nord"])
async def test_a_count_of_everybody_looks_at_an_index_alone(store: Store, to: str) -> None:
    """Not by the clock: with a million contacts their rows must not be read."""
    await settle(store, [person((Channel.VOICE, LINES[0]), sector="Nord")], [])
    async with store.reading() as c:
        target = await targets.resolve(c, Target.parse(to))
        query = preview.grouped(target.condition(schema.contact)).compile(
            dialect=c.dialect, compile_kwargs={"literal_binds": True}
        )
        plan = [row[-1] for row in await c.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
    assert any("COVERING INDEX ix_contact_" in step for step in plan), plan
    assert not any("contact" in step and "COVERING INDEX" not in step for step in plan), plan


async def test_reasons_are_counted_without_names(store: Store) -> None:
    a, b = LINES[:2]
    both = [person((Channel.VOICE, number), civic_number=str(n)) for n, number in enumerate((a, a, b, b))]
    await settle(store, both, [])
    for household in Household:
        assert (await counted(store, household=household)).left_out == {"same number": 2}


async def test_a_household_is_one_call(store: Store) -> None:
    at_home = {"civic_number": "12", "street": "Rue Haute"}
    town = [person((Channel.VOICE, line), (Channel.SMS, line), **at_home) for line in LINES[:3]]
    town[1]["civic_number"] = "14"
    await settle(store, town, [])
    once = await counted(store, household=Household.ONCE)
    each = await counted(store)
    assert (once.people, once.planned, once.households, once.calls) == (3, 3, 2, 2)
    assert (each.people, each.planned, each.calls) == (3, 3, 3)
    assert once.texts.total() == 2


def row(number: int, *voice: str, sms: str = "", **values: Any) -> ContactRow:
    texts = (PhoneLine(sms),) if sms else ()
    return ContactRow(number, "R", str(number), Language.FR, tuple(map(PhoneLine, voice)), texts, **values)


async def test_imported_residents_are_reckoned_on_the_spot(store: Store) -> None:
    a, b, c, d = LINES[:4]
    await contacts.opt_out(store, d, Channel.VOICE, via="sms", now=NOW)
    file = [row(1, a), row(2, a, b, sms=b), row(3, c, sms=c), row(4, d)]
    await contact_import.import_rows(store, file, by="test", now=NOW)
    assert await reach.compute(store) == 2, "who shares a number, and who opted out before"
    found = await counted(store)
    assert (found.planned, found.calls, found.texts.total()) == (3, 3, 2)
    await contact_import.import_rows(store, [row(1, c), *file[1:]], by="test", now=NOW)
    again = await counted(store)
    wanted = await person_by_person(store, draft())
    assert same(again, wanted), (again, wanted)


async def test_where_people_live_on_the_map(store: Store) -> None:
    places = [(45.70, -73.61), (45.71, -73.63), (None, None)]
    file = [row(n, LINES[n], latitude=at[0], longitude=at[1]) for n, at in enumerate(places)]
    await contact_import.import_rows(store, file, by="test", now=NOW)
    target = Target.parse("polygon:-73.64,45.69;-73.60,45.69;-73.60,45.72")
    (found,) = await contacts.matching(store, target)
    known = await contacts.get(store, found.id)
    assert known
    assert (known.last_name, known.latitude, known.longitude) == ("0", 45.70, -73.61)
    assert (await counted(store, target=target)).planned == 1
    assert (await counted(store, target=Target(everyone=True, excluded=target))).planned == 2
    islet = Target.parse("polygon:-60,50;-61,50;-61,51 " + str(target))
    assert [each.last_name for each in await contacts.matching(store, islet)] == ["0"]


async def test_topics_streets_postal_codes_and_groups(store: Store) -> None:
    places: list[dict[str, Any]] = [
        {"street": "Rue des Érables", "civic_number": "12", "postal_code": "J6W 1A1", "topics": ("Eau",)},
        {"street": "rue des erables", "civic_number": "13A", "postal_code": "J6W 1A2", "topics": ("*",)},
        {"street": "Rue Haute", "civic_number": "12", "postal_code": "J6X 1A1", "topics": ("Neige", "eau")},
    ]
    file = [row(n, LINES[n], **place) for n, place in enumerate(places)]
    await contact_import.import_rows(store, file, by="test", now=NOW)
    await targets.save_group(store, "Pairs", Target.parse("street:Rue des Érables:even"), by="test", now=NOW)

    async def who(text: str) -> str:
        target = Target.parse(text)
        found = await contacts.matching(store, target)
        assert (await counted(store, target=target)).people == len(found)
        return "".join(each.last_name for each in found)

    assert await who("street:Rue des érables") == "01"
    assert await who("street:Rue des Érables:1-13:odd") == "1"
    assert await who("postal:J6W") == "01"
    assert await who("postal:J6W1A2 postal:j6x") == "12"
    assert await who("topic:EAU") == "012"
    assert await who("topic:neige") == "12"
    assert await who("group:Pairs") == "0"
    assert await who("all except group:Pairs") == "12"
    assert await who("all except street:Rue des Erables postal:J6X") == ""
    assert await who("topic:*") == "1"
    assert await targets.groups(store) == {"Pairs": "street:Rue des Érables:even"}
    assert await targets.delete_group(store, "Pairs", by="test", now=NOW)
    assert not await targets.delete_group(store, "Pairs", by="test", now=NOW)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sector:Nrod", "“Nord”"),
        ("sector:Ouest", "there are “Nord”"),
        ("street:Rue des Erable", "“Rue des Érables”"),
        ("street:Rue des Erable:10-98:even", "“Rue des Érables”"),
        ("street:Rue des Érables:14-98", "nobody in the store lives at these numbers"),
        ("polygon:-60,50;-61,50;-61,51", "nobody in the store lives there"),
        ("topic:Eau potabel", "“Eau potable”"),
        ("postal:J6V", "“J6W”"),
        ("postal:J6W 1A2", "“J6W 1A1”"),
        ("group:Pair", "“Pairs”"),
        ("group:Old", "group:Old holds sector:Est"),
        ("reached:7", "no alert 7"),
        ("alert:7", "no alert 7"),
    ],
)
@pytest.mark.parametrize("where", ["{}", "all except {}", "sector:Nord {}"])
async def test_a_name_that_nobody_has_is_refused(store: Store, text: str, said: str, where: str) -> None:
    place: dict[str, Any] = {"street": "Rue des Érables", "civic_number": "12", "postal_code": "J6W 1A1"}
    file = [row(1, LINES[0], sector="Nord", topics=("Eau potable", "*"), **place)]
    await contact_import.import_rows(store, file, by="test", now=NOW)
    await targets.save_group(store, "Pairs", Target.parse("sector:Nord"), by="test", now=NOW)
    async with store.writing() as c:
        gone = {"name": "Old", "target": "sector:Est", "changed_at": NOW, "changed_by": "test"}
        await c.execute(insert(schema.target_group), gone)
    target = Target.parse(where.format(text))
    with pytest.raises(BadTarget, match=said):
        await contacts.matching(store, target)
    with pytest.raises(BadTarget, match=said):
        await counted(store, target=target)


async def test_a_group_is_not_saved_with_a_name_that_nobody_has(store: Store) -> None:
    with pytest.raises(BadTarget, match="sector:Nord"):
        await targets.save_group(store, "Nord", Target.parse("sector:Nord"), by="test", now=NOW)
    assert await targets.groups(store) == {}


async def test_numbers_that_nobody_has_are_told(store: Store) -> None:
    await contact_import.import_rows(store, [row(1, LINES[0])], by="test", now=NOW)
    await targets.save_group(store, "G", Target.parse(f"number:{LINES[2]}"), by="test", now=NOW)
    target = Target.parse(f"number:{LINES[0]} number:{LINES[1]} group:G except number:{LINES[3]}")
    assert await targets.unknown_numbers(store, target) == [LINES[1], LINES[2], LINES[3]]


async def test_a_list_of_numbers_longer_than_a_statement_has_variables(store: Store) -> None:
    await contact_import.import_rows(store, [row(1, LINES[0])], by="test", now=NOW)
    many = tuple(f"+1514555{n:04d}" for n in range(40_000))
    assert [each.last_name for each in await contacts.matching(store, Target(numbers=many))] == ["1"]
