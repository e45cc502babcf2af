"""The store, as the tests of its own room have it; a voice of tones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from prompts.engines.engine import Engine
from prompts.studio import Studio
from service.wiring import CATALOGUE
from tests.db.conftest import migrated, store, url
from tests.prompts.conftest import Toner

__all__ = ["migrated", "store", "studio", "url"]

MakeStudio = Callable[..., Studio]


@pytest.fixture
def studio(tmp_path: Path) -> MakeStudio:
    """Its prompts are there; the texts of alerts are spoken by the engines given."""

    def make(*engines: Engine, built: bool = True) -> Studio:
        places = CATALOGUE, tmp_path / "recordings", tmp_path / "audio", tmp_path / "cache"
        variables = {"organization": "Valmont", "reception": "5", "address": ""}
        made = Studio(*places, [Toner()], Path("/nonexistent"), variables, alert_engines=engines)
        if built:
            made.build()
        return made

    return make
