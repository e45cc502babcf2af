"""Callers that do odd things to each script of the line: nobody is left in silence, nothing is changed that was not
asked for and confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from db import schema
from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts
from db.residents import accounts, contacts
from db.texts import messages
from ivr.app import Ivr
from prompts.keys import Key
from rules.audience import Target
from rules.english import English
from rules.model import CallPurpose, Channel, Language
from rules.outcome import DeliveryOutcome
from rules.status import AttemptStatus
from tests.db import town as people
from tests.ivr.conftest import MakeTown
from tests.ivr.scripted_call import CAREFUL, DOUBLED, HELD, REPEATED, Caller, FarSide, Keys

OWN = "4185550123"
ME = f"+1{OWN}"

ENROLS: Mapping[Key, Sequence[Keys]] = {
    Key.MAIN_MENU: ["1"],
    Key.ENTER_NUMBER_OR_OWN: ["#"],
    Key.NUMBER_RIGHT: ["1"],
    Key.CONSENT: ["1"],
    Key.CODE_WAY: ["1"],
    Key.CODE_AGAIN: ["#"],
    Key.ENTER_CODE: [FarSide.code],
    Key.TEXTS_TOO: ["2"],
}
LEAVES: Mapping[Key, Sequence[Keys]] = {Key.MAIN_MENU: ["8"], Key.LEAVE_ASK: ["5"]}
WAYS: Mapping[str, Mapping[Key, Sequence[Keys]]] = {
    "enrols": ENROLS,
    "leaves": LEAVES,
    "hears_alerts": {Key.MAIN_MENU: ["2"]},
    "reception": {Key.MAIN_MENU: ["0"]},
    "profile": {
        Key.MAIN_MENU: ["3"],
        Key.ENTER_NUMBER_OR_OWN: ["#"],
        Key.NUMBER_RIGHT: ["1"],
        Key.ENTER_CODE_OR_NEW: ["123456"],
    },
    "rings_back": {Key.RING_BACK: ["1"]},
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
    assert far.keys_heard[-2:] == [Key.ENROLLED, Key.MAIN_MENU] or Key.ENROLLED in far.keys_heard


@pytest.mark.parametrize("finger", FINGERS)
async def test_a_key_held_or_doubled_is_one_key(finger: str, town: MakeTown, store: Store) -> None:
    way = {**ENROLS, Key.ENTER_CODE: [], Key.ENTER_CODE_OR_NEW: []}
    far = await town().call(Caller(OWN, way, finger=FINGERS[finger]))
    assert far.keys_heard.count(Key.CODE_IS) == 1, "\n".join(far.heard)
    assert Key.WRONG_KEY not in far.keys_heard


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("nonsense", ["7", "6", "*", "#", "777"])
async def test_nonsense_ends_politely(name: str, nonsense: str, town: MakeTown, store: Store) -> None:
    await prepared(name, store)
    way = WAYS[name]
    for asked in way:
        answers = {each: keys for each, keys in way.items() if each != asked}
        far = await town().call(Caller(OWN, {**answers, asked: [nonsense] * 9}, otherwise={Key.MAIN_MENU: nonsense}))
        assert far.gone
        assert not await contacts.opted_out(store, ME, Channel.VOICE)


@pytest.mark.parametrize("name", WAYS)
async def test_silence_at_each_step_ends_politely(name: str, town: MakeTown, store: Store) -> None:
    await prepared(name, store)
    way = WAYS[name]
    for steps in range(len(way)):
        far = await town().call(Caller(OWN, dict(list(way.items())[:steps])))
        assert far.keys_heard[-1] in (Key.NO_ANSWER_GOODBYE, Key.GOODBYE, Key.CODE_BY_CALL_OWN), far.keys_heard
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
    assert Key.OTHER_LANGUAGE not in far.keys_heard


async def test_english_for_those_whom_the_law_entitles_to_it(town: MakeTown) -> None:
    play = town()
    play.english = English.EXCEPTIONS
    far = await play.call(Caller(OWN, {Key.ENGLISH_FOR_EXCEPTIONS: ["9"]}))
    assert "en/english_for_exceptions" in far.heard
    assert "en/main_menu" in far.heard
    assert "fr/other_language" in far.heard, "the way back to French is offered to everybody"
    assert "en/other_language" not in far.heard


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
    said = Key.GREETING, Key.RING_BACK, Key.RING_BACK_THANKS, Key.RING_BACK_END, Key.RING_BACK_AGAIN
    ones = {each: ["1"] * 9 for each in said}
    for _ in range(2):
        far = await play.call(Caller(OWN, ones))
        assert Key.RING_BACK_THANKS in far.keys_heard
        assert Key.MAIN_MENU not in far.keys_heard
        assert far.keys_heard[-1] == Key.GOODBYE
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert delivery.outcome is DeliveryOutcome.ACKNOWLEDGED


async def test_a_key_from_the_greeting_acknowledges_nothing(town: MakeTown, store: Store) -> None:
    alert_id = await rung(store)
    far = await town().call(Caller(OWN, {Key.GREETING: ["1"]}))
    assert Key.RING_BACK_THANKS not in far.keys_heard
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert delivery.outcome is None


async def test_who_is_slow_is_asked_again(town: MakeTown, store: Store) -> None:
    await rung(store)
    far = await town().call(Caller(OWN, {Key.RING_BACK_MENU: ["", "1"]}))
    assert Key.RING_BACK_THANKS in far.keys_heard


async def test_whoever_answers_only_at_the_end_has_acknowledged(town: MakeTown, store: Store) -> None:
    alert_id = await rung(store)
    far = await town().call(Caller(OWN, {Key.RING_BACK_END: ["1", "1"]}))
    assert far.keys_heard.count("ring_back_thanks") == 2
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert delivery.outcome is DeliveryOutcome.ACKNOWLEDGED
    async with store.reading() as c:
        acknowledged = await c.execute(
            select(schema.attempt.c.id).where(schema.attempt.c.errand == CallPurpose.RING_BACK)
        )
    assert len(acknowledged.all()) == 1


@pytest.mark.parametrize("key", ["3", "0", "8", "4", "5", "#"])
async def test_no_key_leads_from_an_alert_into_the_menu_but_the_star(key: str, town: MakeTown, store: Store) -> None:
    await rung(store)
    far = await town().call(Caller(OWN, {Key.RING_BACK_MENU: [key, "*"]}))
    assert far.keys_heard[far.keys_heard.index(Key.WRONG_KEY) :].count(Key.MAIN_MENU) > 0
    assert not await contacts.opted_out(store, ME, Channel.VOICE)


async def test_what_is_keyed_in_while_a_script_ends_chooses_nothing(town: MakeTown, store: Store) -> None:
    far = await town().call(Caller(OWN, {Key.MAIN_MENU: ["8"], Key.LEAVE_ASK: ["2"], Key.CANCELLED: ["1"]}))
    assert Key.ENTER_NUMBER_OR_OWN not in far.keys_heard


@pytest.mark.parametrize("finger", FINGERS)
@pytest.mark.parametrize("keys", ["8", "88", "5", "58", "1"])
async def test_leaving_is_not_confirmed_by_what_asked_for_it(
    finger: str, keys: str, town: MakeTown, store: Store
) -> None:
    await town().call(Caller(OWN, {Key.MAIN_MENU: [keys]}, finger=FINGERS[finger]))
    assert not await contacts.opted_out(store, ME, Channel.VOICE)


@pytest.mark.parametrize("finger", FINGERS)
async def test_a_held_accepting_key_is_no_consent(finger: str, town: MakeTown, store: Store) -> None:
    """The 1 that says that the number is right does not also accept."""
    far = await town().call(Caller(OWN, {**ENROLS, Key.CONSENT: []}, finger=FINGERS[finger]))
    assert far.keys_heard.count(Key.CONSENT) == 3
    assert await contacts.find(store, ME) is None


@pytest.mark.parametrize("asked", [Key.NUMBER_IS, Key.CODE_WRONG, Key.ENTER_CODE])
async def test_a_hash_after_all_the_digits_costs_nothing(asked: Key, town: MakeTown, store: Store) -> None:
    """Many press it, and some texts ask for it: what comes next is said to its end, and nobody waits in silence."""
    digits = {Key.ENTER_NUMBER_OR_OWN: ["4185550199"], Key.ENTER_CODE_OR_NEW: ["000000"], Key.NUMBER_RIGHT: ["1"]}
    way = {**WAYS["profile"], **digits}
    whole = await town().call(Caller(OWN, way))
    far = await town().call(Caller(OWN, {**way, asked: ["#"]}))
    assert far.heard == whole.heard
    assert far.line.now == pytest.approx(whole.line.now, abs=1.0)


# -- a caller's number shows nothing --


async def calls_out(store: Store, after_s: float) -> list[tuple[CallPurpose, str]]:
    return [(each.errand, each.address) for each in await attempts.claim(store, 10, now=people.later(after_s))]


async def test_leaving_asks_the_number_by_a_call_and_changes_nothing(town: MakeTown, store: Store) -> None:
    await people.people(store, [ME])
    play = town()
    far = await play.call(Caller(OWN, LEAVES))
    assert far.keys_heard[-1] == Key.LEAVE_BY_CALL
    assert not await contacts.opted_out(store, ME, Channel.VOICE)
    assert await calls_out(store, play.later_s) == [], "the line that calls us is not free yet"
    assert await calls_out(store, play.later_s + 10) == [(CallPurpose.LEAVE, ME)]
    far = await play.call(Caller(OWN, LEAVES))
    assert Key.LEAVE_ASKED_ALREADY in far.keys_heard
    assert await calls_out(store, play.later_s + 20) == []


async def test_leaving_asks_by_text_where_texts_arrive(town: MakeTown, store: Store) -> None:
    await people.people(store, [ME], channel=Channel.SMS)
    play = town()
    far = await play.call(Caller(OWN, LEAVES))
    assert Key.LEAVE_BY_TEXT in far.keys_heard
    (text,) = await messages.claim(store, 5, channel=Channel.SMS, provider="smpp", now=people.later(play.later_s))
    assert text.address == ME
    assert "ARRET" in text.body
    assert await calls_out(store, play.later_s + 60) == []
    assert not await contacts.opted_out(store, ME, Channel.SMS)


async def test_without_a_carrier_for_texts_leaving_asks_by_a_call(town: MakeTown, store: Store) -> None:
    await people.people(store, [ME], channel=Channel.SMS)
    play = town()
    play.texts = False
    assert Key.LEAVE_BY_CALL in (await play.call(Caller(OWN, LEAVES))).keys_heard


@pytest.mark.parametrize("number", ["", "anonymous", "911", "+33612345678"])
async def test_a_hidden_number_can_not_leave(number: str, town: MakeTown, store: Store) -> None:
    far = await town().call(Caller(number, LEAVES))
    assert Key.LEAVE_UNKNOWN in far.keys_heard
    assert await calls_out(store, 3600) == []


@pytest.mark.parametrize("key", ["8", "4"])
async def test_who_has_given_the_code_leaves_by_the_confirming_key(key: str, town: MakeTown, store: Store) -> None:
    await people.people(store, [ME])
    code = await accounts.issue_code(store, ME, caller="", now=people.NOW)
    log_in = {**WAYS["profile"], Key.ENTER_CODE_OR_NEW: [code]}
    await town().call(Caller(OWN, {**log_in, Key.FILE_MENU: [key], Key.LEAVE_CONFIRM: ["5"]}))
    assert await contacts.opted_out(store, ME, Channel.VOICE)
    assert await contacts.opted_out(store, ME, Channel.SMS)


async def test_who_has_given_the_code_leaves_from_the_menu_too(town: MakeTown, store: Store) -> None:
    await town().call(Caller(OWN, {**ENROLS, Key.MAIN_MENU: ["1", "8"], Key.LEAVE_CONFIRM: ["5"]}))
    assert await contacts.opted_out(store, ME, Channel.VOICE)


async def test_a_code_of_another_number_does_not_leave_this_one(town: MakeTown, store: Store) -> None:
    other = "4185550199"
    await people.people(store, [f"+1{other}"])
    code = await accounts.issue_code(store, f"+1{other}", caller="", now=people.NOW)
    log_in = {**WAYS["profile"], Key.ENTER_NUMBER_OR_OWN: [other], Key.ENTER_CODE_OR_NEW: [code]}
    leaves = {Key.MAIN_MENU: ["3", "8"], Key.FILE_MENU: ["*"], Key.LEAVE_CONFIRM: ["5"], Key.LEAVE_ASK: ["5"]}
    far = await town().call(Caller(OWN, {**log_in, **leaves}))
    assert Key.LEAVE_ASK in far.keys_heard
    assert not await contacts.opted_out(store, ME, Channel.VOICE)
    assert not await contacts.opted_out(store, f"+1{other}", Channel.VOICE)


async def test_what_is_for_one_number_is_told_after_its_code(town: MakeTown, store: Store) -> None:
    (resident,) = await people.people(store, [ME])
    alert_id = await people.running(store, [resident], target=Target(numbers=(ME,)))
    for attempt in await attempts.claim(store, 10, now=people.later(1)):
        await attempts.finish(store, attempt.id, people.NO_ANSWER, now=people.later(2))
    play = town()
    far = await play.call(Caller(OWN, {Key.RING_BACK_MENU: ["1"]}))
    assert Key.RING_BACK_PRIVATE in far.keys_heard
    assert not [each for each in far.heard if each.startswith("alerts/")]
    code = await accounts.issue_code(store, ME, caller="", now=people.later(play.later_s))
    log_in = {**WAYS["profile"], Key.ENTER_CODE_OR_NEW: [code]}
    far = await play.call(Caller(OWN, {**log_in, Key.RING_BACK_MENU: ["1"]}))
    assert [each for each in far.heard if each.startswith("alerts/")]
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert delivery.outcome is DeliveryOutcome.ACKNOWLEDGED


# -- enrolling --


async def test_no_text_is_offered_without_a_carrier(town: MakeTown, store: Store) -> None:
    play = town()
    play.texts = False
    far = await play.call(Caller(OWN, {**ENROLS, Key.CODE_WAY: ["2"]}))
    assert Key.CODE_WAY not in far.keys_heard
    assert Key.TEXTS_TOO not in far.keys_heard
    assert far.keys_heard.count(Key.ENROLLED) == 1
    assert await messages.claim(store, 5, channel=Channel.SMS, provider="smpp", now=people.later(play.later_s)) == []


async def test_whoever_refuses_to_enrol_is_told_what_is_kept_all_the_same(town: MakeTown, store: Store) -> None:
    """Their number stays in the log of calls: nobody says that nothing was kept."""
    play = town()
    far = await play.call(Caller(OWN, {**ENROLS, Key.CONSENT: ["2"]}))
    assert Key.CONSENT_REFUSED in far.keys_heard
    assert await contacts.find(store, ME) is None
    async with store.reading() as c:
        callers = (await c.execute(select(schema.call_log.c.caller))).scalars().all()
    assert callers == [OWN]
    for language, log in (
        (Language.FR, "reste seulement au registre"),
        (Language.EN, "stays in the log of calls only"),
    ):
        assert log in play.studio.text(Key.CONSENT_REFUSED, language)


@pytest.mark.parametrize("texts", [True, False])
async def test_the_file_offers_texts_only_where_there_is_a_carrier(texts: bool, town: MakeTown, store: Store) -> None:
    play = town()
    play.texts = texts
    await people.people(store, [ME])
    code = await accounts.issue_code(store, ME, caller="", now=people.NOW)
    log_in = {**WAYS["profile"], Key.ENTER_CODE_OR_NEW: [code]}
    far = await play.call(Caller(OWN, {**log_in, Key.FILE_MENU: ["1", "*"]}))
    assert (Key.FILE_MENU_TEXTS in far.keys_heard, Key.TEXTS_ON in far.keys_heard) == (texts, texts)


async def test_a_log_in_asks_who_never_finished_enrolling(town: MakeTown, store: Store) -> None:
    """A stranger began it; whoever holds the number agrees for themselves, or does not."""
    play = town()
    await play.call(Caller("4185550177", {**ENROLS, Key.ENTER_NUMBER_OR_OWN: [OWN], Key.ENTER_CODE: []}))
    code = await accounts.issue_code(store, ME, caller="", now=people.later(play.later_s + 1000))
    play.later_s += 1001
    log_in = {**WAYS["profile"], Key.ENTER_CODE_OR_NEW: [code]}
    far = await play.call(Caller(OWN, {**log_in, Key.CONSENT: ["2"]}))
    assert Key.CONSENT_REFUSED in far.keys_heard
    contact = await contacts.find(store, ME)
    assert contact is not None
    assert not contact.active
    code = await accounts.issue_code(store, ME, caller="", now=people.later(play.later_s))
    await play.call(Caller(OWN, {**log_in, Key.ENTER_CODE_OR_NEW: [code], Key.CONSENT: ["1"], Key.TEXTS_TOO: ["2"]}))
    contact = await contacts.find(store, ME)
    assert contact is not None
    assert contact.active


async def test_whoever_is_one_caller_too_many_hears_the_busy_tone(town: MakeTown, store: Store) -> None:
    play = town()
    first, second = play.far(Caller(OWN)), play.far(Caller("4185550124"))
    ivr = Ivr(first, play.context(first), {}, most=1)
    ivr.take(first.channel)
    ivr.take(replace(second.channel, id="d" * 32))
    await asyncio.sleep(0)
    assert first.told == "busy"
    assert ivr.open_calls() == 1
    await ivr.close()


async def test_who_asked_for_english_hears_the_goodbye_in_english(town: MakeTown) -> None:
    far = await town().call(Caller(OWN, {Key.MAIN_MENU: ["9"]}))
    assert far.heard[-1] == "en/no_answer_goodbye"
