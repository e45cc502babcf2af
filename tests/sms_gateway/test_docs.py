"""What an operator may meet is in docs/texts.md."""

from __future__ import annotations

from pathlib import Path

from sms_gateway.errors import Reason
from sms_gateway.keywords import KEYWORDS
from sms_gateway.providers.smpp import url

PAGE = (Path(__file__).parents[2] / "docs/texts.md").read_text(encoding="utf-8")


def test_every_reason() -> None:
    assert [reason.word for reason in Reason if f"`{reason.word}`" not in PAGE] == []


def test_every_keyword() -> None:
    assert [word for word in KEYWORDS if word.upper() not in PAGE] == []


def test_every_option_of_the_address() -> None:
    assert [option for option in url.OPTIONS if f"`{option}`" not in PAGE] == []
