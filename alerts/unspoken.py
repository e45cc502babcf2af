"""Why calls of an alert wait, in words: no voice has spoken its text."""

from __future__ import annotations

from rules.model import Alert, Language
from rules.status import AlertStatus

OVER = (AlertStatus.DONE, AlertStatus.CANCELLED)
NAMES = {Language.FR: "French", Language.EN: "English"}
REMEDY = (
    "Texts go out, and so do the calls in other languages. It is tried again every 2 seconds, and the calls follow by "
    "themselves: see that pico or espeak-ng works (`tocsin doctor --only prompts`). Only you can cancel the alert."
)


def reasons(alert: Alert) -> dict[Language, str]:
    """Of each language in which calls wait, why; empty while all is well."""
    if alert.status in OVER:
        return {}
    return {language: why for language, why in alert.unspoken.items() if why}


def lines(alert: Alert) -> list[str]:
    """What the officer is told, and what to do."""
    found = reasons(alert)
    told = [f"{NAMES[language]} calls wait: no voice can speak this text ({why})." for language, why in found.items()]
    return [*told, REMEDY] if told else []
