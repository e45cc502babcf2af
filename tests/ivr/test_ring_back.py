"""A caller whose file says a language that an alert has no text in."""

from __future__ import annotations

import pytest

from db.alerts import ring_back
from db.engine.store import Store
from db.queue import attempts
from db.residents import contacts
from prompts.keys import Key
from rules.model import Channel, Language
from tests.db import town as people
from tests.ivr.conftest import MakeTown
from tests.ivr.scripted_call import Caller

TEXTS = {Language.FR: "Faites bouillir l'eau."}
NUMBER = people.number(1)


async def test_a_text_in_a_language_that_the_line_does_not_speak_is_told_and_acknowledged(
    store: Store, town: MakeTown
) -> None:
    (person,) = await people.people(store, [NUMBER])
    await contacts.set_language(store, person.id, Language.EN, now=people.NOW)
    await people.running(store, [person], texts={Language.EN: "Boil the water."}, channels=(Channel.VOICE,))
    for attempt in await attempts.claim(store, 5, now=people.later(1)):
        await attempts.finish(store, attempt.id, people.NO_ANSWER, now=people.later(2))
    far = await town(Language.FR).call(Caller(NUMBER, {Key.RING_BACK_MENU: ["1"]}))
    assert {each.partition("/")[0] for each in far.heard} == {"fr", "alerts"}
    assert any("en-" in heard for heard in far.heard if "alerts/" in heard)
    (called,) = await ring_back.called_for(store, NUMBER, now=people.later(600))
    assert called.acknowledged


@pytest.mark.parametrize(
    ("languages", "answers"),
    [
        ([Language.FR], {Key.RING_BACK_MENU: ["1"]}),
        ([Language.FR, Language.EN], {Key.RING_BACK_MENU: ["9", "1"]}),
        ([Language.EN, Language.FR], {Key.RING_BACK_MENU: ["1"]}),
    ],
    ids=["the line has one language", "the caller asks for the other", "French comes second"],
)
async def test_it_is_told_by_the_voice_of_its_text_and_acknowledged(
    store: Store, town: MakeTown, languages: list[Language], answers: dict[Key, list[str]]
) -> None:
    (person,) = await people.people(store, [NUMBER])
    await contacts.set_language(store, person.id, Language.EN, now=people.NOW)
    await people.running(store, [person], texts=TEXTS, channels=(Channel.VOICE,))
    for attempt in await attempts.claim(store, 5, now=people.later(1)):
        await attempts.finish(store, attempt.id, people.NO_ANSWER, now=people.later(2))
    far = await town(*languages).call(Caller(NUMBER, answers))
    told = [heard for heard in far.heard if "alerts/" in heard]
    assert told
    assert all("fr-" in heard for heard in told)
    (called,) = await ring_back.called_for(store, NUMBER, now=people.later(600))
    assert called.acknowledged
