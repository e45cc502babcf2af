"""Texts in: kept, understood, answered."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from db.engine.store import Store
from db.residents import contacts
from db.texts import messages
from residents import leaving
from residents.town import Town
from rules import phone, usable
from rules.english import English, answered_in
from rules.model import Language
from rules.phone import BadNumber
from sms_gateway import keywords, reactions
from sms_gateway.keywords import Keyword, Wish
from sms_gateway.metrics import TEXTS
from sms_gateway.provider import Incoming, Provider
from sms_gateway.reply_texts import ReplyLimit, ReplyTexts

log = structlog.get_logger()

HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class AutoReply:
    """Who answers what `provider` brings. `area_codes`: numbers elsewhere get no answer, whatever they write.
    `answers_wait`: an answer that could not leave within this time is not sent."""

    store: Store
    provider: Provider
    answers: ReplyTexts
    limit: ReplyLimit
    languages: Sequence[Language]
    area_codes: Set[str]
    answers_wait: timedelta
    english: English = English.EVERYONE

    def town(self, now: datetime) -> Town:
        """For use cases."""
        return Town(self.store, frozenset(self.area_codes), "", lambda: now, texts=True)


async def take(replies: AutoReply, incoming: Incoming, now: datetime) -> None:
    """Keep the text, do what it asks, answer. Doing it twice does no harm: a carrier may deliver twice."""
    address = _address(incoming.sender)
    keyword = keywords.read(incoming.body)
    await messages.received(
        replies.store,
        address,
        incoming.body,
        channel=replies.provider.channel,
        provider=replies.provider.name,
        external_id=incoming.external_id,
        now=now,
    )
    wish = keyword.wish
    if wish is Wish.STOP and address:
        wish = Wish.LEAVE if await leaving.by_text(replies.town(now), address) else Wish.STOP
    answered = not reactions.is_reaction(incoming.body) and _may_answer(replies, address, now)
    TEXTS.labels("received").inc()
    log.info("sms_received", sender=_shown(address), wish=keyword.wish, answered=answered)
    if answered:
        language = await _language(replies, address, keyword)
        body = replies.answers.text(wish, language)
        await messages.queue(
            replies.store,
            address,
            body,
            channel=replies.provider.channel,
            language=language,
            now=now,
            waits=replies.answers_wait,
        )


def _may_answer(replies: AutoReply, address: str, now: datetime) -> bool:
    may_go = usable.allowed(replies.provider.channel, address, replies.area_codes)
    return may_go and replies.limit.may_answer(address, now)


def _shown(address: str) -> str:
    """For the log. A garbled unit may have somebody's words where the sender should be."""
    return phone.masked(address) if address.startswith("+") else HIDDEN


def _address(sender: str) -> str:
    """E.164; a short code or a name stays as it came."""
    try:
        return phone.parse(sender)
    except BadNumber:
        return sender


async def _language(replies: AutoReply, address: str, keyword: Keyword) -> Language:
    """The keyword's; for a word of both languages, that of the resident's file; else the first. What `english` says of
    them counts more."""
    language = answered_in(replies.english, keyword.language, await _of_file(replies, address))
    if language is None or language not in replies.languages:
        return replies.languages[0]
    return language


async def _of_file(replies: AutoReply, address: str) -> Language | None:
    contact = await contacts.find(replies.store, address)
    return contact.language if contact else None
