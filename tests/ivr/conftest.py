"""The line with the catalogue that we ship, spoken in tones, and a store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from db.engine.store import Store
from ivr import menus
from ivr.app import Ivr
from ivr.context import Context
from prompts.keys import Key
from prompts.studio import Studio
from rules import code
from rules.english import English
from rules.model import Language
from rules.phone import CANADIAN_AREA_CODES
from service import wiring
from service.places import DIALPLANS
from tests.db.conftest import migrated, store, url
from tests.ivr.scripted_call import Caller, FarSide
from tests.prompts.conftest import Toner

__all__ = ["migrated", "store", "url"]

RECEPTION = "+14185551000"


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    home = tmp_path_factory.mktemp("home")
    places = home / "recordings", home / "audio", home / "cache"
    variables = {"organization": "Valmont", Key.RECEPTION: "4 1 8, 5 5 5, 1 0 0 0", "address": "", **code.variables()}
    made = Studio(wiring.CATALOGUE, *places, (Toner(),), Path("/nonexistent"), variables)
    made.build()
    return made


class Town:
    """A line to call, again and again, on one store. `texts`: there is a carrier for them."""

    def __init__(self, store: Store, studio: Studio, languages: Sequence[Language]) -> None:
        self.store = store
        self.studio = studio
        self.languages = languages
        self.texts = True
        self.english = English.EVERYONE
        self.later_s = 0.0

    def context(self, far: FarSide) -> Context:
        store, studio, languages = self.store, self.studio, self.languages
        town = store, studio, languages, "Valmont", RECEPTION, CANADIAN_AREA_CODES
        return Context(*town, far.now, self.texts, self.english)

    def far(self, caller: Caller) -> FarSide:
        far = FarSide(caller)
        far.line.now = self.later_s
        far.line.ends_at = self.later_s + far.line.ends_at
        return far

    async def call(self, caller: Caller) -> FarSide:
        """From the first ring to the end; whatever the caller does, no script may fail."""
        far = self.far(caller)
        ivr = Ivr(far, self.context(far), menus.read(DIALPLANS / "menus.yaml"))
        ivr.take(far.channel)
        async with asyncio.timeout(30):
            while ivr.open_calls():
                await asyncio.sleep(0)
        self.later_s = far.line.now + 1
        assert not {"fr/fault", "en/fault"} & set(far.heard), far.heard
        return far


MakeTown = Callable[..., Town]


@pytest.fixture
def town(store: Store, studio: Studio) -> MakeTown:
    def make(*languages: Language) -> Town:
        return Town(store, studio, languages or (Language.FR, Language.EN))

    return make


Talk = Callable[[FarSide], Awaitable[object]]
