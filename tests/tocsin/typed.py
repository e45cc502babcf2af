"""Commands as somebody types them, in a home of their own where no service runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tocsin.commands.program import app

TRUNK = '[{"name": "a", "host": "127.0.0.1:9", "channels": 2, "calls_per_second": 1}]'


def tocsin(*words: str | Path, typed: str = "") -> Result:
    return CliRunner().invoke(app, list(map(str, words)), input=typed)


def data(*words: str | Path) -> Any:
    """What it prints for machines."""
    found = tocsin(*words, "--json")
    assert found.exit_code == 0, found.stderr
    return json.loads(found.stdout)


def home(folder: Path, monkeypatch: pytest.MonkeyPatch, residents: str) -> Path:
    """With a trunk, and these residents; the folder around it has their file, residents.csv."""
    place, file = folder / "home", folder / "residents.csv"
    for name, value in {"TOCSIN_HOME": str(place), "TOCSIN_TRUNKS": TRUNK, "COLUMNS": "120"}.items():
        monkeypatch.setenv(name, value)
    place.mkdir()
    file.write_text(residents, encoding="utf-8")
    assert tocsin("contacts", "import", file).exit_code == 0
    return place
