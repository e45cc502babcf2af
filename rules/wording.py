"""The words of an alert as a text message: in the resident's language, and how many parts they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import smsutil

from rules.model import Language

GSM_7 = "GSM-7"
UCS_2 = "UCS-2"


class HasTexts(Protocol):
    """An alert, or the draft of one."""

    @property
    def texts(self) -> Mapping[Language, str]: ...


@dataclass(frozen=True, slots=True)
class TextParts:
    """How a text travels. `characters`: septets in GSM-7 (a euro sign or a brace takes two), 16-bit units in UCS-2."""

    encoding: str
    count: int
    characters: int


def parts(text: str) -> TextParts:
    """Count the parts of a text: 160 characters alone or 153 in a row in GSM-7, 70 or 67 in UCS-2 (3GPP TS 23.038)."""
    if not text:
        return TextParts(GSM_7, 1, 0)
    split = smsutil.split(text)
    if split.encoding == "gsm0338":
        return TextParts(GSM_7, len(split.parts), split.total_bytes)
    return TextParts(UCS_2, len(split.parts), split.total_bytes // 2)


def text_for(texts: Mapping[Language, str], language: Language) -> tuple[str, Language]:
    """What somebody who chose `language` is told, and the language that it is in: theirs, else French, else whatever
    there is. The voice that reads it, the prompts around it and a text message all go by this one choice."""
    wanted = (language, Language.FR, *texts)
    return next(((texts[each], each) for each in wanted if texts.get(each)), ("", language))


COLONS = {Language.FR: " : ", Language.EN: ": "}
"""French sets a space before a colon."""


def sms_text(alert: HasTexts, language: Language, organization: str) -> str:
    """The body of the text: who writes, then what for."""
    text, language = text_for(alert.texts, language)
    return f"{organization}{COLONS[language]}{text}" if organization else text
