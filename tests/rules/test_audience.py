from __future__ import annotations

from msgspec.structs import replace

from rules import audience, phone
from rules.audience import Draft, Target
from rules.model import Channel, Contact, ContactPoint, Household, Language, Purpose

VOICE, SMS = Channel.VOICE, Channel.SMS


def person(id: int, name: str, *points: tuple[Channel, str], active: bool = True) -> Contact:  # noqa: A002
    made = tuple(
        ContactPoint(id * 10 + place, id, channel, number, place) for place, (channel, number) in enumerate(points)
    )
    return Contact(id, name, "", Language.FR, active, points=made)


def draft(*channels: Channel) -> Draft:
    return Draft("Eau", {Language.FR: "Eau"}, Purpose.EMERGENCY, Target(everyone=True), channels or (VOICE, SMS))


def plan(
    *people: Contact, opted_out: set[audience.Address] | None = None, of: Draft | None = None
) -> tuple[dict[str, tuple[list[str], list[str]]], dict[str, str]]:
    """Who is reached on which numbers, and who is not and why."""
    planned, left_out = audience.plan(people, of or draft(), opted_out or set(), phone.CANADIAN_AREA_CODES)
    reached = {
        each.contact.name: ([p.address for p in each.on(VOICE)], [p.address for p in each.on(SMS)]) for each in planned
    }
    return reached, {each.contact.name: each.reason for each in left_out}


A, B, C = "+15145550101", "+15145550102", "+15145550103"


def test_numbers_in_the_person_s_order() -> None:
    zoe = person(1, "Zoé", (VOICE, B), (VOICE, A), (SMS, C))
    assert plan(zoe)[0] == {"Zoé": ([B, A], [C])}
    backwards = replace(zoe, points=zoe.points[::-1])
    assert plan(backwards)[0] == {"Zoé": ([B, A], [C])}


def test_only_the_channels_of_the_alert() -> None:
    zoe = person(1, "Zoé", (VOICE, A), (SMS, B))
    assert plan(zoe, of=draft(VOICE))[0] == {"Zoé": ([A], [])}
    assert plan(zoe, of=draft(SMS))[0] == {"Zoé": ([], [B])}
    assert plan(person(2, "Max", (VOICE, A)), of=draft(SMS))[1] == {"Max": "landline and text only"}


def test_a_household_is_called_once() -> None:
    reached, left_out = plan(person(1, "Zoé", (VOICE, A)), person(2, "Max", (VOICE, A)))
    assert reached == {"Zoé": ([A], [])}
    assert left_out == {"Max": "same number as Zoé"}


def test_the_second_of_a_household_keeps_their_other_number() -> None:
    reached, left_out = plan(person(1, "Zoé", (VOICE, A)), person(2, "Max", (VOICE, A), (VOICE, B), (SMS, A)))
    assert reached == {"Zoé": ([A], []), "Max": ([B], [A])}
    assert left_out == {}


def test_two_extensions_are_two_lines() -> None:
    zoe, max_ = person(1, "Zoé", (VOICE, A)), person(2, "Max", (VOICE, A))
    at_desk = replace(max_, points=(replace(max_.points[0], extension="12"),))
    assert set(plan(zoe, at_desk)[0]) == {"Zoé", "Max"}


def test_opted_out_on_one_channel() -> None:
    zoe = person(1, "Zoé", (VOICE, A), (SMS, A))
    assert plan(zoe, opted_out={(A, VOICE)})[0] == {"Zoé": ([], [A])}
    assert plan(zoe, opted_out={(A, VOICE), (A, SMS)})[1] == {"Zoé": "opted out"}


def test_an_emergency_calls_dead_numbers_last_and_suspected_ones_before_them() -> None:
    zoe = person(1, "Zoé", (VOICE, A), (VOICE, B), (VOICE, C))
    doubted = replace(zoe.points[0], dead=True), replace(zoe.points[1], suspected=True), zoe.points[2]
    zoe = replace(zoe, points=doubted)
    assert plan(zoe)[0] == {"Zoé": ([C, B, A], [])}
    assert plan(zoe, of=replace(draft(), purpose=Purpose.INFORMATION))[0] == {"Zoé": ([C, B], [])}


def test_whoever_cannot_be_reached_is_left_out_with_the_reason() -> None:
    dead = person(1, "Dead", (VOICE, A))
    dead = replace(dead, points=(replace(dead.points[0], dead=True),))
    off = person(2, "Off", (VOICE, B))
    off = replace(off, points=(replace(off.points[0], active=False),))
    abroad = person(3, "Abroad", (VOICE, "+12125550101"))
    pending = person(4, "Pending", (VOICE, C), active=False)
    nothing = person(5, "Nothing", (Channel.EMAIL, "a@example.org"))
    assert plan(dead, off, abroad, pending, nothing, of=replace(draft(), purpose=Purpose.INFORMATION))[1] == {
        "Dead": "dead number",
        "Off": "no active number",
        "Abroad": "number not allowed",
        "Pending": "enrolment not finished",
        "Nothing": "no active number",
    }


def test_several_reasons_are_all_given() -> None:
    zoe = person(1, "Zoé", (VOICE, A), (VOICE, "+12125550101"))
    assert plan(zoe, opted_out={(A, VOICE)})[1] == {"Zoé": "opted out, number not allowed"}


def test_a_number_kept_by_nobody_stays_free_for_the_next() -> None:
    """Who is left out does not hold a number."""
    reached, _ = plan(person(1, "Zoé", (VOICE, A), active=False), person(2, "Max", (VOICE, A)))
    assert reached == {"Max": ([A], [])}


def test_a_nameless_resident_is_named_by_the_number_masked() -> None:
    assert plan(person(1, "", (VOICE, A)), person(2, "Max", (VOICE, A)))[1] == {"Max": "same number as +1514•••0101"}


def at(who: Contact, civic_number: str, street: str = "rue des Érables") -> Contact:
    return replace(who, civic_number=civic_number, street=street)


def households(*people: Contact) -> list[tuple[str, list[str], list[str], list[str]]]:
    once = replace(draft(), household=Household.ONCE)
    planned, _ = audience.plan(people, once, set(), phone.CANADIAN_AREA_CODES)
    return [
        (
            each.contact.name,
            [point.address for point in each.on(VOICE)],
            [point.address for point in each.on(SMS)],
            [other.name for other in each.told_with],
        )
        for each in planned
    ]


def test_a_household_is_told_once_on_all_its_numbers() -> None:
    zoe = at(person(1, "Zoé", (VOICE, A)), "12")
    max_ = at(person(2, "Max", (VOICE, A), (VOICE, B), (SMS, B)), "12", "Rue des Erables")
    ada = at(person(3, "Ada", (VOICE, C)), "14")
    assert households(zoe, ada, max_) == [("Zoé", [A, B], [B], ["Max"]), ("Ada", [C], [], [])]


def test_one_of_a_household_is_texted() -> None:
    zoe, max_ = at(person(1, "Zoé", (SMS, A)), "12"), at(person(2, "Max", (SMS, B)), "12")
    assert households(zoe, max_) == [("Zoé", [], [A], ["Max"])]


def test_without_an_address_there_is_no_household() -> None:
    nowhere = [
        person(1, "Zoé", (VOICE, A)),
        at(person(2, "Max", (VOICE, B)), ""),
        at(person(3, "Ada", (VOICE, C)), "1", ""),
    ]
    assert [name for name, *_ in households(*nowhere)] == ["Zoé", "Max", "Ada"]
