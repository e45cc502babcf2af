"""Callers that do odd things to each script of the line: nobody is left in silence, nothing is changed that was not
asked for and confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts
from db.residents import accounts, contacts
from db.schema import call_log
from db.texts import messages
from ivr.app import Ivr
from rules.audience import Target
from rules.model import Channel, Errand, Language
from rules.outcome import DeliveryOutcome
from rules.status import AttemptStatus
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
LEAVES: Mapping[str, Sequence[Keys]] = {"main_menu": ["8"], "leave_ask": ["5"]}
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
    far = await town().call(Caller(OWN, {"main_menu": ["8"], "leave_ask": ["2"], "cancelled": ["1"]}))
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


# -- a caller's number shows nothing --


async def calls_out(store: Store, after_s: float) -> list[tuple[Errand, str]]:
    return [(each.errand, each.address) for each in await attempts.claim(store, 10, now=people.later(after_s))]


async def test_leaving_asks_the_number_by_a_call_and_changes_nothing(town: MakeTown, store: Store) -> None:
    await people.people(store, [ME])
    play = town()
    far = await play.call(Caller(OWN, LEAVES))
    assert far.keys_heard[-1] == "leave_by_call"
    assert not await contacts.opted_out(store, ME, Channel.VOICE)
    assert await calls_out(store, play.later_s) == [], "the line that calls us is not free yet"
    assert await calls_out(store, play.later_s + 10) == [(Errand.LEAVE, ME)]
    far = await play.call(Caller(OWN, LEAVES))
    assert "leave_asked_already" in far.keys_heard
    assert await calls_out(store, play.later_s + 20) == []


async def test_leaving_asks_by_text_where_texts_arrive(town: MakeTown, store: Store) -> None:
    await people.people(store, [ME], channel=Channel.SMS)
    play = town()
    far = await play.call(Caller(OWN, LEAVES))
    assert "leave_by_text" in far.keys_heard
    (text,) = await messages.claim(store, 5, now=people.later(play.later_s))
    assert text.address == ME
    assert "ARRET" in text.body
    assert await calls_out(store, play.later_s + 60) == []
    assert not await contacts.opted_out(store, ME, Channel.SMS)


async def test_without_a_carrier_for_texts_leaving_asks_by_a_call(town: MakeTown, store: Store) -> None:
    await people.people(store, [ME], channel=Channel.SMS)
    play = town()
    play.texts = False
    assert "leave_by_call" in (await play.call(Caller(OWN, LEAVES))).keys_heard


@pytest.mark.parametrize("number", ["", "anonymous", "911", "+33612345678"])
async def test_a_hidden_number_can_not_leave(number: str, town: MakeTown, store: Store) -> None:
    far = await town().call(Caller(number, LEAVES))
    assert "leave_unknown" in far.keys_heard
    assert await calls_out(store, 3600) == []


@pytest.mark.parametrize("key", ["8", "4"])
async def test_who_has_given_the_code_leaves_by_the_confirming_key(key: str, town: MakeTown, store: Store) -> None:
    await people.people(store, [ME])
    code = await accounts.issue_code(store, ME, caller="", now=people.NOW)
    log_in = {**WAYS["profile"], "enter_code_or_new": [code]}
    await town().call(Caller(OWN, {**log_in, "file_menu": [key], "leave_confirm": ["5"]}))
    assert await contacts.opted_out(store, ME, Channel.VOICE)
    assert await contacts.opted_out(store, ME, Channel.SMS)


async def test_who_has_given_the_code_leaves_from_the_menu_too(town: MakeTown, store: Store) -> None:
    await town().call(Caller(OWN, {**ENROLS, "main_menu": ["1", "8"], "leave_confirm": ["5"]}))
    assert await contacts.opted_out(store, ME, Channel.VOICE)


async def test_a_code_of_another_number_does_not_leave_this_one(town: MakeTown, store: Store) -> None:
    other = "4185550199"
    await people.people(store, [f"+1{other}"])
    code = await accounts.issue_code(store, f"+1{other}", caller="", now=people.NOW)
    log_in = {**WAYS["profile"], "enter_number_or_own": [other], "enter_code_or_new": [code]}
    leaves = {"main_menu": ["3", "8"], "file_menu": ["*"], "leave_confirm": ["5"], "leave_ask": ["5"]}
    far = await town().call(Caller(OWN, {**log_in, **leaves}))
    assert "leave_ask" in far.keys_heard
    assert not await contacts.opted_out(store, ME, Channel.VOICE)
    assert not await contacts.opted_out(store, f"+1{other}", Channel.VOICE)


async def test_what_is_for_one_number_is_told_after_its_code(town: MakeTown, store: Store) -> None:
    (resident,) = await people.people(store, [ME])
    alert_id = await people.running(store, [resident], target=Target(numbers=(ME,)))
    for attempt in await attempts.claim(store, 10, now=people.later(1)):
        await attempts.finish(store, attempt.id, people.NO_ANSWER, now=people.later(2))
    play = town()
    far = await play.call(Caller(OWN, {"ring_back_menu": ["1"]}))
    assert "ring_back_private" in far.keys_heard
    assert not [each for each in far.heard if each.startswith("alerts/")]
    code = await accounts.issue_code(store, ME, caller="", now=people.later(play.later_s))
    log_in = {**WAYS["profile"], "enter_code_or_new": [code]}
    far = await play.call(Caller(OWN, {**log_in, "ring_back_menu": ["1"]}))
    assert [each for each in far.heard if each.startswith("alerts/")]
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert delivery.outcome is DeliveryOutcome.ACKNOWLEDGED


# -- enrolling --


async def test_no_text_is_offered_without_a_carrier(town: MakeTown, store: Store) -> None:
    play = town()
    play.texts = False
    far = await play.call(Caller(OWN, {**ENROLS, "code_way": ["2"]}))
    assert "code_way" not in far.keys_heard
    assert "texts_too" not in far.keys_heard
    assert far.keys_heard.count("enrolled") == 1
    assert await messages.claim(store, 5, now=people.later(play.later_s)) == []


async def test_whoever_refuses_to_enrol_is_told_what_is_kept_all_the_same(town: MakeTown, store: Store) -> None:
    """Their number stays in the log of calls: nobody says that nothing was kept."""
    play = town()
    far = await play.call(Caller(OWN, {**ENROLS, "consent": ["2"]}))
    assert "consent_refused" in far.keys_heard
    assert await contacts.find(store, ME) is None
    async with store.reading() as c:
        callers = (await c.execute(select(call_log.c.caller))).scalars().all()
    assert callers == [OWN]
    for language, log in (
        (Language.FR, "reste seulement au registre"),
        (Language.EN, "stays in the log of calls only"),
    ):
        assert log in play.studio.text("consent_refused", language)


@pytest.mark.parametrize("texts", [True, False])
async def test_the_file_offers_texts_only_where_there_is_a_carrier(texts: bool, town: MakeTown, store: Store) -> None:
    play = town()
    play.texts = texts
    await people.people(store, [ME])
    code = await accounts.issue_code(store, ME, caller="", now=people.NOW)
    log_in = {**WAYS["profile"], "enter_code_or_new": [code]}
    far = await play.call(Caller(OWN, {**log_in, "file_menu": ["1", "*"]}))
    assert ("file_menu_texts" in far.keys_heard, "texts_on" in far.keys_heard) == (texts, texts)


async def test_a_log_in_asks_who_never_finished_enrolling(town: MakeTown, store: Store) -> None:
    """A stranger began it; whoever holds the number agrees for themselves, or does not."""
    play = town()
    await play.call(Caller("4185550177", {**ENROLS, "enter_number_or_own": [OWN], "enter_code": []}))
    code = await accounts.issue_code(store, ME, caller="", now=people.later(play.later_s + 1000))
    play.later_s += 1001
    log_in = {**WAYS["profile"], "enter_code_or_new": [code]}
    far = await play.call(Caller(OWN, {**log_in, "consent": ["2"]}))
    assert "consent_refused" in far.keys_heard
    contact = await contacts.find(store, ME)
    assert contact is not None
    assert not contact.active
    code = await accounts.issue_code(store, ME, caller="", now=people.later(play.later_s))
    await play.call(Caller(OWN, {**log_in, "enter_code_or_new": [code], "consent": ["1"], "texts_too": ["2"]}))
    contact = await contacts.find(store, ME)
    assert contact is not None
    assert contact.active


async def test_whoever_is_one_caller_too_many_hears_the_busy_tone(town: MakeTown, store: Store) -> None:
    play = town()
    first, second = play.far(Caller(OWN)), play.far(Caller("4185550124"))
    ivr = Ivr(first, play.board(first), {}, most=1)
    ivr.take(first.channel)
    ivr.take(replace(second.channel, id="d" * 32))
    await asyncio.sleep(0)
    assert first.told == "busy"
    assert ivr.open_calls() == 1
    await ivr.close()


async def test_who_asked_for_english_hears_the_goodbye_in_english(town: MakeTown) -> None:
    far = await town().call(Caller(OWN, {"main_menu": ["9"]}))
    assert far.heard[-1] == "en/no_answer_goodbye"
