"""What an incoming text does, in a real store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.engine.store import Store
from db.residents import contacts, leaving
from db.texts import messages
from rules.english import English, languages
from rules.model import Channel, Language
from rules.phone import CANADIAN_AREA_CODES
from sms_gateway import auto_reply
from sms_gateway.auto_reply import AutoReply
from sms_gateway.keywords import Wish
from sms_gateway.provider import Incoming
from sms_gateway.providers.smpp import Smpp
from sms_gateway.reply_texts import ReplyLimit, ReplyTexts
from tests.db.conftest import migrated, store, url
from tests.db.town import NOW, later, number, people

__all__ = ["migrated", "store", "url"]

A = number(1)
CARRIER = Smpp("smpp://town:secret@127.0.0.1:2775", "12345")


async def texted(store: Store, body: str, after_s: float = 60, english: English = English.EVERYONE) -> str:
    """The answer."""
    answers, spoken = ReplyTexts("Ville", "+15145550100"), languages(english, Language)
    replies = AutoReply(
        store, CARRIER, answers, ReplyLimit(), spoken, CANADIAN_AREA_CODES, messages.DIRECT_WAITS, english
    )
    await auto_reply.take(replies, Incoming(A, body), later(after_s))
    return (await messages.claim(store, 5, channel=Channel.SMS, provider="smpp", now=later(after_s)))[-1].body


async def gone(store: Store) -> list[bool]:
    return [await contacts.opted_out(store, A, channel) for channel in (Channel.VOICE, Channel.SMS)]


async def asked(store: Store) -> None:
    await people(store, [A])
    await leaving.ask_by_text(store, A, "?", language=Language.FR, caller=A, now=NOW)
    await messages.claim(store, 5, channel=Channel.SMS, provider="smpp", now=NOW)


@pytest.mark.parametrize("body", ["STOP", "ARRÊT", "arret svp", "Unsubscribe"])
async def test_stop_confirms_that_a_number_leaves(body: str, store: Store) -> None:
    await asked(store)
    answer = await texted(store, body)
    assert await gone(store) == [True, True]
    assert "appel" in answer or "calls" in answer


async def test_without_the_question_calls_go_on(store: Store) -> None:
    await people(store, [A])
    await texted(store, "STOP")
    assert await gone(store) == [False, True]


@pytest.mark.parametrize("body", ["oui", "AIDE", "5", "yes"])
async def test_other_words_confirm_nothing(body: str, store: Store) -> None:
    await asked(store)
    await texted(store, body)
    assert await gone(store) == [False, False]


async def test_a_day_later_stop_is_about_texts_alone(store: Store) -> None:
    await asked(store)
    await texted(store, "STOP", timedelta(days=1).total_seconds())
    assert await gone(store) == [False, True]


@pytest.mark.parametrize(
    ("english", "on_file", "body", "is_english"),
    [
        (English.EVERYONE, Language.FR, "HELP", True),
        (English.EVERYONE, Language.EN, "AIDE", False),
        (English.EXCEPTIONS, Language.FR, "HELP", False),
        (English.EXCEPTIONS, Language.EN, "HELP", True),
        (English.EXCEPTIONS, Language.EN, "AIDE", False),
        (English.NONE, Language.EN, "HELP", False),
    ],
)
async def test_who_is_answered_in_english(
    english: English, on_file: Language, body: str, is_english: bool, store: Store
) -> None:
    (me,) = await people(store, [A])  # by call alone: a file is one person's, whatever they write by
    await contacts.set_language(store, me.id, on_file, now=NOW)
    answer = await texted(store, body, english=english)
    assert answer == ReplyTexts("Ville", "+15145550100").text(Wish.HELP, Language.EN if is_english else Language.FR)
