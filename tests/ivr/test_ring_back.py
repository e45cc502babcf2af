"""Ring-back, without Asterisk: a caller who listens and presses keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alerts.model import Channel, Language
from db import alerts, contacts
from db.store import Store
from ivr.scripts.hear_alerts import spoken
from ivr.scripts.ring_back import ring_back
from ivr.switchboard import Switchboard
from prompts.studio import Studio
from telephony.call import Call
from telephony.played import Audio
from tests.db import town
from tests.dialer.conftest import migrated, store, studio, url
from tests.prompts.conftest import Toner

__all__ = ["migrated", "store", "studio", "url"]

TEXT = "Faites bouillir l'eau."


class Caller(Call):
    """Somebody at the other end who presses these keys."""

    def __init__(self, number: str, *keys: str) -> None:
        self.caller, self.keys, self.heard_of = number, list(keys), list[str]()

    async def play(self, *audio: Audio) -> None:
        self.heard_of += [each.path for each in audio]

    async def gather(self, *audio: Audio, **_: Any) -> str:
        await self.play(*audio)
        return self.keys.pop(0) if self.keys else ""


@pytest.mark.parametrize("keys", [["1"], ["9", "1"]], ids=["acknowledges", "asks for the other language"])
async def test_a_line_in_french_and_a_caller_whose_file_says_english(
    store: Store, studio: Callable[..., Studio], keys: list[str]
) -> None:
    (person,) = await town.people(store, [town.number(1)])
    await contacts.set_language(store, person.id, Language.EN, now=town.NOW)
    await town.running(store, [person], texts={Language.FR: TEXT}, channels=(Channel.VOICE,))
    board = Switchboard(store, studio(Toner()), [Language.FR], "Ville", "", frozenset({"514"}), lambda: town.later(5))
    caller = Caller(town.number(1), *keys)
    opening = await ring_back(caller, board.voice(Language.FR), board, [])
    assert opening.voice.language is Language.FR
    assert any(Path(path).name.startswith("fr-") for path in caller.heard_of)
    assert not any("/en" in path for path in caller.heard_of)


async def test_a_text_is_read_by_the_voice_of_its_language(store: Store, studio: Callable[..., Studio]) -> None:
    await town.running(store, await town.people(store, [town.number(1)]), texts={Language.FR: TEXT})
    board = Switchboard(store, studio(Toner()), list(Language), "Ville", "", frozenset(), lambda: town.later(5))
    audio = await spoken(board.voice(Language.EN), board)
    assert Path(audio[-1].path).name.startswith("fr-")
    assert await alerts.current(store, town.later(5))
