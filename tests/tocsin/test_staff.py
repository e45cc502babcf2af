"""`tocsin staff` as the administrator types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.tocsin.typed import tocsin

ANNE = "Anne Roy", "--number", "418 555-0123", "--role", "officer"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")


def staff(*words: str, typed: str = "") -> Result:
    return tocsin("staff", *words, typed=typed)


def listed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(staff("list", "--json").stdout)
    return found


def test_added_with_a_pin() -> None:
    added = staff("add", *ANNE)
    assert added.stdout == (
        "Anne Roy, 4185550123: officer.\n"
        'Without a PIN nothing can be done by telephone: `tocsin staff pin "Anne Roy"` sets it.\n'
    )
    assert staff("pin", "Anne Roy", typed="482915\n").stdout == "The PIN is set.\n"
    (anne,) = listed()
    assert (anne["name"], anne["number"], anne["roles"]) == ("Anne Roy", "+14185550123", ["officer"])
    assert anne["pin_set_at"]
    assert "since" in staff("list").stdout


def test_changed_and_removed() -> None:
    staff("add", *ANNE)
    changed = staff("change", "anne roy", "--role", "officer", "--role", "telephony", "--name", "Anne Roy-Côté")
    assert changed.stdout.startswith("Anne Roy-Côté, 4185550123: officer, telephony.\n")
    assert staff("remove", "Anne Roy-Côté").exit_code == 0
    assert listed() == []


@pytest.mark.parametrize(
    ("words", "typed", "status", "said"),
    [
        (("add", "Max", "--number", "418-555", "--role", "clerk"), "", 2, "--number"),
        (("add", "Max", "--number", "418-555-0124", "--role", "boss"), "", 2, "'boss' is not one of"),
        (("add", "Anne Roy", "--number", "418-555-0124", "--role", "clerk"), "", 2, "--name “Anne Roy” is somebody's"),
        (("pin", "Anne Roy"), "123456\n", 2, "is a row of digits"),
        (("pin", "Max"), "482915\n", 1, "Nobody on the staff is called “Max”"),
        (("remove", "Max"), "", 1, "Nobody on the staff is called “Max”"),
    ],
)
def test_refused(words: tuple[str, ...], typed: str, status: int, said: str) -> None:
    staff("add", *ANNE)
    found = staff(*words, typed=typed)
    assert (found.exit_code, said in found.stderr) == (status, True), found.stderr
