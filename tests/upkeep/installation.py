"""What the administrator's use cases are given in tests: a home of its own, no telephone, no network."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from prompts.studio import Studio
from rules.model import Language
from service import settings, wiring
from telephony.layout import Binary
from tests.prompts.conftest import Toner
from upkeep.equipment import Equipment

SOON_S = 20.0


def equipment(home: Path, studio: Callable[[], Studio]) -> Equipment:
    return replace(
        wiring.equipment(settings.load(None)),
        home=home,
        database_url=f"sqlite:///{home}/tocsin.db",
        studio=studio,
        asterisk=lambda: Binary(home / "no-asterisk"),
    )


class Waiting(Toner):
    """Speaks when it is told to. `asked`: by somebody, at least once."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go = threading.Event(), threading.Event()

    def speak(self, text: str, language: Language, wav_path: Path) -> None:
        self.asked.set()
        assert self.go.wait(SOON_S)
        super().speak(text, language, wav_path)
