"""Callers that do odd things to each script of the line: nobody is left in silence, nothing is changed that was not
asked for and confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from alerts.model import Channel, Language
from alerts.outcome import DeliveryOutcome
from alerts.status import AttemptStatus
from db import alerts, attempts, contacts
from db.store import Store
from tests.db import town as people
from tests.ivr.conftest import MakeTown
from tests.ivr.scripted_call import CAREFUL, DOUBLED, HELD, REPEATED, Caller, FarSide, Keys

OWN = "4185550123"
ME = f"+1{OWN}"

ENROLS: Mapping[str, Sequence[Keys]] = {
    "main_menu": ["1"],
    "enter_number_or_own": ["#"],
    "number_right": ["1"],
    "consent": ["1"],
    "code_way": ["1"],
    "code_again": ["#"],
    "enter_code": [FarSide.code],
    "texts_too": ["2"],
}
LEAVES: Mapping[str, Sequence[Keys]] = {"main_menu": ["8"], "leave_confirm": ["5"]}
WAYS: Mapping[str, Mapping[str, Sequence[Keys]]] = {
    "enrols": ENROLS,
    "leaves": LEAVES,
    "hears_alerts": {"main_menu": ["2"]},
    "reception": {"main_menu": ["0"]},
    "profile": {
        "main_menu": ["3"],
        "enter_number_or_own": ["#"],
        "number_right": ["1"],
        "enter_code_or_new": ["123456"],
    },
    "rings_back": {"ring_back": ["1"]},
}
FINGERS = {"careful": CAREFUL, "held": HELD, "repeated": REPEATED, "doubled": DOUBLED}


async def rung(store: Store, number: str = ME) -> int:
    """An alert for which this number rang, and nobody answered."""
    (resident,) = await people.people(store, [number])
    alert_id = await people.running(store, [resident])
    for attempt in await attempts.claim(store, 10, now=people.later(1)):
        await attempts.advance(store, attempt.id, AttemptStatus.PLACED, at=people.later(2))
        await attempts.finish(store, attempt.id, people.NO_ANSWER, now=people.later(30))
    return alert_id


async def prepared(name: str, store: Store) -> None:
    if name == "rings_back":
        await rung(store)


async def test_a_resident_enrols(town: MakeTown, store: Store) -> None:
    far = await town().call(Caller(OWN, ENROLS))
    contact = await contacts.find(store, ME)
    assert contact is not None
    assert contact.active
    assert far.keys_heard[-2:] == ["enrolled", "main_menu"] or "enrolled" in far.keys_heard


@pytest.mark.parametrize("finger", FINGERS)
async def test_a_key_held_or_doubled_is_one_key(finger: str, town: MakeTown, store: Store) -> None:
    way = {**ENROLS, "enter_code": [], "enter_code_or_new": []}
    far = await town().call(Caller(OWN, way, finger=FINGERS[finger]))
    assert far.keys_heard.count("code_is") == 1, "\n".join(far.heard)
    assert "wrong_key" not in far.keys_heard


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("nonsense", ["7", "6", "*", "#", "777"])
async def test_nonsense_ends_politely(name: str, nonsense: str, town: MakeTown, store: Store) -> None:
    await prepared(name, store)
    way = WAYS[name]
    for asked in way:
        answers = {each: keys for each, keys in way.items() if each != asked}
        far = await town().call(Caller(OWN, {**answers, asked: [nonsense] * 9}, otherwise={"main_menu": nonsense}))
        assert far.gone
        assert not await contacts.opted_out(store, ME, Channel.VOICE)


@pytest.mark.parametrize("name", WAYS)
async def test_silence_at_each_step_ends_politely(name: str, town: MakeTown, store: Store) -> None:
    await prepared(name, store)
    way = WAYS[name]
    for steps in range(len(way)):
        far = await town().call(Caller(OWN, dict(list(way.items())[:steps])))
        assert far.keys_heard[-1] in ("no_answer_goodbye", "goodbye", "code_by_call_own"), far.keys_heard
        assert not await contacts.opted_out(store, ME, Channel.VOICE)


@pytest.mark.parametrize("name", WAYS)
async def test_a_hang_up_at_each_step(name: str, town: MakeTown, store: Store) -> None:
    await prepared(name, store)
    whole = await town().call(Caller("4185550124", WAYS[name]))
    for place in range(len(whole.playbacks)):
        far = await town().call(Caller(OWN, WAYS[name], hangs_up_at=place))
        assert far.gone


@pytest.mark.parametrize("name", WAYS)
async def test_one_language_alone(name: str, town: MakeTown, store: Store) -> None:
    await prepared(name, store)
    far = await town(Language.FR).call(Caller(OWN, WAYS[name]))
    assert {each.partition("/")[0] for each in far.heard} <= {"fr", "alerts"}
    assert "other_language" not in far.keys_heard


@pytest.mark.parametrize("name", WAYS)
async def test_the_other_language_at_each_step(name: str, town: MakeTown, store: Store) -> None:
    """9, then what it asks in that language: nothing is lost on the way."""
    await prepared(name, store)
    for place, each in enumerate(WAYS[name]):
        number = OWN if name == "rings_back" else f"418555013{place}"
        far = await town().call(Caller(number, {**WAYS[name], each: ["9", *WAYS[name][each]]}))
        first, second = [heard for heard in far.heard if heard.endswith(f"/{each}")][:2]
        assert (first, second) in [(f"fr/{each}", f"en/{each}"), (f"en/{each}", f"fr/{each}")]


async def test_the_old_and_the_quick_who_ring_back_do_not_enrol(town: MakeTown, store: Store) -> None:
    """1 again and again, before the question, for an alert that is acknowledged already, and after the thanks."""
    alert_id = await rung(store)
    play = town()
    said = "greeting", "ring_back", "ring_back_thanks", "ring_back_end", "ring_back_again"
    ones = {each: ["1"] * 9 for each in said}
    for _ in range(2):
        far = await play.call(Caller(OWN, ones))
        assert "ring_back_thanks" in far.keys_heard
        assert "main_menu" not in far.keys_heard
        assert far.keys_heard[-1] == "goodbye"
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert delivery.outcome is DeliveryOutcome.ACKNOWLEDGED


async def test_a_key_from_the_greeting_acknowledges_nothing(town: MakeTown, store: Store) -> None:
    alert_id = await rung(store)
    far = await town().call(Caller(OWN, {"greeting": ["1"]}))
    assert "ring_back_thanks" not in far.keys_heard
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert delivery.outcome is None


async def test_who_is_slow_is_asked_again(town: MakeTown, store: Store) -> None:
    await rung(store)
    far = await town().call(Caller(OWN, {"ring_back_menu": ["", "1"]}))
    assert "ring_back_thanks" in far.keys_heard


@pytest.mark.parametrize("key", ["3", "0", "8", "4", "5", "#"])
async def test_no_key_leads_from_an_alert_into_the_menu_but_the_star(key: str, town: MakeTown, store: Store) -> None:
    await rung(store)
    far = await town().call(Caller(OWN, {"ring_back_menu": [key, "*"]}))
    assert far.keys_heard[far.keys_heard.index("wrong_key") :].count("main_menu") > 0
    assert not await contacts.opted_out(store, ME, Channel.VOICE)


async def test_what_is_keyed_in_while_a_script_ends_chooses_nothing(town: MakeTown, store: Store) -> None:
    far = await town().call(Caller(OWN, {"main_menu": ["8"], "leave_confirm": ["2"], "cancelled": ["1"]}))
    assert "enter_number_or_own" not in far.keys_heard


@pytest.mark.parametrize("finger", FINGERS)
@pytest.mark.parametrize("keys", ["8", "88", "5", "58", "1"])
async def test_leaving_is_not_confirmed_by_what_asked_for_it(
    finger: str, keys: str, town: MakeTown, store: Store
) -> None:
    await town().call(Caller(OWN, {"main_menu": [keys]}, finger=FINGERS[finger]))
    assert not await contacts.opted_out(store, ME, Channel.VOICE)


@pytest.mark.parametrize("finger", FINGERS)
async def test_a_held_accepting_key_is_no_consent(finger: str, town: MakeTown, store: Store) -> None:
    """The 1 that says that the number is right does not also accept."""
    far = await town().call(Caller(OWN, {**ENROLS, "consent": []}, finger=FINGERS[finger]))
    assert far.keys_heard.count("consent") == 3
    assert await contacts.find(store, ME) is None
