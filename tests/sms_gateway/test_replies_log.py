from __future__ import annotations

from datetime import UTC, datetime

import pytest

from db.engine.store import Store
from db.texts import messages
from rules import phone
from rules.model import Language
from sms_gateway import auto_reply
from sms_gateway.auto_reply import AutoReply
from sms_gateway.provider import Incoming
from sms_gateway.providers.smpp import Smpp
from sms_gateway.reply_texts import ReplyLimit, ReplyTexts

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
CARRIER = Smpp("smpp://town:secret@127.0.0.1:2775", "12345")


@pytest.mark.parametrize("sender", ["", "Jean Roy, 12, rue Principale", "15145550101 Evacuez", "+15145550101"])
async def test_the_log_holds_no_number_and_no_words(
    store: Store, sender: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = ReplyTexts("Ville", "+15145550100")
    replies = AutoReply(
        store, CARRIER, answers, ReplyLimit(), tuple(Language), phone.CANADIAN_AREA_CODES, messages.DIRECT_WAITS
    )
    await auto_reply.take(replies, Incoming(sender, "STOP"), NOW)
    told = capsys.readouterr().out
    assert "sms_received" in told
    assert not [word for word in ("Jean", "pale", "5550101", "Evac", "cuez") if word in told]
