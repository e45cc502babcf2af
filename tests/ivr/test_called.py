"""Whom we call, and the odd things that they do: an alert is told, a code is read."""

from __future__ import annotations

import pytest

from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts
from db.residents import accounts, contacts, leaving
from db.residents.accounts import TooManyCodes
from dialer import conversation
from dialer.speech import AlertSpeech
from ivr.scripts.deliver_alert import Spoken
from prompts.keys import Key
from rules.model import Channel, Language, Wording
from rules.outcome import Disposition, Outcome, Reply
from telephony.call import Call
from tests.db import town as people
from tests.ivr.conftest import MakeTown, Town
from tests.ivr.scripted_call import CAREFUL, DOUBLED, HELD, REPEATED, Caller, FarSide

ME = people.number(1)
FINGERS = {"careful": CAREFUL, "held": HELD, "repeated": REPEATED, "doubled": DOUBLED}
WORDS = Wording("consent", Language.FR, "v", "Vous pouvez le retirer.")
STOPS = {Key.ALERT_MENU: ["8"], Key.ALERT_STOP_CONFIRM: ["5"]}


async def told(play: Town, caller: Caller, text: str = "Faites bouillir l'eau.") -> tuple[FarSide, Outcome]:
    """One call of an alert, from the answer to the end."""
    (resident,) = await people.people(play.store, [ME])
    alert_id = await people.running(play.store, [resident], texts=dict.fromkeys(Language, text))
    (attempt,) = await attempts.claim(play.store, 1, now=people.later(1))
    alert = await alerts.get(play.store, alert_id)
    assert alert is not None
    far = play.far(caller)
    context = play.context(far)
    speech = AlertSpeech(context, lambda: None)
    spoken = await speech.of(attempt)
    assert spoken is not None

    async def in_language(language: Language) -> Spoken:
        return await speech.in_language(attempt, language)

    call = Call(far, far.channel, far.line)
    return far, await conversation.converse(call, attempt, context, spoken, None, in_language=in_language)


async def read_a_code(play: Town, caller: Caller) -> FarSide:
    moment = people.later(play.later_s)
    await attempts.queue_code(play.store, ME, language=Language.FR, now=moment, due_at=moment)
    return await called(play, caller)


async def asked_to_confirm(play: Town, caller: Caller) -> FarSide:
    moment = people.later(play.later_s)
    await leaving.ask_by_call(play.store, ME, language=Language.FR, caller="", now=moment, due_at=moment)
    return await called(play, caller)


async def called(play: Town, caller: Caller) -> FarSide:
    (attempt,) = await attempts.claim(play.store, 1, now=people.later(play.later_s + 1))
    far = play.far(caller)
    call = Call(far, far.channel, far.line)

    async def no_alert(language: Language) -> Spoken:
        raise LookupError

    outcome = await conversation.converse(call, attempt, play.context(far), None, None, in_language=no_alert)
    play.later_s = far.line.now + 1
    await attempts.finish(play.store, attempt.id, outcome, now=people.later(play.later_s))
    return far


@pytest.mark.parametrize("finger", FINGERS)
async def test_stopping_is_asked_by_8_and_confirmed_by_5(finger: str, town: MakeTown, store: Store) -> None:
    far, outcome = await told(town(), Caller(ME, STOPS, finger=FINGERS[finger]))
    assert outcome.reply is Reply.OPTED_OUT
    assert far.keys_heard[-1] == Key.ALERT_STOPPED
    assert await contacts.opted_out(store, ME, Channel.VOICE)


@pytest.mark.parametrize("finger", FINGERS)
@pytest.mark.parametrize("keys", ["8", "88", "58", "9", "99", "5", "55"])
async def test_no_key_held_doubled_or_early_confirms(finger: str, keys: str, town: MakeTown, store: Store) -> None:
    _, outcome = await told(town(), Caller(ME, {Key.ALERT_MENU: [keys]}, finger=FINGERS[finger]))
    assert outcome.reply is Reply.NONE
    assert not await contacts.opted_out(store, ME, Channel.VOICE)


async def test_9_is_the_other_language(town: MakeTown) -> None:
    far, outcome = await told(town(), Caller(ME, {Key.ALERT_MENU: ["9", "1"]}))
    assert [each for each in far.heard if Key.ALERT_MENU in each] == ["fr/alert_menu", "en/alert_menu"]
    assert [each[:10] for each in far.heard if each.startswith("alerts/")] == ["alerts/fr-", "alerts/en-"]
    assert outcome.reply is Reply.ACKNOWLEDGED
    assert far.heard[-1] == "en/alert_thanks"
    assert outcome.heard == 1.0


@pytest.mark.parametrize(("times", "last"), [(1, "fr/alert_thanks"), (150, "fr/alert_end")], ids=["short", "long"])
async def test_after_a_long_message_it_is_said_again_who_called(times: int, last: str, town: MakeTown) -> None:
    far, outcome = await told(town(), Caller(ME, {Key.ALERT_MENU: ["1"]}), "Faites bouillir votre eau. " * times)
    assert outcome.reply is Reply.ACKNOWLEDGED
    assert far.heard[-1] == last


@pytest.mark.parametrize("language", Language)
async def test_an_alert_call_begins_with_who_calls_and_a_number(language: Language, town: MakeTown) -> None:
    assert "Valmont, 4 1 8, 5 5 5, 1 0 0 0, " in town().studio.text(Key.ALERT_WHO, language)


async def test_with_one_language_9_is_no_choice(town: MakeTown) -> None:
    far, outcome = await told(town(Language.FR), Caller(ME, {Key.ALERT_MENU: ["9", "1"]}))
    assert Key.OTHER_LANGUAGE not in far.keys_heard
    assert outcome.reply is Reply.ACKNOWLEDGED


@pytest.mark.parametrize("keys", ["", "7", "*", "#", "0", "77"])
async def test_nonsense_settles_nothing(keys: str, town: MakeTown, store: Store) -> None:
    far, outcome = await told(town(), Caller(ME, otherwise={Key.ALERT_MENU: keys}))
    assert outcome.reply is Reply.NONE
    assert far.keys_heard[-1] == Key.ALERT_END


@pytest.mark.parametrize("place", range(6))
async def test_a_hang_up_at_each_step_of_an_alert(place: int, town: MakeTown, store: Store) -> None:
    far, outcome = await told(town(), Caller(ME, STOPS, hangs_up_at=place))
    assert far.gone
    assert outcome.disposition is Disposition.HUMAN
    assert (outcome.reply is Reply.OPTED_OUT) == (place >= len(["who", "message", "question", "noted"]) - 1)


async def test_8_in_a_call_that_reads_a_code_means_that_nobody_asked(town: MakeTown, store: Store) -> None:
    play = town()
    far = await read_a_code(play, Caller(ME, {Key.CODE_CALL: ["8"]}))
    assert far.keys_heard[-1] == Key.CODE_REFUSED
    assert Key.CODE_IS not in far.keys_heard
    with pytest.raises(TooManyCodes) as refused:
        await accounts.issue_code(store, ME, caller="", now=people.later(3600))
    await accounts.issue_code(store, ME, caller="", now=refused.value.until)


async def test_whoever_refused_codes_meanwhile_is_told_why_none_is_read(town: MakeTown, store: Store) -> None:
    await attempts.queue_code(store, ME, language=Language.FR, now=people.NOW, due_at=people.NOW)
    await accounts.refuse_codes(store, ME, now=people.NOW)
    far = await called(town(), Caller(ME))
    assert far.keys_heard == [Key.CODE_TOO_MANY]


async def test_8_after_the_code_voids_it(town: MakeTown, store: Store) -> None:
    play = town()
    await accounts.enrol(store, ME, language=Language.FR, wording=WORDS, via="telephone", now=people.NOW)
    far = await read_a_code(play, Caller(ME, {Key.CODE_NOT_ASKED: ["8"]}))
    assert len(far.code()) == 6
    assert await accounts.redeem(store, ME, far.code(), now=people.later(play.later_s)) is None


async def test_a_code_is_read_in_the_other_language(town: MakeTown, store: Store) -> None:
    far = await read_a_code(town(), Caller(ME, {Key.CODE_CALL: ["9"]}))
    assert [each for each in far.heard if Key.CODE_IS in each] == ["en/code_is"]
    far = await read_a_code(town(), Caller(ME, {Key.CODE_AGAIN: ["9"]}))
    assert [each for each in far.heard if Key.CODE_IS in each] == ["fr/code_is", "en/code_is"]


@pytest.mark.parametrize("finger", FINGERS)
@pytest.mark.parametrize("keys", ["", "7", "1", "#", "*5", "0000"])
async def test_a_code_is_read_to_whoever_presses_nonsense(finger: str, keys: str, town: MakeTown) -> None:
    far = await read_a_code(town(), Caller(ME, {Key.CODE_CALL: [keys], Key.CODE_AGAIN: [keys]}, finger=FINGERS[finger]))
    assert Key.CODE_IS in far.keys_heard
    assert far.keys_heard[-1] == Key.CODE_CALL_END


async def test_a_hang_up_at_each_step_of_a_code(town: MakeTown) -> None:
    play = town()
    whole = await read_a_code(play, Caller(ME))
    for place in range(len(whole.playbacks)):
        play.later_s += 86400
        far = await read_a_code(play, Caller(ME, hangs_up_at=place))
        assert far.gone


@pytest.mark.parametrize("finger", FINGERS)
async def test_5_confirms_that_a_number_leaves(finger: str, town: MakeTown, store: Store) -> None:
    far = await asked_to_confirm(town(), Caller(ME, {Key.LEAVE_CALL: ["5"]}, finger=FINGERS[finger]))
    assert far.keys_heard[-1] == Key.LEFT
    assert await contacts.opted_out(store, ME, Channel.VOICE)
    assert await contacts.opted_out(store, ME, Channel.SMS)


@pytest.mark.parametrize("finger", FINGERS)
@pytest.mark.parametrize("keys", ["", "8", "1", "9", "*", "#", "999"])
async def test_nothing_else_does(finger: str, keys: str, town: MakeTown, store: Store) -> None:
    far = await asked_to_confirm(town(), Caller(ME, {Key.LEAVE_CALL: [keys]}, finger=FINGERS[finger]))
    assert far.keys_heard[-1] == Key.LEAVE_KEPT
    assert not await contacts.opted_out(store, ME, Channel.VOICE)


async def test_it_is_asked_in_the_other_language(town: MakeTown, store: Store) -> None:
    far = await asked_to_confirm(town(), Caller(ME, {Key.LEAVE_CALL: ["9", "5"]}))
    assert far.heard[-1] == "en/left"


async def test_a_hang_up_at_the_question_leaves_all_as_it_is(town: MakeTown, store: Store) -> None:
    far = await asked_to_confirm(town(), Caller(ME, {Key.LEAVE_CALL: ["5"]}, hangs_up_at=0))
    assert far.gone
    assert not await contacts.opted_out(store, ME, Channel.VOICE)
